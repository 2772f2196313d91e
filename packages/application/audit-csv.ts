import { csvText } from '@ledger/connectors';
import type { AuditEntry } from './audit-entry.ts';

const HEADER = [
  'position',
  'recorded_at',
  'event',
  'event_id',
  'stream',
  'revision',
  'who',
  'role',
  'on_behalf_of',
  'what',
  'why',
  'evidence',
  'requested_by',
  'approved_by',
  'request',
  'changes',
  'hash',
] as const;

/** Audit entries as a table for spreadsheets: one row for each event. */
export function auditCsv(events: readonly (AuditEntry & { readonly part?: string })[]): string {
  const hasParts = events.some(({ part }) => part !== undefined);
  const rows = events.map((entry) => [
    ...(hasParts ? [entry.part ?? ''] : []),
    String(entry.position),
    entry.recordedAt,
    entry.event.type,
    entry.id,
    entry.stream,
    String(entry.revision),
    entry.meta.actor.id,
    entry.meta.actor.role,
    entry.meta.actor.onBehalfOf ?? '',
    entry.says,
    entry.why ?? '',
    entry.evidence.join('; '),
    entry.requestedBy ?? '',
    entry.approvedBy.join(', '),
    entry.request ?? '',
    entry.changes.map(({ says }) => says).join('; '),
    entry.hash,
  ]);
  return csvText(hasParts ? ['station', ...HEADER] : HEADER, rows);
}
