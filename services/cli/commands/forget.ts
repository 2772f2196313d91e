import { forgetAgain, requestErasure } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { saidOf } from './said.ts';
import { action, type Exit } from './shape.ts';

interface ForgetOptions {
  readonly keptUntil?: string;
  readonly reason?: string;
  readonly evidence?: readonly string[];
}

/** The name of somebody who is gone: in the directory beside the log, and nowhere else. */
export function forgetCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('forget [person]')
    .description(
      'ask that the name of somebody be forgotten; without one: forget again whoever is, as after names were restored',
    )
    .option('--kept-until <date>', 'first day on which no law asks for the name any more')
    .option('--reason <text>', 'why')
    .option(
      '--evidence <text>',
      'a link or a short text; may be given several times',
      (value, before: readonly string[] = []) => [...before, value],
    )
    .action(
      action(io, exit, { writes: true }, async (work, person: string | undefined, options: ForgetOptions) => {
        if (person === undefined) {
          const again = await forgetAgain(work.ledger, work.by);
          if (isProblem(again)) return again;
          const { people } = again;
          work.print(again, () => `  forgotten again: ${people.length === 0 ? 'nobody' : people.join(', ')}\n`);
          return undefined;
        }
        const { keptUntil, reason, evidence = [] } = options;
        if (keptUntil === undefined || reason === undefined) {
          const says = `Say until when the name of ${person} had to be kept, and why it is forgotten: --kept-until <date> --reason <text>.`;
          return problem('argument_missing', says);
        }
        return saidOf(work, await requestErasure(work.ledger, { person, keptUntil, reason, evidence }, work.by));
      }),
    );
}
