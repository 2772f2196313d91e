import type { Statement } from '@ledger/events';
import { canonical, isProblem, type Problem } from '@ledger/kernel';
import { counted } from '../figures.ts';

/** A statement that does not come out as it was frozen. */
export interface Unlike {
  readonly participant: string;
  /** `null`: none was frozen, and there would be one. */
  readonly frozen: string | null;
  /** `null`: it can no longer be calculated. */
  readonly recomputed: string | null;
  /** What is another one, in a sentence. */
  readonly says: string;
  /** Lines that come to another amount, the first of them; `null`: there is no such line. */
  readonly lines: readonly {
    readonly line: string;
    readonly frozen: string | null;
    readonly recomputed: string | null;
  }[];
  readonly problem: Problem | null;
}

/** Lines of one statement that are named. */
const MOST_LINES = 20;

/** How a statement that was calculated again differs from the frozen one; where only words do, no money moves. */
export function unlike(participant: string, frozen: Statement | null, again: Statement | Problem): Unlike {
  const total = frozen?.total ?? null;
  if (isProblem(again)) {
    const says = 'It can no longer be calculated.';
    return { participant, frozen: total, recomputed: null, says, lines: [], problem: again };
  }
  const lines = unlikeLines(frozen, again);
  const says =
    frozen === null ? 'No statement was frozen, and there would be one.' : differsIn(frozen, again, lines.length);
  const named = lines.slice(0, MOST_LINES);
  return { participant, frozen: total, recomputed: again.total, says, lines: named, problem: null };
}

function unlikeLines(frozen: Statement | null, again: Statement): Unlike['lines'] {
  const amounts = (statement: Statement | null) =>
    new Map((statement?.lines ?? []).map(({ line, amount }) => [line, amount]));
  const [was, is] = [amounts(frozen), amounts(again)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((line) => {
    const [first, second] = [was.get(line) ?? null, is.get(line) ?? null];
    return first === second ? [] : [{ line, frozen: first, recomputed: second }];
  });
}

function differsIn(frozen: Statement, again: Statement, lines: number): string {
  const same = (was: unknown, is: unknown) => canonical(was) === canonical(is);
  const parts = [
    lines > 0 ? `${counted(lines, 'line')} with another amount` : null,
    same(frozen.balances ?? [], again.balances ?? []) ? null : 'what is carried to the next statement',
    same(frozen.attainment, again.attainment) ? null : 'attainment',
  ].filter((part) => part !== null);
  if (parts.length > 0) return `Another one: ${parts.join('; ')}.`;
  return 'Every amount is as it was frozen; how they are explained reads otherwise.';
}
