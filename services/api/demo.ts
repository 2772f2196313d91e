import { type Ledger, participantsSeen, standingStill, unlessAway } from '@ledger/application';
import { ROLES, type Role } from '@ledger/decisions';
import { acceptsOf, fields } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import type { Authenticator } from './sign-in.ts';
import { unauthenticated } from './sign-in.ts';

const isSurelyId = acceptsOf(fields.partId);
const isId = (id: string) => isSurelyId(id) || fields.partId.safeParse(id).success;
const PERSONA = /^demo:([a-z]+):(.+)$/;

/**
 * On a ledger that was made for demonstration anybody may take a role: `Bearer demo:ops:olga`. There is nobody's pay in it. A server
 * of any other ledger does not have this.
 */
export const asPersona: Authenticator = async (credentials) => {
  const [, asked, id] = PERSONA.exec(credentials) ?? [];
  if (asked === undefined) return undefined;
  const role = ROLES.find((each) => each === asked && each !== 'integration');
  if (role === undefined || id === undefined || !isId(id)) {
    return unauthenticated('A persona of the demo is demo:<role>:<id>, as demo:ops:olga');
  }
  return { id, roles: [role] };
};

/** Somebody whom one may be on a ledger that was made for demonstration. */
export interface Persona {
  readonly role: Role;
  readonly id: string;
  readonly name: string | null;
}

const STAFF: readonly Role[] = ['ops', 'finance', 'auditor', 'admin'];
/** A demo is small; beyond this nobody is looked for. */
const MOST_EVENTS = 5_000;

/**
 * The people of a demo: those who earn, their managers, and for each other role who has acted in it last. While the log is away the views
 * know those who earn, and the others go by their roles: whoever comes in then is let in all the same.
 */
export function personasOf(ledger: Ledger): Promise<readonly Persona[]> {
  return unlessAway(
    ledger,
    () => peopleOf(ledger),
    async (away) => peopleOf(await standingStill(ledger, away)),
  );
}

async function peopleOf(ledger: Ledger): Promise<readonly Persona[]> {
  const [page, events] = await Promise.all([
    participantsSeen(ledger, { id: 'nobody', role: 'auditor' }, { limit: 100 }),
    ledger.standsAt === undefined ? ledger.store.readAll({ after: 0n, limit: MOST_EVENTS }) : [],
  ]);
  const earning = isProblem(page) ? [] : page.participants;
  const earners = new Set(earning.map(({ participant }) => participant));
  const managers = new Set(earning.flatMap(({ manager }) => manager ?? []));
  const acted = new Map(events.map(({ meta: { actor } }) => [actor.role, actor.id]));
  const named = async (role: Role, id: string) => ({ role, id, name: (await ledger.directory.get(id))?.name ?? null });
  return Promise.all([
    ...[...earners].map((id) => named(managers.has(id) ? 'manager' : 'rep', id)),
    ...[...managers.difference(earners)].map((id) => named('manager', id)),
    ...STAFF.map((role) => named(role, acted.get(role) ?? role)),
  ]);
}
