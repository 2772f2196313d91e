import { decode, EVENT_TYPES, encode, presentVersion, upcast } from '@ledger/events';
import { checkHash, ProblemError, type Stored } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import { readSamples } from './samples.ts';

const samples = readSamples();

/** The code with which an event is refused; `undefined` when it is taken. */
function refusal(stored: Stored): string | undefined {
  try {
    decode(stored);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
}

function latest(type: string): number {
  const known = EVENT_TYPES.find((each) => each === type);
  return known === undefined ? 0 : presentVersion(known);
}

describe('golden events', () => {
  test('there is one for every version of every type, and no other', () => {
    const wanted = EVENT_TYPES.flatMap((type) =>
      Array.from({ length: presentVersion(type) }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(samples.map(({ file }) => file)).toEqual(wanted.sort());
    for (const { file, stored } of samples) expect(file).toBe(`${stored.type}.v${stored.version}.json`);
  });

  test.each(samples)('$file reads back: sealed bytes, typed data, the same bytes again', ({ stored }) => {
    expect(() => checkHash(stored)).not.toThrow();
    const { event, ...rest } = decode(stored);
    const { type, data } = event;
    expect(rest).toMatchObject({ id: stored.id, stream: stored.stream, position: stored.position, hash: stored.hash });
    expect(type).toBe(stored.type);
    if (stored.version < latest(type)) expect(data).toBeTypeOf('object');
    else expect(encode(event)).toEqual({ type, version: stored.version, data: stored.data });
  });

  test.each(samples)('$file: a hash that covers every field', ({ stored }) => {
    const others: readonly Partial<Stored>[] = [
      { ledger: 'other' },
      { stream: 'deal-other' },
      { revision: stored.revision + 1 },
      { previousHash: 'f'.repeat(64) },
      { id: '01KZ0000000000000000000000' },
      { type: 'DealOpened' },
      { version: 2 },
      { recordedAt: '2026-01-01T00:00:00.000000Z' },
      { data: stored.data.replace('{', '{ ') },
      { meta: { ...stored.meta, actor: { ...stored.meta.actor, role: 'auditor' } } },
      { meta: { ...stored.meta, causationId: 'x' } },
    ];
    for (const other of others) expect(() => checkHash({ ...stored, ...other })).toThrow('chain_broken');
  });
});

describe('what this release does not know stops a reader', () => {
  test.each(samples)('$file', ({ stored }) => {
    expect(refusal({ ...stored, type: `${stored.type}2` })).toBe('event_unknown');
    expect(refusal({ ...stored, type: 'toString' })).toBe('event_unknown');
    for (const version of [0, -1, 0.5, latest(stored.type) + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(refusal({ ...stored, version })).toBe('event_unknown');
    }
  });
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Members of these have names of their own; any may be there or not. */
const NAMED_FREELY = new Set(['attributes', 'totals', 'inputs', 'components', 'amounts']);
/** A step of a trace says what there is to say; days of payment are named by kind. */
const MAY_BE_ABSENT = new Set([
  ...['as', 'formula', 'inputs', 'result', 'events', 'steps'],
  ...['voluntary', 'involuntary', 'default'],
]);

/** Every way to spoil one place of the data: a field more, a field less, a value of another type. */
function* spoiled(data: Json): Generator<{ readonly how: string; readonly data: Json }> {
  function* at(
    node: Json,
    path: readonly string[],
    put: (value: Json) => Json,
  ): Generator<{ how: string; data: Json }> {
    const where = `/${path.join('/')}`;
    for (const other of others(node, path)) yield { how: `${where} is ${JSON.stringify(other)}`, data: put(other) };
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) {
        yield* at(item, [...path, String(index)], (value) => put(node.with(index, value)));
      }
    } else if (node !== null && typeof node === 'object') {
      const free = NAMED_FREELY.has(path.at(-1) ?? '');
      if (!free) yield { how: `${where} has a field more`, data: put({ ...node, another: 'x' }) };
      for (const [key, value] of Object.entries(node)) {
        const { [key]: _, ...less } = node;
        if (!free && !MAY_BE_ABSENT.has(key)) yield { how: `${where} lacks ${key}`, data: put(less) };
        yield* at(value, [...path, key], (other) => put({ ...node, [key]: other }));
      }
    }
  }
  yield* at(data, [], (value) => value);
}

function others(node: Json, path: readonly string[]): readonly Json[] {
  // An attribute is text, true or false, or says its type.
  if (path.at(-2) === 'attributes') return [42, null, [], {}];
  if (typeof node === 'boolean') return ['true', 1, null];
  if (typeof node === 'number') return [String(node), node + 0.5, null, true];
  if (typeof node === 'string') return [42, true, {}, []];
  if (node === null) return [42, true, [], ''];
  return Array.isArray(node) ? [{}, 'x', null] : [[], 'x', 42];
}

describe('data that is not exactly of its schema is refused', () => {
  test.each(samples.filter(({ stored }) => stored.version === latest(stored.type)))('$file', ({ stored }) => {
    const variants = [...spoiled(JSON.parse(stored.data))];
    expect(variants.length).toBeGreaterThan(10);
    const taken = variants.filter(({ data }) => refusal({ ...stored, data: JSON.stringify(data) }) !== 'event_invalid');
    expect(taken.map(({ how }) => how)).toEqual([]);
  });

  test.each(samples)('$file: names of the language', ({ stored }) => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const data = `{"${name}":{"x":1},${stored.data.slice(1)}`;
      expect(refusal({ ...stored, data }), name).toBe('event_invalid');
    }
  });

  test('what is not in order is not even written', () => {
    const [sample] = samples;
    if (sample === undefined) throw new Error('no samples');
    const { event } = decode(sample.stored);
    const data = { ...event.data, more: 1 };
    const broken = { ...event, data } as typeof event;
    expect(() => encode(broken)).toThrow(TypeError);
  });
});

describe('upcasters', () => {
  /** An invented type: version 1 had a name, version 2 two names, version 3 a list of them. */
  const steps = [
    (data: unknown) => ({ first: (data as { name: string }).name, last: null }),
    (data: unknown) => {
      const { first, last } = data as { first: string; last: string | null };
      return { names: last === null ? [first] : [first, last] };
    },
  ];

  test('every old version is carried to the present one, through each version between', () => {
    expect(upcast(steps, 1, { name: 'ada' })).toEqual({ names: ['ada'] });
    expect(upcast(steps, 2, { first: 'ada', last: 'berg' })).toEqual({ names: ['ada', 'berg'] });
    expect(upcast(steps, 3, { names: ['ada'] })).toEqual({ names: ['ada'] });
  });

  test('data of the present version is handed on as it is', () => {
    const data = Object.freeze({ names: [] });
    expect(upcast(steps, 3, data)).toBe(data);
    expect(upcast([], 1, data)).toBe(data);
  });
});
