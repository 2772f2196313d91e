export * from './access.ts';
export * from './access-keys.ts';
export * from './approvals.ts';
export {
  approversOf,
  type Claim,
  type Excluded,
  judge,
  KINDS,
  type Kind,
  peopleOf,
  ROLES,
  type Role,
  rolesAtMost,
  rolesFor,
  type Step,
  saysOf,
} from './authority.ts';
export { type Blocker, type BlockerCause, causesOf } from './blockers.ts';
export { type Cadence, cadenceOf, checkCadence, checkInCalendar, isPeriod, periodBounds } from './calendar.ts';
export * from './command.ts';
export * from './corrections.ts';
export * from './crediting.ts';
export * from './deal.ts';
export * from './demand.ts';
export * from './erasure.ts';
export * from './exception.ts';
export * from './fx.ts';
export type { Issue } from './issue.ts';
export * from './jurisdiction.ts';
export * from './metric.ts';
export * from './names.ts';
export * from './participant.ts';
export * from './pay-run.ts';
export * from './payment.ts';
export * from './payout.ts';
export * from './period.ts';
export * from './plan.ts';
export * from './policy.ts';
export { misfit } from './produce.ts';
export * from './query.ts';
export * from './query-clocks.ts';
export * from './quota.ts';
export * from './reads.ts';
export type { ApproveReopen, DeclineReopen, RequestReopen } from './reopening.ts';
export * from './replay.ts';
export {
  type Decision,
  type Demand,
  type Request,
  type Requests,
  requestHash,
  type WideDecision,
  withArticle,
} from './requests.ts';
export * from './scopes.ts';
