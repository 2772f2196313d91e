import type { Book } from './book.ts';
import type { Calculated } from './line.ts';
import type { Span } from './periods.ts';

/**
 * A stage looks at the lines of a component in one pay period after another, and answers with those that it adds: what it takes away,
 * gives back or moves in time is a line of its own, and no stage changes the lines of another.
 */
export interface Stage {
  next(period: Span, lines: readonly Calculated[]): readonly Calculated[];
}

/**
 * What a stage saw of other people: the lines that it adds for a calculation stay the same for as long as another book answers with
 * the same object.
 */
export interface Seen {
  readonly answer: object;
  again(book: Book): object;
}

/** The lines of a component by pay period. */
export type StagedLines = ReadonlyMap<string, readonly Calculated[]>;
export const NO_LINES: StagedLines = new Map();

/** A line among those of its component in a pay period: where one of its name is there already, it is told apart by a number. */
export function toldApart(line: Calculated, others: readonly Calculated[]): Calculated {
  const alike = others.filter(({ basis }) => basis.kind === line.basis.kind).length;
  return alike === 0 ? line : { ...line, line: `${line.line}~${alike + 1}` };
}
