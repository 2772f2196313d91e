import { KEY_PREFIX, openLive, principalByIdentity, principalByKey } from '@ledger/application';
import { linkNats, natsBus, natsSettings } from '@ledger/bus-nats';
import { type Bus, isProblem, type Problem, problem, signalling, systemClock } from '@ledger/kernel';
import { openLedger } from '@ledger/wiring';
import { pino } from 'pino';
import { asPersona } from './demo.ts';
import { atDoors, createMetrics } from './metrics.ts';
import { browserSignIn, byIssuer, withoutIssuer } from './oidc.ts';
import { answerRequests } from './requests.ts';
import { ROUTES } from './routes/index.ts';
import { createServer } from './server.ts';
import { type Environment, type Settings, settingsOf } from './settings.ts';
import type { Authenticator } from './sign-in.ts';
import { startTracing } from './tracing.ts';

/** A server that runs. */
export interface Serving {
  /** As http://127.0.0.1:8080. */
  readonly address: string;
  readonly ledger: string;
  readonly demo: boolean;
  /** Lets requests that are under way finish, tells those who follow a stream, and closes the ledger. */
  stop(): Promise<void>;
}

/** How long a request waits for another process that writes the same file: as long as for a cluster (promises.md, P18). */
const BUSY_MS = 1_700;

/** Serves the ledger that the environment names, and the web application where its folder is given. Throws what opening it throws. */
export async function serve(env: Environment, app?: string): Promise<Serving | Problem> {
  const settings = settingsOf(env);
  if (isProblem(settings)) return settings;
  // Names, reasons and amounts never reach the log: codes, routes, ids of requests and times do.
  const logger = pino({ level: settings.logLevel, base: { service: 'api' } }, pino.destination(2));
  const nats = natsSettings(env, 'ledger-api');
  const opened = await openLedger(settings.store, { clock: systemClock, busyMs: BUSY_MS });
  const link = nats === undefined ? undefined : linkNats(nats, (state) => logger.info({ state }, 'NATS'));
  const bus: Bus | undefined = link === undefined ? undefined : natsBus(link, opened.store.ledger);
  const metrics = createMetrics();
  const ledger = atDoors(bus === undefined ? opened : { ...opened, store: signalling(opened.store, bus) }, metrics);
  const byToken =
    settings.issuer === undefined
      ? withoutIssuer
      : byIssuer(settings.issuer, (identity) => principalByIdentity(ledger, identity));
  const byKey: Authenticator = async (credentials) =>
    credentials.startsWith(KEY_PREFIX) ? principalByKey(ledger, credentials) : undefined;
  const tracing = await startTracing(env);
  const authenticators = [byKey, byToken, ...(opened.demo ? [asPersona] : [])];
  const live = openLive(ledger);
  const server = await createServer({
    app,
    signIn: settings.issuer === undefined ? undefined : browserSignIn(settings.issuer),
    tracing,
    metrics,
    ledger,
    live,
    store: settings.store,
    routes: ROUTES,
    authenticators,
    logger,
    requestsPerSecond: settings.requestsPerSecond,
  });
  const unserve =
    bus === undefined ? undefined : answerRequests(bus, { ledger, live, routes: ROUTES, authenticators, logger });
  async function stop(): Promise<void> {
    logger.info('stopping');
    await server.close();
    await unserve?.();
    await tracing?.end();
    await bus?.close();
    await link?.close();
    await opened.close();
  }
  try {
    const address = await server.listen({ host: settings.host, port: settings.port });
    logger.info({ address, ledger: ledger.store.ledger, demo: opened.demo }, 'listening');
    return { address, ledger: ledger.store.ledger, demo: opened.demo, stop };
  } catch (error) {
    await stop();
    const cannot = whyNotListening(error, settings);
    if (cannot === undefined) throw error;
    return cannot;
  }
}

/** What keeps a server from its address, and what to set instead. */
function whyNotListening(error: unknown, { host, port }: Pick<Settings, 'host' | 'port'>): Problem | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return problem(
        'address_unavailable',
        `Another program listens at port ${port} of ${host}; end it, or set LEDGER_PORT to another port, 0 for any that is free.`,
      );
    case 'EACCES':
      return problem(
        'address_unavailable',
        `This user may not listen at port ${port} of ${host}; set LEDGER_PORT to a port from 1024 on.`,
      );
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return problem(
        'address_unavailable',
        `This machine has no address "${host}"; set LEDGER_HOST to one that it has, as 127.0.0.1, or 0.0.0.0 for all of them.`,
      );
    default:
      return undefined;
  }
}
