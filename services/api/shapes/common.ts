import { type Outcome, PAGE } from '@ledger/application';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { type Answer, asOf, outcome } from '../route.ts';

/** What answers of several groups are made of. */

export const on = fields.date
  .optional()
  .describe('What applies on this day; left out: the day of `asOf`, otherwise today.');

export const paging = {
  asOf: asOf.optional(),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, `must be a number from 1 to ${PAGE.most}`)
    .optional()
    .describe(`Entries of a page, ${PAGE.usual} if left out, ${PAGE.most} at most.`),
  cursor: z.string().max(1000).optional().describe('What the page before said as `next`.'),
};
export const next = z.string().nullable().describe('Cursor of the next page; null: this is the last one.');

/** A page as the application asks for it. */
export function pageAsked<Q extends { readonly limit?: string | undefined }>({ limit, ...query }: Q) {
  return { ...query, limit: limit === undefined ? undefined : Number(limit) };
}

/** Beside what is asked for with a reason alone, as the command line takes it; what departs from the rules has to have some. */
export const evidence = z.array(fields.text.max(1000)).max(50).default([]).describe('Links or short texts.');

export const revision = z.int().describe('Of its stream; the ETag, for If-Match of what is asked for it.');

export interface Note {
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly errors?: readonly Note[] | undefined;
}
/** Something that is wrong with a part of an answer, or may not be meant. */
export const note: z.ZodType<Note> = z
  .strictObject({
    code: z.string(),
    message: z.string().describe('One sentence that names field, value and remedy.'),
    field: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    participant: z.string().optional(),
    period: z.string().optional(),
    component: z.string().nullable().optional(),
    deal: z.string().nullable().optional(),
    cause: z.string().optional().describe('What is wrong, in words that are alike for everything that it stops.'),
    get errors() {
      return z.array(note).optional();
    },
  })
  .meta({ id: 'Note' });

export const totals = z.record(fields.currency, z.string()).describe('By currency.').meta({ id: 'Totals' });

export const difference = z
  .strictObject({ component: z.string(), before: z.string(), after: z.string(), difference: z.string() })
  .describe('What a component, or a step of settlement, comes to before and after.')
  .meta({ id: 'Difference' });

/** What a command did that made requests. */
export const asked = outcome
  .extend({ waiting: z.array(z.string()).describe('Names of the requests that now wait for somebody else.') })
  .meta({ id: 'Asked' });
export const askedAnswer: Answer = { status: 201, schema: asked, says: 'What was recorded, and what waits.' };

export const planCases = z
  .strictObject({
    plan: z.string(),
    passed: z.int(),
    failed: z.array(
      z.strictObject({
        title: z.string(),
        ok: z.boolean(),
        failures: z.array(
          z.strictObject({
            line: z.int(),
            what: z.string(),
            field: z.string(),
            expected: z.string(),
            actual: z.string(),
          }),
        ),
      }),
    ),
    letPass: z
      .strictObject({ by: z.string(), reason: z.string() })
      .optional()
      .describe('Who let the plan pass although these fail, and why: somebody else has to approve it.'),
  })
  .meta({ id: 'PlanCases' });

/** Of a command that wrote to several streams: the position of the last event, and whether it had been given before. */
export function together(outcomes: readonly Pick<Outcome, 'position' | 'repeated'>[]) {
  const positions = outcomes.flatMap(({ position }) => (position === null ? [] : [BigInt(position)]));
  const last = positions.sort((a, b) => (a < b ? -1 : 1)).at(-1);
  return { position: last === undefined ? null : String(last), repeated: outcomes.some((each) => each.repeated) };
}
