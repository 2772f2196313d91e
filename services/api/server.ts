import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import {
  actingAs,
  keptForATurn,
  type Ledger,
  type Live,
  openLive,
  type Principal,
  refresh,
  unlessAway,
} from '@ledger/application';
import { type Acting, isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { type Answers, createAnswers, keyOf } from './answers.ts';
import { serveApp } from './app.ts';
import { bodyOf } from './body.ts';
import { type Answer, answerTo } from './call.ts';
import { followLog } from './follow.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { atDoors, createMetrics, type Metrics, watchViews } from './metrics.ts';
import { frameworkProblem, header, problemOf, send, sendBytes, sendProblem } from './reply.ts';
import type { Route, Streamed } from './route.ts';
import { type Authenticator, askAgain, authenticate, type SignIn } from './sign-in.ts';
import { EVENT_STREAM, streamTo } from './sse.ts';
import type { Tracing } from './tracing.ts';
import { hostProblem, unread, watchUnusual } from './unread.ts';

export interface ServerOptions {
  readonly ledger: Ledger;
  readonly routes: readonly Route[];
  readonly authenticators: readonly Authenticator[];
  readonly logger: FastifyBaseLogger;
  /** Setting by which long work opens the ledger on a thread of its own; without it, it is done on this one. */
  readonly store?: string;
  /** Where what happens is counted, of a ledger that counts there (`atDoors`); left out: of this server alone. */
  readonly metrics?: Metrics;
  readonly tracing?: Tracing | undefined;
  /** Folder of the built web application; none: the API alone. */
  readonly app?: string | undefined;
  /** Where people sign in with a browser. */
  readonly signIn?: SignIn | undefined;
  /** Requests that one principal may make in a second. */
  readonly requestsPerSecond?: number;
  /** Milliseconds over which they are counted, where that is no second. */
  readonly rateWindowMs?: number;
  /** Milliseconds that a body of JSON may take to arrive, and that a batch may stand still. */
  readonly bodyTimeoutMs?: number;
  /** What tells those who follow; one of its own if left out. */
  readonly live?: Live;
}

/** What routes work with. */
interface Served extends ServerOptions {
  readonly live: Live;
  readonly answers: Answers;
  readonly jobs: Jobs;
}

/** Milliseconds that a client may take to send the head of a request; a body of JSON has as long. */
const HEAD_TIMEOUT_MS = 30_000;
/** A batch comes as fast as it is taken, as long as it comes. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;

/**
 * The HTTP server of a ledger. It adds no rule: bytes become a call of a function of the application, and what that answers becomes
 * bytes. What is refused is refused in one shape (RFC 9457).
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { routes, logger, metrics = createMetrics() } = options;
  const ledger = options.metrics === undefined ? atDoors(options.ledger, metrics) : options.ledger;
  watchViews(metrics, ledger);
  const live = options.live ?? openLive(ledger);
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    routerOptions: {
      maxParamLength: 500,
      // Kept as it stands: twice is not the last one, and names are only what a schema says.
      querystringParser: (text) => ({ text }),
    },
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, frameworkProblem(error)),
    // Said by us, in the one shape.
    http: { requireHostHeader: false },
    clientErrorHandler: unread,
  });
  watchUnusual(app.server);
  app.server.headersTimeout = HEAD_TIMEOUT_MS;
  app.removeAllContentTypeParsers();
  // Every body reaches its route as a stream: what it may be is said there.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.decorateRequest('principal', null);
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemOf(error, request)));
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.headers({
      'cache-control': reply.getHeader('cache-control') ?? 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        reply.getHeader('content-security-policy') ?? "default-src 'none'; frame-ancestors 'none'",
    });
    done(null, payload);
  });
  app.addHook('onRequest', (request, reply, done) => {
    const unsound = hostProblem(request);
    if (unsound !== undefined) return void sendProblem(request, reply, unsound);
    const text = queryText(request);
    const query = text === '' ? undefined : new URLSearchParams(text);
    if (query?.has('token') === true || query?.has('access_token') === true) {
      return void sendProblem(
        request,
        reply,
        problem('token_in_url', 'Tokens are accepted in the Authorization header only; an address is kept in logs.'),
      );
    }
    done();
  });
  await app.register(rateLimit, {
    global: true,
    hook: 'preHandler',
    max: options.requestsPerSecond ?? 500,
    timeWindow: options.rateWindowMs ?? 1_000,
    keyGenerator: (request) => principalOf(request)?.id ?? request.ip,
    errorResponseBuilder: () =>
      new ProblemError(problem('rate_limited', 'Too many requests in one second; wait as long as Retry-After says.')),
  });
  // Those who follow are told, and go; whatever else was begun is finished.
  app.addHook('preClose', async () => live.close());
  const answers = createAnswers();
  const jobs = createJobs({ ledger, store: options.store, count: (kind, open) => metrics.jobs.set({ kind }, open) });
  app.addHook('preClose', async () => jobs.dismiss());
  app.addHook('onClose', async () => jobs.close());
  for (const route of routes) register(app, route, { ...options, ledger, live, answers, jobs });
  app.get('/metrics', { config: { rateLimit: false } }, async (_request, reply) => {
    metrics.sseClients.set(live.followers);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1_000);
    const principal = principalOf(request)?.id;
    request.log.info({
      route,
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      principal,
    });
  });
  const page = options.app === undefined ? undefined : await serveApp(app, options.app, options.signIn);
  app.setNotFoundHandler((request, reply) =>
    page?.isFor(request) === true
      ? page.send(reply)
      : sendProblem(request, reply, unknownRoute(routes, request, reply)),
  );
  options.tracing?.watch(app);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  await app.ready();
  await refresh(ledger);
  followLog(ledger, closing.signal, logger);
  return app;
}

function register(app: FastifyInstance, route: Route, options: Served): void {
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    preValidation: async (request, reply) => {
      if (route.may === 'anybody') return undefined;
      const found = await authenticate(request.headers.authorization, options.authenticators);
      if (isProblem(found)) return sendProblem(request, reply, found);
      Object.assign(request, { principal: found });
      return undefined;
    },
    handler: async (request, reply) => {
      const { ledger, answers } = options;
      const head =
        route.fixed === true
          ? await unlessAway(
              ledger,
              () => headOf(ledger),
              async () => undefined,
            )
          : undefined;
      const key = head === undefined ? undefined : keyAt(route, request, head, ledger.clock());
      const known = key === undefined ? undefined : answers.get(key);
      if (known !== undefined) return sendBytes(request, reply, known);
      const { answer, stale } = await answerOf(route, request, reply, options);
      // Whoever is told what was written finds it.
      if (route.method !== 'GET') forgetHead(ledger);
      if (isProblem(answer)) return sendProblem(request, reply, answer, route.method === 'GET');
      if (stale) reply.header('ledger-stale', 'true');
      if (route.answer.type === EVENT_STREAM) {
        const again = askAgain(request.headers.authorization, header(request, 'ledger-role'), options.authenticators);
        const refused = await streamTo(reply, answer as Streamed, await again(), again);
        return refused === undefined ? reply : sendProblem(request, reply, refused);
      }
      const sent = await send(request, reply, route, answer);
      // What was recorded while it was made may be in it or not.
      if (key !== undefined && sent !== undefined && !stale && (await ledger.store.head()) === head) {
        answers.keep(key, sent);
      }
      return reply;
    },
  });
}

/** The end of the log, looked up once for all who read in a turn of the event loop. */
async function headOf({ store }: Ledger): Promise<bigint> {
  const known = heads.get(store);
  if (known !== undefined) return known;
  const before = writes;
  const head = await store.head();
  if (writes === before) heads.keep(store, head);
  return head;
}

const heads = keptForATurn<bigint>();
let writes = 0;

function forgetHead({ store }: Ledger): void {
  writes += 1;
  heads.forget(store);
}

function keyAt(route: Route, request: FastifyRequest, head: bigint, now: bigint): string | undefined {
  const principal = principalOf(request) ?? NOBODY;
  const actor: Acting | Problem = actingAs(principal, header(request, 'ledger-role'));
  if (isProblem(actor)) return undefined;
  const after = new URLSearchParams(queryText(request)).get('after');
  // Whoever waits for what is not here yet has to wait, and what does not read is said by the schemas.
  if (after !== null && !(/^[0-9]{1,19}$/.test(after) && BigInt(after) <= head)) return undefined;
  return keyOf({ route: route.name, address: request.url, principal, actor, head, now });
}

const NOBODY: Principal = { id: 'nobody', roles: [] };

async function answerOf(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { ledger, live, jobs, signIn, bodyTimeoutMs = HEAD_TIMEOUT_MS }: Served,
): Promise<Answer> {
  const aborted = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) aborted.abort();
  });
  return answerTo(
    route,
    {
      principal: principalOf(request) ?? NOBODY,
      role: header(request, 'ledger-role'),
      key: header(request, 'idempotency-key'),
      expected: header(request, 'if-match'),
      params: request.params,
      query: parameters(queryText(request)),
      body: () => bodyOf(request.raw, route.body, bodyTimeoutMs),
      signal: aborted.signal,
    },
    { ledger, live, jobs, signIn },
  );
}

function unknownRoute(routes: readonly Route[], request: FastifyRequest, reply: FastifyReply): Problem {
  const [path = ''] = request.url.split('?');
  const others = routes.filter((each) => pattern(each.path).test(path)).map((each) => each.method);
  const isOurs = routes.some(({ method }) => method === request.method);
  if (others.length === 0 && isOurs) {
    return problem('route_unknown', 'There is nothing at this address; see /openapi.json for what there is.');
  }
  const allowed = [...new Set(others.flatMap((each) => (each === 'GET' ? [each, 'HEAD'] : [each])))].sort().join(', ');
  reply.header('allow', allowed);
  return problem(
    'method_not_allowed',
    `${request.method} is not possible here; ${allowed || 'nothing'} ${allowed.includes(',') ? 'are' : 'is'}. What was recorded is neither changed nor deleted.`,
  );
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function queryText({ query }: FastifyRequest): string {
  return typeof query === 'object' && query !== null && 'text' in query && typeof query.text === 'string'
    ? query.text
    : '';
}

/** What an address can carry: line breaks are for texts such as mappings. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

function parameters(text: string): Readonly<Record<string, string>> | Problem {
  if (text === '') return {};
  if (!isEncoded(text)) return problem('parameter_invalid', 'The query does not read; encode it as UTF-8 with %.');
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const shown = name.slice(0, 60);
    const invalid = (says: string) => problem('parameter_invalid', `The parameter "${shown}" ${says}.`, `/${shown}`);
    if (found.has(name)) return invalid('is given twice; give it once');
    if (CONTROL.test(value)) return invalid('holds a control character; leave it out');
    found.set(name, value);
    if (found.size > 30) return problem('parameter_invalid', 'There are more than 30 parameters; give fewer.');
    if (name === '__proto__') return problem('parameter_unknown', '"__proto__" is not a parameter; leave it out.');
  }
  return Object.fromEntries(found);
}

/** Otherwise what was sent would become something else without a word. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function principalOf(request: FastifyRequest): Principal | null {
  return 'principal' in request ? (request.principal as Principal | null) : null;
}
