import { attainmentOf, explain, failed, statementOf } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderExplanation } from '../render/explain.ts';
import { renderAttainment, renderStatement } from '../render/statement.ts';
import { action, type Exit } from './shape.ts';

const AS_OF = [
  '--as-of <position|instant>',
  'answer as of then: a log position, or an instant as 2026-03-31T23:59:59Z',
] as const;

/** Commands that ask and write nothing. */
export function readCommands(program: Command, io: Io, exit: Exit): void {
  const reading = { writes: false };

  program
    .command('statement <participant> <period>')
    .description("a participant's statement: frozen, or what would be posted now")
    .option(...AS_OF)
    .option('--all', 'every line')
    .action(
      action(
        io,
        exit,
        reading,
        async (work, participant: string, period: string, options: { asOf?: string; all?: true }) => {
          const answer = await statementOf(work.ledger, { participant, period, asOf: options.asOf });
          if (isProblem(answer)) return answer;
          const person = await work.ledger.directory.get(participant);
          work.print(answer, () =>
            renderStatement(work.paint, answer, person?.name ?? null, options.all === true, io.columns),
          );
          return undefined;
        },
      ),
    );

  program
    .command('attainment <period> [participant]')
    .description('measured amounts against quotas, of everybody or of one participant')
    .option(...AS_OF)
    .action(
      action(
        io,
        exit,
        reading,
        async (work, period: string, participant: string | undefined, options: { asOf?: string }) => {
          const answer = await attainmentOf(work.ledger, { participant, period, asOf: options.asOf });
          if (isProblem(answer)) return answer;
          work.print(answer, () => renderAttainment(work.paint, answer));
          // The others are shown; who cannot be calculated is said where errors are said.
          return failed(answer.participants.flatMap(({ problems }) => problems));
        },
      ),
    );

  program
    .command('explain <participant> <period> <line>')
    .description('one line of a statement, down to the deal, the split, the plan version and the rate band')
    .option(...AS_OF)
    .action(
      action(
        io,
        exit,
        reading,
        async (work, participant: string, period: string, line: string, options: { asOf?: string }) => {
          const answer = await explain(work.ledger, { participant, period, line, asOf: options.asOf });
          if (isProblem(answer)) return answer;
          work.print(answer, () => renderExplanation(work.paint, answer, io.columns));
          return undefined;
        },
      ),
    );
}
