import { type EventData, type LedgerEvent, type QuotaAmounts, requestName } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { cmp, exact, ONE, percent, sign, toText, ZERO } from '@ledger/money';
import { checkCurrency, checkMinorUnits, plain } from './amounts.ts';
import { judge } from './authority.ts';
import { checkInterval } from './interval.ts';
import { answer, firstProblem, produce, refuse, shown } from './produce.ts';
import { checkTerms } from './quota-terms.ts';
import * as requests from './requests.ts';

/** A target of a participant for a metric and a year, and what reduces it. */
export type QuotaEvent = LedgerEvent<
  | 'QuotaProposed'
  | 'QuotaAssigned'
  | 'QuotaRejected'
  | 'QuotaReliefRequested'
  | 'QuotaReliefGranted'
  | 'QuotaReliefDeclined'
  | 'QuotaReliefRevoked'
  | requests.RequestEvent['type']
>;

interface OfQuota {
  readonly participant: string;
  readonly metric: string;
  readonly year: number;
}
export interface ProposeQuota extends OfQuota {
  readonly type: 'ProposeQuota';
  /** Name of the proposal; the next number where none is given. */
  readonly proposal?: string | undefined;
  readonly quota: QuotaAmounts;
  readonly reason: string;
  readonly evidence: readonly string[];
}
export interface ApproveQuota extends OfQuota, requests.Decision {
  readonly type: 'ApproveQuota';
  readonly proposal: string;
}
export interface DeclineQuota extends OfQuota, requests.Decision {
  readonly type: 'DeclineQuota';
  readonly proposal: string;
  readonly reason: string;
}
export interface RequestRelief extends OfQuota {
  readonly type: 'RequestRelief';
  /** Name of the relief; the next number where none is given. */
  readonly relief?: string | undefined;
  readonly kind: EventData<'QuotaReliefRequested'>['kind'];
  readonly from: string;
  readonly to: string;
  readonly basis: EventData<'QuotaReliefRequested'>['basis'];
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly scope: string;
  readonly expiresOn: string | null;
}
export interface ApproveRelief extends OfQuota, requests.Decision {
  readonly type: 'ApproveRelief';
  readonly relief: string;
}
export interface DeclineRelief extends OfQuota, requests.Decision {
  readonly type: 'DeclineRelief';
  readonly relief: string;
  readonly reason: string;
}
export interface RevokeRelief extends OfQuota, requests.Decision {
  readonly type: 'RevokeRelief';
  readonly relief: string;
  readonly reason: string;
}
export type QuotaCommand =
  | ProposeQuota
  | ApproveQuota
  | DeclineQuota
  | RequestRelief
  | ApproveRelief
  | DeclineRelief
  | RevokeRelief;

export interface QuotaState {
  readonly events: number;
  /** `null`: no quota is assigned. */
  readonly assigned: QuotaAmounts | null;
  /** Revision at which it was. */
  readonly assignedAt: number;
  readonly proposals: requests.Requests<EventData<'QuotaProposed'>>;
  readonly reliefs: requests.Requests<EventData<'QuotaReliefRequested'>>;
}

export const quotaDecider: Decider<QuotaState, QuotaCommand, QuotaEvent> = {
  initial: { events: 0, assigned: null, assignedAt: 0, proposals: [], reliefs: [] },
  evolve,
  decide,
};

function evolve(before: QuotaState, event: QuotaEvent): QuotaState {
  const state = { ...before, events: before.events + 1 };
  const { proposals, reliefs, events } = state;
  switch (event.type) {
    case 'QuotaProposed':
      return { ...state, proposals: requests.asked(proposals, event.data.proposal, event.data, events) };
    case 'QuotaAssigned': {
      const { proposal, quota } = event.data;
      return {
        ...state,
        assigned: quota,
        assignedAt: events,
        proposals: requests.settled(proposals, proposal, 'approved'),
      };
    }
    case 'QuotaRejected':
      return { ...state, proposals: requests.settled(proposals, event.data.proposal, 'declined') };
    case 'QuotaReliefRequested':
      return { ...state, reliefs: requests.asked(reliefs, event.data.relief, event.data, events) };
    case 'QuotaReliefGranted':
      return { ...state, reliefs: requests.settled(reliefs, event.data.relief, 'approved') };
    case 'QuotaReliefDeclined':
      return { ...state, reliefs: requests.settled(reliefs, event.data.relief, 'declined') };
    case 'QuotaReliefRevoked':
      return { ...state, reliefs: requests.settled(reliefs, event.data.relief, 'revoked') };
    case 'ApprovalGiven':
    case 'RequestExpired':
      return { ...state, proposals: requests.noted(proposals, event), reliefs: requests.noted(reliefs, event) };
    default:
      return event satisfies never;
  }
}

type Answer = readonly QuotaEvent[] | Problem;

function decide(command: QuotaCommand, state: QuotaState, context: Context): Answer {
  switch (command.type) {
    case 'ProposeQuota':
      return propose(command, state, context);
    case 'ApproveQuota':
      return approve(command, state, context);
    case 'DeclineQuota':
      return decline(command, state, context);
    case 'RequestRelief':
      return requestRelief(command, state, context);
    case 'ApproveRelief':
      return approveRelief(command, state, context);
    case 'DeclineRelief':
      return declineRelief(command, state, context);
    case 'RevokeRelief':
      return revokeRelief(command, state, context);
    default:
      return command satisfies never;
  }
}

function propose(command: ProposeQuota, state: QuotaState, { actor }: Context): Answer {
  const { participant, metric, year, quota, reason } = command;
  const refused = judge({ kind: 'quota', step: 'request', actor, beneficiaries: [participant] });
  if (refused !== undefined) return refused;
  const proposal = command.proposal ?? requests.nextName(state.proposals, 'proposal');
  const evidence = [...command.evidence];
  const proposed = produce('QuotaProposed', {
    participant,
    metric,
    year,
    proposal,
    quota,
    reason,
    evidence,
    requestedBy: actor.id,
  });
  if (isProblem(proposed)) return proposed;
  const wrong = checkAmounts(quota) ?? checkTerms(quota, year);
  if (wrong !== undefined) return wrong;
  const content = contentOf(quota);
  const waiting = state.proposals.some(
    ({ outcome, data }) => outcome === 'waiting' && contentOf(data.quota) === content,
  );
  if (waiting || (state.assigned !== null && contentOf(state.assigned) === content)) return [];
  return requests.nameTaken(state.proposals, proposal, '/proposal') ?? [proposed];
}

const INTERVALS = { month: 12, quarter: 4, year: 1 } as const;

function checkAmounts({ per, amounts, currency }: QuotaAmounts): Problem | undefined {
  if (amounts.length !== 1 && amounts.length !== INTERVALS[per]) {
    const allowed = per === 'year' ? 'one' : `one for all, or ${INTERVALS[per]}`;
    const message = `A quota per ${per} has ${amounts.length} amounts; give ${allowed}.`;
    return refuse('field_invalid', message, '/quota/amounts');
  }
  const wrong = currency === null ? undefined : checkCurrency(currency, '/quota/currency');
  if (wrong !== undefined) return wrong;
  for (const [index, amount] of amounts.entries()) {
    const field = `/quota/amounts/${index}`;
    if (sign(exact(amount)) < 0) {
      return refuse('amount_invalid', `The quota ${shown(amount)} is negative; write an amount of 0 or more.`, field);
    }
    const uneven = currency === null ? undefined : checkMinorUnits(amount, currency, field);
    if (uneven !== undefined) return uneven;
  }
  return undefined;
}

/** What a quota says, however it is written: 100 and 100.00 are the same, and so are one amount for all and each the same. */
function contentOf(quota: QuotaAmounts): string {
  const { per, amounts, currency } = quota;
  const plainAmounts = amounts.map(plain);
  const [first] = plainAmounts;
  const same = plainAmounts.every((amount) => amount === first);
  // A single amount with a spread is the year's; what else it says is as it is written.
  const { per: _, amounts: _amounts, currency: _currency, ...terms } = quota;
  const rest = Object.keys(terms).length === 0 ? [] : [terms];
  return canonical([per, same ? plainAmounts.slice(0, 1) : plainAmounts, currency, ...rest]);
}

function quotaMatter(command: ApproveQuota | DeclineQuota, state: QuotaState, { actor }: Context) {
  const { proposal: name } = command;
  const beneficiaries = () => [command.participant];
  const fullName = requestName.quota(command, name);
  return { kind: 'quota', requests: state.proposals, name, fullName, decision: command, beneficiaries, actor } as const;
}

function approve(command: ApproveQuota, state: QuotaState, context: Context): Answer {
  return requests.approve(quotaMatter(command, state, context), ({ data }, approval) =>
    produce('QuotaAssigned', { ...data, ...approval }),
  );
}

function decline(command: DeclineQuota, state: QuotaState, context: Context): Answer {
  return requests.decline(
    quotaMatter(command, state, context),
    command.reason,
    ({ participant, metric, year, proposal }, refusal) =>
      produce('QuotaRejected', { participant, metric, year, proposal, ...refusal }),
  );
}

function requestRelief({ type: _, ...command }: RequestRelief, state: QuotaState, { actor }: Context): Answer {
  const beneficiaries = [command.participant];
  const refused = judge({ kind: 'relief', step: 'request', actor, beneficiaries });
  if (refused !== undefined) return refused;
  const relief = command.relief ?? requests.nextName(state.reliefs, 'relief');
  const evidence = [...command.evidence];
  const requested = produce('QuotaReliefRequested', { ...command, relief, evidence, requestedBy: actor.id });
  if (isProblem(requested)) return requested;
  const { participant, metric, year } = command;
  const { assigned } = state;
  if (assigned === null) {
    const message = `Participant ${participant} has no quota for ${metric} in ${year} that could be reduced; assign one first.`;
    return refuse('quota_missing', message, '/metric');
  }
  const wrong = firstProblem(
    () => checkInterval(command, '/to'),
    () => checkWithinYear(command),
    () => checkBasis(command.basis, assigned.currency),
    () => checkExpiry(command),
  );
  if (wrong !== undefined) return wrong;
  const content = reliefContent(requested.data);
  const known = state.reliefs.some(
    ({ outcome, data }) => (outcome === 'waiting' || outcome === 'approved') && reliefContent(data) === content,
  );
  return known ? [] : (requests.nameTaken(state.reliefs, relief, '/relief') ?? [requested]);
}

function checkExpiry({ from, expiresOn }: Pick<RequestRelief, 'from' | 'expiresOn'>): Problem | undefined {
  if (expiresOn === null || expiresOn > from) return undefined;
  const message = `A relief from ${from} on that expires on ${expiresOn} relieves nothing; give a later day, or none.`;
  return refuse('interval_invalid', message, '/expiresOn');
}

/** A quota is for a calendar year, and so is what reduces it. */
function checkWithinYear({ from, to, year }: RequestRelief | Omit<RequestRelief, 'type'>): Problem | undefined {
  if (from >= `${year}-01-01` && to <= `${year + 1}-01-01`) return undefined;
  const message = `The interval from ${from} to ${to} is not within ${year}, the year of the quota; request a relief of its own for each year.`;
  return refuse('interval_invalid', message, from >= `${year}-01-01` ? '/to' : '/from');
}

function checkBasis(basis: RequestRelief['basis'], currency: string | null): Problem | undefined {
  if (basis.by === 'days') {
    const share = basis.share.startsWith('-') ? ZERO : percent(basis.share);
    if (sign(share) > 0 && cmp(share, ONE) <= 0) return undefined;
    const message = `The share ${shown(basis.share)} of the days is not more than 0% and at most 100%; write it as 50%.`;
    return refuse('percent_invalid', message, '/basis/share');
  }
  if (sign(exact(basis.amount)) <= 0) {
    const message = `The relief of ${shown(basis.amount)} is not more than 0; write by how much the quota is reduced.`;
    return refuse('amount_invalid', message, '/basis/amount');
  }
  return currency === null ? undefined : checkMinorUnits(basis.amount, currency, '/basis/amount');
}

function reliefContent({ kind, from, to, basis, expiresOn }: EventData<'QuotaReliefRequested'>): string {
  const size = basis.by === 'days' ? toText(percent(basis.share)) : plain(basis.amount);
  return canonical([kind, from, to, basis.by, size, expiresOn]);
}

function reliefMatter(command: ApproveRelief | DeclineRelief | RevokeRelief, state: QuotaState, { actor }: Context) {
  const beneficiaries = () => [command.participant];
  const { relief: name } = command;
  const fullName = requestName.relief(command, name);
  const of = { requests: state.reliefs, basis: state.assignedAt, decision: command, beneficiaries, actor };
  return { kind: 'relief', name, fullName, ...of } as const;
}

function approveRelief(command: ApproveRelief, state: QuotaState, context: Context): Answer {
  return requests.approve(reliefMatter(command, state, context), ({ data }, approval) =>
    produce('QuotaReliefGranted', { ...data, ...approval }),
  );
}

function declineRelief(command: DeclineRelief, state: QuotaState, context: Context): Answer {
  return requests.decline(
    reliefMatter(command, state, context),
    command.reason,
    ({ participant, metric, year, relief }, refusal) =>
      produce('QuotaReliefDeclined', { participant, metric, year, relief, ...refusal }),
  );
}

function revokeRelief(command: RevokeRelief, state: QuotaState, context: Context): Answer {
  const request = requests.toRevoke(reliefMatter(command, state, context));
  if (isProblem(request)) return request;
  const { participant, metric, year, relief } = request.data;
  const { reason } = command;
  return answer(
    produce('QuotaReliefRevoked', { participant, metric, year, relief, revokedBy: context.actor.id, reason }),
  );
}
