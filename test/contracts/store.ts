import {
  chainChecker,
  checkHash,
  type EventStore,
  instantText,
  LIMITS,
  NO_HASH,
  type Pending,
  seal,
} from '@ledger/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { appended, codeOf, eventMaker, logOf, START, signal, testClock } from './given.ts';
import { type GivenStore, type OpenStore, REFUSALS, type StoreTest } from './store-refusals.ts';

/**
 * What every event store must do. Nothing here asks positions to be dense, nor recordedAt to rise across streams: other stores
 * promise less there.
 */
export const STORE_CONTRACT: readonly StoreTest[] = [
  {
    name: 'a new stream starts at revision 1, at a position after 0',
    async run({ store, event, clock }) {
      const answer = await store.append({ stream: 'deal-1', events: [event()], expected: 0 });
      expect(answer).toEqual({
        ok: true,
        revision: 1,
        position: expect.any(BigInt),
        recordedAt: instantText(clock.at),
      });
      expect(answer.ok && answer.position > 0n).toBe(true);
    },
  },
  {
    name: 'what was appended is read back, every field',
    async run({ store, event }) {
      const plain = event({ b: 1, a: ['x', null, true] });
      const meta = { ...plain.meta, actor: { id: 'mia', role: 'manager', onBehalfOf: 'max' }, causationId: plain.id };
      const second: Pending = { ...event({}, 'DealAmended'), version: 7, meta };
      const answer = await appended(store, { stream: 'deal-crm.D-1', events: [plain, second], expected: 0 });
      const events = await store.read('deal-crm.D-1');
      expect(events).toMatchObject([
        { ...plain, ledger: store.ledger, stream: 'deal-crm.D-1', revision: 1 },
        { ...second, ledger: store.ledger, stream: 'deal-crm.D-1', revision: 2 },
      ]);
      expect(events[0]?.meta).toEqual(plain.meta);
      expect(events[1]).toMatchObject({ position: answer.position, recordedAt: answer.recordedAt });
    },
  },
  {
    name: 'data comes back in the bytes in which it went in',
    async run({ store, event }) {
      const texts = ['ü', '日本語', '🧾', 'e\u0301', '\u0000', '\u2028', '"\\/', '\ufffd', ' ', '\u202e'];
      const events = texts.map((text) => event({ text }));
      await appended(store, { stream: 'deal-1', events, expected: 0 });
      const read = await store.read('deal-1');
      expect(read.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
      for (const stored of read) checkHash(stored);
    },
  },
  {
    name: 'an append goes on at the revision that the stream has',
    async run({ store, event }) {
      await appended(store, { stream: 'deal-1', events: [event(), event()], expected: 0 });
      const answer = await appended(store, { stream: 'deal-1', events: [event()], expected: 2 });
      expect(answer.revision).toBe(3);
      expect((await store.read('deal-1')).map(({ revision }) => revision)).toEqual([1, 2, 3]);
    },
  },
  {
    name: 'a conflict answers with the revision that the stream has: ahead of what was expected, behind it, or new',
    async run({ store, event }) {
      await appended(store, { stream: 'deal-1', events: [event(), event()], expected: 0 });
      for (const expected of [0, 1, 3, 40]) {
        const answer = await store.append({ stream: 'deal-1', events: [event()], expected });
        expect(answer).toEqual({ ok: false, revision: 2 });
      }
      expect(await store.append({ stream: 'deal-2', events: [event()], expected: 1 })).toEqual({
        ok: false,
        revision: 0,
      });
    },
  },
  {
    name: 'a conflict writes nothing and uses nothing up',
    async run({ store, event }) {
      const first = await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
      await store.append({ stream: 'deal-1', events: [event(), event()], expected: 0 });
      await store.append({ stream: 'deal-2', events: [event()], expected: 3 });
      expect(await store.head()).toBe(first.position);
      expect(await store.read('deal-1')).toHaveLength(1);
      expect(await store.read('deal-2')).toEqual([]);
      expect((await appended(store, { stream: 'deal-1', events: [event()], expected: 1 })).revision).toBe(2);
    },
  },
  {
    name: 'the same append a second time is a conflict: no event is written twice',
    async run({ store, event }) {
      const append = { stream: 'deal-1', events: [event(), event()], expected: 0 };
      await appended(store, append);
      expect(await store.append(append)).toEqual({ ok: false, revision: 2 });
      expect(await logOf(store)).toHaveLength(2);
    },
  },
  {
    name: 'an append of many events lands whole and in order',
    async run({ store, event }) {
      const events = Array.from({ length: LIMITS.eventsPerAppend }, (_, n) => event({ n }));
      await appended(store, { stream: 'deal-1', events, expected: 0 });
      expect((await store.read('deal-1')).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    },
  },
  {
    name: 'an append with one event that cannot be written writes none of them',
    async run({ store, event }) {
      const bad = { ...event(), id: 'not-a-ulid' };
      const append = { stream: 'deal-1', events: [event(), bad, event()], expected: 0 };
      expect(await codeOf(() => store.append(append))).toBe('stream_invalid');
      expect(await codeOf(() => store.appendEach([{ ...append, events: [event()] }, append]))).toBe('stream_invalid');
      expect(await store.read('deal-1')).toEqual([]);
      expect(await store.head()).toBe(0n);
    },
  },
  {
    name: 'appendEach answers each append by itself, conflicts in their place',
    async run({ store, event }) {
      await appended(store, { stream: 'deal-2', events: [event()], expected: 0 });
      const answers = await store.appendEach([
        { stream: 'deal-1', events: [event()], expected: 0 },
        { stream: 'deal-2', events: [event(), event()], expected: 0 },
        { stream: 'deal-3', events: [event(), event()], expected: 0 },
        { stream: 'deal-4', events: [event()], expected: 5 },
      ]);
      expect(answers).toMatchObject([
        { ok: true, revision: 1 },
        { ok: false, revision: 1 },
        { ok: true, revision: 2 },
        { ok: false, revision: 0 },
      ]);
      expect((await logOf(store)).map(({ stream }) => stream)).toEqual(['deal-2', 'deal-1', 'deal-3', 'deal-3']);
    },
  },
  {
    name: 'appendEach takes the same stream twice, one append after the other',
    async run({ store, event }) {
      const answers = await store.appendEach([
        { stream: 'deal-1', events: [event({ n: 1 }), event({ n: 2 })], expected: 0 },
        { stream: 'deal-2', events: [event()], expected: 0 },
        { stream: 'deal-1', events: [event({ n: 3 })], expected: 2 },
        { stream: 'deal-1', events: [event({ n: 4 })], expected: 2 },
      ]);
      expect(answers).toMatchObject([{ revision: 2 }, { revision: 1 }, { revision: 3 }, { ok: false, revision: 3 }]);
      const events = await store.read('deal-1');
      expect(events.map(({ data }) => data)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
      (await logOf(store)).forEach(chainChecker());
    },
  },
  {
    name: 'appendEach of nothing answers nothing, and the store goes on',
    async run({ store, event }) {
      expect(await store.appendEach([])).toEqual([]);
      expect((await appended(store, { stream: 'deal-1', events: [event()], expected: 0 })).revision).toBe(1);
    },
  },
  {
    name: 'streams do not meet, also when one name begins with another',
    async run({ store, event }) {
      const names = [
        'deal-1',
        'deal-10',
        'deal-1.1',
        'deal-1:1',
        'deal-1-1',
        'Deal-1'.toLowerCase().replace('1', '01'),
      ];
      for (const [n, stream] of names.entries()) await appended(store, { stream, events: [event({ n })], expected: 0 });
      for (const [n, stream] of names.entries()) {
        expect((await store.read(stream)).map(({ data }) => data)).toEqual([`{"n":${n}}`]);
      }
    },
  },
  {
    name: 'read gives the events after a revision, oldest first; none at the end or for a stream that is not there',
    async run({ store, event }) {
      await appended(store, { stream: 'deal-1', events: [event(), event(), event()], expected: 0 });
      expect((await store.read('deal-1', { after: 1 })).map(({ revision }) => revision)).toEqual([2, 3]);
      expect(await store.read('deal-1', { after: 3 })).toEqual([]);
      expect(await store.read('deal-2')).toEqual([]);
    },
  },
  {
    name: 'readAll gives every event once, in the order in which it was appended, whatever the page',
    async run({ store, event }) {
      const ids: string[] = [];
      for (let n = 0; n < 23; n++) {
        const events = Array.from({ length: 1 + (n % 3) }, () => event({ n }));
        ids.push(...events.map(({ id }) => id));
        await appended(store, { stream: `deal-${n}`, events, expected: 0 });
      }
      for (const limit of [1, 2, 7, 44, 1_000]) expect((await logOf(store, limit)).map(({ id }) => id)).toEqual(ids);
    },
  },
  {
    name: 'positions strictly increase along the log, and readAll starts after the one that it is given',
    async run({ store, event }) {
      for (let n = 0; n < 5; n++)
        await appended(store, { stream: `deal-${n}`, events: [event(), event()], expected: 0 });
      const positions = (await logOf(store)).map(({ position }) => position);
      expect(positions).toHaveLength(10);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => Number(a - b)));
      for (const [index, after] of positions.entries()) {
        const page = await store.readAll({ after, limit: 100 });
        expect(page.map(({ position }) => position)).toEqual(positions.slice(index + 1));
      }
    },
  },
  {
    name: 'head is the position of the last event, 0 for an empty log',
    async run({ store, event }) {
      let last = await store.head();
      expect(last).toBe(0n);
      for (let n = 0; n < 3; n++) {
        const { position } = await appended(store, { stream: `deal-${n}`, events: [event(), event()], expected: 0 });
        expect(position > last).toBe(true);
        last = await store.head();
        expect(last).toBe(position);
      }
    },
  },
  {
    name: 'positionAt is the last position recorded at or before an instant',
    async run({ store, event, clock }) {
      const written: { readonly position: bigint; readonly at: bigint }[] = [];
      for (let n = 0; n < 9; n++) {
        clock.at += 1_000_000n;
        const { position } = await appended(store, { stream: `deal-${n}`, events: [event()], expected: 0 });
        written.push({ position, at: clock.at });
      }
      for (const { position, at } of written) {
        expect(await store.positionAt(instantText(at))).toBe(position);
        expect(await store.positionAt(instantText(at + 999_999n))).toBe(position);
      }
      expect(await store.positionAt(instantText(START))).toBe(0n);
      expect(await store.positionAt('2026-01-01T02:00:03+02:00')).toBe(written[2]?.position);
      expect(await codeOf(() => store.positionAt('yesterday'))).toBe('as_of_invalid');
    },
  },
  {
    name: 'events are sealed: hashes are what seal makes of them, each stream one chain',
    async run({ store, event }) {
      const pending = Array.from({ length: 6 }, (_, n) => event({ n }));
      await appended(store, { stream: 'deal-1', events: pending.slice(0, 2), expected: 0 });
      await appended(store, { stream: 'deal-2', events: [event()], expected: 0 });
      await appended(store, { stream: 'deal-1', events: pending.slice(2), expected: 2 });
      const events = await store.read('deal-1');
      const end = { ledger: store.ledger, stream: 'deal-1', revision: 0, hash: NO_HASH };
      const sealed = seal(pending, end, (index) => events[index]?.recordedAt ?? '');
      expect(events.map(({ position: _, ...rest }) => rest)).toEqual(sealed);
      (await logOf(store)).forEach(chainChecker());
    },
  },
  {
    name: 'recordedAt is the clock, but strictly increases along a stream when the clock stands still or goes back',
    async run({ store, event, clock }) {
      await appended(store, { stream: 'deal-1', events: [event(), event()], expected: 0 });
      clock.at = START - 86_400_000_000n;
      await appended(store, { stream: 'deal-1', events: [event(), event()], expected: 2 });
      clock.at = START + 60_000_000n;
      await appended(store, { stream: 'deal-1', events: [event()], expected: 4 });
      expect((await store.read('deal-1')).map(({ recordedAt }) => recordedAt)).toEqual([
        '2026-01-01T00:00:00.000000Z',
        '2026-01-01T00:00:00.000001Z',
        '2026-01-01T00:00:00.000002Z',
        '2026-01-01T00:00:00.000003Z',
        '2026-01-01T00:01:00.000000Z',
      ]);
    },
  },
  {
    name: 'a log that is opened again holds what it held, and goes on where it ended',
    async run({ store, event, reopen }) {
      for (let n = 0; n < 4; n++)
        await appended(store, { stream: `deal-${n}`, events: [event({ n }), event()], expected: 0 });
      const before = await logOf(store);
      expect(before).toHaveLength(8);
      const again = await reopen();
      expect(again.ledger).toBe(store.ledger);
      expect(await logOf(again)).toEqual(before);
      await appended(again, { stream: 'deal-0', events: [event()], expected: 2 });
      (await logOf(again)).forEach(chainChecker());
    },
  },
  ...REFUSALS,
  {
    name: 'watch calls back after an append, and no more once it was stopped',
    async run({ store, event }) {
      const woken = signal('a call back');
      const stop = store.watch(woken.tell);
      await appended(store, { stream: 'deal-1', events: [event()], expected: 0 });
      await woken.seen;
      stop();
      let calls = 0;
      const later = signal('a call back of the second watcher');
      store.watch(() => calls++)();
      const stopLater = store.watch(later.tell);
      await appended(store, { stream: 'deal-2', events: [event()], expected: 0 });
      await later.seen;
      stopLater();
      expect(calls).toBe(0);
    },
  },
  {
    name: 'of two handles that append at the same revision one wins, and the other is told the revision',
    async run({ store, event, another }) {
      const other = await another();
      for (let round = 0; round < 20; round++) {
        const answers = await Promise.all(
          [store, other].map((each) => each.append({ stream: 'deal-1', events: [event({ round })], expected: round })),
        );
        expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
        expect(answers.map(({ revision }) => revision)).toEqual([round + 1, round + 1]);
      }
      (await logOf(other)).forEach(chainChecker());
    },
  },
  {
    name: 'what one handle has appended another one reads at once, and both see one order',
    async run({ store, event, another }) {
      const other = await another();
      for (let n = 0; n < 10; n++) {
        const [writer, reader] = n % 2 === 0 ? [store, other] : [other, store];
        const { position } = await appended(writer, { stream: `deal-${n}`, events: [event({ n })], expected: 0 });
        expect(await reader.head()).toBe(position);
        expect((await reader.read(`deal-${n}`)).map(({ data }) => data)).toEqual([`{"n":${n}}`]);
      }
      expect(await logOf(store)).toEqual(await logOf(other));
    },
  },
];

/** Runs the contract against an adapter. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`${name} keeps the contract of event stores`, () => {
    const opened: EventStore[] = [];
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    for (const { name: title, run } of STORE_CONTRACT) {
      test(title, async () => run(await givenStore(open, opened)));
    }
  });
}

/** Opens a store for one test; every handle is noted in `opened`. */
export async function givenStore(open: OpenStore, opened: EventStore[]): Promise<GivenStore> {
  const clock = testClock();
  const { store, another, reopen } = await open(clock);
  const noted = async (promise: Promise<EventStore>) => {
    const other = await promise;
    opened.push(other);
    return other;
  };
  opened.push(store);
  return { store, clock, event: eventMaker(), another: () => noted(another()), reopen: () => noted(reopen()) };
}
