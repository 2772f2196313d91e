import type { Budget, Contest, ReleasePart, Streak } from '@ledger/events';
import type { Exact } from '@ledger/money';
import type { Section } from './bands.ts';
import type { PaidEntry } from './budget-types.ts';
import type { Context } from './context.ts';
import type { Curve } from './curve.ts';
import type { AppliedRate } from './exchange.ts';
import type { GateState } from './gate.ts';
import type { Granted } from './granted.ts';
import type { ComponentInForce } from './in-force.ts';
import type { LookState } from './look.ts';
import type { Credited } from './measured.ts';
import type { Span } from './periods.ts';
import type { PersonalAmount } from './personal.ts';
import type { Placed, Score } from './ranking.ts';
import type { Return } from './returned.ts';
import type { WindowTarget } from './target.ts';
import type { Rated, Unit } from './walk.ts';

/** What a component yields in a pay period, before it is rounded: for a deal, for a period, or for what was removed or caught up. */
export interface Calculated {
  /** Within the statement: `<component>/<deal>`, `<component>/true-up/<window>`. */
  readonly line: string;
  readonly inForce: ComponentInForce;
  /** Pay period. */
  readonly period: string;
  /** Deal key, of a deal's own line. */
  readonly deal: string | null;
  readonly closedOn: string | null;
  /** In the plan's currency. */
  readonly exact: Exact;
  readonly basis: LineBasis;
  /** In whole minor units, where one amount is divided among several and what is posted must add up to it (mechanics §16.3). */
  readonly posted?: Exact;
}

/** What a line was calculated from, for `traceLine`. */
export type LineBasis =
  | DealBasis
  | PeriodBasis
  | TrueUpBasis
  | CapBasis
  | StreakBasis
  | ObjectivesBasis
  | ContestBasis
  | GroupCapBasis
  | BudgetBasis
  | ForfeitedBasis
  | WindfallBasis
  | WindfallPaidBasis
  | ReturnedBasis
  | ReturnedCreditBasis
  | ReleaseBasis
  | PhaseInBasis
  | ExchangeDifferenceBasis
  | FloorBasis
  | PlanCapBasis;

export interface DealBasis {
  readonly kind: 'deal';
  readonly credit: Credited;
  readonly rated: Rated;
}

/** The credits of a pay period, rated as one. */
interface PeriodBasis {
  readonly kind: 'period';
  readonly rated: Rated;
}

/** What earlier deals of the window earn more, or less, because a target or a gate is another one now. */
export interface TrueUpBasis {
  readonly kind: 'true-up';
  /** As of this period's end, and as of the end of the period before it. */
  readonly now: Context;
  readonly earlier: Context;
  readonly changes: readonly {
    readonly unit: Unit;
    readonly before: Exact;
    readonly after: Exact;
    /** Of what came back: what other deals earn more, or less. */
    readonly others?: readonly { readonly credit: Credited; readonly amount: Exact }[];
  }[];
}

/** What a cap removed, or what was removed before and is paid now. */
export interface CapBasis {
  readonly kind: 'cap' | 'window-cap' | 'year-cap' | 'carried-over';
  /** `null`: there is none any more, so that what was removed before is paid. */
  readonly cap: Exact | null;
  /** Pay period, window or year that the cap is for. */
  readonly of: string;
  /** Sum of the lines that the cap was held against. */
  readonly calculated: Exact;
  /** Paid under the cap before, or under a soft one calculated; 0 for a period. */
  readonly paidBefore: Exact;
  /** The share of what exceeds the cap that is paid all the same. */
  readonly above?: Exact;
  /** What earlier periods of the year left to be paid later. */
  readonly carried: Exact;
  /** What the cap is a share of, where it is agreed with the participant. */
  readonly agreed?: PersonalAmount;
  readonly isLater: boolean;
  /** Window whose caps removed it, where all of it is offered again because what was paid is subtracted. */
  readonly window: string | null;
}

/** What a pay period that earns is raised by. */
export interface FloorBasis {
  readonly kind: 'floor';
  /** Pay period. */
  readonly of: string;
  readonly floor: Exact;
  readonly calculated: Exact;
}

/** What a cap over all components of a plan removes of one of them. */
export interface PlanCapBasis {
  readonly kind: 'plan-cap' | 'plan-year-cap';
  readonly cap: Exact;
  /** Pay period, or year. */
  readonly of: string;
  /** Of all components of the plan in the period. */
  readonly calculated: Exact;
  readonly paidBefore: Exact;
  /** Of this component, and of all that earn. */
  readonly own: Exact;
  readonly all: Exact;
  /** Where the cap is a share of what is agreed with the participant. */
  readonly agreed: PersonalAmount | null;
}

/** Windows in a row at or above a level, the last of which completes the row. */
export interface StreakBasis {
  readonly kind: 'streak';
  readonly window: Span;
  readonly streak: Streak;
  /** Oldest first. */
  readonly windows: readonly StreakWindow[];
  readonly gates: readonly GateState[];
}
export interface StreakWindow {
  readonly window: Span;
  readonly unit: string;
  readonly measured: Exact;
  /** `null` where amounts are asked for. */
  readonly target: WindowTarget | null;
  /** Attainment, or the measured amount. */
  readonly reached: Exact;
  readonly look: LookState | null;
}

/** What objectives are scored, and what that pays. */
export interface ObjectivesBasis {
  readonly kind: 'objectives';
  readonly window: Span;
  readonly scores: readonly Scored[];
  readonly weighted: Exact;
  readonly curve: Curve | null;
  /** The band that the score is in, or a gap between bands, where a table is read at it. */
  readonly band: Section | null;
  /** Of the target incentive. */
  readonly share: Exact;
  /** Of the bands that are reached. */
  readonly lumps: Exact;
  readonly incentive: Exact;
  readonly personal: PersonalAmount | null;
  /** Share of the window that counts, where the plan prorates. */
  readonly present: Exact | null;
  readonly gates: readonly GateState[];
}
export interface Scored {
  readonly objective: string;
  readonly title: string | null;
  readonly weight: Exact;
  readonly score: Exact;
  /** `null` where it is not scored, and that counts as 0. */
  readonly granted: Granted<'score'> | null;
}

/** The ranking of those who took part in a contest. */
export interface ContestBasis {
  readonly kind: 'contest';
  readonly window: Span;
  readonly contest: Contest;
  /** Whose line it is. */
  readonly own: string;
  readonly entrants: readonly Entrant[];
  /** From the best to the last. */
  readonly ranked: readonly Placed[];
  /** What prizes are shares of, where they are and one is won. */
  readonly incentive: { readonly value: Exact; readonly personal: PersonalAmount | null } | null;
}
export interface Entrant extends Score {
  readonly unit: string;
  readonly measured: Exact;
  /** `null` where amounts are ranked, or nothing was measured. */
  readonly target: WindowTarget | null;
  readonly gates: readonly GateState[];
  readonly look: LookState | null;
}

/** What a cap over all recipients of a deal removed of one of them. */
export interface GroupCapBasis {
  readonly kind: 'group-cap';
  /** Of what is earned on the deal, so that caps of windows know what is left. */
  readonly context: Context;
  /** Deal key. */
  readonly deal: string;
  readonly most: Exact;
  readonly own: GroupShare;
  /** All of those who earn on the deal up to the period. */
  readonly shares: readonly GroupShare[];
  /** What was removed up to the period before: 0 or less. */
  readonly before: Exact;
}
export interface GroupShare {
  readonly participant: string;
  readonly component: string;
  /** On the deal, up to the end of the period. */
  readonly earned: Exact;
  readonly kept: Exact;
  readonly postedEarned: Exact;
  readonly postedKept: Exact;
}

/** What a budget over all people left unpaid in a period, or pays at the end of its window. */
export interface BudgetBasis {
  readonly kind: 'budget';
  /** Of the budget. */
  readonly window: Span;
  readonly budget: Budget;
  /** The participant's, in the period. */
  readonly calculated: Exact;
  readonly paid: Exact;
  /** Everybody's, before the period. */
  readonly spentBefore: Exact;
  readonly own: readonly PaidEntry[];
  /** Where the whole window is paid at its end. */
  readonly due: PaidEntry | null;
  readonly waits: boolean;
}

/** What a plan that comes in step by step pays beside its components. */
export interface PhaseInBasis {
  readonly kind: 'phase-in';
  /** The old plan. */
  readonly plan: string;
  readonly as: 'floor' | 'blend';
  readonly share: Exact;
  /** What the old plan would have paid in the period, and what is paid. */
  readonly old: Exact;
  readonly now: Exact;
}

/** What is lost by leaving, or by being away. */
export interface ForfeitedBasis {
  readonly kind: 'forfeited';
  /** A deal that closed after the end; the period that the end cuts; a deal that closed during a leave; what the end finds not released. */
  readonly why: 'pipeline' | 'partial' | 'leave' | 'held';
  /** The last day's day after; the period or window; the leave. */
  readonly of: string;
  readonly earned: Exact;
  /** The part that is kept. */
  readonly share: Exact;
  /** Of a deal that closed after the end or during a leave, so that caps of windows know what is left. */
  readonly context?: Context;
  /** What of a deal was lost before the line, and is after it; posted as the difference of the two, rounded. */
  readonly lost?: { readonly before: Exact; readonly now: Exact };
  /** Whether it is lost no more because something of the deal came back, where that goes at another rate. */
  readonly isBack?: boolean;
}

/** What is held of a deal that is a windfall. */
export interface WindfallBasis {
  readonly kind: 'windfall';
  /** Why it is one, in words. */
  readonly flags: readonly string[];
  readonly earned: Exact;
  /** What the component pays in the period without it. */
  readonly left: Exact;
}

/** What is paid of a windfall by decision. */
export interface WindfallPaidBasis {
  readonly kind: 'windfall-paid';
  readonly decision: Granted<'windfall'>;
  readonly held: Exact;
  /** Pay periods since the first one that is paid in, this one too. */
  readonly number: number;
  /** Up to the end of the period, and before it. */
  readonly due: Exact;
  readonly paid: Exact;
}

/** What the rate of payment makes of deals that were booked at another one. */
export interface ExchangeDifferenceBasis {
  readonly kind: 'exchange-difference';
  readonly rate: AppliedRate;
  readonly parts: readonly { readonly deal: string; readonly booked: Exact; readonly paid: Exact }[];
}

/** What is taken back of what a deal earned, where it comes back. */
export interface ReturnedBasis {
  readonly kind: 'returned';
  /** Deal key. */
  readonly deal: string;
  /** Taken back of the deal before the line, and after it; posted as the difference of the two, rounded. */
  readonly before: Exact;
  readonly taken: Exact;
  /** By the deal, up to now. */
  readonly earned: Exact;
  /** The part that has come back. */
  readonly share: Exact;
  readonly returns: readonly Return[];
}

/** What other deals of a window lose because what came back is no longer measured in it. */
export interface ReturnedCreditBasis {
  readonly kind: 'returned-credit';
  readonly credit: Credited;
  readonly rated: Rated;
}

/** What may not be paid yet of what a deal earned, or may be paid now. */
export interface ReleaseBasis {
  readonly kind: 'held' | 'released';
  /** Deal key. */
  readonly deal: string;
  /** Held of the deal before the line, and after it; posted as the difference of the two, rounded. */
  readonly before: Exact;
  readonly held: Exact;
  /** By the deal, up to now. */
  readonly earned: Exact;
  /** What came back of it, where that is taken from what is held first; otherwise `null`. */
  readonly back: Exact | null;
  readonly parts: readonly PartReleased[];
  /** Whether it falls away because something of the deal came back, where that goes at another rate. */
  readonly isBack?: boolean;
}
export interface PartReleased {
  readonly part: ReleasePart;
  readonly share: Exact;
  /** From 0 to 1. */
  readonly reached: Exact;
  /** Since when; `null`: not yet. */
  readonly on: string | null;
  readonly events: readonly string[];
}

/** Where a line's amount belongs, for caps of windows: the terms of the window that it was rated in. */
export function contextOfLine({ basis }: Calculated): Context | null {
  switch (basis.kind) {
    case 'deal':
    case 'period':
    case 'returned-credit':
      return basis.rated.context;
    case 'true-up':
      return basis.now;
    case 'group-cap':
      return basis.context;
    case 'forfeited':
      return basis.context ?? null;
    default:
      return null;
  }
}

/** Whether a line takes off what is lost: caps, floors and leaving go by the terms of what is earned. */
export function isLost({ basis }: Calculated): boolean {
  return basis.kind === 'forfeited';
}

/** The deal that a line is about: its own, or that of which a line of several takes something. */
export function dealAbout({ basis, deal }: Calculated): string | null {
  return deal ?? ('deal' in basis && typeof basis.deal === 'string' ? basis.deal : null);
}
