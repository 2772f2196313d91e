import { copyLedger } from '@ledger/application';
import { isProblem, type Problem, systemClock } from '@ledger/kernel';
import { openCopySource, openCopyTarget, shownStore } from '@ledger/wiring';
import type { Command } from 'commander';
import { counted } from '../format.ts';
import { type Io, paint } from '../io.ts';
import { report } from '../problems.ts';
import { progressOf } from '../progress.ts';
import type { Globals } from '../session.ts';
import { type Exit, guarded } from './shape.ts';

/** Moves a ledger between stores: from a file to a cluster when a company grows, and back to look at it on a laptop. */
export function copyCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('copy')
    .description(
      'copy a ledger to another store: the same events, positions, hashes and digests; goes on where it ended',
    )
    .requiredOption('--from <store>', 'a ledger file, or an address as esdb://<host>:<port>?tls=false&ledger=<name>')
    .requiredOption('--to <store>', 'the same; an empty one, or one that an earlier copy has begun')
    .action(async (_options: object, command: Command) => {
      const globals: Globals & { from: string; to: string } = command.optsWithGlobals();
      exit(
        await guarded(io, async () => {
          const problem = await copy(io, globals);
          return problem === undefined ? 0 : report(io, problem);
        }),
      );
    });
}

async function copy(io: Io, { from, to, json }: Globals & { from: string; to: string }): Promise<Problem | undefined> {
  const source = await openCopySource(from, systemClock);
  try {
    const { store, demo } = source;
    const target = await openCopyTarget(to, { ledger: store.ledger, demo, clock: systemClock });
    const progress = progressOf(io, 'copying');
    try {
      const copied = await copyLedger(source, target, progress.update).finally(progress.stop);
      if (isProblem(copied)) return copied;
      const { events, found, people, position, digest } = copied;
      const had = found === 0 ? '' : `, ${counted(found, 'event')} of them by an earlier run`;
      io.out(
        json === true
          ? `${JSON.stringify(copied)}\n`
          : [
              `  ${paint(io).green('copied')}: ${counted(events, 'event')}${had}, and ${counted(people, 'name')}, to\n  ${shownStore(to)}\n`,
              `  both logs up to position ${position} have the digest\n  ${digest}\n`,
            ].join(''),
      );
      return undefined;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
