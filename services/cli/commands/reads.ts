import { renameSync, writeFileSync } from 'node:fs';
import {
  attainmentOf,
  explain,
  failed,
  queriesAbout,
  STATEMENT_FORMATS,
  statementFile,
  statementOf,
} from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderExplanation } from '../render/explain.ts';
import { renderQueriesAbout } from '../render/query.ts';
import { renderAttainment, renderStatement } from '../render/statement.ts';
import { action, type Exit, type Work } from './shape.ts';

const AS_OF = [
  '--as-of <position|instant>',
  'answer as of then: a log position, or an instant as 2026-03-31T23:59:59Z',
] as const;

interface StatementOptions {
  readonly asOf?: string;
  readonly all?: true;
  readonly freeze?: string;
  readonly out?: string;
}

/** Writes a statement to a file by what its name ends with: all of it, or nothing. */
async function written(
  work: Work,
  ask: { readonly participant: string; readonly period: string; readonly asOf: string | undefined },
  out: string,
): Promise<Problem | undefined> {
  const format = STATEMENT_FORMATS.find((each) => out.toLowerCase().endsWith(`.${each}`));
  if (format === undefined) {
    return problem('option_invalid', `--out "${out.slice(0, 80)}" ends with neither .csv nor .pdf; name such a file.`);
  }
  const made = await statementFile(work.ledger, { ...ask, format });
  if (isProblem(made)) return made;
  try {
    writeFileSync(`${out}.part`, made.document);
    renameSync(`${out}.part`, out);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return problem(
      'store_read_only',
      `--out ${out} cannot be written (${error.code}); name a file that you may write.`,
    );
  }
  work.print(
    { asOf: made.asOf, file: out },
    () => `Statement of ${ask.participant} for ${ask.period} written to ${out}\n`,
  );
  return undefined;
}

/** Commands that ask and record nothing. */
export function readCommands(program: Command, io: Io, exit: Exit): void {
  const reading = { writes: false };

  program
    .command('statement <participant> <period>')
    .description("a participant's statement: frozen, or what would be posted now")
    .option(...AS_OF)
    .option('--all', 'every line')
    .option('--freeze <number>', 'that of an earlier freeze, where the period was reopened')
    .option('--out <file>', 'write the one in force into a file: .csv for a table, .pdf to print and to keep')
    .action(
      action(io, exit, reading, async (work, participant: string, period: string, options: StatementOptions) => {
        const { asOf, freeze, out } = options;
        if (out !== undefined && freeze !== undefined) {
          return problem(
            'option_invalid',
            '--out writes the statement in force; leave --freeze out, or read the earlier one with --json.',
          );
        }
        if (out !== undefined) return written(work, { participant, period, asOf }, out);
        if (freeze !== undefined && !/^[1-9][0-9]?$/.test(freeze)) {
          return problem('option_invalid', `--freeze "${freeze.slice(0, 40)}" is no number; write 1 for the first.`);
        }
        const which = freeze === undefined ? {} : { freeze: Number(freeze) };
        const answer = await statementOf(work.ledger, { participant, period, asOf, ...which });
        if (isProblem(answer)) return answer;
        const person = await work.ledger.directory.get(participant);
        const queries = await queriesAbout(work.ledger, { ...answer.statement, asOf: options.asOf }, work.by.actor);
        if (isProblem(queries)) return queries;
        work.print(
          { ...answer, ...(queries.length === 0 ? {} : { queries }) },
          () =>
            renderStatement(work.paint, answer, person?.name ?? null, options.all === true, io.columns) +
            renderQueriesAbout(queries, io.columns),
        );
        return undefined;
      }),
    );

  program
    .command('attainment <period> [participant]')
    .description('measured amounts against quotas, of everybody or of one participant')
    .option(...AS_OF)
    .action(
      action(
        io,
        exit,
        reading,
        async (work, period: string, participant: string | undefined, options: { asOf?: string }) => {
          const progress = progressOf(work.io, 'measuring');
          const ask = { participant, period, asOf: options.asOf, onProgress: progress.update };
          const answer = await attainmentOf(work.ledger, ask).finally(progress.stop);
          if (isProblem(answer)) return answer;
          work.print(answer, () => renderAttainment(work.paint, answer));
          // The others are shown; who cannot be calculated is said where errors are said.
          return failed(answer.participants.flatMap(({ problems }) => problems));
        },
      ),
    );

  program
    .command('explain <participant> <period> <line>')
    .description('one line of a statement, down to the deal, the split, the plan version and the rate band')
    .option(...AS_OF)
    .action(
      action(
        io,
        exit,
        reading,
        async (work, participant: string, period: string, line: string, options: { asOf?: string }) => {
          const answer = await explain(work.ledger, { participant, period, line, asOf: options.asOf });
          if (isProblem(answer)) return answer;
          const about = { participant, period, lines: [answer.line], asOf: options.asOf };
          const queries = await queriesAbout(work.ledger, about, work.by.actor);
          if (isProblem(queries)) return queries;
          work.print(
            { ...answer, ...(queries.length === 0 ? {} : { queries }) },
            () => renderExplanation(work.paint, answer, io.columns) + renderQueriesAbout(queries, io.columns),
          );
          return undefined;
        },
      ),
    );
}
