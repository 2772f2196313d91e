import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dealsOf, importDeals } from '@ledger/application';
import { DEFAULT_MAPPING } from '@ledger/connectors';
import { bound, type EventStore, isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { importRows, makeCompany, makeLedger, OPS, sound } from '../support/company.ts';

const ROWS = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,,500.00,EUR,2026-03-01'];
const NONE = { closed: 0, amended: 0, cancelled: 0, unchanged: 0, vanished: 0 };

async function types(store: EventStore): Promise<readonly string[]> {
  const all = await store.readAll({ after: 0n, limit: 10_000 });
  return all.filter(({ stream }) => stream.startsWith('deal-')).map(({ stream, type }) => `${stream} ${type}`);
}

describe('import of deals', () => {
  test('records each deal once; the same file again records nothing', async () => {
    const made = makeLedger();
    expect(sound(await importRows(made, ROWS))).toMatchObject({
      ...NONE,
      rows: 3,
      deals: 3,
      closed: 3,
      withoutOwner: 1,
    });
    expect(sound(await importRows(made, ROWS))).toMatchObject({ ...NONE, unchanged: 3 });
    expect(await types(made.ledger.store)).toEqual([
      'deal-csv.D-1 DealClosed',
      'deal-csv.D-2 DealClosed',
      'deal-csv.D-3 DealClosed',
    ]);
  });

  test('a changed row is an amendment, and the first file again amends back', async () => {
    const made = makeLedger();
    sound(await importRows(made, ROWS));
    const changed = [
      'D-1,ada,80000.00,USD,2026-01-20',
      'D-2,ada,41000.00,USD,2026-02-10',
      'D-3,ben,500.00,EUR,2026-03-01',
    ];
    expect(sound(await importRows(made, changed))).toMatchObject({ ...NONE, amended: 2, unchanged: 1 });
    expect(sound(await importRows(made, ROWS))).toMatchObject({ ...NONE, amended: 2, unchanged: 1 });
    expect((await types(made.ledger.store)).slice(3)).toHaveLength(4);
  });

  test('whom a deal pays tells again what is known, in a file with new deals of others; what is new of their own refuses it', async () => {
    const made = makeLedger();
    sound(await importRows(made, [...ROWS, 'D-5,ada,1.00,USD,2026-03-02']));
    sound(await importRows(made, ROWS, { snapshot: true }));
    const by = { actor: { id: 'ada', role: 'ops' } };
    const others = ['D-4,ben,70.00,USD,2026-03-03', 'D-3,ben,500.00,EUR,2026-03-01'];
    const again = [...ROWS.slice(0, 2), ...others];
    const dry = sound(await importRows(made, again, { by, dryRun: true }));
    expect(dry).toMatchObject({ ...NONE, closed: 1, amended: 1, unchanged: 2 });
    expect(sound(await importRows(made, again, { by, snapshot: true }))).toMatchObject({ ...dry, dryRun: false });
    const head = await made.ledger.store.head();
    for (const [row, of] of [
      ['D-1,ada,80000.01,USD,2026-01-20', 1],
      ['D-9,ada,1.00,USD,2026-01-20', 3],
    ] as const) {
      const answer = await importRows(made, of === 1 ? [row, ...others] : [...others, row], { by });
      expect(answer).toMatchObject({ code: 'own_pay', row: of, message: expect.stringMatching(`^Row ${of}: `) });
      expect(await made.ledger.store.head()).toBe(head);
    }
    // That it is gone from the source is new of her own deal.
    expect(await importRows(made, others, { by, snapshot: true })).toMatchObject({ code: 'own_pay' });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('one bad row refuses the whole file, naming row, column, value and remedy', async () => {
    const made = makeLedger();
    const answer = await importRows(made, [
      ...ROWS,
      'D-4,ada,1e999999999,USD,2026-01-20',
      'D-5,ada,1.00,USD,2026-02-30',
    ]);
    expect(isProblem(answer) && answer.errors?.map(({ code }) => code)).toEqual(['amount_invalid', 'date_invalid']);
    expect(isProblem(answer) && answer.errors?.[0]?.message).toMatch(/Row 4.*amount.*1e999999999/);
    expect(await made.ledger.store.head()).toBe(0n);
  });

  test('a dry run says what would be recorded, and records nothing', async () => {
    const made = makeLedger();
    sound(await importRows(made, ROWS.slice(0, 1)));
    const head = await made.ledger.store.head();
    const changed = ['D-1,ada,80000.50,USD,2026-01-20', ...ROWS.slice(1)];
    expect(sound(await importRows(made, changed, { dryRun: true }))).toMatchObject({
      ...NONE,
      closed: 2,
      amended: 1,
      dryRun: true,
    });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('a snapshot reports deals that the source no longer has, and takes nothing back for it', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ROWS));
    expect(sound(await importRows(made, ROWS.slice(0, 1), { snapshot: true }))).toMatchObject({
      ...NONE,
      unchanged: 1,
      vanished: 2,
    });
    const again = sound(await importRows(made, ROWS.slice(0, 1), { snapshot: true }));
    expect(again).toMatchObject({ ...NONE, unchanged: 1 });
    const { deals } = sound(await dealsOf(made.ledger, { participant: 'ada' }));
    expect(deals.map(({ deal, state, credits }) => [deal, state, credits.length])).toEqual([
      ['D-1', 'closed', 1],
      ['D-2', 'vanished', 1],
    ]);
    expect(sound(await importRows(made, ROWS))).toMatchObject({ ...NONE, amended: 2, unchanged: 1 });
  });

  test('deals that are known are read together, and each once, also where nothing is to be recorded', async () => {
    let reads = 0;
    let waiting = 0;
    let most = 0;
    const made = makeLedger({
      around: (store) => ({
        ...bound(store),
        async read(stream, options) {
          reads += 1;
          waiting += 1;
          most = Math.max(most, waiting);
          await new Promise((resolve) => setImmediate(resolve));
          waiting -= 1;
          return store.read(stream, options);
        },
      }),
    });
    const rows = Array.from({ length: 30 }, (_, index) => `D-${index},ada,${index}.00,USD,2026-01-20`);
    sound(await importRows(made, rows));
    for (const dryRun of [false, true]) {
      reads = 0;
      most = 0;
      expect(sound(await importRows(made, rows, { dryRun }))).toMatchObject({ ...NONE, unchanged: 30 });
      expect({ reads, most }).toEqual({ reads: 30, most: 30 });
    }
  });

  test('killed in the middle of writing, the same import goes on where it stopped', async () => {
    const rows = Array.from({ length: 6_000 }, (_, index) => `D-${index},ada,${index}.00,USD,2026-01-20`);
    let batches = 1;
    const made = makeLedger({
      around: (store) => ({
        ...bound(store),
        async appendEach(appends) {
          if (batches-- <= 0) throw new Error('killed');
          return store.appendEach(appends);
        },
      }),
    });
    await expect(importRows(made, rows)).rejects.toThrow('killed');
    const written = (await types(made.ledger.store)).length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(rows.length);
    batches = Number.POSITIVE_INFINITY;
    expect(sound(await importRows(made, rows))).toMatchObject({
      ...NONE,
      unchanged: written,
      closed: rows.length - written,
    });
    expect(new Set(await types(made.ledger.store)).size).toBe(rows.length);
  });

  test('a participant cannot import deals, not even their own', async () => {
    const made = makeLedger();
    const file = join(made.folder, 'deals.csv');
    writeFileSync(file, `deal_id,rep_id,amount,currency,closed_on\n${ROWS.join('\n')}\n`);
    const ask = { file, mapping: DEFAULT_MAPPING, folder: made.folder, snapshot: false, dryRun: false };
    const answer = await importDeals(made.ledger, ask, { ...OPS, actor: { id: 'ada', role: 'rep' } });
    expect(answer).toMatchObject({ code: 'role_forbidden' });
    expect(await made.ledger.store.head()).toBe(0n);
  });
});
