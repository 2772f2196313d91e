import { ROUTES, type Route } from '@ledger/api';
import { extentOf, READ_SCOPES, ROLES, rolesAtMost } from '@ledger/decisions';
import { z } from 'zod';
import { table } from '../events/markdown.ts';

type Schema = Readonly<Record<string, unknown>>;

/** docs/reference/http-api.md, from the table that serves the routes. */
export function apiReference(): string {
  const groups = [...Map.groupBy(ROUTES, ({ group }) => group)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `# HTTP API

Every route, from the table that serves it. [How to use it](../how-to/use-the-api.md) shows the way with curl; \`/openapi.json\` of a server
describes the same for programs, answers included.

- **Who one is**: \`Authorization: Bearer <token or key>\`. Who has several roles says in which one they act: \`Ledger-Role: ops\`.
- **Writes** take an \`Idempotency-Key\`: the same key with the same body answers as before (\`Idempotency-Replayed: true\`), with another
  body it is refused. \`If-Match\` with the \`ETag\` of a write, or of an answer that has a \`revision\`, refuses a write where somebody else was quicker.
- **Reads** say in \`Ledger-Position\` which position they speak of. \`asOf\` goes back; \`after\` waits for what one has just written.
  With \`Ledger-Stale: true\` the log was away, and it is what the node knew last.
- **Pages**: \`next\` of an answer is the \`cursor\` of the page after it; all pages of a list speak of one position.
- **Refusals** are \`application/problem+json\` (RFC 9457) with a \`code\` of [the list of errors](../errors.md).

${groups.map(([group, routes]) => section(group, routes)).join('\n')}`;
}

function section(group: string, routes: readonly Route[]): string {
  const rows = routes.map((each) => [
    `[\`${each.method} ${each.path}\`](#${anchor(each)})`,
    cell(each.says),
    who(each),
  ]);
  return `## ${group}

${table(['Route', 'What it does', 'For'], rows)}

${routes.map(details).join('\n')}`;
}

function anchor({ name }: Route): string {
  return name.toLowerCase();
}

function details(route: Route): string {
  const { name, method, path, params, query, body, answer } = route;
  const takes = [
    ...fieldsOf(params, 'path'),
    ...fieldsOf(query, 'query'),
    ...(body?.as === 'json' ? fieldsOf(body.schema, 'body') : []),
  ];
  const bytes = body !== undefined && body.as !== 'json' ? `Body: ${body.types.join(' or ')}. ${body.says}\n\n` : '';
  const fields = takes.length === 0 ? '' : `${table(['Where', 'Name', 'Is', 'Meaning'], takes)}\n\n`;
  const named = nameOf(z.toJSONSchema(answer.schema, { io: 'output', unrepresentable: 'any' }));
  const type = answer.type ?? (named === undefined ? 'JSON' : `\`${named}\``);
  return `### ${name}

\`${method} ${path}\`

${fields}${bytes}Answers ${answer.status}, ${type}: ${answer.says}
`;
}

function fieldsOf(schema: z.ZodType | undefined, where: string): readonly (readonly string[])[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = whole(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return Object.entries(properties).map(([name, each]) => {
    const property = each as Schema;
    const mark = required.includes(name) ? '' : '?';
    return [where, `\`${name}\`${mark}`, typeOf(property), cell(String(property.description ?? ''))];
  });
}

/** What has a name of its own stands among the definitions. */
function whole(schema: z.core.JSONSchema.BaseSchema): z.core.JSONSchema.BaseSchema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (schema.$defs?.[name] ?? schema);
}

function typeOf(schema: Schema): string {
  const { type, enum: words, const: word, anyOf, oneOf, items, $ref: ref, pattern } = schema;
  if (typeof ref === 'string') return `\`${ref.split('/').at(-1)}\``;
  if (Array.isArray(words)) return words.map((each) => `\`${String(each)}\``).join(', ');
  if (word !== undefined) return `\`${String(word)}\``;
  const several = anyOf ?? oneOf;
  if (Array.isArray(several)) return [...new Set(several.map((each: Schema) => typeOf(each)))].join(' or ');
  if (type === 'array') return `list of ${typeOf((items ?? {}) as Schema)}`;
  if (type === 'object') {
    const { properties = {} } = schema as { readonly properties?: Schema };
    const names = Object.keys(properties);
    return names.length === 0 ? 'object' : `{ ${names.join(', ')} }`;
  }
  if (type === 'string' && typeof pattern === 'string' && pattern.includes('[0-9]{4}-[0-9]{2}-[0-9]{2}')) return 'date';
  return type === undefined ? 'any' : String(type);
}

function nameOf({ id, $ref: ref }: Schema): string | undefined {
  if (typeof ref === 'string') return ref.split('/').at(-1);
  return typeof id === 'string' ? id : undefined;
}

const EXTENTS = { all: '', own: ' (own)', team: ' (team)', redacted: ' (in part)', none: '' } as const;

function who({ may }: Route): string {
  if (may === 'anybody') return 'everybody';
  if (may === 'signed-in') return 'everybody who is signed in';
  if ('reads' in may) {
    const { reads } = may;
    const people = ROLES.flatMap((role) => {
      const extent = extentOf(reads, { role, scopes: [] });
      return extent === 'none' ? [] : [`${role}${EXTENTS[extent]}`];
    });
    const keys = READ_SCOPES.filter((scope) => extentOf(reads, { role: 'integration', scopes: [scope] }) === 'all');
    return [...people, ...keys.map((scope) => `keys with ${scope}`)].join(', ');
  }
  const roles = [may.writes].flat().flatMap((kind) => [may.step].flat().flatMap((step) => rolesAtMost(kind, step)));
  return [...new Set(roles)].map((role) => (role === 'integration' ? 'keys' : role)).join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
