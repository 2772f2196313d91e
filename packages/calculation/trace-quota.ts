import type { TraceStep } from '@ledger/events';
import { equal, exact, ONE, percent, toText } from '@ledger/money';
import type { QuotaInterval, ReliefTaken, WindowQuota } from './quota.ts';
import { amountInWords, brief, percentInWords, sumOf } from './words.ts';

/** The quota of a window: the amounts of its intervals, or the parts of them that it takes. */
export function quotaStep(quota: WindowQuota): TraceStep {
  const unit = quota.currency ?? 'number';
  const terms = quota.intervals.map(({ id, part }) =>
    equal(part, ONE) ? nameOf(id) : `${nameOf(id)} * ${partOf(id)}`,
  );
  return {
    step: 'quota',
    says: `Quota for ${quota.metric} in ${quota.window.id}: ${amountInWords(quota.value, unit)}, approved by ${quota.approvedBy.join(', ')}.`,
    ...sumOf(terms),
    inputs: Object.fromEntries(
      quota.intervals.flatMap(({ id, value, part }) => [
        [nameOf(id), toText(value)],
        ...(equal(part, ONE) ? [] : [[partOf(id), toText(part)]]),
      ]),
    ),
    result: toText(quota.value),
    events: quota.events,
    ...(quota.intervals.some(({ reliefs }) => reliefs.length > 0)
      ? { steps: quota.intervals.filter(({ reliefs }) => reliefs.length > 0).map((each) => intervalStep(each, unit)) }
      : {}),
  };
}

/** Names that stand in a formula: `q2026_Q1`, and `part2026_Q1` of it. */
function nameOf(interval: string): string {
  return `q${interval.replaceAll('-', '_')}`;
}

function partOf(interval: string): string {
  return `part${interval.replaceAll('-', '_')}`;
}

function intervalStep(interval: QuotaInterval, unit: string): TraceStep {
  const { id, assigned, value, relievedDays, days, lump, reliefs } = interval;
  return {
    step: 'relief',
    says: `${id}: ${amountInWords(assigned, unit)} assigned, ${amountInWords(value, unit)} after relief.`,
    formula: 'max(0, assigned * (days - relievedDays) / days - lump)',
    inputs: {
      assigned: toText(assigned),
      days: String(days),
      relievedDays: toText(relievedDays),
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
