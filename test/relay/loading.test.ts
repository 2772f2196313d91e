import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const WIRING = pathToFileURL(join(import.meta.dirname, '../../services/wiring/index.ts')).href;

/** Counts what is loaded of the packages while services are wired, in a process that has loaded nothing yet. */
const COUNTING = `
import { registerHooks } from 'node:module';
const loaded = { application: 0, kernel: 0 };
registerHooks({
  load(url, context, next) {
    for (const name of Object.keys(loaded)) if (url.includes('/packages/' + name + '/')) loaded[name] += 1;
    return next(url, context);
  },
});
await import(${JSON.stringify(WIRING)});
console.log(JSON.stringify(loaded));
`;

test('whoever opens a log to read it, as the relay does, loads nothing of the application', () => {
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', COUNTING], { encoding: 'utf8' });
  const { application, kernel } = JSON.parse(printed) as { readonly application: number; readonly kernel: number };
  expect([application, kernel > 0]).toEqual([0, true]);
});
