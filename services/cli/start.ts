import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { ensureApp } from '@ledger/web';
import { processIo } from './io.ts';
import { runCli } from './run.ts';

/**
 * `pnpm start`: the web application on the demo ledger, or on the ledger that LEDGER_STORE names. What is missing is made first: the
 * application is built, the demo is told.
 */
const root = join(import.meta.dirname, '../..');
const io = processIo();
const demo = relative(process.cwd(), join(root, '.ledger/demo.ledger'));
const store = io.env.LEDGER_STORE ?? demo;

await ensureApp((line) => io.out(`${line}\n`));
if (store === demo && !existsSync(demo)) {
  io.out('Telling the story of the demo …\n');
  const told = spawnSync(process.execPath, [join(import.meta.dirname, 'demo/demo.ts')], { encoding: 'utf8' });
  if (told.status !== 0) {
    io.err(`${told.stdout}${told.stderr}`);
    process.exit(told.status ?? 1);
  }
}
const port = io.env.LEDGER_PORT ?? ((await isFree(8080)) ? '8080' : '0');
const env = { LEDGER_LOG_LEVEL: 'warn', ...io.env, LEDGER_STORE: store, LEDGER_PORT: port };
process.exitCode = await runCli(['serve'], { ...io, env });

/** Whether nobody listens there: a second window is no reason to fail. */
function isFree(wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
