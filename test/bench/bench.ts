/**
 * `pnpm bench [--quick] [--json] [--row <text>]`: speed and memory, as ratios within one run. Numbers of one machine say little
 * about another; what our code costs on top of SQLite does.
 */
import { parseArgs } from 'node:util';
import { inBrowser } from './browser.ts';
import { findAmongDeals } from './find.ts';
import { batchImport, readStatement, writeDeals, writeWhileRebuilding } from './http.ts';
import { type Result, type Sizes, slope } from './measure.ts';
import { relayToJetStream } from './relay.ts';
import { replaysOfTiers } from './replays.ts';
import { bulkImport, durableAppend, rebuildAll, rounded } from './rows.ts';
import { manyFollow } from './streams.ts';
import { yearOfTiers } from './tiers.ts';
import { type Year, yearOf } from './year.ts';

const FULL: Sizes = {
  appends: 200,
  appendPairs: 20,
  deals: 100_000,
  pairs: 5,
  ledgers: [10_000, 100_000, 1_000_000],
  statements: 2_000,
  relayed: 50_000,
  followers: 1_000,
  told: 1_000,
  tiers: { deals: 120_000, people: 1_000, pairs: 5 },
};
const QUICK: Sizes = {
  appends: 50,
  appendPairs: 10,
  deals: 10_000,
  pairs: 3,
  ledgers: [2_000, 8_000, 24_000],
  statements: 200,
  relayed: 10_000,
  followers: 200,
  told: 200,
  tiers: { deals: 12_000, people: 100, pairs: 3 },
};

const P99_MS = 5;
const P99_GROWTH = 1.5;
const RESIDENT_GROWTH = 1.3;
const SLOPE = 1.1;
const AS_OF_OVER_CURRENT = 3;
const INCREMENTAL_OVER_YEAR = 1;
const FREEZE_OVER_APPEND = 4;
/** At a million: a bare process, divided by few deals, says nothing. */
const BYTES_PER_DEAL = { goal: 1_024, from: 1_000_000 };

/** The rows that need whole years: of the two largest ledgers but for the slope, which takes all. */
async function years({ ledgers, statements }: Sizes): Promise<readonly Result[]> {
  const lived: Year[] = [];
  for (const deals of ledgers) {
    const year = await yearOf(deals, statements);
    lived.push(year);
    const per = (seconds: number) => `${((seconds * 1e6) / deals).toFixed(1)} µs`;
    note(
      `a year of ${short(deals)} deals, for each deal: import ${per(year.imported)}, rebuild ${per(year.rebuilt)}, ` +
        `statements ${per(year.stated)}; one statement: median ${year.p50.toFixed(1)} ms, p99 ${year.p99.toFixed(1)} ms (${year.p99Busy.toFixed(1)} ms of processor)`,
    );
  }
  const [smaller, larger] = lived.slice(-2);
  if (smaller === undefined || larger === undefined) throw new Error('two ledgers are needed');
  const growth = larger.p99 / smaller.p99;
  const memory = larger.resident / smaller.resident;
  const cost = slope(lived.map((year) => ({ size: year.deals, cost: year.imported + year.rebuilt + year.stated })));
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  return [
    {
      row: `statement of one participant, p99 at ${short(smaller.deals)} events`,
      ours: rounded(smaller.p99),
      reference: null,
      unit: 'ms',
      ratio: null,
      goal: `<= ${P99_MS} ms`,
      met: smaller.p99 <= P99_MS,
    },
    {
      row: `statement of one participant, p99 at ${short(larger.deals)} events`,
      ours: rounded(larger.p99),
      reference: rounded(smaller.p99),
      unit: 'ms',
      ratio: rounded(growth),
      goal: `<= ${P99_MS} ms and <= ${P99_GROWTH}`,
      met: larger.p99 <= P99_MS && growth <= P99_GROWTH,
    },
    {
      row: `resident memory while importing ${short(larger.deals)} rows`,
      ours: megabytes(larger.resident),
      reference: megabytes(smaller.resident),
      unit: 'MB',
      ratio: rounded(memory),
      goal: `<= ${RESIDENT_GROWTH}`,
      met: memory <= RESIDENT_GROWTH,
    },
    {
      row: `cost per deal at ${ledgers.map(short).join(', ')}`,
      ours: rounded(cost),
      reference: 1,
      unit: 'slope',
      ratio: rounded(cost),
      goal: `<= ${SLOPE}`,
      met: cost <= SLOPE,
    },
    ...pastRows(larger),
  ];
}

/** What history costs in the largest of the years. */
function pastRows(year: Year): readonly Result[] {
  const { deals, asOf, current, incremental, recalculated, frozen, appended, frozenStatements, calculating } = year;
  const ratio = (row: string, ours: number, reference: number, atMost: number): Result => ({
    row,
    ours: rounded(ours * 1_000),
    reference: rounded(reference * 1_000),
    unit: 'ms',
    ratio: rounded(ours / reference),
    goal: `<= ${atMost}`,
    met: ours / reference <= atMost,
  });
  const perDeal = Math.round(calculating / deals);
  return [
    ratio('statement as of a moment, over the current one', asOf, current, AS_OF_OVER_CURRENT),
    ratio('statement after a late deal, over the year anew', incremental, recalculated, INCREMENTAL_OVER_YEAR),
    ratio(`freeze of ${short(frozenStatements)} statements, over their append`, frozen, appended, FREEZE_OVER_APPEND),
    {
      row: `resident memory a deal, all of ${short(deals)} calculated`,
      ours: perDeal,
      reference: null,
      unit: 'bytes',
      ratio: null,
      goal: `<= ${BYTES_PER_DEAL.goal} at ${short(BYTES_PER_DEAL.from)}`,
      met: deals < BYTES_PER_DEAL.from ? null : perDeal <= BYTES_PER_DEAL.goal,
    },
  ];
}

function short(count: number): string {
  if (count >= 1_000_000) return `${count / 1_000_000} M`;
  return count >= 1_000 ? `${count / 1_000} k` : String(count);
}

/** Rows by a word that names them. */
const ROWS: Readonly<Record<string, (sizes: Sizes) => Promise<readonly Result[]>>> = {
  append: async (sizes) => [await durableAppend(sizes)],
  import: async (sizes) => [await bulkImport(sizes)],
  rebuild: async (sizes) => [await rebuildAll(sizes)],
  batch: async (sizes) => [await batchImport(sizes)],
  relay: relayToJetStream,
  streams: manyFollow,
  read: async (sizes) => [await readStatement(sizes)],
  write: async (sizes) => [await writeDeals(sizes)],
  beside: async (sizes) => [await writeWhileRebuilding(sizes)],
  find: findAmongDeals,
  browser: inBrowser,
  tiers: yearOfTiers,
  replays: replaysOfTiers,
  years,
};

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, row: { type: 'string' } },
});
const chosen = Object.entries(ROWS).filter(([name]) => options.row === undefined || options.row === name);
if (chosen.length === 0) {
  console.error(`There is no row "${options.row}"; name one of: ${Object.keys(ROWS).join(', ')}.`);
  process.exit(2);
}

const COLUMNS = [48, 10, 10, 9, 7] as const;

function line(cells: readonly string[]): string {
  const padded = COLUMNS.map((width, at) => (at === 0 ? cells[at]?.padEnd(width) : cells[at]?.padStart(width)));
  return `${padded.join('')}  ${cells.slice(COLUMNS.length).join('  ')}`;
}

/** A remark for people, which programs do not get. */
function note(text: string): void {
  if (options.json !== true) console.log(`  ${text}`);
}

function print(result: Result): void {
  if (options.json === true) {
    console.log(JSON.stringify(result));
    return;
  }
  const { row, ours, reference, unit, ratio, goal, met } = result;
  const cells = [
    row,
    String(ours),
    String(reference ?? '–'),
    unit,
    String(ratio ?? '–'),
    goal,
    met === null ? 'too few to tell' : met ? 'met' : 'NOT MET',
  ];
  console.log(line(cells));
}

if (options.json !== true) console.log(line(['row', 'ours', 'reference', 'unit', 'ratio', 'goal', '']));
for (const [, measure] of chosen) for (const result of await measure(options.quick ? QUICK : FULL)) print(result);
