export { attainments } from './attainment.ts';
export { type PlanBand, type Section, type Table, tableOf } from './bands.ts';
export * from './book.ts';
export { canMoveBefore, changeInWords, workingCopy } from './change.ts';
export { type ChangeAdded, changesAdded } from './changes-added.ts';
export { type Checked, checkMetric, checkPlan, metricsNamed } from './check.ts';
export { checkCrediting } from './check-crediting.ts';
export { clauseEndsOn, hasTerms, payEvery } from './clauses.ts';
export { bookOf, NOBODY } from './colleagues.ts';
export { compileMetric, compilePlan } from './compile.ts';
export { type AppliedRule, creditsOf, type DealCredit, exceptionInForce } from './credit.ts';
export { type Crediting, creditingOf, type Unreachable } from './crediting.ts';
export { type Earned, type EarnedLine, earn } from './earn.ts';
export { measuresEarnings } from './earnings.ts';
export { type AppliedRate, rateOn } from './exchange.ts';
export * from './folds.ts';
export { movesEarnings } from './granted.ts';
export { managerOn, managersAbove } from './hierarchy.ts';
export { componentsOn, plansAssignedIn } from './in-force.ts';
export { type Ladder, type LadderBand, ladders, type Pace } from './ladder.ts';
export { type Departure, leavingOut } from './leaving-out.ts';
export { eventsUnder } from './line-queries.ts';
export type { Moved, MovedDeal, MovedPeriod } from './moved.ts';
export {
  type Cadence,
  dayAfter,
  dayBefore,
  daysIn,
  holds,
  type Interval,
  latestOf,
  periodBounds,
  periodOf,
  periodsFrom,
  type Span,
  type WindowKind,
  windowOf,
  windowsIn,
} from './periods.ts';
export { planCapsOf } from './plan-cap.ts';
export type { CalculationProblem } from './problem.ts';
export { counted, partOf, workingDays } from './proration.ts';
export { type QuotaInterval, quotaOf, type WindowQuota } from './quota.ts';
export { type QuotaMissing, quotasMissing } from './quotas-missing.ts';
export { rampEndsOn } from './ramp.ts';
export { placed, type Score } from './ranking.ts';
export { type Increment, increment, NOTHING, type Rating, totalPay } from './rate.ts';
export { joined, type Reach, reachesOthers, reachOf } from './reach.ts';
export { repeatHolding } from './repeating.ts';
export { type Replay, type ReplayCause, type ReplayedDeal, type ReplayRow, replay } from './replay.ts';
export { presentBook } from './restate.ts';
export { uncancelled } from './returned.ts';
export { type Settled, settle, settleInSum, settleUntold } from './settle.ts';
export { dealNamed } from './settle-holds.ts';
export { settlementProblems } from './settlement.ts';
export { dividedBy, postedTo, scaledTo } from './sharing.ts';
export { traceLine } from './trace.ts';
export { isFailure, type MetricFailure, type Verdict } from './verdict.ts';
export { versionOn } from './versions.ts';
export { windfallDecisions } from './windfall.ts';
export { amountInWords, percentInWords } from './words.ts';
