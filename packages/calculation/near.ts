import { alongside } from '@ledger/kernel';
import type { Book, DealEntry } from './book.ts';
import { bookOf, foundingBook } from './colleagues.ts';
import type { ComponentInForce, MetricInForce } from './in-force.ts';
import type { Calculated } from './line.ts';
import type { Credited } from './measured.ts';
import type { CalculationProblem } from './problem.ts';
import type { MeasuredWindow, Surroundings } from './window.ts';

/**
 * What the calculation of a book takes over from that of another one which differs in deals and metrics only: a deal that is the same
 * counts the same under a component that is the same, and a window of the same credits earns the same, unless anything outside of the
 * window was looked at. Whatever else differs, nothing is taken over.
 */
export interface Near {
  /** What the deal counted for; `null` where the other book has not got the deal as it is. */
  countsOf(key: string, deal: DealEntry): readonly Counts[] | null;
  /** What is in force, in the words of the other book where it is the same there. */
  readonly inForceOn: InForceOn;
  isShared(inForce: ComponentInForce): boolean;
  /** What a window earned, where it is the same. */
  rated(id: string, window: MeasuredWindow): RatedWindow | null;
}

/** A deal's credit, and the window that it is in. */
interface Counts {
  readonly credited: Credited;
  readonly id: string;
  readonly measured: MeasuredWindow;
}

export interface RatedWindow {
  readonly lines: readonly Calculated[];
  /** Whether nothing outside of the window was looked at. */
  readonly isAlone: boolean;
}

/** What is taken over from a calculation. */
interface Earlier {
  readonly windows: ReadonlyMap<string, MeasuredWindow>;
  readonly inForceOn: InForceOn;
  readonly rated: ReadonlyMap<string, RatedWindow>;
  readonly problems: readonly CalculationProblem[];
}
type InForceOn = (date: string) => readonly ComponentInForce[];

const VARIANTS = alongside<Book, readonly Book[]>();

/** Says what a book is a variant of: what it has in common with the first of those that was calculated is not calculated again. */
export function variantOf(book: Book, others: readonly Book[]): Book {
  // Only the last step of a way is kept.
  for (const other of others) for (const each of [other, foundingBook(other)]) VARIANTS.delete(each);
  VARIANTS.set(book, others);
  return book;
}

/** What the book is a variant of, or that of somebody else in the company, as the participant sees it. */
export function variantsOf(book: Book): readonly Book[] {
  const others = VARIANTS.get(book) ?? VARIANTS.get(foundingBook(book)) ?? [];
  return others.flatMap((other) => bookOf(other, book.participant.participant) ?? []);
}

/** `known`: the calculation of a book up to the date that is asked for, if there is one. `own`: what is in force in the book. */
export function nearOf(book: Book, known: (other: Book) => Earlier | undefined, own: () => InForceOn): Near | null {
  for (const other of variantsOf(book)) {
    const calculation = known(other);
    if (calculation !== undefined && calculation.problems.length === 0 && differsLittle(book, other)) {
      return nearTo(book, other, calculation, own);
    }
  }
  return null;
}

/** Another book's calculation, and the deals that this one has otherwise, by deal key. */
export interface Beside<C> {
  readonly calculation: C;
  readonly differing: ReadonlyMap<string, Differing>;
}
export interface Differing {
  readonly was: DealEntry | undefined;
  readonly is: DealEntry | undefined;
}

/** With more of them everything may as well be calculated anew. */
const FEW_DEALS = 20;

/**
 * The calculation of a book that differs in a few deals only of those that the participant's own looks at; in none of them, if there is
 * such a one. `looksAt`: the deals that it looks at, those that closed before the date `upTo`.
 */
export function calculatedBeside<C>(
  book: Book,
  known: (other: Book) => C | undefined,
  looksAt: (book: Book) => readonly Book['deals'][],
  upTo: string,
): Beside<C> | undefined {
  let ours: readonly Book['deals'][] | undefined;
  let beside: Beside<C> | undefined;
  for (const other of variantsOf(book)) {
    const calculation = known(other);
    if (calculation === undefined || !differsLittle(book, other) || !areSame(book.metrics, other.metrics)) continue;
    ours ??= looksAt(book);
    const differing = differingDeals(looksAt(other), ours, upTo);
    if (differing?.size === 0) return { calculation, differing };
    if (differing !== null) beside ??= { calculation, differing };
  }
  return beside;
}

/** What is otherwise in some parts of a book; `null` where it is much. */
function differingDeals(
  theirs: readonly Book['deals'][],
  ours: readonly Book['deals'][],
  upTo: string,
): ReadonlyMap<string, Differing> | null {
  if (ours.length !== theirs.length) return null;
  const differing = new Map<string, Differing>();
  for (const [at, is] of ours.entries()) {
    const was = theirs[at] ?? NO_DEALS;
    if (is === was) continue;
    for (const [key, deal] of is) {
      const other = was.get(key);
      if (other === undefined || !isSameEntry(deal, other)) tell(key, other, deal);
      if (differing.size > FEW_DEALS) return null;
    }
    for (const [key, deal] of was) {
      if (!is.has(key)) tell(key, deal, undefined);
      if (differing.size > FEW_DEALS) return null;
    }
  }
  return differing;

  /** A deal may leave one part for another. */
  function tell(key: string, was: DealEntry | undefined, is: DealEntry | undefined): void {
    if ([was, is].every((deal) => deal === undefined || deal.closedOn >= upTo)) return;
    const known = differing.get(key);
    differing.set(key, { was: known?.was ?? was, is: known?.is ?? is });
  }
}

function differsLittle(a: Book, b: Book): boolean {
  return (
    isSameEntry(a.calendar, b.calendar) &&
    areSame(a.plans, b.plans) &&
    areSame(a.crediting, b.crediting) &&
    areSame(a.rates, b.rates) &&
    isSameEntry(a.participant, b.participant) &&
    areSame(a.quotas, b.quotas) &&
    areSame(a.exceptions ?? NO_ENTRIES, b.exceptions ?? NO_ENTRIES) &&
    a.colleagues === b.colleagues
  );
}

/** An entry is what the last event that changed it made of it, however often it is read. */
interface Entry {
  readonly changedBy: string;
}
type Entries = ReadonlyMap<string, Entry>;
const NO_ENTRIES: Entries = new Map();
const NO_DEALS: Book['deals'] = new Map();

function isSameEntry(a: Entry, b: Entry | undefined): boolean {
  return a === b || a.changedBy === b?.changedBy;
}

function areSame(a: Entries, b: Entries): boolean {
  return a === b || (a.size === b.size && [...a].every(([key, entry]) => isSameEntry(entry, b.get(key))));
}

const NOTHING: readonly Counts[] = [];

function nearTo(book: Book, other: Book, calculation: Earlier, own: () => InForceOn): Near {
  const counts = countsBy(calculation);
  return {
    ...inForceBeside(book, other, calculation.inForceOn, own),
    countsOf: (key, deal) => (isSameEntry(deal, other.deals.get(key)) ? (counts.get(key) ?? NOTHING) : null),
    rated: (id, { name, credits }) => {
      const [rated, before] = [calculation.rated.get(id), calculation.windows.get(id)];
      if (rated === undefined || before === undefined || !rated.isAlone || before.name !== name) return null;
      return areSameCredits(before.credits, credits) ? rated : null;
    },
  };
}

/** Whether credits were taken over, every one of them, and no other is there. */
export function areSameCredits(a: readonly Credited[], b: readonly Credited[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

const COUNTS = alongside<Earlier, ReadonlyMap<string, readonly Counts[]>>();

function countsBy(calculation: Earlier): ReadonlyMap<string, readonly Counts[]> {
  let counts = COUNTS.get(calculation);
  if (counts === undefined) {
    counts = countsByDeal(calculation);
    COUNTS.set(calculation, counts);
  }
  return counts;
}

function countsByDeal({ windows }: Earlier): ReadonlyMap<string, readonly Counts[]> {
  const byDeal = new Map<string, Counts[]>();
  for (const [id, measured] of windows) {
    for (const credited of measured.credits) {
      // What comes back is taken from its windows anew.
      if (credited.returns !== undefined) continue;
      const own = byDeal.get(credited.key);
      if (own === undefined) byDeal.set(credited.key, [{ credited, id, measured }]);
      else own.push({ credited, id, measured });
    }
  }
  return byDeal;
}

function inForceBeside(
  book: Book,
  other: Book,
  theirs: InForceOn,
  own: () => InForceOn,
): Pick<Near, 'inForceOn' | 'isShared'> {
  if (areSame(book.metrics, other.metrics)) return { inForceOn: theirs, isShared: () => true };
  const ours = own();
  const shared = new Set<ComponentInForce>();
  const known = new Map<readonly ComponentInForce[], Map<readonly ComponentInForce[], readonly ComponentInForce[]>>();
  return {
    isShared: (inForce) => shared.has(inForce),
    inForceOn: (date) => {
      const [mine, before] = [ours(date), theirs(date)];
      const ofMine = known.get(mine) ?? new Map<readonly ComponentInForce[], readonly ComponentInForce[]>();
      known.set(mine, ofMine);
      let both = ofMine.get(before);
      if (both === undefined) {
        both = mine.map((each) => before.find((one) => isSame(each, one)) ?? each);
        ofMine.set(before, both);
        for (const each of both) if (before.includes(each)) shared.add(each);
      }
      return both;
    },
  };
}

function isSame(a: ComponentInForce, b: ComponentInForce): boolean {
  const isSameMetric = (one: MetricInForce | null, other: MetricInForce | null) =>
    one === other || (one !== null && one.version.event === other?.version.event);
  return (
    a.component === b.component &&
    a.plan === b.plan &&
    a.planVersion.event === b.planVersion.event &&
    a.obstacle === null &&
    b.obstacle === null &&
    isSameMetric(a.metric, b.metric) &&
    isSameMetric(a.pay, b.pay)
  );
}

/** The surroundings of windows, and how often something was asked of them that lies outside of the window. */
export function watched({ measures, credited, ...rest }: Surroundings): {
  readonly around: Surroundings;
  readonly asked: () => number;
} {
  let asked = 0;
  return {
    asked: () => asked,
    around: {
      ...rest,
      measures: {
        own: (...args) => {
          asked += 1;
          return measures.own(...args);
        },
        other: (...args) => {
          asked += 1;
          return measures.other(...args);
        },
      },
      credited: (component) => {
        asked += 1;
        return credited(component);
      },
    },
  };
}
