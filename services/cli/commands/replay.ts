import { replayPeriods } from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderReplay } from '../render/replay.ts';
import { readAll } from './definitions.ts';
import { action, type Exit } from './shape.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly participant?: string;
  readonly asOf?: string;
  readonly with?: readonly string[];
  readonly withRequest?: readonly string[];
}

/** What frozen periods would be now, or under definitions that are only proposed. */
export function replayCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('replay [from] [to]')
    .description('what frozen periods would be now, per person and with the cause of each difference; writes nothing')
    .option('--from <period>', 'first period, instead of the first word')
    .option('--to <period>', 'last period, instead of the second word (default: the first)')
    .option('--with <files...>', 'definition files that are tried out on top: what they would change, and for whom')
    .option('--with-request <names...>', 'waiting requests that are tried out on top, as metric/expansion@2')
    .option('--participant <id>', 'of one participant only')
    .option('--as-of <position|instant>', 'as of then: a log position, or an instant as 2026-03-31T23:59:59Z')
    .action(
      action(
        io,
        exit,
        { writes: false },
        async (work, first: string | undefined, second: string | undefined, options: Options) => {
          const range = rangeOf(first, second, options);
          if (isProblem(range)) return range;
          const documents = options.with === undefined ? [] : await readAll(options.with);
          if (isProblem(documents)) return documents;
          const { asOf, participant, withRequest: requests = [] } = options;
          const progress = progressOf(io, 'replaying');
          const ask = { ...range, asOf, participant, documents, requests, onProgress: progress.update };
          const answer = await replayPeriods(work.ledger, ask).finally(progress.stop);
          if (isProblem(answer)) return answer;
          work.print(answer, () => renderReplay(work.paint, answer, io.columns));
          return undefined;
        },
      ),
    );
}

function rangeOf(
  first: string | undefined,
  second: string | undefined,
  options: Options,
): { readonly from: string; readonly to: string } | Problem {
  if ((first !== undefined && options.from !== undefined) || (second !== undefined && options.to !== undefined)) {
    return problem('option_invalid', 'Say each period once: replay 2026-Q1 2026-Q2, or --from 2026-Q1 --to 2026-Q2.');
  }
  const from = options.from ?? first;
  if (from === undefined) {
    return problem('argument_missing', 'Say which periods: replay 2026-Q1, or replay --from 2026-Q1 --to 2026-Q2.');
  }
  return { from, to: options.to ?? second ?? from };
}
