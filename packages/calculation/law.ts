import type { JurisdictionDocument } from '@ledger/events';
import { type Exact, exact, sign, sum } from '@ledger/money';
import type { Book, Versioned } from './book.ts';
import { type Granted, grantedOn } from './granted.ts';
import { dayBefore, daysAfter, holds, type Interval } from './periods.ts';
import type { Settling } from './settling.ts';
import { step } from './trace-settlement.ts';
import { versionOn } from './versions.ts';
import { amountInWords, brief } from './words.ts';

/** What the place where the person works lets be recovered out of the pay of a period (mechanics §15). */
export interface Law {
  readonly version: Versioned<JurisdictionDocument>;
  /** Why nothing that is owed on a draw is taken; `null`: it may be, as the plan says. */
  readonly keepsDraws: string | null;
  /** Why nothing that was paid too much is taken. */
  readonly keepsOffset: string | null;
  /** Last day on which final pay may be paid, where the law says and the person has left. */
  readonly payBy: { readonly day: string; readonly days: number } | null;
}

type Situation = Pick<Settling, 'book' | 'period' | 'hasLeft'>;

/** The law that counts: of the last day of work, or, while somebody is employed, of the last day of the pay period. */
export function lawIn(situation: Situation): Law | null {
  const { book, hasLeft } = situation;
  const day = dayOfLaw(book, situation.period, hasLeft);
  const version = lawOn(book, day);
  if (version === null || version === undefined) return null;
  const { jurisdiction, offset, recoverDraws, payWithin, notice } = version.document;
  if (!hasLeft) {
    const isTold = notice === 0 || isNoticed(situation, notice);
    const keepsOffset = isTold ? null : `${jurisdiction} asks for a notice ${notice} days before, and`;
    return { version, keepsDraws: null, keepsOffset, payBy: null };
  }
  const consents = decided(situation, 'consent').length > 0;
  const kept = (permission: typeof offset) => {
    if (permission === 'forbidden') return `${jurisdiction} forbids it, and`;
    if (permission === 'allowed' || consents) return null;
    return `${jurisdiction} asks for the consent of the person, which is not there, and`;
  };
  const days = payWithin[book.participant.separation ?? 'default'] ?? payWithin.default;
  const payBy = days === undefined ? null : { day: daysAfter(day, days), days };
  return { version, keepsDraws: kept(recoverDraws), keepsOffset: kept(offset), payBy };
}

/** A jurisdiction that a decision names and of which nothing is known on the day that counts. */
export function unknownLaw(
  book: Book,
  period: Interval,
): { readonly jurisdiction: string; readonly day: string } | null {
  const { endsOn } = book.participant;
  const day = dayOfLaw(book, period, endsOn !== null && endsOn <= period.to);
  const at = placeOn(book, day);
  return at !== undefined && lawOn(book, day) === undefined ? { jurisdiction: at.terms.jurisdiction, day } : null;
}

/** What the law says about the final pay of somebody, and what it keeps from being taken: a line of 0 that names where that is written. */
export function sayLaw(settling: Settling, owed: readonly Exact[]): void {
  const law = lawIn(settling);
  if (law === null) return;
  const { book, period, hasLeft, currency } = settling;
  const { version, keepsDraws, keepsOffset, payBy } = law;
  const onDraws = sum(owed);
  const toRecover = settling.closing('to-recover', null);
  const isFinal = hasLeft && (book.participant.endsOn ?? '') > period.from;
  const kept = [
    ...(keepsDraws !== null && sign(onDraws) > 0
      ? [`${keepsDraws} ${amountInWords(onDraws, currency)} stays owed on draws`]
      : []),
    ...(keepsOffset !== null && sign(toRecover) > 0
      ? [`${keepsOffset} ${amountInWords(toRecover, currency)} stays to be recovered`]
      : []),
  ];
  if (!isFinal && kept.length === 0) return;
  const { jurisdiction, title, source } = version.document;
  const due = payBy === null ? [] : [`final pay is due by ${payBy.day}, ${payBy.days} days after the last day`];
  const says = [...due, ...kept].join('; ');
  const left = step(
    'owed',
    'What stays owed; no money moves.',
    'draws + overpaid',
    { draws: onDraws, overpaid: toRecover },
    sum([onDraws, toRecover]),
  );
  settling.post({
    line: `law/${jurisdiction}`,
    step: 'law',
    amount: exact('0'),
    says: brief(`Jurisdiction ${jurisdiction}, version ${version.version}${says === '' ? '' : `: ${says}`}.`, 1000),
    steps: [{ step: 'source', says: brief(`${title}, version ${version.version}, from ${source}`, 1000) }, left],
    cause: version.event,
    keepsZero: true,
  });
}

function dayOfLaw(book: Book, period: Interval, hasLeft: boolean): string {
  return dayBefore(hasLeft ? (book.participant.endsOn ?? period.to) : period.to);
}

function placeOn(book: Book, day: string): Granted<'jurisdiction'> | undefined {
  return grantedOn(book, 'jurisdiction', day).findLast(({ terms }) =>
    holds({ from: terms.from, to: terms.until }, day),
  );
}

/** `null`: the person works nowhere in particular; `undefined`: somewhere of which nothing is known. */
function lawOn(book: Book, day: string): Law['version'] | null | undefined {
  const at = placeOn(book, day);
  if (at === undefined) return null;
  const entry = book.jurisdictions?.get(at.terms.jurisdiction);
  return entry === undefined ? undefined : versionOn(entry, day);
}

/** Decisions that hold on the last day of the pay period. */
function decided({ book, period }: Situation, kind: 'consent' | 'notice'): readonly Granted<'consent' | 'notice'>[] {
  const lastDay = dayBefore(period.to);
  return grantedOn(book, kind, lastDay).filter(({ terms }) => holds({ from: terms.from, to: terms.until }, lastDay));
}

function isNoticed(situation: Situation, days: number): boolean {
  const lastDay = dayBefore(situation.period.to);
  return decided(situation, 'notice').some(({ terms }) => daysAfter(terms.from, days) <= lastDay);
}
