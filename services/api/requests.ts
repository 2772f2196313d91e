import { type Following, following, type Ledger, type Live, type Sink } from '@ledger/application';
import { misfit } from '@ledger/decisions';
import { fields } from '@ledger/events';
import { type Bus, isProblem, jsonOf, type Problem, ProblemError, problem } from '@ledger/kernel';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { answerTo, toOutside } from './call.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { parseJson } from './json.ts';
import { documentOf, statusOf } from './problems.ts';
import type { Route, Streamed } from './route.ts';
import { type Authenticator, askAgain, authenticate } from './sign-in.ts';

/** Requests about queries over the bus, by the routes of HTTP: the same checks, the same answers. */

const REQUESTS = { open: 'openQuery', post: 'postMessage', list: 'listQueries', read: 'readQuery' } as const;
const FOLLOW = { one: 'followQuery', all: 'followQueries' } as const;

/** Subjects carry the ledger and what is asked for; who asks, and about whom, stands in the message. */
export const queriesSubject = (ledger: string, what: string) => `ledger.${ledger}.queries.${what}`;

const credentials = {
  authorization: z.string().max(8_300).optional(),
  role: z.string().max(60).optional(),
};
const request = z.strictObject({
  ...credentials,
  key: z.string().max(255).optional(),
  params: z.record(z.string(), z.string()).default({}),
  query: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
});
const follow = z.strictObject({
  ...credentials,
  query: fields.queryName.optional(),
  participant: fields.partId.optional(),
  after: fields.position.optional(),
  waitMs: z.int().min(0).max(8_000).default(5_000),
});

export interface RequestOptions {
  readonly ledger: Ledger;
  readonly live: Live;
  readonly routes: readonly Route[];
  readonly authenticators: readonly Authenticator[];
  readonly logger: FastifyBaseLogger;
}

interface Served extends RequestOptions {
  readonly jobs: Jobs;
}

/** What is answered at once to somebody who follows; the rest when they ask again. */
const MOST_BYTES = 250_000;

/** Serves them until it is stopped: that resolves when what was begun is answered. */
export function answerRequests(bus: Bus, given: RequestOptions): () => Promise<void> {
  const { ledger } = given.ledger.store;
  // No request about a query is long work: what is started here is nothing, and what others started is not seen.
  const options: Served = { ...given, jobs: createJobs({ ledger: given.ledger }) };
  const stops = [
    ...Object.entries(REQUESTS).map(([what, name]) =>
      bus.serve(queriesSubject(ledger, what), (payload, signal) =>
        answered(options, async () => ask(options, routeNamed(options, name), payload, signal)),
      ),
    ),
    bus.serve(queriesSubject(ledger, 'follow'), (payload, signal) =>
      answered(options, async () => followed(options, payload, signal)),
    ),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

function routeNamed({ routes }: RequestOptions, name: string): Route {
  const route = routes.find((each) => each.name === name);
  if (route === undefined) throw new TypeError(`there is no route ${name}`);
  return route;
}

interface Said {
  readonly status: number;
  readonly body: unknown;
  /** The log is away: it is what the views knew last. */
  readonly stale?: true | undefined;
}

/** An answer as bytes: status and body as HTTP has them. */
async function answered({ logger }: RequestOptions, work: () => Promise<Said | Problem>): Promise<Uint8Array> {
  let said: Said | Problem;
  try {
    said = await work();
  } catch (error) {
    if (!(error instanceof ProblemError))
      logger.error({ error: error instanceof Error ? error.stack : String(error) }, 'defect');
    said =
      error instanceof ProblemError
        ? error.problem
        : problem('internal', 'Something that cannot happen happened; nothing more was written.');
  }
  return new TextEncoder().encode(jsonOf(isProblem(said) ? refusal(said) : said));
}

function refusal(found: Problem, isRead = false): Said {
  const renamed = toOutside(found);
  const status = statusOf(renamed.code, isRead);
  return { status, body: documentOf(renamed, status, crypto.randomUUID()) };
}

async function ask(options: Served, route: Route, payload: Uint8Array, signal: AbortSignal): Promise<Said | Problem> {
  const asked = messageIn(request, payload);
  if (isProblem(asked)) return asked;
  const { authorization, role, key, params, query, body } = asked;
  const principal = await authenticate(authorization, options.authenticators);
  if (isProblem(principal)) return principal;
  const call = { principal, role, key, expected: undefined, params, query, body: async () => body, signal };
  const { answer, stale } = await answerTo(route, call, options);
  if (isProblem(answer)) return refusal(answer, route.method === 'GET');
  const isNothing = typeof answer === 'object' && answer !== null && 'position' in answer && answer.position === null;
  const status = isNothing && route.answer.status === 201 ? 200 : route.answer.status;
  return { status, body: answer, ...(stale ? { stale: true } : {}) };
}

/** What came after a position, as soon as something did; nothing, and the position to go on from, where nothing does in time. */
async function followed(options: Served, payload: Uint8Array, signal: AbortSignal): Promise<Said | Problem> {
  const asked = messageIn(follow, payload);
  if (isProblem(asked)) return asked;
  const { authorization, role, query, participant, after, waitMs } = asked;
  const principal = await authenticate(authorization, options.authenticators);
  if (isProblem(principal)) return principal;
  const [name, params, of] =
    query === undefined
      ? ([FOLLOW.all, {}, participant === undefined ? {} : { participant }] as const)
      : ([FOLLOW.one, { query }, {}] as const);
  const call = {
    principal,
    role,
    key: undefined,
    expected: undefined,
    params,
    query: of,
    body: async () => undefined,
    signal,
  };
  const { answer: streamed } = await answerTo(routeNamed(options, name), call, options);
  if (isProblem(streamed)) return refusal(streamed, true);
  const still = askAgain(authorization, role, options.authenticators);
  const actor = await still();
  if (isProblem(actor)) return actor;
  const from = after === undefined ? undefined : BigInt(after);
  const begin = (sink: Sink) => (streamed as Streamed).follow({ actor, still }, from, sink);
  const begun = await following(begin);
  return isProblem(begun) ? refusal(begun, true) : collected(begun, { from, waitMs, signal });
}

interface Patience {
  readonly from: bigint | undefined;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

async function collected(followed: Following, { from, waitMs, signal }: Patience): Promise<Said> {
  const stop = () => followed.stop();
  const late = setTimeout(stop, waitMs);
  signal.addEventListener('abort', stop, { once: true });
  const entries: unknown[] = [];
  let [position, bytes, isUpToDate, isOver] = [from, 0, false, false];
  try {
    while (!isOver && bytes < MOST_BYTES) {
      const told = await followed.next();
      if (told === undefined || told.is === 'end') break;
      if (told.is === 'notice') {
        entries.push(JSON.parse(told.notice.data));
        bytes += told.notice.data.length;
        position = told.notice.position;
        isOver = isUpToDate;
      } else {
        position = told.position;
        // Whoever begins, and whoever missed something, has it at once; others wait for what comes.
        isUpToDate = true;
        isOver = entries.length > 0 || from === undefined;
      }
    }
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
    stop();
  }
  return { status: 200, body: { position: String(position ?? 0n), entries } };
}

function messageIn<T>(schema: z.ZodType<T>, payload: Uint8Array): T | Problem {
  const value = parseJson(Buffer.from(payload));
  if (isProblem(value)) return value;
  const checked = schema.safeParse(value);
  return checked.success ? checked.data : misfit(checked.error.issues, value, 'The message');
}
