import { type FoundCorrection, judge, queryDecider, REQUESTS } from '@ledger/decisions';
import { decode, type RecordedEvent, streamOf } from '@ledger/events';
import { instantText, isProblem, type Problem, problem } from '@ledger/kernel';
import { requestOf } from '@ledger/projections';
import { eventAt, eventsOf, given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { queryNamed } from './query-access.ts';
import { movedBy } from './query-replay.ts';

/**
 * Resolves a query. `events`: what corrected it, each by its id, by its position, or as the approved request that it granted
 * (`split/crm.D-1/split-1`); none where no money moves, and then the reason says why.
 */
export async function resolveQuery(
  ledger: Ledger,
  ask: { readonly query: string; readonly reason: string; readonly events: readonly string[] },
  by: By,
): Promise<Outcome | Problem> {
  const head = await refresh(ledger);
  const found = await queryNamed(ledger, ask.query, by.actor);
  if (isProblem(found)) return found;
  const { row, managers } = found;
  const forbidden = judge({
    kind: 'query-resolution',
    step: 'record',
    actor: by.actor,
    beneficiaries: [row.participant, row.openedBy],
  });
  if (forbidden !== undefined) return forbidden;
  const corrections: FoundCorrection[] = [];
  for (const name of new Set(ask.events)) {
    const event = await eventNamed(ledger, name, head);
    if (isProblem(event)) return event;
    if (corrections.some((known) => known.event === event.id)) continue;
    const isAfterOpening = event.position > BigInt(row.openedPosition);
    const moved = isAfterOpening ? await movedBy(ledger, row.participant, event.position, periodsNamed(event)) : [];
    if (isProblem(moved)) return moved;
    corrections.push({
      event: event.id,
      type: event.event.type,
      position: String(event.position),
      approvedBy: approverOf(event),
      recordedBy: event.meta.actor.id,
      isAfterOpening,
      moved,
    });
  }
  const command = { type: 'ResolveQuery', query: ask.query, reason: ask.reason, corrections, managers } as const;
  return handle(ledger, given(streamOf.query(ask.query), queryDecider, command, ask), by);
}

/** Who looked at it besides whoever asked for it; to revoke is a checker's own decision. */
function approverOf({ event }: RecordedEvent): string | null {
  const { data } = event;
  if ('approvedBy' in data) return data.approvedBy;
  return 'revokedBy' in data ? data.revokedBy : null;
}

/** Periods that a decision speaks of by name: they need not be open yet. */
function periodsNamed({ event }: RecordedEvent): readonly string[] {
  if (event.type !== 'ExceptionApproved') return [];
  const { terms } = event.data;
  return 'period' in terms && terms.period !== undefined ? [terms.period] : [];
}

async function eventNamed(ledger: Ledger, name: string, head: bigint): Promise<RecordedEvent | Problem> {
  const event = /^[0-9]{1,18}$/.test(name)
    ? await eventAt(ledger, BigInt(name) > head ? 0n : BigInt(name))
    : name.includes('/')
      ? await eventGranting(ledger, name)
      : await eventWithId(ledger, name, head);
  if (event !== undefined) return event;
  const remedy =
    'give the id or the position of what corrected the query, or the approved request, as split/crm.D-1/split-1';
  return problem('not_found', `There is no event ${JSON.stringify(name.slice(0, 60))}; ${remedy}.`, '/events');
}

/** What decided a request: granted it, or took back what was granted. */
async function eventGranting(ledger: Ledger, name: string): Promise<RecordedEvent | Problem | undefined> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  const events = await eventsOf(ledger, request.stream);
  return events.findLast(
    (each) =>
      requestOf(each) === name &&
      each.event.type !== 'ApprovalGiven' &&
      ('approvedBy' in each.event.data || 'revokedBy' in each.event.data),
  );
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const PAGE = 1_000;

/** Ids begin with the time at which they were drawn, a little before they were recorded: the log is read from there. */
async function eventWithId(ledger: Ledger, id: string, head: bigint): Promise<RecordedEvent | undefined> {
  if (!ULID.test(id)) return undefined;
  const drawn = instantText(BigInt(millisecondsOf(id) - 1) * 1000n);
  for (let after = await ledger.store.positionAt(drawn); after < head; ) {
    const page = await ledger.store.readAll({ after, limit: PAGE });
    const found = page.find((stored) => stored.id === id);
    if (found !== undefined) return decode(found);
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.position;
  }
  return undefined;
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function millisecondsOf(ulid: string): number {
  return [...ulid.slice(0, 10)].reduce((value, digit) => value * 32 + DIGITS.indexOf(digit), 0);
}
