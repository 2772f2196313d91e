import { periodBounds } from '@ledger/calculation';
import { fields, type RecordedEvent } from '@ledger/events';

/** Days of a period, [from, to); `undefined` for what names none. */
export function periodSpan(period: string): { readonly from: string; readonly to: string } | undefined {
  return fields.periodId.safeParse(period).success ? periodBounds(period) : undefined;
}

/**
 * Whether what an event says falls into a period, though it does not name it: a deal that closed in it, at that event or at another one
 * of its stream; a leave, relief, quota, assignment or definition that holds on a day of it.
 */
export function fallsInto(
  recorded: RecordedEvent,
  span: { readonly from: string; readonly to: string },
  closings: ReadonlyMap<string, readonly string[]>,
): boolean {
  const { event, stream } = recorded;
  const { data } = event;
  const within = (day: string) => span.from <= day && day < span.to;
  if ('source' in data && 'deal' in data) {
    return 'closedOn' in data ? within(data.closedOn) : (closings.get(stream) ?? []).some(within);
  }
  if ('year' in data) {
    const of = 'from' in data && 'to' in data ? data : { from: `${data.year}-01-01`, to: `${data.year + 1}-01-01` };
    return overlaps(of.from, of.to, span);
  }
  if ('effectiveFrom' in data) {
    return overlaps(data.effectiveFrom, 'effectiveTo' in data ? data.effectiveTo : null, span);
  }
  if ('from' in data && 'to' in data) return overlaps(data.from, data.to, span);
  if ('terms' in data && 'from' in data.terms) {
    return overlaps(data.terms.from, 'until' in data.terms ? data.terms.until : null, span);
  }
  return false;
}

/** The days on which each deal of a trail closed, as it was told over time, by stream. */
export function closingDays(trail: Iterable<RecordedEvent>): ReadonlyMap<string, readonly string[]> {
  const days = new Map<string, string[]>();
  for (const { stream, event } of trail) {
    if ('closedOn' in event.data) days.set(stream, [...(days.get(stream) ?? []), event.data.closedOn]);
  }
  return days;
}

function overlaps(from: string, to: string | null, span: { readonly from: string; readonly to: string }): boolean {
  return from < span.to && (to === null || to > span.from);
}
