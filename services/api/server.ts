import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import {
  actingAs,
  type By,
  type Ledger,
  type Live,
  openLive,
  type Principal,
  type Reach,
  reachOf,
  refresh,
  seesAsMaker,
} from '@ledger/application';
import { rolesAtMost } from '@ledger/decisions';
import { type Acting, canonical, isProblem, type Problem, ProblemError, problem, sha256 } from '@ledger/kernel';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import { bodyOf } from './body.ts';
import { followLog } from './follow.ts';
import { createMetrics, type Metrics, watchViews } from './metrics.ts';
import { documentOf, RETRYABLE, statusOf } from './problems.ts';
import type { Document, May, Route, Streamed } from './route.ts';
import { type Authenticator, askAgain, authenticate } from './sign-in.ts';
import { EVENT_STREAM, streamTo } from './sse.ts';
import type { Tracing } from './tracing.ts';
import { reached } from './waiting.ts';

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
  const principal = principalOf(request) ?? NOBODY;
  const actor =
    route.may === 'anybody' ? { id: 'nobody', role: 'auditor' } : actingAs(principal, header(request, 'ledger-role'));
  if (isProblem(actor)) return actor;
  const refused = permitted(route.may, actor.role);
  if (refused !== undefined) return refused;
  const reach = await seenBy(ledger, actor, route.may);
  if (reach.kind === 'none' && reads(route.may)) return reach.problem;
  const query = parameters(queryText(request));
  if (isProblem(query)) return query;
  const { after, ...asked } = query;
  if (after !== undefined) {
    const behind = await reached(ledger, after);
    if (behind !== undefined) return behind;
  }
  const body = await bodyOf(request.raw, route.body, bodyTimeoutMs);
  if (isProblem(body)) return body;
  const aborted = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) aborted.abort();
  });
  const writes = typeof route.may === 'object' && 'writes' in route.may;
  const sees = writes ? await seesAsMaker(ledger, actor) : undefined;
  return route.handle(
    {
      ledger,
      live,
      principal,
      actor,
      reach,
      signal: aborted.signal,
      named: () => (writes ? commandOf(route, request, principal, { actor, sees }) : { actor }),
    },
    { params: request.params, query: asked, body },
  );
}

/** The first of two looks: whether the role may at all, so that nothing is computed for somebody who may not. */
function permitted(may: May, role: string): Problem | undefined {
  if (typeof may === 'string' || 'reads' in may) return undefined;
  const kinds = [may.writes].flat();
  const steps = [may.step].flat();
  const roles = new Set(kinds.flatMap((kind) => steps.flatMap((step) => rolesAtMost(kind, step))));
  if ([...roles].some((each) => each === role)) return undefined;
  const remedy = roles.size === 0 ? 'no role may' : `ask somebody with role ${[...roles].join(' or ')}`;
  const what = kinds.length === 1 ? ` (${kinds[0]})` : '';
  return problem('role_forbidden', `Role "${role}" may not ${steps.join(' or ')} this${what}; ${remedy}.`);
}

function reads(may: May): boolean {
  return typeof may === 'object' && 'reads' in may;
}

async function seenBy(ledger: Ledger, actor: Acting, may: May): Promise<Reach> {
  if (typeof may === 'object' && 'reads' in may) return reachOf(ledger, actor, may.reads);
  return { kind: 'none', problem: problem('not_found', 'This request reads nothing.') };
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The same key of the same principal on the same route names the same command; it is kept in the events that the command wrote. */
function commandOf(route: Route, request: FastifyRequest, principal: Principal, by: By): By | Problem {
  const key = header(request, 'idempotency-key');
  if (key === undefined) {
    return problem(
      'idempotency_key_missing',
      'The header Idempotency-Key is missing; send a name of your own for this request, such as a UUID.',
    );
  }
  if (!KEY.test(key)) {
    return problem(
      'idempotency_key_invalid',
      'The Idempotency-Key does not read; use 1 to 255 visible ASCII characters.',
    );
  }
  const expected = revisionOf(header(request, 'if-match'));
  if (isProblem(expected)) return expected;
  const scope = canonical({ principal: principal.id, route: route.name, params: request.params, key });
  return { ...by, commandId: `http:${sha256(scope).slice(0, 40)}`, ...(expected === undefined ? {} : { expected }) };
}

function revisionOf(text: string | undefined): number | undefined | Problem {
  if (text === undefined) return undefined;
  const [, revision] = /^"([0-9]{1,9})"$/.exec(text) ?? [];
  if (revision !== undefined) return Number(revision);
  return problem(
    'parameter_invalid',
    'If-Match holds no revision of a stream; send the ETag as it was answered, such as "3".',
    '/if-match',
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

/** Positions are bigint inside and text in JSON. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Problem,
  reads = request.method === 'GET',
): FastifyReply {
  const renamed =
    found.code === 'command_id_reused'
      ? problem(
          'idempotency_key_reused',
          'This Idempotency-Key was used with another body; nothing was written. Use a new key for a new request.',
        )
      : found;
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
