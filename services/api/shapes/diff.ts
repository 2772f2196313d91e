import { fields } from '@ledger/events';
import { z } from 'zod';
import { difference, note } from './common.ts';

/** A statement that is another one at the second of two moments, and what moved it. */

const moment = z.strictObject({
  state: z.enum(['none', 'open', 'frozen', 'failed']).describe('`none`: there was no such statement yet.'),
  total: z.string().nullable(),
  problem: note.nullable(),
});

const event = z.strictObject({
  event: z.string(),
  position: fields.position,
  recordedAt: z.string(),
  actor: z.strictObject({ id: z.string(), role: z.string(), onBehalfOf: z.string().optional() }),
  type: z.string(),
  says: z.string(),
  letIn: z
    .strictObject({ position: fields.position, says: z.string() })
    .nullable()
    .describe(
      'The opening or reopening of a period by which it moves this statement; null where it did when it was recorded.',
    ),
  difference: z.string().nullable().describe('Null where the statement could not be computed after it.'),
  components: z.array(z.strictObject({ component: z.string(), difference: z.string() })),
});

const movedPeriod = z
  .strictObject({
    period: z.string(),
    before: moment,
    after: moment,
    difference: z.string().nullable().describe('Null where one of the two cannot be computed.'),
    components: z.array(difference),
    events: z
      .array(event)
      .describe('In the order in which they began to count; their differences add up to the difference.'),
  })
  .meta({ id: 'MovedPeriod' });

export const diffAnswer = z
  .strictObject({
    from: fields.position,
    to: fields.position,
    participants: z.array(
      z.strictObject({ participant: z.string(), currency: z.string(), periods: z.array(movedPeriod) }),
    ),
  })
  .meta({ id: 'DiffAnswer' });
