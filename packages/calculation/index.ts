export { attainments } from './attainment.ts';
export * from './book.ts';
export { checkMetric, checkPlan } from './check.ts';
export { creditsOf, type DealCredit } from './credit.ts';
export { type Earned, type EarnedLine, earn } from './earn.ts';
export * from './folds.ts';
export {
  type Cadence,
  dayBefore,
  daysIn,
  holds,
  type Interval,
  periodBounds,
  periodOf,
  periodsFrom,
  type Span,
  type WindowKind,
  windowOf,
  windowsIn,
} from './periods.ts';
export type { CalculationProblem } from './problem.ts';
export { type Replay, type ReplayCause, type ReplayedDeal, type ReplayRow, replay } from './replay.ts';
export { type Settled, settle } from './settle.ts';
