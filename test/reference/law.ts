import type { JurisdictionDocument } from '@ledger/events';
import { dayBefore, isWithin } from './calendar.ts';
import { dayAfter } from './counting.ts';
import { decisionsOf, holdsOn, newestOf } from './decided.ts';
import type { Desk } from './desk.ts';
import { Refusal } from './formulas.ts';
import { isPositive, NOTHING } from './ratio.ts';
import { newestOn } from './versions.ts';

/** What the place where somebody works lets be recovered out of pay (D132, D133). */

export interface Law {
  /** Nothing that is owed on draws is taken. */
  readonly keepsDraws: boolean;
  /** Nothing that was paid too much is taken. */
  readonly keepsOffset: boolean;
}

export function lawOf(desk: Desk): Law {
  const document = lawFor(desk)?.document ?? null;
  if (document === null) return { keepsDraws: false, keepsOffset: false };
  const { recoverDraws, offset, notice } = document;
  if (!desk.left) return { keepsDraws: false, keepsOffset: notice > 0 && !isToldInTime(desk, notice) };
  const consents = standing(desk, 'consent').length > 0;
  const keeps = (said: typeof offset) => said === 'forbidden' || (said === 'with-consent' && !consents);
  return { keepsDraws: keeps(recoverDraws), keepsOffset: keeps(offset) };
}

/** That the law has a say, at the end (D133): a line of 0. */
export function nameLaw(desk: Desk): void {
  const law = lawFor(desk);
  if (law === null) return;
  const { keepsDraws, keepsOffset } = lawOf(desk);
  const { endsOn } = desk.book.participant;
  const isLast = desk.left && endsOn !== null && isWithin(desk.period, dayBefore(endsOn));
  const owes = [...desk.balances].some(([name, amount]) => name.startsWith('owed ') && isPositive(amount));
  const isKept = (keepsDraws && owes) || (keepsOffset && isPositive(desk.balance('to-recover')));
  if (isLast || isKept) desk.post(`law/${law.jurisdiction}`, NOTHING);
}

/** D132. */
function lawFor({ book, left, lastDay }: Desk): { jurisdiction: string; document: JurisdictionDocument } | null {
  const { endsOn } = book.participant;
  const day = left && endsOn !== null ? dayBefore(endsOn) : lastDay;
  const place = newestOf(book, 'jurisdiction', day, ({ terms }) =>
    isWithin({ from: terms.from, to: terms.until }, day),
  );
  if (place === undefined) return null;
  const law = newestOn(book.jurisdictions?.get(place.terms.jurisdiction), day);
  if (law === undefined) throw new Refusal('jurisdiction_missing', place.terms.jurisdiction);
  return { jurisdiction: place.terms.jurisdiction, document: law.document };
}

function isToldInTime(desk: Desk, notice: number): boolean {
  return standing(desk, 'notice').some(({ terms }) => dayAfter(terms.from, notice) <= desk.lastDay);
}

function standing({ book, lastDay }: Desk, kind: 'consent' | 'notice') {
  return decisionsOf(book, kind).filter(
    (each) => holdsOn(each, lastDay) && isWithin({ from: each.terms.from, to: each.terms.until }, lastDay),
  );
}
