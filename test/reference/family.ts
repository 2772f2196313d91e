import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { casesOf, type FamilyName, isAskedFor, SEED } from './cases.ts';
import { type Comparison, compare, END, publicationProblems } from './compare.ts';
import { type Feature, featuresOf } from './features.ts';
import { isNothing } from './ratio.ts';
import { shown } from './show.ts';
import type { Ledger } from './tell.ts';

/**
 * Two evaluators that share no code, one written for speed and the other to be obvious, must say the same of every plan: exactly
 * before rounding, and to the last minor unit after it. Stories come in families, each about some of what can be said. A test draws
 * the same cases at every run; `pnpm prove` draws others, and more.
 */
export interface Family<Story> {
  readonly name: FamilyName;
  readonly story: fc.Arbitrary<Story>;
  /** The story as it is told to both, once for each participant whose statements are compared. */
  readonly ledgersOf: (story: Story) => readonly Ledger[];
  /** What may be drawn and is not compared. */
  readonly isUndecided?: (story: Story) => boolean;
  /** What components can say. */
  readonly features: readonly Feature[];
  /** What else can be said, and which of it mattered: the same story without it pays something else. */
  readonly said?: {
    readonly names: readonly string[];
    readonly mattered: (story: Story, comparison: Comparison, isAsked: (name: string) => boolean) => readonly string[];
  };
  /** What must be seen in histories and in results. */
  readonly events: Readonly<Record<string, (comparison: Comparison) => boolean>>;
  /** Codes of refusals that must have ended a story. */
  readonly refusals?: readonly string[];
}

/** How many tenths of its cases a family may draw beyond them. */
const MOST_MORE = 20;

const refusal = (code: string): string => `refused: ${code}`;

export function secondOpinion<Story>(family: Family<Story>): void {
  const cases = casesOf(family.name);
  // How often everything must have been drawn, and have made a difference, before agreement means anything.
  const enoughDrawn = Math.floor(cases / 500);
  const enoughMattered = Math.floor(cases / 1500);
  const drawn = new Map<string, number>();
  const mattered = new Map<string, number>();
  const totals = { cases: 0, statements: 0, lines: 0, corrections: 0, refused: 0 };

  const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  // What has been seen to matter often enough is asked for no more.
  const isAsked = (name: string) => (mattered.get(name) ?? 0) < enoughMattered;

  /** Tells a drawn story to both evaluators. Throws where they differ, with the story. */
  function tell(story: Story): void {
    fc.pre(family.isUndecided?.(story) !== true);
    totals.cases += 1;
    const seen = new Set<string>();
    for (const ledger of family.ledgersOf(story)) for (const name of told(story, ledger)) seen.add(name);
    for (const name of seen) count(drawn, name);
  }

  /** What was drawn that paid something. */
  function told(story: Story, ledger: Ledger): readonly string[] {
    const wrong = publicationProblems(ledger);
    if (wrong.length > 0)
      throw new Error(`drew a plan that may not be published: ${wrong.join(' ')}\n  ${shown(ledger)}`);
    const comparison = compare(ledger);
    const { differences, statements, lines, refused, book } = comparison;
    if (differences.length > 0) throw new Error(`${differences.join('\n  ')}\n  ${shown(ledger)}`);
    totals.refused += refused === null ? 0 : 1;
    totals.statements += statements.length;
    totals.corrections += statements.reduce((sum, due) => sum + due.corrections.length, 0);
    totals.lines += lines.filter(({ exact }) => !isNothing(exact)).length;
    if (lines.length === 0) return refused === null ? [] : [refusal(refused)];
    const features = featuresOf(book, END, lines, family.features, ({ name }) => isAsked(name));
    for (const { name } of features.filter((feature) => feature.mattered)) count(mattered, name);
    for (const name of family.said?.mattered(story, comparison, isAsked) ?? []) count(mattered, name);
    const events = Object.entries(family.events).flatMap(([name, isSeen]) => (isSeen(comparison) ? [name] : []));
    return [...events, ...features.map(({ name }) => name)];
  }

  describe(`a second opinion: ${family.name}`, () => {
    test(
      'agrees on every line, total, attainment and correction',
      () => {
        fc.assert(fc.property(family.story, tell), { numRuns: cases, seed: SEED });
      },
      cases * 120 + 120_000,
    );

    test(
      'was asked about everything that can be said',
      () => {
        // What hardly ever comes is drawn for until it has come often enough: each of these is compared like all others.
        let more = 0;
        while (more < MOST_MORE && (tooFew().length > 0 || inVain().length > 0)) {
          more += 1;
          fc.assert(fc.property(family.story, tell), { numRuns: Math.ceil(cases / 10), seed: SEED + more });
        }
        const sorted = Object.fromEntries([...drawn].sort((a, b) => a[1] - b[1]));
        if (isAskedFor) console.log({ ...totals, more, drawn: sorted, mattered: Object.fromEntries(mattered) });
        expect(tooFew(), `drawn in fewer than ${enoughDrawn} of ${totals.cases} cases that paid something`).toEqual([]);
        expect(inVain(), `made a difference in fewer than ${enoughMattered} cases`).toEqual([]);
      },
      cases * 120 + 120_000,
    );
  });

  function tooFew(): readonly string[] {
    const refusals = family.refusals?.map(refusal) ?? [];
    const names = [...family.features.map(({ name }) => name), ...Object.keys(family.events), ...refusals];
    return names.filter((name) => (drawn.get(name) ?? 0) < enoughDrawn);
  }

  function inVain(): readonly string[] {
    const asked = family.features.filter(({ without }) => without !== null).map(({ name }) => name);
    return [...asked, ...(family.said?.names ?? [])].filter(isAsked);
  }
}
