import type {
  Band,
  Component,
  Contest,
  Gate,
  Look,
  MeasuringWindow,
  Multiplier,
  PickedBy,
  PlanCap,
  PlanDocument,
  TeamQuotas,
} from '@ledger/events';
import {
  drawSaid,
  guaranteeSaid,
  leavingSaid,
  paySaid,
  phaseInSaid,
  prorationSaid,
  releaseSaid,
  returnedSaid,
} from './write-terms.ts';
import { any, type Fields, type Said, unless } from './write-yaml.ts';

/** A plan as its file says it: the other way round than plan.ts, with nothing that holds without being written. */

/** What stands before the days on which a plan applies, and what comes after the reason. */
export function planSaid(plan: PlanDocument): { readonly head: Fields; readonly body: Fields } {
  const { cap, payout, exchange, rounding } = plan;
  return {
    head: { plan: plan.plan, title: plan.title, currency: plan.currency },
    body: {
      exchange: exchangeSaid(exchange),
      payout: payout && {
        rate:
          typeof payout.rate === 'string'
            ? unless(payout.rate, 'period-end')
            : { 'days-after-period': String(payout.rate.daysAfterPeriod) },
        difference: unless(payout.difference, 'within-lines'),
      },
      cap: cap && (Array.isArray(cap) ? cap.map(planCapSaid) : planCapSaid(cap)),
      rounding: unless(rounding, 'half-up'),
      components: Object.fromEntries(
        Object.entries(plan.components).map(([id, component]) => [id, componentSaid(id, component)]),
      ),
      'phase-in': plan.phaseIn && phaseInSaid(plan.phaseIn),
      'on-leaving': plan.onLeaving && leavingSaid(plan.onLeaving),
      draws: plan.draws?.map(drawSaid),
      guarantee: plan.guarantee && guaranteeSaid(plan.guarantee),
      pay: plan.pay && paySaid(plan.pay),
    },
  };
}

function exchangeSaid(exchange: PlanDocument['exchange']): Said {
  if (typeof exchange === 'string') return unless(exchange, 'booking-date');
  if ('on' in exchange) return { on: exchange.on };
  return { rates: Object.fromEntries(exchange.rates.map(({ base, quote, rate }) => [`${base}/${quote}`, rate])) };
}

function componentSaid(id: string, of: Component): Fields {
  const bands = (table: readonly Band[]) => table.map((band) => bandSaid(band, of.read));
  return {
    title: unless(of.title, id),
    credits: unless(of.credits, 'primary'),
    team: of.team && teamSaid(of.team),
    'earnings-of': of.earningsOf === 'all' ? undefined : of.earningsOf,
    when: unless(of.when, 'true'),
    measure: of.objectives === undefined ? of.measure : undefined,
    'pays-on': of.paysOn ?? undefined,
    window: windowSaid(of.window),
    target: of.target === 'quota' ? undefined : of.target,
    'tier-by': of.tierOf === undefined ? unless(of.tierBy, 'attainment') : pickSaid(of.tierOf, of.window),
    columns: of.columns && { ...pickSaid(of.columns.by, of.window), from: of.columns.from },
    products: of.products?.map(({ variants, products, categories, table }) => ({
      variant: listSaid(variants),
      product: listSaid(products),
      category: listSaid(categories),
      ...tableSaid(table, bands),
    })),
    read: unless(of.read, 'marginal'),
    'rate-at': unless(of.rateAt, 'after'),
    each: unless(of.each, 'deal'),
    table: any(bands(of.table)),
    curve: any(of.curve.map(({ at, pays, cells }) => ({ at, pays: cells ?? pays }))),
    'curve-on': of.curveOn,
    'target-incentive': of.targetIncentive ?? (of.personal && personalSaid(of.personal)),
    incentive: of.incentive,
    'at-bound': unless(of.atBound, 'upper-band'),
    'multiply-credit': any(of.multiplyCredit.map(factorSaid)),
    'multiply-earning': any(
      of.multiplyEarning.map((each) =>
        'look' in each
          ? {
              ...lookSaid(each.look, of.window, 'by-'),
              table: each.steps,
              between: unless(each.between, 'steps'),
            }
          : factorSaid(each),
      ),
    ),
    gates: any(of.gates.map((gate) => gateSaid(gate, of.window))),
    fee: of.fee,
    floor: of.floor === null ? undefined : { deal: of.floor.deal ?? undefined, period: of.floor.period },
    cap: of.cap === null ? undefined : capSaid(of.cap),
    subtract: of.subtract,
    round: unless(of.round, 'each-line'),
    ...poolsSaid(of),
    'without-quota': of.withoutQuota,
    prorate: of.prorate && prorationSaid(of.prorate),
    'on-plan-change': of.onPlanChange,
    'during-leave': of.duringLeave,
    release: of.release?.map(releaseSaid),
    returned: of.returned?.map(returnedSaid),
  };
}

function teamSaid({ hierarchyOn, quotas, ...team }: NonNullable<Component['team']>): Fields {
  return { ...team, 'hierarchy-on': hierarchyOn, quotas: quotas && teamQuotasSaid(quotas) };
}

function teamQuotasSaid({ overAssignment, flowsThrough, withoutQuota }: TeamQuotas): Fields {
  return { 'over-assignment': overAssignment, 'flows-through': flowsThrough, 'without-quota': withoutQuota };
}

function windowSaid(window: MeasuringWindow): Said {
  if (typeof window === 'object' && 'every' in window) {
    const every = window.every.map(({ count, unit }) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`);
    return { every: every.length === 1 ? every[0] : every, from: window.from };
  }
  return typeof window === 'object' && 'rolling' in window ? { rolling: String(window.rolling) } : window;
}

function otherWindow(window: MeasuringWindow, own: MeasuringWindow): Said {
  return JSON.stringify(window) === JSON.stringify(own) ? undefined : windowSaid(window);
}

function pickSaid(pick: PickedBy, own: MeasuringWindow): Fields {
  return 'deal' in pick ? { deal: pick.deal } : lookSaid(pick.look, own, '');
}

function lookSaid(
  { measures, window, against, combine, over }: Look,
  own: MeasuringWindow,
  prefix: '' | 'by-',
): Fields {
  const names = measures.map(({ measure, component }) => (component === undefined ? measure : { component }));
  const isScore = combine !== 'sum' && measures.length > 1;
  const isRatio = over !== undefined;
  const what = isScore ? 'score' : isRatio ? 'ratio-of' : against === 'amount' ? 'amount-of' : 'attainment-of';
  return {
    [`${prefix}${what}`]: isScore ? measures.map(weighedSaid) : names.length === 1 ? names[0] : names,
    over,
    window: otherWindow(window, own),
    target: against === 'quota-to-date' ? against : undefined,
  };
}

function weighedSaid({ measure, component, weight }: Look['measures'][number]): Fields {
  return { ...(component === undefined ? { measure } : { component }), weight };
}

function listSaid(names: readonly string[]): Said {
  return names.length === 0 ? undefined : names.length === 1 ? names[0] : names;
}

function tableSaid(table: readonly Band[], bands: (table: readonly Band[]) => readonly Fields[]): Fields {
  const [only, ...others] = bands(table);
  const isRate = only !== undefined && others.length === 0 && Object.entries(only).every(isPlain);
  return isRate ? { pays: only.pays } : { table: bands(table) };
}

/** A band from 0 that pays one share of everything. */
function isPlain([name, value]: readonly [string, Said]): boolean {
  return value === undefined || (name === 'from' && value === '0') || (name === 'pays' && typeof value === 'string');
}

function bandSaid(
  { from, to, pays, cells, lump, lumps, forEach, applies, gate, inRamp }: Band,
  read: Component['read'],
): Fields {
  return {
    from,
    to: to ?? undefined,
    ...(pays === null ? cellsSaid(cells) : paysSaid(pays)),
    lump: lumps ?? lump ?? undefined,
    'for-each': forEach,
    applies: unless(applies, read === 'retroactive' ? 'retroactive' : 'marginal'),
    gate: gate ?? undefined,
    'in-ramp': inRamp,
  };
}

function paysSaid(pays: NonNullable<Band['pays']>): Fields {
  if (pays.by === 'share') return { pays: pays.share };
  return pays.by === 'unit' ? { 'per-unit': pays.money } : { amount: pays.money };
}

function cellsSaid(cells: Band['cells']): Fields {
  if (cells === undefined) return {};
  const shares = cells.flatMap((cell) => (cell.by === 'share' ? [cell.share] : []));
  const units = cells.flatMap((cell) => (cell.by === 'unit' ? [cell.money] : []));
  return { pays: any(shares), 'per-unit': any(units) };
}

function factorSaid({ when, by }: Multiplier): Fields {
  return { when: unless(when, 'true'), by };
}

function gateSaid(
  { name, measures, window, against, combine, over, atLeast, opens, pays, guards, or }: Gate,
  own: MeasuringWindow,
) {
  const [first, ...others] = measures;
  const isOne = others.length === 0 && first?.weight === '100%';
  const isSum = combine === 'sum';
  return {
    name,
    measure: isOne && first.component === undefined ? first.measure : undefined,
    component: isOne ? first.component : undefined,
    measures: isOne || isSum ? undefined : measures,
    sum: isSum ? measures.map(({ measure }) => measure) : undefined,
    over,
    target: against === 'quota-to-date' ? against : undefined,
    window: otherWindow(window, own),
    'at-least': atLeast,
    opens: unless(opens, 're-evaluate'),
    pays: unless(pays, 'everything'),
    guards: unless(guards, 'component'),
    or,
  };
}

function capSaid({ deal, period, window, year, excess, personal, above }: NonNullable<Component['cap']>): Fields {
  return {
    deal: deal ?? undefined,
    period: period ?? personal?.period,
    window: window ?? personal?.window,
    year: year ?? personal?.year,
    of: unless(personal?.term, 'target-incentive'),
    changes: unless(personal?.changes, 'by-days'),
    excess: unless(excess, 'forfeited'),
    above,
  };
}

function planCapSaid({ period, year, personal, earningsOf }: PlanCap): Fields {
  return {
    period: period ?? personal?.period,
    year: year ?? personal?.year,
    of: unless(personal?.term, 'target-incentive'),
    changes: unless(personal?.changes, 'by-days'),
    'earnings-of': earningsOf,
  };
}

function personalSaid({ term, share, changes }: NonNullable<Component['personal']>): Said {
  const of = unless(term, 'target-incentive');
  const part = unless(share, '100%');
  const days = unless(changes, 'by-days');
  return (of ?? part ?? days) ? { of, share: part, changes: days } : 'personal';
}

function poolsSaid({ streak, contest, objectives, windfall, groupCap, budget }: Component): Fields {
  return {
    streak: streak && {
      windows: String(streak.windows),
      'at-least': streak.atLeast,
      pays: streak.pays,
      afterwards: unless(streak.afterwards, 'restart'),
      'across-years': streak.acrossYears ? undefined : 'no',
    },
    contest: contest && contestSaid(contest),
    objectives: objectives?.list.map(({ name, title, weight }) => ({ name, title: title ?? undefined, weight })),
    unscored: unless(objectives?.unscored, 'stop'),
    windfall: windfall && {
      'deal-over': windfall.dealOver ?? undefined,
      'earning-over': windfall.earningOver ?? undefined,
      'quota-share-over': windfall.quotaShareOver ?? undefined,
      'attainment-over': windfall.attainmentOver ?? undefined,
      'closed-within':
        windfall.closedWithin === null
          ? undefined
          : { days: String(windfall.closedWithin.days), after: windfall.closedWithin.after },
    },
    'group-cap': groupCap && { deal: mostSaid(groupCap.most), group: groupCap.group ?? undefined },
    budget: budget && {
      amount: budget.amount,
      window: budget.window ?? undefined,
      spends: unless(budget.spends, 'first-come'),
      group: budget.group ?? undefined,
    },
  };
}

function contestSaid({ awards, atLeast, ties, present, among, group }: Contest): Fields {
  return {
    ...awardsSaid(awards),
    'at-least': atLeast ?? undefined,
    ties: unless(ties, 'share'),
    present: unless(present, 'at-end'),
    among: among ?? undefined,
    group: group ?? undefined,
  };
}

function awardsSaid(awards: Contest['awards']): Fields {
  switch (awards.by) {
    case 'pot':
      return { pot: mostSaid(awards.pot), divided: unless(awards.divided, 'by-score') };
    case 'top':
      return { prizes: awards.prizes };
    case 'place':
      return {
        prizes: awards.prizes.map(({ from, to, pays }) => ({
          place: from === to ? String(from) : `${from}-${to}`,
          pays,
        })),
      };
    default:
      return awards satisfies never;
  }
}

function mostSaid(most: { by: 'money'; money: string } | { by: 'share'; share: string }): string {
  return most.by === 'money' ? most.money : most.share;
}
