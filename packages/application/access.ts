import {
  type AccessCommand,
  accessDecider,
  type Decision,
  REQUESTS,
  type RegisterPrincipal,
  type RequestName,
} from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { type Actor, isProblem, type Problem, problem } from '@ledger/kernel';
import { accessKey, accessView, type PointerRow, type PrincipalRow } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { isForgotten } from './erasure.ts';
import { eventInWords } from './event-words.ts';
import { eventsOf, type Given, given, handle, handleAll, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkIds } from './names.ts';
import { type Identity, identityHash, newKeyText } from './principals.ts';

/** Whom to register: a person by the identity with which they sign in, a machine by its id alone. */
export interface Registering {
  readonly principal: string;
  /** `null`: a machine, which comes with a key. */
  readonly identity: Identity | null;
  /** How people find them; kept in the directory beside the log, never in it. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** Makes somebody known. They may do nothing until they hold a role or a key. */
export async function registerPrincipal(ledger: Ledger, ask: Registering, by: By): Promise<Outcome | Problem> {
  const command = await registering(ledger, ask);
  if (isProblem(command)) return command;
  const outcome = await handle(ledger, on(command), by);
  if (!isProblem(outcome)) await noted(ledger, ask);
  return outcome;
}

/**
 * Makes the first holder of a role, on the console of the server: `by.atConsole` is the word of the command line, and no other door may
 * give it. Registers them as well, where `identity` is given.
 */
export async function grantFirstRole(
  ledger: Ledger,
  ask: Omit<Registering, 'identity'> & {
    readonly identity: Identity | undefined;
    readonly role: string;
    readonly reason: string;
  },
  by: By,
): Promise<Outcome | Problem> {
  const { principal, role, reason, identity } = ask;
  const wrong = checkIds({ principal });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const commands: Given[] = [];
  if (identity !== undefined) {
    const command = await registering(ledger, { ...ask, identity });
    if (isProblem(command)) return command;
    commands.push(on(command));
  }
  const holders = (await principalRows(ledger))
    .filter((row) => !row.disabled && row.principal !== principal && row.roles.some((held) => held.role === role))
    .map((row) => row.principal);
  const first = { type: 'GrantFirstRole', principal, role, reason, atConsole: by.atConsole === true, holders } as const;
  commands.push(on(first, { principal, role, reason }));
  const outcomes = await handleAll(ledger, commands, by);
  // What is wrong with the one is wrong with the other, and is said once.
  if (isProblem(outcomes)) return outcomes.errors?.[0] ?? outcomes;
  const [outcome] = outcomes;
  if (outcome === undefined) throw new TypeError('a command without an outcome');
  if (identity !== undefined) await noted(ledger, { ...ask, identity });
  return outcome;
}

/** Asks that somebody may act in a role, takes a role away, or lets nobody in by a name any more, or again. */
export async function changeAccess(
  ledger: Ledger,
  command: Extract<
    AccessCommand,
    { readonly type: 'RequestGrant' | 'RevokeRole' | 'DisablePrincipal' | 'EnablePrincipal' | 'RevokeKey' }
  >,
  by: By,
): Promise<Outcome | Problem> {
  const { principal } = command;
  const wrong = checkIds({ principal });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  return handle(ledger, on(command), by);
}

export interface KeyAsk {
  readonly principal: string;
  readonly scopes: readonly string[];
  readonly expiresOn: string;
  readonly reason: string;
  readonly evidence: readonly string[];
}

/** A key that was issued or asked for. */
export interface NewKey {
  readonly outcome: Outcome;
  readonly key: string;
  /** What the program has to send; this is the only time that anybody sees it. `null` where a command is repeated. */
  readonly text: string | null;
  /** Name of the request that has to be approved before the key opens anything; `null`: it opens already. */
  readonly request: string | null;
}

/** Makes a key for a machine. One that only reads opens at once; one that writes does when somebody else has approved it. */
export async function issueKey(ledger: Ledger, ask: KeyAsk, by: By): Promise<NewKey | Problem> {
  const { principal } = ask;
  const wrong = checkIds({ principal });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const drawn = ledger.newId();
  const { text, secretHash } = newKeyText(drawn);
  // The secret is another one at each attempt; the command is the same.
  const command = { type: 'IssueKey', key: drawn, secretHash, ...ask } as const;
  const outcome = await handle(ledger, on(command, ask), by);
  if (isProblem(outcome)) return outcome;
  const made = outcome.events.find(({ type }) => type === 'KeyIssued' || type === 'KeyRequested');
  if (made === undefined || !('key' in made.data)) throw new TypeError('a key that nothing was recorded of');
  const { key } = made.data;
  const request = made.type === 'KeyRequested' ? REQUESTS.name({ kind: 'key', principal, key }) : null;
  return { outcome, key, text: outcome.repeated ? null : text, request };
}

/** Decides a request about access; `reason`: why it is declined. */
export async function decideAccess(
  ledger: Ledger,
  request: Extract<RequestName, { kind: 'grant' | 'key' }>,
  { decision, decline }: { readonly decision: Decision; readonly decline?: string },
  by: By,
): Promise<Outcome | Problem> {
  const name = REQUESTS.name(request);
  const { requestHash } = decision;
  const seen = requestHash === undefined ? {} : { requestHash };
  const asked = decline === undefined ? { approve: name, ...seen } : { decline: name, reason: decline };
  return handle(ledger, on(deciding(request, decision, decline), asked), by);
}

function deciding(
  request: Extract<RequestName, { kind: 'grant' | 'key' }>,
  decision: Decision,
  reason: string | undefined,
): AccessCommand {
  const { principal } = request;
  if (request.kind === 'grant') {
    const { role } = request;
    return reason === undefined
      ? { type: 'ApproveGrant', principal, role, ...decision }
      : { type: 'DeclineGrant', principal, role, reason, ...decision };
  }
  const { key } = request;
  return reason === undefined
    ? { type: 'ApproveKey', principal, key, ...decision }
    : { type: 'DeclineKey', principal, key, reason, ...decision };
}

/** Somebody's access, with their name where the directory still has one. */
export interface AccessSeen extends PrincipalRow {
  readonly name: string | null;
}

/** Everybody whom the ledger lets in or did, with their roles and keys and who gave them: the review of access, as of any moment. */
export async function listAccess(
  ledger: Ledger,
  ask: { readonly asOf?: string | undefined } = {},
): Promise<readonly AccessSeen[] | Problem> {
  await refresh(ledger);
  const asOf = ask.asOf === undefined ? undefined : await resolveAsOf(ledger, ask.asOf);
  if (asOf !== undefined && isProblem(asOf)) return asOf;
  const names = new Map((await ledger.directory.list()).map(({ id, name }) => [id, name]));
  return (await principalRows(ledger, asOf)).map((row) => ({ ...row, name: names.get(row.principal) ?? null }));
}

/** One of them, with everything that was ever decided about their access, oldest first. */
export interface AccessTrail extends AccessSeen {
  readonly trail: readonly {
    readonly at: string;
    readonly position: string;
    readonly by: Actor;
    readonly type: string;
    readonly says: string;
  }[];
}

export async function showAccess(
  ledger: Ledger,
  ask: { readonly principal: string; readonly asOf?: string | undefined },
): Promise<AccessTrail | Problem> {
  const { principal } = ask;
  const wrong = checkIds({ principal });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const asOf = ask.asOf === undefined ? undefined : await resolveAsOf(ledger, ask.asOf);
  if (asOf !== undefined && isProblem(asOf)) return asOf;
  const text = await ledger.views.get(accessView, accessKey.principal(principal), asOf);
  if (text === undefined) {
    const message = `The ledger knows nobody "${principal}"; \`ledger access list\` has everybody.`;
    return problem('principal_unknown', message);
  }
  const events = (await eventsOf(ledger, streamOf.access(principal))).filter(
    ({ position }) => asOf === undefined || position <= asOf,
  );
  const trail = events.map(({ event, meta, recordedAt: at, position }) => ({
    at,
    position: String(position),
    by: meta.actor,
    type: event.type,
    says: eventInWords(event),
  }));
  const name = (await ledger.directory.get(principal))?.name ?? null;
  return { ...(JSON.parse(text) as PrincipalRow), name, trail };
}

async function principalRows(ledger: Ledger, asOf?: bigint): Promise<readonly PrincipalRow[]> {
  const rows = await ledger.views.list(accessView, accessKey.principal(''), asOf);
  return rows.map(({ row }) => JSON.parse(row) as PrincipalRow);
}

function on(command: AccessCommand, asked?: object): Given {
  return given(streamOf.access(command.principal), accessDecider, command, asked);
}

async function registering(ledger: Ledger, ask: Registering): Promise<RegisterPrincipal | Problem> {
  const { principal, identity } = ask;
  const wrong = checkIds({ principal }) ?? (identity === null ? undefined : checkIdentity(identity));
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const hash = identity === null ? null : identityHash(identity);
  const row = hash === null ? undefined : await ledger.views.get(accessView, accessKey.identity(hash));
  const owner = row === undefined ? undefined : (JSON.parse(row) as PointerRow).principal;
  if (owner !== undefined && owner !== principal) {
    const message = `Whoever signs in with this identity is "${owner}" already; one person is one principal: give "${owner}" the roles.`;
    return problem('identity_taken', message, '/identity');
  }
  return { type: 'RegisterPrincipal', principal, kind: identity === null ? 'machine' : 'person', identity: hash };
}

const LONGEST = 500;

function checkIdentity(identity: Identity): Problem | undefined {
  for (const field of ['issuer', 'subject'] as const) {
    const text = identity[field];
    if (text.trim() !== '' && text.length <= LONGEST && !/\p{Cc}/u.test(text) && text.isWellFormed()) continue;
    const message = `The ${field} is empty, longer than ${LONGEST} characters or no text; write it as tokens of the provider have it.`;
    return problem('field_invalid', message, `/${field}`);
  }
  // Tokens name their issuer by an address (OpenID Connect Core 1.0, 2), so that anything else lets nobody in.
  const url = URL.parse(identity.issuer);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return undefined;
  const message = `The issuer ${JSON.stringify(identity.issuer.slice(0, 60))} is not the address of an identity provider; write it as its tokens have it (iss), as https://id.example.com.`;
  return problem('field_invalid', message, '/issuer');
}

/** Name and address go where they can be forgotten. What is left out stays as it was. */
async function noted({ directory, views }: Ledger, { principal: id, name, email }: Registering): Promise<void> {
  if ((name === undefined && email === undefined) || (await isForgotten({ views }, id))) return;
  const before = await directory.get(id);
  await directory.put([{ id, name: name ?? before?.name ?? null, email: email ?? before?.email ?? null }]);
}
