import { isUtf8 } from 'node:buffer';
import type { Code } from '@ledger/events';
import { type Problem, ProblemError, problem } from '@ledger/kernel';

/** What a document may hold at most, before any schema looks at it. */
const JSON_LIMITS = { depth: 32, fields: 100, items: 10_000 } as const;

/** Names that mean something to JavaScript itself; no document of ours has a field called so. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Everything but quotes, backslashes and control characters. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/**
 * JSON as RFC 8259 has it and no more than that: strict UTF-8, no field twice, bounded in depth and width. What `JSON.parse` would do
 * with the rest (the last of two fields wins, 500,000 levels are fine) is wrong for money (promises.md, bad input, rule 1).
 */
export function parseJson(bytes: Buffer): Value | Problem {
  if (bytes.length === 0) return refused('body_empty', 'The request body is empty; send a JSON object.');
  if (!isUtf8(bytes)) {
    return refused('encoding_invalid', `The body is not valid UTF-8 (byte ${firstBadByte(bytes)}); send UTF-8.`);
  }
  const text = bytes.toString('utf8');
  const quick = quickly(bytes, text);
  if (quick !== undefined) return quick;
  try {
    return new Parser(text).document();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

/**
 * A quick yes by the engine's own parser, where it is certain that ours would say the same (ADR 17): the grammar is one, so that only
 * what ours refuses besides has to be looked for. A text without escapes has at most as many fields as names with a colon; where the
 * parsed document has as many, no field was there twice.
 */
function quickly(bytes: Buffer, text: string): Value | undefined {
  const names = namesIn(bytes);
  if (names === undefined || text.includes('proto') || text.includes('constructor')) return undefined;
  let value: Value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return fieldsIn(value, 0) === names ? value : undefined;
}

const [QUOTE, COLON, BACKSLASH] = [34, 58, 92];

/** How many colons follow a quote: no fewer than a text has fields. `undefined` where it has escapes. */
function namesIn(bytes: Buffer): number | undefined {
  let names = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === BACKSLASH) return undefined;
    if (byte !== COLON) continue;
    let before = at - 1;
    while (isSpace(bytes[before])) before -= 1;
    if (bytes[before] === QUOTE) names += 1;
  }
  return names;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** How many fields the objects of a document have in all; `undefined` where it exceeds a limit. */
function fieldsIn(value: Value, depth: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= JSON_LIMITS.depth) return undefined;
  let fields = 0;
  if (Array.isArray(value)) {
    if (value.length > JSON_LIMITS.items) return undefined;
    for (const item of value) {
      const inside = fieldsIn(item, depth + 1);
      if (inside === undefined) return undefined;
      fields += inside;
    }
    return fields;
  }
  const members = value as Readonly<Record<string, Value>>;
  let own = 0;
  // What was parsed inherits nothing that can be enumerated.
  for (const name in members) {
    own += 1;
    const inside = fieldsIn(members[name] ?? null, depth + 1);
    if (inside === undefined) return undefined;
    fields += inside;
  }
  return own > JSON_LIMITS.fields ? undefined : fields + own;
}

function refused(code: Code, message: string): Problem {
  return problem(code, message);
}

/** Where the first ill-formed sequence begins. */
function firstBadByte(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (good < bad) {
    const middle = (good + bad + 1) >> 1;
    if (couldGoOn(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  // A character that was begun and does not go on is ill-formed from its first byte; it has four bytes at most.
  const begun = [0, 1, 2, 3].find((back) => isUtf8(bytes.subarray(0, good - back))) ?? 0;
  return good - begun;
}

function couldGoOn(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Value {
    if (this.#text.startsWith('\ufeff')) this.#malformed('it begins with a byte order mark; leave that out');
    this.#space();
    const value = this.#value(0, '');
    this.#space();
    if (this.#at < this.#text.length) this.#malformed('something follows the end of the document');
    return value;
  }

  #value(depth: number, path: string): Value {
    const char = this.#text[this.#at];
    if (char === '{' || char === '[') {
      if (depth >= JSON_LIMITS.depth) {
        throw new ProblemError(
          refused('json_too_deep', `The JSON nests deeper than ${JSON_LIMITS.depth} levels; flatten it.`),
        );
      }
      return char === '{' ? this.#object(depth, path) : this.#array(depth, path);
    }
    if (char === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    NUMBER.lastIndex = this.#at;
    const [number] = NUMBER.exec(this.#text) ?? [];
    if (number === undefined) this.#malformed(this.#ended() ? 'it ends early' : 'a value was expected');
    this.#at += number.length;
    return Number(number);
  }

  #object(depth: number, path: string): Value {
    const members = new Map<string, Value>();
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return {};
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#malformed(this.#ended() ? 'it ends early' : 'a field name was expected');
      const name = this.#string();
      const field = `${path}/${name.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (FORBIDDEN.has(name)) {
        throw new ProblemError(
          problem('field_forbidden', `The field name "${name}" is not allowed; leave it out.`, field),
        );
      }
      if (members.has(name)) {
        const shown = JSON.stringify(name.slice(0, 60));
        throw new ProblemError(problem('field_repeated', `The field ${shown} appears twice; send it once.`, field));
      }
      if (members.size >= JSON_LIMITS.fields) {
        const says = `An object has more than ${JSON_LIMITS.fields} fields; send fewer.`;
        throw new ProblemError(path === '' ? problem('fields_too_many', says) : problem('fields_too_many', says, path));
      }
      this.#space();
      if (!this.#take(':')) this.#malformed(this.#ended() ? 'it ends early' : 'a colon was expected');
      this.#space();
      members.set(name, this.#value(depth + 1, field));
      this.#space();
      if (this.#take('}')) return Object.fromEntries(members);
      if (!this.#take(',')) this.#malformed(this.#ended() ? 'it ends early' : 'a comma was expected');
      this.#space();
    }
  }

  #array(depth: number, path: string): Value {
    const items: Value[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      if (items.length >= JSON_LIMITS.items) {
        const says = `A list has more than ${JSON_LIMITS.items} items; send them in several requests.`;
        throw new ProblemError(problem('items_too_many', says, path));
      }
      items.push(this.#value(depth + 1, `${path}/${items.length}`));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#malformed(this.#ended() ? 'it ends early' : 'a comma was expected');
      this.#space();
    }
  }

  #string(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const [plain = ''] = PLAIN.exec(this.#text) ?? [];
      value += plain;
      this.#at += plain.length;
      const char = this.#text[this.#at];
      if (char === '"') {
        this.#at += 1;
        return value;
      }
      if (char === undefined) this.#malformed('it ends early');
      if (char !== '\\') this.#malformed('a control character stands in a text');
      const escaped = this.#text[this.#at + 1] ?? '';
      const simple = ESCAPES[escaped];
      if (simple !== undefined) {
        value += simple;
        this.#at += 2;
        continue;
      }
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (escaped !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) this.#malformed('a backslash is followed by no escape');
      value += String.fromCharCode(Number.parseInt(hex, 16));
      this.#at += 6;
    }
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #ended(): boolean {
    return this.#at >= this.#text.length;
  }

  #malformed(why: string): never {
    const byte = Buffer.byteLength(this.#text.slice(0, this.#at));
    throw new ProblemError(refused('json_malformed', `The body is not JSON: at byte ${byte} ${why}.`));
  }
}

const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;
