import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type AccessState, accessDecider, ROLES, type Role } from '@ledger/decisions';
import { decode, streamOf } from '@ledger/events';
import { digest, NO_HASH, type Problem, ProblemError, problem, sha256 } from '@ledger/kernel';
import { accessKey, accessView, type PointerRow, type PrincipalRow } from '@ledger/projections';
import { type Ledger, today } from './ledger.ts';
import type { Principal } from './reach.ts';
import { unlessAway } from './standing-still.ts';

/** What an identity provider says of whoever signed in: together they are somebody, for ever. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** All that the log holds of an identity. */
export function identityHash({ issuer, subject }: Identity): string {
  return digest({ issuer, subject });
}

/** One answer for everybody who does not come in: it does not say what was wrong. */
const UNAUTHENTICATED = problem(
  'unauthenticated',
  'What you came with lets nobody in; sign in again or use another key, and ask an admin where that does not help.',
);

/**
 * Who signed in. Roles are read from the log itself, so that the newest word binds at once; views only say where to look. Somebody
 * whom the ledger knows and who holds no role is a principal without any.
 */
export async function principalByIdentity(ledger: Ledger, identity: Identity): Promise<Principal | Problem> {
  const hash = identityHash(identity);
  const principal = await pointedAt(ledger, accessKey.identity(hash));
  if (principal === undefined) return UNAUTHENTICATED;
  return unlessAway(
    ledger,
    async () => {
      const state = await accessOf(ledger, principal);
      return state.known?.identity === hash ? personIn(principal, state) : UNAUTHENTICATED;
    },
    // Whoever reads what was known at a position reads it as who they were then. Of keys the views keep no secrets.
    async (away) => {
      const row = await ledger.views.get(accessView, accessKey.principal(principal));
      const seen = row === undefined ? undefined : (JSON.parse(row) as PrincipalRow);
      if (seen === undefined) throw new ProblemError(away);
      if (seen.kind !== 'person' || seen.disabled || seen.identity !== hash) return UNAUTHENTICATED;
      return personWith(
        principal,
        seen.roles.map(({ role }) => role),
      );
    },
  );
}

/** Which program came in, by the text of its key. */
export async function principalByKey(ledger: Ledger, text: string): Promise<Principal | Problem> {
  const [, key, secret] = KEY.exec(text) ?? [];
  const principal = key === undefined ? undefined : await pointedAt(ledger, accessKey.key(key));
  const state = principal === undefined ? undefined : await accessOf(ledger, principal);
  const issued = state?.keys.issued.find((each) => each.key === key);
  // Compared also where there is no such key, and in the same time however much of it is right.
  const isRight = equalHashes(sha256(secret ?? ''), issued?.secretHash ?? NO_HASH);
  if (principal === undefined || key === undefined || state === undefined || !isRight) return UNAUTHENTICATED;
  return machineIn(principal, key, state, await today(ledger)) ?? UNAUTHENTICATED;
}

/** The access of somebody as it has come to be; read from the log itself. */
export async function accessOf(ledger: Ledger, principal: string): Promise<AccessState> {
  const stored = await ledger.store.read(streamOf.access(principal));
  // A stream holds the events of its decider and no others.
  return stored
    .map((each) => decode(each).event)
    .reduce<AccessState>(
      (state, event) => accessDecider.evolve(state, event as Parameters<typeof accessDecider.evolve>[1]),
      accessDecider.initial,
    );
}

function personIn(id: string, { known, disabled, roles }: AccessState): Principal | Problem {
  return known?.kind !== 'person' || disabled ? UNAUTHENTICATED : personWith(id, roles);
}

function personWith(id: string, roles: readonly string[]): Principal {
  return { id, roles: ROLES.filter((role) => role !== 'integration' && roles.includes(role)) };
}

const MACHINE: readonly Role[] = ['integration'];

function machineIn(id: string, key: string, state: AccessState, day: string): Principal | undefined {
  const issued = state.keys.issued.find((each) => each.key === key);
  if (issued === undefined || issued.revoked || issued.expiresOn <= day) return undefined;
  if (state.known?.kind !== 'machine' || state.disabled) return undefined;
  return { id, roles: MACHINE, scopes: issued.scopes, key };
}

async function pointedAt(ledger: Ledger, key: string): Promise<string | undefined> {
  const row = await ledger.views.get(accessView, key);
  return row === undefined ? undefined : (JSON.parse(row) as PointerRow).principal;
}

/** So that whoever finds one somewhere it should not be knows what it is, and so do programs that look for such things. */
const PREFIX = 'clk';
/** How the text of a key begins: tokens of identity providers never do. */
export const KEY_PREFIX = `${PREFIX}_`;
/** 256 bits: nobody guesses it, so that a plain hash of it is enough. */
const SECRET_BYTES = 32;
const KEY = new RegExp(`^${PREFIX}_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})$`);

/** A secret for a key with this id: the text of the key, which is shown once, and what is kept of it. */
export function newKeyText(key: string): { readonly text: string; readonly secretHash: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { text: `${PREFIX}_${key}_${secret}`, secretHash: sha256(secret) };
}

function equalHashes(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}
