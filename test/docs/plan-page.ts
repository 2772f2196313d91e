import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Definition, readDefinitions } from '@ledger/connectors';
import type { MetricDocument } from '@ledger/events';
import { expect } from 'vitest';

/** docs/plan-language.md, block by block. */

export const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'plan-language.md'), 'utf8');

interface Block {
  readonly kind: string;
  readonly text: string;
  /** The heading that it stands under. */
  readonly under: string;
}

function blocksOf(page: string): readonly Block[] {
  let under = '';
  return [...page.matchAll(/^#+ (?<heading>.+)$|^```(?<kind>[a-z ]+)\n(?<text>[\s\S]*?)^```$/gm)].flatMap(
    ({ groups }) => {
      if (groups?.heading !== undefined) under = groups.heading;
      return groups?.kind === undefined ? [] : [{ kind: groups.kind, text: groups.text ?? '', under }];
    },
  );
}

export const BLOCKS = blocksOf(PAGE);
const HEAD = 'plan: p\ntitle: P\ncurrency: USD\nfrom: 2026-01-01\nreason: Plan year 2026.\n';

export function read(text: string) {
  const whole = text.startsWith('components:') ? HEAD + text : text;
  return readDefinitions(new TextEncoder().encode(whole), 'plan.yaml');
}

export function documentsOf({ text }: Block): readonly Definition[] {
  const result = read(text);
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([]);
  return result.ok ? result.documents : [];
}

export const YAML = BLOCKS.filter(({ kind }) => kind === 'yaml');
export const METRICS: ReadonlyMap<string, MetricDocument> = new Map(
  YAML.flatMap(documentsOf).flatMap((each) => (each.kind === 'metric' ? [[each.document.metric, each.document]] : [])),
);
