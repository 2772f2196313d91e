import { type Exact, mul, sub } from '@ledger/money';
import type { Calculated } from './line.ts';
import type { Credited } from './measured.ts';
import { partsOfUnit } from './others-lose.ts';
import type { Unit } from './walk.ts';

/** What of a line is a deal's. */
export interface DealPart {
  readonly key: string;
  readonly amount: Exact;
  /** The deal as the line rates it; `null` where it does not. */
  readonly credit: Credited | null;
  /** Whether it is what the deal earns more, or less, because something of the window came back. */
  readonly byReturn: boolean;
}

/**
 * The parts of single deals: a line about one deal is that deal's, one about several is divided: a period rated as one by what each pays
 * on, a true-up by what it changes of each. `null` for a line that is about none in particular.
 */
export function partsOfDeals({ basis, deal, exact }: Calculated): readonly DealPart[] | null {
  switch (basis.kind) {
    case 'deal':
    case 'period':
      return ofUnit(basis.rated.unit, exact);
    case 'returned-credit':
      return ofOthers(basis.rated.others?.parts ?? []);
    case 'true-up':
      return basis.changes.flatMap(({ unit, before, after, others }) =>
        others === undefined ? ofUnit(unit, sub(after, before)) : ofOthers(others),
      );
    case 'returned':
    case 'group-cap':
      return [{ key: basis.deal, amount: exact, ...NOT_RATED }];
    case 'streak':
    case 'contest':
      return [];
    default:
      return deal === null ? null : [{ key: deal, amount: exact, ...NOT_RATED }];
  }
}

const NOT_RATED = { credit: null, byReturn: false } as const;

function ofUnit(unit: Unit, amount: Exact): readonly DealPart[] {
  return [...partsOfUnit(unit)].map(({ credit, part }) => {
    return { key: credit.key, amount: mul(amount, part), credit, byReturn: false };
  });
}

/** What others of the window lose by what came back. */
function ofOthers(parts: readonly { readonly credit: Credited; readonly amount: Exact }[]): readonly DealPart[] {
  return parts.map(({ credit, amount }) => ({ key: credit.key, amount, credit, byReturn: true }));
}
