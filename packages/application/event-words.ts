import { dealKey, type EventData, type LedgerEvent } from '@ledger/events';
import { correctionsInWords, policyInWords, requestInWords } from '@ledger/projections';

/** What an event is about, in a few words. */
export function eventInWords(event: LedgerEvent): string {
  const { data } = event;
  switch (event.type) {
    case 'DealClosed':
    case 'DealAmended':
      return `${dealKey(event.data)} ${event.data.account ?? ''} ${event.data.amount} ${event.data.currency}, closed ${event.data.closedOn}`;
    case 'DealMilestoneReached':
      return `${dealKey(event.data)}, ${event.data.milestone} on ${event.data.reachedOn}${event.data.amount === null ? '' : `: ${event.data.amount}`}`;
    case 'DealMilestoneWithdrawn':
      return `${dealKey(event.data)}, not ${event.data.milestone} on ${event.data.reachedOn}: ${event.data.reason}`;
    case 'DealVanished':
      return `${dealKey(event.data)}, noticed on ${event.data.noticedOn}: ${event.data.evidence}`;
    case 'DealCancelled':
      return `${dealKey(event.data)}, cancelled on ${event.data.cancelledOn}`;
    case 'SplitExceptionRequested':
    case 'SplitExceptionApproved':
      return `${dealKey(event.data)}: ${event.data.shares.map(({ participant, share }) => `${participant} ${share}`).join(', ')}`;
    case 'SplitExceptionDeclined':
    case 'SplitExceptionRevoked':
      return `${dealKey(event.data)}: ${event.data.exception}`;
    case 'QuotaAssigned':
    case 'QuotaProposed':
      return `${event.data.participant}: ${event.data.metric} ${event.data.year}: ${event.data.quota.amounts.join(', ')} per ${event.data.quota.per}`;
    case 'QuotaReliefRequested':
    case 'QuotaReliefGranted':
      return `${event.data.participant}: ${event.data.kind}, ${event.data.from} to ${event.data.to}, of the quota for ${event.data.metric}`;
    case 'ExceptionRequested':
      return `${event.data.exception}: ${requestInWords(event)}`;
    case 'ExceptionApproved':
      return `${event.data.exception}: ${requestInWords({ type: 'ExceptionRequested', data: event.data })}`;
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
      return event.data.exception;
    case 'QuotaRejected':
      return `${event.data.participant}: ${event.data.metric} ${event.data.year}: ${event.data.proposal}`;
    case 'QuotaReliefDeclined':
    case 'QuotaReliefRevoked':
      return `${event.data.participant}: ${event.data.relief} of the quota for ${event.data.metric} in ${event.data.year}`;
    case 'ParticipantOnboarded':
      return `${event.data.participant} from ${event.data.startsOn}, paid in ${event.data.currency}, reports to ${event.data.manager ?? 'nobody'}`;
    case 'ReportingLineChanged':
      return `${event.data.participant} reports to ${event.data.manager ?? 'nobody'} from ${event.data.effectiveFrom}`;
    case 'LeaveRecorded':
      return `${event.data.participant}, ${event.data.kind}, ${event.data.from} to ${event.data.to}`;
    case 'ParticipantOffboarded':
      return `${event.data.participant} leaves, on ${event.data.endsOn}`;
    case 'PlanUnassigned':
      return `${event.data.participant} no longer under plan ${event.data.plan} from ${event.data.effectiveFrom}`;
    case 'PlanAcknowledged':
      return `${event.data.participant} accepted plan ${event.data.plan} version ${event.data.version}`;
    case 'PlanRejected':
      return `${event.data.plan} version ${event.data.version}`;
    case 'PlanCasesOverridden':
      return `${event.data.plan} version ${event.data.version}, although ${event.data.failed.length} of its cases fail`;
    case 'PlanRetired':
      return `${event.data.plan} from ${event.data.effectiveFrom}`;
    case 'MetricRejected':
      return `${event.data.metric} version ${event.data.version}`;
    case 'MetricRetired':
      return `${event.data.metric} from ${event.data.effectiveFrom}`;
    case 'PlanAssigned':
      return `${event.data.participant}: plan ${event.data.plan} from ${event.data.effectiveFrom}`;
    case 'PlanProposed':
    case 'PlanPublished':
      return `${event.data.plan} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'MetricProposed':
    case 'MetricDefined':
      return `${event.data.metric} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'JurisdictionProposed':
    case 'JurisdictionDefined':
      return `${event.data.jurisdiction} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'JurisdictionRejected':
      return `${event.data.jurisdiction} version ${event.data.version}`;
    case 'JurisdictionRetired':
      return `${event.data.jurisdiction} from ${event.data.effectiveFrom}`;
    case 'CreditingRejected':
      return `${event.data.crediting} version ${event.data.version}`;
    case 'CreditingRetired':
      return `${event.data.crediting} from ${event.data.effectiveFrom}`;
    case 'CreditingProposed':
    case 'CreditingDefined':
      return `${event.data.crediting} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'ApprovalRulesProposed':
    case 'ApprovalRuleSet':
      return `rules of approval version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'ApprovalRulesRejected':
      return `rules of approval version ${event.data.version}`;
    case 'PayoutLinesFrozen':
      return `${event.data.period}, ${event.data.participant}: part ${event.data.part} of the statement`;
    case 'PayoutFrozen':
      return `${event.data.statement.period}, ${event.data.statement.participant}: ${event.data.statement.currency} ${event.data.statement.total}, digest ${event.data.digest.slice(0, 16)}`;
    case 'CloseCalendarSet':
      return `pay by ${event.data.cadence} from ${event.data.firstPeriod}, days of ${event.data.timeZone}`;
    case 'ExchangeRateRecorded':
      return `1 ${event.data.base} = ${event.data.rate} ${event.data.quote} from ${event.data.on} (${event.data.source})`;
    case 'CorrectionPolicySet':
      return `${correctionsInWords(event.data)}, from ${event.data.effectiveFrom}`;
    case 'ReplayRecorded':
      return `replay ${event.data.replay} of ${spanText(event.data)}, digest ${event.data.digest.slice(0, 16)}`;
    case 'ReplayApplyRequested':
    case 'ReplayApplied':
      return `replay ${event.data.replay}, ${policyInWords(event.data.policy)}`;
    case 'ReplayApplyDeclined':
    case 'ReplayDiscarded':
      return `replay ${event.data.replay}`;
    case 'PeriodOpened':
      return `${event.data.period}: ${event.data.from} to ${event.data.to}`;
    case 'PeriodFreezeRequested':
      return `${event.data.period}${despiteInWords(event.data.despite)}`;
    case 'PeriodFreezeDeclined':
    case 'PeriodReopenRequested':
    case 'PeriodReopenDeclined':
      return event.data.period;
    case 'PeriodReopened':
      return `${event.data.period}; the statements of freeze ${event.data.freeze} no longer count`;
    case 'PeriodFreezeStarted':
      return `${event.data.period}, as of position ${event.data.asOf}${despiteInWords(event.data.despite)}`;
    case 'PeriodFrozen':
      return `${event.data.period}: ${event.data.statements} statement${event.data.statements === 1 ? '' : 's'}, digest ${event.data.digest.slice(0, 16)}`;
    case 'PayRunReleased':
      return `${event.data.period}, run ${event.data.run}: ${event.data.payments} payment${event.data.payments === 1 ? '' : 's'}, file ${event.data.digest.slice(0, 16)}`;
    case 'PayoutPaid':
      return `${event.data.period}, ${event.data.participant}, run ${event.data.run}: ${event.data.currency} ${event.data.amount} on ${event.data.paidOn}${event.data.reference === null ? '' : `, ${event.data.reference}`}`;
    case 'PayoutReturned':
      return `${event.data.period}, ${event.data.participant}, run ${event.data.run}: ${event.data.currency} ${event.data.amount} came back on ${event.data.returnedOn}`;
    case 'ApprovalGiven':
      return `${event.data.request}: approval ${event.data.number} of ${event.data.needed}`;
    case 'RequestExpired':
      return `${event.data.request}: nobody decided it until ${event.data.expiredOn}`;
    case 'QueryOpened':
      return `${event.data.query} about ${event.data.line} in ${event.data.period}: ${event.data.currency} ${event.data.saw.amount}, ${event.data.says}`;
    case 'QueryMessagePosted':
      return `${event.data.query}, ${event.data.asks ? 'asked' : 'said'} by the ${event.data.side}: ${event.data.says}`;
    case 'QueryAssigned':
    case 'QueryEscalated':
      return `${event.data.query} to ${event.data.to}`;
    case 'QueryResolved': {
      const { query, currency, amount, corrections } = event.data;
      const by = corrections.map((each) => `${each.type} ${each.event}`).join(', ');
      return corrections.length === 0 ? `${query}; no money moves` : `${query}: ${currency} ${amount} by ${by}`;
    }
    case 'QueryReopened':
    case 'QueryWithdrawn':
      return event.data.query;
    case 'QueryClocksSet':
      return `from ${event.data.effectiveFrom}: ${event.data.clocks.map(({ clock, days }) => `${clock} ${days}`).join(', ') || 'no clocks'}`;
    case 'PrincipalRegistered':
      return `${event.data.principal}, a ${event.data.kind}${event.data.replaces === null ? '' : ', by another identity than before'}`;
    case 'FirstRoleGranted':
    case 'RoleGrantRequested':
    case 'RoleGranted':
    case 'RoleGrantDeclined':
    case 'RoleRevoked':
      return `${event.data.principal}: ${event.data.role}`;
    case 'PrincipalDisabled':
    case 'PrincipalEnabled':
      return event.data.principal;
    case 'ErasureRequested':
    case 'PersonForgotten':
      return `${event.data.person}, whose name was kept until ${event.data.keptUntil}`;
    case 'ErasureDeclined':
      return event.data.person;
    case 'KeyRequested':
    case 'KeyApproved':
    case 'KeyIssued':
      return `${event.data.principal}: key ${event.data.key} for ${event.data.scopes.join(', ')}, until ${event.data.expiresOn}`;
    case 'KeyDeclined':
    case 'KeyRevoked':
      return `${event.data.principal}: key ${event.data.key}`;
    default:
      return 'participant' in data ? (data.participant ?? '') : '';
  }
}

function spanText({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? from : `${from} to ${to}`;
}

/** What a freeze went on in spite of; its own reason says why it was asked for. */
function despiteInWords(despite: EventData<'PeriodFreezeStarted'>['despite']): string {
  if (despite === undefined) return '';
  const blockers = despite.blockers.slice(0, 5).map(({ code, about }) => `${code} ${about}`);
  const more = despite.blockers.length > 5 ? `, and ${despite.blockers.length - 5} more` : '';
  return `, in spite of ${blockers.join(', ')}${more}: ${despite.reason}`;
}
