import type { Component, TraceStep } from '@ledger/events';
import { div, type Exact, toText } from '@ledger/money';
import { earliestOf, type Span } from './periods.ts';
import { monthsOf } from './personal.ts';
import { type Presence, partPresent, presentShare } from './presence.ts';
import { within } from './proration.ts';
import { percentInWords } from './words.ts';

/** How much of the target incentive of a window 100 % pays, as of a date. */
export interface IncentiveShare {
  readonly share: Exact;
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
  const whole = presentShare(presence, 'target-incentive', window);
  if (incentive === undefined) return whole === null ? null : { share: whole, upTo: null };
  const over = { from: window.from, to: earliestOf(date, window.to) };
  if (presence !== null && whole !== null) {
    const days = within(presence.days, over);
    return { share: partPresent({ ...presence, days }, window).share, upTo: over.to };
  }
  return { share: div(monthsOf(over), monthsOf(window)), upTo: over.to };
}

export function incentiveStep({ share, upTo }: IncentiveShare, { id }: Span): TraceStep | null {
  if (upTo === null) return null;
  return {
    step: 'incentive-to-date',
    says: `Of the target incentive of ${id}, ${percentInWords(share)} is for the time up to ${upTo}.`,
    result: toText(share),
  };
}
