import { fields, queryEvents } from '@ledger/events';
import { z } from 'zod';
import { statementState } from './shapes/periods.ts';

// What those who follow are told. Tests hold every event that comes over a socket to these.

const recorded = {
  position: fields.position,
  recordedAt: z.string().describe('RFC 3339, UTC.'),
  event: z.string().describe('Id of the event.'),
};
const actor = z.strictObject({ id: z.string(), role: z.string(), onBehalfOf: z.string().optional() });
const ofType = (type: string, data: z.ZodType) =>
  z.strictObject({
    ...recorded,
    type: z.literal(type),
    query: fields.queryName,
    participant: z.string().describe('Whose pay it is about.'),
    actor,
    data,
  });

const { QueryOpened, ...further } = queryEvents;
const opened = QueryOpened.omit({ facts: true, replay: true }).extend({
  difference: fields.decimal
    .nullable()
    .describe(
      'What the line would be by the facts that were told, less what it is; the facts are read with the query.',
    ),
});

/** Something was said or done about a query. Who sees a query sees all of it, word for word. */
export const queryNotice = z
  .discriminatedUnion('type', [
    ofType('QueryOpened', opened),
    ...Object.entries(further).map(([type, data]) => ofType(type, data)),
  ])
  .meta({ id: 'QueryNotice' });

/** A period came to stand otherwise, or the pay of somebody in it did. Reasons and amounts are read where they stand. */
export const periodNotice = z
  .strictObject({
    ...recorded,
    type: z.string().describe('Type of the event, as PeriodFrozen.'),
    period: fields.periodId,
    participant: z.string().nullable().describe('Whose pay it is about; null: the period as a whole.'),
  })
  .meta({ id: 'PeriodNotice' });

/** A statement is another one than it was: by how much, and of which component. */
export const statementNotice = z
  .strictObject({
    position: fields.position.describe('The statement is computed from the log up to here.'),
    since: fields.position.describe('What it is compared with was computed from the log up to here.'),
    period: fields.periodId,
    participant: z.string(),
    state: z
      .enum([...statementState.options, 'unknown'])
      .describe('`unknown`: it cannot be calculated now; reading it says why.'),
    currency: z.string(),
    before: z.string().describe('Total.'),
    after: z.string(),
    difference: z.string(),
    components: z
      .array(z.strictObject({ component: z.string(), before: z.string(), after: z.string(), difference: z.string() }))
      .describe(
        'Components, and steps of settlement, that come to something else; none where lines only stand otherwise.',
      ),
  })
  .meta({ id: 'StatementNotice' });
