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

/** Those of one participant alone, and what rules for everybody, where `only` names one. */
export async function definitionsAt(ledger: Ledger, asOf: bigint, only: string | undefined): Promise<Definitions> {
  const prefixes = only === undefined ? [''] : [...SHARED, `quota/${only}.`, `exception/${only}.`];
  const rows: string[] = [];
  for (const prefix of prefixes) {
    for (const { row } of await ledger.views.list(definitionsView, prefix, asOf)) rows.push(row);
  }
  const own = only === undefined ? undefined : await ledger.views.get(definitionsView, `participant/${only}`, asOf);
  if (own !== undefined) rows.push(own);
  return sorted(rows.map((row) => definitionOf(row)));
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
  for (const prefix of prefixes) {
    for (const { position, row } of await ledger.views.changes(definitionsView, { prefix }, { after, upTo })) {
      if (row === null) continue;
      const entry = definitionOf(row);
      changes.push({ position, event: entry.changedBy, entry });
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
