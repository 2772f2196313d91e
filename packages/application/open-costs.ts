import {
  attainments,
  creditedBy,
  type DealEntry,
  presentBook,
  reachesOthers,
  reachOf,
  settleUntold,
} from '@ledger/calculation';
import { isProblem, type Problem, type ViewStore } from '@ledger/kernel';
import { type CostRow, costParts, dealsView, definitionsView, postedView } from '@ledger/projections';
import { type Books, openBooks } from './books.ts';
import { creditingEntries, planEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { failed, hasStatement, participantsIn } from './statements.ts';
import { type CostTask, ofEach } from './workers.ts';

/** What statements of periods that are not frozen would cost, as of a position. */
export interface OpenCosts {
  readonly rows: readonly CostRow[];
  /** Whose cost nobody can say yet, and why. */
  readonly problems: readonly { readonly participant: string; readonly period: string; readonly problem: Problem }[];
}

/** Of one person, all periods that were not frozen. */
type Own = OpenCosts;

interface Kept {
  readonly asOf: bigint;
  readonly people: ReadonlyMap<string, Own>;
  /** Nobody's pay hangs on anybody else's, so that what is the own of somebody moves only their own numbers. */
  readonly isEachAlone: boolean;
}

/** Positions of which everybody's costs are kept: the end of the log, and some that somebody looks back to. */
const POSITIONS_KEPT = 4;
const KEPT = new WeakMap<ViewStore, Map<bigint, Promise<Kept | Problem>>>();

/**
 * Open costs of everybody, or of some. Those of everybody are kept, and go on from an earlier position by what was recorded since: only
 * whom it touches is calculated again.
 */
export async function openCosts(
  ledger: Ledger,
  asOf: bigint,
  only?: ReadonlySet<string>,
): Promise<OpenCosts | Problem> {
  const known = KEPT.get(ledger.views) ?? new Map<bigint, Promise<Kept | Problem>>();
  KEPT.set(ledger.views, known);
  // Somebody's own, or a team's, is not worth the company.
  if (only !== undefined && !known.has(asOf)) {
    const books = await booksFor(ledger, asOf, only);
    return isProblem(books) ? books : joined((await calculated(ledger, books, only)).values());
  }
  const kept = await (known.get(asOf) ?? remember(known, asOf, everybody(ledger, asOf, known)));
  if (isProblem(kept)) return kept;
  return joined([...kept.people].flatMap(([id, own]) => (only === undefined || only.has(id) ? [own] : [])));
}

function remember(
  known: Map<bigint, Promise<Kept | Problem>>,
  asOf: bigint,
  made: Promise<Kept | Problem>,
): Promise<Kept | Problem> {
  known.set(asOf, made);
  const forget = () => known.delete(asOf);
  // What could not be said is tried anew by whoever asks next.
  made.then((kept) => (isProblem(kept) ? forget() : undefined), forget);
  for (const oldest of known.keys()) {
    if (known.size <= POSITIONS_KEPT) break;
    known.delete(oldest);
  }
  return made;
}

async function everybody(
  ledger: Ledger,
  asOf: bigint,
  known: ReadonlyMap<bigint, Promise<Kept | Problem>>,
): Promise<Kept | Problem> {
  const [nearest] = [...known.keys()].filter((at) => at < asOf).sort((a, b) => (a > b ? -1 : 1));
  const before = nearest === undefined ? undefined : await known.get(nearest);
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  const people = [...books.participants.keys()];
  const touched =
    before === undefined || isProblem(before) || !before.isEachAlone ? null : await touchedSince(ledger, before, asOf);
  if (touched === null || before === undefined || isProblem(before)) {
    return { asOf, people: await calculated(ledger, books, people), isEachAlone: await isEachAlone(ledger, asOf) };
  }
  const anew = await calculated(
    ledger,
    books,
    people.filter((id) => touched.has(id) || !before.people.has(id)),
  );
  return { ...before, asOf, people: new Map([...before.people, ...anew]) };
}

/** Without crediting rules, and where no plan that there ever was looks at what others earn. */
async function isEachAlone({ views }: Ledger, asOf: bigint): Promise<boolean> {
  if ((await creditingEntries({ views }, asOf)).length > 0) return false;
  const plans = new Map((await planEntries({ views }, asOf)).map((entry) => [entry.plan, entry]));
  return [...plans.keys()].every(
    (plan) => !reachesOthers(reachOf({ assignments: [{ plan, from: '', to: null, event: '' }] }, plans)),
  );
}

const OWN = ['quota/', 'exception/'] as const;

/** Whose numbers can be other ones than at a position before; `null`: anybody's. */
async function touchedSince(
  { views }: Ledger,
  { asOf: after }: Kept,
  upTo: bigint,
): Promise<ReadonlySet<string> | null> {
  const span = { after, upTo };
  if ((await views.changes(postedView, { prefix: '' }, span)).length > 0) return null;
  const touched = new Set<string>();
  for (const { key } of await views.changes(definitionsView, { prefix: '' }, span)) {
    const prefix = OWN.find((each) => key.startsWith(each));
    const [id] = prefix === undefined ? [] : key.slice(prefix.length).split('.');
    if (id === undefined) return null;
    touched.add(id);
  }
  for (const { row } of await views.changes(dealsView, { prefix: '' }, span)) {
    if (row === null) return null;
    for (const id of creditedBy(JSON.parse(row) as DealEntry)) touched.add(id);
  }
  return touched;
}

async function booksFor(ledger: Ledger, asOf: bigint, only: ReadonlySet<string>): Promise<Books | Problem> {
  const [alone] = only.size === 1 ? only : [];
  return openBooks(ledger, asOf, alone);
}

async function calculated(ledger: Ledger, books: Books, people: Iterable<string>): Promise<ReadonlyMap<string, Own>> {
  const dueOf = dueIn(books);
  const those = [...people].filter((id) => dueOf(id).length > 0);
  await books.gather(those);
  const task: CostTask = { kind: 'cost', asOf: books.asOf };
  const made = new Map<string, Own>();
  for await (const own of ofEach(ledger, task, those, (id) => ownOf(books, id, dueOf(id)))) {
    made.set(those[made.size] ?? '', own);
  }
  return made;
}

/** The costs of one person after another, on a ledger that somebody opened. */
export async function costing(
  ledger: Ledger,
  { asOf }: CostTask,
): Promise<((participant: string) => Promise<Own>) | Problem> {
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  await books.gather(books.participants.keys());
  const dueOf = dueIn(books);
  return (id) => ownOf(books, id, dueOf(id));
}

/** In which of the periods that are not frozen something can be due to somebody. */
function dueIn(books: Books): (participant: string) => readonly string[] {
  const periods = [...books.periods.values()].filter(({ state }) => state !== 'frozen').map(({ period }) => period);
  const inPeriod = new Map(periods.map((period) => [period, new Set(participantsIn(books, period))]));
  return (id) => periods.filter((period) => inPeriod.get(period)?.has(id));
}

async function ownOf(books: Books, participant: string, periods: readonly string[]): Promise<Own> {
  const history = await books.history(participant);
  const rows: CostRow[] = [];
  const problems: Own['problems'][number][] = [];
  for (const period of periods) {
    if (isProblem(history)) {
      problems.push({ participant, period, problem: history });
      continue;
    }
    const settled = settleUntold(history, period);
    if ('problems' in settled) {
      const found = failed(settled.problems);
      if (found !== undefined) problems.push({ participant, period, problem: found });
      continue;
    }
    const { statement } = settled;
    if (!hasStatement(books, statement)) continue;
    const { currency, total, lines } = statement;
    const { results: attainment } = attainments(presentBook(history), period);
    const freeze = 1 + (books.periods.get(period)?.reopened ?? 0);
    rows.push({ kind: 'cost', period, participant, freeze, currency, total, parts: costParts(lines), attainment });
  }
  return { rows, problems };
}

function joined(all: Iterable<Own>): OpenCosts {
  const list = [...all];
  return { rows: list.flatMap(({ rows }) => rows), problems: list.flatMap(({ problems }) => problems) };
}
