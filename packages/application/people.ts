import { metricDecider, type ParticipantCommand, participantDecider, planDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkIds } from './names.ts';
import { paidByMetric, paidByPlans } from './requests.ts';

/** Records what happened to a participant: another manager, a leave, the end of a plan or of the employment, an acknowledgement. */
export async function recordOnParticipant(
  ledger: Ledger,
  command: Exclude<ParticipantCommand, { readonly type: 'OnboardParticipant' | 'AssignPlan' }>,
  by: By,
): Promise<Outcome | Problem> {
  const { participant } = command;
  const wrong = checkIds('plan' in command ? { participant, plan: command.plan } : { participant });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  return handle(ledger, given(streamOf.participant(command.participant), participantDecider, command), by);
}

/** Retires a metric or a plan: from a day on it counts, or pays, nothing. */
export async function retire(
  ledger: Ledger,
  ask: {
    readonly kind: 'metric' | 'plan';
    readonly id: string;
    readonly effectiveFrom: string;
    readonly reason: string;
  },
  by: By,
): Promise<Outcome | Problem> {
  const { kind, id, effectiveFrom, reason } = ask;
  const wrong = checkIds({ [kind]: id });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  if (kind === 'metric') {
    const beneficiaries = await paidByMetric(ledger, id);
    const command = { type: 'RetireMetric', metric: id, effectiveFrom, reason, beneficiaries } as const;
    return handle(ledger, given(streamOf.metric(id), metricDecider, command, ask), by);
  }
  const beneficiaries = await paidByPlans(ledger, new Set([id]));
  const command = { type: 'RetirePlan', plan: id, effectiveFrom, reason, beneficiaries } as const;
  return handle(ledger, given(streamOf.plan(id), planDecider, command, ask), by);
}
