import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { APP_BUILD } from '@ledger/web';
import { processIo } from './io.ts';
import { runCli } from './run.ts';

/**
 * `pnpm start`: the web application on the demo ledger, or on the ledger that LEDGER_STORE names. What is missing is made first: the
 * application is built, the demo is told.
 */
const root = join(import.meta.dirname, '../..');
const io = processIo();
// Another file may be named, so that a test does not touch the one that somebody is looking at.
const demo = relative(process.cwd(), process.argv[2] ?? join(root, '.ledger/demo.ledger'));
const store = process.argv[2] === undefined ? (io.env.LEDGER_STORE ?? demo) : demo;

// Each in a process of its own: what a builder has in memory, no server needs.
made('inherit', [APP_BUILD]);
if (store === demo && !existsSync(demo)) {
  io.out('Telling the story of the demo …\n');
  for (const part of ['demo', 'present']) made('ignore', [join(import.meta.dirname, `demo/${part}.ts`), demo]);
}
const port = io.env.LEDGER_PORT ?? ((await isFree(8080)) ? '8080' : '0');
const env = { LEDGER_LOG_LEVEL: 'warn', ...io.env, LEDGER_STORE: store, LEDGER_PORT: port };
process.exitCode = await runCli(['serve'], { ...io, env });

/** Runs a program to its end; nothing goes on where it fails. */
function made(stdout: 'inherit' | 'ignore', program: readonly string[]): void {
  const { status } = spawnSync(process.execPath, program, { stdio: ['ignore', stdout, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether nobody listens there: a second window is no reason to fail. */
function isFree(wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
