import type { EventData, LedgerEvent } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkCurrency, checkMinorUnits } from './amounts.ts';
import { recording } from './authority.ts';
import { firstProblem, produce } from './produce.ts';

/** The policy stream that says how corrections are posted. */
export const CORRECTION_POLICY = 'corrections';

export type CorrectionEvent = LedgerEvent<'CorrectionPolicySet'>;
type Policy = EventData<'CorrectionPolicySet'>;

/** `beneficiaries`: everybody who is paid, since it moves everybody's corrections. */
export interface SetCorrectionPolicy extends Readonly<Omit<Policy, 'setBy'>> {
  readonly type: 'SetCorrectionPolicy';
  readonly beneficiaries: readonly string[];
}
export type CorrectionCommand = SetCorrectionPolicy;

/** What was set, in order: for any day, the newest that has begun applies. */
export interface CorrectionState {
  readonly set: readonly Policy[];
}

export const correctionDecider: Decider<CorrectionState, CorrectionCommand, CorrectionEvent> = {
  initial: { set: [] },
  evolve,
  decide,
};

function evolve({ set }: CorrectionState, { data }: CorrectionEvent): CorrectionState {
  return { set: [...set, data] };
}

/** Statements that are frozen keep what they posted: a policy is looked up by the statement that posts. */
function decide(
  { type: _, beneficiaries, ...terms }: CorrectionCommand,
  state: CorrectionState,
  { actor }: Context,
): readonly CorrectionEvent[] | Problem {
  return recording({ kind: 'corrections', actor, beneficiaries }, () => told({ ...terms, setBy: actor.id }, state));
}

function told(terms: Policy, { set }: CorrectionState): readonly CorrectionEvent[] | Problem {
  const event = produce('CorrectionPolicySet', terms);
  if (isProblem(event)) return event;
  for (const [currency, amount] of Object.entries(terms.waiveUnder ?? {})) {
    const field = `/waiveUnder/${currency}`;
    const wrong = firstProblem(
      () => checkCurrency(currency, field),
      () => checkMinorUnits(amount, currency, field),
    );
    if (wrong !== undefined) return wrong;
  }
  const last = set.at(-1);
  return last !== undefined && says(last) === says(event.data) ? [] : [event];
}

function says({ policy, waiveUnder = {}, effectiveFrom }: Policy): string {
  return canonical({ policy, waiveUnder, effectiveFrom });
}
