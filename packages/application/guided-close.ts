import { type PeriodEntry, periodBounds } from '@ledger/calculation';
import { causesOf, checkInCalendar } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import { blockersOf } from './blockers.ts';
import { openBooks } from './books.ts';
import { type CloseStep, lifeOf, type Matter, type StepAnswer } from './close-matter.ts';
import { paid, payRun } from './close-payment.ts';
import { approve, blockers, earlier, facts, next, open, over, queries, request, requests } from './close-steps.ts';
import { eventsOf } from './handle.ts';
import { calendarOf, type Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
import { checkPeriodId } from './names.ts';
import type { AsOf } from './statements.ts';

export { CLOSE_STEPS, type CloseStep, type StepAnswer } from './close-matter.ts';

export interface GuidedClose {
  readonly asOf: string;
  /** Business day that the answer speaks of. */
  readonly today: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly state: 'not open' | PeriodEntry['state'];
  /** The first step that can be done and is not; `null`: the close is complete. */
  readonly next: CloseStep | null;
  readonly steps: readonly StepAnswer[];
}

/**
 * The close of a period as steps, each with its state. Everything is derived from the log, so that whoever takes it up, on whatever
 * machine, sees the same; nothing is stored about the close itself.
 */
export async function guidedClose(
  ledger: Ledger,
  ask: AsOf & { readonly period: string },
): Promise<GuidedClose | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  const calendar = await calendarOf(ledger, asOf);
  if (isProblem(calendar)) return calendar;
  const { period } = ask;
  const foreign = checkInCalendar(period, calendar, '/period');
  if (foreign !== undefined) return foreign;
  const { from, to } = periodBounds(period);
  const today = await dayAt(ledger, ask.asOf, asOf);
  const events = (await eventsOf(ledger, streamOf.period(period))).filter(({ position }) => position <= asOf);
  const life = lifeOf(events);
  const inTheWay =
    life.opened !== null && life.started === null ? await blockersOf(ledger, books, period, ask.asOf) : [];
  const matter: Matter = { ledger, books, asOf, asked: ask.asOf, period, from, to, today, life, inTheWay };
  const steps: StepAnswer[] = [];
  for (const make of [open, earlier, over, facts, blockers, requests, queries, request, approve, payRun, paid, next]) {
    const made = await make(matter, steps);
    steps.push({ ...made, causes: causesOf(made.missing) });
  }
  const state = books.periods.get(period)?.state ?? 'not open';
  const first = steps.find(({ state: each }) => each === 'now') ?? steps.find(({ state: each }) => each === 'later');
  return { asOf: String(asOf), today, period, from, to, state, next: first?.step ?? null, steps };
}
