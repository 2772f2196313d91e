import { createContext, useContext } from 'react';
import type { Screen } from '../screens/screen.ts';

/** Every screen, for what is on a screen itself and leads to others. */
export const Screens = createContext<readonly Screen[]>([]);

export function useScreens(): readonly Screen[] {
  return useContext(Screens);
}
