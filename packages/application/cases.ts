import type { Case } from '@ledger/connectors';
import { type Clock, isProblem, type Problem, ProblemError, parseInstant } from '@ledger/kernel';
import { answersOf, check, codesOf, type Failure, inWords } from './case-checks.ts';
import { perform, prepare } from './case-steps.ts';
import type { Ledger } from './ledger.ts';

export type { Failure } from './case-checks.ts';

export interface CaseResult {
  readonly title: string;
  readonly source: string | null;
  readonly file: string;
  readonly line: number;
  readonly ok: boolean;
  readonly failures: readonly Failure[];
  /** What the definitions of the case are warned about, as whoever proposes them would be. */
  readonly warnings: readonly Problem[];
  readonly milliseconds: number;
}

/** A ledger for one case, which nobody keeps: a store of its own, on the clock of the case. */
export type OpenCaseLedger = (clock: Clock) => { readonly ledger: Ledger; close(): Promise<void> };

/**
 * Runs a worked case: records what is given, each step on its day, through the commands that everybody uses; then asks what it
 * expects. A step that is refused without being expected to ends it, since what follows rests on it.
 */
export async function runCase(given: Case, open: OpenCaseLedger): Promise<CaseResult> {
  const began = performance.now();
  const { title, source, file, line } = given;
  const zone = given.calendar.timeZone;
  let now = noon(given.start, zone);
  const opened = open(() => now);
  const warnings: Problem[] = [];
  let failures: readonly Failure[];
  try {
    failures = await run(given, opened.ledger, {
      zone,
      at: (day) => {
        now = noon(day, zone);
      },
      warn: (warning) => warnings.push(warning),
    });
  } catch (error) {
    // A view that stopped, a store that broke: this case has no answer, the others have.
    if (!(error instanceof ProblemError)) throw error;
    failures = [refused({ line, says: 'the case' }, null, error.problem)];
  } finally {
    await opened.close();
  }
  const milliseconds = Math.round(performance.now() - began);
  return { title, source, file, line, ok: failures.length === 0, failures, warnings, milliseconds };
}

interface Course {
  readonly zone: string;
  /** It is that day now. */
  at(day: string): void;
  warn(warning: Problem): void;
}

async function run(given: Case, ledger: Ledger, { zone, at, warn }: Course): Promise<readonly Failure[]> {
  const prepared = await prepare(ledger, given);
  if (isProblem(prepared)) return [refused({ line: given.line, says: 'what the case leaves unsaid' }, null, prepared)];
  for (const step of given.steps) {
    at(step.on);
    const problem = await perform(ledger, step, warn);
    if (problem === undefined && step.refused === null) continue;
    if (problem !== undefined && step.refused !== null && codesOf(problem).includes(step.refused)) continue;
    return [refused(step, step.refused, problem)];
  }
  const instantOf = (asOf: string) => {
    const instant = asOf.includes('T') ? asOf : lastInstant(asOf, zone);
    // A case may look from any later day at what was known when its last step was done.
    return (parseInstant(instant) ?? 0n) > ledger.clock() ? undefined : instant;
  };
  const answers = answersOf(ledger, instantOf);
  const failures: Failure[] = [];
  for (const expectation of given.expectations) failures.push(...(await check(answers, expectation, instantOf)));
  return failures;
}

function refused(
  { line, says }: { readonly line: number; readonly says: string },
  expected: string | null,
  problem: Problem | undefined,
): Failure {
  return {
    line,
    what: says,
    field: 'refused',
    expected: expected ?? 'it is done',
    actual: problem === undefined ? 'it is done' : inWords(problem),
    explained: [],
  };
}

/** Steps of a day are recorded from noon on, as the ledger's own clock has it. */
function noon(day: string, zone: string): bigint {
  const { epochNanoseconds } = Temporal.PlainDateTime.from(`${day}T12:00:00`).toZonedDateTime(zone);
  return epochNanoseconds / 1000n;
}

function lastInstant(day: string, zone: string): string {
  return Temporal.PlainDateTime.from(`${day}T23:59:59.999999`).toZonedDateTime(zone).toInstant().toString();
}
