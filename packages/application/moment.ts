import { fields } from '@ledger/events';
import { instantText, isProblem, type Problem, parseInstant, problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import { dayOf, type Ledger, zoneOf } from './ledger.ts';

/**
 * The business day that an answer as of a position speaks of: today while nobody asks about the past; otherwise the day of the instant
 * that was asked for, or on which the event at the position was recorded.
 */
export async function dayAt(ledger: Ledger, asked: string | undefined, asOf: bigint): Promise<string> {
  return dayOf(await instantAt(ledger, asked, asOf), await zoneOf(ledger));
}

/** The same to the microsecond. */
export async function instantAt(ledger: Ledger, asked: string | undefined, asOf: bigint): Promise<string> {
  if (asked === undefined) return instantText(ledger.clock());
  const instant = parseInstant(asked);
  if (instant !== undefined) return instantText(instant);
  const [stored] = asOf === 0n ? [] : await ledger.store.readAll({ after: asOf - 1n, limit: 1 });
  return stored?.recordedAt ?? instantText(ledger.clock());
}

/** The business day that somebody asks about; where they say none, the one that an answer as of the position speaks of. */
export async function dayAsked(
  ledger: Ledger,
  { on, asOf: asked }: { readonly on?: string | undefined; readonly asOf?: string | undefined },
  asOf: bigint,
): Promise<string | Problem> {
  if (on === undefined) return dayAt(ledger, asked, asOf);
  if (fields.date.safeParse(on).success) return on;
  return problem('date_invalid', `"${on.slice(0, 40)}" is not a day; write 2026-03-31.`, '/on');
}

/** The position that somebody asks about, and the business day. */
export async function momentAsked(
  ledger: Ledger,
  ask: { readonly on?: string | undefined; readonly asOf?: string | undefined },
): Promise<{ readonly asOf: bigint; readonly on: string } | Problem> {
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const on = await dayAsked(ledger, ask, asOf);
  return isProblem(on) ? on : { asOf, on };
}
