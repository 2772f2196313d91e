import type { DealEntry, ParticipantEntry, PlanEntry } from '@ledger/calculation';
import { decode, type RecordedEvent, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { auditView, dealsView, definitionsView, participantLabel, subject } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import type { Ledger } from './ledger.ts';
import type { AsOf } from './statements.ts';

/** `ledger`: what concerns it as a whole, its calendar and its exchange rates; it needs no id. */
export interface AuditSubject {
  readonly kind: 'participant' | 'metric' | 'plan' | 'period' | 'deal' | 'ledger';
  readonly id: string;
}

export interface AuditTrail {
  readonly asOf: string;
  readonly events: readonly RecordedEvent[];
}

/**
 * Who did what, when, why, approved by whom: every event that concerns a subject, in the order of the log. The trail of a
 * participant holds their deals, and the plans and metrics that they earn under.
 */
export async function auditTrail(ledger: Ledger, about: AuditSubject & AsOf): Promise<AuditTrail | Problem> {
  const asOf = await resolveAsOf(ledger, about.asOf);
  if (isProblem(asOf)) return asOf;
  const events =
    about.kind === 'deal'
      ? await dealTrail(ledger, about.id, asOf)
      : await subjectTrail(ledger, { kind: about.kind, id: about.id }, asOf);
  if (events.length === 0) {
    return problem('not_found', `Nothing in the log concerns ${about.kind} "${about.id}" as of ${asOf}; check the id.`);
  }
  return { asOf: String(asOf), events };
}

async function subjectTrail(
  ledger: Ledger,
  { kind, id }: AuditSubject & { readonly kind: Exclude<AuditSubject['kind'], 'deal'> },
  asOf: bigint,
): Promise<readonly RecordedEvent[]> {
  const subjects = [subject[kind](id)];
  const trail = new Map<bigint, RecordedEvent>();
  if (kind === 'participant') {
    subjects.push(...(await definitionsOf(ledger, id, asOf)));
    for (const { row } of await ledger.views.labelled(dealsView, participantLabel(id), asOf)) {
      const deal = JSON.parse(row) as DealEntry;
      for (const event of await dealTrail(ledger, `${deal.source}.${deal.deal}`, asOf))
        trail.set(event.position, event);
    }
  }
  for (const name of subjects) {
    // The prefix ends where the key does, so that `participant/ada` does not find `participant/adam`.
    for (const version of await ledger.views.changes(auditView, { prefix: name }, { after: 0n, upTo: asOf })) {
      if (version.key !== name || trail.has(version.position)) continue;
      const [stored] = await ledger.store.readAll({ after: version.position - 1n, limit: 1 });
      const event = stored === undefined ? undefined : decode(stored);
      if (event !== undefined && !(kind === 'participant' && isOthers(event, id))) trail.set(event.position, event);
    }
  }
  return [...trail.values()].sort((a, b) => (a.position < b.position ? -1 : 1));
}

async function dealTrail(ledger: Ledger, key: string, asOf: bigint): Promise<readonly RecordedEvent[]> {
  const dot = key.indexOf('.');
  if (dot < 1) return [];
  const stored = await ledger.store.read(streamOf.deal(key.slice(0, dot), key.slice(dot + 1)));
  return stored.filter((event) => event.position <= asOf).map(decode);
}

/** The plans that a participant is or was assigned to, and the metrics that those measure. */
async function definitionsOf(ledger: Ledger, id: string, asOf: bigint): Promise<readonly string[]> {
  const row = await ledger.views.get(definitionsView, subject.participant(id), asOf);
  if (row === undefined) return [];
  const plans = new Set((JSON.parse(row) as ParticipantEntry).assignments.map((assignment) => assignment.plan));
  const metrics = new Set<string>();
  for (const plan of plans) {
    const entry = await ledger.views.get(definitionsView, subject.plan(plan), asOf);
    if (entry === undefined) continue;
    for (const { document } of (JSON.parse(entry) as PlanEntry).versions) {
      for (const component of Object.values(document.components)) metrics.add(component.measure);
    }
  }
  return [...[...plans].map(subject.plan), ...[...metrics].map(subject.metric)];
}

/** An event of a plan that is about somebody else, as their assignment to it. */
function isOthers({ event }: RecordedEvent, participant: string): boolean {
  return 'participant' in event.data && event.data.participant !== participant;
}
