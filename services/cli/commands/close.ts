import { guidedClose } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderClose } from '../render/close.ts';
import { action, type Exit } from './shape.ts';

/** The guided close: it asks, and says which command does. */
export function closeCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('close <period>')
    .description(
      'the steps of a close: what is done, what is missing, who can do it, with which command; writes nothing',
    )
    .option('--as-of <position|instant>', 'answer as of then: a log position, or an instant as 2026-03-31T23:59:59Z')
    .action(
      action(io, exit, { writes: false }, async (work, period: string, options: { asOf?: string }) => {
        const answer = await guidedClose(work.ledger, { period, asOf: options.asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderClose(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}
