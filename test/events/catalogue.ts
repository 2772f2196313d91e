import {
  CATALOGUE,
  type Category,
  EVENT_TYPES,
  type EventType,
  fields,
  presentVersion,
  schemaOf,
} from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { z } from 'zod';
import { table } from './markdown.ts';
import { readSamples } from './samples.ts';

/** docs/events.md: every type of event by the stream that it is on, with its fields and its golden event. */
export function eventCatalogue(): string {
  const samples = new Map(readSamples().map(({ stored }) => [`${stored.type}.v${stored.version}`, stored]));
  const sampleOf = (type: EventType) => samples.get(`${type}.v${presentVersion(type)}`);
  const categories = Object.keys(CATALOGUE) as Category[];
  return `# Events

What the ledger records. Everything else is derived from these and can be derived again. Data is closed: a field that is not listed
here is refused. A changed shape gets the next version and an upcaster; stored bytes never change. Each version of each type has a
golden event in [events/samples](../events/samples/).

Every event also carries who acted and in which role, when it was recorded, the command that caused it, and the hash that chains
the events of its stream.

${EVENT_TYPES.length} types: ${categories.map((category) => `[${category}](#streams-of-${category})`).join(', ')}.

## Kinds of field

${table(['kind', 'what it is'], [...KINDS.map(([name, , says]) => [name, says]), TEXT])}

A field of a field is written \`field.inner\`, a field of each entry of a list \`list[].inner\`.

${categories.map((category) => section(category, sampleOf)).join('\n')}`;
}

function section(category: Category, sampleOf: (type: EventType) => Stored | undefined): string {
  const types = EVENT_TYPES.filter((type) => Object.hasOwn(CATALOGUE[category], type));
  const streams = [...new Set(types.map((type) => sampleOf(type)?.stream))].map((stream) => `\`${stream}\``);
  const events = types.map((type) => {
    const schema = schemaOf(type);
    const sample = sampleOf(type);
    const rows = rowsOf(schema, '').map(({ name, kind, says }) => [`\`${name}\``, kind, says]);
    const data = sample === undefined ? '' : JSON.stringify(JSON.parse(sample.data), null, 2);
    return `### ${type}, version ${presentVersion(type)}

${schema.description ?? ''}

${table(['field', 'kind', 'says'], rows)}

<details><summary>Data of the golden event</summary>

\`\`\`json
${data}
\`\`\`

</details>
`;
  });
  return `## Streams of ${category}\n\nSuch as ${streams.join(', ')}.\n\n${events.join('\n')}`;
}

/** The fields that data is made of, by their schemas, as people call them. */
const KINDS: readonly (readonly [name: string, schema: z.ZodType, says: string])[] = [
  ['id', fields.id, 'at most 128 letters, digits and `. _ : -`, beginning with a letter or digit'],
  ['name', fields.partId, 'an id without dots, at most 64 long, so that several can be joined in the name of a stream'],
  ['decimal', fields.decimal, 'an exact number as text: at most 15 digits before the point and 12 after'],
  ['decimal over 0', fields.positiveDecimal, 'the same, more than 0'],
  ['decimal from 0', fields.nonNegativeDecimal, 'the same, not negative'],
  ['rate', fields.percent, 'a rate as text: `8%` or `0.08`'],
  ['currency', fields.currency, 'a code of ISO 4217'],
  ['date', fields.date, 'a day of the calendar: `2026-01-31`'],
  ['period', fields.periodId, 'a month `2026-01` or a quarter `2026-Q1`'],
  ['position', fields.position, 'a place in the log, as text'],
  ['version', fields.version, 'a number that counts from 1'],
  ['hash', fields.sha256, 'SHA-256 in lower-case hex'],
  ['reason', fields.reason, 'why: text on one or more lines'],
  ['label', fields.label, 'a short text on one line'],
];
const TEXT = ['text, at most N', 'Unicode in composed form (NFC), not blank, nothing invisible'];
const KIND_OF = new Map<unknown, string>(KINDS.map(([name, schema]) => [schema.def, name]));

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly says: string;
}

function rowsOf(schema: unknown, name: string): readonly Row[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([field, value]) => {
      const path = name === '' ? field : `${name}.${field}`;
      const says = describing(value);
      return [{ name: path, kind: kindOf(value), says }, ...rowsOf(value, path)];
    });
  }
  if (inner instanceof z.ZodArray) return rowsOf(inner.element, `${name}[]`);
  if (inner instanceof z.ZodRecord) return rowsOf(inner.valueType, `${name}.*`);
  if (inner instanceof z.ZodDiscriminatedUnion) {
    // What the choices have in common is listed once.
    const rows = inner.options.flatMap((option) => rowsOf(option, name));
    return [...new Map(rows.map((row) => [`${row.name} ${row.kind}`, row])).values()];
  }
  return [];
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    inner = inner.unwrap();
  }
  return inner;
}

function describing(schema: unknown): string {
  const inner = unwrapped(schema);
  const own = schema instanceof z.ZodType ? schema.description : undefined;
  const says = own ?? (inner instanceof z.ZodType ? inner.description : undefined) ?? '';
  return says.replace(/\|/g, '\\|').replace(/\s+/g, ' ');
}

function kindOf(schema: unknown): string {
  if (schema instanceof z.ZodOptional) return `${kindOf(schema.unwrap())}, may be absent`;
  if (schema instanceof z.ZodNullable) return `${kindOf(schema.unwrap())} or null`;
  const known = schema instanceof z.ZodType ? KIND_OF.get(schema.def) : undefined;
  if (known !== undefined) return known;
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(' or ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => `\`${value}\``).join(' or ');
  if (schema instanceof z.ZodArray) return `list of ${kindOf(schema.element)}`;
  if (schema instanceof z.ZodRecord) return `${kindOf(schema.valueType)}, each under a ${kindOf(schema.keyType)}`;
  if (schema instanceof z.ZodDiscriminatedUnion) return 'one of several shapes';
  if (schema instanceof z.ZodUnion) return schema.options.map(kindOf).join(' or ');
  if (schema instanceof z.ZodObject) {
    const names = Object.keys(schema.shape);
    return names.length === 1 ? `\`{ ${names[0]}: … }\`` : 'fields';
  }
  if (schema instanceof z.ZodLazy)
    return 'trace step: `step`, `says`, `as`, `formula`, `inputs`, `result`, `events`, `steps`';
  if (schema instanceof z.ZodNumber) return `whole number from ${schema.minValue}`;
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodString) return schema.maxLength === null ? 'text' : `text, at most ${schema.maxLength}`;
  throw new TypeError(`say in test/events/catalogue.ts how ${String(schema)} is called`);
}
