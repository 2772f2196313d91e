import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { chainChecker, instantText, type Pending } from '@ledger/kernel';
import { type EventStoreLog, openEventStoreLog, parseAddress } from '@ledger/store-eventstoredb';
import { afterEach, describe, expect, test } from 'vitest';
import { appended, codeOf, eventMaker, logOf, START, testClock } from '../contracts/given.ts';
import { newLedger, onServers, PATIENT, type TestLedger } from './servers.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

onServers('a ledger on EventStoreDB', (server) => {
  const clock = testClock();
  const event = eventMaker(11);

  async function noted<T extends { close(): Promise<void> }>(promise: Promise<T> | T): Promise<T> {
    const each = await promise;
    opened.push(each);
    return each;
  }

  async function given(): Promise<{ ledger: TestLedger; store: EventStoreLog; client: EventStoreDBClient }> {
    const ledger = newLedger(server.url());
    const client = EventStoreDBClient.connectionString(server.url());
    opened.push({ close: () => client.dispose() });
    return { ledger, store: await noted(ledger.make(clock, PATIENT)), client };
  }

  const put = (store: EventStoreLog, stream: string, events: readonly Pending[] = [event()], expected = 0) =>
    appended(store, { stream, events, expected });

  test('positions are numbers from 1, whatever else is on the cluster', async () => {
    const { ledger, store, client } = await given();
    const neighbour = newLedger(server.url(), `${ledger.name}-eu`);
    const theirs = await noted(neighbour.make(clock, PATIENT));
    for (let n = 0; n < 4; n++) {
      await put(theirs, `deal-${n}`);
      // Names that begin like ours, or would if the separator were another.
      for (const name of [
        `${ledger.name}`,
        `${ledger.name}@deal-${n}`,
        `${ledger.name}x.deal-${n}`,
        `x${ledger.name}.deal-${n}`,
      ]) {
        await client.appendToStream(name, jsonEvent({ type: 'Foreign', data: {} }));
      }
      expect((await put(store, `deal-${n}`)).position).toBe(BigInt(n + 1));
    }
    expect((await logOf(store)).map(({ stream, position }) => `${position} ${stream}`)).toEqual([
      '1 deal-0',
      '2 deal-1',
      '3 deal-2',
      '4 deal-3',
    ]);
    expect(await theirs.head()).toBe(4n);
    expect(await store.check()).toBeUndefined();
  });

  test('a log in which little is ours is read as well as one that is only ours', async () => {
    const { ledger, store, client } = await given();
    const foreign = Array.from({ length: 700 }, () => jsonEvent({ type: 'Foreign', data: { x: 1 } }));
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) {
      const events = [event({ n }), event({ n })];
      ids.push(...events.map(({ id }) => id));
      await put(store, `deal-${n}`, events);
      await client.appendToStream(`other-${ledger.name}`, foreign);
    }
    const node = await noted(ledger.open(clock, PATIENT));
    expect(await node.head()).toBe(12n);
    for (const limit of [5, 100]) expect((await logOf(node, limit)).map(({ id }) => id)).toEqual(ids);
    (await logOf(node)).forEach(chainChecker());
    expect(await node.check()).toBeUndefined();
  });

  test('more streams than are read at one time are asked for together, and all are answered', async () => {
    const { ledger, store } = await given();
    await put(store, 'deal-1');
    const hasty = await noted(ledger.open(clock, { answerMs: 1_500 }));
    const read = await Promise.all(Array.from({ length: 4_000 }, () => hasty.read('deal-1')));
    expect(read.map(({ length }) => length)).toEqual(Array.from(read, () => 1));
  });

  test('a server that has enough of a connection and closes it is asked by another one', async () => {
    const { store } = await given();
    // What is not there is told in a way that the client breaks off, and a server of Node lets nobody break off more than a thousand.
    const read = await Promise.all(Array.from({ length: 1_500 }, (_, n) => store.read(`deal-${n}`)));
    expect(read.flat()).toEqual([]);
  });

  test('large events are read in pages of any length', async () => {
    const { ledger, store } = await given();
    for (let n = 0; n < 5; n++) await put(store, `deal-${n}`, [event({ text: 'x'.repeat(900_000) })]);
    const node = await noted(ledger.open(clock, PATIENT));
    expect((await logOf(node, 100)).map(({ data }) => data.length)).toEqual(Array(5).fill(900_011));
  });

  test('data that is not canonical, and keys that look like numbers, come back byte by byte', async () => {
    const { store } = await given();
    const datas = [
      '{"10":1,"2":2}',
      '{"b":1,"a":2}',
      ' {"a":1}',
      '{"a":1.50}',
      '"text"',
      '[1,2]',
      '{"__proto__":1}',
      '{"a":9007199254740993}',
    ];
    await put(
      store,
      'deal-1',
      datas.map((data) => ({ ...event(), data })),
    );
    const events = await store.read('deal-1');
    expect(events.map(({ data }) => data)).toEqual(datas);
    events.forEach(chainChecker());
  });

  test('two nodes answer the same at the same position, and one reads what the other wrote', async () => {
    const { ledger, store } = await given();
    const other = await noted(ledger.open(clock, PATIENT));
    for (let n = 0; n < 6; n++) {
      const [writer, reader] = n % 2 === 0 ? [store, other] : [other, store];
      const { position } = await put(writer, `deal-${n}`);
      expect(await reader.readAll({ after: position - 1n, limit: 1 })).toEqual(
        await writer.readAll({ after: position - 1n, limit: 1 }),
      );
    }
    expect(await logOf(store)).toEqual(await logOf(other));
  });

  test('what is on its way when a node closes its log is refused, or answered', async () => {
    const { ledger, store } = await given();
    for (let n = 0; n < 3; n++) await put(store, `deal-${n}`);
    for (let turns = 0; turns < 6; turns++) {
      const node = await ledger.open(clock, PATIENT);
      const begun = [
        node.head(),
        node.readAll({ after: 0n, limit: 10 }),
        node.read('deal-1'),
        node.append({ stream: `deal-late-${turns}`, events: [event()], expected: 0 }),
      ];
      const settled = Promise.allSettled(begun);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await node.close();
      const refused = (await settled).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      for (const reason of refused) expect(await codeOf(() => Promise.reject(reason))).toBe('store_unavailable');
    }
  });

  test('as of an instant is the longest beginning in which nothing is later, whatever clock a node has', async () => {
    const { ledger, store } = await given();
    const slow = testClock();
    slow.at = START - 3_600_000_000n;
    const other = await noted(ledger.open(slow, PATIENT));
    clock.at = START + 1_000_000n;
    await put(store, 'deal-1');
    clock.at = START + 9_000_000n;
    await put(store, 'deal-2');
    const asOf = instantText(START + 5_000_000n);
    expect(await store.positionAt(asOf)).toBe(1n);
    // What comes in afterwards with an earlier time changes no answer.
    expect((await put(other, 'deal-3')).recordedAt < asOf).toBe(true);
    expect([await store.positionAt(asOf), await other.positionAt(asOf)]).toEqual([1n, 1n]);
    // By now it has seen the others, and is later than they are.
    expect((await put(other, 'deal-4')).recordedAt > instantText(START + 9_000_000n)).toBe(true);
    clock.at = START;
  });

  test('ids that somebody has written before are a conflict, also for a node that did not know', async () => {
    const { ledger, store } = await given();
    const append = { stream: 'deal-1', events: [event(), event()], expected: 0 };
    const other = await noted(ledger.open(clock, PATIENT));
    await appended(store, append);
    clock.at += 5_000_000n;
    expect(await other.append(append)).toEqual({ ok: false, revision: 2 });
    // Its own next append is chained to what is there.
    await put(other, 'deal-1', [event()], 2);
    (await logOf(store)).forEach(chainChecker());
  });

  test('the index of a node may be lost', async () => {
    const { ledger, store } = await given();
    for (let n = 0; n < 3; n++) await put(store, `deal-${n}`);
    const before = await logOf(store);
    const { files } = parseAddress(ledger.address(7));
    const first = await ledger.open(clock, { ...PATIENT, node: 7 });
    expect(await logOf(first)).toEqual(before);
    await first.close();
    rmSync(files, { recursive: true });
    const again = await noted(ledger.open(clock, { ...PATIENT, node: 7 }));
    expect(await logOf(again)).toEqual(before);
  });

  test.each([
    ['beyond the end', 1_000_000],
    ['between two events', -1],
  ])('a node that has read another log than there is does not go on: %s', async (_, away) => {
    const { ledger, store } = await given();
    for (let n = 0; n < 3; n++) await put(store, `deal-${n}`);
    const first = await ledger.open(clock, { ...PATIENT, node: 9 });
    await first.head();
    await first.close();
    const db = new DatabaseSync(join(parseAddress(ledger.address(9)).files, `${ledger.name}.positions`));
    db.exec(`UPDATE events SET commit_position = commit_position + ${away} WHERE position = 3`);
    db.close();
    expect(await codeOf(() => ledger.open(clock, { ...PATIENT, node: 9 }))).toBe('tail_lost');
  });

  test.each([1, 1_000_000])(
    'what a node knows of another log after its last event is looked at again: %s',
    async (far) => {
      const { ledger, store } = await given();
      await put(store, 'deal-1');
      const first = await ledger.open(clock, { ...PATIENT, node: 9 });
      await first.head();
      await first.close();
      const db = new DatabaseSync(join(parseAddress(ledger.address(9)).files, `${ledger.name}.positions`));
      db.exec(`UPDATE meta SET value = CAST(CAST(value AS INTEGER) + ${far} AS TEXT) WHERE name = 'known'`);
      db.close();
      await put(store, 'deal-2');
      const again = await noted(ledger.open(clock, { ...PATIENT, node: 9 }));
      expect((await logOf(again)).map(({ stream }) => stream)).toEqual(['deal-1', 'deal-2']);
      expect((await put(again, 'deal-3')).position).toBe(3n);
    },
  );

  test('an index that cannot be read or written is said to be that, with its file and what to do', async () => {
    const { ledger, store } = await given();
    await put(store, 'deal-1');
    const once = await ledger.open(clock, { ...PATIENT, node: 8 });
    await once.head();
    await once.close();
    const folder = parseAddress(ledger.address(8)).files;
    const path = join(folder, `${ledger.name}.positions`);
    const opening = () => ledger.open(clock, { ...PATIENT, node: 8 });
    const refusal = (code: string, says: string) => ({
      problem: { code, message: expect.stringMatching(`^${RegExp.escape(path)}: .*; ${says}`) },
    });
    const db = new DatabaseSync(path);
    const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'events'").get()?.rootpage);
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 255), 0, 4096, (root - 1) * 4096);
    closeSync(file);
    await expect(opening()).rejects.toMatchObject(refusal('store_damaged', 'delete it'));
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    mkdirSync(path);
    await expect(opening()).rejects.toMatchObject(refusal('store_missing', 'check that it is a file'));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    await expect(opening()).rejects.toMatchObject({
      problem: { code: 'store_read_only', message: expect.stringContaining('files=') },
    });
    rmSync(folder);
    expect(await (await noted(opening())).head()).toBe(1n);
  });

  describe('damage stops with a code', () => {
    const named = (ledger: TestLedger, stream: string) => `${ledger.name}.${stream}`;
    const codes = async (store: EventStoreLog, stream: string) => [
      await codeOf(() => store.read(stream)),
      await codeOf(() => store.append({ stream, events: [event()], expected: 2 })),
      await codeOf(() => store.head()),
    ];

    test('a stream that was deleted, for nodes that knew it and for new ones', async () => {
      const { ledger, store, client } = await given();
      await put(store, 'deal-1', [event(), event()]);
      await client.deleteStream(named(ledger, 'deal-1'));
      expect(await codes(store, 'deal-1')).toEqual(Array(3).fill('store_damaged'));
      const node = await noted(ledger.open(clock, PATIENT));
      expect(await codeOf(() => node.head())).toBe('store_damaged');
      expect(await node.check()).toMatchObject({ code: 'store_damaged' });
    });

    test('a deleted stream takes nothing, not even what begins it anew', async () => {
      const { ledger, store, client } = await given();
      await put(store, 'deal-1', [event(), event()]);
      await client.deleteStream(named(ledger, 'deal-1'));
      const node = await noted(ledger.open(clock, PATIENT));
      const append = { stream: 'deal-1', events: [event()], expected: 0 };
      expect(await codeOf(() => node.append(append))).toBe('store_damaged');
      expect(await codeOf(() => node.read('deal-1'))).toBe('store_damaged');
    });

    test('a stream with a tombstone', async () => {
      const { ledger, store, client } = await given();
      await put(store, 'deal-1', [event(), event()]);
      await client.tombstoneStream(named(ledger, 'deal-1'));
      expect(await codes(store, 'deal-1')).toEqual(Array(3).fill('store_damaged'));
    });

    test('a stream that was cut', async () => {
      const { ledger, store, client } = await given();
      await put(store, 'deal-1', [event(), event()]);
      await client.setStreamMetadata(named(ledger, 'deal-1'), { maxCount: 1 });
      expect(await codeOf(() => store.read('deal-1'))).toBe('store_damaged');
      expect(await codeOf(() => store.head())).toBe('store_damaged');
    });

    test('an event that this product did not write', async () => {
      const { ledger, store, client } = await given();
      await put(store, 'deal-1');
      await client.appendToStream(named(ledger, 'deal-1'), jsonEvent({ type: 'Foreign', data: {} }));
      expect(await codeOf(() => store.read('deal-1'))).toBe('storage_type');
      expect(await codeOf(() => store.readAll({ after: 0n, limit: 10 }))).toBe('storage_type');
    });
  });

  test('a ledger is made once, and opened only where it is', async () => {
    const { ledger } = await given();
    expect(await codeOf(() => ledger.make(clock, PATIENT))).toBe('store_exists');
    expect(await codeOf(() => newLedger(server.url()).open(clock, PATIENT))).toBe('store_missing');
    const node = await noted(ledger.open(clock, PATIENT));
    expect(node).toMatchObject({ ledger: ledger.name, demo: false, uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});

describe('addresses', () => {
  test.each([
    [
      'esdb://localhost',
      { connection: 'esdb://localhost', shown: 'esdb://localhost', ledger: undefined, files: '.ledger' },
    ],
    [
      'esdb+discover://ops:p%40ss@a.example.com:2113,b:2113?tls=true&ledger=acme&files=%2Fvar%2Flib',
      {
        connection: 'esdb+discover://ops:p%40ss@a.example.com:2113,b:2113?tls=true',
        shown: 'esdb+discover://a.example.com:2113,b:2113',
        ledger: 'acme',
        files: '/var/lib',
      },
    ],
    [
      // What a password may hold without making the address another one; the client would take what stands before the colon.
      'esdb://ops:a/b:c@d@host?connectionName=node%201@x&keepAliveInterval=-1&nodePreference=readOnlyReplica',
      {
        connection:
          'esdb://ops:a%2Fb%3Ac%40d@host?connectionName=node%201%40x&keepAliveInterval=-1&nodePreference=readOnlyReplica',
        shown: 'esdb://host',
        ledger: undefined,
        files: '.ledger',
      },
    ],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each([
    'esdb://',
    'esdb://ops:secret@',
    'esdb://ops:secret@host:port?tls=false',
    'esdb://ops:secret@host?password=secret',
    'esdb://ops:secret@host?ledger=ACME',
    'esdb://ops:secret@host?files=%zz',
    'http://ops:secret@host',
    'kurrentdb://ops:secret@host',
    'esdb://ops:1?secret@host:2113?tls=false',
    'esdb://ops:1?secret&2@host:2113?tls=false',
    'esdb://ops:sec?ret@host',
    'esdb://ops:%zzsecret@host',
    'esdb://secret@host',
    'esdb://:secret@host',
    'esdb://ops:secret@host?tls=maybe',
    'esdb://ops:secret@host?tls=true&tlsVerifyCert=false',
    'esdb://ops:secret@host?keepAliveInterval=soon',
    'esdb://ops:secret@host?nodePreference=nearest',
    'esdb://ops:secret@host?defaultDeadline=0',
  ])('%s is refused, without what is secret in it', async (text) => {
    const refused = await Promise.resolve()
      .then(() => parseAddress(text))
      .catch((error) => error);
    expect(refused.problem).toMatchObject({ code: 'store_address' });
    expect(refused.message).not.toMatch(/secret|ops/);
  });

  test.each(['tlsCAFile=missing.crt', 'tls=false&userKeyFile=missing.key'])(
    'a file that is not there is refused as what the address says: %s',
    async (option) => {
      const address = parseAddress(`esdb://ops:secret@host?${option}`);
      const refused = openEventStoreLog(address, { mode: 'open', ledger: 'acme', clock: testClock() });
      await expect(refused).rejects.toMatchObject({
        problem: { code: 'store_address', message: expect.not.stringContaining('secret') },
      });
    },
  );
});
