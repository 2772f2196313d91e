import { type Decision, type ErasureCommand, erasureDecider, judge } from '@ledger/decisions';
import { requestName, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { accessKey, accessView, type PrincipalRow, type RequestRow, requestsView } from '@ledger/projections';
import { participantEntry } from './entries.ts';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh, today } from './ledger.ts';
import { checkIds } from './names.ts';

/** Asks that the name of somebody be forgotten, which is in the directory beside the log and nowhere else (ADR 14). */
export async function requestErasure(
  ledger: Ledger,
  ask: {
    readonly person: string;
    readonly keptUntil: string;
    readonly reason: string;
    readonly evidence: readonly string[];
  },
  by: By,
): Promise<Outcome | Problem> {
  const { person } = ask;
  const wrong = checkIds({ person });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const found = await seekOf(ledger, person);
  if (isProblem(found)) return found;
  return handle(ledger, on({ type: 'RequestErasure', ...ask, ...found }, ask), by);
}

/**
 * Decides a request that somebody be forgotten; `decline`: why they are not. The decision is recorded before the name goes: a command that
 * is killed between the two is given again.
 */
export async function decideErasure(
  ledger: Ledger,
  person: string,
  { decision, decline }: { readonly decision: Decision; readonly decline?: string },
  by: By,
): Promise<Outcome | Problem> {
  const name = requestName.erasure(person);
  if (decline !== undefined) {
    const command = { type: 'DeclineErasure', person, reason: decline, ...decision } as const;
    return handle(ledger, on(command, { decline: name, reason: decline }), by);
  }
  const found = await seekOf(ledger, person);
  const active = isProblem(found) ? null : found.active;
  const { requestHash } = decision;
  const asked = { approve: name, ...(requestHash === undefined ? {} : { requestHash }) };
  const outcome = await handle(ledger, on({ type: 'ApproveErasure', person, active, ...decision }, asked), by);
  if (!isProblem(outcome)) await refresh(ledger);
  if (await isForgotten(ledger, person)) await ledger.directory.forget(person);
  return outcome;
}

/** Forgets again whom the ledger has forgotten: their names may have come back with a backup. Answers with who they are. */
export async function forgetAgain(
  ledger: Ledger,
  { actor }: Pick<By, 'actor'>,
): Promise<{ readonly people: readonly string[] } | Problem> {
  const refused = judge({ kind: 'erasure', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  await refresh(ledger);
  const prefix = requestName.erasure('');
  const rows = await ledger.views.list(requestsView, prefix);
  const people = rows.filter(({ row }) => isApproved(row)).map(({ key }) => key.slice(prefix.length));
  for (const person of people) await ledger.directory.forget(person);
  return { people };
}

/** Whether somebody is forgotten: no file names them again. */
export async function isForgotten({ views }: Pick<Ledger, 'views'>, person: string): Promise<boolean> {
  const row = await views.get(requestsView, requestName.erasure(person));
  return row !== undefined && isApproved(row);
}

function isApproved(row: string): boolean {
  return (JSON.parse(row) as RequestRow).state === 'approved';
}

/** What somebody still does here, or that nobody has the id. */
async function seekOf(ledger: Ledger, person: string): Promise<{ readonly active: string | null } | Problem> {
  const entry = await participantEntry(ledger, person);
  const row = await ledger.views.get(accessView, accessKey.principal(person));
  const access = row === undefined ? undefined : (JSON.parse(row) as PrincipalRow);
  if (entry === undefined && access === undefined && (await ledger.directory.get(person)) === undefined) {
    return problem('not_found', `Nobody has the id "${person}"; check it.`, '/person');
  }
  const day = await today(ledger);
  if (entry !== undefined && (entry.endsOn === null || entry.endsOn > day)) return { active: 'still earns here' };
  const isLetIn =
    access?.disabled === false && (access.roles.length > 0 || access.keys.some(({ revoked }) => !revoked));
  return { active: isLetIn ? 'may still come in' : null };
}

function on(command: ErasureCommand, asked: object) {
  return given(streamOf.person(command.person), erasureDecider, command, asked);
}
