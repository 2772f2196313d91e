import type { Multiplier } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { type Exact, exact, mul } from '@ledger/money';
import type { DealEntry } from './book.ts';
import { compile } from './cel.ts';
import { ExpressionFailure } from './decimal.ts';
import { offeredDeal } from './offer.ts';

/** Why a condition of a plan has no answer for a deal. */
export interface ConditionFailure {
  readonly text: string;
  readonly says: string;
  /** Where it is not the one that was asked. */
  readonly field?: ConditionField;
}
export type ConditionField = 'when' | 'multiplyCredit' | 'multiplyEarning' | 'columns';
export type Condition = (deal: DealEntry) => boolean | ConditionFailure;

const ALWAYS: Condition = () => true;

/** A condition of a plan over deals, asked once for each deal entry. Throws on an expression that `checkPlan` refuses. */
export function condition(text: string): Condition {
  if (text.trim() === 'true') return ALWAYS;
  const compiled = compile(text, 'bool', false);
  if ('errors' in compiled) throw new TypeError(`a plan was published with an expression that is not valid: ${text}`);
  const known = alongside<DealEntry, boolean | ConditionFailure>();
  return (deal) => {
    let answer = known.get(deal);
    if (answer === undefined) {
      answer = answerOf(() => compiled.run({ deal: offeredDeal(deal) }), text);
      known.set(deal, answer);
    }
    return answer;
  };
}

function answerOf(ask: () => boolean, text: string): boolean | ConditionFailure {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return { text, says: error.message };
  }
}

/** A factor that applies to deals which meet a condition. */
export interface Factor {
  readonly when: string;
  readonly by: Exact;
  readonly applies: Condition;
}

export function factor({ when, by }: Multiplier): Factor {
  return { when, by: exact(by), applies: condition(when) };
}

const NONE: readonly Factor[] = [];

/** The factors that apply to a deal, in the order of the plan (mechanics §2). */
export function factorsFor(factors: readonly Factor[], deal: DealEntry): readonly Factor[] | ConditionFailure {
  if (factors.length === 0) return NONE;
  const applying: Factor[] = [];
  for (const each of factors) {
    const applies = each.applies(deal);
    if (typeof applies === 'object') return applies;
    if (applies) applying.push(each);
  }
  return applying;
}

/** An amount times every factor. */
export function multiplied(amount: Exact, factors: readonly { readonly by: Exact }[]): Exact {
  return factors.length === 0 ? amount : factors.reduce((product, { by }) => mul(product, by), amount);
}
