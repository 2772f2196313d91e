import {
  creditedBy,
  type DealEntry,
  foldDeal,
  type PlanEntry,
  periodBounds,
  periodsFrom,
  reachesOthers,
} from '@ledger/calculation';
import type { SupposedDeal } from '@ledger/connectors';
import { dealDecider } from '@ledger/decisions';
import {
  type AttainmentResult,
  dealKey,
  decode,
  type RecordedEvent,
  type Statement,
  type StatementLine,
  streamOf,
} from '@ledger/events';
import { type Actor, isProblem, type Problem, problem, type ViewStore } from '@ledger/kernel';
import { exact, sub } from '@ledger/money';
import { dealsView, definitionsView, participantLabel } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type Books, openBooks } from './books.ts';
import { reachAt } from './colleagues.ts';
import { amountText, changedAttainment, type Difference, differences } from './differences.ts';
import { stateOf } from './handle.ts';
import { type Ledger, today } from './ledger.ts';
import { type AsOf, computeStatement } from './statements.ts';

/** What statements would be if these deals were told. Nothing is written. */
export interface WhatWould {
  readonly asOf: string;
  readonly deals: readonly string[];
  /** Of everybody whose statements would be other ones, by id. */
  readonly participants: readonly WouldBe[];
}
export interface WouldBe {
  readonly participant: string;
  readonly currency: string;
  /** Credited with one of the deals; otherwise their plans look at somebody who is. */
  readonly isCredited: boolean;
  readonly periods: readonly WouldBePeriod[];
}
export interface WouldBePeriod {
  readonly period: string;
  /** `null` where the statement cannot be computed; `problem` says why. */
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string | null;
  readonly components: readonly Difference[];
  /** Lines that are new or other ones, as they would be. */
  readonly lines: readonly StatementLine[];
  readonly attainment: readonly { readonly before: AttainmentResult | null; readonly after: AttainmentResult | null }[];
  readonly problem: Problem | null;
}

export interface WhatWouldAsk extends AsOf {
  readonly deals: readonly SupposedDeal[];
  /** Only this person's statements. */
  readonly participant?: string | undefined;
}

/** What is supposed is recorded by no one: no participant can have this id. */
const SUPPOSING: Actor = { id: 'what.would', role: 'ops' };

/**
 * The estimator: the deals pass the decider that would record them, and the same calculation runs on the ledger as it is and on a
 * branch of it that holds them too.
 */
export async function whatWould(ledger: Ledger, ask: WhatWouldAsk): Promise<WhatWould | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const supposed = await suppose(ledger, ask.deals, asOf);
  if (isProblem(supposed)) return supposed;
  const before = await openBooks(ledger, asOf);
  if (isProblem(before)) return before;
  const after = await openBooks({ ...ledger, views: withDeals(ledger.views, supposed, asOf) }, asOf + 1n);
  if (isProblem(after)) return after;
  const credited = new Set(
    [...supposed.values()].flatMap(({ entry, was }) => [
      ...creditedBy(entry),
      ...(was === undefined ? [] : creditedBy(was)),
    ]),
  );
  const unknown = [...credited].find((id) => !before.participants.has(id));
  if (unknown !== undefined) {
    return problem(
      'participant_unknown',
      `Nobody in the ledger has the id "${unknown}" as of ${asOf}; correct the deal, or onboard them first.`,
    );
  }
  if (ask.participant !== undefined && !before.participants.has(ask.participant)) {
    return problem(
      'participant_unknown',
      `Participant "${ask.participant}" is not in the ledger as of ${asOf}; check the id.`,
    );
  }
  const periods = periodsOf(before, supposed);
  const participants: WouldBe[] = [];
  const plans = (await ledger.views.list(definitionsView, 'plan/', asOf)).map(
    ({ row }) => JSON.parse(row) as PlanEntry,
  );
  for (const id of whoCanMove(before, credited, new Map(plans.map((entry) => [entry.plan, entry])))) {
    if (ask.participant !== undefined && id !== ask.participant) continue;
    const moved: WouldBePeriod[] = [];
    for (const period of periods) {
      const would = compared(
        period,
        await computeStatement(before, id, period),
        await computeStatement(after, id, period),
      );
      if (would !== null) moved.push(would);
    }
    if (moved.length === 0 && !credited.has(id) && ask.participant === undefined) continue;
    const currency = before.participants.get(id)?.currency ?? '';
    participants.push({ participant: id, currency, isCredited: credited.has(id), periods: moved });
  }
  return { asOf: String(asOf), deals: [...supposed.keys()], participants };
}

interface Supposed {
  readonly entry: DealEntry;
  readonly was: DealEntry | undefined;
}

/** The deals as they would stand: what the decider makes of each, on top of what is known of it. */
async function suppose(
  ledger: Ledger,
  deals: readonly SupposedDeal[],
  asOf: bigint,
): Promise<ReadonlyMap<string, Supposed> | Problem> {
  const supposed = new Map<string, Supposed>();
  const context = { actor: SUPPOSING, today: await today(ledger) };
  for (const terms of deals) {
    const { source, deal } = terms.snapshot;
    const key = dealKey({ source, deal });
    const stored = (await ledger.store.read(streamOf.deal(source, deal))).filter(({ position }) => position <= asOf);
    const events = dealDecider.decide({ type: 'RecordDeal', ...terms }, stateOf(dealDecider, stored), context);
    if (isProblem(events)) return { ...events, message: `deal ${key}: ${events.message}` };
    const was = stored.map(decode).reduce<DealEntry | undefined>(foldDeal, undefined);
    const entry = events
      .map((event): RecordedEvent => ({ ...NOWHERE, event, stream: streamOf.deal(source, deal), position: asOf + 1n }))
      .reduce(foldDeal, supposed.get(key)?.entry ?? was);
    if (entry !== undefined) supposed.set(key, { entry, was });
  }
  return supposed;
}

/** Of an event that nobody records. */
const NOWHERE = {
  id: 'what-would',
  revision: 1,
  recordedAt: '',
  meta: { actor: SUPPOSING, commandId: 'what-would', commandHash: '', correlationId: 'what-would', causationId: null },
  hash: '',
} as const;

/** The views with deals more, at the position after `asOf`; everything else is as of `asOf`. */
function withDeals(views: ViewStore, supposed: ReadonlyMap<string, Supposed>, asOf: bigint): ViewStore {
  const at = (position: bigint | undefined) => (position === undefined || position > asOf ? asOf : position);
  const own = [...supposed].map(([key, { entry }]) => ({
    key,
    position: asOf + 1n,
    row: JSON.stringify(entry),
    labels: creditedBy(entry).map(participantLabel),
  }));
  const isDeals = ({ name }: { readonly name: string }) => name === dealsView.name;
  return {
    ...views,
    get: async (view, key, position) =>
      (isDeals(view) && (position ?? asOf + 1n) > asOf ? own.find((each) => each.key === key)?.row : undefined) ??
      views.get(view, key, at(position)),
    list: (view, prefix, position) => views.list(view, prefix, at(position)),
    labelled: async (view, label, position) => {
      const rows = await views.labelled(view, label, at(position));
      if (!isDeals(view) || (position ?? asOf + 1n) <= asOf) return rows;
      // A key that a label has once found stays found by it.
      const added = own.filter(({ key, labels }) => labels.includes(label) || rows.some((row) => row.key === key));
      return [...rows.filter(({ key }) => !supposed.has(key)), ...added];
    },
    changes: async (view, of, { after, upTo }) => {
      const rows = await views.changes(view, of, { after, upTo: at(upTo) });
      if (!isDeals(view) || upTo <= asOf || !('label' in of)) return rows;
      const known = new Set((await views.labelled(view, of.label, asOf)).map(({ key }) => key));
      return [...rows, ...own.filter(({ key, labels }) => labels.includes(of.label) || known.has(key))];
    },
  };
}

/** Periods that are open, and those in which the deals close. */
function periodsOf({ calendar, periods }: Books, supposed: ReadonlyMap<string, Supposed>): readonly string[] {
  const open = [...periods.values()].flatMap(({ period, state }) => (state === 'frozen' ? [] : [period]));
  const closing = [...supposed.values()].flatMap(({ entry, was }) => {
    const days = was === undefined ? [entry.closedOn] : [entry.closedOn, was.closedOn];
    return days.flatMap((day) => {
      const span = periodsFrom(calendar, calendar.firstPeriod, dayAfter(day)).at(-1);
      return span === undefined || span.from > day || periods.get(span.id)?.state === 'frozen' ? [] : [span.id];
    });
  });
  return [...new Set([...open, ...closing])].sort((a, b) => (periodBounds(a).from < periodBounds(b).from ? -1 : 1));
}

function dayAfter(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}

/** Whoever is credited, and those whose plans look at others. */
function whoCanMove(
  { participants }: Books,
  credited: ReadonlySet<string>,
  plans: Parameters<typeof reachAt>[1]['plans'],
): readonly string[] {
  const looking = [...participants.keys()].filter((id) => reachesOthers(reachAt(id, { plans, participants })));
  return [...new Set([...credited, ...looking])].sort();
}

function compared(period: string, before: Statement | Problem, after: Statement | Problem): WouldBePeriod | null {
  if (isProblem(before) || isProblem(after)) {
    const wrong = isProblem(after) ? after : isProblem(before) ? before : null;
    if (isProblem(before) && isProblem(after) && before.message === after.message) return null;
    const totals = { before: isProblem(before) ? null : before.total, after: isProblem(after) ? null : after.total };
    return { period, ...totals, difference: null, components: [], lines: [], attainment: [], problem: wrong };
  }
  const known = new Map(before.lines.map((line) => [line.line, line]));
  const lines = after.lines.filter((line) => known.get(line.line)?.amount !== line.amount);
  const attainment = changedAttainment(before.attainment, after.attainment);
  const components = differences(before, after);
  if (lines.length === 0 && attainment.length === 0 && components.length === 0) return null;
  const difference = amountText(sub(exact(after.total), exact(before.total)), after.currency);
  return { period, before: before.total, after: after.total, difference, components, lines, attainment, problem: null };
}
