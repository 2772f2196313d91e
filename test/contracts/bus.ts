import { BUS_LIMITS, type Bus, ProblemError, problem } from '@ledger/kernel';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { codeOf, signal } from './given.ts';

interface GivenBus {
  readonly bus: Bus;
  /** The bus of another process, where there can be one; the same otherwise. */
  readonly other: Bus;
  /** Resolves when what was begun on either reaches the other. */
  readonly ready: () => Promise<void>;
}

export interface OpenedBuses extends GivenBus {
  close(): Promise<void>;
}

export interface BusTest {
  readonly name: string;
  run(given: GivenBus): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const echo = async (payload: Uint8Array) => payload;

/** A handler that waits for the test. */
function held() {
  const begun = signal('a request');
  const { promise, resolve } = Promise.withResolvers<void>();
  const handler = async (payload: Uint8Array) => {
    begun.tell();
    await promise;
    return payload;
  };
  return { handler, begun: begun.seen, release: resolve };
}

async function messageOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
  throw new Error('expected a problem, but nothing was thrown');
}

/** What every bus must do. */
export const BUS_CONTRACT: readonly BusTest[] = [
  {
    name: 'a signal wakes everybody who waits, with the position',
    async run({ bus, other, ready }) {
      const [here, there] = [signal('a wake here'), signal('a wake there')];
      bus.onSignal((position) => position === 7n && here.tell());
      other.onSignal((position) => position === 7n && there.tell());
      await ready();
      bus.signal(7n);
      await Promise.all([here.seen, there.seen]);
    },
  },
  {
    name: 'of a burst of signals the newest arrives, and not each one has to',
    async run({ bus, other, ready }) {
      const newest = signal('the newest signal', 5_000);
      const heard: bigint[] = [];
      other.onSignal((position) => {
        if (position > 0n) heard.push(position);
        if (position === 10_000n) newest.tell();
      });
      await ready();
      for (let position = 1n; position <= 10_000n; position += 1n) bus.signal(position);
      await newest.seen;
      expect(heard.length).toBeLessThan(1_000);
      expect(heard).toEqual(heard.toSorted((a, b) => Number(a - b)));
    },
  },
  {
    name: 'positions of any size arrive as they are',
    async run({ bus, other, ready }) {
      const seen = signal('a large position');
      const large = 9_223_372_036_854_775_807n;
      other.onSignal((position) => position === large && seen.tell());
      await ready();
      bus.signal(large);
      await seen.seen;
    },
  },
  {
    name: 'who has stopped waiting is not woken, and the others are',
    async run({ bus, other, ready }) {
      const first = signal('the first wake');
      const second = signal('the second wake');
      const left: bigint[] = [];
      const wakes = (position: bigint) => {
        if (position > 0n) left.push(position);
        if (position === 1n) first.tell();
      };
      const stop = other.onSignal(wakes);
      // The same function waits twice: each is stopped by itself.
      const stopAgain = other.onSignal(wakes);
      other.onSignal((position) => position === 2n && second.tell());
      await ready();
      bus.signal(1n);
      await first.seen;
      stop();
      stopAgain();
      await ready();
      const before = left.length;
      bus.signal(2n);
      await second.seen;
      expect(before).toBeGreaterThan(0);
      expect(left).toHaveLength(before);
    },
  },
  {
    name: 'a request is answered, byte for byte, whatever the bytes are',
    async run({ bus, other, ready }) {
      other.serve('contract.echo', echo);
      await ready();
      const all = Uint8Array.from({ length: 256 }, (_, index) => index);
      expect([...(await bus.request('contract.echo', all))]).toEqual([...all]);
      expect(await bus.request('contract.echo', new Uint8Array())).toHaveLength(0);
      const long = new Uint8Array(BUS_LIMITS.bytes).fill(255);
      expect(Buffer.compare(await bus.request('contract.echo', long), long)).toBe(0);
    },
  },
  {
    name: 'requests are answered each for itself, in any order',
    async run({ bus, other, ready }) {
      const slow = held();
      other.serve('contract.slow', slow.handler);
      other.serve('contract.echo', echo);
      await ready();
      const first = bus.request('contract.slow', bytes('slow'));
      await slow.begun;
      expect(text(await bus.request('contract.echo', bytes('fast')))).toBe('fast');
      slow.release();
      expect(text(await first)).toBe('slow');
    },
  },
  {
    name: 'who asks where nobody serves is told at once',
    async run({ bus }) {
      expect(await codeOf(() => bus.request('contract.nobody', bytes('x'), { timeoutMs: 60_000 }))).toBe(
        'bus_unavailable',
      );
    },
  },
  {
    name: 'a problem of the handler is the problem of whoever asks, code and sentence',
    async run({ bus, other, ready }) {
      const says = 'Query "ada.3" is „geschlossen“ — 日本語 🧾: open another one.\nToday.';
      other.serve('contract.refuses', async () => {
        throw new ProblemError(problem('query_closed', says));
      });
      await ready();
      const ask = () => bus.request('contract.refuses', bytes('x'));
      expect(await codeOf(ask)).toBe('query_closed');
      expect(await messageOf(ask)).toBe(says);
    },
  },
  {
    name: 'a defect of the handler tells nothing of itself, and the next request is answered',
    async run({ bus, other, ready }) {
      let calls = 0;
      other.serve('contract.breaks', async (payload) => {
        calls += 1;
        if (calls === 1) throw new Error('SELECT salary FROM people');
        return payload;
      });
      await ready();
      const ask = () => bus.request('contract.breaks', bytes('x'));
      expect(await messageOf(ask)).not.toContain('salary');
      calls = 0;
      expect(await codeOf(ask)).toBe('bus_failed');
      expect(text(await ask())).toBe('x');
    },
  },
  {
    name: 'payloads that are too long are refused: before they leave, by a server that takes less, and as an answer',
    async run({ bus, other, ready }) {
      let handled = 0;
      const count = async (payload: Uint8Array) => {
        handled += 1;
        return payload;
      };
      other.serve('contract.small', count, { bytes: 10 });
      other.serve('contract.grows', async () => new Uint8Array(11), { bytes: 10 });
      await ready();
      const tooLong = new Uint8Array(BUS_LIMITS.bytes + 1);
      expect(await codeOf(() => bus.request('contract.small', tooLong))).toBe('limit_exceeded');
      expect(await codeOf(() => bus.request('contract.small', new Uint8Array(11)))).toBe('limit_exceeded');
      expect(await codeOf(() => bus.request('contract.grows', new Uint8Array(1)))).toBe('limit_exceeded');
      expect(handled).toBe(0);
      expect(await bus.request('contract.small', new Uint8Array(10))).toHaveLength(10);
    },
  },
  {
    name: 'who asks waits no longer than they say',
    async run({ bus, other, ready }) {
      const slow = held();
      other.serve('contract.slow', slow.handler);
      await ready();
      expect(await codeOf(() => bus.request('contract.slow', bytes('x'), { timeoutMs: 50 }))).toBe('bus_timeout');
      slow.release();
    },
  },
  {
    name: 'an answer takes no longer than the server lets it, and the handler is told',
    async run({ bus, other, ready }) {
      const told = signal('the abort');
      other.serve(
        'contract.late',
        async (_, ending) => {
          ending.addEventListener('abort', () => told.tell());
          await told.seen;
          return bytes('too late');
        },
        { timeoutMs: 50 },
      );
      await ready();
      expect(await codeOf(() => bus.request('contract.late', bytes('x')))).toBe('bus_timeout');
      await told.seen;
    },
  },
  {
    name: 'more requests than the server takes at a time are refused, and taken again when there is room',
    async run({ bus, other, ready }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const two = signal('two requests');
      let running = 0;
      other.serve(
        'contract.narrow',
        async (payload) => {
          running += 1;
          if (running === 2) two.tell();
          await promise;
          return payload;
        },
        { concurrency: 2 },
      );
      await ready();
      const begun = [bus.request('contract.narrow', bytes('a')), bus.request('contract.narrow', bytes('b'))];
      await two.seen;
      expect(await codeOf(() => bus.request('contract.narrow', bytes('c')))).toBe('bus_busy');
      resolve();
      expect((await Promise.all(begun)).map(text)).toEqual(['a', 'b']);
      expect(text(await bus.request('contract.narrow', bytes('d')))).toBe('d');
    },
  },
  {
    name: 'a handler that goes on after its time is over keeps its place',
    async run({ bus, other, ready }) {
      const stubborn = held();
      other.serve('contract.stubborn', stubborn.handler, { concurrency: 1, timeoutMs: 50 });
      await ready();
      expect(await codeOf(() => bus.request('contract.stubborn', bytes('a')))).toBe('bus_timeout');
      expect(await codeOf(() => bus.request('contract.stubborn', bytes('b')))).toBe('bus_busy');
      stubborn.release();
      await ready();
      expect(text(await bus.request('contract.stubborn', bytes('c')))).toBe('c');
    },
  },
  {
    name: 'of several who serve a subject each request goes to one, and both get some',
    async run({ bus, other, ready }) {
      const by = { first: 0, second: 0 };
      bus.serve('contract.shared', async (payload) => {
        by.first += 1;
        return payload;
      });
      other.serve('contract.shared', async (payload) => {
        by.second += 1;
        return payload;
      });
      await ready();
      for (let n = 0; n < 60; n += 1) await bus.request('contract.shared', bytes('x'));
      expect(by.first + by.second).toBe(60);
      expect(Math.min(by.first, by.second)).toBeGreaterThan(0);
    },
  },
  {
    name: 'who stops serving answers what was begun and takes nothing more',
    async run({ bus, other, ready }) {
      const slow = held();
      const stop = other.serve('contract.ends', slow.handler);
      await ready();
      const begun = bus.request('contract.ends', bytes('x'));
      await slow.begun;
      const stopped = stop();
      slow.release();
      await stopped;
      expect(text(await begun)).toBe('x');
      expect(await codeOf(() => bus.request('contract.ends', bytes('x')))).toBe('bus_unavailable');
    },
  },
  {
    name: 'subjects and limits that nobody may have are refused, on both sides',
    async run({ bus, other, ready }) {
      other.serve('contract.echo', echo);
      await ready();
      expect(text(await bus.request('contract.echo', bytes('x')))).toBe('x');
      for (const subject of [
        '',
        '.',
        'a..b',
        'a.*',
        'a.>',
        'a b',
        'a\r\nPUB x 1',
        'ä',
        `a${'.a'.repeat(16)}`,
        'x'.repeat(65),
      ]) {
        expect(await codeOf(() => bus.request(subject, bytes('x')))).toBe('stream_invalid');
        expect(await codeOf(() => bus.serve(subject, echo))).toBe('stream_invalid');
      }
      for (const timeoutMs of [0, -1, 1.5, Number.NaN, BUS_LIMITS.longestMs + 1]) {
        expect(await codeOf(() => bus.request('contract.echo', bytes('x'), { timeoutMs }))).toBe('limit_exceeded');
        expect(await codeOf(() => bus.serve('contract.limits', echo, { timeoutMs }))).toBe('limit_exceeded');
      }
      expect(await codeOf(() => bus.serve('contract.limits', echo, { concurrency: 0 }))).toBe('limit_exceeded');
      expect(await codeOf(() => bus.serve('contract.limits', echo, { bytes: BUS_LIMITS.bytes + 1 }))).toBe(
        'limit_exceeded',
      );
    },
  },
  {
    name: 'a bus that is closed serves nobody, wakes nobody, and may be told to signal',
    async run({ bus, other, ready }) {
      other.serve('contract.echo', echo);
      await ready();
      expect(text(await bus.request('contract.echo', bytes('x')))).toBe('x');
      const heard: bigint[] = [];
      other.onSignal((position) => heard.push(position));
      await other.close();
      heard.length = 0;
      other.signal(3n);
      bus.signal(4n);
      await ready();
      expect(heard).toEqual([]);
      expect(await codeOf(() => bus.request('contract.echo', bytes('x')))).toBe('bus_unavailable');
    },
  },
];

/** Runs the contract; `missing` says what is not on this machine. */
export function busContract(
  name: string,
  open: () => Promise<OpenedBuses>,
  around: { readonly missing?: string | undefined; readonly end?: () => Promise<void> } = {},
): void {
  describe(`the bus on ${name}`, () => {
    let given: OpenedBuses | undefined;
    afterEach(async () => {
      await given?.close();
      given = undefined;
    });
    afterAll(async () => around.end?.());

    test.for(BUS_CONTRACT)('$name', async ({ run }, context) => {
      if (around.missing !== undefined) context.skip(around.missing);
      given = await open();
      await run(given);
    });
  });
}
