import { factStream, linkNats, natsBus } from '@ledger/bus-nats';
import { kindOf } from '@ledger/events';
import { EXIT, ProblemError, systemClock } from '@ledger/kernel';
import { openCheckpoint } from '@ledger/store-sqlite';
import { openStore } from '@ledger/wiring';
import { type Logger, pino } from 'pino';
import { healthOf, serveHealth } from './health.ts';
import { startRelay } from './relay.ts';
import { type RelaySettings, relaySettings } from './settings.ts';

/** `node services/relay/main.ts`: publishes the facts of a ledger until it is told to end. */
async function main(settings: RelaySettings, log: Logger): Promise<void> {
  const store = await openStore(settings.store, { clock: systemClock });
  const checkpoint = openCheckpoint(settings.checkpoint);
  const link = linkNats(settings.nats, (state, why) => {
    if (state === 'up') log.info('connected to NATS');
    else log.warn({ why: why?.message }, 'no connection to NATS');
  });
  const bus = natsBus(link, store.ledger);
  const facts = factStream(link, store.ledger, settings.stream);
  log.info({ ledger: store.ledger, servers: settings.nats.servers }, 'relay begins');
  const relay = startRelay({ store, facts, checkpoint, bus, log });

  const health = async () => {
    const status = relay.status();
    return { ok: status.state === 'running', body: healthOf(status, await store.head()) };
  };
  const server = settings.healthPort === undefined ? undefined : await serveHealth(settings.healthPort, health);
  if (server !== undefined) log.info({ port: server.port }, 'says how it is under /health');
  const saying = setInterval(() => {
    health().then(
      ({ body }) => log.info(body, 'health'),
      () => log.warn({ code: 'store_io' }, 'health'),
    );
  }, settings.healthMs);

  const end = () => {
    log.info('told to end');
    relay.stop().catch(() => undefined);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  try {
    await relay.ended;
  } finally {
    clearInterval(saying);
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    await server?.close();
    await bus.close();
    await link.close();
    checkpoint.close();
    await store.close();
  }
}

/** What ends a relay, without what its text may quote: a code, and where in our code it was. */
function fatal(error: unknown): { readonly exit: number; readonly fields: object } {
  if (error instanceof ProblemError) {
    const { code, message } = error.problem;
    return { exit: EXIT[kindOf(code)], fields: { code, why: message } };
  }
  const at =
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 8)
      : [];
  return {
    exit: EXIT.crash,
    fields: { code: 'internal', error: error instanceof Error ? error.name : typeof error, at },
  };
}

const base = { base: { service: 'relay' }, formatters: { level: (label: string) => ({ level: label }) } };
let log = pino(base);
try {
  const settings = relaySettings(process.env);
  log = pino({ ...base, level: settings.logLevel });
  await main(settings, log);
} catch (error) {
  const { exit, fields } = fatal(error);
  log.fatal(fields, 'ended');
  process.exitCode = exit;
}
