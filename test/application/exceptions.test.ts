import {
  approve,
  assignPlan,
  define,
  exceptionRegister,
  openPeriod,
  type RegisterAsk,
  requestRelief,
  requestReopen,
  requestSplit,
  revoke,
  statementOf,
} from '@ledger/application';
import { exact, sub, sum, toText } from '@ledger/money';
import { beforeEach, expect, test } from 'vitest';
import {
  approveAll,
  companiesOpened,
  defineText,
  documentsOf,
  FINANCE,
  freeze,
  hireFlat,
  importRows,
  type Made,
  makeCompany,
  OPS,
  sound,
  teamUnder,
} from '../support/company.ts';

const as = (id: string) => ({ actor: { id, role: 'finance' } });

let made: Made;
beforeEach(async () => {
  made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-20', 'D-2,ben,50000.00,USD,2026-02-20']));
});

/** The register in a few words: `name state: person period difference …`. */
async function register(ask: RegisterAsk = {}): Promise<readonly string[]> {
  const { exceptions } = sound(await exceptionRegister(made.ledger, ask));
  for (const { moves } of exceptions) {
    for (const { total, periods } of moves) {
      const known = periods.map(({ difference }) => exact(difference ?? '0'));
      if (total !== null) expect(toText(sum(known))).toBe(toText(exact(total)));
      for (const { with: is, without, difference, components } of periods) {
        if (difference === null) continue;
        expect(toText(sub(exact(is ?? ''), exact(without ?? '')))).toBe(toText(exact(difference)));
        expect(toText(sum(components.map((each) => exact(each.difference))))).toBe(toText(exact(difference)));
      }
    }
  }
  return exceptions.map(({ name, state, felt, moves }) => {
    const money = moves.flatMap((each) =>
      each.periods.map(({ period, difference }) => `${each.participant} ${period} ${difference}`),
    );
    return `${name} ${state}${felt === null ? ' (not asked)' : ''}${money.map((each) => `, ${each}`).join('')}`;
  });
}

async function relieve(participant: string, more: object = {}) {
  const ask = {
    ...({ participant, metric: 'bookings', year: 2026, kind: 'other', from: '2026-01-01', to: '2026-04-01' } as const),
    ...({ basis: { by: 'amount', amount: '50000' }, reason: 'Territory', evidence: ['Memo'] } as const),
    ...{ scope: 'Q1', expiresOn: null, ...more },
  };
  sound(await requestRelief(made.ledger, ask, OPS));
  await approveAll(made.ledger);
}

async function split(shares: readonly { participant: string; share: string }[]) {
  const ask = {
    source: 'csv',
    deal: 'D-1',
    shares,
    reason: 'Shared',
    evidence: ['Mail'],
    scope: 'D-1',
    expiresOn: null,
  };
  sound(await requestSplit(made.ledger, ask, OPS));
  await approveAll(made.ledger);
}
const HALF = [
  { participant: 'ada', share: '0.5' },
  { participant: 'ben', share: '0.5' },
];

test('nothing decided, nothing registered; what waits or was declined is no exception', async () => {
  expect(await register()).toEqual([]);
  sound(
    await requestSplit(
      made.ledger,
      { source: 'csv', deal: 'D-1', shares: HALF, reason: 'r', evidence: ['e'], scope: 's', expiresOn: null },
      OPS,
    ),
  );
  expect(await register()).toEqual([]);
});

test('a split moves one person to another', async () => {
  await split(HALF);
  // 8 % of 50,000 each; nobody is above quota.
  expect(await register()).toEqual(['split/csv.D-1/split-1 in-force, ada 2026-Q1 -4000.00, ben 2026-Q1 4000.00']);
  expect(await register({ money: false })).toEqual(['split/csv.D-1/split-1 in-force (not asked)']);
  expect(await register({ participant: 'ben' })).toHaveLength(1);
});

test('whoever a split deal was of is moved by the split after it was told again as of somebody else', async () => {
  await split([{ participant: 'ben', share: '1' }]);
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  sound(await importRows(made, ['D-1,ben,100000.00,USD,2026-01-20']));
  // Without it ada was paid 8 % of 100,000 and loses it again; ben had 8 % of 50,000, and now 8 % of 100,000 and 12 % of 50,000.
  const moves = 'ada 2026-Q1 -8000.00, ada 2026-Q2 8000.00, ben 2026-Q1 10000.00, ben 2026-Q2 -10000.00';
  expect(await register()).toEqual([`split/csv.D-1/split-1 in-force, ${moves}`]);
  // Told as of the second quarter, it still was paid in the first one.
  sound(await importRows(made, ['D-1,ben,100000.00,USD,2026-04-01']));
  expect(await register()).toEqual([`split/csv.D-1/split-1 in-force, ${moves}`]);
});

test('a relief that came after the freeze is felt where its correction is', async () => {
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  const before = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
  await relieve('ada');
  // Quota 50,000: half of the deal at 12 % instead of 8 %.
  const [one] = sound(await exceptionRegister(made.ledger, {})).exceptions;
  expect(one?.moves).toMatchObject([
    { participant: 'ada', total: '2000.00', periods: [{ period: '2026-Q2', state: 'open', difference: '2000.00' }] },
  ]);
  const after = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' }));
  expect(toText(sub(exact(after.statement.total), exact(before.statement.total)))).toBe('2000');
});

test('a relief of days that are still to come moves what is held against the quota of the year already', async () => {
  const yearly = { participant: 'ada', metric: 'bookings', year: 2026, per: 'year', amount: 400000, currency: 'USD' };
  await defineText(made.ledger, JSON.stringify({ quotas: [yearly] }));
  await approveAll(made.ledger);
  await relieve('ada', { from: '2026-07-01', to: '2026-10-01', basis: { by: 'amount', amount: '200000' } });
  expect(await register()).toEqual(['relief/ada.bookings.2026/relief-1 in-force, ada 2026-Q1 2000.00']);
});

test('what was frozen with it stays, and adds up to nothing with what is corrected after it is revoked', async () => {
  await relieve('ada');
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  expect(await register()).toEqual(['relief/ada.bookings.2026/relief-1 in-force, ada 2026-Q1 2000.00']);
  sound(await revoke(made.ledger, 'relief/ada.bookings.2026/relief-1', 'It was not so', FINANCE));
  expect(await register()).toEqual([
    'relief/ada.bookings.2026/relief-1 revoked, ada 2026-Q1 2000.00, ada 2026-Q2 -2000.00',
  ]);
  const { exceptions } = sound(await exceptionRegister(made.ledger, {}));
  expect(exceptions[0]).toMatchObject({ revoked: { by: 'fred', reason: 'It was not so' }, moves: [{ total: '0.00' }] });
});

test('settlement goes on on the branch: a hold that is frozen and then released moves both statements', async () => {
  await defineText(
    made.ledger,
    'exception: hold\nname: audit\nparticipant: ben\nfrom: 2026-01-01\nexpires: 2026-05-01\nreason: Audit\nevidence: [Memo]',
  );
  await approveAll(made.ledger);
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  expect(await register()).toEqual(['exception/ben.audit expiring, ben 2026-Q1 -4000.00, ben 2026-Q2 4000.00']);
  made.at('2026-05-01T09:00:00Z');
  const { exceptions } = sound(await exceptionRegister(made.ledger, {}));
  expect(exceptions).toMatchObject([{ kind: 'hold', state: 'expired', felt: true, endsOn: '2026-05-01' }]);
  expect(exceptions[0]?.moves[0]?.total).toBe('0.00');
});

test('what is held of a deal later is held on the branch with what was corrected of the deal there', async () => {
  await relieve('ada');
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20']));
  made.at('2026-07-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q2');
  sound(await openPeriod(made.ledger, '2026-Q3', OPS));
  const hold = { exception: 'hold', name: 'check', participant: 'ada', from: '2026-01-01', deal: 'csv.D-1' };
  await defineText(made.ledger, JSON.stringify({ ...hold, reason: 'Audit', evidence: ['Mail'], scope: 'D-1' }));
  await approveAll(made.ledger);
  // 10,000.00, then 7,600.00 and held; without the relief 8,000.00, then 6,400.00 and held.
  expect(await register()).toEqual([
    'exception/ada.check in-force, ada 2026-Q3 -7600.00',
    'relief/ada.bookings.2026/relief-1 in-force, ada 2026-Q1 2000.00, ada 2026-Q2 -800.00, ada 2026-Q3 -1200.00',
  ]);
});

test('as of a moment: what was known then, on that day', async () => {
  await relieve('ada', { expiresOn: '2026-02-01' });
  const position = String(await made.ledger.store.head());
  made.at('2026-04-02T09:00:00Z');
  await relieve('ben');
  expect((await register()).map((each) => each.split(',')[0])).toEqual([
    'relief/ada.bookings.2026/relief-1 expired',
    'relief/ben.bookings.2026/relief-1 in-force',
  ]);
  const known = sound(await exceptionRegister(made.ledger, { asOf: position }));
  expect(known).toMatchObject({ on: '2026-01-05', exceptions: [{ state: 'expiring' }] });
  // From 5 January to 1 February are 27 days.
  for (const [within, state] of [
    [5, 'in-force'],
    [26, 'in-force'],
    [27, 'expiring'],
  ] as const) {
    const [one] = sound(await exceptionRegister(made.ledger, { asOf: position, within })).exceptions;
    expect([within, one?.state]).toEqual([within, state]);
  }
  expect(sound(await exceptionRegister(made.ledger, { asOf: '2026-03-01T09:00:00Z' }))).toMatchObject({
    on: '2026-03-01',
    exceptions: [{ state: 'expired' }],
  });
});

test('who is paid by an override is moved, too', async () => {
  await defineText(made.ledger, teamUnder('vera', 'measure: bookings, table: [{ from: 0, pays: 1% }]'));
  await approveAll(made.ledger);
  for (const [participant, plan] of [
    ['vera', 'lead'],
    ['cy', 'seller'],
  ] as const) {
    sound(await assignPlan(made.ledger, { participant, plan, from: '2026-01-01', to: null, reason: 'x' }, OPS));
  }
  await defineText(
    made.ledger,
    'quotas:\n  - { participant: cy, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: USD }',
  );
  await approveAll(made.ledger);
  await split([
    { participant: 'ada', share: '0.5' },
    { participant: 'cy', share: '0.5' },
  ]);
  expect(await register()).toEqual([
    'split/csv.D-1/split-1 in-force, ada 2026-Q1 -4000.00, cy 2026-Q1 4000.00, vera 2026-Q1 500.00',
  ]);
});

/** How often the definitions of so many people, paid out of one budget, are read to say what one split moves. */
async function booksOpened(people: number): Promise<number> {
  made = await makeCompany();
  const { ledger } = made;
  const ids = await hireFlat(ledger, people);
  const rows = ids.map((id, at) => `D-${at + 1},${id},${at + 3}0000.00,USD,2026-02-20`);
  sound(await importRows(made, rows));
  await split([
    { participant: 'p0', share: '0.5' },
    { participant: 'p1', share: '0.5' },
  ]);
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  let moved: readonly string[] | undefined;
  const opened = await companiesOpened(ledger, async () => {
    const [only] = sound(await exceptionRegister(ledger, {})).exceptions;
    moved = only?.moves.map(({ participant }) => participant);
  });
  expect(moved).toEqual(['p0', 'p1']);
  return opened;
}

test('books of people who look at each other are opened once for each position, however many they are', async () => {
  expect(await booksOpened(6)).toBe(await booksOpened(3));
});

test('what a freeze was carried out in spite of holds until the period is opened again', async () => {
  sound(await importRows(made, ['D-9,nobody,80000.00,USD,2026-01-20']));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  const told = async () =>
    sound(await exceptionRegister(made.ledger, {})).exceptions.map(({ state, says, revoked }) => [
      state,
      says,
      revoked?.by,
    ]);
  const says = 'freeze of 2026-Q1, despite participant_unknown csv.D-9: As this company does it';
  expect(await told()).toEqual([['in-force', says, undefined]]);
  const ask = { period: '2026-Q1', reason: 'The deal is of ben', evidence: ['mail'] };
  sound(await requestReopen(made.ledger, ask, as('cora')));
  for (const id of ['fred', 'fiona']) sound(await approve(made.ledger, 'reopen/2026-Q1', as(id)));
  // The reopening is a departure of its own, until the period is history again.
  const reopening = 'reopening of 2026-Q1';
  expect(await told()).toEqual([
    ['revoked', says, 'fiona'],
    ['in-force', reopening, undefined],
  ]);
  expect(sound(await exceptionRegister(made.ledger, { kind: 'reopening' })).exceptions).toMatchObject([
    {
      ...{ name: 'reopen/2026-Q1', requestedBy: 'cora', approvedBy: ['fred', 'fiona'], reason: 'The deal is of ben' },
      ...{ evidence: ['mail'], scope: 'period 2026-Q1', endsOn: null, felt: false, moves: [] },
    },
  ]);
  made.at('2026-04-05T09:00:00Z');
  sound(await importRows(made, ['D-9,ben,80000.00,USD,2026-01-20']));
  await freeze(made.ledger, '2026-Q1');
  expect(await told()).toEqual([
    ['revoked', says, 'fiona'],
    ['expired', reopening, undefined],
  ]);
  const { exceptions } = sound(await exceptionRegister(made.ledger, { state: 'expired' }));
  expect(exceptions.map(({ name, endsOn }) => `${name} ${endsOn}`)).toEqual(['reopen/2026-Q1 2026-04-05']);
});

test('questions that make no sense are refused', async () => {
  expect(await exceptionRegister(made.ledger, { participant: 'nobody' })).toMatchObject({
    code: 'participant_unknown',
  });
  expect(await exceptionRegister(made.ledger, { asOf: '999999' })).toMatchObject({
    code: expect.stringMatching(/as_of/),
  });
});

test('of a period that was reopened the statement counts that was frozen last', async () => {
  await relieve('ada');
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await requestReopen(made.ledger, { period: '2026-Q1', reason: 'Rates', evidence: ['mail'] }, as('cora')));
  for (const who of ['fay', 'fiona']) sound(await approve(made.ledger, 'reopen/2026-Q1', as(who)));
  // 60,000 of it are above the relieved quota of 50,000.
  sound(await importRows(made, ['D-1,ada,110000.00,USD,2026-01-20', 'D-2,ben,50000.00,USD,2026-02-20']));
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  expect(await register({ kind: 'relief' })).toEqual([
    'relief/ada.bookings.2026/relief-1 in-force, ada 2026-Q1 2000.00',
  ]);
  sound(await revoke(made.ledger, 'relief/ada.bookings.2026/relief-1', 'It was not so', FINANCE));
  expect((await register({ kind: 'relief' }))[0]).toMatch(/ada 2026-Q1 2000.00, ada 2026-Q2 -2000.00$/);
});

test('whoever asks for a hold that reaches back before a freeze is warned that it takes back what was posted', async () => {
  const hold = (more: string) =>
    defineText(made.ledger, `exception: hold\nparticipant: ada\n${more}\nreason: Disputed\nevidence: [Mail]\n`);
  expect((await hold('name: before\nfrom: 2026-01-01')).warnings).toEqual([]);
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  for (const more of [
    'name: all\nfrom: 2026-01-01',
    'name: one\nperiod: 2026-Q1',
    'name: deal\nfrom: 2026-03-01\ndeal: csv.D-1',
  ]) {
    expect((await hold(more)).warnings).toMatchObject([
      { code: 'period_frozen', message: expect.stringContaining('let the hold begin on 2026-04-01') },
    ]);
  }
  expect((await hold('name: open\nfrom: 2026-04-01')).warnings).toEqual([]);
  made.at('2026-07-02T09:00:00Z');
  sound(await importRows(made, ['D-9,ada,1000.00,USD,2026-05-01']));
  await freeze(made.ledger, '2026-Q2');
  expect((await hold('name: both\nfrom: 2026-01-01')).warnings).toMatchObject([
    { message: expect.stringContaining('2026-Q1, 2026-Q2 are frozen, and were') },
  ]);
});

test('whoever asks for a hold of nothing is warned, and what a hold that is over has paid is not released', async () => {
  const ask = (kind: string, more: string) =>
    `exception: ${kind}\nparticipant: ada\n${more}\nreason: Disputed\nevidence: [Mail]\n`;
  const warned = async (more: string) => (await defineText(made.ledger, ask('hold', more))).warnings;
  made.at('2026-04-02T09:00:00Z');
  expect(await warned('name: of-ben\nfrom: 2026-01-01\ndeal: csv.D-2')).toMatchObject([
    { code: 'not_found', message: expect.stringContaining('nothing of deal csv.D-2 is in their statement of 2026-Q1') },
  ]);
  await approveAll(made.ledger);
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  // What was posted of the first quarter is not taken back: by the end of the second one neither holds any more.
  for (const over of [
    'name: past\nfrom: 2026-01-01\nuntil: 2026-04-01',
    'name: soon\nfrom: 2026-01-01\nexpires: 2026-06-30',
  ]) {
    expect(await warned(over)).toMatchObject([
      { code: 'interval_invalid', message: expect.stringMatching(/is over on .*before 2026-Q2 ends.*holds nothing/) },
    ]);
  }
  expect(await warned('name: last\nfrom: 2026-04-01\nexpires: 2026-07-01')).toEqual([]);
  // A statement that comes later holds nothing either of what is over before its period is.
  for (const over of [
    'name: later\nfrom: 2026-08-01\nuntil: 2026-09-30',
    'name: day\nfrom: 2026-07-01\nexpires: 2026-07-02',
  ]) {
    expect(await warned(over)).toMatchObject([
      {
        code: 'interval_invalid',
        message: expect.stringMatching(/before 2026-Q3 ends, in which it begins, so that it/),
      },
    ]);
  }
  expect(await warned('name: ahead\nfrom: 2026-08-01\nuntil: 2026-10-01')).toEqual([]);
  await approveAll(made.ledger);
  const release = (hold: string, period: string) =>
    define(made.ledger, documentsOf(ask('release', `hold: ${hold}\nperiod: ${period}`)), OPS);
  const refused = { code: 'interval_invalid', message: expect.stringContaining('pays by itself what it held') };
  expect(await release('soon', '2026-Q2')).toMatchObject(refused);
  expect(await release('last', '2026-Q3')).toMatchObject(refused);
  sound(await release('last', '2026-Q2'));
});

test('whoever asks for a decision about a frozen period that is over before it can be posted is warned', async () => {
  const warned = async (more: string) =>
    (await defineText(made.ledger, `exception: ${more}\nparticipant: ada\nreason: Fair\nevidence: [Mail]\n`)).warnings;
  made.at('2026-04-02T09:00:00Z');
  const posted = 'adjustment\nname: posted\nperiod: 2026-Q1\namount: 10.00\nexpires: 2026-04-01';
  expect(await warned(posted)).toEqual([]);
  await approveAll(made.ledger);
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  for (const kind of ['waiver', 'adjustment\namount: 7.00']) {
    expect(await warned(`${kind}\nperiod: 2026-Q1\nexpires: 2026-06-30`)).toMatchObject([
      {
        code: 'interval_invalid',
        message: expect.stringMatching(/expires on 2026-06-30, before 2026-Q2 ends, .*moves nothing; give a later day/),
      },
    ]);
    expect(await warned(`${kind}\nname: last-${kind.slice(0, 3)}\nperiod: 2026-Q1\nexpires: 2026-07-01`)).toEqual([]);
  }
  expect(await warned(posted)).toEqual([]);
});

test('a waiver of one cause goes with what is undone of it, and is none of what another cause took back', async () => {
  const told = (first: string, second: string) =>
    importRows(made, [`D-1,ada,${first},USD,2026-01-20`, `D-3,ada,${second},USD,2026-02-20`]);
  const statement = async (period: string) =>
    sound(await statementOf(made.ledger, { participant: 'ada', period })).statement;
  sound(await told('50000.00', '30000.00'));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  sound(await told('40000.00', '30000.00'));
  sound(await told('40000.00', '20000.00'));
  const [first] = (await statement('2026-Q2')).lines;
  const cause = first?.kind === 'correction' ? first.cause : null;
  const waiver = `exception: waiver\nparticipant: ada\nname: kind\nperiod: 2026-Q1\ncause: ${cause}\nreason: Kindness\nevidence: [Mail]\n`;
  await defineText(made.ledger, waiver);
  await approveAll(made.ledger);
  // Whoever decides is told that it is not all that was taken back.
  const { exceptions } = sound(await exceptionRegister(made.ledger, { money: false }));
  expect(exceptions.map(({ says }) => says)).toEqual([
    `waiver of ada: of the corrections of 2026-Q1, as far as event ${cause} caused them`,
  ]);
  // 800.00 came back with each of the two deals; those of the first are waived.
  expect((await statement('2026-Q2')).total).toBe('-800.00');
  made.at('2026-07-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q2');
  sound(await openPeriod(made.ledger, '2026-Q3', OPS));
  // Half of the first comes again, then all of it: what was given back for it is set against that, and the second stays taken back.
  sound(await told('45000.00', '20000.00'));
  expect(await statement('2026-Q3')).toMatchObject({ total: '0.00', balances: [{ closing: '400.00' }] });
  sound(await told('50000.00', '20000.00'));
  expect(await statement('2026-Q3')).toMatchObject({ total: '0.00', balances: [{ closing: '0.00' }] });
});

test('a waiver of one cause is none of what another cause takes from a line on which that one moved nothing', async () => {
  const metric = (words: string) =>
    defineText(made.ledger, `metric: bookings\ntitle: Bookings\n${words}\nfrom: 2026-01-01\nreason: Policy\n`);
  const told = (first: string, second: string) =>
    importRows(made, [`D-1,ada,${first},USD,2026-01-20`, `D-5,ada,${second},USD,2026-02-20`]);
  const total = async (period: string) =>
    sound(await statementOf(made.ledger, { participant: 'ada', period })).statement.total;
  // The smallest of deals earn nothing, and do not count before the metric is redefined.
  await defineText(
    made.ledger,
    'plan: seller\ntitle: Seller\ncurrency: USD\nfrom: 2026-01-01\nreason: Policy\ncomponents:\n  bookings: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 8% }], multiply-earning: [{ when: deal.amount == decimal("500"), by: 0 }] }\n',
  );
  await metric('counts: deal.amount > decimal("500")\namount: deal.amount');
  await approveAll(made.ledger);
  sound(await told('50000.00', '500.00'));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  // Half of everything counts: 2,000.00 of D-1 come back, and D-5 has a line with nothing on it.
  await metric('amount: deal.amount * decimal("0.5")');
  await approveAll(made.ledger);
  const { lines } = sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q2' })).statement;
  const [first] = lines;
  const cause = first?.kind === 'correction' ? first.cause : null;
  expect(lines).toMatchObject([{ amount: '-2000.00' }]);
  await defineText(
    made.ledger,
    `exception: waiver\nparticipant: ada\nname: kind\nperiod: 2026-Q1\ncause: ${cause}\nreason: Kindness\nevidence: [Mail]\n`,
  );
  await approveAll(made.ledger);
  expect(await total('2026-Q2')).toBe('0.00');
  made.at('2026-07-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q2');
  sound(await openPeriod(made.ledger, '2026-Q3', OPS));
  // 400.00 of what was waived are earned after all; the 240.00 that D-5 costs are nobody's kindness.
  sound(await told('60000.00', '-6000.00'));
  expect(await total('2026-Q3')).toBe('-240.00');
});
