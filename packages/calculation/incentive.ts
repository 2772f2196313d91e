import type { Component, TraceStep } from '@ledger/events';
import { div, type Exact } from '@ledger/money';
import { earliestOf, type Span } from './periods.ts';
import { monthsOf } from './personal.ts';
import { type Presence, partPresent } from './presence.ts';
import { within } from './proration.ts';
import { partOfWhole, percentInWords } from './words.ts';

/** How much of the target incentive of a window 100 % pays, as of a date. */
export interface IncentiveShare {
  readonly share: Exact;
  /** Of which the share is: days, or months, that are over, and all of them. */
  readonly counted: Exact | number;
  readonly whole: Exact;
  /** The date up to which it counts, where that is not the whole window. */
  readonly upTo: string | null;
}

/** The share of the days that count, and with `to-date` of the part of the window that is over; `null`: all of it. */
export function incentiveOn(
  { incentive }: Pick<Component, 'incentive'>,
  window: Span,
  date: string,
  presence: Presence | null,
): IncentiveShare | null {
  const prorated = presence?.rule.what.includes('target-incentive') === true ? presence : null;
  if (incentive === undefined) return prorated === null ? null : { ...partPresent(prorated, window), upTo: null };
  const over = { from: window.from, to: earliestOf(date, window.to) };
  if (prorated !== null) {
    const days = within(prorated.days, over);
    return { ...partPresent({ ...prorated, days }, window), upTo: over.to };
  }
  const [counted, whole] = [monthsOf(over), monthsOf(window)];
  return { share: div(counted, whole), counted, whole, upTo: over.to };
}

export function incentiveStep({ share, counted, whole, upTo }: IncentiveShare, { id }: Span): TraceStep | null {
  if (upTo === null) return null;
  return {
    step: 'incentive-to-date',
    says: `Of the target incentive of ${id}, ${percentInWords(share)} is for the time up to ${upTo}.`,
    ...partOfWhole(counted, whole, share),
  };
}
