import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { problemDocument } from '@ledger/api';
import { expect, test } from 'vitest';
import { type Api, makeApi } from './given.ts';

/** A catalogue of bad requests that is not part of this repository: skipped where it is absent. Its routes, fields and codes are proposals. */
const CATALOGUE = join(import.meta.dirname, '../../..', 'shared', 'design', 'bad-inputs.json');

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body_raw?: string;
  readonly body_b64?: string;
  readonly body_gen?: readonly (readonly [text: string, times: number])[];
}
interface Entry {
  readonly id: string;
  readonly input: Request;
  readonly expect: string;
}

/** What our API answers to each: status and code. Where it is not what was proposed, why. */
const ANSWERS: Readonly<Record<string, readonly [answer: string, why?: string]>> = {
  A001: ['400 body_empty'],
  A002: ['400 json_malformed'],
  A003: ['400 field_type'],
  A004: ['400 field_type'],
  A005: ['400 field_repeated'],
  A007: ['400 field_forbidden'],
  A008: ['400 field_unknown'],
  A009: ['400 field_unknown'],
  A010: ['400 json_too_deep'],
  A012: ['413 body_too_large'],
  A013: ['400 fields_too_many'],
  A014: ['400 encoding_invalid'],
  A015: ['415 media_type_unsupported'],
  A023: ['400 amount_not_string'],
  A027: ['400 amount_invalid'],
  A028: ['400 amount_invalid'],
  A029: ['400 amount_invalid'],
  A033: ['400 amount_invalid'],
  A035: ['400 amount_invalid'],
  A037: ['400 amount_invalid'],
  A040: ['400 amount_invalid'],
  A041: ['400 amount_invalid'],
  A042: ['400 amount_invalid'],
  A046: ['400 amount_invalid'],
  A048: ['400 amount_invalid'],
  A051: ['400 amount_not_string'],
  A052: ['400 field_missing', 'the other fields are missing, too; the amount is among the errors'],
  A054: ['422 currency_unknown'],
  A055: ['400 amount_invalid'],
  A057: ['201', 'a deal may be worth nothing: sources report such deals, and they pay nothing'],
  A058: ['400 id_invalid'],
  A059: ['400 id_invalid'],
  A062: ['400 id_invalid'],
  A065: ['400 id_invalid', 'ids are ASCII, so that no two spellings of one exist'],
  A066: ['400 id_invalid'],
  A067: ['400 id_invalid'],
  A068: ['400 field_unknown', 'a deal has no memo; free text belongs to its attributes'],
  A075: ['400 date_invalid'],
  A076: ['400 date_invalid'],
  A079: ['400 date_invalid'],
  A082: ['400 date_invalid'],
  A083: ['400 date_invalid'],
  A084: ['400 date_invalid'],
  A085: ['400 date_invalid'],
  A086: ['400 date_invalid'],
  A087: ['400 date_not_string'],
  A118: ['409 wrong_revision'],
  A121: ['404 route_unknown', 'nobody appends events; there is no such door'],
  A133: ['415 media_type_unsupported'],
  A134: ['415 media_type_unsupported'],
  A139: ['405 method_not_allowed'],
  S002: ['401 token_invalid'],
  S005: ['401 token_in_url'],
  S006: ['401 unauthenticated'],
  S021: ['403 role_forbidden'],
};

function bytesOf({ body_raw: raw, body_b64: encoded, body_gen: generated }: Request): Buffer | undefined {
  if (encoded !== undefined) return Buffer.from(encoded, 'base64');
  if (generated !== undefined) {
    const texts = generated.map(([text, times]) =>
      Array.from({ length: times }, (_, at) => text.replaceAll('%i', String(at))).join(''),
    );
    return Buffer.from(texts.join(''));
  }
  return raw === undefined ? undefined : Buffer.from(raw);
}

/** The proposal's names for the fields of a deal become ours. */
function ours(entry: Entry): Entry {
  const { body_raw: raw, ...input } = entry.input;
  if (raw === undefined || input.path !== '/v1/deals') return entry;
  const renamed = raw
    .replaceAll('"deal_id"', '"deal"')
    .replaceAll('"rep_id"', '"owner"')
    .replaceAll('"closed_on"', '"closedOn"')
    .replace(/^\{(?="deal"\s*:\s*"[^"]*"\s*,)/, '{"source":"crm",');
  return { ...entry, input: { ...input, body_raw: renamed } };
}

/** Over a plain socket: a client that knows HTTP well would refuse to send some of them. */
function exchanged(
  api: Api,
  { method, path, headers = {} }: Request,
  body: Buffer | undefined,
  as: string,
): Promise<string> {
  const { hostname, port } = new URL(api.address);
  const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (!sent.has('authorization') && !path.includes('access_token')) sent.set('authorization', `Bearer demo:${as}`);
  if (sent.get('idempotency-key')?.startsWith('<') === true) sent.set('idempotency-key', `key-${Math.random()}`);
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: close',
    ...[...sent].map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined ? [] : [`Content-Length: ${body.length}`]),
  ].join('\r\n');
  return spoken(api, `${head}\r\n\r\n`, body);
}

/** What a server says to bytes, until it hangs up. */
function spoken(api: Api, head: string, body?: Buffer): Promise<string> {
  const { hostname, port } = new URL(api.address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => void chunks.push(Buffer.from(chunk)));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('error', (error) =>
      chunks.length > 0 ? resolve(Buffer.concat(chunks).toString('utf8')) : reject(error),
    );
    socket.write(head);
    if (body !== undefined) socket.write(body);
  });
}

const ENTRIES: readonly Entry[] = existsSync(CATALOGUE)
  ? (JSON.parse(readFileSync(CATALOGUE, 'utf8')) as readonly Entry[])
  : [];

const GOOD = {
  ...{ source: 'crm', deal: 'N-1', owner: 'ada', amount: '1000.00', currency: 'USD', closedOn: '2026-03-31' },
};
const JSON_HEADERS = { 'content-type': 'application/json', 'idempotency-key': '<fresh>' };
const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Request => ({
  ...{ method: 'POST', path: '/v1/deals', headers: { ...JSON_HEADERS, ...headers } },
  body_b64: Buffer.from(body).toString('base64'),
});
const deal = (more: object, headers = {}): Request => post(JSON.stringify({ ...GOOD, ...more }), headers);
const get = (path: string, headers = {}): Request => ({ method: 'GET', path, headers });
const lines = (text: string): Request => ({
  ...post(text, { 'content-type': 'application/x-ndjson' }),
  path: '/v1/deals/batch',
});
const LINE = JSON.stringify(GOOD);
const STATEMENT = '/v1/periods/2026-Q1/statements/ada';

/** Other kinds than the catalogue has: what is sent, the answer, where it points, and what the sentence has to say. */
const KINDS: readonly (readonly [
  sent: Request | string,
  answer: string,
  pointer?: string | undefined,
  says?: RegExp,
])[] = [
  // Bytes
  [post(`\ufeff${LINE}`), '400 json_malformed', undefined, /byte order mark/],
  [post(Buffer.from(LINE.replace('ada', '\u00e9'), 'latin1')), '400 encoding_invalid'],
  [
    post(Buffer.concat([Buffer.from('{"deal":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')])),
    '400 encoding_invalid',
  ],
  [post(LINE.replace('"ada"', '"\\ud800"')), '400 id_invalid', '/owner'],
  [post(LINE.replace('"ada"', '"\\u0000"')), '400 id_invalid', '/owner', /\\u0000/],
  [deal({ attributes: { type: 'a\u202eb' } }), '400 field_invalid', '/attributes/type', /bidirectional/],
  [deal({ attributes: { type: 'e\u0301' } }), '400 field_invalid', '/attributes/type', /NFC/],
  // JSON
  [post(LINE.replace('}', ',"attributes":{"a":"1","a":"2"}}')), '400 field_repeated', '/attributes/a'],
  [post(LINE.replace('}', ',"am\\u006funt":"5"}')), '400 field_repeated', '/amount'],
  [post(LINE.replace('"1000.00"', 'NaN')), '400 json_malformed'],
  [post(LINE.replace('"1000.00"', `1${'0'.repeat(400)}`)), '400 amount_not_string', '/amount', /Infinity/],
  [post(LINE.replace('}', ',}')), '400 json_malformed'],
  [post(`/* a deal */${LINE}`), '400 json_malformed'],
  [post(`${LINE}${LINE}`), '400 json_malformed'],
  [deal({ Amount: '1' }), '400 field_unknown', '/Amount', /The body holds the unknown field "Amount"/],
  [
    deal({ credits: [{ participant: 'ada', pool: 'other', share: '1' }] }),
    '400 field_invalid',
    '/credits/0/pool',
    /must be one of primary, overlay/,
  ],
  [deal({ sequence: 'first' }), '400 field_type', '/sequence', /must be a whole number|must be a number/],
  [deal({ sequence: -1 }), '400 field_invalid', '/sequence', /must be at least 0/],
  [deal({ owner: 7 }), '400 field_type', '/owner', /it must be text/],
  [deal({ attributes: [] }), '400 field_type', '/attributes', /must be an object/],
  // Money, days
  ...['1e3', '01', '.5', '1.', '\uff11', '-0', '-0.00', '1'.repeat(40), '1 000', '1\u00a0000'].map(
    (amount) => [deal({ amount }), '400 amount_invalid', '/amount'] as const,
  ),
  [deal({ currency: 'usd' }), '422 currency_unknown', '/currency'],
  [deal({ currency: 'BHD', amount: '1.0005' }), '400 amount_invalid', '/amount'],
  ...['2026-W13-2', '10000-01-01', '2026-3-31', '2026-03-31Z', '2025-02-29', '2026-03-31 '].map(
    (closedOn) => [deal({ closedOn }), '400 date_invalid', '/closedOn'] as const,
  ),
  // Headers
  [deal({}, { 'idempotency-key': '' }), '400 idempotency_key_invalid'],
  [deal({}, { 'idempotency-key': 'a b' }), '400 idempotency_key_invalid'],
  [deal({}, { 'idempotency-key': 'a'.repeat(256) }), '400 idempotency_key_invalid'],
  ...['*', '3', '"01"', '"-1"', '"1", "2"'].map(
    (match) => [deal({}, { 'if-match': match }), '400 parameter_invalid', '/if-match'] as const,
  ),
  [deal({}, { 'content-encoding': 'gzip' }), '415 media_type_unsupported'],
  [deal({}, { 'content-type': 'application/json; charset=utf-8; charset=utf-16' }), '415 media_type_unsupported'],
  [deal({}, { authorization: 'Bearer demo:ops:' }), '401 unauthenticated'],
  [deal({}, { 'ledger-role': 'finance' }), '403 role_forbidden'],
  [deal({}, { expect: 'the-moon' }), '417 parameter_invalid', undefined, /Expect/],
  [deal({}, { 'x-long': 'a'.repeat(20_000) }), '431 parameter_invalid', undefined, /16 KiB/],
  // Addresses
  [get(`${STATEMENT}?asOf=-1`), '400 as_of_invalid', '/asOf'],
  [get(`${STATEMENT}?asOf=1.5`), '400 as_of_invalid', '/asOf'],
  [get(`${STATEMENT}?asOf=999999`), '400 as_of_ahead', '/asOf'],
  [get(`${STATEMENT}?asOf=2199-01-01T00:00:00Z`), '400 as_of_ahead', '/asOf', /in the future/],
  [get(`${STATEMENT}?asOf=2016-12-31T23:59:60Z`), '400 as_of_invalid', '/asOf'],
  [get('/v1/diff?from=1&to=x'), '400 as_of_invalid', '/to'],
  [get('/v1/deals?limit=0'), '400 parameter_invalid', '/limit'],
  [get('/v1/deals?limit=-1'), '400 parameter_invalid', '/limit'],
  [get('/v1/deals?limit=1&limit=2'), '400 parameter_invalid', '/limit', /given twice/],
  [get('/v1/deals?colour=red'), '400 parameter_unknown', '/colour', /The query holds the unknown field "colour"/],
  [get('/v1/deals?text=%ff'), '400 parameter_invalid', undefined, /encode it as UTF-8/],
  [get('/v1/audit?actor=%00'), '400 parameter_invalid', '/actor', /control character/],
  [get('/v1/deals?cursor=eyJwb3MiOjB9'), '400 cursor_invalid', '/cursor'],
  [get('/v1/me?after=-1'), '400 parameter_invalid', '/after'],
  [get('/v1/deals?state=won'), '400 parameter_invalid', '/state', /must be one of/],
  [get('/v1/jobs/1'), '400 parameter_invalid', '/job', /must be a UUID/],
  [get('/v1/deals/crm/..%2f..%2fetc'), '400 parameter_invalid', '/deal'],
  [get('/v1/deals/crm/%zz'), '400 parameter_invalid'],
  [get('/v1/periods/2026-Q9'), '400 parameter_invalid', '/period'],
  [get('/v1/access/nobody'), '404 principal_unknown'],
  [{ ...deal({}), method: 'PUT' }, '405 method_not_allowed'],
  [
    { ...deal({}), path: '/v1/events', headers: { ...JSON_HEADERS, 'x-http-method-override': 'GET' } },
    '405 method_not_allowed',
  ],
  // Lines
  [lines(`${LINE}\n{"deal":`), '400 json_malformed'],
  [lines(`${LINE}\n${LINE.replace('1000.00', '5.00')}\n`), '422 row_conflict', '/deal'],
  // Whole requests
  ['CONNECT pay.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', '405 method_not_allowed'],
  ['GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n', '400 parameter_invalid', undefined, /Host is missing/],
  [
    'GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    '400 parameter_invalid',
    undefined,
    /Host is given twice/,
  ],
  ['POST /v1/deals HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}', '400 parameter_invalid'],
  ['POST /v1/deals HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n', '400 parameter_invalid'],
];

test('so is each of the other kinds, in one sentence with its place, and later requests are fine', async () => {
  const api = await makeApi();
  const before = await api.ledger.store.head();
  for (const [sent, expected, pointer, says] of KINDS) {
    const what =
      typeof sent === 'string' ? sent : `${sent.method} ${sent.path} ${bytesOf(sent)?.toString().slice(0, 200)}`;
    const as = what.includes('/v1/access') ? 'admin:ann' : 'ops:olga';
    const text = await (typeof sent === 'string' ? spoken(api, sent) : exchanged(api, sent, bytesOf(sent), as));
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
    expect([what, text]).toEqual([what, expect.stringMatching(/application\/problem\+json/)]);
    const { code, detail, ...rest } = problemDocument.parse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)));
    expect([what, `${status} ${code}`, rest.pointer]).toEqual([what, expected, pointer]);
    if (says !== undefined) expect(detail).toMatch(says);
    expect(detail).toMatch(/^[^.].*\.$/s);
  }
  expect(await api.ledger.store.head()).toBe(before);
  expect((await api.call('POST', '/v1/deals', { as: 'ops:olga', body: GOOD })).status).toBe(201);
});

test('each request of the catalogue is refused as it should be, and writes nothing', async ({ skip }) => {
  if (ENTRIES.length === 0) return skip('../shared/design/bad-inputs.json is not there');
  const api = await makeApi();
  const known = ENTRIES.filter(({ id }) => ANSWERS[id] !== undefined);
  expect(known).toHaveLength(Object.keys(ANSWERS).length);
  const answers: (readonly [string, string])[] = [];
  for (const entry of known) {
    const before = await api.ledger.store.head();
    const { input } = ours(entry);
    const text = await exchanged(api, input, bytesOf(input), entry.id === 'S021' ? 'auditor:ann' : 'ops:olga');
    const [, status = ''] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
    const [, code] = /"code":"([a-z_]+)"/.exec(text) ?? [];
    answers.push([entry.id, code === undefined ? status : `${status} ${code}`]);
    // No stack, path or statement of a store gets out.
    expect([entry.id, text]).toEqual([entry.id, expect.not.stringMatching(/node_modules|\.ts:\d|SELECT |SQLITE/)]);
    if (status !== '201') expect([entry.id, await api.ledger.store.head()]).toEqual([entry.id, before]);
  }
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(known.map(({ id }) => [id, ANSWERS[id]?.[0]])));
});
