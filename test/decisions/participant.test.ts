import { participantDecider } from '@ledger/decisions';
import { describe, test } from 'vitest';
import { ASSIGN, ONBOARD } from './samples.ts';
import { ADMIN, FINANCE, given, MANAGER, OPS, REP } from './scenario.ts';

const nobody = given(participantDecider);
const ada = nobody.when(ONBOARD, OPS).records({ type: 'ParticipantOnboarded', data: { participant: 'ada' } });
const assigned = ada.when(ASSIGN, OPS).records({ type: 'PlanAssigned', data: { plan: 'ae', effectiveTo: null } });
const LEAVE = {
  type: 'RecordLeave',
  participant: 'ada',
  from: '2026-02-01',
  to: '2026-03-01',
  kind: 'parental',
  reason: 'Parental leave.',
} as const;
const OFFBOARD = {
  type: 'OffboardParticipant',
  participant: 'ada',
  endsOn: '2026-07-01',
  reason: 'Resigned.',
} as const;
const LINE = {
  type: 'ChangeReportingLine',
  participant: 'ada',
  manager: 'max',
  effectiveFrom: '2026-03-01',
  reason: 'New team.',
} as const;

describe('onboarding', () => {
  test('the same data again writes nothing, other data is refused', () => {
    ada.when(ONBOARD, OPS).recordsNothing();
    ada
      .when({ ...ONBOARD, currency: 'EUR' }, OPS)
      .refuses(
        'already_exists',
        /currency "USD", not "EUR"; .* leaves on that day and is onboarded under another id/,
        '/currency',
      );
    ada
      .when({ ...ONBOARD, manager: null }, OPS)
      .refuses('already_exists', /manager "mona", not null; .* from which day it is another one: `ledger manager`\.$/);
    ada.when({ ...ONBOARD, jobTitle: 'Closer' }, OPS).refuses('already_exists', /jobTitle .*; leave it as it was\.$/);
  });

  test('what cannot be', () => {
    nobody.when({ ...ONBOARD, currency: 'XXQ' }, OPS).refuses('currency_unknown', /"XXQ"/, '/currency');
    nobody.when({ ...ONBOARD, startsOn: '2026-02-30' }, OPS).refuses('date_invalid', /startsOn is "2026-02-30"/);
    nobody.when({ ...ONBOARD, participant: 'a.b' }, OPS).refuses('id_invalid', /participant is "a.b"/, '/participant');
    nobody.when({ ...ONBOARD, manager: 'ada' }, OPS).refuses('reporting_loop', /"ada"/);
  });

  test('by ops, and by nobody about themselves', () => {
    for (const actor of [REP, MANAGER, FINANCE, ADMIN]) nobody.when(ONBOARD, actor).refuses('role_forbidden');
    nobody.when(ONBOARD, { id: 'ada', role: 'ops' }).refuses('own_pay');
    nobody.when(ONBOARD, { id: 'mona', role: 'ops' }).refuses('own_pay', /mona/);
  });
});

describe('reporting line', () => {
  test('changes from a day on; the same again writes nothing', () => {
    const changed = ada.when(LINE, OPS).records({ type: 'ReportingLineChanged', data: { manager: 'max' } });
    changed.when(LINE, OPS).recordsNothing();
    changed.when({ ...LINE, manager: 'mona', effectiveFrom: '2026-02-01' }, OPS).recordsNothing();
    changed.when({ ...LINE, manager: null }, OPS).records({ type: 'ReportingLineChanged', data: { manager: null } });
  });

  test('of two lines from one day the one that was recorded last holds', () => {
    const twice = ada
      .when(LINE, OPS)
      .records({ type: 'ReportingLineChanged' })
      .when({ ...LINE, manager: 'nora' }, OPS)
      .records({ type: 'ReportingLineChanged' });
    twice.when({ ...LINE, manager: 'nora' }, OPS).recordsNothing();
    twice.when(LINE, OPS).records({ type: 'ReportingLineChanged', data: { manager: 'max' } });
  });

  test('nobody reports to themselves, nobody unknown reports, nobody before they start', () => {
    ada.when({ ...LINE, manager: 'ada' }, OPS).refuses('reporting_loop');
    nobody.when(LINE, OPS).refuses('participant_unknown', /"ada" is not known/);
    ada.when({ ...LINE, effectiveFrom: '2025-12-31' }, OPS).refuses('participant_inactive', /starts on 2026-01-01/);
    ada.when({ ...LINE, reason: ' ' }, OPS).refuses('reason_required', /./, '/reason');
    ada.when(LINE, { id: 'max', role: 'ops' }).refuses('own_pay');
    ada.when(LINE, { id: 'mona', role: 'ops' }).refuses('own_pay');
  });
});

describe('plan assignment', () => {
  test('the same again writes nothing; intervals of one plan do not overlap', () => {
    assigned.when(ASSIGN, OPS).recordsNothing();
    assigned
      .when({ ...ASSIGN, effectiveFrom: '2026-06-01' }, OPS)
      .refuses('interval_overlaps', /from 2026-01-01 on, which overlaps from 2026-06-01 on/);
    assigned.when({ ...ASSIGN, plan: 'spiff' }, OPS).records({ type: 'PlanAssigned' });
  });

  test('intervals that touch do not overlap', () => {
    ada
      .when({ ...ASSIGN, effectiveTo: '2026-04-01' }, OPS)
      .records({ type: 'PlanAssigned' })
      .when({ ...ASSIGN, effectiveFrom: '2026-04-01' }, OPS)
      .records({ type: 'PlanAssigned' });
  });

  test('what cannot be', () => {
    ada.when({ ...ASSIGN, planExists: false }, OPS).refuses('plan_unknown', /ae is not published/);
    nobody.when(ASSIGN, OPS).refuses('participant_unknown');
    ada.when({ ...ASSIGN, effectiveTo: '2026-01-01' }, OPS).refuses('interval_invalid', /holds no day/);
    ada.when({ ...ASSIGN, effectiveFrom: '2025-06-01' }, OPS).refuses('participant_inactive', /choose a later day/);
    ada
      .when(OFFBOARD, OPS)
      .records({ type: 'ParticipantOffboarded' })
      .when({ ...ASSIGN, effectiveFrom: '2026-07-01' }, OPS)
      .refuses('participant_inactive', /left on 2026-07-01/);
    ada.when({ ...ASSIGN, reason: '' }, OPS).refuses('reason_required');
  });

  test('nobody assigns a plan to themselves', () => {
    ada.when(ASSIGN, { id: 'ada', role: 'ops' }).refuses('own_pay');
    ada.when(ASSIGN, { id: 'pia', role: 'ops', onBehalfOf: 'ada' }).refuses('own_pay');
    ada.when(ASSIGN, FINANCE).refuses('role_forbidden');
  });

  const UNASSIGN = {
    type: 'UnassignPlan',
    participant: 'ada',
    plan: 'ae',
    effectiveFrom: '2026-05-01',
    reason: 'Moves on.',
  } as const;

  test('is taken away from a day on, once', () => {
    const cut = assigned.when(UNASSIGN, OPS).records({ type: 'PlanUnassigned' });
    cut.when(UNASSIGN, OPS).recordsNothing();
    cut.when({ ...ASSIGN, effectiveFrom: '2026-05-01' }, OPS).records({ type: 'PlanAssigned' });
    cut
      .when({ ...UNASSIGN, effectiveFrom: '2025-01-01' }, OPS)
      .records({ type: 'PlanUnassigned' })
      .when(ASSIGN, OPS)
      .records({ type: 'PlanAssigned' });
    cut
      .when({ ...UNASSIGN, effectiveFrom: '2025-01-01' }, OPS)
      .records({ type: 'PlanUnassigned' })
      .when(UNASSIGN, OPS)
      .recordsNothing();
    ada.when(UNASSIGN, OPS).refuses('plan_unassigned', /none ever was/);
    assigned.when({ ...UNASSIGN, plan: 'aa' }, OPS).refuses('plan_unassigned', /those that were: ae/);
    nobody.when(UNASSIGN, OPS).refuses('participant_unknown');
  });
});

describe('acknowledgement', () => {
  const SIGN = { type: 'AcknowledgePlan', participant: 'ada', plan: 'ae', version: 1 } as const;

  test('by the participant, once for each version', () => {
    const signed = assigned.when(SIGN, REP).records({ type: 'PlanAcknowledged', data: { acknowledgedBy: 'ada' } });
    signed.when(SIGN, REP).recordsNothing();
    signed.when({ ...SIGN, version: 2 }, REP).records({ type: 'PlanAcknowledged' });
    assigned.when(SIGN, { id: 'bob', role: 'rep' }).refuses('role_forbidden', /only they themselves/);
    assigned.when(SIGN, OPS).refuses('role_forbidden');
  });

  test('of a plan that is assigned', () => {
    ada.when(SIGN, REP).refuses('plan_unknown', /not assigned/);
    nobody.when(SIGN, REP).refuses('participant_unknown');
    assigned.when({ ...SIGN, version: 0 }, REP).refuses('field_invalid', /version is 0/, '/version');
  });
});

describe('leave and end', () => {
  test('a leave is recorded once; another that overlaps it is refused', () => {
    const away = ada.when(LEAVE, MANAGER).records({ type: 'LeaveRecorded' });
    away.when(LEAVE, MANAGER).recordsNothing();
    away.when({ ...LEAVE, from: '2026-02-15' }, MANAGER).refuses('interval_overlaps');
    away.when({ ...LEAVE, from: '2026-03-01', to: '2026-03-02' }, MANAGER).records({ type: 'LeaveRecorded' });
    ada.when({ ...LEAVE, to: LEAVE.from }, MANAGER).refuses('interval_invalid');
    nobody.when(LEAVE, MANAGER).refuses('participant_unknown');
    ada.when(LEAVE, FINANCE).refuses('role_forbidden');
    // It may pause a ramp, and so pays.
    for (const role of ['manager', 'ops']) ada.when(LEAVE, { id: 'ada', role }).refuses('own_pay');
    ada.when(LEAVE, { ...OPS, onBehalfOf: 'ada' }).refuses('own_pay');
  });

  test('somebody leaves once', () => {
    const gone = ada.when(OFFBOARD, OPS).records({ type: 'ParticipantOffboarded' });
    gone.when(OFFBOARD, OPS).recordsNothing();
    gone.when({ ...OFFBOARD, endsOn: '2026-08-01' }, OPS).refuses('already_exists', /2026-07-01, not 2026-08-01/);
    ada.when({ ...OFFBOARD, endsOn: '2025-12-01' }, OPS).refuses('interval_invalid');
    // Who never came leaves on the day on which they would have begun.
    ada.when({ ...OFFBOARD, endsOn: ONBOARD.startsOn }, OPS).records({ type: 'ParticipantOffboarded' });
    nobody.when(OFFBOARD, OPS).refuses('participant_unknown');
    const paidUntil = (compensationEnds: string) => ada.when({ ...OFFBOARD, compensationEnds }, OPS);
    paidUntil('2026-06-30').refuses('interval_invalid', /before they leave on 2026-07-01/, '/compensationEnds');
    paidUntil(OFFBOARD.endsOn).records({ type: 'ParticipantOffboarded' });
    ada.when(OFFBOARD, { id: 'ada', role: 'ops' }).refuses('own_pay');
  });
});
