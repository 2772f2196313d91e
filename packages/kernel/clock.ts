/** Microseconds since 1970-01-01T00:00Z. */
export type Microseconds = bigint;
export type Clock = () => Microseconds;

export const systemClock: Clock = () => BigInt(Date.now()) * 1000n;

/** `2026-01-05T09:00:00.000000Z`. */
export function instantText(at: Microseconds): string {
  const iso = new Date(Number(at / 1000n)).toISOString();
  return `${iso.slice(0, -1)}${String(at % 1000n).padStart(3, '0')}Z`;
}

/** Parses an RFC 3339 instant to microseconds; `undefined` when it is not one. */
export function parseInstant(text: string): Microseconds | undefined {
  const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
  if (!pattern.test(text)) return undefined;
  try {
    return Temporal.Instant.from(text).epochNanoseconds / 1000n;
  } catch {
    return undefined;
  }
}

/**
 * When an event is recorded: the clock, but always later than the event before it, so that a clock that is set back cannot reorder
 * what people read (promises.md, recorded_at).
 */
export function nextInstant(previous: string | undefined, now: Microseconds): Microseconds {
  if (previous === undefined) return now;
  const last = parseInstant(previous);
  if (last === undefined) throw new TypeError(`not an instant: ${previous}`);
  return now > last ? now : last + 1n;
}
