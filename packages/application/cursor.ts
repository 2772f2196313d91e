import { canonical, type Problem, problem, sha256 } from '@ledger/kernel';

/** Where a list goes on: after an entry, as of the position of its first page. */
export interface Begun {
  readonly asOf: string;
  readonly last: string;
}

/** A cursor belongs to the list that gave it: to what was asked, and to its position. It opens nothing that one may not see. */
export function sealCursor({ asOf, last }: Begun, asked: object): string {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const seal = sha256(canonical({ asOf, last, asked: given })).slice(0, 16);
  return Buffer.from(`${asOf} ${seal} ${last}`, 'utf8').toString('base64url');
}

/** Refuses a cursor of another list, and one that nobody gave. */
export function openCursor(cursor: string, asked: object): Begun | Problem {
  const text = Buffer.from(cursor.slice(0, 1_000), 'base64url').toString('utf8');
  const [, asOf, last] = /^(0|[1-9][0-9]{0,18}) [0-9a-f]{16} (.{1,600})$/su.exec(text) ?? [];
  if (asOf === undefined || last === undefined) return notOfThis();
  const begun = { asOf, last };
  return cursor === sealCursor(begun, asked) ? begun : notOfThis();
}

export function notOfThis(): Problem {
  return problem('cursor_invalid', 'The cursor is none of this list; leave it out to begin anew.', '/cursor');
}
