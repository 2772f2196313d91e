import { isProblem, type Problem, problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** Which part of a list is asked for. A cursor goes on after the last entry seen, as of the position that the first page had. */
export interface Paging extends AsOf {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export const PAGE = { usual: 50, most: 500 } as const;

/** What a page is cut from: the moment that all pages of a list speak of, and the key after which this one begins. */
export interface Paged {
  readonly asOf: bigint;
  /** The moment as the first page was asked about it, which has a day of its own; `undefined`: now. */
  readonly asked: string | undefined;
  readonly limit: number;
  readonly after: string | undefined;
}

/** Resolves what is asked for; the position of the cursor counts, so that what is recorded meanwhile moves no page. */
export async function pageOf(ledger: Ledger, ask: Paging): Promise<Paged | Problem> {
  const { limit = PAGE.usual, cursor } = ask;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE.most) {
    return problem('parameter_invalid', `A page of ${limit} is not possible; ask for 1 to ${PAGE.most}.`, '/limit');
  }
  if (cursor === undefined) {
    const asOf = await resolveAsOf(ledger, ask.asOf);
    return isProblem(asOf) ? asOf : { asOf, asked: ask.asOf, limit, after: undefined };
  }
  const [, position, asked, after] = /^(0|[1-9][0-9]{0,18})(?:@(\S{1,40}))? (.{1,600})$/su.exec(decoded(cursor)) ?? [];
  if (position === undefined || after === undefined) return cursorUnreadable();
  if (cursor !== cursorOf({ asOf: position, asked }, after)) return cursorUnreadable();
  if (ask.asOf !== undefined) {
    const other = await resolveAsOf(ledger, ask.asOf);
    if (isProblem(other)) return other;
    if (String(other) !== position) {
      return problem(
        'cursor_invalid',
        `The cursor belongs to a list as of ${position}; leave asOf out, or begin anew.`,
      );
    }
  }
  const asOf = await resolveAsOf(ledger, position);
  return isProblem(asOf) ? asOf : { asOf, asked, limit, after };
}

/** The entries of a page, out of all in the order of their keys (code units), and the cursor of what follows; `null`: nothing does. */
export function cut<Entry>(
  all: readonly Entry[],
  keyOf: (entry: Entry) => string,
  paged: Paged,
): { readonly page: readonly Entry[]; readonly next: string | null } {
  const { limit, after } = paged;
  const rest = after === undefined ? all : all.filter((entry) => keyOf(entry) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, next: last === undefined || rest.length <= limit ? null : cursorOf(paged, keyOf(last)) };
}

/** The same of a list in an order of its own: what follows the entry that the cursor names. */
export function cutAfter<Entry>(
  all: readonly Entry[],
  keyOf: (entry: Entry) => string,
  paged: Paged,
): { readonly page: readonly Entry[]; readonly next: string | null } | Problem {
  const { limit, after } = paged;
  const begins = after === undefined ? 0 : all.findIndex((entry) => keyOf(entry) === after) + 1;
  if (after !== undefined && begins === 0) return cursorUnreadable();
  const page = all.slice(begins, begins + limit);
  const last = page.at(-1);
  const isLast = last === undefined || begins + limit >= all.length;
  return { page, next: isLast ? null : cursorOf(paged, keyOf(last)) };
}

function cursorOf(
  { asOf, asked }: { readonly asOf: bigint | string; readonly asked: string | undefined },
  after: string,
) {
  const moment = asked === undefined ? String(asOf) : `${asOf}@${asked}`;
  return Buffer.from(`${moment} ${after}`, 'utf8').toString('base64url');
}

function decoded(cursor: string): string {
  return Buffer.from(cursor.slice(0, 1000), 'base64url').toString('utf8');
}

/** Of a cursor that another list has made, or nobody. */
export function cursorUnreadable(): Problem {
  return problem('cursor_invalid', 'The cursor is none of this list; leave it out to begin anew.', '/cursor');
}
