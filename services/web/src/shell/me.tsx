import { createContext, type ReactNode, useContext } from 'react';
import type { AnswerOf } from '../api/client.ts';

/** The signed-in person, as the API says. */
export type Me = AnswerOf<'/v1/me'>;
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
