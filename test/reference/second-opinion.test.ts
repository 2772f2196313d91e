import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, END, publicationProblems } from './compare.ts';
import { story } from './draw-story.ts';
import { eventsOf, FEATURES, featuresOf } from './features.ts';
import { isNothing } from './ratio.ts';
import { shown } from './show.ts';
import { ledgerOf } from './tell.ts';
import { UNDECIDED } from './undecided.ts';

/**
 * Two evaluators that share no code, one of them written for speed and the other for being obvious, must say the same of every plan:
 * exactly before rounding and to the last minor unit after it. `LEDGER_PROVE_CASES` asks for a longer run, `LEDGER_PROVE_SEED` for
 * the same one again.
 */
const CASES = Number(process.env.LEDGER_PROVE_CASES ?? 20_000);
const SEED = process.env.LEDGER_PROVE_SEED;
/** Of how many cases one is asked which features mattered. */
const ASKED = 20;

const drawn = new Map<string, number>();
const mattered = new Map<string, number>();
let cases = 0;
let statements = 0;
let corrections = 0;
let lines = 0;
let refused = 0;

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

describe('a second opinion', () => {
  test(
    'agrees on every line, total, attainment and correction',
    () => {
      const property = fc.property(story, (told) => {
        fc.pre(!UNDECIDED.some(({ concerns }) => concerns(told)));
        const ledger = ledgerOf(told);
        const wrong = publicationProblems(ledger);
        if (wrong.length > 0)
          throw new Error(`drew a plan that may not be published: ${wrong.join(' ')}\n${shown(ledger)}`);
        const comparison = compare(ledger);
        if (comparison.differences.length > 0) {
          throw new Error(`${comparison.differences.join('\n  ')}\n  ${shown(ledger)}`);
        }
        cases += 1;
        if (comparison.refused !== null) refused += 1;
        if (comparison.statements.length === 0) return;
        statements += comparison.statements.length;
        corrections += comparison.statements.reduce((sum, due) => sum + due.corrections.length, 0);
        lines += comparison.lines.filter(({ exact }) => !isNothing(exact)).length;
        for (const name of eventsOf(comparison)) count(drawn, name);
        for (const feature of featuresOf(comparison.book, END, cases % ASKED === 0)) {
          count(drawn, feature.name);
          if (feature.mattered === true) count(mattered, feature.name);
        }
      });
      const repeated = SEED === undefined ? {} : { seed: Number(SEED) };
      fc.assert(property, { numRuns: CASES, ...repeated });
    },
    CASES * 30 + 60_000,
  );

  test('has been asked about everything that a plan can say', () => {
    console.log({ cases, statements, lines, corrections, refused, drawn: sorted(drawn), mattered: sorted(mattered) });
    const least = Math.floor(cases / 200);
    const tooFew = FEATURES.filter(({ name }) => (drawn.get(name) ?? 0) < least).map(({ name }) => name);
    expect(tooFew, `drawn in fewer than ${least} of ${cases} cases`).toEqual([]);
    const asked = FEATURES.filter(({ without }) => without !== null);
    const inVain = asked.filter(({ name }) => (mattered.get(name) ?? 0) < least / ASKED / 4).map(({ name }) => name);
    expect(inVain, 'drawn, and hardly ever made a difference').toEqual([]);
  });
});

function sorted(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort((a, b) => a[1] - b[1]));
}
