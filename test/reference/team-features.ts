import type { Book, DealEntry } from '@ledger/calculation';
import type { Budget, Component, Contest, CreditingDocument, GroupCap, TeamQuotas } from '@ledger/events';
import type { Comparison } from './compare.ts';
import { creditingOf } from './crediting.ts';
import type { Feature } from './features.ts';
import type { Share } from './hierarchy.ts';
import { write } from './ratio.ts';
import { hasLine } from './seen.ts';

/** What plans say of teams, and what must be seen in stories of them. */

const team = (
  name: keyof NonNullable<Component['team']>,
  value: string,
  more: (component: Component) => boolean = () => true,
): Feature => ({
  name: `team: ${name} ${value}`,
  isIn: (component) => component.team?.[name] === value && more(component),
  without: ({ team: said, ...component }) => {
    const { [name]: _gone, ...rest } = said ?? {};
    return { ...component, team: rest };
  },
});

/** Quotas of a team: without them, the manager's own; otherwise without one of their terms. */
const teamQuotas = (
  name: string,
  isIn: (said: TeamQuotas) => boolean,
  usual: { readonly [Term in keyof TeamQuotas]?: TeamQuotas[Term] | undefined } | null,
): Feature => ({
  name: `team quotas ${name}`,
  isIn: ({ team: said }) => said?.quotas !== undefined && isIn(said.quotas),
  without: ({ team: said, ...component }) => {
    const { quotas, ...rest } = said ?? {};
    if (quotas === undefined || usual === null) return { ...component, team: rest };
    return { ...component, team: { ...rest, quotas: withoutUndefined({ ...quotas, ...usual }) } };
  },
});

const withheld = ({ flowsThrough }: TeamQuotas, what: 'ramp' | 'relief' | 'proration') =>
  flowsThrough?.includes(what) === false;

function withoutUndefined(terms: object): TeamQuotas {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined)) as TeamQuotas;
}

const contest = (
  name: string,
  isIn: (contest: Contest) => boolean,
  usual: ((contest: Contest) => Contest) | null,
): Feature => ({
  name: `contest ${name}`,
  isIn: ({ contest: said }) => said !== undefined && isIn(said),
  without:
    usual === null
      ? null
      : (component) =>
          component.contest === undefined ? component : { ...component, contest: usual(component.contest) },
});

const isInPercent = ({ awards }: Contest) =>
  awards.by !== 'pot' && awards.prizes.some(({ pays }) => pays.endsWith('%'));

const groupCap = (name: string, isIn: (said: GroupCap) => boolean, without: Feature['without']): Feature => ({
  name: `group cap: ${name}`,
  isIn: ({ groupCap: said }) => said !== undefined && isIn(said),
  without,
});

const budget = (name: string, isIn: (said: Budget) => boolean): Feature => ({
  name: `budget: ${name}`,
  isIn: ({ budget: said }) => said !== undefined && isIn(said),
  without: ({ budget: _gone, ...component }) => component,
});

const withoutGroupCap = ({ groupCap: _gone, ...component }: Component): Component => component;
const withoutGroup = ({ groupCap: said, ...component }: Component): Component => ({
  ...component,
  ...(said === undefined ? {} : { groupCap: { ...said, group: null } }),
});

export const TEAM_FEATURES: readonly Feature[] = [
  {
    name: 'credits of a team',
    isIn: ({ credits }) => credits === 'team',
    without: ({ team: _team, ...component }) => ({ ...component, credits: 'primary' }),
  },
  team('depth', 'direct'),
  team('pool', 'overlay'),
  team('pool', 'all'),
  team('hierarchyOn', 'selected'),
  team('hierarchyOn', 'period-end'),
  team('own', 'included'),
  team('own', 'instead'),
  team('leavers', 'left-out'),
  team('counts', 'each'),
  teamQuotas('of a team', () => true, null),
  teamQuotas('with an over-assignment', ({ overAssignment }) => overAssignment !== '0%', { overAssignment: '0%' }),
  teamQuotas('without ramps', (said) => withheld(said, 'ramp'), { flowsThrough: undefined }),
  teamQuotas('without reliefs', (said) => withheld(said, 'relief'), { flowsThrough: undefined }),
  teamQuotas('without proration', (said) => withheld(said, 'proration'), { flowsThrough: undefined }),
  teamQuotas('of reports without one', ({ withoutQuota }) => withoutQuota !== undefined, { withoutQuota: undefined }),
  {
    name: 'measures earnings',
    isIn: ({ measure }) => measure === 'earnings',
    without: ({ earningsOf: _of, ...component }) => ({ ...component, measure: 'bookings' }),
  },
  {
    name: 'pays on earnings',
    isIn: ({ paysOn }) => paysOn === 'earnings',
    without: ({ earningsOf: _of, ...component }) => ({ ...component, paysOn: 'bookings' }),
  },
  {
    name: 'earnings of some components',
    isIn: ({ earningsOf }) => Array.isArray(earningsOf),
    without: (component) => ({ ...component, earningsOf: 'all' }),
  },
  ...(['restart', 'continue', 'stop'] as const).map((word) => ({
    name: `streak: ${word}`,
    isIn: ({ streak }: Component) => streak?.afterwards === word,
    without: ({ streak, ...component }: Component) => ({
      ...component,
      ...(streak === undefined
        ? {}
        : { streak: { ...streak, afterwards: word === 'continue' ? ('restart' as const) : ('continue' as const) } }),
    }),
  })),
  {
    name: 'streak within a year',
    isIn: ({ streak }) => streak?.acrossYears === false,
    without: null,
  },
  {
    name: 'streak without quota',
    isIn: ({ streak, withoutQuota }) => streak !== undefined && withoutQuota !== undefined,
    without: null,
  },
  {
    name: 'streak behind a gate',
    isIn: ({ streak, gates }) => streak !== undefined && gates.length > 0,
    without: null,
  },
  ...(['higher', 'lower', 'earlier', 'share'] as const).map((word) =>
    contest(
      `ties ${word}`,
      ({ ties }) => ties === word,
      (said) => (said.awards.by === 'pot' ? said : { ...said, ties: word === 'higher' ? 'lower' : 'higher' }),
    ),
  ),
  ...(['place', 'top', 'pot'] as const).map((word) => contest(`by ${word}`, ({ awards }) => awards.by === word, null)),
  {
    ...contest('in percent', isInPercent, null),
    without: (component) => ({
      ...component,
      targetIncentive:
        component.contest === undefined || component.personal !== undefined ? component.targetIncentive : '1.00',
    }),
  },
  {
    ...contest('in percent of a part of the window', isInPercent, null),
    isIn: ({ contest: said, prorate }) => said !== undefined && isInPercent(said) && prorate !== undefined,
    without: ({ prorate: _gone, ...component }) => component,
  },
  {
    ...contest('in percent of what is agreed', isInPercent, null),
    isIn: ({ contest: said, personal }) => said !== undefined && personal !== undefined,
    without: ({ personal, ...component }) => ({
      ...component,
      ...(component.contest === undefined || personal === undefined ? {} : { targetIncentive: '1.00' }),
    }),
  },
  contest(
    'that asks for a level',
    ({ atLeast }) => atLeast !== null,
    (said) => ({ ...said, atLeast: null }),
  ),
  contest(
    'of any time',
    ({ present }) => present === 'any-time',
    (said) => ({ ...said, present: 'at-end' }),
  ),
  contest(
    'among some',
    ({ among }) => among !== null,
    (said) => ({ ...said, among: null }),
  ),
  contest(
    'of a group',
    ({ group }) => group !== null,
    (said) => ({ ...said, group: null }),
  ),
  budget('first come', ({ spends }) => spends === 'first-come'),
  budget('in proportion', ({ spends }) => spends === 'in-proportion'),
  budget('of the window', ({ window }) => window === null),
  budget('of a group', ({ group }) => group !== null),
  groupCap('money', ({ most }) => most.by === 'money', withoutGroupCap),
  groupCap('a share', ({ most }) => most.by === 'share', withoutGroupCap),
  groupCap('of a group', ({ group }) => group !== null, withoutGroup),
];

const managersIn = ({ book }: Comparison) =>
  [...book.colleagues.values()].map(({ participant }) => participant.managers);

function hasRule(is: (document: CreditingDocument) => boolean): (comparison: Comparison) => boolean {
  return ({ book }) =>
    [...book.crediting.values()].some(({ versions }) => versions.some(({ document }) => is(document)));
}

function isCreditedByRules(book: Book): boolean {
  const bySource = (deal: DealEntry) => creditingOf({ ...book, crediting: new Map() }, deal).credits;
  const textOf = (credits: readonly Share[]) =>
    credits
      .map(({ participant, pool, share }) => `${participant} ${pool} ${write(share)}`)
      .sort()
      .join();
  return [...book.deals.values()].some((deal) => textOf(creditingOf(book, deal).credits) !== textOf(bySource(deal)));
}

export const TEAM_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a deal': hasLine('deal'),
  'a true-up': hasLine('true-up'),
  'a streak': hasLine('streak'),
  'a prize': hasLine('contest'),
  'a prize that is shared': ({ lines }) => lines.some(({ posted }) => posted !== undefined),
  'a group cap': hasLine('group-cap'),
  'a budget': hasLine('budget'),
  'a deal lost by a leave': hasLine('forfeited'),
  'earnings beside deals': ({ lines }) => lines.some(({ deal }) => deal !== null && !deal.startsWith('crm.')),
  'earnings of an override': ({ lines }) => lines.some(({ deal }) => deal?.includes('/over/') === true),
  'a manager paid in another currency': ({ book }) => book.participant.currency !== book.calendar.currency,
  'crediting rules': hasRule(() => true),
  'two sets of rules': ({ book }) => book.crediting.size > 1,
  'rules that change': ({ book }) => [...book.crediting.values()].some(({ versions }) => versions.length > 1),
  'rules that are retired': ({ book }) => [...book.crediting.values()].some(({ retiredFrom }) => retiredFrom !== null),
  'the first rule alone': hasRule(({ apply }) => apply === 'first'),
  ...Object.fromEntries(
    (['keep', 'reduce', 'replace'] as const).map((word) => [
      `source credits: ${word}`,
      hasRule(({ sourceCredits }) => sourceCredits === word),
    ]),
  ),
  ...Object.fromEntries(
    (['owner', 'spread', 'none'] as const).map((word) => [`rest: ${word}`, hasRule(({ rest }) => rest === word)]),
  ),
  ...Object.fromEntries(
    (['owner', 'manager', 'participant', 'attribute', 'territory'] as const).map((word) => [
      `rule for ${word}`,
      hasRule(({ rules }) => rules.some(({ credits }) => credits.by === word)),
    ]),
  ),
  'rule on selection': hasRule(({ rules }) => rules.some(({ on }) => on === 'selected')),
  'rule on a date of the deal': hasRule(({ rules }) => rules.some(({ on }) => typeof on === 'object')),
  'rule beside the pool': hasRule(({ rules }) => rules.some(({ pool }) => pool === 'overlay')),
  'rule of a time': hasRule(({ rules }) => rules.some(({ from, to }) => from !== null || to !== null)),
  'rule that credits': ({ book, lines }) => lines.length > 0 && isCreditedByRules(book),
  'a line that changes': (comparison) => managersIn(comparison).some((lines) => lines.length > 1),
  'two lines of one day': (comparison) =>
    managersIn(comparison).some((lines) => new Set(lines.map(({ from }) => from)).size < lines.length),
  'corrections in a story of several people': ({ statements }) =>
    statements.some(({ corrections }) => corrections.length > 0),
};
