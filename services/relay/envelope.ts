import { type Outgoing, subjectOf } from '@ledger/bus-nats';
import { decode, EVENT_TYPES, type EventType, presentVersion, publishedPart, publishedSchema } from '@ledger/events';
import { checkHash, type Stored } from '@ledger/kernel';
import { z } from 'zod';

/**
 * A fact as a CloudEvent 1.0 in structured JSON. `position` and `previous`, both texts, are extensions: a consumer that has applied
 * `previous` has missed nothing, and one that has applied `position` has seen this before.
 * Throws `chain_broken`, `event_unknown`, `event_invalid`: what is not as it was sealed is told to nobody.
 */
export function cloudEvent(stored: Stored, previous: bigint): Outgoing {
  checkHash(stored);
  const { event, id, stream, revision, position, recordedAt } = decode(stored);
  const body = {
    specversion: '1.0',
    id,
    source: sourceOf(stored.ledger),
    type: typeOf(event.type),
    subject: stream,
    time: recordedAt,
    datacontenttype: 'application/json',
    position: String(position),
    previous: String(previous),
    revision,
    data: publishedPart(event),
  };
  const category = stream.slice(0, stream.indexOf('-'));
  return { id, subject: subjectFor(stored.ledger, category, event.type), position, body: JSON.stringify(body) };
}

/** There are as many as there are types; they are made and checked once. */
const SUBJECTS = new Map<string, string>();

function subjectFor(ledger: string, category: string, type: EventType): string {
  const key = `${ledger} ${category} ${type}`;
  const known = SUBJECTS.get(key);
  if (known !== undefined) return known;
  const subject = subjectOf(ledger, category, type);
  SUBJECTS.set(key, subject);
  return subject;
}

const sourceOf = (ledger: string) => `/ledgers/${ledger}`;
const typeOf = (type: EventType) => `ledger.${type}.v${presentVersion(type)}`;

/** JSON Schema of the envelope, with what each type carries. */
export function envelopeSchema(): object {
  const position = { type: 'string', pattern: '^(?:0|[1-9][0-9]{0,18})$' };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A fact of the ledger as a CloudEvent 1.0',
    type: 'object',
    required: [
      'specversion',
      'id',
      'source',
      'type',
      'subject',
      'time',
      'datacontenttype',
      'position',
      'previous',
      'revision',
      'data',
    ],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', description: 'ULID of the event. Names it, does not order it.', pattern: '^[0-9A-Z]{26}$' },
      source: { type: 'string', description: 'The ledger.', pattern: '^/ledgers/[a-z][a-z0-9-]{0,31}$' },
      type: {
        type: 'string',
        description: 'Type of the event and version of its data.',
        enum: EVENT_TYPES.map(typeOf),
      },
      subject: { type: 'string', description: 'Stream of the ledger in which the event was recorded.', maxLength: 320 },
      time: { type: 'string', description: 'When it was recorded.', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      position: { ...position, description: 'Place in the log: rises from fact to fact, with gaps.' },
      previous: { ...position, description: 'Position of the fact before this one in the log; 0 for the first.' },
      revision: { type: 'integer', minimum: 1, description: 'Number of the event within its stream.' },
      data: { type: 'object' },
    },
    additionalProperties: false,
    allOf: EVENT_TYPES.map((type) => ({
      if: { properties: { type: { const: typeOf(type) } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
      then: { properties: { data: { $ref: `#/$defs/${type}` } } },
    })),
    $defs: Object.fromEntries(EVENT_TYPES.map((type) => [type, dataSchema(type)])),
  };
}

function dataSchema(type: EventType): object {
  const { $schema, ...schema } = z.toJSONSchema(publishedSchema(type), { target: 'draft-2020-12' });
  return schema;
}
