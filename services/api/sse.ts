import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { Batch, Ending, Sink } from '@ledger/application';
import { fields } from '@ledger/events';
import { type Acting, isProblem, type Problem, problem } from '@ledger/kernel';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Streamed } from './route.ts';

export const EVENT_STREAM = 'text/event-stream';

/** How long a client waits before it connects again, unless it knows better. */
const RETRY_MS = 2_000;
/** How long a reader who was cut off may take to read why. */
const LAST_WORDS_MS = 5_000;

const position = fields.position.describe('Everything up to here has been told; where to go on.');
const ending = z.strictObject({ position, detail: z.string() });

/** The events that every stream has besides its own. */
export const STREAM_EVENTS = {
  ready: z
    .strictObject({ position })
    .describe('What was missed has been told; from here on, what happens as it happens.'),
  beat: z.strictObject({ position }).describe('Nothing has happened for a while, and the stream is alive.'),
  session_revoked: ending.describe(
    'One may not see this any more. Connecting again is refused, or shows what one may see now.',
  ),
  too_slow: ending.describe('The reader has been behind for too long; connect again with Last-Event-ID.'),
  closing: ending.describe('The server stops; connect again with Last-Event-ID.'),
  over: ending.describe('It has ended, and nothing can follow; do not connect again.'),
} as const;

const ENDINGS: Readonly<Record<Ending['because'], readonly [name: keyof typeof STREAM_EVENTS, detail: string]>> = {
  revoked: ['session_revoked', 'You may not see this any more; sign in again.'],
  slow: ['too_slow', 'You have been behind for too long; connect again with Last-Event-ID.'],
  closing: ['closing', 'The server is stopping; connect again with Last-Event-ID.'],
  over: ['over', 'It has ended, and nothing can follow.'],
};

/**
 * Answers with a stream of events (HTML Living Standard, 9.2), whatever the request accepts. The refusal, where nothing begins: nothing
 * was written then.
 */
export async function streamTo(
  reply: FastifyReply,
  { follow }: Streamed,
  actor: Acting | Problem,
  still: () => Promise<Acting | Problem>,
): Promise<Problem | undefined> {
  if (isProblem(actor)) return actor;
  const after = lastEventId(reply.request.headers['last-event-id']);
  if (isProblem(after)) return after;
  // Says what there is, and opens nothing.
  if (reply.request.method === 'HEAD') {
    await reply.type(HEADERS['content-type']).send();
    return undefined;
  }
  const response = reply.raw;
  const sink = sinkTo(response);
  const stop = await follow({ actor, still }, after, sink);
  if (typeof stop !== 'function') return stop;
  reply.hijack();
  sink.begin();
  if (response.closed || response.destroyed) stop();
  else response.once('close', stop);
  return undefined;
}

function lastEventId(header: string | readonly string[] | undefined): bigint | undefined | Problem {
  // An empty one says that there is none.
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && fields.position.safeParse(header).success) return BigInt(header);
  return problem(
    'last_event_id_invalid',
    'The header Last-Event-ID is no position; send the id of the last event as it came, or leave it out.',
  );
}

const HEADERS = {
  'content-type': `${EVENT_STREAM}; charset=utf-8`,
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  // Proxies that hold answers back until they are whole would hold this one for ever.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;

/** Bytes of a batch: those who are told the same share them. */
const encoded = new WeakMap<Batch, Buffer>();

function bytesOf(batch: Batch): Buffer {
  const known = encoded.get(batch);
  if (known !== undefined) return known;
  const bytes = Buffer.from(batch.notices.map(({ position: id, name, data }) => frame(id, name, data)).join(''));
  encoded.set(batch, bytes);
  return bytes;
}

function frame(id: bigint, name: string, data: string): string {
  return `id: ${id}\nevent: ${name}\ndata: ${data}\n\n`;
}

/**
 * Events go to the socket itself: a thousand readers are told the same bytes, and what `ServerResponse` does around each write costs more
 * than all else. The body ends with the connection (RFC 9112, 6.3), so that no write needs a frame of its own.
 */
function sinkTo(response: ServerResponse): Sink & { begin(): void } {
  let hasBegun = false;
  let out: Writable = response;

  function begin(): void {
    if (hasBegun) return;
    hasBegun = true;
    response.removeHeader('transfer-encoding');
    response.writeHead(200, HEADERS).flushHeaders();
    // Behind another answer on the same connection, it has none yet: node keeps what it is given until it has.
    if (response.socket !== null) out = response.socket.setNoDelay(true);
    out.write(`retry: ${RETRY_MS}\n\n`);
  }

  function write(bytes: string | Buffer): void {
    begin();
    if (!out.destroyed) out.write(bytes);
  }

  return {
    begin,
    ready: (at) => write(frame(at, 'ready', JSON.stringify({ position: String(at) }))),
    take: (batch) => write(bytesOf(batch)),
    beat: (at) => write(frame(at, 'beat', JSON.stringify({ position: String(at) }))),
    end({ because, position: at }) {
      const [name, detail] = ENDINGS[because];
      write(frame(at, name, JSON.stringify({ position: String(at), detail })));
      response.end();
      // Whoever does not read this either, is not there.
      const late = setTimeout(() => response.destroy(), LAST_WORDS_MS);
      response.once('close', () => clearTimeout(late));
    },
    waiting: () => out.writableLength,
    async drained() {
      if (!out.writableNeedDrain || out.destroyed) return;
      await new Promise<void>((resolve) => {
        const done = () => {
          out.off('drain', done);
          response.off('close', done);
          resolve();
        };
        out.once('drain', done);
        response.once('close', done);
      });
    },
  };
}
