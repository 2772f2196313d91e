import {
  correctionDecider,
  fxDecider,
  isPeriod,
  partsOf,
  payoutDecider,
  periodBounds,
  periodDecider,
  policyDecider,
  readPayout,
  spelledPayout,
} from '@ledger/decisions';
import { decode, encode, type LedgerEvent } from '@ledger/events';
import { canonical, digest, LIMITS, NO_HASH } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { APPROVE_FREEZE, CALENDAR, line, OPEN_PERIOD, RATE, REQUEST_FREEZE, statementOf } from './samples.ts';
import { ADMIN, FEED, FINANCE, given, MANAGER, OPS, OTHER_OPS, REP } from './scenario.ts';

describe('the close calendar', () => {
  const none = given(policyDecider);
  const set = none.when(CALENDAR, ADMIN).records({ type: 'CloseCalendarSet' });

  test('is set once; the same again writes nothing', () => {
    set.when({ ...CALENDAR, reason: 'Again.' }, OPS).recordsNothing();
    set.when({ ...CALENDAR, timeZone: 'UTC' }, OPS).refuses('already_exists', /timeZone "Europe\/Berlin", not "UTC"/);
    set.when({ ...CALENDAR, cadence: 'month', firstPeriod: '2026-01' }, OPS).refuses('already_exists', /cadence/);
  });

  test('what cannot be', () => {
    none.when({ ...CALENDAR, firstPeriod: '2026-01' }, OPS).refuses('period_unknown', /"2026-01" is not a quarter/);
    none.when({ ...CALENDAR, firstPeriod: '2026-13' }, OPS).refuses('field_invalid');
    none.when({ ...CALENDAR, firstPeriod: '0001-Q1' }, OPS).refuses('period_unknown', /between 1970 and 2199/);
    none.when({ ...CALENDAR, timeZone: 'Mars/Base' }, OPS).refuses('field_invalid', /Mars/, '/timeZone');
    none.when({ ...CALENDAR, currency: 'XXQ' }, OPS).refuses('currency_unknown');
    none.when({ ...CALENDAR, reason: '' }, OPS).refuses('reason_required');
    for (const actor of [REP, MANAGER, FEED]) none.when(CALENDAR, actor).refuses('role_forbidden');
  });
});

describe('how corrections are posted', () => {
  const SET = {
    ...({ type: 'SetCorrectionPolicy', policy: { by: 'true-up' }, waiveUnder: { USD: '5.00' } } as const),
    ...{ effectiveFrom: '2026-01-01', reason: 'Agreed.', beneficiaries: [] },
  };

  test('is set by finance; another policy, limit or day is another word, the same again is none', () => {
    const set = given(correctionDecider).when(SET, FINANCE).records({ type: 'CorrectionPolicySet' });
    set.when({ ...SET, reason: 'Again.' }, FINANCE).recordsNothing();
    const changes = [
      { policy: { by: 'positives-only' } },
      { waiveUnder: { USD: '6.00' } },
      { waiveUnder: {} },
      { effectiveFrom: '2026-04-01' },
    ] as const;
    for (const change of changes) {
      set.when({ ...SET, ...change }, FINANCE).records({ type: 'CorrectionPolicySet' });
    }
    given(correctionDecider).when(SET, OPS).refuses('role_forbidden');
  });
});

describe('exchange rates', () => {
  const none = given(fxDecider);
  const known = none.when(RATE, FEED).records({ type: 'ExchangeRateRecorded' });

  test('one for a day; the same again writes nothing', () => {
    known.when({ ...RATE, rate: '1.085', source: 'another reader' }, OPS).recordsNothing();
    known.when({ ...RATE, rate: '1.09' }, OPS).refuses('already_exists', /recorded as 1\.0850/, '/rate');
    known.when({ ...RATE, on: '2026-01-03', rate: '1.09' }, OPS).records({ type: 'ExchangeRateRecorded' });
  });

  test('what cannot be', () => {
    none.when({ ...RATE, rate: '0' }, OPS).refuses('amount_invalid', /not more than 0/);
    none.when({ ...RATE, rate: '-1.1' }, OPS).refuses('amount_invalid');
    none.when({ ...RATE, quote: 'EUR' }, OPS).refuses('field_invalid', /to itself/);
    none.when({ ...RATE, base: 'XXQ' }, OPS).refuses('currency_unknown', /./, '/base');
    none.when({ ...RATE, source: '' }, OPS).refuses('field_invalid', /./, '/source');
    for (const actor of [REP, MANAGER, ADMIN]) none.when(RATE, actor).refuses('role_forbidden');
  });
});

describe('a period', () => {
  const none = given(periodDecider);
  const open = none
    .when(OPEN_PERIOD, OPS)
    .records({ type: 'PeriodOpened', data: { from: '2026-01-01', to: '2026-04-01' } });
  const requested = open.when(REQUEST_FREEZE, OPS).records({ type: 'PeriodFreezeRequested' });
  const started = requested
    .when(APPROVE_FREEZE, FINANCE)
    .records({ type: 'PeriodFreezeStarted', data: { asOf: '412', requestRevision: 2 } });
  const COMPLETE = {
    type: 'CompleteFreeze',
    period: '2026-Q1',
    statements: 2,
    totals: { USD: '10.25' },
    digest: 'a'.repeat(64),
  } as const;
  const frozen = started.when(COMPLETE, FINANCE).records({ type: 'PeriodFrozen', data: { asOf: '412' } });

  test.each([
    ['2026-Q1', '2026-01-01', '2026-04-01'],
    ['2026-Q4', '2026-10-01', '2027-01-01'],
    ['2026-01', '2026-01-01', '2026-02-01'],
    ['2026-12', '2026-12-01', '2027-01-01'],
  ])('%s is [%s, %s)', (period, from, to) => {
    expect(isPeriod(period)).toBe(true);
    expect(periodBounds(period)).toEqual({ from, to });
  });

  test('no other text names a period', () => {
    for (const text of [
      '',
      '2026',
      '2026-Q5',
      '2026-00',
      '2026-13',
      '2026-1',
      '1969-12',
      '2200-Q1',
      '2026-Q1 ',
      '２０２６-Q1',
    ]) {
      expect(isPeriod(text)).toBe(false);
      none.when({ ...OPEN_PERIOD, period: text }, OPS).refuses('period_unknown');
    }
    expect(() => periodBounds('2026-Q5')).toThrow(TypeError);
  });

  test('is opened once, as the calendar cuts it', () => {
    open.when(OPEN_PERIOD, FINANCE).recordsNothing();
    none.when({ ...OPEN_PERIOD, period: '2026-01' }, OPS).refuses('period_unknown', /closes by quarter/);
    none.when({ ...OPEN_PERIOD, period: '2025-Q4' }, OPS).refuses('period_unknown', /before 2026-Q1/);
    for (const actor of [REP, MANAGER, ADMIN, FEED]) none.when(OPEN_PERIOD, actor).refuses('role_forbidden');
  });

  test('is frozen when it is over and all before it are', () => {
    open.when(REQUEST_FREEZE, OPS, '2026-03-31').refuses('period_not_over', /today is 2026-03-31/);
    open.when(REQUEST_FREEZE, OPS, '2026-04-01').records({ type: 'PeriodFreezeRequested' });
    open
      .when({ ...REQUEST_FREEZE, unfrozenBefore: ['2025-Q4', '2025-Q3'] }, OPS)
      .refuses('period_out_of_order', /freeze 2025-Q3 first/);
    requested
      .when({ ...APPROVE_FREEZE, unfrozenBefore: ['2025-Q4'] }, FINANCE)
      .refuses('period_out_of_order', /freeze 2025-Q4 first/);
    none.when(REQUEST_FREEZE, OPS).refuses('period_unknown', /not open/);
    open.when({ ...REQUEST_FREEZE, reason: '' }, OPS).refuses('reason_required');
  });

  test('has one freeze, which two people decide', () => {
    requested.when(REQUEST_FREEZE, OPS).recordsNothing();
    requested.when(REQUEST_FREEZE, OTHER_OPS).refuses('already_exists', /requested by olga/);
    started.when(REQUEST_FREEZE, OPS).refuses('freeze_running', /as of 412/);
    frozen.when(REQUEST_FREEZE, OPS).refuses('period_frozen');
    started.when(APPROVE_FREEZE, FINANCE).refuses('already_decided', /go on with it by `ledger freeze 2026-Q1`/);
    frozen.when(APPROVE_FREEZE, FINANCE).refuses('already_decided', /as of 412; what is learned later becomes/);
    open.when(APPROVE_FREEZE, FINANCE).refuses('not_found');
    for (const actor of [REP, MANAGER, OPS, ADMIN, FEED])
      requested.when(APPROVE_FREEZE, actor).refuses('role_forbidden');
    requested.when(APPROVE_FREEZE, { id: 'olga', role: 'finance' }).refuses('own_request');
    requested.when(APPROVE_FREEZE, { id: 'bob', role: 'finance' }).refuses('own_pay');
    requested.when({ ...APPROVE_FREEZE, asOf: '-1' }, FINANCE).refuses('field_invalid', /./, '/asOf');
  });

  test('is completed once, with one digest', () => {
    frozen.when(COMPLETE, OPS).recordsNothing();
    frozen.when({ ...COMPLETE, digest: 'b'.repeat(64) }, FINANCE).refuses('replay_unequal');
    requested.when(COMPLETE, FINANCE).refuses('not_found', /no approved freeze/);
    started.when({ ...COMPLETE, totals: { XXQ: '1' } }, FINANCE).refuses('currency_unknown');
    started.when({ ...COMPLETE, totals: { USD: '1.001' } }, FINANCE).refuses('amount_invalid');
    for (const actor of [REP, MANAGER, ADMIN, FEED]) started.when(COMPLETE, actor).refuses('role_forbidden');
  });
});

describe('a frozen period that is to be opened again', () => {
  const ASK = {
    type: 'RequestReopen',
    period: '2026-Q1',
    reason: 'The rates were wrong.',
    evidence: ['mail'],
  } as const;
  const RESTING = { frozenAfter: [], paid: [], payRuns: 0 } as const;
  const APPROVE = {
    type: 'ApproveReopen',
    period: '2026-Q1',
    beneficiaries: ['ada'],
    freezesAsked: [],
    revision: 5,
    ...RESTING,
  } as const;
  const frozen = given(periodDecider)
    .when(OPEN_PERIOD, OPS)
    .records({ type: 'PeriodOpened' })
    .when(REQUEST_FREEZE, OPS)
    .records({ type: 'PeriodFreezeRequested' })
    .when(APPROVE_FREEZE, FINANCE)
    .records({ type: 'PeriodFreezeStarted' })
    .when({ type: 'CompleteFreeze', period: '2026-Q1', statements: 0, totals: {}, digest: 'a'.repeat(64) }, FINANCE)
    .records({ type: 'PeriodFrozen' });
  const asked = frozen.when({ ...ASK, ...RESTING }, FINANCE).records({ type: 'PeriodReopenRequested' });
  const OTHER = { id: 'fay', role: 'finance' } as const;

  test('waits for the latest of those that settle against it', () => {
    const between = { ...RESTING, frozenAfter: ['2026-Q2', '2026-Q4', '2026-Q3'] };
    frozen
      .when({ ...ASK, ...between }, FINANCE)
      .refuses('period_out_of_order', /before 2026-Q4, which settles against it/);
    asked.when({ ...APPROVE, ...between }, OTHER).refuses('period_out_of_order', /reopen 2026-Q4 first/);
    asked
      .when({ ...APPROVE, freezesAsked: ['2026-Q2'] }, OTHER)
      .refuses('request_waiting', /have freeze\/2026-Q2 declined first, or this reopening/);
  });

  test('departs from the rules, and so is proved by something', () => {
    frozen
      .when({ ...ASK, ...RESTING, evidence: [] }, FINANCE)
      .refuses('evidence_required', /at least one/, '/evidence');
  });

  test('is decided by whoever looked around after it was asked for, as a freeze is', () => {
    asked.when({ ...APPROVE, revision: 4 }, OTHER).refuses('approval_stale', /made only just now/);
    asked.when(APPROVE, OTHER).records({ type: 'ApprovalGiven' });
    const requested = given(periodDecider)
      .when(OPEN_PERIOD, OPS)
      .records({ type: 'PeriodOpened' })
      .when(REQUEST_FREEZE, OPS)
      .records({ type: 'PeriodFreezeRequested' });
    requested.when({ ...APPROVE_FREEZE, revision: 1 }, FINANCE).refuses('approval_stale', /look at it, and then/);
    requested.when(APPROVE_FREEZE, FINANCE).records({ type: 'PeriodFreezeStarted' });
  });

  test('stays frozen while somebody is paid, and where a run was released that nobody looked at', () => {
    const paid = { ...RESTING, paid: ['ada', 'bob'], payRuns: 1 };
    frozen.when({ ...ASK, ...paid }, FINANCE).refuses('period_paid', /2 statements, as that of ada, went to payroll/);
    const released = given(periodDecider, [
      ...asked.events,
      {
        type: 'PayRunReleased',
        data: {
          ...{ period: '2026-Q1', run: 1, asOf: '413', payments: 1, totals: { USD: '1.00' } },
          ...{ digest: 'b'.repeat(64), releasedBy: 'finn' },
        },
      },
    ]);
    released.when(APPROVE, OTHER).refuses('period_paid', /released meanwhile/);
    // What went to payroll came back.
    released.when({ ...APPROVE, payRuns: 1 }, OTHER).records({ type: 'ApprovalGiven' });
  });
});

/** An event as it lies in the log, but for what it is. */
const STORED = {
  ...{ id: '01KZ0000000000000000000000', version: 1, ledger: 'main', stream: 'payout-ada', revision: 1, position: 1n },
  ...{ recordedAt: '2026-04-02T00:00:00.000000Z', previousHash: NO_HASH, hash: NO_HASH },
  meta: { actor: OPS, commandId: 'c', commandHash: NO_HASH, correlationId: 'c', causationId: null },
};

describe('a payout', () => {
  const none = given(payoutDecider);
  const short = statementOf([line(1), line(2)], '20.50');
  const long = statementOf(
    Array.from({ length: 200 }, (_, n) => line(n, 'x'.repeat(4000))),
    '2050.00',
  );
  const commands = partsOf(long, '412');

  test('a short statement is written at once, and once', () => {
    const [only, ...more] = partsOf(short, '412');
    expect(more).toEqual([]);
    if (only?.type !== 'FreezePayout') expect.unreachable();
    const frozen = none
      .when(only, FINANCE)
      .records({ type: 'PayoutFrozen', data: { digest: digest(short), parts: 0 } });
    frozen.when(only, OPS).recordsNothing();
    frozen.when({ ...only, digest: '0'.repeat(64) }, OPS).refuses('replay_unequal');
    frozen.when({ ...only, asOf: '413' }, OPS).refuses('replay_unequal');
    none.when({ ...only, digest: '0'.repeat(64) }, OPS).refuses('statement_damaged', /digest/);
    for (const actor of [REP, MANAGER, ADMIN, FEED]) none.when(only, actor).refuses('role_forbidden');
  });

  test('comes out of another process as it went in, and writes the same', () => {
    for (const statement of [short, long]) {
      for (const command of partsOf(statement, '412', 2)) {
        const arrived = readPayout(structuredClone(spelledPayout(command)));
        expect(arrived).toEqual(command);
        expect(canonical(arrived)).toBe(canonical(command));
      }
    }
    const [only] = partsOf(short, '412');
    if (only === undefined) expect.unreachable();
    none.when(readPayout(structuredClone(spelledPayout(only))), OPS).records({ type: 'PayoutFrozen' });
  });

  test('what was just written is read by the views as it is, and not a second time', () => {
    const [only] = partsOf(statementOf([line(1, 'x'.repeat(4000)), line(2, 'y\u2248'.repeat(1000))], '20.50'), '412');
    if (only?.type !== 'FreezePayout') expect.unreachable();
    const [frozen] = payoutDecider.decide(only, payoutDecider.initial, { actor: OPS, today: '2026-04-02' }) as [
      LedgerEvent,
    ];
    const { data } = encode(frozen);
    // The same text under another name, and what differs in one character, are looked at like anything else.
    expect(() => decode({ ...STORED, type: 'PayoutLinesFrozen', data })).toThrow('does not fit its schema');
    expect(() => decode({ ...STORED, type: 'PayoutFrozen', data: data.replace('"412"', '"4I2"') })).toThrow('position');
    const read = decode({ ...STORED, type: 'PayoutFrozen', data }).event.data;
    expect(read).toBe(frozen.data);
    expect(JSON.stringify(read)).toBe(data);
    const again = decode({ ...STORED, type: 'PayoutFrozen', data }).event.data;
    expect(again).not.toBe(frozen.data);
    expect(again).toEqual(frozen.data);
  });

  test('of a freeze that is over nothing more is written once the next one has begun', () => {
    const [first] = partsOf(short, '412');
    const [second] = partsOf(short, '500', 2);
    if (first?.type !== 'FreezePayout' || second?.type !== 'FreezePayout') expect.unreachable();
    const again = none
      .when(first, FINANCE)
      .records({ type: 'PayoutFrozen' })
      .when(second, FINANCE)
      .records({ type: 'PayoutFrozen', data: { freeze: 2 } });
    again.when(second, OPS).recordsNothing();
    again.when(first, OPS).refuses('replay_unequal', /Freeze 2 of the period is written, and this is of freeze 1/);
  });

  test('a total that is not the sum of the lines is not written', () => {
    const [only] = partsOf({ ...short, total: '20.51' }, '412');
    if (only === undefined) expect.unreachable();
    none.when(only, OPS).refuses('statement_damaged', /total 20\.51/);
  });

  test('a long statement is written in parts that fit', () => {
    expect(commands.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => 'FreezePayoutPart'),
      'FreezePayout',
    ]);
    for (const command of commands) expect(canonical(command).length).toBeLessThan(LIMITS.bytesPerAppend / 3);
    let story = none;
    for (const command of commands) {
      const type = command.type === 'FreezePayout' ? 'PayoutFrozen' : 'PayoutLinesFrozen';
      story = story.when(command, FINANCE).records({ type });
    }
    for (const command of commands) story.when(command, FINANCE).recordsNothing();
    const lines = story.events.flatMap((event) =>
      event.type === 'PayoutFrozen'
        ? event.data.statement.lines
        : event.type === 'PayoutLinesFrozen'
          ? event.data.lines
          : [],
    );
    expect(digest({ ...long, lines })).toBe(digest(long));
  });

  test('killed between parts, it goes on where it stopped and nowhere else', () => {
    const [first, second, third, last] = commands;
    if (first?.type !== 'FreezePayoutPart' || second?.type !== 'FreezePayoutPart') expect.unreachable();
    if (third?.type !== 'FreezePayoutPart' || last?.type !== 'FreezePayout') expect.unreachable();
    const begun = none.when(first, OPS).records({ type: 'PayoutLinesFrozen' });
    begun.when(first, OPS).recordsNothing();
    begun.when({ ...first, lines: second.lines }, OPS).refuses('replay_unequal', /other lines/);
    begun.when({ ...second, asOf: '413' }, OPS).refuses('replay_unequal', /begun as of position 412/);
    begun.when({ ...last, asOf: '413' }, OPS).refuses('replay_unequal');
    begun.when(third, OPS).refuses('version_unexpected', /write part 2 first/);
    begun.when(last, OPS).refuses('version_unexpected', /has 3 parts, but 1 are written/);
    begun.when({ ...last, parts: 1 }, OPS).refuses('statement_damaged');
    let story = begun;
    for (const command of [second, third, last])
      story = story.when(command, OPS).records({ type: command === last ? 'PayoutFrozen' : 'PayoutLinesFrozen' });
    story.when({ ...third, part: 4 }, OPS).refuses('replay_unequal', /is frozen/);
  });
});
