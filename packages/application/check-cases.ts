import { readCases } from '@ledger/connectors';
import { type Problem, problem } from '@ledger/kernel';
import { breathing } from './breath.ts';
import { type CaseResult, type OpenCaseLedger, runCase } from './cases.ts';
import type { TextFile } from './define-text.ts';

export interface CheckedCases {
  readonly passed: number;
  readonly failed: number;
  /** In the order of the file. */
  readonly cases: readonly CaseResult[];
}

/** Cases that are run at once, by whoever waits for the answer. */
const MOST_CASES = 200;

/** Runs the worked cases of a text, each on a ledger of its own; files that they name beside it are not there. */
export async function checkCases(file: TextFile, open: OpenCaseLedger): Promise<CheckedCases | Problem> {
  const read = readCases(file.bytes, file.name, () => undefined);
  if (!read.ok) {
    const [first, ...more] = read.problems;
    if (first === undefined) throw new TypeError('cases were refused without a problem');
    return more.length === 0 ? first : { ...first, errors: read.problems };
  }
  if (read.cases.length > MOST_CASES) {
    const says = `The text holds ${read.cases.length} cases; send up to ${MOST_CASES} at once.`;
    return problem('document_too_large', says);
  }
  const breathe = breathing();
  const cases: CaseResult[] = [];
  for (const each of read.cases) {
    cases.push(await runCase(each, open));
    await breathe();
  }
  const passed = cases.filter(({ ok }) => ok).length;
  return { passed, failed: cases.length - passed, cases };
}
