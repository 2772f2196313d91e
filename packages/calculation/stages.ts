import type { Book } from './book.ts';
import { type Calculation, calculate } from './calculate.ts';
import { capping } from './cap.ts';
import type { Calculated } from './line.ts';
import { periodsFrom, type Span } from './periods.ts';

/**
 * A stage looks at the lines of a component in one pay period after another, and answers with those that it adds: what it takes away,
 * gives back or moves in time is a line of its own, and no stage changes the lines of another.
 */
export interface Stage {
  next(period: Span, lines: readonly Calculated[]): readonly Calculated[];
}

/** The lines of a component that the stages made, by pay period. */
export type StagedLines = ReadonlyMap<string, readonly Calculated[]>;

/** The stages of one component, in the order in which docs/plan-language.md prints them. */
function stagesOf(book: Book, _component: string, _calculation: Calculation): readonly Stage[] {
  return [capping(book.calendar.cadence)];
}

/** Every component that yields something, by id, after all stages: what is rounded and posted. */
export function staged(book: Book, upTo: string): ReadonlyMap<string, StagedLines> {
  const calculation = calculate(book, upTo);
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, upTo);
  const components = [...calculation.lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    components.map(([component, periods]) => {
      const stages = stagesOf(book, component, calculation);
      return [component, throughStages(spans, periods, stages)] as const;
    }),
  );
}

function throughStages(spans: readonly Span[], calculated: StagedLines, stages: readonly Stage[]): StagedLines {
  const staged = new Map<string, readonly Calculated[]>();
  for (const span of spans) {
    let lines = calculated.get(span.id) ?? [];
    for (const stage of stages) {
      const added = stage.next(span, lines);
      if (added.length > 0) lines = [...lines, ...added];
    }
    if (lines.length > 0) staged.set(span.id, lines);
  }
  return staged;
}
