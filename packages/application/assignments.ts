import { hasTerms, holds, type ParticipantEntry, type PlanEntry, versionOn } from '@ledger/calculation';
import { participantDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { participantEntry, planEntry } from './entries.ts';
import { type Given, given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkIds } from './names.ts';

/** A plan for somebody over [from, to). */
export interface Assignment {
  readonly participant: string;
  readonly plan: string;
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
}

export interface Assigned extends Outcome {
  /** What keeps the plan from paying, as it is now. Nothing was refused for it: another version of the plan mends it. */
  readonly warnings: readonly Problem[];
}

/** Assigns a plan to a participant. */
export async function assignPlan(ledger: Ledger, ask: Assignment, by: By): Promise<Assigned | Problem> {
  const wrong = checkIds({ participant: ask.participant, plan: ask.plan });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const outcome = await handle(ledger, await assignment(ledger, ask), by);
  if (isProblem(outcome)) return outcome;
  const person = await participantEntry(ledger, ask.participant);
  return { ...outcome, warnings: person === undefined ? [] : await unpaidBy(ledger, ask, person) };
}

export async function assignment(ledger: Ledger, ask: Assignment): Promise<Given> {
  const { participant, plan, from: effectiveFrom, to: effectiveTo, reason } = ask;
  const planExists = (await planEntry(ledger, plan)) !== undefined;
  const command = { type: 'AssignPlan', participant, plan, effectiveFrom, effectiveTo, reason, planExists } as const;
  return given(streamOf.participant(participant), participantDecider, command, ask);
}

/**
 * A plan without `payout` pays those alone whose currency is its own, and stops the statement of everybody else; so does one with terms of
 * pay, whose amounts are money that is paid.
 */
export async function unpaidBy(
  ledger: Ledger,
  { plan, from, to }: Pick<Assignment, 'plan' | 'from' | 'to'>,
  { participant, currency }: Pick<ParticipantEntry, 'participant' | 'currency'>,
): Promise<readonly Problem[]> {
  const entry = await planEntry(ledger, plan);
  const day = entry && daysOf(entry, { from, to }).find((each) => isOtherwise(entry, each, currency));
  if (entry === undefined || day === undefined) return [];
  const document = versionOn(entry, day)?.document;
  const [pays, mend] =
    document?.payout === undefined
      ? ['pays', `write payout: { rate: period-end } in the plan, or assign one in ${currency}`]
      : [
          'has draws, a guarantee or terms of pay',
          `write them in a plan in ${currency}, or as a decision about the person`,
        ];
  const says = `Plan ${plan} ${pays} in ${document?.currency} and ${participant} is paid in ${currency}: from ${day} on it stops the statement; ${mend}.`;
  return [problem('plan_currency', says, '/plan')];
}

/** The days of an interval on which another version of the plan may begin to apply, with the first. */
function daysOf({ versions }: PlanEntry, span: Pick<Assignment, 'from' | 'to'>): readonly string[] {
  const turns = versions.flatMap(({ from, to }) => (to === null ? [from] : [from, to]));
  return [span.from, ...turns.filter((day) => holds(span, day))].sort();
}

function isOtherwise(entry: PlanEntry, day: string, currency: string): boolean {
  const document = versionOn(entry, day)?.document;
  if (document === undefined || document.currency === currency) return false;
  return document.payout === undefined || hasTerms(document);
}
