import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dealsOf, type ImportReport, importDeals, recordOnDeal } from '@ledger/application';
import { DEFAULT_MAPPING, type DealMapping, readMapping } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import { counted, grouped, table } from '../format.ts';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { dealOf } from './decisions.ts';
import { outcomeText } from './said.ts';
import { action, type Exit, type Work } from './shape.ts';

/** Commands about deals: bring them in, say what happened to one, look at them. */
export function dealCommands(program: Command, io: Io, exit: Exit): void {
  const writing = { writes: true };

  program
    .command('import')
    .description('bring facts in from files')
    .helpCommand(false)
    .command('deals <file>')
    .description('import deals from a CSV file: all rows or none; the same file again records nothing')
    .option('--map <file>', 'mapping of columns to fields; see docs/how-to/import-deals.md')
    .option('--snapshot', 'the file holds all deals of the source: report those that it no longer has')
    .option('--dry-run', 'say what would be recorded, and record nothing')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, file: string, options: { map?: string; snapshot?: true; dryRun?: true }) => {
          const mapping = await mappingOf(options.map);
          if (isProblem(mapping)) return mapping;
          const progress = { checking: progressOf(io, 'checking'), recording: progressOf(io, 'recording') };
          const report = await importDeals(
            work.ledger,
            {
              file,
              mapping,
              folder: dirname(file),
              snapshot: options.snapshot === true,
              dryRun: options.dryRun === true,
              onProgress: (stage, done, of) => progress[stage].update(done, of),
            },
            work.by,
          ).finally(() => {
            progress.checking.stop();
            progress.recording.stop();
          });
          if (isProblem(report)) return report;
          work.print(report, () => importText(work, report));
          return undefined;
        },
      ),
    );

  program
    .command('cancel <deal>')
    .description('cancel a deal')
    .requiredOption('--on <date>', 'day of the cancellation')
    .requiredOption('--reason <text>', 'why')
    .option('--withdraw', 'somebody recorded it for that day, and it is not so')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, text: string, options: { on: string; reason: string; withdraw?: true }) => {
          const key = dealOf(text);
          if (isProblem(key)) return key;
          const { on: cancelledOn, reason } = options;
          const type = options.withdraw === true ? 'WithdrawCancellation' : 'CancelDeal';
          const outcome = await recordOnDeal(work.ledger, { type, ...key, cancelledOn, reason }, work.by);
          if (isProblem(outcome)) return outcome;
          work.print(outcome, () => outcomeText(work, [outcome]));
          return undefined;
        },
      ),
    );

  program
    .command('milestone <deal> <milestone>')
    .description('record that a deal was invoiced, paid, gone live')
    .requiredOption('--on <date>', 'day on which it was reached')
    .option('--amount <decimal>', 'amount that belongs to it')
    .option('--withdraw <reason>', 'it was recorded for that day and is not so; why')
    .action(
      action(
        io,
        exit,
        writing,
        async (work, text: string, milestone: string, options: { on: string; amount?: string; withdraw?: string }) => {
          const key = dealOf(text);
          if (isProblem(key)) return key;
          const { on: reachedOn, amount = null, withdraw: reason } = options;
          const of = { ...key, milestone, reachedOn };
          const command =
            reason === undefined
              ? ({ type: 'ReachMilestone', ...of, amount } as const)
              : ({ type: 'WithdrawMilestone', ...of, reason } as const);
          const outcome = await recordOnDeal(work.ledger, command, work.by);
          if (isProblem(outcome)) return outcome;
          work.print(outcome, () => outcomeText(work, [outcome]));
          return undefined;
        },
      ),
    );

  program
    .command('deals [participant]')
    .description('deals with their credits: of a participant, or those that credit nobody')
    .option('--as-of <position|instant>', 'answer as of then')
    .action(
      action(io, exit, { writes: false }, async (work, participant: string | undefined, options: { asOf?: string }) => {
        const answer = await dealsOf(work.ledger, { participant, asOf: options.asOf });
        if (isProblem(answer)) return answer;
        work.print(answer, () => dealsText(work, participant, answer));
        return undefined;
      }),
    );
}

export async function mappingOf(file: string | undefined): Promise<DealMapping | Problem> {
  if (file === undefined) return DEFAULT_MAPPING;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined)
    return problem('file_missing', `File "${file}" cannot be read; check its name and its rights.`);
  if (!isUtf8(bytes)) return problem('encoding_invalid', `${file} is not UTF-8 text; save the file as UTF-8.`);
  return readMapping(bytes, file);
}

const WITHOUT_OWNER = 'deals without an owner: they credit nobody';

function importText({ paint }: Work, report: ImportReport): string {
  const what = report.dryRun ? paint.yellow('would record') : paint.green('recorded');
  const facts = [
    [report.closed, 'closed'],
    [report.amended, 'amended'],
    [report.cancelled, 'cancelled'],
    [report.vanished, 'vanished from the source'],
    [report.unchanged, 'unchanged'],
  ] as const;
  const { ignored, duplicates, withoutOwner } = report;
  const notes = [
    [ignored, `${ignored === 1 ? 'row' : 'rows'} left out by the mapping`],
    [duplicates, `${duplicates === 1 ? 'row' : 'rows'} given twice`],
    [withoutOwner, withoutOwner === 1 ? 'deal without an owner: it credits nobody' : WITHOUT_OWNER],
  ] as const;
  const said = (list: readonly (readonly [number, string])[]) =>
    list.filter(([count]) => count > 0).map(([count, text]) => `${grouped(String(count))} ${text}`);
  return [
    `  ${counted(report.rows, 'row')} checked, ${counted(report.deals, 'deal')}\n`,
    `  ${what}: ${said(facts).join(', ') || 'nothing'}\n`,
    ...said(notes).map((note) => `  ${paint.dim('note')} ${note}\n`),
  ].join('');
}

function dealsText(
  { paint }: Work,
  participant: string | undefined,
  answer: Awaited<ReturnType<typeof dealsOf>>,
): string {
  if (isProblem(answer)) return '';
  const isFinding = answer.deals.some(({ unreachable, refused }) => unreachable.length > 0 || refused !== null);
  const nobody = isFinding ? 'Deals that credit nobody, or not everybody whom they should' : 'Deals that credit nobody';
  const title = participant === undefined ? nobody : `Deals of ${participant}`;
  const rows = answer.deals.map((deal) => [
    `${deal.source}.${deal.deal}`,
    deal.closedOn,
    deal.account ?? '',
    grouped(deal.amount),
    deal.currency,
    deal.state,
    deal.credits
      .map(
        ({ participant: who, share, rules }) => `${who} ${share}${rules === undefined ? '' : ` (${rules.join(', ')})`}`,
      )
      .join(', '),
  ]);
  if (rows.length === 0) return `${paint.bold(title)}, as of position ${answer.asOf}: none\n`;
  const columns = [
    { title: 'deal' },
    { title: 'closed' },
    { title: 'account', width: 20 },
    { title: 'amount', right: true },
    { title: '' },
    { title: 'state' },
    { title: 'credits' },
  ];
  const findings = answer.deals.flatMap((deal) => {
    const key = `${deal.source}.${deal.deal}`;
    const unreachable = deal.unreachable.map(({ rule, says }) => `${key}: rule ${rule} credits nobody: ${says}`);
    return deal.refused === null ? unreachable : [...unreachable, `${key}: ${deal.refused}`];
  });
  const notes = findings.map((finding) => `  ${paint.dim('note')} ${finding}\n`).join('');
  return `${paint.bold(title)}, as of position ${answer.asOf}\n${table(columns, rows)}${notes}`;
}
