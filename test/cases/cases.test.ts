import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesIn, runAll } from './run.ts';

/** Worked cases of our own, by sections of the reference on mechanics. */
const FOLDER = join(import.meta.dirname, 'own');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(files)('%s', (file) => {
  test.each(casesIn(join(FOLDER, file)).map((given) => [given.title, given] as const))('%s', async (_, given) => {
    const [result] = await runAll([given]);
    expect(result?.failures).toEqual([]);
  });
});
