import { dealNamed, type ExceptionEntry, metricsNamed, periodBounds, type RatesEntry } from '@ledger/calculation';
import { REQUESTS } from '@ledger/decisions';
import { dealKey, type RecordedEvent, type Statement, streamOf, type TraceStep } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { definitionsView, participantLabel, type QueryRow, queriesView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type AuditEntry, auditEntry } from './audit-entry.ts';
import { postedInForce } from './books.ts';
import { dealsCrediting } from './deals.ts';
import { exceptionEntries, periodEntries, planEntry, quotaEntries } from './entries.ts';
import { findEvents } from './find-events.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { checkIds } from './names.ts';
import { paymentsTo } from './payouts.ts';
import { type AsOf, type StatementState, statementOf } from './statements.ts';

/** The stations of money on its way, in the order in which it passes them. */
export const PAYOUT_PARTS = [
  'deals',
  'definitions',
  'person',
  'quotas',
  'decisions',
  'freeze',
  'statement',
  'payment',
  'queries',
  'later',
] as const;
export type PayoutPart = (typeof PAYOUT_PARTS)[number];

export interface PayoutEntry extends AuditEntry {
  readonly part: PayoutPart;
  /** Lines of the statement whose trace rests on the event. */
  readonly lines: readonly string[];
}

/** Everything that touched one payout, from the deal to the bank file. */
export interface PayoutTrail {
  readonly asOf: string;
  readonly participant: string;
  readonly period: string;
  readonly state: StatementState;
  /** Position that the numbers are computed from. */
  readonly computedAsOf: string;
  readonly currency: string;
  readonly total: string;
  readonly digest: string | null;
  /** By station, then in the order of the log. */
  readonly events: readonly PayoutEntry[];
  /** Ids that traces name and that were not found in the log. */
  readonly missing: readonly string[];
}

interface Found {
  readonly part: PayoutPart;
  readonly event: RecordedEvent;
}

/**
 * Everything that touched the statement of a participant for a period: the events that its traces rest on, each with the request and
 * the approval that it came from; the freeze and its approval; what was paid; and what was learned later. Reads this person's rows and
 * streams alone.
 */
export async function auditPayout(
  ledger: Ledger,
  ask: AsOf & { readonly participant: string; readonly period: string },
): Promise<PayoutTrail | Problem> {
  const wrong = checkIds({ participant: ask.participant });
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const answer = await statementOf(ledger, { ...ask, asOf: String(asOf) });
  if (isProblem(answer)) return answer;
  const { statement, state, digest } = answer;
  const lines = restsOn(statement);
  const pinned = BigInt(answer.asOf);
  const metrics = await metricsOf(ledger, statement, pinned);
  const matter: Matter = { ledger, statement, lines, metrics, pinned, asOf };
  const found = new Map<string, Found>();
  const add = (part: PayoutPart, event: RecordedEvent): void => {
    if (event.position <= asOf && !found.has(event.id)) found.set(event.id, { part, event });
  };
  for (const gather of [
    dealEvents,
    definitionEvents,
    personEvents,
    decisionEvents,
    periodEvents,
    queryEvents,
    laterEvents,
  ]) {
    for (const { part, event } of await gather(matter)) add(part, event);
  }
  const unknown = [...lines.keys()].filter((id) => !found.has(id));
  const others = await findEvents(ledger, unknown, asOf);
  for (const event of others.values()) {
    add(partOf(event), event);
    for (const told of await toldBefore(ledger, event)) add('deals', told);
  }
  const events: PayoutEntry[] = [];
  for (const { part, event } of inOrder([...found.values()])) {
    events.push({ ...(await auditEntry(ledger, event)), part, lines: lines.get(event.id) ?? [] });
  }
  return {
    asOf: String(asOf),
    participant: ask.participant,
    period: ask.period,
    state,
    computedAsOf: answer.asOf,
    currency: statement.currency,
    total: statement.total,
    digest,
    events,
    missing: unknown.filter((id) => !others.has(id)),
  };
}

interface Matter {
  readonly ledger: Ledger;
  readonly statement: Statement;
  /** By event: the lines that rest on it. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  /** What is measured, and what gates, looks and columns of the plans that paid look at. */
  readonly metrics: ReadonlySet<string>;
  readonly pinned: bigint;
  readonly asOf: bigint;
}

function inOrder(found: readonly Found[]): readonly Found[] {
  const station = ({ part }: Found) => PAYOUT_PARTS.indexOf(part);
  return [...found].sort((a, b) => station(a) - station(b) || (a.event.position < b.event.position ? -1 : 1));
}

/** The events that traces name, with the lines that they are named in. */
function restsOn(statement: Statement): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const line of statement.lines) {
    const visit = (step: TraceStep): void => {
      for (const event of step.events ?? []) found.set(event, (found.get(event) ?? new Set()).add(line.line));
      for (const inner of step.steps ?? []) visit(inner);
    };
    visit(line.trace);
    if (line.kind !== 'earning' && line.cause != null) {
      found.set(line.cause, (found.get(line.cause) ?? new Set()).add(line.line));
    }
  }
  return new Map([...found].map(([event, lines]) => [event, [...lines]]));
}

/** Where an event belongs that is found through the trace alone: somebody else's deal, a quota of a team. */
function partOf({ event: { type } }: RecordedEvent): PayoutPart {
  if (type.startsWith('Deal')) return 'deals';
  if (type.startsWith('Quota')) return 'quotas';
  if (/^(?:Split|Exception)/.test(type)) return 'decisions';
  if (/^(?:Participant|ReportingLine|PlanAssigned|PlanUnassigned|Leave)/.test(type)) return 'person';
  if (/^(?:Payout)/.test(type)) return 'statement';
  if (/^(?:Period)/.test(type)) return 'freeze';
  return 'definitions';
}

/** What was told of a deal before an event of it that a line rests on, as before a cancellation that a team's correction names. */
async function toldBefore(
  ledger: Ledger,
  { stream, position, event }: RecordedEvent,
): Promise<readonly RecordedEvent[]> {
  if (!event.type.startsWith('Deal')) return [];
  const told = await eventsOf(ledger, stream);
  return told.filter((each) => each.position < position && each.event.type.startsWith('Deal'));
}

/** The deals that the statement credits, each with all that happened to it until the numbers were computed. */
async function dealEvents({ ledger, statement, lines, pinned, asOf }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const { from, to } = periodBounds(period);
  // What is held, released or taken back of a deal has a line that names it, and no deal of its own.
  const named = new Set(
    statement.lines.flatMap((line) =>
      line.kind === 'earning' ? [line.deal ?? dealNamed(line.line.slice(line.component.length + 1))] : [],
    ),
  );
  const found: Found[] = [];
  for (const { deal } of await dealsCrediting(ledger, participant, asOf)) {
    const isCredited = named.has(dealKey(deal)) || lines.has(deal.event);
    if (!isCredited && (deal.closedOn < from || deal.closedOn >= to)) continue;
    for (const event of await eventsOf(ledger, streamOf.deal(deal.source, deal.deal))) {
      const isSplit = event.event.type.startsWith('Split');
      found.push({ part: event.position > pinned ? 'later' : isSplit ? 'decisions' : 'deals', event });
    }
  }
  return found;
}

/** The versions of plans, metrics and rules that the lines name, the rates and the calendar. */
async function definitionEvents({ ledger, statement, lines, metrics, pinned }: Matter): Promise<readonly Found[]> {
  const found: Found[] = [];
  const plans = plansIn(statement);
  const take = async (stream: string, isUsed: (event: RecordedEvent, used: ReadonlySet<number>) => boolean) => {
    const events = await eventsOf(ledger, stream);
    const used = new Set(events.filter(({ id }) => lines.has(id)).flatMap((event) => versionOf(event) ?? []));
    for (const event of events) {
      // Another version, once the numbers were computed: what a correction may come from.
      if (event.position > pinned) found.push({ part: 'later', event });
      else if (isUsed(event, used)) found.push({ part: 'definitions', event });
    }
  };
  const isOfUsed = (event: RecordedEvent, used: ReadonlySet<number>) => used.has(versionOf(event) ?? 0);
  for (const [plan, versions] of plans) {
    await take(streamOf.plan(plan), (event, used) => versions.has(versionOf(event) ?? 0) || isOfUsed(event, used));
  }
  // Of a metric that no trace names, as where nothing was earned, every version known then may have counted.
  for (const metric of metrics) {
    await take(streamOf.metric(metric), (event, used) => used.size === 0 || isOfUsed(event, used));
  }
  for (const [kind, streamFor] of [
    ['crediting', streamOf.crediting],
    ['jurisdiction', streamOf.jurisdiction],
  ] as const) {
    for (const { key } of await ledger.views.list(definitionsView, `${kind}/`, pinned)) {
      await take(streamFor(key.slice(kind.length + 1)), isOfUsed);
    }
  }
  for (const { row } of await ledger.views.list(definitionsView, 'rates/', pinned)) {
    const { base, quote, rates } = JSON.parse(row) as RatesEntry;
    const years = new Set(rates.filter(({ event }) => lines.has(event)).map(({ on }) => on.slice(0, 4)));
    for (const year of years) {
      const recorded = await eventsOf(ledger, streamOf.fx(base, quote, year));
      for (const event of recorded) if (lines.has(event.id)) found.push({ part: 'definitions', event });
    }
  }
  return found;
}

/** Versions of plans that lines name, by plan. */
function plansIn({ lines }: Statement): ReadonlyMap<string, ReadonlySet<number>> {
  const plans = new Map<string, Set<number>>();
  for (const { plan, planVersion } of lines) {
    if (plan !== undefined && planVersion !== undefined) {
      plans.set(plan, (plans.get(plan) ?? new Set()).add(planVersion));
    }
  }
  return plans;
}

async function metricsOf(ledger: Ledger, statement: Statement, pinned: bigint): Promise<ReadonlySet<string>> {
  const metrics = new Set(statement.attainment.map(({ metric }) => metric));
  for (const [plan, paid] of plansIn(statement)) {
    for (const { version, document } of (await planEntry(ledger, plan, pinned))?.versions ?? []) {
      if (paid.has(version)) for (const metric of metricsNamed(document)) metrics.add(metric);
    }
  }
  return metrics;
}

/** The version that an event is about; one of several approvals says which by the name of the request. */
function versionOf({ event: { data } }: RecordedEvent): number | undefined {
  if ('version' in data) return data.version;
  const request = 'request' in data ? REQUESTS.parse(data.request) : undefined;
  return request === undefined || isProblem(request) || !('version' in request) ? undefined : request.version;
}

/** The person, their assignments, and their quotas of the metrics that count. */
async function personEvents({ ledger, statement, metrics, pinned }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const { to } = periodBounds(period);
  const found: Found[] = [];
  for (const event of await eventsOf(ledger, streamOf.participant(participant))) {
    const from = beginning(event);
    // What was recorded later counts where it reaches back.
    const isLater = event.position > pinned;
    if (from === null ? !isLater : from < to) found.push({ part: isLater ? 'later' : 'person', event });
  }
  for (const { metric, year } of await quotaEntries(ledger, participant, pinned)) {
    if (String(year) !== period.slice(0, 4) || !metrics.has(metric)) continue;
    for (const event of await eventsOf(ledger, streamOf.quota(participant, metric, year))) {
      found.push({ part: event.position <= pinned ? 'quotas' : 'later', event });
    }
  }
  return found;
}

/** The first day that something recorded of a person is about. */
function beginning({ event: { data } }: RecordedEvent): string | null {
  if ('effectiveFrom' in data) return data.effectiveFrom;
  if ('from' in data && typeof data.from === 'string') return data.from;
  return 'endsOn' in data ? data.endsOn : null;
}

/** Decisions about this person's pay that the lines name, or that name the period; and what released later what is held here. */
async function decisionEvents({ ledger, statement, lines, pinned, asOf }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const found: Found[] = [];
  const entries = await exceptionEntries(ledger, participant, asOf);
  const holds = new Set(entries.flatMap(({ exception, event }) => (lines.has(event) ? [exception] : [])));
  for (const { terms, exception, event: approved } of entries) {
    const isRelease = terms.kind === 'release' && holds.has(terms.hold);
    if (!lines.has(approved) && !isRelease && !isAbout(terms, period)) continue;
    for (const event of await eventsOf(ledger, streamOf.exception(participant, exception))) {
      found.push({ part: event.position <= pinned ? 'decisions' : 'later', event });
    }
  }
  return found;
}

function isAbout(terms: ExceptionEntry['terms'], period: string): boolean {
  if ('period' in terms && terms.period !== undefined) return terms.period === period;
  if (!('from' in terms)) return false;
  const { from, to } = periodBounds(period);
  const until = 'until' in terms ? terms.until : null;
  return terms.from < to && (until === null || until > from);
}

/** The period's way to being frozen, the statement as it was written, and what became of the money. */
async function periodEvents({ ledger, statement, asOf }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const runs = new Set((await paymentsTo(ledger, { period, participant }, asOf)).map(({ run }) => run));
  const found: Found[] = [];
  for (const event of await eventsOf(ledger, streamOf.period(period))) {
    const { type, data } = event.event;
    // A run of the period that does not pay the person has not touched this payout.
    if (type === 'PayRunReleased' && !runs.has(data.run)) continue;
    found.push({ part: type === 'PayRunReleased' ? 'payment' : 'freeze', event });
  }
  for (const event of await eventsOf(ledger, streamOf.payout(period, participant))) {
    const isStatement = event.event.type === 'PayoutFrozen' || event.event.type === 'PayoutLinesFrozen';
    found.push({ part: isStatement ? 'statement' : 'payment', event });
  }
  return found;
}

/** What the participant asked about the statement, and what was answered. */
async function queryEvents({ ledger, statement, asOf }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const found: Found[] = [];
  for (const { row } of await ledger.views.labelled(queriesView, participantLabel(participant), asOf)) {
    const query = JSON.parse(row) as QueryRow;
    if (query.participant !== participant || query.period !== period) continue;
    for (const event of await eventsOf(ledger, streamOf.query(query.query))) found.push({ part: 'queries', event });
  }
  return found;
}

/** Later statements that correct this one. */
async function laterEvents({ ledger, statement, asOf }: Matter): Promise<readonly Found[]> {
  const { participant, period } = statement;
  const found: Found[] = [];
  const periods = new Map((await periodEntries(ledger, asOf)).map((entry) => [entry.period, entry]));
  for (const posted of await postedInForce(ledger, participant, periods, asOf)) {
    if (posted.statement.period <= period) continue;
    if (!posted.statement.lines.some((line) => line.kind === 'correction' && line.period === period)) continue;
    for (const event of await eventsOf(ledger, streamOf.payout(posted.statement.period, participant))) {
      if (event.id === posted.event) found.push({ part: 'later', event });
    }
  }
  return found;
}
