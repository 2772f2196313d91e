import { assignPlan, participantSeen, participantsSeen, recordOnParticipant } from '@ledger/application';
import { fields, separation } from '@ledger/events';
import { z } from 'zod';
import { type Answer, asOf, outcome, personParam, type Route, route, written } from '../route.ts';
import { next, note, on, pageAsked, paging, revision } from '../shapes/common.ts';

const GROUP = 'people';
const params = z.strictObject({ participant: personParam });
const from = fields.date.describe('First day.');
const event = z.string();

const participant = z
  .strictObject({
    participant: z.string(),
    name: z.string().nullable().describe('Null: unknown, or not told to this reader.'),
    email: z.string().nullable(),
    startsOn: fields.date,
    endsOn: fields.date.nullable(),
    separation: separation.nullable(),
    compensationEnds: fields.date.nullable().describe('First day on which deals no longer earn, where later.'),
    currency: fields.currency,
    jobTitle: z.string().nullable(),
    manager: z.string().nullable().describe('To whom they report on the day.'),
    managers: z.array(z.strictObject({ manager: z.string().nullable(), from: fields.date, event })),
    leaves: z.array(z.strictObject({ from: fields.date, to: fields.date, kind: z.string(), event })),
    plans: z.array(z.string()).nullable().describe('On the day. Null for whoever sees no plans of people.'),
    assignments: z
      .array(z.strictObject({ plan: z.string(), from: fields.date, to: fields.date.nullable(), event }))
      .nullable(),
    acknowledged: z.array(z.strictObject({ plan: z.string(), version: fields.version, event })).nullable(),
  })
  .meta({ id: 'Participant' });

const assigned: Answer = {
  status: 201,
  schema: outcome
    .extend({ warnings: z.array(note).describe('What keeps the plan from paying; nothing was refused for it.') })
    .meta({ id: 'AssignmentOutcome' }),
  says: 'What was recorded.',
};

export const peopleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/participants',
    name: 'listParticipants',
    group: GROUP,
    says: 'The people who earn, by id: those whom one may see.',
    may: { reads: 'people' },
    query: z.strictObject({
      ...paging,
      on,
      manager: personParam.optional().describe('Only those who report to this person on the day.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, on: fields.date, participants: z.array(participant), next }),
      says: 'A page of people.',
    },
    run: async ({ ledger, actor, query }) => participantsSeen(ledger, actor, pageAsked(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/participants/{participant}',
    name: 'readParticipant',
    group: GROUP,
    says: 'One person, with their history.',
    may: { reads: 'people' },
    params,
    query: z.strictObject({ asOf: asOf.optional(), on }),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, on: fields.date, participant, revision }),
      says: 'The person.',
    },
    run: async ({ ledger, actor, params, query }) => participantSeen(ledger, actor, { ...params, ...query }),
  }),
  route({
    method: 'POST',
    path: '/v1/participants/{participant}/assignments',
    name: 'assignPlan',
    group: GROUP,
    says: 'Assigns a plan over an interval.',
    may: { writes: 'assignment', step: 'record' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        plan: fields.partId,
        from,
        to: fields.date.nullable().default(null).describe('Day after the last one; left out: without end.'),
        reason: fields.reason,
      }),
    },
    answer: assigned,
    run: async ({ ledger, params, body, by }) => assignPlan(ledger, { ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/participants/{participant}/assignments/{plan}/end',
    name: 'unassignPlan',
    group: GROUP,
    says: 'Ends the assignment of a plan.',
    may: { writes: 'assignment', step: 'record' },
    params: params.extend({ plan: fields.partId }),
    body: { as: 'json', schema: z.strictObject({ effectiveFrom: fields.date, reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      recordOnParticipant(ledger, { type: 'UnassignPlan', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/participants/{participant}/manager',
    name: 'changeManager',
    group: GROUP,
    says: 'Records to whom somebody reports from a day on.',
    may: { writes: 'participant', step: 'record' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        manager: fields.partId.nullable().describe('Null: to nobody.'),
        effectiveFrom: fields.date,
        reason: fields.reason,
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      recordOnParticipant(ledger, { type: 'ChangeReportingLine', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/participants/{participant}/leaves',
    name: 'recordLeave',
    group: GROUP,
    says: 'Records a leave; relief of the quota is a decision of its own.',
    may: { writes: 'leave', step: 'record' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        kind: fields.label.describe('As parental leave.'),
        from,
        to: fields.date.describe('Day after the last one.'),
        reason: fields.reason,
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      recordOnParticipant(ledger, { type: 'RecordLeave', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/participants/{participant}/offboarding',
    name: 'offboard',
    group: GROUP,
    says: 'Records that somebody leaves.',
    may: { writes: 'participant', step: 'record' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        endsOn: fields.date.describe('First day on which they no longer earn.'),
        kind: separation.optional().describe('How they leave; plans may pay by it.'),
        compensationEnds: fields.date.optional().describe('First day on which deals no longer earn, where later.'),
        reason: fields.reason,
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      recordOnParticipant(ledger, { type: 'OffboardParticipant', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/acknowledgements',
    name: 'acknowledgePlan',
    group: GROUP,
    says: 'Records that one has read and accepted a version of a plan. Nobody does it for somebody else.',
    may: { writes: 'acknowledgement', step: 'record' },
    body: { as: 'json', schema: z.strictObject({ plan: fields.partId, version: fields.version }) },
    answer: written,
    run: async ({ ledger, actor, body, by }) =>
      recordOnParticipant(ledger, { type: 'AcknowledgePlan', participant: actor.id, ...body }, by),
  }),
];
