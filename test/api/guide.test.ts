import { execFile, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { serve } from '@ledger/api';
import { expect, onTestFinished, test } from 'vitest';
import { matches, trimmed } from '../docs/page.ts';
import { sound, temporaryFolder } from '../support/company.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The commands of the page that ask the server, each with what it shows they print. */
function steps(page: string): readonly { readonly commands: string; readonly shown: string }[] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g)];
  return blocks
    .map(([, commands = '', shown = '']) => ({ commands, shown }))
    .filter(({ commands }) => commands.includes('curl'));
}

/** The demo is a whole half year. */
const LONG_MS = 240_000;

test('the way through the API is what the page shows', { timeout: LONG_MS }, async (context) => {
  if (spawnSync('curl', ['--version']).error !== undefined) return context.skip('curl is not on this machine');
  const folder = temporaryFolder();
  // A copy of the command line, so that the demo's ledger is another one than that of other tests.
  const cli = join(root, 'services/cli');
  cpSync(cli, join(folder, 'services/cli'), { recursive: true, filter: (path) => !path.includes('node_modules') });
  symlinkSync(join(cli, 'node_modules'), join(folder, 'services/cli/node_modules'));
  await run(process.execPath, [join(folder, 'services/cli/demo/demo.ts')], { cwd: folder });
  const store = join(folder, '.ledger/demo.ledger');
  const serving = sound(await serve({ LEDGER_STORE: store, LEDGER_PORT: '0', LEDGER_LOG_LEVEL: 'silent' }));
  onTestFinished(() => serving.stop());
  const api = serving.address;
  const page = readFileSync(join(root, 'docs/how-to/use-the-api.md'), 'utf8');
  const found = steps(page);
  expect(found.length).toBeGreaterThan(5);
  for (const { commands, shown } of found) {
    const { stdout } = await run('bash', ['-euc', commands], { cwd: folder, env: { ...process.env, api } });
    const printed = stdout.replaceAll('\r\n', '\n');
    const isAsShown = matches(trimmed(shown.split('\n')), trimmed(printed.split('\n')));
    expect(isAsShown ? shown : `${commands}\n${printed}`).toBe(shown);
  }
});
