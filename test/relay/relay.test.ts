import { describe, expect, test } from 'vitest';
import { logOf } from '../contracts/given.ts';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { givenRelay, streamed } from './given.ts';

describe('the relay publishes the log', () => {
  test('every fact, in the order of the log, each naming the one before', async (context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
    const given = await givenRelay();
    await given.write(1_200);
    const relay = await given.relay();
    const head = await given.write(300);
    await until('all facts are out', () => relay.status().position === head);
    const log = await logOf(given.store);
    const messages = await streamed(given);
    expect(messages.map(({ id, position }) => [id, position])).toEqual(log.map(({ id, position }) => [id, position]));
    expect(messages.map(({ previous }) => previous)).toEqual([0n, ...log.slice(0, -1).map(({ position }) => position)]);
    expect(messages.map(({ sequence }) => sequence)).toEqual(log.map((_, index) => index + 1));
  });
});
