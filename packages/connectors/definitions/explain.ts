import { checkDecimal } from '@ledger/money';
import { z } from 'zod';
import { nearest } from '../csv/nearest.ts';
import { find, type Node, offsetOf, type Path } from './node.ts';
import { codeOf } from './schema.ts';
import type { FileProblem, Source } from './source.ts';

/** What a schema found, in words for the person who wrote the file: where, what, and what to write instead. */
export function explain(
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
  root: Node,
  source: Source,
): readonly FileProblem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const at = offsetOf(root, path);
  const node = find(root, path);
  const expected = schemaAt(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const known = expected instanceof z.ZodObject ? Object.keys(expected.shape) : [];
    return issue.keys.map((key) => {
      const place = offsetOf(root, [...path, key], true);
      return source.problem('field_unknown', place, path, unknownField(key, known));
    });
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'is not an id';
    return [source.problem('id_invalid', offsetOf(root, path, true), path, `the id ${reason}.`)];
  }
  if (node === undefined) {
    const what = expected?.description;
    const code = codeOf(expected) === 'reason_required' ? 'reason_required' : 'field_missing';
    return [source.problem(code, at, path, `is missing.${what === undefined ? '' : ` ${what}`}`)];
  }
  if (node.kind === 'text' && node.text === '') {
    return [source.problem(codeOf(expected), at, path, 'is empty; write a value.')];
  }
  if (issue.code === 'invalid_type') {
    return [source.problem('field_invalid', at, path, `must be ${KINDS[issue.expected] ?? issue.expected}.`)];
  }
  if (issue.code === 'invalid_value' && node.kind === 'text') {
    const values = issue.values.map(String);
    const close = nearest(node.text, values);
    const hint =
      close === undefined ? `write ${either(values)}` : `did you mean "${close}"? It can be ${either(values)}`;
    return [source.problem(codeOf(expected), at, path, `${quoted(node.text)} is not known; ${hint}.`)];
  }
  const code = codeOf(expected);
  if (node.kind !== 'text') return [source.problem(code, at, path, `${issue.message}.`)];
  const remedy = sayInstead(node.text, code);
  return [
    source.problem(
      code,
      at,
      path,
      `${quoted(node.text)} ${issue.message}${remedy === undefined ? '' : `; ${remedy}`}.`,
    ),
  ];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list, as [a, b] or one "- a" on each line',
  object: 'fields with their names, as "name: value"',
  record: 'fields with their names, as "name: value"',
};

export function unknownField(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const hint = close === undefined ? `known here: ${known.join(', ')}` : `did you mean "${close}"?`;
  return `unknown field ${quoted(key)}; ${hint}${hint.endsWith('?') ? '' : '.'}`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** What somebody who wrote a number their own way should write. */
function sayInstead(text: string, code: string): string | undefined {
  if (code === 'percent_invalid') {
    const tight = text.replace(/\s/g, '');
    const pointed = /,\d{3}%?$/.test(tight) ? tight : tight.replace(',', '.');
    if (/^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?%?$/.test(pointed)) return `say ${pointed}`;
  }
  if (code !== 'percent_invalid' && code !== 'amount_invalid') return undefined;
  const checked = checkDecimal(text.replace(/\s*%$/, ''));
  return checked.ok ? undefined : `it ${checked.why}`;
}

/** The schema of what stands at a path, without what makes it optional. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let here: unknown = unwrapped(schema);
  for (const part of path) {
    if (here instanceof z.ZodObject) here = here.shape[String(part)];
    else if (here instanceof z.ZodArray) here = here.element;
    else if (here instanceof z.ZodRecord) here = here.valueType;
    else return undefined;
    here = unwrapped(here);
  }
  return here instanceof z.ZodType ? here : undefined;
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  return inner;
}
