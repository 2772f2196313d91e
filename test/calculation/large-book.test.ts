import { type Book, type Earned, earn, traceLine, workingCopy } from '@ledger/calculation';
import { toText } from '@ledger/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amend, band, cancel, company, deal, given, quota } from './given.ts';

const END = '2026-07-01';
/** Beyond the size of which a book is copied as a whole for each change. */
const DEALS = 600;

const change = fc.record({
  what: fc.constantFrom('new', 'new', 'amend', 'move', 'cancel'),
  nth: fc.integer({ min: 0, max: DEALS - 1 }),
  day: fc.integer({ min: 0, max: 170 }),
  amount: fc.integer({ min: -50_00, max: 9_000_00 }),
});

const dayOf = (days: number) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
const money = (cents: number) => toText({ n: BigInt(cents), d: 100n });
const idOf = (nth: number) => `D-${String(nth).padStart(4, '0')}`;

function told({ windows, lines, credited, problems }: Earned) {
  return {
    problems,
    windows: [...windows].map(([id, { name, credits }]) => [id, name, credits.map(({ key }) => key)]),
    credited: [...credited].map(([id, credits]) => [id, credits.map(({ key, deal: { event } }) => [key, event])]),
    lines: [...lines].map(([period, all]) => [period, all.map((line) => [line.line, line.amount])]),
  };
}

test('a large book that grows by one deal after another earns what it earns by itself, and what was shown of it stays', () => {
  let [kept, all] = [0, 0];
  fc.assert(
    fc.property(fc.array(change, { minLength: 40, maxLength: 60 }), (changes) => {
      const table = [band('0', '5%'), band('100%', '8%', 'retroactive')];
      const ledger = company(given('month'), { window: 'quarter', table });
      quota(ledger, ['400000']);
      for (let nth = 0; nth < DEALS; nth += 1) {
        deal(ledger, { deal: idOf(nth), closedOn: dayOf((nth * 37) % 170), amount: money(100_00 + nth * 97) });
      }
      let last = ledger.book('ada');
      let before = earn(last, END);
      const shown: { readonly book: Book; readonly deals: readonly unknown[] }[] = [];
      for (const [at, { what, nth, day, amount }] of changes.entries()) {
        const id = what === 'new' ? `N-${at}` : idOf(nth);
        const closedOn = what === 'amend' ? dayOf((nth * 37) % 170) : dayOf(day);
        if (what === 'cancel' && ledger.book('ada').deals.get(`crm.${id}`)?.cancelled !== null) continue;
        if (what === 'new') deal(ledger, { deal: id, closedOn, amount: money(amount) });
        else if (what === 'cancel') cancel(ledger, id);
        else amend(ledger, { deal: id, closedOn, amount: money(amount) });
        const alone = ledger.book('ada');
        const entry = alone.deals.get(`crm.${id}`);
        if (entry === undefined) throw new Error(`no deal ${id}`);
        const working = workingCopy(last);
        working.add({ position: BigInt(at + 1), event: entry.changedBy, entry });
        const book = working.book();
        expect([...book.deals]).toEqual([...alone.deals]);
        expect([book.deals.size, [...book.deals.keys()].length]).toEqual([alone.deals.size, alone.deals.size]);
        const now = earn(book, END);
        expect(told(now)).toEqual(told(earn(alone, END)));
        const one = [...now.lines.values()][0]?.[0];
        if (one !== undefined) expect(traceLine(one)).toBeDefined();
        const known = new Set([...before.windows.values()]);
        kept += [...now.windows.values()].filter((window) => known.has(window)).length;
        all += now.windows.size;
        [before, last] = [now, book];
        shown.push({ book, deals: [...book.deals] });
      }
      for (const { book, deals } of shown) expect([...book.deals]).toEqual(deals);
    }),
    { numRuns: 6 },
  );
  // A quarter that the change does not touch is the same object as before.
  expect(kept / all).toBeGreaterThan(0.3);
});
