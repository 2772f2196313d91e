import { nearest } from '@ledger/kernel';
import { checkDecimal, div, exact, fraction, toText } from '@ledger/money';
import { z } from 'zod';
import { find, type Node, offsetOf, type Path } from './node.ts';
import { elsewhere, inOurValues, inOurWords } from './other-words.ts';
import { codeOf, codeOfText } from './say.ts';
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
  const expected = schemaAt(schema, path, root);
  if (issue.code === 'unrecognized_keys') {
    const object = expected instanceof z.ZodUnion && node !== undefined ? branchFor(expected, node) : expected;
    const known = object instanceof z.ZodObject ? Object.keys(object.shape) : [];
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
    const known = codeOf(expected);
    const code = known === 'reason_required' || known === 'evidence_required' ? known : 'field_missing';
    return [source.problem(code, at, path, `is missing.${what === undefined ? '' : ` ${what}`}`)];
  }
  if (node.kind === 'text' && node.text === '') {
    return [source.problem(codeOf(expected), at, path, 'is empty; write a value.')];
  }
  if (issue.code === 'invalid_union' && expected instanceof z.ZodUnion) {
    const meant = branchFor(expected, node);
    const inside = issue.errors.find((_, index) => expected.options[index] === meant);
    if (inside !== undefined) {
      return inside.flatMap((inner) =>
        explain({ ...inner, path: [...issue.path, ...inner.path] }, schema, root, source),
      );
    }
    const says = `must be ${either(formsOf(expected))}.`;
    return [source.problem(codeOf(expected), at, path, says)];
  }
  if (issue.code === 'invalid_type') {
    if (issue.expected === 'string' && node.kind !== 'text') {
      const what = expected?.description;
      return [source.problem('field_invalid', at, path, `must be one value.${what === undefined ? '' : ` ${what}`}`)];
    }
    return [source.problem('field_invalid', at, path, `must be ${kindOf(issue.expected, expected, node)}.`)];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    const forms = expected instanceof z.ZodUnion ? formsOf(expected) : values;
    if (node.kind !== 'text') return [source.problem(codeOf(expected), at, path, `must be ${either(forms)}.`)];
    const close = inOurValues(node.text, values) ?? nearest(node.text, values);
    const hint = close === undefined ? `write ${either(forms)}` : `did you mean "${close}"? It can be ${either(forms)}`;
    return [source.problem(codeOf(expected), at, path, `${quoted(node.text)} is not known; ${hint}.`)];
  }
  const meant = expected instanceof z.ZodUnion ? (branchFor(expected, node) ?? expected) : expected;
  if (node.kind !== 'text') return [source.problem(codeOf(meant), at, path, `${ruleOf(issue)}.`)];
  const code = codeOfText(meant, node.text);
  if (expected instanceof z.ZodUnion && hasWords(expected) && !/^[-+\d.,'%\s\p{Sc}]*$/u.test(node.text)) {
    const forms = [...formsOf(expected), ruleOf(issue).replace(/^must be /, '')];
    return [source.problem(code, at, path, `${quoted(node.text)} is not known; write ${either(forms)}.`)];
  }
  const remedy = sayInstead(node.text, code);
  return [
    source.problem(
      code,
      at,
      path,
      `${quoted(node.text)} ${ruleOf(issue)}${remedy === undefined ? '' : `; ${remedy}`}.`,
    ),
  ];
}

/** The rule that a value breaks: in words of our own where the schema has none but the library's. */
function ruleOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'too_big' || !issue.message.startsWith('Too big')) return issue.message;
  const { maximum, origin } = issue;
  return origin === 'string' ? `must not be longer than ${maximum} characters` : `must have at most ${maximum} entries`;
}

/** What a value has to be, where it is of another kind altogether: with the fields that it holds. */
function kindOf(kind: string, expected: z.ZodType | undefined, node: Node): string {
  const says = KINDS[kind] ?? kind;
  if (expected instanceof z.ZodObject) return `${says}, of ${Object.keys(expected.shape).join(', ')}`;
  if (kind === 'record' && node.kind === 'text' && expected?.description !== undefined) {
    return `${says}. ${expected.description.replace(/\.$/, '')}`;
  }
  if (kind === 'record' && node.kind === 'list') return `${says}; write the name of each where its "- " stands`;
  if (!(expected instanceof z.ZodArray)) return says;
  const forms = formsOf(expected.element);
  return `a list${forms.length === 0 ? '' : ` of ${either(forms)}`}, as [a, b] or one "- a" on each line`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'fields with their names, as "name: value"',
  record: 'fields with their names, as "name: value"',
};

export function unknownField(key: string, known: readonly string[]): string {
  const place = elsewhere(key, known);
  if (place !== undefined) return `unknown field ${quoted(key)}; ${place}.`;
  if (/^\d{3}$/.test(key)) {
    return `unknown field ${quoted(key)}; a comma begins the next field, so write amounts without it, as 50000.`;
  }
  const glued = /^([^:]+):\S/.exec(key)?.[1];
  if (glued !== undefined && known.includes(glued)) {
    return `unknown field ${quoted(key)}; a space stands between the colon and the value, as ${glued}: …`;
  }
  const close = inOurWords(key, known) ?? nearest(key, known);
  if (close === undefined && known.includes('attributes')) {
    return `unknown field ${quoted(key)}; what else a deal has is written as attributes: { ${key}: … }.`;
  }
  const hint = close === undefined ? `known here: ${known.join(', ')}` : `did you mean "${close}"?`;
  return `unknown field ${quoted(key)}; ${hint}${hint.endsWith('?') ? '' : '.'}`;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

const HUNDRED = fraction(100n, 1n);

/** What somebody who wrote a number their own way should write. */
function sayInstead(text: string, code: string): string | undefined {
  if (code === 'percent_invalid') {
    const tight = text.replace(/\s/g, '');
    const pointed = /,\d{3}%?$/.test(tight) ? tight : tight.replace(',', '.');
    if (/^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?%?$/.test(pointed)) return `say ${pointed}`;
  }
  if (code !== 'percent_invalid' && code !== 'amount_invalid') return undefined;
  if (/^(?:unlimited|none|no limit|infinity|inf|n\/a|null|~|∞)$/i.test(text))
    return 'where there is none, leave it out';
  const bound = /^(?:([<>≥≤]=?)\s*)?([0-9.]+%?)\s*(?:\+|and (?:up|above|more|over))?$/i.exec(text);
  if (bound !== null && bound[2] !== text) {
    return `say ${bound[2]}${bound[1] === '>' ? ', and at-bound: lower-band where exactly as much is not enough' : ''}`;
  }
  const points = /^([0-9.]+) ?(?:bps|bp|basis points?)$/i.exec(text)?.[1];
  if (code === 'percent_invalid' && points !== undefined && checkDecimal(points).ok) {
    return `say ${toText(div(exact(points), HUNDRED))}%`;
  }
  if (code === 'percent_invalid' && /^[0-9]+ ?\/ ?[0-9]+$/.test(text)) {
    return 'a fraction is written in decimals, or its divisor in the metric, as amount: deal.amount / 3';
  }
  const times = /^([0-9.]+) ?[x×]$/i.exec(text)?.[1];
  if (times !== undefined) {
    return code === 'percent_invalid' ? 'write the rate itself: 1.5 times 8% is 12%' : `say ${times}`;
  }
  const word = /^([0-9.]+) ?(?:percent|per cent|pct|prozent)$/i.exec(text)?.[1];
  if (code === 'percent_invalid' && word !== undefined) return `say ${word}%`;
  const checked = checkDecimal(text.replace(/\s*%$/, ''));
  if (!checked.ok) return `it ${checked.why}`;
  return code === 'amount_invalid' && text.endsWith('%') ? 'it is a percentage; a factor of 110% is 1.1' : undefined;
}

/** The branch of a union that somebody who wrote this had in mind: words, or the fields that fit best. */
function branchFor(union: z.ZodUnion, node: Node): z.core.SomeType | undefined {
  const first = (kind: typeof z.ZodEnum | typeof z.ZodString | typeof z.ZodArray) =>
    union.options.find((option) => option instanceof kind);
  if (node.kind === 'text') return first(z.ZodEnum) ?? first(z.ZodString);
  if (node.kind === 'list') return first(z.ZodArray);
  const objects = union.options.filter((option) => option instanceof z.ZodObject);
  const known = (option: z.ZodObject) => Object.keys(option.shape).filter((key) => node.fields.has(key)).length;
  return objects.toSorted((a, b) => known(b) - known(a))[0];
}

/** Does a union take words, beside what is written in numbers, lists or fields? */
function hasWords(union: z.ZodUnion): boolean {
  return union.options.some((option) => option instanceof z.ZodEnum || option instanceof z.ZodLiteral);
}

/** Everything that a schema takes, as it is written: `month`, `{ rolling: … }`. */
function formsOf(schema: z.core.SomeType): readonly string[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(formsOf);
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodArray) return ['a list, as [a, b]'];
  if (!(schema instanceof z.ZodObject)) return [];
  const inside = Object.keys(schema.shape).map((key) => `${key}: …`);
  return [`{ ${inside.join(', ')} }`];
}

/** The schema of what stands at a path, without what makes it optional; of a union the branch that the text has in mind. */
function schemaAt(schema: z.ZodType, path: Path, root: Node): z.ZodType | undefined {
  let here: unknown = unwrapped(schema);
  for (const [index, part] of path.entries()) {
    if (here instanceof z.ZodUnion) {
      const node = find(root, path.slice(0, index));
      here = node === undefined ? undefined : branchFor(here, node);
    }
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
