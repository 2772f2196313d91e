import type { Component } from '@ledger/events';
import type { Comparison } from './compare.ts';
import type { Feature } from './features.ts';
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
];

const managersIn = ({ book }: Comparison) =>
  [...book.colleagues.values()].map(({ participant }) => participant.managers);

export const TEAM_EVENTS: Readonly<Record<string, (comparison: Comparison) => boolean>> = {
  'a deal': hasLine('deal'),
  'a true-up': hasLine('true-up'),
  'a line that changes': (comparison) => managersIn(comparison).some((lines) => lines.length > 1),
  'two lines of one day': (comparison) =>
    managersIn(comparison).some((lines) => new Set(lines.map(({ from }) => from)).size < lines.length),
  'corrections in a story of several people': ({ statements }) =>
    statements.some(({ corrections }) => corrections.length > 0),
};
