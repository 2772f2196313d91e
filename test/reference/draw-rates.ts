import type { Component } from '@ledger/events';
import fc from 'fast-check';
import { factors, gates, looks, type Other, pickedByLook, withFactors, withGate } from './draw-looks.ts';
import { mostly } from './draw-plan.ts';
import { type DefinitionChange, type Story, story } from './draw-story.ts';

/**
 * Draws plans whose rates depend on more than what a component measures in its window. What happens is that of a base story of fewer
 * deals.
 */

function rarely<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });
}

const SHAPES = ['plain', 'picked'] as const;

const terms = fc.record({
  isPlain: mostly(8, true, false),
  shape: fc.constantFrom(...SHAPES),
  look: looks,
  gate: rarely(3, gates),
  factors: rarely(3, factors),
});
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;

/** A component of a base story as plans of this family have it. */
function said(drawn: Component, own: Terms, other: Other | null): Component {
  const { isPlain, shape, look, gate, factors: measured } = own;
  const bare = isPlain ? plain(drawn) : drawn;
  const shaped = shape === 'picked' ? pickedByLook(bare, look) : bare;
  const gated = gate === null ? shaped : withGate(shaped, gate, other);
  return measured === null ? gated : withFactors(gated, measured);
}

function plain(drawn: Component): Component {
  return { ...drawn, when: 'true', gates: [], table: drawn.table.map((band) => ({ ...band, gate: null })) };
}

export const ratesStory = fc
  .record({
    base: story,
    deals: fc.integer({ min: 2, max: 5 }),
    keepsPeople: mostly(8, false, true),
    side: mostly(6, true, false),
    terms: fc.array(terms, { minLength: 4, maxLength: 4 }),
  })
  .map(({ base, terms: list, ...more }) => {
    const hasSide = more.side && base.side !== null;
    const rated: Rated = (drawn, name, at) => {
      const own = list[at];
      const other = name === 'main' ? base.side : base.component;
      const named =
        hasSide && name !== 'other' && other !== null
          ? { id: name === 'main' ? 'side' : 'main', measure: other.measure }
          : null;
      return own === undefined ? drawn : said(drawn, own, named);
    };
    return { ...more, base: smaller(base, more, rated) };
  });
export type RatesStory = typeof ratesStory extends fc.Arbitrary<infer S> ? S : never;

type Rated = (drawn: Component, name: 'main' | 'side' | 'other', at: number) => Component;

function smaller(
  base: Story,
  { deals, side, keepsPeople }: { readonly deals: number; readonly side: boolean; readonly keepsPeople: boolean },
  rated: Rated,
): Story {
  const change = (each: DefinitionChange): DefinitionChange =>
    each.kind === 'plan'
      ? { ...each, component: rated(each.component, each.name === 'side' ? 'side' : 'main', 3) }
      : each;
  return {
    ...base,
    component: rated(base.component, 'main', 0),
    side: side && base.side !== null ? rated(base.side, 'side', 1) : null,
    other: rated(base.other, 'other', 2),
    deals: base.deals.slice(0, deals),
    changes: base.changes.slice(0, 2).map(change),
    people: keepsPeople ? base.people : null,
    pay: null,
  };
}
