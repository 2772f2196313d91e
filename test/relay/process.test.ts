import { once } from 'node:events';
import { natsSettings } from '@ledger/bus-nats';
import { relaySettings } from '@ledger/relay';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../contracts/given.ts';
import { NATS_SERVER, NO_NATS } from '../support/nats.ts';
import { until } from '../support/until.ts';
import { givenRelay, relayProcess } from './given.ts';

describe('a relay in a process of its own', () => {
  beforeEach((context) => {
    if (NATS_SERVER === undefined) context.skip(NO_NATS);
  });

  test('says how it is, logs no name, no reason and no amount, and ends when it is told to', async () => {
    const given = await givenRelay();
    await given.write(10);
    const child = given.spawn({ LEDGER_RELAY_HEALTH_PORT: '0', LEDGER_RELAY_HEALTH_SECONDS: '1' });
    const said = () => child.said.join('');
    await until('it runs, and has said so', () => said().includes('"msg":"health"'));
    const port = /"port":([0-9]+)/.exec(said())?.[1];
    const health = () => fetch(`http://127.0.0.1:${port}/health`);
    await until('it is well', async () => (await health()).status === 200);
    expect(await (await health()).json()).toEqual({ state: 'running', position: '10', head: '10', published: 10 });
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/health`, { method: 'POST' })).status).toBe(404);

    await given.server.kill();
    await given.write(5);
    await until('it waits', async () => (await health()).status === 503);
    expect(await (await health()).json()).toMatchObject({
      state: 'waiting',
      position: '10',
      head: '15',
      code: 'bus_unavailable',
    });
    await given.server.start();
    await until('it is well again', async () => (await health()).status === 200);

    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    for (const line of said().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ service: 'relay' });
    // What the deals hold: an account, an amount, an attribute, an owner, their ids; and who recorded them.
    for (const secret of ['Ada', 'Lovelace', '1234.56', 'mobile', 'p-17', 'D-1', 'crm', 'olga']) {
      expect(said()).not.toContain(secret);
    }
  });

  test('keeps its checkpoint beside the log, and goes on from the stream', async () => {
    const given = await givenRelay();
    await given.write(10);
    for (const published of [10, 0]) {
      const child = given.spawn({ LEDGER_RELAY_HEALTH_PORT: '0' });
      await until('it runs', () => child.said.join('').includes('"state":"running"'));
      const port = /"port":([0-9]+)/.exec(child.said.join(''))?.[1];
      expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toMatchObject({
        position: '10',
        published,
      });
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
    }
  });
});

describe('settings that cannot be meant', () => {
  const nats = { NATS_URL: 'nats://127.0.0.1:1' };

  test.for([
    [{}, 2, 'argument_missing', 'NATS_URL'],
    [{ ...nats, LEDGER_STORE: 'nowhere/x.ledger' }, 7, 'store_missing', 'nowhere/x.ledger'],
  ] as const)('%o: one line says what to do, and the exit code which kind it is', async ([env, exit, code, names]) => {
    const child = relayProcess(env);
    const [status] = await once(child, 'exit');
    const said = child.said.join('');
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toMatchObject({ level: 'fatal', code });
    expect(status).toBe(exit);
    expect(said).toContain(names);
  });

  test.for([
    ['LEDGER_RELAY_REPLICAS', '0'],
    ['LEDGER_RELAY_REPLICAS', '6'],
    ['LEDGER_RELAY_MAX_BYTES', '1e9'],
    ['LEDGER_RELAY_MAX_AGE_DAYS', '-1'],
    ['LEDGER_RELAY_HEALTH_PORT', '65536'],
    ['LEDGER_RELAY_HEALTH_SECONDS', '0'],
    ['LEDGER_LOG_LEVEL', 'loud'],
  ] as const)('%s=%s is refused by its name', ([name, value]) => {
    expect(() => relaySettings({ ...nats, [name]: value })).toThrow(`option_invalid: ${name} cannot be "${value}"`);
  });

  test('left out, they are those that are documented', () => {
    expect(relaySettings(nats)).toEqual({
      store: 'company.ledger',
      checkpoint: 'company.ledger.relay',
      nats: expect.objectContaining({ servers: ['nats://127.0.0.1:1'], name: 'ledger-relay' }),
      stream: { replicas: 1, maxAgeMs: 0, maxBytes: 0 },
      healthPort: undefined,
      healthMs: 60_000,
      logLevel: 'info',
    });
  });

  test('a secret in the address of a server is refused, and not repeated', () => {
    const env = { NATS_URL: 'nats://ada:hunter2@127.0.0.1' };
    expect(() => relaySettings(env)).toThrow('NATS_PASSWORD_FILE');
    expect(() => relaySettings(env)).not.toThrow('hunter2');
  });
});

describe('where NATS is', () => {
  test('several servers, and one way to sign in', () => {
    const env = { NATS_URL: 'nats://a:4222, tls://b.example:4222,c', NATS_USER: 'relay', NATS_PASSWORD: 'x' };
    expect(natsSettings(env, 'test')).toMatchObject({
      servers: ['nats://a:4222', 'tls://b.example:4222', 'c'],
      user: 'relay',
      password: 'x',
      token: undefined,
    });
    expect(natsSettings({}, 'test')).toBeUndefined();
  });

  test.each(['nats://a b', 'http://a', 'nats://', 'nats://a/b', ','])('%j is no server', async (url) => {
    expect(await codeOf(() => natsSettings({ NATS_URL: url }, 'test'))).toBe('option_invalid');
  });

  test('a secret may stand in a file, which has to be there', async () => {
    const env = { NATS_URL: 'a', NATS_TOKEN_FILE: '/nowhere/token' };
    expect(await codeOf(() => natsSettings(env, 'test'))).toBe('option_invalid');
    expect(natsSettings({ NATS_URL: 'a', NATS_TOKEN_FILE: import.meta.filename }, 'test')?.token).toContain('import');
  });
});
