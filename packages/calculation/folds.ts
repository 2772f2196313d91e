import { dealKey, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import type { CorrectionsEntry, DealEntry, DefinitionEntry, ParticipantEntry, QuotaEntry, Versioned } from './book.ts';

/** How events make the entries of a book. The views fold with these. */

/** Participants whom a deal credits, or has credited by a split: all whose statements it can move. */
export function creditedBy(deal: DealEntry): readonly string[] {
  const people = new Set(deal.credits.map((credit) => credit.participant));
  for (const split of deal.splits) for (const share of split.shares) people.add(share.participant);
  return [...people].sort();
}

/** Key of what says how corrections are posted. */
export const CORRECTIONS = 'corrections';

interface Approved {
  readonly approvedBy: string;
  readonly coApprovedBy?: readonly string[] | undefined;
}

/** Everybody who approved, in words: `fay and fred` where two had to. */
function approversIn({ coApprovedBy = [], approvedBy }: Approved): string {
  return [...coApprovedBy, approvedBy].join(' and ');
}

/** Whether an event was caused by another and approves something, as what an applied replay puts in force does. */
export function isPutInForce({ event, meta }: RecordedEvent): boolean {
  return meta.causationId !== null && 'approvedBy' in event.data;
}

export function foldCorrections(
  entry: DefinitionEntry | undefined,
  { event, id, meta }: RecordedEvent,
): CorrectionsEntry | undefined {
  const before = entry?.kind === 'corrections' ? entry : undefined;
  const { policies, replays } = before ?? { policies: [], replays: [] };
  if (event.type === 'CorrectionPolicySet') {
    const { policy, waiveUnder = {}, effectiveFrom: from, reason, setBy } = event.data;
    const set = { policy, waiveUnder, from, reason, setBy, event: id };
    return { kind: 'corrections', changedBy: id, policies: [...policies, set], replays };
  }
  if (event.type === 'ReplayApplied') {
    const { replay, policy, reason, definitions } = event.data;
    const approvedBy = approversIn(event.data);
    const asked = definitions.map(({ request }) => request);
    const applied = { replay, policy, reason, approvedBy, event: id, requests: asked, causes: [] };
    return { kind: 'corrections', changedBy: id, policies, replays: [...replays, applied] };
  }
  if (before === undefined || !replays.some((each) => each.event === meta.causationId)) return before;
  const told = replays.map((each) =>
    each.event === meta.causationId ? { ...each, causes: [...each.causes, id] } : each,
  );
  return { ...before, changedBy: id, replays: told };
}

/** The key of the definition that an event changes, if it changes one. Proposals and refusals change none. */
export function definitionOf({ event }: RecordedEvent): string | undefined {
  switch (event.type) {
    case 'CloseCalendarSet':
      return 'calendar';
    case 'CorrectionPolicySet':
    case 'ReplayApplied':
      return CORRECTIONS;
    case 'ExchangeRateRecorded':
      return `rates/${event.data.base}${event.data.quote}`;
    case 'ParticipantOnboarded':
    case 'ReportingLineChanged':
    case 'PlanAssigned':
    case 'PlanUnassigned':
    case 'PlanAcknowledged':
    case 'LeaveRecorded':
    case 'ParticipantOffboarded':
      return `participant/${event.data.participant}`;
    case 'MetricDefined':
    case 'MetricRetired':
      return `metric/${event.data.metric}`;
    case 'PlanPublished':
    case 'PlanRetired':
      return `plan/${event.data.plan}`;
    case 'CreditingDefined':
    case 'CreditingRetired':
      return `crediting/${event.data.crediting}`;
    case 'JurisdictionDefined':
    case 'JurisdictionRetired':
      return `jurisdiction/${event.data.jurisdiction}`;
    case 'QuotaAssigned':
    case 'QuotaReliefGranted':
    case 'QuotaReliefRevoked':
      return `quota/${event.data.participant}.${event.data.metric}.${event.data.year}`;
    case 'ExceptionApproved':
    case 'ExceptionRevoked':
      return `exception/${event.data.participant}.${event.data.exception}`;
    case 'PeriodOpened':
    case 'PeriodFreezeStarted':
    case 'PeriodFrozen':
    case 'PeriodReopened':
      return `period/${event.data.period}`;
    default:
      return undefined;
  }
}

/** The definition after an event that changes it. */
export function foldDefinition(
  entry: DefinitionEntry | undefined,
  recorded: RecordedEvent,
): DefinitionEntry | undefined {
  const { event, id, position } = recorded;
  switch (event.type) {
    case 'CorrectionPolicySet':
    case 'ReplayApplied':
      return foldCorrections(entry, recorded);
    case 'CloseCalendarSet': {
      const { reason: _, ...terms } = event.data;
      return { kind: 'calendar', changedBy: id, ...terms, event: id };
    }
    case 'ExchangeRateRecorded': {
      const { base, quote, on, rate, source } = event.data;
      const rates = entry?.kind === 'rates' ? entry.rates : [];
      const sorted = [...rates, { on, rate, source, event: id }].sort((a, b) =>
        a.on === b.on ? 0 : a.on < b.on ? -1 : 1,
      );
      return { kind: 'rates', changedBy: id, base, quote, rates: sorted };
    }
    case 'ParticipantOnboarded': {
      const { participant, startsOn, currency, manager, jobTitle } = event.data;
      const managers = [{ manager, from: startsOn, event: id }];
      const nothingYet = { endsOn: null, assignments: [], leaves: [], acknowledged: [] };
      return {
        kind: 'participant',
        changedBy: id,
        participant,
        startsOn,
        currency,
        jobTitle,
        managers,
        ...nothingYet,
        event: id,
      };
    }
    case 'ExceptionApproved': {
      const { participant, exception, terms, reason, requestedBy, expiresOn } = event.data;
      const approvedBy = approversIn(event.data);
      const decided = { participant, exception, terms, reason, requestedBy, approvedBy, expiresOn, isRevoked: false };
      return { kind: 'exception', changedBy: id, ...decided, order: Number(position), event: id };
    }
    case 'ExceptionRevoked': {
      const { revokedBy: by, reason } = event.data;
      return entry?.kind === 'exception'
        ? { ...entry, changedBy: id, isRevoked: true, revoked: { by, reason } }
        : entry;
    }
    case 'MetricDefined': {
      const versions = entry?.kind === 'metric' ? entry.versions : [];
      return {
        kind: 'metric',
        changedBy: id,
        metric: event.data.metric,
        versions: [...versions, versionOf(event.data, id)],
        retiredFrom: null,
      };
    }
    case 'PlanPublished': {
      const versions = entry?.kind === 'plan' ? entry.versions : [];
      return {
        kind: 'plan',
        changedBy: id,
        plan: event.data.plan,
        versions: [...versions, versionOf(event.data, id)],
        retiredFrom: null,
      };
    }
    case 'CreditingDefined': {
      const versions = entry?.kind === 'crediting' ? entry.versions : [];
      return {
        kind: 'crediting',
        changedBy: id,
        crediting: event.data.crediting,
        versions: [...versions, versionOf(event.data, id)],
        retiredFrom: null,
      };
    }
    case 'JurisdictionDefined': {
      const { jurisdiction } = event.data;
      const versions = [...(entry?.kind === 'jurisdiction' ? entry.versions : []), versionOf(event.data, id)];
      return { kind: 'jurisdiction', changedBy: id, jurisdiction, versions, retiredFrom: null };
    }
    case 'QuotaAssigned': {
      const { participant, metric, year, quota, reason } = event.data;
      const approvedBy = approversIn(event.data);
      const reliefs = entry?.kind === 'quota' ? entry.reliefs : [];
      return {
        kind: 'quota',
        changedBy: id,
        participant,
        metric,
        year,
        quota: { ...quota, event: id, approvedBy, reason },
        reliefs,
      };
    }
    case 'PeriodOpened': {
      const { period, from, to } = event.data;
      return { kind: 'period', changedBy: id, period, from, to, state: 'open', asOf: null, digest: null, event: id };
    }
    default:
      return entry === undefined ? undefined : { ...amendDefinition(entry, event, id), changedBy: id };
  }
}

/** Events that change a definition which is there already. */
function amendDefinition(entry: DefinitionEntry, event: LedgerEvent, id: string): DefinitionEntry {
  switch (entry.kind) {
    case 'participant':
      return amendParticipant(entry, event, id);
    case 'metric':
      return event.type === 'MetricRetired' ? { ...entry, retiredFrom: event.data.effectiveFrom } : entry;
    case 'plan':
      return event.type === 'PlanRetired' ? { ...entry, retiredFrom: event.data.effectiveFrom } : entry;
    case 'crediting':
      return event.type === 'CreditingRetired' ? { ...entry, retiredFrom: event.data.effectiveFrom } : entry;
    case 'jurisdiction':
      return event.type === 'JurisdictionRetired' ? { ...entry, retiredFrom: event.data.effectiveFrom } : entry;
    case 'quota':
      return amendQuota(entry, event, id);
    case 'period':
      if (event.type === 'PeriodFreezeStarted')
        return { ...entry, state: 'freezing', asOf: event.data.asOf, event: id };
      if (event.type === 'PeriodFrozen') return { ...entry, state: 'frozen', digest: event.data.digest, event: id };
      if (event.type === 'PeriodReopened')
        return { ...entry, state: 'open', asOf: null, digest: null, reopened: event.data.freeze, event: id };
      return entry;
    case 'calendar':
    case 'corrections':
    case 'rates':
    case 'exception':
      return entry;
    default:
      return entry satisfies never;
  }
}

function amendParticipant(entry: ParticipantEntry, event: LedgerEvent, id: string): ParticipantEntry {
  switch (event.type) {
    case 'ReportingLineChanged': {
      const { manager, effectiveFrom } = event.data;
      return { ...entry, managers: [...entry.managers, { manager, from: effectiveFrom, event: id }] };
    }
    case 'PlanAssigned': {
      const { plan, effectiveFrom, effectiveTo } = event.data;
      return {
        ...entry,
        assignments: [...entry.assignments, { plan, from: effectiveFrom, to: effectiveTo, event: id }],
      };
    }
    case 'PlanUnassigned': {
      const { plan, effectiveFrom } = event.data;
      const assignments = entry.assignments.flatMap((assignment) => {
        if (assignment.plan !== plan || (assignment.to !== null && assignment.to <= effectiveFrom)) return [assignment];
        return assignment.from >= effectiveFrom ? [] : [{ ...assignment, to: effectiveFrom, event: id }];
      });
      return { ...entry, assignments };
    }
    case 'PlanAcknowledged': {
      const { plan, version } = event.data;
      return { ...entry, acknowledged: [...entry.acknowledged, { plan, version, event: id }] };
    }
    case 'LeaveRecorded': {
      const { from, to, kind } = event.data;
      return { ...entry, leaves: [...entry.leaves, { from, to, kind, event: id }] };
    }
    case 'ParticipantOffboarded': {
      const { endsOn, kind: separation, compensationEnds } = event.data;
      return { ...entry, endsOn, separation, compensationEnds, event: id };
    }
    default:
      return entry;
  }
}

function amendQuota(entry: QuotaEntry, event: LedgerEvent, id: string): QuotaEntry {
  if (event.type === 'QuotaReliefGranted') {
    const { relief, kind, from, to, basis, reason, requestedBy, expiresOn } = event.data;
    const approvedBy = approversIn(event.data);
    const granted = { relief, kind, from, to, basis, reason, requestedBy, approvedBy, expiresOn, event: id };
    return { ...entry, reliefs: [...entry.reliefs, granted] };
  }
  if (event.type === 'QuotaReliefRevoked') {
    const { relief } = event.data;
    return { ...entry, reliefs: entry.reliefs.filter((granted) => granted.relief !== relief) };
  }
  return entry;
}

function versionOf<Document>(
  data: {
    readonly version: number;
    readonly document: Document;
    readonly effectiveFrom: string;
    readonly effectiveTo: string | null;
    readonly reason: string;
  } & Approved,
  event: string,
): Versioned<Document> {
  const { version, document, effectiveFrom: from, effectiveTo: to, reason } = data;
  const approvedBy = approversIn(data);
  return { version, document, from, to, event, approvedBy, reason };
}

/** The key of the deal that an event changes, if it changes one. */
export function dealOf({ event }: RecordedEvent): string | undefined {
  switch (event.type) {
    case 'DealClosed':
    case 'DealAmended':
    case 'DealMilestoneReached':
    case 'DealMilestoneWithdrawn':
    case 'DealCancelled':
    case 'DealVanished':
    case 'SplitExceptionApproved':
    case 'SplitExceptionRevoked':
      return dealKey(event.data);
    default:
      return undefined;
  }
}

/** The deal after an event. */
export function foldDeal(entry: DealEntry | undefined, { event, id }: RecordedEvent): DealEntry | undefined {
  if (event.type === 'DealClosed') {
    return {
      kind: 'deal',
      changedBy: id,
      ...event.data,
      event: id,
      cancelled: null,
      vanished: null,
      milestones: [],
      splits: [],
    };
  }
  return entry === undefined ? undefined : { ...amendDeal(entry, event, id), changedBy: id };
}

/** What was recorded in a currency stays in it, whatever the deal is told in from now on. */
function keptIn(currency: string, milestones: DealEntry['milestones']): DealEntry['milestones'] {
  return milestones.map((each) => (each.amount === null ? each : { ...each, currency: each.currency ?? currency }));
}

function amendDeal(entry: DealEntry, event: LedgerEvent, id: string): DealEntry {
  switch (event.type) {
    case 'DealAmended': {
      const { reinstated, reason: _reason, ...terms } = event.data;
      const standing = reinstated ? { cancelled: null, vanished: null } : {};
      const milestones =
        terms.currency === entry.currency ? entry.milestones : keptIn(entry.currency, entry.milestones);
      return { ...entry, ...terms, ...standing, milestones, event: id };
    }
    case 'DealMilestoneReached': {
      const { milestone, reachedOn, amount } = event.data;
      return { ...entry, milestones: [...entry.milestones, { milestone, on: reachedOn, amount, event: id }] };
    }
    case 'DealMilestoneWithdrawn': {
      const { milestone, reachedOn } = event.data;
      const milestones = entry.milestones.filter((each) => each.milestone !== milestone || each.on !== reachedOn);
      return { ...entry, milestones };
    }
    case 'DealCancelled':
      return { ...entry, cancelled: { on: event.data.cancelledOn, reason: event.data.reason, event: id } };
    case 'DealVanished':
      return { ...entry, vanished: { on: event.data.noticedOn, event: id } };
    case 'SplitExceptionApproved': {
      const { exception, shares, scope, expiresOn, reason, evidence, requestedBy } = event.data;
      const approvedBy = approversIn(event.data);
      const split = { exception, shares, scope, expiresOn, reason, evidence, requestedBy, approvedBy, event: id };
      return { ...entry, splits: [...entry.splits, split] };
    }
    case 'SplitExceptionRevoked': {
      const { exception } = event.data;
      return { ...entry, splits: entry.splits.filter((split) => split.exception !== exception) };
    }
    default:
      return entry;
  }
}
