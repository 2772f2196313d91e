import { expect, test } from 'vitest';
import { importRows, makeCompany } from '../support/company.ts';
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

test('a manager reads their team, a page at a time', async () => {
  const { call } = await makeApi();
  const line = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
  for (const id of ['ada', 'ben']) await call('POST', `/v1/participants/${id}/manager`, { as: 'ops:olga', body: line });
  const first = await call('GET', '/v1/periods/2026-Q1/team?limit=1', { as: 'manager:mo' });
  expect(first).toMatchObject({ status: 200, body: { people: [{ participant: 'ada', name: 'Ada', near: [] }] } });
  const { next } = first.body as { readonly next: string };
  const second = await call('GET', `/v1/periods/2026-Q1/team?limit=1&cursor=${next}`, { as: 'manager:mo' });
  expect(second).toMatchObject({ body: { people: [{ participant: 'ben' }], next: null } });
  const nobodys = await call('GET', '/v1/periods/2026-Q1/team', { as: 'manager:pia' });
  expect(nobodys).toMatchObject({ status: 200, body: { people: [] } });
});
