import type { EventData, LedgerEvent } from '@ledger/events';
import { type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { equal, exact, sign } from '@ledger/money';
import { checkCurrency } from './amounts.ts';
import { recording } from './authority.ts';
import { firstProblem, produce, refuse, shown } from './produce.ts';

/** Exchange rates of one pair of currencies in one year: facts with a source. */
export type FxEvent = LedgerEvent<'ExchangeRateRecorded'>;

/** `beneficiaries`: everybody who earns; a rate moves what is paid for any deal in another currency. */
export interface RecordExchangeRate extends Readonly<EventData<'ExchangeRateRecorded'>> {
  readonly type: 'RecordExchangeRate';
  readonly beneficiaries: readonly string[];
}
export type FxCommand = RecordExchangeRate;

export interface FxState {
  readonly rates: readonly { readonly on: string; readonly rate: string; readonly source: string }[];
}

export const fxDecider: Decider<FxState, FxCommand, FxEvent> = { initial: { rates: [] }, evolve, decide };

function evolve(state: FxState, { data: { on, rate, source } }: FxEvent): FxState {
  return { rates: [...state.rates, { on, rate, source }] };
}

function decide(
  { type: _, beneficiaries, ...terms }: FxCommand,
  state: FxState,
  { actor }: Context,
): readonly FxEvent[] | Problem {
  return recording({ kind: 'fx', actor, beneficiaries }, () => told(terms, state));
}

function told(terms: EventData<'ExchangeRateRecorded'>, state: FxState): readonly FxEvent[] | Problem {
  const recorded = produce('ExchangeRateRecorded', terms);
  if (isProblem(recorded)) return recorded;
  const { base, quote, on, rate } = terms;
  const wrong = firstProblem(
    () => checkCurrency(base, '/base'),
    () => checkCurrency(quote, '/quote'),
    () =>
      base === quote
        ? refuse('field_invalid', `A rate of ${base} to itself says nothing; name two currencies.`, '/quote')
        : undefined,
    () =>
      sign(exact(rate)) > 0
        ? undefined
        : refuse(
            'amount_invalid',
            `The rate ${shown(rate)} is not more than 0; write how many ${quote} one ${base} is worth.`,
            '/rate',
          ),
  );
  if (wrong !== undefined) return wrong;
  const known = state.rates.find((each) => each.on === on);
  if (known === undefined) return [recorded];
  if (equal(exact(known.rate), exact(rate))) return [];
  const message = `The rate of ${base} to ${quote} on ${on} is recorded as ${known.rate} (${shown(known.source)}), not ${rate}; record the new one for a later day.`;
  return refuse('already_exists', message, '/rate');
}
