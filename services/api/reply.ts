import { jsonOf, type Problem, ProblemError, problem } from '@ledger/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, isNamed, type SentAnswer } from './answers.ts';
import { toOutside } from './call.ts';
import { packedOf } from './packed.ts';
import { documentOf, RETRYABLE, statusOf } from './problems.ts';
import type { Document, Route } from './route.ts';

export const CLOSING = 'close';

/** Sends an answer; what went out, where it was JSON. */
export async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  answer: unknown,
): Promise<SentAnswer | undefined> {
  const { status } = route.answer;
  reply.code(status);
  let position: string | undefined;
  let revision: number | undefined;
  if (typeof answer === 'object' && answer !== null) {
    if ('asOf' in answer && typeof answer.asOf === 'string') position = answer.asOf;
    if ('position' in answer && typeof answer.position === 'string') position = answer.position;
    if ('revision' in answer && typeof answer.revision === 'number') revision = answer.revision;
    if ('repeated' in answer && answer.repeated === true) reply.header('idempotency-replayed', 'true');
    if ('position' in answer && answer.position === null && status === 201) reply.code(200);
    if (status === 202 && 'id' in answer && 'state' in answer) {
      // What was done while one waited is here, and nowhere else.
      if (answer.state === 'done') reply.code(200);
      else reply.header('location', `/v1/jobs/${answer.id}`);
    }
  }
  if (route.answer.type !== undefined) {
    const { document, file } = answer as Document;
    if (position !== undefined) reply.header('ledger-position', position);
    if (file !== undefined) reply.header('content-disposition', `attachment; filename="${file}"`);
    if (typeof document === 'string') reply.type(`${route.answer.type}; charset=utf-8`).send(document);
    else reply.type(route.answer.type).send(Buffer.from(document));
    return undefined;
  }
  const text = jsonOf(answer);
  // The revision of a stream is what If-Match speaks of; elsewhere an answer goes by its bytes.
  const etag = revision === undefined ? etagOf(text) : `"${revision}"`;
  const sent = { bytes: Buffer.from(text), etag, position };
  if (route.method === 'GET' && status === 200) {
    await sendBytes(request, reply, sent);
    return sent;
  }
  if (position !== undefined) reply.header('ledger-position', position);
  if (revision !== undefined) reply.header('etag', etag);
  reply.type('application/json; charset=utf-8').send(sent.bytes);
  return undefined;
}

export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: SentAnswer,
): Promise<FastifyReply> {
  const { bytes, etag, position } = answer;
  if (position !== undefined) reply.header('ledger-position', position);
  reply.headers({ etag, vary: 'accept-encoding' });
  if (isNamed(header(request, 'if-none-match'), etag)) return reply.code(304).send();
  reply.code(200).type('application/json; charset=utf-8');
  const packed = await packedOf(answer, header(request, 'accept-encoding'));
  if (packed === undefined) return reply.send(bytes);
  // The tag is of what the answer says, whatever bytes it comes in (RFC 9110, 8.8.1).
  return reply.headers({ etag: `W/${etag}`, 'content-encoding': 'gzip' }).send(packed);
}

export function sendProblem(
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
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('FST_ERR')) {
    return frameworkProblem({ code: error.code });
  }
  request.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'defect');
  return problem('internal', 'Something that cannot happen happened; nothing more was written.');
}

export function frameworkProblem({ code }: { readonly code?: string }): Problem {
  if (code === 'FST_ERR_BAD_URL')
    return problem('parameter_invalid', 'The address does not read; encode it as UTF-8 with %.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH')
    return problem('parameter_invalid', 'A part of the address is too long; shorten it.');
  if (code?.startsWith('FST_ERR_CTP') === true) {
    return problem('media_type_unsupported', 'The Content-Type is malformed; send application/json.');
  }
  return problem('parameter_invalid', 'The request does not read; check its address and headers.');
}

export function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
