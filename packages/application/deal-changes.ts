import type { Book, Change, DealEntry, History } from '@ledger/calculation';
import { creditedBy } from '@ledger/calculation';
import { dealKey } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { dealsView, participantLabel } from '@ledger/projections';
import { keptBooks } from './kept-books.ts';
import type { Ledger } from './ledger.ts';

/** Positions of the log: where more was recorded, it is not looked at whom that concerns. */
export const MOST_LOOKED_AT = 5_000n;

/** Positions: more is not looked through for what is about one person. */
const MOST_SINCE = 200n;

/** A deal as it was recorded anew. */
interface DealChange extends Change {
  readonly entry: DealEntry;
}

/** What was found to be recorded of somebody's deals after a base, and up to which position it was looked for. */
interface Late {
  readonly base: bigint;
  readonly asOf: bigint;
  readonly changes: readonly Change[];
}

/** By the last book of the person. */
const LATE = alongside<Book, Late>();

/** What was recorded of deals after `base`, up to `asOf`: of one participant where `only` names one, or of any. */
export function dealChanges(
  ledger: Ledger,
  { base, asOf, only, hasRules }: { base: bigint; asOf: bigint; only: string | undefined; hasRules: boolean },
) {
  /** By whom they credit: of a short time, read once for everybody. */
  let ofAll: ReadonlyMap<string, readonly DealChange[]> | undefined;

  /** What was recorded of deals that credit, or credited, somebody of these, each once. */
  async function changes(people: ReadonlySet<string>): Promise<readonly Change[]> {
    if (base === asOf) return [];
    const known = only === undefined || hasRules || people.size > 1 ? undefined : await sinceAsked(only);
    if (known !== undefined) return known;
    const found = new Map<string, DealChange>();
    for (const own of await changesOf(people)) {
      for (const change of own) {
        const key = `${dealKey(change.entry)} ${change.position}`;
        if (!found.has(key)) found.set(key, change);
      }
    }
    return [...found.values()];
  }

  async function changesOf(people: ReadonlySet<string>): Promise<readonly (readonly DealChange[])[]> {
    // Rules may credit anybody with any deal.
    if (hasRules) return [await recorded(ledger, { prefix: '' }, base, asOf)];
    if (only === undefined && asOf - base <= MOST_LOOKED_AT) {
      ofAll ??= byPerson(await changesSince(ledger, base, asOf));
      const all = ofAll;
      return [...people].map((id) => all.get(id) ?? []);
    }
    const each: (readonly DealChange[])[] = [];
    for (const id of people) each.push(await recorded(ledger, { label: participantLabel(id) }, base, asOf));
    return each;
  }

  /** The same of one person, where it was asked for a moment ago: what was recorded since is little, whoever it is about. */
  async function sinceAsked(id: string): Promise<readonly Change[] | undefined> {
    const book = keptBooks(ledger.views).get(id, 'last');
    const late = book === undefined ? undefined : LATE.get(book);
    const isRecent = late?.base === base && late.asOf <= asOf && asOf - late.asOf <= MOST_SINCE;
    if (book === undefined || late === undefined || !isRecent) return undefined;
    const all = await recorded(ledger, { prefix: '' }, late.asOf, asOf);
    const own = new Set(all.filter(({ entry }) => creditedBy(entry).includes(id)).map(({ entry }) => dealKey(entry)));
    for (const key of own) {
      // Of a deal that was there without them, what was told of it before belongs here too.
      if (!book.deals.has(key) && (await ledger.views.get(dealsView, key, late.asOf)) !== undefined) return undefined;
    }
    const since = all.filter(({ entry }) => own.has(dealKey(entry)) || book.deals.has(dealKey(entry)));
    return [...late.changes, ...since];
  }

  return {
    changes,
    /** Whether a book is of a later position than these. */
    isLater: (book: Book) => (LATE.get(book)?.asOf ?? 0n) > asOf,
    /** What was found for a person whose last book is kept. */
    keep(book: Book, history: History): void {
      LATE.set(book, { base, asOf, changes: history.changes.filter(({ entry }) => entry.kind === 'deal') });
    },
  };
}

/** A change with everybody whom its deal credits in the time that is looked at, or did at its beginning. */
interface Concerning {
  readonly change: DealChange;
  readonly people: ReadonlySet<string>;
}

/** What was recorded of deals between two positions, and whom it concerns. */
export async function changesSince(ledger: Ledger, after: bigint, upTo: bigint): Promise<readonly Concerning[]> {
  const people = new Map<string, Set<string>>();
  const concerning: Concerning[] = [];
  for (const change of await recorded(ledger, { prefix: '' }, after, upTo)) {
    const key = dealKey(change.entry);
    let credited = people.get(key);
    if (credited === undefined) {
      const before = await ledger.views.get(dealsView, key, after);
      credited = new Set(before === undefined ? [] : creditedBy(JSON.parse(before) as DealEntry));
      people.set(key, credited);
    }
    for (const id of creditedBy(change.entry)) credited.add(id);
    concerning.push({ change, people: credited });
  }
  return concerning;
}

function byPerson(all: readonly Concerning[]): ReadonlyMap<string, readonly DealChange[]> {
  const own = new Map<string, DealChange[]>();
  for (const { change, people } of all) {
    for (const id of people) {
      const known = own.get(id);
      if (known === undefined) own.set(id, [change]);
      else known.push(change);
    }
  }
  return own;
}

async function recorded(
  { views }: Ledger,
  of: { readonly label: string } | { readonly prefix: string },
  after: bigint,
  upTo: bigint,
): Promise<readonly DealChange[]> {
  return (await views.changes(dealsView, of, { after, upTo })).flatMap(({ position, row }) => {
    if (row === null) return [];
    const entry = JSON.parse(row) as DealEntry;
    return [{ position, event: entry.changedBy, entry }];
  });
}
