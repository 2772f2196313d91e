import type { Band, Component, Gate, Look, MeasuredMultiplier } from '@ledger/events';
import fc from 'fast-check';
import { BOUNDS, gatesFor, isCounted, mostly, orElse, partOf, THRESHOLDS } from './draw-plan.ts';

/** Draws what components look at beside what they themselves measure in their window: for gates, bands, columns and factors. */

const lookSketch = fc.record({
  measures: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<string[]>(['bookings'], ['units'], ['software'], ['logos']) },
    { weight: 2, arbitrary: fc.constant<string[]>(['own']) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<string[]>(
        ['bookings', 'software'],
        ['units', 'logos'],
        ['own', 'bookings'],
        ['logos', 'own'],
      ),
    },
  ),
  window: fc.oneof(
    { weight: 4, arbitrary: fc.constant('own' as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom<Component['window']>('year', 'quarter', 'half', 'month', 'half-month', { rolling: 2 }),
    },
    { weight: 1, arbitrary: fc.constant({ from: '2026-01-15', to: '2026-03-20' }) },
  ),
  against: mostly<Look['against']>(4, 'quota', 'quota-to-date', 'amount'),
  /** Added up, where there are several; over another one, where it is one. */
  combined: fc.boolean(),
  /** Whether it is at the other component of the plan, where there is one. */
  other: mostly(5, false, true),
});
export type LookSketch = typeof lookSketch extends fc.Arbitrary<infer S> ? S : never;

export interface Other {
  readonly id: string;
  readonly measure: string;
}

/** `other`: the other component of the plan, where there is one. */
export function lookOf(component: Component, sketch: LookSketch, other: Other | null): Look {
  const own = ownLook(component, sketch);
  if (!sketch.other || other === null) return own;
  const isScore = own.measures.length > 1 && own.combine === undefined;
  return isScore
    ? { ...own, measures: own.measures.map((each, at) => (at === 1 ? besideOf(each, other) : each)) }
    : lookAt(own, other);
}

/** The other component in the place of one of the metrics of a score. */
function besideOf({ weight }: Look['measures'][number], { id, measure }: Other): Look['measures'][number] {
  return { measure, weight, component: id };
}

function lookAt({ window, against }: Look, { id, measure }: Other): Look {
  return { measures: [{ measure, weight: '100%', component: id }], window, against };
}

function ownLook({ measure, window: own }: Component, sketch: LookSketch): Look {
  const names = [...new Set(sketch.measures.map((each) => (each === 'own' ? measure : each)))];
  const alike = new Set(names.map(isCounted)).size === 1;
  const isSum = names.length > 1 && alike && (sketch.combined || sketch.against === 'amount');
  // An amount is of one unit.
  const measures = sketch.against === 'amount' && !isSum ? names.slice(0, 1) : names;
  const [only, ...others] = measures;
  const isRatio = sketch.combined && sketch.against === 'quota' && others.length === 0 && only !== undefined;
  const weights = isSum || measures.length === 1 ? ['100%', '100%'] : ['60%', '40%'];
  return {
    measures: measures.map((each, at) => ({ measure: each, weight: weights[at] ?? '0%' })),
    window: sketch.window === 'own' ? (own === 'deal' ? 'quarter' : own) : sketch.window,
    against: sketch.against,
    ...(isSum ? { combine: 'sum' as const } : {}),
    ...(isRatio ? { over: wholeOf(only) } : {}),
  };
}

/** Another metric of the same unit, that a share is taken of. */
function wholeOf(metric: string): string {
  if (isCounted(metric)) return metric === 'units' ? 'logos' : 'units';
  return metric === 'bookings' ? 'software' : 'bookings';
}

/** What a look's bounds are written in. */
export function scaleOf({ against, measures }: Look): keyof typeof BOUNDS {
  if (against !== 'amount') return 'attainment';
  return isCounted(measures[0]?.measure ?? '') ? 'number' : 'money';
}

const gateSketch = fc.record({
  look: lookSketch,
  atLeast: mostly(3, 0, 1, 2, 3),
  opens: mostly<Gate['opens']>(5, 'latch', 're-evaluate'),
});

/** What a gate may look at beside base stories: a sum, what of a quota is over, another component. */
export const gateTerms = fc.record({
  sketch: gateSketch,
  guardsBands: fc.boolean(),
  /** Whether it is enough beside the gates that the component has. */
  either: mostly(3, true, false),
});
export type GateTerms = typeof gateTerms extends fc.Arbitrary<infer S> ? S : never;

/** One more gate; `at` tells it from those before. */
export function withGate(component: Component, terms: GateTerms, other: Other | null, at: number): Component {
  const { sketch, guardsBands, either } = terms;
  const look = lookOf(component, sketch.look, other);
  const name = `looks-${at}`;
  const isTable = ['marginal', 'retroactive'].includes(component.read) && component.table.length > 1;
  const byDeal = component.tierOf !== undefined && 'deal' in component.tierOf;
  const canBar = guardsBands && isTable && !byDeal;
  const gate: Gate = {
    ...look,
    name,
    atLeast: THRESHOLDS[scaleOf(look)][sketch.atLeast] ?? '1',
    opens: sketch.opens,
    pays: 'everything',
    guards: canBar ? 'bands' : 'component',
  };
  const table = component.table.map((band, row) => (canBar && row === 1 ? { ...band, gate: name } : band));
  const named = gatesFor(table, component.gates);
  const gates = [...named, either ? orElse(gate, named.at(-1)) : gate];
  const ofKnown = (bands: Component['table']) => bands.map((band) => known(band, gates));
  const products = component.products?.map((each) => ({ ...each, table: ofKnown(each.table) }));
  return { ...component, gates, table: ofKnown(table), ...(products === undefined ? {} : { products }) };
}

function known(band: Component['table'][number], list: readonly Gate[]): Component['table'][number] {
  return band.gate === null || list.some(({ name }) => name === band.gate) ? band : { ...band, gate: null };
}

const factorSketch = fc.record({
  look: lookSketch,
  steps: fc.array(fc.constantFrom('0.9', '1.1', '1.25', '0', '2', '1'), { minLength: 1, maxLength: 3 }),
  firstAt: fc.constantFrom(0, 1, 2),
  between: fc.constantFrom<MeasuredMultiplier['between'][]>('steps', 'lines'),
});
export const factors = fc.array(factorSketch, { minLength: 1, maxLength: 2 });

export function withFactors(
  component: Component,
  list: readonly (typeof factors extends fc.Arbitrary<(infer S)[]> ? S : never)[],
  other: Other | null,
): Component {
  const measured = list.map(({ look: sketch, steps, firstAt, between }): MeasuredMultiplier => {
    const look = lookOf(component, sketch, other);
    const bounds = BOUNDS[scaleOf(look)].slice(firstAt);
    return { look, steps: steps.map((by, at) => ({ from: bounds[at] ?? '9999', by })), between };
  });
  return { ...component, multiplyEarning: [...component.multiplyEarning, ...measured] };
}

export const looks = lookSketch;

/** The component with bands, or points, where something else picks them. */
export function pickedByLook(component: Component, sketch: LookSketch, other: Other | null): Component {
  const look = lookOf(component, sketch, other);
  const scale = scaleOf(look);
  const isCurve = component.read === 'curve';
  const open = { ...component, gates: component.gates.map((gate) => ({ ...gate, pays: 'everything' as const })) };
  const { prorate: _, withoutQuota: __, ...plain } = open;
  return {
    ...plain,
    tierBy: scale === 'attainment' ? 'attainment' : 'amount',
    tierOf: { look },
    read: isCurve ? 'curve' : 'retroactive',
    rateAt: 'after',
    curve: component.curve.flatMap((point) => {
      const at = rescaled(component, point.at, scale);
      return at === undefined ? [] : [{ ...point, at }];
    }),
    table: inParts(
      component.table.flatMap((band): Band[] => {
        const from = rescaled(component, band.from, scale);
        if (from === undefined) return [];
        const to = band.to === null ? null : (rescaled(component, band.to, scale) ?? null);
        return [{ ...band, from, to, pays: rateOf(component, band), applies: 'retroactive' }];
      }),
    ),
  };
}

/** Parts that bring a lump, in the unit of the bounds as they are now. */
function inParts(table: readonly Band[]): Band[] {
  return table.map((band, at) =>
    band.forEach === undefined ? band : { ...band, forEach: partOf(band.from, band.to ?? table[at + 1]?.from, 0) },
  );
}

/** Bands that only pay money for themselves get a rate. */
export function rateOf({ paysOn, measure }: Component, { pays }: Band): NonNullable<Band['pays']> {
  if (pays !== null && pays.by !== 'amount') return pays;
  return isCounted(paysOn ?? measure) ? { by: 'unit', money: '20' } : { by: 'share', share: '6%' };
}

/** A bound at the same place of another scale; none where that is shorter. */
function rescaled({ tierBy, measure }: Component, bound: string, to: keyof typeof BOUNDS): string | undefined {
  const from: readonly string[] =
    BOUNDS[tierBy === 'attainment' ? 'attainment' : isCounted(measure) ? 'number' : 'money'];
  return BOUNDS[to][from.indexOf(bound)];
}
