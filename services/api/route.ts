import type { By, Ledger, Live, Principal, Reach, Reader, Sink, Topic } from '@ledger/application';
import { type Kind, misfit, type Resource, type Step } from '@ledger/decisions';
import { type Code, fields } from '@ledger/events';
import { type Acting, isProblem, type Problem, problem } from '@ledger/kernel';
import { z } from 'zod';
import type { Jobs } from './jobs.ts';
import type { SignIn } from './sign-in.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What it takes to call a route. A route says one of these, or does not compile: nothing is open by being forgotten. */
export type May =
  /** Health and documents: they say nothing of the ledger. */
  | 'anybody'
  /** Whoever is signed in; what they see is cut by the application function itself. */
  | 'signed-in'
  /** What the table of authority says of reading this. */
  | { readonly reads: Resource }
  /** What it says of these steps; the decider judges again, with the people whom it pays. Several where the inputs say which one it is. */
  | { readonly writes: Kind | readonly Kind[]; readonly step: Step | readonly Step[] };

/** What a route works with: inputs that fit their schemas, and who asks. */
interface Call<P, Q, B> {
  readonly ledger: Ledger;
  /** What is recorded, told as it happens. */
  readonly live: Live;
  readonly principal: Principal;
  readonly actor: Acting;
  /** What they see of what the route reads; nothing on routes that read nothing. */
  readonly reach: Reach;
  /** Names the command by Idempotency-Key, scoped to principal and route. */
  readonly by: By;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly jobs: Jobs;
  /** Where people sign in with a browser, where there is an identity provider that knows the application. */
  readonly signIn: SignIn | undefined;
  /** Aborts when the client goes. */
  readonly signal: AbortSignal;
}

/** How the bytes of a body are read. */
export type Body<B> =
  | { readonly as: 'json'; readonly schema: z.ZodType<B> }
  /** A text of one of these media types, as a definition file: held in memory, up to `limit` bytes. The route gets a `Text`. */
  | { readonly as: 'text'; readonly types: readonly string[]; readonly limit: number; readonly says: string }
  /** Bytes as they come, of these media types; `limit` in bytes, 0 for none: they are not held in memory. */
  | { readonly as: 'stream'; readonly types: readonly string[]; readonly limit: number; readonly says: string };

/** What a route answers. Tests hold every answer to its schema; here it is written down once more in no type. */
export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly schema: z.ZodType;
  readonly says: string;
  /** Media type, where the answer is no JSON: the route then answers a Document, or Streamed. */
  readonly type?: string;
  /** The events of a stream, by their names: what the data of each is. */
  readonly events?: Readonly<Record<string, z.ZodType>>;
}

/** An answer that is a text of its own, as a table or a page, or bytes, as a PDF. */
export interface Document {
  readonly document: string | Uint8Array;
  /** Name of the file that a browser saves it as. */
  readonly file?: string;
}

/** An answer that goes on: events as they happen (`sse.ts`). */
export interface Streamed {
  readonly follow: (reader: Reader, after: bigint | undefined, sink: Sink) => Promise<(() => void) | Problem>;
}

export function streamed(live: Live, topic: Topic): Streamed {
  return { follow: (reader, after, sink) => live.follow(topic, reader, after, sink) };
}

export interface Spec<P, Q, B> {
  readonly method: Method;
  /** With parameters in braces: `/v1/deals/{source}/{deal}`. */
  readonly path: string;
  /** Name of the operation, which generated clients call. */
  readonly name: string;
  readonly group: string;
  readonly says: string;
  readonly may: May;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: Body<B>;
  readonly answer: Answer;
  /** The answer is a function of inputs, reader, position and day alone: it may be given again as it was. */
  readonly fixed?: true;
  readonly run: (call: Call<P, Q, B>) => Promise<object | Problem>;
}

/** Inputs as they arrived. */
interface Given {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** What a call has besides its inputs. The name of a command is asked for when its body has turned out to be one. */
interface Around extends Omit<Call<never, never, never>, keyof Given | 'by'> {
  readonly named: () => By | Problem;
}

/** A route whose types are inside it. */
export interface Route extends Omit<Spec<unknown, unknown, unknown>, 'run' | 'params' | 'query' | 'body'> {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: Body<unknown> | undefined;
  readonly handle: (around: Around, given: Given) => Promise<unknown>;
}

const NOTHING = z.strictObject({});

export function route<P = Record<string, never>, Q = Record<string, never>, B = undefined>(spec: Spec<P, Q, B>): Route {
  const { run, params, query, body, ...rest } = spec;
  return {
    ...rest,
    params,
    query,
    body,
    async handle({ named, ...around }, given) {
      const parts = {
        params: fitting(params ?? NOTHING, given.params, 'The path', 'parameter_invalid'),
        query: fitting(query ?? NOTHING, given.query, 'The query', 'parameter_invalid'),
        body:
          body?.as === 'json' ? fitting(body.schema, given.body, 'The body') : { ok: true as const, value: given.body },
      };
      for (const part of Object.values(parts)) if (!part.ok) return part.problem;
      const { params: p, query: q, body: b } = parts;
      if (!p.ok || !q.ok || !b.ok) throw new TypeError('unreachable');
      const by = named();
      if (isProblem(by)) return by;
      // Each has just been checked by the schema that the spec was typed with.
      return run({ ...around, by, params: p.value as P, query: q.value as Q, body: b.value as B });
    },
  };
}

type Fit = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

function fitting(schema: z.ZodType, value: unknown, what: string, code?: Code): Fit {
  const checked = schema.safeParse(value);
  if (checked.success) return { ok: true, value: checked.data };
  const found = misfit(checked.error.issues, value, what);
  if (code === undefined) return { ok: false, problem: found };
  const renamed = found.code === 'field_unknown' ? ('parameter_unknown' as const) : code;
  return { ok: false, problem: problem(renamed, found.message, found.field) };
}

// What many routes take and answer.

export const asOf = z
  .string()
  .max(40)
  .describe('A position of the log, or an instant (RFC 3339): what was known then. Left out: the end of the log.');
export const reading = { asOf: asOf.optional() };

export const periodParam = fields.periodId.describe('A month as 2026-01, or a quarter as 2026-Q1.');
export const personParam = fields.partId.describe('Id of a participant.');

/** What a command did. */
export const outcome = z
  .strictObject({
    stream: z.string(),
    revision: z.int().min(0).describe('Revision of the stream now; the ETag.'),
    position: fields.position
      .nullable()
      .describe('Position of the last event written; null: there was nothing to record.'),
    events: z.array(z.strictObject({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
    repeated: z.boolean().describe('The command had been given before: this is what it did then.'),
  })
  .meta({ id: 'Outcome' });

export const written: Answer = { status: 201, schema: outcome, says: 'What was recorded.' };

/** A text as it came. */
export interface Text {
  readonly bytes: Uint8Array;
  readonly type: string;
}

/** Bytes that a route takes as they come. */
export type Stream = AsyncIterable<Uint8Array>;

export const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
