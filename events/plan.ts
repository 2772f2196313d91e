import { z } from 'zod';
import { planDocument } from './definitions.ts';
import { approval, date, id, interval, partId, reason, refusal, request, sha256, version } from './fields.ts';

/** Worked cases as they were written: text, lists and fields. */
export type CaseNode = string | readonly CaseNode[] | { readonly [name: string]: CaseNode };
const caseNode: z.ZodType<CaseNode> = z.lazy(() =>
  z.union([z.string().max(4000), z.array(caseNode).max(1000), z.record(z.string().min(1).max(100), caseNode)]),
);

/** What the run of a plan's own cases found. */
const outcome = {
  passed: z.int().min(0).max(1000),
  /** Titles of those that failed. */
  failed: z.array(z.string().min(1).max(1000)).max(1000),
};
const override = { overriddenBy: id, overrideReason: reason };

/** Stream `plan-<id>`: versions of what is paid. */
export const planEvents = {
  PlanProposed: z
    .strictObject({
      plan: partId,
      version,
      document: planDocument,
      ...interval,
      ...request,
      /** Cases that the plan carries; they run before it is published. */
      cases: z.array(caseNode).min(1).max(200).optional(),
    })
    .describe('Somebody asks for a new plan, or a new version of one.'),
  PlanPublished: z
    .strictObject({
      plan: partId,
      version,
      document: planDocument,
      ...interval,
      ...request,
      ...approval,
      /** What its own cases came to; absent where it has none. With the override where some of them failed. */
      proof: z
        .strictObject({ ...outcome, ...override })
        .partial({ overriddenBy: true, overrideReason: true })
        .optional(),
    })
    .describe(
      'The plan applies in its interval. Of several versions, the newest whose interval holds the date applies.',
    ),
  PlanRejected: z.strictObject({ plan: partId, version, ...refusal }).describe('A proposed version was declined.'),
  PlanCasesOverridden: z
    .strictObject({
      plan: partId,
      version,
      ...outcome,
      ...override,
      requestHash: sha256,
      requestRevision: version,
    })
    .describe('Somebody lets a plan pass whose own cases fail; somebody else still has to approve it.'),
  PlanRetired: z
    .strictObject({ plan: partId, effectiveFrom: date, reason })
    .describe('From a date on, the plan pays nothing.'),
};
