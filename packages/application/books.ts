import type {
  Book,
  CalendarEntry,
  Change,
  CorrectionsEntry,
  CreditingEntry,
  DealEntry,
  DefinitionEntry,
  ExceptionEntry,
  History,
  JurisdictionEntry,
  MetricEntry,
  Own,
  ParticipantEntry,
  PeriodEntry,
  PlanEntry,
  Posted,
  PostedEntry,
  QuotaEntry,
  RatesEntry,
} from '@ledger/calculation';
import { reachesOthers } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import {
  CORRECTED,
  correctedLabel,
  dealsView,
  definitionsView,
  participantLabel,
  postedView,
  queriesView,
} from '@ledger/projections';
import { companyBook, ownBook, reachAt, reached } from './colleagues.ts';
import { isWhole, keptBooks } from './kept-books.ts';
import { calendarOf, type Ledger } from './ledger.ts';
import { resolvedQueries } from './resolved-queries.ts';

/** The definitions of a ledger as of a position, read once, from which the history of any participant is opened. */
export interface Books {
  readonly asOf: bigint;
  readonly calendar: CalendarEntry;
  readonly periods: ReadonlyMap<string, PeriodEntry>;
  readonly participants: ReadonlyMap<string, ParticipantEntry>;
  /** What one participant's statements and corrections are computed from. */
  history(participant: string): Promise<History | Problem>;
  /** The same without its past: the book as of the position. */
  book(participant: string): Promise<Book | Problem>;
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
  const now = sorted(await definitionsAt(ledger, asOf, only));
  const base = lastFreeze(now.periods.values()) ?? since;
  const then = base === asOf ? now : sorted(await definitionsAt(ledger, base, only));
  // Whoever looks at others needs to know who they are.
  const hasRules = now.crediting.size > 0;
  if (only !== undefined && (hasRules || reachesOthers(reachAt(only, now, then))))
    return openBooks(ledger, asOf, undefined, since);
  const recorded = await definitionChanges(ledger, base, asOf, only);
  const parsed = new Map<bigint, Map<string, DealEntry>>();
  const companies = new Map<string, (id: string) => Book | undefined>();

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

  /** Everybody whom somebody's plans look at, that person included; where there are crediting rules, everybody. */
  async function peopleFor(id: string): Promise<ReadonlySet<string>> {
    if (hasRules) return new Set(now.participants.keys());
    if (!reachesOthers(reachAt(id, now, then))) return new Set([id]);
    return reached(id, now, then, async (each) => [
      ...(await dealsOf(each, base, true)).values(),
      ...(await dealsOf(each, asOf, true)).values(),
    ]);
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

  async function history(id: string): Promise<History | Problem> {
    const people = await peopleFor(id);
    const late = await dealChanges(people);
    const opened = await baseOf(id, late);
    if (isProblem(opened)) return opened;
    const posted = await ledger.views.labelled(postedView, participantLabel(id), asOf);
    const changes = [...recorded.filter((change) => concerns(change, people)), ...late];
    return {
      base: opened,
      changes: changes.sort(inOrder),
      posted: posted.map(({ row }) => JSON.parse(row) as Posted).filter((entry) => isInForce(entry, now.periods)),
      queries: (await resolved()).get(id),
    };
  }

  /** The book as of the last freeze. That of somebody who looks at nobody else, and was there by then, hangs on nothing later. */
  async function baseOf(id: string, late: readonly Change[]): Promise<Book | Problem> {
    const isAlone = !hasRules && !reachesOthers(reachAt(id, now, then));
    if (base === asOf || !isAlone || !then.participants.has(id)) return book(then, id, base);
    const kept = keptBooks(ledger.views);
    const known = kept.get(id, base);
    if (known !== undefined && (await isWhole(ledger, known, base, late))) return known;
    const opened = await book(then, id, base);
    if (!isProblem(opened)) kept.keep(id, base, opened);
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

  /** What was recorded since the last freeze of deals that credit somebody of these, each once. */
  async function dealChanges(people: ReadonlySet<string>): Promise<readonly Change[]> {
    const changes = new Map<string, Change>();
    const sources = hasRules ? [{ prefix: '' }] : [...people].map((id) => ({ label: participantLabel(id) }));
    for (const source of sources) {
      for (const each of await ledger.views.changes(dealsView, source, { after: base, upTo: asOf })) {
        const known = `${each.key} ${each.position}`;
        if (changes.has(known)) continue;
        for (const change of dealChange(each)) changes.set(known, change);
      }
    }
    return [...changes.values()];
  }

  return {
    asOf,
    calendar,
    periods: now.periods,
    participants: now.participants,
    history,
    book: (id) => book(now, id, asOf),
  };
}

interface Definitions {
  readonly calendar: CalendarEntry | undefined;
  readonly corrections: CorrectionsEntry | undefined;
  readonly metrics: ReadonlyMap<string, MetricEntry>;
  readonly plans: ReadonlyMap<string, PlanEntry>;
  readonly crediting: ReadonlyMap<string, CreditingEntry>;
  readonly jurisdictions: ReadonlyMap<string, JurisdictionEntry>;
  readonly rates: ReadonlyMap<string, RatesEntry>;
  readonly periods: ReadonlyMap<string, PeriodEntry>;
  readonly participants: ReadonlyMap<string, ParticipantEntry>;
  /** By participant, then by `<metric>.<year>`. */
  readonly quotas: ReadonlyMap<string, ReadonlyMap<string, QuotaEntry>>;
  /** By participant, then by name. */
  readonly exceptions: ReadonlyMap<string, ReadonlyMap<string, ExceptionEntry>>;
}

/**
 * Definitions are few, long, and read for every statement: the same row is parsed once, and what was compiled from it is found again
 * by its identity.
 */
const PARSED = new Map<string, DefinitionEntry>();
const MOST_PARSED = 5_000;

function definitionOf(row: string): DefinitionEntry {
  let entry = PARSED.get(row);
  if (entry === undefined) {
    entry = JSON.parse(row) as DefinitionEntry;
    if (PARSED.size >= MOST_PARSED) PARSED.clear();
    PARSED.set(row, entry);
  }
  return entry;
}

/** Where the definitions are that rule for everybody. */
const SHARED = ['calendar', 'corrections', 'metric/', 'plan/', 'crediting/', 'jurisdiction/', 'rates/', 'period/'];

async function definitionsAt(
  ledger: Ledger,
  asOf: bigint,
  only: string | undefined,
): Promise<readonly DefinitionEntry[]> {
  const prefixes = only === undefined ? [''] : [...SHARED, `quota/${only}.`, `exception/${only}.`];
  const rows: string[] = [];
  for (const prefix of prefixes) {
    for (const { row } of await ledger.views.list(definitionsView, prefix, asOf)) rows.push(row);
  }
  const own = only === undefined ? undefined : await ledger.views.get(definitionsView, `participant/${only}`, asOf);
  if (own !== undefined) rows.push(own);
  return rows.map((row) => definitionOf(row));
}

async function definitionChanges(
  ledger: Ledger,
  after: bigint,
  upTo: bigint,
  only: string | undefined,
): Promise<readonly Change[]> {
  if (after === upTo) return [];
  const prefixes =
    only === undefined ? [''] : [...SHARED, `quota/${only}.`, `exception/${only}.`, `participant/${only}`];
  const changes: Change[] = [];
  for (const prefix of prefixes) {
    for (const { position, row } of await ledger.views.changes(definitionsView, { prefix }, { after, upTo })) {
      if (row === null) continue;
      const entry = definitionOf(row);
      changes.push({ position, event: entry.changedBy, entry });
    }
  }
  return changes;
}

function dealChange(version: { readonly position: bigint; readonly row: string | null }): readonly Change[] {
  if (version.row === null) return [];
  const entry = JSON.parse(version.row) as DealEntry;
  return [{ position: version.position, event: entry.changedBy, entry }];
}

/** Whether a statement is the one that counts: that of a freeze before a reopening no longer does. */
export function isInForce(
  { kind, freeze = 1, statement }: Posted | PostedEntry,
  periods: ReadonlyMap<string, PeriodEntry>,
): boolean {
  return kind === 'posted' && freeze === 1 + (periods.get(statement.period)?.reopened ?? 0);
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
  const isOwn = entry.kind === 'participant' || entry.kind === 'quota' || entry.kind === 'exception';
  return !isOwn || people.has(entry.participant);
}

/** A person's own entries. Somebody who joined after the last freeze had no plan, and no manager, before it. */
function ownAt({ participants, quotas, exceptions }: Definitions, known: ParticipantEntry): Own {
  const { participant } = known;
  return {
    participant: participants.get(participant) ?? { ...known, assignments: [], managers: [] },
    quotas: quotas.get(participant) ?? new Map(),
    exceptions: exceptions.get(participant),
  };
}

function inOrder(a: Change, b: Change): number {
  return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}

function sorted(entries: readonly DefinitionEntry[]): Definitions {
  let calendar: CalendarEntry | undefined;
  let corrections: CorrectionsEntry | undefined;
  const metrics = new Map<string, MetricEntry>();
  const plans = new Map<string, PlanEntry>();
  const crediting = new Map<string, CreditingEntry>();
  const jurisdictions = new Map<string, JurisdictionEntry>();
  const rates = new Map<string, RatesEntry>();
  const periods = new Map<string, PeriodEntry>();
  const participants = new Map<string, ParticipantEntry>();
  const quotas = new Map<string, Map<string, QuotaEntry>>();
  const exceptions = new Map<string, Map<string, ExceptionEntry>>();
  for (const entry of entries) {
    switch (entry.kind) {
      case 'calendar':
        calendar = entry;
        break;
      case 'corrections':
        corrections = entry;
        break;
      case 'metric':
        metrics.set(entry.metric, entry);
        break;
      case 'plan':
        plans.set(entry.plan, entry);
        break;
      case 'crediting':
        crediting.set(entry.crediting, entry);
        break;
      case 'jurisdiction':
        jurisdictions.set(entry.jurisdiction, entry);
        break;
      case 'rates':
        rates.set(`${entry.base}${entry.quote}`, entry);
        break;
      case 'period':
        periods.set(entry.period, entry);
        break;
      case 'participant':
        participants.set(entry.participant, entry);
        break;
      case 'quota': {
        const own = quotas.get(entry.participant) ?? new Map<string, QuotaEntry>();
        quotas.set(entry.participant, own.set(`${entry.metric}.${entry.year}`, entry));
        break;
      }
      case 'exception': {
        const own = exceptions.get(entry.participant) ?? new Map<string, ExceptionEntry>();
        exceptions.set(entry.participant, own.set(entry.exception, entry));
        break;
      }
      default:
        entry satisfies never;
    }
  }
  return {
    calendar,
    corrections,
    metrics,
    plans,
    crediting,
    jurisdictions,
    rates,
    periods,
    participants,
    quotas,
    exceptions,
  };
}
