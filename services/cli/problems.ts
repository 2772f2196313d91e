import { kindOf } from '@ledger/events';
import { EXIT, type Problem, problem } from '@ledger/kernel';
import { type Io, paint } from './io.ts';

/** Prints a problem and everything in it on `err`, one line each, and answers with the exit code. */
export function report(io: Io, whole: Problem): number {
  const all = whole.errors !== undefined && whole.errors.length > 0 ? whole.errors : [whole];
  for (const each of all) io.err(errorLine(io, each));
  // The sum of many, as "104 rows are wrong; the first 100 are listed", comes last, where it is read first.
  // A single one is said once.
  const [first] = all;
  if (whole.message !== first?.message) io.err(errorLine(io, whole));
  return EXIT[kindOf(whole.code)];
}

/** What was to be printed is nowhere: whatever the command did, it did. */
export function unwritten(io: Io, { code = 'unknown' }: NodeJS.ErrnoException): number {
  const says = `What is printed cannot be written (${code}); make room, or send it elsewhere. What the command was to record, it has recorded.`;
  return report(io, problem('storage_full', says));
}

/** What is wrong stands at the beginning of a message, what to do about it at its end. */
const LONGEST = { beginning: 1500, end: 500 };
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** One line for one problem, whatever it quotes: terminals obey control characters, and nobody reads 10 kB of an id. */
function errorLine(io: Io, { code, message }: Problem): string {
  const { beginning, end } = LONGEST;
  const cut =
    message.length > beginning + end ? `${message.slice(0, beginning)}…${message.slice(-end)}`.toWellFormed() : message;
  const line = cut.replace(/\s*\n\s*/g, ' ').replace(HIDDEN, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
  return `${paint(io).red(`error[${code}]`)}: ${line}\n`;
}
