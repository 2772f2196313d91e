import { ProblemError, problem } from './problem.ts';
import { type Appended, bound, type EventStore } from './store.ts';

/**
 * What processes say to each other. Never a source of truth: a signal that is lost costs whoever waits for it a poll interval, a
 * request that is lost is asked again. One contract suite (test/contracts/bus.ts) says what an adapter must do.
 */
export interface Bus {
  /** Says that the log has grown to a position. Never throws, never waits; is lost where nobody is there to carry it. */
  signal(position: bigint): void;
  /**
   * Calls back with positions that this or another process has signalled: some, not all of them, and perhaps late or twice; the
   * newest of a burst arrives while the bus is up. Also calls back, with 0n, when signals may have been lost. Returns how to stop.
   */
  onSignal(wake: (position: bigint) => void): () => void;
  /**
   * Answers requests under a subject; of several who serve one subject, each request goes to one. What the handler throws as a
   * problem is the problem of whoever asks; anything else is a `bus_failed` that says nothing. Returns how to stop: it resolves when
   * what was begun is answered.
   */
  serve(subject: string, handler: Handler, limits?: Partial<ServeLimits>): () => Promise<void>;
  /**
   * Asks, and waits for the answer. Throws `bus_unavailable` where nobody serves the subject or the bus is down, `bus_timeout` where
   * no answer came (it may have been carried out all the same), `bus_busy`, `bus_failed`, `limit_exceeded`, and what the handler threw.
   */
  request(subject: string, payload: Uint8Array, options?: { readonly timeoutMs?: number }): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes in, bytes out: what they mean, and whether they are text at all, is for the door that serves to say. */
export type Handler = (payload: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

export interface ServeLimits {
  /** Bytes of a request and of an answer. */
  readonly bytes: number;
  /** Requests that are being answered; one more is refused with `bus_busy`. */
  readonly concurrency: number;
  /** How long an answer may take; the handler's signal aborts then. */
  readonly timeoutMs: number;
}

export const BUS_LIMITS = {
  /** Bytes of a request or an answer: what a NATS server takes by default, less room for headers. */
  bytes: 1_000_000,
  concurrency: 64,
  timeoutMs: 10_000,
  /** The longest that anybody may wait. */
  longestMs: 300_000,
} as const;

/** Words joined by dots: no wildcards, and nothing that a server or a log would read otherwise. */
const SUBJECT = /^[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,15}$/;

/** Throws `stream_invalid` unless the subject is one that every bus can carry. */
export function checkSubject(subject: string): void {
  if (SUBJECT.test(subject)) return;
  const remedy = 'write up to 16 words of letters, digits, _ and -, joined by dots';
  throw new ProblemError(problem('stream_invalid', `subject cannot be ${JSON.stringify(subject)}: ${remedy}.`));
}

/** Throws `limit_exceeded` for a payload that is too long to be carried. */
export function checkPayload(what: string, payload: Uint8Array, bytes: number = BUS_LIMITS.bytes): void {
  if (payload.byteLength <= bytes) return;
  const says = `${what} of ${payload.byteLength} bytes is more than the limit of ${bytes}; ask for less at a time.`;
  throw new ProblemError(problem('limit_exceeded', says));
}

/** The limits of a server with what it leaves out; throws `limit_exceeded` for those that nobody may have. */
export function serveLimits(given: Partial<ServeLimits> = {}): ServeLimits {
  const limits = { ...BUS_LIMITS, ...given };
  checkCount('bytes', limits.bytes, BUS_LIMITS.bytes);
  checkCount('concurrency', limits.concurrency, 10_000);
  checkWait(limits.timeoutMs);
  return limits;
}

export function checkWait(timeoutMs: number): void {
  checkCount('timeoutMs', timeoutMs, BUS_LIMITS.longestMs);
}

function checkCount(name: string, value: number, atMost: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= atMost) return;
  throw new ProblemError(problem('limit_exceeded', `${name} cannot be ${value}: give 1 to ${atMost}.`, `/${name}`));
}

/** What a request comes to: the answer, or the problem that the one who asked is told. */
export type Answer =
  | { readonly ok: true; readonly payload: Uint8Array }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * A handler within its limits, the same for every adapter: never throws, never answers more than once, and never lets more requests
 * wait than it may have. `settled` resolves when nothing is being answered.
 */
export function limited(
  handler: Handler,
  limits: ServeLimits,
): { readonly answer: (payload: Uint8Array) => Promise<Answer>; readonly settled: () => Promise<void> } {
  const running = new Set<Promise<Answer>>();
  let working = 0;
  // A handler that goes on after its time is over keeps its place: what it holds is still held.
  const counted: Handler = async (payload, signal) => {
    working += 1;
    try {
      return await handler(payload, signal);
    } finally {
      working -= 1;
    }
  };
  return {
    async answer(payload) {
      if (working >= limits.concurrency) {
        return no('bus_busy', `${limits.concurrency} requests are being answered; ask again in a moment.`);
      }
      const work = answerOne(counted, payload, limits);
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    async settled() {
      await Promise.all(running);
    },
  };
}

async function answerOne(handler: Handler, payload: Uint8Array, { bytes, timeoutMs }: ServeLimits): Promise<Answer> {
  const ending = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const problemOfTime = problem('bus_timeout', `The answer took more than ${timeoutMs} ms; ask for less, or again.`);
    ending.abort();
    late.reject(new ProblemError(problemOfTime));
  }, timeoutMs);
  try {
    checkPayload('A request', payload, bytes);
    const answer = await Promise.race([handler(payload, ending.signal), late.promise]);
    checkPayload('An answer', answer, bytes);
    return { ok: true, payload: answer };
  } catch (error) {
    // What is not a problem is a defect of ours: its text may hold anything, so that it stays here.
    if (error instanceof ProblemError) return no(error.problem.code, error.problem.message);
    return no('bus_failed', 'The request could not be answered; look at the log of the service.');
  } finally {
    clearTimeout(timer);
  }
}

function no(code: string, message: string): Answer {
  return { ok: false, code, message };
}

/** The payload of an answer; throws the problem that it is otherwise. */
export function payloadOf(answer: Answer): Uint8Array {
  if (answer.ok) return answer.payload;
  throw new ProblemError(problem(answer.code, answer.message));
}

/** The bus of a ledger that one process has for itself. */
export function localBus(): Bus {
  const waiting = new Set<(position: bigint) => void>();
  const serving = new Map<string, ReturnType<typeof limited>[]>();
  let newest: bigint | undefined;
  let closed = false;
  return {
    signal(position) {
      // Once for any number of signals before the event loop turns.
      if (newest === undefined) {
        setImmediate(() => {
          const position = newest ?? 0n;
          newest = undefined;
          for (const wake of waiting) wake(position);
        });
      }
      if (newest === undefined || position > newest) newest = position;
    },
    onSignal(wake) {
      const own = (position: bigint) => wake(position);
      waiting.add(own);
      return () => waiting.delete(own);
    },
    serve(subject, handler, limits) {
      checkSubject(subject);
      const server = limited(handler, serveLimits(limits));
      serving.set(subject, [...(serving.get(subject) ?? []), server]);
      return async () => {
        serving.set(
          subject,
          (serving.get(subject) ?? []).filter((each) => each !== server),
        );
        await server.settled();
      };
    },
    async request(subject, payload, { timeoutMs = BUS_LIMITS.timeoutMs } = {}) {
      checkSubject(subject);
      checkPayload('A request', payload);
      checkWait(timeoutMs);
      const servers = closed ? [] : (serving.get(subject) ?? []);
      const [server] = servers;
      if (server === undefined) throw new ProblemError(nobody(subject));
      // In turn, as a bus between processes would.
      serving.set(subject, [...servers.slice(1), server]);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new ProblemError(unanswered(subject, timeoutMs))), timeoutMs);
      });
      try {
        return payloadOf(await Promise.race([server.answer(payload), late]));
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      closed = true;
      waiting.clear();
      const servers = [...serving.values()].flat();
      serving.clear();
      await Promise.all(servers.map((server) => server.settled()));
    },
  };
}

export function nobody(subject: string) {
  return problem('bus_unavailable', `Nobody answers under ${subject}; start the service that does, or ask again.`);
}

export function unanswered(subject: string, timeoutMs: number) {
  const remedy = 'it may have been carried out all the same, so ask again under the same id';
  return problem('bus_timeout', `No answer under ${subject} within ${timeoutMs} ms; ${remedy}.`);
}

/**
 * The same store, whose appends are signalled, and which wakes those who watch it when another process has signalled one. What becomes
 * of a signal is nothing to the append, and who waits still hears of everything from the store itself, later.
 */
export function signalling(store: EventStore, bus: Pick<Bus, 'signal' | 'onSignal'>): EventStore {
  const tell = (answers: readonly Appended[]): void => {
    const last = answers.findLast((answer) => answer.ok);
    if (last?.ok === true) bus.signal(last.position);
  };
  return {
    ...bound(store),
    async append(append) {
      const answer = await store.append(append);
      tell([answer]);
      return answer;
    },
    async appendEach(appends) {
      const answers = await store.appendEach(appends);
      tell(answers);
      return answers;
    },
    watch(wake) {
      const unwatch = store.watch(wake);
      const unhear = bus.onSignal(wake);
      return () => {
        unwatch();
        unhear();
      };
    },
  };
}
