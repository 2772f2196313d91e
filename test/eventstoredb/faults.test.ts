import { chainChecker, ProblemError, type Stored, seededRandom, systemClock } from '@ledger/kernel';
import type { EventStoreLog } from '@ledger/store-eventstoredb';
import { afterEach, describe, expect, test } from 'vitest';
import { appended, codeOf, eventMaker, logOf, signal } from '../contracts/given.ts';
import { startDouble } from './double/index.ts';
import { startProxy, type Wire } from './proxy.ts';
import { newLedger, onServers, PATIENT, serverProcess, type TestLedger } from './servers.ts';

const clock = systemClock;
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** The adapter gives up after 1.7 s; the rest is for a machine that does other things as well. */
const ABOUT_TWO_SECONDS = 3_500;

async function timed<T>(action: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const began = performance.now();
  const result = await action();
  return { result, ms: performance.now() - began };
}

async function noted<T extends { close(): Promise<void> }>(promise: Promise<T>): Promise<T> {
  const each = await promise;
  opened.push(each);
  return each;
}

/** A node behind a wire that can fail, and the ledger for those who look at it directly. */
async function givenNode(url: string): Promise<{ proxy: Wire; store: EventStoreLog; direct: TestLedger }> {
  const proxy = await noted(startProxy(url));
  const direct = newLedger(url);
  await (await direct.make(clock)).close();
  const store = await noted(newLedger(proxy.url, direct.name).open(clock));
  return { proxy, store, direct };
}

/** What writers were told, and what they tried. */
interface Tally {
  readonly tried: Set<string>;
  readonly acked: Set<string>;
  refused: number;
}

/** Acknowledged ⊆ stored ⊆ attempted, nothing twice, every stream one chain. */
async function checkStored(direct: TestLedger, { tried, acked }: Tally): Promise<readonly Stored[]> {
  const store = await noted(direct.open(clock, PATIENT));
  const events = await logOf(store);
  events.forEach(chainChecker());
  const stored = new Set(events.map(({ id }) => id));
  expect(stored.size).toBe(events.length);
  expect([...acked].filter((id) => !stored.has(id))).toEqual([]);
  expect([...stored].filter((id) => !tried.has(id))).toEqual([]);
  expect(events.map(({ position }) => position)).toEqual(events.map((_, n) => BigInt(n + 1)));
  expect(await store.check()).toBeUndefined();
  return events;
}

/** Appends to streams of its own and one that is shared until it is told to stop; goes on after every refusal. */
async function write(store: EventStoreLog, seed: number, tally: Tally, going: () => boolean): Promise<void> {
  const make = eventMaker(seed, clock);
  for (let n = 0; going(); n++) {
    const events = Array.from({ length: 1 + (n % 3) }, () => make({ n }));
    for (const { id } of events) tally.tried.add(id);
    try {
      const stream = n % 4 === 0 ? 'box-shared' : `box-${seed}.${n}`;
      const expected = n % 4 === 0 ? (await store.read(stream)).length : 0;
      const answer = await store.append({ stream, events, expected });
      if (answer.ok) for (const { id } of events) tally.acked.add(id);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      expect(error.problem.code).toBe('store_unavailable');
      tally.refused += 1;
    }
  }
}

onServers('EventStoreDB that fails', (server) => {
  test('stalled: a write is refused within two seconds, and nothing is accepted here', async () => {
    const { proxy, store, direct } = await givenNode(server.url());
    const event = eventMaker(1);
    await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
    proxy.stall();
    const append = { stream: 'deal-2', events: [event()], expected: 0 };
    const { result, ms } = await timed(() => codeOf(() => store.append(append)));
    expect(result).toBe('store_unavailable');
    expect(ms).toBeLessThan(ABOUT_TWO_SECONDS);
    expect(await codeOf(() => store.read('deal-1'))).toBe('store_unavailable');
    expect(await codeOf(() => store.head())).toBe('store_unavailable');
    proxy.resume();
    // The server may have it by now: the same append is then a conflict, and the event is there once.
    await expect
      .poll(
        () =>
          store.append(append).then(
            ({ revision }) => revision,
            () => undefined,
          ),
        { timeout: 20_000 },
      )
      .toBe(1);
    const events = await logOf(await noted(direct.open(clock, PATIENT)));
    expect(events.map(({ stream }) => stream).sort()).toEqual(['deal-1', 'deal-2']);
  });

  test('away: reads that wait behind others do not take their own time as well', async () => {
    const { proxy, store } = await givenNode(server.url());
    proxy.cut();
    const { result, ms } = await timed(() =>
      Promise.all(Array.from({ length: 300 }, (_, n) => codeOf(() => store.read(`deal-${n}`)))),
    );
    expect(new Set(result)).toEqual(new Set(['store_unavailable']));
    expect(ms).toBeLessThan(ABOUT_TWO_SECONDS);
  });

  test('away: a write is refused within two seconds; when it is back everything goes on by itself', async () => {
    const { proxy, store } = await givenNode(server.url());
    const event = eventMaker(2);
    await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
    proxy.cut();
    const append = { stream: 'deal-2', events: [event()], expected: 0 };
    const { result, ms } = await timed(() => codeOf(() => store.append(append)));
    expect(result).toBe('store_unavailable');
    expect(ms).toBeLessThan(ABOUT_TWO_SECONDS);
    proxy.mend();
    await expect
      .poll(
        () =>
          store.append(append).then(
            ({ ok }) => ok,
            () => undefined,
          ),
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(await logOf(store)).toHaveLength(2);
  });

  test('in doubt: taken, and the connection is cut before the answer: it is sent again and lands once', async () => {
    const { proxy, store, direct } = await givenNode(server.url());
    const observer = await noted(direct.open(clock, PATIENT));
    const event = eventMaker(3);
    await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
    proxy.deafen();
    const pending = store.append({ stream: 'deal-1', events: [event(), event()], expected: 1 });
    await expect.poll(async () => (await observer.read('deal-1')).length, { timeout: 1_500, interval: 20 }).toBe(3);
    proxy.cut();
    proxy.mend();
    expect(await pending).toMatchObject({ ok: true, revision: 3, position: 3n });
    const events = await logOf(observer);
    expect(events).toHaveLength(3);
    events.forEach(chainChecker());
  });

  test('a watcher goes on after the connection broke, and sees what others wrote meanwhile', async () => {
    const { proxy, store, direct } = await givenNode(server.url());
    const other = await noted(direct.open(clock, PATIENT));
    const event = eventMaker(4);
    let seen = 0n;
    let look = () => {};
    store.watch(() => look());
    const until = async (position: bigint, write: () => Promise<unknown>) => {
      const woken = signal(`position ${position}`, 30_000);
      look = () =>
        void store.head().then(
          (head) => head >= position && woken.tell(),
          () => undefined,
        );
      await write();
      await woken.seen;
      seen = position;
    };
    await until(1n, () => appended(other, { stream: 'deal-1', events: [event()], expected: 0 }));
    proxy.cut();
    await appended(other, { stream: 'deal-2', events: [event()], expected: 0 });
    await until(2n, async () => proxy.mend());
    await until(3n, () => appended(other, { stream: 'deal-3', events: [event()], expected: 0 }));
    expect(seen).toBe(3n);
  });

  test('many appends on their way when the connection breaks: the process goes on, and each lands once or not at all', async () => {
    const { proxy, store, direct } = await givenNode(server.url());
    const event = eventMaker(6);
    const tally: Tally = { tried: new Set(), acked: new Set(), refused: 0 };
    const batch = (round: number) =>
      Array.from({ length: 100 }, (_, n) => {
        const events = [event({ n }), event({ n })];
        for (const { id } of events) tally.tried.add(id);
        return { stream: `deal-${round}.${n}`, events, expected: 0 };
      });
    for (const fail of [proxy.stall, proxy.cut, proxy.deafen]) {
      const appends = batch(tally.tried.size);
      fail();
      const pending = store.appendEach(appends).then(
        (answers) => answers.every(({ ok }) => ok),
        (error: unknown) => error instanceof ProblemError && error.problem.code,
      );
      expect(await pending).toBe('store_unavailable');
      proxy.cut();
      proxy.mend();
      const again = () =>
        store.appendEach(appends).then(
          (answers) => answers.length,
          () => 0,
        );
      await expect.poll(again, { timeout: 20_000 }).toBe(100);
      for (const { events } of appends) for (const { id } of events) tally.acked.add(id);
    }
    expect(await checkStored(direct, tally)).toHaveLength(600);
  });

  test('a wire that breaks, stalls and goes deaf at random under load loses and doubles nothing', async () => {
    const { proxy, store, direct } = await givenNode(server.url());
    const tally: Tally = { tried: new Set(), acked: new Set(), refused: 0 };
    const random = seededRandom(20260101);
    let going = true;
    const writers = [1, 2, 3].map((seed) => write(store, 100 + seed, tally, () => going));
    for (let round = 0; round < 12; round++) {
      const acked = tally.acked.size;
      await expect.poll(() => tally.acked.size, { timeout: 30_000, interval: 10 }).toBeGreaterThan(acked + 3);
      const fault = [() => proxy.stall(), () => proxy.cut(), () => proxy.deafen()][round % 3];
      fault?.();
      await new Promise((resolve) => setTimeout(resolve, random() * 300));
      if (round % 3 === 2) proxy.cut();
      proxy.mend();
    }
    going = false;
    await Promise.all(writers);
    const events = await checkStored(direct, tally);
    expect(events.length).toBeGreaterThan(36);
  });
});

test('a server that speaks no TLS is not said to be away and no more', async () => {
  const double = await startDouble();
  opened.push({ close: async () => double.kill() });
  // By TLS the client cannot ask for an address of numbers at all.
  for (const host of ['localhost', '127.0.0.1']) {
    const url = double.url.replace('127.0.0.1', host).replace('tls=false', 'tls=true');
    await expect(newLedger(url).open(clock)).rejects.toMatchObject({
      problem: { code: 'store_unavailable', message: expect.stringContaining('does not answer by TLS; set tls=false') },
    });
  }
});

describe('a server that ends and starts', () => {
  test('the double: killed under load, started again, not ready at first', async () => {
    const double = await startDouble();
    opened.push({ close: async () => double.kill() });
    const direct = newLedger(double.url);
    const store = await noted(direct.make(clock));
    const tally: Tally = { tried: new Set(), acked: new Set(), refused: 0 };
    let going = true;
    const writers = [1, 2].map((seed) => write(store, 200 + seed, tally, () => going));
    for (let round = 0; round < 4; round++) {
      const acked = tally.acked.size;
      await expect.poll(() => tally.acked.size, { timeout: 30_000, interval: 10 }).toBeGreaterThan(acked + 3);
      double.kill();
      double.behaviour.notReady = 3;
      await double.restart();
    }
    going = false;
    await Promise.all(writers);
    await checkStored(direct, tally);
  });

  test('the leader changes: the next append finds the new one by itself', async () => {
    const leader = await startDouble();
    const follower = await startDouble(leader.log);
    opened.push({ close: async () => leader.kill() }, { close: async () => follower.kill() });
    const store = await noted(newLedger(follower.url).make(clock));
    const event = eventMaker(5);
    await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
    follower.behaviour.leader = { host: '127.0.0.1', port: leader.port };
    expect(await store.append({ stream: 'deal-1', events: [event()], expected: 1 })).toMatchObject({
      ok: true,
      revision: 2,
    });
    expect(await logOf(store)).toHaveLength(2);
  });

  test('a real server on disk: killed under load, stopped for a while, started again', async (context) => {
    const started = await serverProcess();
    if (started === undefined) {
      return context.skip('no server to start: set EVENTSTORE_RUN to a command that takes a port and --dir <folder>');
    }
    opened.push(started);
    const direct = newLedger(started.url);
    const store = await noted(direct.make(clock, PATIENT).then((made) => made.close().then(() => direct.open(clock))));
    const tally: Tally = { tried: new Set(), acked: new Set(), refused: 0 };
    let going = true;
    const writers = [1, 2, 3].map((seed) => write(store, 300 + seed, tally, () => going));
    const more = async () => {
      const acked = tally.acked.size;
      await expect.poll(() => tally.acked.size, { timeout: 60_000, interval: 20 }).toBeGreaterThan(acked + 20);
    };
    await more();
    started.stop();
    await expect.poll(() => tally.refused, { timeout: 10_000 }).toBeGreaterThan(2);
    started.go();
    await more();
    await started.kill();
    await expect.poll(() => tally.refused, { timeout: 10_000 }).toBeGreaterThan(5);
    await started.start();
    await more();
    going = false;
    await Promise.all(writers);
    await checkStored(direct, tally);
  }, 180_000);
});
