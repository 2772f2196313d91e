import type { QuotaAmounts } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, div, type Exact, equal, exact, fraction, isZero, mul, ONE, percent, sum, ZERO } from '@ledger/money';
import type { Book, QuotaEntry } from './book.ts';
import {
  daysIn,
  halfMonthsIn,
  type Interval,
  isDated,
  latestOf,
  periodBounds,
  type Span,
  shared,
  type WindowKind,
  windowsIn,
} from './periods.ts';
import { assigned, employed, holidaysOf, type Presence } from './presence.ts';
import {
  type Blended,
  before,
  blended,
  CALENDAR_DAYS,
  changesOn,
  roundedAmount,
  type Stage,
  within,
} from './proration.ts';
import { stepsOf } from './ramp.ts';
import { type Relieved, relieved } from './relief.ts';

export type { ReliefTaken } from './relief.ts';

/** The quota of one interval for which an amount was assigned. */
export interface QuotaInterval extends Span, Relieved {
  /** Amounts that hold over parts of it, where it changes, ramps or is prorated; empty where one amount holds for all of it. */
  readonly stages: readonly Stage[];
  readonly parts: readonly Blended[];
  /** Part of it that the window takes: a month takes 1/3 of a quarter's quota. */
  readonly part: Exact;
  /** What the window takes of it, before it was rounded; the same as value × part where amounts are not rounded. */
  readonly taken: Exact;
}

/** The quota of a window, and how it came about. */
export interface WindowQuota {
  readonly metric: string;
  readonly window: Span;
  /** `null` for metrics that are counted. */
  readonly currency: string | null;
  readonly value: Exact;
  readonly per: WindowKind;
  readonly intervals: readonly QuotaInterval[];
  readonly events: readonly string[];
  readonly approvedBy: readonly string[];
  /** Whose quotas it is the sum of, where it is that of a team; it has no intervals of its own then. */
  readonly team?: TeamQuota;
}

export interface TeamQuota {
  /** By how much the quotas of the team exceed that of the manager. */
  readonly overAssignment: Exact;
  readonly members: readonly TeamMemberQuota[];
}

export interface TeamMemberQuota {
  readonly participant: string;
  /** Days of the window on which the quota counts. */
  readonly days: readonly Interval[];
  readonly quota: WindowQuota;
  /** What it comes to on these days. */
  readonly value: Exact;
}

/** What the quota of a participant is read from. */
export type QuotaBook = Pick<Book, 'quotas' | 'participant' | 'calendar'>;

/** Whether amounts in the unit, a currency or `number`, can be held against the quota. */
export function isQuotaOf(quota: WindowQuota, unit: string): boolean {
  return (quota.currency ?? 'number') === unit;
}

/** By the entry, then by who and what else it was worked out for. */
const KNOWN = alongside<QuotaEntry, { readonly of: unknown; readonly quotas: Map<string, WindowQuota | null> }>();

/**
 * The participant's quota for a metric in a window, `null` where none is assigned. Amounts of shorter intervals add up, those of
 * longer ones are divided evenly and exactly (mechanics §8); a window with dates of its own takes them by days. `presence`: the days
 * that a component prorates it for, unless the quota says that for itself.
 */
export function quotaOf(
  book: QuotaBook,
  metric: string,
  window: Span,
  presence: Presence | null = null,
): WindowQuota | null {
  const years = windowsIn(window, 'year').map(({ id }) =>
    quotaIn(book, book.quotas.get(`${metric}.${id}`), window, presence),
  );
  const [first, ...rest] = years;
  if (first === undefined || first === null || rest.length === 0) return first ?? null;
  return rest.reduce<WindowQuota | null>(
    (all, next) => (all === null || next === null ? null : joined(all, next)),
    first,
  );
}

/** The quota up to a date: of every interval the part of its days in the window that are over. */
export function quotaUpTo(quota: WindowQuota, date: string): Exact {
  const until = { from: quota.window.from, to: date };
  if (quota.team === undefined) return takenOn(quota, [until]);
  const { members, overAssignment } = quota.team;
  return div(sum(members.map((each) => takenOn(each.quota, within(each.days, until)))), add(ONE, overAssignment));
}

/** The quota on some days of its window: of every interval the part of its days that they are. */
export function takenOn(quota: WindowQuota, days: readonly Interval[]): Exact {
  return sum(quota.intervals.map((interval) => mul(interval.taken, partOn(quota, interval, days))));
}

/** How much of what a window takes of an interval falls on some days: by days, or by what its stages come to on them. */
export function partOn(
  { window }: Pick<WindowQuota, 'window'>,
  interval: QuotaInterval,
  days: readonly Interval[],
): Exact {
  const piece = shared(interval, window);
  if (piece === null) return ZERO;
  const ever = daysWeighed(interval.stages);
  if (interval.stages.length > 0 && !isZero(ever)) {
    const on = interval.stages.flatMap((stage) =>
      within(days, stage).map((span) => ({ ...span, amount: stage.amount })),
    );
    return divided(daysWeighed(on), ever);
  }
  const taken = daysTogether(within(days, piece));
  const all = daysIn(piece);
  return taken === all ? ONE : fraction(BigInt(taken), BigInt(all));
}

/** Days in intervals that do not overlap. */
function daysTogether(intervals: readonly Interval[]): number {
  return intervals.reduce((total, each) => total + daysIn(each), 0);
}

/** Amounts times the days on which they hold. */
function daysWeighed(stages: readonly Stage[]): Exact {
  return sum(stages.map((stage) => mul(stage.amount, fraction(BigInt(daysIn(stage)), 1n))));
}

function divided(a: Exact, b: Exact): Exact {
  return equal(a, b) ? ONE : fraction(a.n * b.d, a.d * b.n);
}

/** What a quota entry gives a window in its year. */
function quotaIn(
  book: QuotaBook,
  entry: QuotaEntry | undefined,
  window: Span,
  presence: Presence | null,
): WindowQuota | null {
  if (entry === undefined) return null;
  // The participant's days and the holidays matter only to some quotas; a new entry of either begins anew.
  let known = KNOWN.get(entry);
  if (known === undefined || known.of !== book.participant) {
    known = { of: book.participant, quotas: new Map() };
    KNOWN.set(entry, known);
  }
  const key = `${window.from}/${window.to}/${isDated(window)}/${presence?.key ?? ''}/${book.calendar.holidays?.join() ?? ''}`;
  let quota = known.quotas.get(key);
  if (quota === undefined) {
    quota = worked(book, entry, window, presence);
    known.quotas.set(key, quota);
  }
  return quota;
}

function joined(a: WindowQuota, b: WindowQuota): WindowQuota | null {
  if (a.currency !== b.currency) return null;
  return {
    ...a,
    value: sum([a.value, b.value]),
    intervals: [...a.intervals, ...b.intervals],
    events: [...a.events, ...b.events],
    approvedBy: [...new Set([...a.approvedBy, ...b.approvedBy])],
  };
}

function worked(book: QuotaBook, entry: QuotaEntry, window: Span, presence: Presence | null): WindowQuota | null {
  if (entry.quota === null) return null;
  const { per, currency, event, approvedBy } = entry.quota;
  const year = periodBounds(String(entry.year));
  const inYear = shared(window, year);
  const intervals: QuotaInterval[] = [];
  for (const span of inYear === null ? [] : windowsIn(inYear, per)) {
    const interval = intervalOf(book, entry.quota, entry, span, window, presence);
    if (interval === null) return null;
    intervals.push(interval);
  }
  const value = sum(intervals.map(({ taken }) => taken));
  return { metric: entry.metric, window, currency, value, per, intervals, events: [event], approvedBy: [approvedBy] };
}

/** The amount of an interval as the window takes it: blended over the days that they share, relieved, in proportion, rounded. */
function intervalOf(
  book: QuotaBook,
  quota: QuotaAmounts,
  entry: QuotaEntry,
  span: Span,
  window: Span,
  presence: Presence | null,
): QuotaInterval | null {
  const amount = amountOf(quota, span);
  const piece = shared(span, window);
  if (amount === null || piece === null) return null;
  // How a component counts what it prorates is no matter of a quota that it leaves as it is.
  const theirs = presence?.rule.what.includes('quota') === true ? presence.rule.count : CALENDAR_DAYS;
  const counting = quota.count ?? theirs;
  const holidays = holidaysOf(book.calendar);
  const stages = stagesOf(book, quota, span, piece, window, presence);
  const mixed = stages === null ? null : blended(counting, stages, piece, holidays);
  const worth = relieved(span, mixed?.value ?? amount, entry.reliefs, quota, holidays);
  const part = partOf(span, window);
  const exactly = mul(worth.value, part);
  const isProrated = (stages !== null && !isWhole(stages, piece, quota, span)) || !equal(worth.value, worth.assigned);
  const taken = isProrated ? roundedAmount(exactly, counting) : exactly;
  return { ...span, ...worth, stages: stages ?? [], parts: mixed?.parts ?? [], part, taken };
}

/** Whether one of the amounts that were written holds for all of a stretch, so that nothing is prorated in it. */
function isWhole(stages: readonly Stage[], piece: Interval, quota: QuotaAmounts, span: Span): boolean {
  const [only] = stages;
  const [joined] = within(stages, piece);
  if (only === undefined || joined?.from !== piece.from || joined.to !== piece.to) return false;
  if (stages.some(({ amount }) => !equal(amount, only.amount))) return false;
  const written = [null, ...(quota.changes ?? []).map(({ amount }) => amount)].map((amount) =>
    amountOf(amount === null ? quota : { ...quota, amounts: [amount] }, span),
  );
  return written.some((amount) => amount !== null && equal(amount, only.amount));
}

/** What was assigned for an interval before anything changes it; `null` where a list of amounts is too short. */
function amountOf({ amounts, per, spread }: QuotaAmounts, span: Span): Exact | null {
  const at = indexIn(span, per);
  const amount = amounts.length === 1 ? amounts[0] : amounts[at];
  if (amount === undefined) return null;
  return spread === undefined ? exact(amount) : mul(exact(amount), percent(spread[at] ?? '0'));
}

/** The amounts that hold over parts of a stretch; `null` where a single one holds for all of it. */
function stagesOf(
  book: QuotaBook,
  quota: QuotaAmounts,
  span: Span,
  piece: Interval,
  window: Span,
  presence: Presence | null,
): readonly Stage[] | null {
  const { changes, ramp, prorate } = quota;
  const days = presentDays(book, prorate, presence, window);
  if (changes === undefined && ramp === undefined && days === null) return null;
  const counting = quota.count ?? CALENDAR_DAYS;
  const base: Stage = { ...piece, amount: amountOf(quota, span) ?? ZERO };
  const changed = (changes ?? []).reduce<readonly Stage[]>(
    (stages, { from, amount }) => {
      const on = changesOn(from, counting);
      const next = amountOf({ ...quota, amounts: [amount] }, span) ?? ZERO;
      return on >= piece.to
        ? stages
        : [...before(stages, on), { amount: next, from: latestOf(on, piece.from), to: piece.to }];
    },
    [base],
  );
  const steps = ramp === undefined ? [{ share: ONE, from: piece.from, to: piece.to }] : stepsOf(ramp, book.participant);
  return changed.flatMap((stage) =>
    steps.flatMap(({ share, ...step }) =>
      within([step], stage).flatMap((part) =>
        (days === null ? [part] : within(days, part)).map((day) => ({ ...day, amount: mul(stage.amount, share) })),
      ),
    ),
  );
}

/**
 * The days that a quota is prorated for: by its own word, or by the component's that asks for it; `null` where it is not, or where
 * none of the window's days count.
 */
function presentDays(
  { participant }: QuotaBook,
  prorate: QuotaAmounts['prorate'],
  presence: Presence | null,
  window: Span,
): readonly Interval[] | null {
  const days = ownDays(participant, prorate) ?? (presence?.rule.what.includes('quota') ? presence.days : null);
  return days === null || within(days, window).length === 0 ? null : days;
}

function ownDays(participant: Book['participant'], prorate: QuotaAmounts['prorate']): readonly Interval[] | null {
  if (prorate === 'employed') return employed(participant);
  return prorate === 'assigned' ? assigned(participant, () => true) : null;
}

/** The part of an interval that a window takes: by half-months where it begins and ends with one, otherwise by days. */
function partOf(span: Span, window: Span): Exact {
  const taken = shared(span, window);
  if (taken === null) return ZERO;
  if (taken.from === span.from && taken.to === span.to) return ONE;
  const [part, whole] = isDated(window) ? [daysIn(taken), daysIn(span)] : [halfMonthsIn(taken), halfMonthsIn(span)];
  return fraction(BigInt(part), BigInt(whole));
}

function indexIn(span: Span, per: 'month' | 'quarter' | 'year'): number {
  return (Number(span.from.slice(5, 7)) - 1) / { month: 1, quarter: 3, year: 12 }[per];
}
