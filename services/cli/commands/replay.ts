import { discardReplay, recordReplay, replayPeriods, requestReplay, shownReplay } from '@ledger/application';
import type { CorrectionPolicy } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { interruptible } from '../progress.ts';
import { renderKept, renderReplay } from '../render/replay.ts';
import { readAll } from './definitions.ts';
import { outcomeText, saidOf } from './said.ts';
import { action, type Exit, type Work } from './shape.ts';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly participant?: string;
  readonly asOf?: string;
  readonly with?: readonly string[];
  readonly withRequest?: readonly string[];
  readonly record?: string;
  readonly note?: string;
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** What frozen periods would be now, or under definitions that are only proposed. */
export function replayCommands(program: Command, io: Io, exit: Exit): void {
  const replays = program
    .command('replay [from] [to]')
    .description(
      'what frozen periods would be now, per person and with the cause of each difference; writes nothing but with --record',
    )
    .option('--from <period>', 'first period, instead of the first word')
    .option('--to <period>', 'last period, instead of the second word (default: the first)')
    .option('--with <files...>', 'definition files that are tried out on top: what they would change, and for whom')
    .option('--with-request <names...>', 'waiting requests that are tried out on top, as metric/expansion@2')
    .option('--participant <id>', 'of one participant only')
    .option('--as-of <position|instant>', 'as of then: a log position, or an instant as 2026-03-31T23:59:59Z')
    .option('--record <id>', 'keep it under this name, and propose its definitions, so that it can be applied')
    // Not --reason, which belongs to the commands below.
    .option('--note <text>', 'why it is kept')
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
          const progress = interruptible(io, 'replaying');
          const ask = { ...range, asOf, participant, documents, requests, onProgress: progress.update };
          if (options.record !== undefined || options.note !== undefined) {
            return record(work, ask, options).finally(progress.stop);
          }
          const answer = await replayPeriods(work.ledger, ask).finally(progress.stop);
          if (isProblem(answer)) return answer;
          work.print(answer, () => renderReplay(work.paint, answer, io.columns));
          return undefined;
        },
      ),
    );

  // An option that the group has, too, is taken by the group wherever it stands.
  const moment = () => ({ asOf: replays.opts<Options>().asOf });
  const isPast = () => moment().asOf !== undefined;

  replays
    .command('apply <id>')
    .description('ask that the definitions of a kept replay be put in force, and say how what they correct is posted')
    .requiredOption('--digest <sha256>', 'of the answer that is applied, as the replay printed it')
    .requiredOption('--policy <policy>', 'true-up, positives-only, spread:<pay periods>, waive or prospective')
    .requiredOption('--reason <text>', 'why')
    .option('--evidence <text>', 'a link or a short text; may be given several times', collect)
    .action(
      action(io, exit, { writes: true }, async (work, replay: string, options: ApplyOptions) => {
        if (isPast()) return AS_OF_NOW;
        const { digest, reason, evidence = [] } = options;
        const policy = policyOf(options.policy);
        if (isProblem(policy)) return policy;
        return saidOf(work, await requestReplay(work.ledger, { replay, digest, policy, reason, evidence }, work.by));
      }),
    );

  replays
    .command('discard <id>')
    .description('say that a kept replay is not to be applied; its definitions are declined by their own names')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, { writes: true }, async (work, replay: string, { reason }: { reason: string }) => {
        if (isPast()) return AS_OF_NOW;
        const outcome = await discardReplay(work.ledger, { replay, reason }, work.by);
        if (isProblem(outcome)) return outcome;
        work.print(outcome, () => outcomeText(work, [outcome]));
        return undefined;
      }),
    );

  replays
    .command('show <id>')
    .description('a kept replay and what became of it')
    .option('--as-of <position|instant>', 'as it was then')
    .action(
      action(io, exit, { writes: false }, async (work, replay: string) => {
        const shown = await shownReplay(work.ledger, replay, moment());
        if (isProblem(shown)) return shown;
        work.print(shown, () => renderKept(work.paint, shown, io.columns));
        return undefined;
      }),
    );
}

const AS_OF_NOW = problem('option_invalid', 'What becomes of a replay is said as of now; leave --as-of out.');

interface ApplyOptions {
  readonly digest: string;
  readonly policy: string;
  readonly reason: string;
  readonly evidence?: readonly string[];
}

/** Keeps a replay; who gives the command is asked for here, since without --record nobody need say. */
async function record(
  work: Work,
  ask: Parameters<typeof replayPeriods>[1],
  { record: replay, note: reason, asOf }: Options,
): Promise<Problem | undefined> {
  if (replay === undefined)
    return problem('argument_missing', '--note says why a replay is kept; name it with --record.');
  if (reason === undefined) return problem('argument_missing', 'Say why the replay is kept: --note.');
  if (asOf !== undefined) {
    return problem('option_invalid', 'A replay is kept as of now; leave --as-of out, or leave --record out.');
  }
  if (work.by.actor.id === 'nobody') {
    return problem('argument_missing', 'Say who you are: --as <role>:<id>, as --as ops:olga, or set LEDGER_AS.');
  }
  const { asOf: _, ...now } = ask;
  const kept = await recordReplay(work.ledger, { ...now, replay, reason }, work.by);
  if (isProblem(kept)) return kept;
  work.print(
    kept,
    () =>
      renderReplay(work.paint, kept.answer, work.io.columns, true) +
      outcomeText(work, [kept.outcome]) +
      `  kept as ${replay}, digest ${kept.answer.digest}\n`,
  );
  return undefined;
}

function policyOf(text: string): CorrectionPolicy | { readonly by: 'prospective' } | Problem {
  const [, over] = /^spread:([0-9]{1,2})$/.exec(text) ?? [];
  if (over !== undefined) return { by: 'spread', over: Number(over) };
  switch (text) {
    case 'true-up':
      return { by: 'true-up' };
    case 'positives-only':
      return { by: 'positives-only' };
    case 'waive':
      return { by: 'waive' };
    case 'prospective':
      return { by: 'prospective' };
    default:
      return problem(
        'option_invalid',
        `--policy "${text}" is none; write true-up, positives-only, spread:3 (pay periods), waive or prospective.`,
      );
  }
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
