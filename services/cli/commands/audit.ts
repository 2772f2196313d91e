import { type AuditAsk, auditCsv, auditPayout, auditTrail } from '@ledger/application';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderAudit, renderPayoutTrail } from '../render/audit.ts';
import { action, type Exit, type Work } from './shape.ts';

interface AuditOptions {
  readonly asOf?: string;
  readonly participant?: string;
  readonly deal?: string;
  readonly plan?: string;
  readonly metric?: string;
  readonly period?: string;
  readonly request?: string;
  readonly actor?: string;
  readonly type?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly payout?: string;
  readonly csv?: true;
  readonly all?: true;
}

const KINDS = ['participant', 'deal', 'plan', 'metric', 'period'] as const;

/** Who did what, when and why: by anything that an event is about, and of one payout from the deal to the bank. */
export function auditCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('audit [kind] [id]')
    .description(
      'who did what, when, why, approved by whom, before and after; kind: participant, deal, plan, metric or period with its id, or ledger',
    )
    .option('--participant <id>', 'what concerns a participant')
    .option('--deal <key>', 'what concerns a deal, as crm.D-1')
    .option('--plan <id>', 'what concerns a plan')
    .option('--metric <id>', 'what concerns a metric')
    .option('--period <id>', 'what concerns a period, as 2026-Q1')
    .option('--actor <id>', 'what somebody did, or somebody for them')
    .option('--type <types...>', 'types of events, or all of a category as quota')
    .option('--request <name>', 'a request or an exception by its name, as exception/ada.bonus')
    .option('--since <moment>', 'recorded at or after: a day, an instant or a position')
    .option('--until <moment>', 'recorded before')
    .option('--payout <period/participant>', 'everything that touched one payout, as 2026-Q1/ada')
    .option('--as-of <position|instant>', 'answer as of then: a log position, or an instant as 2026-03-31T23:59:59Z')
    .option('--csv', 'as a table for spreadsheets')
    .option('--all', 'deals too that were closed and never touched again')
    .action(
      action(
        io,
        exit,
        { writes: false },
        async (work, kind: string | undefined, id: string | undefined, options: AuditOptions) => {
          if (work.json && options.csv === true) {
            return problem('option_invalid', '--json and --csv are two answers; leave one of them out.');
          }
          if (options.payout !== undefined) return payout(work, kind, options);
          const ask = askOf(kind, id, options);
          return isProblem(ask) ? ask : trail(work, ask, options);
        },
      ),
    );
}

/** What the words and the options ask for, as one. */
function askOf(kind: string | undefined, id: string | undefined, options: AuditOptions): AuditAsk | Problem {
  const { asOf, participant, deal, plan, metric, period, request, actor, type: types, since, until } = options;
  const ask: AuditAsk = { asOf, participant, deal, plan, metric, period, request, actor, types, since, until };
  if (kind === undefined) {
    const given = Object.entries(ask).some(([name, value]) => name !== 'asOf' && value !== undefined);
    if (given) return ask;
    const says = 'Say what about: audit participant <id>, or options as --actor fred --since 2026-03-01.';
    return problem('argument_missing', says);
  }
  if (kind === 'ledger') {
    return id === undefined
      ? { ...ask, ledger: true }
      : problem('option_invalid', 'The ledger needs no id; leave it out.');
  }
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) {
    return problem(
      'option_invalid',
      `"${kind}" has no audit trail; ask for a participant, deal, plan, metric, period or the ledger.`,
    );
  }
  if (id === undefined) return problem('argument_missing', `Say which ${kind}: audit ${kind} <id>.`);
  if (ask[known] !== undefined && ask[known] !== id) {
    return problem('option_invalid', `Two of a kind, "${id}" and --${known} ${ask[known]}; ask for one of them.`);
  }
  return { ...ask, [known]: id };
}

async function trail(work: Work, ask: AuditAsk, options: AuditOptions): Promise<Problem | undefined> {
  const progress = progressOf(work.io, 'reading');
  const found = await auditTrail(work.ledger, { ...ask, onProgress: progress.update }).finally(progress.stop);
  if (isProblem(found)) return found;
  if (options.csv === true) {
    work.io.out(auditCsv(found.events));
    return undefined;
  }
  work.print(found, () =>
    renderAudit(work.paint, inWords(ask), found, work.io.columns, options.all === true || ask.deal !== undefined),
  );
  return undefined;
}

/** What was asked, as the title of an answer. */
function inWords(ask: AuditAsk): string {
  const parts = KINDS.flatMap((kind) => (ask[kind] === undefined ? [] : [`${kind} ${ask[kind]}`]));
  if (ask.ledger === true) parts.push('ledger');
  if (ask.request !== undefined) parts.push(`request ${ask.request}`);
  if (ask.actor !== undefined) parts.push(`what ${ask.actor} did`);
  if (ask.types !== undefined) parts.push(ask.types.join(', '));
  if (ask.since !== undefined) parts.push(`since ${ask.since}`);
  if (ask.until !== undefined) parts.push(`until ${ask.until}`);
  return parts.join(', ');
}

async function payout(work: Work, kind: string | undefined, options: AuditOptions): Promise<Problem | undefined> {
  const { payout: named = '', asOf, csv, all, ...others } = options;
  const more = kind ?? Object.keys(others).map((name) => `--${name}`)[0];
  if (more !== undefined) {
    return problem('option_invalid', `--payout names one payout and nothing narrows it; leave out ${more}.`);
  }
  const [, period, participant] = /^([^/]+)\/([^/]+)$/.exec(named) ?? [];
  if (period === undefined || participant === undefined) {
    return problem(
      'option_invalid',
      `--payout "${named}" names no payout; write <period>/<participant>, as 2026-Q1/ada.`,
    );
  }
  const found = await auditPayout(work.ledger, { period, participant, asOf });
  if (isProblem(found)) return found;
  if (csv === true) {
    work.io.out(auditCsv(found.events));
    return undefined;
  }
  const person = await work.ledger.directory.get(participant);
  work.print(found, () => renderPayoutTrail(work.paint, found, person?.name ?? null, work.io.columns, all === true));
  return undefined;
}
