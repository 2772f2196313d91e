import { ROUTES } from '@ledger/api';
import { bound } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { makeCompany } from '../support/company.ts';
import { codeOf, makeApi } from './given.ts';

const DEAL = { source: 'crm', deal: 'D-1', amount: '1000.00', currency: 'USD', closedOn: '2026-01-04', owner: 'ada' };

describe('a deal over HTTP', () => {
  test('is recorded once, whatever comes twice, and read back by whom it pays', async () => {
    const made = await makeCompany();
    // A node that hears of nothing: what it has to know, it has to look for.
    const store = { ...bound(made.ledger.store), watch: () => () => undefined };
    const api = await makeApi({ made: { ...made, ledger: { ...made.ledger, store } } });
    const headers = { 'idempotency-key': 'one' };
    const first = await api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL, headers });
    expect(first).toMatchObject({ status: 201, body: { stream: 'deal-crm.D-1', revision: 1, repeated: false } });
    expect(first.headers.get('etag')).toBe('"1"');
    const again = await api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL, headers });
    expect(again).toMatchObject({ status: 201, body: { ...(first.body as object), repeated: true } });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await api.call('POST', '/v1/deals', { as: 'ops:olga', body: { ...DEAL, amount: '1' }, headers });
    expect(codeOf(other)).toBe('422 idempotency_key_reused');
    const position = first.headers.get('ledger-position');
    const read = await api.call('GET', `/v1/deals/crm/D-1?after=${position}`, { as: 'rep:ada' });
    expect(read).toMatchObject({
      status: 200,
      body: { deal: { amount: '1000.00', credits: [{ participant: 'ada' }] } },
    });
    const statement = await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: 'rep:ada' });
    expect(statement).toMatchObject({ status: 200, body: { state: 'open', statement: { total: '80.00' } } });
    const hidden = await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: 'rep:ben' });
    const missing = await api.call('GET', '/v1/periods/2026-Q1/statements/eve', { as: 'rep:ben' });
    expect([codeOf(hidden), codeOf(missing)]).toEqual(['404 not_found', '404 not_found']);
    const line = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
    const reports = await api.call('POST', '/v1/participants/ada/manager', { as: 'ops:olga', body: line });
    const since = reports.headers.get('ledger-position');
    expect((await api.call('GET', `/v1/deals/crm/D-1?after=${since}`, { as: 'manager:mo' })).status).toBe(200);
  });

  test('fifty of the same at once are one event', async () => {
    const api = await makeApi();
    const sent = { as: 'ops:olga', body: DEAL, headers: { 'idempotency-key': 'same' } };
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.call('POST', '/v1/deals', sent)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await api.ledger.store.read('deal-crm.D-1')).toHaveLength(1);
  });
});

describe('what is not there', () => {
  test('is refused in the one shape, with what is', async () => {
    const api = await makeApi();
    const as = 'ops:olga';
    expect(codeOf(await api.call('GET', '/v1/nothing', { as }))).toBe('404 route_unknown');
    const deleted = await api.call('DELETE', '/v1/deals/crm/D-1', { as });
    expect([codeOf(deleted), deleted.headers.get('allow')]).toEqual(['405 method_not_allowed', 'GET, HEAD']);
    expect(deleted.body).toMatchObject({ detail: expect.stringContaining('not possible here; GET, HEAD are.') });
    expect(codeOf(await api.call('GET', '/v1/me'))).toBe('401 unauthenticated');
    expect(codeOf(await api.call('GET', '/v1/me?access_token=abc', { as }))).toBe('401 token_in_url');
    expect(codeOf(await api.call('GET', '/v1/deals?colour=red', { as }))).toBe('400 parameter_unknown');
    expect(codeOf(await api.call('GET', '/v1/deals?participant=a&participant=b', { as }))).toBe(
      '400 parameter_invalid',
    );
    expect(codeOf(await api.call('POST', '/v1/deals', { as: 'auditor:ann', body: DEAL }))).toBe('403 role_forbidden');
    const match = { as, body: DEAL, headers: { 'if-match': '"3"' } };
    expect(codeOf(await api.call('POST', '/v1/deals', match))).toBe('409 wrong_revision');
    expect(await api.ledger.store.read('deal-crm.D-1')).toEqual([]);
  });

  test('a body that is no JSON of ours is refused for what it is', async () => {
    const api = await makeApi();
    const code = async (raw: string, type = 'application/json') =>
      codeOf(await api.call('POST', '/v1/deals', { as: 'ops:olga', raw, headers: { 'content-type': type } }));
    expect(await code('')).toBe('400 body_empty');
    expect(await code('{"deal":')).toBe('400 json_malformed');
    expect(await code('null')).toBe('400 field_type');
    expect(await code('{"amount":"1","amount":"2"}')).toBe('400 field_repeated');
    expect(await code('{"amount" : "1", "amount"\n:"a:b"}')).toBe('400 field_repeated');
    expect(await code('{"constructor":{}}')).toBe('400 field_forbidden');
    expect(await code(`${'['.repeat(500_000)}${']'.repeat(500_000)}`)).toBe('400 json_too_deep');
    expect(await code(JSON.stringify({ ...DEAL, amount: 1000 }))).toBe('400 amount_not_string');
    expect(await code(JSON.stringify({ ...DEAL, amount: '1,000.00' }))).toBe('400 amount_invalid');
    expect(await code(JSON.stringify({ ...DEAL, closedOn: '2026-02-30' }))).toBe('400 date_invalid');
    expect(await code(JSON.stringify({ ...DEAL, approvedBy: 'me' }))).toBe('400 field_unknown');
    expect(await code(JSON.stringify({ ...DEAL, currency: 'XXX' }))).toBe('422 currency_unknown');
    expect(await code('{}', 'application/json; charset=utf-16')).toBe('415 media_type_unsupported');
    expect(await code(`"${'a'.repeat(1_048_577)}"`)).toBe('413 body_too_large');
    expect(await code('{}', 'application/json\ta')).toBe('415 media_type_unsupported');
  });
});

describe('the description of the API', () => {
  test('names every route once, with what it takes and answers', async () => {
    const api = await makeApi();
    const { body } = await api.call('GET', '/openapi.json');
    const described = body as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
    };
    const names = Object.values(described.paths).flatMap((each) =>
      Object.values(each).map(({ operationId }) => operationId),
    );
    expect(names.toSorted()).toEqual([...ROUTES.map(({ name }) => name), 'metrics'].toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(JSON.stringify(described)).not.toContain('$defs');
    // What is waited for may be waited for everywhere, by whoever may ask.
    const waits = Object.entries(described.paths['/v1/what-would'] ?? {}).map(([, route]) => JSON.stringify(route));
    expect(waits.every((route) => route.includes('#/components/parameters/After'))).toBe(true);
  });
});

describe('the server', () => {
  test('counts what it does, in numbers alone', async () => {
    const api = await makeApi();
    await api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL });
    const { text } = await api.call('GET', '/metrics');
    expect(text).toMatch(/^ledger_appended_events_total 1$/m);
    expect(text).toMatch(/^ledger_view_lag_positions\{view="deals"\} \d+$/m);
    expect(text).toMatch(/ledger_http_request_seconds_count\{route="\/v1\/deals",method="POST",status="2xx"\} 1/);
    expect(text).not.toContain('olga');
  });

  test('says when it has caught up, and who one is', async () => {
    const api = await makeApi();
    expect(await api.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await api.call('GET', '/v1/me', { as: 'rep:ada' })).toMatchObject({ body: { id: 'ada', roles: ['rep'] } });
  });

  test('holds back whoever asks too often, and nobody else', async () => {
    const api = await makeApi({ requestsPerSecond: 20, rateWindowMs: 600_000 });
    const answers = await Promise.all(Array.from({ length: 60 }, () => api.call('GET', '/v1/me', { as: 'rep:ada' })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBe(40);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]/);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(await api.call('GET', '/v1/me', { as: 'rep:ben' })).toMatchObject({ status: 200 });
  });
});
