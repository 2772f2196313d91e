import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import type { Directory } from '@ledger/kernel';
import { openEventStoreDirectory, parseAddress } from '@ledger/store-eventstoredb';
import { afterEach, expect, test } from 'vitest';
import { testClock } from '../contracts/given.ts';
import { until } from '../support/until.ts';
import { newLedger, onServers, PATIENT, serverProcess } from './servers.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

interface Given {
  readonly directory: Directory;
  readonly client: EventStoreDBClient;
  /** Stream in which the name of somebody is. */
  stream(id: string): string;
  head(): Promise<bigint>;
}

async function given(url: string): Promise<Given> {
  const ledger = newLedger(url);
  const store = await ledger.make(testClock(), PATIENT);
  const directory = openEventStoreDirectory(parseAddress(ledger.address()), ledger.name);
  const client = EventStoreDBClient.connectionString(url);
  opened.push(store, directory, { close: () => client.dispose() });
  return { directory, client, stream: (id) => `${ledger.name}@${id}`, head: () => store.head() };
}

/** What the files of the server hold of a stream, whether or not a read finds it. */
async function heldOf(client: EventStoreDBClient, stream: string): Promise<readonly unknown[]> {
  const held: unknown[] = [];
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) });
  let over = false;
  subscription.on('data', ({ event }) => held.push(event?.data));
  subscription.on('caughtUp', () => {
    over = true;
  });
  await until('the log is read', () => over);
  await subscription.unsubscribe();
  return held;
}

const ada = { id: 'ada', name: 'Ada Berg', email: null };
const ben = { id: 'ben', name: 'Ben Osei', email: 'ben@example.com' };

onServers('people on EventStoreDB', (server) => {
  test('are put, found, listed and forgotten, and are not in the log', async () => {
    const { directory, client, stream, head } = await given(server.url());
    expect(await directory.list()).toEqual([]);
    await directory.put([ben, ada]);
    await directory.put([{ ...ada, name: 'Ada Lund' }]);
    expect(await directory.list()).toEqual([{ ...ada, name: 'Ada Lund' }, ben]);
    await directory.forget('ada');
    await directory.forget('nobody');
    expect([await directory.get('ada'), await directory.get('ben')]).toEqual([undefined, ben]);
    expect(await directory.list()).toEqual([ben]);
    await directory.put([ada]);
    expect(await directory.get('ada')).toEqual(ada);
    const shown: unknown[] = [];
    for await (const { event } of client.readStream(stream('person.ada'))) shown.push(event?.data);
    expect(shown).toEqual([{ name: 'Ada Berg', email: null }]);
    expect(await head()).toBe(0n);
  });

  test('who is forgotten leaves no name in the last event, which no scavenge takes away', async () => {
    const { directory, client, stream } = await given(server.url());
    await directory.put([ada]);
    await directory.forget('ada');
    expect((await heldOf(client, stream('person.ada'))).at(-1)).toEqual({});
    const before = await heldOf(client, stream(''));
    await directory.forget('ada');
    expect(await heldOf(client, stream(''))).toEqual(before);
  });

  test('who was forgotten by a release that left the name there is forgotten again, once', async () => {
    const { directory, client, stream } = await given(server.url());
    await directory.put([ada, ben]);
    await client.deleteStream(stream('person.ada'));
    await client.appendToStream(stream('people'), jsonEvent({ type: 'PersonForgotten', data: { forgotten: 'ada' } }));
    expect(await directory.list()).toEqual([ben]);
    await directory.forget('ada');
    expect((await heldOf(client, stream('person.ada'))).at(-1)).toEqual({});
    expect([await directory.get('ada'), await directory.list()]).toEqual([undefined, [ben]]);
    const before = await heldOf(client, stream(''));
    await directory.forget('ada');
    expect(await heldOf(client, stream(''))).toEqual(before);
  });
});

test('after a scavenge no file of a real server holds a name that was forgotten, or one that somebody had before', async (context) => {
  const server = await serverProcess();
  if (server === undefined) {
    return context.skip('no server to start: set EVENTSTORE_RUN to a command that takes a port and --dir <folder>');
  }
  opened.push(server);
  const { directory } = await given(server.url);
  await directory.put([{ ...ada, name: 'Ada Oldname' }, ben]);
  await directory.put([ada]);
  await directory.forget('ben');
  const holding = (text: string) =>
    globSync('**/chunk-*', { cwd: server.folder }).some((file) =>
      readFileSync(join(server.folder, file)).includes(text),
    );
  expect([ada.name, 'Oldname', ben.name].map(holding)).toEqual([true, true, true]);
  const http = server.url.replace(/^esdb:(.*)\?.*$/, 'http:$1');
  expect((await fetch(`${http}/admin/scavenge`, { method: 'POST' })).ok).toBe(true);
  await until('the files are replaced', () => !holding('Oldname'));
  expect([ada.name, ben.name, ben.email].map(holding)).toEqual([true, false, false]);
}, 120_000);
