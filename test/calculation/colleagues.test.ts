import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Book, bookOf, type DealEntry, earn, type Own, presentBook, replay } from '@ledger/calculation';
import { describe, expect, test } from 'vitest';
import { company, deal, given, person, quota } from './given.ts';

describe('colleagues', () => {
  test('the book as a colleague sees it is theirs, and one and the same for everybody who asks', () => {
    const { ada, ben } = twoPeople();
    const theirs = bookOf(ada, 'ben');
    expect(theirs?.participant.participant).toBe('ben');
    expect([...(theirs?.quotas.keys() ?? [])]).toEqual(['arr.2026']);
    expect(theirs?.deals).toBe(ada.deals);
    expect(bookOf(ada, 'ben')).toBe(theirs);
    expect(bookOf(ada, 'ada')).toBe(ada);
    expect(theirs && bookOf(theirs, 'ada')).toBe(ada);
    expect(bookOf(ada, 'zoe')).toBeUndefined();
    expect(bookOf({ ...ada, deals: new Map() }, 'ben')).not.toBe(theirs);
    expect(ben.quotas.size).toBe(1);
  });

  test('changes of colleagues take part, those of anybody else do not', () => {
    const { ada } = twoPeople();
    const ledger = given();
    person(ledger, 'ben');
    ledger.record('ReportingLineChanged', {
      participant: 'ben',
      manager: 'ada',
      effectiveFrom: '2026-04-01',
      reason: 'moved',
    });
    person(ledger, 'zoe');
    const { changes } = ledger.history('ben');
    const present = presentBook({ base: ada, changes, posted: [] });
    expect(present.colleagues.get('ben')?.participant.managers.at(-1)).toMatchObject({ manager: 'ada' });
    expect([...present.colleagues.keys()]).toEqual(['ada', 'ben']);
    expect(ada.colleagues.get('ben')?.participant.managers).toHaveLength(1);
    expect(present.participant).toBe(ada.participant);
  });

  test('books of one company that grow by the same changes stay books of one company', () => {
    const { ada } = twoPeople();
    const ben = bookOf(ada, 'ben');
    if (ben === undefined) throw new Error('ben is a colleague');
    const ledger = given();
    person(ledger, 'ben');
    ledger.record('ReportingLineChanged', {
      participant: 'ben',
      manager: 'ada',
      effectiveFrom: '2026-04-01',
      reason: 'moved',
    });
    const { changes } = ledger.history('ben');
    const present = presentBook({ base: ada, changes, posted: [] });
    const theirs = presentBook({ base: ben, changes, posted: [] });
    expect(theirs).toBe(bookOf(present, 'ben'));
    expect(theirs.participant.managers.at(-1)).toMatchObject({ manager: 'ada' });
    expect(theirs.quotas).toBe(ben.quotas);
    // Whoever's book differs in anything else has one of their own.
    const jurisdictions = new Map();
    expect(presentBook({ base: { ...ben, jurisdictions }, changes, posted: [] })).not.toBe(theirs);
    expect(presentBook({ base: ben, changes: [...changes], posted: [] })).not.toBe(theirs);
  });
});

describe('what people see of each other', () => {
  test('is let go with the deals that it was seen of', async () => {
    const { ada } = twoPeople();
    const seen = Array.from({ length: 5 }, () => {
      const theirs = bookOf({ ...ada, deals: new Map(ada.deals) }, 'ben');
      if (theirs === undefined) throw new Error('ben is a colleague');
      return new WeakRef(theirs);
    });
    // What was made in a turn is held until its end.
    await new Promise(setImmediate);
    collectGarbage();
    expect(seen.map((each) => each.deref())).toEqual(seen.map(() => undefined));
    expect(bookOf(ada, 'ben')).toBe(bookOf({ ...ada }, 'ben'));
  });
});

describe('a company whose books grow change by change', () => {
  test('earns by one calculation for all changes that are about others', () => {
    const { ada } = twoPeople();
    const ledger = given();
    person(ledger, 'ben');
    deal(ledger, { deal: 'D-2', amount: '10.00' });
    const changes = ledger.history('ben').changes.filter(({ entry }) => entry.kind === 'deal');
    expect(changes).toHaveLength(1);
    const earned = (book: Book, id: string) => earn(bookOf(book, id) ?? book, '2027-01-01');
    const before = { ada: earned(ada, 'ada'), ben: earned(ada, 'ben') };
    const present = presentBook({ base: ada, changes, posted: [], near: ada });
    expect(earned(present, 'ben')).toBe(before.ben);
    expect(earned(present, 'ada')).not.toBe(before.ada);
    // Without a book that was calculated before, everything is calculated anew.
    expect(earned({ ...present, deals: new Map(present.deals) }, 'ben')).not.toBe(before.ben);
  });

  test('goes one way, on which everybody is told what they are told by themselves', () => {
    const { ada: base } = twoPeople();
    let copies = 0;
    class Counted extends Map<string, DealEntry> {
      override [Symbol.iterator]() {
        copies += 1;
        return super[Symbol.iterator]();
      }
    }
    const ledger = company(given());
    person(ledger, 'ben');
    for (const name of ['D-1', 'D-2', 'D-3', 'D-2']) deal(ledger, { deal: name, amount: '10.00' });
    const changes = ledger.history('ada').changes.filter(({ entry }) => entry.kind === 'deal');
    const replayed = (of: Book, id: string, by: typeof changes) => {
      const book = bookOf(of, id);
      if (book === undefined) throw new Error(`${id} is a colleague`);
      const history = { base: book, changes: by, posted: [] };
      return replay(history, '2026-Q1', '2026-Q1', { after: 0n, upTo: '2026-04-01' });
    };
    const counted = { ...base, deals: new Counted(base.deals) };
    const ada = replayed(counted, 'ada', changes);
    const made = copies;
    const ben = replayed(counted, 'ben', changes);
    expect([made > 0, copies - made]).toEqual([true, 0]);
    expect(ada.moved?.deals.map(({ deal: key }) => key)).toEqual(['crm.D-1', 'crm.D-2', 'crm.D-3']);
    expect(ada).toEqual(replayed({ ...base }, 'ada', [...changes]));
    expect(ben).toEqual(replayed({ ...base }, 'ben', [...changes]));
  });

  test('has the books that it has by all of them at once', () => {
    const { ada } = twoPeople();
    const ledger = company(given());
    person(ledger, 'ben');
    for (const name of ['D-1', 'D-2', 'D-3', 'D-2']) deal(ledger, { deal: name, amount: '10.00' });
    const { changes } = ledger.history('ada');
    let near: Book | undefined;
    for (let at = 1; at <= changes.length; at += 1) {
      const some = changes.slice(0, at);
      const grown = presentBook({ base: ada, changes: some, posted: [], near });
      expect(grown).toEqual(presentBook({ base: { ...ada }, changes: [...some], posted: [] }));
      near = grown;
    }
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function twoPeople(): { ada: Book; ben: Book } {
  const ledger = company(given());
  person(ledger, 'ben');
  quota(ledger, ['100'], { participant: 'ben' });
  deal(ledger, { deal: 'D-1' });
  const [ada, ben] = [ledger.book('ada'), ledger.book('ben')];
  const own = (book: Book): Own => ({ participant: book.participant, quotas: book.quotas });
  const colleagues = new Map([
    ['ada', own(ada)],
    ['ben', own(ben)],
  ]);
  return { ada: { ...ada, colleagues }, ben: { ...ben, colleagues } };
}
