import type { Acting, Problem } from '@ledger/kernel';
import type { Role } from './authority.ts';
import { refuse, shown } from './produce.ts';
import { allowsScope, lacksScope, type ReadScope } from './scopes.ts';

/**
 * How much of a kind of thing somebody sees: `all` of it; what is their `own`; their own and that of whoever reports to them today,
 * directly or not (`team`); all of it, but `redacted`: without what the row leaves out; or `none`.
 */
export type Extent = 'all' | 'team' | 'own' | 'redacted' | 'none';

type Person = Exclude<Role, 'integration'>;

interface Row extends Readonly<Record<Person, Extent>> {
  /** The thing in words, as it stands in messages. */
  readonly says: string;
  /** What lets a key see all of it; `null`: nothing does. */
  readonly scope: ReadScope | null;
  /** What is left out for those who see it redacted. */
  readonly without?: string;
}

/** What rows R01 to R09 have in common: people see what is theirs, whoever works on pay or audits it sees everything. */
const PAY = { rep: 'own', manager: 'team', ops: 'all', finance: 'all', auditor: 'all', admin: 'none' } as const;
const EVERYBODY = { rep: 'all', manager: 'all', ops: 'all', finance: 'all', auditor: 'all', admin: 'all' } as const;

/** Who sees what (authorization.json, R01 to R10 and the rows that read without a row of their own). */
const READS = {
  // R01; previews, explanations, differences and what-would show the same.
  pay: { says: 'attainment, payouts and statements', ...PAY, scope: 'payouts:read' },
  // R02
  deals: { says: 'deals and credits', ...PAY, scope: 'deals:read' },
  // R03
  plans: {
    says: 'plans and what they rest on',
    ...PAY,
    admin: 'redacted',
    scope: 'plans:read',
    without: 'rates, amounts and who is paid by them',
  },
  // R04
  quotas: { says: 'quotas and relief', ...PAY, scope: 'quotas:read' },
  // R05
  events: {
    says: 'events and the audit trail',
    ...PAY,
    admin: 'redacted',
    scope: 'events:read',
    without: 'everything but who got which access, and whether the log is whole',
  },
  // R06: root and size are no secret; what a leaf holds is a matter of `events`.
  proofs: { says: 'proofs of the log', ...PAY, admin: 'all', scope: 'events:read' },
  // R07
  people: {
    says: 'names and addresses of people',
    ...PAY,
    auditor: 'redacted',
    admin: 'all',
    scope: null,
    without: 'names and addresses: ids stand for people',
  },
  // R08
  exports: { says: 'exports', ...PAY, scope: 'exports:read' },
  // R09
  stream: { says: 'the live stream', ...PAY, scope: null },
  // R10
  'access-log': {
    says: 'who has which access, and who approved what',
    ...PAY,
    rep: 'none',
    manager: 'none',
    ops: 'redacted',
    admin: 'all',
    scope: null,
    without: 'keys and identities',
  },
  // A query is about pay (R01); programs that bring facts have no part in it.
  queries: { says: 'queries about pay', ...PAY, scope: null },
  // W04 to W31: whoever may ask for a decision or make it has to see it; admins see those about access.
  requests: {
    says: 'what waits for a decision',
    ...PAY,
    rep: 'none',
    admin: 'redacted',
    scope: null,
    without: 'requests about pay',
  },
  // W21
  replays: { says: 'replays and what they would move', ...PAY, rep: 'none', manager: 'none', scope: null },
  // W15, W17: whoever asks for a freeze, decides on it or pays by it sees what is in the way, and what went to payroll.
  close: {
    says: 'what a close still needs, and pay runs',
    ...PAY,
    rep: 'none',
    manager: 'none',
    scope: null,
  },
  // Nobody's pay is in it: periods and how they stand, the close calendar, exchange rates.
  calendar: { says: 'periods, the close calendar and exchange rates', ...EVERYBODY, scope: 'plans:read' },
} as const satisfies Readonly<Record<string, Row>>;

/** What can be read, one word for each kind of thing. */
export type Resource = keyof typeof READS;
export const RESOURCES = Object.keys(READS) as readonly Resource[];

/** What a reader who sees it redacted does not see of it; `undefined` where nobody does. */
export function leftOut(resource: Resource): string | undefined {
  const row: Row = READS[resource];
  return row.without;
}

/** How much of a kind of thing somebody sees in the role in which they act. A role that nobody knows sees nothing. */
export function extentOf(resource: Resource, { role, scopes }: Pick<Acting, 'role' | 'scopes'>): Extent {
  const row: Row = READS[resource];
  if (role === 'integration') return row.scope !== null && allowsScope({ scopes }, row.scope) ? 'all' : 'none';
  return isPerson(role) ? row[role] : 'none';
}

/** Why a reader sees nothing at all of a kind of thing; `undefined`: they see something of it. */
export function judgeRead(resource: Resource, actor: Pick<Acting, 'role' | 'scopes'>): Problem | undefined {
  if (extentOf(resource, actor) !== 'none') return undefined;
  const row: Row = READS[resource];
  if (actor.role === 'integration' && row.scope !== null) return lacksScope(`read ${row.says}`, row.scope);
  const roles = PEOPLE.filter((role) => row[role] === 'all');
  return refuse(
    'role_forbidden',
    `Role ${shown(actor.role)} may not see ${row.says}; ask somebody with role ${roles.join(' or ')}.`,
  );
}

/** One answer for what does not exist and for what somebody may not see, so that nobody can tell them apart. */
export function hidden(thing: string, name: string): Problem {
  return refuse('not_found', `There is no ${thing} ${shown(name)} that you can see; check its name.`);
}

const PEOPLE: readonly Person[] = ['rep', 'manager', 'ops', 'finance', 'auditor', 'admin'];

function isPerson(role: string): role is Person {
  return PEOPLE.some((each) => each === role);
}
