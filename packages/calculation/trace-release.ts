import { CLOSED, type TraceStep } from '@ledger/events';
import { type Exact, equal, grouped, minorUnits, mul, sub, sum, toText } from '@ledger/money';
import type { EarnedLine } from './earn.ts';
import type { PartReleased, ReleaseBasis } from './line.ts';
import { unreleased } from './release.ts';
import { amountInWords, percentInWords, sumOf } from './words.ts';

const UNRELEASED = 'before - earnedSoFar * (1 - released)';
const HELD_FIRST = 'before - max(0, (earnedSoFar + takenBack) * (1 - released) - takenBack)';

/** What is held of a deal, or released: what was held before, less what is held now. */
export function releaseSteps(basis: ReleaseBasis, currency: string): readonly TraceStep[] {
  const { kind, deal, before, held, earned, back, parts } = basis;
  const released = sum(parts.map(({ share, reached }) => mul(share, reached)));
  const isNow = equal(held, unreleased({ earned, back }, released));
  const money = (amount: typeof held) => amountInWords(amount, currency);
  const says = `${deal} has earned ${money(earned)} so far; ${money(before)} of it was held before, ${money(held)} is held now.`;
  const steps = parts.map(partStep);
  return [
    {
      step: 'release',
      as: 'released',
      says: `${percentInWords(released)} of what ${deal} earned is released by the end of the period.`,
      ...sumOf(steps.map((_, at) => `part${at + 1}`)),
      result: toText(released),
      events: [...new Set(parts.flatMap(({ events }) => events))],
      steps,
    },
    {
      step: kind,
      says,
      formula: !isNow ? 'before - held' : back === null ? UNRELEASED : HELD_FIRST,
      inputs: {
        before: toText(before),
        ...(isNow ? { earnedSoFar: toText(earned), released: toText(released) } : { held: toText(held) }),
        ...(isNow && back !== null ? { takenBack: toText(back) } : {}),
      },
      result: toText(sub(before, held)),
    },
  ];
}

function partStep({ part, share, reached, on }: PartReleased, at: number): TraceStep {
  const later = part.after === undefined ? '' : `, ${part.after.count} ${part.after.unit} after it`;
  const wait = `${part.endOf === undefined ? '' : `, at the end of its ${part.endOf}`}${later}`;
  const name = part.at === CLOSED ? 'closing' : part.at;
  const how = part.inProportion === true ? ', in proportion to its amounts' : '';
  const when = on === null ? 'not yet' : `${percentInWords(reached)} since ${on}`;
  return {
    step: 'part',
    as: `part${at + 1}`,
    says: `${percentInWords(share)} with ${name}${wait}${how}: ${when}.`,
    formula: 'share * reached',
    inputs: { share: toText(share), reached: toText(reached) },
    result: toText(mul(share, reached)),
  };
}

/** What is held, or taken back, is rounded, not the line, so that the last line takes the remainder; `undefined` for other lines. */
export function releaseRounding({ basis, amount, currency, rounding }: EarnedLine): TraceStep | undefined {
  const amounts = amountsOf(basis);
  if (amounts === null || rounding.divided === undefined) return undefined;
  const { from, less } = amounts;
  const decimals = minorUnits(currency);
  return {
    step: 'rounding',
    as: 'amount',
    says: `What it was before, rounded, less what it is now, rounded: ${grouped(amount)} ${currency}.`,
    formula: `round(before, ${decimals}, ${rounding.mode}) - round(now, ${decimals}, ${rounding.mode})`,
    inputs: { before: toText(from), now: toText(less), exact: toText(sub(from, less)) },
    result: amount,
  };
}

function amountsOf(basis: EarnedLine['basis']): { readonly from: Exact; readonly less: Exact } | null {
  if (basis.kind === 'returned') return { from: basis.before, less: basis.taken };
  if (basis.kind === 'forfeited')
    return basis.lost === undefined ? null : { from: basis.lost.before, less: basis.lost.now };
  return basis.kind === 'held' || basis.kind === 'released' ? { from: basis.before, less: basis.held } : null;
}
