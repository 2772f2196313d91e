import {
  type EventStore,
  ProblemError,
  type Projection,
  problem,
  rebuildViews,
  runViews,
  type ViewStore,
} from '@ledger/kernel';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { codeOf, logOf, type TestClock, testClock } from './given.ts';
import { type BoxEvent, boxes, boxWriter, decodeBox as decode, empty, move, note, put, trail } from './ledger.ts';

export interface OpenedRunner {
  readonly store: EventStore;
  /** A handle on the views of the store; every one sees the same views. */
  openViews(): Promise<ViewStore>;
}

const projections = [boxes, trail];

const history = [
  put('a', 2),
  put('b', 5),
  move('b', 'a', 2),
  note('x'),
  put('a', 0),
  empty('b'),
  put('b', 9),
  move('a', 'c', 3),
];

/** A projection that fails at some events, after its first key if they have several. */
function failing(
  projection: Projection<unknown, BoxEvent>,
  at: (type: string) => boolean,
): Projection<unknown, BoxEvent> {
  return {
    ...projection,
    evolve(row, event, key) {
      if (at(event.event.type) && projection.keys(event).at(-1) === key)
        throw new Error(`cannot fold ${event.event.type}`);
      return projection.evolve(row, event, key);
    },
  };
}

const someEvent: fc.Arbitrary<BoxEvent> = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 9 })).map(([box, n]) => put(box, n)),
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('a', 'c', 'd'), fc.nat(9))
    .map(([from, to, n]) => move(from, to, n)),
  fc.constantFrom('a', 'b', 'c').map(empty),
  fc.constant(note('x')),
);

/** What the runner does on every pair of stores. */
export function runnerContract(
  name: string,
  open: (clock: TestClock) => Promise<OpenedRunner>,
  /** Random histories that are drawn: fewer where every event is a round trip. */
  histories = 40,
): void {
  describe(`the runner on ${name}`, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    async function given() {
      const opened = await open(testClock());
      closing.push(() => opened.store.close());
      const openViews = async () => {
        const views = await opened.openViews();
        closing.push(() => views.close());
        return views;
      };
      return { store: opened.store, views: await openViews(), openViews, write: boxWriter(opened.store) };
    }

    async function rowsOf(views: ViewStore, build: 'live' | 'shadow' = 'live') {
      const rows = await views.getMany(boxes, ['a', 'b', 'c'], build);
      return rows.map((row) => (row === undefined ? undefined : (JSON.parse(row).amount as number)));
    }

    test('brings every view to the head of the log', async () => {
      const { store, views, write } = await given();
      await write(history);
      const report = await runViews({ store, views, projections, decode });
      const head = await store.head();
      expect(report).toMatchObject({ position: head, events: 8 });
      expect(report.views).toMatchObject([
        { name: 'boxes', version: 1, state: 'running', checkpoint: head },
        { name: 'trail', version: 1, state: 'running', checkpoint: head },
      ]);
      expect(await rowsOf(views)).toEqual([1, 9, 3]);
      expect((await views.labelled(boxes, 'full')).map(({ key }) => key)).toEqual(['b']);
      expect(await views.changes(trail, { prefix: 'b' }, { after: 0n, upTo: head })).toHaveLength(3);
    });

    test('takes long events of a page a few megabytes at a time, none of them twice', async () => {
      const { store, views, write } = await given();
      const long = 'x'.repeat(900_000);
      await write([note(long), ...history, note(long), note(long), note(long), note(long), put('c', 4)]);
      const reached: bigint[] = [];
      const watched: ViewStore = {
        ...views,
        async commit(steps, build) {
          reached.push(...steps.filter(({ view }) => view.name === 'boxes').map(({ to }) => to));
          await views.commit(steps, build);
        },
      };
      const report = await runViews({ store, views: watched, projections, decode });
      const head = await store.head();
      expect(report).toMatchObject({ position: head, events: 14 });
      expect(reached).toEqual([head - 2n, head]);
      expect(await rowsOf(views)).toEqual([1, 9, 7]);
    });

    test.each([1, 10])('an event that changes nothing makes no version, in pages of %i', async (pageSize) => {
      const { store, views, write } = await given();
      const positions = await write([put('b', 0), put('a', 2), put('a', 0), empty('c'), put('a', 0)]);
      await runViews({ store, views, projections, decode, pageSize });
      const versions = await views.changes(boxes, { prefix: '' }, { after: 0n, upTo: await store.head() });
      expect(versions.map(({ key, position }) => [key, position])).toEqual([['a', positions[1]]]);
    });

    test.each([1, 10])('a label that a row gets later finds it from then on, in pages of %i', async (pageSize) => {
      const { store, views, write } = await given();
      const positions = await write([put('a', 2), put('a', 9), put('a', 1), move('a', 'b', 20)]);
      await runViews({ store, views, projections, decode, pageSize });
      const found = async (label: string) => (await views.labelled(boxes, label)).map(({ key }) => key);
      expect([await found('used'), await found('full'), await found('overdrawn')]).toEqual([
        ['a', 'b'],
        ['a', 'b'],
        ['a'],
      ]);
      expect(await views.changes(boxes, { label: 'full' }, { after: 0n, upTo: positions[2] ?? 0n })).toHaveLength(3);
    });

    test('goes on from its checkpoints, and a view that is new starts at 0 beside the others', async () => {
      const { store, views, write } = await given();
      await write(history);
      await runViews({ store, views, projections: [boxes], decode });
      await write([put('c', 1)]);
      const second = { ...boxes, version: 2 };
      const report = await runViews({ store, views, projections: [boxes, second, trail], decode, pageSize: 2 });
      expect(report.events).toBe(9);
      expect(await views.digest(boxes)).toBe(await views.digest(second));
      expect((await runViews({ store, views, projections: [boxes, second, trail], decode })).events).toBe(0);
    });

    test('random histories in random pages and runs give what one run from zero gives, to the byte', async () => {
      let seed = 100;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.array(someEvent, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), fc.boolean()), {
            maxLength: 5,
          }),
          async (runs) => {
            const { store, views } = await given();
            seed += 1;
            const write = boxWriter(store, seed);
            for (const [events, pageSize, ask] of runs) {
              await write(events);
              await runViews({ store, views, projections, decode, pageSize });
              // The first question by key makes the index; what follows takes the other way through the store.
              if (ask) await views.list(boxes, '');
            }
            const { views: rebuilt } = await rebuildViews({ store, views, projections, decode });
            for (const { before, after } of rebuilt) expect(after).toBe(before);
          },
        ),
        { numRuns: histories },
      );
    });

    test('a row of every prefix of the log is what folding that prefix gives', async () => {
      const { store, views, openViews, write } = await given();
      const positions = await write(history);
      await runViews({ store, views, projections, decode });
      const amounts: (number | undefined)[] = [];
      for (const position of positions) {
        const row = await views.get(boxes, 'b', position);
        amounts.push(row === undefined ? undefined : JSON.parse(row).amount);
      }
      expect(amounts).toEqual([undefined, 5, 3, 3, 3, undefined, 9, 9]);
      expect(await rowsOf(await openViews())).toEqual([1, 9, 3]);
    });

    test('a projection that throws stops its own view before the event; the others go on', async () => {
      const { store, views, write } = await given();
      const positions = await write(history);
      const broken = failing(boxes, (type) => type === 'Moved');
      const report = await runViews({ store, views, projections: [broken, trail], decode });
      expect(report.views).toMatchObject([
        { name: 'boxes', state: 'stopped', checkpoint: positions[1], position: positions[2] },
        { name: 'trail', state: 'running', checkpoint: positions[7] },
      ]);
      expect(report.views[0]).toMatchObject({ reason: expect.stringContaining('cannot fold Moved') });
      expect(report.position).toBe(positions[1]);
      // Nothing of the event that failed at its second key.
      expect(await rowsOf(views)).toEqual([2, 5, undefined]);
    });

    test('keys that cannot be told stop the view like rows that cannot be folded', async () => {
      const { store, views, write } = await given();
      const positions = await write(history);
      const broken: Projection<unknown, BoxEvent> = {
        ...boxes,
        keys(event) {
          if (event.event.type === 'Emptied') throw new Error('no key');
          return boxes.keys(event);
        },
      };
      await runViews({ store, views, projections: [broken], decode });
      expect(await views.state(boxes)).toMatchObject({
        state: 'stopped',
        checkpoint: positions[4],
        position: positions[5],
      });
    });

    test('a stopped view skips nothing: it stays where it is until it can fold the event, then goes on', async () => {
      const { store, views, write } = await given();
      await write(history);
      const broken = failing(boxes, (type) => type === 'Emptied');
      await runViews({ store, views, projections: [broken], decode });
      await write([put('c', 1)]);
      const stopped = await views.state(boxes);
      await runViews({ store, views, projections: [broken], decode });
      expect(await views.state(boxes)).toEqual(stopped);
      await runViews({ store, views, projections: [boxes], decode });
      expect(await views.state(boxes)).toEqual({ state: 'running', checkpoint: await store.head() });
      const [{ before, after } = { before: '', after: '-' }] = (
        await rebuildViews({ store, views, projections: [boxes], decode })
      ).views;
      expect(after).toBe(before);
    });

    test('an event of a later release stops every view that has not passed it, before it', async () => {
      const { store, views, write } = await given();
      const [, second, third] = await write([put('a', 1), put('a', 2), note('x'), put('a', 4)]);
      await runViews({ store, views, projections: [trail], decode });
      const older = (stored: Parameters<typeof decode>[0]) => {
        if (stored.type === 'Noted') throw new ProblemError(problem('event_unknown', 'Noted is not known; update.'));
        return decode(stored);
      };
      const report = await runViews({ store, views, projections: [boxes, trail], decode: older });
      expect(report.views).toMatchObject([
        { state: 'stopped', checkpoint: second, position: third, reason: expect.stringContaining('event_unknown') },
        { state: 'running' },
      ]);
      expect(await rowsOf(views)).toEqual([3, undefined, undefined]);
    });

    test('an event whose bytes were changed stops every view before it', async () => {
      const { store, views, write } = await given();
      const [first, second] = await write([put('a', 1), put('a', 2), put('a', 4)]);
      const changed: EventStore = {
        ...store,
        readAll: async (options) =>
          (await store.readAll(options)).map((event) =>
            event.position === second ? { ...event, data: event.data.replace('2', '3') } : event,
          ),
      };
      const report = await runViews({ store: changed, views, projections, decode });
      for (const view of report.views) {
        expect(view).toMatchObject({ state: 'stopped', checkpoint: first, position: second });
        expect(view).toMatchObject({ reason: expect.stringContaining('chain_broken') });
      }
    });

    test('two runners of the same views get in each other’s way and come to the same end', async () => {
      const { store, views, openViews, write } = await given();
      await write(Array.from({ length: 60 }, (_, n) => put(n % 2 === 0 ? 'a' : 'b', 1)));
      const other = await openViews();
      const run = { store, projections, decode, pageSize: 1 };
      await Promise.all([runViews({ ...run, views }), runViews({ ...run, views: other })]);
      expect(await rowsOf(views)).toEqual([30, 30, undefined]);
      expect((await views.changes(boxes, { prefix: '' }, { after: 0n, upTo: await store.head() })).length).toBe(60);
    });

    test('a conflict that does not end is given up', async () => {
      const { store, views, write } = await given();
      await write([put('a', 1)]);
      let commits = 0;
      const stubborn: ViewStore = {
        ...views,
        async commit() {
          commits += 1;
          throw new ProblemError(problem('view_conflict', 'somebody was quicker'));
        },
      };
      expect(await codeOf(() => runViews({ store, views: stubborn, projections, decode }))).toBe('view_conflict');
      expect(commits).toBeLessThan(100);
    });

    test('views that have folded more than the log holds show that its tail is lost', async () => {
      const { store, views } = await given();
      await views.commit([{ view: boxes, from: 0n, to: 5n, rows: [] }]);
      expect(await codeOf(() => runViews({ store, views, projections, decode }))).toBe('tail_lost');
    });

    test('says how far it is, page by page, and ends after a page when it is told to', async () => {
      const { store, views, write } = await given();
      const positions = await write(history);
      const told: bigint[] = [];
      const stop = new AbortController();
      const onProgress = (progress: { readonly position: bigint; readonly head: bigint; readonly events: number }) => {
        expect(progress.head).toBe(positions[7]);
        told.push(progress.position);
        if (progress.events === 6) stop.abort();
      };
      await runViews({ store, views, projections, decode, pageSize: 2, onProgress, signal: stop.signal });
      expect(told).toEqual([positions[1], positions[3], positions[5]]);
      expect((await views.state(boxes)).checkpoint).toBe(positions[5]);
    });

    test('a rebuild gives the digests of what it replaces', async () => {
      const { store, views, write } = await given();
      await write(history);
      await runViews({ store, views, projections, decode, pageSize: 3 });
      const report = await rebuildViews({ store, views, projections, decode });
      expect(report).toMatchObject({ position: await store.head(), events: 8 });
      for (const view of report.views)
        expect(view).toMatchObject({ promoted: true, comparedAt: report.position, before: view.after });
      expect(await rowsOf(views)).toEqual([1, 9, 3]);
      await write([put('a', 10)]);
      await runViews({ store, views, projections, decode });
      expect(await rowsOf(views)).toEqual([11, 9, 3]);
    });

    test('a rebuild of a view whose rows were damaged shows another digest and mends it', async () => {
      const { store, views, write } = await given();
      const [first = 0n] = await write([put('a', 1)]);
      const wrong = { key: 'a', position: first, row: '{"amount":7,"events":1}', labels: [] };
      await views.commit([{ view: boxes, from: 0n, to: first, rows: [wrong] }]);
      const { views: rebuilt } = await rebuildViews({ store, views, projections: [boxes], decode });
      expect(rebuilt[0]?.before).not.toBe(rebuilt[0]?.after);
      expect(await rowsOf(views)).toEqual([1, undefined, undefined]);
    });

    test('a rebuild that stops leaves the live view in its place', async () => {
      const { store, views, write } = await given();
      await write(history);
      await runViews({ store, views, projections, decode });
      const broken = failing(boxes, (type) => type === 'Emptied');
      const { views: rebuilt } = await rebuildViews({ store, views, projections: [broken, trail], decode });
      expect(rebuilt).toMatchObject([
        { name: 'boxes', promoted: false, state: { state: 'stopped' } },
        { name: 'trail', promoted: true },
      ]);
      expect(await views.state(boxes)).toEqual({ state: 'running', checkpoint: await store.head() });
      expect(await rowsOf(views)).toEqual([1, 9, 3]);
    });

    test('a rebuild that is told to end promotes nothing', async () => {
      const { store, views, write } = await given();
      await write(history);
      await runViews({ store, views, projections, decode });
      const digest = await views.digest(boxes);
      const run = { store, views, projections, decode, pageSize: 3, signal: AbortSignal.abort() };
      expect((await rebuildViews(run)).views.map(({ promoted }) => promoted)).toEqual([false, false]);
      expect(await views.digest(boxes)).toBe(digest);
    });

    test('a rebuild while events come in ends at or after what the live views have', async () => {
      const { store, views, openViews, write } = await given();
      await write(history);
      await runViews({ store, views, projections, decode });
      const live = await openViews();
      let more = 3;
      const onProgress = () => {
        more -= 1;
        if (more >= 0) void write([put('c', 1)]).then(() => runViews({ store, views: live, projections, decode }));
      };
      const report = await rebuildViews({ store, views, projections, decode, pageSize: 2, onProgress });
      for (const { before, after } of report.views) expect(after).toBe(before);
      await runViews({ store, views, projections, decode });
      expect(await rowsOf(views)).toEqual([1, 9, 6]);
      expect(await logOf(store)).toHaveLength(11);
    });
  });
}
