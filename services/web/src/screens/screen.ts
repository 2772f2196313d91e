import type { ComponentType } from 'react';
import type { Role } from '../shell/me.tsx';

/** A screen: one question that one user asks. Its code is loaded when somebody asks it. */
export interface Screen {
  /** With parameters as `$period`. */
  readonly path: string;
  readonly title: string;
  /** Where it stands in the navigation; left out: reached from other screens. */
  readonly group?: 'My pay' | 'My team' | 'Operations' | 'Rules' | 'Finance' | 'Audit' | 'Handover';
  /** Who has the question. Whether they may see the answer is for the API alone to say. */
  readonly roles: readonly Role[];
  readonly load: () => Promise<ComponentType>;
}

/** Whether somebody in a role has the question of a screen. */
export function isFor({ roles }: Screen, role: string): boolean {
  return roles.some((each) => each === role);
}

/** The screens that stand in the navigation of a role. */
export function inNavigation(screens: readonly Screen[], role: string): readonly Screen[] {
  return screens.filter((screen) => screen.group !== undefined && isFor(screen, role));
}
