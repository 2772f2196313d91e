import type {
  CalendarEntry,
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
} from '@ledger/calculation';
import { CORRECTIONS } from '@ledger/calculation';
import type { ViewStore } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';

/**
 * What rules, entry by entry, as of a position; left out: of what the views hold. `undefined`: there was none by then. Keys and prefixes of
 * the view of definitions are known here and to its fold.
 */
interface Viewed {
  readonly views: ViewStore;
}

/** Who earns, by id. */
export function participantEntries({ views }: Viewed, asOf?: bigint): Promise<readonly ParticipantEntry[]> {
  return entriesUnder(views, 'participant/', asOf);
}

/** The periods that were opened, by name. */
export function periodEntries({ views }: Viewed, asOf?: bigint): Promise<readonly PeriodEntry[]> {
  return entriesUnder(views, 'period/', asOf);
}

/** The plans that there ever were, by name, each with its versions. */
export function planEntries({ views }: Viewed, asOf?: bigint): Promise<readonly PlanEntry[]> {
  return entriesUnder(views, 'plan/', asOf);
}

/** The metrics that there ever were, by name, each with its versions. */
export function metricEntries({ views }: Viewed, asOf?: bigint): Promise<readonly MetricEntry[]> {
  return entriesUnder(views, 'metric/', asOf);
}

/** Crediting rules, by name, each with its versions. */
export function creditingEntries({ views }: Viewed, asOf?: bigint): Promise<readonly CreditingEntry[]> {
  return entriesUnder(views, 'crediting/', asOf);
}

/** Jurisdictions, by name, each with its versions. */
export function jurisdictionEntries({ views }: Viewed): Promise<readonly JurisdictionEntry[]> {
  return entriesUnder(views, 'jurisdiction/', undefined);
}

/** The quotas of somebody, by metric and year. */
export function quotaEntries({ views }: Viewed, participant: string, asOf?: bigint): Promise<readonly QuotaEntry[]> {
  return entriesUnder(views, `quota/${participant}.`, asOf);
}

/** Decisions about the pay of somebody, by name, those that were revoked included. */
export function exceptionEntries(
  { views }: Viewed,
  participant: string,
  asOf?: bigint,
): Promise<readonly ExceptionEntry[]> {
  return entriesUnder(views, `exception/${participant}.`, asOf);
}

export function participantEntry(
  { views }: Viewed,
  participant: string,
  asOf?: bigint,
): Promise<ParticipantEntry | undefined> {
  return entryAt(views, `participant/${participant}`, asOf);
}

/** A plan with the versions of it that are in force. */
export function planEntry({ views }: Viewed, plan: string, asOf?: bigint): Promise<PlanEntry | undefined> {
  return entryAt(views, `plan/${plan}`, asOf);
}

/** A metric with the versions of it that are in force. */
export function metricEntry({ views }: Viewed, metric: string, asOf?: bigint): Promise<MetricEntry | undefined> {
  return entryAt(views, `metric/${metric}`, asOf);
}

/** Crediting rules with the versions of them that are in force. */
export function creditingEntry(
  { views }: Viewed,
  crediting: string,
  asOf?: bigint,
): Promise<CreditingEntry | undefined> {
  return entryAt(views, `crediting/${crediting}`, asOf);
}

export function periodEntry({ views }: Viewed, period: string, asOf?: bigint): Promise<PeriodEntry | undefined> {
  return entryAt(views, `period/${period}`, asOf);
}

/** A quota of somebody for a metric and a year. */
export function quotaEntry(
  { views }: Viewed,
  { participant, metric, year }: { readonly participant: string; readonly metric: string; readonly year: number },
  asOf?: bigint,
): Promise<QuotaEntry | undefined> {
  return entryAt(views, `quota/${participant}.${metric}.${year}`, asOf);
}

/** The close calendar. */
export function calendarEntry({ views }: Viewed, asOf?: bigint): Promise<CalendarEntry | undefined> {
  return entryAt(views, 'calendar', asOf);
}

/** How corrections are posted. */
export function correctionsEntry({ views }: Viewed, asOf?: bigint): Promise<CorrectionsEntry | undefined> {
  return entryAt(views, CORRECTIONS, asOf);
}

async function entryAt<Entry extends DefinitionEntry>(
  views: ViewStore,
  key: string,
  asOf: bigint | undefined,
): Promise<Entry | undefined> {
  const row = await views.get(definitionsView, key, asOf);
  return row === undefined ? undefined : (JSON.parse(row) as Entry);
}

/** Rows of the view of definitions are what its fold writes under a prefix. */
async function entriesUnder<Entry extends DefinitionEntry>(
  views: ViewStore,
  prefix: string,
  asOf: bigint | undefined,
): Promise<readonly Entry[]> {
  const rows = await views.list(definitionsView, prefix, asOf);
  return rows.map(({ row }) => JSON.parse(row) as Entry);
}
