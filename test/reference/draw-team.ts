import type { Budget, Component, ExceptionTerms, GroupCap, TeamQuotas, TeamTerms } from '@ledger/events';
import fc from 'fast-check';
import { creditingSets, named } from './draw-crediting.ts';
import { overriding } from './draw-overrides.ts';
import { component, mostly } from './draw-plan.ts';
import { races, rows } from './draw-pools.ts';
import { anyStory, dateOf, type Story } from './draw-story.ts';

/**
 * Draws stories of several people: ada and ben sell, mo leads them, zoe leads mo, and all of that may change. What happens is that of
 * a base story of fewer deals.
 */

export const PEOPLE = ['ada', 'ben', 'mo', 'zoe'] as const;
export type Person = (typeof PEOPLE)[number];

function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

const teamQuotas: fc.Arbitrary<TeamQuotas> = fc
  .record({
    overAssignment: fc.constantFrom('0%', '20%', '25%', '33.3%'),
    flowsThrough: mostly<TeamQuotas['flowsThrough']>(5, undefined, [], ['ramp'], ['relief'], ['proration', 'ramp']),
    withoutQuota: mostly<TeamQuotas['withoutQuota']>(6, 'counts-0', undefined),
  })
  .map(said);

const teamTerms: fc.Arbitrary<TeamTerms> = fc.record({
  depth: mostly<TeamTerms['depth']>(6, undefined, 'direct', 'all'),
  pool: mostly<TeamTerms['pool']>(5, undefined, 'overlay', 'all', 'primary'),
  hierarchyOn: mostly<TeamTerms['hierarchyOn']>(4, undefined, 'selected', 'period-end', 'closed'),
  own: mostly<TeamTerms['own']>(5, undefined, 'included', 'instead', 'apart'),
  leavers: mostly<TeamTerms['leavers']>(5, undefined, 'left-out', 'kept'),
  counts: mostly<TeamTerms['counts']>(4, undefined, 'each', 'once'),
  quotas: rarely(4, teamQuotas).map((drawn) => drawn ?? undefined),
});

/** Whether anything of a component is held against the quota. */
function asksForQuota({ target, tierBy, tierOf, gates }: Component): boolean {
  const isOwn = tierBy === 'attainment' && tierOf === undefined && (target === 'quota' || target === 'quota-to-date');
  return isOwn || gates.some(({ against, over }) => against !== 'amount' && over === undefined);
}

/** The component as a leader's plan may have it. */
function ofTeam(drawn: Component, terms: TeamTerms): Component {
  const { counts, quotas: drawnQuotas, ...team } = terms;
  const quotas = asksForQuota(drawn) ? drawnQuotas : undefined;
  const isPrimary = (team.pool ?? 'primary') === 'primary';
  const pool = counts === 'each' && isPrimary ? 'all' : team.pool;
  return {
    ...drawn,
    credits: 'team',
    team: said({ ...team, pool, counts: pool === 'primary' ? undefined : counts, quotas }),
  };
}

/** Without what is not there. */
function said<T extends object>(terms: T): T {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined)) as T;
}

/** Often without conditions, so that stories of few deals pay something. */
export const often = fc
  .tuple(component, mostly(6, true, false))
  .map(([drawn, isPlain]) => (isPlain ? plain(drawn) : drawn));

function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

export const rollUp = fc.tuple(often, teamTerms).map(([drawn, terms]) => ofTeam(drawn, terms));

const lead = fc.record({ team: rollUp, over: rarely(7, overriding(rollUp)) });
export type Lead = typeof lead extends fc.Arbitrary<infer L> ? L : never;

const managers = fc.constantFrom<(string | null)[]>('mo', 'mo', 'zoe', 'ada', 'ben', 'boss', null);

/** Often one and the same. */
const day = fc.oneof(fc.integer({ min: 0, max: 160 }), fc.constantFrom(17, 40, 48));

const lineChange = fc.record({
  stage: fc.nat({ max: 3 }),
  who: mostly<Person>(5, ...PEOPLE),
  manager: managers,
  from: day,
});

const reports = fc.constantFrom<Readonly<Record<Person, string | null>>[]>(
  { ada: 'mo', ben: 'mo', mo: 'zoe', zoe: null },
  { ada: 'mo', ben: 'mo', mo: 'zoe', zoe: null },
  { ada: 'ben', ben: 'mo', mo: 'zoe', zoe: 'boss' },
  { ada: 'mo', ben: 'zoe', mo: 'zoe', zoe: null },
  { ada: 'mo', ben: 'ada', mo: null, zoe: null },
);

/** Who has what the base story gives to ada's overlay and to ben. */
const others = fc.record({
  overlay: mostly<readonly Person[]>(4, ['ada'], ['ben'], ['mo'], ['ada', 'ben'], ['ben', 'mo'], ['zoe', 'ada']),
  ben: mostly<Person>(7, 'ben', 'mo', 'zoe'),
});

const people = fc.record({
  benPlan: mostly(5, 'plan', 'other', null),
  benEnds: rarely(3, day),
  benStarts: mostly(7, '2025-01-01', '2026-01-20'),
  /** Whether ben has a quota where that of the team is looked at. */
  benQuota: mostly(2, true, false),
  zoePlan: mostly(7, 'lead', null),
});

/** What several people may earn together. */
const pools = fc.record({
  most: fc.constantFrom<GroupCap['most'][]>(
    { by: 'money', money: '60' },
    { by: 'money', money: '33.335' },
    { by: 'money', money: '120.01' },
    { by: 'share', share: '5%' },
    { by: 'share', share: '12.5%' },
  ),
  /** Of the other plan and of versions to come: another one. */
  other: fc.constantFrom('50', '100', '75.555'),
  group: mostly<string | null>(5, 'house', null),
  /** Whether what a leader's team brings is of the pool. */
  lead: fc.boolean(),
});
type PoolTerms = typeof pools extends fc.Arbitrary<infer P> ? P : never;

/** What there is for several people. */
export const funds = fc.record({
  amount: fc.constantFrom('150', '60', '33.33', '400'),
  other: mostly(5, null, '100', '222.22'),
  window: mostly<Budget['window']>(
    3,
    'quarter',
    'month',
    null,
    'half-month',
    { from: '2026-01-10', to: '2026-03-10' },
    null,
  ),
  spends: fc.constantFrom<Budget['spends'][]>('first-come', 'first-come', 'in-proportion'),
  group: mostly<string | null>(5, 'fund', null),
  lead: fc.boolean(),
});
export type FundTerms = typeof funds extends fc.Arbitrary<infer F> ? F : never;

/** What is shared is asked of those who share it. */
function focusOf(
  { row, pool, fund }: { row: unknown; pool: PoolTerms | null; fund: FundTerms | null },
  focus: readonly Person[],
): readonly Person[] {
  const sharing = pool ?? fund;
  if (sharing === null) return row === null ? focus : SELLERS;
  return sharing.lead ? ['ada', ...focus.filter((who) => who !== 'ada')] : SELLERS;
}

/** No single deal earns where a period is rated as one; what is shared is not rounded to date. */
function pooled(base: Story, { pool, fund }: { pool: PoolTerms | null; fund: FundTerms | null }): Story {
  if (pool === null && fund === null) return base;
  const each = pool === null ? base.component.each : 'deal';
  return { ...base, component: { ...base.component, each, round: 'each-line' } };
}

/** What is agreed with each of several people. */
type Agreement = Extract<ExceptionTerms, { kind: 'target-incentive' | 'salary' }>;
const agreements = fc.array(
  fc.record({
    who: fc.constantFrom<Person[]>('ada', 'ada', 'ben', 'mo'),
    stage: fc.nat({ max: 2 }),
    kind: fc.constantFrom<Agreement['kind'][]>('target-incentive', 'salary'),
    amount: fc.constantFrom('240', '600.00', '333.33'),
    from: fc.integer({ min: 0, max: 100 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export const drawnStory = fc
  .record({
    base: anyStory,
    deals: fc.integer({ min: 2, max: 5 }),
    side: fc.boolean(),
    lead,
    leadCurrency: mostly(8, null, 'USD', 'EUR', 'JPY'),
    leadChange: rarely(3, fc.record({ stage: fc.nat({ max: 3 }), from: day, lead })),
    reports,
    lines: fc.oneof(
      { weight: 5, arbitrary: fc.constant<LineChange[]>([]) },
      { weight: 5, arbitrary: fc.array(lineChange, { minLength: 1, maxLength: 3 }) },
    ),
    others: fc.array(others, { minLength: 7, maxLength: 7 }),
    crediting: rarely(4, creditingSets),
    row: rarely(4, rows(fc.oneof(often, component))),
    race: rarely(4, races(often)),
    named: fc.array(named, { minLength: 7, maxLength: 7 }),
    people,
    focus: mostly<readonly Person[]>(6, ['mo'], ['zoe', 'mo'], ['zoe', 'mo'], ['ada', 'ben']),
    pool: rarely(2, pools),
    fund: rarely(2, funds),
    /** Whether everybody is away for some days on which nothing is paid. */
    away: mostly(3, false, true),
    agreements,
  })
  .map(({ base, deals, side, focus, ...team }) => ({
    ...team,
    // What sellers share is asked of sellers.
    focus: focusOf(team, focus),
    base: pooled(smaller(base, team.row === null ? deals : 7, side), team),
  }));
export type LineChange = typeof lineChange extends fc.Arbitrary<infer C> ? C : never;
export type TeamStory = typeof drawnStory extends fc.Arbitrary<infer S> ? S : never;

const SELLERS: readonly Person[] = ['ada', 'ben'];

function smaller(base: Story, deals: number, side: boolean): Story {
  return {
    ...base,
    deals: base.deals.slice(0, deals),
    changes: base.changes.slice(0, 2),
    side: side ? base.side : null,
    pay: null,
  };
}

export function dayOf(days: number | null): string | null {
  return days === null ? null : dateOf(days);
}
