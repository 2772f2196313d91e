import {
  approve,
  casesOfRequest,
  type Decided,
  decline,
  effectOfRequest,
  type FrozenPeriod,
  type Needed,
  neededFor,
  neededThen,
  type Outcome,
  type PlanCases,
  type RequestSeen,
  requestRelief,
  requestSplit,
  requests,
  requestsAsOf,
  requestsIn,
  revoke,
  shownReplay,
} from '@ledger/application';
import { fields, reliefKind } from '@ledger/events';
import { isProblem, type Problem, problem, sha256 } from '@ledger/kernel';
import { cmp, ONE, shareIn, toText } from '@ledger/money';
import type { Command } from 'commander';
import { counted, grouped, wrapped } from '../format.ts';
import type { Io } from '../io.ts';
import { progressOf } from '../progress.ts';
import { renderBlastRadius } from '../render/replay.ts';
import { casesText, outcomeText } from './said.ts';
import { action, type Exit, type Work } from './shape.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const RELIEF_KINDS = reliefKind.options;

interface ExceptionOptions {
  readonly reason: string;
  readonly evidence?: readonly string[];
  readonly scope?: string;
  readonly expires?: string;
}

/** Commands that ask for a decision, and that decide. */
export function decisionCommands(program: Command, io: Io, exit: Exit): void {
  const writing = { writes: true };
  const exception = (command: Command): Command =>
    command
      .requiredOption('--reason <text>', 'why')
      .requiredOption('--evidence <text>', 'a link or a short text; may be given several times', collect)
      .option('--scope <text>', 'what it covers, in words')
      .option('--expires <date>', 'day from which it no longer holds; never if left out');

  exception(
    program
      .command('relief <participant> <metric> <year>')
      .description('ask that a quota be reduced')
      .requiredOption('--kind <kind>', `one of ${RELIEF_KINDS.join(', ')}`)
      .requiredOption('--from <date>', 'first day')
      .requiredOption('--to <date>', 'day after the last one')
      .option('--share <percent>', 'share of the quota of those days that is relieved (default: 100%)')
      .option('--amount <decimal>', 'a lump sum instead of a share of the days'),
  ).action(
    action(
      io,
      exit,
      writing,
      async (work, participant: string, metric: string, year: string, options: ReliefOptions) => {
        const kind = RELIEF_KINDS.find((one) => one === options.kind);
        if (kind === undefined)
          return problem('option_invalid', `--kind "${options.kind}" is not one of ${RELIEF_KINDS.join(', ')}.`);
        if (!/^[0-9]{4}$/.test(year)) return problem('option_invalid', `Year "${year}" is not a year; write 2026.`);
        if (options.amount !== undefined && options.share !== undefined) {
          return problem(
            'option_invalid',
            '--amount is a lump sum instead of a --share of the days; give one of them.',
          );
        }
        const basis =
          options.amount === undefined
            ? ({ by: 'days', share: options.share ?? '100%' } as const)
            : ({ by: 'amount', amount: options.amount } as const);
        const { from, to, reason, scope, evidence = [], expires: expiresOn = null } = options;
        const ask = {
          participant,
          metric,
          year: Number(year),
          kind,
          from,
          to,
          basis,
          reason,
          evidence,
          scope,
          expiresOn,
        };
        const outcome = await requestRelief(work.ledger, ask, work.by);
        if (isProblem(outcome)) return outcome;
        work.print(
          { ...outcome, waiting: requestsIn(outcome) },
          () => outcomeText(work, [outcome]) + waitingText(requestsIn(outcome)),
        );
        return undefined;
      },
    ),
  );

  exception(
    program
      .command('split <deal> <shares...>')
      .description('ask that the credit of a deal be split, as: split crm.D-1 ada=70% ben=30%'),
  ).action(
    action(io, exit, writing, async (work, deal: string, texts: readonly string[], options: ExceptionOptions) => {
      const key = dealOf(deal);
      if (isProblem(key)) return key;
      const shares: { participant: string; share: string }[] = [];
      for (const share of texts.map(shareOf)) {
        if (isProblem(share)) return share;
        shares.push(share);
      }
      const { reason, evidence = [], scope, expires: expiresOn = null } = options;
      const ask = { ...key, shares, reason, evidence, scope, expiresOn };
      const outcome = await requestSplit(work.ledger, ask, work.by);
      if (isProblem(outcome)) return outcome;
      work.print(
        { ...outcome, waiting: requestsIn(outcome) },
        () => outcomeText(work, [outcome]) + waitingText(requestsIn(outcome)),
      );
      return undefined;
    }),
  );

  program
    .command('requests [name]')
    .description('what waits for a decision; with a name, what that one would move, in frozen periods and open ones')
    .option('--all', 'decided ones too')
    .option('--as-of <position|instant>', 'what waited then')
    .action(
      action(io, exit, { writes: false }, async (work, name: string | undefined, options: RequestsOptions) => {
        if (options.asOf !== undefined) return showPast(work, name, { asOf: options.asOf, all: options.all === true });
        if (name !== undefined) return showRequest(work, name);
        const rows: (RequestSeen & { readonly cases?: PlanCases; readonly needed?: Needed })[] = [];
        for (const row of await requests(work.ledger, { all: options.all === true })) {
          const cases = row.state === 'waiting' ? await casesOfRequest(work.ledger, row.name) : null;
          if (cases !== null && isProblem(cases)) return cases;
          const needed = row.state === 'waiting' ? await neededFor(work.ledger, row.name) : undefined;
          if (needed !== undefined && isProblem(needed)) return needed;
          rows.push({ ...row, ...(cases === null ? {} : { cases }), ...(needed === undefined ? {} : { needed }) });
        }
        work.print(rows, () =>
          rows.length === 0
            ? 'Nothing waits for a decision.\n'
            : rows
                .map((row) => requestText(work, row) + (row.cases === undefined ? '' : casesText(work, row.cases)))
                .join(''),
        );
        return undefined;
      }),
    );

  program
    .command('approve [requests...]')
    .description('approve waiting requests by name; the approval of a freeze carries it out')
    .option('--all', 'every waiting request but freezes, reopenings and those about access')
    .option('--hash <hash>', 'approve only what has this hash, as `ledger requests --json` shows it')
    .option('--despite <reason>', 'let a plan pass whose own cases fail; somebody else still has to approve it')
    .action(
      action(io, exit, writing, async (work, names: readonly string[], options: ApproveOptions) => {
        const asked = options.all === true ? await waitingNames(work) : names;
        if (asked.length === 0 && options.all === true) {
          work.print([], () => 'Nothing waits but freezes, reopenings and access, if any; approve those by name.\n');
          return undefined;
        }
        if (options.hash !== undefined && asked.length > 1)
          return problem('option_invalid', '--hash is of one request; approve each with a command of its own.');
        if (asked.length === 0)
          return problem('argument_missing', 'Name the requests to approve; `ledger requests` lists what waits.');
        const progress = progressOf(io, 'freezing');
        const decided: Decided[] = [];
        for (const name of asked) {
          const by = asked.length === 1 ? work.by : oneOf(work.by, name);
          const answer = await approve(work.ledger, name, by, {
            onProgress: progress.update,
            despite: options.despite,
            requestHash: options.hash,
          }).finally(progress.stop);
          if (isProblem(answer)) {
            // What was approved before stays approved; say so before saying what was not.
            if (decided.length > 0) work.print(decided, () => decidedText(work, decided));
            return answer;
          }
          decided.push(answer);
        }
        const left = (await Promise.all(asked.map((name) => leftBy(work, name)))).flat();
        work.print(decided, () => decidedText(work, decided) + left.join(''));
        return undefined;
      }),
    );

  for (const [word, decide, says] of [
    ['decline', decline, 'decline a waiting request'],
    ['revoke', revoke, 'revoke an exception in force'],
  ] as const) {
    program
      .command(`${word} <request>`)
      .description(`${says}, by its name`)
      .requiredOption('--reason <text>', 'why')
      .action(
        action(io, exit, writing, async (work, name: string, options: { reason: string }) => {
          const outcome = await decide(work.ledger, name, options.reason, work.by);
          if (isProblem(outcome)) return outcome;
          work.print(outcome, () => outcomeText(work, [outcome]));
          return undefined;
        }),
      );
  }
}

interface ApproveOptions {
  readonly all?: true;
  readonly despite?: string;
  readonly hash?: string;
}

interface ReliefOptions extends ExceptionOptions {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly share?: string;
  readonly amount?: string;
}

/** `crm.D-1` → source and deal. */
export function dealOf(text: string): { readonly source: string; readonly deal: string } | Problem {
  const [, source, deal] = /^([A-Za-z0-9][A-Za-z0-9_:-]{0,63})\.([A-Za-z0-9][A-Za-z0-9._:-]{0,127})$/.exec(text) ?? [];
  if (source !== undefined && deal !== undefined) return { source, deal };
  return problem('id_invalid', `"${text}" names no deal; write <source>.<id>, as crm.D-1.`);
}

/** `ada=70%`, `ada=1/3` → a share of one. */
export function shareOf(text: string): { readonly participant: string; readonly share: string } | Problem {
  const [, participant, share] = /^([A-Za-z0-9][A-Za-z0-9_:-]{0,63})=(.+)$/.exec(text) ?? [];
  if (participant !== undefined && share !== undefined && fields.shareText.safeParse(share).success) {
    const part = shareIn(share);
    if (share.endsWith('%') || cmp(part, ONE) <= 0) return { participant, share: toText(part) };
    return problem(
      'percent_invalid',
      `"${text}" is more than the whole; write ${participant}=${share}%, or a fraction of 1.`,
    );
  }
  return problem('percent_invalid', `"${text}" is no share; write <participant>=<percent>, as ada=70% or ada=1/3.`);
}

/** Approvals of one command are commands of their own, with an id each: two of them may concern the same stream. */
function oneOf(by: Work['by'], request: string): Work['by'] {
  if (by.commandId === undefined) return by;
  return { ...by, commandId: `${by.commandId.slice(0, 100)}:${sha256(request).slice(0, 16)}` };
}

/** Nobody freezes a period, opens one again, lets somebody in, or forgets somebody, without having named it. */
const BY_NAME = /^(?:freeze|reopen|grant|key|erasure)\//;

async function waitingNames({ ledger }: Work): Promise<readonly string[]> {
  return (await requests(ledger, { all: false })).map(({ name }) => name).filter((name) => !BY_NAME.test(name));
}

interface RequestsOptions {
  readonly all?: true;
  readonly asOf?: string;
}

/** What waited as of a moment; what a request would move is asked of the present. */
async function showPast(
  work: Work,
  name: string | undefined,
  ask: { readonly all: boolean; readonly asOf: string },
): Promise<Problem | undefined> {
  if (name !== undefined) {
    return problem('option_invalid', 'What a request would move is shown as of now; leave its name or --as-of out.');
  }
  const past = await requestsAsOf(work.ledger, ask);
  if (isProblem(past)) return past;
  const rows: (RequestSeen & { readonly needed?: Needed })[] = [];
  for (const row of past) {
    const needed = row.state === 'waiting' ? await neededThen(work.ledger, row, ask.asOf) : undefined;
    if (needed !== undefined && isProblem(needed)) return needed;
    rows.push({ ...row, ...(needed === undefined ? {} : { needed }) });
  }
  work.print(rows, () =>
    rows.length === 0 ? 'Nothing waited for a decision.\n' : rows.map((row) => requestText(work, row)).join(''),
  );
  return undefined;
}

/** One request, with the cases and the blast radius of what it defines, for whoever is to decide it. */
async function showRequest(work: Work, name: string): Promise<Problem | undefined> {
  const row = (await requests(work.ledger, { all: true })).find((each) => each.name === name);
  if (row === undefined) {
    return problem('not_found', `There is no request "${name}"; \`ledger requests --all\` lists what there is.`);
  }
  const isWaiting = row.state === 'waiting';
  const cases = isWaiting ? await casesOfRequest(work.ledger, name) : null;
  if (cases !== null && isProblem(cases)) return cases;
  const progress = progressOf(work.io, 'replaying');
  const moves = isWaiting ? await effectOfRequest(work.ledger, name, progress.update).finally(progress.stop) : null;
  if (moves !== null && isProblem(moves)) return moves;
  const answer = {
    ...row,
    ...(cases === null ? {} : { cases }),
    ...(moves === null ? {} : { blastRadius: moves }),
  };
  work.print(answer, () =>
    [
      requestText(work, row),
      cases === null ? '' : casesText(work, cases),
      moves === null ? '' : renderBlastRadius(work.paint, moves),
    ].join(''),
  );
  return undefined;
}

function waitingText(names: readonly string[]): string {
  return names.length === 0 ? '' : `  waiting for approval: ${names.join(', ')}\n`;
}

function requestText({ paint, io }: Work, row: RequestSeen & { readonly needed?: Needed }): string {
  const by = row.decidedBy === null ? ` on ${row.expiresOn}` : ` by ${row.decidedBy}`;
  const state = row.state === 'waiting' ? `, to be decided before ${row.expiresOn}` : ` ${row.state}${by}`;
  const lines = [`${paint.bold(row.name)}${state}`, row.says, `asked by ${row.requestedBy}: ${row.reason}`];
  if (row.evidence.length > 0) lines.push(`evidence: ${row.evidence.join('; ')}`);
  if (row.needed !== undefined && row.needed.rules.length > 0) {
    const roles = row.needed.approvers.map((each) => each.join(' or ')).join(', ');
    lines.push(`needs ${roles}, by the rules: ${row.needed.rules.join('; ')}`);
  }
  if (row.approvals.length > 0 && row.state === 'waiting') {
    lines.push(`approved by ${row.approvals.map(({ by: who, role }) => `${who} (${role})`).join(', ')}; more have to`);
  }
  return `  ${lines.map((line) => wrapped(line, io.columns - 4, '    ')).join('\n    ')}\n`;
}

function approvedText({ paint }: Work, request: string, { events }: Outcome): string {
  const event = events.find(({ type }) => type !== 'RequestExpired');
  if (event?.type === 'ApprovalGiven') {
    const { number, needed } = event.data;
    return `  ${paint.yellow('noted')} approval ${number} of ${needed} of ${request}; somebody else has to approve it, too\n`;
  }
  if (event?.type === 'PlanCasesOverridden') {
    return `  ${paint.yellow('let pass')} ${request}, although cases fail; somebody else has to approve it\n`;
  }
  const proof = event?.type === 'PlanPublished' ? event.data.proof : undefined;
  const proved = proof === undefined ? '' : `; its cases: ${proof.passed} passed, ${proof.failed.length} failed`;
  return `  ${paint.green('approved')} ${request}${proved}\n`;
}

/** A replay may be applied, and a definition of it still need the approval of somebody else by the rules: until then it is not in force. */
async function leftBy({ ledger, paint, io }: Work, name: string): Promise<readonly string[]> {
  if (!name.startsWith('replay/')) return [];
  const kept = await shownReplay(ledger, name.slice('replay/'.length));
  if (isProblem(kept) || kept.state !== 'applied') return [];
  return kept.waiting.map((request) => {
    const says = `note ${request} is not in force before somebody else has approved it, too`;
    return `  ${paint.yellow(wrapped(says, io.columns - 4, '       '))}\n`;
  });
}

function decidedText(work: Work, decided: readonly Decided[]): string {
  return decided
    .map((one) =>
      one.frozen === undefined ? approvedText(work, one.request, one.outcome) : frozenText(work, one.frozen),
    )
    .join('');
}

export function frozenText({ paint, io }: Pick<Work, 'paint' | 'io'>, frozen: FrozenPeriod): string {
  const totals = Object.entries(frozen.totals).map(([currency, total]) => `${currency} ${grouped(total)}`);
  const queries = frozen.openQueries ?? [];
  return [
    `  ${paint.cyan('FROZEN')} ${frozen.period} as of position ${frozen.asOf}: ${counted(frozen.statements, 'statement')}, ${totals.join(', ')}\n`,
    `  digest ${frozen.digest}\n`,
    ...(queries.length === 0
      ? []
      : [`  ${wrapped(`open queries, which go on: ${queries.join(', ')}`, io.columns - 4, '    ')}\n`]),
  ].join('');
}
