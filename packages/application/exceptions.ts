import { clauseEndsOn, type Departure, movesEarnings } from '@ledger/calculation';
import { REQUESTS, type RequestName } from '@ledger/decisions';
import { decode, type ExceptionTerms, exceptionKinds, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type Books, openBooks } from './books.ts';
import type { Progress } from './close.ts';
import { participantEntry } from './entries.ts';
import { type Moves, movesOf } from './exception-effects.ts';
import { dayOf, type Ledger, zoneOf } from './ledger.ts';
import { dayAt } from './moment.ts';
import { beginOf } from './request-facts.ts';
import type { AsOf } from './statements.ts';

/** Every decision that departs from the rules, as of a position: how it stands on the day, and what it moves. */
export interface Register {
  readonly asOf: string;
  readonly on: string;
  /** Days within which what ends is expiring. */
  readonly within: number;
  readonly exceptions: readonly RegisteredException[];
}

export const EXCEPTION_STATES = ['in-force', 'expiring', 'expired', 'revoked'] as const;
export type ExceptionState = (typeof EXCEPTION_STATES)[number];

/** What a decision in the register can be. */
export const REGISTERED_KINDS: readonly string[] = [
  'split',
  'relief',
  'freeze-override',
  'reopening',
  ...exceptionKinds,
];

export interface RegisteredException {
  readonly name: string;
  /** `split`, `relief`, `freeze-override`, `reopening`, or the kind of exception, as `adjustment`. */
  readonly kind: string;
  readonly says: string;
  readonly participants: readonly string[];
  readonly state: ExceptionState;
  /** Whether it is in what a frozen or open statement comes to; `null` where that was not asked. */
  readonly felt: boolean | null;
  /** First day that it is about; `null`: it names none. */
  readonly from: string | null;
  /** Day from which it no longer holds, by its own terms or since it expires; `null`: never. */
  readonly endsOn: string | null;
  readonly expiresOn: string | null;
  readonly scope: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly requestedBy: string;
  readonly approvedBy: readonly string[];
  readonly approvedAt: string;
  readonly revoked: { readonly by: string; readonly at: string; readonly reason: string } | null;
  /** What it moves, by person and period; empty where it moves nothing, or where that was not asked. */
  readonly moves: readonly Moves[];
}

export interface RegisterAsk extends AsOf {
  /** Only decisions about this person. */
  readonly participant?: string | undefined;
  /** Only what stands so on the day. */
  readonly state?: ExceptionState | undefined;
  /** One of `REGISTERED_KINDS`. */
  readonly kind?: string | undefined;
  /** Days; 30 if left out. */
  readonly within?: number | undefined;
  /** `false`: only what was decided, without computing what it moves. */
  readonly money?: boolean | undefined;
  readonly onProgress?: Progress | undefined;
}

/** Days, where nobody says otherwise. */
export const EXPIRING_WITHIN = 30;

export async function exceptionRegister(ledger: Ledger, ask: RegisterAsk): Promise<Register | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  const { participant } = ask;
  if (participant !== undefined && !books.participants.has(participant)) {
    return problem(
      'participant_unknown',
      `Participant "${participant}" is not in the ledger as of ${asOf}; check the id.`,
    );
  }
  const on = await dayAt(ledger, ask.asOf, asOf);
  const granted = await grantedIn(ledger, asOf);
  const { state, kind, within = EXPIRING_WITHIN } = ask;
  const about = granted.filter(
    (each) =>
      (participant === undefined || each.participants.includes(participant)) &&
      (kind === undefined || each.kind === kind) &&
      (state === undefined || stateOn(each, on, within) === state),
  );
  return exceptionsOf(ledger, { books, on, about, ...ask });
}

/** The same for whoever has the books open and knows which decisions it is about. */
export async function exceptionsOf(
  ledger: Ledger,
  ask: Pick<RegisterAsk, 'within' | 'money' | 'onProgress'> & {
    readonly books: Books;
    readonly on: string;
    readonly about: readonly Granted[];
  },
): Promise<Register> {
  const { books, on, about, within = EXPIRING_WITHIN } = ask;
  const asked = about.flatMap(({ departure, participants, everCredited = [], ...each }) => {
    return departure === null ? [] : [{ ...each, departure, participants: [...participants, ...everCredited] }];
  });
  const onPeriod = (done: number, of: number) => ask.onProgress?.(Math.floor((about.length * done) / of), about.length);
  const found = ask.money === false ? [] : await movesOf(ledger, books, asked, onPeriod);
  const movesBy = new Map(asked.map(({ name }, at) => [name, found[at]]));
  ask.onProgress?.(about.length, about.length);
  const exceptions = about.map((each): RegisteredException => {
    const { departure: _, position: _at, movesOthers: _others, ...decided } = each;
    const { everCredited: _ever, reachesFrom: _reach, participants, ...told } = decided;
    const moves = movesBy.get(told.name) ?? [];
    const felt = ask.money === false ? null : moves.length > 0;
    return { ...told, participants, state: stateOn(told, on, within), felt, moves };
  });
  return { asOf: String(books.asOf), on, within, exceptions };
}

/** How a decision stands on a day. */
export function stateOn(
  { revoked, endsOn }: Pick<RegisteredException, 'revoked' | 'endsOn'>,
  on: string,
  within: number,
): RegisteredException['state'] {
  if (revoked !== null) return 'revoked';
  if (endsOn === null) return 'in-force';
  if (endsOn <= on) return 'expired';
  return endsOn <= Temporal.PlainDate.from(on).add({ days: within }).toString() ? 'expiring' : 'in-force';
}

export interface Granted extends Omit<RegisteredException, 'state' | 'felt' | 'moves'> {
  /** `null`: it is about no statement. */
  readonly departure: Departure | null;
  readonly position: bigint;
  readonly movesOthers: boolean;
  /** First day of what it can move; `null`: that may be anything. */
  readonly reachesFrom: string | null;
  /** Of a deal that was told again: whom it credited at any time. They are moved as well. */
  readonly everCredited?: readonly string[] | undefined;
}

const REGISTERED: readonly RequestName['kind'][] = ['split', 'relief', 'exception', 'freeze', 'reopen'];

/** Everything that was approved by a position, by name. */
export async function grantedIn(ledger: Ledger, asOf: bigint): Promise<readonly Granted[]> {
  const granted: Granted[] = [];
  const zone = await zoneOf(ledger);
  for (const { row } of await ledger.views.list(requestsView, '', asOf)) {
    const { name, says: lastSays } = JSON.parse(row) as RequestRow;
    const request = REQUESTS.parse(name);
    if (isProblem(request) || !REGISTERED.includes(request.kind)) continue;
    const stored = await ledger.store.read(request.stream);
    const events = stored.filter(({ position }) => position <= asOf).map(decode);
    const approved = events.findLast((each) => isApprovalOf(each.event, request));
    if (approved === undefined) continue;
    const since = request.kind === 'exception' ? await startOf(ledger, request.participant, asOf) : null;
    // A period has one freeze after another under one name.
    const then = request.kind === 'freeze' ? await ledger.views.get(requestsView, name, approved.position) : undefined;
    const says = then === undefined ? lastSays : (JSON.parse(then) as RequestRow).says;
    const entry = grantedBy(approved, request, { says, since, zone }, events);
    if (entry !== null) granted.push(entry);
  }
  return granted;
}

function isApprovalOf({ type, data }: LedgerEvent, request: RequestName): boolean {
  switch (type) {
    case 'SplitExceptionApproved':
      return request.kind === 'split' && data.exception === request.exception;
    case 'QuotaReliefGranted':
      return request.kind === 'relief' && data.relief === request.relief;
    case 'ExceptionApproved':
      return request.kind === 'exception';
    case 'PeriodFreezeStarted':
      return request.kind === 'freeze' && data.despite !== undefined;
    case 'PeriodReopened':
      return request.kind === 'reopen';
    default:
      return false;
  }
}

function grantedBy(
  { event, position, recordedAt }: RecordedEvent,
  request: RequestName,
  { says, since, zone }: { readonly says: string; readonly since: string | null; readonly zone: string },
  events: readonly RecordedEvent[],
): Granted | null {
  const name = REQUESTS.name(request);
  const common = (data: { readonly reason: string; readonly requestedBy: string } & Approval) => ({
    name,
    reason: data.reason,
    evidence: data.evidence,
    requestedBy: data.requestedBy,
    approvedBy: [...(data.coApprovedBy ?? []), data.approvedBy],
    approvedAt: recordedAt,
    position,
  });
  const revoked = revocationOf(request, position, events);
  switch (event.type) {
    case 'SplitExceptionApproved': {
      const { data } = event;
      const { source, deal, exception, scope, expiresOn } = data;
      const told = events.flatMap((each) =>
        each.event.type === 'DealClosed' || each.event.type === 'DealAmended' ? [each.event.data] : [],
      );
      const credited = told.map(({ owner, credits }) => [
        ...credits.map((each) => each.participant),
        ...(owner === null ? [] : [owner]),
      ]);
      const snapshot = told.at(-1);
      const people = [...new Set([...data.shares.map((each) => each.participant), ...(credited.at(-1) ?? [])])];
      return {
        ...{
          ...common(data),
          kind: 'split',
          says,
          participants: people.sort(),
          scope,
          expiresOn,
          endsOn: expiresOn,
          revoked,
        },
        ...{
          from: snapshot?.closedOn ?? null,
          departure: { kind: 'split', source, deal, exception },
          ...{ movesOthers: true, everCredited: credited.flat() },
          reachesFrom: told.map(({ closedOn }) => closedOn).sort()[0] ?? null,
        },
      };
    }
    case 'QuotaReliefGranted': {
      const { data } = event;
      const { participant, metric, year, relief, scope, expiresOn, from, to, basis } = data;
      // A lump sum is taken off once and for all; a share of days ends with them.
      const endsOn = basis.by === 'days' ? earlier(expiresOn, to) : expiresOn;
      return {
        ...{
          ...common(data),
          kind: 'relief',
          says,
          participants: [participant],
          scope,
          expiresOn,
          endsOn,
          from,
          revoked,
        },
        ...{ departure: { kind: 'relief', participant, metric, year, relief }, movesOthers: true },
        // The quota of an interval is reduced as a whole, for every window that takes a part of it.
        reachesFrom: null,
      };
    }
    case 'ExceptionApproved': {
      const { data } = event;
      const { participant, exception, terms, scope, expiresOn } = data;
      const endsOn = earlier(expiresOn, endOf(terms, since));
      return {
        ...{ ...common(data), kind: terms.kind, says, participants: [participant], scope, expiresOn, endsOn, revoked },
        ...{ from: beginOf(terms), departure: { kind: 'exception', participant, exception } },
        movesOthers: movesEarnings(terms.kind),
        reachesFrom: isOfWindows(terms) ? null : beginOf(terms),
      };
    }
    case 'PeriodFreezeStarted': {
      const { data } = event;
      const { despite, period } = data;
      if (despite === undefined) return null;
      return {
        ...{ ...common({ ...data, reason: despite.reason }), kind: 'freeze-override', participants: [], revoked },
        ...{ says, scope: `freeze of ${period}`, expiresOn: null, endsOn: null },
        ...{ from: null, departure: null, movesOthers: false, reachesFrom: null },
      };
    }
    case 'PeriodReopened': {
      const { data } = event;
      const again = events.find((each) => each.position > position && each.event.type === 'PeriodFrozen');
      const endsOn = again === undefined ? null : dayOf(again.recordedAt, zone);
      return {
        ...{ ...common(data), kind: 'reopening', participants: [], revoked, says, scope: `period ${data.period}` },
        ...{ expiresOn: null, endsOn, from: null, departure: null, movesOthers: false, reachesFrom: null },
      };
    }
    default:
      return null;
  }
}

/** Whether it is part of what a whole window is held against, that part of it too which is over when it begins. */
function isOfWindows({ kind }: ExceptionTerms): boolean {
  return kind === 'target-incentive' || kind === 'salary';
}

interface Approval {
  readonly evidence: readonly string[];
  readonly approvedBy: string;
  readonly coApprovedBy?: readonly string[] | undefined;
}

/** Day from which the terms themselves say nothing more. */
function endOf(terms: ExceptionTerms, since: string | null): string | null {
  if ('until' in terms) return terms.until;
  if (terms.kind !== 'draw' && terms.kind !== 'guarantee') return null;
  const clause = terms.kind === 'draw' ? terms.draw : terms.guarantee;
  return since === null ? clause.until : clauseEndsOn(clause, since);
}

/** First day of somebody: terms that last for some months and name no day begin then. */
async function startOf(ledger: Ledger, participant: string, asOf: bigint): Promise<string | null> {
  return (await participantEntry(ledger, participant, asOf))?.startsOn ?? null;
}

function earlier(one: string | null, other: string | null): string | null {
  return one === null || (other !== null && other < one) ? other : one;
}

function revocationOf(request: RequestName, after: bigint, events: readonly RecordedEvent[]): Granted['revoked'] {
  for (const { event, position, recordedAt } of events) {
    if (position <= after) continue;
    // What was frozen in spite of something is frozen no more.
    if (event.type === 'PeriodReopened' && request.kind === 'freeze') {
      return { by: event.data.approvedBy, at: recordedAt, reason: event.data.reason };
    }
    const isIt =
      (event.type === 'ExceptionRevoked' && request.kind === 'exception') ||
      (event.type === 'SplitExceptionRevoked' &&
        request.kind === 'split' &&
        event.data.exception === request.exception) ||
      (event.type === 'QuotaReliefRevoked' && request.kind === 'relief' && event.data.relief === request.relief);
    if (isIt && 'revokedBy' in event.data) {
      return { by: event.data.revokedBy, at: recordedAt, reason: event.data.reason };
    }
  }
  return null;
}
