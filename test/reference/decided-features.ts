import type { Component, Windfall } from '@ledger/events';
import type { Comparison } from './compare.ts';
import type { Feature } from './features.ts';
import { hasLine } from './seen.ts';

/** What plans say of what is agreed and decided, and what must be seen in stories of it. */

const flag = (name: keyof Windfall): Feature => ({
  name: `windfall: ${name}`,
  isIn: ({ windfall }) => windfall !== undefined && windfall[name] !== null,
  without: (component) =>
    component.windfall === undefined ? component : { ...component, windfall: { ...component.windfall, [name]: null } },
});

const agreed = (
  name: string,
  isIn: (component: Component) => boolean,
  without: ((component: Component) => Component) | null,
): Feature => ({ name, isIn, without });

export const DECIDED_FEATURES: readonly Feature[] = [
  ...(['dealOver', 'earningOver', 'quotaShareOver', 'attainmentOver', 'closedWithin'] as const).map(flag),
  ...(['target-incentive', 'salary'] as const).flatMap((term) => [
    agreed(
      `a curve of the ${term}`,
      ({ personal, objectives }) => personal?.term === term && objectives === undefined,
      ({ personal: _, ...component }) => ({ ...component, targetIncentive: '111.00' }),
    ),
    agreed(
      `objectives of the ${term}`,
      ({ personal, objectives }) => personal?.term === term && objectives !== undefined,
      ({ personal: _, ...component }) => ({ ...component, targetIncentive: '111.00' }),
    ),
  ]),
  ...(['start', 'end', 'by-days'] as const).map((changes) =>
    agreed(
      `agreed: ${changes}`,
      ({ personal }) => personal?.changes === changes,
      ({ personal, ...component }) =>
        personal === undefined
          ? component
          : { ...component, personal: { ...personal, changes: changes === 'end' ? 'start' : 'end' } },
    ),
  ),
  ...(['period', 'window', 'year'] as const).map((scope) =>
    agreed(
      `cap of a ${scope} in percent`,
      ({ cap }) => cap?.personal?.[scope] !== undefined,
      (component) => {
        const { personal, ...cap } = component.cap ?? { personal: undefined };
        if (personal === undefined || component.cap === null) return component;
        const { [scope]: _, ...others } = personal;
        return { ...component, cap: { ...component.cap, ...cap, personal: others } };
      },
    ),
  ),
  agreed(
    'objectives on a curve',
    ({ objectives, read }) => objectives !== undefined && read === 'curve',
    (component) => ({ ...component, read: component.objectives === undefined ? component.read : 'marginal' }),
  ),
  agreed(
    'objectives by a table',
    ({ objectives, read }) => objectives !== undefined && read === 'retroactive',
    (component) =>
      component.objectives === undefined ? component : { ...component, read: 'marginal' as const, table: [] },
  ),
  agreed(
    'objectives behind a gate',
    ({ objectives, gates }) => objectives !== undefined && gates.length > 0,
    (component) => ({ ...component, gates: component.objectives === undefined ? component.gates : [] }),
  ),
  agreed('objectives without a score', ({ objectives }) => objectives?.unscored === 'counts-0', null),
];

const isDecided =
  (kind: string) =>
  ({ book }: Comparison) =>
    [...(book.exceptions?.values() ?? [])].some(({ terms }) => terms.kind === kind);

export const DECIDED_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a deal': hasLine('deal'),
  'what objectives pay': hasLine('objectives'),
  'a windfall': hasLine('windfall'),
  'a windfall that is paid': hasLine('windfall-paid'),
  'a decision on a windfall that is changed': ({ statements }) =>
    statements.some(({ corrections }) => corrections.length > 0),
  'a windfall that is taken back': ({ lines }) =>
    lines.some(({ what, exact }) => what === 'windfall-paid' && exact.top < 0n),
  'a cap': (comparison) => (['cap', 'window-cap', 'year-cap'] as const).some((what) => hasLine(what)(comparison)),
  'a cap of a plan in percent': hasLine('plan-cap'),
  'a score': isDecided('score'),
  'an agreement on a target incentive': isDecided('target-incentive'),
  'an agreement on a salary': isDecided('salary'),
};
