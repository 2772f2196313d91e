import { createHash } from 'node:crypto';
import { earn, presentBook, settle } from '@ledger/calculation';
import type { Statement } from '@ledger/events';
import {
  type Append,
  type Clock,
  digest,
  isProblem,
  type Problem,
  type Stored,
  seededRandom,
  sha256,
} from '@ledger/kernel';
import { add, exact, isZero, toText, ZERO } from '@ledger/money';
import { dealsView, definitionsView, postedView } from '@ledger/projections';
import { type Books, openBooks } from './books.ts';
import type { OpenCaseLedger } from './cases.ts';
import type { Progress } from './close.ts';
import { periodEntries } from './entries.ts';
import { storedAt } from './handle.ts';
import { type Ledger, refresh } from './ledger.ts';

/**
 * Shows that what people are paid depends on the facts and not on the order in which they came: the facts of a ledger are told again, in
 * random order and random batches, to a ledger that nobody keeps, and everything that is derived from them must come out the same.
 */
export interface Proof {
  readonly seed: number;
  readonly events: number;
  /** Stretches of the log between freezes: a freeze pins a position, so nothing is moved across it. */
  readonly stretches: number;
  readonly recorded: Digests;
  readonly orders: readonly (Digests & { readonly batches: number; readonly equal: boolean })[];
}

/** SHA-256 of what is derived; the same facts must give the same ones in any order. */
export interface Digests {
  readonly deals: string;
  readonly definitions: string;
  /** Statements as they were frozen. */
  readonly frozen: string;
  /** What every period of everybody should be, and what is due in those that are open. */
  readonly statements: string;
}

/** An event that is told again. What it says is read when its turn comes: a log with its statements may not fit into memory. */
type Place = Pick<Stored, 'stream' | 'position'>;

const PAGE = 500;
const LARGEST_BATCH = 500;

export async function proveOrder(
  ledger: Ledger,
  open: OpenCaseLedger,
  { times, seed, clock }: { readonly times: number; readonly seed: number; readonly clock: Clock },
  onProgress?: Progress,
): Promise<Proof | Problem> {
  await refresh(ledger);
  const recorded = await digestsOf(ledger);
  if (isProblem(recorded)) return recorded;
  const events = await everything(ledger);
  const stretches = stretchesOf(events, await pinned(ledger));
  const random = seededRandom(seed);
  const orders: Proof['orders'][number][] = [];
  for (let time = 0; time < times; time += 1) {
    onProgress?.(time, times);
    const again = open(clock);
    try {
      const batches = await retell(ledger, again.ledger, stretches, random);
      const digests = await digestsOf(again.ledger);
      if (isProblem(digests)) return digests;
      orders.push({ ...digests, batches, equal: digest({ ...digests }) === digest({ ...recorded }) });
    } finally {
      await again.close();
    }
  }
  return { seed, events: events.length, stretches: stretches.length, recorded, orders };
}

async function everything({ store }: Ledger): Promise<readonly Place[]> {
  const events: Place[] = [];
  for (let after = 0n; ; ) {
    const page = await store.readAll({ after, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) return events;
    events.push(...page.map(({ stream, position }) => ({ stream, position })));
    after = last.position;
  }
}

/** The positions that freezes pinned. */
async function pinned(ledger: Ledger): Promise<readonly bigint[]> {
  const periods = await periodEntries(ledger);
  return periods.flatMap(({ asOf }) => (asOf === null ? [] : [BigInt(asOf)]));
}

function stretchesOf(events: readonly Place[], pins: readonly bigint[]): readonly (readonly Place[])[] {
  const stretches: Place[][] = [[]];
  const ends = new Set(pins);
  for (const event of events) {
    stretches.at(-1)?.push(event);
    if (ends.has(event.position)) stretches.push([]);
  }
  return stretches.filter((stretch) => stretch.length > 0);
}

/** Tells the stretches one after the other, each in an order of its own; answers with how many batches that took. */
async function retell(
  from: Ledger,
  to: Ledger,
  stretches: readonly (readonly Place[])[],
  random: () => number,
): Promise<number> {
  const revisions = new Map<string, number>();
  const appended = async ({ stream, position }: Place): Promise<Append> => {
    const expected = revisions.get(stream) ?? 0;
    revisions.set(stream, expected + 1);
    const stored = await storedAt(from, position);
    if (stored === undefined) throw new Error(`the event at ${position} is gone from the log`);
    const { id, type, version, data, meta } = stored;
    return { stream, expected, events: [{ id, type, version, data, meta }] };
  };
  let batches = 0;
  for (const stretch of stretches) {
    const waiting = [...shuffled(stretch, random)];
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 1 + Math.floor(random() * LARGEST_BATCH));
      const answers = await to.store.appendEach(await Promise.all(batch.map(appended)));
      if (answers.some(({ ok }) => !ok)) throw new Error('a ledger of our own was written to by somebody else');
      batches += 1;
      // Views fold what is there, a little more or a little less at a time.
      if (random() < 0.5) await refresh(to);
    }
  }
  await refresh(to);
  return batches;
}

/** Any interleaving of the streams; each keeps its own order, since its events were decided one after the other. */
function shuffled(events: readonly Place[], random: () => number): readonly Place[] {
  const groups = [...Map.groupBy(events, decidedTogether).values()];
  const turns = groups.flatMap((group) => group.map(() => group));
  for (let at = turns.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one, two] = [turns[at], turns[other]];
    if (one === undefined || two === undefined) continue;
    turns[at] = two;
    turns[other] = one;
  }
  const told = new Map<readonly Place[], number>();
  return turns.flatMap((group) => {
    const next = told.get(group) ?? 0;
    told.set(group, next + 1);
    return group[next] ?? [];
  });
}

/** Of several decisions about one person the newest counts, though each is a stream of its own. */
function decidedTogether({ stream }: Place): string {
  return /^(exception-[^.]+)/.exec(stream)?.[1] ?? stream;
}

async function digestsOf(ledger: Ledger): Promise<Digests | Problem> {
  const rows = async (view: Parameters<Ledger['views']['list']>[0], without: readonly string[]) => {
    const hash = createHash('sha256');
    for (const { key, row } of await ledger.views.list(view, ''))
      hash.update(`${key}\t${withoutFields(row, without)}\n`);
    return hash.digest('hex');
  };
  const books = await openBooks(ledger, await ledger.store.head());
  if (isProblem(books)) return books;
  const statements: string[] = [];
  for (const participant of [...books.participants.keys()].sort()) {
    const lines = await linesOf(books, participant);
    if (isProblem(lines)) return lines;
    statements.push(participant, ...lines);
  }
  return {
    deals: await rows(dealsView, []),
    // Where an exception stands among others is a position, and those differ.
    definitions: await rows(definitionsView, ['order']),
    frozen: await rows(postedView, []),
    statements: sha256(statements.join('\n')),
  };
}

function withoutFields(row: string, fields: readonly string[]): string {
  if (fields.length === 0) return row;
  return JSON.stringify(JSON.parse(row), (name, value: unknown) => (fields.includes(name) ? undefined : value));
}

/** What somebody's periods should be, line by line, and what is due in those that are open. */
async function linesOf(books: Books, participant: string): Promise<readonly string[] | Problem> {
  const history = await books.history(participant);
  if (isProblem(history)) return history;
  const periods = [...books.periods.values()].sort((a, b) => (a.from < b.from ? -1 : 1));
  const last = periods.at(-1);
  if (last === undefined) return [];
  const { lines, problems } = earn(presentBook(history), last.to);
  const earned = [...lines.values()]
    .flat()
    .map((line) => [line.period, line.line, toText(line.exact), line.amount, line.currency].join('\t'));
  const due = periods.flatMap(({ period, state }) => {
    if (state !== 'open') return [];
    const settled = settle(history, period);
    return 'problems' in settled ? settled.problems.map(({ code }) => `${period}\t${code}`) : dueIn(settled.statement);
  });
  return [
    ...earned,
    ...problems.map(({ code, period, component, deal }) => [code, period, component, deal].join('\t')),
    ...due,
  ];
}

/**
 * A statement in the order of its lines; corrections as sums of period and component, since each change explains what it adds to those
 * that were recorded before it.
 */
function dueIn({ period, lines, balances = [], attainment, total }: Statement): readonly string[] {
  const corrections = new Map<string, string>();
  const others: string[] = [];
  for (const line of lines) {
    if (line.kind !== 'correction') others.push([line.line, line.amount].join('\t'));
    else {
      const of = `${line.period}\t${line.component}`;
      const before = corrections.get(of);
      const sum = add(before === undefined ? ZERO : exact(before), exact(line.amount));
      corrections.set(of, toText(sum));
    }
  }
  return [
    period,
    ...others,
    // Causes that undo each other leave nothing; told in another order, the one may have moved nothing at all.
    ...[...corrections].flatMap(([of, sum]) => (isZero(exact(sum)) ? [] : [`${of}\t${sum}`])).sort(),
    JSON.stringify(balances),
    JSON.stringify(attainment),
    total,
  ];
}
