import type { Exact } from '@ledger/money';
import { columnAt } from './columns.ts';
import type { Obstacle } from './in-force.ts';
import { type LookContext, type LookState, lookOn } from './look.ts';
import { lookInWords } from './looks.ts';
import type { MeasuredFactor } from './measured-factor.ts';
import { percentInWords } from './words.ts';

/** What a component looks at beside its own window, as of a date: for its band, its column, its factors. */
export interface LooksOn {
  readonly looks: readonly LookState[];
  /** Where the table is read; `null`: at what the component measures itself. */
  readonly place: Exact | null;
  /** The column of everything in the window; `null` where there are none, or each deal has its own. */
  readonly column: number | null;
  readonly factors: readonly AppliedFactor[];
}

const NONE: LooksOn = { looks: [], place: null, column: null, factors: [] };

export function looksOn(context: LookContext, on: string): LooksOn | Obstacle {
  const { tierOf, columns, measuredFactors } = context.inForce.component;
  const byLook = columns?.look ?? null;
  if (tierOf === null && byLook === null && measuredFactors.length === 0) return NONE;
  const looks: LookState[] = [];
  let { place, column } = NONE;
  if (tierOf !== null) {
    const state = lookOn(context, tierOf, on);
    if ('code' in state) return state;
    looks.push(state);
    place = state.reached;
  }
  if (columns !== null && byLook !== null) {
    const state = lookOn(context, byLook, on);
    if ('code' in state) return state;
    looks.push(state);
    column = columnAt(columns, state.reached);
  }
  const factors: AppliedFactor[] = [];
  for (const factor of measuredFactors) {
    const state = lookOn(context, factor.look, on);
    if ('code' in state) return state;
    looks.push(state);
    factors.push(appliedFactor(factor, state));
  }
  return { looks, place, column, factors };
}

/** Factors as of a date, as traces tell them. */
export interface AppliedFactor {
  readonly when: string;
  readonly by: Exact;
}

function appliedFactor({ by }: MeasuredFactor, { look, reached, window }: LookState): AppliedFactor {
  const value = look.document.against === 'amount' ? 'the amount' : percentInWords(reached);
  return { when: `${lookInWords(look)}: ${value} in ${window?.id ?? 'a window that has not begun'}`, by: by(reached) };
}
