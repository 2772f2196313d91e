import {
  factsTold,
  listQueries,
  openQuery,
  type QueryRow,
  resolveQuery,
  showQuery,
  workOnQuery,
} from '@ledger/application';
import type { QueryFacts } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { renderQueries, renderQuery } from '../render/query.ts';
import { dealOf, shareOf } from './decisions.ts';
import { followCommand } from './follow.ts';
import { outcomeText } from './said.ts';
import { action, type Exit, type Work } from './shape.ts';
import { attributesOf, supposedOf } from './what-would.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const AS_OF = '--as-of <position|instant>';

interface OpenOptions {
  readonly says: string;
  readonly expects?: string;
  readonly facts?: string;
  readonly deal?: string;
  readonly owner?: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly closed?: string;
  readonly set?: readonly string[];
  readonly split?: readonly string[];
  readonly asOf?: string;
}

/** Questions about lines of statements, and disputes of them. */
export function queryCommands(program: Command, io: Io, exit: Exit): void {
  const query = program
    .command('query')
    .description('questions about lines of statements, and disputes: open, answer, resolve, list');
  opening(query, io, exit);
  desk(query, io, exit);
  reading(query, io, exit);
  followCommand(query, io, exit);
}

function opening(query: Command, io: Io, exit: Exit): void {
  query
    .command('open <participant> <period> <line>')
    .description("ask about a line of one's own statement, by its name or its deal; total: the statement as a whole")
    .requiredOption('--says <text>', 'what seems wrong, in your own words')
    .option('--expects <amount>', 'what the line should come to')
    .option('--facts <file>', 'the deals as you know them, in the words of what-would')
    .option('--deal <id>', 'the deal that the options below are about (default: the one of the line)')
    .option('--amount <decimal>', 'what it is worth')
    .option('--closed <date>', 'day on which it closed')
    .option('--owner <id>', 'who owns it')
    .option('--currency <code>', 'its currency')
    .option('--set <name=value>', 'an attribute, as type=new; may be given several times', collect)
    .option('--split <share...>', 'how its credit is split, as ada=60% ben=40%')
    .option(AS_OF, 'the statement as you saw it then')
    .action(
      action(
        io,
        exit,
        { writes: true },
        async (work, participant: string, period: string, line: string, options: OpenOptions) => {
          const { says, expects = null, asOf } = options;
          const facts = await factsOf(work, participant, line, options);
          if (facts !== null && isProblem(facts)) return facts;
          const ask = { participant, period, line, says, expects, facts, ...(asOf === undefined ? {} : { asOf }) };
          const outcome = await openQuery(work.ledger, ask, work.by);
          if (isProblem(outcome)) return outcome;
          work.print(outcome, () => `${outcomeText(work, [outcome])}  query ${outcome.query}\n`);
          return undefined;
        },
      ),
    );
}

/** The deal that a line is named after: `new-business/crm.D-1`, or the deal itself. */
function dealOfLine(line: string): string | undefined {
  const [, deal] = /^(?:[^/]+\/)?([A-Za-z0-9][A-Za-z0-9_:-]*\.[A-Za-z0-9][A-Za-z0-9._:-]*)$/.exec(line) ?? [];
  return deal;
}

async function factsOf(
  { ledger }: Work,
  participant: string,
  line: string,
  options: OpenOptions,
): Promise<QueryFacts | null | Problem> {
  const { facts, owner, amount, currency, closed, set, split } = options;
  const file = facts === undefined ? { deals: [] } : await supposedOf(ledger, facts, undefined);
  if (isProblem(file)) return file;
  const isTold = [owner, amount, currency, closed, set].some((each) => each !== undefined);
  if (!isTold && split === undefined) {
    if (options.deal === undefined) return factsTold(ledger, participant, { ...file, told: [] });
    return problem(
      'argument_missing',
      '--deal names a deal and says nothing of it; add --amount, --closed, --set or --split.',
    );
  }
  const named = options.deal ?? dealOfLine(line);
  if (named === undefined) {
    return problem('argument_missing', `Line "${line.slice(0, 60)}" is about no single deal; say which with --deal.`);
  }
  const key = dealOf(named);
  if (isProblem(key)) return key;
  const attributes = set === undefined ? undefined : attributesOf(set);
  if (attributes !== undefined && isProblem(attributes)) return attributes;
  const shares: { participant: string; share: string }[] = [];
  for (const share of (split ?? []).map(shareOf)) {
    if (isProblem(share)) return share;
    shares.push(share);
  }
  return factsTold(ledger, participant, {
    deals: file.deals,
    told: isTold ? [{ ...key, owner, amount, currency, closed, attributes }] : [],
    splits: [...(file.splits ?? []), ...(shares.length === 0 ? [] : [{ ...key, shares }])],
  });
}

function desk(query: Command, io: Io, exit: Exit): void {
  const writing = { writes: true };

  query
    .command('reply <query>')
    .description('say something about a query')
    .requiredOption('--says <text>', 'what there is to say')
    .option('--ask', 'from the desk: wait for an answer of the participant')
    .action(
      action(io, exit, writing, async (work, name: string, options: { says: string; ask?: true }) => {
        const { says, ask = false } = options;
        return done(
          work,
          await workOnQuery(work.ledger, { type: 'PostMessage', query: name, says, asks: ask }, work.by),
        );
      }),
    );

  query
    .command('assign <query> <to>')
    .description('say who answers a query')
    .option('--reason <text>', 'why', 'To answer it.')
    .action(
      action(io, exit, writing, async (work, name: string, to: string, { reason }: { reason: string }) =>
        done(work, await workOnQuery(work.ledger, { type: 'AssignQuery', query: name, to, reason }, work.by)),
      ),
    );

  query
    .command('escalate <query> <to>')
    .description('hand a query to somebody who can decide what the desk cannot')
    .requiredOption('--reason <text>', 'why')
    .action(
      action(io, exit, writing, async (work, name: string, to: string, { reason }: { reason: string }) =>
        done(work, await workOnQuery(work.ledger, { type: 'EscalateQuery', query: name, to, reason }, work.by)),
      ),
    );

  query
    .command('resolve <query>')
    .description('answer a query for good: by what corrected it, or with the reason why nothing is to be corrected')
    .requiredOption('--reason <text>', 'what came of it')
    .option(
      '--event <event>',
      'what corrected it: id or position of an event, or an approved request, as split/crm.D-1/split-1; may be given several times',
      collect,
    )
    .action(
      action(io, exit, writing, async (work, name: string, options: { reason: string; event?: readonly string[] }) => {
        const { reason, event: events = [] } = options;
        return done(work, await resolveQuery(work.ledger, { query: name, reason, events }, work.by));
      }),
    );

  for (const [word, type, says] of [
    ['reopen', 'ReopenQuery', 'go on with a query that was resolved'],
    ['withdraw', 'WithdrawQuery', "take one's own query back"],
  ] as const) {
    query
      .command(`${word} <query>`)
      .description(says)
      .requiredOption('--reason <text>', 'why')
      .action(
        action(io, exit, writing, async (work, name: string, { reason }: { reason: string }) =>
          done(work, await workOnQuery(work.ledger, { type, query: name, reason }, work.by)),
        ),
      );
  }
}

function done(work: Work, outcome: Awaited<ReturnType<typeof workOnQuery>>): Problem | undefined {
  if (isProblem(outcome)) return outcome;
  work.print(outcome, () => outcomeText(work, [outcome]));
  return undefined;
}

const STANDS = ['open', 'resolved', 'withdrawn', 'all'] as const;

interface ListOptions {
  readonly participant?: string;
  readonly period?: string;
  readonly state?: string;
  readonly breached?: true;
  readonly asOf?: string;
}

function reading(query: Command, io: Io, exit: Exit): void {
  query
    .command('show <query>')
    .description('a query with what was seen, both versions, its thread and its clocks')
    .option(AS_OF, 'as it stood then')
    .option('--traces', 'how both versions of the line come about')
    .action(
      action(io, exit, { writes: false }, async (work, name: string, options: { asOf?: string; traces?: true }) => {
        const answer = await showQuery(work.ledger, { query: name, asOf: options.asOf }, work.by.actor);
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderQuery(work.paint, answer, options.traces === true, io.columns));
        return undefined;
      }),
    );

  query
    .command('list')
    .description('queries that are open, those due first in front')
    .option('--participant <id>', "about one person's pay")
    .option('--period <period>', 'about the statements of one period')
    .option('--state <state>', `one of ${STANDS.join(', ')}`, 'open')
    .option('--breached', 'only those of which a clock ran out')
    .option(AS_OF, 'as they stood then')
    .action(
      action(io, exit, { writes: false }, async (work, options: ListOptions) => {
        const { participant, period, state, breached: isBreached, asOf } = options;
        const stands: QueryRow['stands'] | 'all' | undefined = STANDS.find((one) => one === state);
        if (stands === undefined) {
          return problem('option_invalid', `--state "${state}" is not one of ${STANDS.join(', ')}.`);
        }
        const answer = await listQueries(work.ledger, { participant, period, stands, isBreached, asOf }, work.by.actor);
        if (isProblem(answer)) return answer;
        work.print(answer, () => renderQueries(work.paint, answer, io.columns));
        return undefined;
      }),
    );
}
