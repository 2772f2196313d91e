import { isProblem, problem } from '@ledger/kernel';
import { builtApp } from '@ledger/web';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { report } from '../problems.ts';
import { fileOf, type Globals } from '../session.ts';
import { type Exit, guarded } from './shape.ts';

/** A server that went by its own clock all the same would answer otherwise than whoever gave another one expects. */
const NO_CLOCK = problem(
  'option_invalid',
  '--at sets the clock of one command, and a server goes by that of its machine; leave it out, or ask on the command line.',
);

/** How long requests that are under way may take to finish when the server is told to stop. */
const GRACE_MS = 15_000;

/** The command that opens a ledger to people and systems. */
export function serveCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('serve')
    .description(
      'serve the ledger over HTTP, as LEDGER_HOST, LEDGER_PORT and the other settings say, until told to stop',
    )
    .action(async (_options: object, command: Command) => {
      const globals: Globals = command.optsWithGlobals();
      exit(
        await guarded(io, async () => {
          if (globals.at !== undefined) return report(io, NO_CLOCK);
          // Not before it is asked for: no other command needs a server.
          const { serve } = await import('@ledger/api');
          const app = builtApp();
          const serving = await serve({ ...io.env, LEDGER_STORE: fileOf(io, globals) }, app);
          if (isProblem(serving)) return report(io, serving);
          io.out(
            `Ledger ${serving.ledger} is served at ${serving.address}; its description is at ${serving.address}/openapi.json\n`,
          );
          io.out(
            app === undefined
              ? 'The web application is not built; `pnpm start` builds it.\n'
              : `The web application is at ${serving.address}\n`,
          );
          await told();
          setTimeout(() => process.exit(0), GRACE_MS).unref();
          await serving.stop();
          return 0;
        }),
      );
    });
}

/** Until somebody tells the process to end. */
function told(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
