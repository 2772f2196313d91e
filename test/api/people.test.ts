import { ROLES } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';
import { type Api, codeOf, makeApi } from './given.ts';

const WRITES = {
  '/v1/participants/ada/assignments': { plan: 'seller', from: '2027-01-01', reason: 'Next year' },
  '/v1/participants/ada/assignments/seller/end': { effectiveFrom: '2026-10-01', reason: 'Another plan' },
  '/v1/participants/ada/manager': { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' },
  '/v1/participants/ada/leaves': { kind: 'parental leave', from: '2026-02-01', to: '2026-03-01', reason: 'Parent' },
  '/v1/participants/ada/offboarding': { endsOn: '2026-12-01', kind: 'voluntary', reason: 'Leaves' },
} as const;
const MAY: Readonly<Record<keyof typeof WRITES, readonly string[]>> = {
  '/v1/participants/ada/assignments': ['ops'],
  '/v1/participants/ada/assignments/seller/end': ['ops'],
  '/v1/participants/ada/manager': ['ops'],
  '/v1/participants/ada/leaves': ['manager', 'ops'],
  '/v1/participants/ada/offboarding': ['ops'],
};

describe('what happens to people', () => {
  test('is recorded once by those who may, and read back', async () => {
    const api = await makeApi();
    const end = { effectiveFrom: '2026-12-01', reason: 'Before the plan of next year' };
    await api.call('POST', '/v1/participants/ada/assignments/seller/end', { as: 'ops:olga', body: end });
    for (const [path, body] of Object.entries(WRITES)) {
      for (const role of ROLES) {
        if (role === 'integration' || MAY[path as keyof typeof WRITES].includes(role)) continue;
        expect([path, role, codeOf(await api.call('POST', path, { as: `${role}:someone`, body }))]).toEqual([
          path,
          role,
          '403 role_forbidden',
        ]);
      }
      const headers = { 'idempotency-key': 'once' };
      const first = await api.call('POST', path, { as: 'ops:olga', body, headers });
      expect([path, first.status]).toEqual([path, 201]);
      const again = await api.call('POST', path, { as: 'ops:olga', body, headers });
      expect(again.body).toEqual({ ...(first.body as object), repeated: true });
      const other = { ...body, reason: 'Another reason' };
      expect(codeOf(await api.call('POST', path, { as: 'ops:olga', body: other, headers }))).toBe(
        '422 idempotency_key_reused',
      );
      const bad = { ...body, approvedBy: 'me' };
      expect(codeOf(await api.call('POST', path, { as: 'ops:olga', body: bad }))).toBe('400 field_unknown');
      const { reason: _, ...rest } = body;
      expect(codeOf(await api.call('POST', path, { as: 'ops:olga', body: rest }))).toMatch(/^4\d\d /);
    }
    const read = await api.call('GET', '/v1/participants/ada?on=2026-02-01', { as: 'ops:olga' });
    expect(read.headers.get('etag')).toBe('"8"');
    const match = { 'if-match': '"7"' };
    const body = { manager: 'pia', effectiveFrom: '2026-06-01', reason: 'Another team' };
    const late = await api.call('POST', '/v1/participants/ada/manager', { as: 'ops:olga', body, headers: match });
    expect(codeOf(late)).toBe('409 wrong_revision');
    expect(read.body).toMatchObject({
      participant: {
        name: 'Ada Berg',
        endsOn: '2026-12-01',
        separation: 'voluntary',
        manager: 'mo',
        leaves: [{ kind: 'parental leave' }],
        plans: ['seller'],
      },
    });
  });

  test('an acknowledgement is one’s own, whoever one says to be', async () => {
    const api = await makeApi();
    const body = { plan: 'seller', version: 1 };
    const sent = { as: 'rep:ada', body, headers: { 'idempotency-key': 'signed' } };
    const signed = await api.call('POST', '/v1/acknowledgements', sent);
    const again = await api.call('POST', '/v1/acknowledgements', sent);
    expect(again.body).toEqual({ ...(signed.body as object), repeated: true });
    expect(signed).toMatchObject({ status: 201, body: { events: [{ data: { participant: 'ada' } }] } });
    expect(codeOf(await api.call('POST', '/v1/acknowledgements', { as: 'ops:olga', body }))).toBe('403 role_forbidden');
    const wrong = await api.call('POST', '/v1/acknowledgements', { as: 'rep:ada', body: { ...body, version: '1' } });
    expect(codeOf(wrong)).toMatch(/^400 /);
  });
});

describe('who sees whom', () => {
  const seen = async (api: Api, as: string, query = '') => {
    const { body } = await api.call('GET', `/v1/participants${query}`, { as });
    return (body as { readonly participants: readonly Readonly<Record<string, unknown>>[] }).participants;
  };

  test('is their own, their team, everybody, or ids alone', async () => {
    const api = await makeApi();
    const body = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
    await api.call('POST', '/v1/participants/ada/manager', { as: 'ops:olga', body });
    const ids = async (as: string) => (await seen(api, as)).map(({ participant }) => participant);
    expect(await ids('rep:ben')).toEqual(['ben']);
    expect(await ids('manager:mo')).toEqual(['ada']);
    for (const as of ['ops:olga', 'finance:fred', 'auditor:ana', 'admin:ann'])
      expect(await ids(as)).toEqual(['ada', 'ben']);
    expect(await seen(api, 'auditor:ana')).toMatchObject([{ name: null, plans: ['seller'] }, { name: null }]);
    expect(await seen(api, 'admin:ann')).toMatchObject([{ name: 'Ada Berg', plans: null, assignments: null }, {}]);
    expect((await seen(api, 'ops:olga', '?manager=mo')).map(({ participant }) => participant)).toEqual(['ada']);
    const hidden = await api.call('GET', '/v1/participants/ada', { as: 'rep:ben' });
    const missing = await api.call('GET', '/v1/participants/eva', { as: 'rep:ben' });
    expect([codeOf(hidden), codeOf(missing)]).toEqual(['404 not_found', '404 not_found']);
    const said = (body: unknown) => (body as { readonly detail: string }).detail.replace(/ada|eva/, '…');
    expect(said(hidden.body)).toBe(said(missing.body));
  });
});

test('all pages of a list speak of the day that the first one was asked about', async () => {
  const { at, call } = await makeApi();
  at('2026-06-01T09:00:00Z');
  const first = await call('GET', '/v1/participants?limit=1&asOf=2026-03-10T09:00:00Z', { as: 'ops:olga' });
  const { next } = first.body as { readonly next: string };
  const second = await call('GET', `/v1/participants?limit=1&cursor=${next}`, { as: 'ops:olga' });
  expect([first.body, second.body]).toMatchObject([
    { on: '2026-03-10', participants: [{ participant: 'ada' }] },
    { on: '2026-03-10', participants: [{ participant: 'ben' }], next: null },
  ]);
});
