import { hidden } from '@ledger/decisions';
import { isProblem, type Problem } from '@ledger/kernel';
import { openBooks } from './books.ts';
import { exceptionsOf, grantedIn, type Register, type RegisterAsk } from './exceptions.ts';
import type { Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import { type Reach, reaches } from './reach.ts';

export interface RegisterPage extends Register {
  readonly next: string | null;
}

/** The register for somebody who sees a part of it: decisions about those whom they see, and what those move for them. By name. */
export async function registerSeen(
  ledger: Ledger,
  reach: Reach,
  ask: Paging & Pick<RegisterAsk, 'participant' | 'within' | 'money'>,
): Promise<RegisterPage | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const books = await openBooks(ledger, paged.asOf);
  if (isProblem(books)) return books;
  const { participant } = ask;
  const isThere = participant === undefined || (books.participants.has(participant) && reaches(reach, [participant]));
  if (!isThere) return hidden('participant', participant);
  const about = (await grantedIn(ledger, paged.asOf)).filter(
    ({ participants }) =>
      (participant === undefined || participants.includes(participant)) &&
      (reach.kind !== 'people' || reaches(reach, participants)),
  );
  const { page, next } = cut(about, ({ name }) => name, paged);
  const on = await dayAt(ledger, ask.cursor === undefined ? ask.asOf : String(paged.asOf), paged.asOf);
  const register = await exceptionsOf(ledger, { books, on, about: page, within: ask.within, money: ask.money });
  if (reach.kind !== 'people') return { ...register, next };
  const { ids } = reach;
  const exceptions = register.exceptions.map((each) => ({
    ...each,
    participants: each.participants.filter((id) => ids.has(id)),
    // What a split says names everybody who shares.
    says: each.participants.every((id) => ids.has(id)) ? each.says : each.kind,
    moves: each.moves.filter((moved) => ids.has(moved.participant)),
  }));
  return { ...register, exceptions, next };
}
