import { managerOn, type ParticipantEntry } from '@ledger/calculation';
import { extentOf, hidden, judgeRead, type Resource, type Role } from '@ledger/decisions';
import { type Acting, type Problem, problem, type ViewStore } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { type By, type Ledger, today } from './ledger.ts';

/** Somebody who came in by a door that checks who they are, or a program that came in with a key. */
export interface Principal {
  /** The same id that facts name them by, as participant, requester or approver. */
  readonly id: string;
  readonly roles: readonly Role[];
  /** What the key may do; left out for people. */
  readonly scopes?: readonly string[] | undefined;
  /** Id of the key. */
  readonly key?: string | undefined;
}

/**
 * The actor of one request: in the role that was asked for, or in the only one that there is. What the role may do is for `judge` to say.
 */
export function actingAs({ id, roles, scopes, key }: Principal, role?: string): Acting | Problem {
  const [only] = roles;
  if (role !== undefined && !roles.some((each) => each === role)) {
    return problem('role_forbidden', `You do not hold the role ${JSON.stringify(role.slice(0, 60))}; ${held(roles)}.`);
  }
  if (only === undefined) return problem('role_forbidden', 'You hold no role; ask an admin for one.');
  if (role === undefined && roles.length > 1) {
    return problem('role_ambiguous', `You hold several roles; say in which one you act: ${roles.join(' or ')}.`);
  }
  const acting = { id, role: role ?? only };
  // What came in by a key is bound by its scopes, and may do nothing where it has none.
  return key === undefined && scopes === undefined ? acting : { ...acting, scopes: scopes ?? [] };
}

function held(roles: readonly Role[]): string {
  return roles.length === 0 ? 'you hold none; ask an admin for it' : `act as ${roles.join(' or ')}`;
}

/** What somebody sees of a kind of thing. */
export type Reach =
  | { readonly kind: 'all' }
  /** All of it without what `leftOut` names. */
  | { readonly kind: 'redacted' }
  /** What is about these people. */
  | { readonly kind: 'people'; readonly ids: ReadonlySet<string> }
  /** Nothing, and the answer to whoever asks for it. */
  | { readonly kind: 'none'; readonly problem: Problem };

/**
 * What an actor sees of a kind of thing, in the role in which they act. Who reports to them is asked of today, whatever moment they read
 * about: whoever has another manager now is none of the old one's business any more.
 */
export async function reachOf(ledger: Ledger, actor: Acting, resource: Resource): Promise<Reach> {
  const refused = judgeRead(resource, actor);
  if (refused !== undefined) return { kind: 'none', problem: refused };
  const extent = extentOf(resource, actor);
  switch (extent) {
    case 'all':
    case 'redacted':
      return { kind: extent };
    case 'own':
      return { kind: 'people', ids: new Set([actor.id]) };
    case 'team':
      return { kind: 'people', ids: await teamOf(ledger, actor.id) };
    default:
      throw new TypeError(`"${extent}" of ${resource} is neither seen nor refused`);
  }
}

/** Whether something that is about these people is seen: a deal by everybody whom it credits. */
export function reaches(reach: Reach, people: Iterable<string>): boolean {
  if (reach.kind !== 'people') return reach.kind !== 'none';
  for (const id of people) if (reach.ids.has(id)) return true;
  return false;
}

/**
 * Why somebody is not shown a thing; `undefined`: they see it. `people`: whom it is about, or `undefined` where there is no such thing,
 * which gets the same answer as one that is hidden.
 */
export function unseen(
  reach: Reach,
  { thing, name, people }: { readonly thing: string; readonly name: string; readonly people?: Iterable<string> },
): Problem | undefined {
  if (reach.kind === 'none') return reach.problem;
  return people !== undefined && reaches(reach, people) ? undefined : hidden(thing, name);
}

/**
 * The same for what somebody writes about people: whoever does not see them is answered as if there were nobody. Of several that a thing
 * is about, seeing one is enough.
 */
export function unseenBy(
  { sees }: By,
  { thing, name, people }: { readonly thing: string; readonly name: string; readonly people?: Iterable<string> },
): Problem | undefined {
  if (sees === undefined) return undefined;
  return unseen({ kind: 'people', ids: sees }, { thing, name, ...(people === undefined ? {} : { people }) });
}

/** Whom a maker sees, for `By.sees`: whose pay one does not see, one asks for nothing about. `undefined`: nobody is hidden from them. */
export async function seesAsMaker(ledger: Ledger, actor: Acting): Promise<ReadonlySet<string> | undefined> {
  const reach = await reachOf(ledger, actor, 'pay');
  return reach.kind === 'people' ? reach.ids : undefined;
}

/** Somebody and everybody who reports to them today, directly or not. */
export async function teamOf(ledger: Ledger, manager: string): Promise<ReadonlySet<string>> {
  const reports = await reportsOn(ledger.views, await today(ledger));
  // A set goes on over what is added to it, and takes nobody twice: a loop of reporting lines ends.
  const team = new Set([manager]);
  for (const each of team) for (const report of reports.get(each) ?? []) team.add(report);
  return team;
}

type Reports = ReadonlyMap<string, readonly string[]>;
interface Known {
  upTo: bigint;
  readonly people: Map<string, ParticipantEntry>;
  /** Who reports to whom on a day; made anew when a line or the day is another one. */
  on?: { readonly day: string; readonly reports: Reports } | undefined;
}
/** Every request of a manager asks who reports to whom; what is known is kept, and only what has changed since is read. */
const known = new WeakMap<ViewStore, Known>();
const PREFIX = 'participant/';

async function reportsOn(views: ViewStore, day: string): Promise<Reports> {
  const kept: Known = known.get(views) ?? { upTo: 0n, people: new Map() };
  known.set(views, kept);
  const { checkpoint } = await views.state(definitionsView);
  if (checkpoint > kept.upTo) {
    const changes = await views.changes(definitionsView, { prefix: PREFIX }, { after: kept.upTo, upTo: checkpoint });
    // Somebody who asked later may have been quicker; what they have read is newer.
    if (checkpoint > kept.upTo) {
      for (const { key, row } of changes) {
        if (row === null) kept.people.delete(key.slice(PREFIX.length));
        else kept.people.set(key.slice(PREFIX.length), JSON.parse(row) as ParticipantEntry);
      }
      kept.upTo = checkpoint;
      if (changes.length > 0) kept.on = undefined;
    }
  }
  if (kept.on?.day !== day) kept.on = { day, reports: linesOf(kept.people.values(), day) };
  return kept.on.reports;
}

function linesOf(people: Iterable<ParticipantEntry>, day: string): Reports {
  const reports = new Map<string, string[]>();
  for (const participant of people) {
    const above = managerOn(participant, day);
    if (above === null) continue;
    const team = reports.get(above);
    if (team === undefined) reports.set(above, [participant.participant]);
    else team.push(participant.participant);
  }
  return reports;
}
