import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import { type Ledger, type Live, openLive, type Principal, refresh } from '@ledger/application';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { bodyOf } from './body.ts';
import { answerTo, bigintAsText, toOutside } from './call.ts';
import { followLog } from './follow.ts';
import { createMetrics, type Metrics, watchViews } from './metrics.ts';
import { documentOf, RETRYABLE, statusOf } from './problems.ts';
import type { Document, Route, Streamed } from './route.ts';
import { type Authenticator, askAgain, authenticate } from './sign-in.ts';
import { EVENT_STREAM, streamTo } from './sse.ts';
import type { Tracing } from './tracing.ts';

export interface ServerOptions {
  readonly ledger: Ledger;
  readonly routes: readonly Route[];
  readonly authenticators: readonly Authenticator[];
  readonly logger: FastifyBaseLogger;
  /** Where what happens is counted; a registry of its own if left out. */
  readonly metrics?: Metrics;
  readonly tracing?: Tracing | undefined;
  /** Requests that one principal may make in a second. */
  readonly requestsPerSecond?: number;
  /** Milliseconds that a body of JSON may take to arrive, and that a batch may stand still. */
  readonly bodyTimeoutMs?: number;
  /** What tells those who follow; one of its own if left out. */
  readonly live?: Live;
}

/** What routes work with. */
interface Served extends ServerOptions {
  readonly live: Live;
}

/** Milliseconds that a client may take to send the head of a request; a body of JSON has as long. */
const HEAD_TIMEOUT_MS = 30_000;
/** A batch comes as fast as it is taken, as long as it comes. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const CLOSING = 'close';

/**
 * The HTTP server of a ledger. It adds no rule: bytes become a call of a function of the application, and what that answers becomes
 * bytes. What is refused is refused in one shape (RFC 9457).
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { routes, logger, metrics = createMetrics() } = options;
  const ledger = { ...options.ledger, store: metrics.observed(options.ledger.store) };
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
    clientErrorHandler(error, socket) {
      // No request to answer: the head did not read, or did not arrive in time.
      const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      const code = late ? 'request_timeout' : 'parameter_invalid';
      const status = late ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      const says = late
        ? 'The request did not arrive in time; send it again.'
        : 'The request is not HTTP/1.1; check it.';
      const body = JSON.stringify(documentOf(problem(code, says), status, randomUUID()));
      if (!socket.writable) return socket.destroy();
      socket.end(
        `HTTP/1.1 ${status} ${late ? 'Request Timeout' : 'Bad Request'}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: ${CLOSING}\r\n\r\n${body}`,
      );
    },
  });
  app.server.headersTimeout = HEAD_TIMEOUT_MS;
  app.removeAllContentTypeParsers();
  // Every body reaches its route as a stream: what it may be is said there.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.decorateRequest('principal', null);
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, problemOf(error, request)));
  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'cache-control': reply.getHeader('cache-control') ?? 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        reply.getHeader('content-security-policy') ?? "default-src 'none'; frame-ancestors 'none'",
    });
  });
  app.addHook('onRequest', async (request, reply) => {
    const query = new URLSearchParams(queryText(request));
    if (query.has('token') || query.has('access_token')) {
      return sendProblem(
        request,
        reply,
        problem('token_in_url', 'Tokens are accepted in the Authorization header only; an address is kept in logs.'),
      );
    }
    return undefined;
  });
  await app.register(rateLimit, {
    global: true,
    hook: 'preHandler',
    max: options.requestsPerSecond ?? 500,
    timeWindow: 1_000,
    keyGenerator: (request) => principalOf(request)?.id ?? request.ip,
    errorResponseBuilder: () =>
      new ProblemError(problem('rate_limited', 'Too many requests in one second; wait as long as Retry-After says.')),
  });
  // Those who follow are told, and go; whatever else was begun is finished.
  app.addHook('preClose', async () => live.close());
  for (const route of routes) register(app, route, { ...options, ledger, live });
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
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, unknownRoute(routes, request, reply)));
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
      const answer = await answerOf(route, request, reply, options);
      if (isProblem(answer)) return sendProblem(request, reply, answer, route.method === 'GET');
      if (route.answer.type !== EVENT_STREAM) return send(reply, route, answer);
      const again = askAgain(request.headers.authorization, header(request, 'ledger-role'), options.authenticators);
      const refused = await streamTo(reply, answer as Streamed, await again(), again);
      return refused === undefined ? reply : sendProblem(request, reply, refused);
    },
  });
}

const NOBODY: Principal = { id: 'nobody', roles: [] };

async function answerOf(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  { ledger, live, bodyTimeoutMs = HEAD_TIMEOUT_MS }: Served,
): Promise<unknown> {
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
    { ledger, live },
  );
}

function send(reply: FastifyReply, route: Route, answer: unknown): FastifyReply {
  const { status } = route.answer;
  reply.code(status);
  if (typeof answer === 'object' && answer !== null) {
    if ('asOf' in answer && typeof answer.asOf === 'string') reply.header('ledger-position', answer.asOf);
    if ('position' in answer && typeof answer.position === 'string') reply.header('ledger-position', answer.position);
    if ('revision' in answer && typeof answer.revision === 'number') reply.header('etag', `"${answer.revision}"`);
    if ('repeated' in answer && answer.repeated === true) reply.header('idempotency-replayed', 'true');
    if ('position' in answer && answer.position === null && status === 201) reply.code(200);
  }
  if (route.answer.type !== undefined) {
    const { document, file } = answer as Document;
    if (file !== undefined) reply.header('content-disposition', `attachment; filename="${file}"`);
    return reply.type(`${route.answer.type}; charset=utf-8`).send(document);
  }
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer, bigintAsText));
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Problem,
  reads = request.method === 'GET',
): FastifyReply {
  const renamed = toOutside(found);
  const status = statusOf(renamed.code, reads);
  if (RETRYABLE.has(status) && reply.getHeader('retry-after') === undefined) reply.header('retry-after', '1');
  // Of a request that is still on its way nobody waits for the rest.
  if (status === 408) reply.header('connection', CLOSING);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status >= 500) request.log.warn({ code: renamed.code, route: request.routeOptions.url }, 'refused');
  return reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(documentOf(renamed, status, request.id)));
}

/** Problems that code could only throw, and defects of ours: those are logged where they happened and said in general. */
function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_ERR')) {
    return frameworkProblem({ code: error.code });
  }
  request.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'defect');
  return problem('internal', 'Something that cannot happen happened; nothing more was written.');
}

function frameworkProblem({ code }: { readonly code?: string }): Problem {
  if (code === 'FST_ERR_BAD_URL')
    return problem('parameter_invalid', 'The address does not read; encode it as UTF-8 with %.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return problem('parameter_invalid', 'A part of the address is too long.');
  if (code?.startsWith('FST_ERR_CTP') === true) {
    return problem('media_type_unsupported', 'The Content-Type is malformed; send application/json.');
  }
  return problem('parameter_invalid', 'The request does not read; check its address and headers.');
}

function unknownRoute(routes: readonly Route[], request: FastifyRequest, reply: FastifyReply): Problem {
  const [path = ''] = request.url.split('?');
  const others = routes.filter((each) => pattern(each.path).test(path)).map((each) => each.method);
  const isOurs = routes.some(({ method }) => method === request.method);
  if (others.length === 0 && isOurs) {
    return problem('route_unknown', 'There is nothing at this address; see /openapi.json for what there is.');
  }
  const allowed = [...new Set(others)].sort().join(', ');
  reply.header('allow', allowed);
  return problem(
    'method_not_allowed',
    `${request.method} is not possible here; ${allowed || 'nothing'} is. What was recorded is neither changed nor deleted.`,
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

function parameters(text: string): Readonly<Record<string, string>> | Problem {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (found.has(name))
      return problem('parameter_invalid', `The parameter "${name.slice(0, 60)}" is given twice; give it once.`);
    found.set(name, value);
    if (found.size > 30) return problem('parameter_invalid', 'There are more than 30 parameters; give fewer.');
    if (name === '__proto__') return problem('parameter_unknown', '"__proto__" is not a parameter; leave it out.');
  }
  return Object.fromEntries(found);
}

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function principalOf(request: FastifyRequest): Principal | null {
  return 'principal' in request ? (request.principal as Principal | null) : null;
}
