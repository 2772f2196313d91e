import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caseFile } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runText } from './run.ts';

const page = (path: string) => readFileSync(join(import.meta.dirname, '../../docs', path), 'utf8');
const GUIDE = page('how-to/write-worked-cases.md');
const REFERENCE = page('reference/worked-cases.md');
const blocks = [...GUIDE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

test('the guide shows cases', () => {
  expect(blocks.length).toBeGreaterThan(4);
});

test.each(blocks)('a case of the guide passes: %s', async (text) => {
  for (const { failures } of await runText(text)) expect(failures).toEqual([]);
});

describe('the reference', () => {
  const schema = z.toJSONSchema(caseFile, { io: 'input' });
  const names = new Set<string>();
  const look = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    if ('properties' in value && typeof value.properties === 'object' && value.properties !== null) {
      for (const name of Object.keys(value.properties)) names.add(name);
    }
    for (const inner of Object.values(value)) look(inner);
  };
  look(schema);

  test.each([...names])('names the field %s', (name) => {
    expect(REFERENCE).toMatch(new RegExp(`\`${name}\`|[{,] ${name}: `));
  });
});
