import { periodBounds } from '@ledger/calculation';
import type { RequestFacts, RequestName } from '@ledger/decisions';
import type { EventData, ExceptionTerms, QuotaAmounts, RecordedEvent } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { abs, div, type Exact, exact, fraction, isZero, mul, percent, shareIn, sub, sum, ZERO } from '@ledger/money';
import { dealNamed } from './deals.ts';
import { participantEntry, quotaEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';

/** Participants whom a request names. */
export function namedIn({ event }: RecordedEvent): readonly string[] {
  const { data } = event;
  if (event.type === 'SplitExceptionRequested') return event.data.shares.map(({ participant }) => participant);
  return 'participant' in data && data.participant !== undefined ? [data.participant] : [];
}

/** Of these, those from whose earnings or credits somebody else's pay may follow. */
export function overridesIn(asked: RecordedEvent): readonly string[] {
  const { event } = asked;
  if (event.type !== 'ExceptionRequested') return namedIn(asked);
  const { kind } = event.data.terms;
  return kind === 'score' || kind === 'windfall' || kind === 'target-incentive' ? namedIn(asked) : [];
}

/** What rules of approval may look at in a request; as of a position, or of now. */
export async function factsOf(
  ledger: Ledger,
  kind: RequestName['kind'],
  asked: RecordedEvent,
  { today, asOf }: { readonly today: string; readonly asOf?: bigint | undefined },
): Promise<RequestFacts> {
  const from = effectiveFrom(asked);
  return {
    kind,
    exception: asked.event.type === 'ExceptionRequested' ? asked.event.data.terms.kind : null,
    requesterRole: asked.meta.actor.role,
    backDated: from !== null && from < today,
    ...(await sizeOf(ledger, asked, asOf)),
  };
}

/** First day on which it would count. */
function effectiveFrom({ event }: RecordedEvent): string | null {
  const { data } = event;
  if ('effectiveFrom' in data) return data.effectiveFrom;
  switch (event.type) {
    case 'QuotaReliefRequested':
      return event.data.from;
    case 'QuotaProposed':
      return `${event.data.year}-01-01`;
    case 'ExceptionRequested':
      return beginOf(event.data.terms);
    default:
      return null;
  }
}

/** First day that an exception is about; `null`: it names none. */
export function beginOf(terms: ExceptionTerms): string | null {
  if ('from' in terms) return terms.from;
  if ('period' in terms) return periodBounds(terms.period).from;
  if (terms.kind === 'draw') return terms.draw.from;
  return terms.kind === 'guarantee' ? terms.guarantee.from : null;
}

type Size = Pick<RequestFacts, 'amount' | 'shareOfQuota'>;
const NONE: Size = { amount: null, shareOfQuota: null };

async function sizeOf(ledger: Ledger, { event }: RecordedEvent, asOf: bigint | undefined): Promise<Size> {
  switch (event.type) {
    case 'ExceptionRequested': {
      const { participant, terms } = event.data;
      const size = amountIn(terms);
      const entry = await participantEntry(ledger, participant, asOf);
      if (size === null || entry === undefined) return NONE;
      return { ...NONE, amount: { size: exact(size), currency: entry.currency } };
    }
    case 'QuotaProposed': {
      const { quota } = event.data;
      const before = await assigned(ledger, event.data, asOf);
      const moved = abs(sub(yearOf(quota), before === null ? ZERO : yearOf(before)));
      return sized(moved, quota.currency, before);
    }
    case 'QuotaReliefRequested': {
      const before = await assigned(ledger, event.data, asOf);
      if (before === null) return NONE;
      return sized(relieved(event.data, yearOf(before)), before.currency, before);
    }
    case 'SplitExceptionRequested': {
      const { source, deal: id } = event.data;
      const found = await dealNamed(ledger, {
        source,
        deal: id,
        ...(asOf === undefined ? {} : { asOf: String(asOf) }),
      });
      if (isProblem(found) || found.deal === undefined) return NONE;
      // What changes hands: against whom it credits now, by a split in force or by rules too.
      const { amount, currency, credits } = found.deal;
      const had = new Map(
        credits.filter(({ pool }) => pool === 'primary').map((credit) => [credit.participant, shareIn(credit.share)]),
      );
      const gained = event.data.shares.map(({ participant, share }) =>
        sub(shareIn(share), had.get(participant) ?? ZERO),
      );
      const moved = mul(abs(exact(amount)), sum(gained.filter(({ n }) => n > 0n)));
      return { ...NONE, amount: { size: moved, currency } };
    }
    default:
      return NONE;
  }
}

function sized(size: Exact, currency: string | null, of: QuotaAmounts | null): Size {
  const year = of === null ? ZERO : yearOf(of);
  return {
    amount: currency === null ? null : { size, currency },
    shareOfQuota: isZero(year) ? null : div(size, year),
  };
}

/** What the terms state; `null`: no amount, or none that bounds it. */
function amountIn(terms: ExceptionTerms): string | null {
  switch (terms.kind) {
    case 'draw':
      return terms.draw.amount;
    case 'guarantee':
      return terms.guarantee.amount;
    case 'windfall':
      return terms.treatment.by === 'cap' || terms.treatment.by === 'bonus' ? terms.treatment.amount : null;
    case 'adjustment':
      return terms.amount.replace('-', '');
    default:
      return 'amount' in terms ? terms.amount : null;
  }
}

async function assigned(
  ledger: Ledger,
  of: { readonly participant: string; readonly metric: string; readonly year: number },
  asOf: bigint | undefined,
) {
  return (await quotaEntry(ledger, of, asOf))?.quota ?? null;
}

/** The whole year's. */
function yearOf({ per, amounts, spread }: QuotaAmounts): Exact {
  const all = sum(amounts.map(exact));
  const intervals = { month: 12n, quarter: 4n, year: 1n }[per];
  return amounts.length === 1 && spread === undefined ? mul(all, fraction(intervals, 1n)) : all;
}

/** By days: the share of the calendar days of the year, whatever the quota is spread over; it is the size of it, not its effect. */
function relieved({ basis, from, to, year }: EventData<'QuotaReliefRequested'>, of: Exact): Exact {
  if (basis.by === 'amount') return exact(basis.amount);
  const days = (a: string, b: string) => Temporal.PlainDate.from(a).until(b).days;
  const share = fraction(BigInt(days(from, to)), BigInt(days(`${year}-01-01`, `${year + 1}-01-01`)));
  return mul(of, mul(share, percent(basis.share)));
}
