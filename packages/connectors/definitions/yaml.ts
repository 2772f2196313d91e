import { Composer, CST, type Document, isMap, isScalar, isSeq, Lexer, Parser, Scalar } from 'yaml';
import type { Fields, Node } from './node.ts';
import type { FileProblem, Source } from './source.ts';
import { syntaxProblems } from './yaml-words.ts';

/** Far more than any document needs; far less than what a recursive reader can be broken with. */
const DEEPEST = 32;
const MOST_TOKENS = 400_000;
const MOST_PROBLEMS = 100;

/** Names that objects of the language already have: refused rather than trusted to be harmless everywhere. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The documents of a YAML file by the failsafe schema: text, lists, fields, and nothing else. No anchors, aliases, tags,
 * directives or duplicate keys. A file named `.json` must also be JSON, and its values are in quotes.
 */
export function readYaml(source: Source): readonly Node[] | readonly FileProblem[] {
  const json = source.name.endsWith('.json');
  const tokens = tokensOf(source);
  if (!isTokens(tokens)) return [tokens];
  if (json) {
    const wrong = checkJson(source);
    if (wrong !== undefined) return [wrong];
  }
  const problems: FileProblem[] = [];
  const nodes: Node[] = [];
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, strict: true });
  for (const document of composer.compose(tokens, false, source.text.length)) {
    problems.push(...syntaxProblems(document.errors.slice(0, MOST_PROBLEMS), source));
    if (document.errors.length > 0 || isEmpty(document)) continue;
    const node = nodeOf(document.contents, { source, json, problems });
    if (json && node.kind === 'list') nodes.push(...node.items);
    else nodes.push(node);
  }
  return problems.length > 0 ? problems.slice(0, MOST_PROBLEMS) : nodes;
}

export function isProblems(result: readonly Node[] | readonly FileProblem[]): result is readonly FileProblem[] {
  const first = result[0];
  return first !== undefined && 'code' in first;
}

function isEmpty(document: Document): boolean {
  const { contents } = document;
  return contents === null || (isScalar(contents) && contents.type === Scalar.PLAIN && contents.source === '');
}

function isTokens(result: readonly CST.Token[] | FileProblem): result is readonly CST.Token[] {
  return Array.isArray(result);
}

/** Reads tokens one by one, so that what must not be there ends the reading before anything is built from it. */
function tokensOf(source: Source): readonly CST.Token[] | FileProblem {
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let count = 0;
  let at = 0;
  let scalarFollows = false;
  for (const lexeme of new Lexer().lex(source.text)) {
    const type: string | null = scalarFollows ? 'scalar' : CST.tokenType(lexeme);
    scalarFollows = type === 'scalar' && lexeme === CST.SCALAR && !scalarFollows;
    if (type === 'anchor' || type === 'alias' || type === 'tag') {
      const says = `${lexeme.slice(0, 40)} would be read as a YAML ${type}, which has no place here; put text that begins with ${lexeme[0]} in quotes.`;
      return source.problem('document_invalid', at, [], says);
    }
    if (type === 'directive-line') {
      return source.problem('document_invalid', at, [], 'YAML directives have no place here; remove the line.');
    }
    if (++count > MOST_TOKENS) {
      return source.problem('document_too_large', at, [], `more than ${MOST_TOKENS} parts; split the file.`);
    }
    tokens.push(...parser.next(lexeme));
    // A level takes at most two entries of the parser's stack.
    if (parser.stack.length > 2 * DEEPEST) {
      return source.problem('document_invalid', at, [], `is nested more than ${DEEPEST} levels deep; flatten it.`);
    }
    if (!isMark(lexeme)) at += lexeme.length;
  }
  tokens.push(...parser.end());
  return tokens;
}

/** Marks that the lexer puts between lexemes; they are not in the text (control characters are refused before). */
function isMark(lexeme: string): boolean {
  return lexeme === CST.BOM || lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END || lexeme === CST.SCALAR;
}

function checkJson(source: Source): FileProblem | undefined {
  try {
    JSON.parse(source.text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : 'is not JSON';
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
    const says = `is not JSON: ${message.replace(/\s*(?:in JSON )?at position.*$/s, '')}.`;
    return source.problem('document_invalid', at, [], says);
  }
}

interface Reading {
  readonly source: Source;
  readonly json: boolean;
  readonly problems: FileProblem[];
}

function nodeOf(value: unknown, reading: Reading): Node {
  const { source, json, problems } = reading;
  if (isSeq(value)) {
    return { kind: 'list', at: value.range?.[0] ?? 0, items: value.items.map((item) => nodeOf(item, reading)) };
  }
  if (isMap(value)) {
    const fields = new Map<string, { keyAt: number; value: Node }>();
    const node: Fields = { kind: 'fields', at: value.range?.[0] ?? 0, fields };
    for (const pair of value.items) {
      const key = pair.key;
      if (!isScalar(key) || typeof key.value !== 'string') {
        problems.push(source.problem('document_invalid', node.at, [], 'a field name must be text.'));
        continue;
      }
      const keyAt = key.range?.[0] ?? node.at;
      const name = key.value;
      if (RESERVED.has(name)) {
        problems.push(
          source.problem('field_unknown', keyAt, [], `"${name}" cannot name a field; choose another name.`),
        );
      } else if (fields.has(name)) {
        problems.push(source.problem('document_invalid', keyAt, [], `"${name}" is written twice; keep one of them.`));
      } else {
        const child: Node = pair.value === null ? { kind: 'text', at: keyAt, text: '' } : nodeOf(pair.value, reading);
        fields.set(name, { keyAt, value: child });
      }
    }
    return node;
  }
  if (isScalar(value)) {
    const at = value.range?.[0] ?? 0;
    const text = String(value.value ?? '');
    if (json && value.type === Scalar.PLAIN) {
      const says = `write "${text.slice(0, 40)}" in quotes: text keeps every digit in every tool.`;
      problems.push(source.problem('document_invalid', at, [], says));
    }
    const block = value.type === Scalar.BLOCK_LITERAL || value.type === Scalar.BLOCK_FOLDED;
    return { kind: 'text', at, text: block ? text.replace(/\n+$/, '') : text };
  }
  problems.push(source.problem('document_invalid', 0, [], 'holds something that is not text, a list or fields.'));
  return { kind: 'text', at: 0, text: '' };
}
