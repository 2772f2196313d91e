import type { Component } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import type { ParticipantEntry, PlanEntry } from './book.ts';
import { reachOfPools } from './pool-reach.ts';
import { takesTeam } from './team.ts';

/** Whom a participant's plans look at besides the participant: a book holds their entries, and their deals, as colleagues. */
export interface Reach {
  /** Everybody who ever reported to the participant, directly or through others. */
  readonly team: boolean;
  /** Everybody whom a deal credits, or ever credited, beside the participant. */
  readonly recipients: boolean;
  /** Everybody who was ever assigned to one of these plans. */
  readonly plans: readonly string[];
  readonly company: boolean;
}

const ONLY_OWN: Reach = { team: false, recipients: false, plans: [], company: false };

/** What one component of a plan looks at. */
function reachOfComponent(component: Component, plan: string): Partial<Reach> {
  const pools = reachOfPools(component, plan);
  return takesTeam(component) ? { ...pools, team: true } : pools;
}

/** What every plan that the participant was ever assigned to looks at, in any of its versions. */
export function reachOf(
  { assignments }: Pick<ParticipantEntry, 'assignments'>,
  plans: ReadonlyMap<string, PlanEntry>,
): Reach {
  const assigned = new Set(assignments.map(({ plan }) => plan));
  return [...assigned].reduce<Reach>((reach, plan) => {
    const entry = plans.get(plan);
    return entry === undefined ? reach : joined(reach, reachOfPlan(entry));
  }, ONLY_OWN);
}

export function reachesOthers({ team, recipients, plans, company }: Reach): boolean {
  return team || recipients || company || plans.length > 0;
}

export function joined(a: Reach, b: Partial<Reach>): Reach {
  if (Object.keys(b).length === 0) return a;
  return {
    team: a.team || b.team === true,
    recipients: a.recipients || b.recipients === true,
    plans: [...new Set([...a.plans, ...(b.plans ?? [])])],
    company: a.company || b.company === true,
  };
}

const KNOWN = alongside<PlanEntry, Reach>();

function reachOfPlan(entry: PlanEntry): Reach {
  let reach = KNOWN.get(entry);
  if (reach === undefined) {
    const components = entry.versions.flatMap(({ document }) => Object.values(document.components));
    reach = components.reduce((all, component) => joined(all, reachOfComponent(component, entry.plan)), ONLY_OWN);
    KNOWN.set(entry, reach);
  }
  return reach;
}
