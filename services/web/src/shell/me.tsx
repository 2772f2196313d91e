import { createContext, type ReactNode, useContext } from 'react';
import type { Paths } from '../api/client.ts';

/** The signed-in person, as the API says. */
export type Me = Paths['/v1/me']['get']['responses'][200]['content']['application/json'];
export type Role = Me['roles'][number];

const Context = createContext<Me | undefined>(undefined);

export function MeIs({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <Context value={me}>{children}</Context>;
}

/** Who looks at the page. */
export function useMe(): Me {
  const me = useContext(Context);
  if (me === undefined) throw new Error('Nobody is signed in here.');
  return me;
}
