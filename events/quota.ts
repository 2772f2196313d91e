import { z } from 'zod';
import { quotaAmounts } from './definitions.ts';
import { approval, date, decimal, exception, id, partId, percent, reason, refusal, request } from './fields.ts';

const quota = { participant: partId, metric: partId, year: z.int().min(1970).max(2199) };

export const reliefKind = z.enum(['leave', 'territory', 'attrition', 'other']);

/** A share of the quota of the days, or a lump sum. */
export const reliefBasis = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('days'), share: percent }),
  z.strictObject({ by: z.literal('amount'), amount: decimal }),
]);

/** How much a relief takes off: a share of the days of an interval, or a lump sum of the interval that holds `from`. */
const reliefTerms = {
  relief: partId,
  kind: reliefKind,
  from: date,
  to: date,
  basis: reliefBasis,
};

/** Stream `quota-<participant>.<metric>.<year>`: a target, and what reduces it. */
export const quotaEvents = {
  QuotaProposed: z
    .strictObject({ ...quota, proposal: partId, quota: quotaAmounts, ...request })
    .describe('Somebody asks for a quota for a participant, a metric and a year.'),
  QuotaAssigned: z
    .strictObject({ ...quota, proposal: partId, quota: quotaAmounts, ...request, ...approval })
    .describe('The quota of a participant for a metric and a year. A later one replaces it; relief stays.'),
  QuotaRejected: z.strictObject({ ...quota, proposal: partId, ...refusal }).describe('A proposed quota was declined.'),
  QuotaReliefRequested: z
    .strictObject({ ...quota, ...reliefTerms, ...exception })
    .describe('Somebody asks that a quota be reduced.'),
  QuotaReliefGranted: z
    .strictObject({ ...quota, ...reliefTerms, ...exception, ...approval })
    .describe('A quota is reduced, by a decision of its own; the quota itself is not overwritten.'),
  QuotaReliefDeclined: z.strictObject({ ...quota, relief: partId, ...refusal }).describe('A relief was declined.'),
  QuotaReliefRevoked: z
    .strictObject({ ...quota, relief: partId, revokedBy: id, reason })
    .describe('A granted relief no longer holds, as if it had not been granted.'),
};
