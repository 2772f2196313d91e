import { natsBus } from '@ledger/bus-nats';
import { signalling } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { logOf } from '../contracts/given.ts';
import { linkTo, NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { dealWriter, follower, type GivenRelay, givenRelay, streamed } from './given.ts';

/** Appends all the time, one deal after the other, through a store whose appends are signalled over the same NATS. */
async function load(given: GivenRelay) {
  const link = await linkTo(given.server.settings);
  const bus = natsBus(link, given.store.ledger);
  given.closing.push(() => link.close());
  const write = dealWriter(signalling(given.store, bus), 'load');
  let running = true;
  let slowest = 0;
  let written = 0;
  const writing = (async () => {
    while (running) {
      const start = performance.now();
      await write(1);
      slowest = Math.max(slowest, performance.now() - start);
      written += 1;
      // At a pace: what is appended has to be read by the end of the test.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  return {
    written: () => written,
    /** Waits until so many more have been written. */
    more: async (count: number) => {
      const goal = written + count;
      await until(`${count} more deals are written`, () => written >= goal);
    },
    /** Rejects when an append failed. */
    async stop() {
      running = false;
      await writing;
      return { written, slowest };
    },
  };
}

/** What was appended, published and applied is the same, in the same order. */
async function expectNothingMissed(given: GivenRelay, applied: readonly { readonly id: string }[]) {
  const log = (await logOf(given.store)).map(({ id }) => id);
  expect(log.length).toBeGreaterThan(50);
  const published = (await streamed(given)).map(({ id }) => id);
  const difference = (ids: readonly string[]) => ids.findIndex((id, at) => id !== log[at]);
  expect({ published: published.length, difference: difference(published) }).toEqual({
    published: log.length,
    difference: -1,
  });
  const consumed = applied.map(({ id }) => id);
  expect({ applied: consumed.length, difference: difference(consumed) }).toEqual({
    applied: log.length,
    difference: -1,
  });
}

describe('whatever happens to NATS, appends succeed and nobody misses anything', () => {
  const faults: readonly (readonly [
    string,
    (given: GivenRelay, more: (count: number) => Promise<void>) => Promise<void>,
  ])[] = [
    [
      'killed, and started again later',
      async ({ server }, more) => {
        await server.kill();
        await more(200);
        await server.start();
      },
    ],
    [
      'killed and started again, over and over',
      async ({ server }, more) => {
        for (let n = 0; n < 4; n += 1) {
          await server.kill();
          await server.start();
          await more(50);
        }
      },
    ],
    [
      'wiped',
      async ({ server }, more) => {
        await server.kill();
        await more(50);
        await server.wipe();
      },
    ],
    [
      'standing still, then going on',
      async ({ server }, more) => {
        server.stall();
        await more(500);
        server.go();
      },
    ],
  ];

  test.for(faults)('%s', async ([, fault], context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    await given.write(300);
    const relay = await given.relay();
    const reader = await follower(given);
    const appending = await load(given);
    await until('the consumer follows', () => reader.applied.length > 300);
    await fault(given, appending.more);
    await appending.more(50);
    const { slowest } = await appending.stop();
    // Less than the relay waits for JetStream, and far less than a stalled server would make anybody wait.
    expect(slowest).toBeLessThan(3_000);
    const head = await given.store.head();
    await until('all facts are out', () => relay.status().position === head && relay.status().state === 'running');
    await until('the consumer has all', () => reader.applied.at(-1)?.position === head);
    await expectNothingMissed(given, reader.applied);
  });

  test('wiped while nothing happens: an idle relay notices and publishes all again', async (context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    const relay = await given.relay();
    const head = await given.write(700);
    const reader = await follower(given);
    await until('the consumer has all', () => reader.applied.at(-1)?.position === head);
    await given.server.wipe();
    await until('all facts are out again', () => relay.status().published >= 1_400);
    const last = await given.write(3);
    await until('the consumer has the new ones', () => reader.applied.at(-1)?.position === last);
    await expectNothingMissed(given, reader.applied);
  });
});

describe('whatever happens to the relay, the stream holds each fact once, in order', () => {
  test('killed over and over while facts are appended', async (context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    await given.write(2_000);
    const reader = await follower(given);
    const appending = await load(given);
    for (let n = 0; n < 3; n += 1) {
      const child = given.spawn();
      const before = reader.applied.length;
      await until(`relay ${n} publishes`, () => reader.applied.length > before);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    await appending.stop();
    given.spawn();
    const head = await given.store.head();
    await until('the consumer has all', () => reader.applied.at(-1)?.position === head);
    await expectNothingMissed(given, reader.applied);
  });

  test('two by mistake, each with a checkpoint of its own, and two with the same one', async (context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    await given.write(2_000);
    const checkpoint = `${given.folder}/shared`;
    const relays = await Promise.all([
      given.relay(),
      given.relay(),
      given.relay({ checkpoint }),
      given.relay({ checkpoint }),
    ]);
    const reader = await follower(given);
    const appending = await load(given);
    await appending.more(1_000);
    await appending.stop();
    const head = await given.store.head();
    for (const relay of relays) await until('each knows that all is out', () => relay.status().position === head);
    await until('the consumer has all', () => reader.applied.at(-1)?.position === head);
    await expectNothingMissed(given, reader.applied);
  });
});
