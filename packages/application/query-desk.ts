import { type EventType, fields } from '@ledger/events';
import type { Acting } from '@ledger/kernel';
import { type Ledger, refresh } from './ledger.ts';
import { accessOf } from './principals.ts';
import { whoDid } from './who-did.ts';

/** What those do who may answer queries; the newest ones of each tell who they are, on a ledger that nobody is registered in. */
const WORK: readonly EventType[] = [
  ...(['QueryAssigned', 'QueryEscalated', 'QueryResolved', 'QueryMessagePosted', 'ApprovalGiven'] as const),
  ...([
    'PeriodOpened',
    'PeriodFreezeRequested',
    'PeriodFreezeStarted',
    'PayRunReleased',
    'ParticipantOnboarded',
  ] as const),
  ...([
    'PlanProposed',
    'PlanPublished',
    'MetricProposed',
    'MetricDefined',
    'PlanAssigned',
    'CloseCalendarSet',
  ] as const),
  ...(['QuotaProposed', 'QuotaAssigned', 'QuotaReliefRequested', 'QuotaReliefGranted', 'ExceptionRequested'] as const),
  ...(['ExceptionApproved', 'SplitExceptionRequested', 'SplitExceptionApproved', 'ReplayRecorded'] as const),
  ...(['PeriodReopenRequested', 'PeriodReopened', 'ReplayApplyRequested', 'ReplayApplied'] as const),
  ...(['ExchangeRateRecorded', 'CorrectionPolicySet'] as const),
  ...(['CreditingProposed', 'CreditingDefined', 'ApprovalRulesProposed', 'ApprovalRuleSet', 'QueryClocksSet'] as const),
];
const NEWEST = 25;

/**
 * The roles in which the ledger knows somebody: those that they hold, where they are registered; otherwise those in which they give this
 * command, or have worked before. `null`: nobody of that name.
 */
export async function rolesKnown(ledger: Ledger, id: string, actor: Acting): Promise<readonly string[] | null> {
  if (!fields.partId.safeParse(id).success) return null;
  const { known, disabled, roles } = await accessOf(ledger, id);
  if (known !== null) return disabled ? [] : roles;
  if (actor.id === id) return [actor.role];
  const head = await refresh(ledger);
  for (const type of WORK) {
    const found = (await whoDid(ledger, type, head, NEWEST)).filter((each) => each.id === id);
    if (found.length > 0) return found.map(({ role }) => role);
  }
  return null;
}
