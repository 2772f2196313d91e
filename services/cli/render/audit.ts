import type { AuditEntry, AuditTrail, PayoutPart, PayoutTrail } from '@ledger/application';
import { counted, grouped, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';
import { stampOf } from './statement.ts';

/** Deals that only ran their course are counted; everything that somebody decided is told. */
export function renderAudit(paint: Paint, about: string, trail: AuditTrail, columns: number, all: boolean): string {
  const head = `${paint.bold(`Audit trail of ${about}`)}, as of position ${trail.asOf}: ${counted(trail.events.length, 'event')}\n`;
  return head + entries(paint, trail.events, { columns, all, trail: trail.events });
}

type Told = AuditEntry & { readonly lines?: readonly string[] };

/** `trail`: all that is told, in whatever part: a deal may have been amended after the numbers were computed. */
function entries(
  paint: Paint,
  events: readonly Told[],
  { columns, all, trail }: { readonly columns: number; readonly all: boolean; readonly trail: readonly Told[] },
): string {
  const touched = new Set(trail.filter(({ revision }) => revision > 1).map(({ stream }) => stream));
  const told = all
    ? events
    : events.filter((each) => each.event.type !== 'DealClosed' || touched.has(each.stream) || isCause(each));
  const quiet = events.length - told.length;
  const rest =
    quiet === 0
      ? ''
      : `  ${paint.dim(`${counted(quiet, 'deal')} closed and never touched again: not listed; --all lists them`)}\n`;
  return told.map((event) => entryText(paint, event, columns)).join('') + rest;
}

/** A deal that came late is behind a correction, whose line is named after the event. */
function isCause({ id, lines = [] }: Told): boolean {
  return lines.some((line) => line.includes(id));
}

function entryText(paint: Paint, entry: AuditEntry, columns: number): string {
  const { event, meta, position, recordedAt } = entry;
  const when = recordedAt.slice(0, 16).replace('T', ' ');
  const actor = meta.actor.onBehalfOf === undefined ? meta.actor.id : `${meta.actor.id} for ${meta.actor.onBehalfOf}`;
  const lines = [
    `  ${paint.dim(String(position).padStart(5))}  ${when}  ${paint.bold(event.type)}  by ${actor} (${meta.actor.role})`,
  ];
  const indent = ' '.repeat(9);
  for (const line of details(entry)) lines.push(`${indent}${wrapped(line, columns - indent.length, indent)}`);
  return `${lines.join('\n')}\n`;
}

/** Most of the changes of one event that text shows; `--json` has them all. */
const MOST_CHANGES = 8;

function details({ event, says, why, evidence, requestedBy, approvedBy, changes }: AuditEntry): readonly string[] {
  const lines = [says];
  if (why !== null) lines.push(`why: ${why}`);
  if (evidence.length > 0) lines.push(`evidence: ${evidence.join('; ')}`);
  if (requestedBy !== null && approvedBy.length > 0) {
    lines.push(`asked by ${requestedBy}, approved by ${approvedBy.join(' and ')}`);
  }
  const told = changes.filter(({ field, says: change }) => field !== '' && !lines.includes(change));
  for (const { says: change } of told.slice(0, MOST_CHANGES)) {
    lines.push(`${event.type.endsWith('Proposed') ? 'would change' : 'changed'} ${change}`);
  }
  if (told.length > MOST_CHANGES) lines.push(`and ${told.length - MOST_CHANGES} changes more; --json lists them`);
  return lines.filter((line) => line !== '');
}

const STATIONS: Readonly<Record<PayoutPart, string>> = {
  deals: 'Deals',
  definitions: 'Plans, metrics, rules and rates',
  person: 'The person and their assignments',
  quotas: 'Quotas and reliefs',
  decisions: 'Splits and decisions about pay',
  freeze: 'The period and its freeze',
  statement: 'The statement as it was written',
  payment: 'Payment',
  queries: 'Queries about it',
  later: 'Learned later',
};

/** Everything that touched one payout, station by station. */
export function renderPayoutTrail(
  paint: Paint,
  trail: PayoutTrail,
  name: string | null,
  columns: number,
  all: boolean,
): string {
  const who = name === null ? trail.participant : `${name} (${trail.participant})`;
  const stamp = stampOf(paint, trail.state, trail.computedAsOf, trail.digest);
  const parts = [
    `${paint.bold(`What touched the payout of ${who} for ${trail.period}`)}, as of position ${trail.asOf}\n`,
    `  ${stamp}: ${trail.currency} ${grouped(trail.total)}\n`,
  ];
  for (const [part, title] of Object.entries(STATIONS)) {
    const events = trail.events.filter((each) => each.part === part);
    if (events.length === 0) continue;
    parts.push(
      `${paint.bold(title)}: ${counted(events.length, 'event')}\n`,
      entries(paint, events, { columns, all: all || part === 'later', trail: trail.events }),
    );
  }
  if (trail.missing.length > 0) {
    parts.push(`  ${paint.red('not found')}: ${trail.missing.join(' ')}\n`);
  }
  return parts.join('');
}
