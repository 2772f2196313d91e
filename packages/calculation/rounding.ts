import { add, type Exact, exact, MoneyError, type RoundingMode, round, sub, ZERO } from '@ledger/money';
import type { Calculated } from './line.ts';
import { postedText } from './words.ts';

/** How a line was rounded. */
export interface RoundingBasis {
  /** Exact sum of the lines of the year before it, and what was posted for them; `null` where each line is rounded by itself. */
  readonly toDate: { readonly before: Exact; readonly posted: Exact } | null;
  readonly mode: RoundingMode;
  /** What is posted because one amount is divided among several. */
  readonly divided?: Exact;
}

interface Rounded {
  readonly amount: string;
  readonly basis: RoundingBasis;
}

/** Rounds the lines of one component in their order; `undefined` for an amount that is too large to be posted (mechanics §16). */
export interface Rounding {
  next(line: Calculated, paid: { readonly exact: Exact; readonly currency: string }): Rounded | undefined;
  /** How far it is: one and the same as long as nothing else is added up. */
  at(): RoundedUpTo;
  /** Goes on from where another one, or this one, was. */
  goOn(from: RoundedUpTo): void;
}

/** What the lines of a year so far come to, and what was posted for them. */
export interface RoundedUpTo {
  readonly year: string;
  readonly sum: Exact;
  readonly posted: Exact;
}
const NOTHING_YET: RoundedUpTo = { year: '', sum: ZERO, posted: ZERO };

const EACH_LINE: Readonly<Record<RoundingMode, RoundingBasis>> = {
  'half-up': { toDate: null, mode: 'half-up' },
  'half-even': { toDate: null, mode: 'half-even' },
};

/**
 * What moves in time is the difference of two amounts of its own, whatever was rounded before. So what is lost with what was held comes
 * to nothing beside the line that holds it no longer.
 */
const MOVES_IN_TIME: ReadonlySet<Calculated['basis']['kind']> = new Set(['returned', 'held', 'released']);

function isByItself(basis: Calculated['basis']): boolean {
  return MOVES_IN_TIME.has(basis.kind) || (basis.kind === 'forfeited' && basis.why === 'held');
}

/** Begun anew with each calendar year, so that what is rounded to date never drifts by more than one minor unit. */
export function rounding(): Rounding {
  let upTo = NOTHING_YET;
  return {
    at: () => upTo,
    goOn: (from) => {
      upTo = from;
    },
    next: ({ inForce, period, basis: of, posted: divided }, { exact: value, currency }) => {
      const { rounding: mode, currency: calculatedIn } = inForce.planVersion.document;
      // Cents of the plan's currency; who is paid in another one gets what they are worth.
      if (divided !== undefined && currency === calculatedIn) {
        return { amount: postedText(divided, currency), basis: { toDate: null, mode, divided } };
      }
      if (inForce.component.document.round === 'each-line' || isByItself(of)) {
        const amount = rounded(value, currency, mode);
        return amount === undefined ? undefined : { amount, basis: EACH_LINE[mode] };
      }
      const year = period.slice(0, 4);
      const { sum, posted } = upTo.year === year ? upTo : NOTHING_YET;
      const basis = { toDate: { before: sum, posted }, mode };
      const now = add(sum, value);
      const balance = rounded(now, currency, mode);
      if (balance === undefined) return undefined;
      upTo = { year, sum: now, posted: exact(balance) };
      return { amount: postedText(sub(upTo.posted, posted), currency), basis };
    },
  };
}

function rounded(value: Exact, currency: string, mode: RoundingMode): string | undefined {
  try {
    return round(value, currency, mode).amount;
  } catch (error) {
    if (error instanceof MoneyError) return undefined;
    throw error;
  }
}
