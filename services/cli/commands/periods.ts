import { blockers, continueFreeze, openPeriod, requestFreeze, requestReopen } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderBlockers } from '../render/blockers.ts';
import { frozenText } from './decisions.ts';
import { outcomeText, saidOf } from './said.ts';
import { action, type Exit } from './shape.ts';

/** Commands of a period's life: open, what is in the way, freeze, reopen. */
export function periodCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('open <period>')
    .description('open a period for statements: 2026-Q1, 2026-01')
    .action(
      action(io, exit, { writes: true }, async (work, period: string) => {
        const outcome = await openPeriod(work.ledger, period, work.by);
        if (isProblem(outcome)) return outcome;
        work.print(outcome, () => outcomeText(work, [outcome]));
        return undefined;
      }),
    );

  program
    .command('blockers <period>')
    .description('what keeps a period from being frozen, and what mends it')
    .option('--as-of <position|instant>', 'as it was then')
    .action(
      action(io, exit, { writes: false }, async (work, period: string, options: { asOf?: string }) => {
        const answer = await blockers(work.ledger, { period, asOf: options.asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderBlockers(work.paint, answer, io.columns));
        return undefined;
      }),
    );

  program
    .command('freeze <period>')
    .description('ask that a period become history; after its approval, goes on with a freeze that was interrupted')
    .option('--reason <text>', 'why; left out: the close of the period')
    .option(
      '--evidence <text>',
      'a link or a short text; may be given several times',
      (value, before: readonly string[] = []) => [...before, value],
    )
    .option('--despite <reason>', 'why it is frozen although something that may be overridden is in the way')
    .action(
      action(
        io,
        exit,
        { writes: true },
        async (work, period: string, options: { reason?: string; evidence?: readonly string[]; despite?: string }) => {
          const { reason, evidence = [], despite } = options;
          const ask = { period, reason, evidence, ...(despite === undefined ? {} : { despite }) };
          const requested = await requestFreeze(work.ledger, ask, work.by);
          if (isProblem(requested) && requested.code === 'freeze_running') {
            const progress = progressOf(io, 'freezing');
            const frozen = await continueFreeze(work.ledger, period, work.by, progress.update).finally(progress.stop);
            if (isProblem(frozen)) return frozen;
            work.print(frozen, () => frozenText(work, frozen));
            return undefined;
          }
          return saidOf(work, requested);
        },
      ),
    );

  program
    .command('reopen <period>')
    .description('ask that a frozen period be closed again, by other statements; two others have to approve')
    .requiredOption('--reason <text>', 'why')
    .requiredOption(
      '--evidence <text>',
      'a link or a short text; may be given several times',
      (value, before: readonly string[] = []) => [...before, value],
    )
    .action(
      action(
        io,
        exit,
        { writes: true },
        async (work, period: string, options: { reason: string; evidence: readonly string[] }) => {
          const { reason, evidence } = options;
          return saidOf(work, await requestReopen(work.ledger, { period, reason, evidence }, work.by));
        },
      ),
    );
}
