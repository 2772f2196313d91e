import type { RowVersion, ViewId, ViewStore } from '@ledger/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { codeOf } from './given.ts';

export interface OpenedViews {
  readonly views: ViewStore;
  /** A second handle on the same views, as another process would have. */
  another(): Promise<ViewStore>;
}

interface ContractTest {
  readonly name: string;
  readonly run: (given: OpenedViews) => Promise<void>;
}

const deals: ViewId = { name: 'deals', version: 1 };
const people: ViewId = { name: 'people', version: 1 };

const row = (key: string, position: number, value: unknown, ...labels: string[]): RowVersion => ({
  key,
  position: BigInt(position),
  row: value === null ? null : JSON.stringify(value),
  labels,
});

const step = (view: ViewId, from: number, to: number, ...rows: RowVersion[]) => ({
  view,
  from: BigInt(from),
  to: BigInt(to),
  rows,
});

/** What every view store must do. */
export const VIEWS_CONTRACT: readonly ContractTest[] = [
  {
    name: 'a view that nobody has built is running at 0 and empty; a commit moves it',
    async run({ views }) {
      expect(await views.state(deals)).toEqual({ state: 'running', checkpoint: 0n });
      expect(await views.get(deals, 'a')).toBeUndefined();
      expect(await views.list(deals, '')).toEqual([]);
      await views.commit([step(deals, 0, 7)]);
      expect(await views.state(deals)).toEqual({ state: 'running', checkpoint: 7n });
    },
  },
  {
    name: 'a row is read as of any position',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('a', 2, 'two'), row('a', 4, 'four'))]);
      await views.commit([step(deals, 5, 9, row('a', 6, null), row('a', 8, 'eight'))]);
      const at = async (position: number) => views.get(deals, 'a', BigInt(position));
      expect([await at(1), await at(2), await at(3), await at(4)]).toEqual([undefined, '"two"', '"two"', '"four"']);
      expect([await at(6), await at(7), await at(8), await at(99)]).toEqual([
        undefined,
        undefined,
        '"eight"',
        '"eight"',
      ]);
      expect(await views.get(deals, 'a')).toBe('"eight"');
    },
  },
  {
    name: 'getMany gives the newest rows in the order of the keys, before and after somebody asked by key',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('b', 1, 1), row('a', 2, 2), row('b', 3, 3), row('c', 4, null))]);
      const asked = ['c', 'b', 'none', 'a', 'b'];
      const expected = [undefined, '3', undefined, '2', '3'];
      expect(await views.getMany(deals, asked)).toEqual(expected);
      expect(await views.get(deals, 'b')).toBe('3');
      expect(await views.getMany(deals, asked)).toEqual(expected);
      await views.commit([step(deals, 5, 6, row('b', 6, 6))]);
      expect(await views.getMany(deals, ['b'])).toEqual(['6']);
    },
  },
  {
    name: 'a commit from another checkpoint than the view has is a conflict and writes nothing',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('a', 1, 1))]);
      for (const from of [0, 4, 6]) {
        const commit = () => views.commit([step(deals, from, 9, row('a', 7, 7))]);
        expect(await codeOf(commit)).toBe('view_conflict');
      }
      expect(await views.get(deals, 'a')).toBe('1');
      expect((await views.state(deals)).checkpoint).toBe(5n);
    },
  },
  {
    name: 'a commit for several views is all or nothing',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('a', 1, 1)), step(people, 0, 3, row('a', 2, 2))]);
      const commit = () => views.commit([step(deals, 5, 9, row('a', 9, 9)), step(people, 0, 9, row('a', 9, 9))]);
      expect(await codeOf(commit)).toBe('view_conflict');
      expect(await views.get(deals, 'a')).toBe('1');
      expect(await views.get(people, 'a')).toBe('2');
      expect((await views.state(deals)).checkpoint).toBe(5n);
      await views.commit([step(deals, 5, 6, row('a', 6, 6))]);
      expect(await views.getMany(deals, ['a'])).toEqual(['6']);
    },
  },
  {
    name: 'what a commit that failed had begun to write is forgotten',
    async run({ views, another }) {
      const other = await another();
      await views.commit([step(deals, 0, 5, row('a', 1, 1)), step(people, 0, 3)]);
      const commit = () => views.commit([step(deals, 5, 9, row('a', 9, 'lost')), step(people, 0, 9)]);
      expect(await codeOf(commit)).toBe('view_conflict');
      await other.commit([step(deals, 5, 9, row('b', 8, 8), row('c', 9, 9))]);
      expect(await views.getMany(deals, ['a', 'b', 'c'])).toEqual(['1', '8', '9']);
    },
  },
  {
    name: 'of two handles that commit the same step one wins, and both go on from there',
    async run({ views, another }) {
      const other = await another();
      await views.commit([step(deals, 0, 1, row('a', 1, 1))]);
      expect(await codeOf(() => other.commit([step(deals, 0, 1, row('a', 1, 1))]))).toBe('view_conflict');
      await other.commit([step(deals, 1, 2, row('b', 2, 2))]);
      expect(await views.getMany(deals, ['a', 'b'])).toEqual(['1', '2']);
      await views.commit([step(deals, 2, 3, row('a', 3, 3))]);
      expect(await other.getMany(deals, ['a', 'b'])).toEqual(['3', '2']);
      expect(await other.digest(deals)).toBe(await views.digest(deals));
    },
  },
  {
    name: 'rows outside of their step, or out of order, are refused',
    async run({ views }) {
      for (const rows of [[row('a', 0, 1)], [row('a', 6, 1)], [row('a', 4, 1), row('b', 3, 1)]]) {
        await expect(views.commit([step(deals, 0, 5, ...rows)])).rejects.toThrow(RangeError);
      }
      await views.commit([step(deals, 0, 5, row('a', 5, 1), row('b', 5, 1))]);
      expect(await views.get(deals, 'b')).toBe('1');
    },
  },
  {
    name: 'a view that stopped says where and why, and runs again when a commit passes the event',
    async run({ views }) {
      await views.commit([step(deals, 0, 5)]);
      await views.stop(deals, { position: 6n, reason: 'no rate' });
      expect(await views.state(deals)).toEqual({ state: 'stopped', checkpoint: 5n, position: 6n, reason: 'no rate' });
      expect(await views.state(people)).toEqual({ state: 'running', checkpoint: 0n });
      await views.commit([step(deals, 5, 6)]);
      expect(await views.state(deals)).toEqual({ state: 'running', checkpoint: 6n });
      // A process with older code is late: the view has passed that event.
      await views.stop(deals, { position: 6n, reason: 'no rate' });
      expect(await views.state(deals)).toEqual({ state: 'running', checkpoint: 6n });
    },
  },
  {
    name: 'a view can stop at the first event of the log',
    async run({ views }) {
      await views.stop(deals, { position: 1n, reason: 'unknown' });
      expect(await views.state(deals)).toMatchObject({ state: 'stopped', checkpoint: 0n, position: 1n });
    },
  },
  {
    name: 'list gives the rows under a prefix by key, as of a position, without those that were removed',
    async run({ views }) {
      const keys = ['a/2', 'b', 'a/1', 'a', 'a/\u{10ffff}', 'a/é', 'a0'];
      const rows = keys.map((key, n) => row(key, n + 1, n));
      await views.commit([step(deals, 0, 20, ...rows, row('a/2', 15, 'newer'), row('a/1', 16, null))]);
      const list = async (prefix: string, asOf?: bigint) =>
        (await views.list(deals, prefix, asOf)).map(({ key }) => key);
      expect(await list('a/')).toEqual(['a/2', 'a/é']);
      expect(await list('a/', 15n)).toEqual(['a/1', 'a/2', 'a/é']);
      expect(await list('a/', 2n)).toEqual(['a/2']);
      expect(await list('x')).toEqual([]);
      expect(await list('')).toEqual(['a', 'a/2', 'a/é', 'a/\u{10ffff}', 'a0', 'b']);
      expect(await views.list(deals, 'a/2')).toEqual([{ key: 'a/2', row: '"newer"' }]);
      expect(await views.list(deals, 'a/2', 14n)).toEqual([{ key: 'a/2', row: '0' }]);
    },
  },
  {
    name: 'a label finds its rows once each, by key, as of a position, also when it was given twice',
    async run({ views }) {
      const first = [row('b', 1, 1, 'owner:ada', 'open'), row('a', 2, 2, 'owner:ada'), row('c', 3, 3, 'owner:bob')];
      await views.commit([step(deals, 0, 3, ...first)]);
      expect(await views.labelled(deals, 'owner:ada')).toEqual([
        { key: 'a', row: '2' },
        { key: 'b', row: '1' },
      ]);
      await views.commit([step(deals, 3, 9, row('b', 4, 4, 'owner:ada', 'owner:bob'), row('a', 5, null))]);
      expect(await views.labelled(deals, 'owner:ada')).toEqual([{ key: 'b', row: '4' }]);
      expect(await views.labelled(deals, 'owner:ada', 3n)).toHaveLength(2);
      expect((await views.labelled(deals, 'owner:bob')).map(({ key }) => key)).toEqual(['b', 'c']);
      expect(await views.labelled(people, 'owner:ada')).toEqual([]);
    },
  },
  {
    name: 'labels are told by prefix, each once, whether or not their rows still have them',
    async run({ views }) {
      await views.commit([
        step(deals, 0, 4, row('a', 1, 1, 'owner:cy', 'x'), row('b', 2, 2, 'owner:ada'), row('c', 3, 3, 'owner:ada')),
      ]);
      await views.commit([step(deals, 4, 6, row('a', 5, 4, 'owner:ben'), row('b', 6, null))]);
      expect(await views.labels(deals, 'owner:')).toEqual(['owner:ada', 'owner:ben', 'owner:cy']);
      expect(await views.labels(deals, 'owner:b')).toEqual(['owner:ben']);
      expect(await views.labels(deals, '')).toEqual(['owner:ada', 'owner:ben', 'owner:cy', 'x']);
      expect(await views.labels(deals, 'none')).toEqual([]);
      expect(await views.labels(people, 'owner:')).toEqual([]);
    },
  },
  {
    name: 'changes are the row versions in a range of positions, by position and key, of a label or a prefix',
    async run({ views }) {
      const rows = [
        row('b', 1, 1, 'x'),
        row('a', 2, 2, 'x'),
        row('b', 3, null),
        row('a', 4, 4),
        row('b', 4, 5),
        row('c', 4, 6),
      ];
      await views.commit([step(deals, 0, 9, ...rows)]);
      const told = async (of: { label: string } | { prefix: string }, after: bigint, upTo: bigint) =>
        (await views.changes(deals, of, { after, upTo })).map(({ key, position, row }) => `${key}${position}=${row}`);
      expect(await told({ label: 'x' }, 0n, 9n)).toEqual(['b1=1', 'a2=2', 'b3=null', 'a4=4', 'b4=5']);
      expect(await told({ label: 'x' }, 1n, 3n)).toEqual(['a2=2', 'b3=null']);
      expect(await told({ prefix: '' }, 3n, 4n)).toEqual(['a4=4', 'b4=5', 'c4=6']);
      expect(await told({ prefix: 'c' }, 0n, 9n)).toEqual(['c4=6']);
      expect(await told({ label: 'none' }, 0n, 9n)).toEqual([]);
    },
  },
  {
    name: 'versions of a view live beside each other',
    async run({ views }) {
      const next = { name: 'deals', version: 2 };
      await views.commit([step(deals, 0, 5, row('a', 1, 'old'))]);
      await views.commit([step(next, 0, 2, row('a', 1, 'new'))]);
      expect([await views.get(deals, 'a'), await views.get(next, 'a')]).toEqual(['"old"', '"new"']);
      expect([(await views.state(deals)).checkpoint, (await views.state(next)).checkpoint]).toEqual([5n, 2n]);
    },
  },
  {
    name: 'what is found by labels has a digest of its own, whatever the order, and an undamaged store says nothing',
    async run({ views }) {
      await views.commit([step(deals, 0, 2, row('a', 1, 1, 'x', 'y'), row('b', 2, 2, 'x'))]);
      await views.commit([step(deals, 0, 2, row('a', 1, 1, 'y'), row('a', 2, 1, 'x'))], 'shadow');
      const labels = await views.labelDigest(deals);
      expect(labels).toMatch(/^[0-9a-f]{64}$/);
      expect(await views.labelDigest(deals, 'shadow')).not.toBe(labels);
      await views.commit([step(deals, 2, 3, row('b', 3, 2, 'x', 'x'))], 'shadow');
      expect(await views.labelDigest(deals, 'shadow')).toBe(labels);
      await views.commit([step(deals, 2, 3, row('a', 3, 5))]);
      expect(await views.labelDigest(deals)).toBe(labels);
      expect(await views.labelDigest({ name: 'nothing', version: 1 })).not.toBe(labels);
      expect(await views.check()).toBeUndefined();
    },
  },
  {
    name: 'a digest tells rows apart, and not how they were committed',
    async run({ views }) {
      const rows = [row('a', 1, 1), row('b', 2, 2), row('a', 3, null)];
      await views.commit([step(deals, 0, 3, ...rows)]);
      for (const [n, each] of rows.entries()) await views.commit([step(deals, n, n + 1, each)], 'shadow');
      const digest = await views.digest(deals);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(await views.digest(deals, 'shadow')).toBe(digest);
      expect(await views.digest(deals, 'live', 2n)).not.toBe(digest);
      expect(await views.digest(deals, 'live', 2n)).toBe(await views.digest(deals, 'shadow', 2n));
      const others = [
        [row('a', 1, 1), row('b', 2, 2)],
        [row('a', 1, 1), row('b', 2, 2), row('a', 3, 'null')],
        [row('b', 1, 1), row('b', 2, 2), row('a', 3, null)],
        [row('a', 1, 1), row('b', 3, 2), row('a', 3, null)],
      ];
      for (const [n, other] of others.entries()) {
        const view = { name: 'other', version: n + 1 };
        await views.commit([step(view, 0, 3, ...other)]);
        expect(await views.digest(view)).not.toBe(digest);
      }
    },
  },
  {
    name: 'a shadow build is not seen until it is promoted, and then takes the place of the live one',
    async run({ views, another }) {
      const other = await another();
      await views.commit([step(deals, 0, 5, row('a', 1, 'old', 'x'), row('z', 2, 'old', 'x'))]);
      await views.commit([step(deals, 0, 6, row('a', 1, 'new', 'x'), row('b', 2, 'new', 'x'))], 'shadow');
      expect(await views.list(deals, '')).toHaveLength(2);
      expect([await other.get(deals, 'a'), await other.get(deals, 'b')]).toEqual(['"old"', undefined]);
      expect(await views.get(deals, 'a', undefined, 'shadow')).toBe('"new"');
      expect(await views.getMany(deals, ['a', 'z'], 'shadow')).toEqual(['"new"', undefined]);
      await views.promote([deals]);
      for (const each of [views, other]) {
        expect((await each.list(deals, '')).map(({ key }) => key)).toEqual(['a', 'b']);
        expect((await each.labelled(deals, 'x')).map(({ row }) => row)).toEqual(['"new"', '"new"']);
        expect(await each.state(deals)).toEqual({ state: 'running', checkpoint: 6n });
        expect(await each.state(deals, 'shadow')).toEqual({ state: 'running', checkpoint: 0n });
      }
      await other.commit([step(deals, 6, 7, row('b', 7, 'newer'))]);
      expect(await views.get(deals, 'b')).toBe('"newer"');
    },
  },
  {
    name: 'views are promoted together or not at all',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('a', 1, 'old'))]);
      await views.commit([step(deals, 0, 5, row('a', 1, 'new'))], 'shadow');
      expect(await codeOf(() => views.promote([deals, people]))).toBe('view_conflict');
      expect(await views.get(deals, 'a')).toBe('"old"');
      await views.promote([deals]);
      expect(await views.get(deals, 'a')).toBe('"new"');
    },
  },
  {
    name: 'the shadow is for one at a time: whoever had it is refused from when another has taken it',
    async run({ views, another }) {
      const other = await another();
      await views.clearShadow();
      await views.commit([step(deals, 0, 5, row('a', 1, 'first'))], 'shadow');
      await other.clearShadow();
      for (const touch of [
        () => views.commit([step(deals, 0, 5)], 'shadow'),
        () => views.state(deals, 'shadow'),
        () => views.digest(deals, 'shadow'),
        () => views.labelDigest(deals, 'shadow'),
        () => views.get(deals, 'a', undefined, 'shadow'),
        () => views.promote([deals]),
      ]) {
        expect(await codeOf(touch)).toBe('shadow_taken');
      }
      await other.commit([step(deals, 0, 3, row('a', 2, 'second'))], 'shadow');
      await other.promote([deals]);
      expect(await views.get(deals, 'a')).toBe('"second"');
    },
  },
  {
    name: 'clearing the shadow leaves the live build, and the next shadow starts at 0',
    async run({ views }) {
      await views.commit([step(deals, 0, 5, row('a', 1, 'old'))]);
      await views.commit([step(deals, 0, 5, row('a', 1, 'new')), step(people, 0, 5)], 'shadow');
      await views.clearShadow();
      expect(await views.state(deals, 'shadow')).toEqual({ state: 'running', checkpoint: 0n });
      expect(await views.get(deals, 'a', undefined, 'shadow')).toBeUndefined();
      expect(await views.get(deals, 'a')).toBe('"old"');
      await views.commit([step(deals, 0, 2, row('b', 1, 1))], 'shadow');
      expect(await views.getMany(deals, ['a', 'b'], 'shadow')).toEqual([undefined, '1']);
    },
  },
  {
    name: 'another handle that opens later sees what was committed',
    async run({ views, another }) {
      await views.commit([step(deals, 0, 3, row('a', 1, { text: '日本語 🧾' }, 'x'))]);
      await views.stop(deals, { position: 4n, reason: 'unknown' });
      const other = await another();
      expect(await other.state(deals)).toMatchObject({ state: 'stopped', checkpoint: 3n, position: 4n });
      expect(await other.labelled(deals, 'x')).toEqual([{ key: 'a', row: '{"text":"日本語 🧾"}' }]);
    },
  },
];

/** Runs the contract against an adapter. */
export function viewsContract(name: string, open: () => Promise<OpenedViews>): void {
  describe(`${name} keeps the contract of view stores`, () => {
    const opened: ViewStore[] = [];
    afterEach(async () => {
      for (const views of opened.splice(0)) await views.close();
    });
    for (const { name: title, run } of VIEWS_CONTRACT) {
      test(title, async () => {
        const { views, another } = await open();
        opened.push(views);
        await run({
          views,
          async another() {
            const other = await another();
            opened.push(other);
            return other;
          },
        });
      });
    }
  });
}
