import type { AccessSeen, AccessTrail, HeldRole, IssuedKey, NewKey } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Who holds which role and which key, and who gave it. */
export function renderAccess(paint: Paint, people: readonly AccessSeen[], columns: number): string {
  if (people.length === 0) return 'Nobody is known; `ledger access init` makes the first admin.\n';
  return people.map((each) => accessText(paint, each, columns)).join('');
}

/** The same of one of them, with what was decided about it. */
export function renderAccessTrail(paint: Paint, seen: AccessTrail, columns: number): string {
  const lines = seen.trail.map(({ at, by, type, says }) => {
    const who = by.onBehalfOf === undefined ? `${by.role}:${by.id}` : `${by.role}:${by.id} for ${by.onBehalfOf}`;
    return `    ${wrapped(`${at.slice(0, 16).replace('T', ' ')}  ${type}: ${says}, by ${who}`, columns - 6, '      ')}\n`;
  });
  return accessText(paint, seen, columns) + lines.join('');
}

function accessText(paint: Paint, seen: AccessSeen, columns: number): string {
  const { principal, name, kind, disabled, roles, keys } = seen;
  const called = name === null ? '' : ` (${name})`;
  const state = disabled ? `, ${paint.red('disabled')}` : '';
  const lines = [...roles.map(roleText), ...keys.map((key) => keyText(paint, key))];
  const told = lines.length === 0 ? ['may nothing'] : lines;
  return [
    `  ${paint.bold(principal)}${called}, ${kind}${state}\n`,
    ...told.map((line) => `    ${wrapped(line, columns - 6, '      ')}\n`),
  ].join('');
}

function roleText({ role, since, requestedBy, approvedBy, reason }: HeldRole): string {
  const by =
    approvedBy.length === 0
      ? `given on the console by ${requestedBy}`
      : `asked by ${requestedBy}, approved by ${approvedBy.join(', ')}`;
  return `${role} since ${since.slice(0, 10)}, ${by}: ${reason}`;
}

function keyText(
  paint: Paint,
  { key, scopes, expiresOn, requestedBy, approvedBy, reason, revoked }: IssuedKey,
): string {
  const state = revoked ? paint.red('revoked') : `until ${expiresOn}`;
  const approved = approvedBy.length === 0 ? '' : `, approved by ${approvedBy.join(', ')}`;
  return `key ${key} for ${scopes.join(', ')}, ${state}, asked by ${requestedBy}${approved}: ${reason}`;
}

export function renderNewKey(paint: Paint, { text, request }: NewKey): string {
  const shown =
    text === null
      ? '  the key was shown when it was made, and cannot be shown again\n'
      : `  ${paint.bold(text)}\n  Keep it now: it is shown this once and stored nowhere.\n`;
  return request === null ? shown : `${shown}  opens nothing until somebody approves ${request}\n`;
}
