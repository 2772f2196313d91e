import {
  type EventData,
  type EventType,
  type ExceptionTerms,
  type LedgerEvent,
  type RecordedEvent,
  type ReplayPolicy,
  requestName,
} from '@ledger/events';
import { digest, type Projection } from '@ledger/kernel';

/** A request for a decision, and what became of it. */
export interface RequestRow {
  readonly name: string;
  readonly says: string;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly requestedBy: string;
  /** Whom the requester stood in for. */
  readonly requestedFor: string | null;
  readonly requestedAt: string;
  readonly state: 'waiting' | 'approved' | 'declined' | 'revoked' | 'expired';
  readonly decidedBy: string | null;
  /** SHA-256 of what was asked for, which a decision binds, and the revision of its stream at which it was. */
  readonly hash: string;
  readonly revision: number;
  /** Who has approved so far, where several have to. */
  readonly approvals: readonly GivenApproval[];
}

export interface GivenApproval {
  readonly by: string;
  readonly onBehalfOf: string | null;
  readonly role: string;
  readonly at: string;
}

/** What waits for whose decision, and who decided what? */
export const requestsView: Projection<RequestRow, LedgerEvent> = {
  name: 'requests',
  version: 3,
  keys(event) {
    const name = requestOf(event);
    return name === undefined ? [] : [name];
  },
  evolve(row, recorded, name) {
    const { event, recordedAt, revision } = recorded;
    if (isAsking(event)) {
      const { reason, evidence, requestedBy } = event.data;
      const says = requestInWords(event);
      const hash = digest(event.data);
      const requestedFor = recorded.meta.actor.onBehalfOf ?? null;
      const waiting = { state: 'waiting', decidedBy: null, hash, revision, approvals: [] } as const;
      return { name, says, reason, evidence, requestedBy, requestedFor, requestedAt: recordedAt, ...waiting };
    }
    if (row === undefined) return undefined;
    if (event.type === 'RequestExpired') return { ...row, state: 'expired' };
    if (event.type === 'ApprovalGiven') {
      const { approvedBy: by, onBehalfOf = null, role } = event.data;
      return { ...row, approvals: [...row.approvals, { by, onBehalfOf, role, at: recordedAt }] };
    }
    const { data } = event;
    if ('approvedBy' in data) return { ...row, state: 'approved', decidedBy: data.approvedBy };
    if ('declinedBy' in data) return { ...row, state: 'declined', decidedBy: data.declinedBy };
    // A role that was held otherwise may be taken away while it is asked for.
    if ('revokedBy' in data && row.state === 'approved') return { ...row, state: 'revoked', decidedBy: data.revokedBy };
    return row;
  },
};

/** The request that an event makes or decides. */
export function requestOf({ event }: Pick<RecordedEvent, 'event'>): string | undefined {
  switch (event.type) {
    case 'MetricProposed':
    case 'MetricDefined':
    case 'MetricRejected':
      return requestName.metric(event.data.metric, event.data.version);
    case 'PlanProposed':
    case 'PlanPublished':
    case 'PlanRejected':
    case 'PlanCasesOverridden':
      return requestName.plan(event.data.plan, event.data.version);
    case 'JurisdictionProposed':
    case 'JurisdictionDefined':
    case 'JurisdictionRejected':
      return requestName.jurisdiction(event.data.jurisdiction, event.data.version);
    case 'CreditingProposed':
    case 'CreditingDefined':
    case 'CreditingRejected':
      return requestName.crediting(event.data.crediting, event.data.version);
    case 'QuotaProposed':
    case 'QuotaAssigned':
    case 'QuotaRejected':
      return requestName.quota(event.data, event.data.proposal);
    case 'QuotaReliefRequested':
    case 'QuotaReliefGranted':
    case 'QuotaReliefDeclined':
    case 'QuotaReliefRevoked':
      return requestName.relief(event.data, event.data.relief);
    case 'SplitExceptionRequested':
    case 'SplitExceptionApproved':
    case 'SplitExceptionDeclined':
    case 'SplitExceptionRevoked':
      return requestName.split(event.data, event.data.exception);
    case 'ExceptionRequested':
    case 'ExceptionApproved':
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
      return requestName.exception(event.data);
    case 'ApprovalRulesProposed':
    case 'ApprovalRuleSet':
    case 'ApprovalRulesRejected':
      return requestName.approvals(event.data.version);
    case 'ReplayApplyRequested':
    case 'ReplayApplied':
    case 'ReplayApplyDeclined':
      return requestName.replay(event.data.replay);
    case 'PeriodFreezeRequested':
    case 'PeriodFreezeDeclined':
    case 'PeriodFreezeStarted':
      return requestName.freeze(event.data.period);
    case 'PeriodReopenRequested':
    case 'PeriodReopenDeclined':
    case 'PeriodReopened':
      return requestName.reopen(event.data.period);
    case 'RoleGrantRequested':
    case 'RoleGranted':
    case 'RoleGrantDeclined':
    case 'RoleRevoked':
      return requestName.grant(event.data);
    case 'ErasureRequested':
    case 'PersonForgotten':
    case 'ErasureDeclined':
      return requestName.erasure(event.data.person);
    case 'KeyRequested':
    case 'KeyApproved':
    case 'KeyDeclined':
    case 'KeyRevoked':
      return requestName.key(event.data);
    case 'ApprovalGiven':
    case 'RequestExpired':
      return event.data.request;
    default:
      return undefined;
  }
}

/** Events that ask for a decision. */
const ASKING = [
  'MetricProposed',
  'PlanProposed',
  'CreditingProposed',
  'JurisdictionProposed',
  'QuotaProposed',
  'QuotaReliefRequested',
  'SplitExceptionRequested',
  'ExceptionRequested',
  'ApprovalRulesProposed',
  'PeriodFreezeRequested',
  'ReplayApplyRequested',
  'PeriodReopenRequested',
  'RoleGrantRequested',
  'KeyRequested',
  'ErasureRequested',
] as const satisfies readonly EventType[];

export function isAsking<E extends { readonly type: string }>(
  event: E,
): event is E & { type: (typeof ASKING)[number] } {
  return ASKING.some((type) => type === event.type);
}

function quotaInWords({ amounts, per, currency }: EventData<'QuotaProposed'>['quota']): string {
  return `${amounts.join(', ')}${currency === null ? '' : ` ${currency}`} per ${per}`;
}

function reliefInWords(basis: EventData<'QuotaReliefRequested'>['basis']): string {
  return basis.by === 'days' ? `${basis.share} of the quota of those days` : `${basis.amount} of it`;
}

function termsInWords(terms: ExceptionTerms): string {
  switch (terms.kind) {
    case 'adjustment':
      return `: ${terms.amount} in ${terms.period}`;
    case 'draw':
      return ` ${terms.draw.name}: ${terms.draw.amount} per ${terms.draw.every}, ${terms.draw.kind}`;
    case 'draw-forgiveness':
      return ` ${terms.draw}: ${terms.amount ?? 'all that is owed'}, in ${terms.period}`;
    case 'guarantee':
      return `: ${terms.guarantee.amount} per ${terms.guarantee.every}`;
    case 'jurisdiction':
      return `: ${terms.jurisdiction}, from ${terms.from}`;
    case 'waiver':
      return `: of the corrections of ${terms.period}${terms.component === null ? '' : `, ${terms.component}`}${terms.cause === undefined ? '' : `, as far as event ${terms.cause} caused them`}`;
    case 'consent':
    case 'notice':
    case 'recovery-suspension':
      return `: from ${terms.from}${terms.until === null ? '' : ` until ${terms.until}`}`;
    case 'hold': {
      const { component, deal, line, period } = terms;
      const lines = [line, component, deal, period].filter((part) => part != null).join(', ') || 'everything';
      return `: ${lines} from ${terms.from}${terms.until === null ? '' : ` until ${terms.until}`}`;
    }
    case 'release':
      return `: ${terms.share} of ${terms.hold}, in ${terms.period}`;
    case 'score':
      return `: ${terms.score} for ${terms.objective} (${terms.component}) in ${terms.window}`;
    case 'target-incentive':
    case 'salary':
      return `: ${terms.amount} per ${terms.per} from ${terms.from}${terms.until === null ? '' : ` until ${terms.until}`}`;
    case 'windfall':
      return `: ${treatmentInWords(terms.treatment)}, ${terms.deal}, from ${terms.period} on`;
    default:
      return terms satisfies never;
  }
}

function treatmentInWords(treatment: Extract<ExceptionTerms, { kind: 'windfall' }>['treatment']): string {
  switch (treatment.by) {
    case 'cap':
      return `up to ${treatment.amount}`;
    case 'bonus':
      return `a bonus of ${treatment.amount} instead`;
    case 'share':
      return `${treatment.share} of it`;
    case 'instalments':
      return `in ${treatment.count} instalments`;
    default:
      return treatment.by;
  }
}

/** What an event asks for, in words. */
export function requestInWords(event: LedgerEvent): string {
  switch (event.type) {
    case 'MetricProposed':
      return `metric "${event.data.document.title}", version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'PlanProposed':
      return `plan "${event.data.document.title}", version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'JurisdictionProposed':
      return `jurisdiction "${event.data.document.title}", version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'CreditingProposed':
      return `crediting rules "${event.data.document.title}", version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'ApprovalRulesProposed':
      return `rules of approval "${event.data.document.title}", version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'QuotaProposed':
      return `quota of ${event.data.participant} for ${event.data.metric} in ${event.data.year}: ${quotaInWords(event.data.quota)}`;
    case 'QuotaReliefRequested':
      return `relief of ${event.data.participant}'s quota for ${event.data.metric}, ${event.data.from} to ${event.data.to}: ${reliefInWords(event.data.basis)}`;
    case 'SplitExceptionRequested':
      return `split of ${event.data.source}.${event.data.deal}: ${event.data.shares
        .map((share) => `${share.participant} ${share.share}`)
        .join(', ')}`;
    case 'ExceptionRequested':
      return `${event.data.terms.kind} of ${event.data.participant}${termsInWords(event.data.terms)}`;
    case 'PeriodReopenRequested':
      return `reopening of ${event.data.period}`;
    case 'PeriodFreezeRequested': {
      const { period, despite } = event.data;
      if (despite === undefined) return `freeze of ${period}`;
      const about = despite.blockers.map(({ code, about }) => `${code} ${about}`);
      const more = about.length > 5 ? ` and ${about.length - 5} more` : '';
      return `freeze of ${period}, despite ${about.slice(0, 5).join(', ')}${more}: ${despite.reason}`;
    }
    case 'RoleGrantRequested':
      return `role ${event.data.role} for ${event.data.principal}`;
    case 'KeyRequested':
      return `key of ${event.data.principal} for ${event.data.scopes.join(', ')}, until ${event.data.expiresOn}`;
    case 'ErasureRequested':
      return `that the name of ${event.data.person} be forgotten, which no law asks for from ${event.data.keptUntil} on`;
    case 'ReplayApplyRequested':
      return `what replay ${event.data.replay} tried out: ${event.data.definitions.map(({ request }) => request).join(', ')}; ${policyInWords(event.data.policy)}`;
    default:
      return event.type;
  }
}

/** How corrections are posted. */
export function policyInWords(policy: ReplayPolicy): string {
  switch (policy.by) {
    case 'spread':
      return `corrections spread over ${policy.over} pay periods`;
    case 'positives-only':
      return 'corrections upwards only';
    case 'waive':
      return 'corrections waived';
    case 'prospective':
      return `from ${policy.from} on`;
    default:
      return 'corrections trued up';
  }
}

/** The same with what is too little to be taken back. */
export function correctionsInWords({
  policy,
  waiveUnder = {},
}: {
  readonly policy: ReplayPolicy;
  readonly waiveUnder?: Readonly<Record<string, string>> | undefined;
}): string {
  const limits = Object.entries(waiveUnder).map(([currency, amount]) => `${amount} ${currency}`);
  return limits.length === 0
    ? policyInWords(policy)
    : `${policyInWords(policy)}, not taken back under ${limits.join(', ')}`;
}
