import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '@ledger/kernel';
import { type EventStoreLog, openEventStoreLog, parseAddress } from '@ledger/store-eventstoredb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { scratch } from '../store/scratch.ts';
import { startDouble } from './double/index.ts';

/** A server that tests talk to: the double of this folder, or a real one. */
export interface TestServer {
  readonly name: string;
  readonly real: boolean;
  /** As in LEDGER_STORE, without the name of a ledger. Known when the tests run. */
  url(): string;
}

const NO_SERVER = 'no EventStoreDB: set EVENTSTORE_URL to esdb://<host>:<port>?tls=false, or have a container engine';

/** The tests against every server that there is: always the double, and a real one where the machine has it. */
export function onServers(title: string, tests: (server: TestServer) => void): void {
  describe(`${title}, on the double`, () => tests(doubleServer()));
  const real = realServer();
  if (real === undefined) {
    test(`${title}, on a real server`, (context) => context.skip(NO_SERVER));
  } else describe(`${title}, on ${real.name}`, () => tests(real));
}

function doubleServer(): TestServer {
  let url = '';
  let kill = () => {};
  beforeAll(async () => {
    const double = await startDouble();
    url = double.url;
    kill = double.kill;
  });
  afterAll(() => kill());
  return { name: 'the double', real: false, url: () => url };
}

function realServer(): TestServer | undefined {
  const url = process.env.EVENTSTORE_URL;
  return url === undefined || url === '' ? undefined : { name: 'EVENTSTORE_URL', real: true, url: () => url };
}

/** A ledger of its own for one test, on a server that others use too. */
export interface TestLedger {
  readonly name: string;
  /** The address for a node with files of its own, or with those of an earlier one. */
  address(node?: number): string;
  make(clock: Clock, options?: NodeOptions): Promise<EventStoreLog>;
  /** Another node on the same ledger. */
  open(clock: Clock, options?: NodeOptions): Promise<EventStoreLog>;
}

interface NodeOptions {
  readonly node?: number;
  readonly pollMs?: number;
  readonly answerMs?: number;
}

/** A machine that is busy with other things must not look like a server that is away. */
export const PATIENT = { answerMs: 20_000 };

export function newLedger(url: string, name = `t${randomUUID().replaceAll('-', '').slice(0, 16)}`): TestLedger {
  const folder = scratch();
  let nodes = 0;
  const address = (node: number = nodes++) =>
    `${url}&ledger=${name}&files=${encodeURIComponent(join(folder, `node-${node}`))}`;
  const opened = (mode: 'create' | 'open', clock: Clock, { node, ...options }: NodeOptions = {}) =>
    openEventStoreLog(parseAddress(address(node)), { mode, ledger: name, clock, ...options });
  return {
    name,
    address,
    make: (clock, options) => opened('create', clock, options),
    open: (clock, options) => opened('open', clock, options),
  };
}
