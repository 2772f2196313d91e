import type { EventData, LedgerEvent } from '@ledger/events';
import { type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkCurrency } from './amounts.ts';
import { type Kind, recording } from './authority.ts';
import { checkInterval, type Interval, intervalText, overlap } from './interval.ts';
import { firstProblem, produce, refuse, shown } from './produce.ts';

/** What happened to somebody who earns under plans. */
export type ParticipantEvent = LedgerEvent<
  | 'ParticipantOnboarded'
  | 'ReportingLineChanged'
  | 'PlanAssigned'
  | 'PlanUnassigned'
  | 'PlanAcknowledged'
  | 'LeaveRecorded'
  | 'ParticipantOffboarded'
>;

export interface OnboardParticipant extends Readonly<EventData<'ParticipantOnboarded'>> {
  readonly type: 'OnboardParticipant';
}
export interface ChangeReportingLine extends Readonly<EventData<'ReportingLineChanged'>> {
  readonly type: 'ChangeReportingLine';
}
export interface AssignPlan extends Readonly<EventData<'PlanAssigned'>> {
  readonly type: 'AssignPlan';
  /** Whether the plan has been published, as the application found it. */
  readonly planExists: boolean;
}
export interface UnassignPlan extends Readonly<EventData<'PlanUnassigned'>> {
  readonly type: 'UnassignPlan';
}
export interface AcknowledgePlan {
  readonly type: 'AcknowledgePlan';
  readonly participant: string;
  readonly plan: string;
  readonly version: number;
}
export interface RecordLeave extends Readonly<EventData<'LeaveRecorded'>> {
  readonly type: 'RecordLeave';
}
export interface OffboardParticipant extends Readonly<EventData<'ParticipantOffboarded'>> {
  readonly type: 'OffboardParticipant';
}
export type ParticipantCommand =
  | OnboardParticipant
  | ChangeReportingLine
  | AssignPlan
  | UnassignPlan
  | AcknowledgePlan
  | RecordLeave
  | OffboardParticipant;

interface PlanInterval extends Interval {
  readonly plan: string;
}

export interface ParticipantState {
  /** `null`: not onboarded. */
  readonly terms: EventData<'ParticipantOnboarded'> | null;
  /** In the order in which they were recorded; for any day, the newest of the latest start applies. */
  readonly managers: readonly { readonly from: string; readonly manager: string | null }[];
  readonly assignments: readonly PlanInterval[];
  /** Plans that were ever assigned, also those that were taken away whole. */
  readonly plans: readonly string[];
  readonly acknowledged: readonly { readonly plan: string; readonly version: number }[];
  readonly leaves: readonly (Interval & { readonly kind: string })[];
  readonly endsOn: string | null;
  /** How they left, and the end of compensation, where that was said. */
  readonly leaving?: Pick<EventData<'ParticipantOffboarded'>, 'kind' | 'compensationEnds'>;
}

export const participantDecider: Decider<ParticipantState, ParticipantCommand, ParticipantEvent> = {
  initial: { terms: null, managers: [], assignments: [], plans: [], acknowledged: [], leaves: [], endsOn: null },
  evolve,
  decide,
};

function evolve(state: ParticipantState, event: ParticipantEvent): ParticipantState {
  switch (event.type) {
    case 'ParticipantOnboarded': {
      const { startsOn: from, manager } = event.data;
      return { ...state, terms: event.data, managers: [...state.managers, { from, manager }] };
    }
    case 'ReportingLineChanged': {
      const { effectiveFrom: from, manager } = event.data;
      return { ...state, managers: [...state.managers, { from, manager }] };
    }
    case 'PlanAssigned': {
      const { plan, effectiveFrom: from, effectiveTo: to } = event.data;
      const plans = [...new Set([...state.plans, plan])];
      return { ...state, assignments: [...state.assignments, { plan, from, to }], plans };
    }
    case 'PlanUnassigned': {
      const { plan, effectiveFrom } = event.data;
      return { ...state, assignments: state.assignments.flatMap((each) => cut(each, plan, effectiveFrom)) };
    }
    case 'PlanAcknowledged': {
      const { plan, version } = event.data;
      return { ...state, acknowledged: [...state.acknowledged, { plan, version }] };
    }
    case 'LeaveRecorded': {
      const { from, to, kind } = event.data;
      return { ...state, leaves: [...state.leaves, { from, to, kind }] };
    }
    case 'ParticipantOffboarded':
      return { ...state, endsOn: event.data.endsOn, leaving: event.data };
    default:
      return event satisfies never;
  }
}

/** What is left of an assignment when the plan is taken away from a day on. */
function cut(assignment: PlanInterval, plan: string, from: string): readonly PlanInterval[] {
  if (assignment.plan !== plan || (assignment.to !== null && assignment.to <= from)) return [assignment];
  return assignment.from >= from ? [] : [{ ...assignment, to: from }];
}

type Answer = readonly ParticipantEvent[] | Problem;

function decide(command: ParticipantCommand, state: ParticipantState, context: Context): Answer {
  return recording({ ...stake(command, state), actor: context.actor }, () => told(command, state, context));
}

function told(command: ParticipantCommand, state: ParticipantState, context: Context): Answer {
  switch (command.type) {
    case 'OnboardParticipant':
      return onboard(command, state);
    case 'ChangeReportingLine':
      return changeReportingLine(command, state);
    case 'AssignPlan':
      return assign(command, state);
    case 'UnassignPlan':
      return unassign(command, state);
    case 'AcknowledgePlan':
      return acknowledge(command, state, context);
    case 'RecordLeave':
      return recordLeave(command, state);
    case 'OffboardParticipant':
      return offboard(command, state);
    default:
      return command satisfies never;
  }
}

/** What a command is about, and whose pay it moves: overrides follow the reporting line, and a leave may pause a ramp. */
function stake(command: ParticipantCommand, state: ParticipantState): { kind: Kind; beneficiaries: readonly string[] } {
  const { participant } = command;
  switch (command.type) {
    case 'AssignPlan':
    case 'UnassignPlan':
      return { kind: 'assignment', beneficiaries: [participant] };
    case 'AcknowledgePlan':
      return { kind: 'acknowledgement', beneficiaries: [participant] };
    case 'RecordLeave':
      return { kind: 'leave', beneficiaries: [participant] };
    case 'OnboardParticipant':
      return { kind: 'participant', beneficiaries: present(participant, command.manager) };
    case 'ChangeReportingLine': {
      const before = state.managers.map(({ manager }) => manager);
      return { kind: 'participant', beneficiaries: present(participant, command.manager, ...before) };
    }
    case 'OffboardParticipant':
      return { kind: 'participant', beneficiaries: [participant] };
    default:
      return command satisfies never;
  }
}

function present(...people: readonly (string | null)[]): readonly string[] {
  return people.filter((person) => person !== null);
}

function onboard({ type: _, ...terms }: OnboardParticipant, state: ParticipantState): Answer {
  const onboarded = produce('ParticipantOnboarded', terms);
  if (isProblem(onboarded)) return onboarded;
  const wrong = firstProblem(
    () => checkCurrency(terms.currency, '/currency'),
    () => checkManager(terms),
  );
  if (wrong !== undefined) return wrong;
  if (state.terms === null) return [onboarded];
  const { participant, startsOn, currency, manager, jobTitle } = state.terms;
  const known = { startsOn, currency, manager, jobTitle };
  for (const field of ['startsOn', 'currency', 'manager', 'jobTitle'] as const) {
    if (known[field] === terms[field]) continue;
    return refuse(
      'already_exists',
      `Participant ${participant} is onboarded with ${field} ${shown(known[field])}, not ${shown(terms[field])}; leave it as it was${SINCE[field]}.`,
      `/${field}`,
    );
  }
  return [];
}

/** What is to be recorded, where it is another one from some day on. */
const SINCE = {
  startsOn: '',
  currency:
    '. Whoever is paid in another currency from a day on leaves on that day and is onboarded under another id from it',
  manager: ', and record from which day it is another one: `ledger manager`',
  jobTitle: '',
} as const;

function checkManager(line: { readonly participant: string; readonly manager: string | null }): Problem | undefined {
  if (line.manager !== line.participant) return undefined;
  const message = `Participant ${shown(line.participant)} cannot report to themselves; name another manager, or none.`;
  return refuse('reporting_loop', message, '/manager');
}

/** Refuses what concerns somebody who is not onboarded, or not there any more (or not yet) on a day. */
function checkThere(state: ParticipantState, participant: string, day?: string, field?: string): Problem | undefined {
  if (state.terms === null) {
    const message = `Participant ${shown(participant)} is not known; onboard them first.`;
    return refuse('participant_unknown', message, '/participant');
  }
  if (day === undefined) return undefined;
  if (day < state.terms.startsOn) {
    const message = `Participant ${participant} starts on ${state.terms.startsOn}; ${day} is before that, choose a later day.`;
    return refuse('participant_inactive', message, field);
  }
  if (state.endsOn !== null && day >= state.endsOn) {
    const message = `Participant ${participant} left on ${state.endsOn}; ${day} is not before that, choose an earlier day.`;
    return refuse('participant_inactive', message, field);
  }
  return undefined;
}

function changeReportingLine({ type: _, ...line }: ChangeReportingLine, state: ParticipantState): Answer {
  const changed = produce('ReportingLineChanged', line);
  if (isProblem(changed)) return changed;
  const wrong = firstProblem(
    () => checkThere(state, line.participant, line.effectiveFrom, '/effectiveFrom'),
    () => checkManager(line),
  );
  if (wrong !== undefined) return wrong;
  return managerOn(state, line.effectiveFrom) === line.manager ? [] : [changed];
}

function managerOn({ managers }: ParticipantState, day: string): string | null {
  let found: ParticipantState['managers'][number] | undefined;
  for (const line of managers) if (line.from <= day && (found === undefined || line.from >= found.from)) found = line;
  return found?.manager ?? null;
}

function assign({ type: _, planExists, ...terms }: AssignPlan, state: ParticipantState): Answer {
  const assigned = produce('PlanAssigned', terms);
  if (isProblem(assigned)) return assigned;
  const { participant, plan } = terms;
  const interval = { from: terms.effectiveFrom, to: terms.effectiveTo };
  const wrong = firstProblem(
    () => checkInterval(interval, '/effectiveTo'),
    () =>
      planExists
        ? undefined
        : refuse(
            'plan_unknown',
            `Plan ${plan} is not published, so ${participant} cannot be assigned to it; have its proposal approved first.`,
            '/plan',
          ),
    () => checkThere(state, participant, interval.from, '/effectiveFrom'),
  );
  if (wrong !== undefined) return wrong;
  const clash = state.assignments.find((each) => each.plan === plan && overlap(each, interval));
  if (clash === undefined) return [assigned];
  if (clash.from === interval.from && clash.to === interval.to) return [];
  return refuse(
    'interval_overlaps',
    `Plan ${plan} is assigned to ${participant} ${intervalText(clash)}, which overlaps ${intervalText(interval)}; choose another interval or unassign it first.`,
    '/effectiveFrom',
  );
}

function unassign({ type: _, ...terms }: UnassignPlan, state: ParticipantState): Answer {
  const unassigned = produce('PlanUnassigned', terms);
  if (isProblem(unassigned)) return unassigned;
  const { participant, plan, effectiveFrom } = terms;
  const wrong = checkThere(state, participant);
  if (wrong !== undefined) return wrong;
  if (!state.plans.includes(plan)) {
    const known = state.plans.length === 0 ? 'none ever was' : `those that were: ${state.plans.join(', ')}`;
    const message = `Plan ${shown(plan)} was never assigned to ${participant}, so there is nothing to take away; ${known}.`;
    return refuse('plan_unassigned', message, '/plan');
  }
  // A plan that was taken away whole leaves no interval behind: then, too, there is nothing to take away.
  const left = state.assignments.flatMap((each) => cut(each, plan, effectiveFrom));
  const same = left.length === state.assignments.length && left.every((each, i) => each === state.assignments[i]);
  return same ? [] : [unassigned];
}

function acknowledge(command: AcknowledgePlan, state: ParticipantState, { actor }: Context): Answer {
  const { participant, plan, version } = command;
  const acknowledged = produce('PlanAcknowledged', { participant, plan, version, acknowledgedBy: actor.id });
  if (isProblem(acknowledged)) return acknowledged;
  const wrong = checkThere(state, participant);
  if (wrong !== undefined) return wrong;
  if (!state.assignments.some((each) => each.plan === plan)) {
    const message = `Plan ${plan} is not assigned to ${participant}; assign it before it is acknowledged.`;
    return refuse('plan_unknown', message, '/plan');
  }
  return state.acknowledged.some((each) => each.plan === plan && each.version === version) ? [] : [acknowledged];
}

function recordLeave({ type: _, ...leave }: RecordLeave, state: ParticipantState): Answer {
  const recorded = produce('LeaveRecorded', leave);
  if (isProblem(recorded)) return recorded;
  const wrong = firstProblem(
    () => checkInterval(leave, '/to'),
    () => checkThere(state, leave.participant, leave.from, '/from'),
  );
  if (wrong !== undefined) return wrong;
  const clash = state.leaves.find((each) => overlap(each, leave));
  if (clash === undefined) return [recorded];
  if (clash.from === leave.from && clash.to === leave.to && clash.kind === leave.kind) return [];
  return refuse(
    'interval_overlaps',
    `A leave of ${leave.participant} is recorded ${intervalText(clash)}, which overlaps ${intervalText(leave)}; record only the days that are not covered yet.`,
    '/from',
  );
}

function offboard({ type: _, ...end }: OffboardParticipant, state: ParticipantState): Answer {
  const offboarded = produce('ParticipantOffboarded', end);
  if (isProblem(offboarded)) return offboarded;
  const wrong = checkThere(state, end.participant);
  if (wrong !== undefined) return wrong;
  if (end.compensationEnds !== undefined && end.compensationEnds < end.endsOn) {
    const message = `Compensation of ${end.participant} ends on ${end.compensationEnds}, before they leave on ${end.endsOn}; choose that day or a later one.`;
    return refuse('interval_invalid', message, '/compensationEnds');
  }
  const { leaving } = state;
  if (state.endsOn === end.endsOn) {
    // What was not known on the day may be said later; the day itself stays.
    const isKnown = leaving?.kind === end.kind && leaving?.compensationEnds === end.compensationEnds;
    return isKnown ? [] : [offboarded];
  }
  if (state.endsOn !== null) {
    const message = `Participant ${end.participant} is recorded to have left on ${state.endsOn}, not ${end.endsOn}; leave it as it is.`;
    return refuse('already_exists', message, '/endsOn');
  }
  if (state.terms !== null && end.endsOn < state.terms.startsOn) {
    const message = `Participant ${end.participant} starts on ${state.terms.startsOn} and cannot leave on ${end.endsOn}; choose a later day.`;
    return refuse('interval_invalid', message, '/endsOn');
  }
  return [offboarded];
}
