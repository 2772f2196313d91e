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
interface DealVersion {
  readonly key: string;
  readonly position: bigint;
  readonly row: string | null;
}

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
export function lateDeals(
  ledger: Ledger,
  { base, asOf, only, hasRules }: { base: bigint; asOf: bigint; only: string | undefined; hasRules: boolean },
) {
  const range = { after: base, upTo: asOf };
  /** By whom they credit: of a short time, read once for everybody. */
  let ofAll: ReadonlyMap<string, readonly DealVersion[]> | undefined;

  /** What was recorded of deals that credit, or credited, somebody of these, each once. */
  async function changes(people: ReadonlySet<string>): Promise<readonly Change[]> {
    if (base === asOf) return [];
    const known = only === undefined || hasRules || people.size > 1 ? undefined : await sinceAsked(only);
    if (known !== undefined) return known;
    const found = new Map<string, DealChange>();
    for (const versions of await versionsOf(people)) {
      for (const version of versions) {
        const key = `${version.key} ${version.position}`;
        if (!found.has(key)) for (const change of changeTo(version)) found.set(key, change);
      }
    }
    return [...found.values()];
  }

  async function versionsOf(people: ReadonlySet<string>): Promise<readonly (readonly DealVersion[])[]> {
    // Rules may credit anybody with any deal.
    if (hasRules) return [await ledger.views.changes(dealsView, { prefix: '' }, range)];
    if (only === undefined && asOf - base <= MOST_LOOKED_AT) {
      ofAll ??= byPerson(await versionsSince(ledger, base, asOf));
      const all = ofAll;
      return [...people].map((id) => all.get(id) ?? []);
    }
    const versions: (readonly DealVersion[])[] = [];
    for (const id of people)
      versions.push(await ledger.views.changes(dealsView, { label: participantLabel(id) }, range));
    return versions;
  }

  /** The same of one person, where it was asked for a moment ago: what was recorded since is little, whoever it is about. */
  async function sinceAsked(id: string): Promise<readonly Change[] | undefined> {
    const book = keptBooks(ledger.views).get(id, 'last');
    const late = book === undefined ? undefined : LATE.get(book);
    const isRecent = late?.base === base && late.asOf <= asOf && asOf - late.asOf <= MOST_SINCE;
    if (book === undefined || late === undefined || !isRecent) return undefined;
    const told = await ledger.views.changes(dealsView, { prefix: '' }, { after: late.asOf, upTo: asOf });
    const all = told.flatMap(changeTo);
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

/** What was recorded of deals between two positions, each with everybody whom the deal credits in that time, or did at its beginning. */
export async function versionsSince(
  { views }: Ledger,
  after: bigint,
  upTo: bigint,
): Promise<readonly (DealVersion & { readonly people: ReadonlySet<string> })[]> {
  const told = await views.changes(dealsView, { prefix: '' }, { after, upTo });
  const people = new Map<string, Set<string>>();
  for (const { key, row } of told) {
    const before = people.has(key) ? undefined : await views.get(dealsView, key, after);
    const credited = people.get(key) ?? new Set<string>();
    for (const each of [row, before]) {
      if (typeof each === 'string') for (const id of creditedBy(JSON.parse(each) as DealEntry)) credited.add(id);
    }
    people.set(key, credited);
  }
  return told.map((version) => ({ ...version, people: people.get(version.key) ?? new Set() }));
}

function byPerson(
  versions: readonly (DealVersion & { readonly people: ReadonlySet<string> })[],
): ReadonlyMap<string, readonly DealVersion[]> {
  const own = new Map<string, DealVersion[]>();
  for (const version of versions) {
    for (const id of version.people) {
      const known = own.get(id);
      if (known === undefined) own.set(id, [version]);
      else known.push(version);
    }
  }
  return own;
}

function changeTo({ position, row }: DealVersion): readonly DealChange[] {
  if (row === null) return [];
  const entry = JSON.parse(row) as DealEntry;
  return [{ position, event: entry.changedBy, entry }];
}
