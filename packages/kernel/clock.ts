/** Microseconds since 1970-01-01T00:00Z. */
export type Microseconds = bigint;
export type Clock = () => Microseconds;

export const systemClock: Clock = () => BigInt(Date.now()) * 1000n;

/** Events of one batch fall into the same second: its text is made once. */
let latest = { second: Number.NaN, text: '' };

/** `2026-01-05T09:00:00.000000Z`. Takes microseconds as a number too, exact until 2255, for stores that count in the hot path. */
export function instantText(at: Microseconds | number): string {
  let second = typeof at === 'bigint' ? Number(at / 1_000_000n) : Math.trunc(at / 1_000_000);
  let rest = typeof at === 'bigint' ? Number(at % 1_000_000n) : at % 1_000_000;
  if (rest < 0) {
    second -= 1;
    rest += 1_000_000;
  }
  if (latest.second !== second) latest = { second, text: new Date(second * 1_000).toISOString().slice(0, -4) };
  return `${latest.text}${String(rest).padStart(6, '0')}Z`;
}

/** Parses an RFC 3339 instant to microseconds; `undefined` when it is not one. Leap seconds are none: clocks here do not have them. */
export function parseInstant(text: string): Microseconds | undefined {
  const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
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
  // By hand: a store asks before every commit, and Temporal takes as long as the hash of an event.
  const millis = Date.parse(`${previous.slice(0, 23)}Z`);
  const rest = Number(previous.slice(23, 26));
  if (previous.length !== 27 || Number.isNaN(millis) || Number.isNaN(rest)) {
    throw new TypeError(`not an instant: ${previous}`);
  }
  const last = BigInt(millis) * 1_000n + BigInt(rest);
  return now > last ? now : last + 1n;
}
