import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asPersona, createServer, ROUTES, type ServerOptions } from '@ledger/api';
import { systemClock } from '@ledger/kernel';
import { APP_BUILD, APP_FOLDER } from '@ledger/web';
import { type OpenedLedger, openLedger } from '@ledger/wiring';
import { pino } from 'pino';
import { until } from '../support/until.ts';

const IN_DEBIAN = ['chromium-headless-shell', 'chromium', 'chromium-browser'].map((name) => `/usr/bin/${name}`);

/** The program, or nothing where there is none. */
export const CHROMIUM: string | undefined = [process.env.CHROMIUM, ...IN_DEBIAN]
  .filter((program) => program !== undefined)
  .find((program) => existsSync(program));

/** Why nothing is looked at in a browser. */
export const NO_BROWSER = "no Chromium here: install Debian's package, or name the program by CHROMIUM";

/** Shared by the files of one run of the tests; whoever runs alone has one to themselves. */
const RUN = process.env.LEDGER_TEST_RUN ?? mkdtempSync(join(tmpdir(), 'ledger-run-'));

/** The application on a copy of the demo ledger of its own. */
export interface Served {
  readonly address: string;
  readonly ledger: OpenedLedger;
  readonly file: string;
  /** Ends every connection that there is, as a network does that breaks. */
  cut(): void;
  stop(): Promise<void>;
}

/** Serves the application on a copy of the demo ledger; what both are made of is made once in a run of the tests. */
export async function serveDemo(
  options: (ledger: OpenedLedger) => Promise<Partial<ServerOptions>> = async () => ({}),
  clock = systemClock,
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-web-'));
  const store = join(folder, 'demo.ledger');
  cpSync(await onceInThisRun('demo', tellDemo), folder, { recursive: true });
  const app = await onceInThisRun('app', buildApp);
  const ledger = await openLedger(store, { clock });
  const server = await createServer({
    ledger,
    store,
    app,
    routes: ROUTES,
    authenticators: [asPersona],
    logger: pino({ level: 'silent' }),
    requestsPerSecond: 100_000,
    ...(await options(ledger)),
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    address,
    ledger,
    file: store,
    cut: () => server.server.closeAllConnections(),
    async stop() {
      await server.close();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes something that all files of a run share: the first that needs it makes it, the others wait. */
async function onceInThisRun(name: string, make: () => Promise<string> | string): Promise<string> {
  const lock = join(RUN, `${name}.lock`);
  await until(`${name} is made`, () => locked(lock), 120_000);
  try {
    const made = join(RUN, `${name}.made`);
    if (!existsSync(made)) writeFileSync(made, await make());
    return readFileSync(made, 'utf8');
  } finally {
    rmdirSync(lock);
  }
}

function locked(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function buildApp(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [APP_BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the application was not built: ${stdout}${stderr}`);
  return APP_FOLDER;
}

/** The folder of the demo ledger of this run. */
function tellDemo(): string {
  const folder = join(RUN, 'demo');
  const file = join(folder, 'demo.ledger');
  const story = join(import.meta.dirname, '../../services/cli/demo/demo.ts');
  const { LEDGER_STORE: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [story, file], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the demo failed: ${stdout}${stderr}`);
  return folder;
}
