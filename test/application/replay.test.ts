import {
  approve,
  assignPlan,
  blastRadiusOf,
  continueFreeze,
  define,
  openPeriod,
  type ReplayAnswer,
  blastRadius as radiusOf,
  recordReplay,
  replayPeriods,
  requestFreeze,
  requestSplit,
  requestsIn,
  statementOf,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { exact, sum, toText } from '@ledger/money';
import { expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  documentsOf,
  FINANCE,
  importRows,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';
import { dying } from '../support/dying.ts';
import { frozenCompany, LARGE_ONLY, Q1 } from '../support/replayed.ts';

const LOWER_QUOTA = `
quotas:
  - { participant: ada, metric: bookings, year: 2026, per: quarter, amount: 60000, currency: USD, reason: Too high }
`;

const causesOf = (answer: ReplayAnswer, participant: string) =>
  answer.participants
    .filter((each) => each.participant === participant)
    .flatMap(({ replay }) => replay.rows.flatMap(({ causes }) => causes))
    .map(({ proposed, delta, says }) => [proposed ?? says, delta]);

test('a proposed metric is tried out and nothing is written', async () => {
  const made = await frozenCompany();
  const head = await made.ledger.store.head();
  const answer = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect(answer.totals).toEqual({ USD: { frozen: '12800.00', replayed: '6400.00', delta: '-6400.00' } });
  expect(causesOf(answer, 'ada')).toEqual([['metric/bookings@2', '-4000.00']]);
  expect(answer.owed).toEqual([]);
  expect(answer.owing).toEqual([
    { participant: 'ada', currency: 'USD', amount: '-4000.00' },
    { participant: 'ben', currency: 'USD', amount: '-2400.00' },
  ]);
  expect(answer.participants[0]?.replay.rows[0]?.causes[0]?.says).toBe(
    'Version 2 of metric bookings, in force from 2026-01-01, proposed: Only deals over 50,000 count',
  );
  expect(await made.ledger.store.head()).toBe(head);
  const after = sound(await replayPeriods(made.ledger, Q1));
  expect(after.totals.USD?.delta).toBe('0.00');
  expect(after.proposals).toBeUndefined();
});

test('what is tried out is said to be proposed, however many have to approve it', async () => {
  const { ledger } = await frozenCompany();
  await defineText(
    ledger,
    'approvals: Rules\nfrom: 2026-01-01\nreason: Audit\nrules: [{ rule: back, kinds: [metric], back-dated: true, approvers: [finance, finance] }]\n',
  );
  await approveAll(ledger);
  const answer = sound(await replayPeriods(ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect(answer.participants[0]?.replay.rows[0]?.causes[0]?.says).toBe(
    'Version 2 of metric bookings, in force from 2026-01-01, proposed: Only deals over 50,000 count',
  );
});

test('lines that cannot be calculated for a while are not taken back and given again', async () => {
  const made = await frozenCompany();
  const told = async (participant: string) => {
    const answer = sound(await replayPeriods(made.ledger, Q1));
    return causesOf(answer, participant).map(([says, delta]) => [says?.split(' ').slice(0, 4).join(' '), delta]);
  };
  // Nobody knows the rate of D-8, nor of D-1 in another currency; D-9 is paid by what is known.
  sound(await importRows(made, ['D-8,ada,1000.00,GBP,2026-03-01']));
  sound(await importRows(made, ['D-9,ada,2000.00,USD,2026-03-02']));
  sound(await importRows(made, ['D-3,ben,15000.00,GBP,2026-03-01']));
  await defineText(made.ledger, 'rates: [{ pair: GBP/USD, on: 2026-03-01, rate: "2", source: ECB }]');
  expect(await told('ada')).toEqual([
    ['Deal csv.D-9 was recorded:', '240.00'],
    ['Exchange rate GBP/USD 2', '240.00'],
  ]);
  // It comes to the 30,000 that were paid.
  expect(await told('ben')).toEqual([]);
});

test('what cannot be computed after the range refuses nothing, and is said to be in no figure', async () => {
  const made = await frozenCompany();
  // Nobody has a quota for the next year yet, and Ada has closed a deal in it.
  sound(await importRows(made, ['D-7,ada,90000.00,USD,2027-01-05']));
  for (const period of ['2026-Q2', '2026-Q3', '2026-Q4', '2027-Q1']) sound(await openPeriod(made.ledger, period, OPS));
  const documents = documentsOf(LARGE_ONLY);
  const answer = sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q2', documents }));
  expect(answer.totals).toEqual({ USD: { frozen: '12800.00', replayed: '6400.00', delta: '-6400.00' } });
  expect(answer.participants.flatMap(({ replay }) => replay.problems)).toEqual([]);
  const missing = [{ code: 'quota_missing', participant: 'ada', period: '2027-Q1' }];
  expect(answer.blastRadius?.problems).toMatchObject(missing);
  const kept = { replay: 'large', from: '2026-Q1', to: '2026-Q2', documents, reason: 'Keep' };
  expect(sound(await recordReplay(made.ledger, kept, OPS)).answer.digest).toBe(answer.digest);
  // Where the range holds it, it is refused; and whoever decides the request is told.
  const whole = { ...kept, replay: 'whole', to: '2027-Q1' };
  expect(await recordReplay(made.ledger, whole, OPS)).toMatchObject({ code: 'quota_missing' });
  expect(sound(await blastRadiusOf(made.ledger, ['metric/bookings@2'])).problems).toMatchObject(missing);
  // What is said of the later year moves nothing of the answer that was kept.
  await defineText(
    made.ledger,
    'quotas: [{ participant: ada, metric: bookings, year: 2027, per: quarter, amount: 100000, currency: USD }]',
  );
  sound(await approve(made.ledger, 'quota/ada.bookings.2027/proposal-1', FINANCE));
  const again = sound(await replayPeriods(made.ledger, { ...kept, requests: ['metric/bookings@2'], documents: [] }));
  expect(again.digest).toBe(answer.digest);
  expect(again.blastRadius?.problems).toEqual([]);
});

test('each period of a range is said to be frozen or not', async () => {
  const made = await frozenCompany();
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  const { periods } = sound(await replayPeriods(made.ledger, { from: '2025-Q4', to: '2026-Q3' }));
  expect(periods).toEqual([
    { period: '2025-Q4', state: 'not open' },
    { period: '2026-Q1', state: 'frozen' },
    { period: '2026-Q2', state: 'open' },
    { period: '2026-Q3', state: 'not open' },
  ]);
});

test('proposals come last, in the order of the files, and the deltas add up', async () => {
  const made = await frozenCompany();
  sound(await importRows(made, ['D-4,ada,20000.00,USD,2026-03-20', 'D-5,ben,7000.00,USD,2026-05-20']));
  const documents = documentsOf(`${LOWER_QUOTA}---${LARGE_ONLY}`);
  const answer = sound(await replayPeriods(made.ledger, { ...Q1, documents }));
  // 140,000 at 8 % to 100,000, and 12 % above: 12,800. Quota 60,000: 14,400. Only D-1 counts: 7,200.
  expect(causesOf(answer, 'ada')).toEqual([
    ['Deal csv.D-4 was recorded: 20,000.00 USD, closed on 2026-03-20.', '2400.00'],
    ['quota/ada.bookings.2026/proposal-2', '1600.00'],
    ['metric/bookings@2', '-7200.00'],
  ]);
  for (const { replay } of answer.participants) {
    for (const { causes, delta } of replay.rows) {
      expect(toText(sum(causes.map((cause) => exact(cause.delta))))).toBe(toText(exact(delta)));
    }
  }
  // What the new quota does not move is not listed, and a deal of a later period neither.
  expect(causesOf(answer, 'ben')).toEqual([['metric/bookings@2', '-2400.00']]);
});

test('the blast radius names deals, people, money and periods, frozen or open', async () => {
  const made = await frozenCompany();
  sound(await importRows(made, ['D-4,ben,20000.00,USD,2026-04-20', 'D-5,ben,120000.00,USD,2026-05-20']));

  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  const { blastRadius } = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect(
    blastRadius?.deals.map(({ deal, verdict, isFrozen, payBefore }) => [deal, verdict, isFrozen, payBefore]),
  ).toEqual([
    ['csv.D-2', 'counts no more', true, '4000.00'],
    ['csv.D-3', 'counts no more', true, '2400.00'],
    ['csv.D-4', 'counts no more', false, '1600.00'],
  ]);
  // D-5 counts as before: 80,000 at 8 % and 40,000 at 12 %, and without D-4 100,000 at 8 % and 20,000 at 12 %.
  expect(blastRadius?.periods).toEqual([
    { period: '2026-Q1', state: 'frozen', participants: 2, deals: 2, repaid: 0, delta: { USD: '-6400.00' } },
    { period: '2026-Q2', state: 'open', participants: 1, deals: 1, repaid: 1, delta: { USD: '-2400.00' } },
  ]);
  expect(blastRadius?.participants).toMatchObject([
    { participant: 'ada', frozen: '-4000.00', open: '0.00', delta: '-4000.00' },
    { participant: 'ben', frozen: '-2400.00', open: '-2400.00', delta: '-4800.00' },
  ]);
  expect(blastRadius?.totals).toEqual({ USD: { up: '0.00', down: '-8800.00', delta: '-8800.00' } });
});

test('what stays as it was is owed to nobody; deals that are paid otherwise are counted over all periods', async () => {
  const made = await frozenCompany();
  const unchanged = sound(await replayPeriods(made.ledger, Q1));
  expect([unchanged.owed, unchanged.owing]).toEqual([[], []]);
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  // Above a quota of 60,000, at 12 % instead of 8 %: 20,000 of each deal of the first quarter, and 30,000 of the second's.
  sound(await importRows(made, ['D-4,ada,90000.00,USD,2026-04-20']));
  const { blastRadius } = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LOWER_QUOTA) }));
  expect(blastRadius?.participants).toMatchObject([
    { participant: 'ada', deals: 0, repaid: 3, frozen: '1600.00', open: '1200.00', delta: '2800.00' },
  ]);
});

test('a deal that several people are credited with is one deal', () => {
  const deal = { deal: 'csv.D-1', component: 'bookings', period: '2026-Q1', unit: 'money' };
  const verdict = { countedBefore: '5000', countedAfter: null, payBefore: '400.00', payAfter: '0.00' };
  const periods = [{ period: '2026-Q1', before: '400.00', after: '0.00', delta: '-400.00', repaid: 0 }];
  const moved = { currency: 'USD', deals: [{ ...deal, ...verdict }], periods };
  const replay = { rows: [], moved, problems: [] } as unknown as Parameters<typeof radiusOf>[1][number]['replay'];
  const { periods: found } = radiusOf({ periods: new Map() }, [
    { participant: 'ada', replay },
    { participant: 'mo', replay },
  ]);
  expect(found).toMatchObject([{ participants: 2, deals: 1, delta: { USD: '-800.00' } }]);
});

test('a waiting request is tried out by its name, and by its file as well', async () => {
  const made = await frozenCompany();
  const byFile = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect((await defineText(made.ledger, LARGE_ONLY)).waiting).toEqual(['metric/bookings@2']);
  const byName = sound(await replayPeriods(made.ledger, { ...Q1, requests: ['metric/bookings@2'] }));
  const again = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect(byName.digest).toBe(byFile.digest);
  expect(again.digest).toBe(byFile.digest);
  expect(byName.blastRadius).toEqual(byFile.blastRadius);
  expect(sound(await blastRadiusOf(made.ledger, ['metric/bookings@2']))).toEqual(byFile.blastRadius);
});

test('what define refuses is refused in the same words', async () => {
  const made = await frozenCompany();
  const documents = documentsOf(LARGE_ONLY.replace('deal.amount > 50000', 'deal.amount >'));
  const head = await made.ledger.store.head();
  const refused = await replayPeriods(made.ledger, { ...Q1, documents });
  expect(refused).toEqual(await define(made.ledger, documents, OPS));
  expect(isProblem(refused)).toBe(true);
  expect(await made.ledger.store.head()).toBe(head);
});

test('a request that does not wait, or defines nothing, cannot be tried out', async () => {
  const made = await frozenCompany();
  const code = async (name: string) =>
    ((await replayPeriods(made.ledger, { ...Q1, requests: [name] })) as { code?: string }).code;
  expect(await code('metric/bookings@7')).toBe('not_found');
  expect(await code('freeze/2026-Q1')).toBe('option_invalid');
  await defineText(made.ledger, LARGE_ONLY);
  await approveAll(made.ledger);
  expect(await code('metric/bookings@2')).toBe('already_decided');
});

test('of one participant comes out as it does in the whole company', async () => {
  const made = await frozenCompany();
  sound(await importRows(made, ['D-4,ben,20000.00,USD,2026-03-20']));
  const documents = documentsOf(LARGE_ONLY);
  const all = sound(await replayPeriods(made.ledger, { ...Q1, documents }));
  const one = sound(await replayPeriods(made.ledger, { ...Q1, documents, participant: 'ben' }));
  expect(causesOf(one, 'ben')).toEqual(causesOf(all, 'ben'));
  expect(one.participants).toHaveLength(1);
});

test('of everybody follows deals that went from one person to another, and back, as the replay of each does', async () => {
  const made = await frozenCompany();
  for (const owner of ['ben', 'ada', 'ben']) {
    sound(await importRows(made, [`D-1,${owner},120000.00,USD,2026-02-10`, `D-2,${owner},40000.00,USD,2026-02-20`]));
  }
  sound(await importRows(made, ['D-1,ada,120000.00,USD,2026-02-10', 'D-3,ada,30000.00,USD,2026-03-01']));
  const all = sound(await replayPeriods(made.ledger, Q1));
  expect(all.participants.map(({ participant }) => participant)).toEqual(['ada', 'ben']);
  for (const each of all.participants) {
    const { participant } = each;
    const one = sound(await replayPeriods(made.ledger, { ...Q1, participant }));
    expect(one.participants).toEqual([each]);
    expect(causesOf(all, participant).length).toBeGreaterThan(1);
  }
});

test('what somebody else earns in a period is paid by its line as a deal is', async () => {
  const made = await frozenCompany();
  await defineText(made.ledger, OVERRIDE);
  await approveAll(made.ledger);
  for (const [participant, plan] of [
    ['eve', 'kick'],
    ['mo', 'lead'],
  ] as const) {
    sound(await assignPlan(made.ledger, { participant, plan, from: '2026-01-01', to: null, reason: 'Plan' }, OPS));
  }
  sound(await importRows(made, ['D-7,eve,200000.00,USD,2026-02-01', 'D-8,eve,1000.00,USD,2026-02-02']));
  const { blastRadius } = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  // 1 % of 201,000 and of 200,000; 10 % of that.
  expect(blastRadius?.deals.filter(({ participant }) => participant === 'mo')).toMatchObject([
    {
      deal: 'eve/kicker/2026-Q1',
      countedBefore: '2010',
      countedAfter: '2000',
      payBefore: '201.00',
      payAfter: '200.00',
    },
  ]);
});

const OVERRIDE = `
plan: kick
title: Kick
currency: USD
from: 2026-01-01
reason: Plan year 2026
components:
  kicker: { measure: bookings, window: quarter, each: period, tier-by: amount, table: [{ from: 0, pays: 1% }] }
---
plan: lead
title: Lead
currency: USD
from: 2026-01-01
reason: Plan year 2026
components:
  override: { credits: team, measure: earnings, earnings-of: [kicker], window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }] }
---
participants:
  - { id: mo, name: Mo, starts: 2026-01-01, currency: USD }
  - { id: eve, name: Eve, starts: 2026-01-01, currency: USD, manager: mo }
`;

test('where nothing is frozen yet the blast radius is of open periods', async () => {
  const made = await makeCompany();
  sound(await importRows(made, ['D-2,ada,40000.00,USD,2026-02-20']));
  expect(await replayPeriods(made.ledger, Q1)).toMatchObject({ code: 'period_unknown' });
  const answer = sound(await replayPeriods(made.ledger, { ...Q1, documents: documentsOf(LARGE_ONLY) }));
  expect(answer.participants).toEqual([]);
  expect(answer.blastRadius?.periods).toMatchObject([{ period: '2026-Q1', state: 'open', delta: { USD: '-3200.00' } }]);
});

test('what a freeze under way has pinned is moved by a correction, as what is frozen', async () => {
  const left = { appends: Number.POSITIVE_INFINITY };
  const made = await makeCompany({ around: dying(left, 'before') });
  sound(await importRows(made, ['D-2,ada,40000.00,USD,2026-02-20']));
  made.at('2026-04-02T09:00:00Z');
  await defineText(made.ledger, LARGE_ONLY);
  const ask = { period: '2026-Q1', evidence: [], despite: 'It is decided later' };
  sound(await requestFreeze(made.ledger, ask, OPS));
  left.appends = 1;
  await expect(approve(made.ledger, 'freeze/2026-Q1', FINANCE)).rejects.toThrow('killed');
  left.appends = Number.POSITIVE_INFINITY;
  const radius = sound(await blastRadiusOf(made.ledger, ['metric/bookings@2']));
  expect(radius.periods).toMatchObject([{ period: '2026-Q1', state: 'freezing', delta: { USD: '-3200.00' } }]);
  expect(radius.participants).toMatchObject([{ participant: 'ada', frozen: '-3200.00', open: '0.00' }]);
  expect(radius.deals).toMatchObject([{ deal: 'csv.D-2', isFrozen: true }]);
  // So it comes: the freeze writes what the definition of then pays, and its next period takes it back.
  sound(await approve(made.ledger, 'metric/bookings@2', FINANCE));
  sound(await continueFreeze(made.ledger, '2026-Q1', OPS));
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  const totalOf = async (period: string) =>
    sound(await statementOf(made.ledger, { participant: 'ada', period })).statement.total;
  expect([await totalOf('2026-Q1'), await totalOf('2026-Q2')]).toEqual(['3200.00', '-3200.00']);
});

test.each([
  [{ from: '2026-Q2', to: '2026-Q1' }, 'interval_invalid'],
  // A month is no part of what closes by quarter.
  [{ from: '2026-Q1', to: '2026-03' }, 'period_unknown'],
  [{ from: '2026-13', to: '2026-Q1' }, 'field_invalid'],
  [{ ...Q1, participant: 'nobody' }, 'participant_unknown'],
  [{ from: '2027-Q1', to: '2027-Q1' }, 'period_unknown'],
])('%o is refused with %s', async (ask, code) => {
  const made = await frozenCompany();
  expect(await replayPeriods(made.ledger, ask)).toMatchObject({ code });
});

test('a split that is tried out is the cause for whoever it credits first, too', async () => {
  const made = await frozenCompany();
  const ask = { source: 'csv', deal: 'D-1', expiresOn: null, reason: 'Ben opened the door', evidence: ['Mail'] };
  const shares = [
    { participant: 'ada', share: '0.5' },
    { participant: 'ben', share: '0.5' },
  ];
  const asked = sound(await requestSplit(made.ledger, { ...ask, shares }, OPS));
  const [request = ''] = requestsIn(asked);
  const answer = sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q1', requests: [request] }));
  for (const who of ['ada', 'ben']) {
    const says = answer.participants
      .filter(({ participant }) => participant === who)
      .flatMap(({ replay }) => replay.rows.flatMap(({ causes }) => causes.map((cause) => cause.says)));
    expect([who, says]).toEqual([
      who,
      [expect.stringMatching(/^Deal csv\.D-1 is split by exception split-1, proposed: Ben/)],
    ]);
  }
});
