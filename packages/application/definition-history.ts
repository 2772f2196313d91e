import type { CalendarEntry, CorrectionsEntry, QuotaEntry, RatesEntry } from '@ledger/calculation';
import { decode, streamOf } from '@ledger/events';
import type { Stored } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { type ChangedField, changedFields } from './changed-fields.ts';
import type { Ledger } from './ledger.ts';

/** Something that has no versions, as an event made it another one: in which fields, by whom, and why. */
export interface DefinitionChange {
  readonly event: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly by: string;
  readonly reason: string | null;
  readonly fields: readonly ChangedField[];
}

type SetPolicy = CorrectionsEntry['policies'][number];

/** Each policy of corrections, and in what it differs from the one set before it; the first from nothing. */
export function policyChanges({
  policies,
}: CorrectionsEntry): readonly (SetPolicy & { readonly fields: readonly ChangedField[] })[] {
  const said = (set: SetPolicy | undefined): object =>
    set === undefined ? {} : { from: set.from, policy: set.policy, waiveUnder: set.waiveUnder };
  return policies.map((set, at) => ({ ...set, fields: changedFields(said(policies[at - 1]), said(set)) }));
}

/** The same as what came of events, with when each was set. */
export function correctionsHistory(entry: CorrectionsEntry, stored: readonly Stored[]): readonly DefinitionChange[] {
  return policyChanges(entry).flatMap(({ event, setBy: by, reason, fields }) => {
    const set = stored.find(({ id }) => id === event);
    if (set === undefined) return [];
    const { position, recordedAt } = decode(set);
    return [{ event, position: String(position), recordedAt, by, reason, fields }];
  });
}

/**
 * Each rate in the order in which they were recorded, beside the one that held on its day until then: who recorded it, and by whose word.
 * They are kept in a stream for each year.
 */
export async function ratesHistory(
  ledger: Ledger,
  { base, quote, rates }: RatesEntry,
  asOf: bigint,
): Promise<readonly DefinitionChange[]> {
  const years = [...new Set(rates.map(({ on }) => on.slice(0, 4)))];
  const streams = await Promise.all(years.map((year) => ledger.store.read(streamOf.fx(base, quote, year))));
  const stored = streams.flat().filter(({ position }) => position <= asOf);
  const changes: DefinitionChange[] = [];
  const known: { readonly on: string; readonly rate: string }[] = [];
  for (const each of stored.sort((a, b) => (a.position < b.position ? -1 : 1))) {
    const { position, recordedAt, meta, event } = decode(each);
    if (event.type !== 'ExchangeRateRecorded') continue;
    const { on, rate, source: reason } = event.data;
    const before = known.findLast((other) => other.on <= on)?.rate ?? null;
    known.push({ on, rate });
    known.sort((a, b) => (a.on < b.on ? -1 : 1));
    const from = `from ${on}`;
    const fields = changedFields(before === null ? {} : { [from]: before }, { [from]: rate });
    changes.push({ event: each.id, position: String(position), recordedAt, by: meta.actor.id, reason, fields });
  }
  return changes;
}

/** What each event of a stream made of a row: events that only ask for something make nothing of it. */
export async function historyOf(
  ledger: Ledger,
  key: string,
  stored: readonly Stored[],
): Promise<readonly DefinitionChange[]> {
  const changes: DefinitionChange[] = [];
  let before: object = {};
  for (const each of stored) {
    const row = await ledger.views.get(definitionsView, key, each.position);
    const after = row === undefined ? {} : told(JSON.parse(row) as Entry);
    const fields = changedFields(before, after).filter((field) => !isNothing(field));
    before = after;
    if (fields.length === 0) continue;
    const { recordedAt, event } = decode(each);
    const { data } = event;
    changes.push({
      event: each.id,
      position: String(each.position),
      recordedAt,
      by: 'approvedBy' in data && typeof data.approvedBy === 'string' ? data.approvedBy : each.meta.actor.id,
      reason: 'reason' in data && typeof data.reason === 'string' ? data.reason : null,
      fields,
    });
  }
  return changes;
}

type Entry = QuotaEntry | CalendarEntry;

/** What a row says, without what names it and what is said beside each change. */
function told(entry: Entry): object {
  const { kind: _, changedBy: _by, ...rest } = entry;
  if (entry.kind === 'calendar') return rest;
  const { event: _event, approvedBy: _approved, reason: _why, ...quota } = entry.quota ?? {};
  const reliefs = entry.reliefs.map(
    ({ event: _granted, requestedBy: _asked, approvedBy: _decided, ...relief }) => relief,
  );
  return { ...quota, reliefs };
}

/** A list that was not there, and is empty. */
function isNothing({ before, after }: ChangedField): boolean {
  return before === null && Array.isArray(after) && after.length === 0;
}
