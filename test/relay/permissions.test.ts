import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { example } from '@ledger/relay';
import { connect } from 'nats';
import { beforeEach, expect, test } from 'vitest';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { givenRelay, LEDGER } from './given.ts';

beforeEach((context) => {
  if (NATS_SERVER === undefined) context.skip(NO_NATS);
});

/** The users of the page, with passwords. */
function documented(): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/publish-facts-to-nats.md'), 'utf8');
  const block = /```text\n(authorization \{[\s\S]*?)```/.exec(page)?.[1];
  if (block === undefined) throw new Error('the page has no users');
  return block.replace('$RELAY_PASSWORD', '"one"').replace('$WAREHOUSE_PASSWORD', '"two"');
}

test('the relay and a consumer need no more than the page gives them, and the consumer can publish no fact', async () => {
  const given = await givenRelay();
  const config = join(given.folder, 'nats.conf');
  writeFileSync(config, documented());
  await given.server.kill();
  await given.server.start(['-c', config]);
  const head = await given.write(20);
  const child = given.spawn({ NATS_USER: 'relay', NATS_PASSWORD: 'one' });
  await until('the relay runs', () => child.said.join('').includes('"state":"running"'));

  const servers = given.server.url;
  const connection = await connect({ servers, user: 'warehouse', pass: 'two', maxReconnectAttempts: -1 });
  const ending = new AbortController();
  let place = example.BEGINNING;
  const state: example.State = {
    place: async () => place,
    apply: async (_, next) => {
      place = next;
    },
  };
  const following = example.follow({ connection, ledger: LEDGER, state, signal: ending.signal });
  await until('the consumer has all', () => place.position === head);
  const denied = connection.request('ledger.acme.facts.deal.DealClosed', 'x', { timeout: 500 });
  await expect(denied).rejects.toThrow();
  ending.abort();
  await following;
  await connection.close();
  // Somebody without a name is nobody.
  await expect(connect({ servers, reconnect: false })).rejects.toThrow(/Authorization/i);
  expect(child.said.join('')).not.toContain('one"');
});
