import { opsScreens } from './ops/index.ts';
import type { Screen } from './screen.ts';

/** Every screen, in the order of the navigation. The first one of a role is where it begins. */
export const SCREENS: readonly Screen[] = [...opsScreens];
