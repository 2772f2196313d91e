import { fields } from '@ledger/events';
import { instantText, isProblem, type Problem, parseInstant, problem } from '@ledger/kernel';
import { calendarEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';

/** A part of the log: positions after one and up to another. */
export interface Span {
  readonly after: bigint;
  readonly upTo: bigint;
}

/** The part of the log that was recorded at or after one moment and before another, as of a position. */
export async function recordedSpan(
  ledger: Ledger,
  ask: { readonly since?: string | undefined; readonly until?: string | undefined },
  asOf: bigint,
): Promise<Span | Problem> {
  const since = await momentOf(ledger, ask.since, 'since', asOf);
  if (isProblem(since)) return since;
  const until = await momentOf(ledger, ask.until, 'until', asOf);
  if (isProblem(until)) return until;
  const isBackwards =
    since.instant !== undefined && until.instant !== undefined
      ? since.instant >= until.instant
      : since.before !== undefined && until.before !== undefined && since.before > until.before;
  if (isBackwards) {
    const says = `Since ${ask.since} is not before until ${ask.until}; name the earlier moment with --since.`;
    return problem('interval_invalid', says, '/until');
  }
  const upTo = until.before === undefined || until.before > asOf ? asOf : until.before;
  return { after: since.before ?? 0n, upTo };
}

/** A moment: the last position recorded before it, and the instant that it was given as. */
interface Moment {
  readonly before: bigint | undefined;
  readonly instant: bigint | undefined;
}

/** A day of the ledger's own zone, an instant or a position. */
async function momentOf(
  ledger: Ledger,
  text: string | undefined,
  field: string,
  asOf: bigint,
): Promise<Moment | Problem> {
  if (text === undefined) return { before: undefined, instant: undefined };
  if (/^[1-9][0-9]{0,18}$/.test(text)) return { before: BigInt(text) - 1n, instant: undefined };
  const instant = fields.date.safeParse(text).success ? await startOf(ledger, text, asOf) : parseInstant(text);
  if (instant !== undefined) return { before: await ledger.store.positionAt(instantText(instant - 1n)), instant };
  const says = `--${field} "${text.slice(0, 60)}" is no moment; write a day as 2026-03-31, an instant as 2026-03-31T12:00:00Z or a log position.`;
  return problem('as_of_invalid', says, `/${field}`);
}

async function startOf(ledger: Ledger, day: string, asOf: bigint): Promise<bigint> {
  const zone = (await calendarEntry(ledger, asOf))?.timeZone ?? 'UTC';
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochNanoseconds / 1000n;
}
