import { randomUUID } from 'node:crypto';
import {
  ANY,
  type AppendResult,
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterEach, describe, expect, test } from 'vitest';
import { start } from '../faults/child.ts';
import { startProxy } from './proxy.ts';
import { onServers, type TestServer } from './servers.ts';

/**
 * What was measured of the client (6.2.1) and the server (24.2), and what the adapter relies on: the numbers are those of
 * docs/reference/eventstoredb.md. A later release that does otherwise fails here first.
 */
onServers('facts about EventStoreDB', (server) => {
  const opened: EventStoreDBClient[] = [];
  afterEach(async () => {
    for (const client of opened.splice(0)) await client.dispose();
  });

  function connect(options = '', url = server.url()): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(`${url}${options}`);
    opened.push(client);
    return client;
  }

  const newStream = () => `fact-${randomUUID()}`;
  const event = (id: string = randomUUID(), data: Record<string, unknown> = {}) =>
    jsonEvent({ id, type: 'Fact', data });
  const events = (count: number) => Array.from({ length: count }, () => event());

  async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
    const found: T[] = [];
    for await (const each of stream) found.push(each);
    return found;
  }

  const crash = (what: string) => saidBy(server, what);

  describe('1: what is no UUID or has no type ends the process two seconds later', () => {
    test.each(['bad id', 'empty type'])('%s', async (what) => {
      expect(await crash(what)).toEqual([
        'rejected UnknownError: Could not recognize BadRequest',
        expect.stringMatching(/^uncaught TypeError: /),
        7,
      ]);
    });

    test('an empty name of a stream is refused, and that is all', async () => {
      expect(await crash('empty stream')).toEqual(['rejected UnknownError: Could not recognize BadRequest', 0]);
    });
  });

  describe('2: what cannot be written as JSON ends the process, or the connection', () => {
    test.each(['no data', 'bigint in data'])('%s: the append never settles', async (what) => {
      expect(await crash(what)).toEqual([expect.stringMatching(/^uncaught TypeError: /), 7]);
    });

    test('a negative revision is refused by the library below', async () => {
      expect(await crash('negative revision')).toEqual([
        expect.stringMatching(/^rejected UnknownError: 13 INTERNAL/),
        0,
      ]);
    });
  });

  test('3: one broken connection rejects the pending appends of every client of the process', async () => {
    const [broken, stalled] = [await startProxy(server.url()), await startProxy(server.url())];
    const [one, other] = [connect('', broken.url), connect('', stalled.url)];
    for (const client of [one, other]) await client.appendToStream(newStream(), event());
    stalled.stall();
    const pending = other.appendToStream(newStream(), event()).catch((error: unknown) => error);
    broken.cut();
    expect(await pending).toBeInstanceOf(Error);
    await Promise.all([broken.close(), stalled.close()]);
  });

  test('4: conflicts name revisions and say nothing; a missing stream is told while it is read', async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM });
    const conflict = await client.appendToStream(stream, event(), { expectedRevision: 5n }).catch((error) => error);
    expect(conflict).toBeInstanceOf(WrongExpectedVersionError);
    expect(conflict).toMatchObject({ expectedVersion: 5n, actualVersion: 1n, message: '' });
    const none = await client.appendToStream(newStream(), event(), { expectedRevision: 0n }).catch((error) => error);
    expect(none).toMatchObject({ expectedVersion: 0n, actualVersion: 'no_stream' });
    const missing = client.readStream(newStream());
    await expect(all(missing)).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  test('5: without throwing, a conflict reports a revision that means nothing', async () => {
    const client = connect('&throwOnAppendFailure=false');
    const stream = newStream();
    await client.appendToStream(stream, events(4), { expectedRevision: NO_STREAM });
    const answer = await client.appendToStream(stream, event(), { expectedRevision: NO_STREAM });
    expect(answer).toMatchObject({ success: false, nextExpectedRevision: 1n });
  });

  test('6: the same ids at the same revision answer as before, whatever they say; other combinations do not', async () => {
    const client = connect();
    const stream = newStream();
    const batch = events(3);
    const at = { expectedRevision: NO_STREAM } as const;
    const first = await client.appendToStream(stream, batch, at);
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await client.appendToStream(stream, batch, at)).toEqual(first);
    const others = batch.map(({ id }) => event(id, { other: 'payload' }));
    expect(await client.appendToStream(stream, others, at)).toEqual(first);
    expect(await client.appendToStream(stream, batch.slice(0, 2), at)).toMatchObject({ nextExpectedRevision: 1n });
    await expect(client.appendToStream(stream, [...batch, event()], at)).rejects.toBeInstanceOf(
      WrongExpectedVersionError,
    );
    // At the present revision they are written again, and so are duplicates within a batch.
    const again = await client.appendToStream(stream, batch, { expectedRevision: 2n });
    expect(again).toMatchObject({ nextExpectedRevision: 5n });
    const twice = event();
    expect(await client.appendToStream(stream, [twice, twice], { expectedRevision: 5n })).toMatchObject({
      nextExpectedRevision: 7n,
    });
    const any = event();
    await client.appendToStream(stream, any, { expectedRevision: ANY });
    expect(await client.appendToStream(stream, any, { expectedRevision: ANY })).toMatchObject({
      nextExpectedRevision: 8n,
    });
  });

  test('7: an append of nothing succeeds, and there is no stream', async () => {
    const client = connect();
    const stream = newStream();
    expect(await client.appendToStream(stream, [], { expectedRevision: NO_STREAM })).toMatchObject({ success: true });
    await expect(all(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  test('8: an append holds 1 MiB of data, metadata not counted', async () => {
    const client = connect();
    const most = 1_024 * 1_024;
    const sized = (bytes: number, metadata = {}) =>
      jsonEvent({ id: randomUUID(), type: 'Fact', data: { x: 'x'.repeat(bytes - '{"x":""}'.length) }, metadata });
    const note = { note: 'y'.repeat(200_000) };
    await client.appendToStream(newStream(), sized(most, note), { expectedRevision: NO_STREAM });
    const refused = await client.appendToStream(newStream(), sized(most + 1)).catch((error) => error);
    expect(refused).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(refused).toMatchObject({ maxAppendSize: most });
    const half = [sized(most / 2), sized(most / 2 + 1)];
    await expect(client.appendToStream(newStream(), half)).rejects.toBeInstanceOf(MaxAppendSizeExceededError);
  });

  test('9: the client sets no timer: against a server that stalls a deadline does not end an append', async () => {
    const proxy = await startProxy(server.url());
    const client = connect('', proxy.url);
    const stream = newStream();
    await client.appendToStream(stream, event());
    proxy.stall();
    let settled: AppendResult | 'rejected' | undefined;
    const append = client.appendToStream(stream, event(), { deadline: 200 }).then(
      (result) => {
        settled = result;
      },
      () => {
        settled = 'rejected';
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(settled).toBeUndefined();
    proxy.cut();
    await append;
    expect(settled).toBe('rejected');
    await proxy.close();
  });

  test('10: a server that is away is a plain error with code 14, and the client connects again by itself', async () => {
    const proxy = await startProxy(server.url());
    const client = connect('', proxy.url);
    const stream = newStream();
    proxy.cut();
    const refused = await client.appendToStream(stream, event()).catch((error) => error);
    expect(refused).toMatchObject({ code: 14 });
    proxy.mend();
    const id = randomUUID();
    await expect
      .poll(() => client.appendToStream(stream, event(id), { expectedRevision: NO_STREAM }).catch(() => undefined), {
        timeout: 15_000,
      })
      .toMatchObject({ success: true });
    await proxy.close();
  });

  test('11: credentials for one call take the append that is not batched, which answers alike', async () => {
    const client = connect();
    const credentials = { username: 'admin', password: 'changeit' };
    const stream = newStream();
    const options = { expectedRevision: NO_STREAM, credentials } as const;
    const batch = events(2);
    const first = await client.appendToStream(stream, batch, options);
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await client.appendToStream(stream, batch, { expectedRevision: NO_STREAM })).toEqual(first);
    const conflict = await client.appendToStream(stream, event(), options).catch((error) => error);
    expect(conflict).toMatchObject({ expectedVersion: 'no_stream', actualVersion: 1n });
  });

  test('12: subscriptions begin after a place, reads with it, `$all` backwards before it', async () => {
    const client = connect();
    const stream = newStream();
    const { position } = await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
    if (position === undefined) throw new Error('an append without a position');
    const revisions = (found: readonly { event?: { revision: bigint } | undefined }[]) =>
      found.map((each) => each.event?.revision);
    expect(revisions(await all(client.readStream(stream, { fromRevision: 1n })))).toEqual([1n, 2n]);
    const back = await all(client.readStream(stream, { direction: BACKWARDS, fromRevision: 1n }));
    expect(revisions(back)).toEqual([1n, 0n]);
    const [from] = await all(client.readAll({ fromPosition: position, maxCount: 1 }));
    expect(from?.event).toMatchObject({ streamId: stream, revision: 2n, position });
    const [before] = await all(client.readAll({ direction: BACKWARDS, fromPosition: position, maxCount: 1 }));
    expect(before?.event?.position.commit).toBeLessThan(position.commit);
    const subscription = client.subscribeToStream(stream, { fromRevision: 1n });
    const received: unknown[] = [];
    subscription.on('data', (each) => received.push(each.event?.revision));
    await new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
    await expect.poll(() => received).toEqual([2n]);
  });

  test('12: a subscription to what is not there waits; when the server goes there is an error, and no end', async () => {
    const proxy = await startProxy(server.url());
    const stream = newStream();
    const subscription = connect('', proxy.url).subscribeToStream(stream);
    const said: string[] = [];
    for (const word of ['end', 'close', 'error'] as const) subscription.on(word, () => said.push(word));
    const received = new Promise<bigint | undefined>((resolve) => {
      subscription.on('data', ({ event: each }) => resolve(each?.revision));
    });
    await new Promise<void>((resolve) => subscription.on('confirmation', resolve));
    await connect().appendToStream(stream, event());
    expect(await received).toBe(0n);
    const failed = new Promise((resolve) => subscription.on('error', resolve));
    proxy.cut();
    await failed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said).toEqual(['error']);
    await proxy.close();
  });

  test('13: reads ignore a filter; a subscription keeps to it, and reports checkpoints', async () => {
    const client = connect();
    const [ours, theirs] = [newStream(), newStream()];
    const { position } = await client.appendToStream(ours, event(), { expectedRevision: NO_STREAM });
    await client.appendToStream(theirs, events(200), { expectedRevision: NO_STREAM });
    await client.appendToStream(ours, event(), { expectedRevision: 0n });
    if (position === undefined) throw new Error('an append without a position');
    const options = { fromPosition: position, filter: streamNameFilter({ prefixes: [ours] }), maxCount: 50 };
    const read = await all(client.readAll(options));
    expect(read.map((each) => each.event?.streamId)).toContain(theirs);
    let checkpoints = 0;
    const filter = streamNameFilter({
      prefixes: [ours],
      maxSearchWindow: 32,
      checkpointInterval: 1,
      checkpointReached: async () => {
        checkpoints += 1;
      },
    });
    const subscription = client.subscribeToAll({ fromPosition: position, filter });
    for await (const each of subscription) {
      expect(each.event).toMatchObject({ streamId: ours, revision: 1n });
      break;
    }
    expect(checkpoints).toBeGreaterThanOrEqual(4);
  });

  test('14: `$all` holds events of the system; commit positions are unique and rise', async () => {
    const client = connect();
    await client.appendToStream(newStream(), events(3));
    const found = await all(client.readAll({ maxCount: 2_000 }));
    expect(found.some((each) => each.event?.streamId.startsWith('$'))).toBe(true);
    const commits = found.map((each) => each.event?.position.commit ?? 0n);
    expect(commits).toEqual([...new Set(commits)].sort((a, b) => Number(a - b)));
    const last = await all(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last[0]?.event?.position).toEqual({ commit: expect.any(BigInt), prepare: last[0]?.event?.position.commit });
  });

  test('15: a deleted stream is not found, and goes on where it was; a tombstone ends it', async () => {
    const client = connect();
    const stream = newStream();
    await client.appendToStream(stream, events(2), { expectedRevision: NO_STREAM });
    await client.deleteStream(stream);
    await expect(all(client.readStream(stream))).rejects.toBeInstanceOf(StreamNotFoundError);
    const anew = await client.appendToStream(stream, event(), { expectedRevision: NO_STREAM });
    expect(anew).toMatchObject({ nextExpectedRevision: 2n });
    expect((await all(client.readStream(stream))).map((each) => each.event?.revision)).toEqual([2n]);
    await client.tombstoneStream(stream);
    await expect(all(client.readStream(stream))).rejects.toBeInstanceOf(StreamDeletedError);
    await expect(client.appendToStream(stream, event())).rejects.toBeInstanceOf(StreamDeletedError);
  });

  test('16: metadata limits what a stream shows', async () => {
    const client = connect();
    const stream = newStream();
    await client.setStreamMetadata(stream, { maxCount: 1 });
    await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
    expect((await all(client.readStream(stream))).map((each) => each.event?.revision)).toEqual([2n]);
  });

  test('17: `$all` is not read from a place at which no event begins; beyond the end there is nothing', async () => {
    const client = connect();
    const { position } = await client.appendToStream(newStream(), events(1));
    const at = (commit: bigint) => ({ fromPosition: { commit, prepare: commit } });
    const before = (position?.commit ?? 0n) - 1n;
    await expect(all(client.readAll(at(before)))).rejects.toThrow('InvalidPosition');
    const subscription = client.subscribeToAll(at(before));
    await expect(new Promise((_, fail) => subscription.on('error', fail))).rejects.toThrow('from an invalid position');
    expect(await all(client.readAll(at(before + 1_000_000n)))).toEqual([]);
  });
});

/** What a process of its own says and how it ends. */
async function saidBy(server: TestServer, what: string): Promise<readonly (string | number)[]> {
  const child = start('../eventstoredb/crash.ts', server.url(), what);
  const code = await child.ended;
  return [...child.lines, code];
}
