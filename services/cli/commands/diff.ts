import { diff } from '@ledger/application';
import { isProblem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { interruptible } from '../progress.ts';
import { renderDiff } from '../render/diff.ts';
import { action, type Exit } from './shape.ts';

interface Options {
  readonly asOf: readonly string[];
  readonly period?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Why a number changed between two moments. */
export function diffCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('diff [participant]')
    .description('why statements changed between two moments: the events that moved them, with amounts that add up')
    .requiredOption(
      '--as-of <position|instant>',
      'the earlier moment, or a freeze of the period, as freeze:1; given twice, the later one too, which otherwise is now',
      collect,
    )
    .option('--period <id>', 'only statements of this period')
    .action(
      action(io, exit, { writes: false }, async (work, participant: string | undefined, options: Options) => {
        const [from = '', to, ...others] = options.asOf;
        if (others.length > 0) {
          return problem('option_invalid', 'A difference has two ends; give --as-of once or twice.');
        }
        const progress = interruptible(io, 'comparing');
        const ask = { from, to, participant, period: options.period, onProgress: progress.update };
        const answer = await diff(work.ledger, ask).finally(progress.stop);
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderDiff(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}
