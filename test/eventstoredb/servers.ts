import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { Clock } from '@ledger/kernel';
import { type EventStoreLog, openEventStoreLog, parseAddress } from '@ledger/store-eventstoredb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { scratch } from '../store/scratch.ts';
import { startDouble } from './double/index.ts';

/** A server that tests talk to: the double of this folder, or a real one (CONTRIBUTING.md says how to name it). */
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
  if (url !== undefined && url !== '') return { name: 'EVENTSTORE_URL', real: true, url: () => url };
  return hasEngine() ? containerServer() : undefined;
}

function hasEngine(): boolean {
  return process.env.DOCKER_HOST !== undefined || existsSync('/var/run/docker.sock');
}

/** A server in a container, for the tests of one file. */
function containerServer(): TestServer {
  let url = '';
  let stop = async () => {};
  beforeAll(async () => {
    // Not before there is an engine: it brings much that nobody else needs.
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer('eventstore/eventstore:24.2.0-jammy')
      .withExposedPorts(2113)
      .withEnvironment({ EVENTSTORE_INSECURE: 'true', EVENTSTORE_MEM_DB: 'true', EVENTSTORE_RUN_PROJECTIONS: 'None' })
      .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
      .start();
    url = `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`;
    stop = async () => void (await container.stop());
  }, 180_000);
  afterAll(() => stop());
  return { name: 'a container', real: true, url: () => url };
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

/** A real server that a test starts, stops and kills. */
export interface ServerProcess {
  readonly url: string;
  /** Where it keeps its files. */
  readonly folder: string;
  start(): Promise<void>;
  /** SIGSTOP: it keeps its connections and says nothing. */
  stop(): void;
  go(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** `undefined` where EVENTSTORE_RUN does not say how to start one: a command that takes a port and `--dir <folder>`. */
export async function serverProcess(): Promise<ServerProcess | undefined> {
  const command = process.env.EVENTSTORE_RUN;
  if (command === undefined || command === '') return undefined;
  // The server reads each variable that begins like these two as an option of its own, and refuses to start with one it does not know.
  const { EVENTSTORE_URL: _url, EVENTSTORE_RUN: _run, ...env } = process.env;
  const folder = scratch();
  const port = await freePort();
  const url = `esdb://127.0.0.1:${port}?tls=false`;
  let child: ChildProcess | undefined;
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    const ended = new Promise((resolve) => ending.on('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  const start = async () => {
    child = spawn(command, [String(port), '--dir', join(folder, 'db')], { stdio: 'ignore', env });
    const client = EventStoreDBClient.connectionString(url);
    const ready = () =>
      client.appendToStream('tests-ready', jsonEvent({ type: 'Ready', data: {} })).then(
        () => true,
        () => new Promise((resolve) => setTimeout(() => resolve(false), 300)),
      );
    for (let tries = 0; !(await ready()); tries++) if (tries > 200) throw new Error(`${command} does not answer`);
    await client.dispose();
  };
  await start();
  return {
    url,
    folder,
    start,
    stop: () => void child?.kill('SIGSTOP'),
    go: () => void child?.kill('SIGCONT'),
    kill,
    close: kill,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
