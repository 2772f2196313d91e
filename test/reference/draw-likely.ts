import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { mostly } from './draw-plan.ts';
import { lawfulStory, type Story } from './draw-story.ts';

/** Stories of the base family: few deals say as much as many, in less time, and most of them should be of somebody who is paid. */
export const likelyStory: fc.Arbitrary<Story> = fc
  .tuple(lawfulStory, mostly(6, true, false), mostly(9, false, true))
  .map(([story, isLikely, isAnew]): Story => {
    const few = { ...story, deals: story.deals.slice(0, 4) };
    return isAnew ? begunAnew(few) : isLikely ? owing(likely(few)) : few;
  });

/** A component that measures something else from a day on, so that two windows go by one name, each under the caps of one. */
function begunAnew(story: Story): Story {
  const { component, side, deals, people } = story;
  const limits = component.cap ?? { deal: null, year: null, excess: 'later' };
  const plain: Component = {
    ...unconditional(component),
    measure: 'bookings',
    paysOn: null,
    window: component.window === 'month' ? 'month' : 'quarter',
    target: 'quota',
    tierBy: 'amount',
    read: 'marginal',
    rateAt: 'after',
    table: [{ from: '0', to: null, pays: { by: 'share', share: '10%' }, lump: null, applies: 'marginal', gate: null }],
    curve: [],
    targetIncentive: null,
    gates: [],
    multiplyCredit: [],
    cap: { ...limits, deal: null, period: '60', window: '90' },
  };
  const { incentive: _, ...before } = plain;
  const turn = 48;
  const on = (at: number, day: number, selection: number | null): Story['deals'] => {
    const deal = deals[at];
    if (deal === undefined) return [];
    const shares = { ada: ['1'], ben: [], overlay: [] };
    const lines = deal.terms.lines.map((line) => ({ ...line, amount: '1000', category: 'software' as const }));
    return [{ ...deal, late: 0, terms: { ...deal.terms, day, selection, shares, lines, amount: '1000' } }];
  };
  return {
    ...story,
    cadence: 'month',
    firstPeriod: 0,
    freezes: 3,
    endsOn: null,
    people: people === null ? null : { ...people, startsOn: '2025-01-01' },
    component: before,
    side,
    changes: [
      { kind: 'plan', stage: 0, name: 'main', keeps: false, from: turn, component: { ...before, measure: 'software' } },
      ...story.changes.slice(0, 1),
    ],
    // What begins anew earns first in a pay period in which the other one earns, too.
    deals: [...on(0, 20, null), ...on(1, turn + 2, turn + 1), ...on(2, turn + 9, turn - 9)],
  };
}

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
