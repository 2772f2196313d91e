import type {
  DrawClause,
  GuaranteeClause,
  LeavingRule,
  PayClause,
  PlanDocument,
  Proration,
  QuotaAmounts,
  ReleasePart,
  ReturnRule,
  TimeSpan,
} from '@ledger/events';
import { any, type Fields, type Said, some, unless } from './write-yaml.ts';

/** Clauses about people, pay and time as files say them: the other way round than release.ts, settlement.ts and what stands beside them. */

const timeSaid = ({ count, unit }: TimeSpan) => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;

export function releaseSaid({ at, share, inProportion, fromShare, endOf, after }: ReleasePart): Said {
  return {
    at,
    share,
    'in-proportion': inProportion === true ? 'yes' : undefined,
    'from-share': fromShare,
    'end-of': endOf,
    after: after && timeSaid(after),
  };
}

export function returnedSaid({ on, takes, credit, since, within, atLeast, outOf }: ReturnRule): Said {
  return {
    on: triggerSaid(on),
    takes: takesSaid(takes),
    credit: unless(credit, 'original-period'),
    since,
    within: within && timeSaid(within),
    'at-least': atLeast,
    'out-of': outOf,
  };
}

function triggerSaid(on: ReturnRule['on']): Said {
  if (on.by === 'unpaid') return { unpaid: on.milestone, after: timeSaid(on.after), late: on.late };
  return on.by === 'cancellation' ? 'cancellation' : on.milestone;
}

function takesSaid(takes: ReturnRule['takes']): Said {
  switch (takes.by) {
    case 'full':
      return undefined;
    case 'proportional':
      return takes.share === undefined ? 'proportional' : { proportional: takes.share };
    case 'share':
      return takes.share;
    case 'steps':
      return { steps: takes.steps.map(({ within, share }) => ({ within: timeSaid(within), share })) };
    case 'straight-line':
      return { 'straight-line': timeSaid(takes.over) };
    default:
      return takes satisfies never;
  }
}

type Lasts = Pick<DrawClause, 'from' | 'until' | 'months' | 'part'>;

function lastsSaid({ from, until, months, part }: Lasts): Fields {
  return {
    from: from ?? undefined,
    until: until ?? undefined,
    for: months === null ? undefined : `${months} month${months === '1' ? '' : 's'}`,
    part: unless(part, 'days'),
  };
}

export function drawSaid(draw: DrawClause): Fields {
  return {
    name: unless(draw.name, 'draw'),
    kind: unless(draw.kind, 'recoverable'),
    amount: draw.amount,
    every: unless(draw.every, 'month'),
    ...lastsSaid(draw),
    'protect-floor': draw.protectFloor ? undefined : 'no',
    recover: unless(draw.recover, '100%'),
    'recover-most': draw.recoverMost,
    'recover-from': draw.recoverFrom ?? undefined,
    'most-owed': draw.mostOwed ?? undefined,
    'at-end': unless(draw.atEnd, 'recover'),
    'on-leaving': unless(draw.onLeaving, 'as-usual'),
    'earnings-of': draw.earningsOf,
  };
}

export function guaranteeSaid(guarantee: GuaranteeClause): Fields {
  const { amount, every, over, paid } = guarantee;
  return {
    amount,
    every: unless(every, 'month'),
    ...lastsSaid(guarantee),
    over: unless(over, 'each'),
    paid: unless(paid, 'to-date'),
    'earnings-of': guarantee.earningsOf,
  };
}

const ALWAYS = 'year-end termination underpayment';

export function paySaid(pay: PayClause): Fields {
  const { share, atLeast, instalment, onLeaving } = pay.recover;
  const isUsual = pay.always.join(' ') === ALWAYS;
  return {
    every: unless(pay.every, 'period'),
    // Where there is none, when it does not hold has to stand beside one that is not kept.
    minimum: pay.minimum ?? (isUsual ? undefined : '0'),
    'below-minimum': pay.minimum === null && !isUsual ? 'pay' : undefined,
    'always-pay': isUsual ? undefined : pay.always.length === 0 ? 'never' : pay.always,
    negative: unless(pay.negative, 'carry'),
    'negative-minimum': pay.negativeMinimum ?? undefined,
    recover: some({
      share: unless(share, '100%'),
      'at-least': atLeast ?? undefined,
      instalment: instalment ?? undefined,
      'on-leaving': unless(onLeaving, 'in-full'),
    }),
    corrections: pay.corrections,
    'write-off-under': pay.writeOffUnder ?? undefined,
  };
}

export function leavingSaid(rules: NonNullable<PlanDocument['onLeaving']>): Fields {
  return Object.fromEntries(Object.entries(rules).map(([kind, rule]) => [kind, ruleSaid(rule)]));
}

function ruleSaid({ partial, of, pipeline, held }: LeavingRule): Fields {
  return {
    partial: unless(partial, 'paid'),
    of: unless(of, 'period'),
    pipeline: any(pipeline.map(({ days, pays }) => ({ within: String(days), pays }))),
    held,
  };
}

export function phaseInSaid({ of, shares, per, from, as }: NonNullable<PlanDocument['phaseIn']>): Fields {
  return { of, shares, per: unless(per, 'period'), from: from ?? undefined, as: unless(as, 'floor') };
}

const PRORATED = 'quota target target-incentive';

export function prorationSaid({ over, leave, what, count }: Proration): Said {
  const more = some({
    leave: unless(leave, 'counts'),
    what: what.join(' ') === PRORATED ? undefined : what,
    count: some(countSaid(count)),
  });
  return more === undefined ? over : { over: unless(over, 'assigned'), ...more };
}

function countSaid(count: NonNullable<QuotaAmounts['count']>): Fields {
  const { by, of, decidingDay, changeDay, roundShare, roundAmount } = count;
  return {
    by: unless(by, 'calendar-days'),
    of: unless(of, 'actual'),
    'deciding-day': unless(String(decidingDay), '15'),
    'change-day': unless(changeDay, 'new'),
    'round-share': roundShare === null ? undefined : String(roundShare),
    'round-amount': roundAmount ?? undefined,
  };
}

export function quotaSaid({ per, amounts, currency, ...terms }: QuotaAmounts): Fields {
  const [only, ...others] = amounts;
  return {
    per: unless(per, 'year'),
    ...(others.length === 0 ? { amount: only } : { amounts }),
    currency: currency ?? undefined,
    spread: terms.spread,
    changes: terms.changes,
    ramp: terms.ramp && rampSaid(terms.ramp),
    prorate: terms.prorate,
    count: terms.count && countSaid(terms.count),
    relief: terms.relief && {
      'minimum-days': String(terms.relief.minimumDays),
      minimum: unless(terms.relief.minimum, 'each'),
    },
  };
}

function rampSaid({ shares, per, from, steps, leave }: NonNullable<QuotaAmounts['ramp']>): Said {
  const more = some({
    per: unless(per, 'month'),
    from: unless(from, 'start'),
    steps: unless(steps, 'anniversary'),
    'on-leave': unless(leave, 'counts'),
  });
  return more === undefined ? shares : { shares, ...more };
}
