import type { Component, PlanDocument } from '@ledger/events';
import fc from 'fast-check';
import { lawfulPayment, payment } from './draw-payment.ts';
import { people } from './draw-people.ts';
import { component, METRICS, metricDocument, mostly } from './draw-plan.ts';

/** Draws what happens: deals and what becomes of them, definitions and how they change, and when the company gets to know. */

const amount: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('1000') },
  { weight: 4, arbitrary: fc.constantFrom('500', '250', '1500', '999.99', '1234.56', '2500', '333.33') },
  { weight: 3, arbitrary: fc.constantFrom('-1000', '-500', '-2500', '-250', '-999.99') },
  { weight: 1, arbitrary: fc.constantFrom('0', '0.01') },
);

/** Days from the middle of December 2025 on, often where a month begins or ends. */
export const day = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 17, max: 160 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 16 }) },
  { weight: 2, arbitrary: fc.constantFrom(17, 47, 48, 75, 76, 106, 107, 31, 32, 62, 137) },
);
export function dateOf(days: number): string {
  return new Date(Date.UTC(2025, 11, 15 + days)).toISOString().slice(0, 10);
}

interface Shares {
  readonly ada: readonly string[];
  readonly ben: readonly string[];
  readonly overlay: readonly string[];
}

const shares = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Shares>({ ada: ['1'], ben: [], overlay: [] }) },
  { weight: 3, arbitrary: fc.constant<Shares>({ ada: ['0.6'], ben: ['0.4'], overlay: ['0.25'] }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Shares[]>(
      { ada: ['0.25', '0.5'], ben: ['0.25'], overlay: ['1'] },
      { ada: [], ben: ['1'], overlay: ['0.5'] },
      { ada: ['0.333333333333'], ben: ['0.666666666667'], overlay: [] },
      { ada: ['1/3'], ben: ['2/3'], overlay: ['1/7'] },
      { ada: [], ben: ['1'], overlay: [] },
    ),
  },
);

const terms = fc.record({
  day,
  selection: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: day }),
  sequence: fc.nat({ max: 2 }),
  amount,
  currency: mostly(7, 'USD', 'EUR', 'JPY'),
  shares,
  segment: fc.constantFrom('new', 'renewal', 'expansion'),
  strategic: fc.constantFrom(true, false, null),
  termMonths: fc.constantFrom('12', '24', '36', '7'),
  units: mostly<string>(4, '2', '1', '3', '0', '-1', '2.5'),
  lines: fc.array(fc.record({ amount, category: mostly(6, 'software', 'services', null) }), {
    minLength: 1,
    maxLength: 2,
  }),
});
export type DealTerms = typeof terms extends fc.Arbitrary<infer S> ? S : never;

const later = fc.record({
  kind: fc.constantFrom('cancel' as const, 'amend', 'split', 'revoke', 'reinstate', 'vanish'),
  after: fc.nat({ max: 3 }),
  terms,
  ada: fc.constantFrom('0.5', '0.9', '0'),
  expires: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: day }),
});

export type Next = typeof later extends fc.Arbitrary<infer N> ? N : never;

const deal = fc.record({
  terms,
  /** Freezes between closing and being told: 0 is in time. */
  late: mostly(8, 0, 1, 2),
  next: fc.oneof(
    { weight: 6, arbitrary: fc.constant<Next[]>([]) },
    { weight: 4, arbitrary: fc.array(later, { minLength: 1, maxLength: 2 }) },
  ),
});

const quota = fc.record({
  per: fc.constantFrom('month' as const, 'quarter', 'year'),
  /** In tenths of what such an interval usually brings. */
  sizes: fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(10, 5, 3, 13)) },
    { weight: 3, arbitrary: fc.array(fc.constantFrom(10, 5, 3, 13), { minLength: 12, maxLength: 12 }) },
  ),
});

const reliefBasis = fc.constantFrom(
  { by: 'days' as const, share: '100%' },
  { by: 'days' as const, share: '40%' },
  { by: 'amount' as const, amount: '250' },
  { by: 'days' as const, share: '0.5' },
);

const relief = fc.record({
  from: fc.integer({ min: 5, max: 130 }),
  days: fc.constantFrom(10, 31, 45, 3),
  /** Another one that begins within it. */
  beside: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.record({ after: fc.nat({ max: 9 }), basis: reliefBasis }) },
  ),
  expires: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 5, max: 130 }) },
  ),
  basis: reliefBasis,
});

const rate = fc.record({
  foreign: fc.constantFrom('EUR', 'JPY', 'USD'),
  inverse: fc.boolean(),
  /** Often on one and the same day, and on days on which deals close. */
  day: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.constantFrom(17, 0, 20, 48, 76)),
  value: fc.constantFrom('1.25', '0.9', '1.0871', '3', '0.007'),
});

const componentName = mostly(7, 'main', 'side');

const change = fc.oneof(
  fc.record({
    kind: fc.constant('relief' as const),
    stage: fc.nat({ max: 4 }),
    metric: fc.constantFrom(...METRICS),
    relief,
  }),
  fc.record({
    kind: fc.constant('relief-revoked' as const),
    stage: fc.nat({ max: 4 }),
    metric: fc.constantFrom(...METRICS),
  }),
  fc.record({
    kind: fc.constant('quota' as const),
    stage: fc.nat({ max: 4 }),
    metric: fc.constantFrom(...METRICS),
    quota,
  }),
  fc.constantFrom(...METRICS).chain((metric) =>
    fc.record({
      kind: fc.constant('metric' as const),
      stage: fc.nat({ max: 4 }),
      metric: fc.constant(metric),
      document: metricDocument(metric),
      from: day,
      to: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.integer({ min: 60, max: 200 }) },
      ),
    }),
  ),
  fc.record({
    kind: fc.constant('plan' as const),
    stage: fc.nat({ max: 4 }),
    name: componentName,
    component,
    /** Another table alone, or other terms altogether. */
    keeps: mostly(6, true, false),
    from: day,
  }),
  fc.record({ kind: fc.constant('rate' as const), stage: fc.nat({ max: 4 }), rate }),
  fc.record({
    kind: fc.constant('assignment' as const),
    stage: fc.nat({ max: 4 }),
    from: day,
    to: mostly(5, 'other', null),
  }),
);
export type DefinitionChange = typeof change extends fc.Arbitrary<infer S> ? S : never;

const storyOf = (pay: typeof payment) =>
  fc.record({
    cadence: mostly<'month' | 'quarter'>(6, 'month', 'quarter'),
    firstPeriod: mostly(7, 0, 1, 2),
    freezes: fc.constantFrom<1 | 2 | 3 | 4 | 5>(2, 1, 3, 4),
    currency: mostly(8, 'USD', 'JPY', 'KWD'),
    rounding: fc.constantFrom<PlanDocument['rounding'][]>('half-up', 'half-even'),
    component,
    side: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: component }),
    other: component,
    metrics: fc.tuple(...METRICS.map((metric) => metricDocument(metric))),
    quotas: fc.tuple(
      ...METRICS.map(() => fc.oneof({ weight: 14, arbitrary: quota }, { weight: 1, arbitrary: fc.constant(null) })),
    ),
    deals: fc.array(deal, { minLength: 3, maxLength: 7 }),
    changes: fc.oneof(
      { weight: 5, arbitrary: fc.constant<DefinitionChange[]>([]) },
      { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
    ),
    endsOn: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: day }),
    rateMissing: mostly(9, false, true),
    people: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 4, arbitrary: people }),
    pay: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 4, arbitrary: pay }),
  });

/** As they come. */
export const anyStory = storyOf(payment).map(withLastYear).map(withTakenBack);

export const story = often(storyOf(payment)).map(withLastYear).map(withTakenBack);

/** Also of people who work where the law says something. */
export const lawfulStory = often(storyOf(lawfulPayment)).map(withLastYear).map(withTakenBack);

export type Story = ReturnType<typeof storyOf> extends fc.Arbitrary<infer S> ? S : never;

/** Often of somebody who is paid: what a plan says matters only then. */
function often(drawn: fc.Arbitrary<Story>): fc.Arbitrary<Story> {
  return fc.tuple(drawn, fc.boolean()).map(([each, isCertain]) => (isCertain ? certain(each) : each));
}

/** The story of ada, who sells from month to month what counts, whatever else happens. */
function certain(story: Story): Story {
  const { component, side, deals, metrics, quotas, endsOn } = story;
  const taken = (each: Component): Component => ({ ...each, when: 'true', credits: credited(each) });
  return {
    ...story,
    firstPeriod: 0,
    rateMissing: false,
    endsOn: endsOn === null || endsOn < 60 ? null : endsOn,
    component: taken(component),
    side: side === null ? null : taken(side),
    metrics: metrics.map((each) => (each.of === 'deal' ? { ...each, counts: 'true' } : each)) as Story['metrics'],
    quotas: quotas.map((each) => each ?? { per: 'quarter' as const, sizes: [10] }) as Story['quotas'],
    deals: deals.map((deal, at) => (at < 3 ? { ...deal, late: 0, terms: sold(deal.terms, at) } : deal)),
  };
}

function credited({ credits }: Component): Component['credits'] {
  return credits === 'overlay' ? 'all' : credits;
}

/** In time, in another month than the one before. */
function sold({ shares, ...terms }: DealTerms, at: number): DealTerms {
  const positive = (text: string) => text.replace('-', '');
  return {
    ...terms,
    day: 17 + 30 * at + (terms.day % 27),
    selection: null,
    amount: positive(terms.amount),
    units: positive(terms.units) === '0' ? '2' : positive(terms.units),
    shares: shares.ada.length === 0 ? { ...shares, ada: ['1'], ben: [] } : shares,
    lines: terms.lines.map((line) => ({ ...line, amount: positive(line.amount), category: 'software' })),
  };
}

/** What grows over last year needs deals of it. */
function withLastYear(story: Story): Story {
  const { component, side, other, changes, deals } = story;
  const changed = changes.flatMap((change) => (change.kind === 'plan' ? [change.component] : []));
  const grows = [component, side, other, ...changed].some((each) => each?.target === 'prior-year');
  if (!grows) return story;
  const isEarlier = (at: number) => at % 2 === 1;
  return {
    ...story,
    deals: deals.map((deal, at) =>
      isEarlier(at) ? { ...deal, terms: { ...deal.terms, day: deal.terms.day - 365 } } : deal,
    ),
  };
}
export type QuotaTerms = typeof quota extends fc.Arbitrary<infer S> ? S : never;

/** What a soft cap has paid in part goes back in part, where more comes back than was paid below it. */
function withTakenBack(story: Story): Story {
  const [first, second, third, ...others] = story.deals;
  const { cap, gates } = story.component;
  // What comes back may close a gate behind which something was earned, if it does not stay open.
  const latch = gates.find(({ opens }) => opens === 'latch');
  if (
    (cap?.above === undefined && latch === undefined) ||
    first === undefined ||
    second === undefined ||
    third === undefined
  ) {
    return story;
  }
  const amount = latch === undefined ? '-1000' : '-2500';
  const lines = first.terms.lines.map((line) => ({ ...line, amount }));
  const back = { ...first.terms, amount, lines, units: latch === undefined ? first.terms.units : '-3' };
  const terms = { ...back, day: latch === undefined ? 107 : first.terms.day + 2 };
  return { ...story, deals: [first, second, { ...third, terms }, ...others] };
}
