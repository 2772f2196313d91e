import type { EventData, LedgerEvent, RecordedEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';

/** A role that somebody holds, and who gave it. */
export interface HeldRole {
  readonly role: string;
  readonly since: string;
  /** Event that gave it. */
  readonly event: string;
  readonly requestedBy: string;
  /** Everybody who approved it; nobody where it was given on the console. */
  readonly approvedBy: readonly string[];
  readonly reason: string;
}

/** A key that was issued. */
export interface IssuedKey {
  readonly key: string;
  readonly scopes: readonly string[];
  readonly expiresOn: string;
  readonly since: string;
  readonly event: string;
  readonly requestedBy: string;
  readonly approvedBy: readonly string[];
  readonly reason: string;
  readonly revoked: boolean;
}

/** Somebody whom the ledger lets in, or did. */
export interface PrincipalRow {
  readonly principal: string;
  readonly kind: 'person' | 'machine';
  readonly identity: string | null;
  readonly registeredBy: string;
  readonly registeredAt: string;
  readonly disabled: boolean;
  readonly roles: readonly HeldRole[];
  readonly keys: readonly IssuedKey[];
}
/** Who is meant by an identity, or by the id of a key. */
export interface PointerRow {
  readonly principal: string;
}
export type AccessRow = PrincipalRow | PointerRow;

export const accessKey = {
  principal: (principal: string) => `principal/${principal}`,
  identity: (hash: string) => `identity/${hash}`,
  key: (key: string) => `key/${key}`,
} as const;

/** Who may come in, in which roles and with which keys, and who gave them? */
export const accessView: Projection<AccessRow, LedgerEvent> = {
  name: 'access',
  version: 2,
  keys({ event }) {
    if (!isAccessEvent(event)) return [];
    const rows = [accessKey.principal(event.data.principal)];
    switch (event.type) {
      case 'PrincipalRegistered': {
        const { identity, replaces } = event.data;
        const named = [identity, replaces].filter((hash) => hash !== null);
        return [...rows, ...new Set(named.map(accessKey.identity))];
      }
      case 'KeyIssued':
      case 'KeyApproved':
        return [...rows, accessKey.key(event.data.key)];
      default:
        return rows;
    }
  },
  evolve(row, recorded, key) {
    const { event } = recorded;
    if (!isAccessEvent(event)) return row;
    const { principal } = event.data;
    if (key === accessKey.principal(principal)) return after(row as PrincipalRow | undefined, event, recorded);
    const pointer = row as PointerRow | undefined;
    // Two nodes may register one identity for two people at a time: it stays with whoever had it first.
    if (pointer !== undefined && pointer.principal !== principal) return pointer;
    return event.type === 'PrincipalRegistered' && key !== accessKey.identity(event.data.identity ?? '')
      ? undefined
      : { principal };
  },
};

type AccessEvent = LedgerEvent<
  | 'PrincipalRegistered'
  | 'FirstRoleGranted'
  | 'RoleGrantRequested'
  | 'RoleGranted'
  | 'RoleGrantDeclined'
  | 'RoleRevoked'
  | 'PrincipalDisabled'
  | 'PrincipalEnabled'
  | 'KeyRequested'
  | 'KeyApproved'
  | 'KeyIssued'
  | 'KeyDeclined'
  | 'KeyRevoked'
>;

/** Whether an event is about access; of what became of a request, only the decision is. */
function isAccessEvent(event: LedgerEvent): event is AccessEvent {
  return 'principal' in event.data;
}

function after(row: PrincipalRow | undefined, event: AccessEvent, recorded: RecordedEvent): PrincipalRow | undefined {
  if (event.type === 'PrincipalRegistered') return registered(row, event.data, recorded);
  if (row === undefined) return undefined;
  const { recordedAt: since, id } = recorded;
  switch (event.type) {
    case 'FirstRoleGranted': {
      const { role, reason, grantedBy: requestedBy } = event.data;
      return { ...row, roles: [...row.roles, { role, reason, requestedBy, approvedBy: [], since, event: id }] };
    }
    case 'RoleGranted': {
      const { role, reason, requestedBy } = event.data;
      const held = { role, reason, requestedBy, approvedBy: approversIn(event.data), since, event: id };
      return { ...row, roles: [...row.roles, held] };
    }
    case 'RoleRevoked':
      return { ...row, roles: row.roles.filter(({ role }) => role !== event.data.role) };
    case 'PrincipalDisabled':
      return { ...row, disabled: true };
    case 'PrincipalEnabled':
      return { ...row, disabled: false };
    case 'KeyIssued':
      return { ...row, keys: [...row.keys, issued(event.data, [], recorded)] };
    case 'KeyApproved':
      return { ...row, keys: [...row.keys, issued(event.data, approversIn(event.data), recorded)] };
    case 'KeyRevoked':
      return {
        ...row,
        keys: row.keys.map((each) => (each.key === event.data.key ? { ...each, revoked: true } : each)),
      };
    case 'RoleGrantRequested':
    case 'RoleGrantDeclined':
    case 'KeyRequested':
    case 'KeyDeclined':
      return row;
    default:
      return event satisfies never;
  }
}

function registered(
  row: PrincipalRow | undefined,
  { principal, kind, identity, registeredBy }: EventData<'PrincipalRegistered'>,
  { recordedAt }: RecordedEvent,
): PrincipalRow {
  const { disabled, roles, keys } = row ?? { disabled: false, roles: [], keys: [] };
  return { principal, kind, identity, registeredBy, registeredAt: recordedAt, disabled, roles, keys };
}

function approversIn(data: { readonly approvedBy: string; readonly coApprovedBy?: readonly string[] | undefined }) {
  return [...(data.coApprovedBy ?? []), data.approvedBy];
}

function issued(
  { key, scopes, expiresOn, requestedBy, reason }: EventData<'KeyIssued'>,
  approvedBy: readonly string[],
  { recordedAt: since, id: event }: RecordedEvent,
): IssuedKey {
  return { key, scopes, expiresOn, requestedBy, approvedBy, reason, since, event, revoked: false };
}
