import { readFileSync } from 'node:fs';
import { type Problem, ProblemError, problem } from '@ledger/kernel';
import { type ConnectionOptions, connect, credsAuthenticator, type NatsConnection } from 'nats';

/** Where NATS is and who we are there. */
export interface NatsSettings {
  readonly servers: readonly string[];
  /** Name of this process in the server's lists. */
  readonly name: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  /** File with a user's JWT and key. */
  readonly credentials?: string | undefined;
  /** File with the certificates of those who signed the server's. */
  readonly ca?: string | undefined;
}

/**
 * A connection that comes and goes. There is either a live one, or none: nothing is kept for later while there is none, so that no
 * process fills its memory with what it could not send.
 */
export interface NatsLink {
  /** The live connection; `undefined` while there is none. */
  live(): NatsConnection | undefined;
  /** The live connection; throws `bus_unavailable` while there is none. */
  need(): NatsConnection;
  /** Calls back with every new connection, the present one included. Returns how to stop. */
  onLive(callback: (connection: NatsConnection) => void): () => void;
  close(): Promise<void>;
}

const CONNECT_MS = 2_000;
const AGAIN_MS = { first: 100, longest: 2_000 };
/** A server that answers no ping is given up after this time twice. */
const PING_MS = 5_000;

/** Connects now and again whenever the connection is lost, until it is closed. Never throws for a server that is not there. */
export function linkNats(
  settings: NatsSettings,
  onChange: (state: 'up' | 'down', why?: Problem) => void = () => undefined,
): NatsLink {
  const options = optionsOf(settings);
  const listeners = new Set<(connection: NatsConnection) => void>();
  let connection: NatsConnection | undefined;
  let isClosed = false;
  let stopWaiting = (): void => undefined;

  async function keep(): Promise<void> {
    let pause = AGAIN_MS.first;
    while (!isClosed) {
      let lost: unknown;
      try {
        const next = await connect(options);
        if (isClosed) {
          await next.close();
          return;
        }
        connection = next;
        pause = AGAIN_MS.first;
        onChange('up');
        for (const listener of listeners) listener(next);
        lost = await next.closed();
      } catch (error) {
        lost = error;
      }
      const wasUp = connection !== undefined;
      connection = undefined;
      if (isClosed) return;
      if (wasUp || pause === AGAIN_MS.first) onChange('down', unreachable(settings, lost));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        stopWaiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      pause = Math.min(pause * 2, AGAIN_MS.longest);
    }
  }

  const kept = keep();
  return {
    live: () => (connection?.isClosed() === false ? connection : undefined),
    need() {
      const live = this.live();
      if (live === undefined) throw new ProblemError(unreachable(settings, undefined));
      return live;
    },
    onLive(callback) {
      const own = (next: NatsConnection) => callback(next);
      listeners.add(own);
      const live = this.live();
      if (live !== undefined) own(live);
      return () => listeners.delete(own);
    },
    async close() {
      isClosed = true;
      listeners.clear();
      stopWaiting();
      await connection?.close();
      await kept;
    },
  };
}

const waiting = new WeakMap<NatsConnection, Set<() => void>>();

/**
 * Until the promise is fulfilled, or the connection ends: the client leaves a flush open for ever then. One watch on a connection serves
 * all who wait, since each race with a promise that stays open would leave something behind.
 */
export async function orGone(connection: NatsConnection, promise: Promise<unknown>): Promise<void> {
  let all = waiting.get(connection);
  if (all === undefined) {
    const made = new Set<() => void>();
    waiting.set(connection, made);
    void connection.closed().finally(() => {
      for (const tell of made) tell();
    });
    all = made;
  }
  const gone = Promise.withResolvers<void>();
  all.add(gone.resolve);
  try {
    if (!connection.isClosed()) await Promise.race([promise, gone.promise]);
  } finally {
    all.delete(gone.resolve);
  }
}

function optionsOf(settings: NatsSettings): ConnectionOptions {
  const { servers, name, user, password, token, credentials, ca } = settings;
  return {
    servers: [...servers],
    name,
    timeout: CONNECT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    // The loop above connects again: the client's own would keep in memory what is published meanwhile.
    reconnect: false,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(credentials)) }),
    ...(ca === undefined ? {} : { tls: { caFile: ca } }),
  };
}

function unreachable({ servers }: NatsSettings, why: unknown): Problem {
  const because = why instanceof Error ? `: ${why.message}` : '';
  return problem(
    'bus_unavailable',
    `NATS at ${servers.join(', ')} cannot be reached${because}; start it, or correct NATS_URL.`,
  );
}

/**
 * Settings from the environment: NATS_URL (several with commas), and one way to sign in: NATS_CREDENTIALS (a file), NATS_TOKEN, or
 * NATS_USER with NATS_PASSWORD; a secret may stand in a file that NATS_TOKEN_FILE or NATS_PASSWORD_FILE names. NATS_CA is a file of
 * certificates. `undefined` without NATS_URL. Throws `option_invalid` for what cannot be meant.
 */
export function natsSettings(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): NatsSettings | undefined {
  const url = env.NATS_URL;
  if (url === undefined || url === '') return undefined;
  const servers = url.split(',').map((each) => each.trim());
  for (const server of servers) {
    // Messages and logs name the servers.
    if (server.includes('@'))
      throw invalid('NATS_URL holds a name or a secret; give it by NATS_USER and NATS_PASSWORD_FILE');
    if (!/^(?:(?:nats|tls):\/\/)?[A-Za-z0-9.[\]:_-]{1,255}$/.test(server)) {
      throw invalid(`NATS_URL has ${JSON.stringify(server.slice(0, 100))}, which is no server; write nats://host:4222`);
    }
  }
  return {
    servers,
    name,
    user: env.NATS_USER,
    password: secret(env, 'NATS_PASSWORD'),
    token: secret(env, 'NATS_TOKEN'),
    credentials: env.NATS_CREDENTIALS,
    ca: env.NATS_CA,
  };
}

function secret(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw invalid(`${name}_FILE names ${JSON.stringify(file)}, which cannot be read; correct it`);
  }
}

function invalid(says: string): ProblemError {
  return new ProblemError(problem('option_invalid', `${says}.`));
}
