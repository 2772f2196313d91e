import { readFile } from 'node:fs/promises';
import { assignPlan, type Defined, define, documentsIn, type TextFile } from '@ledger/application';
import type { Definition } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { report } from '../problems.ts';
import { actorOf, type Globals, openSession } from '../session.ts';
import { casesText, outcomeText } from './said.ts';
import { action, type Exit, guarded, type Work } from './shape.ts';

/** Commands that make a ledger and say what rules in it. */
export function definitionCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('init')
    .description('make a ledger file')
    .requiredOption('--ledger <id>', "the ledger's id: small letters, digits, -")
    .option('--demo', 'for demonstration: --at may set the clock')
    .action(async (_options: unknown, command: Command) => exit(await guarded(io, () => init(io, command))));

  program
    .command('define <files...>')
    .description(
      'record definition files: metrics, plans and quotas wait for approval; people, rates and the calendar take effect',
    )
    .option('--dry-run', 'say what would be recorded, and record nothing')
    .action(
      action(io, exit, { writes: true }, async (work, files: readonly string[], { dryRun }: { dryRun?: true }) => {
        const documents = await readAll(files);
        if (isProblem(documents)) return documents;
        const defined = await define(work.ledger, documents, work.by, { dryRun: dryRun === true });
        if (isProblem(defined)) return defined;
        work.print(defined, () => definedText(work, defined, dryRun === true));
        return undefined;
      }),
    );

  program
    .command('assign <participant> <plan>')
    .description('assign a plan to a participant')
    .requiredOption('--from <date>', 'first day')
    .option('--to <date>', 'day after the last one; without end if left out')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(
        io,
        exit,
        { writes: true },
        async (work, participant: string, plan: string, options: { from: string; to?: string; reason: string }) => {
          const { from, to = null, reason } = options;
          const outcome = await assignPlan(work.ledger, { participant, plan, from, to, reason }, work.by);
          if (isProblem(outcome)) return outcome;
          work.print(outcome, () => outcomeText(work, [outcome]) + warningsText(work, outcome));
          return undefined;
        },
      ),
    );
}

async function init(io: Io, command: Command): Promise<number> {
  const globals: Globals & { ledger: string; demo?: true } = command.optsWithGlobals();
  const actor = actorOf(io, globals);
  if (isProblem(actor) && actor.code !== 'argument_missing') return report(io, actor);
  const session = await openSession(io, globals, { ledger: globals.ledger, demo: globals.demo === true });
  if (isProblem(session)) return report(io, session);
  await session.close();
  const { file } = session;
  io.out(
    globals.json === true
      ? `${JSON.stringify({ ledger: globals.ledger, file })}\n`
      : `Ledger ${globals.ledger} made in ${file}\n`,
  );
  return 0;
}

/** The documents of definition files, or everything that is wrong with them. */
export async function readAll(files: readonly string[]): Promise<readonly Definition[] | Problem> {
  const found: TextFile[] = [];
  const problems: Problem[] = [];
  for (const name of files) {
    const bytes = await readFile(name).catch(() => undefined);
    if (bytes !== undefined) found.push({ name, bytes });
    else problems.push(problem('file_missing', `File "${name}" cannot be read; check its name and its rights.`));
  }
  const documents = documentsIn(found);
  if (isProblem(documents)) problems.push(...(documents.errors ?? [documents]));
  const [first] = problems;
  return first === undefined ? documents : { ...first, errors: problems };
}

function definedText(work: Work, { outcomes, waiting, warnings, cases }: Defined, dryRun: boolean): string {
  const waits = `  ${dryRun ? 'would wait' : 'waiting'} for approval: `;
  const wait = waiting.length === 0 ? '' : `${waits}${waiting.join(`\n${' '.repeat(waits.length)}`)}\n`;
  const proved = cases.map((each) => casesText(work, each)).join('');
  return outcomeText(work, outcomes, dryRun) + wait + proved + warningsText(work, { warnings });
}

function warningsText({ paint }: Work, { warnings }: Pick<Defined, 'warnings'>): string {
  return warnings.map(({ message }) => `  ${paint.yellow('warning')} ${message}\n`).join('');
}
