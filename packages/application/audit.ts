import { metricsNamed } from '@ledger/calculation';
import { REQUESTS } from '@ledger/decisions';
import { CATALOGUE, decode, EVENT_TYPES, type EventType, fields, type RecordedEvent, streamOf } from '@ledger/events';
import { isProblem, PAGE_SIZE, type Problem, problem, type Stored } from '@ledger/kernel';
import { accessKey, accessView, auditView, isDealFact, requestOf, subject } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type AuditEntry, auditEntry } from './audit-entry.ts';
import { closingDays, fallsInto, periodSpan } from './audit-period.ts';
import { recordedSpan, type Span } from './audit-span.ts';
import type { Progress } from './close.ts';
import { dealsCrediting } from './deals.ts';
import { participantEntry, planEntry } from './entries.ts';
import { eventAt, eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** What to look for; what is left out restricts nothing, and all that is given must hold. */
export interface AuditAsk extends AsOf {
  readonly participant?: string | undefined;
  /** `crm.D-1`. */
  readonly deal?: string | undefined;
  readonly plan?: string | undefined;
  readonly metric?: string | undefined;
  readonly period?: string | undefined;
  /** What concerns the ledger as a whole: its calendar, exchange rates, policies. */
  readonly ledger?: boolean | undefined;
  /** A request or an exception by its name: `relief/ada.bookings.2026/relief-1`. */
  readonly request?: string | undefined;
  /** Who gave the command, or for whom. */
  readonly actor?: string | undefined;
  /** Types of events, or categories of streams as `quota`. */
  readonly types?: readonly string[] | undefined;
  /** Recorded at or after: a day of the ledger, an instant or a position. */
  readonly since?: string | undefined;
  /** Recorded before. */
  readonly until?: string | undefined;
  readonly onProgress?: Progress | undefined;
}

export interface AuditTrail {
  readonly asOf: string;
  /** What was asked, without what was left out. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** In the order of the log. */
  readonly events: readonly AuditEntry[];
}

/** More is nothing that anybody reads; whoever wants it all can ask in pieces of time. */
const MOST = 100_000;

type Trail = ReadonlyMap<bigint, RecordedEvent>;

/**
 * Who did what, when, why, on what evidence, approved by whom, and what it changed: the events that everything asked for holds of,
 * in the order of the log. The trail of a participant holds their deals, and the plans and metrics that they earn under.
 */
export async function auditTrail(ledger: Ledger, ask: AuditAsk): Promise<AuditTrail | Problem> {
  const types = typesOf(ask.types);
  if (isProblem(types)) return types;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const span = await recordedSpan(ledger, ask, asOf);
  if (isProblem(span)) return span;
  const found = await candidates(ledger, ask, types, span, asOf);
  if (isProblem(found)) return found;
  const events: AuditEntry[] = [];
  for (const recorded of found) {
    if (events.length >= MOST) return tooMany();
    events.push(await auditEntry(ledger, recorded));
  }
  const { onProgress: _, asOf: __, ...asked } = ask;
  return { asOf: String(asOf), asked: Object.fromEntries(Object.entries(asked).filter(([, value]) => value)), events };
}

function tooMany(): Problem {
  return problem(
    'limit_exceeded',
    `More than ${MOST} events match; ask for less, as for one participant, or in pieces with --since and --until.`,
  );
}

async function candidates(
  ledger: Ledger,
  ask: AuditAsk,
  types: ReadonlySet<string> | null,
  span: Span,
  asOf: bigint,
): Promise<readonly RecordedEvent[] | Problem> {
  const trails = await trailsOf(ledger, ask, asOf);
  if (isProblem(trails)) return trails;
  const holds = ({ event, meta: { actor }, position }: RecordedEvent): boolean =>
    position > span.after &&
    position <= span.upTo &&
    (types === null || types.has(event.type)) &&
    (ask.actor === undefined || isBy(actor, ask.actor));
  const [first, ...others] = trails;
  if (first === undefined) {
    const found = await anywhere(ledger, { ...ask, types }, span, holds);
    const isNothing = !isProblem(found) && found.length === 0;
    // Where types were asked for, an index was looked at.
    const looked = types === null ? span : { after: 0n, upTo: 0n };
    return isNothing && ask.actor !== undefined && !(await isAnybody(ledger, ask.actor, asOf, looked))
      ? problem('not_found', `Nothing in the log was done by "${ask.actor}" as of ${asOf}; check the id.`)
      : found;
  }
  return [...first.values()]
    .filter((each) => others.every((trail) => trail.has(each.position)) && holds(each))
    .sort((a, b) => (a.position < b.position ? -1 : 1));
}

/** What is said of a thing that is not there, and, so that nobody learns whether it is, of one that they may not see. */
export function unconcerned(what: string, asOf: bigint | string): Problem {
  return problem('not_found', `Nothing in the log concerns ${what} as of ${asOf}; check the id.`);
}

/** A trail for each thing that is asked about; a thing of which nothing is known is a mistake in its name. */
async function trailsOf(ledger: Ledger, ask: AuditAsk, asOf: bigint): Promise<readonly Trail[] | Problem> {
  const trails: Trail[] = [];
  const add = (what: string, trail: Trail): Problem | undefined => {
    trails.push(trail);
    if (trail.size > 0) return undefined;
    return unconcerned(what, asOf);
  };
  const { participant, deal, plan, metric, period, request } = ask;
  if (request !== undefined) {
    const named = REQUESTS.parse(request);
    if (isProblem(named)) return named;
    const events = (await until(ledger, named.stream, asOf)).filter((event) => requestOf(event) === request);
    const none = add(`request "${request}"`, byPosition(events));
    if (none !== undefined) return none;
  }
  if (deal !== undefined) {
    const none = add(`deal "${deal}"`, await withRequests(ledger, asOf, await dealTrail(ledger, deal, asOf)));
    if (none !== undefined) return none;
  }
  if (participant !== undefined) {
    const none = add(`participant "${participant}"`, await participantTrail(ledger, participant, asOf));
    if (none !== undefined) return none;
  }
  for (const [kind, id] of [
    ['plan', plan],
    ['metric', metric],
  ] as const) {
    if (id === undefined) continue;
    const none = add(`${kind} "${id}"`, await indexed(ledger, subject[kind](id), asOf));
    if (none !== undefined) return none;
  }
  if (ask.ledger === true) trails.push(await indexed(ledger, subject.ledger(), asOf));
  if (period !== undefined) {
    const own = await withRequests(ledger, asOf, await indexed(ledger, subject.period(period), asOf));
    const [narrow] = trails;
    const span = periodSpan(period);
    if (narrow === undefined || span === undefined) {
      const none = add(`period "${period}"`, own);
      if (none !== undefined) return none;
    } else {
      // Of a person or a deal, what falls into the period counts too, whether it names it or not.
      const closings = closingDays(narrow.values());
      const within = [...narrow.values()].filter((each) => own.has(each.position) || fallsInto(each, span, closings));
      trails.push(byPosition(within));
    }
  }
  return trails;
}

function byPosition(events: readonly RecordedEvent[]): Map<bigint, RecordedEvent> {
  return new Map(events.map((event) => [event.position, event]));
}

async function until(ledger: Ledger, stream: string, asOf: bigint): Promise<readonly RecordedEvent[]> {
  return (await eventsOf(ledger, stream)).filter(({ position }) => position <= asOf).map(withoutLines);
}

/** Of a frozen statement all but its lines: they are most of a log, and say nothing of who did what. A statement has them. */
function withoutLines(recorded: RecordedEvent): RecordedEvent {
  const { event } = recorded;
  if (event.type !== 'PayoutFrozen' && event.type !== 'PayoutLinesFrozen') return recorded;
  const { lines: _, ...of } = 'statement' in event.data ? event.data.statement : event.data;
  const data = 'statement' in event.data ? { ...event.data, statement: of } : of;
  return { ...recorded, event: { ...event, data } as RecordedEvent['event'] };
}

/** The events that the index names under a subject. */
async function indexed(ledger: Ledger, name: string, asOf: bigint): Promise<Map<bigint, RecordedEvent>> {
  const trail = new Map<bigint, RecordedEvent>();
  // The prefix ends where the key does, so that `participant/ada` does not find `participant/adam`.
  for (const version of await ledger.views.changes(auditView, { prefix: name }, { after: 0n, upTo: asOf })) {
    if (version.key !== name) continue;
    const event = await eventAt(ledger, version.position);
    if (event !== undefined) trail.set(version.position, withoutLines(event));
  }
  return trail;
}

/** With the whole of each decision about pay: its refusal or revocation names neither period nor deal. */
async function withRequests(ledger: Ledger, asOf: bigint, trail: Map<bigint, RecordedEvent>) {
  const streams = new Set([...trail.values()].map(({ stream }) => stream).filter((name) => /^exception-/.test(name)));
  for (const stream of streams) {
    for (const event of await until(ledger, stream, asOf)) trail.set(event.position, event);
  }
  return trail;
}

async function participantTrail(ledger: Ledger, id: string, asOf: bigint): Promise<Trail> {
  const trail = new Map<bigint, RecordedEvent>();
  for (const { deal } of await dealsCrediting(ledger, id, asOf)) {
    for (const event of await until(ledger, streamOf.deal(deal.source, deal.deal), asOf)) {
      trail.set(event.position, event);
    }
  }
  for (const name of [subject.participant(id), ...(await definitionsOf(ledger, id, asOf))]) {
    for (const [position, event] of await indexed(ledger, name, asOf)) {
      if (!isOthers(event, id)) trail.set(position, event);
    }
  }
  return trail;
}

async function dealTrail(ledger: Ledger, key: string, asOf: bigint): Promise<Map<bigint, RecordedEvent>> {
  const dot = key.indexOf('.');
  const [source, deal] = [key.slice(0, Math.max(dot, 0)), key.slice(dot + 1)];
  if (!fields.partId.safeParse(source).success || !fields.id.safeParse(deal).success) return new Map();
  const own = await until(ledger, streamOf.deal(source, deal), asOf);
  return new Map([...byPosition(own), ...(await indexed(ledger, subject.deal(key), asOf))]);
}

/** The plans that a participant is or was assigned to, and the metrics that those measure. */
async function definitionsOf(ledger: Ledger, id: string, asOf: bigint): Promise<readonly string[]> {
  const plans = new Set((await participantEntry(ledger, id, asOf))?.assignments.map(({ plan }) => plan));
  const metrics = new Set<string>();
  for (const plan of plans) {
    for (const { document } of (await planEntry(ledger, plan, asOf))?.versions ?? []) {
      for (const metric of metricsNamed(document)) metrics.add(metric);
    }
  }
  return [...[...plans].map(subject.plan), ...[...metrics].map(subject.metric)];
}

/** An event of a plan that is about somebody else, as their assignment to it. */
function isOthers({ event }: RecordedEvent, participant: string): boolean {
  return 'participant' in event.data && event.data.participant !== participant;
}

/**
 * Events that are about nothing in particular. Types that are decided, not told by a source, have an index; for the rest the span of
 * the log is read, and only what is found is decoded.
 */
async function anywhere(
  ledger: Ledger,
  ask: {
    readonly types: ReadonlySet<string> | null;
    readonly actor?: string | undefined;
    onProgress?: Progress | undefined;
  },
  { after, upTo }: Span,
  holds: (event: RecordedEvent) => boolean,
): Promise<readonly RecordedEvent[] | Problem> {
  const { types, actor } = ask;
  const found: RecordedEvent[] = [];
  if (types !== null && ![...types].some((type) => isDealFact(type as EventType))) {
    for (const type of types) {
      for (const event of (await indexed(ledger, subject.type(type as EventType), upTo)).values()) {
        if (holds(event)) found.push(event);
      }
    }
    return found.sort((a, b) => (a.position < b.position ? -1 : 1));
  }
  for await (const page of pagesOf(ledger, { after, upTo })) {
    for (const stored of page) {
      if (types !== null && !types.has(stored.type)) continue;
      if (actor !== undefined && !isBy(stored.meta.actor, actor)) continue;
      const event = withoutLines(decode(stored));
      if (holds(event)) found.push(event);
      if (found.length > MOST) return tooMany();
    }
    ask.onProgress?.(Number((page.at(-1)?.position ?? after) - after), Number(upTo - after));
  }
  return found;
}

/** What was recorded in a span, page by page; the last one may go on beyond it. */
async function* pagesOf({ store }: Ledger, { after, upTo }: Span): AsyncGenerator<readonly Stored[]> {
  for (let from = after; from < upTo; ) {
    const page = await store.readAll({ after: from, limit: PAGE_SIZE });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    from = last.position;
  }
}

/** Whether somebody did it, or somebody else in their place. */
function isBy({ id, onBehalfOf }: Stored['meta']['actor'], actor: string): boolean {
  return id === actor || onBehalfOf === actor;
}

/**
 * Whether somebody is known by a position, or has ever done anything by then: of others nothing is found because of their id. In the span
 * that was `looked` at they did nothing.
 */
async function isAnybody(ledger: Ledger, id: string, asOf: bigint, looked: Span): Promise<boolean> {
  if ((await participantEntry(ledger, id, asOf)) !== undefined) return true;
  if ((await ledger.views.get(accessView, accessKey.principal(id), asOf)) !== undefined) return true;
  const left = [
    { after: 0n, upTo: looked.after < asOf ? looked.after : asOf },
    { after: looked.upTo, upTo: asOf },
  ];
  for (const span of left) {
    for await (const page of pagesOf(ledger, span)) {
      if (page.some(({ meta, position }) => position <= span.upTo && isBy(meta.actor, id))) return true;
    }
  }
  return false;
}

/** Types as people name them: `QuotaReliefGranted`, in any case, or all of a category as `quota`. */
function typesOf(names: readonly string[] | undefined): ReadonlySet<string> | null | Problem {
  if (names === undefined || names.length === 0) return null;
  const types = new Set<string>();
  for (const name of names) {
    const wanted = name.toLowerCase();
    const category = Object.entries(CATALOGUE).find(([key]) => key === wanted)?.[1];
    const own = EVENT_TYPES.filter((type) => type.toLowerCase() === wanted);
    const all = category === undefined ? own : Object.keys(category);
    if (all.length === 0) {
      const near = EVENT_TYPES.filter((type) => type.toLowerCase().includes(wanted)).slice(0, 5);
      const hint = near.length > 0 ? near.join(', ') : `the categories ${Object.keys(CATALOGUE).join(', ')}`;
      return problem('option_invalid', `"${name.slice(0, 60)}" is no type of event; write one as ${hint}.`);
    }
    for (const type of all) types.add(type);
  }
  return types;
}
