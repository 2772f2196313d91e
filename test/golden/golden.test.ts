import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesIn, runAll } from '../cases/run.ts';

const FOLDER = import.meta.dirname;
/** The collection that the cases were taken from; not part of the product. */
const COLLECTION = join(FOLDER, '../../../shared/golden');

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const listed = [...README.matchAll(/^\| ([a-z0-9-]+) +\| (.+?) +\|$/gm)]
  .map(([, id = '', reason = '']) => ({ id, reason }))
  .filter(({ id }) => id !== 'case' && !/^-+$/.test(id));

describe.each(files)('%s', (file) => {
  test.each(casesIn(join(FOLDER, file)).map((given) => [given.title, given] as const))('%s', async (_, given) => {
    const [result] = await runAll([given]);
    expect(result?.failures).toEqual([]);
  });

  test('names its source', () => {
    for (const { source } of casesIn(join(FOLDER, file))) expect(source).toMatch(/\w/);
  });
});

test('every case of the collection is a file, or a row of the README with what it waits for', (context) => {
  if (!existsSync(COLLECTION)) context.skip('the collection is not beside the repository');
  const known = readdirSync(COLLECTION).map((name) => name.replace(/\.json$/, ''));
  const said = [...files.map((name) => name.replace(/\.yaml$/, '')), ...listed.map(({ id }) => id)];
  expect(said.sort()).toEqual(known.sort());
});

test('a row of the README says what the case waits for, or which test has it', () => {
  expect(listed.length).toBeGreaterThan(0);
  for (const { reason } of listed) expect(reason).toMatch(/^(?:\[test\/|[a-z][a-z -]+(?:: |$))/);
});
