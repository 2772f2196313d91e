import type { ComponentType } from 'react';
import type { Read } from '../api/early.ts';
import type { Me, Role } from '../shell/me.tsx';

/** A screen: one question that one user asks. Its code is loaded when somebody asks it. */
export interface Screen {
  /** With parameters as `$period`. */
  readonly path: string;
  readonly title: string;
  /** The question, as somebody would ask it. */
  readonly asks: string;
  /** Where it stands in the navigation; left out: reached from other screens. */
  readonly group?: 'My pay' | 'My team' | 'Operations' | 'Rules' | 'Finance' | 'Audit' | 'Handover';
  /** Who has the question. Whether they may see the answer is for the API alone to say. */
  readonly roles: readonly Role[];
  readonly load: () => Promise<ComponentType>;
  /** Asks for what it reads first, where people wait for it: it is called before any code of the screen is there. */
  readonly first?: (at: Beginning) => Promise<unknown>;
}

/** Where somebody begins, and who it is. */
export interface Beginning {
  readonly read: Read;
  readonly me: Promise<Me>;
  /** Of the path, as `period`. */
  readonly parts: Readonly<Record<string, string>>;
  /** What stands after `?`. */
  readonly search: Readonly<Record<string, string | undefined>>;
}

/** The screen of an address, with the parts of its path. */
export function screenAt(
  screens: readonly Screen[],
  pathname: string,
): { readonly screen: Screen; readonly parts: Readonly<Record<string, string>> } | undefined {
  for (const screen of screens) {
    const pattern = screen.path.replaceAll(/\$(\w+)/g, (_, name: string) => `(?<${name}>[^/]+)`);
    const found = new RegExp(`^${pattern}/?$`).exec(pathname);
    if (found === null) continue;
    const parts = Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    return { screen, parts: Object.fromEntries(parts) };
  }
  return undefined;
}

/** Whether somebody in a role has the question of a screen. */
export function isFor({ roles }: Screen, role: string): boolean {
  return roles.some((each) => each === role);
}

/** The screens that stand in the navigation of a role. */
export function inNavigation(screens: readonly Screen[], role: string): readonly Screen[] {
  return screens.filter((screen) => screen.group !== undefined && isFor(screen, role));
}
