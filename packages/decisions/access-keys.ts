import { type EventData, type LedgerEvent, requestName } from '@ledger/events';
import { type Context, isProblem, type Problem } from '@ledger/kernel';
import { judge } from './authority.ts';
import { produce, refuse, shown } from './produce.ts';
import * as requests from './requests.ts';
import { isScope, isWriteScope, SCOPES } from './scopes.ts';

/** What happens to the keys of a machine. One that only reads is issued by one admin; one that writes waits for somebody else. */
export type KeyEvent = LedgerEvent<'KeyRequested' | 'KeyApproved' | 'KeyIssued' | 'KeyDeclined' | 'KeyRevoked'>;

interface OfKey {
  readonly principal: string;
  readonly key: string;
}
export interface IssueKey extends OfKey {
  readonly type: 'IssueKey';
  readonly secretHash: string;
  readonly scopes: readonly string[];
  /** Day from which it opens nothing. */
  readonly expiresOn: string;
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveKey extends OfKey, requests.Decision {
  readonly type: 'ApproveKey';
}
export interface DeclineKey extends OfKey, requests.Decision {
  readonly type: 'DeclineKey';
  readonly reason: string;
}
export interface RevokeKey extends OfKey {
  readonly type: 'RevokeKey';
  readonly reason: string;
}
export type KeyCommand = IssueKey | ApproveKey | DeclineKey | RevokeKey;

/** A key that opens something, or did. */
export interface Key {
  readonly key: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  readonly expiresOn: string;
  readonly revoked: boolean;
}
export interface KeysState {
  readonly asked: requests.Requests<EventData<'KeyRequested'>>;
  readonly issued: readonly Key[];
}
export const NO_KEYS: KeysState = { asked: [], issued: [] };

/** `revision` is that of the stream after the event. */
export function keysAfter({ asked, issued }: KeysState, event: KeyEvent, revision: number): KeysState {
  const { key } = event.data;
  switch (event.type) {
    case 'KeyRequested':
      return { asked: requests.asked(asked, key, event.data, revision), issued };
    case 'KeyApproved':
      return { asked: requests.settled(asked, key, 'approved'), issued: [...issued, keyOf(event.data)] };
    case 'KeyIssued':
      return { asked, issued: [...issued, keyOf(event.data)] };
    case 'KeyDeclined':
      return { asked: requests.settled(asked, key, 'declined'), issued };
    case 'KeyRevoked': {
      const left = issued.map((each) => (each.key === key ? { ...each, revoked: true } : each));
      return { asked: requests.settled(asked, key, 'revoked'), issued: left };
    }
    default:
      return event satisfies never;
  }
}

function keyOf({ key, secretHash, scopes, expiresOn }: EventData<'KeyIssued'>): Key {
  return { key, secretHash, scopes, expiresOn, revoked: false };
}

type Answer = readonly (KeyEvent | requests.RequestEvent)[] | Problem;

export function decideKey(command: KeyCommand, state: KeysState, context: Context): Answer {
  switch (command.type) {
    case 'IssueKey':
      return issue(command, state, context);
    case 'ApproveKey':
      return requests.approve(matter(command, state, context), ({ data }, approval) =>
        produce('KeyApproved', { ...data, ...approval }),
      );
    case 'DeclineKey':
      return decline(command, state, context);
    case 'RevokeKey':
      return revoke(command, state, context);
    default:
      return command satisfies never;
  }
}

/** A key that writes needs a second person, a key that reads does not (authorization.json, W26). */
function issue({ type: _, ...command }: IssueKey, { asked, issued }: KeysState, { actor, today }: Context): Answer {
  const writes = command.scopes.some(isWriteScope);
  const refused = judge({ kind: 'key', step: writes ? 'request' : 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const unknown = checkScopes(command.scopes);
  if (unknown !== undefined) return unknown;
  const scopes = SCOPES.filter((scope) => command.scopes.includes(scope));
  const terms = { ...command, scopes: [...scopes], evidence: [...command.evidence], requestedBy: actor.id };
  const produced = writes ? produce('KeyRequested', terms) : produce('KeyIssued', terms);
  if (isProblem(produced)) return produced;
  const wrong = checkEnd(command.expiresOn, today);
  if (wrong !== undefined) return wrong;
  if (asked.some(({ name }) => name === command.key) || issued.some(({ key }) => key === command.key)) {
    return refuse(
      'already_exists',
      `There is a key ${shown(command.key)} already; keys have names of their own.`,
      '/key',
    );
  }
  return [produced];
}

function checkScopes(scopes: readonly string[]): Problem | undefined {
  const unknown = scopes.findIndex((scope) => !isScope(scope));
  if (unknown < 0) return undefined;
  const message = `${shown(scopes[unknown])} is no scope; write one of ${SCOPES.join(', ')}.`;
  return refuse('field_invalid', message, `/scopes/${unknown}`);
}

/** Nobody remembers a key for longer than a year: it has to end, and a new one is a decision again. */
function checkEnd(expiresOn: string, today: string): Problem | undefined {
  const yearLater = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`;
  if (expiresOn > today && expiresOn <= yearLater) return undefined;
  const message = `expiresOn is ${shown(expiresOn)}; a key opens something from today on and for a year at most: name a day from ${today} on, until ${yearLater}.`;
  return refuse('interval_invalid', message, '/expiresOn');
}

function matter(command: ApproveKey | DeclineKey, { asked }: KeysState, { actor }: Context) {
  const fullName = requestName.key(command);
  const of = { name: command.key, fullName, decision: command } as const;
  return { kind: 'key', requests: asked, ...of, actor } as const;
}

function decline(command: DeclineKey, state: KeysState, context: Context): Answer {
  return requests.decline(matter(command, state, context), command.reason, ({ principal, key }, refusal) =>
    produce('KeyDeclined', { principal, key, ...refusal }),
  );
}

function revoke({ principal, key, reason }: RevokeKey, { issued }: KeysState, { actor }: Context): Answer {
  const refused = judge({ kind: 'access', step: 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const revoked = produce('KeyRevoked', { principal, key, reason, revokedBy: actor.id });
  if (isProblem(revoked)) return revoked;
  const found = issued.find((each) => each.key === key);
  if (found === undefined) {
    const open = issued.filter((each) => !each.revoked).map((each) => each.key);
    const hint = open.length === 0 ? 'none is open' : `open: ${open.join(', ')}`;
    return refuse('not_found', `${shown(principal)} has no key ${shown(key)}; ${hint}.`, '/key');
  }
  return found.revoked ? [] : [revoked];
}
