import type { Band, Caps, Component, CurvePoint, Gate, MetricDocument, Multiplier } from '@ledger/events';
import fc from 'fast-check';
import { CONDITIONS, LINE_AMOUNTS, LINE_CONDITIONS, MONEY_AMOUNTS, NUMBER_AMOUNTS } from './formulas.ts';

/** Draws the terms of components, each of which a plan may say: what the check of plans refuses is not drawn. */

/** The first value in most cases, and what a failing case shrinks to. */
export function mostly<T>(weight: number, usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constant(usual) },
    { weight: 10 - weight, arbitrary: fc.constantFrom(usual, ...others) },
  );
}

function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

export const METRICS = ['bookings', 'software', 'units', 'logos'] as const;
type Metric = (typeof METRICS)[number];
export const isCounted = (metric: string): boolean => metric === 'units' || metric === 'logos';

/** A definition of a metric; its unit is part of its name, so that plans may rely on it. */
export function metricDocument(metric: Metric): fc.Arbitrary<MetricDocument> {
  const unit = isCounted(metric) ? 'number' : 'money';
  const of = metric === 'software' ? 'line' : 'deal';
  const [counts, amounts] =
    of === 'line'
      ? [Object.keys(LINE_CONDITIONS), Object.keys(LINE_AMOUNTS)]
      : [Object.keys(CONDITIONS), Object.keys(unit === 'money' ? MONEY_AMOUNTS : NUMBER_AMOUNTS)];
  return fc
    .record({ counts: mostly(of === 'line' ? 0 : 7, ...firstOf(counts)), amount: mostly(6, ...firstOf(amounts)) })
    .map((terms) => ({ metric, title: metric, unit, of, ...terms }));
}

function firstOf(list: readonly string[]): [string, ...string[]] {
  const [first = '', ...rest] = list;
  return [first, ...rest];
}

const conditions = Object.keys(CONDITIONS);

const multipliers: fc.Arbitrary<Multiplier[]> = fc.oneof(
  { weight: 7, arbitrary: fc.constant<Multiplier[]>([]) },
  {
    weight: 3,
    arbitrary: fc.array<Multiplier>(
      fc.record({ when: fc.constantFrom(...conditions), by: fc.constantFrom('1.5', '2', '0.9', '0', '1.05') }),
      { minLength: 1, maxLength: 2 },
    ),
  },
);

export const BOUNDS = {
  attainment: ['0%', '25%', '50%', '80%', '100%', '120%', '150%'],
  money: ['0', '500', '1000', '1500', '2500', '4000'],
  number: ['0', '1', '2', '3', '5', '8'],
} as const;
export const THRESHOLDS = {
  attainment: ['10%', '25%', '50%', '80%'],
  money: ['250', '500', '1000', '1500'],
  number: ['1', '2', '3', '5'],
} as const;
export const SHARES = ['10%', '15%', '3%', '0%', '7.5%', '20%', '6.6667%', '0.085'];
export const MONEY = ['50.00', '10', '12.345', '100', '0'];

const windows: fc.Arbitrary<Component['window']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('quarter' as const) },
  { weight: 6, arbitrary: fc.constantFrom('month', 'half-month', 'half', 'year', 'deal') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { from: '2026-01-01', to: '2026-04-01' },
      { from: '2026-01-20', to: '2026-05-10' },
      { from: '2026-02-01', to: '2026-03-01' },
      { from: '2025-12-15', to: '2026-02-15' },
      { from: '2025-11-01', to: '2027-01-01' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Component['window'][]>(
      { every: [{ count: 3, unit: 'months' }], from: '2025-02-01' },
      { every: [{ count: 12, unit: 'months' }], from: '2026-02-01' },
      { every: [{ count: 1, unit: 'months' }], from: '2025-12-20' },
      { every: [4, 4, 5].map((count) => ({ count, unit: 'weeks' as const })), from: '2025-11-02' },
      { every: [{ count: 1, unit: 'weeks' }], from: '2026-01-05' },
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom({ rolling: 3 }, { rolling: 1 }, { rolling: 2 }, { rolling: 6 }) },
);

/** Of a window alone, or of several stretches, of which the shortest is mostly the one that counts. */
const caps: fc.Arbitrary<Caps> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      deal: fc.constant(null),
      period: fc.constant(null),
      window: fc.constantFrom('40', '25.5', '90'),
      year: fc.constant(null),
      excess: fc.constant('forfeited' as const),
      above: mostly<Caps['above']>(3, undefined, '50%', '25%'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      deal: mostly(6, null, '60', '150.5'),
      period: mostly(4, '60', '80.25', '30', null),
      window: mostly(6, null, '90', '150.5'),
      year: mostly(6, null, '100', '200'),
      excess: fc.constantFrom('forfeited', 'later'),
      above: mostly<Caps['above']>(5, undefined, '50%', '25%', '0.9'),
    }),
  },
);

interface BandSketch {
  readonly step: number;
  readonly ends: 'next' | 'early' | 'at next';
  readonly pays: 'rate' | 'amount' | 'nothing';
  readonly rate: number;
  readonly money: number;
  readonly lump: string | null;
  readonly turns: boolean;
  readonly gated: boolean;
}

const bandSketch: fc.Arbitrary<BandSketch> = fc.record({
  step: mostly(6, 1, 2),
  ends: mostly(8, 'next', 'early', 'at next'),
  pays: mostly(7, 'rate', 'amount', 'nothing'),
  rate: fc.nat({ max: SHARES.length - 1 }),
  money: fc.nat({ max: MONEY.length - 1 }),
  lump: mostly(8, null, '25.00', '40'),
  turns: mostly(7, false, true),
  gated: fc.boolean(),
});

const gateSketch = fc.record({
  measures: fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>(['own']) },
    { weight: 3, arbitrary: fc.constantFrom<string[]>(['bookings'], ['units'], ['software'], ['logos']) },
    { weight: 2, arbitrary: fc.constantFrom<string[]>(['bookings', 'units'], ['logos', 'own']) },
  ),
  window: fc.oneof(
    { weight: 4, arbitrary: fc.constant('own' as const) },
    {
      weight: 5,
      arbitrary: fc.constantFrom<Component['window']>('year', 'quarter', 'half', 'month', 'half-month', { rolling: 2 }),
    },
    { weight: 1, arbitrary: fc.constant({ from: '2026-01-15', to: '2026-03-20' }) },
  ),
  byAmount: fc.boolean(),
  atLeast: mostly(3, 0, 1, 2, 3),
  opens: mostly<Gate['opens']>(5, 'latch', 're-evaluate'),
  pays: mostly<Gate['pays']>(6, 'everything', 'excess'),
  guards: fc.constantFrom<Gate['guards'][]>('component', 'bands'),
  /** Whether the gate before it is enough, too. */
  either: mostly(6, false, true),
});
type GateSketch = typeof gateSketch extends fc.Arbitrary<infer S> ? S : never;

const componentSketch = fc.record({
  credits: mostly<Component['credits']>(7, 'primary', 'all', 'overlay'),
  when: mostly(7, ...firstOf(conditions)),
  measure: mostly<Metric>(4, ...METRICS),
  paysOn: mostly<Metric | null>(5, null, ...METRICS),
  window: windows,
  target: fc.oneof(
    { weight: 8, arbitrary: fc.constant('quota' as const) },
    { weight: 6, arbitrary: fc.constant('quota-to-date' as const) },
    { weight: 4, arbitrary: fc.constantFrom('previous' as const, 'prior-year' as const) },
    { weight: 3, arbitrary: fc.constantFrom({ amount: '2000' }, { amount: '3' }, { amount: '777.7' }) },
  ),
  tierBy: mostly<Component['tierBy']>(3, 'attainment', 'amount'),
  read: mostly<Component['read']>(2, 'marginal', 'retroactive', 'whole-deal', 'curve'),
  rateAt: fc.constantFrom<Component['rateAt'][]>('after', 'before'),
  each: mostly<Component['each']>(6, 'deal', 'period'),
  bands: fc.array(bandSketch, { minLength: 1, maxLength: 4 }),
  firstAt: mostly(8, 0, 1),
  points: fc.array(fc.record({ step: mostly(5, 1, 0, 2), pays: fc.constantFrom('0%', '50%', '100%', '133%') }), {
    minLength: 1,
    maxLength: 4,
  }),
  incentive: fc.constantFrom(
    { whole: '300.00', toDate: false },
    { whole: null, toDate: false },
    { whole: '300.00', toDate: true },
    { whole: null, toDate: true },
  ),
  atBound: mostly<Component['atBound']>(2, 'upper-band', 'lower-band'),
  multiplyCredit: multipliers,
  multiplyEarning: multipliers,
  gates: fc.oneof(
    { weight: 5, arbitrary: fc.constant<GateSketch[]>([]) },
    { weight: 5, arbitrary: fc.array(gateSketch, { minLength: 1, maxLength: 2 }) },
  ),
  fee: rarely(2, fc.constantFrom({ deal: '5' }, { deal: '12.345' }, { deal: '30' })),
  floor: rarely(2, fc.constantFrom({ deal: '20' }, { deal: '5.5' })),
  cap: rarely(4, caps),
  round: mostly<Component['round']>(6, 'each-line', 'to-date'),
});
type ComponentSketch = typeof componentSketch extends fc.Arbitrary<infer S> ? S : never;

export const component: fc.Arbitrary<Component> = componentSketch.map(componentOf);

/** The component that a sketch comes nearest to among those that may be published. */
function componentOf(sketch: ComponentSketch): Component {
  const { measure, paysOn, window, read, fee, floor } = sketch;
  const isDeal = window === 'deal';
  const each = isDeal ? 'deal' : sketch.each;
  const { target, tierBy } = targetOf(sketch);
  const gates = gatesOf(sketch);
  const isCurve = read === 'curve';
  const table = isCurve ? [] : tableOf(sketch, tierBy, gates);
  const isCount = isCounted(paysOn ?? measure);
  const targetIncentive = isCount ? '300.00' : sketch.incentive.whole;
  return {
    title: 'drawn',
    credits: sketch.credits,
    when: sketch.when,
    measure,
    paysOn,
    window,
    target,
    tierBy,
    read,
    rateAt: read === 'whole-deal' ? sketch.rateAt : 'after',
    each,
    table,
    curve: isCurve ? curveOf(sketch, tierBy) : [],
    targetIncentive: isCurve ? targetIncentive : null,
    ...(isCurve && targetIncentive !== null && sketch.incentive.toDate && !isDeal && !isRolling(window)
      ? { incentive: 'to-date' as const }
      : {}),
    atBound: sketch.atBound,
    multiplyCredit: sketch.multiplyCredit,
    multiplyEarning: each === 'period' ? [] : sketch.multiplyEarning,
    gates: gatesFor(table, gates),
    ...(fee === null || each === 'period' ? {} : { fee }),
    floor: each === 'period' ? null : floor,
    cap: capOf(sketch, each),
    round: sketch.round,
  };
}

function isRolling(window: Component['window']): boolean {
  return typeof window === 'object' && 'rolling' in window;
}

function targetOf({ window, target, tierBy }: ComponentSketch): Pick<Component, 'target' | 'tierBy'> {
  const isGrowth = target === 'prior-year' || target === 'previous';
  const needsAmount = window === 'deal' || (isGrowth && typeof window === 'object' && 'to' in window);
  return { target: needsAmount ? { amount: '1000' } : target, tierBy };
}

function boundsOf({ measure }: ComponentSketch, tierBy: Component['tierBy']): readonly string[] {
  if (tierBy === 'attainment') return BOUNDS.attainment;
  return isCounted(measure) ? BOUNDS.number : BOUNDS.money;
}

function tableOf(sketch: ComponentSketch, tierBy: Component['tierBy'], gates: readonly Gate[]): Band[] {
  const bounds = boundsOf(sketch, tierBy);
  const barring = gates.find(({ guards }) => guards === 'bands')?.name ?? null;
  const bands: Band[] = [];
  let at = sketch.firstAt;
  for (const [index, band] of sketch.bands.entries()) {
    const from = bounds[at];
    if (from === undefined) break;
    const next = index + 1 < sketch.bands.length ? at + (sketch.bands[index + 1]?.step ?? 1) : at + 2;
    const isLast = index + 1 === sketch.bands.length || bounds[next] === undefined;
    bands.push(bandOf(sketch, band, bands, { from, early: bounds[at + 1], next: bounds[next], isLast, barring }));
    at = next;
  }
  return bands;
}

function bandOf(
  { read, paysOn, measure }: ComponentSketch,
  sketch: BandSketch,
  below: readonly Band[],
  place: {
    readonly from: string;
    readonly early: string | undefined;
    readonly next: string | undefined;
    readonly isLast: boolean;
    readonly barring: string | null;
  },
): Band {
  const { from, early, next, isLast, barring } = place;
  const canEnd = early !== undefined;
  const kind = sketch.pays === 'amount' && (read === 'whole-deal' || (isLast && !canEnd)) ? 'rate' : sketch.pays;
  const ends = isLast && kind === 'amount' ? 'early' : sketch.ends;
  const to = ends === 'next' || (ends === 'at next' && isLast) ? null : ends === 'early' ? early : next;
  const usual = read === 'retroactive' ? 'retroactive' : 'marginal';
  const other = usual === 'marginal' ? 'retroactive' : 'marginal';
  const cannotTurn = read === 'whole-deal' || kind !== 'rate';
  const rate: Band['pays'] = isCounted(paysOn ?? measure)
    ? { by: 'unit', money: MONEY[sketch.money] ?? '0' }
    : { by: 'share', share: SHARES[sketch.rate] ?? '0%' };
  const lump = kind === 'nothing' ? '30.00' : sketch.lump;
  const size = lump === null || sketch.money % 2 === 0 ? undefined : partOf(from, to ?? next, sketch.rate % 2);
  return {
    from,
    to: to ?? null,
    pays: kind === 'rate' ? rate : kind === 'amount' ? { by: 'amount', money: MONEY[sketch.money] ?? '0' } : null,
    lump,
    ...(size === undefined ? {} : { forEach: size }),
    applies: cannotTurn ? 'marginal' : sketch.turns ? other : usual,
    gate: below.length > 0 && sketch.gated ? barring : null,
  };
}

/** A part of a band, in the unit of its bounds: one that goes evenly into it or one that does not. */
export function partOf(from: string, to: string | undefined, way: number): string {
  const sign = (to ?? from).endsWith('%') ? '%' : '';
  const size = to === undefined ? 40 : Number.parseFloat(to) - Number.parseFloat(from);
  return `${way === 0 ? size / 4 : size / 3.2}${sign}`;
}

function curveOf(sketch: ComponentSketch, tierBy: Component['tierBy']): CurvePoint[] {
  const bounds = boundsOf(sketch, tierBy);
  let at = sketch.firstAt;
  let jumps = 0;
  const points: CurvePoint[] = [];
  for (const { step, pays } of sketch.points) {
    if (points.length > 0) {
      jumps = step === 0 ? jumps + 1 : 0;
      at += step === 0 && jumps > 1 ? 1 : step;
    }
    const bound = bounds[at];
    if (bound === undefined) break;
    points.push({ at: bound, pays });
  }
  return points;
}

function gatesOf(sketch: ComponentSketch): Gate[] {
  const gates = sketch.gates.map((gate, index) => gateOf(sketch, gate, `gate-${index}`));
  return gates.map((gate, index) => (sketch.gates[index]?.either === true ? orElse(gate, gates[index - 1]) : gate));
}

/** The gate, or the one before it, where both guard the same and let everything through. */
export function orElse(gate: Gate, before: Gate | undefined): Gate {
  const isEither = before !== undefined && before.guards === gate.guards;
  const isWhole = before?.pays === 'everything' && gate.pays === 'everything';
  return isEither && isWhole ? { ...gate, or: before.name } : gate;
}

/** Gates that guard something: the component, bands that name them, or what another one of them guards. */
export function gatesFor(table: readonly Band[], gates: readonly Gate[]): Gate[] {
  const kept: Gate[] = [];
  for (const { or, ...gate } of gates) {
    const isEither = or !== undefined && kept.some(({ name }) => name === or);
    const isNamed = gate.guards === 'component' || table.some((band) => band.gate === gate.name);
    if (isEither || isNamed) kept.push(isEither ? { ...gate, or } : gate);
  }
  return kept;
}

function gateOf({ measure, window: own, read }: ComponentSketch, gate: GateSketch, name: string): Gate {
  // Only what the component itself measures, in its own window, can begin to count at a threshold.
  const isExcess = gate.pays === 'excess' && read !== 'whole-deal' && own !== 'deal';
  const asked = isExcess ? ['own'] : gate.measures;
  const names = [...new Set(asked.map((each) => (each === 'own' ? measure : each)))];
  const window = isExcess || gate.window === 'own' ? (own === 'deal' ? 'quarter' : own) : gate.window;
  const byAmount = names.length === 1 && gate.byAmount;
  const guards = isExcess || read === 'curve' || read === 'whole-deal' ? 'component' : gate.guards;
  const amounts = isCounted(names[0] ?? measure) ? THRESHOLDS.number : THRESHOLDS.money;
  const weights = names.length === 1 ? ['100%'] : ['60%', '40%'];
  return {
    name,
    measures: names.map((each, at) => ({ measure: each, weight: weights[at] ?? '0%' })),
    window,
    against: byAmount ? 'amount' : 'quota',
    atLeast: (byAmount ? amounts[gate.atLeast] : THRESHOLDS.attainment[gate.atLeast]) ?? '1',
    opens: gate.opens,
    pays: isExcess ? 'excess' : 'everything',
    guards,
  };
}

function capOf({ cap, window }: ComponentSketch, each: Component['each']): Caps | null {
  if (cap === null) return null;
  const hasWindow = typeof window === 'string' ? window !== 'deal' : 'from' in window;
  return lawfulCap({ ...cap, deal: each === 'period' ? null : cap.deal, window: hasWindow ? cap.window : null });
}

/** A cap that caps something; what exceeds it is offered again, or paid in part at once, only where it may be. */
export function lawfulCap({ above, ...cap }: Caps): Caps | null {
  const { deal, period, window, year, personal } = cap;
  const isLong = (period ?? window ?? year) !== null || personal !== undefined;
  if (deal === null && !isLong) return null;
  const excess = period === null && personal?.period === undefined ? 'forfeited' : cap.excess;
  return { ...cap, excess, ...(above === undefined || !isLong || excess === 'later' ? {} : { above }) };
}
