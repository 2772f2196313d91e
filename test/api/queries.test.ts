import { describe, expect, test } from 'vitest';
import { importRows, makeCompany, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

const ASK = { participant: 'ada', period: '2026-Q1', line: 'csv.D-1', says: 'The order form says 60,000.' };

async function company(): Promise<Api> {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,40000.00,USD,2026-02-10', 'D-2,ben,50000.00,USD,2026-03-01']));
  return makeApi({ made });
}

describe('a query over HTTP', () => {
  test('is opened with facts, answered, handed on, resolved, reopened and withdrawn, and read by whom it concerns', async () => {
    const api = await company();
    const facts = { deals: [{ source: 'csv', deal: 'D-1', amount: '60000' }] };
    const opened = await api.call('POST', '/v1/queries', { as: 'rep:ada', body: { ...ASK, expects: '4800', facts } });
    expect(opened).toMatchObject({ status: 201, body: { query: 'ada.1', revision: 1 } });
    const post = async (as: string, what: string, body: object) =>
      (await api.call('POST', `/v1/queries/ada.1/${what}`, { as, body })).status;
    expect([
      await post('ops:olga', 'assignment', { to: 'olga' }),
      await post('ops:olga', 'messages', { says: 'Which order form?', asks: true }),
      await post('rep:ada', 'messages', { says: 'That of 10 February.' }),
      await post('ops:olga', 'escalation', { to: 'fred', reason: 'Who may sign 60,000?' }),
      await post('finance:fred', 'resolution', { reason: 'It was 40,000.' }),
      await post('rep:ada', 'reopening', { reason: 'It was not.' }),
      await post('rep:ada', 'withdrawal', { reason: 'It was.' }),
    ]).toEqual([201, 201, 201, 201, 201, 201, 201]);
    const read = await api.call('GET', '/v1/queries/ada.1', { as: 'rep:ada' });
    expect(read).toMatchObject({
      status: 200,
      body: { query: { stands: 'withdrawn', difference: '1600.00' }, replay: { theirs: { amount: '4800.00' } } },
    });
    const list = await api.call('GET', '/v1/queries?stands=all', { as: 'rep:ada' });
    expect(list.body).toMatchObject({ queries: [{ query: 'ada.1' }] });
    expect((await api.call('GET', '/v1/queries', { as: 'rep:ada' })).body).toMatchObject({ queries: [] });
  });

  test('is not there for others, and for a key; nobody learns by asking whose deals there are', async () => {
    const api = await company();
    await api.call('POST', '/v1/queries', { as: 'rep:ada', body: ASK });
    const code = async (method: string, path: string, as: string, body?: object) =>
      codeOf(await api.call(method, path, { as, ...(body === undefined ? {} : { body }) }));
    expect(await code('GET', '/v1/queries/ada.1', 'rep:ben')).toBe('404 not_found');
    expect(await code('GET', '/v1/queries/ada.9', 'rep:ben')).toBe('404 not_found');
    expect(await code('GET', '/v1/queries?participant=ada', 'rep:ben')).toBe('404 not_found');
    expect(await code('GET', '/v1/queries', 'admin:root')).toBe('403 role_forbidden');
    expect(await code('POST', '/v1/queries/ada.1/messages', 'rep:ben', { says: 'Hm.' })).toBe('404 not_found');
    expect(await code('POST', '/v1/queries/ada.1/messages', 'auditor:ann', { says: 'Hm.' })).toBe('403 role_forbidden');
    const to = 'nobody';
    expect(await code('POST', '/v1/queries/ada.1/assignment', 'ops:olga', { to })).toBe('422 principal_unknown');
    expect(await code('POST', '/v1/queries/ada.1/resolution', 'rep:ada', { reason: 'Me.' })).toBe('403 role_forbidden');
    const theirs = (deal: string) => ({ ...ASK, facts: { deals: [{ source: 'csv', deal, amount: '1' }] } });
    expect(await code('POST', '/v1/queries', 'rep:ben', theirs('D-1'))).toBe('404 not_found');
    expect(await code('POST', '/v1/queries', 'rep:ben', theirs('D-9'))).toBe('404 not_found');
    const opened = await api.call('POST', '/v1/queries', { as: 'rep:ada', body: theirs('D-2') });
    expect(opened).toMatchObject({ body: { code: 'field_missing', pointer: '/facts/deals/0' } });
  });
});
