import { managersAbove } from '@ledger/calculation';
import {
  creditingDecider,
  jurisdictionDecider,
  metricDecider,
  type ParticipantCommand,
  participantDecider,
  planDecider,
} from '@ledger/decisions';
import { type EventData, streamOf } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import { participantEntries, participantEntry, planEntry } from './entries.ts';
import { given, handle, type Outcome } from './handle.ts';
import { type By, type Ledger, refresh, today } from './ledger.ts';
import { checkIds } from './names.ts';
import { paidBy } from './paid-by.ts';
import { unseenBy } from './reach.ts';

/** Records what happened to a participant: another manager, a leave, the end of a plan or of the employment, an acknowledgement. */
export async function recordOnParticipant(
  ledger: Ledger,
  command: Exclude<ParticipantCommand, { readonly type: 'OnboardParticipant' | 'AssignPlan' }>,
  by: By,
): Promise<Outcome | Problem> {
  const { participant } = command;
  const wrong =
    checkIds('plan' in command ? { participant, plan: command.plan } : { participant }) ??
    unseenBy(by, { thing: 'participant', name: participant, people: [participant] });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const loop = command.type === 'ChangeReportingLine' ? await loopBy(ledger, command) : undefined;
  if (loop !== undefined) return loop;
  const unread = command.type === 'AcknowledgePlan' ? await unpublished(ledger, command) : undefined;
  if (unread !== undefined) return unread;
  return handle(ledger, given(streamOf.participant(command.participant), participantDecider, command), by);
}

/** Whether somebody is in the ledger: a manager may be somebody who is not, and then no plan pays them for a team. */
export async function isParticipant(ledger: Ledger, id: string): Promise<boolean> {
  return (await participantEntry(ledger, id)) !== undefined;
}

/** Nobody has read a version that there is not. */
async function unpublished(
  ledger: Ledger,
  { plan, version }: { readonly plan: string; readonly version: number },
): Promise<Problem | undefined> {
  const entry = await planEntry(ledger, plan);
  if (entry === undefined) return undefined;
  const known = entry.versions.map((each) => each.version);
  if (known.includes(version)) return undefined;
  const says = `Plan ${plan} has no version ${version}; it has ${known.join(', ')}.`;
  return problem('version_unexpected', says, '/version');
}

/** Nobody may come to report to themselves through others, on the day on which the line begins or on a later one. */
async function loopBy(ledger: Ledger, line: EventData<'ReportingLineChanged'>): Promise<Problem | undefined> {
  const { participant, manager, effectiveFrom: from } = line;
  const entries = await participantEntries(ledger);
  const people = new Map(
    entries.map((entry) => {
      const managers = [...entry.managers, { manager, from, event: '' }];
      return [entry.participant, { participant: entry.participant === participant ? { ...entry, managers } : entry }];
    }),
  );
  const turns = [...people.values()].flatMap((each) => each.participant.managers.map((other) => other.from));
  for (const day of [from, ...turns.filter((turn) => turn > from)].sort()) {
    const above = managersAbove(people, participant, day);
    if (!above.includes(participant)) continue;
    const says = `On ${day} ${[participant, ...above].join(' would report to ')}; name another manager, or change one of the other lines first.`;
    return problem('reporting_loop', says, '/manager');
  }
  return undefined;
}

/** Retires a metric, a plan, crediting rules or a jurisdiction: from a day on it counts, pays, credits or says nothing. */
export async function retire(
  ledger: Ledger,
  ask: {
    readonly kind: 'metric' | 'plan' | 'crediting' | 'jurisdiction';
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
  const day = await today(ledger);
  const of = { effectiveFrom, reason };
  if (kind === 'jurisdiction') {
    const beneficiaries = await paidBy(ledger, { kind, jurisdiction: id }, by.actor, day);
    const command = { type: 'RetireJurisdiction', jurisdiction: id, ...of, beneficiaries } as const;
    return handle(ledger, given(streamOf.jurisdiction(id), jurisdictionDecider, command, ask), by);
  }
  if (kind === 'crediting') {
    const beneficiaries = await paidBy(ledger, { kind, crediting: id }, by.actor, day);
    const command = { type: 'RetireCrediting', crediting: id, ...of, beneficiaries } as const;
    return handle(ledger, given(streamOf.crediting(id), creditingDecider, command, ask), by);
  }
  if (kind === 'metric') {
    const beneficiaries = await paidBy(ledger, { kind, metric: id }, by.actor, day);
    const command = { type: 'RetireMetric', metric: id, ...of, beneficiaries } as const;
    return handle(ledger, given(streamOf.metric(id), metricDecider, command, ask), by);
  }
  const beneficiaries = await paidBy(ledger, { kind, plan: id }, by.actor, day);
  const command = { type: 'RetirePlan', plan: id, ...of, beneficiaries } as const;
  return handle(ledger, given(streamOf.plan(id), planDecider, command, ask), by);
}
