import { randomInt } from 'node:crypto';
import { proveOrder } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import { openCaseLedger } from '@ledger/wiring';
import type { Command } from 'commander';
import { counted, table } from '../format.ts';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { action, type Exit } from './shape.ts';

const MOST_TIMES = 1_000;
const MOST_SEED = 2 ** 31 - 1;

/** Shows an auditor, on the books that they look at, that no result depends on the order in which facts came. */
export function proveOrderCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('prove-order')
    .description('tell the facts again in random orders and batches, and compare what comes out; writes nothing')
    .option('--times <n>', 'how many orders (default: 3)')
    .option('--seed <n>', 'draws the same orders again')
    .action(
      action(
        io,
        exit,
        { writes: false },
        async (work, options: { readonly times?: string; readonly seed?: string }) => {
          const times = wholeNumber(options.times ?? '3', MOST_TIMES);
          const seed = wholeNumber(options.seed ?? String(randomInt(1, MOST_SEED)), MOST_SEED);
          if (times === undefined || seed === undefined) {
            const most =
              times === undefined
                ? `--times takes a whole number from 1 to ${MOST_TIMES}`
                : `--seed takes a whole number from 1 to ${MOST_SEED}`;
            return problem('option_invalid', `${most}; write another one, or leave it out.`);
          }
          const progress = progressOf(io, 'proving');
          const ask = { times, seed, clock: work.ledger.clock };
          const proof = await proveOrder(work.ledger, openCaseLedger, ask, progress.update).finally(progress.stop);
          if (isProblem(proof)) return proof;
          const shownAs = (text: string) => text.slice(0, 12);
          const row = (
            name: string,
            { deals, definitions, frozen, statements }: typeof proof.recorded,
            says: string,
          ) => [name, ...[deals, definitions, frozen, statements].map(shownAs), says];
          const rows = [
            row('as recorded', proof.recorded, ''),
            ...proof.orders.map((order, at) =>
              row(
                `order ${at + 1}, ${counted(order.batches, 'part')}`,
                order,
                order.equal ? work.paint.green('equal') : work.paint.red('DIFFERENT'),
              ),
            ),
          ];
          const columns = ['', 'deals', 'definitions', 'frozen', 'statements', ''].map((title) => ({ title }));
          work.print(proof, () =>
            [
              `  ${counted(proof.events, 'event')} in ${counted(proof.stretches, 'part')} between freezes, seed ${proof.seed}\n`,
              table(columns, rows),
              '  A stream keeps its own order, since its events were decided one after the other;\n  nothing moves across a freeze, which pins a position.\n',
            ].join(''),
          );
          if (proof.orders.every(({ equal }) => equal)) return undefined;
          return problem(
            'replay_unequal',
            `Another order of the same facts came out differently; report this with the seed ${proof.seed}, and keep the ledger file.`,
          );
        },
      ),
    );
}

function wholeNumber(text: string, most: number): number | undefined {
  const value = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}
