import type { AuditTrail } from '@ledger/application';
import { dealKey, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import { counted, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Deals that only ran their course are counted; everything that somebody decided is told. */
export function renderAudit(paint: Paint, about: string, trail: AuditTrail, columns: number, all: boolean): string {
  const touched = new Set(trail.events.filter(({ revision }) => revision > 1).map(({ stream }) => stream));
  const told = all
    ? trail.events
    : trail.events.filter(({ event, stream }) => event.type !== 'DealClosed' || touched.has(stream));
  const quiet = trail.events.length - told.length;
  const head = `${paint.bold(`Audit trail of ${about}`)}, as of position ${trail.asOf}: ${counted(trail.events.length, 'event')}\n`;
  const rest =
    quiet === 0
      ? ''
      : `  ${paint.dim(`${counted(quiet, 'deal')} closed and never touched again: not listed; --all lists them`)}\n`;
  return head + told.map((event) => entry(paint, event, columns)).join('') + rest;
}

function entry(paint: Paint, recorded: RecordedEvent, columns: number): string {
  const { event, meta, position, recordedAt } = recorded;
  const when = recordedAt.slice(0, 16).replace('T', ' ');
  const actor = meta.actor.onBehalfOf === undefined ? meta.actor.id : `${meta.actor.id} for ${meta.actor.onBehalfOf}`;
  const lines = [
    `  ${paint.dim(String(position).padStart(5))}  ${when}  ${paint.bold(event.type)}  by ${actor} (${meta.actor.role})`,
  ];
  const indent = ' '.repeat(9);
  for (const line of details(event)) lines.push(`${indent}${wrapped(line, columns - indent.length, indent)}`);
  return `${lines.join('\n')}\n`;
}

function details(event: LedgerEvent): readonly string[] {
  const { data } = event;
  const lines = [about(event)];
  if ('reason' in data) lines.push(`why: ${data.reason}`);
  if ('evidence' in data && Array.isArray(data.evidence) && data.evidence.length > 0) {
    lines.push(`evidence: ${data.evidence.join('; ')}`);
  }
  if ('requestedBy' in data && 'approvedBy' in data)
    lines.push(`asked by ${data.requestedBy}, approved by ${data.approvedBy}`);
  return lines.filter((line) => line !== '');
}

/** What an event is about, in a few words. */
function about(event: LedgerEvent): string {
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
      return `${event.data.metric} ${event.data.year}: ${event.data.quota.amounts.join(', ')} per ${event.data.quota.per}`;
    case 'QuotaReliefRequested':
    case 'QuotaReliefGranted':
      return `${event.data.kind}, ${event.data.from} to ${event.data.to}, of the quota for ${event.data.metric}`;
    case 'ExceptionRequested':
    case 'ExceptionApproved':
      return `${event.data.terms.kind} ${event.data.exception}`;
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
      return event.data.exception;
    case 'QuotaReliefDeclined':
    case 'QuotaReliefRevoked':
      return `${event.data.relief} of the quota for ${event.data.metric} in ${event.data.year}`;
    case 'PlanAssigned':
      return `plan ${event.data.plan} from ${event.data.effectiveFrom}`;
    case 'PlanProposed':
    case 'PlanPublished':
      return `${event.data.plan} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'MetricProposed':
    case 'MetricDefined':
      return `${event.data.metric} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'JurisdictionProposed':
    case 'JurisdictionDefined':
      return `${event.data.jurisdiction} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'CreditingProposed':
    case 'CreditingDefined':
      return `${event.data.crediting} version ${event.data.version}, from ${event.data.effectiveFrom}`;
    case 'PayoutFrozen':
      return `${event.data.statement.period}, ${event.data.statement.participant}: ${event.data.statement.currency} ${event.data.statement.total}, digest ${event.data.digest.slice(0, 16)}`;
    case 'CloseCalendarSet':
      return `pay by ${event.data.cadence} from ${event.data.firstPeriod}, days of ${event.data.timeZone}`;
    case 'ExchangeRateRecorded':
      return `1 ${event.data.base} = ${event.data.rate} ${event.data.quote} from ${event.data.on} (${event.data.source})`;
    case 'PeriodOpened':
      return `${event.data.period}: ${event.data.from} to ${event.data.to}`;
    case 'PeriodFreezeRequested':
      return event.data.period;
    case 'PeriodFreezeStarted':
      return `${event.data.period}, as of position ${event.data.asOf}`;
    case 'PeriodFrozen':
      return `${event.data.period}: ${counted(event.data.statements, 'statement')}, digest ${event.data.digest.slice(0, 16)}`;
    default:
      return 'participant' in data ? data.participant : '';
  }
}
