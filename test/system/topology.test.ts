import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { streamName } from '@ledger/bus-nats';
import { connect } from 'nats';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startDouble } from '../eventstoredb/double/index.ts';
import { temporaryFolder } from '../support/company.ts';
import { NATS_SERVER, NO_NATS, startNats } from '../support/nats.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly volumes?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

function compose(path: string): Compose {
  return parse(readFileSync(join(ROOT, path), 'utf8'), { merge: true }) as Compose;
}

describe('docker-compose.yml', () => {
  const { services, volumes } = compose('docker-compose.yml');

  test('runs our image as nobody in particular, on a file system that it cannot write', () => {
    const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);
    expect(ours.map(([name]) => name).sort()).toEqual(['api-1', 'api-2', 'cli', 'ledger', 'relay']);
    for (const [name, service] of ours) expect([name, service.read_only]).toEqual([name, true]);
    const dockerfile = readFileSync(join(ROOT, 'services/compose/Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile.lastIndexOf('USER node')).toBeLessThan(dockerfile.indexOf('ENTRYPOINT'));
  });

  test('pins every image, watches whatever stays up, and waits for what it needs', () => {
    for (const [name, { image, build, healthcheck, restart, depends_on: needs = {} }] of Object.entries(services)) {
      if (build === undefined) expect([name, image]).toEqual([name, expect.stringMatching(/:[\w.-]*\d[\w.-]*$/)]);
      if (restart === 'unless-stopped') expect([name, healthcheck]).toEqual([name, expect.anything()]);
      for (const needed of Object.keys(needs)) expect(services).toHaveProperty(needed);
    }
  });

  test('has a volume for everything that is kept, and no secret of its own', () => {
    const named = Object.values(services).flatMap((each) => each.volumes ?? []);
    const used = named.map((each) => each.split(':')[0] ?? '').filter((each) => !each.startsWith('.'));
    expect([...new Set(used)].sort()).toEqual(Object.keys(volumes).sort());
    const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
    for (const [, value] of text.matchAll(/_PASSWORD: (.*)$/gm)) expect(value).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
  });

  test('with TLS is the same topology', () => {
    const over = compose('services/compose/tls.yml');
    const added = Object.keys(over.services).filter((name) => services[name] === undefined);
    expect(added).toEqual(['certificates']);
    expect(over.services.eventstore?.environment).toMatchObject({ EVENTSTORE_INSECURE: 'false' });
  });
});

/** What a service of the compose file would run, as a process of this machine: other hosts, ports and folders, and the same words. */
function processOf(name: string, at: Readonly<Record<string, string>>): ChildProcess {
  const { entrypoint, command = [], environment = {} } = compose('docker-compose.yml').services[name] ?? {};
  const image = readFileSync(join(ROOT, 'services/compose/Dockerfile'), 'utf8');
  const [program = '', ...first] =
    entrypoint ?? (JSON.parse(/^ENTRYPOINT (.*)$/m.exec(image)?.[1] ?? '[]') as string[]);
  expect(program).toBe('node');
  const env: Record<string, string> = { PATH: process.env.PATH ?? '' };
  for (const [variable, value] of Object.entries(environment)) {
    const said = (value ?? '').replace(
      /^\$\{(\w+)[:?-]*(.*)\}$/,
      (_, secret: string, otherwise: string) => at[secret] ?? otherwise,
    );
    const moved = Object.entries(at).reduce((text, [from, to]) => text.replaceAll(from, to), said);
    if (value !== null) env[variable] = moved;
  }
  const child = spawn(process.execPath, [...first, ...command], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new TypeError('no stdout');
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /served at (\S+?);/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the API ended before it listened');
}

describe('the topology of the compose file', () => {
  test('two nodes on one cluster answer the same, also when one was killed meanwhile; facts go out', async ({
    skip,
  }) => {
    if (NATS_SERVER === undefined) return skip(NO_NATS);
    const passwords = ['NATS_API_PASSWORD', 'NATS_RELAY_PASSWORD', 'NATS_CONSUMER_PASSWORD'];
    for (const name of passwords) process.env[name] = `of-the-test-${name.length}`;
    const secrets = Object.fromEntries(passwords.map((name) => [name, process.env[name] ?? '']));
    const nats = await startNats(['-c', join(ROOT, 'services/compose/nats.conf'), '-m', '-1']);
    const double = await startDouble();
    onTestFinished(async () => {
      double.kill();
      await nats.end();
    });
    const folder = temporaryFolder();
    const place = (name: string) => {
      mkdirSync(join(folder, name), { recursive: true });
      return {
        ...secrets,
        'nats://nats:4222': nats.url,
        'eventstore:2113': `127.0.0.1:${double.port}`,
        '/data': join(folder, name),
        '8080': '0',
        '8081': '0',
        '0.0.0.0': '127.0.0.1',
      };
    };
    const made = spawn(process.execPath, ['services/cli/main.ts', 'init', '--ledger', 'halden', '--demo'], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        LEDGER_STORE: `${double.url}&ledger=halden&files=${encodeURIComponent(join(folder, 'tools'))}`,
      },
    });
    expect(await once(made, 'exit')).toEqual([0, null]);

    const nodes = [processOf('api-1', place('api-1')), processOf('api-2', place('api-2'))] as const;
    processOf('relay', place('relay'));
    const [one, two] = await Promise.all([addressOf(nodes[0]), addressOf(nodes[1])]);
    const headers = { authorization: 'Bearer demo:ops:olga', 'content-type': 'application/json' };
    const record = async (address: string, deal: string): Promise<string> => {
      const body = { source: 'crm', deal, amount: '10', currency: 'USD', closedOn: '2026-01-02', owner: 'ada' };
      const sent = { method: 'POST', body: JSON.stringify(body), headers: { ...headers, 'idempotency-key': deal } };
      const response = await fetch(`${address}/v1/deals`, sent);
      expect([response.status, await response.text()]).toEqual([201, expect.stringContaining('DealClosed')]);
      return response.headers.get('ledger-position') ?? '';
    };
    const read = async (address: string, deal: string, query: string) =>
      (await fetch(`${address}/v1/deals/crm/${deal}?${query}`, { headers })).text();

    const first = await record(one, 'D-1');
    expect(await read(two, 'D-1', `after=${first}`)).toBe(await read(one, 'D-1', `asOf=${first}`));
    nodes[0].kill('SIGKILL');
    await once(nodes[0], 'exit');
    const second = await record(two, 'D-2');
    const again = await addressOf(processOf('api-1', place('api-1')));
    expect(await read(again, 'D-2', `after=${second}`)).toBe(await read(two, 'D-2', `asOf=${second}`));
    const refused = await fetch(`${again}/v1/deals`, {
      method: 'POST',
      body: JSON.stringify({ source: 'crm', deal: 'D-9', amount: '1', currency: 'USD', closedOn: '2026-01-02' }),
      headers: { ...headers, 'idempotency-key': 'D-2' },
    });
    expect(refused.status).toBe(422);

    const consumer = await connect({
      servers: nats.url,
      user: 'consumer',
      inboxPrefix: '_INBOX.consumer',
      pass: secrets.NATS_CONSUMER_PASSWORD ?? '',
    });
    onTestFinished(() => consumer.close());
    const messages = async () => {
      const manager = await consumer.jetstreamManager({ checkAPI: false });
      // The relay makes the stream when it first publishes.
      return manager.streams.info(streamName('halden')).then(
        ({ state }) => state.messages,
        () => 0,
      );
    };
    await until('both facts are in the stream', async () => (await messages()) === 2, 90_000);
  }, 180_000);
});
