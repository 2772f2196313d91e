import { rebuild, verify } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import { counted, table } from '../format.ts';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { action, type Exit } from './shape.ts';

/** Commands that show that what is stored is what was recorded. */
export function upkeepCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('rebuild')
    .description('build every view again from nothing, beside those in use, and compare the digests')
    .action(
      action(io, exit, { writes: false }, async (work) => {
        const progress = progressOf(io, 'rebuilding');
        const report = await rebuild(work.ledger, progress.update).finally(progress.stop);
        const rows = report.views.map(({ name, live, rebuilt, equal }) => [
          name,
          live.slice(0, 24),
          rebuilt.slice(0, 24),
          equal ? work.paint.green('equal') : work.paint.red('DIFFERENT'),
        ]);
        const columns = [
          { title: 'view' },
          { title: 'digest in use' },
          { title: 'digest from nothing' },
          { title: '' },
        ];
        work.print(report, () => `  ${counted(report.events, 'event')}\n${table(columns, rows)}`);
        const different = report.views.filter(({ equal }) => !equal).map(({ name }) => name);
        if (different.length === 0) return undefined;
        return problem(
          'replay_unequal',
          `Views ${different.join(', ')} came out differently; the rebuilt ones are in use. Report this, and keep the files.`,
        );
      }),
    );

  program
    .command('verify')
    .description('check the hash chain of the log, the digests of what is frozen, and the views against a rebuild')
    .option('--expect <position:digest>', 'the log must begin with what an earlier verify printed')
    .option('--log-only', 'leave the views out, which take as long as a rebuild')
    .action(
      action(io, exit, { writes: false }, async (work, options: { expect?: string; logOnly?: true }) => {
        const progress = progressOf(io, 'verifying');
        const { expect, logOnly } = options;
        const ask = { expect, logOnly, onProgress: progress.update };
        const verified = await verify(work.ledger, ask).finally(progress.stop);
        if (isProblem(verified)) return verified;
        const { events, streams, statements, periods, payRuns, position, digest } = verified;
        work.print(verified, () =>
          [
            `  ${work.paint.green('whole')}: ${counted(events, 'event')} in ${counted(streams, 'stream')},\n  each as it was sealed and after the one before it\n`,
            `  ${counted(statements, 'frozen statement')} in ${counted(periods, 'period')}, each as it was frozen\n`,
            payRuns === 0 ? '' : `  ${counted(payRuns, 'pay run')}, each file as it was released\n`,
            logOnly === true ? '' : '  every view is what a rebuild from nothing makes\n',
            expect === undefined ? '' : `  begins with what was kept at position ${expect.split(':')[0]}\n`,
            `  the log up to position ${position} has the digest\n  ${digest}\n`,
          ].join(''),
        );
        return undefined;
      }),
    );
}
