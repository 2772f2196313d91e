import { cmp, type Exact, ONE, toText } from '@ledger/money';
import { scaled, withClosed } from './bands.ts';
import type { Book } from './book.ts';
import { type CompiledComponent, isAgainstTarget } from './compile.ts';
import { type GateState, gateOn } from './gate.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { LookState } from './look.ts';
import { type AppliedFactor, type LooksOn, looksOn } from './looks-on.ts';
import type { Measures } from './measured.ts';
import type { Span } from './periods.ts';
import type { Rating } from './rate.ts';
import { targetOf, type WindowTarget, withoutValue } from './target.ts';
import { ratingsOf } from './through-columns.ts';

/** Under what a component's credits in a window are rated, as of a date: target, gates, table. */
export interface Context {
  readonly inForce: ComponentInForce;
  readonly window: Span;
  /** Of the window within its component, as lines are named. */
  readonly name: string;
  readonly unit: string;
  /** `null` where there is none, and none is needed. */
  readonly target: WindowTarget | null;
  readonly gates: readonly GateState[];
  /** Whether every gate that guards the component is open. */
  readonly isOpen: boolean;
  readonly rating: Rating;
  /** What was looked at to pick a band or a column, and to find factors. */
  readonly looks: readonly LookState[];
  /** Factors on what deals earn by what is measured elsewhere. */
  readonly factors: readonly AppliedFactor[];
}

/** Contexts of one window; those that rate alike share one rating, so that a walk can go on. */
export interface Contexts {
  on(inForce: ComponentInForce, date: string): Context | Obstacle;
}

export function contextsOf(book: Book, measures: Measures, of: Pick<Context, 'window' | 'name' | 'unit'>): Contexts {
  const { window, unit } = of;
  const ratings = new Map<CompiledComponent, Map<string, Rating>>();
  return {
    on: (inForce, date) => {
      const { component } = inForce;
      const target = targetFor(book, measures, inForce, window, date, unit);
      if (target !== null && 'code' in target) return target;
      const gates: GateState[] = [];
      for (const gate of component.gates) {
        const state = gateOn({ book, inForce, unit, measures }, gate, date);
        if ('code' in state) return state;
        gates.push(state);
      }
      const looked = looksOn({ book, inForce, unit, measures }, date);
      if ('code' in looked) return looked;
      const { looks, factors } = looked;
      const guarding = gates.filter(({ gate }) => gate.document.guards === 'component');
      const isOpen = guarding.every(({ open }) => open);
      return {
        inForce,
        ...of,
        target,
        gates,
        isOpen,
        rating: ratingFor(component, target, gates, looked),
        looks,
        factors,
      };
    },
  };

  function ratingFor(
    component: CompiledComponent,
    target: WindowTarget | null,
    gates: readonly GateState[],
    { place, column }: LooksOn,
  ): Rating {
    const isScaled = isAgainstTarget(component.document) && target !== null;
    const closed = gates.flatMap(({ gate, open }) =>
      gate.document.guards === 'bands' && !open ? [gate.document.name] : [],
    );
    const threshold = thresholdOf(gates);
    let known = ratings.get(component);
    if (known === undefined) {
      known = new Map();
      ratings.set(component, known);
    }
    const key = `${isScaled ? toText(target.value) : ''}|${threshold === null ? '' : toText(threshold)}|${closed.join()}|${column ?? ''}|${place === null ? '' : toText(place)}`;
    let rating = known.get(key);
    if (rating === undefined) {
      rating = ratingOf(component, isScaled ? target.value : null, new Set(closed), { threshold, place, column });
      known.set(key, rating);
    }
    return rating;
  }
}

/** The target, or why there is none where the bands need one: attainment is undefined without it (mechanics §1). */
function targetFor(
  book: Book,
  measures: Measures,
  inForce: ComponentInForce,
  window: Span,
  date: string,
  unit: string,
): WindowTarget | Obstacle | null {
  const { document } = inForce.component;
  const { measure } = document;
  const target = targetOf(book, inForce, window, date, unit, measures);
  const obstacle = 'code' in target ? target : withoutValue(target, measure, window);
  if (obstacle === null) return target;
  return isAgainstTarget(document) ? obstacle : null;
}

/** The highest threshold of the gates that pay the excess only. */
function thresholdOf(gates: readonly GateState[]): Exact | null {
  let highest: Exact | null = null;
  for (const { open, threshold } of gates) {
    if (open && threshold !== null && (highest === null || cmp(threshold, highest) > 0)) highest = threshold;
  }
  return highest;
}

function ratingOf(
  component: CompiledComponent,
  target: Exact | null,
  closed: ReadonlySet<string>,
  { threshold, place, column }: Pick<Rating, 'threshold' | 'place'> & Pick<LooksOn, 'column'>,
): Rating {
  const { read, rateAt } = component.document;
  const { columns } = component;
  const open = column === null ? component.table : (columns?.tables[column] ?? component.table);
  const table = closed.size === 0 ? open : withClosed(open, closed);
  const rating: Rating = {
    read: read === 'curve' || read === 'whole-deal' ? read : 'table',
    table: target === null || component.curve !== null ? table : scaled(table, target),
    curve: component.curve,
    whole: target ?? ONE,
    rateAt,
    threshold,
    place,
    columns: null,
  };
  if (columns === null || columns.partsOf === null) return rating;
  return { ...rating, columns: ratingsOf(columns, rating, target, closed) };
}
