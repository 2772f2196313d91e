import type { Component, ReleasePart, TimeSpan } from '@ledger/events';
import type { ComponentFile } from './plan-schema.ts';
import type { ReleasePartFile } from './release-schema.ts';

/** When what is earned may be paid, as documents carry it: only where the file says it. */
export function releaseOf(file: ComponentFile): Pick<Component, 'release'> {
  return file.release === undefined ? {} : { release: file.release.map(partOf) };
}

function partOf({ at, share, after, ...how }: ReleasePartFile): ReleasePart {
  const from = how['from-share'];
  return {
    at,
    share,
    ...(how['in-proportion'] === 'yes' ? { inProportion: true as const } : {}),
    ...(from === undefined ? {} : { fromShare: from }),
    ...(after === undefined ? {} : { after: timeSpanOf(after) }),
  };
}

/** `90 days`, `12 months`, `2 years`. */
export function timeSpanOf(text: string): TimeSpan {
  const [count = '', unit = ''] = text.split(' ');
  if (unit.startsWith('day')) return { count: Number(count), unit: 'days' };
  return { count: Number(count) * (unit.startsWith('year') ? 12 : 1), unit: 'months' };
}
