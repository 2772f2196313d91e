import type { Book } from './book.ts';
import { type Calculation, calculate } from './calculate.ts';
import { capping } from './cap.ts';
import type { Calculated } from './line.ts';
import { componentsThat, paysAtEnd } from './otherwise.ts';
import { periodsFrom, type Span } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { type Reporting, reporting } from './reporting.ts';
import type { Stage } from './stage.ts';
import { streaking } from './streak.ts';

/** The lines of a component that the stages made, by pay period. */
export type StagedLines = ReadonlyMap<string, readonly Calculated[]>;

/** The stages of one component, in the order in which docs/plan-language.md prints them. */
function stagesOf(
  book: Book,
  component: string,
  calculation: Calculation,
  reported: Reporting,
  isAtEnd: boolean,
): readonly Stage[] {
  return [...(isAtEnd ? [streaking(book, component, calculation, reported)] : []), capping(book.calendar.cadence)];
}

export interface Staged {
  /** By component, by id. */
  readonly lines: ReadonlyMap<string, StagedLines>;
  readonly problems: readonly CalculationProblem[];
}

/** Every component that yields something after all stages: what is rounded and posted. */
export function staged(book: Book, upTo: string): Staged {
  const calculation = calculate(book, upTo);
  const reported = reporting(book.participant.participant, calculation.problems);
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, upTo);
  const atEnd = componentsThat(book, paysAtEnd);
  const lines = new Map<string, StagedLines>();
  for (const component of [...new Set([...calculation.lines.keys(), ...atEnd])].sort()) {
    const stages = stagesOf(book, component, calculation, reported, atEnd.includes(component));
    lines.set(component, throughStages(spans, calculation.lines.get(component) ?? NOTHING, stages));
  }
  return { lines, problems: reported.problems };
}

const NOTHING: StagedLines = new Map();

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
