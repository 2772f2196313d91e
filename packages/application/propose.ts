import type { Definition } from '@ledger/connectors';
import { REQUESTS, ROLES } from '@ledger/decisions';
import type { LedgerEvent } from '@ledger/events';
import { canonical, isProblem, type Problem, problem, type Stored } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { checkDocuments, commandsOf, refusedFor, requestsIn } from './define.ts';
import { eventsOf, type Given, handleAll, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { approveRequest } from './requests.ts';
import { trialLedger } from './trial-ledger.ts';

/** Definitions that rule for nobody yet: of files, or of requests that wait. */
export interface Proposed {
  readonly documents?: readonly Definition[] | undefined;
  /** Names of waiting requests: `metric/expansion@2`. */
  readonly requests?: readonly string[] | undefined;
}

/** A ledger on which what was proposed rules, and what it is called there. */
export interface Trial {
  readonly ledger: Ledger;
  readonly head: bigint;
  /** What was recorded on it, to go on from there elsewhere. */
  readonly events: readonly Stored[];
  /** In the order of the files, then of the requests named. */
  readonly proposals: readonly Proposal[];
}
export interface Proposal {
  /** Name of the request that would ask for it, or that does; `null` for what takes effect at once. */
  readonly request: string | null;
  readonly says: string;
  /** Events of the trial that put it in force. */
  readonly events: readonly string[];
}

/** Nobody can have these ids: they hold a dot. What they approve, in whatever role the rules ask for, is approved by nobody yet. */
const PROPOSING = 'proposed.by';
const NOBODY_YET = ['nobody.yet', 'nobody.else', 'nobody.third', 'nobody.fourth', 'nobody.fifth'] as const;

export function isAnything({ documents = [], requests = [] }: Proposed): boolean {
  return documents.length + requests.length > 0;
}

/** Words about a proposal that its approval would have made, also where several had to approve. */
export function asProposed(says: string): string {
  return says.replace(/, approved by nobody\.[a-z]+(?: and nobody\.[a-z]+)*(?=[:,. ]|$)/, ', proposed');
}

/**
 * Records and approves what is proposed on a branch of the ledger: checked as `define` checks it, decided by the same deciders, in force
 * last of all. The ledger itself is not written to.
 */
export async function tried(ledger: Ledger, asOf: bigint, proposed: Proposed): Promise<Trial | Problem> {
  const branch = trialLedger(ledger, asOf);
  const { documents = [], requests = [] } = proposed;
  const refused = refusedFor((await checkDocuments(branch, documents)).problems);
  if (refused !== undefined) return refused;
  const proposals: Proposal[] = [];
  const names = new Set<string>();
  for (const document of documents) {
    const before = await refresh(branch);
    const commands = await commandsOf(branch, document, { names, actor: { id: PROPOSING, role: 'ops' } });
    const outcomes = await inSomeRole(PROPOSING, (by) => handleAll(branch, commands, by));
    if (isProblem(outcomes)) return outcomes;
    await refresh(branch);
    const waiting = [...outcomes.flatMap(requestsIn), ...(await waitingAlready(branch, commands, outcomes))];
    for (const name of waiting) {
      const proposal = await approved(branch, name);
      if (isProblem(proposal)) return proposal;
      proposals.push(proposal);
    }
    const atOnce = await recordedAfter(branch, before, (type) => !isDecision(type));
    if (waiting.length === 0 && atOnce.length > 0) {
      const { file, line } = document.written;
      proposals.push({ request: null, says: `${document.kind} of ${file}:${line}`, events: atOnce });
    }
  }
  for (const name of requests) {
    const wrong = await notWaiting(branch, name);
    if (wrong !== undefined) return wrong;
    const proposal = await approved(branch, name);
    if (isProblem(proposal)) return proposal;
    proposals.push(proposal);
  }
  return { ledger: branch, head: await refresh(branch), events: await storedAfter(branch, asOf), proposals };
}

/** Who may is not the question here: whatever role may do it does it. */
async function inSomeRole<T>(id: string, act: (by: By) => Promise<T | Problem>): Promise<T | Problem> {
  let answer = await act({ actor: { id, role: 'ops' } });
  for (const role of ROLES) {
    if (!isProblem(answer) || answer.code !== 'role_forbidden') break;
    answer = await act({ actor: { id, role } });
  }
  return answer;
}

async function approved(branch: Ledger, name: string): Promise<Proposal | Problem> {
  const before = await refresh(branch);
  for (const id of NOBODY_YET) {
    // Cases that fail are shown where the plan is approved; here the question is what it would do.
    const decided = await inSomeRole(id, (by) => approveRequest(branch, name, by, { despite: 'Only tried out' }));
    if (isProblem(decided)) return decided;
    await refresh(branch);
    const row = await requestOf(branch, name);
    if (row?.state === 'approved') {
      return { request: name, says: row.says, events: await recordedAfter(branch, before, () => true) };
    }
  }
  return problem('approval_stale', `Request ${name} needs more approvals than can be tried out; approve it first.`);
}

/** Requests that ask for exactly this already: to define it again records nothing, and here the question is what it would do. */
export async function waitingAlready(
  branch: Ledger,
  commands: readonly Given[],
  outcomes: readonly Outcome[],
): Promise<readonly string[]> {
  const silent = new Set(outcomes.filter(({ events }) => events.length === 0).map(({ stream }) => stream));
  const names: string[] = [];
  for (const { stream, asked } of commands) {
    if (!silent.has(stream)) continue;
    for (const { event } of (await eventsOf(branch, stream)).toReversed()) {
      const [name] = requestsIn({ events: [event] });
      if (name === undefined || !saysTheSame(asked, event.data)) continue;
      if ((await requestOf(branch, name))?.state === 'waiting') names.push(name);
    }
  }
  return names;
}

function saysTheSame(asked: object, data: object): boolean {
  return ['document', 'effectiveFrom', 'effectiveTo', 'quota', 'terms'].every(
    (field) => canonical(Reflect.get(asked, field) ?? null) === canonical(Reflect.get(data, field) ?? null),
  );
}

async function notWaiting(branch: Ledger, name: string): Promise<Problem | undefined> {
  const parsed = REQUESTS.parse(name);
  if (isProblem(parsed)) return parsed;
  if (!TRIED.has(parsed.kind)) {
    return problem(
      'option_invalid',
      `Request ${name} defines nothing; name one of a metric, plan, quota or exception.`,
    );
  }
  const row = await requestOf(branch, name);
  if (row === undefined) {
    return problem('not_found', `There is no request "${name}"; \`ledger requests\` lists what waits.`);
  }
  if (row.state === 'waiting') return undefined;
  return problem(
    'already_decided',
    `Request ${name} has been ${row.state} already; a replay without it shows what it does.`,
  );
}

/** Whether a request is about something that a replay can try out: a definition or an exception. */
export function defines(name: string): boolean {
  const parsed = REQUESTS.parse(name);
  return !isProblem(parsed) && TRIED.has(parsed.kind);
}

const TRIED: ReadonlySet<string> = new Set([
  'metric',
  'plan',
  'jurisdiction',
  'crediting',
  'quota',
  'relief',
  'split',
  'exception',
]);

async function requestOf(branch: Ledger, name: string): Promise<RequestRow | undefined> {
  const row = await branch.views.get(requestsView, name);
  return row === undefined ? undefined : (JSON.parse(row) as RequestRow);
}

async function recordedAfter(
  branch: Ledger,
  after: bigint,
  isAsked: (type: LedgerEvent['type'] | string) => boolean,
): Promise<readonly string[]> {
  return (await storedAfter(branch, after)).filter(({ type }) => isAsked(type)).map(({ id }) => id);
}

/** Each proposal makes a few events. */
function storedAfter({ store }: Ledger, after: bigint): Promise<readonly Stored[]> {
  return store.readAll({ after, limit: 10_000 });
}

/** Requests and approvals are decisions about something that takes effect later. */
function isDecision(type: string): boolean {
  return type.endsWith('Proposed') || type.endsWith('Requested');
}
