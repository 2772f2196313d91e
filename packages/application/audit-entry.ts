import type { DefinitionEntry } from '@ledger/calculation';
import type { RecordedEvent } from '@ledger/events';
import { dealsView, definitionsView, type RequestRow, requestOf, requestsView } from '@ledger/projections';
import { type ChangedField, changedFields } from './changed-fields.ts';
import { eventInWords } from './event-words.ts';
import type { Ledger } from './ledger.ts';

/** An event as an auditor asks about it: who, what, when, why, on what evidence, approved by whom, and what it changed. */
export interface AuditEntry extends RecordedEvent {
  /** What it is about, in words. */
  readonly says: string;
  readonly why: string | null;
  readonly evidence: readonly string[];
  readonly requestedBy: string | null;
  /** Everybody who approved it, in order; empty for what needed nobody. */
  readonly approvedBy: readonly string[];
  /** Name of the request that it makes or decides. */
  readonly request: string | null;
  /** Before → after. */
  readonly changes: readonly ChangedField[];
}

/** An event with its answers. */
export async function auditEntry(ledger: Ledger, recorded: RecordedEvent): Promise<AuditEntry> {
  const data: Readonly<Record<string, unknown>> = recorded.event.data;
  const approvals = ['coApprovedBy', 'approvedBy'].flatMap((name) => names(data[name]));
  return {
    ...recorded,
    says: eventInWords(recorded.event),
    why: reasonOf(recorded),
    evidence: Array.isArray(data.evidence) ? names(data.evidence) : names(data.evidence),
    requestedBy: typeof data.requestedBy === 'string' ? data.requestedBy : null,
    approvedBy: [...new Set(approvals)],
    request: requestOf(recorded) ?? null,
    changes: await changesBy(ledger, recorded),
  };
}

/** Why, in the words of whoever did it; a plan passes in spite of its cases for a reason of its own. */
export function reasonOf({ event: { data } }: RecordedEvent): string | null {
  const reason: unknown = 'overrideReason' in data ? data.overrideReason : Reflect.get(data, 'reason');
  return typeof reason === 'string' ? reason : null;
}

function names(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** What the event changed: of the definition, the deal or the request that it is about. */
async function changesBy(ledger: Ledger, recorded: RecordedEvent): Promise<readonly ChangedField[]> {
  const proposed = await proposedChanges(ledger, recorded);
  const changes: ChangedField[] = [...proposed];
  for (const view of [definitionsView, dealsView]) {
    for (const key of view.keys(recorded)) changes.push(...(await rowChanges(ledger, view, key, recorded.position)));
  }
  for (const key of requestsView.keys(recorded)) {
    const [before, after] = await rowsAround<RequestRow>(ledger, requestsView, key, recorded.position);
    if (before !== null && after !== null && before.state !== after.state) {
      changes.push({
        field: 'request',
        before: before.state,
        after: after.state,
        says: `request ${key}: ${before.state} → ${after.state}`,
      });
    }
  }
  return changes;
}

async function rowChanges(
  ledger: Ledger,
  view: typeof definitionsView | typeof dealsView,
  key: string,
  position: bigint,
): Promise<readonly ChangedField[]> {
  const [before, after] = await rowsAround<object>(ledger, view, key, position);
  return changedFields(before, after);
}

async function rowsAround<Row>(
  { views }: Ledger,
  view: { readonly name: string; readonly version: number },
  key: string,
  position: bigint,
): Promise<readonly [before: Row | null, after: Row | null]> {
  const parse = (row: string | undefined) => (row === undefined ? null : (JSON.parse(row) as Row));
  return [parse(await views.get(view, key, position - 1n)), parse(await views.get(view, key, position))];
}

/** What a proposal would change, were it approved: against the newest version in force when it was made. */
async function proposedChanges(ledger: Ledger, { event, position }: RecordedEvent): Promise<readonly ChangedField[]> {
  const { data } = event;
  switch (event.type) {
    case 'MetricProposed':
    case 'PlanProposed':
    case 'CreditingProposed':
    case 'JurisdictionProposed': {
      const [kind, id] = ownId(data);
      const row = await ledger.views.get(definitionsView, `${kind}/${id}`, position - 1n);
      const entry = row === undefined ? null : (JSON.parse(row) as DefinitionEntry);
      const known = entry !== null && 'versions' in entry ? (entry.versions.at(-1)?.document ?? null) : null;
      return known === null ? [] : changedFields(known, event.data.document);
    }
    default:
      return [];
  }
}

function ownId(data: object): readonly [kind: string, id: string] {
  for (const kind of ['metric', 'plan', 'crediting', 'jurisdiction']) {
    const id: unknown = Object.entries(data).find(([name]) => name === kind)?.[1];
    if (typeof id === 'string') return [kind, id];
  }
  throw new Error('a proposal names what it is a version of');
}
