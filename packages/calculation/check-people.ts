import type { Component, LeavingRule, PhaseIn, PlanDocument } from '@ledger/events';
import { cmp, ONE, percent } from '@ledger/money';
import type { Finding } from './finding.ts';
import { paysAtEnd } from './otherwise.ts';
import { PHASE_IN } from './phase-in.ts';
import { isByPeriod, isGrowth } from './windows.ts';

/** What is wrong with what a component says of missing quotas, prorated days, ramps and changes of plan. */
export function* peopleFindings(component: Component): Generator<Finding> {
  const { withoutQuota, tierBy, target, onPlanChange, window, table } = component;
  const isProrated = component.prorate?.what.includes('target') === true;
  if (withoutQuota !== undefined && (tierBy === 'amount' || (typeof target === 'object' && !isProrated))) {
    const says = 'no quota is asked for here, so none can be missing; remove it.';
    yield { at: '/withoutQuota', says };
  }
  if (onPlanChange === 'finish' && isByPeriod(window)) {
    const says =
      'a deal, or a rolling window, is not begun by one plan and finished by another; write carry, or restart.';
    yield { at: '/onPlanChange', says };
  }
  for (const [index, { inRamp }] of table.entries()) {
    if (inRamp === undefined || index > 0) continue;
    const says = 'there is no band below the first one, so nothing is paid in a ramp; bar a band above it.';
    yield { at: '/table/0/inRamp', says, warning: true };
  }
  yield* prorationFindings(component);
  yield* windfallFindings(component);
}

function* prorationFindings({
  prorate,
  tierBy,
  target,
  table,
  targetIncentive,
  personal,
  cap,
}: Component): Generator<Finding> {
  if (prorate === undefined) return;
  const { what } = prorate;
  const has = {
    quota: true,
    target: typeof target === 'object',
    'target-incentive': targetIncentive !== null || personal !== undefined,
    lumps: table.some(({ lump, pays }) => lump !== null || pays?.by === 'amount'),
    bounds: tierBy === 'amount',
    caps: cap !== null && (cap.period ?? cap.window ?? cap.year ?? cap.personal ?? null) !== null,
  };
  if (what.every((each) => !has[each])) {
    const says = `there is no ${what.join(', ')} here, so nothing is prorated; name what is, or remove it.`;
    yield { at: '/prorate', says };
  }
}

/** What is wrong with what a plan pays to those who leave. */
export function* leavingFindings(document: PlanDocument): Generator<Finding> {
  const { onLeaving, phaseIn } = document;
  if (phaseIn !== undefined) yield* phaseInFindings(document, phaseIn);
  for (const [kind, rule] of Object.entries(onLeaving ?? {})) yield* pipelineFindings(kind, rule);
}

function* phaseInFindings({ plan, components }: PlanDocument, { of, shares }: PhaseIn): Generator<Finding> {
  if (of === plan) {
    yield { at: '/phaseIn/of', says: `phase-in.of: ${of} is this plan; name the one that it takes the place of.` };
  }
  if (Object.hasOwn(components, PHASE_IN)) {
    const says = `components: ${PHASE_IN} is the name under which the lines of the phase-in stand; call the component otherwise.`;
    yield { at: `/components/${PHASE_IN}`, says };
  }
  for (const [index, share] of shares.entries()) {
    if (!share.startsWith('-') && cmp(percent(share), ONE) <= 0) continue;
    const says = `phase-in.shares #${index + 1}: ${share} is not from 0% to 100%; write a share of what the old plan would have paid.`;
    yield { at: `/phaseIn/shares/${index}`, says, code: 'percent_invalid' };
  }
}

function* pipelineFindings(kind: string, { pipeline }: LeavingRule): Generator<Finding> {
  for (const [index, { days, pays }] of pipeline.entries()) {
    const before = pipeline[index - 1];
    const at = `/onLeaving/${kind}/pipeline/${index}`;
    if (before !== undefined && days <= before.days) {
      const says = `on-leaving.${kind}.pipeline #${index + 1}: within ${days} days is not after within ${before.days}; write the shorter time first.`;
      yield { at, says };
    }
    if (pays.startsWith('-') || cmp(percent(pays), ONE) > 0) {
      const says = `on-leaving.${kind}.pipeline #${index + 1}: pays ${pays}, which is not from 0% to 100%; write a share of what the deal earns.`;
      yield { at, says, code: 'percent_invalid' };
    }
  }
}

/** What is wrong with what makes a deal a windfall. */
function* windfallFindings(component: Component): Generator<Finding> {
  const { windfall, each, target } = component;
  if (windfall === undefined) return;
  if (each === 'period' || paysAtEnd(component)) {
    yield { at: '/windfall', says: 'no single deal earns here, so none is a windfall; remove it.' };
  }
  for (const field of ['quotaShareOver', 'attainmentOver'] as const) {
    const text = windfall[field];
    if (text === null || (text.endsWith('%') && !text.startsWith('-'))) continue;
    yield { at: `/windfall/${field}`, says: `${text} is no share; write it as ${text}%.`, code: 'percent_invalid' };
  }
  if (windfall.quotaShareOver !== null && (typeof target === 'object' || isGrowth(target))) {
    const says = 'the component is not measured against a quota; write earning-over or deal-over.';
    yield { at: '/windfall/quotaShareOver', says };
  }
}
