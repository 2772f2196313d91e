import { approve, openBooks, openPeriod, refresh, replayPeriods, requestFreeze } from '@ledger/application';
import { earn } from '@ledger/calculation';
import { readDefinitions } from '@ledger/connectors';
import { encode, streamOf } from '@ledger/events';
import { parseInstant } from '@ledger/kernel';
import { FINANCE, good, META, OPS, participantId, snapshots } from './company.ts';
import { openDuckdb } from './duckdb.ts';
import { inFolder, newLedger, type OpenedLedger } from './ledgers.ts';
import { median, type Result, type Sizes, seconds } from './measure.ts';
import { rounded } from './rows.ts';
import { company, load, theirs } from './tiers.ts';

/** What a replay of a frozen year costs, over calculating the year once, from the same ledger. */

const QUARTERS = ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'] as const;
const YEAR = { from: '2026-Q1', to: '2026-Q4' };
const YEAR_END = '2027-01-01';
const AFTER_THE_YEAR = parseInstant('2027-02-01T09:00:00Z') ?? 0n;
const LATE_IN = 100;

const WITHOUT_RENEWALS = `
metric: growth
title: Expansion
counts: deal.type == "expansion"
amount: deal.amount
from: 2026-01-01
reason: bench
`;

export async function replaysOfTiers({ tiers: { deals, people, pairs } }: Sizes): Promise<readonly Result[]> {
  return inFolder(async (folder) => {
    const ledger = newLedger(folder, () => AFTER_THE_YEAR);
    await company(ledger, deals, people);
    await refresh(ledger);
    await freezeYear(ledger);
    const read = readDefinitions(Buffer.from(WITHOUT_RENEWALS), 'bench.yaml');
    if (!read.ok) throw new Error(`${read.problems[0]?.message}`);
    const { documents } = read;
    const connection = await openDuckdb();
    await load(connection, deals, people);

    const redefined: Times[] = [];
    const alone: number[] = [];
    const sql: number[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const plain = await seconds(() => recalculate(ledger, people));
      const ours = await seconds(async () => good(await replayPeriods(ledger, { ...YEAR, documents })));
      redefined.push({ ours, plain });
      sql.push(
        await seconds(async () => {
          await theirs(connection);
          await theirs(connection, "WHERE type <> 'renewal'");
        }),
      );
    }
    connection.closeSync();
    // One takes no longer than a collection of garbage, so that many are asked about.
    for (let part = 1; part <= 4 * pairs; part += 1) {
      const participant = participantId(Math.floor((people * part) / (4 * pairs + 1)));
      alone.push(await seconds(async () => good(await replayPeriods(ledger, { ...YEAR, documents, participant }))));
    }
    await recordLate(ledger, deals);
    await refresh(ledger);
    const late: Times[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const plain = await seconds(() => recalculate(ledger, people));
      late.push({ ours: await seconds(async () => good(await replayPeriods(ledger, YEAR))), plain });
    }
    await ledger.close();

    const of = `${deals / 1_000} k deals, ${people} people`;
    const full = median(redefined.map(({ ours }) => ours));
    return [
      row(`replay of a frozen year, ${of}, one metric redefined, over SQL`, full, median(sql), 2),
      row('the same, over the plain recalculation', full, median(redefined.map(({ plain }) => plain)), 1.3),
      row(
        `replay of a frozen year with 1 in ${LATE_IN} deals late, over the plain recalculation`,
        median(late.map(({ ours }) => ours)),
        median(late.map(({ plain }) => plain)),
        3,
      ),
      row(`replay of one participant, over all / ${people}`, median(alone), full / people, 5),
    ];
  });
}

interface Times {
  readonly ours: number;
  readonly plain: number;
}

function row(name: string, ours: number, reference: number, atMost: number): Result {
  const ratio = ours / reference;
  const milliseconds = (time: number) => rounded(time * 1_000);
  const [mine, other] = [milliseconds(ours), milliseconds(reference)];
  return {
    row: name,
    ours: mine,
    reference: other,
    unit: 'ms',
    ratio: rounded(ratio),
    goal: `<= ${atMost}`,
    met: ratio <= atMost,
  };
}

async function freezeYear(ledger: OpenedLedger): Promise<void> {
  for (const period of QUARTERS) {
    good(await openPeriod(ledger, period, OPS));
    good(await requestFreeze(ledger, { period, reason: 'Close', evidence: [] }, OPS));
    good(await approve(ledger, `freeze/${period}`, FINANCE));
  }
  await refresh(ledger);
}

/** Everybody's year from the ledger, once. */
async function recalculate(ledger: OpenedLedger, people: number): Promise<void> {
  const books = good(await openBooks(ledger, await refresh(ledger)));
  for (let index = 0; index < people; index += 1) {
    const { problems } = earn(good(await books.book(participantId(index))), YEAR_END);
    if (problems.length > 0) throw new Error(problems[0]?.message);
  }
}

/** One deal in a hundred is told otherwise after its quarter was frozen. */
async function recordLate(ledger: OpenedLedger, deals: number): Promise<void> {
  let index = 0;
  for (const { source, deal, ...terms } of snapshots(deals)) {
    index += 1;
    if (index % LATE_IN !== 0) continue;
    const { credits, owner, ...rest } = terms;
    const [stored] = await ledger.store.read(streamOf.deal(source, deal));
    if (stored === undefined) throw new Error(`no deal ${deal}`);
    const told = JSON.parse(stored.data) as { credits: typeof credits; owner: typeof owner; sequence: number };
    const data = { ...rest, source, deal, ...told, amount: '12345.00', reinstated: false, reason: 'bench' };
    const event = encode({ type: 'DealAmended', data } as Parameters<typeof encode>[0]);
    await ledger.store.append({
      stream: streamOf.deal(source, deal),
      expected: 1,
      events: [{ id: ledger.newId(), ...event, meta: META }],
    });
  }
}
