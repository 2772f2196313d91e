import { describe, expect, test } from 'vitest';
import { importRows, makeCompany, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';

interface Event {
  readonly says: string;
  readonly position: string;
  readonly stream: string;
  readonly event: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

async function company(): Promise<Api> {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,1000.00,USD,2026-01-04', 'D-2,ben,500.00,USD,2026-01-05']));
  const api = await makeApi({ made });
  const credits = ['ada', 'ben'].map((participant) => ({ participant, pool: 'primary', share: '0.5' }));
  const shared = { source: 'crm', deal: 'S-1', amount: '10.00', currency: 'USD', closedOn: '2026-01-06', owner: 'ada' };
  await api.call('POST', '/v1/deals', { as: 'ops:olga', body: { ...shared, credits } });
  return api;
}

async function events(api: Api, query: string, as: string): Promise<readonly Event[]> {
  const found: Event[] = [];
  for (let cursor = ''; ; ) {
    const answer = await api.call('GET', `/v1/events?${query}${cursor}`, { as });
    expect(answer.status).toBe(200);
    const page = answer.body as { readonly events: readonly Event[]; readonly next: string | null };
    found.push(...page.events);
    if (page.next === null) return found;
    cursor = `&cursor=${page.next}`;
  }
}

describe('raw events', () => {
  test('come in the order of the log, page by page, each once, filtered', async () => {
    const api = await company();
    const all = await events(api, 'limit=3', 'ops:olga');
    const log = await api.ledger.store.readAll({ after: 0n, limit: 1_000 });
    expect(all.map(({ position }) => position)).toEqual(log.map(({ position }) => String(position)));
    expect((await events(api, 'type=DealClosed', 'auditor:ann')).map(({ stream }) => stream)).toEqual([
      'deal-csv.D-1',
      'deal-csv.D-2',
      'deal-crm.S-1',
    ]);
    expect(await events(api, 'stream=deal-crm.S-1', 'finance:fred')).toHaveLength(1);
    expect(await events(api, 'type=DealClosed&participant=ben', 'ops:olga')).toHaveLength(2);
  });

  test('are those that one may see: a rep their own part, an admin those of access alone', async () => {
    const api = await company();
    const own = await events(api, 'limit=4', 'rep:ben');
    expect(own.map(({ event }) => event.type).filter((type) => type.startsWith('Deal'))).toEqual([
      'DealClosed',
      'DealClosed',
    ]);
    expect(own.at(-1)?.event.data.credits).toEqual([{ participant: 'ben', pool: 'primary', share: '0.5' }]);
    expect(JSON.stringify(own)).not.toContain('D-1');
    expect(own.at(-1)?.says).toContain('crm.S-1');
    expect(await events(api, 'limit=5', 'admin:eve')).toEqual([]);
    const hidden = await api.call('GET', '/v1/events?participant=ada', { as: 'rep:ben' });
    const missing = await api.call('GET', '/v1/events?participant=eve', { as: 'rep:ben' });
    expect([codeOf(hidden), codeOf(missing)]).toEqual(['404 not_found', '404 not_found']);
    const { next } = (await api.call('GET', '/v1/events?limit=1', { as: 'ops:olga' })).body as { next: string };
    const code = async (query: string) => codeOf(await api.call('GET', `/v1/events?${query}`, { as: 'ops:olga' }));
    expect(await code(`cursor=${next}&type=DealClosed`)).toBe('400 cursor_invalid');
    expect(await code('type=DealStolen')).toBe('400 parameter_invalid');
    expect(await code('limit=501')).toBe('400 parameter_invalid');
    expect(codeOf(await api.call('DELETE', '/v1/events', { as: 'ops:olga' }))).toBe('405 method_not_allowed');
  });
});

describe('the audit trail', () => {
  test('is asked as on the command line, and cut to what one may see', async () => {
    const api = await company();
    const trail = async (query: string, as: string) => {
      const answer = await api.call('GET', `/v1/audit?${query}`, { as });
      expect(answer.status).toBe(200);
      return (answer.body as { readonly events: readonly (Event & { readonly changes: readonly unknown[] })[] }).events;
    };
    expect((await trail('deal=csv.D-1', 'auditor:ann')).map(({ event }) => event.type)).toEqual(['DealClosed']);
    expect((await trail('actor=olga&types=deal', 'ops:olga')).length).toBe(3);
    const own = await trail('types=deal', 'rep:ben');
    expect(own.map(({ stream }) => stream)).toEqual(['deal-csv.D-2', 'deal-crm.S-1']);
    expect(JSON.stringify(own)).not.toContain('"ada","pool"');
    expect(codeOf(await api.call('GET', '/v1/audit?participant=ada', { as: 'rep:ben' }))).toBe('404 not_found');
    expect(await trail('types=deal', 'admin:eve')).toEqual([]);
    // Of what is there and not theirs they are told what they are told of what is not there.
    for (const as of ['rep:ben', 'admin:eve']) {
      const told = async (deal: string) => {
        const { status, body } = await api.call('GET', `/v1/audit?deal=${deal}`, { as });
        return [status, JSON.stringify({ ...(body as object), requestId: '' }).replaceAll(deal, 'it')];
      };
      expect(await told('csv.D-1'), as).toEqual(await told('csv.D-77'));
    }
    expect((await trail('deal=csv.D-2', 'rep:ben')).length).toBe(1);
    expect(await trail('deal=csv.D-2&types=quota', 'rep:ben')).toEqual([]);
    const table = await api.call('GET', '/v1/audit/csv?types=deal', { as: 'rep:ben' });
    expect(table).toMatchObject({ status: 200, text: expect.stringMatching(/^position,/) });
    expect([table.headers.get('content-type'), table.text.trim().split('\r\n').length]).toEqual([
      'text/csv; charset=utf-8',
      1 + own.length,
    ]);
    expect(codeOf(await api.call('GET', '/v1/audit/csv?participant=ada', { as: 'rep:ben' }))).toBe('404 not_found');
    const payout = await api.call('GET', '/v1/periods/2026-Q1/statements/ada/audit', { as: 'rep:ada' });
    expect(payout).toMatchObject({ status: 200, body: { participant: 'ada', missing: [] } });
    expect(codeOf(await api.call('GET', '/v1/periods/2026-Q1/statements/ada/audit', { as: 'rep:ben' }))).toBe(
      '404 not_found',
    );
  });

  test('says who did something, the last first', async () => {
    const api = await company();
    const doers = (as: string) => api.call('GET', '/v1/audit/doers?type=PlanPublished', { as });
    expect(await doers('ops:olga')).toMatchObject({ status: 200, body: { doers: [{ id: 'fred', times: 1 }] } });
    expect(codeOf(await doers('rep:ada'))).toBe('403 role_forbidden');
    expect(codeOf(await doers('admin:eve'))).toBe('403 role_forbidden');
  });
});
