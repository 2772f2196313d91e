import { describe, expect, test } from 'vitest';
import { approveAll, defineText, importRows, makeCompany, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

interface Page {
  readonly asOf: string;
  readonly deals: readonly { readonly source: string; readonly deal: string }[];
  readonly next: string | null;
}

/** Thirty deals: of ada, of ben and of nobody in turn, a day apart, some of a negative or a large amount. */
async function company() {
  const made = await makeCompany();
  const amounts = ['500.00', '-20.00', '1200000.50', '-3000.00', '7.00'];
  const rows = Array.from({ length: 30 }, (_, at) => {
    const day = String((at % 28) + 1).padStart(2, '0');
    return `D-${at},${['ada', 'ben', ''][at % 3]},${amounts[at % 5]},USD,2026-01-${day}`;
  });
  sound(await importRows(made, rows));
  return makeApi({ made });
}

async function page(api: Api, query: string, as = 'ops:olga'): Promise<Page> {
  const answer = await api.call('GET', `/v1/deals?${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body as Page;
}

async function all(api: Api, query: string, as?: string, from?: string | null): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor = from == null ? '' : `&cursor=${from}`; ; ) {
    const { deals, next } = await page(api, `${query}${cursor}`, as);
    ids.push(...deals.map(({ deal }) => deal));
    if (next === null) return ids;
    cursor = `&cursor=${next}`;
  }
}

describe('a list of deals', () => {
  test('comes in pages that hold each deal once, in the order asked for', async () => {
    const api = await company();
    const byDay = await all(api, 'limit=7');
    expect(byDay).toHaveLength(30);
    expect(new Set(byDay).size).toBe(30);
    expect(byDay[0]).toBe('D-0');
    expect(await all(api, 'limit=4&sort=-closed')).toEqual(byDay.toReversed());
    const byAmount = await all(api, 'limit=9&sort=amount');
    expect(
      byAmount
        .slice(0, 1)
        .concat(byAmount.slice(6, 7), byAmount.slice(-1))
        .map((id) => Number(id.slice(2)) % 5),
    ).toEqual([3, 1, 2]);
    expect(await all(api, 'limit=500&sort=-amount')).toEqual(byAmount.toReversed());
  });

  test('is filtered by whom it credits, its owner, source, state, days, and a part of its name', async () => {
    const api = await company();
    const cancelled = { cancelledOn: '2026-02-01', reason: 'Wrong customer' };
    await api.call('POST', '/v1/deals/csv/D-3/cancellation', { as: 'ops:olga', body: cancelled });
    const count = async (query: string) => (await all(api, query)).length;
    expect(await count('participant=ada')).toBe(10);
    expect(await count('owner=ben&closedFrom=2026-01-01&closedTo=2026-01-10')).toBe(4);
    expect([await count('uncredited=true'), await count('uncredited=false')]).toEqual([10, 20]);
    expect([await count('state=cancelled'), await count('state=closed')]).toEqual([1, 29]);
    expect([await count('source=crm'), await count('source=csv&text=d-2')]).toEqual([0, 11]);
    const withdrawn = { ...cancelled, reason: 'The right one', withdrawn: true };
    const answer = await api.call('POST', '/v1/deals/csv/D-3/cancellation', { as: 'ops:olga', body: withdrawn });
    expect(answer).toMatchObject({
      status: 201,
      body: { events: [{ type: 'DealAmended', data: { reinstated: true } }] },
    });
    expect([await count('state=cancelled'), await count('state=closed')]).toEqual([0, 30]);
  });

  test('speaks of the position of its first page, whatever is recorded meanwhile', async () => {
    const api = await company();
    const first = await page(api, 'limit=10');
    sound(
      await importRows(api, [
        'D-0,ada,1.00,USD,2026-01-31',
        'D-29,ada,1.00,USD,2026-01-02',
        'D-99,ben,1.00,USD,2026-01-15',
      ]),
    );
    const others = await all(api, 'limit=10', 'ops:olga', first.next);
    const ids = [...first.deals.map(({ deal }) => deal), ...others];
    expect([ids.length, new Set(ids).size, ids.includes('D-99')]).toEqual([30, 30, false]);
    expect(await all(api, `limit=100&asOf=${first.asOf}`)).toEqual(ids);
    expect(await all(api, 'limit=100')).toHaveLength(31);
  });

  test('shows a rep their own, a manager those of the team, of a shared deal the own part', async () => {
    const api = await company();
    await defineText(
      api.ledger,
      'participants:\n  - { id: mo, name: Mo, starts: 2026-01-01, currency: USD }\n  - { id: cy, name: Cy, starts: 2026-01-01, currency: USD, manager: mo }\n',
    );
    const shared = {
      source: 'crm',
      deal: 'S-1',
      amount: '1.00',
      currency: 'USD',
      closedOn: '2026-01-02',
      owner: 'ada',
    };
    const credits = ['ada', 'cy'].map((participant) => ({ participant, pool: 'primary', share: '0.5' }));
    await api.call('POST', '/v1/deals', { as: 'ops:olga', body: { ...shared, credits } });
    expect(await all(api, 'limit=3', 'rep:ada')).toHaveLength(11);
    expect(await all(api, 'limit=3', 'manager:mo')).toEqual(['S-1']);
    expect(await page(api, 'source=crm', 'rep:cy')).toMatchObject({
      deals: [{ deal: 'S-1', credits: [{ participant: 'cy' }] }],
    });
    expect(codeOf(await api.call('GET', '/v1/deals?participant=ben', { as: 'rep:ada' }))).toBe('404 not_found');
    expect(codeOf(await api.call('GET', '/v1/deals', { as: 'admin:eve' }))).toBe('403 role_forbidden');
  });

  test('credits by the rules of the position that it speaks of', async () => {
    const api = await company();
    const before = (await page(api, 'limit=1')).asOf;
    const rules = (to: string) => `
crediting: helpers
title: Helpers
from: 2026-01-01
reason: Help
rules: [{ rule: help, when: deal.owner == "ben", share: 50%, credits: { participant: ${to} }, pool: overlay }]
`;
    await defineText(api.ledger, rules('ada'));
    await approveAll(api.ledger);
    expect(await all(api, 'participant=ada')).toHaveLength(20);
    expect(await all(api, 'limit=3', 'rep:ada')).toHaveLength(20);
    const helped = (await page(api, 'limit=1')).asOf;
    await defineText(api.ledger, rules('ben'));
    await approveAll(api.ledger);
    sound(await importRows(api, ['D-31,ben,1.00,USD,2026-01-02']));
    expect(await all(api, 'participant=ada')).toHaveLength(10);
    // What was, is answered by the rules of then, one way and the other.
    expect(await all(api, `participant=ada&asOf=${helped}`)).toHaveLength(20);
    expect(await all(api, `participant=ada&asOf=${before}`)).toHaveLength(10);
    expect(await all(api, `participant=ada&asOf=${helped}`)).toHaveLength(20);
    expect(await all(api, 'participant=ben')).toHaveLength(11);
  });

  test('refuses cursors of other lists and pages of no size', async () => {
    const api = await company();
    const { next } = await page(api, 'limit=5&owner=ada');
    const code = async (query: string) => codeOf(await api.call('GET', `/v1/deals?${query}`, { as: 'ops:olga' }));
    expect(await code(`cursor=${next}&owner=ben`)).toBe('400 cursor_invalid');
    expect(await code(`cursor=${next}&owner=ada&sort=amount`)).toBe('400 cursor_invalid');
    expect(await code(`cursor=${next}x&owner=ada`)).toBe('400 cursor_invalid');
    expect(await code('cursor=eyJwb3MiOjB9')).toBe('400 cursor_invalid');
    for (const limit of ['0', '501', '1e2', '-1']) expect(await code(`limit=${limit}`)).toBe('400 parameter_invalid');
  });
});
