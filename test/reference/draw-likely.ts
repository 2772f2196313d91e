import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';
import { lawfulStory, type Story } from './draw-story.ts';

/** Stories of the base family: few deals say as much as many, in less time, and most of them should be of somebody who is paid. */
export const likelyStory: fc.Arbitrary<Story> = fc
  .tuple(lawfulStory, mostly(6, true, false))
  .map(([story, isLikely]): Story => {
    const few = { ...story, deals: story.deals.slice(0, 4) };
    return isLikely ? likely(few) : few;
  });

function likely(story: Story): Story {
  const { component, deals, endsOn } = story;
  return {
    ...story,
    firstPeriod: 0,
    endsOn: endsOn === null || endsOn < 60 ? null : endsOn,
    component: unconditional(component),
    deals: deals.map((deal, at) => {
      const { shares } = deal.terms;
      return at > 1 || shares.ada.length > 0
        ? deal
        : { ...deal, terms: { ...deal.terms, shares: { ...shares, ada: ['1'], ben: [] } } };
    }),
  };
}

function unconditional(drawn: Component): Component {
  return { ...drawn, when: 'true', credits: drawn.credits === 'overlay' ? 'all' : drawn.credits };
}
