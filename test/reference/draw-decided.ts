import type { Component, ExceptionTerms, Objectives, Personal, PersonalCaps, PlanCap, Windfall } from '@ledger/events';
import fc from 'fast-check';
import { gatesFor, lawfulCap, mostly } from './draw-plan.ts';
import { type DefinitionChange, day, type Story, story } from './draw-story.ts';
import { rarely } from './draw-time.ts';

/**
 * Draws what is agreed with one person, scored, or decided about single deals, and plans that ask for it. What happens is that of a
 * base story of fewer deals.
 */

const personalTerms = fc.record({
  term: mostly<Personal['term']>(3, 'target-incentive', 'salary'),
  changes: fc.constantFrom<Personal['changes'][]>('start', 'end', 'by-days'),
});

const personal: fc.Arbitrary<Personal> = fc
  .record({ terms: personalTerms, share: mostly(5, '100%', '50%', '33.3%') })
  .map(({ terms, share }) => ({ ...terms, share }));

const personalCap: fc.Arbitrary<PersonalCaps> = fc
  .record({
    terms: personalTerms,
    period: mostly<string | undefined>(2, '30%', '80%', undefined),
    window: mostly<string | undefined>(6, undefined, '25%', '50%'),
    year: mostly<string | undefined>(6, undefined, '10%', '5%'),
  })
  .map(({ terms, ...shares }) => ({
    ...terms,
    ...Object.fromEntries(Object.entries(shares).filter(([, share]) => share !== undefined)),
  }));

/** Of all that a plan pays, in percent of what is agreed. */
const personalPlanCap: fc.Arbitrary<PlanCap> = fc
  .record({ terms: personalTerms, period: mostly(6, '20%', '40%'), year: mostly(6, undefined, '6%') })
  .map(({ terms, period, year }) => ({
    period: null,
    year: null,
    personal: { ...terms, period, ...(year === undefined ? {} : { year }) },
  }));

const windfall: fc.Arbitrary<Windfall> = fc.record({
  dealOver: mostly(5, null, '900', '500', '2000'),
  earningOver: mostly(4, null, '50', '20', '100'),
  quotaShareOver: mostly(5, null, '5%', '20%'),
  attainmentOver: mostly(5, null, '50%', '100%'),
  closedWithin: mostly<Windfall['closedWithin']>(5, null, { days: 20, after: 'opened' }),
});

const incentive: fc.Arbitrary<Pick<Component, 'targetIncentive' | 'personal'>> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ targetIncentive: '400.00' }) },
  { weight: 7, arbitrary: personal.map((terms) => ({ targetIncentive: null, personal: terms })) },
);

const OBJECTIVES: readonly Objectives['list'][] = [
  [{ name: 'a', title: null, weight: '100%' }],
  [
    { name: 'a', title: null, weight: '60%' },
    { name: 'b', title: null, weight: '40%' },
  ],
  [
    { name: 'a', title: null, weight: '33.3%' },
    { name: 'b', title: null, weight: '16.7%' },
    { name: 'c', title: null, weight: '50%' },
  ],
];

function scoredBand(from: string, share: string, lump: string | null = null): Component['table'][number] {
  return { from, to: null, pays: { by: 'share', share }, lump, applies: 'retroactive', gate: null };
}

const goals = fc.record({
  list: fc.constantFrom(...OBJECTIVES),
  unscored: mostly<Objectives['unscored']>(8, 'counts-0', 'stop'),
  window: fc.oneof(
    fc.constantFrom<Component['window'][]>('month', 'quarter', 'half-month', 'half'),
    fc.constant<Component['window']>({ from: '2026-01-15', to: '2026-03-20' }),
  ),
  incentive,
  curve: rarely(
    4,
    fc.constantFrom<Component['curve'][]>(
      [
        { at: '0%', pays: '0%' },
        { at: '80%', pays: '50%' },
        { at: '100%', pays: '120%' },
      ],
      [
        { at: '50%', pays: '10%' },
        { at: '50%', pays: '60%' },
        { at: '90%', pays: '100%' },
      ],
    ),
  ),
  table: rarely(
    5,
    fc.constantFrom<Component['table'][]>(
      [scoredBand('0%', '0%'), scoredBand('80%', '50%'), scoredBand('100%', '120%', '33.33')],
      [{ ...scoredBand('50%', '40%'), to: '90%' }, scoredBand('95%', '100%')],
      [{ ...scoredBand('0%', '25%', '10'), forEach: '20%' }, scoredBand('80%', '90%')],
    ),
  ),
  atBound: fc.constantFrom<Component['atBound'][]>('upper-band', 'lower-band'),
  yearCap: rarely(3, fc.constantFrom('200', '90.5')),
  isGated: fc.boolean(),
  round: fc.constantFrom<Component['round'][]>('each-line', 'to-date'),
});
type Goals = typeof goals extends fc.Arbitrary<infer G> ? G : never;

/** A component that pays by objectives, with the gates that a drawn one has. */
function scored(terms: Goals, drawn: Component): Component {
  const { list, unscored, window, incentive: ofAll, curve, atBound, yearCap, isGated, round } = terms;
  const table = curve === null ? terms.table : null;
  const gates = drawn.gates.filter(
    ({ pays, guards, window: of, measures }) =>
      pays === 'everything' &&
      guards === 'component' &&
      of !== 'deal' &&
      measures.every(({ measure }) => measure !== 'scores'),
  );
  const cap = { deal: null, period: null, window: null, year: yearCap, excess: 'forfeited' as const };
  return {
    title: 'drawn',
    credits: 'primary',
    when: 'true',
    measure: 'scores',
    paysOn: null,
    window,
    target: 'quota',
    tierBy: 'attainment',
    read: curve !== null ? 'curve' : table !== null ? 'retroactive' : 'marginal',
    rateAt: 'after',
    each: 'deal',
    table: table ?? [],
    curve: curve ?? [],
    ...ofAll,
    atBound: curve === null && table === null ? 'upper-band' : atBound,
    multiplyCredit: [],
    multiplyEarning: [],
    gates: isGated ? gatesFor([], gates) : [],
    floor: null,
    cap: yearCap === null ? null : cap,
    round,
    objectives: { list, unscored },
  };
}

const terms = fc.record({
  isPlain: mostly(8, true, false),
  isCurved: fc.boolean(),
  windfall: rarely(7, windfall),
  personal: rarely(7, personal),
  cap: rarely(4, personalCap),
});
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;

function agreed(drawn: Component, own: Terms): Component {
  const plain = own.isPlain ? withoutConditions(drawn) : drawn;
  const isShaped = own.isPlain && own.isCurved && own.personal !== null;
  const bent = isShaped ? onCurve(plain) : plain;
  const curved = own.personal !== null && bent.read === 'curve' && bent.curveOn === undefined;
  const shaped = curved && own.personal !== null ? { ...bent, targetIncentive: null, personal: own.personal } : bent;
  const held =
    own.windfall === null || shaped.each === 'period' ? shaped : { ...shaped, windfall: clause(own.windfall, shaped) };
  return own.cap === null ? held : withCap(held, own.cap);
}

/** What is agreed is paid on a curve. */
function onCurve({ incentive: _, fee: __, ...drawn }: Component): Component {
  return {
    ...drawn,
    tierBy: 'attainment',
    read: 'curve',
    rateAt: 'after',
    table: [],
    curve: [
      { at: '0%', pays: '0%' },
      { at: '50%', pays: '80%' },
      { at: '100%', pays: '133%' },
    ],
  };
}

function withoutConditions(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

function clause(drawn: Windfall, { target, tierBy }: Component): Windfall {
  const isQuota = target === 'quota' || target === 'quota-to-date';
  const asked = {
    ...drawn,
    quotaShareOver: isQuota ? drawn.quotaShareOver : null,
    attainmentOver: tierBy === 'attainment' ? drawn.attainmentOver : null,
  };
  return Object.values(asked).some((flag) => flag !== null) ? asked : { ...asked, dealOver: '400' };
}

function withCap(drawn: Component, own: PersonalCaps): Component {
  const { window: inWindow, ...rest } = own;
  const lasts = drawn.window !== 'deal' && !(typeof drawn.window === 'object' && 'rolling' in drawn.window);
  const capped = lasts && inWindow !== undefined ? own : rest;
  if (capped.period === undefined && capped.year === undefined && (!lasts || inWindow === undefined)) return drawn;
  const { deal, excess, above } = drawn.cap ?? { deal: null, excess: 'forfeited', above: undefined };
  return {
    ...drawn,
    cap: lawfulCap({ deal, period: null, window: null, year: null, excess, above, personal: capped }),
  };
}

const month = fc.nat({ max: 4 });
const until = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.constantFrom(20, 45, 75) },
);

const agreement = fc.record({
  kind: mostly<'target-incentive' | 'salary'>(6, 'target-incentive', 'salary'),
  amount: fc.constantFrom('100', '600.00', '1200', '333.33'),
  per: fc.constantFrom<Extract<ExceptionTerms, { kind: 'salary' }>['per'][]>('month', 'quarter', 'year'),
  from: day,
  until,
});

const decidedOn = fc.record({
  kind: fc.constant('windfall' as const),
  deal: mostly(4, 'crm.D-0', 'crm.D-1', 'crm.D-2'),
  component: mostly(6, null, 'main', 'side'),
  treatment: fc.constantFrom<Extract<ExceptionTerms, { kind: 'windfall' }>['treatment'][]>(
    { by: 'pay' },
    { by: 'forfeit' },
    { by: 'cap', amount: '30.005' },
    { by: 'bonus', amount: '25' },
    { by: 'share', share: '33.3%' },
    { by: 'instalments', count: 2 },
    { by: 'instalments', count: 3 },
  ),
  period: month,
});

const decision = fc.oneof(
  agreement,
  agreement,
  fc.record({
    kind: fc.constant('score' as const),
    objective: mostly(5, 'a', 'b', 'c'),
    /** A day of its window. */
    day: fc.integer({ min: 10, max: 130 }),
    score: fc.constantFrom('100%', '50%', '0%', '87.5%', '120%'),
  }),
  fc.record({
    kind: fc.constant('score' as const),
    objective: mostly(5, 'a', 'b', 'c'),
    day: fc.integer({ min: 10, max: 130 }),
    score: fc.constantFrom('100%', '50%', '0%', '87.5%', '120%'),
  }),
  decidedOn,
  decidedOn,
);

const decided = fc.record({
  stage: fc.nat({ max: 3 }),
  terms: decision,
  expires: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: day }),
  /** Freezes until it is revoked. */
  revoked: mostly(7, null, 1, 2),
});
export type DecidedOnPay = typeof decided extends fc.Arbitrary<infer D> ? D : never;

function paidAndTurned(period: number): readonly DecidedOnPay[] {
  const about = { kind: 'windfall' as const, deal: 'crm.D-0', component: null };
  const said = (treatment: 'pay' | 'forfeit', from: number): DecidedOnPay => ({
    stage: 0,
    terms: { ...about, treatment: { by: treatment }, period: from },
    expires: null,
    revoked: null,
  });
  return [said('pay', period), said('forfeit', period + 1)];
}

type LaterCap = 'the same' | 'none' | 'another';

export const decidedStory = fc
  .record({
    base: story,
    deals: fc.integer({ min: 2, max: 5 }),
    keepsPeople: mostly(7, false, true),
    side: mostly(6, true, false),
    terms: fc.array(terms, { minLength: 4, maxLength: 4 }),
    goals: rarely(6, fc.array(goals, { minLength: 2, maxLength: 2 })),
    /** From before anything happens. */
    opening: mostly<readonly ('target-incentive' | 'salary')[]>(8, ['target-incentive', 'salary'], []),
    /** Of later versions of the plan. */
    laterCap: mostly<LaterCap>(6, 'the same', 'none', 'another'),
    planCap: rarely(3, personalPlanCap),
    decisions: fc.array(decided, { minLength: 2, maxLength: 9 }),
    /** A windfall that is paid, until somebody thinks better of it. */
    turned: rarely(3, fc.nat({ max: 2 })),
    opened: fc.array(mostly<number | null>(4, null, 0, 10, 40), { minLength: 7, maxLength: 7 }),
  })
  .map(({ base, deals, side, keepsPeople, terms: drawn, goals: list, turned, decisions, ...more }) => {
    const said = (component: Component, at: number) =>
      agreed(component, drawn[at] ?? { isPlain: true, isCurved: false, windfall: null, personal: null, cap: null });
    return {
      ...more,
      decisions: [...decisions, ...(turned === null ? [] : paidAndTurned(turned))],
      goals: list?.map((each) => scored(each, base.component)) ?? [],
      base: smaller(base, { deals, side, keepsPeople }, said),
    };
  });
export type DecidedStory = typeof decidedStory extends fc.Arbitrary<infer S> ? S : never;

function smaller(
  base: Story,
  { deals, side, keepsPeople }: { readonly deals: number; readonly side: boolean; readonly keepsPeople: boolean },
  said: (component: Component, at: number) => Component,
): Story {
  const change = (each: DefinitionChange): DefinitionChange =>
    each.kind === 'plan' ? { ...each, component: said(each.component, 3) } : each;
  return {
    ...base,
    component: said(base.component, 0),
    side: side && base.side !== null ? said(base.side, 1) : null,
    other: said(base.other, 2),
    deals: base.deals.slice(0, deals),
    changes: base.changes.slice(0, 2).map(change),
    people: keepsPeople ? base.people : null,
    pay: null,
  };
}
