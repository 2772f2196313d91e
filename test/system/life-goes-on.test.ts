import {
  approve,
  openPeriod,
  recordOnParticipant,
  replayPeriods,
  requestFreeze,
  requestSplit,
  statementOf,
  verify,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  freeze,
  importRows,
  type Made,
  makeCompany,
  makeLedger,
  OPS,
  sound,
} from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];

/** Freezes a quarter on the day after it, and opens the next. */
async function close(made: Made, quarter: 1 | 2 | 3): Promise<void> {
  made.at(`2026-${String(3 * quarter + 1).padStart(2, '0')}-01T09:00:00Z`);
  await freeze(made.ledger, `2026-Q${quarter}`);
  sound(await openPeriod(made.ledger, `2026-Q${quarter + 1}`, OPS));
}

async function lines(made: Made, participant: string, period: string) {
  const { state, statement } = sound(await statementOf(made.ledger, { participant, period }));
  const said = statement.lines.map(
    (line) =>
      `${line.kind} ${line.kind === 'earning' ? line.deal : line.kind === 'correction' ? line.period : line.step} ${line.amount}`,
  );
  return { state, total: statement.total, lines: said };
}

/** A tenth of a deal of Ada goes to Ben. */
async function split(made: Made, deal: string): Promise<void> {
  const shares = [
    { participant: 'ada', share: '0.9' },
    { participant: 'ben', share: '0.1' },
  ];
  const why = { reason: 'As agreed', evidence: ['mail'], expiresOn: null };
  const ask = { source: 'csv', deal, shares, exception: `split-${deal}`, ...why };
  sound(await requestSplit(made.ledger, ask, OPS));
  await approveAll(made.ledger);
}

describe('after a freeze', () => {
  test('a correction is posted once: in the next period, and in none after it', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    await close(made, 1);
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-4,ben,1000.00,USD,2026-05-01']));
    expect(await lines(made, 'ada', '2026-Q2')).toEqual({
      state: 'open',
      total: '-1200.00',
      lines: ['correction 2026-Q1 -1200.00'],
    });
    await close(made, 2);
    expect(await lines(made, 'ada', '2026-Q2')).toMatchObject({ state: 'frozen', total: '-1200.00' });
    expect(await lines(made, 'ada', '2026-Q3')).toMatchObject({ total: '0.00', lines: [] });
    // Told back again: what was taken comes back, once.
    sound(await importRows(made, Q1.slice(1, 2)));
    expect(await lines(made, 'ada', '2026-Q3')).toMatchObject({
      total: '1200.00',
      lines: ['correction 2026-Q1 1200.00'],
    });
    await close(made, 3);
    expect(await lines(made, 'ada', '2026-Q4')).toMatchObject({ lines: [] });
    const { totals } = sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q3' }));
    expect(totals).toMatchObject({ USD: { delta: '0.00' } });
    expect(sound(await verify(made.ledger))).toMatchObject({ statements: 6, periods: 3 });
  });

  test('who asks again and again is told the same as who asks for the first time', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    await close(made, 1);
    const asked = async () => {
      const anew = { ...made.ledger, views: { ...made.ledger.views } };
      for (const participant of ['ada', 'ben']) {
        const ask = { participant, period: '2026-Q2' };
        const answer = sound(await statementOf(made.ledger, ask));
        expect(answer).toEqual(sound(await statementOf(anew, ask)));
      }
    };
    await asked();
    const late = (deal: string) => importRows(made, [`${deal},ada,9000.00,USD,2026-03-10`]);
    // One that was told before it is split, and one that is split before anybody asks.
    sound(await late('D-8'));
    await asked();
    await split(made, 'D-8');
    await asked();
    sound(await late('D-9'));
    await split(made, 'D-9');
    await asked();
    const { lines: told } = await lines(made, 'ben', '2026-Q2');
    expect(told).toEqual(['correction 2026-Q1 72.00', 'correction 2026-Q1 72.00']);
    // One that goes to somebody else.
    sound(await importRows(made, ['D-2,ben,40000.00,USD,2026-02-10']));
    await asked();
  });

  test('whoever joins late, also into a quarter that is frozen, is paid for it in the next', async () => {
    const made = await makeCompany();
    sound(await importRows(made, [...Q1, 'D-5,cy,10000.00,USD,2026-03-20']));
    await close(made, 1);
    await defineText(
      made.ledger,
      'participants: [{ id: cy, starts: 2026-03-01, currency: USD, plans: [{ plan: seller, from: 2026-03-01 }] }]\n---\nquotas: [{ participant: cy, metric: bookings, year: 2026, amount: 40000, per: year, currency: USD }]',
    );
    await approveAll(made.ledger);
    expect(await lines(made, 'cy', '2026-Q2')).toMatchObject({ total: '800.00', lines: ['correction 2026-Q1 800.00'] });
    await close(made, 2);
    expect(await lines(made, 'cy', '2026-Q3')).toMatchObject({ lines: [] });
    expect(sound(await verify(made.ledger))).toMatchObject({ statements: 5, periods: 2 });
  });

  test('a plan that is taken away from its first day takes back what it paid, and then ends', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    await close(made, 1);
    const away = {
      type: 'UnassignPlan',
      participant: 'ada',
      plan: 'seller',
      effectiveFrom: '2026-01-01',
      reason: 'Wrong plan',
    } as const;
    sound(await recordOnParticipant(made.ledger, away, OPS));
    expect(await lines(made, 'ada', '2026-Q2')).toMatchObject({ total: '-10400.00' });
    await close(made, 2);
    expect(await lines(made, 'ada', '2026-Q2')).toMatchObject({ state: 'frozen', total: '-10400.00' });
    await close(made, 3);
    expect(sound(await verify(made.ledger))).toMatchObject({ statements: 5, periods: 3 });
    expect(sound(await replayPeriods(made.ledger, { from: '2026-Q1', to: '2026-Q3' })).totals).toMatchObject({
      USD: { delta: '0.00' },
    });
  });

  test('whoever left is still corrected, and gets no statement when nothing is due', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    await close(made, 1);
    const left = { type: 'OffboardParticipant', participant: 'ada', endsOn: '2026-03-15', reason: 'Left' } as const;
    sound(await recordOnParticipant(made.ledger, left, OPS));
    sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-6,ada,9000.00,USD,2026-03-20']));
    expect(await lines(made, 'ada', '2026-Q2')).toMatchObject({
      total: '-1200.00',
      lines: ['correction 2026-Q1 -1200.00'],
    });
    await close(made, 2);
    await close(made, 3);
    expect(sound(await verify(made.ledger))).toMatchObject({ statements: 5, periods: 3 });
  });

  test('the approval of a freeze that is given again under its id answers as before, whatever was learned since', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-01T09:00:00Z');
    sound(await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS));
    const by = { ...FINANCE, commandId: 'freeze-q1' };
    const first = sound(await approve(made.ledger, 'freeze/2026-Q1', by));
    // One of these could not even be computed.
    sound(await importRows(made, ['D-1,ada,1.00,USD,2026-01-20', 'D-7,ben,1.00,CHF,2026-01-20']));
    const head = await made.ledger.store.head();
    const again = { ...first, outcome: { ...first.outcome, repeated: true } };
    expect(sound(await approve(made.ledger, 'freeze/2026-Q1', by))).toEqual(again);
    expect(await approve(made.ledger, 'freeze/2026-Q1', FINANCE)).toMatchObject({ code: 'already_decided' });
    expect(await made.ledger.store.head()).toBe(head);
  });
});

const MONTHS = `
calendar: { cadence: month, first-period: 2026-01, time-zone: Europe/Berlin, currency: EUR, reason: Policy }
---
{ metric: bookings, title: Bookings, amount: deal.amount, from: 2026-01-01, reason: Plan year }
---
plan: seller
title: Seller
currency: EUR
from: 2026-01-01
reason: Plan year
components: { bookings: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }] } }
---
plan: bonus
title: Bonus
currency: EUR
from: 2026-01-01
reason: Plan year
components: { bonus: { measure: bookings, window: month, tier-by: amount, table: [{ from: 0, pays: 1% }] } }
---
participants: [{ id: ada, starts: 2026-01-01, currency: EUR }]
---
quotas: [{ participant: ada, metric: bookings, year: 2026, per: quarter, amount: 100000, currency: EUR }]
`;

describe('a month at a time', () => {
  test('two plans, a quarter that goes on over the months, negative deals, corrections of a month ago', async () => {
    const made = makeLedger();
    await defineText(made.ledger, MONTHS);
    await approveAll(made.ledger);
    await defineText(
      made.ledger,
      'participants: [{ id: ada, starts: 2026-01-01, currency: EUR, plans: [{ plan: seller, from: 2026-01-01 }, { plan: bonus, from: 2026-01-01 }] }]',
    );
    const rows = [
      'D-1,ada,80000.00,EUR,2026-01-20',
      'D-2,ada,40000.00,EUR,2026-02-10',
      'D-3,ada,-50000.00,EUR,2026-02-15',
      'D-4,ada,50000.00,EUR,2026-03-15',
    ];
    sound(await importRows(made, rows));
    for (const month of ['01', '02', '03', '04']) sound(await openPeriod(made.ledger, `2026-${month}`, OPS));
    const total = async (month: string) => (await lines(made, 'ada', `2026-${month}`)).total;
    // 8 % and 1 % of 80,000
    expect(await total('01')).toBe('7200.00');
    // 20,000 at 8 %, 20,000 at 12 %; 50,000 back: 20,000 at 12 %, 30,000 at 8 %; and 1 % of -10,000
    expect(await total('02')).toBe('-900.00');
    // from 70,000: 30,000 at 8 %, 20,000 at 12 %; and 1 % of 50,000
    expect(await total('03')).toBe('5300.00');

    made.at('2026-02-02T09:00:00Z');
    await freeze(made.ledger, '2026-01');
    sound(await importRows(made, ['D-1,ada,60000.00,EUR,2026-01-20']));
    expect(await lines(made, 'ada', '2026-02')).toMatchObject({
      // 40,000 less 50,000 at 8 % and 1 %, and what January paid too much
      total: '-2700.00',
      lines: [
        'earning csv.D-2 400.00',
        'earning csv.D-3 -500.00',
        'earning csv.D-2 3200.00',
        'earning csv.D-3 -4000.00',
        'correction 2026-01 -200.00',
        'correction 2026-01 -1600.00',
      ],
    });
    made.at('2026-03-02T09:00:00Z');
    expect(isProblem(await requestFreeze(made.ledger, { period: '2026-03', reason: 'Close', evidence: [] }, OPS))).toBe(
      true,
    );
    await freeze(made.ledger, '2026-02');
    // 50,000 from 50,000 on, all at 8 %
    expect(await lines(made, 'ada', '2026-03')).toMatchObject({ total: '4500.00' });
    made.at('2026-04-01T09:00:00Z');
    await freeze(made.ledger, '2026-03');
    expect(await lines(made, 'ada', '2026-04')).toMatchObject({ lines: [] });
  });
});
