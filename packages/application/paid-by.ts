import {
  type CreditingEntry,
  type ExceptionEntry,
  managersAbove,
  measuresEarnings,
  metricsNamed,
} from '@ledger/calculation';
import type { CreditingDocument } from '@ledger/events';
import type { Actor } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { participantEntries, planEntries } from './entries.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';

/** Whom a definition pays, and who therefore does not decide it (domain.md §8). */

/** Participants whose pay a plan decides. */
export async function paidByPlans(ledger: Ledger, plans: ReadonlySet<string>): Promise<readonly string[]> {
  const people = await participantEntries(ledger);
  return people
    .filter(({ assignments }) => assignments.some(({ plan }) => plans.has(plan)))
    .map(({ participant }) => participant);
}

/** Participants whose plans look at a metric: what is paid, what picks the rate, what opens a gate. */
export async function paidByMetric(ledger: Ledger, metric: string): Promise<readonly string[]> {
  const plans = (await planEntries(ledger)).filter(({ versions }) =>
    versions.some(({ document }) => metricsNamed(document).has(metric)),
  );
  return paidByPlans(ledger, new Set(plans.map(({ plan }) => plan)));
}

/** Whoever decides a plan or a metric, or the one they stand in for, where an override pays them for what those earn whom it moves. */
export async function paidByOverride(
  ledger: Ledger,
  request: { readonly kind: 'plan'; readonly plan: string } | { readonly kind: 'metric'; readonly metric: string },
  actor: Actor,
  day: string,
): Promise<readonly string[]> {
  const overriding = await withOverride(ledger, [...new Set([actor.id, actor.onBehalfOf ?? actor.id])]);
  if (overriding.length === 0) return [];
  const moved =
    request.kind === 'plan'
      ? await paidByPlans(ledger, new Set([request.plan]))
      : await paidByMetric(ledger, request.metric);
  // A plan may be everybody's: the reporting lines are read once, not person by person.
  const entries = await participantEntries(ledger);
  const people = new Map(entries.map((participant) => [participant.participant, { participant }]));
  const above = new Set(moved.flatMap((each) => managersAbove(people, each, day)));
  return overriding.filter((id) => above.has(id));
}

/** Those of some people who are paid for what their team earns. */
async function withOverride(ledger: Ledger, people: readonly string[]): Promise<readonly string[]> {
  const plans = (await planEntries(ledger)).filter(({ versions }) =>
    versions.some(({ document }) => Object.values(document.components).some(measuresEarnings)),
  );
  const paid = await paidByPlans(ledger, new Set(plans.map(({ plan }) => plan)));
  return people.filter((id) => paid.includes(id));
}

/** Participants whom proposed rules credit by name; whom else they credit, deals and reporting lines say. */
export async function paidByProposedRules(
  ledger: Ledger,
  { stream, version }: { readonly stream: string; readonly version: number },
): Promise<readonly string[]> {
  for (const { event } of await eventsOf(ledger, stream)) {
    if (event.type !== 'CreditingProposed' || event.data.version !== version) continue;
    return creditedByName([event.data.document]);
  }
  return [];
}

/** The same of rules that are in force, in any of their versions. */
export async function paidByRules(ledger: Ledger, crediting: string): Promise<readonly string[]> {
  const row = await ledger.views.get(definitionsView, `crediting/${crediting}`);
  const versions = row === undefined ? [] : (JSON.parse(row) as CreditingEntry).versions;
  return creditedByName(versions.map(({ document }) => document));
}

function creditedByName(documents: readonly CreditingDocument[]): readonly string[] {
  const named = documents.flatMap(({ territories, rules }) => [
    ...rules.flatMap(({ credits }) => (credits.by === 'participant' ? [credits.participant] : [])),
    ...territories.map(({ owner }) => owner),
  ]);
  return [...new Set(named)];
}

/** Participants of whom it was decided that a jurisdiction says what may be recovered out of their pay. */
export async function paidByJurisdiction(ledger: Ledger, jurisdiction: string): Promise<readonly string[]> {
  const rows = await ledger.views.list(definitionsView, 'exception/');
  const all = rows.map(({ row }) => JSON.parse(row) as ExceptionEntry);
  const under = all.filter(
    ({ terms, isRevoked }) => terms.kind === 'jurisdiction' && terms.jurisdiction === jurisdiction && !isRevoked,
  );
  return [...new Set(under.map(({ participant }) => participant))];
}
