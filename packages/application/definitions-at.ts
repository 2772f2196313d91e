import type {
  CalendarEntry,
  Change,
  CorrectionsEntry,
  CreditingEntry,
  DefinitionEntry,
  ExceptionEntry,
  JurisdictionEntry,
  MetricEntry,
  ParticipantEntry,
  PeriodEntry,
  PlanEntry,
  QuotaEntry,
  RatesEntry,
} from '@ledger/calculation';
import { alongside, type ViewStore } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';

/** The definitions of a ledger as of a position. */
export interface Definitions {
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

/** Those of one participant alone, and what rules for everybody, where `only` names one. The views have reached the position. */
export async function definitionsAt({ views }: Ledger, asOf: bigint, only: string | undefined): Promise<Definitions> {
  if (only === undefined) return sorted(await entriesIn(views, [''], asOf));
  const entries = [
    ...(await sharedAt(views, asOf)),
    ...(await entriesIn(views, [`quota/${only}.`, `exception/${only}.`], asOf)),
  ];
  const own = await views.get(definitionsView, `participant/${only}`, asOf);
  if (own !== undefined) entries.push(definitionOf(own));
  return sorted(entries);
}

/** What ruled for everybody at the positions that were asked about last, which no later event changes. */
const SHARED_AT = new WeakMap<ViewStore, Map<bigint, readonly DefinitionEntry[]>>();
const MOST_POSITIONS = 8;

async function sharedAt(views: ViewStore, asOf: bigint): Promise<readonly DefinitionEntry[]> {
  const known = SHARED_AT.get(views) ?? new Map<bigint, readonly DefinitionEntry[]>();
  SHARED_AT.set(views, known);
  const entries = known.get(asOf) ?? (await sharedBefore(views, known, asOf)) ?? (await entriesIn(views, SHARED, asOf));
  // What was asked for last is given up last.
  known.delete(asOf);
  known.set(asOf, entries);
  const [oldest] = known.keys();
  if (known.size > MOST_POSITIONS && oldest !== undefined) known.delete(oldest);
  return entries;
}

/** Positions: what was recorded in so short a time is read as it was recorded, and looked through. */
const SHORT_TIME = 5_000n;

/** What ruled at the latest position before that is known, where nothing of it was recorded anew since. */
async function sharedBefore(
  views: ViewStore,
  known: ReadonlyMap<bigint, readonly DefinitionEntry[]>,
  asOf: bigint,
): Promise<readonly DefinitionEntry[] | undefined> {
  let last: bigint | undefined;
  for (const position of known.keys()) if (position < asOf && (last === undefined || position > last)) last = position;
  if (last === undefined || asOf - last > SHORT_TIME) return undefined;
  const changes = await views.changes(definitionsView, { prefix: '' }, { after: last, upTo: asOf });
  return changes.some(({ key }) => isIn(SHARED, key)) ? undefined : known.get(last);
}

function isIn(prefixes: readonly string[], key: string): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix));
}

async function entriesIn(views: ViewStore, prefixes: readonly string[], asOf: bigint): Promise<DefinitionEntry[]> {
  const entries: DefinitionEntry[] = [];
  for (const prefix of prefixes) {
    for (const { row } of await views.list(definitionsView, prefix, asOf)) entries.push(definitionOf(row));
  }
  return entries;
}

const CHANGES = alongside<DefinitionEntry, Change>();

/** One and the same each time that it is asked for: who goes on from what was looked through before knows it by that. */
function changeTo(entry: DefinitionEntry, position: bigint): Change {
  let change = CHANGES.get(entry);
  if (change?.position !== position) {
    change = { position, event: entry.changedBy, entry };
    CHANGES.set(entry, change);
  }
  return change;
}

/** What was recorded of them after a position, up to another. */
export async function definitionChanges(
  ledger: Ledger,
  after: bigint,
  upTo: bigint,
  only: string | undefined,
): Promise<readonly Change[]> {
  if (after === upTo) return [];
  const prefixes =
    only === undefined ? [''] : [...SHARED, `quota/${only}.`, `exception/${only}.`, `participant/${only}`];
  const changes: Change[] = [];
  for (const prefix of upTo - after <= SHORT_TIME ? [''] : prefixes) {
    for (const { key, position, row } of await ledger.views.changes(definitionsView, { prefix }, { after, upTo })) {
      if (row === null || !isIn(prefixes, key)) continue;
      changes.push(changeTo(definitionOf(row), position));
    }
  }
  return changes;
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
