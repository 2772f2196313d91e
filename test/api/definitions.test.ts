import { ROLES } from '@ledger/decisions';
import { runCases } from '@ledger/wiring';
import { describe, expect, test } from 'vitest';
import { makeCompany } from '../support/company.ts';
import { type Api, codeOf, makeApi, type Sent } from './given.ts';

const YAML = { 'content-type': 'application/yaml' };
const METRIC = `metric: renewals
title: Renewals
amount: deal.amount
from: 2026-01-01
reason: Renewals are counted from this year on
`;
const PLAN = `plan: seller
title: Seller
currency: USD
from: 2026-04-01
reason: More from the second quarter on
components:
  bookings:
    measure: bookings
    window: quarter
    table: [{ from: 0%, pays: 9% }, { from: 100%, pays: 12% }]
`;

const send = (api: Api, raw: string, sent: Sent = {}) =>
  api.call('POST', '/v1/definitions', { as: 'ops:olga', raw, ...sent, headers: { ...YAML, ...sent.headers } });

describe('a definition file over HTTP', () => {
  test('is recorded once and waits; what waits is what somebody else approves', async () => {
    const api = await makeApi();
    const headers = { 'idempotency-key': 'one' };
    const first = await send(api, `${METRIC}---\n${PLAN}`, { headers });
    expect(first).toMatchObject({
      status: 201,
      body: { repeated: false, waiting: ['metric/renewals@1', 'plan/seller@2'], warnings: [], cases: [] },
    });
    const again = await send(api, `${METRIC}---\n${PLAN}`, { headers });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again).toMatchObject({ status: 201, body: { position: first.headers.get('ledger-position') } });
    expect(codeOf(await send(api, METRIC, { headers }))).toBe('422 idempotency_key_reused');
    const other = await send(api, `${METRIC}---\n${PLAN}`);
    expect(other).toMatchObject({ status: 200, body: { position: null, waiting: [] } });
  });

  test('may be JSON; people take effect at once and have their names beside the log', async () => {
    const api = await makeApi();
    const person = { id: 'eve', name: 'Eve', starts: '2026-02-01', currency: 'USD', manager: 'ada' };
    const raw = JSON.stringify({ participants: [person] });
    const sent = await send(api, raw, { headers: { 'content-type': 'application/json', 'idempotency-key': 'eve' } });
    expect(sent).toMatchObject({ status: 201, body: { waiting: [] } });
    const read = await api.call('GET', '/v1/participants/eve?on=2026-02-01', { as: 'ops:olga' });
    expect(read).toMatchObject({ body: { participant: { name: 'Eve', manager: 'ada', plans: [] } } });
    const renamed = JSON.stringify({ participants: [{ ...person, name: 'Eva' }] });
    const json = { 'content-type': 'application/json' };
    expect(await send(api, renamed, { headers: json })).toMatchObject({ status: 200, body: { position: null } });
    // What is given again after that, as by a client that was cut off, takes no name back.
    await send(api, raw, { headers: { ...json, 'idempotency-key': 'eve' } });
    const later = await api.call('GET', '/v1/participants/eve', { as: 'ops:olga' });
    expect(later).toMatchObject({ body: { participant: { name: 'Eva' } } });
  });

  test('is refused with everything that is wrong in it, each with its place', async () => {
    const api = await makeApi();
    const refused = await send(api, PLAN.replace('measure: bookings', 'measure: sales').replace('9%', 'nine'));
    expect(codeOf(refused)).toBe('400 percent_invalid');
    expect(refused.body).toMatchObject({ errors: [{ code: 'percent_invalid', line: 10, column: 31 }] });
    const unknown = await send(api, PLAN.replace('measure: bookings', 'measure: sales'));
    expect(unknown.body).toMatchObject({ errors: [{ code: 'metric_unknown', line: 8 }] });
    expect(await api.ledger.store.read('plan-seller')).toHaveLength(2);
    const code = async (raw: string, type = 'application/yaml') =>
      codeOf(await send(api, raw, { headers: { 'content-type': type } }));
    expect(await code('')).toBe('400 body_empty');
    expect(await code(METRIC, 'text/plain')).toBe('415 media_type_unsupported');
    expect(await code('{"metric": renewals}', 'application/json')).toMatch(/^4/);
    expect(await code('nonsense: 1')).toBe('422 document_invalid');
    expect(await code('a: &a [*a, *a]')).toMatch(/^422/);
    expect(await code('x'.repeat(1_048_577))).toBe('413 body_too_large');
  });

  test('is tried out as it is typed: what is wrong, what would wait, what its cases come to; nothing is recorded', async () => {
    const made = await makeCompany();
    const api = await makeApi({ made: { ...made, ledger: { ...made.ledger, runCases } } });
    const head = await api.ledger.store.head();
    const dry = (raw: string, as = 'ops:olga') =>
      api.call('POST', '/v1/definitions?dryRun=true', { as, raw, headers: YAML });
    const cases = `${PLAN}cases:
  - case: A deal below quota
    given:
      - { quota: { ada: 100000 }, per: quarter }
      - { deal: D-1, owner: ada, amount: 1000, closed: 2026-05-09 }
    then:
      - { statement: ada, period: 2026-Q2, total: 80.00 }
`;
    const people = 'participants: [{ id: eve, name: Eve, starts: 2026-02-01, currency: USD }]\n';
    const answer = await dry(`${METRIC}---\n${cases}---\n${people}`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        dryRun: true,
        position: null,
        waiting: ['metric/renewals@1', 'plan/seller@2'],
        cases: [
          { plan: 'seller', passed: 0, failed: [{ failures: [{ line: 23, expected: '80.00', actual: '90.00' }] }] },
        ],
      },
    });
    const wrong = await dry(METRIC.replace('deal.amount', 'deal.amount * 0.5'));
    expect(codeOf(wrong)).toBe('422 expression_invalid');
    expect(wrong.body).toMatchObject({ errors: [{ line: 3, column: 9 }] });
    expect(codeOf(await dry(METRIC, 'finance:fred'))).toBe('403 role_forbidden');
    expect(await api.ledger.store.head()).toBe(head);
    expect(await api.ledger.directory.get('eve')).toBeUndefined();
    expect(await send(api, METRIC)).toMatchObject({ status: 201, body: { dryRun: false } });
  });

  test('is for those who may ask for one of its decisions, and each is judged by itself', async () => {
    const api = await makeApi();
    for (const role of ROLES) {
      if (role === 'integration') continue;
      const answer = await send(api, METRIC, { as: `${role}:someone` });
      expect([role, answer.status]).toEqual([role, role === 'ops' ? 201 : 403]);
    }
  });
});

describe('what rules', () => {
  test('is listed in pages that speak of one position, and read with its history', async () => {
    const api = await makeApi();
    const as = 'ops:olga';
    const first = await api.call('GET', '/v1/definitions?limit=3', { as });
    const { next, asOf } = first.body as { readonly next: string; readonly asOf: string };
    expect(first.body).toMatchObject({
      definitions: [
        { kind: 'calendar', name: 'calendar' },
        { kind: 'metric', name: 'bookings', title: 'Bookings', inForce: 1, versions: 1 },
        { kind: 'plan', name: 'seller', inForce: 1 },
      ],
    });
    await send(api, METRIC);
    const second = await api.call('GET', `/v1/definitions?limit=3&cursor=${next}`, { as });
    expect(second.body).toMatchObject({
      asOf,
      definitions: [
        { name: 'ada.bookings.2026', says: expect.stringMatching(/^[0-9,.]+ USD for each quarter$/) },
        { name: 'ben.bookings.2026' },
        { kind: 'rates', name: 'EURUSD', says: expect.stringMatching(/^1 EUR = [0-9.]+ USD from 2026-/) },
      ],
      next: null,
    });
    const like = await api.call('GET', '/v1/definitions?text=SELL', { as });
    expect(like.body).toMatchObject({ definitions: [{ name: 'seller', says: null }], next: null });
    for (const cursor of ['x', '', Buffer.from('1 ').toString('base64url'), `${next}=`]) {
      const refused = await api.call('GET', `/v1/definitions?cursor=${encodeURIComponent(cursor)}`, { as });
      expect([cursor, codeOf(refused)]).toEqual([cursor, '400 cursor_invalid']);
    }
    expect(codeOf(await api.call('GET', '/v1/definitions?limit=501', { as }))).toBe('400 parameter_invalid');
    const plan = await api.call('GET', '/v1/definitions/plan/seller?on=2025-12-31', { as });
    expect(plan.body).toMatchObject({
      inForce: null,
      definition: { kind: 'plan', versions: [{ version: 1, title: 'Seller', approvedBy: 'fred' }] },
    });
    for (const path of ['calendar/calendar', 'quota/ada.bookings.2026', 'rates/EURUSD', 'metric/bookings']) {
      expect(await api.call('GET', `/v1/definitions/${path}`, { as })).toMatchObject({ status: 200 });
    }
    const quota = await api.call('GET', '/v1/definitions/quota/ada.bookings.2026', { as });
    const set = ['amounts', 'currency', 'per'].map((field) => ({ field, before: null }));
    expect(quota.body).toMatchObject({ history: [{ by: 'fred', fields: set }] });
    await rateHistory(api);
    await policyHistory(api);
    const past = await api.call('GET', '/v1/definitions/plan/seller?asOf=1', { as });
    expect(codeOf(past)).toBe('404 not_found');
    expect(codeOf(await api.call('GET', '/v1/definitions/people/ada', { as }))).toBe('400 parameter_invalid');
  });

  test('is told to people as far as it is theirs; the rest is as if it were not there', async () => {
    const api = await makeApi();
    await send(api, METRIC);
    await send(api, PLAN.replace('plan: seller', 'plan: other'));
    for (const name of ['metric/renewals@1', 'plan/other@1']) await approve(api, name);
    const names = async (as: string) => {
      const { body } = await api.call('GET', '/v1/definitions', { as });
      const { definitions } = body as { readonly definitions: readonly { readonly name: string }[] };
      return definitions.map(({ name }) => name);
    };
    expect(await names('rep:ada')).toEqual(['calendar', 'bookings', 'seller', 'ada.bookings.2026', 'EURUSD']);
    expect(await names('rep:eve')).toEqual(['calendar', 'EURUSD']);
    expect(await names('admin:ann')).toEqual(['calendar', 'bookings', 'renewals', 'other', 'seller', 'EURUSD']);
    const hidden = await api.call('GET', '/v1/definitions/plan/other', { as: 'rep:ada' });
    const missing = await api.call('GET', '/v1/definitions/plan/otter', { as: 'rep:ada' });
    expect(codeOf(hidden)).toBe('404 not_found');
    const said = (body: unknown) => (body as { readonly detail: string }).detail.replace(/ot[ht]er/, '…');
    expect(said(hidden.body)).toBe(said(missing.body));
    expect(codeOf(await api.call('GET', '/v1/definitions/quota/ben.bookings.2026', { as: 'rep:ada' }))).toBe(
      '404 not_found',
    );
    const redacted = await api.call('GET', '/v1/definitions/plan/seller', { as: 'admin:ann' });
    expect(redacted.body).toMatchObject({ definition: { versions: [{ title: 'Seller', document: null }] } });
    expect(codeOf(await api.call('GET', '/v1/definitions/quota/ada.bookings.2026', { as: 'admin:ann' }))).toBe(
      '403 role_forbidden',
    );
  });

  test('ends by a decision of finance', async () => {
    const api = await makeApi();
    const body = { effectiveFrom: '2026-07-01', reason: 'No longer sold' };
    const path = '/v1/definitions/plan/seller/retirement';
    for (const role of ROLES) {
      if (role === 'integration' || role === 'finance') continue;
      expect(codeOf(await api.call('POST', path, { as: `${role}:someone`, body }))).toBe('403 role_forbidden');
    }
    const headers = { 'idempotency-key': 'end' };
    const ended = await api.call('POST', path, { as: 'finance:fred', body, headers });
    expect(ended).toMatchObject({ status: 201, body: { events: [{ type: 'PlanRetired' }] } });
    const again = await api.call('POST', path, { as: 'finance:fred', body, headers });
    expect(again.body).toEqual({ ...(ended.body as object), repeated: true });
    const wrong = await api.call('POST', path, { as: 'finance:fred', body: { effectiveFrom: '2026-07-01' } });
    expect(codeOf(wrong)).toBe('422 reason_required');
  });
});

/** Who recorded which rate when, by whose word, beside what held on its day until then; each as of a position. */
async function rateHistory(api: Api): Promise<void> {
  const read = async (asOf: string) => {
    const { body } = await api.call('GET', `/v1/definitions/rates/EURUSD${asOf}`, { as: 'auditor:ada' });
    return body as { readonly asOf: string; readonly history: readonly { readonly fields: unknown }[] };
  };
  const { asOf, history } = await read('');
  const [first] = history;
  expect(history).toHaveLength(1);
  const on = (from: string, before: string | null, after: string) => [{ field: `from ${from}`, before, after }];
  await send(api, 'rates: [{ pair: EUR/USD, on: 2026-06-01, rate: "1.20", source: ECB }]', { as: 'finance:fred' });
  await send(api, 'rates: [{ pair: EUR/USD, on: 2027-01-02, rate: "1.30", source: ECB }]');
  // Learned later, and of an earlier day than others.
  await send(api, 'rates: [{ pair: EUR/USD, on: 2026-05-01, rate: "1.15", source: Bank }]');
  const later = await read('');
  expect(later.history).toMatchObject([
    first,
    { by: 'fred', reason: 'ECB', fields: on('2026-06-01', '1.10', '1.20') },
    { by: 'olga', reason: 'ECB', fields: on('2027-01-02', '1.20', '1.30') },
    { by: 'olga', reason: 'Bank', fields: on('2026-05-01', '1.10', '1.15') },
  ]);
  expect(await read(`?asOf=${asOf}`)).toMatchObject({ asOf, history: [first] });
}

/** The same of how corrections are posted. */
async function policyHistory(api: Api): Promise<void> {
  const as = 'finance:fred';
  const path = '/v1/definitions/corrections/corrections';
  expect(codeOf(await api.call('GET', path, { as }))).toBe('404 not_found');
  await send(api, 'corrections: { policy: true-up, from: 2026-01-01, reason: Agreed }', { as });
  const first = await api.call('GET', path, { as });
  await send(api, 'corrections: { policy: spread, over: 3, from: 2026-06-01, reason: Softer }', { as });
  const of = { by: 'fred', reason: 'Agreed' };
  expect(first.body).toMatchObject({ history: [of] });
  expect((await api.call('GET', path, { as })).body).toMatchObject({ history: [of, { by: 'fred', reason: 'Softer' }] });
  const { asOf } = first.body as { readonly asOf: string };
  expect((await api.call('GET', `${path}?asOf=${asOf}`, { as })).body).toEqual(first.body);
}

describe('a definition in words', () => {
  const words = async (api: Api, path: string, as = 'ops:olga') =>
    api.call('GET', `/v1/definitions/${path.replace('?', '/words?').replace(/^[^?]*$/, '$&/words')}`, { as });

  test('says a version in sentences and as a file, and in what it differs from another', async () => {
    const api = await makeApi();
    await send(api, PLAN);
    await approve(api, 'plan/seller@2');
    const { body } = await words(api, 'plan/seller');
    expect(body).toMatchObject({
      version: 2,
      against: 1,
      sections: [{ component: 'bookings' }, { component: null }],
      changes: [
        { component: 'bookings', before: [expect.stringContaining('8%')], after: [expect.stringContaining('9%')] },
      ],
      fields: [
        { field: 'from', before: '2026-01-01', after: '2026-04-01' },
        { field: 'components/bookings/table/0%/pays/share', before: '8%', after: '9%' },
      ],
    });
    const { text } = body as { readonly text: string };
    expect(text).toContain('- { from: 0%, pays: 9% }');
    // What is read can be sent back as it is: it is what the ledger says already.
    expect(await send(api, text)).toMatchObject({ status: 200, body: { position: null } });
    expect(await words(api, 'plan/seller?version=1')).toMatchObject({
      body: { version: 1, against: null, fields: [] },
    });
    const reversed = await words(api, 'plan/seller?version=1&against=2');
    expect(reversed.body).toMatchObject({ against: 2, fields: [{ before: '2026-04-01' }, { before: '9%' }] });
    for (const kind of ['metric/bookings', 'quota/ada.bookings.2026', 'rates/EURUSD', 'calendar/calendar']) {
      const answer = await words(api, kind);
      expect(answer).toMatchObject({ status: 200, body: { text: expect.any(String) } });
      const again = await send(api, (answer.body as { readonly text: string }).text);
      expect([kind, again.status]).toEqual([kind, 200]);
    }
  });

  test('says what is proposed beside what it would take the place of, to whoever sees all of what rules', async () => {
    const api = await makeApi();
    await send(api, PLAN);
    await send(api, METRIC);
    const proposed = await words(api, 'plan/seller?version=2', 'finance:fred');
    expect(proposed.body).toMatchObject({
      version: 2,
      from: '2026-04-01',
      isProposed: true,
      against: 1,
      text: expect.stringContaining('More from the second quarter on'),
      fields: [{ field: 'from' }, { before: '8%', after: '9%' }],
    });
    expect(await words(api, 'plan/seller')).toMatchObject({ body: { version: 1, isProposed: false } });
    expect(await words(api, 'metric/renewals')).toMatchObject({
      body: { version: 1, isProposed: true, against: null },
    });
    for (const as of ['rep:ada', 'manager:mo', 'admin:ann']) {
      expect(codeOf(await words(api, 'plan/seller?version=2', as))).toBe('404 not_found');
      expect(codeOf(await words(api, 'metric/renewals', as))).toBe('404 not_found');
    }
  });

  test('is there as far as the definition is', async () => {
    const api = await makeApi();
    const redacted = await words(api, 'plan/seller', 'admin:ann');
    expect(redacted.body).toMatchObject({ version: 1, text: null, sections: [] });
    expect(codeOf(await words(api, 'plan/seller', 'rep:eve'))).toBe('404 not_found');
    for (const name of ['%20', 'a%2Fb', '-', 'x'.repeat(200)]) {
      expect(codeOf(await words(api, `plan/${name}`))).toBe('404 not_found');
    }
    expect(codeOf(await words(api, 'plan/seller?version=2'))).toBe('404 not_found');
    expect(codeOf(await words(api, 'plan/seller?version=0'))).toBe('400 parameter_invalid');
    expect(codeOf(await words(api, 'quota/ben.bookings.2026', 'rep:ada'))).toBe('404 not_found');
  });
});

async function approve({ ledger }: Api, name: string): Promise<void> {
  const { approve: approveRequest } = await import('@ledger/application');
  await approveRequest(ledger, name, { actor: { id: 'fred', role: 'finance' } });
}

const CASES = `case: A deal above quota is paid at two rates
given:
  - define:
      plan: seller
      components:
        new-business:
          measure: bookings
          window: quarter
          table:
            - { from: 0%, pays: 8% }
            - { from: 100%, pays: 12% }
  - { quota: { ada: 100000 }, per: quarter }
  - { deal: D-1, owner: ada, amount: 120000, closed: 2026-02-09 }
then:
  - { statement: ada, period: 2026-Q1, total: 10400.00 }
---
case: A rep hopes for more
given:
  - { define: { plan: seller, components: { all: { measure: bookings, window: quarter, table: [{ from: 0%, to: 100%, pays: 8% }] } } } }
  - { quota: { ada: 100000 }, per: quarter }
  - { deal: D-1, owner: ada, amount: 1000, closed: 2026-02-09 }
then:
  - { statement: ada, period: 2026-Q1, total: 90.00 }
`;

describe('worked cases over HTTP', () => {
  const run = (api: Api, raw: string, as = 'ops:olga') => api.call('POST', '/v1/cases', { as, raw, headers: YAML });

  test('say what they come to, and nothing of them is kept', async () => {
    const api = await makeApi();
    const head = await api.ledger.store.head();
    const answer = await run(api, CASES);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        passed: 1,
        failed: 1,
        cases: [
          { ok: true, warnings: [] },
          {
            warnings: [{ code: expect.any(String), message: expect.stringContaining('above 100%') }],
            failures: [{ field: 'total', expected: '90.00', actual: '80.00' }],
          },
        ],
      },
    });
    expect(await api.ledger.store.head()).toBe(head);
  });

  test('that do not read are refused with their places; who may not replay may not run them', async () => {
    const api = await makeApi();
    const refused = await run(api, CASES.replace('owner: ada, amount', 'owner: ada, amuont'));
    expect(codeOf(refused)).toBe('400 field_unknown');
    expect(refused.body).toMatchObject({ errors: [{ line: 13, column: expect.any(Number) }] });
    expect(codeOf(await run(api, CASES, 'rep:ada'))).toBe('403 role_forbidden');
  });
});

describe('what would be', () => {
  const DEAL = { source: 'crm', deal: 'D-1', amount: '1000.00', currency: 'USD', closedOn: '2026-01-04', owner: 'ada' };
  const ask = (api: Api, as: string, body: unknown) => api.call('POST', '/v1/what-would', { as, body });

  test('is computed and not written', async () => {
    const api = await makeApi();
    const head = await api.ledger.store.head();
    const answer = await ask(api, 'rep:ada', { deals: [DEAL] });
    expect(answer).toMatchObject({
      status: 200,
      body: { deals: ['crm.D-1'], participants: [{ participant: 'ada', periods: [{ difference: '80.00' }] }] },
    });
    expect(await api.ledger.store.head()).toBe(head);
    expect(codeOf(await ask(api, 'rep:ada', {}))).toBe('400 field_missing');
    expect(codeOf(await ask(api, 'admin:ann', { deals: [DEAL] }))).toBe('403 role_forbidden');
  });

  test('says nothing of people and deals that one does not see', async () => {
    const api = await makeApi();
    await api.call('POST', '/v1/deals', { as: 'ops:olga', body: { ...DEAL, deal: 'D-7', owner: 'ben' } });
    const [taken, free] = await Promise.all(
      ['D-7', 'D-8'].map((deal) => ask(api, 'rep:ada', { deals: [{ ...DEAL, deal }] })),
    );
    const rest = (answer: typeof taken) => JSON.stringify(answer?.body).replaceAll(/D-[78]/g, '…');
    expect(rest(taken)).toBe(rest(free));
    expect(codeOf(await ask(api, 'rep:ada', { deals: [{ ...DEAL, owner: 'ben' }] }))).toBe('404 not_found');
    const split = (deal: string) => ({
      splits: [{ source: 'crm', deal, shares: [{ participant: 'ada', share: '1' }] }],
    });
    expect(codeOf(await ask(api, 'rep:ada', split('D-7')))).toBe('404 not_found');
    expect(codeOf(await ask(api, 'rep:ada', split('D-9')))).toBe('404 not_found');
  });
});
