import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { CalculationProblem } from './problem.ts';

/** Collects what stands in the way of a participant's statement, each thing once. */
export interface Reporting {
  readonly problems: readonly CalculationProblem[];
  report(inForce: ComponentInForce, period: string, deal: string | null, obstacle: Obstacle): void;
}

/** A statement with more problems than this is not read to the end. */
const MOST_PROBLEMS = 100;

/** `known`: what an earlier stage has reported already. */
export function reporting(participant: string, known: readonly CalculationProblem[] = []): Reporting {
  const problems = [...known];
  const seen = new Set<string>();
  return {
    problems,
    report: (inForce, period, deal, { code, says, scope, cause = says }) => {
      const component = inForce.component.id;
      const id = `${code}/${component}/${scope ?? deal ?? period}`;
      if (problems.length >= MOST_PROBLEMS || seen.has(id)) return;
      seen.add(id);
      const about = deal === null ? '' : `, deal ${deal}`;
      const message = `${participant}, ${period}, ${component}${about}: ${says}.`;
      problems.push({ code, message, participant, period, component, deal, cause });
    },
  };
}
