import { importPayments, named, payoutsOf, payRun } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { paymentsText, payoutsText, payRunText } from '../render/payments.ts';
import { action, type Exit } from './shape.ts';

/** Commands about money on its way: to payroll, back from it, and where it is. */
export function paymentCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('pay-run <period>')
    .description(
      'release to payroll what is payable of a frozen period, and write the file; without --out, say what would be in it',
    )
    .option('--out <file>', 'the file for payroll; its totals go into <file>.json')
    .option('--run <n>', 'write the file of an earlier run again')
    .action(
      action(io, exit, { writes: true }, async (work, period: string, options: { out?: string; run?: string }) => {
        if (options.run !== undefined && !/^[1-9][0-9]{0,4}$/.test(options.run)) {
          return problem('option_invalid', `--run "${options.run}" is no number of a run; write one as --run 1.`);
        }
        const run = options.run === undefined ? undefined : Number(options.run);
        const made = await payRun(work.ledger, { period, file: options.out, run }, work.by);
        if (isProblem(made)) return made;
        const answer = {
          ...made,
          payments: await named(work.ledger, { kind: 'all' }, made.payments),
          negative: await named(work.ledger, { kind: 'all' }, made.negative),
        };
        work.print(answer, () => payRunText(work.paint, answer, work.io.columns));
        return undefined;
      }),
    );

  program
    .command('payments <file>')
    .description('import what payroll paid and returned: all rows or none; the same row or file again pays nothing')
    .option('--dry-run', 'say what would be recorded, and record nothing')
    .action(
      action(io, exit, { writes: true }, async (work, file: string, options: { dryRun?: true }) => {
        const report = await importPayments(work.ledger, { file, dryRun: options.dryRun === true }, work.by);
        if (isProblem(report)) return report;
        work.print(report, () => paymentsText(work.paint, report));
        return undefined;
      }),
    );

  program
    .command('payouts <period>')
    .description('where the money of a period is: frozen, in a run, paid, returned')
    .option('--as-of <position|instant>', 'answer as of then')
    .action(
      action(io, exit, { writes: false }, async (work, period: string, options: { asOf?: string }) => {
        const found = await payoutsOf(work.ledger, { period, asOf: options.asOf });
        if (isProblem(found)) return found;
        const answer = { ...found, payouts: await named(work.ledger, { kind: 'all' }, found.payouts) };
        work.print(answer, () => payoutsText(work.paint, answer));
        return undefined;
      }),
    );
}
