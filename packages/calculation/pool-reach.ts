import type { Component } from '@ledger/events';
import { takesTeam } from './team.ts';

/** Whom a component looks at because it shares something with them: a deal, a budget, a contest. */
export function reachOfPools(
  component: Component,
  plan: string,
): { readonly recipients?: true; readonly plans?: readonly string[]; readonly company?: true } {
  const { groupCap, budget, contest } = component;
  const shared = [budget, contest].filter((each) => each !== undefined);
  // A group may be named by any plan, and a manager earns on deals that do not credit the manager.
  const isOpen = [...shared, groupCap].some((each) => each !== undefined && each.group !== null);
  const isOfTeam = groupCap !== undefined && takesTeam(component);
  return {
    ...(groupCap === undefined ? {} : { recipients: true }),
    ...(shared.some(({ group }) => group === null) ? { plans: [plan] } : {}),
    ...(isOpen || isOfTeam ? { company: true } : {}),
  };
}
