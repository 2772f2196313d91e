import { type DealEntry, dayBefore, type Ladder, ladders } from '@ledger/calculation';
import type { SupposedDeal } from '@ledger/connectors';
import type { DealLine } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import {
  cmp,
  div,
  type Exact,
  exact,
  isCurrency,
  isZero,
  minorUnits,
  mul,
  sign,
  sub,
  sum,
  toDecimalText,
} from '@ledger/money';
import { dealsView } from '@ledger/projections';
import type { Books } from './books.ts';
import { branchOf, suppose } from './branch.ts';
import { amountText } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { computeSums } from './statements.ts';

/** What reaching the next band brings: the statement with deals that just reach it, less the statement as it is. */
export interface Worth {
  /** Deals that are supposed, all alike, and what they close for together. */
  readonly deals: number;
  readonly amount: string;
  readonly currency: string;
  readonly closedOn: string;
  /** What the components earn more. */
  readonly earned: string;
  /** What the statement pays more, after draws, holds and the rest. */
  readonly paid: string;
}

interface Of {
  readonly books: Books;
  readonly participant: string;
  readonly period: string;
  readonly on: string;
  readonly ladder: Ladder;
}

const MOST_DEALS = 50;

/**
 * Worked out by the calculation itself on a branch of the ledger that holds deals like the latest one that counted, of the amount, or as
 * many, as are missing. `null` where no such deals reach the band: it is measured otherwise than by amount or number.
 */
export async function worthOf(ledger: Ledger, of: Of): Promise<Worth | null> {
  const { books, ladder, period, participant } = of;
  const bounds = books.periods.get(period);
  if (ladder.next === null || bounds === undefined) return null;
  const closedOn = of.on < bounds.from ? bounds.from : of.on >= bounds.to ? dayBefore(bounds.to) : of.on;
  if (closedOn < ladder.window.from || closedOn >= ladder.window.to) return null;
  const like = await dealNamed(ledger, ladder.latest, books.asOf);
  const currency = like?.currency ?? (isCurrency(ladder.unit) ? ladder.unit : books.calendar.currency);
  const written = (amount: Exact) => toDecimalText(amount, minorUnits(currency), 'half-up');
  const away = exact(ladder.next.away);
  const before = await computeSums(books, participant, period);
  if (isProblem(before)) return null;

  async function tried(amount: Exact, count: number) {
    const supposed = dealsLike({ like, participant, closedOn, currency, amount: written(amount), count });
    const deals = await suppose(ledger, { deals: supposed }, books.asOf);
    if (isProblem(deals)) return null;
    const branch = await branchOf(ledger, deals, books.asOf, participant);
    if (isProblem(branch)) return null;
    const book = await branch.book(participant);
    if (isProblem(book)) return null;
    const same = ({ component, window }: Ladder) => component === ladder.component && window.id === ladder.window.id;
    const then = ladders(book, period, of.on).ladders.find(same);
    if (then === undefined) return null;
    const gained = sub(exact(then.credited), exact(ladder.credited));
    return { branch, gained, amount: mul(exact(written(amount)), exact(String(count))), count };
  }

  const isMoney = isCurrency(ladder.unit);
  const cent = div(exact('1'), exact(`1${'0'.repeat(minorUnits(currency))}`));
  const first = await tried(isMoney || like === undefined ? away : exact(like.amount), 1);
  if (first === null || sign(first.gained) <= 0) return null;
  const short = div(away, first.gained);
  let enough = cmp(first.gained, away) >= 0 && isMoney && cmp(short, exact('1')) === 0 ? first : null;
  if (enough === null && isMoney) {
    const scaled = await tried(up(mul(first.amount, short), cent), 1);
    if (scaled !== null && cmp(scaled.gained, away) >= 0) enough = scaled;
  }
  if (enough === null) {
    const count = Number(toDecimalText(up(short, exact('1')), 0, 'half-up'));
    const several = count > MOST_DEALS ? null : await tried(first.amount, Math.max(1, count));
    if (several !== null && cmp(several.gained, away) >= 0) enough = several;
  }
  if (enough === null) return null;
  const after = await computeSums(enough.branch, participant, period);
  if (isProblem(after)) return null;
  const earned = ({ lines }: typeof after) =>
    sum(lines.flatMap((line) => (line.kind === 'earning' ? [exact(line.amount)] : [])));
  return {
    deals: enough.count,
    amount: written(enough.amount),
    currency,
    closedOn,
    earned: amountText(sub(earned(after), earned(before)), after.currency),
    paid: amountText(sub(exact(after.total), exact(before.total)), after.currency),
  };
}

/** Up to the next whole step. */
function up(amount: Exact, step: Exact): Exact {
  const steps = exact(toDecimalText(div(amount, step), 0, 'half-up'));
  const rounded = mul(steps, step);
  return cmp(rounded, amount) >= 0 ? rounded : mul(sub(steps, exact('-1')), step);
}

async function dealNamed({ views }: Ledger, key: string | null, asOf: bigint): Promise<DealEntry | undefined> {
  const row = key === null ? undefined : await views.get(dealsView, key, asOf);
  return row === undefined ? undefined : (JSON.parse(row) as DealEntry);
}

/** No connector is called so. */
const SOURCE = 'next-band';

interface Like {
  readonly like: DealEntry | undefined;
  readonly participant: string;
  readonly closedOn: string;
  readonly currency: string;
  readonly amount: string;
  readonly count: number;
}

/** New deals with the attributes, the credits and the products of one that counted. */
function dealsLike({ like, participant, closedOn, currency, amount, count }: Like): readonly SupposedDeal[] {
  const own = [{ participant, pool: 'primary', share: '1' } as const];
  const lines = like === undefined ? [] : scaledLines(like, amount, currency);
  return Array.from(
    { length: count },
    (_, at): SupposedDeal => ({
      status: 'closed',
      cancelledOn: null,
      snapshot: {
        ...{ source: SOURCE, deal: `next-${at + 1}`, account: null, amount, currency, closedOn },
        ...{ selectionOn: null, sequence: at, owner: like?.owner ?? participant, credits: [...(like?.credits ?? own)] },
        ...{ attributes: { ...like?.attributes }, lines },
      },
    }),
  );
}

/** The products of a deal in proportion; the last one has what rounding leaves. */
function scaledLines({ lines, amount: whole }: DealEntry, amount: string, currency: string): DealLine[] {
  const total = exact(whole);
  if (lines.length === 0 || isZero(total)) return [];
  const factor = div(exact(amount), total);
  let left = exact(amount);
  return lines.map((line, at) => {
    const part = toDecimalText(mul(exact(line.amount), factor), minorUnits(currency), 'half-up');
    const own = at === lines.length - 1 ? toDecimalText(left, minorUnits(currency), 'half-up') : part;
    left = sub(left, exact(own));
    return { ...line, amount: own, cost: null };
  });
}
