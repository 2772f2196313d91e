import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditPayout, importPayments, openPeriod, payoutsOf, payRun, recordOnDeal, verify } from '@ledger/application';
import { PAY_RUN_COLUMNS, type PayRunLine } from '@ledger/connectors';
import { type Append, type EventStore, isProblem } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFINITIONS, FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

const PAYROLL = { actor: { id: 'payroll', role: 'integration' } };
const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];
const PERIOD = '2026-Q1';

async function frozen(...options: Parameters<typeof makeCompany>): Promise<Made> {
  const made = await makeCompany(...options);
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, PERIOD);
  made.at('2026-04-20T09:00:00Z');
  return made;
}

const out = (made: Made, name: string) => join(made.folder, name);
const run = async (made: Made, name: string) => payRun(made.ledger, { period: PERIOD, file: out(made, name) }, FINANCE);

interface Said {
  readonly status: 'paid' | 'returned';
  readonly date?: string;
  readonly reference?: string;
  readonly reason?: string;
}

/** The lines of a run as payroll sends them back. */
function back(made: Made, name: string, lines: readonly (readonly [line: PayRunLine, said: Said])[]): string {
  const rows = lines.map(([line, { status, date = '2026-04-15', reference = '', reason = '' }]) => {
    const why = reason === '' && status === 'returned' ? 'Account closed' : reason;
    return [...PAY_RUN_COLUMNS.map((column) => line[column]), status, date, reference, why].join(',');
  });
  const file = out(made, name);
  writeFileSync(file, `${PAY_RUN_COLUMNS.join(',')},status,date,reference,reason\n${rows.join('\n')}\n`);
  return file;
}

const bring = (made: Made, file: string, dryRun = false) => importPayments(made.ledger, { file, dryRun }, PAYROLL);
const states = async (made: Made, asOf?: string) =>
  Object.fromEntries(
    sound(await payoutsOf(made.ledger, { period: PERIOD, asOf })).payouts.map((each) => [each.participant, each.state]),
  );

/** Dies in the middle of the n-th write from now on. */
function mortal(left: { writes: number }) {
  return (store: EventStore): EventStore =>
    new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'append' && name !== 'appendEach') return value.bind(target);
        return async (...given: unknown[]) => {
          if (left.writes <= 0) {
            // Appends of one batch are independent: the first one has landed.
            if (name === 'appendEach') await target.appendEach((given[0] as readonly Append[]).slice(0, 1));
            throw new Error('killed');
          }
          left.writes -= 1;
          return value.apply(target, given);
        };
      },
    });
}

describe('a pay run', () => {
  test('holds every payable statement once, and proves its file', async () => {
    const made = await frozen();
    const released = sound(await run(made, 'run.csv'));
    expect(released).toMatchObject({ run: 1, state: 'released', totals: { USD: '14800.00' } });
    const bytes = readFileSync(out(made, 'run.csv'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(released.digest);
    expect(JSON.parse(readFileSync(out(made, 'run.csv.json'), 'utf8'))).toEqual({
      period: PERIOD,
      run: 1,
      asOf: released.asOf,
      payments: 2,
      totals: { USD: '14800.00' },
      sha256: released.digest,
    });
    expect(await states(made)).toEqual({ ada: 'in-run', ben: 'in-run' });
    expect(await states(made, released.asOf)).toEqual({ ada: 'frozen', ben: 'frozen' });
  });

  test('again it is the same run and the same file, also after everything went on', async () => {
    const made = await frozen();
    const first = sound(await run(made, 'run.csv'));
    const head = await made.ledger.store.head();
    const again = sound(await run(made, 'again.csv'));
    expect(again).toMatchObject({ run: 1, state: 'again', digest: first.digest });
    expect(await made.ledger.store.head()).toBe(head);
    const [ada, ben] = first.payments;
    if (ada === undefined || ben === undefined) expect.unreachable();
    sound(
      await bring(
        made,
        back(made, 'b.csv', [
          [ada, { status: 'paid' }],
          [ben, { status: 'returned' }],
        ]),
      ),
    );
    expect(sound(await run(made, 'second.csv'))).toMatchObject({ run: 2, payments: [{ participant: 'ben' }] });
    sound(await payRun(made.ledger, { period: PERIOD, run: 1, file: out(made, 'old.csv') }, FINANCE));
    expect(readFileSync(out(made, 'old.csv'), 'utf8')).toBe(readFileSync(out(made, 'run.csv'), 'utf8'));
    sound(await verify(made.ledger));
  });

  test('released by two at once, it is one run', async () => {
    const made = await frozen();
    const both = await Promise.all([run(made, 'a.csv'), run(made, 'b.csv')]);
    for (const each of both) expect(sound(each)).toMatchObject({ run: 1 });
    const events = await made.ledger.store.read(`period-${PERIOD}`);
    expect(events.filter(({ type }) => type === 'PayRunReleased')).toHaveLength(1);
    expect(readFileSync(out(made, 'a.csv'), 'utf8')).toBe(readFileSync(out(made, 'b.csv'), 'utf8'));
  });

  test('killed after its event and before its file, it is given again and pays nobody twice', async () => {
    const left = { writes: Number.POSITIVE_INFINITY };
    const made = await frozen({ around: mortal(left) });
    left.writes = 0;
    await expect(run(made, 'run.csv')).rejects.toThrow('killed');
    left.writes = Number.POSITIVE_INFINITY;
    expect(existsSync(out(made, 'run.csv'))).toBe(false);
    expect(await states(made)).toEqual({ ada: 'in-run', ben: 'in-run' });
    expect(sound(await run(made, 'run.csv'))).toMatchObject({ run: 1, state: 'again' });
    expect(existsSync(out(made, 'run.csv'))).toBe(true);
  });

  test('is released by somebody in finance whom it does not pay and who did not ask for the freeze', async () => {
    const made = await frozen();
    const head = await made.ledger.store.head();
    const as = async (id: string, role: string, onBehalfOf?: string) => {
      const actor = onBehalfOf === undefined ? { id, role } : { id, role, onBehalfOf };
      const answer = await payRun(made.ledger, { period: PERIOD, file: out(made, 'x.csv') }, { actor });
      return isProblem(answer) ? answer.code : answer.state;
    };
    expect(await as('olga', 'ops')).toBe('role_forbidden');
    expect(await as('ann', 'admin')).toBe('role_forbidden');
    expect(await as('olga', 'finance')).toBe('own_request');
    expect(await as('pia', 'finance', 'olga')).toBe('own_request');
    expect(await as('ada', 'finance')).toBe('own_pay');
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('a statement that takes money back is in no run, and is said', async () => {
    const made = await frozen();
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    const lost = { type: 'CancelDeal', source: 'csv', deal: 'D-1', cancelledOn: '2026-05-01', reason: 'Lost' } as const;
    sound(await recordOnDeal(made.ledger, lost, OPS));
    made.at('2026-07-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q2');
    const answer = await payRun(made.ledger, { period: '2026-Q2', file: out(made, 'x.csv') }, FINANCE);
    expect(answer).toMatchObject({
      code: 'nothing_payable',
      message: expect.stringContaining(': 1 of its statements takes money back;'),
    });
    const { payouts } = sound(await payoutsOf(made.ledger, { period: '2026-Q2' }));
    expect(payouts.map(({ participant, state }) => [participant, state])).toEqual([
      ['ada', 'negative'],
      ['ben', 'nothing'],
    ]);
  });
});

describe('what payroll says', () => {
  test('the same file again, and the same row twice, pay once', async () => {
    const made = await frozen();
    const { payments } = sound(await run(made, 'run.csv'));
    const paid = payments.map((line) => [line, { status: 'paid' }] as const);
    const file = back(made, 'paid.csv', [...paid, ...paid]);
    expect(sound(await bring(made, file, true))).toMatchObject({ paid: 2, unchanged: 2, dryRun: true });
    expect(sound(await bring(made, file))).toMatchObject({
      paid: 2,
      unchanged: 2,
      totals: { paid: { USD: '14800.00' } },
    });
    const head = await made.ledger.store.head();
    expect(sound(await bring(made, file))).toMatchObject({ paid: 0, unchanged: 4 });
    expect(await made.ledger.store.head()).toBe(head);
    const nothing = await run(made, 'again.csv');
    expect(sound(nothing)).toMatchObject({ run: 1, state: 'again' });
  });

  test('what came back is payable again, and the old file that arrives once more does not pay it', async () => {
    const made = await frozen();
    const first = sound(await run(made, 'run.csv'));
    const all = back(
      made,
      'paid.csv',
      first.payments.map((line) => [line, { status: 'paid' }] as const),
    );
    sound(await bring(made, all));
    const ben = first.payments.filter(({ participant }) => participant === 'ben');
    const returned = back(
      made,
      'back.csv',
      ben.map((line) => [line, { status: 'returned', date: '2026-04-18' }] as const),
    );
    sound(await bring(made, returned));
    expect(await states(made)).toEqual({ ada: 'paid', ben: 'returned' });
    const second = sound(await run(made, 'second.csv'));
    expect(second.payments.map(({ payment }) => payment)).toEqual([`${PERIOD}.ben.2`]);
    expect(sound(await bring(made, all))).toMatchObject({ paid: 0, unchanged: 2 });
    expect(sound(await bring(made, returned))).toMatchObject({ returned: 0, unchanged: 1 });
    expect(await states(made)).toEqual({ ada: 'paid', ben: 'in-run' });
    // A run that does not pay somebody is none of what touched their payout.
    const runsOf = async (participant: string) =>
      sound(await auditPayout(made.ledger, { period: PERIOD, participant })).events.flatMap(({ event }) =>
        event.type === 'PayRunReleased' ? [event.data.run] : [],
      );
    expect(await runsOf('ada')).toEqual([1]);
    expect(await runsOf('ben')).toEqual([1, 2]);
    // What payroll says of the second payment is not about a day before the first one came back.
    const early = { date: '2026-04-17' };
    const about = (said: Said) =>
      back(
        made,
        'early.csv',
        second.payments.map((line) => [line, said] as const),
      );
    for (const status of ['paid', 'returned'] as const) {
      expect(await bring(made, about({ status, ...early }))).toMatchObject({
        code: 'csv_rows_invalid',
        errors: [{ code: 'date_invalid', message: expect.stringContaining(`of ${PERIOD}.ben.1, which came back on`) }],
      });
    }
    expect(sound(await bring(made, about({ status: 'paid', date: '2026-04-18' })))).toMatchObject({ paid: 1 });
  });

  test('paid and returned in one file is returned, whatever stands first', async () => {
    const made = await frozen();
    const [ada] = sound(await run(made, 'run.csv')).payments;
    if (ada === undefined) expect.unreachable();
    const file = back(made, 'both.csv', [
      [ada, { status: 'returned', date: '2026-04-18' }],
      [ada, { status: 'paid' }],
    ]);
    expect(sound(await bring(made, file))).toMatchObject({ paid: 1, returned: 1 });
    expect(await states(made)).toMatchObject({ ada: 'returned' });
  });

  test('one bad row refuses the file, with every row that is wrong', async () => {
    const made = await frozen();
    const { payments } = sound(await run(made, 'run.csv'));
    const [ada, ben] = payments;
    if (ada === undefined || ben === undefined) expect.unreachable();
    const head = await made.ledger.store.head();
    const lines: readonly (readonly [PayRunLine, Said])[] = [
      [ada, { status: 'paid' }],
      [{ ...ben, amount: '4400.01' }, { status: 'paid' }],
      [{ ...ben, currency: 'EUR' }, { status: 'paid' }],
      [{ ...ben, payment: `${PERIOD}.ben.2` }, { status: 'paid' }],
      [{ ...ben, payment: `${PERIOD}.zoe.1`, participant: 'zoe' }, { status: 'paid' }],
      [{ ...ben, payment: '2030-Q1.ben.1', period: '2030-Q1' }, { status: 'paid' }],
      [{ ...ben, statement: ada.statement }, { status: 'paid' }],
      [ada, { status: 'paid', reference: 'another one' }],
    ];
    const answer = await bring(made, back(made, 'bad.csv', lines));
    if (!isProblem(answer)) expect.unreachable('recorded');
    expect(answer.code).toBe('csv_rows_invalid');
    expect(answer.errors?.map(({ code, message }) => `${message.split(':')[0]} ${code}`)).toEqual([
      'Row 2 payment_unequal',
      'Row 3 payment_unequal',
      'Row 4 payment_unknown',
      'Row 5 payment_unknown',
      'Row 6 payment_unknown',
      'Row 7 payment_unequal',
      'Row 8 payment_unequal',
    ]);
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('a day that has not come where the calendar is refuses the file, whatever it says became of the payment', async () => {
    const made = await frozen({}, DEFINITIONS.replace('time-zone: UTC', 'time-zone: Asia/Tokyo'));
    const [ada, ben] = sound(await run(made, 'run.csv')).payments;
    if (ada === undefined || ben === undefined) expect.unreachable();
    // Half past one of the day after, in Tokyo.
    made.at('2026-04-20T16:30:00Z');
    const on = (date: string) =>
      back(made, `${date}.csv`, [
        [ada, { status: 'paid', date }],
        [ben, { status: 'returned', date }],
      ]);
    const head = await made.ledger.store.head();
    const early = await bring(made, on('2026-04-22'));
    if (!isProblem(early)) expect.unreachable('recorded');
    expect(early.errors).toMatchObject([
      { row: 1, column: 'date', code: 'date_invalid' },
      { row: 2, column: 'date', code: 'date_invalid' },
    ]);
    expect(early.errors?.[0]?.message).toMatch(/on 2026-04-22 yet: today is 2026-04-21/);
    expect(await made.ledger.store.head()).toBe(head);
    expect(sound(await bring(made, on('2026-04-21')))).toMatchObject({ paid: 1, returned: 1 });
  });

  test('killed at any write, the import goes on and records nothing twice', async () => {
    const left = { writes: Number.POSITIVE_INFINITY };
    const made = await frozen({ around: mortal(left) });
    const { payments } = sound(await run(made, 'run.csv'));
    const file = back(
      made,
      'paid.csv',
      payments.map((line) => [line, { status: 'paid' }] as const),
    );
    const before = await made.ledger.store.head();
    left.writes = 0;
    await expect(bring(made, file)).rejects.toThrow('killed');
    left.writes = Number.POSITIVE_INFINITY;
    expect(await made.ledger.store.head()).toBe(before + 1n);
    expect(sound(await bring(made, file))).toMatchObject({ paid: 1, unchanged: 1 });
    expect(await made.ledger.store.head()).toBe(before + 2n);
  });
});

/** What payroll may do, in any order: release, confirm, send back, repeat any file that it ever sent. */
const step = fc.oneof(
  fc.constant({ do: 'run' } as const),
  fc.record({ do: fc.constant('say' as const), who: fc.nat(1), status: fc.constantFrom('paid', 'returned') }),
  fc.record({ do: fc.constant('repeat' as const), file: fc.nat(20) }),
);

test('money moves once: whatever arrives in whatever order, a statement is paid at most once at any moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const made = await frozen();
      const files: string[] = [];
      let lines: readonly PayRunLine[] = [];
      for (const [index, each] of steps.entries()) {
        if (each.do === 'run') {
          const answer = await run(made, `${index}.csv`);
          lines = [...lines, ...(isProblem(answer) ? [] : answer.payments)];
        } else if (each.do === 'say') {
          const line = lines[(lines.length - 1) * each.who];
          if (line !== undefined) files.push(back(made, `${index}.csv`, [[line, { status: each.status }]]));
        }
        const file = each.do === 'say' ? files.at(-1) : each.do === 'repeat' ? files[each.file] : undefined;
        if (file !== undefined) await bring(made, file);
        const { payouts, asOf } = sound(await payoutsOf(made.ledger, { period: PERIOD }));
        for (const { payments } of payouts) {
          const owed = payments.filter(({ state }) => state !== 'returned');
          expect(owed.length).toBeLessThanOrEqual(1);
          if (owed.length === 1) expect(payments.at(-1)).toBe(owed[0]);
        }
        // As of a position it stays what it was.
        expect(sound(await payoutsOf(made.ledger, { period: PERIOD, asOf })).payouts).toEqual(payouts);
      }
      for (const participant of ['ada', 'ben']) {
        const events = await made.ledger.store.read(`payout-${PERIOD}.${participant}`);
        const count = (type: string) => events.filter((event) => event.type === type).length;
        expect(count('PayoutPaid') - count('PayoutReturned')).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 12 },
  );
});
