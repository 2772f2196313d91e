import { KEY_PREFIX, principalByKey } from '@ledger/application';
import { ROLES } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';
import { makeCompany } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

const REASON = { reason: 'New in the team' };
const PERSON = { kind: 'person', issuer: 'https://login.acme.example', subject: 'zoe', name: 'Zoe Doe' };

/** A company that lets in personas and, as a server does, programs by their keys. */
async function api(): Promise<Api> {
  const made = await makeCompany();
  const byKey = async (text: string) => (text.startsWith(KEY_PREFIX) ? principalByKey(made.ledger, text) : undefined);
  return makeApi({ made, authenticators: [byKey, asRole] });
}
async function asRole(credentials: string) {
  const [, role, id = ''] = credentials.split(':');
  const known = ROLES.find((each) => each === role);
  if (known === undefined) return undefined;
  return known === 'integration' ? { id, roles: [known], scopes: [], key: 'K' } : { id, roles: [known] };
}
const post = (on: Api, path: string, body: object, as = 'admin:adam') => on.call('POST', path, { as, body });

const WRITES: Readonly<Record<string, object>> = {
  '/v1/access/zoe/registration': PERSON,
  '/v1/access/crm/registration': { kind: 'machine' },
  '/v1/access/zoe/grants': { ...REASON, role: 'auditor' },
  '/v1/access/zoe/roles/auditor/revoke': REASON,
  '/v1/access/zoe/disable': REASON,
  '/v1/access/zoe/enable': REASON,
  '/v1/access/crm/keys': { ...REASON, scopes: ['deals:write'], expiresOn: '2026-12-31' },
  '/v1/access/crm/keys/K1/revoke': REASON,
  '/v1/access/ben/erasure': { ...REASON, keptUntil: '2026-01-01' },
};

describe('access over HTTP', () => {
  test('is changed by admins and by nobody else', async () => {
    const on = await api();
    const head = await on.ledger.store.head();
    for (const [path, body] of Object.entries(WRITES)) {
      for (const role of ROLES) {
        if (role === 'admin') continue;
        const code = codeOf(await post(on, path, body, `${role}:someone`));
        expect([path, role, code]).toEqual([path, role, '403 role_forbidden']);
      }
      expect([path, codeOf(await on.call('POST', path, { body }))]).toEqual([path, '401 unauthenticated']);
      const more = await post(on, path, { ...body, atConsole: true });
      expect([path, codeOf(more)]).toEqual([path, '400 field_unknown']);
    }
    expect(await on.ledger.store.head()).toBe(head);
  });

  test('forgets a name when finance has approved it, and nobody who still earns here', async () => {
    const on = await api();
    const erasure = { ...REASON, keptUntil: '2026-01-01' };
    expect(codeOf(await post(on, '/v1/access/ben/erasure', erasure))).toBe('409 person_active');
    expect(codeOf(await post(on, '/v1/access/zoe/erasure', erasure))).toBe('404 not_found');
    const end = { endsOn: '2026-01-03', reason: 'Left' };
    expect((await post(on, '/v1/participants/ben/offboarding', end, 'ops:olga')).status).toBe(201);
    const early = await post(on, '/v1/access/ben/erasure', { ...erasure, keptUntil: '2027-01-01' });
    expect(codeOf(early)).toBe('409 retention_running');
    const asked = await post(on, '/v1/access/ben/erasure', erasure);
    expect(asked).toMatchObject({ status: 201, body: { waiting: ['erasure/ben'] } });
    const request = '/v1/requests/erasure%2Fben';
    const seen = await on.call('GET', request, { as: 'finance:fay' });
    expect(seen.body).toMatchObject({
      request: { kind: 'erasure', says: expect.stringContaining('from 2026-01-01 on') },
    });
    expect(codeOf(await post(on, `${request}/approve`, {}, 'admin:adam'))).toBe('403 role_forbidden');
    const done = await post(on, `${request}/approve`, {}, 'finance:fay');
    expect(done).toMatchObject({ status: 201, body: { events: [{ type: 'PersonForgotten' }] } });
    expect(JSON.stringify(done.body)).not.toContain('Osei');
    const person = await on.call('GET', '/v1/participants/ben', { as: 'ops:olga' });
    expect(person.body).toMatchObject({ participant: { participant: 'ben', name: null } });
  });

  test('gives a role when finance has approved what an admin asked for', async () => {
    const on = await api();
    for (const issuer of ['login.acme.example', 'ftp://login.acme.example', 'https://login.acme.example?tenant=1']) {
      const wrong = await post(on, '/v1/access/zoe/registration', { ...PERSON, issuer });
      expect([issuer, codeOf(wrong)]).toEqual([issuer, '400 field_invalid']);
    }
    expect((await post(on, '/v1/access/zoe/registration', PERSON)).status).toBe(201);
    const grants = '/v1/access/zoe/grants';
    const asked = await post(on, grants, { ...REASON, role: 'auditor' });
    expect(asked).toMatchObject({ status: 201, body: { waiting: ['grant/zoe.auditor'] } });
    expect(codeOf(await post(on, grants, { ...REASON, role: 'ops' }))).toBe('409 roles_incompatible');
    expect(codeOf(await post(on, grants, { ...REASON, role: 'rep' }, 'admin:zoe'))).toBe('403 self_grant');
    const approval = `/v1/requests/${encodeURIComponent('grant/zoe.auditor')}/approve`;
    expect(codeOf(await post(on, approval, {}, 'finance:adam'))).toBe('403 own_request');
    expect(codeOf(await post(on, approval, {}, 'finance:zoe'))).toBe('403 approver_excluded');
    expect((await post(on, approval, {}, 'finance:fay')).status).toBe(201);
    const seen = await on.call('GET', '/v1/access/zoe', { as: 'finance:fay' });
    expect(seen.body).toMatchObject({
      principal: { name: 'Zoe Doe', roles: [{ role: 'auditor', requestedBy: 'adam', approvedBy: ['fay'] }] },
      trail: [{ type: 'PrincipalRegistered' }, { type: 'RoleGrantRequested' }, { type: 'RoleGranted' }],
    });
    expect((await post(on, '/v1/access/zoe/roles/auditor/revoke', REASON)).status).toBe(201);
    expect((await post(on, '/v1/access/zoe/disable', REASON)).status).toBe(201);
    const list = await on.call('GET', '/v1/access', { as: 'ops:olga' });
    expect(list.body).toMatchObject({ principals: [{ principal: 'zoe', disabled: true, roles: [], keys: null }] });
    for (const role of ['rep', 'manager', 'integration']) {
      for (const path of ['/v1/access', '/v1/access/zoe', '/v1/access/nobody']) {
        expect(codeOf(await on.call('GET', path, { as: `${role}:zoe` }))).toBe('403 role_forbidden');
      }
    }
  });

  test('lets a program in by its key, within its scopes, until it is revoked', async () => {
    const on = await api();
    await post(on, '/v1/access/crm/registration', { kind: 'machine' });
    const keys = '/v1/access/crm/keys';
    const terms = { ...REASON, expiresOn: '2026-12-31' };
    const made = await post(on, keys, { ...terms, scopes: ['deals:write', 'deals:read'] });
    const { text, key, request } = made.body as { text: string; key: string; request: string };
    const withKey = { authorization: `Bearer ${text}` };
    const deal = { source: 'crm', deal: 'D-1', amount: '100', currency: 'USD', closedOn: '2026-01-02', owner: 'ada' };
    const send = async () => on.call('POST', '/v1/deals', { body: deal, headers: withKey });
    expect(codeOf(await send())).toBe('401 unauthenticated');
    const approval = `/v1/requests/${encodeURIComponent(request)}/approve`;
    expect(codeOf(await on.call('POST', approval, { body: {}, headers: withKey }))).toBe('401 unauthenticated');
    expect((await post(on, approval, {}, 'finance:fay')).status).toBe(201);
    expect((await send()).status).toBe(201);
    expect((await on.call('GET', '/v1/deals/crm/D-1', { headers: withKey })).status).toBe(200);
    expect(codeOf(await on.call('GET', '/v1/access', { headers: withKey }))).toBe('403 role_forbidden');
    expect(codeOf(await on.call('POST', approval, { body: {}, headers: withKey }))).toBe('403 role_forbidden');
    const reads = await post(on, keys, { ...terms, scopes: ['plans:read'] });
    const readsOnly = { authorization: `Bearer ${(reads.body as { text: string }).text}` };
    expect(codeOf(await on.call('POST', '/v1/deals', { body: deal, headers: readsOnly }))).toBe('403 scope_missing');
    expect((await post(on, `${keys}/${key}/revoke`, REASON)).status).toBe(201);
    expect(codeOf(await send())).toBe('401 unauthenticated');
  });

  test('shows a key once: the same request again makes no other one', async () => {
    const on = await api();
    await post(on, '/v1/access/crm/registration', { kind: 'machine' });
    const headers = { 'idempotency-key': 'once' };
    const body = { ...REASON, scopes: ['deals:read'], expiresOn: '2026-12-31' };
    const ask = () => on.call('POST', '/v1/access/crm/keys', { as: 'admin:adam', body, headers });
    const first = (await ask()).body as { text: string | null; key: string };
    const again = (await ask()).body as { text: string | null; key: string };
    expect(first.text).toMatch(/^clk_/);
    expect(again).toMatchObject({ text: null, key: first.key, repeated: true });
    const log = (await on.ledger.store.readAll({ after: 0n, limit: 1_000 })).map(({ data }) => data).join();
    expect(log).not.toContain(first.text?.slice(-43));
  });

  test.each([
    ['/v1/access/zoe/registration', { kind: 'person' }, '400 field_invalid'],
    ['/v1/access/zoe/registration', { ...PERSON, kind: 'machine' }, '400 field_invalid'],
    ['/v1/access/zoe/registration', { ...PERSON, subject: '' }, '400 field_invalid'],
    ['/v1/access/zoe/registration', { ...PERSON, roles: ['admin'] }, '400 field_unknown'],
    ['/v1/access/a.b/registration', PERSON, '400 parameter_invalid'],
    ['/v1/access/zoe/grants', { ...REASON, role: 'owner' }, '400 field_invalid'],
    ['/v1/access/zoe/grants', { ...REASON, role: 'rep' }, '422 principal_unknown'],
    ['/v1/access/crm/keys', { ...REASON, scopes: ['all'], expiresOn: '2026-12-31' }, '400 field_invalid'],
    ['/v1/access/crm/keys', { ...REASON, scopes: [], expiresOn: '2026-12-31' }, '400 field_invalid'],
    ['/v1/access/zoe/disable', { reason: ' ' }, '422 reason_required'],
  ])('%s with %j is refused: %s', async (path, body, code) => {
    const on = await api();
    expect(codeOf(await post(on, path, body))).toBe(code);
  });
});
