import type { Component, ReleasePart, ReturnRule } from '@ledger/events';
import type { Comparison } from './compare.ts';
import type { Feature } from './features.ts';
import { isNegative } from './ratio.ts';
import { hasLine } from './seen.ts';

/** What plans say of money that moves in time, and what must be seen in stories of it. */

const part = (
  name: string,
  isIn: (part: ReleasePart) => boolean,
  without: (part: ReleasePart) => ReleasePart,
): Feature => ({
  name: `release: ${name}`,
  isIn: ({ release }) => release?.some(isIn) === true,
  without: (component) => withRelease(component, (each) => (isIn(each) ? without(each) : each)),
});

function withRelease(component: Component, change: (part: ReleasePart) => ReleasePart): Component {
  const { release } = component;
  return release === undefined ? component : { ...component, release: release.map(change) };
}

const rule = (
  name: string,
  isIn: (rule: ReturnRule) => boolean,
  without: ((rule: ReturnRule) => ReturnRule) | null,
): Feature => ({
  name: `returned: ${name}`,
  isIn: ({ returned }) => returned?.some(isIn) === true,
  without: ({ returned, ...component }) => {
    const rules = (returned ?? []).flatMap((each) => (isIn(each) ? (without === null ? [] : [without(each)]) : [each]));
    return { ...component, ...(rules.length === 0 ? {} : { returned: rules }) };
  },
});

export const TIME_FEATURES: readonly Feature[] = [
  {
    name: 'release',
    isIn: ({ release }) => release !== undefined,
    without: ({ release: _release, ...component }) => component,
  },
  ...(['restart', 'finish'] as const).map((name) => ({
    name: `another plan: ${name}`,
    isIn: ({ onPlanChange }: Component) => onPlanChange === name,
    without: ({ onPlanChange: _gone, ...component }: Component) => component,
  })),
  {
    name: 'nothing during a leave',
    isIn: ({ duringLeave }) => duringLeave !== undefined,
    without: ({ duringLeave: _gone, ...component }) => component,
  },
  part('closed, later', ({ at, after }) => at === 'closed' && after !== undefined, withoutAfter),
  part('a milestone, later', ({ at, after }) => at !== 'closed' && after !== undefined, withoutAfter),
  part('months later', ({ after }) => after?.unit === 'months', withoutAfter),
  part('days later', ({ after }) => after?.unit === 'days', withoutAfter),
  {
    name: 'release: in instalments',
    isIn: ({ release = [] }) => release.some((each, at) => isNextOf(release[at - 1], each)),
    without: (component) => withRelease(component, withoutAfter),
  },
  part(
    'a share as a fraction',
    ({ share }) => share.includes('/'),
    (each) => ({ ...each, share: '30%' }),
  ),
  part(
    'at the end of an interval',
    ({ endOf }) => endOf !== undefined,
    ({ endOf: _gone, ...rest }) => rest,
  ),
  rule(
    'held first',
    ({ outOf }) => outOf !== undefined,
    ({ outOf: _gone, ...rest }) => rest,
  ),
  part(
    'in proportion',
    ({ inProportion }) => inProportion === true,
    ({ inProportion: _gone, ...rest }) => rest,
  ),
  part(
    'from a share',
    ({ fromShare, inProportion }) => fromShare !== undefined && inProportion === undefined,
    ({ fromShare: _gone, ...rest }) => rest,
  ),
  part(
    'in proportion up to a share',
    ({ fromShare, inProportion }) => fromShare !== undefined && inProportion === true,
    ({ fromShare: _gone, ...rest }) => rest,
  ),
  ...(['cancellation', 'milestone', 'unpaid'] as const).map((by) => rule(by, ({ on }) => on.by === by, null)),
  ...(['original-period', 'period-of-return'] as const).map((credit) =>
    rule(credit, (each) => each.credit === credit, null),
  ),
  ...(['proportional', 'share', 'straight-line', 'steps'] as const).map((by) =>
    rule(
      by,
      ({ takes }) => takes.by === by,
      (each) => ({ ...each, takes: { by: 'full' } }),
    ),
  ),
  rule(
    'what is late is lost',
    ({ on }) => on.by === 'unpaid' && on.late === 'lost',
    (each) => ({ ...each, on: each.on.by === 'unpaid' ? { ...each.on, late: undefined } : each.on }),
  ),
  rule(
    'a share of what is proportional',
    ({ takes }) => takes.by === 'proportional' && takes.share !== undefined,
    (each) => ({ ...each, takes: { by: 'proportional' } }),
  ),
  {
    name: 'returned: unpaid after several times',
    isIn: ({ returned = [] }) => returned.filter(({ on }) => on.by === 'unpaid').length > 1,
    without: ({ returned = [], ...component }) => ({
      ...component,
      returned: returned.filter(
        ({ on }, at) => on.by !== 'unpaid' || returned.findIndex((each) => each.on.by === 'unpaid') === at,
      ),
    }),
  },
  {
    name: 'returned: two rules for one reason',
    isIn: ({ returned = [] }) => returned.some((each, at) => returned.findIndex(({ on }) => on.by === each.on.by) < at),
    without: ({ returned = [], ...component }) => ({
      ...component,
      returned: returned.filter((each, at) => returned.findIndex(({ on }) => on.by === each.on.by) === at),
    }),
  },
  ...(['since', 'within', 'atLeast'] as const).map((field) =>
    rule(
      field,
      (each) => each[field] !== undefined,
      ({ [field]: _gone, ...rest }) => rest,
    ),
  ),
];

/** Whether a part is the next of several instalments. */
function isNextOf(before: ReleasePart | undefined, { at, share, after }: ReleasePart): boolean {
  const months = before?.after === undefined ? 0 : before.after.unit === 'months' ? before.after.count : Number.NaN;
  return before?.at === at && before.share === share && after?.unit === 'months' && after.count === months + 1;
}

function withoutAfter({ after: _after, ...rest }: ReleasePart): ReleasePart {
  return rest;
}

const isReached = ({ book }: Comparison, is: (amount: string | null) => boolean) =>
  [...book.deals.values()].some(({ milestones }) => milestones.some(({ amount }) => is(amount)));

export const TIME_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a deal': hasLine('deal'),
  'a pay period as one': hasLine('period'),
  'a true-up': hasLine('true-up'),
  'a cap': (comparison) => hasLine('cap')(comparison) || hasLine('window-cap')(comparison),
  'an amount lost': hasLine('forfeited'),
  'an amount taken back': hasLine('returned'),
  'what others lose by it': hasLine('returned-credit'),
  'an amount held': hasLine('held'),
  'an amount released': hasLine('released'),
  'what was held is lost': ({ lines }) =>
    lines.some(
      ({ what, deal, terms, amount }) =>
        what === 'forfeited' && deal !== null && terms.component.release !== undefined && isNegative(amount),
    ),
  'a phase-in': hasLine('phase-in'),
  ...Object.fromEntries(
    (['floor', 'blend'] as const).map((as) => [
      `a phase-in as ${as}`,
      ({ lines }: Comparison) =>
        lines.some(({ what, terms }) => what === 'phase-in' && terms.plan.document.phaseIn?.as === as),
    ]),
  ),
  'a milestone without an amount': (comparison) => isReached(comparison, (amount) => amount === null),
  'a milestone that takes back': (comparison) => isReached(comparison, (amount) => amount?.startsWith('-') === true),
};
