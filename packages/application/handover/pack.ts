import { type CalendarEntry, type PeriodEntry, periodsFrom } from '@ledger/calculation';
import { isProblem, type Problem } from '@ledger/kernel';
import { resolveAsOf } from '../as-of.ts';
import type { Progress } from '../close.ts';
import { exceptionRegister, type RegisteredException } from '../exceptions.ts';
import { type GuidedClose, guidedClose } from '../guided-close.ts';
import { calendarOf, type Ledger } from '../ledger.ts';
import { dayAt, instantAt } from '../moment.ts';
import { payoutsAt } from '../payouts.ts';
import type { AsOf } from '../statements.ts';
import { type Carried, type Coming, carriedBalances, comingAfter, endedSince, inOrder } from './coming.ts';
import { type HandedRequest, requestsAt, waitingAt } from './decisions.ts';
import {
  decidedIn,
  entriesAt,
  type HandedDefinition,
  type HandedPerson,
  handedDefinitions,
  handedPeople,
} from './definitions.ts';
import { keepingBack } from './kept-back.ts';
import { delegationsComing, type HandedPolicy, policiesAt } from './policies.ts';
import { type HandedQuery, openQueries } from './questions.ts';
import { type Rehearsal, rehearse } from './rehearsal.ts';
import { type HandedReplay, keptReplays } from './replays.ts';
import { busFactor, type OnlyPerson, type Unusual, unusualDecisions } from './unusual.ts';

/** A period on the close calendar, and what is due for it. */
export interface CloseDate {
  readonly period: string;
  readonly from: string;
  /** First day after it: its freeze can be requested from then on. */
  readonly to: string;
  readonly state: 'not open' | PeriodEntry['state'];
}

interface HandedMoney {
  readonly period: string;
  readonly state: 'frozen' | 'in-run' | 'returned' | 'negative';
  readonly statements: number;
  /** By currency. */
  readonly totals: Readonly<Record<string, string>>;
}

/** Everything that somebody who takes over has to know, as of one position. */
export interface HandoverPack {
  readonly ledger: string;
  readonly asOf: string;
  readonly at: string;
  readonly today: string;
  readonly calendar: Pick<CalendarEntry, 'cadence' | 'firstPeriod' | 'timeZone' | 'currency'>;
  readonly closes: readonly CloseDate[];
  /** The close that comes next, step by step. */
  readonly close: GuidedClose | null;
  /** Money of frozen periods that is not where it should end: payable, with payroll, returned, or to be taken back. */
  readonly money: readonly HandedMoney[];
  readonly waiting: readonly HandedRequest[];
  readonly queries: readonly HandedQuery[];
  readonly replays: readonly HandedReplay[];
  readonly coming: readonly Coming[];
  readonly carried: readonly Carried[];
  /** In force, expiring soon, or expired and still in what statements come to; each with what it moves. */
  readonly exceptions: readonly RegisteredException[];
  readonly unusual: readonly Unusual[];
  readonly busFactor: readonly OnlyPerson[];
  readonly rehearsal: Rehearsal | null;
  readonly definitions: readonly HandedDefinition[];
  /** Who has to approve what, in whose place others decide, how corrections are posted, how long queries may take. */
  readonly policies: readonly HandedPolicy[];
  readonly people: readonly HandedPerson[];
}

/** Periods of the calendar that are told beside those that are open. */
const COMING_PERIODS = 4;

/** Gathers the pack. It is found in the log, not curated; the same position gives the same pack on any day but for what is due. */
export async function handover(
  ledger: Ledger,
  ask: AsOf & { readonly onProgress?: Progress | undefined },
): Promise<HandoverPack | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const calendar = await calendarOf(ledger, asOf);
  if (isProblem(calendar)) return calendar;
  const today = await dayAt(ledger, ask.asOf, asOf);
  const at = await instantAt(ledger, ask.asOf, asOf);
  const entries = await entriesAt(ledger, asOf);
  const periods = entries.filter((entry) => entry.kind === 'period');
  const requests = await requestsAt(ledger, asOf);
  const closes = closeDates(calendar, periods, today);
  const coming = closes.find(({ state }) => state !== 'frozen');
  // As of the instant asked for, not of its position: the day of the answer follows from it.
  const close = coming === undefined ? null : await guidedClose(ledger, { asOf: ask.asOf, period: coming.period });
  if (close !== null && isProblem(close)) return close;
  const rehearsal = await rehearse(ledger, periods, asOf, ask.onProgress);
  if (rehearsal !== null && isProblem(rehearsal)) return rehearsal;
  const register = await exceptionRegister(ledger, { asOf: ask.asOf, onProgress: ask.onProgress });
  if (isProblem(register)) return register;
  const everybody = entries.filter((entry) => entry.kind === 'participant');
  const { cadence, firstPeriod, timeZone, currency } = calendar;
  const byPeriod = new Map(periods.map((entry) => [entry.period, entry]));
  const keptBack = keepingBack(ledger, entries, asOf);
  const carried = await carriedBalances(ledger, everybody, byPeriod, { asOf, today }, keptBack);
  if (isProblem(carried)) return carried;
  const waiting = await waitingAt(ledger, requests, { today, asOf });
  const policies = await policiesAt(ledger, entries, { asOf, today });
  return {
    ledger: ledger.store.ledger,
    asOf: String(asOf),
    at,
    today,
    calendar: { cadence, firstPeriod, timeZone, currency },
    closes,
    close,
    money: await moneyUnderWay(ledger, periods, asOf),
    waiting,
    queries: await openQueries(ledger, ask.asOf, asOf),
    replays: await keptReplays(ledger, asOf),
    coming: [
      ...(coming === undefined ? [] : endedSince(entries, coming.from, today)),
      ...inOrder([...comingAfter(entries, today), ...delegationsComing(policies, today), ...waiting.map(lapse)], today),
    ],
    carried,
    exceptions: register.exceptions.filter(
      ({ state, felt }) => isInForce(state) || (state === 'expired' && felt === true),
    ),
    unusual: await unusualDecisions(ledger, {
      ...{ requests, periods, asOf, at },
      causes: rehearsal?.since.causes ?? [],
      exceptions: register.exceptions,
      people: everybody,
    }),
    busFactor: await busFactor(ledger, requests, asOf),
    rehearsal,
    definitions: handedDefinitions(entries, today, await decidedIn(ledger, entries, asOf)),
    policies,
    people: handedPeople(entries, today),
  };
}

function lapse({ name, expiresOn }: HandedRequest): Coming {
  return { on: expiresOn, what: 'request', who: null, says: `${name} can no longer be decided.` };
}

function isInForce(state: RegisteredException['state']): boolean {
  return state === 'in-force' || state === 'expiring';
}

/** The last frozen period, those that are not, and the next ones. */
function closeDates(calendar: CalendarEntry, periods: readonly PeriodEntry[], today: string): readonly CloseDate[] {
  const ahead = Temporal.PlainDate.from(today).add({
    months: calendar.cadence === 'month' ? COMING_PERIODS : 3 * COMING_PERIODS,
  });
  const all = periodsFrom(calendar, calendar.firstPeriod, ahead.toString());
  const stateOf = (id: string) => periods.find(({ period }) => period === id)?.state ?? 'not open';
  const last = all.findLastIndex(({ id }) => stateOf(id) === 'frozen');
  return all.slice(Math.max(0, last)).map(({ id, from, to }) => ({ period: id, from, to, state: stateOf(id) }));
}

async function moneyUnderWay(
  ledger: Ledger,
  periods: readonly PeriodEntry[],
  asOf: bigint,
): Promise<readonly HandedMoney[]> {
  const found: HandedMoney[] = [];
  for (const { period, state } of periods) {
    if (state !== 'frozen') continue;
    const answer = await payoutsAt(ledger, period, asOf);
    if (isProblem(answer)) continue;
    for (const each of ['frozen', 'in-run', 'returned', 'negative'] as const) {
      const statements = answer.payouts.filter((payout) => payout.state === each).length;
      if (statements > 0) found.push({ period, state: each, statements, totals: answer.totals[each] ?? {} });
    }
  }
  return found;
}
