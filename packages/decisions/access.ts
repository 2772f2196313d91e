import { type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Acting, type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { decideKey, type KeyCommand, type KeyEvent, type KeysState, keysAfter, NO_KEYS } from './access-keys.ts';
import { judge, ROLES, type Role, samePerson } from './authority.ts';
import { firstProblem, produce, refuse, shown } from './produce.ts';
import * as requests from './requests.ts';

/** What happens to the access of one person or one machine, from the day on which the ledger knows them. */
export type AccessEvent =
  | LedgerEvent<
      | 'PrincipalRegistered'
      | 'FirstRoleGranted'
      | 'RoleGrantRequested'
      | 'RoleGranted'
      | 'RoleGrantDeclined'
      | 'RoleRevoked'
      | 'PrincipalDisabled'
      | 'PrincipalEnabled'
      | requests.RequestEvent['type']
    >
  | KeyEvent;

interface OfPrincipal {
  readonly principal: string;
}
export interface RegisterPrincipal extends OfPrincipal {
  readonly type: 'RegisterPrincipal';
  readonly kind: 'person' | 'machine';
  /** SHA-256 of issuer and subject; machines have none. */
  readonly identity: string | null;
}
interface OfRole extends OfPrincipal {
  readonly role: string;
}
/** Given by the console of the server, where the ledger itself lies; no other door may come with it. */
export interface GrantFirstRole extends OfRole {
  readonly type: 'GrantFirstRole';
  readonly reason: string;
  readonly atConsole: boolean;
  /** Who holds the role and can come in, as the application looked it up. */
  readonly holders: readonly string[];
}
export interface RequestGrant extends OfRole {
  readonly type: 'RequestGrant';
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveGrant extends OfRole, requests.Decision {
  readonly type: 'ApproveGrant';
}
export interface DeclineGrant extends OfRole, requests.Decision {
  readonly type: 'DeclineGrant';
  readonly reason: string;
}
export interface RevokeRole extends OfRole {
  readonly type: 'RevokeRole';
  readonly reason: string;
}
export interface SwitchPrincipal extends OfPrincipal {
  readonly type: 'DisablePrincipal' | 'EnablePrincipal';
  readonly reason: string;
}
export type AccessCommand =
  | RegisterPrincipal
  | GrantFirstRole
  | RequestGrant
  | ApproveGrant
  | DeclineGrant
  | RevokeRole
  | SwitchPrincipal
  | KeyCommand;

export interface AccessState {
  readonly events: number;
  /** `null`: the ledger does not know them. */
  readonly known: Pick<EventData<'PrincipalRegistered'>, 'kind' | 'identity'> | null;
  readonly disabled: boolean;
  readonly roles: readonly string[];
  readonly grants: requests.Requests<EventData<'RoleGrantRequested'>>;
  readonly keys: KeysState;
}

export const accessDecider: Decider<AccessState, AccessCommand, AccessEvent> = {
  initial: { events: 0, known: null, disabled: false, roles: [], grants: [], keys: NO_KEYS },
  evolve,
  decide,
};

function evolve(before: AccessState, event: AccessEvent): AccessState {
  const events = before.events + 1;
  const state = { ...before, events };
  const { grants, roles } = state;
  switch (event.type) {
    case 'PrincipalRegistered': {
      const { kind, identity } = event.data;
      return { ...state, known: { kind, identity } };
    }
    case 'FirstRoleGranted':
      return { ...state, roles: [...roles, event.data.role] };
    case 'RoleGrantRequested':
      return { ...state, grants: requests.asked(grants, event.data.role, event.data, events) };
    case 'RoleGranted': {
      const { role } = event.data;
      return { ...state, roles: [...roles, role], grants: requests.settled(grants, role, 'approved') };
    }
    case 'RoleGrantDeclined':
      return { ...state, grants: requests.settled(grants, event.data.role, 'declined') };
    case 'RoleRevoked': {
      const { role } = event.data;
      const isAsked = waiting(state).includes(role);
      const left = roles.filter((each) => each !== role);
      return { ...state, roles: left, grants: isAsked ? grants : requests.settled(grants, role, 'revoked') };
    }
    case 'PrincipalDisabled':
      return { ...state, disabled: true };
    case 'PrincipalEnabled':
      return { ...state, disabled: false };
    case 'ApprovalGiven':
    case 'RequestExpired': {
      const { keys } = state;
      const asked = requests.noted(keys.asked, event);
      return { ...state, grants: requests.noted(grants, event), keys: { ...keys, asked } };
    }
    case 'KeyRequested':
    case 'KeyApproved':
    case 'KeyIssued':
    case 'KeyDeclined':
    case 'KeyRevoked':
      return { ...state, keys: keysAfter(state.keys, event, events) };
    default:
      return event satisfies never;
  }
}

/** Roles that are asked for and not decided about. */
function waiting({ grants }: AccessState): readonly string[] {
  return grants.filter(({ outcome }) => outcome === 'waiting').map(({ name }) => name);
}

type Answer = readonly AccessEvent[] | Problem;

function decide(command: AccessCommand, state: AccessState, context: Context): Answer {
  switch (command.type) {
    case 'RegisterPrincipal':
      return register(command, state, context);
    case 'GrantFirstRole':
      return grantFirst(command, state, context);
    case 'RequestGrant':
      return request(command, state, context);
    case 'ApproveGrant':
      return approve(command, state, context);
    case 'DeclineGrant':
      return decline(command, state, context);
    case 'RevokeRole':
      return revoke(command, state, context);
    case 'DisablePrincipal':
    case 'EnablePrincipal':
      return turn(command, state, context);
    case 'IssueKey':
      return checkPrincipal(command.principal, state, 'machine') ?? decideKey(command, state.keys, context);
    case 'ApproveKey':
    case 'DeclineKey':
    case 'RevokeKey':
      return decideKey(command, state.keys, context);
    default:
      return command satisfies never;
  }
}

/** The judge comes first: whoever may not do a thing is not told what there is. */
function mayRecord(actor: Acting): Problem | undefined {
  return judge({ kind: 'access', step: 'record', actor, beneficiaries: [] });
}

/** That the ledger knows them and lets them in. */
function checkPrincipal(principal: string, { known, disabled }: AccessState, kind: 'person' | 'machine') {
  if (known === null) {
    const message = `The ledger knows no ${kind} ${shown(principal)}; register them first with \`ledger access register\`.`;
    return refuse('principal_unknown', message, '/principal');
  }
  if (known.kind !== kind) {
    const remedy = kind === 'person' ? 'machines act by the scopes of a key' : 'people sign in, and need no key';
    return refuse('field_invalid', `${shown(principal)} is a ${known.kind}; ${remedy}.`, '/principal');
  }
  if (!disabled) return undefined;
  return refuse('principal_disabled', `${shown(principal)} is disabled; enable them first.`, '/principal');
}

function register(
  { type: _, ...command }: RegisterPrincipal,
  { known, roles, grants }: AccessState,
  { actor }: Context,
): Answer {
  const refused = mayRecord(actor);
  if (refused !== undefined) return refused;
  const { principal, kind, identity } = command;
  const replaces = known?.identity ?? null;
  const registered = produce('PrincipalRegistered', { ...command, replaces, registeredBy: actor.id });
  if (isProblem(registered)) return registered;
  if ((kind === 'person') !== (identity !== null)) {
    const remedy = kind === 'person' ? 'give issuer and subject' : 'leave issuer and subject out';
    return refuse(
      'field_invalid',
      `A ${kind} ${kind === 'person' ? 'signs' : 'does not sign'} in; ${remedy}.`,
      '/identity',
    );
  }
  if (known === null) return [registered];
  if (known.kind === kind && known.identity === identity) return [];
  if (known.kind !== kind) {
    const message = `${shown(principal)} is a ${known.kind} already; give the ${kind} another id.`;
    return refuse('already_exists', message, '/principal');
  }
  // Another identity would come in with roles that were approved for this one.
  if (roles.length > 0 || grants.some(({ outcome }) => outcome === 'waiting')) {
    const held = roles.length > 0 ? `holds ${roles.join(', ')}` : 'waits for a role';
    const message = `${shown(principal)} ${held}, for the identity by which they sign in now; take that away first, register the new identity and ask for the roles again.`;
    return refuse('identity_in_use', message, '/identity');
  }
  return [registered];
}

/** Without a first admin nobody could ask for a role, and without a first approver nobody could give one. */
const FIRST: readonly string[] = ['admin', 'finance'];

function grantFirst(
  { principal, role, reason, ...command }: GrantFirstRole,
  state: AccessState,
  { actor }: Context,
): Answer {
  if (!command.atConsole) {
    const message = "The first holder of a role is made on the server's console only; run `ledger access init` there.";
    return refuse('console_only', message);
  }
  const refused = mayRecord(actor);
  if (refused !== undefined) return refused;
  if (!FIRST.includes(role)) {
    const message = `Role ${shown(role)} is given by a request and its approval; only ${FIRST.join(' and ')} have a first holder.`;
    return refuse('field_invalid', message, '/role');
  }
  const wrong = checkPrincipal(principal, state, 'person');
  if (wrong !== undefined) return wrong;
  if (state.roles.includes(role)) return [];
  const [holder] = command.holders;
  if (holder !== undefined) {
    return held(holder, role, 'ask for it with `ledger access grant`');
  }
  const granted = { principal, role, identity: state.known?.identity ?? '', reason, grantedBy: actor.id };
  const produced = produce('FirstRoleGranted', granted);
  if (isProblem(produced)) return produced;
  return checkTogether(principal, role, state.roles) ?? [produced];
}

function held(holder: string, role: string, remedy: string): Problem {
  return refuse('role_held', `${shown(holder)} holds the role ${role} already; ${remedy}.`, '/role');
}

function request({ type: _, ...command }: RequestGrant, state: AccessState, { actor }: Context): Answer {
  const refused = judge({ kind: 'grant', step: 'request', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const { principal, role } = command;
  if (samePerson(actor, { id: principal })) {
    const message = `${shown(principal)} cannot ask for a role for themselves; ask another admin to.`;
    return refuse('self_grant', message, '/principal');
  }
  const wrong = firstProblem(
    () => checkRole(role),
    () => checkPrincipal(principal, state, 'person'),
  );
  if (wrong !== undefined) return wrong;
  const asked = { ...command, evidence: [...command.evidence], requestedBy: actor.id };
  const produced = produce('RoleGrantRequested', { ...asked, identity: state.known?.identity ?? '' });
  if (isProblem(produced)) return produced;
  if (state.roles.includes(role) || waiting(state).includes(role)) return [];
  return checkTogether(principal, role, [...state.roles, ...waiting(state)]) ?? [produced];
}

function checkRole(role: string): Problem | undefined {
  if (GRANTABLE.some((each) => each === role)) return undefined;
  return refuse(
    'field_invalid',
    `${shown(role)} is no role of a person; write one of ${GRANTABLE.join(', ')}.`,
    '/role',
  );
}
/** Integrations are machines, and have the scopes of their keys. */
const GRANTABLE = ROLES.filter((role) => role !== 'integration');

/** Two roles with which one person could do alone what takes two (authorization.json, incompatible_roles). */
export const INCOMPATIBLE: readonly (readonly [Role, Role])[] = [
  ['ops', 'finance'],
  ['admin', 'finance'],
  ['admin', 'ops'],
  ['auditor', 'ops'],
  ['auditor', 'finance'],
  ['rep', 'ops'],
  ['rep', 'finance'],
];

function checkTogether(principal: string, role: string, others: readonly string[]): Problem | undefined {
  const pair = INCOMPATIBLE.find(
    (each) => each.some((one) => one === role) && each.some((one) => one !== role && others.includes(one)),
  );
  if (pair === undefined) return undefined;
  const message = `${shown(principal)} cannot be ${pair.join(' and ')} at once; take the one away first, or give the other to somebody else.`;
  return refuse('roles_incompatible', message, '/role');
}

function matter(command: ApproveGrant | DeclineGrant, { grants }: AccessState, { actor }: Context) {
  const { principal, role: name } = command;
  const excluded = () => [{ id: principal, why: 'would hold the role by it' }];
  const of = { name, fullName: requestName.grant(command), decision: command } as const;
  return { kind: 'grant', requests: grants, ...of, excluded, actor } as const;
}

function approve(command: ApproveGrant, state: AccessState, context: Context): Answer {
  const { principal, role } = command;
  return requests.approve(matter(command, state, context), ({ data }, approval) => {
    const wrong = firstProblem(
      () => checkPrincipal(principal, state, 'person'),
      () => checkTogether(principal, role, state.roles),
      // Given on the console meanwhile.
      () => (state.roles.includes(role) ? held(principal, role, 'decline the request') : undefined),
    );
    return wrong ?? produce('RoleGranted', { ...data, ...approval });
  });
}

function decline(command: DeclineGrant, state: AccessState, context: Context): Answer {
  return requests.decline(matter(command, state, context), command.reason, ({ principal, role }, refusal) =>
    produce('RoleGrantDeclined', { principal, role, ...refusal }),
  );
}

function revoke({ principal, role, reason }: RevokeRole, { roles }: AccessState, { actor }: Context): Answer {
  const refused = mayRecord(actor);
  if (refused !== undefined) return refused;
  const revoked = produce('RoleRevoked', { principal, role, reason, revokedBy: actor.id });
  if (isProblem(revoked)) return revoked;
  if (roles.includes(role)) return [revoked];
  const hint = roles.length === 0 ? 'they hold none' : `they hold ${roles.join(', ')}`;
  return refuse('not_found', `${shown(principal)} does not hold the role ${shown(role)}; ${hint}.`, '/role');
}

function turn(
  { type, principal, reason }: SwitchPrincipal,
  { known, disabled }: AccessState,
  { actor }: Context,
): Answer {
  const refused = mayRecord(actor);
  if (refused !== undefined) return refused;
  const off = type === 'DisablePrincipal';
  const produced = off
    ? produce('PrincipalDisabled', { principal, reason, disabledBy: actor.id })
    : produce('PrincipalEnabled', { principal, reason, enabledBy: actor.id });
  if (isProblem(produced)) return produced;
  if (known === null) {
    return refuse('principal_unknown', `The ledger knows nobody ${shown(principal)}; check the id.`, '/principal');
  }
  if (!off && samePerson(actor, { id: principal })) {
    return refuse('self_grant', `${shown(principal)} cannot enable themselves; ask another admin to.`, '/principal');
  }
  return disabled === off ? [] : [produced];
}
