import { type Code, isCode } from '@ledger/events';
import { nearest, type Problem } from '@ledger/kernel';
import type { z } from 'zod';
import { offsetOf, plain } from '../definitions/node.ts';
import { openSource } from '../definitions/source.ts';
import { isProblems, readYaml } from '../definitions/yaml.ts';
import { type DealMapping, dealMapping } from './mapping.ts';
import { shown } from './problems.ts';

/**
 * Reads a mapping from YAML (or, named `.json`, JSON), by the rules of definition files. `name` is what errors call the document,
 * mostly its file name. Refuses with `mapping_invalid`; each of `errors` says line and column:
 * `crm.yaml:3:5: "ammount" is not a field here; did you mean "amount"?`.
 */
export function readMapping(text: string | Uint8Array, name: string): DealMapping | Problem {
  const source = openSource(typeof text === 'string' ? new TextEncoder().encode(text) : text, name);
  if ('code' in source) return source.code === 'document_too_large' ? source : refusal([source]);
  const nodes = readYaml(source);
  if (isProblems(nodes)) return refusal(nodes);
  const [root = { kind: 'text', at: 0, text: '' } as const, second] = nodes;
  if (second !== undefined) {
    return refusal([
      source.problem('document_invalid', second.at, [], 'A mapping is one document; remove the others.'),
    ]);
  }
  const data = plain(root);
  const checked = dealMapping.safeParse(data);
  if (checked.success) return checked.data;
  const faults = checked.error.issues.flatMap((issue) => flat(issue, [])).flatMap((of) => describe(of, data));
  // A field that was misspelled is not missing as well.
  const meant = new Set(faults.map((fault) => fault.meant));
  return refusal(
    faults
      .filter((fault) => fault.code !== 'field_missing' || !meant.has(fault.path.join('/')))
      .map(({ code, path, sentence }) => {
        const steps = path.map((step) => (typeof step === 'number' ? step : String(step)));
        const { message, ...place } = source.problem(code, offsetOf(root, steps, true), [], sentence);
        return { ...place, message, field: `/${steps.join('/')}` };
      })
      .sort((one, other) => one.line - other.line || one.column - other.column),
  );
}

interface MappingFault {
  readonly code: Code;
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
  /** Path of the field that an unknown one probably is. */
  readonly meant?: string;
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

function describe({ issue, path }: Found, data: unknown): readonly MappingFault[] {
  const field = path.length === 0 ? 'The mapping' : shown(path.map(String).join('.'));
  const value = at(data, path);
  const given = typeof value === 'string' && value !== '' ? ` ${shown(value)}` : '';
  const one = (code: Code, clause: string): readonly MappingFault[] => [{ code, path, sentence: `${field}${clause}.` }];

  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(key, path));
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => one('field_invalid', ` ${inner.message}`));
  if (issue.code === 'custom') {
    const code = codeIn(issue.params);
    return one(code, `${given} ${issue.message}`);
  }
  if (value === undefined) return one('field_missing', ' is missing; add it');
  if (path.length === 0 && value === '') return one('field_missing', ' is empty; describe the columns');
  return one('field_invalid', `${given} ${rule(issue)}`);
}

/** The code that a schema of the mapping gives with its own refusal. */
function codeIn(params: Readonly<Record<string, unknown>> | undefined): Code {
  const code = params?.code;
  return typeof code === 'string' && isCode(code) ? code : 'field_invalid';
}

function unknownField(key: string, path: readonly PropertyKey[]): MappingFault {
  const known = knownFields(path);
  const near = nearest(key, known);
  const remedy = near === undefined ? `known are ${known.join(', ')}.` : `did you mean ${shown(near)}?`;
  const fault = {
    code: 'field_unknown' as const,
    path: [...path, key],
    sentence: `${shown(key)} is not a field here; ${remedy}`,
  };
  return near === undefined ? fault : { ...fault, meant: [...path, near].join('/') };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'must be one text',
  object: 'must have fields of its own',
  record: 'must have entries of its own',
  array: 'must be a list, as [one, two]',
};

function rule(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? 'has the wrong shape';
  if (!/^(?:Invalid|Too|Expected)/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map((value) => shown(String(value))).join(', ')}`;
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
