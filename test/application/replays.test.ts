import {
  approve,
  decline,
  discardReplay,
  openPeriod,
  recordReplay,
  replayPeriods,
  requestReplay,
  requests,
  shownReplay,
  statementOf,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { documentsOf, FINANCE, freeze, importRows, type Made, OPS, sound } from '../support/company.ts';
import { frozenCompany as frozenQuarter, LARGE_ONLY, Q1 } from '../support/replayed.ts';

const WHY = { reason: 'Board minutes 2026-04', evidence: ['minutes'] };

/** The same, with the second quarter open. */
async function frozenCompany(): Promise<Made> {
  const made = await frozenQuarter();
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  return made;
}

type Policy = Parameters<typeof requestReplay>[1]['policy'];

async function recorded(made: Made, replay = 'large-only') {
  const ask = { ...Q1, documents: documentsOf(LARGE_ONLY), replay, reason: 'What would it cost?' };
  return sound(await recordReplay(made.ledger, ask, OPS));
}

async function applied(made: Made, policy: Policy) {
  const { answer } = await recorded(made);
  sound(await requestReplay(made.ledger, { replay: 'large-only', digest: answer.digest, policy, ...WHY }, OPS));
  sound(await approve(made.ledger, 'replay/large-only', FINANCE));
}

/** Another one brings back what the first one left out. */
async function undone(made: Made, policy: Policy) {
  const documents = documentsOf(LARGE_ONLY.replace('counts: deal.amount > 50000\n', ''));
  const asked = { from: '2026-Q1', to: '2026-Q1', documents, replay: 'undo', reason: 'It was wrong' };
  const { answer } = sound(await recordReplay(made.ledger, asked, OPS));
  sound(await requestReplay(made.ledger, { replay: 'undo', digest: answer.digest, policy, ...WHY }, OPS));
  sound(await approve(made.ledger, 'replay/undo', FINANCE));
}

const total = async (made: Made, participant: string, period: string) =>
  sound(await statementOf(made.ledger, { participant, period })).statement.total;

async function close(made: Made, period: string, at: string, next: string) {
  made.at(at);
  await freeze(made.ledger, period);
  sound(await openPeriod(made.ledger, next, OPS));
}

describe('a kept replay', () => {
  test('whose definition nobody decided in its time says so, and is recorded anew to be applied', async () => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    sound(await requestReplay(made.ledger, ask, OPS));
    made.at('2026-06-30T09:00:00Z');
    const gone = {
      code: 'request_expired',
      message: expect.stringMatching(/^metric\/bookings@2, .* record that under another name/),
    };
    expect(await requestReplay(made.ledger, ask, OPS)).toMatchObject(gone);
    expect(sound(await shownReplay(made.ledger, 'large-only'))).toMatchObject({
      waiting: [],
      expired: ['metric/bookings@2'],
    });
    const { answer: again } = await recorded(made, 'again');
    sound(await requestReplay(made.ledger, { ...ask, replay: 'again', digest: again.digest }, OPS));
    sound(await approve(made.ledger, 'replay/again', FINANCE));
  });

  test('proposes its definitions, is asked for by one, applied by another, and corrects once', async () => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    expect(answer.totals.USD?.delta).toBe('-6400.00');
    expect((await requests(made.ledger, { all: false })).map(({ name }) => name)).toEqual(['metric/bookings@2']);
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    sound(await requestReplay(made.ledger, ask, OPS));
    expect(await approve(made.ledger, 'replay/large-only', OPS)).toMatchObject({ code: 'role_forbidden' });
    sound(await approve(made.ledger, 'replay/large-only', FINANCE));
    expect(sound(await shownReplay(made.ledger, 'large-only'))).toMatchObject({ state: 'applied', waiting: [] });
    expect(await requests(made.ledger, { all: false })).toEqual([]);
    expect(await total(made, 'ada', '2026-Q2')).toBe('-4000.00');
    expect(sound(await replayPeriods(made.ledger, Q1)).totals.USD?.delta).toBe('-6400.00');
    await close(made, '2026-Q2', '2026-07-02T09:00:00Z', '2026-Q3');
    expect(sound(await replayPeriods(made.ledger, Q1)).totals.USD?.delta).toBe('0.00');
    expect(await total(made, 'ada', '2026-Q3')).toBe('0.00');
  });

  test('asked for, approved or recorded again writes nothing', async () => {
    const made = await frozenCompany();
    await applied(made, { by: 'true-up' });
    const head = await made.ledger.store.head();
    const { digest } = sound(await shownReplay(made.ledger, 'large-only'));
    const again = { replay: 'large-only', digest, policy: { by: 'true-up' } as const, ...WHY };
    expect(sound(await requestReplay(made.ledger, again, OPS)).events).toEqual([]);
    expect(await approve(made.ledger, 'replay/large-only', FINANCE)).toMatchObject({ code: 'already_decided' });
    expect(await made.ledger.store.head()).toBe(head);
    expect(await requestReplay(made.ledger, { ...again, policy: { by: 'waive' } }, OPS)).toMatchObject({
      code: 'already_decided',
    });
  });

  test('is refused with what moved when the book moved in a way that changes the answer, and not otherwise', async () => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    // A deal of an open period changes no frozen one.
    sound(await importRows(made, ['D-8,ada,70000.00,USD,2026-05-20']));
    sound(await requestReplay(made.ledger, ask, OPS));
    sound(await importRows(made, ['D-9,ada,60000.00,USD,2026-03-20']));
    const head = await made.ledger.store.head();
    const refused = await approve(made.ledger, 'replay/large-only', FINANCE);
    expect(refused).toMatchObject({ code: 'replay_moved' });
    expect((refused as { message: string }).message).toContain(
      'Deal csv.D-9 was recorded: 60,000.00 USD, closed on 2026-03-20 (event ',
    );
    expect(await made.ledger.store.head()).toBe(head);
    // Declined, it can be recorded anew, with the same definitions.
    sound(await decline(made.ledger, 'replay/large-only', 'It moved', FINANCE));
    const anew = await recorded(made, 'large-only-2');
    expect(anew.answer.digest).not.toBe(answer.digest);
    sound(await requestReplay(made.ledger, { ...ask, replay: 'large-only-2', digest: anew.answer.digest }, OPS));
    sound(await approve(made.ledger, 'replay/large-only-2', FINANCE));
  });

  test('is refused when the period after was frozen since', async () => {
    const made = await frozenCompany();
    sound(await importRows(made, ['D-9,ada,60000.00,USD,2026-03-20']));
    const { answer } = await recorded(made);
    await close(made, '2026-Q2', '2026-07-02T09:00:00Z', '2026-Q3');
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    const refused = await requestReplay(made.ledger, ask, OPS);
    expect(refused).toMatchObject({ code: expect.stringMatching(/replay_moved|request_expired/) });
  });

  test.each([
    ['another digest', { digest: 'a'.repeat(64) }, 'approval_stale'],
    ['no reason', { reason: ' ' }, 'reason_required'],
    ['another replay', { replay: 'other' }, 'not_found'],
    ['a spread over one', { policy: { by: 'spread', over: 1 } }, 'field_invalid'],
  ] as const)('asked for with %s is refused, and nothing is written', async (_, wrong, code) => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    const head = await made.ledger.store.head();
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    expect(await requestReplay(made.ledger, { ...ask, ...wrong }, OPS)).toMatchObject({ code });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('of nothing tried out, or of what takes effect at once, cannot be applied', async () => {
    const made = await frozenCompany();
    const plain = sound(await recordReplay(made.ledger, { ...Q1, replay: 'plain', reason: 'As it is' }, OPS));
    const ask = { replay: 'plain', digest: plain.answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    expect(await requestReplay(made.ledger, ask, OPS)).toMatchObject({ code: 'nothing_to_record' });
    const documents = documentsOf('rates: [{ pair: EUR/USD, on: 2026-02-01, rate: 1.20, source: Bank }]');
    const head = await made.ledger.store.head();
    expect(await recordReplay(made.ledger, { ...Q1, documents, replay: 'rates', reason: 'Rates' }, OPS)).toMatchObject({
      code: 'option_invalid',
    });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('that is discarded is not applied, and one that was applied is not discarded', async () => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    sound(await discardReplay(made.ledger, { replay: 'large-only', reason: 'No longer wanted' }, OPS));
    const ask = { replay: 'large-only', digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
    expect(await requestReplay(made.ledger, ask, OPS)).toMatchObject({ code: 'already_decided' });
    const other = await frozenCompany();
    await applied(other, { by: 'true-up' });
    expect(await discardReplay(other.ledger, { replay: 'large-only', reason: 'Too late' }, OPS)).toMatchObject({
      code: 'already_decided',
    });
  });

  test('goes on where it stopped when it was killed between its decision and its definitions', async () => {
    const made = await frozenCompany();
    const { answer } = await recorded(made);
    sound(
      await requestReplay(
        made.ledger,
        { replay: 'large-only', digest: answer.digest, policy: { by: 'waive' }, ...WHY },
        OPS,
      ),
    );
    const { store } = made.ledger;
    let appends = 0;
    const dying = {
      ...made.ledger,
      store: {
        ...store,
        read: store.read.bind(store),
        readAll: store.readAll.bind(store),
        head: store.head.bind(store),
        positionAt: store.positionAt.bind(store),
        appendEach: async (batch: Parameters<typeof store.appendEach>[0]) => {
          appends += 1;
          if (appends === 2) throw new Error('killed');
          return store.appendEach(batch);
        },
      },
    };
    await expect(approve(dying, 'replay/large-only', FINANCE)).rejects.toThrow('killed');
    expect(sound(await shownReplay(made.ledger, 'large-only'))).toMatchObject({
      state: 'applied',
      waiting: ['metric/bookings@2'],
    });
    sound(await approve(made.ledger, 'replay/large-only', FINANCE));
    expect(sound(await shownReplay(made.ledger, 'large-only')).waiting).toEqual([]);
    expect(await total(made, 'ada', '2026-Q2')).toBe('0.00');
  });
});

/** Those after the frozen one, with when each is closed and which is opened then. */
const QUARTERS = [
  ['2026-Q2', '2026-07-02T09:00:00Z', '2026-Q3'],
  ['2026-Q3', '2026-10-02T09:00:00Z', '2026-Q4'],
  ['2026-Q4', '2027-01-02T09:00:00Z', '2027-Q1'],
] as const;

describe('what a replay put in force is corrected by its policy', () => {
  test.each([
    [{ by: 'true-up' } as const, ['-4000.00', '0.00', '0.00']],
    [{ by: 'positives-only' } as const, ['0.00', '0.00', '0.00']],
    [{ by: 'waive' } as const, ['0.00', '0.00', '0.00']],
    [{ by: 'spread', over: 3 } as const, ['-1333.33', '-1333.34', '-1333.33']],
    [{ by: 'prospective' } as const, ['0.00', '0.00', '0.00']],
  ])('%o', async (policy, expected) => {
    const made = await frozenCompany();
    await applied(made, policy);
    const totals: string[] = [];
    for (const [period, at, next] of QUARTERS) {
      totals.push(await total(made, 'ada', period));
      await close(made, period, at, next);
    }
    expect(totals).toEqual(expected);
    const delta = sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q4' })).totals.USD?.delta;
    expect(delta).toBe('0.00');
    expect(sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' })).statement.total).toBe(
      '10400.00',
    );
  });

  test('and what anything else corrects is not: a late deal is paid beside it', async () => {
    const made = await frozenCompany();
    await applied(made, { by: 'spread', over: 2 });
    // 80,000 and 60,000 count: 100,000 at 8 % and 40,000 at 12 %, so that D-9 brings 6,400.
    sound(await importRows(made, ['D-9,ada,60000.00,USD,2026-03-20']));
    expect(await total(made, 'ada', '2026-Q2')).toBe('4400.00');
  });

  test.each([
    // The first is posted, a third of it: the second brings all of it back at once, and the parts that wait come in their time.
    ['true-up, when a part is taken', { by: 'true-up' }, 1, ['-1333.33', '2666.66', '-1333.33']],
    // In one statement the two corrections stand against each other, and what the first gives back for later is paid until then.
    ['true-up, before anything is', { by: 'true-up' }, 0, ['2666.67', '-1333.34', '-1333.33']],
    ['the same, before anything is', { by: 'spread', over: 3 }, 0, ['0.00', '0.00', '0.00']],
  ] as const)('one that is spread, and undone by a second one under %s', async (_, policy, undoneIn, expected) => {
    const made = await frozenCompany();
    await applied(made, { by: 'spread', over: 3 });
    const totals: string[] = [];
    for (const [index, [period, at, next]] of QUARTERS.entries()) {
      if (index === undoneIn) await undone(made, policy);
      totals.push(await total(made, 'ada', period));
      await close(made, period, at, next);
    }
    expect(totals).toEqual(expected);
  });

  test.each([
    ['in one statement', 0],
    ['in the next one', 1],
  ])('one that is waived, and undone by a second one under true-up %s, pays nothing', async (_, undoneIn) => {
    const made = await frozenCompany();
    await applied(made, { by: 'waive' });
    const totals: string[] = [];
    for (const [index, [period, at, next]] of QUARTERS.entries()) {
      if (index === undoneIn) await undone(made, { by: 'true-up' });
      totals.push(await total(made, 'ada', period));
      await close(made, period, at, next);
    }
    expect(totals).toEqual(['0.00', '0.00', '0.00']);
  });

  test('and what came before it is paid, whatever is waived after it', async () => {
    const made = await frozenCompany();
    sound(await importRows(made, ['D-9,ada,60000.00,USD,2026-03-20']));
    const late = await total(made, 'ada', '2026-Q2');
    await applied(made, { by: 'waive' });
    expect(await total(made, 'ada', '2026-Q2')).toBe(late);
  });

  test('prospectively the definitions begin with the first open period, and the version from the start is declined', async () => {
    const made = await frozenCompany();
    await applied(made, { by: 'prospective' });
    const all = await requests(made.ledger, { all: true });
    expect(
      all.filter(({ name }) => name.startsWith('metric/bookings')).map(({ name, state }) => [name, state]),
    ).toEqual([
      ['metric/bookings@1', 'approved'],
      ['metric/bookings@2', 'declined'],
      ['metric/bookings@3', 'approved'],
    ]);
    sound(await importRows(made, ['D-9,ada,20000.00,USD,2026-04-20']));
    expect(await total(made, 'ada', '2026-Q2')).toBe('0.00');
    expect(isProblem(await replayPeriods(made.ledger, Q1))).toBe(false);
  });
});

test('what was to leave the past alone is asked for anew where a period was frozen meanwhile', async () => {
  const made = await frozenCompany();
  const ask = (digest: string) => ({ replay: 'large-only', digest, policy: { by: 'prospective' } as const, ...WHY });
  sound(await importRows(made, ['D-9,ada,20000.00,USD,2026-04-20']));
  made.at('2026-06-30T09:00:00Z');
  const { answer } = await recorded(made);
  sound(await requestReplay(made.ledger, ask(answer.digest), OPS));
  await close(made, '2026-Q2', '2026-07-02T09:00:00Z', '2026-Q3');
  expect(await approve(made.ledger, 'replay/large-only', FINANCE)).toMatchObject({
    code: 'approval_stale',
    message: expect.stringContaining('was to begin on 2026-04-01, and by now 2026-07-01 is the first day'),
  });
  sound(await decline(made.ledger, 'replay/large-only', 'The second quarter is frozen', FINANCE));
  sound(await requestReplay(made.ledger, ask(answer.digest), OPS));
  sound(await approve(made.ledger, 'replay/large-only', FINANCE));
  // 20,000 at 8 % of the second quarter stay paid.
  expect(await total(made, 'ada', '2026-Q2')).toBe('1600.00');
  expect(await total(made, 'ada', '2026-Q3')).toBe('0.00');
});

test('what begins on the first open day as it is, is put in force as it is', async () => {
  const made = await frozenCompany();
  const documents = documentsOf(LARGE_ONLY.replace('from: 2026-01-01', 'from: 2026-04-01'));
  const kept = { from: '2026-Q1', to: '2026-Q2', documents, replay: 'later', reason: 'x' };
  const { answer } = sound(await recordReplay(made.ledger, kept, OPS));
  const ask = { replay: 'later', digest: answer.digest, policy: { by: 'prospective' } as const, ...WHY };
  sound(await requestReplay(made.ledger, ask, OPS));
  sound(await approve(made.ledger, 'replay/later', FINANCE));
  const metrics = (await requests(made.ledger, { all: true })).filter(({ name }) => name.startsWith('metric/'));
  expect(metrics.map(({ name, state }) => [name, state])).toEqual([
    ['metric/bookings@1', 'approved'],
    ['metric/bookings@2', 'approved'],
  ]);
});

const LOWER_QUOTA = `
quotas:
  - { participant: ada, metric: bookings, year: 2026, per: quarter, amount: 60000, currency: USD, reason: Too high }
`;

test('replays of any ranges, applied in any order, lead to the same balances, and to nothing left to correct', async () => {
  const paid: string[][] = [];
  for (const order of [
    [LARGE_ONLY, LOWER_QUOTA],
    [LOWER_QUOTA, LARGE_ONLY],
  ]) {
    const made = await frozenCompany();
    const ranges = [Q1, { from: '2026-Q1', to: '2026-Q2' }];
    for (const [at, text] of order.entries()) {
      const range = ranges[at] ?? Q1;
      const ask = { ...range, documents: documentsOf(text), replay: `replay-${at}`, reason: 'Test' };
      const { answer } = sound(await recordReplay(made.ledger, ask, OPS));
      const apply = { replay: `replay-${at}`, digest: answer.digest, policy: { by: 'true-up' } as const, ...WHY };
      sound(await requestReplay(made.ledger, apply, OPS));
      sound(await approve(made.ledger, `replay/replay-${at}`, FINANCE));
      // Between the two a late deal, which is nobody's replay.
      if (at === 0) sound(await importRows(made, ['D-9,ada,60000.00,USD,2026-03-20']));
      if (at === 0) await close(made, '2026-Q2', '2026-07-02T09:00:00Z', '2026-Q3');
    }
    await close(made, '2026-Q3', '2026-10-02T09:00:00Z', '2026-Q4');
    const totals: string[] = [];
    for (const participant of ['ada', 'ben']) {
      let sum = 0;
      for (const period of ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4']) {
        sum += Number(await total(made, participant, period));
      }
      totals.push(sum.toFixed(2));
    }
    paid.push(totals);
    for (const range of [Q1, { from: '2026-Q1', to: '2026-Q3' }, { from: '2026-Q2', to: '2026-Q2' }]) {
      const answer = sound(await replayPeriods(made.ledger, range));
      expect(answer.participants.flatMap(({ replay }) => replay.rows.flatMap(({ causes }) => causes))).toEqual([]);
    }
  }
  // D-1 and D-9 count: 60,000 at 8 % and 80,000 at 12 %.
  expect(paid[0]).toEqual(['14400.00', '0.00']);
  expect(paid[1]).toEqual(paid[0]);
});
