import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { assignPlan, attainmentOf, dealsOf, importDeals, openPeriod, statementOf, verify } from '@ledger/application';
import { readMapping } from '@ledger/connectors';
import { systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { cli } from '../cli/given.ts';
import {
  approveAll,
  defineText,
  freeze,
  type Made,
  makeLedger,
  OPS,
  sound,
  temporaryFolder,
} from '../support/company.ts';
import { addTo, money, plainCsv, quarterOf, roundedTo, scaled } from './exports.ts';

/** Real exports, which are not part of this repository: `../shared` beside it. */
const data = join(import.meta.dirname, '../../../shared/data');
const ABSENT = [!existsSync(data), '../shared/data is not there'] as const;
const mappings = join(import.meta.dirname, '../connectors/fixtures');
const main = join(import.meta.dirname, '../../services/cli/main.ts');

const CRM = { file: join(data, 'crm/sales_pipeline.csv'), map: join(mappings, 'crm.yaml') };
const NORTHWIND = { file: join(data, 'northwind/OrderDetails.csv'), map: join(mappings, 'northwind.yaml') };

async function take(
  made: Made,
  { file, map }: typeof CRM,
  options: { readonly snapshot?: boolean; readonly at?: string } = {},
) {
  const mapping = sound(readMapping(readFileSync(map, 'utf8'), basename(map)));
  const { snapshot = false, at = file } = options;
  return importDeals(made.ledger, { file: at, mapping, folder: dirname(file), snapshot, dryRun: false }, OPS);
}

/** Everybody under one plan that pays a share of each deal, without quotas. */
async function define(made: Made, first: string, people: readonly string[], pays: string): Promise<void> {
  const from = `${first.slice(0, 4)}-01-01`;
  await defineText(
    made.ledger,
    `
calendar: { cadence: quarter, first-period: ${first}, time-zone: UTC, currency: USD, reason: Policy }
---
metric: bookings
title: Bookings
amount: deal.amount
from: ${from}
reason: As sold
---
plan: share
title: A share of each deal
currency: USD
from: ${from}
reason: As sold
components: { share: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: ${pays} }] } }
---
participants:
${people.map((id) => `  - { id: ${id}, starts: ${from}, currency: USD }`).join('\n')}
`,
  );
  await approveAll(made.ledger);
  for (const participant of people) {
    sound(await assignPlan(made.ledger, { participant, plan: 'share', from, to: null, reason: 'As sold' }, OPS));
  }
}

/** Opens and freezes quarters one after the other, and compares every statement with the sums that it should have. */
async function close(
  made: Made,
  quarters: readonly string[],
  people: readonly string[],
  sums: ReadonlyMap<string, bigint>,
) {
  for (const period of quarters) {
    sound(await openPeriod(made.ledger, period, OPS));
    const open = new Map<string, unknown>();
    for (const participant of people) {
      const { statement } = sound(await statementOf(made.ledger, { participant, period }));
      expect(statement.total, `${participant} in ${period}`).toBe(money(sums.get(`${participant}/${period}`) ?? 0n));
      open.set(participant, statement);
    }
    const { frozen } = { frozen: await freeze(made.ledger, period) };
    const all = people.reduce((sum, participant) => sum + (sums.get(`${participant}/${period}`) ?? 0n), 0n);
    expect(frozen.frozen?.totals).toEqual({ USD: money(all) });
    for (const participant of people) {
      const answer = sound(await statementOf(made.ledger, { participant, period }));
      expect(answer.state).toBe('frozen');
      expect(answer.statement).toEqual(open.get(participant));
    }
  }
}

describe('real exports, from the file to a frozen statement', () => {
  test('crm: four files that belong together', async ({ skip }) => {
    skip(...ABSENT);
    const slug = (name: string) => name.toLowerCase().replaceAll(' ', '-');
    const rows = plainCsv(CRM.file).filter((row) => row.deal_stage === 'Won');
    const people = [...new Set(rows.map((row) => slug(row.sales_agent ?? '')))].sort();
    const sold = new Map<string, bigint>();
    const pay = new Map<string, bigint>();
    for (const row of rows) {
      const key = `${slug(row.sales_agent ?? '')}/${quarterOf(row.close_date ?? '')}`;
      const cents = scaled(row.close_value ?? '', 2);
      addTo(sold, key, cents);
      // 7.5 %, each deal rounded for itself.
      addTo(pay, key, roundedTo(cents * 75n, 1000n));
    }

    const made = makeLedger();
    made.at('2018-01-10T09:00:00Z');
    expect(sound(await take(made, CRM))).toMatchObject({ rows: 8800, deals: rows.length, closed: rows.length });
    await define(made, '2017-Q1', people, '7.5%');
    await close(made, ['2017-Q1', '2017-Q2'], people, pay);
    for (const period of ['2017-Q3', '2017-Q4']) sound(await openPeriod(made.ledger, period, OPS));
    const { participants } = sound(await attainmentOf(made.ledger, { period: '2017-Q4' }));
    expect(participants.map(({ participant, results }) => [participant, results[0]?.credited])).toEqual(
      people.map((id) => [id, String((sold.get(`${id}/2017-Q4`) ?? 0n) / 100n)]),
    );

    const head = await made.ledger.store.head();
    expect(sound(await take(made, CRM))).toMatchObject({ closed: 0, amended: 0, unchanged: rows.length });
    expect(await made.ledger.store.head()).toBe(head);

    // The next whole export has lost one deal and tells another one differently, both of the frozen first quarter.
    const [gone, changed] = rows.filter((row) => row.close_date?.startsWith('2017-03'));
    const lines = readFileSync(CRM.file, 'utf8').split('\n');
    const told = lines
      .filter((line) => !line.startsWith(`${gone?.opportunity_id},`))
      .map((line) =>
        line.startsWith(`${changed?.opportunity_id},`) ? line.replace(/[0-9]+(\r?)$/, '999999$1') : line,
      );
    const at = join(made.folder, 'sales_pipeline.csv');
    writeFileSync(at, told.join('\n'));
    expect(sound(await take(made, CRM, { snapshot: true, at }))).toMatchObject({ vanished: 1, amended: 1, closed: 0 });
    const seller = slug(changed?.sales_agent ?? '');
    const { statement } = sound(await statementOf(made.ledger, { participant: seller, period: '2017-Q3' }));
    const more = roundedTo(99_999_900n * 75n, 1000n) - roundedTo(scaled(changed?.close_value ?? '', 2) * 75n, 1000n);
    // That a deal has vanished is a finding; it takes nothing back.
    expect(statement.lines.filter(({ kind }) => kind === 'correction')).toMatchObject([
      { period: '2017-Q1', amount: money(more) },
    ]);
    expect(statement.total).toBe(money((pay.get(`${seller}/2017-Q3`) ?? 0n) + more));
    expect(sound(await verify(made.ledger))).toMatchObject({ statements: 2 * people.length, periods: 2 });
  }, 90_000);

  test('northwind: lines with discounts, and what is known of an order in another file', async ({ skip }) => {
    skip(...ABSENT);
    const people = ['nancy', 'andrew', 'janet', 'margaret', 'steven', 'michael', 'robert', 'laura', 'anne'];
    const orders = new Map(plainCsv(join(data, 'northwind/Orders.csv')).map((order) => [order.OrderID, order]));
    const amounts = new Map<string, bigint>();
    for (const { OrderID = '', UnitPrice = '', Quantity = '', Discount = '' } of plainCsv(NORTHWIND.file)) {
      const line = scaled(UnitPrice, 4) * BigInt(Quantity) * (10_000n - scaled(Discount, 4));
      addTo(amounts, OrderID, roundedTo(line, 1_000_000n));
    }
    const pay = new Map<string, bigint>();
    for (const [id, cents] of amounts) {
      const order = orders.get(id);
      const seller = people[Number(order?.EmployeeID) - 1] ?? '';
      addTo(pay, `${seller}/${quarterOf(order?.OrderDate ?? '')}`, roundedTo(cents * 3n, 100n));
    }

    const made = makeLedger();
    made.at('1998-06-01T09:00:00Z');
    expect(sound(await take(made, NORTHWIND))).toMatchObject({ rows: 2155, deals: 830, closed: 830, withoutOwner: 0 });
    await define(made, '1996-Q3', people, '3%');
    await close(made, ['1996-Q3', '1996-Q4', '1997-Q1'], people, pay);
    const head = await made.ledger.store.head();
    expect(sound(await take(made, NORTHWIND, { snapshot: true }))).toMatchObject({ unchanged: 830, vanished: 0 });
    expect(await made.ledger.store.head()).toBe(head);
    const { deals } = sound(await dealsOf(made.ledger, { participant: 'nancy' }));
    expect(deals.length).toBe([...orders.values()].filter(({ EmployeeID }) => EmployeeID === '1').length);
  }, 90_000);

  test('an import that is killed at any moment, and given again, leaves what an unkilled one leaves', async ({
    skip,
  }) => {
    skip(...ABSENT);
    const folder = temporaryFolder();
    const whole = join(folder, 'whole.ledger');
    const killed = join(folder, 'killed.ledger');
    for (const file of [whole, killed])
      expect(await cli(['-f', file, 'init', '--ledger', 'acme'])).toMatchObject({ code: 0 });
    const argv = (file: string) => [
      '-f',
      file,
      '--as',
      'ops:olga',
      'import',
      'deals',
      CRM.file,
      '--map',
      CRM.map,
      '--json',
    ];
    expect(await cli(argv(whole))).toMatchObject({ code: 0 });
    const expected = await facts(whole);

    const seen: number[] = [];
    const log = openLog(killed, { mode: 'open', clock: systemClock });
    for (const delay of [0, 5, 60]) {
      const before = await log.head();
      const child = spawn(process.execPath, [main, ...argv(killed)], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('close', resolve));
      // Killed some time after its first write; one that finds nothing left to write ends by itself.
      for (let waited = 0; (await log.head()) === before && waited < 10_000 && child.exitCode === null; waited += 2)
        await wait(2);
      await wait(delay);
      child.kill('SIGKILL');
      await ended;
      seen.push(Number(await log.head()));
      expect(await cli(['-f', killed, 'verify'])).toMatchObject({ code: 0 });
    }
    await log.close();
    expect(seen[0], 'the first one was killed in the middle').toBeLessThan(expected.length);
    expect(seen[0]).toBeGreaterThan(0);

    const last = await cli(argv(killed));
    expect(last).toMatchObject({ code: 0, err: '' });
    expect(await facts(killed)).toEqual(expected);
    expect(JSON.parse((await cli(argv(killed))).out)).toMatchObject({
      closed: 0,
      amended: 0,
      unchanged: expected.length,
    });
  }, 90_000);
});

/** What a log holds, without what is drawn or told by the clock: ids, times, hashes. */
async function facts(file: string): Promise<readonly string[]> {
  const log = openLog(file, { mode: 'open', clock: systemClock });
  const all = await log.readAll({ after: 0n, limit: 10_000 });
  await log.close();
  return all
    .map(({ stream, revision, type, version, data }) => `${stream} ${revision} ${type} ${version} ${data}`)
    .sort();
}
