import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { subjectOf } from '@ledger/bus-nats';
import { streamOf } from '@ledger/events';
import { systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { RetentionPolicy } from 'nats';
import { beforeEach, describe, expect, test } from 'vitest';
import { appended, logOf } from '../contracts/given.ts';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { dealWriter, follower, type GivenRelay, givenRelay, LEDGER, pendingOf, streamed, withClient } from './given.ts';

beforeEach((context) => {
  if (NATS_SERVER === undefined) context.skip(NO_NATS);
});

type Relay = Awaited<ReturnType<GivenRelay['relay']>>;

const at = (relay: Relay, position: bigint) =>
  until(
    `position ${position} is out`,
    () => relay.status().position === position && relay.status().state === 'running',
  );
const stopped = (relay: Relay, code: string) =>
  until(
    `the relay stops with ${code}`,
    () => relay.status().state === 'stopped' && relay.status().problem?.code === code,
  );

const stateOf = (given: GivenRelay) =>
  withClient(given, async (client) => (await (await client.jetstreamManager()).streams.info('ledger-acme')).state);

const JUNK = subjectOf(LEDGER, 'deal', 'DealClosed');

describe('the relay publishes the log', () => {
  test('every fact, in the order of the log, each naming the one before, and new ones as they come', async () => {
    const given = await givenRelay();
    await given.write(1_200);
    const relay = await given.relay();
    await at(relay, await given.write(300));
    await at(relay, await given.write(1));
    const log = await logOf(given.store);
    const messages = await streamed(given);
    expect(messages.map(({ id, position }) => [id, position])).toEqual(log.map(({ id, position }) => [id, position]));
    expect(messages.map(({ previous }) => previous)).toEqual([0n, ...log.slice(0, -1).map(({ position }) => position)]);
    expect(messages.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
    expect(new Set(messages.map(({ on }) => on))).toEqual(new Set(['ledger.acme.facts.deal.DealClosed']));
  });

  test('an empty log makes a stream, and nothing in it', async () => {
    const given = await givenRelay();
    const relay = await given.relay();
    await at(relay, 0n);
    expect(await streamed(given)).toEqual([]);
    const { config } = await withClient(given, async (client) =>
      (await client.jetstreamManager()).streams.info('ledger-acme'),
    );
    expect(config).toMatchObject({
      subjects: ['ledger.acme.facts.>'],
      retention: RetentionPolicy.Limits,
      storage: 'file',
      discard: 'old',
      max_msg_size: 1_048_576,
      duplicate_window: 120e9,
      deny_delete: true,
      deny_purge: true,
    });
  });

  test('starts before NATS does', async () => {
    const given = await givenRelay();
    const head = await given.write(10);
    await given.server.kill();
    const child = given.spawn();
    await until('the relay waits', () => child.said.join('').includes('"state":"waiting"'));
    await given.server.start();
    await until('the relay runs', () => child.said.join('').includes('"state":"running"'));
    expect((await streamed(given)).at(-1)?.position).toBe(head);
  });
});

describe('it goes on where the stream ends', () => {
  test('another relay, without a checkpoint, sends nothing twice', async () => {
    const given = await givenRelay();
    const first = await given.relay();
    await at(first, await given.write(20));
    await first.stop();
    const second = await given.relay();
    await at(second, await given.write(5));
    expect(second.status().published).toBe(5);
    expect((await streamed(given)).map(({ sequence }) => sequence)).toHaveLength(25);
  });

  test('from its checkpoint, where the stream has dropped what is too old', async () => {
    const given = await givenRelay();
    const checkpoint = join(given.folder, 'kept');
    const stream = { maxAgeMs: 1_000 };
    const first = await given.relay({ checkpoint, stream });
    await at(first, await given.write(20));
    await first.stop();
    await until('the stream has dropped all', async () => (await stateOf(given)).messages === 0);
    const second = await given.relay({ checkpoint, stream });
    await at(second, await given.write(5));
    expect(second.status().published).toBe(5);
    expect(
      await withClient(given, async (client) => (await client.jetstreamManager()).streams.info('ledger-acme')),
    ).toMatchObject({
      state: { last_seq: 25 },
    });
  });

  test('from the beginning, where the stream has dropped all and there is no checkpoint', async () => {
    const given = await givenRelay();
    const stream = { maxAgeMs: 1_000 };
    const first = await given.relay({ stream });
    await at(first, await given.write(20));
    await first.stop();
    await until('the stream has dropped all', async () => (await stateOf(given)).messages === 0);
    const second = await given.relay({ stream });
    await at(second, await given.write(5));
    expect(second.status().published).toBe(25);
  });

  test('after its last fact, where somebody else has published what is no fact', async () => {
    const given = await givenRelay();
    const relay = await given.relay();
    const reader = await follower(given);
    await at(relay, await given.write(20));
    for (const junk of ['hello', '{', 'null', '{"specversion":"1.0","position":"7"}']) {
      await withClient(given, (client) => client.jetstream().publish(JUNK, junk));
      await at(relay, await given.write(5));
    }
    const log = (await logOf(given.store)).map(({ id }) => id);
    await until('the consumer has all', () => reader.applied.length === log.length);
    expect(reader.applied.map(({ id }) => id)).toEqual(log);
    expect((await stateOf(given)).messages).toBe(44);
  });

  test('from the beginning, where there is nothing but what is no fact', async () => {
    const given = await givenRelay();
    await at(await given.relay(), 0n);
    for (let n = 0; n < 3; n += 1) await withClient(given, (client) => client.jetstream().publish(JUNK, 'hello'));
    const relay = await given.relay();
    await at(relay, await given.write(20));
    const reader = await follower(given);
    await until('the consumer has all', () => reader.applied.length === 20);
  });

  test('after a stream that has lost its last messages, as a server that is switched off may', async () => {
    const given = await givenRelay();
    const relay = await given.relay();
    const log = await given.write(20).then(() => logOf(given.store));
    await at(relay, await given.store.head());
    await relay.stop();
    // What is left of it: the first 12 facts, under other sequence numbers.
    await given.server.wipe();
    const short = openLog(join(given.folder, 'short.ledger'), { mode: 'create', ledger: LEDGER, clock: systemClock });
    given.closing.push(() => short.close());
    for (const { id, type, version, data, meta, stream } of log.slice(0, 12)) {
      await appended(short, { stream, events: [{ id, type, version, data, meta }], expected: 0 });
    }
    const before = await given.relay({ store: short });
    await at(before, 12n);
    await before.stop();
    const after = await given.relay();
    await at(after, await given.store.head());
    expect(after.status().published).toBe(8);
    expect((await streamed(given)).map(({ id }) => id)).toEqual(log.map(({ id }) => id));
  });
});

describe('it stops visibly, and goes on by itself once that is mended', () => {
  test('where the log does not hold what the stream ends with: an older log, or another one', async () => {
    const given = await givenRelay();
    const first = await given.relay();
    await at(first, await given.write(20));
    await first.stop();
    const other = openLog(join(given.folder, 'other.ledger'), { mode: 'create', ledger: LEDGER, clock: systemClock });
    given.closing.push(() => other.close());
    await dealWriter(other)(30);
    const second = await given.relay({ store: other });
    await stopped(second, 'tail_lost');
    expect(second.status().published).toBe(0);
    await withClient(given, async (client) => (await client.jetstreamManager()).streams.delete('ledger-acme'));
    await at(second, 30n);
  });

  test('where the log does not hold what the checkpoint says', async () => {
    const given = await givenRelay();
    const checkpoint = join(given.folder, 'kept');
    const first = await given.relay({ checkpoint });
    await at(first, await given.write(20));
    await first.stop();
    await given.server.wipe();
    const other = openLog(join(given.folder, 'other.ledger'), { mode: 'create', ledger: LEDGER, clock: systemClock });
    given.closing.push(() => other.close());
    await dealWriter(other)(30);
    const second = await given.relay({ checkpoint, store: other });
    await stopped(second, 'tail_lost');
    expect(second.status().published).toBe(0);
  });

  test('where the stream is not one that it can use', async () => {
    const given = await givenRelay();
    await withClient(given, async (client) => {
      const subjects = ['ledger.acme.facts.>', 'something.else'];
      await (await client.jetstreamManager()).streams.add({ name: 'ledger-acme', subjects });
    });
    const head = await given.write(20);
    const relay = await given.relay();
    await stopped(relay, 'relay_unfit');
    await withClient(given, async (client) => (await client.jetstreamManager()).streams.delete('ledger-acme'));
    await at(relay, head);
  });

  test('at an event of a later release: what is before it goes out, and nothing after it', async () => {
    const given = await givenRelay();
    const head = await given.write(20);
    const later = {
      ...pendingOf({ type: 'PlanRetired', data: { plan: 'p', effectiveFrom: '2026-01-01', reason: 'x' } }),
    };
    await appended(given.store, { stream: 'plan-p', events: [{ ...later, type: 'PlanTeleported' }], expected: 0 });
    await given.write(20);
    const relay = await given.relay();
    await stopped(relay, 'event_unknown');
    expect(relay.status().position).toBe(head);
    expect((await streamed(given)).at(-1)?.position).toBe(head);
  });

  test('at a fact that the server does not take', async () => {
    const given = await givenRelay();
    const config = join(given.folder, 'nats.conf');
    writeFileSync(config, 'max_payload: 8KB\n');
    await given.server.kill();
    await given.server.start(['-c', config]);
    const head = await given.write(20);
    const openQueries = Array.from({ length: 2_000 }, (_, index) => `p-17.${index + 1}`);
    const event = pendingOf({
      type: 'PeriodFrozen',
      data: { period: '2026-01', asOf: '1', statements: 1, totals: {}, digest: '0'.repeat(64), openQueries },
    });
    await appended(given.store, { stream: streamOf.period('2026-01'), events: [event], expected: 0 });
    const relay = await given.relay();
    await stopped(relay, 'limit_exceeded');
    expect(relay.status().position).toBe(head);
    await given.server.kill();
    await given.server.start();
    await at(relay, head + 1n);
  });
});
