import { hidden } from '@ledger/decisions';
import { fields } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { openBooks } from './books.ts';
import {
  EXPIRING_WITHIN,
  type ExceptionState,
  exceptionsOf,
  type Granted,
  grantedIn,
  type Register,
  type RegisterAsk,
  stateOn,
} from './exceptions.ts';
import type { Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
import { cursorUnreadable, cut, type Paging, pageOf } from './pages.ts';
import { type Reach, reaches } from './reach.ts';

export interface RegisterPage extends Register {
  /** How many stand so, of all that are asked for, whatever state is asked for. */
  readonly counts: Readonly<Record<ExceptionState, number>>;
  readonly next: string | null;
}

/** What ends soon comes first, what was taken back last. */
const ORDER: readonly ExceptionState[] = ['expiring', 'in-force', 'expired', 'revoked'];

/**
 * The register for somebody who sees a part of it: decisions about those whom they see, and what those move for them. By how each stands,
 * then by when it ends, then by name. All pages speak of the day of the first one.
 */
export async function registerSeen(
  ledger: Ledger,
  reach: Reach,
  ask: Paging & Pick<RegisterAsk, 'participant' | 'state' | 'kind' | 'within' | 'money'>,
): Promise<RegisterPage | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const on = paged.after === undefined ? await dayAt(ledger, ask.asOf, paged.asOf) : paged.after.slice(0, 10);
  if (!fields.date.safeParse(on).success) return cursorUnreadable();
  const books = await openBooks(ledger, paged.asOf);
  if (isProblem(books)) return books;
  const { participant, kind, state, within = EXPIRING_WITHIN } = ask;
  const isThere = participant === undefined || (books.participants.has(participant) && reaches(reach, [participant]));
  if (!isThere) return hidden('participant', participant);
  const stands = (await grantedIn(ledger, paged.asOf))
    .filter(
      (each) =>
        (participant === undefined || each.participants.includes(participant)) &&
        (kind === undefined || each.kind === kind) &&
        (reach.kind !== 'people' || reaches(reach, each.participants)),
    )
    .map((granted) => ({ granted, state: stateOn(granted, on, within) }));
  const count = (of: ExceptionState) => stands.filter((each) => each.state === of).length;
  const counts = {
    ...{ expiring: count('expiring'), 'in-force': count('in-force') },
    ...{ expired: count('expired'), revoked: count('revoked') },
  };
  const about = stands
    .filter((each) => state === undefined || each.state === state)
    .map((each) => ({ ...each, key: keyOf(on, each) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const { page, next } = cut(about, ({ key }) => key, paged);
  const shown = { books, on, about: page.map(({ granted }) => granted), within, money: ask.money };
  const register = await exceptionsOf(ledger, shown);
  if (reach.kind !== 'people') return { ...register, counts, next };
  const { ids } = reach;
  const exceptions = register.exceptions.map((each) => ({
    ...each,
    participants: each.participants.filter((id) => ids.has(id)),
    // What a split says names everybody who shares.
    says: each.participants.every((id) => ids.has(id)) ? each.says : each.kind,
    moves: each.moves.filter((moved) => ids.has(moved.participant)),
  }));
  return { ...register, exceptions, counts, next };
}

/** Where a decision comes in the list; the day is in front for the pages that follow. */
function keyOf(on: string, { granted, state }: { readonly granted: Granted; readonly state: ExceptionState }): string {
  return `${on} ${ORDER.indexOf(state)} ${granted.endsOn ?? 'never'} ${granted.name}`;
}
