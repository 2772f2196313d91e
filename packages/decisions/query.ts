import type { EventData, LedgerEvent, QueryCorrection } from '@ledger/events';
import { type Actor, type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { exact, minorUnits, sum, toDecimalText } from '@ledger/money';
import { checkCurrency, checkMinorUnits } from './amounts.ts';
import { judge, rolesFor } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';

/** A question about a line of a statement, or a dispute of it, until it is resolved or withdrawn (domain.md §7). */
export type QueryEvent = LedgerEvent<
  | 'QueryOpened'
  | 'QueryAssigned'
  | 'QueryMessagePosted'
  | 'QueryEscalated'
  | 'QueryResolved'
  | 'QueryReopened'
  | 'QueryWithdrawn'
>;

interface OfQuery {
  readonly query: string;
  /** Whom the participant reports to, directly or not, as the application found them: they may speak for the participant. */
  readonly managers: readonly string[];
}
export interface OpenQuery extends Omit<EventData<'QueryOpened'>, 'openedBy'> {
  readonly type: 'OpenQuery';
  readonly managers: readonly string[];
}
export interface PostMessage extends OfQuery {
  readonly type: 'PostMessage';
  readonly says: string;
  readonly asks: boolean;
}
interface HandOn extends OfQuery {
  readonly to: string;
  /** Roles in which the ledger knows them, as the application found out; `null`: it knows nobody of that name. */
  readonly knownAs: readonly string[] | null;
  readonly reason: string;
}
export interface AssignQuery extends HandOn {
  readonly type: 'AssignQuery';
}
export interface EscalateQuery extends HandOn {
  readonly type: 'EscalateQuery';
}
/** What the application knows of an event that is said to have corrected what was wrong. */
export interface FoundCorrection extends Omit<QueryCorrection, 'moved'> {
  readonly recordedBy: string;
  readonly isAfterOpening: boolean;
  readonly moved: readonly QueryCorrection['moved'][number][];
}
export interface ResolveQuery extends OfQuery {
  readonly type: 'ResolveQuery';
  readonly reason: string;
  readonly corrections: readonly FoundCorrection[];
}
export interface ReopenQuery extends OfQuery {
  readonly type: 'ReopenQuery';
  readonly reason: string;
  /** Last day on which it can be reopened; `null`: on any. */
  readonly until: string | null;
}
export interface WithdrawQuery extends OfQuery {
  readonly type: 'WithdrawQuery';
  readonly reason: string;
}
export type QueryCommand =
  | OpenQuery
  | PostMessage
  | AssignQuery
  | EscalateQuery
  | ResolveQuery
  | ReopenQuery
  | WithdrawQuery;

export interface QueryState {
  readonly opened: EventData<'QueryOpened'> | null;
  readonly stands: 'open' | 'resolved' | 'withdrawn';
  /** Who has it at the desk. */
  readonly holder: string | null;
  /** The newest event: who says the same again has said it once. */
  readonly last: QueryEvent | null;
}

export const queryDecider: Decider<QueryState, QueryCommand, QueryEvent> = {
  initial: { opened: null, stands: 'open', holder: null, last: null },
  evolve,
  decide,
};

function evolve(before: QueryState, event: QueryEvent): QueryState {
  const state = { ...before, last: event };
  switch (event.type) {
    case 'QueryOpened':
      return { ...state, opened: event.data };
    case 'QueryAssigned':
    case 'QueryEscalated':
      return { ...state, holder: event.data.to };
    case 'QueryMessagePosted':
      return state;
    case 'QueryResolved':
      return { ...state, stands: 'resolved' };
    case 'QueryReopened':
      return { ...state, stands: 'open' };
    case 'QueryWithdrawn':
      return { ...state, stands: 'withdrawn' };
    default:
      return event satisfies never;
  }
}

type Answer = readonly QueryEvent[] | Problem;

function decide(command: QueryCommand, state: QueryState, context: Context): Answer {
  switch (command.type) {
    case 'OpenQuery':
      return open(command, state, context);
    case 'PostMessage':
      return post(command, state, context);
    case 'AssignQuery':
      return assign(command, state, context);
    case 'EscalateQuery':
      return escalate(command, state, context);
    case 'ResolveQuery':
      return resolve(command, state, context);
    case 'ReopenQuery':
      return reopen(command, state, context);
    case 'WithdrawQuery':
      return withdraw(command, state, context);
    default:
      return command satisfies never;
  }
}

/** Whether somebody sees the queries of a participant: the participant, who they report to, and those who work on all of them. */
export function seesQueriesOf(actor: Actor, participant: string, managers: readonly string[]): boolean {
  switch (actor.role) {
    case 'rep':
      return isOneself(actor, participant);
    case 'manager':
      return isOneself(actor, participant) || managers.includes(actor.id);
    default:
      return actor.role === 'ops' || actor.role === 'finance' || actor.role === 'auditor';
  }
}

/** Why a role sees no query at all: admins see no pay, integrations bring facts. */
export function judgeReadOfQueries({ role }: Actor): Problem | undefined {
  if (READERS.includes(role)) return undefined;
  const message = `Role ${shown(role)} may not see queries about pay; ask somebody with role ops, finance or auditor.`;
  return refuse('role_forbidden', message);
}
const READERS: readonly string[] = ['rep', 'manager', 'ops', 'finance', 'auditor'];

/** In person: nobody asks in the name of somebody else. */
function isOneself({ id, onBehalfOf = id }: Actor, participant: string): boolean {
  return id === participant && onBehalfOf === id;
}

/** The same for a query that is hidden and for one that does not exist: there is nothing to learn from it. */
export function noSuchQuery(query: string): Problem {
  return refuse('not_found', `There is no query ${shown(query)} that you may see; \`ledger query list\` has those.`);
}

/** Why somebody may not ask about a participant's pay; for doors that show a statement before they ask. */
export function mayOpenQuery(actor: Actor, participant: string, managers: readonly string[]): Problem | undefined {
  const refused = judge({ kind: 'query', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined || seesQueriesOf(actor, participant, managers)) return refused;
  const message = `${shown(actor.id)} may not ask about the pay of ${shown(participant)}; they can themselves, and whoever they report to.`;
  return refuse('role_forbidden', message, '/participant');
}

function open({ type: _, managers, ...terms }: OpenQuery, state: QueryState, { actor }: Context): Answer {
  const refused = mayOpenQuery(actor, terms.participant, managers);
  if (refused !== undefined) return refused;
  const opened = produce('QueryOpened', { ...terms, openedBy: actor.id });
  if (isProblem(opened)) return opened;
  const wrong = checkExpected(terms);
  if (wrong !== undefined) return wrong;
  if (state.opened === null) return [opened];
  if (state.stands === 'open' && asksTheSame(state.opened, opened.data)) return [];
  const { query, line, period } = state.opened;
  const message = `Query ${query} is about ${line} in ${period} and is ${state.stands}; go on with it by \`ledger query reply ${query}\`.`;
  return refuse('already_exists', message, '/query');
}

function checkExpected({ expects, currency }: Pick<OpenQuery, 'expects' | 'currency'>): Problem | undefined {
  return expects === null
    ? undefined
    : (checkCurrency(currency, '/currency') ?? checkMinorUnits(expects, currency, '/expects'));
}

/** What was seen and replayed may have moved on meanwhile; the question is the same. */
function asksTheSame(one: EventData<'QueryOpened'>, other: EventData<'QueryOpened'>): boolean {
  const asked = ({ participant, period, line, says, expects, facts, openedBy }: EventData<'QueryOpened'>) =>
    canonical({ participant, period, line, says, expects, facts, openedBy });
  return asked(one) === asked(other);
}

type Standing = QueryState & { readonly opened: EventData<'QueryOpened'> };

/** The query, if this person may see it. */
function seen({ query, managers }: OfQuery, state: QueryState, actor: Actor): Standing | Problem {
  const { opened } = state;
  if (opened === null || !seesQueriesOf(actor, opened.participant, managers)) return noSuchQuery(query);
  return { ...state, opened };
}

/** The query as those work on it who answer queries; nobody does who is named in it. */
function atDesk(command: OfQuery, state: QueryState, { actor }: Context): Standing | Problem {
  const found = seen(command, state, actor);
  if (isProblem(found)) return found;
  const refused = judge({ kind: 'query-desk', step: 'record', actor, beneficiaries: namedIn(found.opened) });
  return refused ?? found;
}

/** Everybody whom the query names: whose pay it is, who opened it, and whoever the facts credit. */
function namedIn({ participant, openedBy, facts }: EventData<'QueryOpened'>): readonly string[] {
  const credited = (facts?.deals ?? []).flatMap(({ snapshot }) => snapshot.credits.map((credit) => credit.participant));
  const split = (facts?.splits ?? []).flatMap(({ shares }) => shares.map((share) => share.participant));
  return [...new Set([participant, openedBy, ...credited, ...split])];
}

function checkOpen({ opened: { query }, stands }: Standing): Problem | undefined {
  if (stands === 'open') return undefined;
  const remedy =
    stands === 'resolved'
      ? `reopen it with \`ledger query reopen ${query}\`, or open another one`
      : 'open another one with `ledger query open`';
  return refuse('query_closed', `Query ${query} is ${stands}; ${remedy}.`);
}

function isSaidAgain(last: QueryEvent | null, event: QueryEvent): boolean {
  return last !== null && last.type === event.type && canonical(last.data) === canonical(event.data);
}

/** An event on top of the query; nothing where its last one says the same. */
function unlessSaid(state: Standing, event: QueryEvent | Problem): Answer {
  if (isProblem(event)) return event;
  if (isSaidAgain(state.last, event)) return [];
  return checkOpen(state) ?? [event];
}

function post({ says, asks, ...command }: PostMessage, state: QueryState, { actor }: Context): Answer {
  const found = seen(command, state, actor);
  if (isProblem(found)) return found;
  const isParty = actor.role === 'rep' || actor.role === 'manager';
  const beneficiaries = isParty ? [] : namedIn(found.opened);
  const refused = isParty
    ? judge({ kind: 'query', step: 'request', actor, beneficiaries })
    : judge({ kind: 'query-desk', step: 'record', actor, beneficiaries });
  if (refused !== undefined) return refused;
  const { query } = found.opened;
  if (isParty && asks) {
    const message = 'Whoever asks for an answer here is the desk; say it without --ask, and the desk has to answer.';
    return refuse('field_invalid', message, '/asks');
  }
  const side = isParty ? 'participant' : 'desk';
  return unlessSaid(found, produce('QueryMessagePosted', { query, side, says, asks, postedBy: actor.id }));
}

function assign({ to, knownAs, reason, ...command }: AssignQuery, state: QueryState, context: Context): Answer {
  const found = atDesk(command, state, context);
  if (isProblem(found)) return found;
  const { query } = found.opened;
  const assigned = produce('QueryAssigned', { query, to, reason, assignedBy: context.actor.id });
  if (isProblem(assigned)) return assigned;
  const wrong = checkOpen(found) ?? checkHolder({ to, knownAs }, found);
  if (wrong !== undefined) return wrong;
  return found.holder === to ? [] : [assigned];
}

/** A query that nobody can answer stands still: whoever gets it is somebody whom the ledger knows and who may. */
function checkHolder({ to, knownAs }: Pick<HandOn, 'to' | 'knownAs'>, { opened }: Standing): Problem | undefined {
  if (namedIn(opened).includes(to)) {
    const message = `${shown(to)} is named in query ${opened.query} and cannot decide it; give it to somebody else.`;
    return refuse('own_pay', message, '/to');
  }
  const roles = rolesFor('query-desk', 'record');
  const whom = `somebody with role ${roles.join(' or ')}`;
  if (knownAs === null) {
    const message = `The ledger knows nobody ${shown(to)}; name ${whom} who has worked in it, or register them with \`ledger access register\`.`;
    return refuse('principal_unknown', message, '/to');
  }
  if (roles.some((role) => knownAs.includes(role))) return undefined;
  const message = `${shown(to)} may not answer queries; name ${whom}.`;
  return refuse('field_invalid', message, '/to');
}

function escalate({ to, knownAs, reason, ...command }: EscalateQuery, state: QueryState, context: Context): Answer {
  const found = atDesk(command, state, context);
  if (isProblem(found)) return found;
  const { query } = found.opened;
  const escalated = produce('QueryEscalated', { query, to, reason, escalatedBy: context.actor.id });
  if (isProblem(escalated)) return escalated;
  if (to === context.actor.id) {
    const message = `Query ${query} cannot be escalated to whoever escalates it; name somebody else.`;
    return refuse('field_invalid', message, '/to');
  }
  return checkHolder({ to, knownAs }, found) ?? unlessSaid(found, escalated);
}

function resolve({ reason, corrections, ...command }: ResolveQuery, state: QueryState, context: Context): Answer {
  const { actor } = context;
  const found = seen(command, state, actor);
  if (isProblem(found)) return found;
  const beneficiaries = namedIn(found.opened);
  const refused = judge({ kind: 'query-resolution', step: 'record', actor, beneficiaries });
  if (refused !== undefined) return refused;
  const { query, currency } = found.opened;
  const differences = corrections.flatMap(({ moved }) => moved.map(({ difference }) => exact(difference)));
  const resolved = produce('QueryResolved', {
    query,
    reason,
    corrections: corrections.map(({ recordedBy: _, isAfterOpening: _after, moved, ...each }) => ({
      ...each,
      moved: moved.map((period) => ({ ...period, components: [...period.components] })),
    })),
    currency,
    amount: toDecimalText(sum(differences), minorUnits(currency), 'half-up'),
    resolvedBy: actor.id,
  });
  const wrong = corrections.map((each) => checkCorrection(each, found, actor)).find((each) => each !== undefined);
  return wrong ?? unlessSaid(found, resolved);
}

function checkCorrection(found: FoundCorrection, { opened }: Standing, actor: Actor): Problem | undefined {
  const { event, type, position, approvedBy, recordedBy, isAfterOpening, moved } = found;
  const what = `${type} at position ${position}`;
  if (!isAfterOpening) {
    const message = `${what} was recorded before query ${opened.query} was opened and cannot have corrected it; name the event that did.`;
    return refuse('correction_invalid', message, '/corrections');
  }
  if (moved.length === 0) {
    const message = `${what} (${shown(event)}) moved nothing in the statements of ${opened.participant}; name the event that did, or resolve the query without one and say why.`;
    return refuse('correction_invalid', message, '/corrections');
  }
  if (approvedBy !== null) return undefined;
  // W20: where money moves, somebody of finance has looked at it, there or here.
  if (actor.role !== 'finance') {
    const message = `${what} moves money and nobody had to approve it, so role ${shown(actor.role)} may not resolve a query by it; ask somebody with role finance.`;
    return refuse('role_forbidden', message, '/corrections');
  }
  if (actor.id !== recordedBy) return undefined;
  const message = `${shown(actor.id)} recorded ${what} and cannot resolve a query by it; ask somebody else with role finance.`;
  return refuse('own_request', message, '/corrections');
}

function reopen({ reason, until, ...command }: ReopenQuery, state: QueryState, { actor, today }: Context): Answer {
  const found = seen(command, state, actor);
  if (isProblem(found)) return found;
  const isParty = actor.role === 'rep' || actor.role === 'manager';
  const refused = isParty
    ? judge({ kind: 'query', step: 'request', actor, beneficiaries: [] })
    : judge({ kind: 'query-desk', step: 'record', actor, beneficiaries: namedIn(found.opened) });
  if (refused !== undefined) return refused;
  const { query } = found.opened;
  const reopened = produce('QueryReopened', { query, reason, reopenedBy: actor.id });
  if (isProblem(reopened) || found.stands === 'withdrawn') return isProblem(reopened) ? reopened : closed(found);
  if (isSaidAgain(found.last, reopened)) return [];
  if (found.stands === 'open') {
    const message = `Query ${query} is open; there is nothing to reopen, go on with \`ledger query reply ${query}\`.`;
    return refuse('nothing_to_record', message);
  }
  if (until !== null && today > until) {
    const message = `Query ${query} could be reopened until ${until}, and today is ${today}; open another one with \`ledger query open\`.`;
    return refuse('reopen_too_late', message);
  }
  return [reopened];
}

function closed(found: Standing): Answer {
  return checkOpen(found) ?? [];
}

function withdraw({ reason, ...command }: WithdrawQuery, state: QueryState, { actor }: Context): Answer {
  const found = seen(command, state, actor);
  if (isProblem(found)) return found;
  const { query, openedBy } = found.opened;
  if (actor.id !== openedBy) {
    const message = `Query ${query} was opened by ${shown(openedBy)}, and only they can withdraw it; resolve it instead, or ask them.`;
    return refuse('role_forbidden', message);
  }
  const refused = judge({ kind: 'query', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  return unlessSaid(found, produce('QueryWithdrawn', { query, reason, withdrawnBy: actor.id }));
}
