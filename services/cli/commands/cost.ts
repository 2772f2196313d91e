import { COST_BY, costOf } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { costText } from '../render/cost.ts';
import { action, type Exit } from './shape.ts';

/** What commissions cost. */
export function costCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('cost [from] [to]')
    .description('what commissions cost, by period, team or plan: accrued, held, paid; and how far people came')
    .option('--by <what>', 'period, team or plan (default: period)')
    .option('--as-of <position|instant>', 'answer as of then')
    .action(
      action(
        io,
        exit,
        { writes: false },
        async (work, from: string | undefined, to: string | undefined, options: { by?: string; asOf?: string }) => {
          const by = COST_BY.find((each) => each === (options.by ?? 'period'));
          if (by === undefined) {
            return problem(
              'option_invalid',
              `--by "${options.by?.slice(0, 40)}" adds up nothing; write one of ${COST_BY.join(', ')}.`,
            );
          }
          const answer = await costOf(work.ledger, { kind: 'all' }, { by, from, to: to ?? from, asOf: options.asOf });
          if (isProblem(answer)) return answer;
          work.print(answer, () => costText(work.paint, answer));
          return undefined;
        },
      ),
    );
}
