import { type EventType, publishedSchema } from '@ledger/events';
import { cloudEvent, envelopeSchema } from '@ledger/relay';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../contracts/given.ts';
import { readSamples } from '../events/samples.ts';

const SAMPLES = readSamples();

/** Every text and number in a value, with its path. */
function leaves(value: unknown, path = ''): readonly (readonly [path: string, leaf: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}/${key}`));
}

const bodyOf = (sample: (typeof SAMPLES)[number], previous = 0n) =>
  JSON.parse(cloudEvent(sample.stored, previous).body);

describe('the envelope of every golden event', () => {
  test.each(SAMPLES)('$file', (sample) => {
    const { stored } = sample;
    const fact = cloudEvent(stored, 4n);
    const body = bodyOf(sample, 4n);
    expect(fact).toMatchObject({ id: stored.id, position: stored.position });
    expect(fact.subject).toBe(`ledger.halden.facts.${stored.stream.split('-')[0]}.${stored.type}`);
    expect(body).toEqual({
      specversion: '1.0',
      id: stored.id,
      source: '/ledgers/halden',
      type: expect.stringMatching(new RegExp(`^ledger\\.${stored.type}\\.v[1-9]$`)),
      subject: stored.stream,
      time: stored.recordedAt,
      datacontenttype: 'application/json',
      position: String(stored.position),
      previous: '4',
      revision: stored.revision,
      data: expect.any(Object),
    });
    expect(publishedSchema(stored.type as EventType).safeParse(body.data).error).toBeUndefined();
  });

  test.each(SAMPLES)('$file: nothing in it but what is said to be', (sample) => {
    const { data } = bodyOf(sample);
    const original = new Map(leaves(JSON.parse(sample.stored.data)));
    for (const [path, leaf] of leaves(data)) {
      expect(original.get(path), path).toEqual(leaf);
      if (typeof leaf !== 'string') continue;
      // An id, a date, a period, a position, a currency or a word of a list; no sentence, no name with a blank, no decimal, no hash.
      expect(leaf, path).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);
      expect(leaf, path).not.toMatch(/^[0-9a-f]{64}$/);
      expect(leaf, path).not.toMatch(/^-?[0-9]+\.[0-9]+$/);
      if (/^[0-9]+$/.test(leaf)) expect(path).toMatch(/asOf$/);
    }
  });
});

test('reasons, evidence, amounts, shares, rates, accounts and titles are in no fact, whatever their kind', () => {
  const inside =
    /\/(?:reason|overrideReason|says|evidence|scope|amounts?|share|shares|rate|expects|difference|delta|total|totals|trace|lines|account|attributes|credits|title|jobTitle|reference|digest|requestHash|document|cases|facts|terms)(?:\/|$)/;
  const found = SAMPLES.flatMap((sample) => leaves(bodyOf(sample).data)).filter(([path]) => inside.test(path));
  expect(found).toEqual([]);
  const all = SAMPLES.flatMap(({ stored }) => leaves(JSON.parse(stored.data))).filter(([path]) => inside.test(path));
  expect(all.length).toBeGreaterThan(500);
});

test('facts about one person say who, not when or why', () => {
  const personal = /^(?:participant|quota|exception)-/;
  // When a request has expired is said wherever it was made; it is a day of the desk's, not of the person's.
  const about = SAMPLES.filter(({ stored }) => personal.test(stored.stream) && stored.type !== 'RequestExpired');
  expect(about.length).toBeGreaterThan(15);
  for (const sample of about) {
    for (const [path, leaf] of leaves(bodyOf(sample).data)) {
      if (typeof leaf === 'boolean') throw new Error(`${sample.file}${path}`);
      expect(String(leaf), sample.file + path).not.toMatch(
        /^[0-9]{4}-[0-9]{2}-[0-9]{2}$|^(?:death|leave|voluntary|involuntary)$/,
      );
    }
  }
  const leave = SAMPLES.find(({ stored }) => stored.type === 'LeaveRecorded');
  if (leave === undefined) throw new Error('no golden event of leave');
  expect(Object.keys(bodyOf(leave).data)).toEqual(['participant']);
});

test('who acted, the command and the hash stay inside', () => {
  for (const sample of SAMPLES) {
    const { body } = cloudEvent(sample.stored, 0n);
    expect(body).not.toContain(sample.stored.hash);
    expect(body).not.toContain(sample.stored.meta.commandHash);
    expect(body).not.toContain('commandId');
    expect(body).not.toContain('actor');
  }
});

test('bytes that are not those that were sealed are told to nobody', async () => {
  const stored = SAMPLES.find((sample) => sample.stored.type === 'DealClosed')?.stored;
  if (stored === undefined) throw new Error('no golden event of a deal');
  const altered = { ...stored, data: stored.data.replace('Northwind', 'Southwind') };
  expect(await codeOf(() => cloudEvent(altered, 0n))).toBe('chain_broken');
});

test('the schema names every field of the envelope and every type, and is closed', () => {
  const schema = JSON.parse(JSON.stringify(envelopeSchema()));
  const body = bodyOf(SAMPLES[0] ?? raise());
  expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(body).sort());
  expect([...schema.required].sort()).toEqual(Object.keys(body).sort());
  expect(schema.additionalProperties).toBe(false);
  const types = new Set(SAMPLES.map((sample) => bodyOf(sample).type));
  expect(new Set(schema.properties.type.enum)).toEqual(types);
  for (const definition of Object.values<{ additionalProperties: unknown }>(schema.$defs)) {
    expect(definition.additionalProperties).toBe(false);
  }
});

function raise(): never {
  throw new Error('no golden events');
}
