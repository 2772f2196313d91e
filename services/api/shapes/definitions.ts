import { DEFINED_KINDS } from '@ledger/application';
import {
  correctionPolicy,
  creditingDocument,
  fields,
  jurisdictionDocument,
  metricDocument,
  planDocument,
  quotaAmounts,
  reliefBasis,
  reliefKind,
  replayPolicy,
} from '@ledger/events';
import { z } from 'zod';
import { change, section } from './standing.ts';

/** Definitions as they are answered: each with the events that it rests on. */

const event = z.string().describe('Id of the event that said so.');
const changedBy = z.string().describe('Event that made the entry what it is.');
const to = fields.date.nullable().describe('First day on which it no longer applies; null: without end.');

function versions<Document extends z.ZodType>(document: Document) {
  return {
    changedBy,
    versions: z.array(
      z.strictObject({
        version: fields.version,
        title: z.string(),
        document: document.nullable().describe('Null for whoever may know that it is there and not what it says.'),
        from: fields.date,
        to,
        event,
        requestedBy: z.string(),
        approvedBy: z.string(),
        recordedAt: z.string().describe('When the event that said so was recorded; RFC 3339.'),
        reason: z.string(),
      }),
    ),
    retiredFrom: fields.date.nullable(),
  };
}

const metric = z.strictObject({ kind: z.literal('metric'), metric: z.string(), ...versions(metricDocument) });
const plan = z.strictObject({ kind: z.literal('plan'), plan: z.string(), ...versions(planDocument) });
const crediting = z.strictObject({
  kind: z.literal('crediting'),
  crediting: z.string(),
  ...versions(creditingDocument),
});
const jurisdiction = z.strictObject({
  kind: z.literal('jurisdiction'),
  jurisdiction: z.string(),
  ...versions(jurisdictionDocument),
});

const calendar = z.strictObject({
  kind: z.literal('calendar'),
  changedBy,
  cadence: z.enum(['month', 'quarter']),
  firstPeriod: fields.periodId,
  timeZone: z.string(),
  currency: fields.currency,
  holidays: z.array(fields.date).optional(),
  event,
});

const corrections = z.strictObject({
  kind: z.literal('corrections'),
  changedBy,
  policies: z.array(
    z.strictObject({
      policy: correctionPolicy,
      waiveUnder: z.record(fields.currency, z.string()),
      from: fields.date,
      reason: z.string(),
      setBy: z.string(),
      event,
    }),
  ),
  replays: z.array(
    z.strictObject({
      replay: z.string(),
      policy: replayPolicy,
      reason: z.string(),
      approvedBy: z.string(),
      event,
      requests: z.array(z.string()),
      causes: z.array(z.string()),
    }),
  ),
});

const quota = z.strictObject({
  kind: z.literal('quota'),
  changedBy,
  participant: z.string(),
  metric: z.string(),
  year: z.int(),
  quota: quotaAmounts.extend({ event, approvedBy: z.string(), reason: z.string() }).nullable(),
  reliefs: z.array(
    z.strictObject({
      relief: z.string(),
      kind: reliefKind,
      from: fields.date,
      to: fields.date,
      basis: reliefBasis,
      reason: z.string(),
      requestedBy: z.string(),
      approvedBy: z.string(),
      expiresOn: fields.date.nullable(),
      event,
    }),
  ),
});

const rates = z.strictObject({
  kind: z.literal('rates'),
  changedBy,
  base: fields.currency,
  quote: fields.currency,
  rates: z.array(z.strictObject({ on: fields.date, rate: z.string(), source: z.string(), event })),
});

export const kindParam = z.enum(DEFINED_KINDS).describe('What kind of definition.');

export const versionParam = z
  .string()
  .regex(/^[1-9][0-9]{0,5}$/, 'must be the number of a version, as 2')
  .transform(Number)
  .optional();

export const definition = z
  .discriminatedUnion('kind', [metric, plan, crediting, jurisdiction, calendar, corrections, quota, rates])
  .meta({ id: 'Definition' });

export const definitionSummary = z.strictObject({
  kind: kindParam,
  name: z.string(),
  title: z.string().nullable(),
  inForce: z.int().nullable().describe('Version that applies on the day; null: none does, or there are no versions.'),
  versions: z.int(),
  retiredFrom: fields.date.nullable(),
  says: z.string().nullable().describe('What has no versions, in a few words; null for what has.'),
});

const changedField = z.strictObject({
  field: z.string().describe('Path to it, as `components/bookings/table/100%/pays/share`.'),
  before: z.unknown().describe('Null where there was nothing.'),
  after: z.unknown().describe('Null where there is nothing.'),
  says: z.string().describe('The same in words.'),
});

export const definitionChange = z.strictObject({
  event: z.string(),
  position: fields.position,
  recordedAt: z.string(),
  by: z.string().describe('Who approved it, or recorded it.'),
  reason: z.string().nullable(),
  fields: z.array(changedField),
});

export const definitionInWords = z
  .strictObject({
    asOf: fields.position,
    kind: kindParam,
    name: z.string(),
    version: z.int().nullable().describe('Null: it has no versions, and this is what it says now.'),
    from: fields.date.nullable().describe('First day on which the version applies.'),
    to: fields.date.nullable().describe('First day on which it no longer applies; null: without end.'),
    isProposed: z
      .boolean()
      .describe('Somebody has asked for it and it is not approved; told to whoever sees all of what rules.'),
    against: z.int().nullable().describe('Version that it is compared with; null: there is none before it.'),
    text: z
      .string()
      .nullable()
      .describe('As a definition file, in YAML; null for whoever may know that it is there and not what it says.'),
    sections: z.array(section).describe('Plans and metrics in sentences; none of others.'),
    changes: z.array(change).describe('The difference in those sentences.'),
    fields: z.array(changedField).describe('The difference by field.'),
  })
  .meta({ id: 'DefinitionInWords' });
