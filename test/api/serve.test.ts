import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/company.ts';

const MAIN = join(import.meta.dirname, '../../services/cli/main.ts');

function ledger(argv: readonly string[], env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [MAIN, ...argv], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** A demo ledger and what runs on it. */
async function demoLedger(): Promise<Readonly<Record<string, string>>> {
  const env = { LEDGER_STORE: join(temporaryFolder(), 'acme.ledger'), LEDGER_PORT: '0', LEDGER_LOG_LEVEL: 'error' };
  const [code] = await once(ledger(['init', '--ledger', 'acme', '--demo'], env), 'exit');
  expect(code).toBe(0);
  return env;
}

async function firstLine({ stdout }: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface(stdout)) return line;
  return '';
}

test('ledger serve answers until it is told to end, and ends well', async () => {
  const env = await demoLedger();
  const server = ledger(['serve'], env);
  const [address = ''] = /http:\/\/[^;]+?(?=;| )/.exec(await firstLine(server)) ?? [];
  const headers = { authorization: 'Bearer demo:ops:olga' };
  expect(await (await fetch(`${address}/v1/me`, { headers })).json()).toMatchObject({
    id: 'olga',
    ledger: 'acme',
    demo: true,
  });
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});

test.each([
  [{ LEDGER_PORT: '99999' }, /^error\[option_invalid\]: LEDGER_PORT /],
  [{ LEDGER_OIDC_ISSUER: 'http://login.example.com' }, /^error\[option_invalid\]: LEDGER_OIDC_ISSUER /],
  [{ LEDGER_OIDC_ISSUER: 'https://login.example.com' }, /^error\[argument_missing\]: LEDGER_OIDC_AUDIENCE /],
])('ledger serve refuses %o', async (wrong, says) => {
  expect(await refused({ ...(await demoLedger()), ...wrong })).toEqual([2, expect.stringMatching(says)]);
});

async function refused(env: Readonly<Record<string, string>>): Promise<readonly [number, string]> {
  const server = ledger(['serve'], env);
  let stderr = '';
  server.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const [code] = await once(server, 'close');
  return [code, stderr];
}

test('ledger serve ends where its address is taken, or is not of this machine, and says what to set', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const at = taken.address();
  const port = String(typeof at === 'object' ? at?.port : at);
  const env = await demoLedger();
  const inUse = /^error\[address_unavailable\]: Another program listens at port \d+ of 127\.0\.0\.1; .* LEDGER_PORT /;
  expect(await refused({ ...env, LEDGER_PORT: port })).toEqual([7, expect.stringMatching(inUse)]);
  const away = /^error\[address_unavailable\]: This machine has no address "192\.0\.2\.1"; set LEDGER_HOST /;
  expect(await refused({ ...env, LEDGER_HOST: '192.0.2.1' })).toEqual([7, expect.stringMatching(away)]);
});
