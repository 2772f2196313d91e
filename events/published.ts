import { z } from 'zod';
import { describe } from './accept.ts';
import { currency, date, id, partId, periodId, position, queryName } from './fields.ts';
import { CATALOGUE, type Category, EVENT_TYPES, type EventType, type LedgerEvent, schemaOf } from './registry.ts';

/**
 * What of a fact may leave the ledger on a bus, where whoever may listen hears everything. It says what happened to what and when;
 * how much, why and in whose words is asked of the ledger, which knows who may see it.
 *
 * Decided by the kind of a field, so that a field that is new stays inside until its kind is one of these. Published: ids, periods,
 * positions, versions and counts, dates, currencies, words of a closed list, yes and no; and lists of them. Not published:
 * - free text: it holds names and reasons;
 * - amounts, rates and shares: what somebody earns, or what it follows from;
 * - hashes: one over a few values that can be guessed says which they are;
 * - lists of fields, fields under names that the company chose, and documents of definitions.
 */
export function publishedPart({ type, data }: LedgerEvent): Readonly<Record<string, unknown>> {
  return PARTS[type].take(data) ?? {};
}

/** The schema of what is published of a type, closed. */
export function publishedSchema(type: EventType): z.ZodType {
  return PARTS[type].schema;
}

/** Streams about one person: when somebody is away, why a target was lowered, how they left. Ids and numbers only. */
const PERSONAL: readonly Category[] = ['participant', 'quota', 'exception'];

const IDS = [id, partId, periodId, position, queryName].map(patternOf);
const VALUES = [date, currency].map(patternOf);

/** What a plan, a metric or a set of rules says. It has a version, by which it is asked for. */
const DOCUMENT = 'document';

interface Part {
  readonly schema: z.ZodType;
  /** What is published of a value that its schema has accepted; `undefined`: nothing. */
  readonly take: (value: unknown) => unknown;
}

interface ObjectPart extends Part {
  readonly take: (value: unknown) => Readonly<Record<string, unknown>> | undefined;
}

function patternOf(schema: z.ZodType): RegExp {
  const pattern = patternsIn(schema)[0];
  if (pattern === undefined) throw new TypeError('a field without a pattern says nothing about what is in it');
  return pattern;
}

function patternsIn(schema: z.ZodType): readonly RegExp[] {
  return (describe(schema).checks ?? []).flatMap(({ _zod: { def } }) =>
    def.pattern === undefined ? [] : [def.pattern],
  );
}

function partOf(schema: z.ZodType, isPersonal: boolean): Part | undefined {
  const { type, innerType, element } = describe(schema);
  switch (type) {
    case 'string': {
      const known = isPersonal ? IDS : [...IDS, ...VALUES];
      return patternsIn(schema).some((pattern) => known.includes(pattern)) ? { schema, take: whole } : undefined;
    }
    case 'number':
      return { schema, take: whole };
    case 'boolean':
    case 'enum':
    case 'literal':
      return isPersonal ? undefined : { schema, take: whole };
    case 'nullable':
    case 'optional': {
      const inner = innerType === undefined ? undefined : partOf(innerType, isPersonal);
      if (inner === undefined) return undefined;
      const { take } = inner;
      return {
        schema: type === 'nullable' ? inner.schema.nullable() : inner.schema.optional(),
        take: (value) => (value === null ? null : take(value)),
      };
    }
    case 'array': {
      const inner =
        element === undefined || describe(element).type === 'object' ? undefined : partOf(element, isPersonal);
      return inner === undefined ? undefined : { schema: z.array(inner.schema), take: whole };
    }
    case 'object':
      return isPersonal ? undefined : objectPart(schema, isPersonal);
    default:
      return undefined;
  }
}

function objectPart(schema: z.ZodType, isPersonal: boolean): ObjectPart | undefined {
  const fields: [string, Part][] = [];
  for (const [name, field] of Object.entries(describe(schema).shape ?? {})) {
    const part = name === DOCUMENT ? undefined : partOf(field, isPersonal);
    if (part !== undefined) fields.push([name, part]);
  }
  if (fields.length === 0) return undefined;
  const shape = Object.fromEntries(fields.map(([name, part]) => [name, part.schema]));
  return {
    schema: z.strictObject(shape),
    take(value) {
      if (typeof value !== 'object' || value === null) return undefined;
      const members: Readonly<Record<string, unknown>> = { ...value };
      const taken: Record<string, unknown> = {};
      for (const [name, { take }] of fields) {
        const member = members[name];
        if (member !== undefined) taken[name] = take(member);
      }
      return taken;
    },
  };
}

function whole(value: unknown): unknown {
  return value;
}

const NOTHING: ObjectPart = { schema: z.strictObject({}), take: () => undefined };

/** Made once, when the module is loaded: a million facts pass through it. */
const PARTS = partsOfAll();

function partsOfAll(): Readonly<Record<EventType, ObjectPart>> {
  const personal = new Set(PERSONAL.flatMap((category) => Object.keys(CATALOGUE[category])));
  const parts = EVENT_TYPES.map((type) => [type, objectPart(schemaOf(type), personal.has(type)) ?? NOTHING] as const);
  // Every type is there: they are the keys of the catalogue.
  return Object.fromEntries(parts) as Record<EventType, ObjectPart>;
}
