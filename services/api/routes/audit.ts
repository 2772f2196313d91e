import {
  auditCsv,
  auditPayout,
  auditSeen,
  doersSeen,
  eventsSeen,
  type Ledger,
  ownEntry,
  PAYOUT_PARTS,
  type Reach,
  unseen,
} from '@ledger/application';
import { fields } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { asOf, periodParam, personParam, type Route, reading, route } from '../route.ts';
import { next, pageAsked, paging } from '../shapes/common.ts';
import { statementState } from '../shapes/periods.ts';

const GROUP = 'audit';

const recorded = {
  event: z.looseObject({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
  id: z.string().describe('ULID; names the event, orders nothing.'),
  stream: z.string(),
  revision: z.int(),
  position: fields.position,
  recordedAt: z.string().describe('RFC 3339, UTC.'),
  meta: z.strictObject({
    actor: z.strictObject({ id: z.string(), role: z.string(), onBehalfOf: z.string().optional() }),
    commandId: z.string(),
    commandHash: z.string(),
    correlationId: z.string(),
    causationId: z.string().nullable(),
  }),
  hash: z.string().describe('Of the whole event as it was recorded, whatever of it one sees.'),
};
const event = z
  .strictObject({ ...recorded, says: z.string().describe('What it is about, in words.') })
  .meta({ id: 'Event' });

const audited = {
  ...recorded,
  says: z.string(),
  why: z.string().nullable(),
  evidence: z.array(z.string()),
  requestedBy: z.string().nullable(),
  approvedBy: z.array(z.string()),
  request: z.string().nullable(),
  changes: z.array(z.looseObject({ field: z.string(), says: z.string() })),
};
const auditEntry = z.strictObject(audited).meta({ id: 'AuditEntry' });

const key = z.string().min(1).max(300);
const moment = z.string().max(40);

const trailAsked = z.strictObject({
  asOf: asOf.optional(),
  participant: personParam.optional(),
  deal: key.optional().describe('As crm.D-1.'),
  plan: key.optional(),
  metric: key.optional(),
  period: periodParam.optional(),
  request: key.optional().describe('A request or an exception by its name.'),
  actor: key.optional().describe('Who gave the command, or for whom.'),
  types: z.string().max(1_000).optional().describe('Types of events, or categories as quota, with commas.'),
  since: moment.optional().describe('Recorded at or after: a day, an instant or a position.'),
  until: moment.optional().describe('Recorded before.'),
});

function trailOf(ledger: Ledger, reach: Reach, { types, ...ask }: z.infer<typeof trailAsked>) {
  return auditSeen(ledger, reach, { ...ask, types: types?.split(',') });
}

export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/events',
    name: 'listEvents',
    group: GROUP,
    says: 'Events as they are in the log, in its order: those that one may see.',
    may: { reads: 'events' },
    query: z.strictObject({
      ...paging,
      stream: key.optional().describe('As deal-crm.D-1.'),
      type: z.string().max(64).optional().describe('As DealClosed.'),
      participant: personParam.optional().describe('Whom it is about.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, events: z.array(event), next }),
      says: 'A page of events. It may be short, and others follow.',
    },
    fixed: true,
    run: async ({ ledger, reach, query }) => eventsSeen(ledger, reach, pageAsked(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/audit',
    name: 'readAuditTrail',
    group: GROUP,
    says: 'Who did what, when, why, approved by whom, before and after: everything that was given holds of each event.',
    may: { reads: 'events' },
    query: trailAsked,
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        asked: z.record(z.string(), z.unknown()),
        events: z.array(auditEntry),
      }),
      says: 'The trail, in the order of the log.',
    },
    fixed: true,
    run: async ({ ledger, reach, query }) => trailOf(ledger, reach, query),
  }),
  route({
    method: 'GET',
    path: '/v1/audit/csv',
    name: 'downloadAuditTrail',
    group: GROUP,
    says: 'The same trail as a table for spreadsheets, as the command line prints it; its cells are text and run nothing.',
    may: { reads: 'events' },
    query: trailAsked,
    answer: { status: 200, schema: z.string(), says: 'A row for each event.', type: 'text/csv' },
    async run({ ledger, reach, query }) {
      const trail = await trailOf(ledger, reach, query);
      if (isProblem(trail)) return trail;
      return { document: auditCsv(trail.events), file: `audit-${trail.asOf}.csv`, position: trail.asOf };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/audit/doers',
    name: 'whoDid',
    group: GROUP,
    says: 'Who has recorded events of a type, those who did it last first.',
    may: { reads: 'events' },
    query: z.strictObject({ ...reading, type: z.string().max(64) }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        doers: z.array(z.strictObject({ id: z.string(), role: z.string(), times: z.int(), last: z.string() })),
      }),
      says: 'People, with how often they did it among the last 200 times.',
    },
    run: async ({ ledger, reach, query }) => doersSeen(ledger, reach, query),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements/{participant}/audit',
    name: 'auditPayout',
    group: GROUP,
    says: 'Everything that touched one payout, from the deal to the bank.',
    may: { reads: 'pay' },
    params: z.strictObject({ period: periodParam, participant: personParam }),
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        participant: z.string(),
        period: z.string(),
        state: statementState,
        computedAsOf: fields.position,
        currency: z.string(),
        total: z.string(),
        digest: z.string().nullable(),
        events: z.array(z.strictObject({ ...audited, part: z.enum(PAYOUT_PARTS), lines: z.array(z.string()) })),
        missing: z.array(z.string()),
      }),
      says: 'By station, then in the order of the log.',
    },
    fixed: true,
    async run({ ledger, params, query, reach }) {
      const hidden = unseen(reach, { thing: 'participant', name: params.participant, people: [params.participant] });
      if (hidden !== undefined) return hidden;
      const trail = await auditPayout(ledger, { ...params, ...query });
      return isProblem(trail) ? trail : { ...trail, events: trail.events.map((each) => ownEntry(reach, each)) };
    },
  }),
];
