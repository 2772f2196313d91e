import type { IncomingMessage } from 'node:http';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import { parseJson } from './json.ts';
import type { Body } from './route.ts';

/** Bytes of a JSON body. */
const BODY_LIMIT = 1_048_576;

const MEDIA_TYPE = /^([a-z]+\/[a-z0-9.+-]+)[ \t]*(?:;[ \t]*([a-z0-9_-]+)=(?:"([^"\\]*)"|([^\s;"]+))[ \t]*)?$/i;

/** How long a client that sends more than a server will take is listened to, so that it gets to read why. */
const DRAIN_MS = 5_000;

/**
 * The body that a route asks for, read and parsed, or as it comes; `undefined` where it asks for none and none came. `timeoutMs`: how
 * long a JSON body may take, and how long a stream may stand still.
 */
export async function bodyOf(
  request: IncomingMessage,
  body: Body<unknown> | undefined,
  timeoutMs: number,
): Promise<unknown | Problem> {
  const isEmpty =
    request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0;
  if (body === undefined) {
    if (isEmpty) return undefined;
    const sent = await jsonOf(request, timeoutMs);
    if (isProblem(sent)) return sent;
    if (typeof sent === 'object' && sent !== null && Object.keys(sent).length === 0) return undefined;
    return problem('field_unknown', 'This request takes no body; send none, or an empty object.');
  }
  if (body.as === 'json') return jsonOf(request, timeoutMs);
  const type = mediaType(request, body.types);
  if (isProblem(type)) return type;
  if (body.as === 'text') {
    const bytes = await soon(bytesOf(request, body.limit), timeoutMs);
    if (isProblem(bytes)) return bytes;
    return bytes.length === 0
      ? problem('body_empty', `The request body is empty; ${remedyOf(body.types)}.`)
      : { bytes, type };
  }
  if (body.limit > 0 && Number(request.headers['content-length'] ?? 0) > body.limit)
    return tooLarge(request, body.limit);
  return pieces(request, body.limit, timeoutMs);
}

/** The pieces of a body as they come, within its limit. Throws when the client stands still, goes away or sends too much. */
async function* pieces(request: IncomingMessage, limit: number, timeoutMs: number): AsyncGenerator<Buffer> {
  // The socket stays, whatever happens, for the answer.
  const arriving = request.iterator({ destroyOnReturn: false });
  let length = 0;
  for (;;) {
    const next = await soon(arriving.next(), timeoutMs);
    if (next.done === true) return;
    const piece: Buffer = next.value;
    length += piece.length;
    if (limit > 0 && length > limit) throw new ProblemError(tooLarge(request, limit));
    yield piece;
  }
}

/** What arrives in time; a client that stands still or goes away is the same to whoever waits. */
async function soon<T>(arriving: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLate()), timeoutMs);
  try {
    return await Promise.race([arriving, late.promise]);
  } catch (error) {
    // Whatever becomes of it now, nobody is told twice.
    arriving.catch(() => undefined);
    if (error instanceof ProblemError) throw error;
    throw tooLate();
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(): ProblemError {
  return new ProblemError(
    problem('request_timeout', 'The body did not arrive in time; nothing was recorded. Send it again.'),
  );
}

async function jsonOf(request: IncomingMessage, timeoutMs: number): Promise<unknown> {
  const type = mediaType(request, ['application/json']);
  if (isProblem(type)) return type;
  const bytes = await soon(bytesOf(request, BODY_LIMIT), timeoutMs);
  if (isProblem(bytes)) return bytes;
  const value = parseJson(bytes);
  if (isProblem(value)) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  return problem('field_type', `The body has to be a JSON object, not ${got}; lists of deals go to /v1/deals/batch.`);
}

function mediaType({ headers }: IncomingMessage, types: readonly string[]): string | Problem {
  const remedy = remedyOf(types);
  const given = headers['content-type'];
  if (given === undefined) return problem('media_type_unsupported', `The Content-Type is missing; ${remedy}.`);
  const [, type = '', name, quoted, plain] = MEDIA_TYPE.exec(given) ?? [];
  if (type === '') return problem('media_type_unsupported', `The Content-Type is malformed; ${remedy}.`);
  if (!types.includes(type.toLowerCase())) {
    return problem('media_type_unsupported', `The Content-Type ${type} is not accepted here; ${remedy}.`);
  }
  if (name?.toLowerCase() === 'charset' && (quoted ?? plain)?.toLowerCase() !== 'utf-8') {
    return problem(
      'media_type_unsupported',
      `Only UTF-8 is accepted; ${remedy}; charset=utf-8, or leave the charset out.`,
    );
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return problem('media_type_unsupported', 'Compressed bodies are not accepted; send the bytes as they are.');
  }
  return type.toLowerCase();
}

function remedyOf(types: readonly string[]): string {
  return `send ${types.join(' or ')}`;
}

/** Reads a body up to a limit; more is refused before it is read. */
async function bytesOf(request: IncomingMessage, limit: number): Promise<Buffer | Problem> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return tooLarge(request, limit);
  // A client that went away while nobody listened says nothing more.
  if (request.destroyed && !request.readableEnded) throw tooLate();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | Problem>();
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else {
      request.off('data', take);
      resolve(tooLarge(request, limit));
    }
  };
  // By its events: asked piece by piece, a body of one piece would take ten times as long.
  request.on('data', take);
  const gone = (): void => reject(tooLate());
  request.once('end', () => {
    request.off('close', gone);
    resolve(Buffer.concat(chunks));
  });
  request.once('error', reject);
  request.once('close', gone);
  return promise;
}

/** What is still on its way is thrown away, so that the client gets to read the answer. */
function tooLarge(request: IncomingMessage, limit: number): Problem {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, DRAIN_MS).unref();
  return problem(
    'body_too_large',
    `The body exceeds ${limit} bytes; send less at once, or deals as NDJSON to /v1/deals/batch.`,
  );
}
