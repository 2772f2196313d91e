import { expect, test } from 'vitest';
import { defineText, FINANCE, freeze, importRows, makeCompany } from '../support/company.ts';
import { codeOf, makeApi } from './given.ts';

test('a rep reads how they stand and what their plan says, and nobody else’s', async () => {
  const made = await makeCompany();
  await importRows(made, ['D-1,ada,60000,USD,2026-02-01']);
  const { call } = await makeApi({ made });
  const standing = await call('GET', '/v1/periods/2026-Q1/statements/ada/standing', { as: 'rep:ada' });
  expect(standing).toMatchObject({
    status: 200,
    body: { total: '4800.00', ladders: [{ next: { away: '40000.00' } }] },
  });
  expect(standing.headers.get('ledger-position')).not.toBeNull();
  const hidden = await call('GET', '/v1/periods/2026-Q1/statements/ben/standing', { as: 'rep:ada' });
  expect(codeOf(hidden)).toBe('404 not_found');
  const letters = await call('GET', '/v1/participants/ada/plans', { as: 'rep:ada' });
  expect(letters).toMatchObject({ status: 200, body: { plans: [{ plan: 'seller' }] } });
  expect(codeOf(await call('GET', '/v1/participants/ben/plans', { as: 'rep:ada' }))).toBe('404 not_found');
  // Whoever sees plans without rates and people sees no letter.
  expect(codeOf(await call('GET', '/v1/participants/ada/plans', { as: 'admin:root' }))).toBe('404 not_found');
});

test('a statement is downloaded as it was frozen: the same bytes each time, with its name, position and digest', async () => {
  const made = await makeCompany();
  await importRows(made, ['D-1,ada,60000,USD,2026-02-01', 'D-2,ada,50000,USD,2026-02-02']);
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  const { address, call } = await makeApi({ made });
  const of = '/v1/periods/2026-Q1/statements/ada';
  const csv = await call('GET', `${of}/csv`, { as: 'rep:ada' });
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.text.split(/\r?\n/).slice(0, 2)).toEqual([
    'line,kind,component,plan,plan_version,deal,closed_on,period,amount,currency,says',
    expect.stringMatching(/^bookings\/csv\.D-1,earning,bookings,seller,1,csv\.D-1,2026-02-01,2026-Q1,4800\.00,USD,/),
  ]);
  const bytes = async () => {
    const response = await fetch(`${address}${of}/pdf`, { headers: { authorization: 'Bearer demo:rep:ada' } });
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('content-disposition')).toMatch(/filename="statement-ada-2026-Q1-[0-9a-f]{12}\.pdf"/);
    return Buffer.from(await response.arrayBuffer());
  };
  const [first, second] = [await bytes(), await bytes()];
  expect(first.subarray(0, 5).toString()).toBe('%PDF-');
  expect(first.equals(second)).toBe(true);
  for (const format of ['csv', 'pdf'])
    expect(codeOf(await call('GET', `${of}/${format}`, { as: 'rep:ben' }))).toBe('404 not_found');
});

test('how long a query may take is said before it is opened', async () => {
  const made = await makeCompany();
  const { call } = await makeApi({ made });
  const none = { 'first-answer': null, resolution: null, reopen: null, 'cut-off': null };
  expect(await call('GET', '/v1/queries/clocks', { as: 'rep:ada' })).toMatchObject({
    status: 200,
    body: { days: none },
  });
  await defineText(
    made.ledger,
    'queries: { from: 2026-01-01, first-answer: 2, resolution: 10, reason: Service level }',
    FINANCE,
  );
  const set = await call('GET', '/v1/queries/clocks', { as: 'rep:ada' });
  expect(set.body).toMatchObject({ days: { ...none, 'first-answer': 2, resolution: 10 } });
});

test('a manager reads their team, a page at a time', async () => {
  const { call } = await makeApi();
  const line = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
  for (const id of ['ada', 'ben']) await call('POST', `/v1/participants/${id}/manager`, { as: 'ops:olga', body: line });
  const first = await call('GET', '/v1/periods/2026-Q1/team?limit=1', { as: 'manager:mo' });
  expect(first).toMatchObject({ status: 200, body: { people: [{ participant: 'ada', name: 'Ada Berg', near: [] }] } });
  const { next } = first.body as { readonly next: string };
  const second = await call('GET', `/v1/periods/2026-Q1/team?limit=1&cursor=${next}`, { as: 'manager:mo' });
  expect(second).toMatchObject({ body: { people: [{ participant: 'ben' }], next: null } });
  const names = async (sort: string, cursor = '') => {
    const { body } = await call('GET', `/v1/periods/2026-Q1/team?limit=1&sort=${sort}${cursor}`, { as: 'manager:mo' });
    return body as { readonly people: readonly { readonly participant: string }[]; readonly next: string | null };
  };
  for (const sort of ['-name', 'pay', 'attainment']) {
    const top = await names(sort);
    const rest = await names(sort, `&cursor=${top.next}`);
    const [one, other] = [top.people[0]?.participant, rest.people[0]?.participant];
    expect([sort, [one, other].sort(), rest.next]).toEqual([sort, ['ada', 'ben'], null]);
    expect((await names(`${sort.startsWith('-') ? sort.slice(1) : `-${sort}`}`)).people[0]?.participant).toBe(other);
  }
  const mixed = `/v1/periods/2026-Q1/team?sort=pay&cursor=${(await names('name')).next}`;
  expect(codeOf(await call('GET', mixed, { as: 'manager:mo' }))).toBe('400 cursor_invalid');
  const nobodys = await call('GET', '/v1/periods/2026-Q1/team', { as: 'manager:pia' });
  expect(nobodys).toMatchObject({ status: 200, body: { people: [] } });
});
