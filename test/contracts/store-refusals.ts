import { type EventStore, LIMITS, type Pending } from '@ledger/kernel';
import { expect } from 'vitest';
import { appended, codeOf, type TestClock } from './given.ts';

interface OpenedStore {
  readonly store: EventStore;
  /** A second handle on the same log, as another process would have. */
  another(): Promise<EventStore>;
  /** Closes every handle and opens the log again. */
  reopen(): Promise<EventStore>;
}

export type OpenStore = (clock: TestClock) => Promise<OpenedStore>;

export interface GivenStore extends OpenedStore {
  readonly clock: TestClock;
  readonly event: (data?: unknown, type?: string) => Pending;
}

export interface StoreTest {
  readonly name: string;
  readonly run: (given: GivenStore) => Promise<void>;
}

/** What every event store must refuse, the same on all of them, so that a ledger can move between stores. */
export const REFUSALS: readonly StoreTest[] = [
  {
    name: 'names and ids that some store cannot hold are refused',
    async run({ store, event }) {
      const names = [
        '',
        'deal',
        'deal-',
        '-1',
        'Deal-1',
        'deal-a b',
        'deal-ä',
        'deal-a/b',
        '$all',
        'deal-1\n',
        `deal-${'x'.repeat(281)}`,
      ];
      for (const stream of names) {
        expect(await codeOf(() => store.append({ stream, events: [event()], expected: 0 }))).toBe('stream_invalid');
      }
      const good = event();
      const bad: readonly Pending[] = [
        { ...good, id: '' },
        { ...good, id: good.id.toLowerCase() },
        { ...good, type: '' },
        { ...good, type: 'Deal Closed' },
        { ...good, version: 0 },
        { ...good, version: 1.5 },
        { ...good, data: '' },
        { ...good, data: '"\ud800"' },
        { ...good, meta: { ...good.meta, actor: { id: 'olga ops', role: 'ops' } } },
        { ...good, meta: { ...good.meta, commandId: 'ü' } },
        { ...good, meta: { ...good.meta, commandHash: 'abc' } },
      ];
      for (const each of bad) {
        const append = { stream: 'deal-1', events: [each], expected: 0 };
        expect(await codeOf(() => store.append(append))).toBe('stream_invalid');
      }
      for (const expected of [-1, 0.5, Number.NaN]) {
        const append = { stream: 'deal-1', events: [event()], expected };
        expect(await codeOf(() => store.append(append))).toBe('stream_invalid');
      }
      expect(await store.head()).toBe(0n);
    },
  },
  {
    name: 'an append without events is refused',
    async run({ store }) {
      expect(await codeOf(() => store.append({ stream: 'deal-1', events: [], expected: 0 }))).toBe('stream_invalid');
    },
  },
  {
    name: 'limits are asserted before anything is written: events, bytes, appends, the length of a stream, a page',
    async run({ store, event }) {
      const one = { stream: 'deal-1', expected: 0 };
      const many = Array.from({ length: LIMITS.eventsPerAppend + 1 }, () => event());
      expect(await codeOf(() => store.append({ ...one, events: many }))).toBe('limit_exceeded');
      const long = [event({ text: 'ü'.repeat(LIMITS.bytesPerAppend / 2) })];
      expect(await codeOf(() => store.append({ ...one, events: long }))).toBe('limit_exceeded');
      const appends = Array.from({ length: LIMITS.appendsPerBatch + 1 }, (_, n) => ({
        stream: `deal-${n}`,
        events: [event()],
        expected: 0,
      }));
      expect(await codeOf(() => store.appendEach(appends))).toBe('limit_exceeded');
      const end = { ...one, expected: LIMITS.eventsPerStream, events: [event()] };
      expect(await codeOf(() => store.append(end))).toBe('limit_exceeded');
      for (const limit of [0, -1, 1.5, LIMITS.pageSize + 1]) {
        expect(await codeOf(() => store.readAll({ after: 0n, limit }))).toBe('limit_exceeded');
      }
      expect(await store.head()).toBe(0n);
    },
  },
  {
    name: 'an append just below the limit of bytes is taken',
    async run({ store, event }) {
      const events = [event({ text: 'x'.repeat(LIMITS.bytesPerAppend - 1_000) })];
      await appended(store, { stream: 'deal-1', events, expected: 0 });
      expect((await store.read('deal-1'))[0]?.data).toBe(events[0]?.data);
    },
  },
];
