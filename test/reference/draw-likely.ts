import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';
import { lawfulStory, type Story } from './draw-story.ts';

/** Stories of the base family: few deals say as much as many, in less time, and most of them should be of somebody who is paid. */
export const likelyStory: fc.Arbitrary<Story> = fc
  .tuple(lawfulStory, mostly(6, true, false))
  .map(([story, isLikely]): Story => {
    const few = { ...story, deals: story.deals.slice(0, 4) };
    return isLikely ? owing(likely(few)) : few;
  });

/** Where pay is settled by clauses: what a draw advances is earned later, or what was paid comes back and is earned again. */
function owing(story: Story): Story {
  const { pay, deals, endsOn } = story;
  const [first, second, third, ...others] = deals;
  const clauses = pay?.plan;
  if (first === undefined || second === undefined || third === undefined) return story;
  if (clauses?.draws === undefined && clauses?.pay === undefined) return story;
  const isAdvanced = clauses.draws !== undefined && (clauses.pay === undefined || first.terms.sequence > 0);
  const sold = (was: typeof first, from: number, amount: string): (typeof first)['terms'] => ({
    ...was.terms,
    day: from + (was.terms.day % 20),
    selection: null,
    amount,
    shares: { ada: ['1'], ben: [], overlay: [] },
    lines: was.terms.lines.map((line) => ({ ...line, amount, category: 'software' })),
  });
  const cancelled = { kind: 'cancel' as const, after: 1, terms: first.terms, ada: '0' as const, expires: null };
  return {
    ...story,
    freezes: 4,
    endsOn: isAdvanced || clauses.pay?.always.includes('termination') !== true ? endsOn : 107,
    deals: [
      { ...first, late: 0, next: isAdvanced ? [] : [cancelled], terms: sold(first, 17, isAdvanced ? '250' : '2500') },
      { ...second, late: 0, next: [], terms: sold(second, 48, isAdvanced ? '2500' : '250') },
      { ...third, late: 0, next: [], terms: sold(third, 78, '1000') },
      ...others,
    ],
  };
}

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
