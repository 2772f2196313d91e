/**
 * What the client of EventStoreDB does to a process: `crash.ts <url> <what>` appends something that our checks refuse, and waits
 * longer than the server does. Prints `rejected <name>: <message>`, `uncaught <name>: <message>`, or `pending`.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';

const [url = '', what = ''] = process.argv.slice(2);
const say = (word: string, error: unknown) =>
  writeSync(1, `${word} ${error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error)}\n`);
process.on('uncaughtException', (error) => {
  say('uncaught', error);
  process.exit(7);
});

const client = EventStoreDBClient.connectionString(url);
const stream = what === 'empty stream' ? '' : `t-${randomUUID()}`;
const good = { id: randomUUID(), type: 'Fact', data: {} };
const given: Readonly<Record<string, object>> = {
  'bad id': { ...good, id: 'not-a-uuid' },
  'empty type': { ...good, type: '' },
  'empty stream': good,
  'no data': { ...good, data: undefined },
  'bigint in data': { ...good, data: { amount: 1n } },
  'negative revision': good,
};
const expectedRevision = what === 'negative revision' ? -1n : NO_STREAM;
let settled = false;
client
  .appendToStream(stream, jsonEvent(given[what] as typeof good), { expectedRevision })
  .then(
    () => say('appended', ''),
    (error: unknown) => say('rejected', error),
  )
  .finally(() => {
    settled = true;
  });
setTimeout(() => {
  if (!settled) writeSync(1, 'pending\n');
  process.exit(0);
}, 2_700);
