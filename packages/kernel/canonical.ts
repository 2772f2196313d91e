import { hash } from 'node:crypto';
import { alongside } from './alongside.ts';

/** What canonical JSON can hold. Numbers must be safe integers: everything exact is text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * One spelling for one value, as in RFC 8785: keys sorted by UTF-16 code units, no white space, `undefined` members left out.
 * Throws on anything that could be spelled in two ways (floats, lone surrogates) or not at all.
 */
export function canonical(value: unknown): string {
  const known = typeof value === 'object' && value !== null ? SPELLED.get(value) : undefined;
  if (known !== undefined) return known;
  // Most values are: they were parsed from canonical JSON. The engine spells them in a quarter of our time.
  return isInOrder(value, true) ? JSON.stringify(value) : spelled(value);
}

/** JSON for the outside, in the order of the value's own fields: positions are bigint inside and text in it. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, member) => (typeof member === 'bigint' ? String(member) : member));
}

/** By what was read from it. */
const SPELLED = alongside<object, string>();

/**
 * The value of a text that is canonical for certain. Whoever spells it later, by itself or as a member of something, is given the text: a
 * statement is long, and spelled for its digest, for the check of it and for its event. Nobody may change it.
 */
export function readOnce(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null) SPELLED.set(value, text);
  return value;
}

/** Whether a value has a canonical spelling for certain, so that nothing in it needs to be looked at for that. */
export function isSpelled(value: object): boolean {
  return SPELLED.get(value) !== undefined;
}

/** Whether a value is what reading its canonical spelling would give, down to the order of its keys; no where that takes long to tell. */
export function isAsRead(value: object): boolean {
  let last = '';
  for (const [key, member] of Object.entries(value)) {
    if (key < last || member === undefined) return false;
    if (typeof member === 'object' && member !== null && SPELLED.get(member) === undefined) return false;
    last = key;
  }
  return true;
}

/**
 * Whether the engine's own spelling is the canonical one: keys sorted, nothing in it that `spelled` refuses or JSON converts. No where a
 * member of an `outermost` value has a text, which is sooner taken.
 */
function isInOrder(value: unknown, outermost = false): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object') return typeof value === 'boolean' || Number.isSafeInteger(value);
  if (value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!isInOrder(item)) return false;
    return true;
  }
  const members = value as Record<string, unknown>;
  if (typeof members.toJSON === 'function') return false;
  let last = '';
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (key < last || !key.isWellFormed()) return false;
    if (outermost && typeof member === 'object' && member !== null && SPELLED.get(member) !== undefined) return false;
    if (member !== undefined && !isInOrder(member)) return false;
    last = key;
  }
  return true;
}

function spelled(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError(`canonical JSON holds safe integers only, not ${value}`);
      return String(value);
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) {
        let out = '[';
        for (let i = 0; i < value.length; i++) out += (i === 0 ? '' : ',') + canonical(value[i]);
        return `${out}]`;
      }
      return members(value as Record<string, unknown>);
    }
    default:
      throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  }
}

function members(value: Record<string, unknown>): string {
  let out = '{';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    if (member === undefined) continue;
    out += (out.length === 1 ? '' : ',') + name(key) + canonical(member);
  }
  return `${out}}`;
}

/** Keys are few and mostly in order: to put one before its neighbours costs less than the engine's sort, which is for many. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  if (keys.length > MOST_KEYS) return keys.sort();
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] as string;
    let before = at - 1;
    for (; before >= 0 && (keys[before] as string) > key; before--) keys[before + 1] = keys[before] as string;
    keys[before + 1] = key;
  }
  return keys;
}
const MOST_KEYS = 32;

/** Names of fields come again and again; those of a hostile document are spelled without being kept. */
function name(key: string): string {
  const known = NAMES.get(key);
  if (known !== undefined) return known;
  const spelling = `${text(key)}:`;
  if (NAMES.size < MOST_NAMES && key.length <= LONGEST_NAME) NAMES.set(key, spelling);
  return spelling;
}
const NAMES = new Map<string, string>();
const MOST_NAMES = 4_096;
const LONGEST_NAME = 64;

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('canonical JSON cannot hold text with a lone surrogate');
  return JSON.stringify(value);
}

/** SHA-256 of UTF-8 text, lower-case hex. */
export function sha256(value: string): string {
  return hash('sha256', value, 'hex');
}

/** SHA-256 of the canonical JSON of a value: names a document, a command, a statement by its content. */
export function digest(value: unknown): string {
  return sha256(canonical(value));
}
