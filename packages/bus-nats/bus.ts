import {
  type Answer,
  BUS_LIMITS,
  type Bus,
  checkPayload,
  checkSubject,
  checkWait,
  limited,
  nobody,
  ProblemError,
  payloadOf,
  problem,
  serveLimits,
  unanswered,
} from '@ledger/kernel';
import { headers, type Msg, type MsgHdrs, type NatsConnection, NatsError, type Subscription } from 'nats';
import { type NatsLink, orGone } from './link.ts';
import { wakeSubject } from './subjects.ts';

/** Headers of an answer that is a problem. Header values are ASCII: the message is escaped. */
const CODE = 'Ledger-Problem';
const MESSAGE = 'Ledger-Problem-Message';

/** The ledger's bus on NATS. Signals go over a core subject: nobody keeps them, and nobody waits for them. */
export function natsBus(link: NatsLink, ledger: string): Bus {
  const subject = wakeSubject(ledger);
  const stops = new Set<() => Promise<void>>();
  let newest: bigint | undefined;
  let isSending = false;

  /**
   * One signal at a time, and the newest only: the next one leaves when the server has answered the one before. A server that stands
   * still therefore keeps one message, not all that would have been said.
   */
  async function send(): Promise<void> {
    isSending = true;
    try {
      while (newest !== undefined) {
        const live = link.live();
        const position = newest;
        newest = undefined;
        if (live === undefined) return;
        live.publish(subject, String(position));
        await orGone(live, live.flush());
      }
    } catch {
      // Lost: whoever waits looks again by themselves.
    } finally {
      isSending = false;
    }
  }

  /** Does something on each connection that there is, now and later. Returns how to stop, with what is to be done then. */
  function onEach(begin: (connection: NatsConnection) => Subscription): () => Promise<void> {
    let current: Subscription | undefined;
    const forget = link.onLive((connection) => {
      current = begin(connection);
    });
    return async () => {
      forget();
      if (current?.isClosed() === false) await current.drain().catch(() => undefined);
    };
  }

  return {
    signal(position) {
      if (newest === undefined || position > newest) newest = position;
      if (!isSending) void send();
    },
    onSignal(wake) {
      const stop = onEach((connection) => {
        const subscription = connection.subscribe(subject, {
          callback(error, message) {
            const position = error === null ? positionOf(message.data) : undefined;
            if (position !== undefined) wake(position);
          },
        });
        // What was said before we listened is lost.
        wake(0n);
        return subscription;
      });
      const stopped = async () => {
        stops.delete(stopped);
        await stop();
      };
      stops.add(stopped);
      return () => void stopped();
    },
    serve(on, handler, given) {
      checkSubject(on);
      const limits = serveLimits(given);
      const server = limited(handler, limits);
      const stop = onEach((connection) =>
        connection.subscribe(on, {
          queue: 'ledger',
          callback(error, message) {
            if (error === null && message.reply !== undefined)
              void server.answer(message.data).then((answer) => reply(message, answer));
          },
        }),
      );
      const stopped = async () => {
        stops.delete(stopped);
        await stop();
        await server.settled();
        await link
          .live()
          ?.flush()
          .catch(() => undefined);
      };
      stops.add(stopped);
      return stopped;
    },
    async request(on, payload, { timeoutMs = BUS_LIMITS.timeoutMs } = {}) {
      checkSubject(on);
      checkPayload('A request', payload);
      checkWait(timeoutMs);
      const connection = link.need();
      try {
        return payloadOf(answerOf(await connection.request(on, payload, { timeout: timeoutMs })));
      } catch (error) {
        // The client calls it a time-out, too, when the connection ends.
        throw asProblem(error, on, connection.isClosed() ? undefined : timeoutMs);
      }
    },
    async close() {
      for (const stop of [...stops]) await stop();
    },
  };
}

/** Whatever else arrives under the subject is nobody's position. */
function positionOf(data: Uint8Array): bigint | undefined {
  if (data.byteLength > 20) return undefined;
  const text = Buffer.from(data).toString('latin1');
  return /^(?:0|[1-9][0-9]{0,18})$/.test(text) ? BigInt(text) : undefined;
}

function reply(message: Msg, answer: Answer): void {
  try {
    if (answer.ok) {
      message.respond(answer.payload);
      return;
    }
    const told: MsgHdrs = headers();
    told.set(CODE, answer.code);
    told.set(MESSAGE, encodeURIComponent(answer.message.slice(0, 2_000).toWellFormed()));
    message.respond(new Uint8Array(), { headers: told });
  } catch {
    // The connection is gone, and with it whoever asked.
  }
}

function answerOf({ data, headers: told }: Msg): Answer {
  const code = told?.get(CODE) ?? '';
  if (code === '') return { ok: true, payload: data };
  if (!/^[a-z_]{1,64}$/.test(code)) return { ok: false, code: 'bus_failed', message: 'The answer has no code.' };
  return { ok: false, code, message: textOf(told?.get(MESSAGE) ?? '') };
}

function textOf(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return 'The answer has no text.';
  }
}

function asProblem(error: unknown, subject: string, timeoutMs: number | undefined): unknown {
  if (error instanceof ProblemError || !(error instanceof NatsError)) return error;
  if (error.code === '503') return new ProblemError(nobody(subject), { cause: error });
  if (error.code === 'TIMEOUT' && timeoutMs !== undefined) {
    return new ProblemError(unanswered(subject, timeoutMs), { cause: error });
  }
  const remedy = 'it may have been carried out, so ask again under the same id';
  const says = `The request under ${subject} was cut off (${error.message}); ${remedy}.`;
  return new ProblemError(problem('bus_unavailable', says), { cause: error });
}
