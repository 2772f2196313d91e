import type {
  Book,
  CalendarEntry,
  Change,
  DealEntry,
  ExceptionEntry,
  History,
  Own,
  ParticipantEntry,
  PeriodEntry,
  Posted,
  PostedEntry,
  QuotaEntry,
} from '@ledger/calculation';
import { presentBook, type Reach, reachesOthers } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { CORRECTED, correctedLabel, dealsView, participantLabel, postedView, queriesView } from '@ledger/projections';
import { companyBook, ownBook, reachAt, reached } from './colleagues.ts';
import { changesSince, dealChanges, MOST_LOOKED_AT } from './deal-changes.ts';
import { type Definitions, definitionChanges, definitionsAt } from './definitions-at.ts';
import { isWhole, keptBooks } from './kept-books.ts';
import { calendarOf, type Ledger } from './ledger.ts';
import { resolvedQueries } from './resolved-queries.ts';

/** What was recorded since the books began; and what of it is about deals. */
interface Told {
  readonly changes: readonly Change[];
  readonly late: readonly Change[];
}

/** The definitions of a ledger as of a position, read once, from which the history of any participant is opened. */
export interface Books {
  readonly asOf: bigint;
  readonly calendar: CalendarEntry;
  readonly periods: ReadonlyMap<string, PeriodEntry>;
  readonly participants: ReadonlyMap<string, ParticipantEntry>;
  /** Of everybody, whether or not one participant alone was asked for. */
  readonly ofAll: boolean;
  /** What one participant's statements and corrections are computed from; with what was posted up to an earlier position, if one is named. */
  history(participant: string, posted?: bigint): Promise<History | Problem>;
  /** What was calculated of it is kept for the next answer about the participant. */
  keep(participant: string, history: History): void;
  /**
   * Says that all of these will be asked for: of those who look at mostly the same people, books are kept as of one company, though
   * some of them could do with a few people less.
   */
  gather(participants: Iterable<string>): Promise<void>;
  /** The same without its past: the book as of the position. */
  book(participant: string): Promise<Book | Problem>;
  /** Whose book may be another one than as of an earlier position; `null` where it may be anybody's. */
  concernedSince(position: bigint): Promise<ReadonlySet<string> | null>;
}

/**
 * Opens the books as of a position; those of one participant alone where `only` names one, so that an answer about somebody costs the
 * same in a company of any size. The past that corrections are explained from begins at the last freeze; where nothing is frozen, at
 * `since`, a position that is not later than `asOf`.
 */
export async function openBooks(
  ledger: Ledger,
  asOf: bigint,
  only?: string,
  since: bigint = asOf,
): Promise<Books | Problem> {
  const standing = await calendarOf(ledger, asOf);
  if (isProblem(standing)) return standing;
  const calendar: CalendarEntry = standing;
  const now = await definitionsAt(ledger, asOf, only);
  const base = lastFreeze(now.periods.values()) ?? since;
  const then = base === asOf ? now : await definitionsAt(ledger, base, only);
  // Whoever looks at others needs to know who they are.
  const hasRules = now.crediting.size > 0;
  if (only !== undefined && (hasRules || reachesOthers(reachAt(only, now, then))))
    return openBooks(ledger, asOf, undefined, since);
  const recorded = await definitionChanges(ledger, base, asOf, only);
  const ofDeals = dealChanges(ledger, { base, asOf, only, hasRules });
  const parsed = new Map<bigint, Map<string, DealEntry>>();
  const changed = new Map<string, Told>();
  const companies = new Map<string, (id: string) => Book | undefined>();
  const reachOfEach = new Map<string, Reach>();
  const peopleOf = new Map<string, ReadonlySet<string>>();

  async function book(definitions: Definitions, id: string, at: bigint): Promise<Book | Problem> {
    const known = now.participants.get(id);
    if (known === undefined) {
      return problem('participant_unknown', `Participant "${id}" is not in the ledger as of ${asOf}; check the id.`);
    }
    const people = await peopleFor(id);
    const shared = {
      calendar: definitions.calendar ?? calendar,
      metrics: definitions.metrics,
      plans: definitions.plans,
      crediting: definitions.crediting,
      jurisdictions: definitions.jurisdictions,
      ...(definitions.corrections === undefined ? {} : { corrections: definitions.corrections }),
      rates: definitions.rates,
      periods: definitions.periods,
    };
    if (people.size === 1 && !hasRules) return ownBook(shared, ownAt(definitions, known), await dealsOf(id, at));
    const names = [...people].sort();
    const key = hasRules ? `${at} *` : `${at} ${names.join(' ')}`;
    let company = companies.get(key);
    if (company === undefined) {
      const deals = hasRules ? await allDeals(at) : await dealsOfAll(names, at);
      const own = names.flatMap((each) => now.participants.get(each) ?? []).map((entry) => ownAt(definitions, entry));
      company = companyBook(shared, own, deals);
      companies.set(key, company);
    }
    const theirs = company(id);
    if (theirs === undefined) throw new Error(`${id} is not among the people whom their own plans look at`);
    return theirs;
  }

  async function dealsOfAll(people: readonly string[], at: bigint): Promise<ReadonlyMap<string, DealEntry>> {
    const deals = new Map<string, DealEntry>();
    for (const each of people) for (const [deal, entry] of await dealsOf(each, at, true)) deals.set(deal, entry);
    return deals;
  }

  /** Rules may credit anybody with any deal. */
  async function allDeals(at: bigint): Promise<ReadonlyMap<string, DealEntry>> {
    const rows = await ledger.views.list(dealsView, '', at);
    return new Map(rows.map(({ key, row }) => [key, JSON.parse(row) as DealEntry]));
  }

  /** Everybody whom somebody's plans look at, that person included; where there are crediting rules, everybody. A few more, if they were gathered. */
  async function peopleFor(id: string): Promise<ReadonlySet<string>> {
    if (hasRules) return new Set(now.participants.keys());
    if (isAlone(id)) return new Set([id]);
    let people = peopleOf.get(id);
    if (people === undefined) {
      people = await lookedAtBy(id);
      peopleOf.set(id, people);
    }
    return people;
  }

  function lookedAtBy(id: string): Promise<ReadonlySet<string>> {
    return reached(id, now, then, reachOf, async (each) => [
      ...(await dealsOf(each, base, true)).values(),
      ...(await dealsOf(each, asOf, true)).values(),
    ]);
  }

  function reachOf(id: string): Reach {
    const reach = reachOfEach.get(id) ?? reachAt(id, now, then);
    reachOfEach.set(id, reach);
    return reach;
  }

  async function gather(participants: Iterable<string>): Promise<void> {
    let sets: readonly ReadonlySet<string>[] = [];
    for (const id of new Set(participants)) {
      if (!now.participants.has(id) || hasRules || isAlone(id)) continue;
      const own = await lookedAtBy(id);
      const company = sets.find((all) => areMostOf(own, all)) ?? own;
      peopleOf.set(id, company);
      if (company !== own) continue;
      const fewer = sets.filter((each) => areMostOf(each, own));
      sets = [...sets.filter((each) => !fewer.includes(each)), own];
      for (const [each, people] of peopleOf) if (fewer.includes(people)) peopleOf.set(each, own);
    }
  }

  /** Deals that credit, or ever credited, somebody; those that several people look at are parsed once. */
  async function dealsOf(id: string, at: bigint, isShared = false): Promise<ReadonlyMap<string, DealEntry>> {
    const rows = await ledger.views.labelled(dealsView, participantLabel(id), at);
    if (!isShared) return new Map(rows.map(({ key, row }) => [key, JSON.parse(row) as DealEntry]));
    const known = parsed.get(at) ?? new Map<string, DealEntry>();
    parsed.set(at, known);
    return new Map(
      rows.map(({ key, row }) => {
        const entry = known.get(key) ?? (JSON.parse(row) as DealEntry);
        known.set(key, entry);
        return [key, entry];
      }),
    );
  }

  async function history(id: string, postedAt: bigint = asOf): Promise<History | Problem> {
    const people = await peopleFor(id);
    const { late, changes } = await changesFor(people);
    const opened = await baseOf(id, late);
    if (isProblem(opened)) return opened;
    return {
      base: opened,
      changes,
      near: keptBooks(ledger.views).get(id, 'last'),
      posted: await postedInForce(ledger, id, now.periods, postedAt),
      queries: (await resolved()).get(id),
    };
  }

  /** One and the same for all who look at the same people, so that their books are told to be of one company. */
  async function changesFor(people: ReadonlySet<string>): Promise<Told> {
    const key = [...people].sort().join(' ');
    let told = changed.get(key);
    if (told === undefined) {
      const late = await ofDeals.changes(people);
      told = { late, changes: [...recorded.filter((change) => concerns(change, people)), ...late].sort(inOrder) };
      if (people.size > 1) changed.set(key, told);
    }
    return told;
  }

  function keep(id: string, of: History): void {
    if (only === undefined || !isAlone(id)) return;
    const kept = keptBooks(ledger.views);
    const last = kept.get(id, 'last');
    // Whoever looks back leaves what is known of the present where it is.
    if (last !== undefined && ofDeals.isLater(last)) return;
    const book = presentBook(of);
    kept.keep(id, 'last', book);
    ofDeals.keep(book, of);
  }

  function isAlone(id: string): boolean {
    return !hasRules && !reachesOthers(reachOf(id));
  }

  /** The book as of the last freeze. That of somebody who looks at nobody else, and was there by then, hangs on nothing later. */
  async function baseOf(id: string, late: readonly Change[]): Promise<Book | Problem> {
    if (base === asOf || !isAlone(id) || !then.participants.has(id)) return book(then, id, base);
    const kept = keptBooks(ledger.views);
    const known = kept.get(id, base);
    if (known !== undefined && (await isWhole(ledger, known, base, late))) return known;
    const opened = await book(then, id, base);
    if (!isProblem(opened)) kept.keep(id, base, opened, only === undefined ? now.participants.size : 1);
    return opened;
  }

  let queries: ReadonlyMap<string, NonNullable<History['queries']>> | undefined;
  /** Queries that were resolved by an event, by participant: few, and read once. */
  async function resolved(): Promise<NonNullable<typeof queries>> {
    queries ??= resolvedQueries(
      await ledger.views.labelled(queriesView, only === undefined ? CORRECTED : correctedLabel(only), asOf),
    );
    return queries;
  }

  async function concernedSince(position: bigint): Promise<ReadonlySet<string> | null> {
    if (asOf - position > MOST_LOOKED_AT) return null;
    const isTied = hasRules || [...now.participants.keys()].some((id) => reachesOthers(reachAt(id, now)));
    const concerned = new Set<string>();
    for (const { entry } of await definitionChanges(ledger, position, asOf, only)) {
      // What a period is decides about its statements, not about what is earned in it.
      if (entry.kind === 'period') continue;
      if (isTied || !isOwn(entry)) return null;
      concerned.add(entry.participant);
    }
    const told = await changesSince(ledger, position, asOf);
    if (isTied && told.length > 0) return null;
    for (const { people } of told) for (const id of people) concerned.add(id);
    return concerned;
  }

  return {
    asOf,
    calendar,
    periods: now.periods,
    participants: now.participants,
    ofAll: only === undefined,
    history,
    keep,
    gather,
    concernedSince,
    book: (id) => book(now, id, asOf),
  };
}

/** Whether people are among others, and most of them. */
function areMostOf(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return some.isSubsetOf(all) && all.size < 2 * some.size;
}

/** Whether a statement is the one that counts: that of a freeze before a reopening no longer does. */
export function isInForce(
  { kind, freeze = 1, statement }: Posted | PostedEntry,
  periods: ReadonlyMap<string, PeriodEntry>,
): boolean {
  return kind === 'posted' && freeze === 1 + (periods.get(statement.period)?.reopened ?? 0);
}

/** A person's frozen statements as of a position, in the order of their periods; those of freezes that were undone are left out. */
export async function postedInForce(
  { views }: Ledger,
  participant: string,
  periods: ReadonlyMap<string, PeriodEntry>,
  asOf: bigint,
): Promise<readonly Posted[]> {
  const rows = await views.labelled(postedView, participantLabel(participant), asOf);
  return rows.map(({ row }) => JSON.parse(row) as Posted).filter((entry) => isInForce(entry, periods));
}

/** The position that the latest freeze pinned, if any period is frozen. */
function lastFreeze(periods: Iterable<PeriodEntry>): bigint | undefined {
  let last: bigint | undefined;
  for (const { state, asOf } of periods) {
    if (state !== 'frozen' || asOf === null) continue;
    const pinned = BigInt(asOf);
    if (last === undefined || pinned > last) last = pinned;
  }
  return last;
}

/** Whether a changed definition can move the numbers of somebody: what is the own of people whom nobody looks at cannot. */
function concerns({ entry }: Change, people: ReadonlySet<string>): boolean {
  return !isOwn(entry) || people.has(entry.participant);
}

function isOwn(entry: Change['entry']): entry is ParticipantEntry | QuotaEntry | ExceptionEntry {
  return entry.kind === 'participant' || entry.kind === 'quota' || entry.kind === 'exception';
}

/**
 * A person's own entries. Somebody who joined after the last freeze had no plan, and no manager, before it; no event has made them what
 * they were then, and entries of one event would be taken for the same.
 */
function ownAt({ participants, quotas, exceptions }: Definitions, known: ParticipantEntry): Own {
  const { participant } = known;
  return {
    participant: participants.get(participant) ?? { ...known, changedBy: '', assignments: [], managers: [] },
    quotas: quotas.get(participant) ?? new Map(),
    exceptions: exceptions.get(participant),
  };
}

function inOrder(a: Change, b: Change): number {
  return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}
