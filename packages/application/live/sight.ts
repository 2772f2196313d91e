import { extentOf, judgeRead, type Resource } from '@ledger/decisions';
import type { Acting, Problem } from '@ledger/kernel';
import type { Ledger } from '../ledger.ts';
import { type Reach, reaches, reachOf } from '../reach.ts';

/** What somebody who follows sees, of each kind of thing that they can be told of. */
export interface Sight {
  readonly actor: Acting;
  /** Equal for those who see the same, whoever they are. */
  readonly key: string;
  sees(resource: Resource, person: string | null): boolean;
}

const RESOURCES = ['queries', 'pay', 'calendar', 'requests'] as const satisfies readonly Resource[];

/** What an actor sees now; a problem where they may follow nothing. */
export async function sightOf(ledger: Ledger, actor: Acting): Promise<Sight | Problem> {
  const refused = judgeRead('stream', actor);
  if (refused !== undefined) return refused;
  const reach = new Map<Resource, Reach>();
  for (const resource of RESOURCES) reach.set(resource, await reachOf(ledger, actor, resource));
  return {
    actor,
    key: keyOf(actor),
    sees(resource, person) {
      const found = reach.get(resource);
      if (found === undefined) return false;
      if (found.kind === 'all') return true;
      return person !== null && found.kind === 'people' && reaches(found, [person]);
    },
  };
}

/** Roles that see everything see the same; others see what is theirs. */
export function keyOf(actor: Acting): string {
  const isOwn = RESOURCES.some((resource) => ['own', 'team'].includes(extentOf(resource, actor)));
  return isOwn ? `${actor.role}:${actor.id}` : actor.role;
}
