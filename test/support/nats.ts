import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkNats, type NatsLink, type NatsSettings, natsSettings } from '@ledger/bus-nats';

/** A real nats-server with JetStream that a test can kill, stall, start again and wipe. */
export interface NatsServer {
  readonly url: string;
  readonly settings: NatsSettings;
  /** SIGKILL: nothing is written or said any more. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what is in its folder, and with other arguments where some are given. */
  start(extra?: readonly string[]): Promise<void>;
  /** Kills it, removes all that it has stored, and starts it again. */
  wipe(): Promise<void>;
  /** Stands still, with its connections open; `go` lets it go on. */
  stall(): void;
  go(): void;
  end(): Promise<void>;
}

export const NO_NATS = "no nats-server here: install Debian's package, or name the program by NATS_SERVER";

/** The program, or nothing where there is none. Debian puts it where not everybody's PATH leads. */
export const NATS_SERVER: string | undefined = [process.env.NATS_SERVER, 'nats-server', '/usr/sbin/nats-server']
  .filter((program) => program !== undefined)
  .find((program) => spawnSync(program, ['--version']).status === 0);

/** Where nothing has to be killed, a server that somebody names will do. */
export const SOME_NATS = NATS_SERVER !== undefined || process.env.NATS_URL !== undefined;

/** A server for tests that leave it alone: the one that NATS_URL names, or one of our own. */
export async function someNats(): Promise<Pick<NatsServer, 'settings' | 'end'>> {
  const named = natsSettings(process.env, 'test');
  return named === undefined ? startNats() : { settings: named, end: async () => undefined };
}

const READY_MS = 20_000;

export async function startNats(always: readonly string[] = []): Promise<NatsServer> {
  const program = NATS_SERVER;
  if (program === undefined) throw new Error(NO_NATS);
  const folder = mkdtempSync(join(tmpdir(), 'ledger-nats-'));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const orphan = () => child?.kill('SIGKILL');
  process.once('exit', orphan);

  async function start(extra: readonly string[] = []): Promise<void> {
    const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, ...always, ...extra];
    const started = spawn(program ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`nats-server was not ready within ${READY_MS} ms: ${said}`)),
        READY_MS,
      );
      let said = '';
      started.stderr?.on('data', (data) => {
        if (said.includes('Server is ready')) return;
        said += String(data);
        if (!said.includes('Server is ready')) return;
        clearTimeout(late);
        resolve();
      });
      started.once('exit', (code, signal) => reject(new Error(`nats-server ended with ${code ?? signal}: ${said}`)));
    });
  }
  async function kill(): Promise<void> {
    const dying = child;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const ended = new Promise((resolve) => dying.once('exit', resolve));
    dying.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url,
    settings: { servers: [url], name: 'test' },
    start,
    kill,
    async wipe() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
      await start();
    },
    stall: () => child?.kill('SIGSTOP'),
    go: () => child?.kill('SIGCONT'),
    async end() {
      process.off('exit', orphan);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A link that is up. */
export async function linkTo(settings: NatsSettings): Promise<NatsLink> {
  const link = linkNats(settings);
  await up(link);
  return link;
}

/** Resolves when the link has a connection, and the server has taken what was subscribed on it. */
export async function up(link: NatsLink): Promise<void> {
  const connection = await new Promise<ReturnType<NatsLink['need']>>((resolve) => {
    const forget = link.onLive((live) => {
      resolve(live);
      queueMicrotask(() => forget());
    });
  });
  await connection.flush();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
