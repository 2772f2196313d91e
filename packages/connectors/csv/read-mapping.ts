import { type Problem, problem } from '@ledger/kernel';
import type { z } from 'zod';
import { type DealMapping, dealMapping } from './mapping.ts';
import { nearest } from './nearest.ts';
import { shown } from './problems.ts';
import { readYaml } from './yaml.ts';

const LONGEST = 256 * 1024;

/**
 * Reads a mapping from YAML (or JSON) text. `name` is what errors call the document, mostly its file name. Refuses with
 * `mapping_invalid`; each of `errors` says line and column: `crm.yaml:3:5: "ammount" is not a field here; did you mean "amount"?`.
 */
export function readMapping(text: string, name: string): DealMapping | Problem {
  if (text.length > LONGEST) {
    return problem('document_too_large', `${name} is longer than ${LONGEST} characters; is it a mapping?`);
  }
  const document = readYaml(text.startsWith('\ufeff') ? text.slice(1) : text);
  const say = (code: string, path: readonly PropertyKey[], sentence: string, place = document.placeOf(path)): Problem =>
    problem(code, `${name}:${place.line}:${place.column}: ${sentence}`, `/${path.map(String).join('/')}`);

  if (document.faults.length > 0) {
    return refusal(document.faults.map(({ message, place }) => say('document_invalid', [], `${message}.`, place)));
  }
  const checked = dealMapping.safeParse(document.data);
  if (checked.success) return checked.data;
  return refusal(
    checked.error.issues.flatMap((issue) => flat(issue, [])).flatMap((issue) => describe(issue, document.data, say)),
  );
}

function refusal(errors: readonly Problem[]): Problem {
  const more = errors.length > 1 ? ` (${errors.length} errors in all)` : '';
  return { code: 'mapping_invalid', message: `${errors[0]?.message ?? ''}${more}`, errors };
}

interface Found {
  readonly issue: z.core.$ZodIssue;
  readonly path: readonly PropertyKey[];
}

/** Of the shapes that a value could have had, the one that was most likely meant: the one that fits its kind best. */
function flat(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly Found[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const meant = issue.errors
    .filter((branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'))
    .sort((a, b) => weight(a) - weight(b))[0];
  if (meant === undefined) return [{ issue, path }];
  return meant.flatMap((inner) => flat(inner, path));
}

/** Fields that no shape knows count most: the shape that knows more of what was written is the one that was meant. */
function weight(branch: readonly z.core.$ZodIssue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1), 0);
}

type Say = (code: string, path: readonly PropertyKey[], sentence: string) => Problem;

function describe({ issue, path }: Found, data: unknown, say: Say): readonly Problem[] {
  const field = path.length === 0 ? 'The mapping' : shown(path.map(String).join('.'));
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const remedy = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${shown(near)}?`;
      return say('field_unknown', [...path, key], `${shown(key)} is not a field here; ${remedy}`);
    });
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => say('field_invalid', path, `${field} ${inner.message}.`));
  }
  const value = at(data, path);
  if (value === undefined && issue.code !== 'custom')
    return [say('field_missing', path, `${field} is missing; add it.`)];
  if (issue.code === 'custom') {
    const code = typeof issue.params?.code === 'string' ? issue.params.code : 'field_invalid';
    return [say(code, path, `${field} ${issue.message}.`)];
  }
  if (path.length === 0 && value === '')
    return [say('field_missing', path, `${field} is empty; describe the columns.`)];
  const given = typeof value === 'string' && value !== '' ? ` ${shown(value)}` : '';
  return [say('field_invalid', path, `${field}${given} ${rule(issue)}.`)];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'must be one text',
  object: 'must have fields of its own',
  record: 'must have entries of its own',
  array: 'must be a list, as [one, two]',
};

function rule(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? 'has the wrong shape';
  if (issue.code === 'invalid_value' && !issue.message.startsWith('must')) {
    return `must be one of ${issue.values.map((value) => shown(String(value))).join(', ')}`;
  }
  if (issue.message.startsWith('must')) return issue.message;
  return issue.code === 'too_big' ? 'is too long' : issue.code === 'too_small' ? 'is too short' : 'does not fit';
}

function at(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

/** Names that the schema knows at a path. */
function knownFields(path: readonly PropertyKey[]): readonly string[] {
  let schemas: readonly unknown[] = [dealMapping];
  for (const step of path) schemas = schemas.flatMap(unwrapped).flatMap((schema) => inside(schema, String(step)));
  const names = schemas.flatMap(unwrapped).flatMap((schema) => Object.keys(shapeOf(schema) ?? {}));
  return [...new Set(names)];
}

interface Definition {
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly valueType?: unknown;
  readonly element?: unknown;
}

/** zod's own description of a schema, which every schema carries. */
function definition(schema: unknown): Definition {
  return (schema as { readonly _zod: { readonly def: Definition } })._zod.def;
}

function unwrapped(schema: unknown): readonly unknown[] {
  const { innerType, options } = definition(schema);
  if (innerType !== undefined) return unwrapped(innerType);
  return options === undefined ? [schema] : options.flatMap(unwrapped);
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  return definition(schema).shape;
}

function inside(schema: unknown, step: string): readonly unknown[] {
  const { shape, valueType, element } = definition(schema);
  const next = shape?.[step] ?? valueType ?? element;
  return next === undefined ? [] : [next];
}
