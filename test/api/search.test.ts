import { payRun, type SearchAnswer } from '@ledger/application';
import { describe, expect, test } from 'vitest';
import { defineText, FINANCE, freeze, importRows, makeCompany, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

const PEOPLE = `
participants:
  - { id: mo, name: Mo Moss, starts: 2026-01-01, currency: USD }
  - { id: cy, name: Cy Adams, starts: 2026-01-01, currency: USD, manager: mo }
---
{ exception: adjustment, name: gift, participant: ada, period: 2026-Q1, amount: 10.00, reason: A gift, evidence: [memo 7] }
`;

async function company(): Promise<Api> {
  const made = await makeCompany();
  await defineText(made.ledger, PEOPLE);
  sound(
    await importRows(made, [
      'D-1,ada,100.00,USD,2026-02-01',
      'D-10,ben,100.00,USD,2026-02-02',
      'AD-1,cy,1.00,USD,2026-02-03',
    ]),
  );
  return makeApi({ made });
}

async function found(api: Api, text: string, as = 'ops:olga', more = ''): Promise<readonly string[]> {
  const answer = await api.call('GET', `/v1/search?text=${encodeURIComponent(text)}${more}`, { as });
  expect([text, answer.status]).toEqual([text, 200]);
  return (answer.body as SearchAnswer).hits.map(({ kind, id }) => `${kind} ${id}`);
}

describe('a search', () => {
  test('finds by id, name and title, the best in front, where all words are there', async () => {
    const api = await company();
    expect(await found(api, 'D-1')).toEqual(['deal csv.D-1', 'deal csv.D-10', 'deal csv.AD-1']);
    expect(await found(api, 'ADA')).toEqual([
      'participant ada',
      'participant cy',
      'request exception/ada.gift',
      'request quota/ada.bookings.2026/proposal-1',
    ]);
    expect(await found(api, 'adams cy')).toEqual(['participant cy']);
    expect(await found(api, 'seller')).toContain('plan seller');
    expect(await found(api, 'gift')).toEqual(['request exception/ada.gift']);
    expect(await found(api, 'nobody at all')).toEqual([]);
    expect(await found(api, 'd-1', 'ops:olga', '&kinds=deal,plan&limit=1')).toEqual(['deal csv.D-1']);
  });

  test('finds statements by person and period, pay runs, payments by the name of payroll, events by position and id', async () => {
    const api = await company();
    expect(await found(api, '2026-q1 moss')).toContain('statement 2026-Q1/mo');
    api.at('2026-04-20T09:00:00Z');
    await freeze(api.ledger, '2026-Q1');
    sound(await payRun(api.ledger, { period: '2026-Q1', release: true }, FINANCE));
    expect(await found(api, '2026-Q1')).toEqual(expect.arrayContaining(['period 2026-Q1', 'pay-run 2026-Q1/run/1']));
    expect(await found(api, '2026-Q1.ada.1')).toEqual(['statement 2026-Q1/ada']);
    const [first] = await api.ledger.store.readAll({ after: 6n, limit: 1 });
    expect(await found(api, '7')).toContain('event 7');
    expect(await found(api, first?.id ?? '')).toEqual(['event 7']);
  });

  test('finds nothing that is hidden, and answers as if it were not there', async () => {
    const api = await company();
    expect(await found(api, 'd-1', 'rep:ada')).toEqual(['deal csv.D-1']);
    expect(await found(api, 'd-1', 'manager:mo')).toEqual(['deal csv.AD-1']);
    expect(await found(api, 'ben', 'rep:ada')).toEqual(await found(api, 'zed', 'rep:ada'));
    expect(await found(api, 'gift', 'rep:ada')).toEqual([]);
    // An auditor reads ids, not names; an admin names, and nothing about pay.
    expect([await found(api, 'adams', 'auditor:ann'), await found(api, 'adams', 'admin:eve')]).toEqual([
      [],
      ['participant cy'],
    ]);
    expect(await found(api, 'D-10', 'admin:eve')).toEqual([]);
    const position = String(await api.ledger.store.head());
    expect([await found(api, position, 'rep:ben'), await found(api, position, 'rep:cy')]).toEqual([
      [],
      [`event ${position}`],
    ]);
  });

  test('speaks of a position, and refuses what is no search', async () => {
    const api = await company();
    const before = await api.ledger.store.head();
    sound(await importRows(api, ['D-11,ada,1.00,USD,2026-02-04']));
    expect(await found(api, 'd-11')).toEqual(['deal csv.D-11']);
    expect(await found(api, 'd-11', 'ops:olga', `&asOf=${before}`)).toEqual([]);
    const code = async (query: string) => codeOf(await api.call('GET', `/v1/search?${query}`, { as: 'ops:olga' }));
    for (const query of [
      'text=',
      'text=%20',
      'text=a&limit=101',
      'text=a&kinds=pay',
      'text=1+2+3+4+5+6+7+8+9',
      'x=1',
    ]) {
      expect([query, (await code(query)).slice(0, 13)]).toEqual([query, '400 parameter']);
    }
  });
});

test('moments tell when a position was recorded, which one an instant is, and what made history', async () => {
  const api = await company();
  api.at('2026-04-20T09:00:00Z');
  await freeze(api.ledger, '2026-Q1');
  const read = async (query: string) => (await api.call('GET', `/v1/moments${query}`, { as: 'finance:fred' })).body;
  const head = String(await api.ledger.store.head());
  expect(await read('')).toMatchObject({
    asOf: head,
    at: { position: head },
    first: { position: '1' },
    head: { position: head },
    marks: [
      { type: 'PeriodFreezeStarted', stream: 'period-2026-Q1' },
      { type: 'PeriodFrozen', stream: 'period-2026-Q1' },
    ],
  });
  const [seventh] = await api.ledger.store.readAll({ after: 6n, limit: 1 });
  expect(await read('?asOf=7')).toMatchObject({ asOf: '7', at: { position: '7', recordedAt: seventh?.recordedAt } });
  expect(await read(`?asOf=${seventh?.recordedAt}`)).toMatchObject({ asOf: '7' });
  expect(codeOf(await api.call('GET', '/v1/moments', { as: 'integration:crm' }))).toMatch(/^403|^401/);
});
