import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import { refuse, shown } from './produce.ts';
import { allowsScope, lacksScope, type Scope } from './scopes.ts';

export const ROLES = ['rep', 'manager', 'ops', 'finance', 'auditor', 'admin', 'integration'] as const;
export type Role = (typeof ROLES)[number];

/** `request` has no effect until somebody else has decided it; `record` takes effect at once. */
export type Step = 'request' | 'decide' | 'record';

interface Rule {
  /** The thing in words, as it stands in messages. */
  readonly says: string;
  readonly request: readonly Role[];
  readonly decide: readonly Role[];
  readonly record: readonly Role[];
  /** How many have to approve, where no rules of the company say more; 1 if left out. */
  readonly approvers?: number;
  /** What a key must be allowed to do, where integrations may record. */
  readonly scope?: Scope;
}

const nobody: readonly Role[] = [];
const madeBy = (...roles: readonly Role[]) => ({ request: roles, decide: ['finance'] as const, record: nobody });
const recordedBy = (...roles: readonly Role[]) => ({ request: nobody, decide: nobody, record: roles });

/**
 * Who may do what (authorization.json, W01 to W25). A role that is not named may not: admins run the system and decide nothing
 * about pay; integrations bring facts and decide nothing at all.
 */
const MATRIX = {
  // W01, W02: the source's own words; W03 comes with them.
  deal: { says: 'the facts of a deal', ...recordedBy('ops', 'integration'), scope: 'deals:write' },
  // W04
  split: { says: 'a split exception', ...madeBy('manager', 'ops') },
  // W05
  quota: { says: 'a quota', ...madeBy('manager', 'ops') },
  // W06
  relief: { says: 'a quota relief', ...madeBy('manager', 'ops') },
  // W13: a decision about one person's pay.
  exception: { says: 'an exception about pay', ...madeBy('manager', 'ops') },
  // W07; to retire one needs no maker, since it is a checker's own decision.
  metric: { says: 'a metric', ...madeBy('ops'), record: ['finance'] },
  jurisdiction: { says: 'a jurisdiction', ...madeBy('ops'), record: ['finance'] },
  crediting: { says: 'crediting rules', ...madeBy('ops'), record: ['finance'] },
  plan: { says: 'a plan', ...madeBy('ops'), record: ['finance'] },
  // W08
  assignment: { says: 'a plan assignment', ...recordedBy('ops') },
  // W09: signed by the participant and by nobody in their place.
  acknowledgement: { says: 'the acknowledgement of a plan', ...recordedBy('rep', 'manager') },
  participant: { says: 'who earns under plans and reports to whom', ...recordedBy('ops') },
  leave: { says: 'a leave', ...recordedBy('manager', 'ops') },
  // W15
  freeze: { says: 'a period freeze', ...madeBy('ops') },
  // W16
  reopen: { says: 'the reopening of a period', ...madeBy('finance'), approvers: 2 },
  period: { says: 'the opening of a period', ...recordedBy('ops', 'finance') },
  // What an approved freeze writes: the decision was the approval, anybody who may close can carry it on.
  payout: { says: 'the statements of an approved freeze', ...recordedBy('ops', 'finance') },
  // W17: the request of the freeze is the request to pay; whoever releases the run is somebody else.
  'pay-run': { says: 'the payment of a frozen period', ...recordedBy('finance') },
  // W18
  payment: { says: 'what payroll has paid', ...recordedBy('finance', 'integration'), scope: 'payroll:write' },
  // W22: the dry run is for everybody who reads.
  replay: { says: 'what a replay puts in force', ...madeBy('ops') },
  // W24
  calendar: { says: 'the close calendar', ...recordedBy('ops', 'finance', 'admin') },
  // W24 for limits, W25 for who decides in whose place: an admin proposes, finance decides.
  approvals: { says: 'the rules of approval', ...madeBy('ops', 'admin') },
  // W22: how differences are posted is a checker's decision, like what a replay puts in force.
  corrections: { says: 'how corrections are posted', ...recordedBy('finance') },
  fx: { says: 'an exchange rate', ...recordedBy('ops', 'finance', 'integration'), scope: 'fx:write' },
  // W19: about one's own pay, or about that of somebody who reports to them; to ask pays nothing.
  query: { says: 'a query', request: ['rep', 'manager'], decide: nobody, record: nobody },
  'query-desk': { says: 'the answer to a query', ...recordedBy('ops', 'finance') },
  // W20: by whoever is not named in it; where money moves, the decider asks for finance.
  'query-resolution': { says: 'the resolution of a query', ...recordedBy('ops', 'finance') },
  'query-clocks': { says: 'how long queries may take', ...recordedBy('ops', 'finance', 'admin') },
  // W25: whoever asks for a role never gives it; what takes a role or a key away needs nobody else.
  grant: { says: 'the grant of a role', request: ['admin'], decide: ['finance'], record: nobody },
  access: { says: 'who is known and who comes in no more', ...recordedBy('admin') },
  // W26: read scopes by one admin, write scopes by two people.
  key: { says: 'a key', request: ['admin'], decide: ['finance'], record: ['admin'] },
  // W27: the checker sees that no law asks for the name any more.
  erasure: { says: 'that a name be forgotten', request: ['admin'], decide: ['finance'], record: nobody },
  // W23, W28: no event says that they were done; the doors ask here all the same.
  rebuild: { says: 'views made anew', ...recordedBy('ops', 'admin') },
  backup: { says: 'a backup', ...recordedBy('admin') },
} as const satisfies Readonly<Record<string, Rule>>;

/** What is decided about. */
export type Kind = keyof typeof MATRIX;
export const KINDS = Object.keys(MATRIX) as readonly Kind[];

/** What a kind of thing is called, as messages say it. */
export function saysOf(kind: Kind): string {
  return MATRIX[kind].says;
}

/** The roles that may take a step about a kind of thing; none where nobody may. */
export function rolesFor(kind: Kind, step: Step): readonly Role[] {
  return MATRIX[kind][step];
}

/** Those that can ever come to take it: rules of the company may let more roles decide than the matrix does. */
export function rolesAtMost(kind: Kind, step: Step): readonly Role[] {
  const roles = rolesFor(kind, step);
  return step !== 'decide' || roles.length === 0 ? roles : [...new Set([...roles, ...APPROVERS])];
}

/** One for each approval that a request of the kind needs where no rules say otherwise: the roles of which one may give it. */
export function approversOf(kind: Kind): readonly (readonly Role[])[] {
  const rule: Rule = MATRIX[kind];
  return Array.from({ length: rule.approvers ?? 1 }, () => rule.decide);
}

/** Somebody who may not decide, and why: a clause that goes on after their name. */
export interface Excluded {
  readonly id: string;
  readonly why: string;
}

/** Whom rules of the company may let approve (authorization.json, W31). */
const APPROVERS: readonly Role[] = ['manager', 'finance'];

export interface Claim {
  readonly kind: Kind;
  readonly step: Step;
  readonly actor: Acting;
  /** Who made the request that is decided; with the person for whom, when somebody stood in. */
  readonly requestedBy?: { readonly id: string; readonly onBehalfOf?: string | undefined } | undefined;
  /** Participants whose pay it moves, directly or by override. */
  readonly beneficiaries: readonly string[];
  /** For `decide`: the roles that the rules in force let decide, where they say other than the matrix. */
  readonly roles?: readonly Role[] | undefined;
  /** For `decide`: people whom the rules in force keep from it. */
  readonly excluded?: readonly Excluded[] | undefined;
}

/**
 * The one function that says who may (promises P34). `undefined`: they may. Nobody decides what they requested or what pays them,
 * and nobody records alone what pays them; to request it is allowed where the matrix allows it, because a request pays nothing.
 * Whoever acts for somebody else is bound by what binds either of the two.
 */
export function judge({ kind, step, actor, requestedBy, beneficiaries, ...rules }: Claim): Problem | undefined {
  const { says, scope }: Rule = MATRIX[kind];
  const roles = step === 'decide' ? deciders(kind, rules.roles) : rolesFor(kind, step);
  if (!roles.some((role) => role === actor.role)) {
    return refuse('role_forbidden', `Role ${shown(actor.role)} may not ${step} ${says}; ${remedy(roles)}.`);
  }
  if (!allowsScope(actor, scope)) return lacksScope(`${step} ${says}`, scope);
  const people = peopleOf(actor);
  if (kind === 'acknowledgement') {
    if (people.length === 1 && beneficiaries.some((participant) => participant === actor.id)) return undefined;
    const whose = beneficiaries.map(shown).join(', ');
    return refuse(
      'role_forbidden',
      `${shown(actor.id)} may not record ${says} for ${whose}; only they themselves can.`,
    );
  }
  if (step === 'decide' && requestedBy !== undefined) {
    const own = peopleOf(requestedBy).find((person) => people.includes(person));
    if (own !== undefined) {
      return refuse('own_request', `${shown(own)} requested ${says} and cannot decide it; ${remedy(roles, 'else')}.`);
    }
  }
  const barred = step === 'decide' ? rules.excluded?.find(({ id }) => people.includes(id)) : undefined;
  if (barred !== undefined) {
    const message = `${shown(barred.id)} ${barred.why} and cannot decide ${says}; ${remedy(roles, 'else')}.`;
    return refuse('approver_excluded', message);
  }
  if (step !== 'request') {
    const paid = beneficiaries.find((participant) => people.includes(participant));
    if (paid !== undefined) {
      return refuse('own_pay', `${shown(paid)} is paid by ${says} and cannot ${step} it; ${remedy(roles, 'else')}.`);
    }
  }
  return undefined;
}

/**
 * What somebody records who may. What says nothing new moves nobody's pay: whoever is paid by a thing may tell it again as it is, as in a
 * file of which one line is theirs.
 */
export function recording<E>(
  claim: Pick<Claim, 'kind' | 'actor' | 'beneficiaries'>,
  decide: () => readonly E[] | Problem,
): readonly E[] | Problem {
  const refused = judge({ ...claim, step: 'record' });
  if (refused !== undefined && refused.code !== 'own_pay') return refused;
  const events = decide();
  return refused === undefined || (!isProblem(events) && events.length === 0) ? events : refused;
}

/** No rule gives the right to decide to a role that decides nothing, nor for a kind that nobody decides. */
function deciders(kind: Kind, given: readonly Role[] | undefined): readonly Role[] {
  const roles = rolesFor(kind, 'decide');
  return given === undefined || roles.length === 0 ? roles : given.filter((role) => APPROVERS.includes(role));
}

type Person = { readonly id: string; readonly onBehalfOf?: string | undefined };

/** Whether two are one person, or one of them stood in for the other. */
export function samePerson(one: Person, other: Person): boolean {
  return peopleOf(one).some((person) => peopleOf(other).includes(person));
}

/** Whoever acts, and the one they stand in for. */
export function peopleOf(actor: Person): readonly string[] {
  return actor.onBehalfOf === undefined || actor.onBehalfOf === actor.id ? [actor.id] : [actor.id, actor.onBehalfOf];
}

function remedy(roles: readonly Role[], who = ''): string {
  if (roles.length === 0) return 'no role may';
  return `ask somebody ${who === '' ? '' : `${who} `}with role ${roles.join(' or ')}`;
}
