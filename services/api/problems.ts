import { STATUS_CODES } from 'node:http';
import { type Code, isCode, kindOf } from '@ledger/events';
import { type Problem, type ProblemKind, problem } from '@ledger/kernel';
import { z } from 'zod';

/** What a kind of refusal is on HTTP, where the code says nothing else. */
const BY_KIND: Readonly<Record<ProblemKind, number>> = {
  usage: 400,
  input: 422,
  forbidden: 403,
  conflict: 409,
  integrity: 500,
  environment: 503,
  crash: 500,
};

const BY_CODE: Partial<Readonly<Record<Code, number>>> = {
  // The request itself does not read.
  body_empty: 400,
  json_malformed: 400,
  json_too_deep: 400,
  field_repeated: 400,
  field_forbidden: 400,
  fields_too_many: 400,
  items_too_many: 400,
  encoding_invalid: 400,
  field_missing: 400,
  field_unknown: 400,
  field_invalid: 400,
  field_type: 400,
  amount_not_string: 400,
  amount_invalid: 400,
  date_not_string: 400,
  date_invalid: 400,
  percent_invalid: 400,
  id_invalid: 400,
  deal_id_invalid: 400,
  parameter_unknown: 400,
  parameter_invalid: 400,
  cursor_invalid: 400,
  idempotency_key_missing: 400,
  idempotency_key_invalid: 400,
  body_too_large: 413,
  media_type_unsupported: 415,
  method_not_allowed: 405,
  route_unknown: 404,
  not_found: 404,
  unauthenticated: 401,
  token_invalid: 401,
  token_in_url: 401,
  rate_limited: 429,
  streams_too_many: 429,
  request_timeout: 408,
  idempotency_key_reused: 422,
  // Whoever waits a moment gets an answer.
  store_busy: 503,
  view_conflict: 503,
  view_behind: 503,
  view_stopped: 503,
  shutting_down: 503,
  storage_full: 507,
};

/** Names of things that a question is about: not there. In what somebody records they are a wrong word among right ones. */
const UNKNOWN = /^(?:participant|period|metric|plan|payment|component|principal)_unknown$/;

/** The HTTP status of a refusal. `reads`: the request asks and records nothing. */
export function statusOf(code: string, reads: boolean): number {
  if (!isCode(code)) return 500;
  if (UNKNOWN.test(code)) return reads ? 404 : 422;
  return BY_CODE[code] ?? BY_KIND[kindOf(code)];
}

/** Statuses after which the same request may be given again, unchanged. */
export const RETRYABLE = new Set([429, 503]);

export const problemPart = z.strictObject({
  code: z.string(),
  detail: z.string(),
  pointer: z.string().optional().describe('JSON pointer (RFC 6901) to the offending field.'),
  line: z.int().optional().describe('Of a text: its line, counted from 1.'),
  column: z.union([z.int(), z.string()]).optional().describe('Column in the line, from 1; of a table: its name.'),
  row: z.int().optional().describe('Of a table: its row, 1 the first after the header.'),
});

/** RFC 9457. */
export const problemDocument = z
  .strictObject({
    type: z.string().describe('Where the code is explained.'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable name of the refusal; see the list of errors.'),
    detail: z.string().describe('One sentence that names field, value and remedy.'),
    pointer: z.string().optional(),
    errors: z.array(problemPart).optional().describe('Everything that was wrong, when more than one thing was.'),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocument>;

const LONGEST = { beginning: 1500, end: 500 };
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export function documentOf(refusal: Problem, status: number, requestId: string): ProblemDocument {
  // What only we can mend says nothing of where it happened: no path, no statement of a store, no stack.
  const own =
    status === 500 ? problem(refusal.code, 'Something went wrong on our side; nothing more was written.') : refusal;
  const errors = errorsOf(own);
  return {
    type: `/errors#${own.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: own.code,
    detail: sentence(own.message),
    ...(own.field === undefined ? {} : { pointer: own.field }),
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
    requestId,
  };
}

/** Everything that was wrong, when more than one thing was, or one that has a place in a text. */
export function errorsOf(refusal: Problem): readonly z.infer<typeof problemPart>[] {
  const all = refusal.errors ?? (hasPlace(refusal) ? [refusal] : []);
  return all.slice(0, 100).map((each) => ({
    code: each.code,
    detail: sentence(each.message),
    ...(each.field === undefined ? {} : { pointer: each.field }),
    ...placeOf(each),
  }));
}

const PLACES = ['line', 'column', 'row'] as const;

function hasPlace(refusal: Problem): boolean {
  return 'line' in refusal || 'row' in refusal;
}

/** Where in a file it is, as whoever read the file has said. */
function placeOf(refusal: Problem): Pick<z.infer<typeof problemPart>, (typeof PLACES)[number]> {
  const places = PLACES.flatMap((name) => {
    const value: unknown = Reflect.get(refusal, name);
    const fits = typeof value === 'number' || (name === 'column' && typeof value === 'string');
    return fits ? [[name, value]] : [];
  });
  return Object.fromEntries(places);
}

function sentence(message: string): string {
  const { beginning, end } = LONGEST;
  const cut =
    message.length > beginning + end ? `${message.slice(0, beginning)}…${message.slice(-end)}`.toWellFormed() : message;
  return cut.replace(HIDDEN, (mark) => `\\u{${mark.codePointAt(0)?.toString(16)}}`);
}
