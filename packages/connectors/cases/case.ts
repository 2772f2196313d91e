import type { DealSnapshot, EventData } from '@ledger/events';
import type { Actor } from '@ledger/kernel';
import type { CalendarDefinition, Definition } from '../definitions/index.ts';

/** A worked case with everything said: what a file leaves out is filled in here, so that who runs it decides nothing. */
export interface Case {
  readonly title: string;
  readonly source: string | null;
  readonly file: string;
  /** Where the case begins in its file, from 1. */
  readonly line: number;
  readonly column: number;
  /** Day before the first step, on which the calendar, implicit people and periods are recorded. */
  readonly start: string;
  readonly calendar: CalendarDefinition;
  /** Who is named and not defined, and `bookings` where it is used and not defined. */
  readonly implicit: readonly Definition[];
  /** Pay periods to open. */
  readonly periods: readonly string[];
  readonly steps: readonly Step[];
  readonly expectations: readonly Expectation[];
}

/** Where something stands, for whoever reads the file again. */
export interface Placed {
  readonly line: number;
  /** `deal D-1`, `statement of ada for 2026-Q1`. */
  readonly says: string;
}

export interface Step extends Placed {
  readonly on: string;
  /** Code that the step must be refused with. */
  readonly refused: string | null;
  readonly by: Actor;
  readonly action: Action;
}

/** What is asked for is decided by `approver` at once; `null` leaves it waiting. */
interface Asked {
  readonly approver: Actor | null;
}
interface Exception extends Asked {
  readonly reason: string;
  readonly evidence: readonly string[];
}
interface Ends {
  readonly expiresOn: string | null;
}
interface Shares {
  readonly shares: readonly { readonly participant: string; readonly share: string }[];
}
interface Deal {
  readonly source: string;
  readonly deal: string;
}
interface Plans {
  readonly plans: readonly { readonly participant: string; readonly plan: string }[];
  readonly from: string;
  readonly reason: string;
}
export interface RequestWords {
  /** As it was written: `split D-1` or the request's full name. */
  readonly request: string;
  /** For `split D-1`: the kind and what the name goes on with. */
  readonly kind: string | null;
  readonly about: string;
}

export type Action =
  | (Asked & { readonly do: 'define'; readonly documents: readonly Definition[] })
  | (Plans & { readonly do: 'assign'; readonly to: string | null })
  | (Plans & { readonly do: 'unassign' })
  | {
      readonly do: 'deal';
      readonly snapshot: DealSnapshot;
      readonly status: 'closed' | 'cancelled';
      readonly cancelledOn: string | null;
    }
  | (Deal & {
      readonly do: 'cancel';
      readonly cancelledOn: string;
      readonly reason: string;
      /** It was recorded for that day and is not so. */
      readonly isWithdrawn: boolean;
    })
  | (Deal & {
      readonly do: 'milestone';
      readonly milestone: string;
      readonly reachedOn: string;
      readonly amount: string | null;
      /** Why what was recorded of that day is not so. */
      readonly withdrawn: string | null;
    })
  | (Deal & Exception & Ends & Shares & { readonly do: 'split' })
  | (Exception &
      Ends & {
        readonly do: 'relief';
        readonly participant: string;
        readonly metric: string;
        readonly year: number;
        readonly kind: EventData<'QuotaReliefRequested'>['kind'];
        readonly from: string;
        readonly to: string;
        readonly basis: EventData<'QuotaReliefRequested'>['basis'];
      })
  | (RequestWords & { readonly do: 'approve' })
  | (RequestWords & { readonly do: 'decline' | 'revoke'; readonly reason: string })
  | {
      readonly do: 'leave';
      readonly participant: string;
      readonly from: string;
      readonly to: string;
      readonly kind: string;
      readonly reason: string;
    }
  | (EventData<'ParticipantOffboarded'> & { readonly do: 'offboard' })
  | {
      readonly do: 'report';
      readonly lines: readonly { readonly participant: string; readonly manager: string }[];
      readonly from: string;
      readonly reason: string;
    }
  | (Omit<Exception, 'approver'> & {
      readonly do: 'reopen';
      readonly period: string;
      readonly approvers: readonly Actor[];
    })
  | (Exception & { readonly do: 'freeze'; readonly period: string; readonly despite: string | undefined });

/** Exact, or to the decimals that were written. */
export interface ExpectedNumber {
  /** As it was written. */
  readonly text: string;
  /** Decimals to round to before comparing, of the percentage where it is one; `null`: exact. */
  readonly decimals: number | null;
  readonly percent: boolean;
  /** Exact number or fraction, without the percent sign. */
  readonly value: string;
}

export interface ExpectedLine {
  readonly component: string | null;
  /** Deal key; `none`: of no single deal. */
  readonly deal: string | null;
  readonly kind: 'earning' | 'correction' | 'settlement' | null;
  readonly of: string | null;
  readonly step: string | null;
  readonly amount: ExpectedNumber | null;
  readonly exact: ExpectedNumber | null;
  readonly through: readonly string[];
}

/** What is held, and what is released, in a period. */
export interface ExpectedRelease {
  readonly component: string | null;
  /** Deal key. */
  readonly deal: string | null;
  readonly earned: ExpectedNumber | null;
  readonly held: ExpectedNumber | null;
  readonly released: ExpectedNumber | null;
  readonly eligible: ExpectedNumber | null;
}

interface OfPeriod extends Placed {
  readonly participant: string;
  readonly period: string;
  /** A day, meaning its end, or an instant; `null`: the end of the case. */
  readonly asOf: string | null;
}

export type Expectation =
  | (OfPeriod & {
      readonly of: 'statement';
      readonly total: ExpectedNumber | null;
      readonly components: readonly { readonly component: string; readonly amount: ExpectedNumber }[];
      readonly lines: readonly ExpectedLine[];
      /** Closing balances, by kind and, where one is meant, name. */
      readonly balances: readonly { readonly name: string; readonly amount: ExpectedNumber }[];
      readonly release: readonly ExpectedRelease[];
      readonly lineCount: number | null;
      readonly state: 'open' | 'frozen' | null;
      readonly currency: string | null;
      readonly refused: string | null;
    })
  | (OfPeriod & {
      readonly of: 'attainment';
      readonly metric: string | null;
      readonly component: string | null;
      readonly window: string | null;
      /** `none`: there is no quota. */
      readonly is: ExpectedNumber | 'none' | null;
      readonly credited: ExpectedNumber | null;
      readonly quota: ExpectedNumber | null;
      readonly refused: string | null;
    })
  | (OfPeriod & {
      readonly of: 'corrections';
      readonly earlier: string | null;
      readonly component: string | null;
      readonly amount: ExpectedNumber;
      readonly through: readonly string[];
    })
  | (OfPeriod & { readonly of: 'trace'; readonly expected: ExpectedLine })
  | (Placed & {
      readonly of: 'credits';
      readonly deal: string;
      readonly shares: readonly { readonly participant: string; readonly share: ExpectedNumber }[];
      readonly rules: readonly { readonly participant: string; readonly rule: string }[];
      readonly asOf: string | null;
    });
