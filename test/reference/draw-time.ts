import type { Component, LeavingRule, OnLeaving, PhaseIn, ReleasePart, ReturnRule, TimeSpan } from '@ledger/events';
import fc from 'fast-check';
import { lawfulCap, mostly } from './draw-plan.ts';
import { type DefinitionChange, day, type Story, story } from './draw-story.ts';
import { over, ratio, read, write } from './ratio.ts';

/** Draws stories of what moves money in time. What happens is that of a base story of fewer deals. */

export function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

/** Without what is not there. */
function said<T extends object>(terms: T): T {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined)) as T;
}

const SHARES = [
  ['100%'],
  ['50%', '50%'],
  ['33.3%', '66.7%'],
  ['1/3', '1/3', '1/3'],
  ['50%', '30%', '20%'],
  ['12.5%', '87.5%'],
];

const part = fc.record({
  endOf: mostly<ReleasePart['endOf']>(5, undefined, 'month', 'quarter', 'year'),
  at: fc.constantFrom('paid', 'closed', 'invoiced'),
  inProportion: mostly<true | undefined>(5, true, undefined),
  fromShare: mostly<string | undefined>(2, undefined, '90%', '50%', '100%'),
  after: mostly<ReleasePart['after']>(
    5,
    undefined,
    { count: 1, unit: 'months' },
    { count: 30, unit: 'days' },
    { count: 2, unit: 'months' },
    { count: 45, unit: 'days' },
  ),
  instalments: mostly<number | undefined>(7, undefined, 2, 3, 12),
});
export type PartSketch = ReleasePart & { readonly instalments?: number | undefined };

/** Parts as plans write them. */
export const parts: fc.Arbitrary<PartSketch[]> = fc
  .record({ shares: fc.constantFrom(...SHARES), parts: fc.array(part, { minLength: 3, maxLength: 3 }) })
  .map(({ shares, parts }) =>
    shares.map((share, at): PartSketch => {
      const { instalments, after, ...terms } = parts[at] ?? { at: 'closed', instalments: undefined, after: undefined };
      const more = terms.at === 'closed' ? { inProportion: undefined, fromShare: undefined } : {};
      // Instalments are a month after each other.
      const first = instalments !== undefined && after?.unit === 'days' ? undefined : after;
      return said({ ...terms, ...more, share, after: first, instalments });
    }),
  );

/** Instalments are equal parts, each a month after the one before (D141). */
export function instalmentsOf({ instalments, ...part }: PartSketch): readonly ReleasePart[] {
  if (instalments === undefined) return [part];
  const share = write(over(read(part.share), ratio(instalments)));
  const months = part.after?.count ?? 0;
  return Array.from({ length: instalments }, (_, at): ReleasePart => {
    const after = months + at === 0 ? undefined : { count: months + at, unit: 'months' as const };
    return said({ ...part, share, after });
  });
}

export const release: fc.Arbitrary<ReleasePart[]> = parts.map((list) => list.flatMap(instalmentsOf));

const span = fc.constantFrom<TimeSpan[]>(
  { count: 30, unit: 'days' },
  { count: 1, unit: 'months' },
  { count: 3, unit: 'months' },
  { count: 75, unit: 'days' },
);

const rule = fc.record({
  on: fc.constantFrom<ReturnRule['on'][]>(
    { by: 'cancellation' },
    { by: 'milestone', milestone: 'refunded' },
    { by: 'cancellation' },
    { by: 'milestone', milestone: 'refunded' },
    { by: 'unpaid', milestone: 'paid', after: { count: 40, unit: 'days' } },
    { by: 'unpaid', milestone: 'paid', after: { count: 2, unit: 'months' } },
    { by: 'unpaid', milestone: 'paid', after: { count: 25, unit: 'days' }, late: 'lost' },
    { by: 'unpaid', milestone: 'paid', after: { count: 1, unit: 'months' }, late: 'lost' },
    { by: 'unpaid', milestone: 'paid', after: { count: 10, unit: 'days' }, late: 'lost' },
  ),
  credit: mostly<ReturnRule['credit']>(3, 'original-period', 'period-of-return'),
  takes: fc.oneof(
    fc.constantFrom<ReturnRule['takes'][]>(
      { by: 'full' },
      { by: 'proportional' },
      { by: 'proportional', share: '50%' },
      { by: 'share', share: '40%' },
    ),
    span.map((over): ReturnRule['takes'] => ({ by: 'straight-line', over })),
    fc.constant<ReturnRule['takes']>({
      by: 'steps',
      steps: [
        { within: { count: 20, unit: 'days' }, share: '100%' },
        { within: { count: 2, unit: 'months' }, share: '50%' },
      ],
    }),
  ),
  since: mostly<string | undefined>(7, undefined, 'invoiced'),
  within: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 5, arbitrary: span }),
  atLeast: mostly<string | undefined>(5, undefined, '300'),
});

/** Of several for the same reason, as often two of them are, each has a limit, but the last. */
export const returned: fc.Arbitrary<ReturnRule[]> = fc
  .tuple(fc.array(rule, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([drawn, isAlike]) => (isAlike ? drawn.map((each) => ({ ...each, on: drawn[0]?.on ?? each.on })) : drawn))
  .map((rules) =>
    rules
      .filter((each, at) => !rules.slice(0, at).some((before) => isAlike(before, each) && isForAll(before)))
      .map(said),
  );

/** What is unpaid after other times is another reason. */
function isAlike({ on: a }: { on: ReturnRule['on'] }, { on: b }: { on: ReturnRule['on'] }): boolean {
  if (a.by !== 'unpaid' || b.by !== 'unpaid') return a.by === b.by;
  return JSON.stringify(a.after) === JSON.stringify(b.after);
}

function isForAll({ on, within, atLeast }: { on: ReturnRule['on']; within?: unknown; atLeast?: unknown }): boolean {
  return on.by === 'unpaid' || (within === undefined && atLeast === undefined);
}

/** What a component says of time. */
const timeTerms = fc.record({
  release: rarely(6, release),
  returned: rarely(5, returned),
  isHeldFirst: mostly(1, true, false),
  isByDeal: mostly(6, false, true),
  isAsOne: mostly(6, false, true),
  onPlanChange: mostly<Component['onPlanChange']>(4, undefined, 'restart', 'finish'),
  duringLeave: mostly<Component['duringLeave']>(4, undefined, 'not-paid'),
});
type TimeTerms = typeof timeTerms extends fc.Arbitrary<infer T> ? T : never;

function timed(
  was: Component,
  { release: parts, returned: drawnRules, isHeldFirst, isByDeal, isAsOne, duringLeave, onPlanChange }: TimeTerms,
  isPlain: boolean,
): Component {
  const isLost = isPlain && isAsOne && drawnRules !== null;
  const drawn = isPlain && isByDeal && was.each === 'deal' ? byDeal(was) : isLost ? asOne(was) : was;
  const rules = drawnRules?.map(
    (each): ReturnRule => (isLost || each.on.by === 'unpaid' ? { ...each, credit: 'period-of-return' } : each),
  );
  return {
    ...drawn,
    ...(parts === null ? {} : { release: parts }),
    ...(onPlanChange === undefined || (onPlanChange === 'finish' && !lasts(drawn)) ? {} : { onPlanChange }),
    ...(duringLeave === undefined || drawn.each === 'period' ? {} : { duringLeave }),
    ...(rules === undefined || rules.length === 0
      ? {}
      : { returned: isHeldFirst && parts !== null ? heldFirst(rules) : rules }),
  };
}

/** What is held is taken first, where it can be. */
function heldFirst(rules: readonly ReturnRule[]): ReturnRule[] {
  return rules.map((rule) => ({ ...rule, credit: 'period-of-return' as const, outOf: 'held-first' as const }));
}

/** Whether its windows are stretches of time, that can be finished. */
function lasts({ window }: Component): boolean {
  return window !== 'deal' && !(typeof window === 'object' && 'rolling' in window);
}

/** Each deal by itself. */
function byDeal(drawn: Component): Component {
  const cap = drawn.cap === null ? null : lawfulCap({ ...drawn.cap, window: null });
  const { incentive: _, ...whole } = drawn;
  return { ...whole, window: 'deal', target: { amount: '1000' }, cap };
}

/** Everything in a quarter at the rate that is reached, so that others lose by what comes back. */
function asOne(drawn: Component): Component {
  const { read, table, window } = drawn;
  const isTable = read === 'marginal' || read === 'retroactive';
  if (!isTable || typeof window === 'object' || window === 'deal') return drawn;
  const isRate = ({ pays }: Component['table'][number]) => pays !== null && pays.by !== 'amount';
  const rated = table.map((band) => (isRate(band) ? { ...band, applies: 'retroactive' as const } : band));
  return { ...drawn, window: 'quarter', table: rated };
}

/** Often without conditions, so that stories of few deals pay something. */
function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

const milestone = fc.record({
  milestone: fc.constantFrom('paid', 'invoiced', 'refunded'),
  day,
  amount: mostly<string | null>(4, '500', '1000', '250', '100', '-250', '0', null, '333.33'),
  /** Freezes after the deal was told. */
  after: mostly(6, 0, 1, 2),
});
export type Milestone = typeof milestone extends fc.Arbitrary<infer M> ? M : never;

const leavingRule: fc.Arbitrary<LeavingRule> = fc
  .record({
    held: mostly<LeavingRule['held']>(4, 'forfeited', undefined),
    partial: fc.constantFrom<LeavingRule['partial'][]>('forfeited', 'prorated', 'paid'),
    of: fc.constantFrom<LeavingRule['of'][]>('period', 'window'),
    pipeline: fc.constantFrom<LeavingRule['pipeline'][]>(
      [],
      [{ days: 30, pays: '100%' }],
      [
        { days: 20, pays: '100%' },
        { days: 60, pays: '50%' },
      ],
      [{ days: 45, pays: '33.3%' }],
    ),
  })
  .map(said);

const onLeaving: fc.Arbitrary<OnLeaving> = fc
  .record({ voluntary: rarely(6, leavingRule), default: rarely(7, leavingRule) })
  .map((rules) => Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== null)) as OnLeaving);

/** Of somebody who leaves. */
const leaving = fc.record({
  /** After everybody has begun. */
  day: fc.oneof(fc.integer({ min: 60, max: 130 }), fc.constantFrom(76, 90, 107)),
  separation: fc.constantFrom('voluntary' as const, 'voluntary' as const, 'involuntary' as const, undefined),
  /** Days for which deals go on earning. */
  grace: mostly<number | null>(6, null, 15, 40),
  plan: onLeaving,
  other: onLeaving,
});

export type Leaving = typeof leaving extends fc.Arbitrary<infer L> ? L : never;

const phaseIn: fc.Arbitrary<PhaseIn> = fc
  .record({
    shares: fc.constantFrom<string[][]>(['90%', '50%', '20%'], ['100%'], ['80%', '33.3%', '0%', '75%', '60%', '50%']),
    per: fc.constantFrom<PhaseIn['per'][]>('period', 'month', 'quarter', 'year'),
    from: mostly<string | null>(3, '2026-01-01', null, '2026-01-20', '2026-02-01'),
    as: fc.constantFrom<PhaseIn['as'][]>('floor', 'blend'),
  })
  .map((terms) => ({ ...terms, of: 'other' }));

export const timeStory = fc
  .record({
    base: story,
    deals: fc.integer({ min: 2, max: 4 }),
    side: fc.boolean(),
    isPlain: mostly(6, true, false),
    main: timeTerms,
    other: timeTerms,
    changed: fc.array(timeTerms, { minLength: 2, maxLength: 2 }),
    cancelled: fc.array(rarely(3, fc.record({ day, after: mostly(3, 0, 1, 2) })), { minLength: 5, maxLength: 5 }),
    leaving: rarely(4, leaving),
    phaseIn: rarely(2, phaseIn),
    /** To another plan, often to one that measures the same: then a window goes on, or begins anew. */
    moves: rarely(4, fc.record({ stage: fc.nat({ max: 2 }), from: day, isAlike: mostly(7, true, false) })),
    /** Of what a cap takes of a deal that is lost, more is offered again than there is a deal for. */
    isOffered: mostly(9, false, true),
    movesBy: fc.constantFrom<Component['onPlanChange']>('restart', 'restart', 'finish', 'finish', undefined),
    milestones: fc.array(fc.array(milestone, { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ base, deals, side, isPlain, main, other, changed, moves, movesBy, isOffered, ...time }) => {
    const often = (drawn: Component, terms: TimeTerms) => {
      const isMoved = moves?.isAlike === true && isPlain;
      return timed(isPlain ? plain(drawn) : drawn, isMoved ? { ...terms, onPlanChange: movesBy } : terms, isPlain);
    };
    const turning = moves !== null && isPlain ? { ...moves, from: 20 + (moves.from % 60) } : moves;
    const smaller: Story = {
      ...base,
      endsOn: time.leaving?.day ?? null,
      deals: placed(base.deals.slice(0, deals), { ...time, isPlain, main, turns: turning?.from ?? null }),
      component: often(base.component, main),
      other: often(moves?.isAlike === true ? base.component : base.other, other),
      side: side && base.side !== null ? often(base.side, other) : null,
      changes: base.changes.slice(0, 2).map((change, at): DefinitionChange => {
        if (at === 0 && turning !== null) {
          return { kind: 'assignment', to: 'other', stage: turning.stage, from: turning.from };
        }
        const terms = changed[at];
        if (change.kind !== 'plan' || terms === undefined) return change;
        return { ...change, component: often(change.component, terms) };
      }),
      pay: null,
    };
    const told = { ...time, base: { ...smaller, people: isPlain ? awayFor(smaller) : smaller.people } };
    return isOffered ? { ...told, leaving: null, phaseIn: null, base: offeredAgain(told.base, main.release) } : told;
  });
export type TimeStory = typeof timeStory extends fc.Arbitrary<infer S> ? S : never;

const LEAVE = { from: '2026-01-20', to: '2026-02-05' };

/** A deal that is lost by a leave, and others, under a cap that pays later what it takes. */
function offeredAgain(base: Story, release: TimeTerms['release']): Story {
  const sold = (at: number, on: number, amount: string): Story['deals'] =>
    base.deals.slice(at, at + 1).map(({ terms, ...deal }) => {
      const lines = terms.lines.map((line) => ({ ...line, amount, category: 'software' as const }));
      const shares = { ada: ['1'], ben: [], overlay: [] };
      return { ...deal, late: 0, terms: { ...terms, selection: null, day: on, amount, lines, shares } };
    });
  const component: Component = {
    ...plain(base.component),
    credits: 'primary',
    measure: 'bookings',
    paysOn: null,
    window: 'month',
    target: 'quota',
    tierBy: 'amount',
    read: 'marginal',
    rateAt: 'after',
    each: 'deal',
    table: [{ from: '0', to: null, pays: { by: 'share', share: '10%' }, lump: null, applies: 'marginal', gate: null }],
    curve: [],
    targetIncentive: null,
    multiplyCredit: [],
    cap: { deal: null, period: '60', window: null, year: null, excess: 'later' },
    duringLeave: 'not-paid',
    release: release ?? [{ at: 'paid', share: '100%' }],
  };
  const { incentive: _, returned: __, onPlanChange: ___, ...offered } = component;
  return {
    ...base,
    cadence: 'month',
    firstPeriod: 0,
    freezes: 3,
    endsOn: null,
    changes: base.changes.filter(({ kind }) => kind !== 'plan' && kind !== 'assignment'),
    component: offered,
    people: {
      startsOn: '2025-01-01',
      leaves: [LEAVE],
      holidays: [],
      quota: { spread: null, changes: null, ramp: null, prorate: null, count: null, relief: null },
      component: { withoutQuota: null, prorate: null, inRamp: null },
    },
    deals: [...sold(0, 39, '1000'), ...sold(1, 64, '800'), ...sold(2, 66, '250')],
  };
}

interface Places {
  readonly isPlain: boolean;
  readonly main: TimeTerms;
  readonly leaving: Leaving | null;
  /** The first day of another plan. */
  readonly turns: number | null;
}

/** Deals on the days that matter: one before and one after another plan begins, soon after somebody left, during a leave. */
function placed(deals: Story['deals'], { isPlain, main, leaving: left, turns }: Places): Story['deals'] {
  if (!isPlain) return deals;
  const on = (at: number, from: number): Story['deals'] =>
    deals.map((deal, place) =>
      place === at ? { ...deal, terms: { ...deal.terms, selection: null, day: from } } : deal,
    );
  const last = deals.length - 1;
  const after = deals[last]?.terms.day ?? 0;
  if (left !== null) return on(last, left.day + 5 + (after % 50));
  if (turns !== null) return on(last, turns + 1 + (after % 9));
  return main.duringLeave === undefined ? deals : on(last, 38 + (after % 12));
}

/** Somebody who is paid nothing during a leave has one. */
function awayFor({ component: { duringLeave }, people }: Story): Story['people'] {
  return duringLeave === undefined || people === null
    ? people
    : { ...people, leaves: [{ from: '2026-01-20', to: '2026-02-05' }] };
}
