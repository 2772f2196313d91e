import type { Component, Gate, Look, ReleasePart, TeamQuotas } from '@ledger/events';
import { isZero, percent } from '@ledger/money';
import { whichIn, whoseIn, written } from './condition.ts';
import { budgetIn, contestIn, groupCapIn, objectivesIn, streakIn } from './pools.ts';
import { columnIn, productsIn, ratesIn } from './rates.ts';
import { returnsIn } from './returned.ts';
import {
  bound,
  clausesIn,
  type LetterClause,
  listed,
  metricIn,
  money,
  type Say,
  share,
  TERMS,
  timeOf,
  titleOf,
  type Words,
  windowIn,
} from './words.ts';

const nothing: Say<Component> = () => [];

/**
 * Every field of a component in sentences, in the order in which somebody reads a letter. A field that a plan gets one day does not
 * compile until it is said here.
 */
const SAYS: { readonly [Field in keyof Required<Component>]: Say<Component> } = {
  title: nothing,
  measure: measureIn,
  credits: ({ credits }) => [CREDITS[credits]],
  team: teamIn,
  earningsOf: ({ earningsOf }, words) =>
    earningsOf === undefined
      ? []
      : [
          `What the team earns counts: of ${earningsOf === 'all' ? 'every component' : listed(earningsOf.map(words.component))}.`,
        ],
  when: ({ when }) => {
    if (when === 'true') return [];
    const whose = whoseIn(when);
    return [whose === null ? `Only deals count for which this holds: ${written(when)}.` : `Only deals count ${whose}.`];
  },
  window: ({ window }) => [
    window === 'deal' ? 'Each deal stands by itself.' : `What counts adds up over ${windowIn(window)}.`,
  ],
  target: targetIn,
  withoutQuota: ({ withoutQuota }) => (withoutQuota === undefined ? [] : [WITHOUT_QUOTA[withoutQuota]]),
  paysOn: ({ paysOn, measure }, words) =>
    paysOn === null || paysOn === measure
      ? []
      : [`The band is picked by ${titleOf(measure, words)}; what is paid on is ${titleOf(paysOn, words)}.`],
  // How the table is read stands in the sentences of the table.
  tierBy: nothing,
  tierOf: ({ tierOf }, words) =>
    tierOf === undefined
      ? []
      : [
          `The band is picked by ${'deal' in tierOf ? `${written(tierOf.deal)} of each deal` : lookIn(tierOf.look, words)}.`,
        ],
  columns: columnIn,
  read: nothing,
  rateAt: nothing,
  table: (component, words) => ratesIn(component, words),
  curve: nothing,
  curveOn: nothing,
  products: productsIn,
  targetIncentive: ({ targetIncentive }, words) =>
    targetIncentive === null ? [] : [`The target incentive is ${money(targetIncentive, words)} for a whole window.`],
  personal: ({ personal }) =>
    personal === undefined
      ? []
      : [
          `100% pays ${share(personal.share)} of ${TERMS[personal.term]}, for the time of the window; ${CHANGES[personal.changes]}.`,
        ],
  incentive: ({ incentive }) =>
    incentive === undefined
      ? []
      : ['At the end of a pay period the part of it counts that is for what is over of the window.'],
  atBound: ({ atBound, table, curve }) =>
    table.length + curve.length <= 1
      ? []
      : [`Who hits a bound exactly is paid by the ${atBound === 'upper-band' ? 'higher' : 'lower'} band.`],
  each: ({ each }) => (each === 'deal' ? [] : ['The deals of a pay period are paid together, as if they were one.']),
  multiplyCredit: ({ multiplyCredit }) =>
    multiplyCredit.map(({ when, by }) => `The credit of a deal ${whichIn(when)} counts ${by} times.`),
  multiplyEarning: ({ multiplyEarning }, words) =>
    multiplyEarning.map((each) => {
      if (!('look' in each)) return `What a deal ${whichIn(each.when)} earns is multiplied by ${each.by}.`;
      const isShare = each.look.against !== 'amount';
      const measure = each.look.measures[0]?.measure ?? '';
      const steps = each.steps.map(({ from, by }) => `${by} from ${bound(from, isShare, measure, words)}`);
      const between = each.between === 'lines' ? ', in straight lines between them' : '';
      return `Earnings are multiplied by ${lookIn(each.look, words)}: ${listed(steps)}${between}.`;
    }),
  gates: ({ gates }, words) => gates.map((gate) => gateIn(gate, words)),
  fee: ({ fee }, words) =>
    fee === undefined ? [] : [`A fee of ${money(fee.deal, words)} is taken off what each deal earns.`],
  floor: ({ floor }, words) => [
    ...(floor?.deal == null ? [] : [`A deal that earns at all earns at least ${money(floor.deal, words)}.`]),
    ...(floor?.period === undefined
      ? []
      : [`A pay period in which something is earned pays at least ${money(floor.period, words)}.`]),
  ],
  cap: capIn,
  subtract: ({ subtract }) =>
    subtract === undefined ? [] : ['What a cap removed earlier in a window is offered again later in it.'],
  streak: streakIn,
  contest: contestIn,
  objectives: objectivesIn,
  groupCap: groupCapIn,
  budget: budgetIn,
  windfall: windfallIn,
  prorate: prorateIn,
  onPlanChange: ({ onPlanChange }) => {
    if (onPlanChange === undefined)
      return ['Who changes to another plan with the same component keeps what counted in the window.'];
    return [
      onPlanChange === 'restart'
        ? 'Who changes to another plan begins its windows anew.'
        : 'A window that has begun is finished by the plan that began it.',
    ];
  },
  duringLeave: ({ duringLeave }) =>
    duringLeave === undefined ? [] : ['Deals that close while you are on recorded leave earn nothing.'],
  release: ({ release }) =>
    release === undefined ? ['Earnings may be paid as soon as the deal closes.'] : release.map(releaseIn),
  returned: ({ returned }, words) => (returned ?? []).map((rule) => returnsIn(rule, words)),
  round: ({ round }) => (round === 'each-line' ? [] : ['Cents are rounded on the balance to date, not line by line.']),
};

/** The sentences of a component, each under the name of the field that it says. */
export function componentIn(component: Component, words: Words): readonly LetterClause[] {
  return clausesIn(SAYS, component, words);
}

const CREDITS: Readonly<Record<Component['credits'], string>> = {
  primary: 'Your primary credits count: your share of deals, which add up to 100% among those who share one.',
  overlay: 'Your overlay credits count: those beside the primary ones.',
  all: 'All your credits count, primary and overlay.',
  team: 'The credits of everybody who reports to you count.',
};

const WITHOUT_QUOTA: Readonly<Record<NonNullable<Component['withoutQuota']>, string>> = {
  'pays-base': 'Without a quota, the lowest rate is paid.',
  'full-attainment': 'Without a quota, it is paid as if 100% were reached.',
  'pays-nothing': 'Without a quota, nothing is paid.',
};

const CHANGES = {
  start: 'where it changes inside a window, that of the first day counts',
  end: 'where it changes inside a window, that of the last day counts',
  'by-days': 'where it changes inside a window, each amount counts for its days',
} as const;

function measureIn({ measure, objectives }: Component, words: Words): readonly string[] {
  if (objectives !== undefined) return [];
  const metric = words.metric(measure);
  if (metric === undefined) return [`It measures ${measure}.`];
  return [`It measures ${metric.title}: ${metricIn(metric)}.`];
}

function teamIn({ credits, team = {} }: Component): readonly string[] {
  if (credits !== 'team') return [];
  const {
    depth = 'all',
    pool = 'all',
    hierarchyOn = 'closed',
    own = 'apart',
    leavers = 'kept',
    counts = 'once',
    quotas,
  } = team;
  const day = {
    closed: 'on the day on which the deal closes',
    selected: 'on the day that selects the plan',
    'period-end': 'on the last day of the pay period',
  };
  const owns = {
    apart: 'Your own credits do not count here.',
    included: 'Your own credits count, too.',
    instead: 'A deal on which you have a credit yourself gives no team credit.',
  };
  return [
    `${depth === 'all' ? 'Direct reports and those below them count' : 'Only direct reports count'}, by whom they report to ${day[hierarchyOn]}${pool === 'all' ? '' : `; their ${pool} credits`}.`,
    owns[own],
    leavers === 'kept'
      ? 'What closes after somebody left stays with the manager whom they had last.'
      : 'What closes after somebody left does not count.',
    counts === 'once' ? 'A deal counts once, however many of the team share it.' : 'Every credit counts in full.',
    ...(quotas === undefined ? [] : [teamQuotasIn(quotas)]),
  ];
}

function teamQuotasIn({ overAssignment, flowsThrough, withoutQuota }: TeamQuotas): string {
  const over = isZero(percent(overAssignment)) ? '' : `, less an over-assignment of ${share(overAssignment)}`;
  const kept = (['ramp', 'relief', 'proration'] as const).filter((each) => flowsThrough?.includes(each) === false);
  const flows = kept.length === 0 ? '' : `, whatever ${listed(kept)} takes off theirs`;
  const missing = withoutQuota === undefined ? '' : '; a report without a quota counts as 0';
  return `Your quota is that of the team, added up day by day${over}${flows}${missing}.`;
}

function targetIn({ target, tierBy, tierOf }: Component, words: Words): readonly string[] {
  if (tierBy === 'amount' || tierOf !== undefined) return [];
  if (typeof target === 'object') return [`The target is ${money(target.amount, words)}.`];
  const says = {
    quota: 'The target is your quota for the window.',
    'quota-to-date': 'The target is the part of your quota for the days that have passed.',
    previous: 'The target is what you reached in the window before.',
    'prior-year': 'The target is what you reached in the same window of the year before.',
  };
  return [says[target]];
}

function lookIn({ measures, window, against, combine, over }: Look, words: Words): string {
  const each = measures.map(({ measure, weight, component }) => {
    const of = component === undefined ? '' : ` of ${words.component(component)}`;
    return `${titleOf(measure, words)}${of}${measures.length === 1 ? '' : ` (weight ${share(weight)})`}`;
  });
  if (over !== undefined) return `the ratio of ${listed(each)} to ${titleOf(over, words)} over ${windowIn(window)}`;
  const how =
    against === 'amount' ? 'the amount' : against === 'quota' ? 'attainment' : 'attainment of the quota to date';
  return `${how} of ${combine === 'sum' ? `the sum of ${listed(each)}` : listed(each)} over ${windowIn(window)}`;
}

function gateIn(gate: Gate, words: Words): string {
  const { name, measures, window, against, combine, over, atLeast, opens, pays, guards, or } = gate;
  const least = bound(atLeast, against !== 'amount', measures[0]?.measure ?? '', words);
  const what = guards === 'component' ? 'Nothing is paid' : `Bands that name ${name} do not pay their own rate`;
  const through = pays === 'excess' ? ' Then only what exceeds it is paid.' : '';
  const again =
    opens === 'latch'
      ? 'Once reached, it stays open to the end of the window.'
      : 'It closes again when that no longer holds.';
  const either = or === undefined ? '' : ` It is enough that this one or ${or} holds.`;
  return `${what} before ${lookIn({ measures, window, against, combine, over }, words)} is at least ${least} (${name}).${either}${through} ${again}`;
}

function capIn({ cap }: Component, words: Words): readonly string[] {
  if (cap === null) return [];
  const most = (text: string | null, per: string) =>
    text === null ? [] : [`At most ${money(text, words)} is paid ${per}.`];
  const { personal } = cap;
  const own = (text: string | undefined, per: string) =>
    text === undefined || personal === undefined
      ? []
      : [`At most ${share(text)} of ${TERMS[personal.term]} is paid ${per}.`];
  return [
    ...most(cap.deal, 'for a deal'),
    ...most(cap.period, 'in a pay period'),
    ...most(cap.window, 'in a window'),
    ...most(cap.year, 'in a year'),
    ...own(personal?.period, 'in a pay period'),
    ...own(personal?.window, 'in a window'),
    ...own(personal?.year, 'in a year'),
    cap.above !== undefined
      ? `Of what exceeds a cap, ${share(cap.above)} is paid.`
      : cap.excess === 'forfeited'
        ? 'What exceeds a cap is lost.'
        : 'What exceeds the cap of a period is offered again in later periods of the year.',
  ];
}

function windfallIn({ windfall }: Component, words: Words): readonly string[] {
  if (windfall === undefined) return [];
  const { dealOver, earningOver, quotaShareOver, attainmentOver, closedWithin } = windfall;
  const any = [
    dealOver === null ? '' : `it is over ${money(dealOver, words)}`,
    earningOver === null ? '' : `it earns over ${money(earningOver, words)}`,
    quotaShareOver === null ? '' : `it is over ${share(quotaShareOver)} of the quota of the year`,
    attainmentOver === null ? '' : `it brings attainment over ${share(attainmentOver)}`,
    closedWithin === null ? '' : `it closes within ${closedWithin.days} days of ${written(closedWithin.after)}`,
  ].filter((each) => each !== '');
  return [`What an exceptional deal earns is held until it is decided: if ${listed(any, 'or')}.`];
}

function prorateIn({ prorate }: Component): readonly string[] {
  if (prorate === undefined) return [];
  const { over, leave, what, count } = prorate;
  const days = over === 'assigned' ? 'the days under the plan' : 'the days of employment';
  const names = what.map((each) => each.replace('-', ' '));
  const away = leave === 'counts' ? 'recorded leave counts' : 'recorded leave does not count';
  return [
    `In a window that is not full, ${listed(names)} are for ${days} only, counted by ${count.by.replaceAll('-', ' ')}; ${away}.`,
  ];
}

function releaseIn({ at, share: part, inProportion, fromShare, endOf, after }: ReleasePart): string {
  const when = at === 'closed' ? 'the deal closes' : `the deal is ${at}`;
  const end = endOf === undefined ? '' : `, at the end of that ${endOf}`;
  const later = `${end}${after === undefined ? '' : `, ${timeOf(after)} later`}`;
  const how = inProportion
    ? ', in proportion to the amount of it'
    : fromShare === undefined
      ? ''
      : `, once that is ${share(fromShare)} of the deal`;
  return `${share(part)} of what a deal earns may be paid when ${when}${how}${later}.`;
}
