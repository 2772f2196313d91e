import { type CalendarEntry, dayAfter, workingDays } from '@ledger/calculation';
import type { QueryClockName, QueryClocks } from '@ledger/events';
import type { QueryRow } from './queries.ts';

/** A clock of a query: by when, whether that was kept. */
export interface QueryClock {
  /** Last day on which it is in time; `null` where no clock of this kind runs. */
  readonly dueOn: string | null;
  readonly doneOn: string | null;
  readonly state: 'none' | 'running' | 'waiting' | 'kept' | 'breached';
}

/** The clocks of a query as they stand at a moment: a function of what was recorded, of the policy and of that moment. */
export interface QueryTimes {
  /** Day of the moment, where the ledger is. */
  readonly on: string;
  readonly firstAnswer: QueryClock;
  readonly resolution: QueryClock;
  /** Last day on which it can be reopened; `null`: on any, or it is not resolved. */
  readonly reopenUntil: string | null;
  /** Day from which the query blocks the freeze of its period while it is open; `null`: never. */
  readonly cutOffOn: string | null;
  readonly isPastCutOff: boolean;
  readonly breaches: readonly ('first-answer' | 'resolution')[];
}

/** What a query's clocks are read with. */
export interface QueryTerms {
  /** All that were set, by the day from which they apply; those of the day of its opening hold for a query. */
  readonly clocks: readonly QueryClocks[];
  readonly calendar: Pick<CalendarEntry, 'timeZone' | 'holidays'>;
  /** Whether the period that the query is about is history. */
  readonly isFrozen: boolean;
}

/** The clocks of a query at a moment. */
export function queryTimes(row: QueryRow, { clocks, calendar, isFrozen }: QueryTerms, moment: string): QueryTimes {
  const holidays = calendar.holidays ?? [];
  const dayOf = (instant: string) =>
    Temporal.Instant.from(instant).toZonedDateTimeISO(calendar.timeZone).toPlainDate().toString();
  const on = dayOf(moment);
  const openedOn = dayOf(row.openedAt);
  const policy = clocks.findLast(({ effectiveFrom }) => effectiveFrom <= openedOn);
  const daysOf = (name: QueryClockName) => policy?.clocks.find((each) => each.clock === name)?.days;
  const within = (from: string, days: number | undefined) =>
    days === undefined ? null : workingDayAfter(from, days, holidays);
  const waited = row.waits.reduce((days, { from, until }) => {
    const span = { from: dayOf(from), to: until === null ? on : dayOf(until) };
    return span.from < span.to ? days + workingDays(span, holidays) : days;
  }, 0);

  const answeredOn = row.answeredAt === null ? null : dayOf(row.answeredAt);
  const closedOn = row.closedAt === null ? null : dayOf(row.closedAt);
  const resolution = daysOf('resolution');
  const firstAnswer = clock(within(openedOn, daysOf('first-answer')), answeredOn ?? closedOn, on, false);
  const resolved = clock(
    within(dayOf(row.runsSince), resolution === undefined ? undefined : resolution + waited),
    closedOn,
    on,
    row.ball === 'participant',
  );
  // What is frozen cannot be held back any more.
  const cutOffOn = isFrozen ? null : within(openedOn, daysOf('cut-off'));
  const breaches = [
    ...(firstAnswer.state === 'breached' ? (['first-answer'] as const) : []),
    ...(resolved.state === 'breached' ? (['resolution'] as const) : []),
  ];
  return {
    on,
    firstAnswer,
    resolution: resolved,
    reopenUntil: row.stands === 'resolved' && closedOn !== null ? within(closedOn, daysOf('reopen')) : null,
    cutOffOn,
    isPastCutOff: row.stands === 'open' && cutOffOn !== null && on >= cutOffOn,
    breaches,
  };
}

function clock(dueOn: string | null, doneOn: string | null, on: string, isWaiting: boolean): QueryClock {
  if (dueOn === null) return { dueOn, doneOn, state: 'none' };
  if ((doneOn ?? on) > dueOn) return { dueOn, doneOn, state: 'breached' };
  if (doneOn !== null) return { dueOn, doneOn, state: 'kept' };
  return { dueOn, doneOn, state: isWaiting ? 'waiting' : 'running' };
}

/** The n-th working day after a day. */
function workingDayAfter(day: string, count: number, holidays: readonly string[]): string {
  let last = day;
  for (let left = count; left > 0; ) {
    const next = dayAfter(last);
    left -= workingDays({ from: next, to: dayAfter(next) }, holidays);
    last = next;
  }
  return last;
}
