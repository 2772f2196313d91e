import type { Component } from '@ledger/events';

/** Whom a component looks at because it shares something with them: a deal, a budget, a contest. */
export function reachOfPools(
  { groupCap, budget, contest }: Component,
  plan: string,
): { readonly recipients?: true; readonly plans?: readonly string[]; readonly company?: true } {
  const shared = [budget, contest].filter((each) => each !== undefined);
  return {
    ...(groupCap === undefined ? {} : { recipients: true }),
    ...(shared.some(({ group }) => group === null) ? { plans: [plan] } : {}),
    // A group may be named by any plan.
    ...(shared.some(({ group }) => group !== null) ? { company: true } : {}),
  };
}
