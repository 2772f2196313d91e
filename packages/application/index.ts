export { SCOPES } from '@ledger/decisions';
export type { HeldRole, IssuedKey, PrincipalRow } from '@ledger/projections';
export { policyInWords } from '@ledger/projections';
export * from './access.ts';
export * from './access-seen.ts';
export * from './as-of.ts';
export * from './audit.ts';
export * from './audit-csv.ts';
export * from './audit-entry.ts';
export * from './audit-payout.ts';
export * from './blast.ts';
export * from './blockers.ts';
export * from './books.ts';
export type { Suppositions } from './branch.ts';
export { perform } from './case-steps.ts';
export * from './cases.ts';
export * from './changed-fields.ts';
export * from './check-cases.ts';
export * from './close.ts';
export * from './copy.ts';
export { type DealListAsk, type DealPage, listDeals } from './deal-list.ts';
export {
  type DealAnswer,
  type DealView,
  dealNamed,
  dealsAt,
  dealsOf,
  recordOnDeal,
} from './deals.ts';
export * from './decide.ts';
export * from './define.ts';
export * from './define-text.ts';
export * from './definitions-seen.ts';
export { type Needed, neededFor } from './demands.ts';
export * from './diff.ts';
export * from './differences.ts';
export * from './event-words.ts';
export type { Moves, MovesInPeriod } from './exception-effects.ts';
export * from './exceptions.ts';
export * from './guided-close.ts';
export * from './handle.ts';
export * from './handover/index.ts';
export * from './import.ts';
export * from './lapses.ts';
export * from './ledger.ts';
export * from './live/index.ts';
export * from './pages.ts';
export * from './participants.ts';
export * from './pay-run.ts';
export * from './payments.ts';
export * from './payouts.ts';
export * from './people.ts';
export * from './periods-seen.ts';
export * from './plan-cases.ts';
export * from './principals.ts';
export { defines, type Proposal, type Proposed } from './propose.ts';
export * from './prove-order.ts';
export * from './queries.ts';
export * from './query-facts.ts';
export * from './query-lines.ts';
export * from './query-reads.ts';
export * from './query-replay.ts';
export * from './query-resolution.ts';
export * from './reach.ts';
export * from './register-seen.ts';
export * from './replay.ts';
export * from './replays.ts';
export * from './request-exception.ts';
export * from './requests.ts';
export * from './requests-page.ts';
export * from './rules.ts';
export * from './show.ts';
export * from './statements.ts';
export * from './statements-page.ts';
export * from './suppose.ts';
export * from './upkeep.ts';
export * from './verify.ts';
export * from './what-would.ts';
export * from './what-would-seen.ts';
