import type { DrawClause, GuaranteeClause, JurisdictionDocument, PayClause, PlanDocument } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';

/** Draws how pay is settled: draws, guarantees, when and how what is due is paid, and what is decided about one person. */

const date = fc.constantFrom(null, '2026-01-01', '2026-02-01', '2026-01-16', '2026-02-10');
const until = mostly(7, null, '2026-03-01', '2026-03-20', '2026-04-01', '2026-02-14');
const months = mostly(7, null, '1', '2', '3');

const lasts = fc
  .record({ from: date, until, months, part: mostly<'days' | 'whole'>(6, 'days', 'whole') })
  .map(({ from, until: end, months: count, part }) => {
    const isEmpty = from !== null && end !== null && end <= from;
    return { from, until: isEmpty || count !== null ? null : end, months: count, part };
  });

/** What it is about goes by its amount, so that it takes no draw of its own. */
const ABOUT: Readonly<Record<string, Pick<DrawClause, 'earningsOf'>>> = {
  '75.55': { earningsOf: ['main'] },
  '30': { earningsOf: ['side'] },
  '120.25': { earningsOf: ['main'] },
};

const drawClause = (name: string): fc.Arbitrary<DrawClause> =>
  fc
    .record({
      lasts,
      kind: mostly<DrawClause['kind']>(7, 'recoverable', 'non-recoverable', 'on-top'),
      amount: fc.constantFrom('100.00', '75.55', '150', '30'),
      every: mostly<DrawClause['every']>(7, 'month', 'quarter', 'half'),
      protectFloor: mostly(5, true, false),
      recovers: mostly<Pick<DrawClause, 'recover' | 'recoverMost'>>(
        3,
        { recover: '100%' },
        { recover: '50%' },
        { recover: '33.3%' },
        { recover: '100%', recoverMost: '50%' },
        { recover: '50%', recoverMost: '12.5%' },
      ),
      recoverFrom: mostly(5, null, '2026-02-15', '2026-03-01', '2026-03-31'),
      mostOwed: mostly(7, null, '120', '60.00'),
      atEnd: mostly<DrawClause['atEnd']>(5, 'recover', 'forgive'),
      onLeaving: fc.constantFrom<DrawClause['onLeaving'][]>('as-usual', 'in-full', 'nothing', 'forgive'),
    })
    .map(({ lasts: time, recovers: { recover, recoverMost }, ...terms }) => {
      const never = terms.kind !== 'recoverable';
      const only = never
        ? { protectFloor: true, recover: '100%', recoverFrom: null, mostOwed: null, onLeaving: 'as-usual' as const }
        : {};
      const atEnd = never || (time.until === null && time.months === null) ? ('recover' as const) : terms.atEnd;
      // Where no floor is protected, so much of what is earned is what `recover` says already.
      const isLimited = recoverMost !== undefined && terms.protectFloor && !never;
      return {
        name,
        recover,
        ...terms,
        ...only,
        ...time,
        atEnd,
        ...(isLimited ? { recoverMost } : {}),
        ...(terms.kind === 'on-top' ? {} : ABOUT[terms.amount]),
      };
    });

const guaranteeClause: fc.Arbitrary<GuaranteeClause> = fc
  .record({
    lasts,
    amount: fc.constantFrom('80.00', '120.25', '200'),
    every: mostly<GuaranteeClause['every']>(7, 'month', 'quarter'),
    over: mostly<GuaranteeClause['over']>(4, 'each', 'quarter', 'half', 'whole'),
    paid: mostly<GuaranteeClause['paid']>(5, 'to-date', 'at-end'),
  })
  .map(({ lasts: time, ...terms }) => {
    const endless = terms.over === 'whole' && time.until === null && time.months === null;
    const paid = terms.over === 'each' || endless ? ('to-date' as const) : terms.paid;
    return { ...terms, ...time, paid, ...ABOUT[terms.amount] };
  });

const payClause: fc.Arbitrary<PayClause> = fc
  .record({
    every: mostly<PayClause['every']>(7, 'period', 'quarter', 'half'),
    minimum: mostly(3, null, '60', '120.00', '25'),
    always: fc.constantFrom<PayClause['always'][]>(
      [],
      ['year-end'],
      ['termination', 'underpayment'],
      ['year-end', 'termination', 'underpayment'],
    ),
    negative: mostly<PayClause['negative']>(4, 'carry', 'pay'),
    negativeMinimum: fc.constantFrom(null, '40', '90.00', '100'),
    recover: fc.record({
      share: mostly(2, '100%', '25%', '33.3%'),
      atLeast: mostly(1, '20', '50.00', null),
      instalment: mostly(6, null, '15', '40.00'),
      onLeaving: fc.constantFrom<PayClause['recover']['onLeaving'][]>('in-full', 'as-usual', 'nothing'),
    }),
    positives: mostly(2, false, true),
    writeOffUnder: mostly(2, null, '30', '75.00'),
  })
  .map(({ positives, recover, ...terms }) => ({
    ...terms,
    negativeMinimum: terms.negative === 'pay' ? terms.negativeMinimum : null,
    writeOffUnder: terms.writeOffUnder,
    recover: recover.instalment === null ? recover : { ...recover, share: '100%', atLeast: null },
    ...(positives ? { corrections: 'positives-only' as const } : {}),
  }));

export interface Clauses {
  readonly draws?: DrawClause[];
  readonly guarantee?: GuaranteeClause;
  readonly pay?: PayClause;
}

const clauses: fc.Arbitrary<Clauses> = fc
  .record({
    draws: fc.oneof<fc.Arbitrary<DrawClause[]>[]>(
      fc.constant<DrawClause[]>([]),
      fc.tuple(drawClause('draw')),
      fc.tuple(drawClause('draw'), drawClause('bridge')),
      fc.tuple(drawClause('bridge')),
    ),
    guarantee: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 4, arbitrary: guaranteeClause }),
    pay: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 7, arbitrary: payClause }),
  })
  .map(({ draws, guarantee, pay }) => ({
    ...(draws.length === 0 ? {} : { draws: draws.map((draw) => told(draw, pay, pay?.every === 'period')) }),
    ...(guarantee === null ? {} : { guarantee: told(guarantee, pay, true) }),
    ...(pay === null ? {} : { pay }),
  }));

/** Clauses of a plan about components that it has. */
export function ofKnown({ draws, guarantee, pay }: Clauses, components: PlanDocument['components']): Clauses {
  const known = <C extends { readonly earningsOf?: string[] | undefined }>(clause: C): C => {
    const { earningsOf, ...rest } = clause;
    return earningsOf?.every((id) => id in components) === false ? (rest as C) : clause;
  };
  return {
    ...(draws === undefined ? {} : { draws: draws.map(known) }),
    ...(guarantee === undefined ? {} : { guarantee: known(guarantee) }),
    ...(pay === undefined ? {} : { pay }),
  };
}

/** What waits, or is waived, is of all components: then a clause is about all of them. */
function told<C extends Pick<DrawClause, 'earningsOf'>>(clause: C, pay: PayClause | null, isAtOnce: boolean): C {
  if (pay === null || (isAtOnce && pay.corrections === undefined)) return clause;
  const { earningsOf: _, ...rest } = clause;
  return rest as C;
}

const month = fc.nat({ max: 4 });
const day = fc.integer({ min: 10, max: 130 });
const length = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 6, arbitrary: fc.constantFrom(20, 45, 75) },
);

const hold = fc.record({
  kind: fc.constant('hold' as const),
  from: day,
  until: length,
  component: mostly(5, null, 'main', 'side'),
  deal: mostly(6, null, 'crm.D-0', 'crm.D-1', 'crm.D-2'),
});

/** Of everything from the beginning on, for a while. */
const heldEarly = fc.record({
  kind: fc.constant('hold' as const),
  from: fc.constantFrom(10, 17, 40),
  until: fc.constantFrom(30, 45, 60),
  component: fc.constant(null),
  deal: fc.constant(null),
});

const claims = [
  fc.record({
    kind: fc.constant('adjustment' as const),
    period: month,
    amount: fc.constantFrom('50.00', '-80', '12.34', '-25.5', '300'),
    component: mostly(6, null, 'main', 'side'),
  }),
  hold,
  hold,
  hold,
  heldEarly,
  heldEarly,
  fc.record({
    kind: fc.constant('release' as const),
    hold: fc.constantFrom('x-0', 'x-1'),
    period: month,
    share: fc.constantFrom('100%', '50%', '33.3%', '70%'),
  }),
  fc.record({ kind: fc.constant('recovery-suspension' as const), from: day, until: length }),
] as const;

const grants = [
  fc.record({
    kind: fc.constant('draw-forgiveness' as const),
    draw: mostly(8, 'draw', 'bridge'),
    period: month,
    amount: fc.constantFrom(null, '20.00', '90'),
  }),
  fc.record({ kind: fc.constant('draw' as const), draw: drawClause('own') }),
  fc.record({ kind: fc.constant('guarantee' as const), guarantee: guaranteeClause }),
] as const;

const terms = fc.oneof(...claims, ...grants);

/** Those that the law looks at, and waivers, too. */
const lawfulTerms = fc.oneof(
  ...claims,
  fc.record({
    kind: fc.constant('waiver' as const),
    period: month,
    component: mostly(6, null, 'main', 'side'),
  }),
  fc.record({ kind: fc.constant('consent' as const), from: day, until: length }),
  fc.record({ kind: fc.constant('notice' as const), from: day, until: length }),
  ...grants,
);

const permission = fc.constantFrom<JurisdictionDocument['offset'][]>('forbidden', 'with-consent', 'allowed');

const law = fc.record({
  offset: permission,
  recoverDraws: permission,
  notice: fc.constantFrom(0, 14, 45),
});

/** Where somebody works, and what holds there: at first, and from a day on. */
const place = fc.record({
  first: law,
  later: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 4, arbitrary: fc.record({ from: day, law }) }),
  retired: mostly<number | null>(8, null, 60, 100),
  /** Days on which somebody begins to work there. */
  from: mostly(6, -400, 20, 60),
  until: mostly<number | null>(8, null, 70),
  /** Last day of the work there. */
  leaves: mostly<number | null>(4, null, 50, 76, 107, 90),
});

const decidedOf = <T>(said: fc.Arbitrary<T>) =>
  fc.record({
    stage: fc.nat({ max: 3 }),
    terms: said,
    expires: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: day }),
    /** Freezes until it is revoked. */
    revoked: mostly(7, null, 1, 2),
  });
const lawfully = decidedOf(lawfulTerms);
export type Decided = typeof lawfully extends fc.Arbitrary<infer D> ? D : never;

interface ClauseChange {
  readonly stage: number;
  readonly from: number;
  readonly clauses: Clauses;
}

export type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;

const paymentOf = (places: fc.Arbitrary<Place | null>, decided: fc.Arbitrary<Decided>) =>
  fc.record({
    plan: clauses,
    other: clauses,
    place: places,
    startsOn: mostly(6, '2025-01-01', '2026-01-01', '2026-01-20', '2026-02-01'),
    decisions: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Decided[]>([]) },
      { weight: 6, arbitrary: fc.array(decided, { minLength: 1, maxLength: 4 }) },
    ),
    changes: fc.oneof(
      { weight: 7, arbitrary: fc.constant<ClauseChange[]>([]) },
      {
        weight: 3,
        arbitrary: fc.array<ClauseChange>(fc.record({ stage: fc.nat({ max: 3 }), from: day, clauses }), {
          maxLength: 2,
        }),
      },
    ),
  });

export const payment = paymentOf(fc.constant(null), decidedOf<Decided['terms']>(terms));

/** Also of somebody who works where the law says something. */
export const lawfulPayment = paymentOf(
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: place }),
  lawfully,
);
