import { z } from 'zod';
import { currency, date, id, label, partId, reason, version } from './fields.ts';
import { separation } from './leaving.ts';

/** Stream `participant-<id>`: somebody who earns under a plan, by an opaque id (domain.md §9). */
export const participantEvents = {
  ParticipantOnboarded: z
    .strictObject({
      participant: partId,
      startsOn: date,
      /** Currency that they are paid in. */
      currency,
      manager: partId.nullable(),
      jobTitle: label.nullable(),
    })
    .describe('Somebody begins to earn under plans.'),
  ReportingLineChanged: z
    .strictObject({ participant: partId, manager: partId.nullable(), effectiveFrom: date, reason })
    .describe('From a date on, a participant reports to somebody else, or to nobody.'),
  PlanAssigned: z
    .strictObject({ participant: partId, plan: partId, effectiveFrom: date, effectiveTo: date.nullable(), reason })
    .describe('A participant earns under a plan over an interval [from, to).'),
  PlanUnassigned: z
    .strictObject({ participant: partId, plan: partId, effectiveFrom: date, reason })
    .describe('From a date on, a participant no longer earns under a plan.'),
  PlanAcknowledged: z
    .strictObject({ participant: partId, plan: partId, version, acknowledgedBy: id })
    .describe('A participant has read and accepted a version of a plan.'),
  LeaveRecorded: z
    .strictObject({ participant: partId, from: date, to: date, kind: label, reason })
    .describe('A participant is away over an interval [from, to). Relief of quota is a decision of its own.'),
  ParticipantOffboarded: z
    .strictObject({
      participant: partId,
      endsOn: date,
      kind: separation.optional(),
      /** First day on which deals no longer earn, where that is later than `endsOn`. */
      compensationEnds: date.optional(),
      reason,
    })
    .describe('From a date on, somebody no longer earns under plans.'),
};
