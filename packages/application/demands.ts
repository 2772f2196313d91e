import { type PlanEntry, reachesOthers } from '@ledger/calculation';
import {
  approversBy,
  approversOf,
  type Decision,
  type Demand,
  type Excluded,
  mayStandIn,
  peopleOf,
  REQUESTS,
  type RequestFacts,
  type RequestName,
  type Role,
  rulesAbout,
  rulesOn,
} from '@ledger/decisions';
import type { ApprovalRule, EventData, RecordedEvent } from '@ledger/events';
import { type Actor, instantText, isProblem, type Problem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { reachAt } from './colleagues.ts';
import { participantEntry, planEntry } from './entries.ts';
import { eventsOf } from './handle.ts';
import { dayOf, type Ledger, refresh, zoneOf } from './ledger.ts';
import { chainAbove } from './managers.ts';
import { dayAt } from './moment.ts';
import { type Paying, paidBy } from './paid-by.ts';
import { factsOf, namedIn, overridesIn } from './request-facts.ts';
import { approvalsAt } from './rules.ts';

/**
 * What a decision has to know beside the request itself: for whom it was made, and what the rules of the day ask of whoever decides
 * it. The one place where rules meet a request; every door that decides comes through here.
 */
export async function decisionOn(ledger: Ledger, request: RequestName, actor: Actor): Promise<Decision> {
  const asked = await askedIn(ledger, request);
  if (asked === undefined) return {};
  const zone = await zoneOf(ledger);
  const today = dayOf(instantText(ledger.clock()), zone);
  const alsoPaid = [
    ...(await paidThrough(ledger, overridesIn(asked), actor, today)),
    ...(isDefinition(request) ? await paidBy(ledger, request, actor, today) : []),
  ];
  const decision = { requestedFor: asked.meta.actor.onBehalfOf, alsoPaid };
  const set = rulesOn(await approvalsAt(ledger), today);
  if (set === null) return decision;
  const facts = await factsOf(ledger, request.kind, asked, { today });
  return { ...decision, demand: await demandOf(ledger, set, { facts, asked, actor, today, zone }) };
}

function isDefinition(request: RequestName): request is RequestName & Paying {
  return ['metric', 'plan', 'jurisdiction', 'crediting'].includes(request.kind);
}

/** The event that asked for what a request names: at a revision of its stream, or the newest. */
export async function askedIn(ledger: Ledger, request: RequestName, at?: number): Promise<RecordedEvent | undefined> {
  const row = at === undefined ? await ledger.views.get(requestsView, REQUESTS.name(request)) : undefined;
  if (at === undefined && row === undefined) return undefined;
  const revision = at ?? (JSON.parse(row ?? '') as RequestRow).revision;
  return (await eventsOf(ledger, request.stream)).find((each) => each.revision === revision);
}

/** Which rules a waiting request falls under today, and the roles whose approval it needs, one for each. */
export interface Needed {
  readonly ruleSet: number | null;
  readonly rules: readonly string[];
  readonly approvers: readonly (readonly Role[])[];
}

export async function neededFor(ledger: Ledger, name: string): Promise<Needed | Problem> {
  await refresh(ledger);
  return neededOn(ledger, name, dayOf(instantText(ledger.clock()), await zoneOf(ledger)));
}

/** The same of a request that waited at a moment, by the rules and on the day of then. */
export async function neededThen(
  ledger: Ledger,
  { name, revision }: Pick<RequestRow, 'name' | 'revision'>,
  moment: string,
): Promise<Needed | Problem> {
  const asOf = await resolveAsOf(ledger, moment);
  if (isProblem(asOf)) return asOf;
  return neededOn(ledger, name, await dayAt(ledger, moment, asOf), { asOf, revision });
}

/** The same on another day, by the rules that were known at a position. `revision`: of the request, where it is no longer the newest. */
export async function neededOn(
  ledger: Ledger,
  name: string,
  today: string,
  then: { readonly asOf?: bigint; readonly revision?: number } = {},
): Promise<Needed | Problem> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return request;
  const none = { ruleSet: null, rules: [], approvers: approversOf(request.kind) };
  const set = rulesOn(await approvalsAt(ledger, then.asOf), today);
  const asked = set === null ? undefined : await askedIn(ledger, request, then.revision);
  if (set === null || asked === undefined) return none;
  const rules = rulesAbout(set.document, await factsOf(ledger, request.kind, asked, { today, asOf: then.asOf }));
  const approvers = approversBy(request.kind, rules);
  return { ruleSet: set.version, rules: rules.map(({ rule }) => rule), approvers };
}

/** The role of which an approval is still to come, after those that were given. */
export function openRole(approvers: Needed['approvers'], given: RequestRow['approvals']): string {
  const open = approvers.find((roles) => !given.some(({ role }) => roles.some((each) => each === role)));
  return (open ?? approvers.at(-1))?.[0] ?? 'finance';
}

/** In which role a waiting request can be approved next: finance, unless that has been given and another one is needed beside it. */
export async function roleLeft(ledger: Ledger, row: RequestRow, asked: string | undefined): Promise<string> {
  if (row.approvals.length === 0) return 'finance';
  const needed = asked === undefined ? await neededFor(ledger, row.name) : await neededThen(ledger, row, asked);
  return isProblem(needed) ? 'finance' : openRole(needed.approvers, row.approvals);
}

interface Case {
  readonly facts: RequestFacts;
  readonly asked: RecordedEvent;
  readonly actor: Actor;
  readonly today: string;
  readonly zone: string;
}

async function demandOf(ledger: Ledger, set: EventData<'ApprovalRuleSet'>, of: Case): Promise<Demand> {
  const { kind } = of.facts;
  const rules = rulesAbout(set.document, of.facts);
  const excluded: Excluded[] = [];
  const { id, onBehalfOf } = of.actor;
  if (onBehalfOf !== undefined && onBehalfOf !== id) {
    if (!mayStandIn(set, { by: id, for: onBehalfOf }, { kind, day: of.today })) {
      excluded.push({ id, why: `holds no delegation of "${onBehalfOf}" for ${of.today}` });
    }
  }
  for (const rule of rules) excluded.push(...(await belowIn(ledger, rule, of)));
  return { ruleSet: set.version, approvers: approversBy(kind, rules), excluded };
}

/** Whoever decides, or the one they stand in for, where they report to somebody whom the rule names; by the lines of both days. */
async function belowIn(
  ledger: Ledger,
  rule: ApprovalRule,
  { asked, actor, today, zone }: Case,
): Promise<readonly Excluded[]> {
  if (rule.notBelow.length === 0) return [];
  const { data } = asked.event;
  const requesters = 'requestedBy' in data ? [data.requestedBy] : [];
  const { onBehalfOf } = asked.meta.actor;
  if (onBehalfOf !== undefined) requesters.push(onBehalfOf);
  const days = new Set([dayOf(asked.recordedAt, zone), today]);
  const above = [
    ...(rule.notBelow.includes('requester') ? requesters.map((id) => ({ id, who: 'who requested it' })) : []),
    ...(rule.notBelow.includes('beneficiary') ? namedIn(asked).map((id) => ({ id, who: 'whom it is about' })) : []),
  ];
  const excluded: Excluded[] = [];
  for (const id of peopleOf(actor)) {
    for (const day of days) {
      const chain = await chainAbove(ledger, id, day);
      const managers = rule.reach === 'direct' ? chain.slice(0, 1) : chain;
      const named = above.find((each) => managers.includes(each.id));
      if (named === undefined) continue;
      const how = managers[0] === named.id ? 'reports to' : 'reports over others to';
      excluded.push({ id, why: `${how} "${named.id}", ${named.who} (rule "${rule.rule}"),` });
      break;
    }
  }
  return excluded;
}

/** Whoever decides, or the one they stand in for, where a plan pays them for what somebody earns whom the request names. */
async function paidThrough(
  ledger: Ledger,
  named: readonly string[],
  actor: Actor,
  day: string,
): Promise<readonly string[]> {
  const paid: string[] = [];
  for (const id of peopleOf(actor)) {
    const participant = await participantEntry(ledger, id);
    if (participant === undefined || participant.assignments.length === 0) continue;
    const plans = new Map<string, PlanEntry>();
    for (const { plan } of participant.assignments) {
      const entry = await planEntry(ledger, plan);
      if (entry !== undefined) plans.set(plan, entry);
    }
    const reach = reachAt(id, { plans, participants: new Map([[id, participant]]) });
    if (!reachesOthers(reach)) continue;
    const below = await Promise.all(named.map((each) => chainAbove(ledger, each, day)));
    // A plan that looks at a team pays for those below; one that looks at the company or at other plans may pay for anybody.
    const isWide = reach.company || reach.plans.length > 0 || reach.recipients;
    if (isWide || below.some((chain) => chain.includes(id))) paid.push(id);
  }
  return named.length === 0 ? [] : paid;
}
