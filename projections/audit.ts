import { type ExceptionTerms, type LedgerEvent, participantOfQuery, type RecordedEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';

/** Where an event of a trail is found again: the version of the row is the event's position. */
export interface AuditRow {
  readonly type: string;
  readonly stream: string;
}

/**
 * What happened to whom, and when was something of a kind decided? The versions of a subject's row are its trail, one for each event
 * that concerns it. A deal's trail is its own stream and needs no index; whoever it credits finds it through the view of deals.
 */
export const auditView: Projection<AuditRow, LedgerEvent> = {
  name: 'audit',
  version: 2,
  standalone: true,
  keys: (recorded) => {
    const { type } = recorded.event;
    return isDealFact(type) ? [] : [...subjectsOf(recorded), subject.type(type)];
  },
  evolve: (_row, { event, stream }) => ({ type: event.type, stream }),
};

export const subject = {
  participant: (id: string) => `participant/${id}`,
  metric: (id: string) => `metric/${id}`,
  plan: (id: string) => `plan/${id}`,
  period: (id: string) => `period/${id}`,
  /** What was decided about a deal besides its own stream. */
  deal: (key: string) => `deal/${key}`,
  ledger: () => 'ledger',
  /** What was decided about somebody's access; not about their pay. */
  access: (principal: string) => `access/${principal}`,
  /** Every event of a type, but for facts of deals. */
  type: (type: LedgerEvent['type']) => `type/${type}`,
} as const;

/** What a source tells of a deal: most of a log, found through the deal alone. */
export function isDealFact(type: LedgerEvent['type']): boolean {
  return (
    type === 'DealClosed' ||
    type === 'DealAmended' ||
    type === 'DealMilestoneReached' ||
    type === 'DealMilestoneWithdrawn' ||
    type === 'DealCancelled' ||
    type === 'DealVanished'
  );
}

/** The subjects that an event concerns. */
export function subjectsOf({ event }: RecordedEvent): readonly string[] {
  switch (event.type) {
    case 'CloseCalendarSet':
    case 'ApprovalRulesProposed':
    case 'ApprovalRuleSet':
    case 'ApprovalRulesRejected':
    case 'CorrectionPolicySet':
    case 'ReplayRecorded':
    case 'ReplayApplyRequested':
    case 'ReplayApplied':
    case 'ReplayApplyDeclined':
    case 'ReplayDiscarded':
    case 'ExchangeRateRecorded':
    case 'QueryClocksSet':
      return [subject.ledger()];
    case 'ParticipantOnboarded':
    case 'ReportingLineChanged':
    case 'LeaveRecorded':
    case 'ParticipantOffboarded':
      return [subject.participant(event.data.participant)];
    case 'PlanAssigned':
    case 'PlanUnassigned':
    case 'PlanAcknowledged':
      return [subject.participant(event.data.participant), subject.plan(event.data.plan)];
    case 'MetricProposed':
    case 'MetricDefined':
    case 'MetricRejected':
    case 'MetricRetired':
      return [subject.metric(event.data.metric)];
    case 'PlanProposed':
    case 'PlanPublished':
    case 'PlanRejected':
    case 'PlanCasesOverridden':
    case 'PlanRetired':
      return [subject.plan(event.data.plan)];
    case 'JurisdictionProposed':
    case 'JurisdictionDefined':
    case 'JurisdictionRejected':
    case 'JurisdictionRetired':
    case 'CreditingProposed':
    case 'CreditingDefined':
    case 'CreditingRejected':
    case 'CreditingRetired':
      return [subject.ledger()];
    case 'QuotaProposed':
    case 'QuotaAssigned':
    case 'QuotaRejected':
    case 'QuotaReliefRequested':
    case 'QuotaReliefGranted':
    case 'QuotaReliefDeclined':
    case 'QuotaReliefRevoked':
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
      return [subject.participant(event.data.participant)];
    case 'ExceptionRequested':
    case 'ExceptionApproved':
      return [subject.participant(event.data.participant), ...namedBy(event.data.terms)];
    case 'DealClosed':
    case 'DealAmended':
    case 'DealMilestoneReached':
    case 'DealMilestoneWithdrawn':
    case 'DealCancelled':
    case 'DealVanished':
    case 'SplitExceptionRequested':
    case 'SplitExceptionApproved':
    case 'SplitExceptionDeclined':
    case 'SplitExceptionRevoked':
      return [];
    case 'PeriodOpened':
    case 'PeriodFreezeRequested':
    case 'PeriodFreezeDeclined':
    case 'PeriodReopenRequested':
    case 'PeriodReopenDeclined':
    case 'PeriodReopened':
    case 'PeriodFreezeStarted':
    case 'PeriodFrozen':
    case 'PayRunReleased':
      return [subject.period(event.data.period)];
    case 'PayoutPaid':
    case 'PayoutReturned':
    case 'PayoutLinesFrozen':
      return [subject.period(event.data.period), subject.participant(event.data.participant)];
    case 'PayoutFrozen': {
      const { period, participant } = event.data.statement;
      return [subject.period(period), subject.participant(participant)];
    }
    case 'ApprovalGiven':
    case 'RequestExpired':
      return subjectOfRequest(event.data.request);
    case 'QueryOpened':
      return [subject.period(event.data.period), subject.participant(event.data.participant)];
    case 'QueryAssigned':
    case 'QueryMessagePosted':
    case 'QueryEscalated':
    case 'QueryResolved':
    case 'QueryReopened':
    case 'QueryWithdrawn':
      return [subject.participant(participantOfQuery(event.data.query))];
    case 'PrincipalRegistered':
    case 'FirstRoleGranted':
    case 'RoleGrantRequested':
    case 'RoleGranted':
    case 'RoleGrantDeclined':
    case 'RoleRevoked':
    case 'PrincipalDisabled':
    case 'PrincipalEnabled':
    case 'KeyRequested':
    case 'KeyApproved':
    case 'KeyIssued':
    case 'KeyDeclined':
    case 'KeyRevoked':
      return [subject.access(event.data.principal)];
    case 'ErasureRequested':
    case 'PersonForgotten':
    case 'ErasureDeclined':
      return [subject.participant(event.data.person), subject.access(event.data.person)];
    default:
      return event satisfies never;
  }
}

/** A step towards a decision concerns what the decision concerns; the name of its request says what that is. */
function subjectOfRequest(request: string): readonly string[] {
  const [, kind = '', id = ''] = /^([a-z]+)\/([^.@/]+)/.exec(request) ?? [];
  switch (kind) {
    case 'quota':
    case 'relief':
    case 'exception':
      return [subject.participant(id)];
    case 'metric':
      return [subject.metric(id)];
    case 'plan':
      return [subject.plan(id)];
    case 'freeze':
    case 'reopen':
      return [subject.period(id)];
    case 'grant':
    case 'key':
      return [subject.access(id)];
    case 'erasure':
      return [subject.participant(id), subject.access(id)];
    case 'split':
      return [];
    default:
      return [subject.ledger()];
  }
}

/** The period and the deal that the terms of a decision about pay name. */
function namedBy(terms: ExceptionTerms): readonly string[] {
  const period = 'period' in terms && terms.period !== undefined ? [subject.period(terms.period)] : [];
  const deal = 'deal' in terms && terms.deal !== null ? [subject.deal(terms.deal)] : [];
  return [...period, ...deal];
}
