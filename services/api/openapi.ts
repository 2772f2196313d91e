import { rolesAtMost } from '@ledger/decisions';
import { z } from 'zod';
import { problemDocument } from './problems.ts';
import type { May, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** The API as OpenAPI 3.1, from the same table that serves it: what is not described cannot be called. */
export function openapiOf(routes: readonly Route[]): Json {
  const schemas = new Map<string, unknown>();
  const paths = new Map<string, Record<string, unknown>>([['/metrics', { get: METRICS }]]);
  for (const each of routes) {
    const methods = paths.get(each.path) ?? {};
    methods[each.method.toLowerCase()] = operation(each, schemas);
    paths.set(each.path, methods);
  }
  schemaOf(problemDocument, schemas, 'output');
  return {
    openapi: '3.1.0',
    info: {
      title: 'Commission ledger',
      version: '1',
      description:
        'Every payout can be rebuilt, replayed and explained. Amounts are decimal strings, positions are strings, dates are days of the ledger. Every answer names the position that it speaks of in the header Ledger-Position; with Ledger-Stale: true the log was away, and it is what the node knew last.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ bearer: [] }],
    tags: [...new Set(routes.map(({ group }) => group))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of the identity provider, or the key of a program.',
        },
      },
      parameters: { ...PARAMETERS },
    },
  };
}

const PARAMETERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    description:
      'Names the request. The same key with the same body answers as before and writes nothing; another body is refused.',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    schema: { type: 'string' },
    description:
      'Revision of the stream, as the ETag of a write said, or of an answer that has a revision; refused where the stream has another.',
  },
  Role: {
    name: 'Ledger-Role',
    in: 'header',
    schema: { type: 'string' },
    description: 'The role in which one acts, for those who have several.',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    schema: { type: 'string' },
    description:
      'Position after which the stream begins: the id of the last event that one has, or the Ledger-Position of what one has read. Left out: from now on.',
  },
  After: {
    name: 'after',
    in: 'query',
    schema: { type: 'string' },
    description: 'A position that the answer has to include: what one has just written. Waits up to 5 s.',
  },
} as const;

/** For whoever watches the process; no route of the ledger, and so not in its table. */
const METRICS: Json = {
  operationId: 'metrics',
  tags: ['service'],
  summary: 'What the process has counted, as Prometheus text: numbers alone. Keep it inside.',
  description: 'Without signing in.',
  security: [],
  parameters: [],
  responses: { 200: { description: 'The figures.', content: { 'text/plain': { schema: { type: 'string' } } } } },
};

function operation(route: Route, schemas: Map<string, unknown>): Json {
  const { name, group, says, may, params, query, body, answer } = route;
  const writes = typeof may === 'object' && 'writes' in may;
  const ref = (parameter: keyof typeof PARAMETERS) => ({ $ref: `#/components/parameters/${parameter}` });
  return {
    operationId: name,
    tags: [group],
    summary: says,
    description: mayInWords(may),
    ...(may === 'anybody' ? { security: [] } : {}),
    parameters: [
      ...parametersOf(params, 'path', schemas),
      ...parametersOf(query, 'query', schemas),
      ...(may === 'anybody' ? [] : [ref('Role')]),
      ...(may === 'anybody' ? [] : [ref('After')]),
      ...(answer.events === undefined ? [] : [ref('LastEventId')]),
      ...(writes ? [ref('IdempotencyKey'), ref('IfMatch')] : []),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            ...(body.as === 'json'
              ? { content: { 'application/json': { schema: schemaOf(body.schema, schemas, 'input') } } }
              : {
                  description: body.says,
                  content: Object.fromEntries(body.types.map((type) => [type, { schema: { type: 'string' } }])),
                }),
          },
        }),
    responses: {
      [answer.status]: {
        description: answer.says,
        content: {
          [answer.type ?? 'application/json']: {
            schema: schemaOf(answer.schema, schemas, 'output'),
            ...(answer.events === undefined ? {} : { 'x-events': eventsOf(answer.events, schemas) }),
          },
        },
      },
      ...(writes && answer.status === 201
        ? {
            200: {
              description: 'There was nothing to record.',
              content: { 'application/json': { schema: schemaOf(answer.schema, schemas, 'output') } },
            },
          }
        : {}),
      default: {
        description: 'A refusal.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** OpenAPI 3.1 has no word for events of a stream: by their names, what the data of each is. */
function eventsOf(events: Readonly<Record<string, z.ZodType>>, schemas: Map<string, unknown>): Json {
  return Object.fromEntries(Object.entries(events).map(([name, data]) => [name, schemaOf(data, schemas, 'output')]));
}

function mayInWords(may: May): string {
  if (may === 'anybody') return 'Without signing in.';
  if (may === 'signed-in') return 'For everybody who is signed in; what one sees depends on who one is.';
  if ('reads' in may) return `Reads: ${may.reads}.`;
  const [kinds, steps] = [[may.writes].flat(), [may.step].flat()];
  const roles = new Set(kinds.flatMap((kind) => steps.flatMap((step) => rolesAtMost(kind, step))));
  return `Writes: ${kinds.join(', ')} (${steps.join(' or ')}). For ${[...roles].join(', ')}.`;
}

function parametersOf(
  schema: z.ZodType | undefined,
  where: 'path' | 'query',
  schemas: Map<string, unknown>,
): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, schemas, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, each]) => {
    const { description, ...rest } = each;
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      schema: rest,
      ...(description === undefined ? {} : { description }),
    };
  });
}

/** A JSON Schema; parts that have a name of their own are collected once. */
function schemaOf(schema: z.ZodType, schemas: Map<string, unknown>, io: 'input' | 'output'): Json {
  const {
    $schema: _,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
  }) as Json & { readonly $defs?: Readonly<Record<string, Json>> };
  for (const [name, each] of Object.entries($defs)) schemas.set(name, without(each));
  return pointed(own) as Json;
}

function without(schema: Json): unknown {
  const { $id: _, id: __, ...rest } = schema;
  return pointed(rest);
}

/** References to definitions of one document become references to the components of all. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === '$ref' && typeof member === 'string'
        ? [name, member.replace(/^#\/\$defs\//, '#/components/schemas/')]
        : [name, pointed(member)],
    ),
  );
}
