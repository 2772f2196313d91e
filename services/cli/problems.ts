import { kindOf } from '@ledger/events';
import { EXIT, type Problem } from '@ledger/kernel';
import { type Io, paint } from './io.ts';

/** Prints a problem and everything in it on `err`, one line each, and answers with the exit code. */
export function report(io: Io, problem: Problem): number {
  const all = problem.errors !== undefined && problem.errors.length > 0 ? problem.errors : [problem];
  for (const { code, message } of all) io.err(`${errorLine(io, code)}: ${message}\n`);
  // The sum of many, as "104 rows are wrong; the first 100 are listed", comes last, where it is read first.
  if (all.length > 1) io.err(`${errorLine(io, problem.code)}: ${problem.message}\n`);
  return EXIT[kindOf(problem.code)];
}

function errorLine(io: Io, code: string): string {
  return paint(io).red(`error[${code}]`);
}
