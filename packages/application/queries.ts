import { mayOpenQuery, type OpenQuery, type QueryCommand, queryDecider } from '@ledger/decisions';
import { type QueryFacts, streamOf } from '@ledger/events';
import { digest, isProblem, type Problem, problem } from '@ledger/kernel';
import type { QueryRow } from '@ledger/projections';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { managersOf } from './managers.ts';
import { checkIds, checkPeriodId } from './names.ts';
import { type FoundQuery, queriesOf, queryNamed } from './query-access.ts';
import { rolesKnown } from './query-desk.ts';
import { reopenUntil } from './query-reads.ts';
import { replayQuery, TOTAL } from './query-replay.ts';
import { type AsOf, lineNamed, statementOf } from './statements.ts';

export interface OpenedQuery extends Outcome {
  readonly query: string;
}

export interface OpenQueryAsk extends AsOf {
  readonly participant: string;
  readonly period: string;
  /** A line by its name or by its deal; `total`: the statement as a whole. */
  readonly line: string;
  readonly says: string;
  readonly expects: string | null;
  readonly facts: QueryFacts | null;
}

/** How often a number is drawn anew because somebody else's query took it. */
const ATTEMPTS = 5;

/**
 * Opens a query about a line of a statement, open or frozen. It keeps what was seen, `asOf` included, and where facts are given, the
 * participant's version beside the ledger's. The same question again, while it is open, is the same query.
 */
export async function openQuery(ledger: Ledger, ask: OpenQueryAsk, by: By): Promise<OpenedQuery | Problem> {
  const { participant, period } = ask;
  const wrong = checkIds({ participant }) ?? checkPeriodId(period);
  if (wrong !== undefined) return wrong;
  const head = await refresh(ledger);
  const managers = await managersOf(ledger, participant);
  const forbidden = mayOpenQuery(by.actor, participant, managers);
  if (forbidden !== undefined) return forbidden;

  const again = (await queriesOf(ledger, participant)).find(({ command }) => command === by.commandId);
  if (again !== undefined) {
    const repeated = { stream: streamOf.query(again.query), asked: { type: 'OpenQuery', ...ask }, answer: () => [] };
    const outcome = await handle(ledger, repeated, by);
    return isProblem(outcome) ? outcome : { ...outcome, query: again.query };
  }
  const terms = await termsOf(ledger, ask, head);
  if (isProblem(terms)) return terms;
  let refused: Problem | undefined;
  for (let attempt = 0, taken = ''; attempt < ATTEMPTS; attempt += 1) {
    const query = nameFor(await queriesOf(ledger, participant), terms);
    if (query === taken && refused !== undefined) return refused;
    const command: OpenQuery = { type: 'OpenQuery', query, managers, ...terms };
    const outcome = await handle(ledger, given(streamOf.query(query), queryDecider, command, ask), by);
    if (!isProblem(outcome)) return { ...outcome, query };
    if (outcome.field !== '/query') return outcome;
    [refused, taken] = [outcome, query];
    await refresh(ledger);
  }
  return refused ?? problem('wrong_revision', 'Others keep opening queries; give the command again.');
}

type Terms = Omit<OpenQuery, 'type' | 'query' | 'managers'>;

/** What was seen, and what it would be by the participant's own facts. */
async function termsOf(ledger: Ledger, ask: OpenQueryAsk, head: bigint): Promise<Terms | Problem> {
  const { participant, period, says, expects, facts } = ask;
  const answer = await statementOf(ledger, ask);
  if (isProblem(answer)) return answer;
  const { state, asOf, statement } = answer;
  const line = ask.line === TOTAL ? { line: TOTAL, amount: statement.total } : lineNamed(statement, ask.line);
  if (isProblem(line)) return line;
  const replay =
    facts === null ? null : await replayQuery(ledger, { participant, period, line: line.line, facts }, head);
  if (replay !== null && isProblem(replay)) return replay;
  return {
    participant,
    period,
    line: line.line,
    says,
    expects,
    currency: statement.currency,
    // What a freeze will write is seen as it was computed: nobody has written it yet.
    saw: { state: state === 'frozen' ? 'frozen' : 'open', asOf, digest: digest(statement), amount: line.amount },
    facts,
    replay,
  };
}

/** The open query about the same line, or the next number of the participant. */
function nameFor(rows: readonly QueryRow[], { participant, period, line }: Terms): string {
  const same = rows.find((row) => row.stands === 'open' && row.period === period && row.line === line);
  if (same !== undefined) return same.query;
  const numbers = rows.map(({ query }) => Number(query.slice(participant.length + 1)));
  return `${participant}.${Math.max(0, ...numbers) + 1}`;
}

/** Without what the application looks up. */
type Asked<Command> = Command extends QueryCommand
  ? Omit<Command, 'managers' | 'until' | 'corrections' | 'knownAs'>
  : never;

/** Says something about a query, or hands it on. */
export async function workOnQuery(ledger: Ledger, asked: Asked<Work>, by: By): Promise<Outcome | Problem> {
  await refresh(ledger);
  const found = await queryNamed(ledger, asked.query, by.actor);
  if (isProblem(found)) return found;
  const command = await lookedUp(ledger, asked, found, by);
  return handle(ledger, given(streamOf.query(asked.query), queryDecider, command, asked), by);
}

type Work = Exclude<QueryCommand, { type: 'OpenQuery' | 'ResolveQuery' }>;

/** With what the decider has to know besides. */
async function lookedUp(ledger: Ledger, asked: Asked<Work>, { row, managers }: FoundQuery, by: By): Promise<Work> {
  switch (asked.type) {
    case 'ReopenQuery':
      return { ...asked, managers, until: await reopenUntil(ledger, row) };
    case 'AssignQuery':
    case 'EscalateQuery':
      return { ...asked, managers, knownAs: await rolesKnown(ledger, asked.to, by.actor) };
    default:
      return { ...asked, managers };
  }
}
