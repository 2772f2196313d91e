import { type Diff, dealsOf, diff, openPeriod, recordOnParticipant } from '@ledger/application';
import { instantText, isProblem } from '@ledger/kernel';
import { exact, sum, toDecimalText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  companiesOpened,
  defineText,
  FINANCE,
  FLAT,
  freeze,
  hireFlat,
  importRows,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];

/** Somebody with a draw, all of which comes back when they leave. */
const DRAWN = `
plan: drawn
title: Drawn
currency: USD
from: 2026-01-01
reason: Plan year 2026
draws: [{ amount: 2000.00, every: quarter, for: 3 months, on-leaving: in-full }]
components:
  bookings: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 8% }] }
`;

async function company() {
  const made = await makeCompany();
  const empty = await head(made);
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  const known = await head(made);
  await freeze(made.ledger, '2026-Q1');
  const frozen = await head(made);
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  made.at('2026-05-02T09:00:00Z');
  sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-5,ada,10000.00,USD,2026-04-10']));
  return { made, empty, known, frozen };
}

async function head({ ledger }: Awaited<ReturnType<typeof makeCompany>>): Promise<string> {
  return sound(await dealsOf(ledger, {})).asOf;
}

/** By period: the difference, and the differences of the events, which must add up to it by component too. */
function told({ participants }: Diff, participant: string) {
  const own = participants.find((each) => each.participant === participant)?.periods ?? [];
  for (const { events, difference, components } of own) {
    const add = (amounts: readonly string[]) =>
      toDecimalText(sum(amounts.map((amount) => exact(amount))), 2, 'half-up');
    expect(add(events.map((event) => event.difference ?? '0'))).toBe(difference);
    for (const each of components) {
      const parts = events.flatMap((event) => event.components.filter(({ component }) => component === each.component));
      expect(add(parts.map((part) => part.difference))).toBe(each.difference);
    }
  }
  return own.map(({ period, before, after, difference, events }) => ({
    period,
    states: `${before.state} ${before.total} → ${after.state} ${after.total}`,
    difference,
    events: events.map((event) => `${event.type} ${event.difference}`),
  }));
}

/** How often the definitions of a whole company of so many people, paid out of one budget, are read for a comparison. */
async function booksOpened(people: number): Promise<number> {
  const made = await makeCompany();
  const { ledger } = made;
  const ids = await hireFlat(ledger, people);
  const from = await head(made);
  sound(
    await importRows(
      made,
      ids.map((id) => `Q1-${id},${id},10000.00,USD,2026-02-20`),
    ),
  );
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  made.at('2026-05-02T09:00:00Z');
  sound(
    await importRows(
      made,
      ids.map((id) => `Q2-${id},${id},10000.00,USD,2026-04-20`),
    ),
  );
  let answer: Diff | undefined;
  const opened = await companiesOpened(ledger, async () => {
    answer = sound(await diff(ledger, { from }));
  });
  if (answer === undefined) throw new Error('nothing was compared');
  for (const id of ids) expect(told(answer, id).map(({ difference }) => difference)).toEqual(['800.00', '800.00']);
  return opened;
}

describe('why a number changed between two moments', () => {
  test('each deal counts with what it moved, in the order in which they were recorded', async () => {
    const { made, empty, known } = await company();
    const answer = sound(await diff(made.ledger, { from: empty, to: known, period: '2026-Q1' }));
    expect(told(answer, 'ada')).toEqual([
      {
        period: '2026-Q1',
        states: 'open 0.00 → open 10400.00',
        difference: '10400.00',
        // 80,000 at 8 %; 20,000 at 8 % and 20,000 at 12 %
        events: ['DealClosed 6400.00', 'DealClosed 4000.00'],
      },
    ]);
  });

  test('a freeze moves nothing; what is learned after it moves the next period', async () => {
    const { made, known } = await company();
    const answer = sound(await diff(made.ledger, { from: known, participant: 'ada' }));
    expect(told(answer, 'ada')).toEqual([
      {
        period: '2026-Q2',
        states: 'none 0.00 → open -400.00',
        difference: '-400.00',
        // 10,000 less above the quota are 1,200 less; 10,000 at 8 % more
        events: ['DealClosed 800.00', 'DealAmended -1200.00'],
      },
    ]);
  });

  test('a correction comes with the period that it is posted in', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1.slice(0, 1)));
    made.at('2026-04-02T09:00:00Z');
    const from = await head(made);
    await freeze(made.ledger, '2026-Q1');
    expect(told(sound(await diff(made.ledger, { from })), 'ada')).toEqual([]);
    const late = await head(made);
    sound(await importRows(made, Q1.slice(1, 2)));
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    const answer = sound(await diff(made.ledger, { from: late, participant: 'ada' }));
    // The period is opened by the command after the import, and lets the deal in.
    expect(told(answer, 'ada')).toEqual([
      {
        period: '2026-Q2',
        states: 'none 0.00 → open 4000.00',
        difference: '4000.00',
        events: ['DealClosed 4000.00'],
      },
    ]);
    expect(answer.participants[0]?.periods[0]?.events[0]?.letIn?.says).toBe('Period 2026-Q2 was opened.');
  });

  test('how corrections are posted moves what is posted, and nothing that was earned', async () => {
    const { made, frozen } = await company();
    const from = await head(made);
    await defineText(
      made.ledger,
      'corrections: { from: 2026-04-01, policy: positives-only, reason: Nothing is taken back }',
      FINANCE,
    );
    // Of -400.00 the 1,200.00 that were taken back for the first quarter are not.
    expect(told(sound(await diff(made.ledger, { from, participant: 'ada' })), 'ada')).toMatchObject([
      { period: '2026-Q2', difference: '1200.00', events: ['CorrectionPolicySet 1200.00'] },
    ]);
    expect(told(sound(await diff(made.ledger, { from: frozen, participant: 'ada' })), 'ada')).toMatchObject([
      {
        difference: '800.00',
        events: ['DealClosed 800.00', 'DealAmended -1200.00', 'CorrectionPolicySet 1200.00'],
      },
    ]);
  });

  test('what the law forbids to recover moves the last statement from when it is known', async () => {
    const made = await makeCompany();
    const { ledger } = made;
    const law = (terms: string) =>
      `jurisdiction: xx\noffset: allowed\ntitle: X\nsource: Memo\npay-within: { default: 7 }\n${terms}\nfrom: 2026-01-01\nreason: Memo of counsel\n`;
    await defineText(ledger, law('recover-draws: allowed'));
    await defineText(ledger, DRAWN);
    await approveAll(ledger);
    await defineText(
      ledger,
      'participants: [{ id: cy, starts: 2026-01-01, currency: USD, plans: [{ plan: drawn, from: 2026-01-01 }] }]',
    );
    await defineText(
      ledger,
      'exception: jurisdiction\nparticipant: cy\njurisdiction: xx\nfrom: 2026-01-01\nreason: Works there\nevidence: [contract]\n',
    );
    await approveAll(ledger);
    // A draw of 2,000.00 in the first quarter, of which 400.00 are earned.
    sound(await importRows(made, ['D-1,cy,5000.00,USD,2026-01-20']));
    made.at('2026-04-02T09:00:00Z');
    await freeze(ledger, '2026-Q1');
    sound(await openPeriod(ledger, '2026-Q2', OPS));
    const opened = await head(made);
    sound(await importRows(made, ['D-2,cy,50000.00,USD,2026-04-20']));
    const left = { type: 'OffboardParticipant', participant: 'cy', endsOn: '2026-05-01', reason: 'Left' } as const;
    sound(await recordOnParticipant(ledger, left, OPS));
    const from = await head(made);
    await defineText(ledger, law('recover-draws: forbidden'));
    await approveAll(ledger);
    // 4,000.00 were earned, less the 1,600.00 that are owed; they stay owed.
    expect(told(sound(await diff(ledger, { from, participant: 'cy' })), 'cy')).toMatchObject([
      {
        period: '2026-Q2',
        states: 'open 2400.00 → open 4000.00',
        difference: '1600.00',
        events: ['JurisdictionDefined 1600.00'],
      },
    ]);
    expect(told(sound(await diff(ledger, { from: opened, participant: 'cy' })), 'cy')).toMatchObject([
      { events: ['DealClosed 2400.00', 'JurisdictionDefined 1600.00'] },
    ]);
  });

  test('a statement that cannot be computed for a time counts as it was before', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    const from = await head(made);
    // A currency without a rate stops the statement; the rate heals it.
    sound(await importRows(made, ['D-9,ada,1000.00,GBP,2026-03-20']));
    const broken = sound(await diff(made.ledger, { from, participant: 'ada', period: '2026-Q1' }));
    const [own] = broken.participants[0]?.periods ?? [];
    expect(own?.after.problem?.code).toBe('rate_missing');
    expect(own?.difference).toBe(null);
    expect(own?.events.map(({ type, difference }) => [type, difference])).toEqual([['DealClosed', null]]);
    await defineText(made.ledger, 'rates: [{ pair: GBP/USD, on: 2026-03-01, rate: "1.25", source: ECB }]');
    await approveAll(made.ledger);
    const healed = sound(await diff(made.ledger, { from, participant: 'ada', period: '2026-Q1' }));
    expect(told(healed, 'ada')[0]?.events).toEqual(['DealClosed null', 'ExchangeRateRecorded 150.00']);
  });

  test('whoever joins after the first moment is paid by what is told after that', async () => {
    const made = await makeCompany();
    await defineText(made.ledger, FLAT);
    await approveAll(made.ledger);
    const from = await head(made);
    await defineText(
      made.ledger,
      'participants: [{ id: zoe, starts: 2026-01-01, currency: USD, plans: [{ plan: flat, from: 2026-01-01 }] }]',
    );
    sound(await importRows(made, ['D-1,zoe,10000.00,USD,2026-02-20']));
    const answer = sound(await diff(made.ledger, { from, participant: 'zoe', period: '2026-Q1' }));
    expect(told(answer, 'zoe')).toEqual([
      { period: '2026-Q1', states: 'none 0.00 → open 800.00', difference: '800.00', events: ['DealClosed 800.00'] },
    ]);
  });

  test('books are opened once for each change of a period, however many people look at each other', async () => {
    // Both times one quarter is frozen and another one opened in between, with a deal a person.
    const few = await booksOpened(2);
    expect(await booksOpened(6)).toBe(few);
    // The two moments, and four stretches: up to the request to freeze, to the freeze, to the opening, and after it.
    expect(few).toBeLessThanOrEqual(12);
  });

  test('equal moments are equal, and what cannot be asked is refused', async () => {
    const { made, known, frozen } = await company();
    expect(sound(await diff(made.ledger, { from: frozen, to: frozen })).participants).toEqual([]);
    const codeOf = async (ask: Parameters<typeof diff>[1]) => {
      const answer = await diff(made.ledger, ask);
      return isProblem(answer) ? answer.code : 'no problem';
    };
    expect(await codeOf({ from: frozen, to: known })).toBe('as_of_invalid');
    expect(await codeOf({ from: '999999' })).toBe('as_of_ahead');
    const today = instantText(made.ledger.clock()).slice(0, 10);
    expect(await codeOf({ from: known, to: `${today}T23:59:59Z` })).toBe('no problem');
    expect(await codeOf({ from: known, to: '2199-01-01T00:00:00Z' })).toBe('as_of_ahead');
    expect(await codeOf({ from: 'yesterday' })).toBe('as_of_invalid');
    expect(await codeOf({ from: known, participant: 'nobody' })).toBe('participant_unknown');
    expect(await codeOf({ from: known, period: '2031-Q1' })).toBe('period_unknown');
    expect(await codeOf({ from: known, period: 'march' })).not.toBe('no problem');
  });
});

test('says how far it is while it looks at statements and while it follows them, person by person', async () => {
  const { made, empty } = await company();
  const seen: [number, number][] = [];
  sound(await diff(made.ledger, { from: empty, onProgress: (done, of) => seen.push([done, of]) }));
  const [people = 0] = seen.map(([, of]) => of);
  expect(new Set(seen.map(([, of]) => of))).toEqual(new Set([people]));
  const done = seen.map(([each]) => each);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(new Set(done)).toEqual(new Set(Array.from({ length: people + 1 }, (_, at) => at)));
});
