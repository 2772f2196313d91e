import type { ParticipantEntry, PeriodEntry, Posted } from '@ledger/calculation';
import type { EventType, RecordedEvent } from '@ledger/events';
import { instantText, parseInstant } from '@ledger/kernel';
import { abs, add, cmp, type Exact, exact, sum, ZERO } from '@ledger/money';
import { auditView, periodLabel, postedView, type RequestRow, requestOf } from '@ledger/projections';
import { reasonOf } from '../audit-entry.ts';
import { isInForce } from '../books.ts';
import { dealFacts } from '../deal-facts.ts';
import { amountText } from '../differences.ts';
import { eventInWords } from '../event-words.ts';
import type { RegisteredException } from '../exceptions.ts';
import { findEvents } from '../find-events.ts';
import { eventAt } from '../handle.ts';
import type { Ledger } from '../ledger.ts';
import { whoDid } from '../who-did.ts';
import { everyTimeAsked, kindOf } from './decisions.ts';
import type { Cause } from './rehearsal.ts';

/** A decision that somebody who comes new should know of, found in the log. */
export interface Unusual {
  readonly why: 'largest effect' | 'beside the rules' | 'overridden' | 'back-dated';
  readonly position: string | null;
  readonly recordedOn: string | null;
  readonly type: string | null;
  readonly by: string | null;
  readonly approvedBy: readonly string[];
  readonly says: string;
  readonly reason: string | null;
  /**
   * What it moved, where that is known: sum of the amounts, whatever their sign, by currency. Of corrections; of what departs from plan or
   * quota by how much statements are other ones with it.
   */
  readonly moved: Readonly<Record<string, string>>;
}

export interface OnlyPerson {
  /** What is done, as `approve metric`. */
  readonly what: string;
  readonly people: readonly { readonly id: string; readonly times: number }[];
  /** The one who has ever done it; `null`: several have. */
  readonly only: string | null;
}

const MOST = 15;

/** Unusual decisions of the year before a moment: by effect, beside the rules, overridden, back-dated. */
export async function unusualDecisions(
  ledger: Ledger,
  found: {
    readonly requests: readonly RequestRow[];
    readonly periods: readonly PeriodEntry[];
    readonly causes: readonly Cause[];
    readonly exceptions: readonly RegisteredException[];
    readonly people: readonly ParticipantEntry[];
    readonly asOf: bigint;
    readonly at: string;
  },
): Promise<readonly Unusual[]> {
  const { asOf, at, exceptions } = found;
  const since = await ledger.store.positionAt(yearBefore(at));
  const decided = await decisionsBetween(ledger, since, asOf);
  const effects = await effectsOf(ledger, found, since, asOf);
  const registered = new Map(exceptions.map((each) => [each.name, movedBy(each)]));
  const starts = new Map(found.people.map(({ participant, startsOn }) => [participant, startsOn]));
  const inStatements = (event: RecordedEvent) => registered.get(requestOf(event) ?? '') ?? {};
  const inCorrections = ({ id }: RecordedEvent) => amountsOf(effects.get(id)?.moved ?? new Map());
  return [
    ...(await largestEffects(ledger, effects, asOf)),
    ...decided.filter(isBesideTheRules).map((event) => unusual('beside the rules', event, inStatements(event))),
    ...decided.filter(isOverridden).map((event) => unusual('overridden', event, inCorrections(event))),
    ...decided
      .filter((event) => isBackDated(event, found.periods, starts))
      .map((event) => unusual('back-dated', event, inCorrections(event))),
  ];
}

function yearBefore(instant: string): string {
  const before = Temporal.Instant.from(instant).toZonedDateTimeISO('UTC').subtract({ years: 1 }).toInstant().toString();
  return instantText(parseInstant(before) ?? 0n);
}

/** Every event that was decided, not told by a source or computed. */
async function decisionsBetween(ledger: Ledger, after: bigint, upTo: bigint): Promise<readonly RecordedEvent[]> {
  const rows = await ledger.views.changes(auditView, { prefix: 'type/' }, { after, upTo });
  const found: RecordedEvent[] = [];
  for (const { key, position } of rows) {
    if (/^type\/Payout(?:Lines)?Frozen$/.test(key)) continue;
    const event = await eventAt(ledger, position);
    if (event !== undefined) found.push(event);
  }
  return found;
}

function unusual(why: Unusual['why'], recorded: RecordedEvent, moved: Unusual['moved']): Unusual {
  const { event, position, recordedAt, meta } = recorded;
  const { data } = event;
  const approvedBy = 'approvedBy' in data ? [...(coApprovers(data) ?? []), data.approvedBy] : [];
  return {
    why,
    position: String(position),
    recordedOn: recordedAt.slice(0, 10),
    type: event.type,
    by: 'requestedBy' in data ? data.requestedBy : meta.actor.id,
    approvedBy,
    says: named(eventInWords(event), data),
    reason: reasonOf(recorded),
    moved,
  };
}

/** How much statements are other ones with a decision; nothing where that cannot be said of all of them. */
function movedBy({ moves }: RegisteredException): Unusual['moved'] {
  const moved: Moved = new Map();
  for (const { currency, periods } of moves) {
    for (const { difference } of periods) {
      if (difference === null) return {};
      moved.set(currency, add(moved.get(currency) ?? ZERO, abs(exact(difference))));
    }
  }
  return amountsOf(moved);
}

function amountsOf(moved: ReadonlyMap<string, Exact>): Unusual['moved'] {
  return Object.fromEntries([...moved].map(([currency, amount]) => [currency, amountText(amount, currency)]));
}

/** Words that stand beside others of the same person need not name them; here they do. */
function named(says: string, data: object): string {
  const who = 'participant' in data && typeof data.participant === 'string' ? data.participant : '';
  return who === '' || says.includes(who) ? says : `${who}: ${says}`;
}

function coApprovers(data: object): readonly string[] | undefined {
  return 'coApprovedBy' in data && Array.isArray(data.coApprovedBy) ? data.coApprovedBy : undefined;
}

type Moved = Map<string, Exact>;
/** What is known of what caused corrections, by the event. */
type Effects = ReadonlyMap<string, { readonly says: string; readonly moved: Moved }>;

/** What was moved in corrections, posted or to come, by what caused it. */
async function effectsOf(
  ledger: Ledger,
  { causes: coming, periods }: { readonly causes: readonly Cause[]; readonly periods: readonly PeriodEntry[] },
  since: bigint,
  asOf: bigint,
): Promise<Effects> {
  const effects = new Map<string, { says: string; moved: Moved }>();
  const count = (event: string | null, says: string, currency: string, amount: string) => {
    if (event === null) return;
    const known = effects.get(event) ?? { says, moved: new Map() };
    known.moved.set(currency, add(known.moved.get(currency) ?? ZERO, abs(exact(amount))));
    effects.set(event, known);
  };
  const known = new Map(periods.map((entry) => [entry.period, entry]));
  const frozen = periods.filter((each) => each.asOf !== null && BigInt(each.asOf) > since);
  // Period by period: the lines of a year of a large company do not fit into memory together.
  for (const { period } of frozen) {
    for (const { row } of await ledger.views.labelled(postedView, periodLabel(period), asOf)) {
      const posted = JSON.parse(row) as Posted;
      if (!isInForce(posted, known)) continue;
      for (const line of posted.statement.lines) {
        if (line.kind === 'correction') count(line.cause, line.trace.says, posted.statement.currency, line.amount);
      }
    }
  }
  for (const { event, says, currency, delta } of coming) count(event, says, currency, delta);
  return effects;
}

/** What moved most of it. */
async function largestEffects(ledger: Ledger, effects: Effects, asOf: bigint): Promise<readonly Unusual[]> {
  const total = ({ moved }: { readonly moved: ReadonlyMap<string, Exact> }) => sum([...moved.values()]);
  const largest = [...effects].sort(([, a], [, b]) => cmp(total(b), total(a))).slice(0, MOST);
  const events = await findEvents(
    ledger,
    largest.map(([event]) => event),
    asOf,
  );
  return largest.map(([id, { says, moved }]) => {
    const amounts = amountsOf(moved);
    const recorded = events.get(id);
    if (recorded !== undefined) return unusual('largest effect', recorded, amounts);
    const none = { position: null, recordedOn: null, type: null, by: null, approvedBy: [], reason: null };
    return { why: 'largest effect', ...none, says, moved: amounts };
  });
}

/** Terms that a plan asks for, as the score of an objective, depart from nothing. */
const USUAL = new Set(['score', 'salary', 'target-incentive', 'jurisdiction', 'consent', 'notice']);

function isBesideTheRules({ event }: RecordedEvent): boolean {
  if (event.type === 'SplitExceptionApproved' || event.type === 'QuotaReliefGranted') return true;
  return event.type === 'ExceptionApproved' && !USUAL.has(event.data.terms.kind);
}

function isOverridden({ event }: RecordedEvent): boolean {
  if (event.type === 'PlanCasesOverridden' || event.type === 'PeriodReopened') return true;
  // What was granted and taken back again is told by its grant; a replay posts corrections in a way of its own.
  if (event.type === 'ReplayApplied') return true;
  if (event.type === 'PeriodFreezeStarted') return event.data.despite !== undefined;
  return event.type === 'PlanPublished' && event.data.proof?.overriddenBy !== undefined;
}

/** Decisions that apply from a day in a period that was frozen when they were recorded. */
function isBackDated(
  { event, position }: RecordedEvent,
  periods: readonly PeriodEntry[],
  starts: ReadonlyMap<string, string>,
): boolean {
  const applies = appliesFrom(event);
  if (applies === null) return false;
  // The quota of a year is that of somebody who comes in it from their first day on.
  const first = event.type === 'QuotaAssigned' ? (starts.get(event.data.participant) ?? '') : '';
  return periods.some(
    ({ state, asOf, to }) =>
      state === 'frozen' && asOf !== null && BigInt(asOf) < position && applies < to && first < to,
  );
}

function appliesFrom(event: RecordedEvent['event']): string | null {
  switch (event.type) {
    case 'MetricDefined':
    case 'PlanPublished':
    case 'CreditingDefined':
    case 'JurisdictionDefined':
    case 'MetricRetired':
    case 'PlanRetired':
    case 'PlanAssigned':
    case 'PlanUnassigned':
    case 'ReportingLineChanged':
      return event.data.effectiveFrom;
    case 'QuotaReliefGranted':
      return event.data.from;
    case 'QuotaAssigned':
      return `${event.data.year}-01-01`;
    case 'ExchangeRateRecorded':
      return event.data.on;
    case 'ExceptionApproved':
      return 'from' in event.data.terms ? event.data.terms.from : null;
    default:
      return null;
  }
}

/** Done by command and by nobody's approval: who knows how is who has done it. */
const DOINGS: readonly (readonly [what: string, type: EventType])[] = [
  ['set the calendar', 'CloseCalendarSet'],
  ['record exchange rates', 'ExchangeRateRecorded'],
  ['onboard people', 'ParticipantOnboarded'],
  ['assign plans', 'PlanAssigned'],
  ['record leaves', 'LeaveRecorded'],
  ['open periods', 'PeriodOpened'],
  ['change who reports to whom', 'ReportingLineChanged'],
  ['record who leaves', 'ParticipantOffboarded'],
  ['say how corrections are posted', 'CorrectionPolicySet'],
  ['release pay runs', 'PayRunReleased'],
  ['record what payroll paid', 'PayoutPaid'],
  ['record what payroll paid', 'PayoutReturned'],
  ['answer queries', 'QueryResolved'],
];
/** Of each of these as many are counted, from the newest on: payments may be a hundred thousand. */
const MOST_DOINGS = 1_000;

/** Which kind of decision has been made by whom, and which by one person alone. */
export async function busFactor(
  ledger: Ledger,
  requests: readonly RequestRow[],
  asOf: bigint,
): Promise<readonly OnlyPerson[]> {
  const counts = new Map<string, Map<string, number>>();
  const count = (what: string, id: string, times = 1) => {
    const people = counts.get(what) ?? new Map<string, number>();
    counts.set(what, people.set(id, (people.get(id) ?? 0) + times));
  };
  for (const { name, says, requestedBy, decidedBy, state, approvals } of await everyTimeAsked(ledger, requests, asOf)) {
    const prefix = kindOf(name);
    const kind = prefix === 'exception' ? (says.split(' ')[0] ?? prefix) : prefix;
    count(`ask for: ${kind}`, requestedBy);
    for (const id of new Set([...approvals.map(({ by }) => by), ...(decidedBy === null ? [] : [decidedBy])])) {
      count(`${state === 'revoked' ? 'revoke' : 'decide'}: ${kind}`, id);
    }
  }
  for (const [what, type] of DOINGS) {
    for (const { id, times } of await whoDid(ledger, type, asOf, MOST_DOINGS)) count(what, id, times);
  }
  for (const id of await importers(ledger, asOf)) count('import deals', id);
  return [...counts]
    .map(([what, people]): OnlyPerson => {
      const all = [...people].map(([id, times]) => ({ id, times })).sort((a, b) => b.times - a.times);
      return { what, people: all, only: all.length === 1 ? (all[0]?.id ?? null) : null };
    })
    .sort((a, b) => Number(a.only === null) - Number(b.only === null) || (a.what < b.what ? -1 : 1));
}

/** Who told facts of deals, of the last ones: there may be a million of them. */
async function importers(ledger: Ledger, asOf: bigint): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { meta } of dealFacts(ledger, 0n, asOf)) {
    found.push(meta.actor.id);
    if (found.length === MOST_DOINGS) break;
  }
  return found;
}
