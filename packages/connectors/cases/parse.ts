import type { z } from 'zod';
import { exceptionFile } from '../definitions/exception-schema.ts';
import { explain, unknownField } from '../definitions/explain.ts';
import { type Node, plain } from '../definitions/node.ts';
import { onePerPlace } from '../definitions/read.ts';
import { definitionSchemas } from '../definitions/schema.ts';
import type { FileProblem, Source } from '../definitions/source.ts';
import { type ExpectationFile, type ExpectationWord, expectationSchemas } from './expectation-schema.ts';
import { type StepFile, type StepWord, stepSchemas } from './schema.ts';

/** A step or an expectation that its schema has let through, and where it stands. */
interface Found {
  readonly node: Node;
  /** Reports by the path within the step; messages name the whole path. */
  readonly source: Source;
}
export type ParsedStep = { [W in StepWord]: Found & { readonly word: W; readonly file: StepFile<W> } }[StepWord];
export type ParsedExpectation = {
  [W in ExpectationWord]: Found & { readonly word: W; readonly file: ExpectationFile<W> };
}[ExpectationWord];

export function parseStep(node: Node, source: Source): ParsedStep | readonly FileProblem[] {
  return parse(node, source, stepSchemas) as ParsedStep | readonly FileProblem[];
}

export function parseExpectation(node: Node, source: Source): ParsedExpectation | readonly FileProblem[] {
  return parse(node, source, expectationSchemas) as ParsedExpectation | readonly FileProblem[];
}

/** Fields that stand beside the word that says what it is. */
const BESIDE = new Set(['on', 'refused', 'note', 'by', 'as-of', 'reason']);

function parse(node: Node, source: Source, schemas: Readonly<Record<string, z.ZodType>>) {
  const words = Object.keys(schemas);
  if (node.kind !== 'fields') {
    return [
      source.problem(
        'document_invalid',
        node.at,
        [],
        `must be fields with their names, one of ${words.join(', ')} among them.`,
      ),
    ];
  }
  const keys = [...node.fields.keys()];
  const word = keys.find((key) => words.includes(key));
  const schema = word === undefined ? undefined : schemas[word];
  if (word === undefined || schema === undefined) {
    const strange = keys.find((key) => !BESIDE.has(key)) ?? keys[0] ?? '';
    const at = node.fields.get(strange)?.keyAt ?? node.at;
    const document = words.includes('define') ? documentOf(strange) : undefined;
    const says = document === undefined ? unknownField(strange, words) : `unknown field "${strange}"; ${document}.`;
    return [source.problem('field_unknown', at, [], says)];
  }
  const inside = [...node.fields.values()].flatMap(({ value }) => (value.kind === 'fields' ? [value] : []));
  const cut = [node, ...inside].flatMap(({ fields }) => [...fields]).find(([key, { value }]) => isCutOff(key, value));
  if (cut !== undefined) {
    const says = 'a comma ends a value inside { }; write the number without it, as 1000.00.';
    return [source.problem('amount_invalid', cut[1].keyAt, [], says)];
  }
  const parsed = schema.safeParse(plain(node));
  if (!parsed.success) return onePerPlace(parsed.error.issues).flatMap((issue) => explain(issue, schema, node, source));
  return { word, file: parsed.data, node, source };
}

/** Where what is no step of its own is written: a document, or a decision about one person. */
function documentOf(word: string): string | undefined {
  if (Object.hasOwn(definitionSchemas, word))
    return `it is a document; write it under define, as define: { ${word}: … }`;
  if (!EXCEPTIONS.has(word)) return undefined;
  return `it is a decision about one person; write define: { exception: ${word}, participant: … }`;
}
const EXCEPTIONS: ReadonlySet<string> = new Set(exceptionFile.shape.exception.options);

/** Where in a case something stands that was written beside it. */
export function placeInCase(word: string): string | undefined {
  if (word === 'cases') return 'each case is a document of its own; a line --- divides them';
  if (Object.hasOwn(stepSchemas, word)) return `it is a step; write it under given, as - { ${word}: … }`;
  if (Object.hasOwn(expectationSchemas, word)) return `it is an expectation; write it under then, as - { ${word}: … }`;
  if (!Object.hasOwn(definitionSchemas, word)) return undefined;
  return `it is a definition; write it under given, as - define: { ${word}: … }`;
}

/** What is left behind the comma of an amount with separators: 000 of 100,000. */
function isCutOff(key: string, value: Node): boolean {
  return /^[0-9]{3}(?:\.[0-9]+)?$/.test(key) && value.kind === 'text' && value.text === '';
}

/** The same source, for a part of a document: paths in messages go on from where the part stands. */
export function within(source: Source, path: readonly (string | number)[]): Source {
  return { ...source, problem: (code, at, inner, says) => source.problem(code, at, [...path, ...inner], says) };
}
