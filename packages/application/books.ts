import type {
  Book,
  CalendarEntry,
  Change,
  DealEntry,
  DefinitionEntry,
  History,
  MetricEntry,
  ParticipantEntry,
  PeriodEntry,
  PlanEntry,
  PostedEntry,
  QuotaEntry,
  RatesEntry,
} from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { dealsView, definitionsView, participantLabel, payoutsView } from '@ledger/projections';
import { calendarOf, type Ledger } from './ledger.ts';

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
 * same in a company of any size. The past that corrections are explained from begins at the last freeze.
 */
export async function openBooks(ledger: Ledger, asOf: bigint, only?: string): Promise<Books | Problem> {
  const standing = await calendarOf(ledger, asOf);
  if (isProblem(standing)) return standing;
  const calendar: CalendarEntry = standing;
  const now = sorted(await definitionsAt(ledger, asOf, only));
  const base = lastFreeze(now.periods.values()) ?? asOf;
  const then = base === asOf ? now : sorted(await definitionsAt(ledger, base, only));
  const since = await definitionChanges(ledger, base, asOf, only);

  async function book(definitions: Definitions, id: string, at: bigint): Promise<Book | Problem> {
    const known = now.participants.get(id);
    if (known === undefined) {
      return problem('participant_unknown', `Participant "${id}" is not in the ledger as of ${asOf}; check the id.`);
    }
    const deals = await ledger.views.labelled(dealsView, participantLabel(id), at);
    return {
      calendar: definitions.calendar ?? calendar,
      metrics: definitions.metrics,
      plans: definitions.plans,
      rates: definitions.rates,
      periods: definitions.periods,
      // Somebody who joined after the last freeze had no plan before it.
      participant: definitions.participants.get(id) ?? { ...known, assignments: [] },
      quotas: definitions.quotas.get(id) ?? new Map(),
      deals: new Map(deals.map(({ key, row }) => [key, JSON.parse(row) as DealEntry])),
    };
  }

  async function history(id: string): Promise<History | Problem> {
    const opened = await book(then, id, base);
    if (isProblem(opened)) return opened;
    const label = participantLabel(id);
    const deals = await ledger.views.changes(dealsView, { label }, { after: base, upTo: asOf });
    const posted = await ledger.views.labelled(payoutsView, label, asOf);
    const changes = [...since.filter((change) => concerns(change, id)), ...deals.flatMap(dealChange)].sort(inOrder);
    return {
      base: opened,
      changes,
      posted: posted.map(({ row }) => JSON.parse(row) as PostedEntry).filter((entry) => entry.kind === 'posted'),
    };
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
  readonly metrics: ReadonlyMap<string, MetricEntry>;
  readonly plans: ReadonlyMap<string, PlanEntry>;
  readonly rates: ReadonlyMap<string, RatesEntry>;
  readonly periods: ReadonlyMap<string, PeriodEntry>;
  readonly participants: ReadonlyMap<string, ParticipantEntry>;
  /** By participant, then by `<metric>.<year>`. */
  readonly quotas: ReadonlyMap<string, ReadonlyMap<string, QuotaEntry>>;
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
const SHARED = ['calendar', 'metric/', 'plan/', 'rates/', 'period/'];

async function definitionsAt(
  ledger: Ledger,
  asOf: bigint,
  only: string | undefined,
): Promise<readonly DefinitionEntry[]> {
  const prefixes = only === undefined ? [''] : [...SHARED, `quota/${only}.`];
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
  const prefixes = only === undefined ? [''] : [...SHARED, `quota/${only}.`, `participant/${only}`];
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

/** Whether a changed definition can move a participant's numbers: what is other people's own cannot. */
function concerns({ entry }: Change, participant: string): boolean {
  return (entry.kind !== 'participant' && entry.kind !== 'quota') || entry.participant === participant;
}

function inOrder(a: Change, b: Change): number {
  return a.position < b.position ? -1 : a.position > b.position ? 1 : 0;
}

function sorted(entries: readonly DefinitionEntry[]): Definitions {
  let calendar: CalendarEntry | undefined;
  const metrics = new Map<string, MetricEntry>();
  const plans = new Map<string, PlanEntry>();
  const rates = new Map<string, RatesEntry>();
  const periods = new Map<string, PeriodEntry>();
  const participants = new Map<string, ParticipantEntry>();
  const quotas = new Map<string, Map<string, QuotaEntry>>();
  for (const entry of entries) {
    switch (entry.kind) {
      case 'calendar':
        calendar = entry;
        break;
      case 'metric':
        metrics.set(entry.metric, entry);
        break;
      case 'plan':
        plans.set(entry.plan, entry);
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
      default:
        entry satisfies never;
    }
  }
  return { calendar, metrics, plans, rates, periods, participants, quotas };
}
