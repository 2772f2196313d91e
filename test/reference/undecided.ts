import type { Component } from '@ledger/events';
import type { Story } from './draw-story.ts';

/**
 * What may be drawn and is not compared, each with the reason: a question that nobody has answered yet, or a defect that is known.
 * An entry goes when it is decided or mended.
 */
interface Undecided {
  readonly what: string;
  readonly concerns: (story: Story) => boolean;
}

export const UNDECIDED: readonly Undecided[] = [
  {
    what: 'In a gap of a table that is read as retroactive: what is paid on and lies in bands above (D3 says nothing is due).',
    concerns: (story) =>
      componentsOf(story).some((each) => each.read === 'retroactive' && hasGap(each) && paysElsewhere(each)),
  },
  {
    what: 'A rolling window after a version with another window or pay metric: whether it looks back to what that one credited (D22).',
    concerns: (story) =>
      componentsOf(story).some(({ window }) => typeof window === 'object' && 'rolling' in window) &&
      story.changes.some(({ kind }) => kind === 'plan' || kind === 'assignment'),
  },
];

function componentsOf({ component, side, other, changes }: Story): readonly Component[] {
  const changed = changes.flatMap((change) => (change.kind === 'plan' ? [change.component] : []));
  return [component, other, ...(side === null ? [] : [side]), ...changed];
}

function hasGap({ table }: Component): boolean {
  return table.some(({ from, to }, index) => to !== null || (index === 0 && from !== '0' && from !== '0%'));
}

function paysElsewhere({ measure, paysOn }: Component): boolean {
  return paysOn !== null && paysOn !== measure;
}
