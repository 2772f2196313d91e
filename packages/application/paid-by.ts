import { managersAbove, measuresEarnings, metricsNamed, type PlanEntry } from '@ledger/calculation';
import { peopleOf } from '@ledger/decisions';
import { type CreditingDocument, streamOf } from '@ledger/events';
import type { Actor } from '@ledger/kernel';
import { creditingEntry, exceptionEntries, participantEntries, participantEntry, planEntry } from './entries.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';

/** A definition that somebody decides; of crediting rules the version that is proposed, or left out, any that is in force. */
export type Paying =
  | { readonly kind: 'metric'; readonly metric: string }
  | { readonly kind: 'plan'; readonly plan: string }
  | { readonly kind: 'jurisdiction'; readonly jurisdiction: string }
  | { readonly kind: 'crediting'; readonly crediting: string; readonly version?: number };

/**
 * Whether a definition pays whoever decides it, or the one they stand in for, and who of the two therefore does not (domain.md §8).
 * Asked of these two alone, so that a decision costs the same in a company of any size.
 */
export async function paidBy(
  ledger: Ledger,
  definition: Paying,
  actor: Actor,
  day: string,
): Promise<readonly string[]> {
  const people = peopleOf(actor);
  switch (definition.kind) {
    case 'metric':
    case 'plan': {
      const plans = new Map<string, readonly Assigned[]>();
      for (const id of people) plans.set(id, await plansOf(ledger, id));
      const having = (says: (assigned: Assigned) => boolean) => people.filter((id) => plans.get(id)?.some(says));
      return [
        ...having(isMovedBy(definition)),
        ...(await paidByOverride(ledger, definition, having(hasOverride), day)),
      ];
    }
    case 'jurisdiction':
      return among(people, (id) => isUnder(ledger, id, definition.jurisdiction));
    case 'crediting': {
      const named = creditedByName(await rulesOf(ledger, definition));
      return people.filter((id) => named.has(id));
    }
    default:
      return definition satisfies never;
  }
}

/**
 * Whether somebody who records, or the one they stand in for, has or had a plan, and who of the two therefore does not record what may
 * move anybody's pay: rates, holidays, how corrections are posted.
 */
export async function earning(ledger: Ledger, actor: Actor): Promise<readonly string[]> {
  return among(peopleOf(actor), async (id) => ((await participantEntry(ledger, id))?.assignments ?? []).length > 0);
}

async function among(people: readonly string[], isPaid: (id: string) => Promise<boolean>): Promise<readonly string[]> {
  const paid: string[] = [];
  for (const id of people) if (await isPaid(id)) paid.push(id);
  return paid;
}

/** A plan that somebody has, had or will have; without versions where none is in force yet. */
interface Assigned {
  readonly plan: string;
  readonly versions: PlanEntry['versions'];
}

async function plansOf(ledger: Ledger, id: string): Promise<readonly Assigned[]> {
  const names = new Set((await participantEntry(ledger, id))?.assignments.map(({ plan }) => plan));
  return Promise.all([...names].map(async (plan) => (await planEntry(ledger, plan)) ?? { plan, versions: [] }));
}

/** A metric moves the plans that look at it: what is paid, what picks the rate, what opens a gate. */
function isMovedBy(definition: Paying & { readonly kind: 'metric' | 'plan' }): (assigned: Assigned) => boolean {
  if (definition.kind === 'plan') return ({ plan }) => plan === definition.plan;
  return ({ versions }) => versions.some(({ document }) => metricsNamed(document).has(definition.metric));
}

function hasOverride({ versions }: Assigned): boolean {
  return versions.some(({ document }) => Object.values(document.components).some(measuresEarnings));
}

/** Those of some people with an override whom it pays for what those earn whom the definition moves. */
async function paidByOverride(
  ledger: Ledger,
  definition: Paying & { readonly kind: 'metric' | 'plan' },
  overriding: readonly string[],
  day: string,
): Promise<readonly string[]> {
  if (overriding.length === 0) return [];
  const entries = await participantEntries(ledger);
  // A plan may be everybody's: plans and reporting lines are read once, not person by person.
  const names = new Set(entries.flatMap(({ assignments }) => assignments.map(({ plan }) => plan)));
  const isMoved = isMovedBy(definition);
  const moving = new Set<string>();
  for (const plan of names) if (isMoved((await planEntry(ledger, plan)) ?? { plan, versions: [] })) moving.add(plan);
  const moved = entries.filter(({ assignments }) => assignments.some(({ plan }) => moving.has(plan)));
  const lines = new Map(entries.map((participant) => [participant.participant, { participant }]));
  const above = new Set(moved.flatMap(({ participant }) => managersAbove(lines, participant, day)));
  return overriding.filter((id) => above.has(id));
}

/** Whether it was decided of somebody that a jurisdiction says what may be recovered out of their pay. */
async function isUnder(ledger: Ledger, id: string, jurisdiction: string): Promise<boolean> {
  const decided = await exceptionEntries(ledger, id);
  return decided.some(
    ({ terms, isRevoked }) => terms.kind === 'jurisdiction' && terms.jurisdiction === jurisdiction && !isRevoked,
  );
}

async function rulesOf(
  ledger: Ledger,
  { crediting, version }: Paying & { readonly kind: 'crediting' },
): Promise<readonly CreditingDocument[]> {
  if (version === undefined) {
    return ((await creditingEntry(ledger, crediting))?.versions ?? []).map(({ document }) => document);
  }
  const events = await eventsOf(ledger, streamOf.crediting(crediting));
  return events.flatMap(({ event }) =>
    event.type === 'CreditingProposed' && event.data.version === version ? [event.data.document] : [],
  );
}

/** Participants whom rules credit by name; whom else they credit, deals and reporting lines say. */
function creditedByName(documents: readonly CreditingDocument[]): ReadonlySet<string> {
  return new Set(
    documents.flatMap(({ territories, rules }) => [
      ...rules.flatMap(({ credits }) => (credits.by === 'participant' ? [credits.participant] : [])),
      ...territories.map(({ owner }) => owner),
    ]),
  );
}
