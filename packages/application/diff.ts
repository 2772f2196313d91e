import { streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { exact, sub } from '@ledger/money';
import { resolveAsOf } from './as-of.ts';
import { openBooks } from './books.ts';
import { breathing } from './breath.ts';
import type { Progress } from './close.ts';
import { movingEvents } from './diff-events.ts';
import { type Matter, type MovingEvent, totalOf } from './diff-moves.ts';
import { booksAt, isSame, type Standing, standing } from './diff-standing.ts';
import { amountText, type Difference, differences } from './differences.ts';
import { eventsOf } from './handle.ts';
import { type Ledger, refresh } from './ledger.ts';
import { checkPeriodId } from './names.ts';

/** Why numbers changed between two moments: by person, period and component, with the events that moved them. */
export interface Diff {
  readonly from: string;
  readonly to: string;
  /** Those of whom a statement is another one, by id. */
  readonly participants: readonly DiffOfPerson[];
}
export interface DiffOfPerson {
  readonly participant: string;
  readonly currency: string;
  readonly periods: readonly DiffOfPeriod[];
}
export interface DiffOfPeriod {
  readonly period: string;
  readonly before: Moment;
  readonly after: Moment;
  /** `null` where one of the two statements cannot be computed. */
  readonly difference: string | null;
  readonly components: readonly Difference[];
  /**
   * In the order in which they began to count: that of the log, but for what a period's opening let in. Their differences add up to the
   * difference, by component and in total.
   */
  readonly events: readonly MovingEvent[];
}
export interface Moment {
  /** `none`: there was no such statement yet, which counts as nothing. */
  readonly state: 'none' | 'open' | 'frozen' | 'failed';
  readonly total: string | null;
  readonly problem: Problem | null;
}
export interface DiffAsk {
  /** A position or an instant; or, as `freeze:1`, a freeze of the period: when the statements of that one were history. */
  readonly from: string;
  /** The end of the log where it is left out. */
  readonly to?: string | undefined;
  readonly participant?: string | undefined;
  readonly period?: string | undefined;
  readonly onProgress?: Progress | undefined;
}

/** People whose statements are walked through side by side: what is calculated of them is held meanwhile. */
const MOST_AT_ONCE = 100;

/** Compares every statement asked for as it stood at two moments, and finds the events between them that moved it. */
export async function diff(ledger: Ledger, ask: DiffAsk): Promise<Diff | Problem> {
  const wrong = ask.period === undefined ? undefined : checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const from = await endOf(ledger, ask.from, ask, '/from');
  if (isProblem(from)) return from;
  const to = await endOf(ledger, ask.to, ask, '/to');
  if (isProblem(to)) return to;
  if (from > to) {
    return problem('as_of_invalid', `As of ${from} is after ${to}; name the earlier moment first.`, '/to');
  }
  const after = await openBooks(ledger, to, ask.participant);
  if (isProblem(after)) return after;
  const before = await booksAt(ledger, from, ask.participant);
  if (ask.participant !== undefined && !after.participants.has(ask.participant)) {
    const says = `Participant "${ask.participant}" is not in the ledger as of ${to}; check the id.`;
    return problem('participant_unknown', says);
  }
  if (ask.period !== undefined && !after.periods.has(ask.period)) {
    const known = [...after.periods.keys()].sort().join(', ') || 'none yet';
    return problem('period_unknown', `Period "${ask.period}" is not open as of ${to}; ask for one of: ${known}.`);
  }
  const people = ask.participant === undefined ? [...after.participants.keys()].sort() : [ask.participant];
  const periods = ask.period === undefined ? [...after.periods.keys()].sort() : [ask.period];
  const participants: DiffOfPerson[] = [];
  const breathe = breathing();
  for (let done = 0; done < people.length; done += MOST_AT_ONCE) {
    const some = people.slice(done, done + MOST_AT_ONCE);
    // To see whose statements are other ones, and why they are, each counts for half of the work on these people.
    const onPart = (part: number) => ask.onProgress?.(done + Math.floor(some.length * part), people.length);
    const matters: (Matter & { readonly is: Standing })[] = [];
    for (const [at, participant] of some.entries()) {
      await breathe();
      onPart(at / some.length / 2);
      const currency = after.participants.get(participant)?.currency ?? '';
      for (const period of periods) {
        const was = await standing(ledger, before, from, { participant, period });
        const is = await standing(ledger, after, to, { participant, period });
        if (!isSame(was, is)) matters.push({ participant, period, currency, was, is });
      }
    }
    const moved = await movingEvents(ledger, { from, to, only: ask.participant }, matters, (at, all) =>
      onPart((1 + at / all) / 2),
    );
    for (const [participant, own] of Map.groupBy(matters, (each) => each.participant)) {
      participants.push({
        participant,
        currency: own[0]?.currency ?? '',
        periods: own.map((each) => diffOf(each, moved.get(each) ?? [])),
      });
    }
  }
  ask.onProgress?.(people.length, people.length);
  return { from: String(from), to: String(to), participants };
}

const FREEZE = /^freeze:([1-9][0-9]?)$/;

async function endOf(ledger: Ledger, end: string | undefined, { period }: DiffAsk, field: string) {
  const [, named] = FREEZE.exec(end ?? '') ?? [];
  if (named === undefined) return resolveAsOf(ledger, end, field);
  if (period === undefined) return problem('field_missing', `"${end}" is of a period; name the period too.`, '/period');
  await refresh(ledger);
  const events = await eventsOf(ledger, streamOf.period(period));
  const freezes = events.filter(({ event }) => event.type === 'PeriodFrozen');
  const frozen = freezes[Number(named) - 1];
  if (frozen !== undefined) return frozen.position;
  if (freezes.length === 0) {
    return problem('period_not_frozen', `Period ${period} was never frozen; name a moment instead of ${end}.`, field);
  }
  const known = freezes.map((_, index) => `freeze:${index + 1}`).join(', ');
  return problem('not_found', `Period ${period} has no freeze ${named}; ask for one of: ${known}.`, field);
}

function diffOf(
  { period, currency, was, is }: Matter & { readonly is: Standing },
  events: readonly MovingEvent[],
): DiffOfPeriod {
  const [before, after] = [momentOf(was, currency), momentOf(is, currency)];
  if (before.total === null || after.total === null) {
    return { period, before, after, difference: null, components: [], events };
  }
  const components = differences(was.statement, is.statement, currency);
  const difference = amountText(sub(exact(after.total), exact(before.total)), currency);
  const explained = totalOf(
    events.flatMap((event) => (event.difference === null ? [] : [{ difference: event.difference }])),
    currency,
  );
  if (explained !== difference) {
    throw new Error(`the events that moved ${period} add up to ${explained}, not ${difference}`);
  }
  return { period, before, after, difference, components, events };
}

function momentOf(standing: Standing, currency: string): Moment {
  const { state, statement } = standing;
  if (state === 'failed') return { state, total: null, problem: standing.problem };
  return { state, total: statement === null ? amountText(exact('0'), currency) : statement.total, problem: null };
}
