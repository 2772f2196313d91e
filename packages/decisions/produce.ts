import { type Code, checkData, type EventData, type EventType, type LedgerEvent } from '@ledger/events';
import { isProblem, isSpelled, type Problem, problem } from '@ledger/kernel';
import { type Issue, ruleOf } from './issue.ts';

/** A refusal with a code of the catalogue. */
export function refuse(code: Code, message: string, field?: string): Problem {
  return problem(code, message, field);
}

/** A digest is shown whole: two may differ at their ends alone. */
const LONGEST_SHOWN = 64;

/** A value as a message may show it: quoted, short, nothing invisible in it. */
export function shown(value: unknown): string {
  // JSON has no word for a number that is too large for one.
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value.slice(0, LONGEST_SHOWN).toWellFormed() : value;
  const quoted = (JSON.stringify(text) ?? String(text)).slice(0, 4 * LONGEST_SHOWN).toWellFormed();
  return quoted.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}

/**
 * An event whose data fits its schema, or everything that is wrong with the data, by field. Deciders produce events through this,
 * so that no command, however odd its text, leads to an event that cannot be read back.
 */
export function produce<T extends EventType>(type: T, data: EventData<T>): LedgerEvent<T> | Problem {
  const checked = checkData(type, data);
  if (checked.success) {
    const field = malformed(checked.data);
    if (field !== undefined) {
      const message = `The text at ${shown(field)} holds half of a character (a lone surrogate); write it as Unicode text.`;
      return refuse('field_invalid', message, field);
    }
    // The schema that was looked up by `type` has just checked the data: the pair is one of the union.
    return { type, data: checked.data } as unknown as LedgerEvent<T>;
  }
  return misfit(checked.error.issues, data, `The data of ${type}`);
}

/** What a schema has against a value, as one problem that carries all of them, by field. `what` is the value in words. */
export function misfit(issues: readonly Issue[], value: unknown, what: string): Problem {
  const problems = new Map<string, Problem>();
  // A field that does not belong there is said first: what it holds does not matter any more.
  const isUnknown = ({ code }: Issue) => code === 'unrecognized_keys';
  for (const issue of [...issues.filter(isUnknown), ...issues.filter((each) => !isUnknown(each))]) {
    const found = problemOf(issue, value, what);
    // Several rules of one field fail together (empty is also blank): the first one says enough.
    if (!problems.has(found.field ?? '')) problems.set(found.field ?? '', found);
  }
  const [first, ...others] = problems.values();
  if (first === undefined) return refuse('input_invalid', `${what} does not fit its schema; check its fields.`);
  return others.length === 0 ? first : { ...first, errors: [first, ...others] };
}

/** Where a text is that canonical JSON cannot spell; most schemas refuse it, those of texts that only machines write do not. */
function malformed(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : '';
  if (typeof value !== 'object' || value === null || isSpelled(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed()) return `/${key.toWellFormed()}`;
    const found = malformed(member);
    if (found !== undefined) return `/${key}${found}`;
  }
  return undefined;
}

/** What the schemas' own messages begin with, and the code that a program is told. */
const CODE_BY_MESSAGE: readonly (readonly [start: string, code: Code])[] = [
  ['must be text: a date', 'date_not_string'],
  ['must be text: a decimal', 'amount_not_string'],
  ['must be a date', 'date_invalid'],
  ['must be a plain decimal', 'amount_invalid'],
  ['must not be minus zero', 'amount_invalid'],
  ['must be more than 0', 'amount_invalid'],
  ['must be a share of one', 'amount_invalid'],
  ['must not be negative', 'amount_invalid'],
  ['must be a rate', 'percent_invalid'],
  ['must be a currency', 'currency_unknown'],
  ['may hold letters', 'id_invalid'],
];

function problemOf(issue: Issue, data: unknown, what: string): Problem {
  const { path } = issue;
  // The whole of it has no place of its own.
  const field = path.length === 0 ? undefined : `/${path.map(pointerPart).join('/')}`;
  const name = path.length === 0 ? what : path.map((part) => shown(String(part)).slice(1, -1)).join('.');
  const value = valueAt(data, path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys ?? [];
    const keys = unknown.slice(0, 5).map(shown);
    const fields = keys.length === 1 ? 'field' : 'fields';
    return refuse(
      'field_unknown',
      `${name} holds the unknown ${fields} ${keys.join(', ')}; leave ${keys.length === 1 ? 'it' : 'them'} out.`,
      `/${[...path, (unknown[0] ?? '').slice(0, LONGEST_SHOWN).toWellFormed()].map(pointerPart).join('/')}`,
    );
  }
  const last = path.at(-1);
  // What is overridden is overridden with a reason.
  if ((last === 'reason' || (last === 'despite' && value !== undefined)) && isBlank(value)) {
    return refuse('reason_required', 'The reason is empty; say in a sentence why this is done.', field);
  }
  if (path.at(0) === 'evidence' && (isBlank(value) || (path.length === 1 && isEmpty(value)))) {
    return noEvidence(field);
  }
  if (value === undefined) return refuse('field_missing', `${name} is missing; add it.`, field);
  const nested = issue.code === 'invalid_union' ? issue.errors?.[0]?.[0] : undefined;
  if (nested !== undefined) return problemOf({ ...nested, path: [...path, ...nested.path] }, data, what);
  const message = ruleOf(issue);
  const typed = issue.code === 'invalid_type' ? 'field_type' : undefined;
  const code = CODE_BY_MESSAGE.find(([start]) => message.startsWith(start))?.[1] ?? typed ?? 'field_invalid';
  return refuse(code, `${name} is ${shown(value)}; it ${message}.`, field);
}

/** RFC 6901. */
function pointerPart(part: PropertyKey): string {
  return String(part).replaceAll('~', '~0').replaceAll('/', '~1');
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** The first refusal among several checks, each of which answers `undefined` when it has nothing against it. */
export function firstProblem(...checks: readonly (() => Problem | undefined)[]): Problem | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Events as an answer: all of them, or the first refusal among them. */
export function answer<E extends { readonly type: string }>(
  ...events: readonly (E | Problem)[]
): readonly E[] | Problem {
  const produced: E[] = [];
  for (const event of events) {
    if (isProblem(event)) return event;
    produced.push(event);
  }
  return produced;
}

/** What departs from the rules is proved by something. */
export function noEvidence(field?: string): Problem {
  return refuse('evidence_required', 'The evidence is empty; name at least one link or text that proves it.', field);
}
