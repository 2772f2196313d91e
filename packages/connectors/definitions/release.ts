import type { Component, ReleasePart, ReturnRule, TimeSpan } from '@ledger/events';
import { div, exact, shareIn, toText } from '@ledger/money';
import type { ComponentFile } from './plan-schema.ts';
import type { ReleasePartFile, ReturnedRuleFile } from './release-schema.ts';

/** When what is earned may be paid, and what is taken back, as documents carry it: only where the file says it. */
export function releaseOf(file: ComponentFile): Pick<Component, 'release' | 'returned'> {
  return {
    ...(file.release === undefined ? {} : { release: file.release.flatMap(partsOf) }),
    ...(file.returned === undefined ? {} : { returned: file.returned.map(ruleOf) }),
  };
}

function ruleOf({ on, takes, credit, since, within, ...rest }: ReturnedRuleFile): ReturnRule {
  const atLeast = rest['at-least'];
  return {
    on: triggerOf(on),
    credit,
    takes: takesOf(takes),
    ...(since === undefined ? {} : { since }),
    ...(within === undefined ? {} : { within: timeSpanOf(within) }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(rest['out-of'] === 'all' ? {} : { outOf: rest['out-of'] }),
  };
}

function triggerOf(on: ReturnedRuleFile['on']): ReturnRule['on'] {
  if (typeof on !== 'string')
    return {
      by: 'unpaid',
      milestone: on.unpaid,
      after: timeSpanOf(on.after),
      ...(on.late === 'lost' ? { late: on.late } : {}),
    };
  return on === 'cancellation' ? { by: 'cancellation' } : { by: 'milestone', milestone: on };
}

function takesOf(takes: ReturnedRuleFile['takes']): ReturnRule['takes'] {
  if (takes === 'full' || takes === 'proportional') return { by: takes };
  if (typeof takes === 'string') return { by: 'share', share: takes };
  if ('proportional' in takes) return { by: 'proportional', share: takes.proportional };
  if ('steps' in takes) {
    const steps = takes.steps.map(({ within, share }) => ({ within: timeSpanOf(within), share }));
    return { by: 'steps', steps };
  }
  return { by: 'straight-line', over: timeSpanOf(takes['straight-line']) };
}

/** A part, or its instalments: equal ones, a month after each other. */
function partsOf({ instalments, ...part }: ReleasePartFile): readonly ReleasePart[] {
  if (instalments === undefined) return [partOf(part)];
  const count = Number(instalments);
  const share = toText(div(shareIn(part.share), exact(instalments)));
  const first = part.after === undefined ? { count: 0, unit: 'months' as const } : timeSpanOf(part.after);
  return Array.from({ length: count }, (_, at) => {
    const months = first.count + at;
    const after = months === 0 ? {} : { after: { count: months, unit: 'months' as const } };
    return { ...partOf({ ...part, share, after: undefined }), ...after };
  });
}

function partOf({ at, share, after, ...how }: Omit<ReleasePartFile, 'instalments'>): ReleasePart {
  const from = how['from-share'];
  return {
    at,
    share,
    ...(how['in-proportion'] === 'yes' ? { inProportion: true as const } : {}),
    ...(from === undefined ? {} : { fromShare: from }),
    ...(how['end-of'] === undefined ? {} : { endOf: how['end-of'] }),
    ...(after === undefined ? {} : { after: timeSpanOf(after) }),
  };
}

/** `90 days`, `12 months`, `2 years`. */
function timeSpanOf(text: string): TimeSpan {
  const [count = '', unit = ''] = text.split(' ');
  if (unit.startsWith('day')) return { count: Number(count), unit: 'days' };
  return { count: Number(count) * (unit.startsWith('year') ? 12 : 1), unit: 'months' };
}
