import { factsUnder, subjectOf } from '@ledger/bus-nats';
import { seededRandom } from '@ledger/kernel';
import { cloudEvent, example } from '@ledger/relay';
import type { JetStreamClient } from 'nats';
import { beforeEach, describe, expect, test } from 'vitest';
import { logOf } from '../contracts/given.ts';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { follower, type GivenRelay, givenRelay, LEDGER, withClient } from './given.ts';

beforeEach((context) => {
  if (NATS_SERVER === undefined) context.skip(NO_NATS);
});

interface Sent {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
}

/** The facts of a log of so many deals, as the relay would send them. */
async function factsOf(given: GivenRelay, count: number): Promise<readonly Sent[]> {
  await given.write(count);
  let previous = 0n;
  return (await logOf(given.store)).map((stored) => {
    const fact = cloudEvent(stored, previous);
    previous = stored.position;
    return fact;
  });
}

/** A stream of the relay's name that takes whatever it is sent, as often as it is sent. */
async function withStream(given: GivenRelay, send: (client: JetStreamClient) => Promise<void>): Promise<void> {
  await withClient(given, async (client) => {
    const manager = await client.jetstreamManager();
    await manager.streams.add({ name: `ledger-${LEDGER}`, subjects: [factsUnder(LEDGER)] }).catch(() => undefined);
    await send(client.jetstream());
  });
}

/** Each fact goes at most so far from its place. */
function shuffled<T>(items: readonly T[], window: number, random: () => number): readonly T[] {
  return items
    .map((item, index) => ({ item, at: index + random() * window }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe('a consumer that goes by position', () => {
  test('takes each fact once, though each is in the stream one to five times', async () => {
    const given = await givenRelay();
    const facts = await factsOf(given, 200);
    const random = seededRandom(7);
    // Without the header by which JetStream would know them again: as when its window is over.
    await withStream(given, async (client) => {
      for (const { subject, body } of facts) {
        for (let times = 1 + Math.floor(random() * 5); times > 0; times -= 1) await client.publish(subject, body);
      }
    });
    const reader = await follower(given);
    await until('the consumer has all', () => reader.applied.length >= facts.length);
    expect(reader.applied.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
  });

  test('takes them in the order of the log, though they come in another one, and more than once', async () => {
    const given = await givenRelay();
    const facts = await factsOf(given, 200);
    const random = seededRandom(7);
    const twice = facts.flatMap((fact) => (random() < 0.3 ? [fact, fact] : [fact]));
    await withStream(given, async (client) => {
      for (const { subject, body } of shuffled(twice, 50, random)) await client.publish(subject, body);
    });
    const reader = await follower(given);
    await until('the consumer has all', () => reader.applied.length >= facts.length);
    expect(reader.applied.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
  });

  test('waits at a gap, goes back for what is missing, and goes on when it is there', async () => {
    const given = await givenRelay();
    const facts = await factsOf(given, 30);
    const missing = facts[10];
    if (missing === undefined) throw new Error('there are 30 facts');
    await withStream(given, async (client) => {
      for (const { subject, body } of facts.slice(0, 5)) await client.publish(subject, body);
    });
    const reader = await follower(given);
    await until('it follows', () => reader.applied.length === 5);
    await withStream(given, async (client) => {
      // What is late is there before it can be missed in vain: one batch of the consumer holds both.
      const late = [...facts.slice(5, 10), ...facts.slice(11), missing];
      await Promise.all(late.map(({ subject, body }) => client.publish(subject, body)));
    });
    await until('the consumer has all', () => reader.applied.length === facts.length);
    expect(reader.applied.map(({ id }) => id)).toEqual(facts.map(({ id }) => id));
  });

  test('says after which position, when the stream no longer has what comes next', async () => {
    const given = await givenRelay();
    const facts = await factsOf(given, 30);
    await withStream(given, async (client) => {
      for (const { subject, body } of [...facts.slice(0, 10), ...facts.slice(12)]) await client.publish(subject, body);
    });
    const reader = await follower(given);
    await expect(reader.ended).rejects.toMatchObject({ name: 'Gap', after: 10n });
    expect(reader.applied).toHaveLength(10);
  });

  test('says so, too, when it comes too late for the beginning', async () => {
    const given = await givenRelay();
    const relay = await given.relay({ stream: { maxBytes: 20_000 } });
    const head = await given.write(200);
    await until('all facts are out', () => relay.status().position === head);
    const reader = await follower(given);
    await expect(reader.ended).rejects.toMatchObject({ name: 'Gap', after: 0n });
    expect(reader.applied).toEqual([]);
  });
});

describe('the rule', () => {
  const fact = (position: bigint, previous: bigint): example.Fact => {
    const rest = { id: 'x', type: 'x', subject: 'x', time: 'x', data: {} };
    return { ...rest, position, previous };
  };
  const place = { position: 10n, sequence: 4 };

  test.for([
    [1n, 0n, 'seen'],
    [10n, 7n, 'seen'],
    [12n, 10n, 'next'],
    [15n, 12n, 'early'],
  ] as const)('at position 10, %i after %i is %s', ([position, previous, is]) => {
    expect(example.verdict(place, fact(position, previous))).toBe(is);
  });

  test('what is no fact is none', () => {
    const good = { specversion: '1.0', id: 'x', position: '3', previous: '2' };
    expect(example.factOf(JSON.stringify(good))).toMatchObject({ position: 3n, previous: 2n });
    const bad = [
      '',
      'null',
      '[]',
      '7',
      JSON.stringify({ ...good, specversion: '0.3' }),
      JSON.stringify({ ...good, position: 3 }),
      JSON.stringify({ ...good, position: '03' }),
      JSON.stringify({ ...good, previous: undefined }),
      JSON.stringify({ ...good, previous: '-1' }),
    ];
    for (const text of bad) expect(example.factOf(text)).toBeUndefined();
  });
});

test('subjects hold the kind of fact, and no word of what it is about', () => {
  expect(subjectOf(LEDGER, 'payout', 'PayoutFrozen')).toBe('ledger.acme.facts.payout.PayoutFrozen');
});
