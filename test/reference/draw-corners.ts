import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { band, PLAIN } from '../calculation/given.ts';
import { overriding } from './draw-overrides.ts';
import type { People, QuotaExtras } from './draw-people.ts';
import { races, rows } from './draw-pools.ts';
import type { Story } from './draw-story.ts';
import {
  drawnStory,
  type FundTerms,
  funds,
  type Lead,
  type LineChange,
  often,
  type Person,
  rollUp,
  type TeamStory,
} from './draw-team.ts';

/**
 * Stories of several people that are built to come where drawn ones hardly ever do: a race that ends level, a row without a gap, deals
 * beside a change of reporting lines, circles of them, a budget that does not last, quotas of a team that are lowered only in part.
 */

interface Corner {
  readonly kind: 'race' | 'row' | 'lines' | 'circle' | 'fund' | 'quotas';
  readonly race: Component;
  readonly row: Component;
  readonly over: Component;
  readonly fund: FundTerms;
  /** Which of several. */
  readonly pick: number;
  readonly day: number;
}

const corner: fc.Arbitrary<Corner> = fc.record({
  kind: fc.constantFrom<Corner['kind'][]>('race', 'race', 'row', 'lines', 'lines', 'circle', 'fund', 'quotas'),
  race: races(often),
  row: rows(often),
  over: overriding(rollUp),
  fund: funds,
  pick: fc.nat({ max: 59 }),
  day: fc.integer({ min: 0, max: 90 }),
});

/** Stories as they are drawn, and now and then one of these. */
export const teamStory: fc.Arbitrary<TeamStory> = fc
  .tuple(drawnStory, fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: corner }))
  .map(([story, built]) => (built === null ? story : cornered(story, built)));

const SELLERS: readonly Person[] = ['ada', 'ben'];

function cornered(drawn: TeamStory, corner: Corner): TeamStory {
  const story = { ...drawn, crediting: null, pool: null, fund: null, race: null, row: null };
  switch (corner.kind) {
    case 'race':
      return raced(story, corner);
    case 'row':
      return inARow(story, corner);
    case 'lines':
      return turned(story, corner);
    case 'circle':
      return circling(story, corner);
    case 'fund':
      return funded(story, corner);
    case 'quotas':
      return passedOn(story, corner);
  }
}

/** Everything counts, in the currency of the plan. */
function counted(base: Story): Story {
  const metrics = base.metrics.map((each) => (each.of === 'deal' ? { ...each, counts: 'true' } : each));
  return {
    ...base,
    metrics: metrics as Story['metrics'],
    rateMissing: false,
    changes: [],
    firstPeriod: 0,
    endsOn: null,
  };
}

function soldOn(
  base: Story,
  deals: readonly { readonly by: Person; readonly day: number; readonly selection?: number }[],
): Story {
  const [first, ...others] = base.deals;
  if (first === undefined) return base;
  return {
    ...base,
    deals: deals.map(({ by, day, selection = null }, at) => ({
      late: 0,
      next: [],
      terms: {
        ...first.terms,
        sequence: others[at]?.terms.sequence ?? 0,
        day,
        selection,
        amount: '1000',
        currency: base.currency === 'JPY' ? 'JPY' : 'USD',
        units: '2',
        shares: { ada: by === 'ada' ? ['1'] : [], ben: by === 'ada' ? [] : ['1'], overlay: [] },
        lines: [{ amount: '1000', category: 'software' }],
      },
    })),
  };
}

const AWAY: People = {
  startsOn: '2026-01-15',
  leaves: [{ from: '2026-01-25', to: '2026-02-05' }],
  holidays: [],
  quota: { spread: null, changes: null, ramp: null, prorate: null, count: null, relief: null },
  component: { withoutQuota: null, prorate: null, inRamp: null },
};

/** What each sells in a window, and nothing else about it. */
function simple({ withoutQuota: _, ...drawn }: Component): Component {
  const { streak, contest } = drawn;
  return {
    ...drawn,
    credits: 'primary',
    when: 'true',
    measure: 'bookings',
    target: 'quota',
    tierBy: 'amount',
    multiplyCredit: [],
    gates: [],
    ...(streak === undefined ? {} : { streak: { ...streak, windows: 2, atLeast: '250', acrossYears: true } }),
    ...(contest === undefined ? {} : { contest: { ...contest, atLeast: null } }),
  };
}

/** Two who sold the same, mostly on different days. */
function raced(story: TeamStory, { race, pick, day }: Corner): TeamStory {
  const from = 32 + (day % 5);
  const to = from + (pick % 4);
  const isLeaving = race.contest?.present === 'any-time';
  const base = counted(story.base);
  return {
    ...story,
    race: { ...simple(race), window: 'month' },
    lines: [],
    people: { ...story.people, benPlan: 'plan', benEnds: isLeaving ? to + 2 : null, benStarts: '2025-01-01' },
    others: story.others.map((each) => ({ ...each, ben: 'ben' })),
    focus: SELLERS,
    base: soldOn(
      { ...base, metrics: exactly(base.metrics), people: race.prorate === undefined ? null : AWAY },
      pick % 3 === 0
        ? [
            { by: 'ben', day: from },
            { by: 'ada', day: to },
          ]
        : [
            { by: 'ada', day: from },
            { by: 'ben', day: to },
          ],
    ),
  };
}

/** What a deal comes to does not depend on when it closes. */
function exactly(metrics: Story['metrics']): Story['metrics'] {
  const plain = metrics.map((each) => (each.metric === 'bookings' ? { ...each, amount: 'deal.amount' } : each));
  return plain as Story['metrics'];
}

/** Half a month after the other, the first or the last of them without a deal. */
function inARow(story: TeamStory, { row, pick }: Corner): TeamStory {
  const days = [18, 33, 49, 64, 79].slice(pick % 2);
  return {
    ...story,
    row: { ...simple(row), window: 'half-month' },
    focus: ['ada'],
    base: soldOn(
      { ...counted(story.base), people: null },
      days.map((day) => ({ by: 'ada' as const, day: day + (pick % 7) })),
    ),
  };
}

const READINGS: readonly NonNullable<Component['team']>[] = [
  { hierarchyOn: 'selected' },
  { hierarchyOn: 'period-end' },
  { leavers: 'left-out' },
  { own: 'included' },
  { own: 'instead' },
];

/** Somebody comes to report to another one, or leaves, between the days that a deal has. */
function turned(story: TeamStory, { pick, day }: Corner): TeamStory {
  const reading = READINGS[pick % READINGS.length] ?? {};
  const turn = 36 + (day % 6);
  const { team } = story.lead;
  const isOwn = reading.own !== undefined;
  const said: Component = { ...team, when: 'true', multiplyCredit: [], team: { ...team.team, ...reading } };
  const { own: _, ...others } = said.team ?? {};
  return {
    ...story,
    lead: { ...story.lead, team: isOwn ? said : { ...said, team: others } },
    leadChange: null,
    reports: { ada: 'mo', ben: 'mo', mo: 'zoe', zoe: null },
    lines: [{ stage: 0, who: 'ada', manager: pick % 2 === 0 ? 'boss' : 'zoe', from: turn }],
    people: { ...story.people, benPlan: 'plan', benEnds: turn, benStarts: '2025-01-01' },
    others: story.others.map((each) => ({ ...each, ben: isOwn ? 'mo' : 'ben' })),
    focus: ['mo'],
    base: soldOn({ ...counted(story.base), people: null }, [
      { by: 'ada', day: turn - 3, selection: turn - 6 },
      { by: 'ada', day: turn + 2, selection: turn - 4 },
      { by: 'ben', day: turn + 3 },
    ]),
  };
}

/** Who leads whom in a circle, or in turns. */
function circles(day: number): readonly (readonly Omit<LineChange, 'stage'>[])[] {
  const swapped = [
    { who: 'mo' as const, manager: null, from: day },
    { who: 'zoe' as const, manager: 'mo', from: day },
  ];
  const back = [
    { who: 'zoe' as const, manager: null, from: day + 31 },
    { who: 'mo' as const, manager: 'zoe', from: day + 31 },
  ];
  return [
    [{ who: 'zoe', manager: 'mo', from: day }],
    [{ who: 'zoe', manager: 'ada', from: day }],
    swapped,
    [...swapped, ...back],
    // From one month to the next.
    swapped.map((each) => ({ ...each, from: 48 })),
    // Nobody: the override of one who is paid on another's.
    [],
    [],
  ];
}

function circling(story: TeamStory, { over, pick, day }: Corner): TeamStory {
  const lines = circles(day)[pick % 7] ?? [];
  const isCapped = pick % 7 > 4;
  // What a cap takes of an override is beside deals.
  const limit = { deal: null, period: '3', window: null, year: null, excess: 'forfeited' as const };
  const lead: Lead = { ...story.lead, over: isCapped ? { ...over, earningsOf: 'all', cap: limit } : over };
  return {
    ...story,
    lead,
    leadChange: pick % 4 === 0 ? story.leadChange : null,
    reports: { ada: 'mo', ben: 'mo', mo: 'zoe', zoe: null },
    lines: lines.map((each) => ({ ...each, stage: pick % 3 === 0 ? 1 : 0 })),
    people: { ...story.people, zoePlan: 'lead' },
    focus: ['zoe', 'mo'],
    base: soldOn(counted(story.base), [
      { by: 'ada', day: 20 + (day % 11) },
      { by: 'ben', day: 50 + (day % 7) },
    ]),
  };
}

/** Several who share what does not suffice. */
function funded(story: TeamStory, { fund, pick }: Corner): TeamStory {
  const base = counted(story.base);
  const { component } = base;
  const plain: Component = {
    ...component,
    when: 'true',
    credits: 'primary',
    gates: [],
    round: 'each-line',
    multiplyCredit: [],
  };
  return {
    ...story,
    fund: { ...fund, amount: '33.33', window: pick % 2 === 0 ? null : fund.window, lead: false },
    people: { ...story.people, benPlan: 'plan', benEnds: null, benStarts: '2025-01-01' },
    others: story.others.map((each) => ({ ...each, ben: 'ben' })),
    focus: SELLERS,
    base: soldOn(
      { ...base, people: null, component: { ...plain, table: plain.table.map((band) => ({ ...band, gate: null })) } },
      [
        { by: 'ada', day: 20 },
        { by: 'ben', day: 23 },
        { by: 'ada', day: 28 },
        { by: 'ben', day: 52 },
      ],
    ),
  };
}

const LOWERED = ['ramp', 'relief', 'proration'] as const;

/** Of what lowers the quota of one who begins, is relieved and was not there all the time, one part stays with that person. */
function passedOn(story: TeamStory, { pick }: Corner): TeamStory {
  const kept = LOWERED[pick % LOWERED.length];
  const base = counted(story.base);
  const quota = { spread: null, changes: null, count: null, relief: null, prorate: 'employed' as const };
  const ramp: QuotaExtras['ramp'] = {
    shares: ['50%'],
    per: 'quarter',
    from: 'start',
    steps: 'anniversary',
    leave: 'counts',
  };
  return {
    ...story,
    lead: {
      ...story.lead,
      team: {
        ...PLAIN,
        credits: 'team',
        measure: 'bookings',
        read: pick % 2 === 0 ? 'retroactive' : 'marginal',
        table: [band('0%', '5%'), band('50%', '10%')],
        round: story.lead.team.round,
        team: { quotas: { overAssignment: '0%', flowsThrough: LOWERED.filter((each) => each !== kept) } },
      },
    },
    leadChange: null,
    reports: { ada: 'mo', ben: 'mo', mo: 'zoe', zoe: null },
    lines: [],
    people: { ...story.people, benPlan: 'plan', benEnds: null, benStarts: '2025-01-01', benQuota: true },
    others: story.others.map((each) => ({ ...each, ben: 'ben' })),
    focus: ['mo'],
    base: soldOn(
      {
        ...base,
        metrics: exactly(base.metrics),
        quotas: base.quotas.map(() => ({ per: 'quarter' as const, sizes: [3] })) as Story['quotas'],
        people: { ...AWAY, leaves: [], startsOn: '2026-01-15', quota: { ...quota, ramp } },
        changes: [
          {
            kind: 'relief',
            stage: 0,
            metric: 'bookings',
            relief: { from: 36, days: 31, beside: null, expires: null, basis: { by: 'days', share: '100%' } },
          },
        ],
      },
      [
        { by: 'ada', day: 36 },
        { by: 'ben', day: 52 },
        { by: 'ada', day: 61 },
      ],
    ),
  };
}
