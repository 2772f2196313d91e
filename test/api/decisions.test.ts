import { ROLES } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';
import { type Api, codeOf, makeApi } from './given.ts';

const WHY = { reason: 'Parental leave', evidence: ['HR-12'] };
const RELIEF = {
  participant: 'ada',
  metric: 'bookings',
  year: 2026,
  kind: 'leave',
  from: '2026-02-01',
  to: '2026-03-01',
  ...WHY,
};
const DEAL = { source: 'crm', deal: 'D-1', amount: '1000.00', currency: 'USD', closedOn: '2026-01-04', owner: 'ada' };
const SPLIT = {
  shares: [
    { participant: 'ada', share: '0.6' },
    { participant: 'ben', share: '0.4' },
  ],
  ...WHY,
};
const ADJUSTMENT = { exception: 'adjustment', participant: 'ada', period: '2026-Q1', amount: '50.00', ...WHY };
const ASKED = {
  '/v1/reliefs': { body: RELIEF, name: 'relief/ada.bookings.2026/relief-1' },
  '/v1/deals/crm/D-1/splits': { body: SPLIT, name: 'split/crm.D-1/split-1' },
  '/v1/exceptions': { body: ADJUSTMENT, name: 'exception/ada.adjustment-2026-Q1' },
} as const;

const at = (name: string, rest = '') => `/v1/requests/${encodeURIComponent(name)}${rest}`;

async function asked(): Promise<Api> {
  const api = await makeApi();
  await api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL });
  for (const [path, { body, name }] of Object.entries(ASKED)) {
    const made = await api.call('POST', path, { as: 'ops:olga', body });
    expect(made).toMatchObject({ status: 201, body: { waiting: [name] } });
  }
  return api;
}

describe('what somebody asks for', () => {
  test.each(Object.entries(ASKED))('%s waits once, asked by those who may', async (path, { body, name }) => {
    const api = await makeApi();
    await api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL });
    for (const role of ROLES) {
      if (role === 'integration' || role === 'ops' || role === 'manager') continue;
      expect([role, codeOf(await api.call('POST', path, { as: `${role}:someone`, body }))]).toEqual([
        role,
        '403 role_forbidden',
      ]);
    }
    // Whom a manager does not see is not there, whatever is asked.
    const hidden = codeOf(await api.call('POST', path, { as: 'manager:mo', body }));
    expect(hidden).toBe('404 not_found');
    const line = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
    await api.call('POST', '/v1/participants/ada/manager', { as: 'ops:olga', body: line });
    const headers = { 'idempotency-key': 'ask' };
    const first = await api.call('POST', path, { as: 'manager:mo', body, headers });
    expect(first).toMatchObject({ status: 201, body: { waiting: [name] } });
    const again = await api.call('POST', path, { as: 'manager:mo', body, headers });
    expect(again.body).toEqual({ ...(first.body as object), repeated: true });
    const { evidence: _, ...bare } = body;
    expect(codeOf(await api.call('POST', path, { as: 'manager:mo', body: bare }))).toMatch(/^4(?:00|22) /);
    const more = await api.call('POST', path, { as: 'manager:mo', body: { ...body, approvedBy: 'me' } });
    expect(codeOf(more)).toBe('400 field_unknown');
  });

  test('is refused where it makes no sense, as at every other door', async () => {
    const api = await asked();
    const code = async (path: string, body: unknown) => codeOf(await api.call('POST', path, { as: 'ops:olga', body }));
    expect(await code('/v1/reliefs', { ...RELIEF, kind: 'holiday' })).toBe('400 field_invalid');
    expect(await code('/v1/reliefs', { ...RELIEF, basis: { by: 'days', share: 'half' } })).toMatch(/^400 /);
    expect(await code('/v1/deals/crm/D-9/splits', SPLIT)).toMatch(/^4/);
    expect(await code('/v1/deals/crm/D-1/splits', { ...SPLIT, shares: SPLIT.shares.slice(1) })).toBe(
      '422 shares_not_whole',
    );
    expect(await code('/v1/exceptions', { ...ADJUSTMENT, participant: 'eve' })).toBe('422 participant_unknown');
    expect(await code('/v1/exceptions', { ...ADJUSTMENT, amount: '0' })).toBe('400 amount_invalid');
    // What is paid is paid in the currency of the person, wherever it stands.
    for (const [clause, pointer] of [
      [{ exception: 'draw', draw: { amount: '5.001' } }, '/draw/amount'],
      [{ exception: 'draw', draw: { amount: '5', 'most-owed': '5.001' } }, '/draw/most-owed'],
      [{ exception: 'guarantee', guarantee: { amount: '5.001' } }, '/guarantee/amount'],
    ] as const) {
      const sent = { as: 'ops:olga', body: { participant: 'ada', ...WHY, ...clause } };
      expect((await api.call('POST', '/v1/exceptions', sent)).body).toMatchObject({ code: 'amount_invalid', pointer });
    }
    expect(await code('/v1/exceptions', { ...ADJUSTMENT, until: '2026-02-01' })).toMatch(/^4/);
    const { amount: _, ...without } = ADJUSTMENT;
    // Nobody has sent a file: fields are named alone.
    expect((await api.call('POST', '/v1/exceptions', { as: 'ops:olga', body: without })).body).toMatchObject({
      detail: 'amount: is missing; exception: adjustment needs it.',
      pointer: '/amount',
    });
    // What may not be meant is asked for, and said to whoever asks by whichever door.
    const hold = { exception: 'hold', participant: 'ada', from: '2026-01-01', until: '2026-02-01', ...WHY };
    await api.call('POST', '/v1/periods', { as: 'ops:olga', body: { period: '2026-Q1' } });
    expect((await api.call('POST', '/v1/exceptions', { as: 'ops:olga', body: hold })).body).toMatchObject({
      waiting: [expect.stringContaining('exception/ada.hold')],
      warnings: [
        { code: 'interval_invalid', field: '/until', message: expect.stringMatching(/^hold for "ada": it is over/) },
      ],
    });
    const nobody = { ...ADJUSTMENT, participant: 'eve', hold: 'h' };
    expect((await api.call('POST', '/v1/exceptions', { as: 'ops:olga', body: nobody })).text).not.toContain('json:1');
  });
});

describe('what waits', () => {
  test('is listed in pages, and read with what it asks for and needs', async () => {
    const api = await asked();
    const first = await api.call('GET', '/v1/requests?limit=2', { as: 'finance:fred' });
    const { next, requests } = first.body as { readonly next: string; readonly requests: readonly unknown[] };
    const second = await api.call('GET', `/v1/requests?limit=2&cursor=${next}`, { as: 'finance:fred' });
    const rest = (second.body as { readonly requests: readonly unknown[] }).requests;
    expect([...requests, ...rest]).toMatchObject(
      Object.values(ASKED).map(({ name }) => ({
        name,
        state: 'waiting',
        canBeTriedOut: true,
        needed: { approvers: [['finance']] },
      })),
    );
    const name = ASKED['/v1/reliefs'].name;
    const one = await api.call('GET', at(name), { as: 'finance:fred' });
    expect(one.headers.get('etag')).toBe('"3"');
    expect(one.body).toMatchObject({ request: { name, kind: 'relief' }, asked: { data: { participant: 'ada' } } });
    const cases = await api.call('GET', at(name, '/cases'), { as: 'finance:fred' });
    expect(cases).toMatchObject({ status: 200, body: { cases: null } });
    const effect = await api.call('GET', at('exception/ada.adjustment-2026-Q1', '/effect'), { as: 'finance:fred' });
    expect(effect.status).toBe(200);
    const split = await api.call('GET', at('split/crm.D-1/split-1', '/effect'), { as: 'finance:fred' });
    expect(split.body).toMatchObject({
      blastRadius: { participants: [{ participant: 'ada' }, { participant: 'ben' }] },
    });
    const past = await api.call('GET', '/v1/requests?asOf=17', { as: 'finance:fred' });
    expect(past.body).toMatchObject({ requests: [{ name, needed: { approvers: [['finance']] } }] });
    // Years later it is no longer waiting, and it was then.
    const head = past.headers.get('ledger-position');
    api.at('2029-01-01T09:00:00Z');
    const states = async (query: string) => {
      const { request } = (await api.call('GET', `${at(name)}?${query}`, { as: 'finance:fred' })).body as {
        readonly request: { readonly state: string };
      };
      const found = await api.call('GET', `/v1/search?kinds=request&text=${encodeURIComponent(name)}&${query}`, {
        as: 'finance:fred',
      });
      return [
        request.state,
        ...(found.body as { readonly hits: { readonly detail: string }[] }).hits.map((hit) => hit.detail),
      ];
    };
    expect(await states('')).toEqual(['expired', 'expired']);
    expect(await states(`asOf=${head}`)).toEqual(['waiting', 'waiting']);
    expect(await states('asOf=2026-01-06T09:00:00Z')).toEqual(['waiting', 'waiting']);
  });

  test('is seen by those whom it is for; the rest is as if it were not there', async () => {
    const api = await asked();
    const line = { manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Team' };
    await api.call('POST', '/v1/participants/ben/manager', { as: 'ops:olga', body: line });
    const names = async (as: string) => {
      const { body } = await api.call('GET', '/v1/requests', { as });
      return (body as { readonly requests: readonly { readonly name: string }[] }).requests.map(({ name }) => name);
    };
    expect(await names('manager:mo')).toEqual(['split/crm.D-1/split-1']);
    expect(await names('admin:ann')).toEqual([]);
    for (const as of ['ops:olga', 'finance:fred', 'auditor:ana']) expect(await names(as)).toHaveLength(3);
    expect(codeOf(await api.call('GET', '/v1/requests', { as: 'rep:ada' }))).toBe('403 role_forbidden');
    for (const rest of ['', '/cases']) {
      for (const name of ['relief/ada.bookings.2026/relief-1', 'relief/eve.bookings.2026/relief-1', 'nonsense']) {
        const hidden = await api.call('GET', at(name, rest), { as: 'manager:mo' });
        expect([name, codeOf(hidden)]).toEqual([name, '404 not_found']);
      }
    }
    const code = async (as: string) =>
      codeOf(await api.call('GET', at('relief/ada.bookings.2026/relief-1', '/effect'), { as }));
    expect(await code('manager:mo')).toBe('403 role_forbidden');
  });
});

describe('a decision', () => {
  test('is made once, by somebody else, on what they have seen; a repeated one answers as before', async () => {
    const api = await asked();
    const name = ASKED['/v1/reliefs'].name;
    for (const role of ['rep', 'ops', 'auditor', 'admin', 'manager']) {
      const refused = await api.call('POST', at(name, '/approve'), { as: `${role}:someone`, body: {} });
      expect([role, codeOf(refused)]).toEqual([role, '403 role_forbidden']);
    }
    const stale = { requestHash: '0'.repeat(64) };
    expect(codeOf(await api.call('POST', at(name, '/approve'), { as: 'finance:fred', body: stale }))).toBe(
      '409 approval_stale',
    );
    expect(codeOf(await api.call('POST', at(name, '/approve'), { as: 'finance:olga', body: {} }))).toBe(
      '403 own_request',
    );
    expect(codeOf(await api.call('POST', at(name, '/approve'), { as: 'finance:ada', body: {} }))).toBe('403 own_pay');
    const headers = { 'idempotency-key': 'yes' };
    const first = await api.call('POST', at(name, '/approve'), { as: 'finance:fred', body: {}, headers });
    expect(first).toMatchObject({
      status: 201,
      body: { request: name, events: [{ type: 'QuotaReliefGranted' }], frozen: null },
    });
    const again = await api.call('POST', at(name, '/approve'), { as: 'finance:fred', body: {}, headers });
    expect(again.body).toEqual({ ...(first.body as object), repeated: true });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const late = await api.call('POST', at(name, '/approve'), { as: 'finance:fred', body: {} });
    expect(codeOf(late)).toBe('409 already_decided');
    const missing = at('relief/ada.bookings.2026/relief-9', '/approve');
    expect(codeOf(await api.call('POST', missing, { as: 'finance:fred', body: {} }))).toBe('404 not_found');
    expect(codeOf(await api.call('POST', at('x', '/approve'), { as: 'finance:fred', body: {} }))).toMatch(/^400 /);
  });

  test('may be no, and may be taken back', async () => {
    const api = await asked();
    const split = ASKED['/v1/deals/crm/D-1/splits'].name;
    const body = { reason: 'Not agreed' };
    const headers = { 'idempotency-key': 'no' };
    const no = await api.call('POST', at(split, '/decline'), { as: 'finance:fred', body, headers });
    expect(no).toMatchObject({ status: 201, body: { events: [{ type: 'SplitExceptionDeclined' }] } });
    const again = await api.call('POST', at(split, '/decline'), { as: 'finance:fred', body, headers });
    expect(again.body).toEqual({ ...(no.body as object), repeated: true });
    expect(codeOf(await api.call('POST', at(split, '/decline'), { as: 'finance:fred', body: {} }))).toMatch(/^4/);
    const exception = ASKED['/v1/exceptions'].name;
    await api.call('POST', at(exception, '/approve'), { as: 'finance:fred', body: {} });
    const back = { reason: 'Paid otherwise' };
    expect(codeOf(await api.call('POST', at(exception, '/revoke'), { as: 'ops:olga', body: back }))).toBe(
      '403 role_forbidden',
    );
    const sent = { as: 'finance:fred', body: back, headers: { 'idempotency-key': 'back' } };
    const revoked = await api.call('POST', at(exception, '/revoke'), sent);
    expect(revoked).toMatchObject({ status: 201, body: { events: [{ type: 'ExceptionRevoked' }] } });
    const revokedAgain = await api.call('POST', at(exception, '/revoke'), sent);
    expect(revokedAgain.body).toEqual({ ...(revoked.body as object), repeated: true });
    const all = await api.call('GET', '/v1/requests?state=all', { as: 'finance:fred' });
    expect(all.body).toMatchObject({
      requests: expect.arrayContaining([
        expect.objectContaining({ name: split, state: 'declined' }),
        expect.objectContaining({ name: exception, state: 'revoked' }),
      ]),
    });
  });
});

describe('the register of exceptions', () => {
  test('says what each moves, to those whom it is about', async () => {
    const api = await asked();
    for (const { name } of Object.values(ASKED)) {
      await api.call('POST', at(name, '/approve'), { as: 'finance:fred', body: {} });
    }
    const register = async (as: string, query = '') => {
      const { body } = await api.call('GET', `/v1/exceptions${query}`, { as });
      return (body as { readonly exceptions: readonly unknown[] }).exceptions;
    };
    expect(await register('finance:fred')).toMatchObject([
      { kind: 'relief' },
      { name: 'exception/ada.adjustment-2026-Q1', kind: 'adjustment', felt: null, moves: [] },
      { kind: 'split', participants: ['ada', 'ben'] },
    ]);
    expect(await register('finance:fred', '?money=true&limit=1&kind=adjustment')).toMatchObject([
      { kind: 'adjustment', felt: true, moves: [{ participant: 'ada', total: '50.00' }] },
    ]);
    expect(await register('rep:ben', '?money=true')).toMatchObject([
      { kind: 'split', says: 'split', participants: ['ben'], moves: [{ participant: 'ben' }] },
    ]);
    const named = async (as: string, query: string) =>
      ((await register(as, query)) as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(await named('finance:fred', '?kind=split')).toEqual([ASKED['/v1/deals/crm/D-1/splits'].name]);
    expect(await named('rep:ben', '?kind=relief')).toEqual([]);
    expect(codeOf(await api.call('GET', '/v1/exceptions?kind=none', { as: 'rep:ben' }))).toBe('400 parameter_invalid');
    expect(codeOf(await api.call('GET', '/v1/exceptions?state=none', { as: 'rep:ben' }))).toBe('400 parameter_invalid');
    expect(codeOf(await api.call('GET', '/v1/exceptions?participant=ada', { as: 'rep:ben' }))).toBe('404 not_found');
    expect(codeOf(await api.call('GET', '/v1/exceptions?participant=eve', { as: 'rep:ben' }))).toBe('404 not_found');
    expect(codeOf(await api.call('GET', '/v1/exceptions', { as: 'admin:ann' }))).toBe('403 role_forbidden');
    expect(codeOf(await api.call('GET', '/v1/exceptions?within=soon', { as: 'rep:ben' }))).toBe(
      '400 parameter_invalid',
    );
  });

  test('is read by state and kind, what ends soonest first, and all pages speak of the day of the first one', async () => {
    const api = await makeApi();
    const exception = (name: string, expires?: string) => ({
      ...{ exception: 'hold', participant: 'ada', from: '2026-01-01', name, ...WHY },
      ...(expires === undefined ? {} : { expires }),
    });
    const ends = {
      never: undefined,
      ended: '2026-02-01',
      soon: '2026-03-05',
      sooner: '2026-03-02',
      later: '2026-09-01',
    };
    api.at('2026-01-10T08:00:00Z');
    for (const [name, expires] of Object.entries(ends)) {
      await api.call('POST', '/v1/exceptions', { as: 'ops:olga', body: exception(name, expires) });
      await api.call('POST', at(`exception/ada.${name}`, '/approve'), { as: 'finance:fred', body: {} });
    }
    await api.call('POST', at('exception/ada.later', '/revoke'), { as: 'finance:fred', body: { reason: 'Not so' } });
    api.at('2026-03-01T08:00:00Z');
    const page = async (query: string) => {
      const { body } = await api.call('GET', `/v1/exceptions${query}`, { as: 'finance:fred' });
      const { exceptions, ...rest } = body as {
        readonly exceptions: readonly { readonly name: string; readonly state: string }[];
        readonly counts: object;
        readonly on: string;
        readonly next: string | null;
      };
      return { ...rest, names: exceptions.map(({ name, state }) => `${name.slice('exception/ada.'.length)} ${state}`) };
    };
    const first = await page('?limit=3');
    expect(first).toMatchObject({
      names: ['sooner expiring', 'soon expiring', 'never in-force'],
      counts: { 'in-force': 1, expiring: 2, expired: 1, revoked: 1 },
    });
    // What was expiring has expired by the time that somebody asks for what follows.
    api.at('2026-03-04T08:00:00Z');
    const rest = await page(`?limit=3&cursor=${first.next}`);
    expect(rest).toMatchObject({ on: '2026-03-01', names: ['ended expired', 'later revoked'], next: null });
    expect((await page('?state=expired')).names).toEqual(['ended expired', 'sooner expired']);
    expect(await page('?state=revoked&kind=hold&limit=1')).toMatchObject({
      ...{ names: ['later revoked'], next: null, counts: { expired: 2, expiring: 1 } },
    });
    expect(await page('?kind=adjustment')).toMatchObject({ names: [], counts: { 'in-force': 0, revoked: 0 } });
    const strange = Buffer.from(`${await api.ledger.store.head()} nothing`).toString('base64url');
    expect(codeOf(await api.call('GET', `/v1/exceptions?cursor=${strange}`, { as: 'finance:fred' }))).toBe(
      '400 cursor_invalid',
    );
  });
});
