import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  approve,
  computeStatement,
  openBooks,
  openPeriod,
  participantsIn,
  rebuild,
  refresh,
  requestFreeze,
  statementOf,
} from '@ledger/application';
import { seededRandom } from '@ledger/kernel';
import { FINANCE, found, good, OPS, participantId, participantsOf, writeCorrections, writeExport } from './company.ts';
import { importFile, inFolder, knownLedger, newLedger, type OpenedLedger } from './ledgers.ts';
import { percentile, seconds } from './measure.ts';
import { appendFrozen, type Past, pastOf } from './past.ts';

/** What a company of a size costs: its deals of a year, the first quarter frozen and corrected since. */
export interface Year extends Past {
  readonly deals: number;
  /** Seconds. */
  readonly imported: number;
  readonly rebuilt: number;
  readonly stated: number;
  /** The freeze of the first quarter, and the same statements appended in bulk. */
  readonly frozen: number;
  readonly appended: number;
  readonly frozenStatements: number;
  /** Most memory that a process of its own had, which did nothing but calculate every statement of the ledger, in bytes. */
  readonly calculating: number;
  /** Most memory that the process had when the import was done, in bytes. */
  readonly resident: number;
  /** Milliseconds of one statement, asked for by itself. */
  readonly p50: number;
  readonly p99: number;
  /** The same without the time that the machine gave to others. */
  readonly p99Busy: number;
}

/** Compilers warm up, in a company so small that it does not count. */
const WARM_UP = 1_000;

/** Lives through a year in a process of its own, whose memory nobody else has filled. */
export async function yearOf(deals: number, statements: number): Promise<Year> {
  return inFolder(async (folder) => {
    await writeExport(join(folder, 'warm-up.csv'), WARM_UP);
    await writeExport(join(folder, 'deals.csv'), deals);
    await writeCorrections(join(folder, 'corrections.csv'), deals);
    return (await answerOf('year', folder, String(deals), String(statements))) as Year;
  });
}

/** What this file answers in a process of its own. */
async function answerOf(...what: readonly ['year' | 'calculate', ...string[]]): Promise<unknown> {
  const child = spawn(process.execPath, [import.meta.filename, ...what], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${what.join(' ')} ended with ${code}`);
  return JSON.parse(output);
}

async function live(folder: string, deals: number, statements: number): Promise<Year> {
  const ledger = newLedger(folder);
  await found(ledger, participantsOf(deals));
  await refresh(ledger);
  const imported = await seconds(() => importFile(ledger, folder, join(folder, 'deals.csv')));
  const resident = process.resourceUsage().maxRSS * 1_024;
  await refresh(ledger);
  const frozen = await seconds(() => freezeFirstQuarter(ledger));
  const frozenAt = String(await refresh(ledger));
  const { took: appended, statements: frozenStatements } = await appendFrozen(ledger, folder);
  await importFile(ledger, folder, join(folder, 'corrections.csv'));
  await refresh(ledger);
  const rebuilt = await seconds(() => rebuild(ledger));
  const stated = await seconds(() => allStatements(ledger));
  const calculating = (await answerOf('calculate', ledger.file)) as number;
  const times = await statementTimes(ledger, participantsOf(deals), statements);
  const past = await pastOf(ledger, participantsOf(deals), frozenAt);
  await ledger.close();
  const took = times.map(({ wall }) => wall);
  const busy = times.map((time) => time.busy);
  return {
    deals,
    imported,
    rebuilt,
    stated,
    frozen,
    appended,
    frozenStatements,
    calculating,
    ...past,
    resident,
    p50: percentile(took, 50),
    p99: percentile(took, 99),
    p99Busy: percentile(busy, 99),
  };
}

async function freezeFirstQuarter(ledger: OpenedLedger): Promise<void> {
  const period = '2026-Q1';
  good(await requestFreeze(ledger, { period, reason: 'Close of the quarter', evidence: [] }, OPS));
  good(await approve(ledger, `freeze/${period}`, FINANCE));
  good(await openPeriod(ledger, '2026-Q2', OPS));
}

/** As a freeze computes them. */
async function allStatements(ledger: OpenedLedger): Promise<void> {
  const books = good(await openBooks(ledger, await refresh(ledger)));
  for (const participant of participantsIn(books, '2026-Q2')) {
    good(await computeStatement(books, participant, '2026-Q2'));
  }
}

/** Milliseconds by the clock, and of the processor. */
interface Took {
  readonly wall: number;
  readonly busy: number;
}

/** So long is enough, where statements take longer than they should. */
const STATEMENTS_MS = 20_000;

/** One after the other, of participants drawn at random, as people ask for them. */
async function statementTimes(ledger: OpenedLedger, people: number, count: number): Promise<readonly Took[]> {
  const random = seededRandom(7);
  const times: Took[] = [];
  const end = performance.now() + STATEMENTS_MS;
  while (times.length < count && performance.now() < end) {
    const participant = participantId(Math.floor(random() * people));
    const before = process.threadCpuUsage();
    const took = await seconds(async () => good(await statementOf(ledger, { participant, period: '2026-Q2' })));
    const { user, system } = process.threadCpuUsage(before);
    times.push({ wall: took * 1_000, busy: (user + system) / 1_000 });
  }
  return times;
}

async function calculate(file: string): Promise<number> {
  const ledger = knownLedger(file);
  await allStatements(ledger);
  await ledger.close();
  return process.resourceUsage().maxRSS * 1_024;
}

async function yearIn(folder: string, deals: number, statements: number): Promise<Year> {
  const warm = newLedger(folder);
  await found(warm, participantsOf(WARM_UP));
  await importFile(warm, folder, join(folder, 'warm-up.csv'));
  await freezeFirstQuarter(warm);
  await rebuild(warm);
  for (let round = 0; round < 3; round += 1) await allStatements(warm);
  await statementTimes(warm, participantsOf(WARM_UP), 30);
  await warm.close();
  return live(folder, deals, statements);
}

if (import.meta.main) {
  const [what, at = '', deals, statements] = process.argv.slice(2);
  console.log(
    JSON.stringify(await (what === 'calculate' ? calculate(at) : yearIn(at, Number(deals), Number(statements)))),
  );
}
