import { checkPlan } from '@ledger/calculation';
import { definitionSchemas } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BLOCKS, METRICS, PAGE, read, YAML } from './plan-page.ts';

/** What the command line would say of a file. */
function messagesFor(text: string): readonly string[] {
  const result = read(text);
  if (!result.ok) return result.problems.map(({ message }) => message);
  return result.documents.flatMap((definition) => {
    if (definition.kind !== 'plan') return [];
    const { problems, warnings } = checkPlan(definition.document, METRICS);
    return [...problems, ...warnings]
      .map(({ field, message }) => ({ message, ...definition.placeOf(field ?? '') }))
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ message, line, column }) => `plan.yaml:${line}:${column}: ${message}`);
  });
}

test('there is a page to read', () => {
  expect(METRICS.size).toBeGreaterThan(5);
  expect(YAML.length).toBeGreaterThan(35);
});

test.each(YAML.map((block) => [block.under, block] as const))(
  '%s: parses, and nothing is wrong with it',
  (_, block) => {
    expect(block.text).toMatch(/^(?:components|plan|metric|quotas|crediting|jurisdiction):/);
    expect(messagesFor(block.text)).toEqual([]);
  },
);

test.each(BLOCKS.flatMap((block, at) => (block.kind === 'yaml refused' ? [[block, BLOCKS[at + 1]] as const] : [])))(
  'what is refused is refused in these words',
  (block, said) => {
    expect(said?.kind).toBe('text');
    expect(`${messagesFor(block.text).join('\n')}\n`).toBe(said?.text);
  },
);

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}

/** The fields of an object, of what a list holds, or of what stands under names. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodArray) return shapeOf(bare.element);
  if (bare instanceof z.ZodRecord) return shapeOf(bare.valueType);
  return bare instanceof z.ZodObject ? bare.shape : {};
}

/** How the page writes what a field is when it is left out. */
function defaultOf(schema: unknown): RegExp {
  if (schema instanceof z.ZodOptional) return /^[^–]+$/;
  if (!(schema instanceof z.ZodDefault)) return /^–$/;
  const value = schema.def.defaultValue;
  return Array.isArray(value) ? /^none$/ : new RegExp(`^\`${String(value)}\`$`);
}

/** First two cells of the rows of tables under a heading: field and default. */
function rowsUnder(heading: string): ReadonlyMap<string, string> {
  const after = PAGE.split(`\n${heading}\n`)[1]?.split(/^#+ /m)[0] ?? '';
  return new Map(
    [...after.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

const PLAN = shapeOf(definitionSchemas.plan);
const COMPONENT = shapeOf(PLAN.components);

describe.each([
  ['### Of the plan', PLAN],
  ['### Of a component', COMPONENT],
  ['#### `table`', shapeOf(COMPONENT.table)],
  ['#### `multiply-credit` and `multiply-earning`', shapeOf(COMPONENT['multiply-credit'])],
  ['#### `gates`', shapeOf(COMPONENT.gates)],
  ['#### `cap`', shapeOf(COMPONENT.cap)],
  ['### `draws`', shapeOf(PLAN.draws)],
  ['### `guarantee`', shapeOf(PLAN.guarantee)],
  ['### `pay`', shapeOf(PLAN.pay)],
  ['#### `recover`', shapeOf(shapeOf(PLAN.pay).recover)],
])('%s', (heading, shape) => {
  test('every field is described, with its default', () => {
    const rows = rowsUnder(heading);
    expect([...rows.keys()].sort()).toEqual(Object.keys(shape).sort());
    for (const [name, value] of rows) {
      if (name !== 'table' && name !== 'curve') expect(value, name).toMatch(defaultOf(shape[name]));
    }
  });
});

test('every choice of a field is named', () => {
  for (const shape of [COMPONENT, shapeOf(COMPONENT.table), shapeOf(COMPONENT.gates), shapeOf(COMPONENT.cap)]) {
    for (const [name, schema] of Object.entries(shape)) {
      const bare = unwrapped(schema);
      for (const choice of bare instanceof z.ZodEnum ? bare.options : []) expect(PAGE, name).toContain(`\`${choice}\``);
    }
  }
});
