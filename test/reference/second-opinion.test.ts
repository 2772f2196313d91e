import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, END, publicationProblems } from './compare.ts';
import { story } from './draw-story.ts';
import { FEATURES, featuresOf } from './features.ts';
import { PAYMENT_FEATURES, paymentFeaturesOf } from './payment-features.ts';
import { isNothing } from './ratio.ts';
import { EVENTS, eventsOf } from './seen.ts';
import { shown } from './show.ts';
import { ledgerOf } from './tell.ts';
import { UNDECIDED } from './undecided.ts';

/**
 * Two evaluators that share no code, one written for speed and the other to be obvious, must say the same of every plan: exactly
 * before rounding, and to the last minor unit after it. The test draws the same cases at every run; `pnpm prove` draws others, and more.
 * `LEDGER_PROVE_CASES` says how many, `LEDGER_PROVE_SEED` which.
 */
const ASKED_FOR = process.env.LEDGER_PROVE_CASES;
const CASES = Number(ASKED_FOR ?? 20_000);
const SEED = Number(process.env.LEDGER_PROVE_SEED ?? 20_260_105);

/** How often everything must have been drawn, and have made a difference, before agreement means anything. */
const DRAWN = Math.floor(CASES / 500);
const MATTERED = Math.floor(CASES / 5000);

const drawn = new Map<string, number>();
const mattered = new Map<string, number>();
const totals = { cases: 0, statements: 0, lines: 0, corrections: 0, refused: 0 };

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Tells a drawn story to both evaluators. Throws where they differ, with the story. */
function tell(told: typeof story extends fc.Arbitrary<infer S> ? S : never): void {
  fc.pre(!UNDECIDED.some(({ concerns }) => concerns(told)));
  const ledger = ledgerOf(told);
  const wrong = publicationProblems(ledger);
  if (wrong.length > 0)
    throw new Error(`drew a plan that may not be published: ${wrong.join(' ')}\n  ${shown(ledger)}`);
  const comparison = compare(ledger);
  const { differences, statements, lines, refused, book } = comparison;
  if (differences.length > 0) throw new Error(`${differences.join('\n  ')}\n  ${shown(ledger)}`);
  totals.cases += 1;
  totals.refused += refused === null ? 0 : 1;
  totals.statements += statements.length;
  totals.corrections += statements.reduce((sum, due) => sum + due.corrections.length, 0);
  totals.lines += lines.filter(({ exact }) => !isNothing(exact)).length;
  if (lines.length === 0) return;
  for (const name of eventsOf(comparison)) count(drawn, name);
  // What has been seen to matter often enough is asked for no more.
  for (const feature of featuresOf(book, END, lines, ({ name }) => (mattered.get(name) ?? 0) < MATTERED)) {
    count(drawn, feature.name);
    if (feature.mattered) count(mattered, feature.name);
  }
  for (const name of paymentFeaturesOf(told, statements, (name) => (mattered.get(name) ?? 0) < MATTERED)) {
    count(mattered, name);
  }
}

describe('a second opinion', () => {
  test(
    'agrees on every line, total, attainment and correction',
    () => {
      fc.assert(fc.property(story, tell), { numRuns: CASES, seed: SEED });
    },
    CASES * 30 + 60_000,
  );

  test('was asked about everything that a plan can say', () => {
    const sorted = Object.fromEntries([...drawn].sort((a, b) => a[1] - b[1]));
    if (ASKED_FOR !== undefined) console.log({ ...totals, drawn: sorted });
    const names = [...FEATURES.map(({ name }) => name), ...EVENTS];
    const tooFew = names.filter((name) => (drawn.get(name) ?? 0) < DRAWN);
    expect(tooFew, `drawn in fewer than ${DRAWN} of ${totals.cases} cases that paid something`).toEqual([]);
    const asked = FEATURES.filter(({ without }) => without !== null);
    const inVain = [...asked, ...PAYMENT_FEATURES]
      .filter(({ name }) => (mattered.get(name) ?? 0) < MATTERED)
      .map(({ name }) => name);
    expect(inVain, `made a difference in fewer than ${MATTERED} cases`).toEqual([]);
  });
});
