import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freeze, importRows, makeCompany, sound } from '../support/company.ts';
import { type Answered, type Api, codeOf, makeApi } from './given.ts';
import { listen } from './reading.ts';

interface Job {
  readonly id: string;
  readonly state: string;
  readonly result: unknown;
  readonly problem: { readonly code: string; readonly errors?: readonly object[] } | null;
}

const OPS = 'ops:olga';

/** The plan with one rate for everything. */
const HIGHER =
  'plan: seller\ntitle: Seller\ncurrency: USD\nfrom: 2026-01-01\nreason: More\ncomponents:\n  bookings:\n    measure: bookings\n    window: quarter\n    table: [{ from: 0%, pays: 10% }]\n';

/** A company with a frozen quarter and a late deal; `isThreaded`: long work opens the ledger on a thread of its own. */
async function company(isThreaded: boolean): Promise<Api> {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,1000.00,USD,2026-01-04', 'D-2,ben,500.00,USD,2026-01-05']));
  made.at('2026-04-05T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await importRows(made, ['D-1,ada,2000.00,USD,2026-01-04', 'D-2,ben,500.00,USD,2026-01-05']));
  return makeApi({ made, ...(isThreaded ? { store: join(made.folder, 'test.ledger') } : {}) });
}

async function ended(api: Api, started: Answered, as = OPS): Promise<Job> {
  const { id } = started.body as Job;
  let job = started.body as Job;
  await expect
    .poll(
      async () => {
        job = (await api.call('GET', `/v1/jobs/${id}`, { as })).body as Job;
        return job.state;
      },
      { timeout: 30_000 },
    )
    .not.toMatch(/waiting|running/);
  return job;
}

describe('long work', () => {
  test('is a job on a thread of its own: asked for, shown to whoever started it alone, kept with its result', async () => {
    const api = await company(true);
    const started = await api.call('POST', '/v1/replays', { as: OPS, body: { from: '2026-Q1' } });
    expect(started.status).toBe(202);
    const { id } = started.body as Job;
    expect(started.headers.get('location')).toBe(`/v1/jobs/${id}`);
    expect(await ended(api, started)).toMatchObject({
      state: 'done',
      result: { totals: { USD: { delta: '80.00' } }, owed: [{ participant: 'ada', amount: '80.00' }] },
    });
    for (const as of ['ops:olaf', 'finance:olga']) {
      expect(codeOf(await api.call('GET', `/v1/jobs/${id}`, { as }))).toBe('404 not_found');
      expect(codeOf(await api.call('DELETE', `/v1/jobs/${id}`, { as }))).toBe('404 not_found');
    }
    expect((await api.call('GET', '/v1/jobs', { as: OPS })).body).toMatchObject({ jobs: [{ id, result: null }] });
    expect(codeOf(await api.call('POST', '/v1/replays', { as: 'rep:ada', body: { from: '2026-Q1' } }))).toBe(
      '403 role_forbidden',
    );
    const refused = async (body: object, method = 'POST', path = '/v1/replays') =>
      codeOf(await api.call(method, path, { as: OPS, body, headers: { 'idempotency-key': 'same' } }));
    expect(await refused({ from: '2025-Q1' })).toBe('422 period_unknown');
    expect(await refused({ from: '2026-Q2', to: '2026-Q1' })).toBe('422 interval_invalid');
    expect(await refused({ from: '2026-Q1', asOf: '9999' })).toBe('400 as_of_ahead');
    const kept = { from: '2026-Q1', reason: 'Q1 again.' };
    const first = await api.call('PUT', '/v1/replays/q1', {
      as: OPS,
      body: kept,
      headers: { 'idempotency-key': 'same' },
    });
    expect(first.status).toBe(202);
    expect(await refused({ ...kept, reason: 'Else.' }, 'PUT', '/v1/replays/q1')).toBe('422 idempotency_key_reused');
    await ended(api, first);
    // Everything that is wrong is said, with its place, as an answer would say it.
    const definitions = 'metric: new-business\ncounts: deal.\namount: 1\nfrom: soon\n';
    const unread = await api.call('POST', '/v1/replays', { as: OPS, body: { from: '2026-Q1', definitions } });
    const { problem } = await ended(api, unread);
    expect(problem?.errors?.length).toBeGreaterThan(1);
    expect(problem?.errors).toEqual(expect.arrayContaining([expect.objectContaining({ line: 4 })]));
  });

  test('checks and rebuilds while others write, and hands over', async () => {
    const api = await company(true);
    const verified = await api.call('POST', '/v1/verifications', { as: 'auditor:ann', body: { logOnly: true } });
    expect(await ended(api, verified, 'auditor:ann')).toMatchObject({ state: 'done', result: { periods: 1 } });
    const headers = { 'idempotency-key': 'monday' };
    const rebuilding = await api.call('POST', '/v1/rebuilds', { as: 'admin:eve', headers });
    const again = await api.call('POST', '/v1/rebuilds', { as: 'admin:eve', headers });
    expect((again.body as Job).id).toBe((rebuilding.body as Job).id);
    const deal = { source: 'crm', deal: 'D-9', amount: '1.00', currency: 'USD', closedOn: '2026-04-04', owner: 'ada' };
    expect((await api.call('POST', '/v1/deals', { as: OPS, body: deal })).status).toBe(201);
    const rebuilt = await ended(api, rebuilding, 'admin:eve');
    expect(rebuilt.state).toBe('done');
    const { views } = rebuilt.result as { readonly views: readonly { readonly equal: boolean }[] };
    expect(views.every(({ equal }) => equal)).toBe(true);
    const handed = await api.call('GET', '/v1/handover', { as: 'finance:fred' });
    expect(handed).toMatchObject({ status: 200, body: { rehearsal: { equal: true } } });
    const page = await api.call('GET', '/v1/handover/page', { as: 'finance:fred' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('<h1>Handover of the commission ledger acme</h1>');
    expect(page.text).not.toContain(api.folder);
    for (const as of ['rep:ada', 'manager:mo']) {
      expect(codeOf(await api.call('GET', '/v1/handover', { as }))).toBe('403 role_forbidden');
      expect(codeOf(await api.call('GET', '/v1/handover/page', { as }))).toBe('403 role_forbidden');
      expect(codeOf(await api.call('POST', '/v1/verifications', { as, body: {} }))).toBe('403 role_forbidden');
    }
  });

  test('is told as it goes on, to whoever started it alone: how it stands, its result, and the end', async () => {
    const api = await company(true);
    const { id } = (await api.call('POST', '/v1/replays', { as: OPS, body: { from: '2026-Q1' } })).body as Job;
    const path = `/v1/jobs/${id}/stream`;
    await expect(listen(api, path, { as: 'ops:olaf' })).rejects.toThrow('404 not_found');
    const heard = await listen(api, path, { as: OPS });
    expect((await heard.until(({ name }) => name === 'job')).data).toMatchObject({
      id,
      state: 'running',
      result: null,
    });
    await heard.until(({ name }) => name === 'over');
    await heard.ended;
    const [last] = heard.heard.filter(({ name }) => name === 'job').slice(-1);
    expect(last?.data).toMatchObject({ state: 'done', result: { totals: { USD: { delta: '80.00' } } } });
    const again = await listen(api, path, { as: OPS, after: heard.last });
    await again.ended;
    expect(again.heard.map(({ name, data }) => [name, data.state])).toEqual([
      ['job', 'done'],
      ['over', undefined],
    ]);
  });

  test('says to those who watch it that it was cancelled, or that the server stops', async () => {
    const api = await company(true);
    const start = async () => ((await api.call('POST', '/v1/rebuilds', { as: 'admin:eve' })).body as Job).id;
    const [first, second] = [await start(), await start()];
    const [one, other] = await Promise.all(
      [first, second].map((id) => listen(api, `/v1/jobs/${id}/stream`, { as: 'admin:eve' })),
    );
    // The second waits: views are built by one at a time.
    await api.call('DELETE', `/v1/jobs/${second}`, { as: 'admin:eve' });
    await other?.until(({ name, data }) => name === 'job' && data.state === 'cancelled');
    await other?.ended;
    const third = await listen(api, `/v1/jobs/${await start()}/stream`, { as: 'admin:eve' });
    await api.close();
    await third.until(({ name }) => name === 'closing');
    await Promise.all([one?.ended, third.ended]);
  });

  test('is cancelled, and is bounded for each and for all', async () => {
    const api = await company(true);
    const start = (as: string) => api.call('POST', '/v1/verifications', { as, body: {} });
    const own = await Promise.all([start(OPS), start(OPS), start(OPS)]);
    expect(own.map(({ status }) => status)).toEqual([202, 202, 202]);
    const more = await start(OPS);
    expect([codeOf(more), more.headers.get('retry-after')]).toEqual(['429 rate_limited', '1']);
    const last = own[2]?.body as Job;
    expect((await api.call('DELETE', `/v1/jobs/${last.id}`, { as: OPS })).body).toMatchObject({ state: 'cancelled' });
    expect((await start(OPS)).status).toBe(202);
    for (const each of own.slice(0, 2)) expect((await ended(api, each)).state).toBe('done');
  });
});

describe('a replay', () => {
  test('of one participant is answered at once, with definitions that are tried out', async () => {
    const api = await company(false);
    const definitions = HIGHER;
    const answer = await api.call('POST', '/v1/replays', {
      as: 'finance:fred',
      body: { from: '2026-Q1', participant: 'ada', definitions },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'done', result: { totals: { USD: { delta: '120.00' } } } },
    });
    const wrong = await api.call('POST', '/v1/replays', {
      as: 'finance:fred',
      body: { from: '2026-Q1', participant: 'ada', definitions: 'plan: [' },
    });
    expect(wrong.status).toBe(422);
  });

  test('is kept, asked to be applied, and discarded by its name', async () => {
    const api = await company(false);
    const body = { from: '2026-Q1', reason: 'Late deal' };
    const kept = await ended(api, await api.call('PUT', '/v1/replays/late', { as: OPS, body }));
    expect(kept.state).toBe('done');
    const shown = await api.call('GET', '/v1/replays/late', { as: 'finance:fred' });
    expect(shown).toMatchObject({ status: 200, body: { state: 'recorded' } });
    const other = { ...body, participant: 'ada', definitions: HIGHER };
    const proposed = await ended(api, await api.call('PUT', '/v1/replays/rates', { as: OPS, body: other }));
    const { digest } = (proposed.result as { readonly answer: { readonly digest: string } }).answer;
    // Of the request that waits by now, the answer is the same.
    const named = { ...body, participant: 'ada', requests: ['plan/seller@2'] };
    const again = await ended(api, await api.call('PUT', '/v1/replays/again', { as: OPS, body: named }));
    expect(again).toMatchObject({ state: 'done', result: { answer: { digest } } });
    const apply = { digest, policy: { by: 'true-up' }, reason: 'As agreed', evidence: [] };
    // From which day on it is prospective is for the ledger to say, which knows what is frozen: no day is taken and then not kept.
    const ahead = { ...apply, policy: { by: 'prospective', from: '2026-01-01' } };
    const early = await api.call('POST', '/v1/replays/rates/application', { as: OPS, body: ahead });
    expect([codeOf(early), early.body]).toMatchObject(['400 field_unknown', { pointer: '/policy/from' }]);
    const asked = await api.call('POST', '/v1/replays/rates/application', { as: OPS, body: apply });
    expect([asked.status, asked.text]).toEqual([201, expect.stringContaining('ReplayApplyRequested')]);
    const gone = await api.call('POST', '/v1/replays/late/discard', { as: OPS, body: { reason: 'Not needed' } });
    expect(gone.status).toBe(201);
    expect(codeOf(await api.call('GET', '/v1/replays/none', { as: OPS }))).toBe('404 not_found');
  });
});

test('why numbers changed is told of oneself, of the team or of all', async () => {
  const api = await company(false);
  const { asOf } = (await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: OPS })).body as { asOf: string };
  const diff = (query: string, as: string) => api.call('GET', `/v1/diff?from=1${query}`, { as });
  expect(await diff(`&to=${asOf}`, 'rep:ada')).toMatchObject({
    status: 200,
    body: { participants: [{ participant: 'ada' }] },
  });
  const { participants } = (await diff('', OPS)).body as { readonly participants: readonly unknown[] };
  expect(participants).toHaveLength(2);
  expect(codeOf(await diff('&participant=ben', 'rep:ada'))).toBe('404 not_found');
  expect(codeOf(await diff('&period=2025-Q1', OPS))).toBe('404 period_unknown');
});
