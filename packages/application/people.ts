import { metricDecider, type ParticipantCommand, participantDecider, planDecider } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import type { Problem } from '@ledger/kernel';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { paidByMetric, paidByPlans } from './requests.ts';

/** Records what happened to a participant: another manager, a leave, the end of a plan or of the employment, an acknowledgement. */
export async function recordOnParticipant(
  ledger: Ledger,
  command: Exclude<ParticipantCommand, { readonly type: 'OnboardParticipant' | 'AssignPlan' }>,
  by: By,
): Promise<Outcome | Problem> {
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
  await refresh(ledger);
  const { kind, id, effectiveFrom, reason } = ask;
  if (kind === 'metric') {
    const beneficiaries = await paidByMetric(ledger, id);
    const command = { type: 'RetireMetric', metric: id, effectiveFrom, reason, beneficiaries } as const;
    return handle(ledger, given(streamOf.metric(id), metricDecider, command, ask), by);
  }
  const beneficiaries = await paidByPlans(ledger, new Set([id]));
  const command = { type: 'RetirePlan', plan: id, effectiveFrom, reason, beneficiaries } as const;
  return handle(ledger, given(streamOf.plan(id), planDecider, command, ask), by);
}
