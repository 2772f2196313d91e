import { approve, define, openBooks, refresh, requests } from '@ledger/application';
import { type Book, earn } from '@ledger/calculation';
import { readDefinitions } from '@ledger/connectors';
import { type DealSnapshot, encode, type LedgerEvent, streamOf } from '@ledger/events';
import type { Append } from '@ledger/kernel';
import { add, type Exact, exact, round, ZERO } from '@ledger/money';
import { FINANCE, good, META, OPS, participantId, snapshots } from './company.ts';
import { type Connection, openDuckdb } from './duckdb.ts';
import { inFolder, newLedger, type OpenedLedger } from './ledgers.ts';
import { median, type Result, type Sizes, seconds } from './measure.ts';
import { rounded } from './rows.ts';

/**
 * The calculation by itself: what a company earns in a year, from facts in memory, against the same tiers in SQL. Splits, a marginal
 * table on quota, a retroactive one on amount with a cap: quarter windows, every deal a line of its own, rounded by itself.
 */
const DEFINITIONS = `
calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: bench }
---
metric: new-business
title: New business
counts: deal.type == "new"
amount: deal.amount
from: 2026-01-01
reason: bench
---
metric: growth
title: Expansion and renewal
counts: deal.type != "new"
amount: deal.amount
from: 2026-01-01
reason: bench
---
plan: account-executive
title: Account executive
currency: USD
components:
  new-business:
    measure: new-business
    window: quarter
    table:
      - { from: 0%, pays: 8% }
      - { from: 100%, pays: 12% }
      - { from: 150%, pays: 15% }
  growth:
    measure: growth
    window: quarter
    tier-by: amount
    read: retroactive
    table:
      - { from: 0, pays: 3% }
      - { from: 100000, pays: 4% }
      - { from: 300000, pays: 5% }
    cap: { window: 15000.00 }
from: 2026-01-01
reason: bench
`;

/** Of one deal in three, so much goes to a neighbour. */
const SHARED = '0.3';
const KEPT = '0.7';

function* sharedSnapshots(deals: number, people: number): Generator<DealSnapshot> {
  let index = 0;
  for (const snapshot of snapshots(deals)) {
    index += 1;
    const person = Number(snapshot.owner?.slice(4)) % people;
    const owner = participantId(person);
    const neighbour = participantId((person + 1) % people);
    const credit = (participant: string, share: string) => ({ participant, pool: 'primary' as const, share });
    const credits = index % 3 === 0 ? [credit(owner, KEPT), credit(neighbour, SHARED)] : [credit(owner, '1')];
    yield { ...snapshot, currency: 'USD', sequence: index, owner, credits };
  }
}

/** The company in a ledger, by the product's own commands for what is few, appended for what is many. */
export async function company(ledger: OpenedLedger, deals: number, people: number): Promise<void> {
  const read = readDefinitions(Buffer.from(DEFINITIONS), 'bench.yaml');
  if (!read.ok) throw new Error(`${read.problems[0]?.message}`);
  good(await define(ledger, read.documents, OPS));
  for (const request of await requests(ledger, { all: false })) good(await approve(ledger, request.name, FINANCE));
  const appends: Append[] = [];
  const add = (stream: string, ...events: readonly LedgerEvent[]) => {
    const pending = events.map((event) => ({ id: ledger.newId(), ...encode(event), meta: META }));
    appends.push({ stream, expected: 0, events: pending });
  };
  for (let index = 0; index < people; index += 1) {
    const participant = participantId(index);
    add(
      streamOf.participant(participant),
      {
        type: 'ParticipantOnboarded',
        data: { participant, startsOn: '2026-01-01', currency: 'USD', manager: null, jobTitle: null },
      },
      {
        type: 'PlanAssigned',
        data: { participant, plan: PLAN, effectiveFrom: '2026-01-01', effectiveTo: null, reason: 'bench' },
      },
    );
    add(streamOf.quota(participant, 'new-business', 2026), {
      type: 'QuotaAssigned',
      data: {
        participant,
        metric: 'new-business',
        year: 2026,
        proposal: 'p1',
        quota: { per: 'quarter', amounts: [QUOTA], currency: 'USD' },
        reason: 'bench',
        evidence: [],
        requestedBy: 'olga',
        approvedBy: 'fred',
        requestHash: '0'.repeat(64),
        requestRevision: 1,
      },
    });
  }
  for (const data of sharedSnapshots(deals, people)) {
    add(streamOf.deal(data.source, data.deal), { type: 'DealClosed', data });
  }
  for (let at = 0; at < appends.length; at += 1_000) await ledger.store.appendEach(appends.slice(at, at + 1_000));
}

const PLAN = 'account-executive';
const QUOTA = '250000';
const YEAR_END = '2027-01-01';

/** Money of each participant, component and quarter. */
type Totals = ReadonlyMap<string, string>;

function ours(books: readonly Book[]): Totals {
  const totals = new Map<string, Exact>();
  for (const book of books) {
    const { participant, lines, problems } = earn({ ...book }, YEAR_END);
    if (problems.length > 0) throw new Error(problems[0]?.message);
    for (const [period, own] of lines) {
      for (const line of own) {
        const key = `${participant}/${line.component}/${period}`;
        totals.set(key, add(totals.get(key) ?? ZERO, exact(line.amount)));
      }
    }
  }
  return new Map([...totals].map(([key, total]) => [key, round(total, 'USD', 'half-up').amount]));
}

export async function load(connection: Connection, deals: number, people: number): Promise<void> {
  await connection.run(
    'CREATE TABLE credits (participant VARCHAR, closed DATE, seq INTEGER, type VARCHAR, amount DECIMAL(18,4))',
  );
  await connection.run(
    'CREATE TABLE told (participant VARCHAR, closed VARCHAR, seq INTEGER, type VARCHAR, amount VARCHAR, share VARCHAR)',
  );
  const appender = await connection.createAppender('told');
  for (const { credits, closedOn, sequence, attributes, amount } of sharedSnapshots(deals, people)) {
    for (const { participant, share } of credits) {
      appender.appendVarchar(participant);
      appender.appendVarchar(closedOn);
      appender.appendInteger(sequence);
      appender.appendVarchar(String(attributes.type));
      appender.appendVarchar(amount);
      appender.appendVarchar(share);
      appender.endRow();
    }
  }
  appender.closeSync();
  await connection.run(
    'INSERT INTO credits SELECT participant, closed::DATE, seq, type, amount::DECIMAL(15,2) * share::DECIMAL(3,1) FROM told',
  );
}

/** F(after) − F(before), with F(a) what a marginal table pays for a; T(after) − T(before) for the retroactive one. */
const SQL = `
WITH ordered AS (
  SELECT participant, quarter(closed) AS q, CASE WHEN type = 'new' THEN 'new-business' ELSE 'growth' END AS component, amount,
    sum(amount) OVER (PARTITION BY participant, quarter(closed), type = 'new' ORDER BY closed, seq ROWS UNBOUNDED PRECEDING)::DECIMAL(18,4) AS after
  FROM credits
), paid AS (
  SELECT participant, q, component,
    CASE component WHEN 'new-business' THEN
      round((0.08 * (least(after, 250000) - least(after - amount, 250000))
       + 0.12 * (greatest(least(after, 375000) - 250000, 0) - greatest(least(after - amount, 375000) - 250000, 0))
       + 0.15 * (greatest(after - 375000, 0) - greatest(after - amount - 375000, 0)))::DECIMAL(24,6), 2)
    ELSE
      round((after * (CASE WHEN after >= 300000 THEN 0.05 WHEN after >= 100000 THEN 0.04 ELSE 0.03 END)
       - (after - amount) * (CASE WHEN after - amount >= 300000 THEN 0.05 WHEN after - amount >= 100000 THEN 0.04 ELSE 0.03 END))::DECIMAL(24,6), 2)
    END AS amount,
    CASE component WHEN 'growth' THEN
      (after * (CASE WHEN after >= 300000 THEN 0.05 WHEN after >= 100000 THEN 0.04 ELSE 0.03 END)
       - (after - amount) * (CASE WHEN after - amount >= 300000 THEN 0.05 WHEN after - amount >= 100000 THEN 0.04 ELSE 0.03 END))::DECIMAL(24,6)
    ELSE 0 END AS exact
  FROM ordered
)
SELECT participant, component, q, (sum(amount) - round(greatest(0, sum(exact) - 15000), 2))::DECIMAL(18,2)::VARCHAR
FROM paid GROUP BY ALL`;

export async function theirs(connection: Connection, where = ''): Promise<Totals> {
  const sql = SQL.replace('FROM credits', `FROM credits ${where}`);
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  return new Map(rows.map(([who, component, quarter, total]) => [`${who}/${component}/2026-Q${quarter}`, `${total}`]));
}

/** A year of a company, calculated from facts in memory. */
export async function yearOfTiers({ tiers: { deals, people, pairs } }: Sizes): Promise<readonly Result[]> {
  return inFolder(async (folder) => {
    const ledger = newLedger(folder);
    await company(ledger, deals, people);
    await refresh(ledger);
    const opened = good(await openBooks(ledger, await refresh(ledger)));
    const books: Book[] = [];
    for (let index = 0; index < people; index += 1) books.push(good(await opened.book(participantId(index))));
    const connection = await openDuckdb();
    await load(connection, deals, people);
    compare(ours(books), await theirs(connection));
    const times: { readonly ours: number; readonly reference: number }[] = [];
    for (let pair = 0; pair < pairs; pair += 1) {
      const calculation = await seconds(() => ours(books));
      times.push({ ours: calculation, reference: await seconds(() => theirs(connection)) });
    }
    connection.closeSync();
    await ledger.close();
    const ratio = median(times.map((time) => time.ours / time.reference));
    const milliseconds = (of: 'ours' | 'reference') => Math.round(median(times.map((time) => time[of])) * 1_000);
    return [
      {
        row: `a year of ${deals / 1_000} k deals, ${people} people, calculated`,
        ours: milliseconds('ours'),
        reference: milliseconds('reference'),
        unit: 'ms',
        ratio: rounded(ratio),
        goal: '<= 1 of DuckDB',
        met: ratio <= 1,
      },
    ];
  });
}

function compare(ours: Totals, theirs: Totals): void {
  for (const [key, total] of theirs) {
    if (ours.get(key) !== total) throw new Error(`${key}: ${ours.get(key)} here, ${total} in SQL`);
  }
  if (ours.size !== theirs.size) throw new Error(`${ours.size} totals here, ${theirs.size} in SQL`);
}
