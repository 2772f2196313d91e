import type { TraceStep } from '@ledger/events';
import { div, equal, exact, isZero, max, mul, ONE, percent, sub, sum, toText, ZERO } from '@ledger/money';
import type { Interval } from './periods.ts';
import { within } from './proration.ts';
import {
  partOn,
  type QuotaInterval,
  quotaUpTo,
  type ReliefTaken,
  type TeamMemberQuota,
  type TeamQuota,
  takenOn,
  type WindowQuota,
} from './quota.ts';
import { amountInWords, brief, given, partOfWhole, percentInWords, sumOf } from './words.ts';

/** The quota of a window: the amounts of its intervals, or the parts of them that it takes. */
export function quotaStep(quota: WindowQuota): TraceStep {
  if (quota.team !== undefined) return teamQuotaStep(quota, quota.team, quota.window.to);
  const unit = quota.currency ?? 'number';
  const isPart = (interval: QuotaInterval) => !equal(interval.part, ONE) && !isRounded(interval);
  const terms = quota.intervals.map((each) =>
    isPart(each) ? `${nameOf(each.id)} * ${partOf(each.id)}` : nameOf(each.id),
  );
  const told = quota.intervals.filter((each) => each.reliefs.length > 0 || each.parts.length > 0);
  return {
    step: 'quota',
    says: `Quota for ${quota.metric} in ${quota.window.id}: ${amountInWords(quota.value, unit)}, approved by ${quota.approvedBy.join(', ')}.`,
    ...sumOf(terms),
    inputs: Object.fromEntries(
      quota.intervals.flatMap((each) => [
        [nameOf(each.id), toText(isRounded(each) ? each.taken : each.value)],
        ...(isPart(each) ? [[partOf(each.id), toText(each.part)]] : []),
      ]),
    ),
    result: toText(quota.value),
    events: quota.events,
    ...(told.length === 0 ? {} : { steps: told.flatMap((each) => intervalSteps(each, unit)) }),
  };
}

/** Reports named one by one; more of them than a step may hold are told by their sum. */
const MOST_NAMED = 100;

/** The quotas of a team up to a date, less what was assigned over them. */
export function teamQuotaStep(quota: WindowQuota, { members, overAssignment }: TeamQuota, on: string): TraceStep {
  const unit = quota.currency ?? 'number';
  const until = { from: quota.window.from, to: on };
  const counted = members
    .map((each) => ({ ...each, days: within(each.days, until) }))
    .filter(({ days }) => days.length > 0)
    .map((each) => ({ ...each, value: takenOn(each.quota, each.days) }));
  const named = counted.length > MOST_NAMED ? counted.slice(0, MOST_NAMED - 1) : counted;
  const others = sum(counted.slice(named.length).map(({ value }) => value));
  const inputs: Record<string, string> = Object.fromEntries(
    named.map(({ value }, at) => [`report${at + 1}`, toText(value)] as const),
  );
  if (counted.length > named.length) inputs.others = toText(others);
  const total = Object.keys(inputs).join(' + ') || '0';
  const isOver = !isZero(overAssignment);
  const people = counted.length === 1 ? 'one person' : `${counted.length} people`;
  const less = isOver ? `, less an over-assignment of ${percentInWords(overAssignment)}` : '';
  const value = quotaUpTo(quota, on);
  return {
    step: 'quota',
    says: `Quota for ${quota.metric} in ${quota.window.id}${on < quota.window.to ? ` up to ${on}` : ''}: ${amountInWords(value, unit)}, of ${people} of the team${less}.`,
    formula: isOver ? `(${total}) / (1 + overAssignment)` : total,
    inputs: isOver ? { ...inputs, overAssignment: toText(overAssignment) } : inputs,
    result: toText(value),
    steps: named.map((member, at) => ({ ...memberStep(member, unit), as: `report${at + 1}` })),
  };
}

/** The quota of a report on the days on which they are of the team. */
function memberStep({ participant, quota, days, value }: TeamMemberQuota, unit: string): TraceStep {
  const says = brief(`${participant}, ${daysInWords(days)}: ${amountInWords(value, unit)}.`, 1000);
  if (equal(value, quota.value)) {
    const { as: _, ...whole } = quotaStep(quota);
    return { step: 'report', says, ...given('quota', value), steps: [{ ...whole, as: 'quota' }] };
  }
  const inputs: Record<string, string> = {};
  const terms = quota.intervals.flatMap((interval, at) => {
    const part = partOn(quota, interval, days);
    if (isZero(part)) return [];
    const [taken, share] = [`q${at + 1}`, `part${at + 1}`];
    inputs[taken] = toText(interval.taken);
    inputs[share] = toText(part);
    return [`${taken} * ${share}`];
  });
  return { step: 'report', says, ...sumOf(terms), inputs, result: toText(value), steps: [quotaStep(quota)] };
}

/** Whether the amount was rounded after the window had taken its part of the interval. */
function isRounded({ value, part, taken }: QuotaInterval): boolean {
  return !equal(mul(value, part), taken);
}

/** Names that stand in a formula: `q2026_Q1`, and `part2026_Q1` of it. */
function nameOf(interval: string): string {
  return `q${interval.replaceAll('-', '_')}`;
}

function partOf(interval: string): string {
  return `part${interval.replaceAll('-', '_')}`;
}

function intervalSteps(interval: QuotaInterval, unit: string): readonly TraceStep[] {
  return [
    ...(interval.parts.length > 0 ? [blendStep(interval, unit)] : []),
    ...(interval.reliefs.length > 0 ? [intervalStep(interval, unit)] : []),
    ...(isRounded(interval) ? [roundedStep(interval, unit)] : []),
  ];
}

/** Stages told one by one; a year of changes and ramps has fewer. */
const MOST_STAGES = 50;

/** The amounts that hold over parts of an interval, each for its share. */
function blendStep({ id, parts, assigned, reliefs }: QuotaInterval, unit: string): TraceStep {
  const names = parts.map((_, at) => [`amount${at + 1}`, `share${at + 1}`] as const);
  return {
    step: 'blend',
    as: reliefs.length > 0 ? 'assigned' : nameOf(id),
    says: `${id}: ${amountInWords(assigned, unit)}, of the amounts that hold over it.`,
    ...sumOf(names.map(([amount, share]) => `${amount} * ${share}`)),
    inputs: Object.fromEntries(
      parts.flatMap(({ amount, share }, at) => [
        [names[at]?.[0] ?? '', toText(amount)],
        [names[at]?.[1] ?? '', toText(share)],
      ]),
    ),
    result: toText(assigned),
    steps: parts.slice(0, MOST_STAGES).map(({ days, amount, counted, whole, share }, at) => ({
      step: 'stage',
      as: `share${at + 1}`,
      says: `${amountInWords(amount, unit)} ${daysInWords(days)}: ${counted} of ${toText(whole)}, ${percentInWords(share)}.`,
      ...partOfWhole(counted, whole, share),
    })),
  };
}

function daysInWords(days: readonly Interval[]): string {
  return brief(days.map(({ from, to }) => `from ${from} to ${to}`).join(', '), 300);
}

function roundedStep({ id, taken }: QuotaInterval, unit: string): TraceStep {
  const says = `${id}: rounded to ${amountInWords(taken, unit)}.`;
  return { step: 'rounded', as: nameOf(id), says, ...given('rounded', taken) };
}

function intervalStep(interval: QuotaInterval, unit: string): TraceStep {
  const { id, assigned, value, relievedDays, days, left, lump, reliefs } = interval;
  const isExact = equal(left, max(ZERO, sub(ONE, div(relievedDays, days))));
  return {
    step: 'relief',
    as: nameOf(id),
    says: `${id}: ${amountInWords(assigned, unit)} assigned, ${amountInWords(value, unit)} after relief.`,
    formula: isExact ? 'max(0, assigned * (days - relievedDays) / days - lump)' : 'max(0, assigned * left - lump)',
    inputs: {
      assigned: toText(assigned),
      days: toText(days),
      relievedDays: toText(relievedDays),
      ...(isExact ? {} : { left: toText(left) }),
      lump: toText(lump),
    },
    result: toText(value),
    events: reliefs.map(({ relief }) => relief.event),
    steps: reliefs.slice(0, 100).map((taken) => reliefStep(taken, unit)),
  };
}

function reliefStep({ relief, days }: ReliefTaken, unit: string): TraceStep {
  const what =
    relief.basis.by === 'days'
      ? `${percentInWords(percent(relief.basis.share))} of ${days} days`
      : amountInWords(exact(relief.basis.amount), unit);
  return {
    step: 'relief',
    says: brief(
      `Relief ${relief.relief} (${relief.kind}), ${relief.from} to ${relief.to}: ${what}, approved by ${relief.approvedBy}: ${relief.reason}`,
      1000,
    ),
    events: [relief.event],
  };
}
