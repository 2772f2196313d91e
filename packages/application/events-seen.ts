import { creditsOf, type DealEntry } from '@ledger/calculation';
import { CATALOGUE, dealKey, decode, EVENT_TYPES, type RecordedEvent } from '@ledger/events';
import { isProblem, LIMITS, type Problem, problem } from '@ledger/kernel';
import { dealsView, isDealFact, subject, subjectsOf } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type AuditAsk, type AuditTrail, auditTrail, unconcerned } from './audit.ts';
import type { AuditEntry } from './audit-entry.ts';
import { companyAt } from './colleagues.ts';
import { notOfThis, openCursor, sealCursor } from './cursor.ts';
import { viewOf } from './deals.ts';
import { eventInWords } from './event-words.ts';
import type { Ledger } from './ledger.ts';
import { PAGE } from './pages.ts';
import { type Reach, reaches, unseen } from './reach.ts';
import type { AsOf } from './statements.ts';
import { type Doer, whoDid } from './who-did.ts';

export interface EventsAsk extends AsOf {
  readonly stream?: string | undefined;
  readonly type?: string | undefined;
  readonly participant?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** An event, and what it is about in words. */
export type EventSeen = RecordedEvent & { readonly says: string };

export interface EventsPage {
  readonly asOf: string;
  readonly events: readonly EventSeen[];
  /** `null`: this is the last page. A page may be short, or empty, and others follow. */
  readonly next: string | null;
}

/** Events that one page looks at, so that a filter that nothing passes ends. */
const LOOKED_AT = 20_000;

/** Who got which access: all that is to be seen for those who run the system (authorization.json, R05). */
const SECURITY: ReadonlySet<string> = new Set(Object.keys(CATALOGUE.access));

/** Events in the order of the log, those that one may see. */
export async function eventsSeen(ledger: Ledger, reach: Reach, ask: EventsAsk): Promise<EventsPage | Problem> {
  const { limit = PAGE.usual, cursor, asOf: asked, ...filters } = ask;
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE.most) {
    return problem('parameter_invalid', `A page of ${limit} is not possible; ask for 1 to ${PAGE.most}.`, '/limit');
  }
  const { stream, type, participant } = filters;
  if (type !== undefined && !EVENT_TYPES.some((each) => each === type)) {
    return problem(
      'parameter_invalid',
      `There is no type of event "${type.slice(0, 60)}"; see docs/events.md.`,
      '/type',
    );
  }
  if (participant !== undefined) {
    const hidden = unseen(reach, { thing: 'participant', name: participant, people: [participant] });
    if (hidden !== undefined) return hidden;
  }
  const begun = cursor === undefined ? undefined : openCursor(cursor, filters);
  if (isProblem(begun)) return begun;
  if (begun !== undefined && asked !== undefined && asked !== begun.asOf) return notOfThis();
  const asOf = await resolveAsOf(ledger, begun?.asOf ?? asked);
  if (isProblem(asOf)) return asOf;
  const about = await aboutAt(ledger, asOf);
  const isAsked = async (event: RecordedEvent): Promise<boolean> => {
    if (type !== undefined && event.event.type !== type) return false;
    if (reach.kind === 'redacted') return SECURITY.has(event.event.type) && participant === undefined;
    if (participant === undefined && reach.kind !== 'people') return true;
    const people = await about(event);
    return (participant === undefined || people.has(participant)) && reaches(reach, people);
  };
  const found: EventSeen[] = [];
  let after = BigInt(begun?.last ?? '0');
  let looked = 0;
  const pages = stream === undefined ? logAfter(ledger, after, asOf) : streamAfter(ledger, stream, after, asOf);
  for await (const event of pages) {
    if (found.length === limit || looked === LOOKED_AT) {
      const next = sealCursor({ asOf: String(asOf), last: String(after) }, filters);
      return { asOf: String(asOf), events: found, next };
    }
    looked += 1;
    after = event.position;
    if (await isAsked(event)) found.push(inWords(ownPart(reach, event)));
  }
  return { asOf: String(asOf), events: found, next: null };
}

/** Whether somebody sees an event, as of a position. */
export async function seesEvents(
  ledger: Ledger,
  reach: Reach,
  asOf: bigint,
): Promise<(event: RecordedEvent) => Promise<boolean>> {
  if (reach.kind === 'redacted') return async ({ event }) => SECURITY.has(event.type);
  if (reach.kind !== 'people') return async () => reach.kind === 'all';
  const about = await aboutAt(ledger, asOf);
  return async (event) => reaches(reach, await about(event));
}

async function* logAfter({ store }: Ledger, from: bigint, asOf: bigint): AsyncGenerator<RecordedEvent> {
  const limit = Math.min(1_000, LIMITS.pageSize);
  for (let after = from; after < asOf; ) {
    const page = await store.readAll({ after, limit });
    if (page.length === 0) return;
    for (const stored of page) {
      if (stored.position > asOf) return;
      after = stored.position;
      yield decode(stored);
    }
  }
}

async function* streamAfter(
  { store }: Ledger,
  stream: string,
  after: bigint,
  asOf: bigint,
): AsyncGenerator<RecordedEvent> {
  if (!/^[a-z]{1,32}-[A-Za-z0-9._:-]{1,280}$/.test(stream)) return;
  for (const stored of await store.read(stream)) {
    if (stored.position > after && stored.position <= asOf) yield decode(stored);
  }
}

/** Whom an event is about, as it was when it was recorded: of a deal, its owner and everybody whom it credits. */
async function aboutAt(ledger: Ledger, asOf: bigint): Promise<(event: RecordedEvent) => Promise<ReadonlySet<string>>> {
  const company = await companyAt(ledger, asOf);
  return async (recorded) => {
    const people = new Set<string>();
    for (const name of subjectsOf(recorded)) {
      if (name.startsWith(PARTICIPANT)) people.add(name.slice(PARTICIPANT.length));
    }
    const { event } = recorded;
    if (!('source' in event.data && 'deal' in event.data)) return people;
    const { source, deal } = event.data;
    if (typeof source !== 'string' || typeof deal !== 'string') return people;
    const row = await ledger.views.get(dealsView, dealKey({ source, deal }), recorded.position);
    if (row === undefined) return people;
    const entry = JSON.parse(row) as DealEntry;
    const credits = company.crediting.size === 0 ? creditsOf(entry) : viewOf(company, entry).credits;
    for (const { participant } of credits) people.add(participant);
    if (entry.owner !== null) people.add(entry.owner);
    if (event.type === 'DealClosed' || event.type === 'DealAmended') {
      for (const { participant } of event.data.credits) people.add(participant);
    }
    return people;
  };
}

const PARTICIPANT = subject.participant('');

/** Said after others are left out of it, so that the words name nobody whom the data does not. */
function inWords<E extends RecordedEvent>(recorded: E): E & { readonly says: string } {
  return { ...recorded, says: eventInWords(recorded.event) };
}

/** Of a deal that others share in, one sees one's own part (authorization.json, R02); what it says of others is left out. */
function ownPart<E extends RecordedEvent>(reach: Reach, recorded: E): E {
  if (reach.kind !== 'people') return recorded;
  const data: Readonly<Record<string, unknown>> = recorded.event.data;
  const cut = Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, SHARED.has(name) ? ownOf(reach.ids, value) : value]),
  );
  // What is left out are entries of lists; every list of them may be shorter.
  return { ...recorded, event: { ...recorded.event, data: cut } as RecordedEvent['event'] };
}

const SHARED: ReadonlySet<string> = new Set(['credits', 'shares']);

function ownOf(ids: ReadonlySet<string>, value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.filter(
    (each) => typeof each === 'object' && each !== null && 'participant' in each && ids.has(String(each.participant)),
  );
}

/** The audit trail, of what one may see: a rep's is their own, a manager's that of somebody of the team. */
export async function auditSeen(ledger: Ledger, reach: Reach, ask: AuditAsk): Promise<AuditTrail | Problem> {
  if (reach.kind === 'redacted') {
    const { asOf, deal, request } = ask;
    const unknown = await unseenThing(ledger, { asOf, types: securityOf(undefined) }, { deal, request });
    return unknown ?? auditTrail(ledger, { ...ask, types: securityOf(ask.types) });
  }
  if (reach.kind !== 'people') return auditTrail(ledger, ask);
  const [only] = reach.ids;
  const participant = ask.participant ?? (reach.ids.size === 1 ? only : undefined);
  if (participant === undefined) {
    return problem('parameter_invalid', 'Say whose trail: give participant, somebody of your team.', '/participant');
  }
  const hidden = unseen(reach, { thing: 'participant', name: participant, people: [participant] });
  if (hidden !== undefined) return hidden;
  const { asOf, deal, plan, metric, request } = ask;
  const unknown = await unseenThing(ledger, { asOf, participant }, { deal, plan, metric, request });
  if (unknown !== undefined) return unknown;
  const trail = await auditTrail(ledger, { ...ask, participant });
  if (isProblem(trail)) return trail;
  return { ...trail, events: trail.events.map((entry) => ownEntry(reach, entry)) };
}

/** Of a thing of which somebody sees nothing, they are told the same as of one that is not there. */
async function unseenThing(
  ledger: Ledger,
  seen: AuditAsk,
  things: Pick<AuditAsk, 'deal' | 'plan' | 'metric' | 'request'>,
): Promise<Problem | undefined> {
  for (const [thing, name] of Object.entries(things)) {
    if (name === undefined) continue;
    const trail = await auditTrail(ledger, { ...seen, [thing]: name });
    if (isProblem(trail)) return trail;
    if (trail.events.length === 0) return unconcerned(`${thing} "${name}"`, trail.asOf);
  }
  return undefined;
}

/** What changed on a deal may name others: those who see people are not told. */
export function ownEntry<E extends AuditEntry>(reach: Reach, entry: E): E {
  if (reach.kind !== 'people') return entry;
  const { type } = entry.event;
  const own = ownPart(reach, entry);
  return isDealFact(type) || type.startsWith('Split') ? { ...inWords(own), changes: [] } : own;
}

function securityOf(types: readonly string[] | undefined): readonly string[] {
  if (types === undefined || types.length === 0) return ['access'];
  const wanted = types.filter((type) => SECURITY.has(type) || type.toLowerCase() === 'access');
  return wanted.length === 0 ? ['access'] : wanted;
}

/** Who has recorded events of a type, the last first. */
export async function doersSeen(
  ledger: Ledger,
  reach: Reach,
  ask: AsOf & { readonly type: string },
): Promise<{ readonly asOf: string; readonly doers: readonly Doer[] } | Problem> {
  const known = EVENT_TYPES.find((each) => each.toLowerCase() === ask.type.toLowerCase());
  if (known === undefined) {
    return problem(
      'parameter_invalid',
      `There is no type of event "${ask.type.slice(0, 60)}"; see docs/events.md.`,
      '/type',
    );
  }
  if (reach.kind === 'people' || (reach.kind === 'redacted' && !SECURITY.has(known))) {
    return problem('role_forbidden', `Who recorded ${known} is seen by those who see every event; ask one of them.`);
  }
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  return { asOf: String(asOf), doers: await whoDid(ledger, known, asOf) };
}
