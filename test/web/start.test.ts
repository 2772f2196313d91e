import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/company.ts';
import { until } from '../support/until.ts';

const START = join(import.meta.dirname, '../../services/cli/start.ts');

/** `pnpm start` on a demo ledger of its own; what it prints until it serves. */
async function started(file: string): Promise<{ readonly child: ChildProcess; readonly printed: string }> {
  const env = { ...process.env, LEDGER_PORT: '0', LEDGER_LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [START, file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  await until('it serves', () => printed.includes('The web application is at '), 50_000);
  return { child, printed };
}

test('pnpm start tells the demo once, with what is going on in it, and serves the application', async () => {
  const file = join(temporaryFolder(), 'demo.ledger');
  const first = await started(file);
  expect(first.printed).toContain('Telling the story of the demo');
  const [, address = ''] = /The web application is at (\S+)/.exec(first.printed) ?? [];
  expect(await (await fetch(address, { headers: { accept: 'text/html' } })).text()).toContain('<div id="root">');
  const asked = await fetch(`${address}/v1/queries`, { headers: { authorization: 'Bearer demo:ops:olga' } });
  const { queries } = (await asked.json()) as { readonly queries: readonly unknown[] };
  expect(queries).toHaveLength(2);
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  const second = await started(file);
  expect(second.printed).not.toContain('Telling');
});
