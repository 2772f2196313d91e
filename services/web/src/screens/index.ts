import { accessScreens } from './access/index.ts';
import { auditScreens } from './audit/index.ts';
import { dealScreens } from './deals/index.ts';
import { definitionScreens } from './definitions/index.ts';
import { deskScreens } from './desk/index.ts';
import { financeScreens } from './finance/index.ts';
import { handoverScreens } from './handover/index.ts';
import { meScreens } from './me/index.ts';
import { opsScreens } from './ops/index.ts';
import { replayScreens } from './replay/index.ts';
import type { Screen } from './screen.ts';
import { teamScreens } from './team/index.ts';

/** Every screen, in the order of the navigation. The first one of a role is where it begins. */
export const SCREENS: readonly Screen[] = [
  ...teamScreens,
  ...meScreens,
  ...opsScreens,
  ...replayScreens,
  ...deskScreens,
  ...dealScreens,
  ...definitionScreens,
  ...financeScreens,
  ...auditScreens,
  ...accessScreens,
  ...handoverScreens,
];
