import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES, EVENT_TYPES } from '@ledger/events';
import { expect, test } from 'vitest';
import { generated, ROOT } from '../generate.ts';

const files = generated();

test.each([...files.keys()])('%s is what `pnpm generate` would write', (path) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toBe(files.get(path));
});

test('nothing else lies among the generated schemas', () => {
  const found = readdirSync(join(ROOT, 'docs', 'schemas')).map((name) => `docs/schemas/${name}`);
  expect(found.sort()).toEqual([...files.keys()].filter((path) => path.startsWith('docs/schemas/')).sort());
});

test('every type of event and every code is documented', () => {
  for (const type of EVENT_TYPES) expect(files.get('docs/events.md')).toContain(`### ${type}, version `);
  for (const code of Object.keys(CODES)) expect(files.get('docs/errors.md')).toContain(`| \`${code}\` `);
});
