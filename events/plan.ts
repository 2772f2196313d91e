import { z } from 'zod';
import { planDocument } from './definitions.ts';
import { approval, date, interval, partId, reason, refusal, request, version } from './fields.ts';

/** Stream `plan-<id>`: versions of what is paid. */
export const planEvents = {
  PlanProposed: z
    .strictObject({ plan: partId, version, document: planDocument, ...interval, ...request })
    .describe('Somebody asks for a new plan, or a new version of one.'),
  PlanPublished: z
    .strictObject({ plan: partId, version, document: planDocument, ...interval, ...request, ...approval })
    .describe(
      'The plan applies in its interval. Of several versions, the newest whose interval holds the date applies.',
    ),
  PlanRejected: z.strictObject({ plan: partId, version, ...refusal }).describe('A proposed version was declined.'),
  PlanRetired: z
    .strictObject({ plan: partId, effectiveFrom: date, reason })
    .describe('From a date on, the plan pays nothing.'),
};
