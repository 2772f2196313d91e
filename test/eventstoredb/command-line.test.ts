import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Io, runCli } from '@ledger/cli';
import { systemClock } from '@ledger/kernel';
import { openCopy } from '@ledger/store-sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventMaker, logOf } from '../contracts/given.ts';
import { scratch } from '../store/scratch.ts';
import { type Double, startDouble } from './double/index.ts';
import { startProxy } from './proxy.ts';
import { newLedger, onServers } from './servers.ts';

const root = resolve(import.meta.dirname, '../..');

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function cli(store: string, line: string, ...more: readonly string[]): Promise<Said> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    env: { LEDGER_STORE: store, LEDGER_AS: 'ops:olga' },
    colour: false,
    terminal: false,
    columns: 80,
  };
  const code = await runCli([...line.split(' '), ...more], io);
  return { code, out, err };
}

/** What the demo prints on a store, but for the lines that name it. */
function demo(where: { readonly file?: string; readonly store?: string }): Promise<string> {
  const { promise, resolve: done, reject } = Promise.withResolvers<string>();
  const args = where.file === undefined ? [] : [where.file];
  const env = { ...process.env, LEDGER_STORE: where.store, NO_COLOR: '1' };
  const child = spawn(process.execPath, [join(root, 'services/cli/demo/demo.ts'), ...args], { cwd: root, env });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      out += String(bytes);
    });
  }
  child.on('exit', (code) =>
    code === 0 ? done(out) : reject(new Error(`the demo ended with ${code}: ${out.slice(-2_000)}`)),
  );
  return promise.then(
    (text) => text.split('The ledger of this story is')[0]?.replace(/^Ledger halden made in .*$/m, '') ?? '',
  );
}

const digestIn = (text: string) => /digest\n\s+([0-9a-f]{64})/.exec(text)?.[1];

describe('the demo', () => {
  let double: Double;
  beforeAll(async () => {
    double = await startDouble();
  });
  afterAll(() => double.kill());

  test('prints the same on a file and on EventStoreDB, digests included; a copy back to a file is the same ledger', async () => {
    const folder = scratch();
    const store = `${double.url}&files=${encodeURIComponent(join(folder, 'node'))}`;
    const [onFile, onCluster] = await Promise.all([demo({ file: join(folder, 'demo.ledger') }), demo({ store })]);
    expect(onCluster).toBe(onFile);
    const named = `${store}&ledger=halden`;
    const copied = await cli('', 'copy --from', named, '--to', join(folder, 'back.ledger'));
    expect(copied).toMatchObject({ code: 0, out: expect.stringContaining('copied: 596 events, and 6 names') });
    for (const each of [named, join(folder, 'back.ledger')]) {
      const verified = await cli(each, 'verify');
      expect(verified.code).toBe(0);
      expect(digestIn(verified.out)).toBe(digestIn(onFile));
    }
    for (const line of ['statement chloe 2026-Q2 --json', 'replay 2026-Q1 --json', 'audit participant chloe']) {
      expect(await cli(named, line)).toEqual(await cli(join(folder, 'demo.ledger'), line));
    }
  }, 240_000);
});

onServers('the command line on EventStoreDB', (server) => {
  const people = 'participants:\n  - { id: ada, name: Ada Berg, starts: 2026-01-01, currency: USD }\n';

  test('an address does what a file does; what is wrong with it is said', async () => {
    const ledger = newLedger(server.url());
    const store = ledger.address(0);
    expect(await cli(store, 'verify')).toMatchObject({ code: 7, err: expect.stringContaining('error[store_missing]') });
    const secret = store.replace('://', '://olga:se/c@ret@');
    expect(await cli(secret, `init --ledger ${ledger.name}`)).toEqual({
      code: 0,
      out: `Ledger ${ledger.name} made in ${store}\n`,
      err: '',
    });
    expect(await cli(store.replace('esdb:', 'kurrentdb:'), 'verify')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error[store_address]'),
    });
    expect(await cli(store, `init --ledger ${ledger.name}`)).toMatchObject({
      code: 5,
      err: expect.stringContaining('error[store_exists]'),
    });
    expect(await cli(store, 'init --ledger other')).toMatchObject({
      code: 2,
      err: expect.stringContaining('error[store_address]'),
    });
    expect(await cli(server.url(), 'verify')).toMatchObject({
      code: 2,
      err: expect.stringContaining('?ledger=<name>'),
    });
    const file = join(scratch(), 'people.yaml');
    writeFileSync(file, people);
    expect(await cli(store, 'define', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('ParticipantOnboarded'),
    });
    expect(await cli(ledger.address(1), 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('whole: 1 event'),
    });
  });

  test('a handover says how to reach the cluster, in words that a shell takes, and no password', async () => {
    const ledger = newLedger(server.url());
    const store = ledger.address(0);
    await cli(store, `init --ledger ${ledger.name}`);
    const calendar = join(scratch(), 'calendar.yaml');
    writeFileSync(
      calendar,
      'calendar: { cadence: month, first-period: 2026-01, time-zone: UTC, currency: USD, reason: start }\n',
    );
    expect(await cli(store, 'define', calendar)).toMatchObject({ code: 0 });
    const out = join(scratch(), 'pack');
    expect(await cli(store.replace('://', '://olga:secret@'), 'handover', '--out', out)).toMatchObject({ code: 0 });
    const page = readFileSync(join(out, 'handover.html'), 'utf8');
    expect(page).toContain(`export LEDGER_STORE=&#39;${store.replaceAll('&', '&amp;')}&#39; `);
    expect(page).toContain('the cluster at');
    expect(page).not.toContain('secret');
    expect(page).not.toContain('.people');
  });

  test('a command that does not reach the cluster says so within two seconds, and can be given again', async () => {
    const ledger = newLedger(server.url());
    await cli(ledger.address(0), `init --ledger ${ledger.name}`);
    const proxy = await startProxy(server.url());
    const store = newLedger(proxy.url, ledger.name).address(0);
    proxy.cut();
    const began = performance.now();
    expect(await cli(store, 'verify')).toMatchObject({
      code: 7,
      err: expect.stringContaining('error[store_unavailable]'),
    });
    expect(performance.now() - began).toBeLessThan(4_000);
    await proxy.close();
  });

  test('P18: while the cluster is away a command that reads tells what is known here, and that it is stale', async () => {
    const ledger = newLedger(server.url());
    const proxy = await startProxy(server.url());
    const node = newLedger(proxy.url, ledger.name).address(0);
    await cli(node, `init --ledger ${ledger.name}`);
    const file = join(scratch(), 'company.yaml');
    const calendar =
      'calendar: { cadence: month, first-period: 2026-01, time-zone: UTC, currency: USD, reason: start }\n---\n';
    writeFileSync(file, calendar + people);
    await cli(node, 'define', file);
    await cli(node, 'open 2026-01');
    const before = await cli(node, 'standing ada 2026-01 --json');
    const payouts = await cli(node, 'payouts 2026-01 --json');
    expect([before.code, before.err, payouts.code]).toEqual([0, '', 0]);
    proxy.cut();
    const away = await cli(node, 'payouts 2026-01 --json');
    expect(away).toMatchObject({ code: 0, out: payouts.out });
    expect(away.err).toMatch(/^stale: esdb:\S+ does not answer; this is what was known here at position 3\n$/);
    expect(await cli(node, 'standing ada 2026-01 --json')).toMatchObject({ code: 0, err: away.err });
    const refused = { code: 7, out: '', err: expect.stringContaining('error[store_unavailable]') };
    expect(await cli(node, 'verify')).toMatchObject(refused);
    expect(await cli(node, 'audit --actor olga')).toMatchObject(refused);
    const write = await cli(node, 'open 2026-02');
    expect(write).toMatchObject(refused);
    expect(write.err).not.toContain('stale');
    proxy.mend();
    expect(await cli(node, 'payouts 2026-01 --json')).toEqual(payouts);
    await proxy.close();
  });

  test('a copy goes on where it ended, and refuses what holds something else', async () => {
    const ledger = newLedger(server.url());
    const store = await ledger.make(systemClock);
    const event = eventMaker(21, systemClock);
    // Neighbours of one stream, and streams that come again.
    for (let n = 0; n < 40; n++) {
      const stream = `deal-${n % 9}`;
      const expected = (await store.read(stream)).length;
      await store.append({ stream, events: Array.from({ length: 1 + (n % 3) }, () => event({ n })), expected });
    }
    const events = await logOf(store);
    await store.close();
    const file = join(scratch(), 'copy.ledger');
    // What an earlier run has left.
    const begun = openCopy(file, { mode: 'create', ledger: ledger.name, clock: systemClock });
    await begun.take(events.slice(0, 17));
    await expect(begun.take(events.slice(20, 22))).rejects.toMatchObject({ problem: { code: 'store_foreign' } });
    const [changed] = events.slice(17);
    const forged = changed === undefined ? [] : [{ ...changed, data: '{"n":99}' }];
    await expect(begun.take(forged)).rejects.toMatchObject({ problem: { code: 'chain_broken' } });
    await begun.close();
    const onward = await cli('', 'copy --json --from', ledger.address(0), '--to', file);
    expect(JSON.parse(onward.out)).toMatchObject({ events: events.length, found: 17 });
    // And to the other kind of store: another server, or it would be the same ledger.
    const double = await startDouble();
    const there = newLedger(double.url, ledger.name).address(0);
    expect(await cli('', 'copy --json --from', file, '--to', there)).toMatchObject({
      code: 0,
      out: onward.out.replace('"found":17', '"found":0'),
    });
    expect(await cli('', 'copy --json --from', file, '--to', there)).toMatchObject({
      code: 0,
      out: onward.out.replace('"found":17', `"found":${events.length}`),
    });
    double.kill();
    const other = join(scratch(), 'other.ledger');
    await cli(other, `init --ledger ${ledger.name}`);
    const differs = openCopy(other, { mode: 'open', clock: systemClock });
    await differs.store.append({ stream: 'deal-0', events: [event()], expected: 0 });
    await differs.close();
    expect(await cli('', 'copy --from', ledger.address(0), '--to', other)).toMatchObject({
      code: 6,
      err: expect.stringContaining('error[store_foreign]'),
    });
  });
});
