import { linkNats, natsBus } from '@ledger/bus-nats';
import type { Bus } from '@ledger/kernel';
import { connect, headers } from 'nats';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { codeOf, signal } from '../contracts/given.ts';
import { linkTo, NATS_SERVER, NO_NATS, startNats, up } from '../support/nats.ts';
import { until } from '../support/until.ts';

beforeEach((context) => {
  if (NATS_SERVER === undefined) context.skip(NO_NATS);
});

/** Two processes on a server that goes with the test. */
async function given() {
  const server = await startNats();
  const links = [await linkTo(server.settings), await linkTo(server.settings)] as const;
  onTestFinished(async () => {
    await Promise.all(links.map((link) => link.close()));
    await server.end();
  });
  return {
    server,
    links,
    bus: natsBus(links[0], 'test'),
    other: natsBus(links[1], 'test'),
    ready: async () => void (await Promise.all(links.map(up))),
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const echo = async (payload: Uint8Array) => payload;

/** Positions that a bus has heard of. */
function hearing(bus: Bus) {
  const heard: bigint[] = [];
  bus.onSignal((position) => heard.push(position));
  return heard;
}

test('a server that was never there costs a signal nothing, and is told the newest when it comes', async () => {
  const { server, other, links } = await given();
  await server.kill();
  await until('the connection is lost', () => links[0].live() === undefined);
  const link = linkNats(server.settings);
  onTestFinished(() => link.close());
  const bus = natsBus(link, 'test');
  const heard = hearing(other);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  for (let position = 1n; position <= 100_000n; position += 1n) bus.signal(position);
  expect(performance.now() - start).toBeLessThan(1_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(64_000_000);
  expect(await codeOf(() => bus.request('contract.echo', bytes('x')))).toBe('bus_unavailable');
  await server.start();
  await Promise.all([up(link), up(links[1])]);
  bus.signal(100_001n);
  await until('it is heard', () => heard.includes(100_001n));
  expect(heard.filter((position) => position > 0n && position <= 100_000n)).toEqual([]);
});

test('a server that stands still holds back one signal, and hears the newest when it goes on', async () => {
  const { server, bus, other, ready } = await given();
  const heard = hearing(other);
  await ready();
  server.stall();
  for (let position = 1n; position <= 100_000n; position += 1n) {
    bus.signal(position);
    if (position % 1_000n === 0n) await new Promise((resolve) => setImmediate(resolve));
  }
  server.go();
  await until('the newest is heard', () => heard.includes(100_000n));
  expect(heard.length).toBeLessThan(100);
});

test('who waits and who serves go on after the server was killed; who waits is told that signals may be lost', async () => {
  const { server, links, bus, other, ready } = await given();
  const heard = hearing(other);
  other.serve('contract.echo', echo);
  await ready();
  bus.signal(1n);
  await until('the first is heard', () => heard.includes(1n));
  heard.length = 0;
  await server.kill();
  await until('both connections are lost', () => links.every((link) => link.live() === undefined));
  await server.start();
  await ready();
  expect(heard).toEqual([0n]);
  bus.signal(2n);
  await until('the second is heard', () => heard.includes(2n));
  expect([...(await bus.request('contract.echo', bytes('x')))]).toEqual([...bytes('x')]);
});

test('a request that the server takes with it ends at once, and says that it may have been carried out', async () => {
  const { server, bus, other, ready } = await given();
  const begun = signal('the request');
  other.serve('contract.hangs', async () => {
    begun.tell();
    return new Promise(() => undefined);
  });
  await ready();
  const asked = codeOf(() => bus.request('contract.hangs', bytes('x'), { timeoutMs: 60_000 }));
  await begun.seen;
  await server.kill();
  expect(await asked).toBe('bus_unavailable');
});

test('what is no position wakes nobody', async () => {
  const { server, bus, other, ready } = await given();
  const heard = hearing(other);
  const client = await connect({ servers: server.url });
  onTestFinished(() => client.close());
  await ready();
  heard.length = 0;
  for (const junk of ['', 'x', '-1', '007', '1.5', '1e3', ' 1', '1'.repeat(20), '9'.repeat(1_000), '\u0661']) {
    client.publish('ledger.test.wake', junk);
  }
  await client.flush();
  bus.signal(5n);
  await until('the good one is heard', () => heard.length > 0);
  expect(heard).toEqual([5n]);
});

test('an answer whose problem is none of ours is a failure, and quotes nothing', async () => {
  const { server, bus } = await given();
  const client = await connect({ servers: server.url });
  onTestFinished(() => client.close());
  let code = '';
  client.subscribe('contract.hostile', {
    callback(_, message) {
      const told = headers();
      told.set('Ledger-Problem', code);
      told.set('Ledger-Problem-Message', '%zz');
      message.respond(bytes('x'), { headers: told });
    },
  });
  await client.flush();
  for (code of ['Not A Code', 'x'.repeat(65), '../etc']) {
    expect(await codeOf(() => bus.request('contract.hostile', bytes('x')))).toBe('bus_failed');
  }
  code = 'query_closed';
  expect(await codeOf(() => bus.request('contract.hostile', bytes('x')))).toBe('query_closed');
});

test('ledgers on one server do not hear each other', async () => {
  const { links, bus, other, ready } = await given();
  const heard = hearing(natsBus(links[1], 'another'));
  const ours = hearing(other);
  await ready();
  heard.length = 0;
  bus.signal(9n);
  await until('ours is heard', () => ours.includes(9n));
  expect(heard).toEqual([]);
});
