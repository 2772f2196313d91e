import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  approve,
  type By,
  continueFreeze,
  decline,
  diff,
  guidedClose,
  importPayments,
  openPeriod,
  payoutsOf,
  payRun,
  rebuild,
  replayPeriods,
  requestFreeze,
  requestReopen,
  statementOf,
  verify,
} from '@ledger/application';
import { bound, type EventStore, isProblem } from '@ledger/kernel';
import { describe, expect, test, vi } from 'vitest';
import { FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';
import { dying } from '../support/dying.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];
const CONTROLLER: By = { actor: { id: 'cora', role: 'finance' } };
const SECOND: By = { actor: { id: 'fiona', role: 'finance' } };
const ASK = { period: '2026-Q1', reason: 'The rates of March were wrong', evidence: ['mail'] };

const totalOf = async (
  { ledger }: Made,
  participant: string,
  more: { readonly freeze?: number; readonly asOf?: string } = {},
) => sound(await statementOf(ledger, { participant, period: '2026-Q1', ...more }));

async function frozen(options: Parameters<typeof makeCompany>[0] = {}): Promise<Made> {
  const made = await makeCompany(options);
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  return made;
}

const NEXT = { period: '2026-Q2', reason: 'The quarter is over', evidence: [], despite: 'As agreed' };

/** The same, when the second quarter is over. */
async function beforeSecond(options: Parameters<typeof makeCompany>[0] = {}): Promise<Made> {
  const made = await frozen(options);
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  made.at('2026-07-02T09:00:00Z');
  return made;
}

async function reopen(made: Made): Promise<void> {
  sound(await requestReopen(made.ledger, ASK, CONTROLLER));
  sound(await approve(made.ledger, 'reopen/2026-Q1', FINANCE));
  sound(await approve(made.ledger, 'reopen/2026-Q1', SECOND));
}

const codeOf = (answer: unknown) => (isProblem(answer) ? answer.code : 'done');

describe('a period that is reopened', () => {
  test('is frozen again by another statement, and both stay readable for ever', async () => {
    const made = await frozen();
    const first = await totalOf(made, 'ada');
    const before = String(await made.ledger.store.head());
    await reopen(made);
    expect(await totalOf(made, 'ada')).toMatchObject({ state: 'open', statement: { total: '10400.00' } });
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10']));
    expect((await totalOf(made, 'ada')).statement.total).toBe('9200.00');
    await freeze(made.ledger, '2026-Q1');
    const second = await totalOf(made, 'ada');
    expect(second).toMatchObject({ state: 'frozen', statement: { total: '9200.00' } });
    expect(await totalOf(made, 'ada', { freeze: 1 })).toEqual(first);
    expect(await totalOf(made, 'ada', { freeze: 2 })).toEqual(second);
    expect(await totalOf(made, 'ada', { asOf: before })).toEqual(first);
    expect(codeOf(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1', freeze: 3 }))).toBe(
      'not_found',
    );

    // Why the two differ: the reopening moves nothing, the deal does, the freeze keeps it.
    const { participants } = sound(await diff(made.ledger, { from: before, participant: 'ada' }));
    expect(participants[0]?.periods).toMatchObject([
      { period: '2026-Q1', difference: '-1200.00', events: [{ type: 'DealAmended', difference: '-1200.00' }] },
    ]);
    // Nothing of the superseded statement counts in what follows.
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    const next = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
    expect(next.statement.total).toBe('0.00');
    const replay = sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q1' }));
    expect(replay.totals.USD?.delta).toBe('0.00');
    expect(sound(await verify(made.ledger)).periods).toBe(1);
    expect((await rebuild(made.ledger)).views.every(({ equal }) => equal)).toBe(true);
  });

  test('lets in what was recorded since its freeze: each fact counts with what it moves, and nothing else does', async () => {
    const made = await frozen();
    const head = async () => String(await made.ledger.store.head());
    const known = await head();
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-4,ada,10000.00,USD,2026-04-20']));
    sound(await importRows(made, ['D-5,ada,5000.00,USD,2026-03-05']));
    const late = await head();
    await reopen(made);
    const reopened = await head();
    sound(await importRows(made, ['D-6,ada,1000.00,USD,2026-03-06']));
    const moved = async (from: string, to: string | undefined, period: string) => {
      const { participants } = sound(await diff(made.ledger, { from, to, period, participant: 'ada' }));
      return participants.flatMap(({ periods }) =>
        periods.flatMap(({ difference, events }) => [
          difference,
          ...events.map(
            ({ says, letIn, difference: own }) =>
              `${own} ${/csv\.D-\d/.exec(says)?.[0]} ${letIn?.position ?? 'at once'}`,
          ),
        ]),
      );
    };
    // 10,000 less and 5,000 more above the quota at 12 %; 1,000 more that were recorded when the period was open again.
    const first = ['-1200.00 csv.D-2', '600.00 csv.D-5'];
    const letIn = first.map((each) => `${each} ${reopened}`);
    const all = ['-480.00', ...letIn, '120.00 csv.D-6 at once'];
    expect(await moved(known, undefined, '2026-Q1')).toEqual(all);
    expect(await moved(late, undefined, '2026-Q1')).toEqual(all);
    expect(await moved(late, reopened, '2026-Q1')).toEqual(['-600.00', ...letIn]);
    // What had been a correction goes back to where it belongs; the quarter's own deal stays.
    expect(await moved(late, reopened, '2026-Q2')).toEqual([
      '600.00',
      `1200.00 csv.D-2 ${reopened}`,
      `-600.00 csv.D-5 ${reopened}`,
    ]);
    expect(await moved(known, undefined, '2026-Q2')).toEqual([
      '800.00',
      ...['800.00 csv.D-4 at once', '-1200.00 csv.D-2 at once', '600.00 csv.D-5 at once'],
      ...[`1200.00 csv.D-2 ${reopened}`, `-600.00 csv.D-5 ${reopened}`],
    ]);
    // The two statements of the period, by their freezes.
    await freeze(made.ledger, '2026-Q1');
    expect(await moved('freeze:1', 'freeze:2', '2026-Q1')).toEqual(all);
    expect(await moved('freeze:1', undefined, '2026-Q1')).toEqual(all);
    expect(await moved('freeze:2', undefined, '2026-Q1')).toEqual([]);
    const ask = { participant: 'ada', from: 'freeze:1' };
    expect(await diff(made.ledger, ask)).toMatchObject({ code: 'field_missing', field: '/period' });
    expect(await diff(made.ledger, { ...ask, period: '2026-Q1', to: 'freeze:3' })).toMatchObject({
      code: 'not_found',
      message: 'Period 2026-Q1 has no freeze 3; ask for one of: freeze:1, freeze:2.',
    });
    expect(await diff(made.ledger, { ...ask, period: '2026-Q1', from: 'freeze:x' })).toMatchObject({
      code: 'as_of_invalid',
    });
  });

  test('moves by itself only what no fact explains', async () => {
    const made = await frozen();
    const from = String(await made.ledger.store.head());
    await reopen(made);
    expect(sound(await diff(made.ledger, { from })).participants).toEqual([]);
  });

  test('a correction that the reopened statement had posted is due again', async () => {
    const made = await frozen();
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-4,ada,10000.00,USD,2026-04-20']));
    made.at('2026-07-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q2');
    const q2 = async () => sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
    expect((await q2()).statement.total).toBe('-400.00');
    sound(await requestReopen(made.ledger, { ...ASK, period: '2026-Q2' }, CONTROLLER));
    sound(await approve(made.ledger, 'reopen/2026-Q2', FINANCE));
    sound(await approve(made.ledger, 'reopen/2026-Q2', SECOND));
    expect((await q2()).statement.total).toBe('-400.00');
    sound(await importRows(made, ['D-2,ada,40000.00,USD,2026-02-10']));
    expect((await q2()).statement.total).toBe('800.00');
    await freeze(made.ledger, '2026-Q2');
    expect(await q2()).toMatchObject({ state: 'frozen', statement: { total: '800.00' } });
  });

  test('needs two others than whoever asks, and only the latest frozen one can be', async () => {
    const made = await frozen();
    expect(codeOf(await requestReopen(made.ledger, ASK, OPS))).toBe('role_forbidden');
    expect(codeOf(await requestReopen(made.ledger, { ...ASK, reason: '' }, CONTROLLER))).toBe('reason_required');
    expect(codeOf(await requestReopen(made.ledger, { ...ASK, period: '2026-Q2' }, CONTROLLER))).toBe(
      'period_not_frozen',
    );
    expect(codeOf(await approve(made.ledger, 'reopen/2026-Q1', FINANCE))).toBe('not_found');
    sound(await requestReopen(made.ledger, ASK, CONTROLLER));
    expect(codeOf(await approve(made.ledger, 'reopen/2026-Q1', CONTROLLER))).toBe('own_request');
    sound(await approve(made.ledger, 'reopen/2026-Q1', FINANCE));
    expect(await totalOf(made, 'ada')).toMatchObject({ state: 'frozen' });
    expect(codeOf(await approve(made.ledger, 'reopen/2026-Q1', FINANCE))).toBe('approval_repeated');
    // Meanwhile the next period became history: what was asked can no longer be.
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    made.at('2026-07-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q2');
    const late = await approve(made.ledger, 'reopen/2026-Q1', SECOND);
    expect(['period_out_of_order', 'request_expired']).toContain(codeOf(late));
    expect(await totalOf(made, 'ada')).toMatchObject({ state: 'frozen' });
  });

  test('keeps what is frozen in order: a later freeze waits for it, and it for a later one that has begun', async () => {
    const left = { appends: Number.POSITIVE_INFINITY };
    const made = await frozen({ around: dying(left, 'before') });
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    // 10,000 more of the first quarter at 12 %: a correction of the second one, or the first one's own, and never both.
    sound(await importRows(made, ['D-7,ada,10000.00,USD,2026-02-20']));
    made.at('2026-07-02T09:00:00Z');
    await reopen(made);
    expect(codeOf(await requestFreeze(made.ledger, NEXT, OPS))).toBe('period_out_of_order');
    await freeze(made.ledger, '2026-Q1');
    sound(await requestFreeze(made.ledger, NEXT, OPS));
    expect((await totalOf(made, 'ada')).statement.total).toBe('11600.00');
    left.appends = 1;
    await expect(approve(made.ledger, 'freeze/2026-Q2', FINANCE)).rejects.toThrow();
    left.appends = Number.POSITIVE_INFINITY;
    expect(codeOf(await requestReopen(made.ledger, ASK, CONTROLLER))).toBe('period_out_of_order');
    sound(await continueFreeze(made.ledger, '2026-Q2', FINANCE));
    const later = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
    expect(later).toMatchObject({ state: 'frozen', statement: { total: '0.00' } });
  });

  test('and a later freeze that is asked for: one of the two is declined before the other is approved', async () => {
    const made = await beforeSecond();
    sound(await requestFreeze(made.ledger, NEXT, OPS));
    sound(await requestReopen(made.ledger, ASK, CONTROLLER));
    // At one moment, by two people: neither, until somebody says which.
    const both = await Promise.all([
      approve(made.ledger, 'freeze/2026-Q2', FINANCE),
      approve(made.ledger, 'reopen/2026-Q1', SECOND),
    ]);
    expect(both).toMatchObject([
      {
        code: 'freeze_blocked',
        errors: [{ code: 'request_waiting', message: expect.stringMatching(/^reopen\/2026-Q1/) }],
      },
      { code: 'request_waiting', message: expect.stringMatching(/freeze\/2026-Q2 declined first, or this reopening/) },
    ]);
    const waits = async () =>
      sound(await guidedClose(made.ledger, { period: '2026-Q2' })).steps.find(({ step }) => step === 'requests');
    const mend = "ledger --as finance:<you> decline reopen/2026-Q1 --reason '<why>'";
    expect(await waits()).toMatchObject({ state: 'now', command: mend, who: { roles: ['finance'] } });
    sound(await decline(made.ledger, 'reopen/2026-Q1', 'A correction is enough', FINANCE));
    expect(await waits()).toMatchObject({ state: 'done' });
    sound(await approve(made.ledger, 'freeze/2026-Q2', FINANCE));
  });

  test('approved while a later freeze is being approved, they are never both', async () => {
    const waiting: (() => void)[] = [];
    let held: string | undefined;
    // Whoever is about to write that waits, having looked and decided.
    const around = (store: EventStore): EventStore => ({
      ...bound(store),
      async appendEach(appends) {
        if (held !== undefined && appends.some(({ events }) => events.some(({ type }) => type === held))) {
          held = undefined;
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
        return store.appendEach(appends);
      },
    });
    const release = () => waiting.shift()?.();
    const isWaiting = () => vi.waitUntil(() => waiting.length === 1);
    const kinds = async ({ ledger }: Made) =>
      (await ledger.store.readAll({ after: 0n, limit: 1000 }))
        .map(({ type, stream }) => `${type} ${stream}`)
        .filter((each) => each === 'PeriodFreezeStarted period-2026-Q2' || each.startsWith('PeriodReopened '));
    const askBoth = async (made: Made): Promise<string> => {
      const asked = codeOf(await requestReopen(made.ledger, ASK, CONTROLLER));
      if (asked !== 'done') return asked;
      await approve(made.ledger, 'reopen/2026-Q1', FINANCE);
      return codeOf(await approve(made.ledger, 'reopen/2026-Q1', SECOND));
    };

    const first = await beforeSecond({ around });
    sound(await requestFreeze(first.ledger, NEXT, OPS));
    held = 'PeriodFreezeStarted';
    const freezing = approve(first.ledger, 'freeze/2026-Q2', FINANCE);
    await isWaiting();
    expect(await askBoth(first)).toBe('request_waiting');
    release();
    sound(await freezing);
    expect(await kinds(first)).toEqual(['PeriodFreezeStarted period-2026-Q2']);

    const second = await beforeSecond({ around });
    held = 'PeriodReopened';
    const reopening = askBoth(second);
    await isWaiting();
    const refused = await requestFreeze(second.ledger, NEXT, OPS);
    expect(refused).toMatchObject({ code: 'freeze_blocked', errors: [{ code: 'request_waiting' }] });
    expect(codeOf(await approve(second.ledger, 'freeze/2026-Q2', FINANCE))).toBe('not_found');
    release();
    expect(await reopening).toBe('done');
    expect(await kinds(second)).toEqual(['PeriodReopened period-2026-Q1']);
  });

  test('stays frozen while somebody was paid, and pays the newest statement when the money came back', async () => {
    const made = await frozen();
    const states = async () =>
      sound(await payoutsOf(made.ledger, { period: '2026-Q1' })).payouts.map(
        (each) => `${each.participant} ${each.amount} ${each.state}`,
      );
    sound(await requestReopen(made.ledger, ASK, CONTROLLER));
    sound(await approve(made.ledger, 'reopen/2026-Q1', FINANCE));
    sound(await payRun(made.ledger, { period: '2026-Q1', file: join(made.folder, 'run-1.csv') }, FINANCE));
    expect(codeOf(await approve(made.ledger, 'reopen/2026-Q1', SECOND))).toBe('period_paid');
    const [header = '', ...rows] = readFileSync(join(made.folder, 'run-1.csv'), 'utf8').trimEnd().split(/\r?\n/);
    const back = join(made.folder, 'back.csv');
    const told = rows.map((row) => `${row},returned,2026-04-02,,Account closed`);
    writeFileSync(back, `${header},status,date,reference,reason\n${told.join('\n')}\n`);
    sound(
      await importPayments(
        made.ledger,
        { file: back, dryRun: false },
        { actor: { id: 'payroll', role: 'integration' } },
      ),
    );
    expect(await states()).toEqual(['ada 10400.00 returned', 'ben 4400.00 returned']);
    sound(await approve(made.ledger, 'reopen/2026-Q1', SECOND));
    expect(await states()).toEqual(['ada 0.00 nothing', 'ben 0.00 nothing']);
    // Nobody takes the file of an earlier run for a new one.
    const again = { period: '2026-Q1', file: join(made.folder, 'again.csv') };
    expect(codeOf(await payRun(made.ledger, again, FINANCE))).toBe('period_not_frozen');
    sound(await payRun(made.ledger, { ...again, run: 1 }, FINANCE));
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10']));
    await freeze(made.ledger, '2026-Q1');
    expect(await states()).toEqual(['ada 9200.00 returned', 'ben 4400.00 returned']);
    sound(await payRun(made.ledger, { period: '2026-Q1', file: join(made.folder, 'run-2.csv') }, FINANCE));
    expect(readFileSync(join(made.folder, 'run-2.csv'), 'utf8')).toContain('9200.00');
    expect(await states()).toEqual(['ada 9200.00 in-run', 'ben 4400.00 in-run']);
  });

  test('may be declined, and asked for again', async () => {
    const made = await frozen();
    sound(await requestReopen(made.ledger, ASK, CONTROLLER));
    // Whoever is about to pay is told, since after that it can not be reopened.
    const payRunStep = async () =>
      sound(await guidedClose(made.ledger, { period: '2026-Q1' })).steps.find(({ step }) => step === 'pay-run');
    expect(await payRunStep()).toMatchObject({ state: 'now', missing: [{ about: 'reopen/2026-Q1' }] });
    sound(await decline(made.ledger, 'reopen/2026-Q1', 'A correction is enough', FINANCE));
    expect(await payRunStep()).toMatchObject({ state: 'now', missing: [] });
    expect(await totalOf(made, 'ada')).toMatchObject({ state: 'frozen' });
    await reopen(made);
    expect(await totalOf(made, 'ada')).toMatchObject({ state: 'open' });
    expect(codeOf(await requestReopen(made.ledger, ASK, CONTROLLER))).toBe('period_not_frozen');
  });

  test('killed at any of its writes, the second freeze goes on and writes nothing twice', async () => {
    const digests = new Set<string>();
    for (let kill = 0; kill < 4; kill += 1) {
      const left = { appends: Number.POSITIVE_INFINITY };
      const made = await frozen({ around: dying(left, 'before') });
      await reopen(made);
      sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10']));
      sound(await requestFreeze(made.ledger, { ...ASK, despite: 'As agreed' }, OPS));
      left.appends = kill;
      await approve(made.ledger, 'freeze/2026-Q1', FINANCE).catch(() => undefined);
      left.appends = Number.POSITIVE_INFINITY;
      const again = await approve(made.ledger, 'freeze/2026-Q1', FINANCE);
      const done = isProblem(again) ? await continueFreeze(made.ledger, '2026-Q1', FINANCE) : again;
      expect(codeOf(done)).toBe('done');
      digests.add((await totalOf(made, 'ada')).digest ?? '');
      const payouts = await made.ledger.store.read('payout-2026-Q1.ada');
      expect(payouts.map(({ type }) => type)).toEqual(['PayoutFrozen', 'PayoutFrozen']);
      expect(isProblem(await verify(made.ledger))).toBe(false);
    }
    expect(digests.size).toBe(1);
  });
});
