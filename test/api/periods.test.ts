import { ROLES } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';
import { importRows } from '../support/company.ts';
import { type Answered, type Api, codeOf, makeApi, type Sent } from './given.ts';

const ASK = { reason: 'Close of the period', despite: 'As this company does it' };
const Q1 = '/v1/periods/2026-Q1';
const APPROVE = `/v1/requests/${encodeURIComponent('freeze/2026-Q1')}/approve`;

/** A quarter that is over, with a deal of each seller. */
async function over(): Promise<Api> {
  const api = await makeApi();
  await importRows(api, ['D-1,ada,1000.00,USD,2026-01-04', 'D-2,ben,500.00,USD,2026-02-04']);
  api.at('2026-04-02T09:00:00Z');
  return api;
}

async function frozen(): Promise<Api> {
  const api = await over();
  await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: ASK });
  expect(await api.call('POST', APPROVE, { as: 'finance:fred', body: {} })).toMatchObject({ status: 201 });
  return api;
}

/** Who may: everybody else is refused. */
async function onlyFor(api: Api, roles: readonly string[], method: string, path: string, sent: Sent = {}) {
  for (const role of ROLES) {
    if (role === 'integration' || roles.includes(role)) continue;
    expect([role, codeOf(await api.call(method, path, { ...sent, as: `${role}:someone` }))]).toEqual([
      role,
      '403 role_forbidden',
    ]);
  }
}

async function twice(api: Api, path: string, sent: Sent): Promise<Answered> {
  const headers = { ...sent.headers, 'idempotency-key': 'twice' };
  const first = await api.call('POST', path, { ...sent, headers });
  const again = await api.call('POST', path, { ...sent, headers });
  expect(again.body).toEqual({ ...(first.body as object), repeated: true });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  return first;
}

describe('a period', () => {
  test('is opened once by those who may, and everybody sees how it stands', async () => {
    const api = await over();
    await onlyFor(api, ['ops', 'finance'], 'POST', '/v1/periods', { body: { period: '2026-Q2' } });
    const opened = await twice(api, '/v1/periods', { as: 'ops:olga', body: { period: '2026-Q2' } });
    expect(opened).toMatchObject({ status: 201, body: { stream: 'period-2026-Q2' } });
    for (const body of [{}, { period: '2026-Q5' }, { period: 1 }, { period: '2026-Q3', from: '2026-07-01' }]) {
      expect(codeOf(await api.call('POST', '/v1/periods', { as: 'ops:olga', body }))).toMatch(/^400 /);
    }
    const month = await api.call('POST', '/v1/periods', { as: 'ops:olga', body: { period: '2026-07' } });
    expect(month.status).toBeGreaterThanOrEqual(400);
    const list = await api.call('GET', '/v1/periods?limit=1', { as: 'rep:ada' });
    expect(list.body).toMatchObject({ periods: [{ period: '2026-Q1', state: 'open', reopened: 0 }] });
    const { next } = list.body as { readonly next: string };
    const more = await api.call('GET', `/v1/periods?limit=1&cursor=${next}`, { as: 'rep:ada' });
    expect(more.body).toMatchObject({ periods: [{ period: '2026-Q2' }], next: null });
    const one = await api.call('GET', Q1, { as: 'admin:ann' });
    expect(one).toMatchObject({ body: { period: { from: '2026-01-01', to: '2026-04-01' }, revision: 1 } });
    expect(one.headers.get('etag')).toBe('"1"');
    expect(codeOf(await api.call('GET', '/v1/periods/2027-Q1', { as: 'rep:ada' }))).toBe('404 period_unknown');
  });

  test('is frozen by two, one after the other, and answers as before to who asks again', async () => {
    const api = await over();
    await onlyFor(api, ['ops', 'finance', 'auditor'], 'GET', `${Q1}/blockers`);
    await onlyFor(api, ['ops', 'finance', 'auditor'], 'GET', `${Q1}/close`);
    expect(await api.call('GET', `${Q1}/blockers`, { as: 'ops:olga' })).toMatchObject({ body: { blockers: [] } });
    const close = await api.call('GET', `${Q1}/close`, { as: 'auditor:ana' });
    expect(close.body).toMatchObject({ state: 'open', next: 'request' });
    await onlyFor(api, ['ops'], 'POST', `${Q1}/freeze`, { body: ASK });
    const empty = await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: { reason: ' ' } });
    expect(codeOf(empty)).toBe('422 reason_required');
    for (const despite of ['', ' ']) {
      const blank = await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: { reason: ASK.reason, despite } });
      expect(codeOf(blank)).toBe('422 reason_required');
      expect(blank.body).toMatchObject({ pointer: '/despite' });
    }
    // Who says nothing else asks for the close of the period, as by the command line.
    const asked = await twice(api, `${Q1}/freeze`, { as: 'ops:olga', body: {} });
    expect(asked.body).toMatchObject({ waiting: ['freeze/2026-Q1'] });
    const waiting = await api.call('GET', APPROVE.replace('/approve', ''), { as: 'finance:fred' });
    expect(waiting.body).toMatchObject({
      request: { kind: 'freeze', reason: 'Close of the period.', canBeTriedOut: false },
    });
    const stale = await api.call('POST', APPROVE, { as: 'finance:fred', body: {}, headers: { 'if-match': '"1"' } });
    expect(codeOf(stale)).toBe('409 wrong_revision');
    const headers = { 'if-match': '"2"' };
    const done = await twice(api, APPROVE, { as: 'finance:fred', body: {}, headers });
    expect(done).toMatchObject({
      status: 201,
      body: {
        events: [{ type: 'PeriodFreezeStarted' }, { type: 'PeriodFrozen' }],
        frozen: { statements: 2, totals: { USD: '120.00' } },
      },
    });
    const position = done.headers.get('ledger-position');
    const read = await api.call('GET', `${Q1}?after=${position}`, { as: 'rep:ada' });
    expect(read.body).toMatchObject({ asOf: position, period: { state: 'frozen', reopened: 0 } });
    expect(read.headers.get('etag')).toBe(done.headers.get('etag'));
    await onlyFor(api, ['ops', 'finance'], 'POST', `${Q1}/freeze/continuation`);
    const { frozen: whole } = done.body as { readonly frozen: unknown };
    const more = await api.call('POST', `${Q1}/freeze/continuation`, { as: 'ops:olga' });
    expect(more).toMatchObject({ status: 200, body: whole });
  });

  test('that is frozen is opened again by others than who asks', async () => {
    const api = await frozen();
    await onlyFor(api, ['finance'], 'POST', `${Q1}/reopening`, {
      body: { reason: 'A deal was missed', evidence: ['mail'] },
    });
    const asked = await twice(api, `${Q1}/reopening`, {
      as: 'finance:flo',
      body: { reason: 'A deal was missed', evidence: ['mail'] },
    });
    expect(asked.body).toMatchObject({ waiting: ['reopen/2026-Q1'] });
    const path = `/v1/requests/${encodeURIComponent('reopen/2026-Q1')}/approve`;
    expect(await api.call('POST', path, { as: 'finance:fred', body: {} })).toMatchObject({
      body: { events: [{ type: 'ApprovalGiven' }] },
    });
    expect(await api.call('POST', path, { as: 'finance:fay', body: {} })).toMatchObject({
      body: { events: [{ type: 'PeriodReopened' }] },
    });
    const { body } = await api.call('GET', Q1, { as: 'rep:ada' });
    expect(body).toMatchObject({
      period: { state: 'open', reopened: 1, reopenings: [expect.stringMatching(/^\d+$/)] },
    });
    const [at = '0'] = (body as { period: { reopenings: readonly string[] } }).period.reopenings;
    // Up to there the first freeze is in force, and read.
    for (const [asOf, state] of [
      [at, 'open'],
      [String(BigInt(at) - 1n), 'frozen'],
    ] as const) {
      const then = await api.call('GET', `${Q1}?asOf=${asOf}`, { as: 'rep:ada' });
      expect(then.body).toMatchObject({ period: { state } });
    }
    expect((await api.call('GET', '/v1/periods', { as: 'rep:ada' })).body).toMatchObject({
      periods: [{ reopened: 1, reopenings: [at] }],
    });
  });
});

describe('the statements of a period', () => {
  test('are listed, open and frozen, to those whom they are for, with what they come to', async () => {
    const api = await over();
    const list = async (as: string, query = '') =>
      (await api.call('GET', `${Q1}/statements${query}`, { as })).body as { readonly next: string };
    const ada = { participant: 'ada', currency: 'USD', state: 'open', total: '80.00', digest: null };
    const open = await list('finance:fred', '?limit=1');
    expect(open).toMatchObject({ state: 'open', totals: { USD: '120.00' }, statements: [ada] });
    expect(await list('finance:fred', `?limit=1&cursor=${open.next}`)).toMatchObject({
      totals: { USD: '120.00' },
      statements: [{ participant: 'ben', total: '40.00' }],
      next: null,
    });
    expect(await list('rep:ada')).toMatchObject({ totals: { USD: '80.00' }, statements: [ada], next: null });
    expect(await list('rep:eve')).toMatchObject({ totals: {}, statements: [] });
    await onlyFor(api, ['rep', 'manager', 'ops', 'finance', 'auditor'], 'GET', `${Q1}/statements`);
    await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: ASK });
    await api.call('POST', APPROVE, { as: 'finance:fred', body: {} });
    expect(await list('rep:ada')).toMatchObject({
      state: 'frozen',
      totals: { USD: '80.00' },
      statements: [{ participant: 'ada', state: 'frozen', total: '80.00', digest: expect.any(String) }],
    });
    expect(codeOf(await api.call('GET', '/v1/periods/2027-Q1/statements', { as: 'rep:ada' }))).toBe(
      '404 period_unknown',
    );
  });
});

describe('money on its way', () => {
  test('goes to payroll once, in a file that comes out the same each time', async () => {
    const api = await frozen();
    const runs = `${Q1}/pay-runs`;
    await onlyFor(api, ['ops', 'finance', 'auditor'], 'GET', runs);
    await onlyFor(api, ['finance'], 'POST', runs);
    const before = await api.call('GET', runs, { as: 'finance:flo' });
    expect(before.body).toMatchObject({ runs: [], planned: { run: 1, state: 'planned', totals: { USD: '120.00' } } });
    const released = await twice(api, runs, { as: 'finance:flo' });
    expect(released).toMatchObject({ status: 201, body: { run: 1, state: 'released', payments: [{}, {}] } });
    const other = await api.call('POST', runs, { as: 'finance:flo' });
    expect(other).toMatchObject({
      body: { run: 1, state: 'again', digest: Reflect.get(released.body as object, 'digest') },
    });
    const after = await api.call('GET', runs, { as: 'finance:flo' });
    expect(after.body).toMatchObject({ runs: [{ run: 1, releasedBy: 'flo' }], planned: null });
    const file = await api.call('GET', `${runs}/1/file`, { as: 'finance:flo' });
    expect(file.text.split('\n')[0]).toBe('payment,participant,period,currency,amount,statement\r');
    expect(file.headers.get('content-disposition')).toContain('pay-run-2026-Q1-1.csv');
    expect(codeOf(await api.call('GET', `${runs}/2`, { as: 'finance:flo' }))).toBe('404 not_found');
    expect(codeOf(await api.call('GET', `${runs}/x`, { as: 'finance:flo' }))).toBe('400 parameter_invalid');
  });

  test('is paid and comes back as payroll says, all rows or none', async () => {
    const api = await frozen();
    const headers = { 'content-type': 'text/csv' };
    await api.call('POST', `${Q1}/pay-runs`, { as: 'finance:flo' });
    api.at('2026-04-17T09:00:00Z');
    const file = (rows: readonly string[]) => `payment,currency,amount,status,date,reason\n${rows.join('\n')}\n`;
    const paid = file([
      '2026-Q1.ada.1,USD,80.00,paid,2026-04-15,',
      '2026-Q1.ben.1,USD,40.00,returned,2026-04-16,No account',
    ]);
    await onlyFor(api, ['finance'], 'POST', '/v1/payments', { raw: paid, headers });
    const tried = await api.call('POST', '/v1/payments?dryRun=true', { as: 'finance:flo', raw: paid, headers });
    expect(tried).toMatchObject({ status: 200, body: { dryRun: true, paid: 1, returned: 1, position: null } });
    const recorded = await twice(api, '/v1/payments', { as: 'finance:flo', raw: paid, headers });
    expect(recorded).toMatchObject({ status: 201, body: { rows: 2, paid: 1, returned: 1, unchanged: 0 } });
    const again = await api.call('POST', '/v1/payments', { as: 'finance:flo', raw: paid, headers });
    expect(again).toMatchObject({ status: 200, body: { paid: 0, unchanged: 2, repeated: false } });
    const where = await api.call('GET', `${Q1}/payouts`, { as: 'rep:ada' });
    expect(where.body).toMatchObject({
      runs: [],
      payouts: [{ participant: 'ada', state: 'paid' }],
      totals: { paid: { USD: '80.00' } },
    });
    const returned = await api.call('GET', `${Q1}/payouts?state=returned`, { as: 'finance:flo' });
    expect(returned.body).toMatchObject({ runs: [{ run: 1 }], payouts: [{ participant: 'ben' }] });
    const code = async (raw: string, type = 'text/csv') =>
      codeOf(await api.call('POST', '/v1/payments', { as: 'finance:flo', raw, headers: { 'content-type': type } }));
    expect(await code(file(['2026-Q1.ada.1,USD,81.00,paid,2026-04-15,']))).toBe('422 csv_rows_invalid');
    expect(await code(file([]))).toBe('422 csv_no_rows');
    expect(await code('')).toMatch(/^4/);
    const ahead = '2026-Q1.ada.1,USD,80.00,returned,2026-04-18,No account';
    expect(await code(file([ahead]))).toBe('422 csv_rows_invalid');
    expect(await code(paid, 'text/plain')).toBe('415 media_type_unsupported');
    const refused = await api.call('POST', '/v1/payments', {
      as: 'finance:flo',
      raw: file(['x,USD,1,paid,2026-04-15,']),
      headers,
    });
    expect(refused.body).toMatchObject({ errors: [{ row: 1, column: 'payment' }] });
  });
});

describe('a write that is repeated much later', () => {
  const as = 'finance:flo';
  const csv = { 'content-type': 'text/csv' };
  const rows = (...lines: readonly string[]) => `payment,currency,amount,status,date,reason\n${lines.join('\n')}\n`;

  test('answers with what it did then, whatever came since', async () => {
    const api = await over();
    await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: ASK });
    const key = (name: string) => ({ 'idempotency-key': name });
    const frozenThen = await api.call('POST', APPROVE, { as: 'finance:fred', body: {}, headers: key('freeze') });
    const released = await api.call('POST', `${Q1}/pay-runs`, { as, headers: key('run-1') });
    const paid = { as, raw: rows('2026-Q1.ada.1,USD,80.00,paid,2026-04-02,'), headers: { ...csv, ...key('paid') } };
    const first = await api.call('POST', '/v1/payments', paid);
    const back = rows('2026-Q1.ada.1,USD,80.00,returned,2026-04-02,No account');
    await api.call('POST', '/v1/payments', { as, raw: back, headers: csv });
    expect(await api.call('POST', `${Q1}/pay-runs`, { as })).toMatchObject({ status: 201, body: { run: 2 } });
    const again = await api.call('POST', '/v1/payments', paid);
    expect(again.body).toEqual({ ...(first.body as object), repeated: true });
    const run = await api.call('POST', `${Q1}/pay-runs`, { as, headers: key('run-1') });
    expect(run.body).toEqual({ ...(released.body as object), repeated: true });
    const approval = await api.call('POST', APPROVE, { as: 'finance:fred', body: {}, headers: key('freeze') });
    expect(approval.body).toEqual({ ...(frozenThen.body as object), repeated: true });
  });

  test('also where the period was opened again', async () => {
    const api = await over();
    await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: ASK });
    const headers = { 'idempotency-key': 'freeze' };
    const frozenThen = await api.call('POST', APPROVE, { as: 'finance:fred', body: {}, headers });
    await api.call('POST', `${Q1}/reopening`, {
      as: 'finance:flo',
      body: { reason: 'A deal was missed', evidence: ['mail'] },
    });
    const reopen = `/v1/requests/${encodeURIComponent('reopen/2026-Q1')}/approve`;
    for (const who of ['finance:fred', 'finance:fay']) await api.call('POST', reopen, { as: who, body: {} });
    const approval = await api.call('POST', APPROVE, { as: 'finance:fred', body: {}, headers });
    expect(approval.body).toEqual({ ...(frozenThen.body as object), repeated: true });
    expect(await api.call('GET', Q1, { as })).toMatchObject({ body: { period: { state: 'open', reopened: 1 } } });
  });
});

describe('a freeze of many', () => {
  test('lets others be served meanwhile', async () => {
    const api = await over();
    const people = Array.from({ length: 60 }, (_, index) => `p${index}`);
    const list = people.map((id) => ({
      id,
      name: id,
      starts: '2026-01-01',
      currency: 'USD',
      plans: [{ plan: 'seller', from: '2026-01-01' }],
    }));
    const define = (raw: string) =>
      api.call('POST', '/v1/definitions', { as: 'ops:olga', raw, headers: { 'content-type': 'application/json' } });
    expect(await define(JSON.stringify({ participants: list }))).toMatchObject({ status: 201 });
    const quota = { metric: 'bookings', year: '2026', per: 'quarter', amount: '1000', currency: 'USD' };
    const quotas = await define(JSON.stringify({ quotas: people.map((participant) => ({ participant, ...quota })) }));
    for (const name of (quotas.body as { readonly waiting: readonly string[] }).waiting) {
      await api.call('POST', `/v1/requests/${encodeURIComponent(name)}/approve`, { as: 'finance:fred', body: {} });
    }
    await api.call('POST', `${Q1}/freeze`, { as: 'ops:olga', body: ASK });
    const order: string[] = [];
    const started = new Promise<void>((resolve) => {
      const unwatch = api.ledger.store.watch(() => {
        unwatch();
        resolve();
      });
    });
    const freezing = api.call('POST', APPROVE, { as: 'finance:fred', body: {} }).then((answer) => {
      order.push('frozen');
      return answer;
    });
    await started;
    await api.call('GET', '/healthz').then(() => order.push('served'));
    expect(await freezing).toMatchObject({ status: 201, body: { frozen: { statements: 62 } } });
    expect(order).toEqual(['served', 'frozen']);
  });
});
