import {
  approve,
  continueFreeze,
  openPeriod,
  payoutsOf,
  recordOnParticipant,
  requestFreeze,
  requestSplit,
  statementOf,
} from '@ledger/application';
import { type EventStore, isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  freeze,
  importRows,
  MANAGER,
  makeCompany,
  OPS,
  sound,
  temporaryFolder,
} from '../support/company.ts';
import { dying } from '../support/dying.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];

describe('freeze and what follows it', () => {
  test('a frozen statement holds the figures that the plan gives', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    const open = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    await freeze(made.ledger, '2026-Q1');
    const frozen = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    expect(open.state).toBe('open');
    expect(frozen.state).toBe('frozen');
    // 100,000 at 8 % and 20,000 at 12 %
    expect(frozen.statement.total).toBe('10400.00');
    expect(frozen.statement).toEqual(open.statement);
    const ben = sound(await statementOf(made.ledger, { participant: 'ben', period: '2026-Q1' }));
    // 50,000 EUR at 1.10 are 55,000 USD, at 8 %
    expect(ben.statement.total).toBe('4400.00');
  });

  test('who left with the period before, or begins with the one after, has no statement', async () => {
    const made = await makeCompany();
    const { ledger } = made;
    sound(await importRows(made, Q1));
    const left = { type: 'OffboardParticipant', participant: 'ada', endsOn: '2026-04-01', reason: 'Left' } as const;
    sound(await recordOnParticipant(ledger, left, OPS));
    await defineText(
      ledger,
      'participants: [{ id: cy, starts: 2026-07-01, currency: USD, plans: [{ plan: seller, from: 2026-07-01 }] }]',
    );
    for (const [period, at, who] of [
      ['2026-Q1', '2026-04-02T09:00:00Z', ['ada', 'ben']],
      ['2026-Q2', '2026-07-02T09:00:00Z', ['ben']],
    ] as const) {
      made.at(at);
      sound(await openPeriod(ledger, period, OPS));
      await freeze(ledger, period);
      const { payouts } = sound(await payoutsOf(ledger, { period }));
      expect(payouts.map(({ participant }) => participant)).toEqual(who);
    }
  });

  test('what is learned later becomes a correction with its cause, and the frozen statement stays as it was', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q1');
    const before = JSON.stringify(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    // 70/30 agreed after the close: ada loses 12,000 credited amount, all above quota.
    const shares = [
      { participant: 'ada', share: '0.7' },
      { participant: 'ben', share: '0.3' },
    ];
    const split = {
      source: 'csv',
      deal: 'D-2',
      shares,
      reason: 'Won together',
      evidence: ['mail'],
      scope: 'deal',
      expiresOn: null,
    };
    sound(await requestSplit(made.ledger, split, MANAGER));
    await approveAll(made.ledger);

    const ada = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
    const ben = sound(await statementOf(made.ledger, { participant: 'ben', period: '2026-Q2' }));
    expect(ada.statement.lines).toMatchObject([
      { kind: 'correction', period: '2026-Q1', component: 'bookings', amount: '-1440.00' },
    ]);
    expect(ben.statement.lines).toMatchObject([{ kind: 'correction', period: '2026-Q1', amount: '960.00' }]);
    const cause = ada.statement.lines[0];
    const events = await made.ledger.store.read('deal-csv.D-2');
    expect(cause?.kind === 'correction' && cause.cause).toBe(events.at(-1)?.id);
    expect(JSON.stringify(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }))).toBe(before);
  });

  test('as of a moment before an event the answer is what it was then', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1.slice(0, 1)));
    const then = String(await made.ledger.store.head());
    const before = JSON.stringify(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    made.at('2026-02-11T09:00:00Z');
    sound(await importRows(made, Q1));
    expect(JSON.stringify(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1', asOf: then }))).toBe(
      before,
    );
    const instant = '2026-02-10T00:00:00Z';
    expect(
      JSON.stringify(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1', asOf: instant })),
    ).toBe(before);
  });

  test.each(['before', 'after'] as const)(
    'a freeze killed %s any of its writes goes on and writes nothing twice',
    async (when) => {
      const whole = await makeCompany();
      sound(await importRows(whole, Q1));
      whole.at('2026-04-02T09:00:00Z');
      await freeze(whole.ledger, '2026-Q1');
      const expected = await payouts(whole.ledger.store);

      for (let kill = 0; kill < 4; kill++) {
        const left = { appends: Number.POSITIVE_INFINITY };
        const made = await makeCompany({ around: dying(left, when) });
        sound(await importRows(made, Q1));
        made.at('2026-04-02T09:00:00Z');
        sound(
          await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'Close of the period', evidence: [] }, OPS),
        );
        left.appends = kill;
        await expect(approve(made.ledger, 'freeze/2026-Q1', FINANCE).then(orThrow)).rejects.toThrow('killed');
        left.appends = Number.POSITIVE_INFINITY;
        // A fact recorded meanwhile is on one side of the pinned position, and not lost.
        sound(await importRows(made, ['D-9,ada,1000.00,USD,2026-03-30']));
        const started = (await made.ledger.store.read('period-2026-Q1')).some(
          ({ type }) => type === 'PeriodFreezeStarted',
        );
        if (!started) continue;
        // Until it goes on, a statement says what the freeze will write, without the fact that came since.
        const seen = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
        expect(['freezing', 'frozen']).toContain(seen.state);
        expect(seen.statement.total).toBe('10400.00');
        expect(seen.asOf).toBe(await pinned(made.ledger.store));
        sound(await continueFreeze(made.ledger, '2026-Q1', OPS));
        expect(await payouts(made.ledger.store)).toEqual(expected);
        sound(await continueFreeze(made.ledger, '2026-Q1', OPS));
        expect(await payouts(made.ledger.store)).toEqual(expected);
        sound(await openPeriod(made.ledger, '2026-Q2', OPS));
        const next = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
        expect(next.statement.total).toBe('120.00');
      }
    },
  );

  test('two approvals at once: one freeze', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    sound(await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS));
    const answers = await Promise.all([
      approve(made.ledger, 'freeze/2026-Q1', FINANCE),
      approve(made.ledger, 'freeze/2026-Q1', FINANCE),
    ]);
    const types = (await made.ledger.store.read('period-2026-Q1')).map(({ type }) => type);
    expect(types).toEqual(['PeriodOpened', 'PeriodFreezeRequested', 'PeriodFreezeStarted', 'PeriodFrozen']);
    expect(answers.filter(isProblem).map(({ code }) => code)).toEqual(['already_decided']);
  });

  test('deals that come while it freezes are in it or corrected after it, each of them once', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    sound(await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS));
    // Ada is above her quota: each brings 12 %.
    const late = Array.from({ length: 20 }, (_, file) =>
      Array.from({ length: 15 }, (__, row) => `L-${file}-${row},ada,100.00,USD,2026-03-01`),
    );
    const tell = async (rows: readonly string[]) =>
      sound(await importRows({ ...made, folder: temporaryFolder() }, rows));
    await Promise.all(late.slice(0, 5).map(tell));
    const freezing = approve(made.ledger, 'freeze/2026-Q1', FINANCE);
    await Promise.all(late.slice(5).map(tell));
    sound(await freezing);
    const upTo = BigInt((await pinned(made.ledger.store)) as string);
    const all = await made.ledger.store.readAll({ after: 0n, limit: 1_000 });
    const told = all.filter(({ stream, type }) => type === 'DealClosed' && stream.includes('L-'));
    expect(told).toHaveLength(300);
    const within = told.filter(({ position }) => position <= upTo).length;
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    const totalOf = async (period: string) =>
      sound(await statementOf(made.ledger, { participant: 'ada', period })).statement.total;
    expect([await totalOf('2026-Q1'), await totalOf('2026-Q2')]).toEqual([
      `${10_400 + 12 * within}.00`,
      `${12 * (300 - within)}.00`,
    ]);
  });

  test('a statement that cannot be computed keeps the period open, with what to do', async () => {
    const made = await makeCompany();
    sound(await importRows(made, [...Q1, 'D-4,ben,100.00,CHF,2026-03-02']));
    made.at('2026-04-02T09:00:00Z');
    const ask = { period: '2026-Q1', reason: 'Close', evidence: [], despite: 'It does not matter' };
    const answer = await requestFreeze(made.ledger, ask, OPS);
    expect(answer).toMatchObject({ code: 'freeze_blocked', errors: [{ code: 'rate_missing' }] });
    expect(JSON.stringify(answer)).toMatch(/ben.*csv\.D-4/);
    const ada = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' }));
    expect(ada.statement.total).toBe('10400.00');
    expect((await made.ledger.store.read('period-2026-Q1')).map(({ type }) => type)).toEqual(['PeriodOpened']);
  });
});

function orThrow<T>(value: T): T {
  if (isProblem(value)) throw new Error(`${value.code}: ${value.message}`);
  return value;
}

/** The position that the freeze under way pinned. */
async function pinned(store: EventStore): Promise<unknown> {
  const begun = (await store.read('period-2026-Q1')).findLast(({ type }) => type === 'PeriodFreezeStarted');
  return (JSON.parse(begun?.data ?? '{}') as { readonly asOf?: unknown }).asOf;
}

/** Digests and totals of everything frozen, by stream; positions and ids differ between runs. */
async function payouts(store: EventStore): Promise<readonly (readonly string[])[]> {
  const all = await store.readAll({ after: 0n, limit: 1000 });
  return all
    .filter(({ stream }) => stream.startsWith('payout-'))
    .map(({ stream, type, data }) => [stream, type, JSON.parse(data).digest, JSON.parse(data).statement.total]);
}
