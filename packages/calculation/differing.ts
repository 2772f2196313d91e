import type { Earned, EarnedLine } from './earn.ts';

/** Lines that are not the same in two earnings; each list in its own order. */
export interface Differing {
  readonly was: readonly EarnedLine[];
  readonly is: readonly EarnedLine[];
}

/**
 * By pay period, where two earnings differ: what is left of its lines without those with which both begin, and end, since most of a
 * period stays as it is. What is in both lists may still be the same.
 */
export function differingLines(before: Earned, after: Earned): ReadonlyMap<string, Differing> {
  const differing = new Map<string, Differing>();
  if (before === after) return differing;
  for (const period of new Set([...after.lines.keys(), ...before.lines.keys()])) {
    const [was, is] = [before.lines.get(period) ?? [], after.lines.get(period) ?? []];
    if (was === is) continue;
    const most = Math.min(was.length, is.length);
    let begin = 0;
    while (begin < most && isSame(was[begin], is[begin])) begin += 1;
    let end = 0;
    while (end < most - begin && isSame(was.at(-1 - end), is.at(-1 - end))) end += 1;
    const left = { was: was.slice(begin, was.length - end), is: is.slice(begin, is.length - end) };
    if (left.was.length + left.is.length > 0) differing.set(period, left);
  }
  return differing;
}

/**
 * Whether lines are gone because they cannot be calculated for a while, as those of a team of which somebody has no quota yet. They are
 * not taken back and given again: what moves meanwhile counts at the change that makes them sound.
 */
export function isTorn(from: Earned, next: Earned): boolean {
  if (next.problems.length === 0) return false;
  const failing = Map.groupBy(next.problems, ({ component }) => component);
  return [...differingLines(from, next)].some(([period, { was }]) => {
    const left = next.lines.get(period) ?? [];
    const names = new Set(left.map(({ line }) => line));
    const components = new Set(left.map(({ component }) => component));
    return was.some(({ line, component, deal }) => {
      const problems = names.has(line) ? undefined : failing.get(component);
      return problems !== undefined && (!components.has(component) || problems.some((each) => each.deal === deal));
    });
  });
}

function isSame(a: EarnedLine | undefined, b: EarnedLine | undefined): boolean {
  return a?.line === b?.line && a?.amount === b?.amount;
}
