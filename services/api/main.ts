import { kindOf } from '@ledger/events';
import { EXIT, isProblem, type Problem, ProblemError, systemClock } from '@ledger/kernel';
import { openLedger } from '@ledger/wiring';
import { pino } from 'pino';
import { asPersona } from './demo.ts';
import { ROUTES } from './routes/index.ts';
import { createServer } from './server.ts';
import { settingsOf } from './settings.ts';

/** How long requests that are under way may take to finish when the server stops. */
const GRACE_MS = 10_000;

async function main(): Promise<Problem | undefined> {
  const settings = settingsOf(process.env);
  if (isProblem(settings)) return settings;
  // Names, reasons and amounts never reach the log: what is logged are codes, routes, ids of requests and times.
  const logger = pino({ level: settings.logLevel, base: { service: 'api' } });
  const ledger = await openLedger(settings.store, { clock: systemClock });
  const app = await createServer({
    ledger,
    routes: ROUTES,
    authenticators: ledger.demo ? [asPersona] : [],
    logger,
    requestsPerSecond: settings.requestsPerSecond,
  });
  const address = await app.listen({ host: settings.host, port: settings.port });
  logger.info({ address, ledger: ledger.store.ledger, demo: ledger.demo }, 'listening');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  logger.info('stopping');
  setTimeout(() => process.exit(0), GRACE_MS).unref();
  await app.close();
  await ledger.close();
  return undefined;
}

try {
  const refused = await main();
  if (refused !== undefined) fail(refused);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  fail(error.problem);
}

function fail({ code, message }: Problem): void {
  process.stderr.write(`error[${code}]: ${message}\n`);
  process.exitCode = EXIT[kindOf(code)];
}
