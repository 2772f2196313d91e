import { openPeriod } from '@ledger/application';
import { parseInstant } from '@ledger/kernel';
import { openLedger } from '@ledger/wiring';
import { expect, onTestFinished, test } from 'vitest';
import { type Api, codeOf, makeApi } from '../api/given.ts';
import { scratch } from '../store/scratch.ts';
import { foundCompany, freeze, importRows, type Made, OPS, sound } from '../support/company.ts';
import { startDouble } from './double/index.ts';
import { startProxy } from './proxy.ts';
import { newLedger, onServers, serverProcess } from './servers.ts';

/** promises.md, P18: what is answered while the log is away, and that nothing is accepted meanwhile, and nothing twice afterwards. */

/** The adapter gives up after 1.7 s; the rest is for a machine that does other things as well. */
const ABOUT_TWO_SECONDS = 3_500;
const DEAL = { source: 'crm', deal: 'D-9', amount: '1.00', currency: 'USD', closedOn: '2026-04-03', owner: 'ada' };

/** A company with a frozen and an open quarter on a node of its own, with its API. */
async function served(url: string): Promise<{ readonly api: Api; readonly head: string }> {
  const { address, name } = newLedger(url);
  let now = parseInstant('2026-01-05T09:00:00Z') ?? 0n;
  const clock = () => now;
  const ledger = await openLedger(address(), { clock, create: { ledger: name, demo: true } });
  onTestFinished(() => ledger.close());
  const at = (instant: string) => {
    now = parseInstant(instant) ?? now;
  };
  const made: Made = { ledger, folder: scratch(), at };
  await foundCompany(ledger);
  sound(await importRows(made, ['D-1,ada,120000.00,USD,2026-02-10', 'D-2,ada,50000.00,USD,2026-04-01']));
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  const api = await makeApi({ made });
  return { api, head: String(await ledger.store.head()) };
}

async function timed<T>(action: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await action();
  expect(performance.now() - began).toBeLessThan(ABOUT_TWO_SECONDS);
  return result;
}

const FROM_VIEWS: readonly (readonly [as: string, path: string, says: object])[] = [
  ['rep:ada', '/v1/periods/2026-Q2/statements/ada', { statement: { total: '4000.00' } }],
  [
    'finance:flo',
    '/v1/periods/2026-Q2/attainment',
    { participants: [{ participant: 'ada', results: [{ attainment: '0.5' }] }, {}] },
  ],
  ['finance:flo', '/v1/periods', { periods: [{ period: '2026-Q1', state: 'frozen' }, { state: 'open' }] }],
  ['finance:flo', '/v1/periods/2026-Q1/payouts', { payouts: [{ participant: 'ada', amount: '10400.00' }, {}] }],
  [
    'rep:ada',
    '/v1/periods/2026-Q2/statements/ada/standing',
    { total: '4000.00', ladders: [{ component: 'bookings' }] },
  ],
  ['finance:flo', '/v1/periods/2026-Q1/statements', { statements: [{ participant: 'ada', total: '10400.00' }, {}] }],
  ['finance:flo', '/v1/cost?from=2026-Q1&to=2026-Q2', {}],
  ['ops:olga', '/v1/participants', { participants: [{ participant: 'ada' }, { participant: 'ben' }] }],
  ['ops:olga', '/v1/definitions', { definitions: expect.anything() }],
  ['ops:olga', '/v1/deals/csv/D-1', { deal: { amount: '120000.00' } }],
];
const FROM_THE_LOG: readonly (readonly [as: string, path: string])[] = [
  // Whole, as it was frozen.
  ['rep:ada', '/v1/periods/2026-Q1/statements/ada'],
  ['auditor:ana', '/v1/audit?participant=ada'],
  ['finance:flo', '/v1/periods/2026-Q2/statements/ada?asOf=2026-02-01T00:00:00Z'],
];

async function holdsWhileAway(
  { api, head }: Awaited<ReturnType<typeof served>>,
  fails: () => unknown,
  mends: () => unknown,
) {
  for (const [as, path, says] of FROM_VIEWS) {
    const fresh = await api.call('GET', path, { as });
    expect([path, fresh.status, fresh.headers.get('ledger-stale')]).toEqual([path, 200, null]);
    expect(fresh.body).toMatchObject(says);
  }
  await fails();
  const headers = { 'idempotency-key': 'once' };
  const write = () => api.call('POST', '/v1/deals', { as: 'ops:olga', body: DEAL, headers });
  expect(codeOf(await timed(write))).toBe('503 store_unavailable');
  for (const [as, path, says] of FROM_VIEWS) {
    const { status, body, headers: told } = await timed(() => api.call('GET', path, { as }));
    expect([path, status, told.get('ledger-stale'), told.get('ledger-position')]).toEqual([path, 200, 'true', head]);
    expect(body).toMatchObject(says);
  }
  for (const [as, path] of FROM_THE_LOG) {
    const refused = await timed(() => api.call('GET', path, { as }));
    expect([path, codeOf(refused)]).toEqual([path, '503 store_unavailable']);
    expect(refused.headers.get('ledger-stale')).toBeNull();
  }
  expect((await timed(() => api.call('GET', '/v1/me', { as: 'rep:ada' }))).body).toMatchObject({
    id: 'ada',
    name: null,
  });
  // Whoever sends requests here looks for a node that has the log.
  expect((await timed(() => api.call('GET', '/readyz'))).status).toBe(503);
  await mends();
  await expect.poll(async () => (await write()).status, { timeout: 60_000 }).toBeLessThan(300);
  const again = await write();
  expect(again.body).toMatchObject({ repeated: true });
  expect(await api.ledger.store.read('deal-crm.D-9')).toHaveLength(1);
  const [as, path] = FROM_VIEWS[0] ?? ['', ''];
  const fresh = await api.call('GET', path, { as });
  expect([fresh.headers.get('ledger-stale'), Number(fresh.headers.get('ledger-position')) > Number(head)]).toEqual([
    null,
    true,
  ]);
}

onServers('P18: the API while the log is away', (server) => {
  test.each(['stall', 'cut'] as const)(
    '%s: reads are answered from the views and say so, writes are refused',
    async (how) => {
      const proxy = await startProxy(server.url());
      onTestFinished(() => proxy.close());
      const mends = how === 'stall' ? proxy.resume : proxy.mend;
      await holdsWhileAway(await served(proxy.url), proxy[how], mends);
    },
    120_000,
  );
});

test('P18: the API while the double is killed, and starts again', async () => {
  const double = await startDouble();
  onTestFinished(() => double.kill());
  const made = await served(double.url);
  await holdsWhileAway(
    made,
    () => double.kill(),
    () => double.restart(),
  );
}, 120_000);

test('P18: the API while a real server is killed, then stopped, and comes back', async (context) => {
  const process = await serverProcess();
  if (process === undefined) return context.skip('no EventStoreDB to kill: EVENTSTORE_RUN says how to start one');
  onTestFinished(() => process.close());
  await holdsWhileAway(await served(process.url), process.kill, process.start);
  await holdsWhileAway(await served(process.url), process.stop, process.go);
}, 300_000);
