import type { Acting, Problem } from '@ledger/kernel';
import { refuse } from './produce.ts';

/** What a key can be allowed to read, and what to write; it can do nothing else, and decides nothing (authorization.json, W31). */
export const READ_SCOPES = [
  'payouts:read',
  'deals:read',
  'plans:read',
  'quotas:read',
  'events:read',
  'exports:read',
] as const;
export const WRITE_SCOPES = ['deals:write', 'payroll:write', 'fx:write'] as const;

export type ReadScope = (typeof READ_SCOPES)[number];
export type Scope = ReadScope | (typeof WRITE_SCOPES)[number];
export const SCOPES: readonly Scope[] = [...READ_SCOPES, ...WRITE_SCOPES];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

export function isWriteScope(text: string): boolean {
  return WRITE_SCOPES.some((scope) => scope === text);
}

/** Whether what needs a scope is open to somebody. Whoever came in without a key is bound by their role alone. */
export function allowsScope({ scopes }: Pick<Acting, 'scopes'>, scope: Scope | undefined): boolean {
  return scopes === undefined || (scope !== undefined && scopes.includes(scope));
}

/** `what` goes on after "may not": `record the facts of a deal`. */
export function lacksScope(what: string, scope: Scope | undefined): Problem {
  return scope === undefined
    ? refuse('scope_missing', `A key may not ${what}; somebody has to do it themselves.`)
    : refuse(
        'scope_missing',
        `This key may not ${what} without the scope ${scope}; ask an admin for a key that has it.`,
      );
}
