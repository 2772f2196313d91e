import type { TraceStep } from '@ledger/events';
import { add, div, type Exact, isZero, toText } from '@ledger/money';
import type { Context } from './context.ts';
import type { GateState } from './gate.ts';
import { daysIn, earliestOf, shared } from './periods.ts';
import { partOn, type WindowQuota } from './quota.ts';
import type { WindowTarget } from './target.ts';
import { lookedParts, reachedInWords } from './trace-look.ts';
import { quotaStep, teamQuotaStep } from './trace-quota.ts';
import type { Rated } from './walk.ts';
import { amountInWords, given, percentInWords, sumOf } from './words.ts';

/** How far the window is with this credit, against what. */
export function windowStep({ context, before: { at: before }, unit }: Rated): TraceStep {
  const { window, target, unit: measuredIn } = context;
  const { measured } = unit.amounts;
  const after = add(before, measured);
  const named = target?.by === 'quota' ? 'quota' : 'target';
  const share =
    target === null || isZero(target.value) ? '' : `, ${percentInWords(div(after, target.value))} of ${named}`;
  const what = unit.isMerged ? 'this period' : 'this deal';
  return {
    step: 'window',
    says: `In ${window.id}: ${amountInWords(before, measuredIn)} before ${what}, ${amountInWords(after, measuredIn)} with it${share}.`,
    formula: 'before + credited',
    inputs: { before: toText(before), credited: toText(measured) },
    result: toText(after),
    ...(target === null ? {} : { steps: [targetStep(target, measuredIn)] }),
  };
}

/** What attainment is measured against. */
export function targetStep(target: WindowTarget, unit: string): TraceStep {
  const { by, value, quota, previous, on } = target;
  if (quota?.team !== undefined) return teamQuotaStep(quota, quota.team, by === 'quota' ? quota.window.to : on);
  if (quota !== null) return by === 'quota' || on >= quota.window.to ? quotaStep(quota) : toDateStep(quota, target);
  const amount = amountInWords(value, unit);
  const says = previous === null ? `Target: ${amount}, by the plan.` : `Target: ${amount}, measured in ${previous.id}.`;
  return { step: 'target', says, ...given('target', value) };
}

/** The parts of the quota's intervals that are over by a date: by days, or by what its changing amounts come to by then. */
function toDateStep(quota: WindowQuota, { value, on }: WindowTarget): TraceStep {
  const inputs: Record<string, string> = {};
  const terms = quota.intervals.flatMap((interval, at) => {
    const taken = shared(interval, quota.window);
    const over = taken === null ? 0 : daysIn({ from: taken.from, to: earliestOf(on, taken.to) });
    if (taken === null || over === 0) return [];
    const name = `q${at + 1}`;
    inputs[name] = toText(interval.taken);
    if (interval.stages.length > 0) {
      inputs[`over${at + 1}`] = toText(partOn(quota, interval, [{ from: interval.from, to: on }]));
      return [`${name} * over${at + 1}`];
    }
    inputs[`days${at + 1}`] = String(over);
    inputs[`of${at + 1}`] = String(daysIn(taken));
    return [`${name} * days${at + 1} / of${at + 1}`];
  });
  return {
    step: 'target',
    says: `Quota for ${quota.metric} in ${quota.window.id} up to ${on}: ${amountInWords(value, quota.currency ?? 'number')}.`,
    ...sumOf(terms),
    inputs,
    result: toText(value),
    steps: [quotaStep(quota)],
  };
}

/** One step for each gate, as of the period's end; none where the component has no gates. */
export function gateSteps({ gates, unit }: Context): readonly TraceStep[] {
  return gates.map((state) => gateStep(state, unit));
}

export function gateStep(state: GateState, unit: string): TraceStep {
  const { gate, open, by, on, window, looked, reached, threshold } = state;
  const { name, against, opens, guards } = gate.document;
  const inWords = (amount: Exact) => reachedInWords(amount, against, looked[0]?.unit ?? unit);
  const where = window === null ? 'its window has not begun' : `${inWords(reached)} in ${window.id} up to ${on}`;
  const held = opens === 'latch' && open ? ' and stays open to the end of its window' : '';
  const excess =
    open && threshold !== null ? `; paid is what exceeds ${amountInWords(threshold, looked[0]?.unit ?? unit)}` : '';
  const what = guards === 'component' ? 'the component' : 'its bands';
  return {
    step: 'gate',
    says: `Gate ${name} before ${what}: ${where}, at least ${inWords(gate.atLeast)} is asked; ${open ? 'open' : 'closed'}${by === null ? held : `, because ${by} is`}${excess}.`,
    ...lookedParts(gate, looked),
    result: toText(reached),
  };
}
