import type { Proration } from '@ledger/events';
import { type Exact, isZero } from '@ledger/money';
import type { Book, CalendarEntry, ParticipantEntry } from './book.ts';
import type { ComponentInForce } from './in-force.ts';
import type { Interval } from './periods.ts';
import { type Part, partOf, within, without } from './proration.ts';

/** The days that count for somebody: what is prorated is prorated for the others (mechanics §8, §15). */
export interface Presence {
  readonly rule: Proration;
  /** In order, without overlaps. */
  readonly days: readonly Interval[];
  readonly holidays: readonly string[];
  /** Tells one presence from another. */
  readonly key: string;
}

const END = '9999-12-31';

/** The days on which somebody earns under a component; `null` where it prorates nothing. */
function presenceOf(
  book: Pick<Book, 'participant' | 'plans' | 'calendar'>,
  { component, plan }: Pick<ComponentInForce, 'component' | 'plan'>,
): Presence | null {
  const rule = component.document.prorate;
  if (rule === undefined) return null;
  const { participant, plans, calendar } = book;
  const has = (id: string) =>
    plans.get(id)?.versions.some(({ document }) => Object.hasOwn(document.components, component.id)) === true;
  const isOwn = (id: string) => (component.document.onPlanChange === 'restart' ? id === plan : has(id));
  const there = rule.over === 'employed' ? employed(participant) : assigned(participant, isOwn);
  const days = rule.leave === 'left-out' ? without(there, participant.leaves) : there;
  return { rule, days, holidays: holidaysOf(calendar), key: JSON.stringify([rule, days]) };
}

/** The same for a window; `null` also where none of its days count, so that what closes in it is not held against nothing. */
export function presenceIn(
  book: Pick<Book, 'participant' | 'plans' | 'calendar'>,
  inForce: Pick<ComponentInForce, 'component' | 'plan'>,
  window: Interval,
): Presence | null {
  const presence = presenceOf(book, inForce);
  return presence === null || within(presence.days, window).length === 0 ? null : presence;
}

/** The share of an interval on which somebody is there. */
export function partPresent({ rule, days, holidays }: Presence, interval: Interval): Part {
  return partOf(rule.count, within(days, interval), interval, holidays);
}

/** The share for one thing that a plan may prorate; `null` where it does not. */
export function presentShare(
  presence: Presence | null,
  what: Proration['what'][number],
  interval: Interval,
): Exact | null {
  if (presence === null || !presence.rule.what.includes(what)) return null;
  return partPresent(presence, interval).share;
}

/** The share for bounds that are amounts; one of 0 leaves them as they are, for no bands are left between bounds that are all 0. */
export function boundsShare(presence: Presence | null, interval: Interval): Exact | null {
  const share = presentShare(presence, 'bounds', interval);
  return share === null || isZero(share) ? null : share;
}

/** From the first day to the last one. */
export function employed({ startsOn, endsOn }: ParticipantEntry): readonly Interval[] {
  const to = endsOn ?? END;
  return startsOn < to ? [{ from: startsOn, to }] : [];
}

/** The days of assignments to plans, of those employed. */
export function assigned(participant: ParticipantEntry, isOwn: (plan: string) => boolean): readonly Interval[] {
  const all = participant.assignments
    .filter(({ plan }) => isOwn(plan))
    .map(({ from, to }) => ({ from, to: to ?? END }));
  return employed(participant).flatMap((span) => within(all, span));
}

export function holidaysOf(calendar: CalendarEntry): readonly string[] {
  return calendar.holidays ?? [];
}
