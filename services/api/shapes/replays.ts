import { fields, replayPolicy } from '@ledger/events';
import { z } from 'zod';
import { outcome } from '../route.ts';
import { note } from './common.ts';
import { blastRadius } from './decisions.ts';
import { periodState } from './periods.ts';

/** Replays, and what becomes of those that are kept, as they are answered. */

const amount = z.string();
const totals = z
  .record(fields.currency, z.strictObject({ frozen: amount, replayed: amount, delta: amount }))
  .describe('By currency.');

const cause = z.strictObject({
  event: z.string().nullable().describe('Id of the event that made the difference; null where no event explains it.'),
  says: z.string(),
  delta: amount,
  deals: z.array(z.strictObject({ deal: z.string(), before: amount, after: amount, delta: amount })),
  proposed: z
    .string()
    .optional()
    .describe('What would make the difference, where it is only tried out: no event of the log does.'),
});

const row = z.strictObject({
  period: z.string(),
  component: z.string(),
  currency: z.string(),
  frozen: amount.describe('What was posted for the period, corrections in later statements included.'),
  replayed: amount,
  delta: amount,
  causes: z.array(cause).describe('Their deltas add up to the delta.'),
});

const difference = z.strictObject({ participant: z.string(), currency: z.string(), amount });

export const replayAnswer = z
  .strictObject({
    asOf: fields.position,
    from: z.string(),
    to: z.string(),
    periods: z
      .array(z.strictObject({ period: z.string(), state: z.enum([...periodState.options, 'not open']) }))
      .describe('Each of the range: only what is frozen has something to be held against.'),
    digest: fields.sha256.describe('Of what was asked and what came out, without the position.'),
    participants: z.array(
      z.strictObject({
        participant: z.string(),
        replay: z.strictObject({
          rows: z.array(row),
          problems: z.array(note).describe('What of the range, or of what is before it, cannot be computed.'),
        }),
      }),
    ),
    totals,
    owed: z.array(difference).describe('To whom a difference would be owed.'),
    owing: z.array(difference).describe('Who would owe one.'),
    proposals: z
      .array(
        z.strictObject({
          request: z
            .string()
            .nullable()
            .describe('Name of the request that would ask for it, or that does; null for what takes effect at once.'),
          says: z.string(),
          events: z.array(z.string()).describe('Of the trial; causes name them.'),
        }),
      )
      .optional()
      .describe('What was tried out; left out where nothing was.'),
    blastRadius: blastRadius.optional().describe('What the proposals move, in open periods too.'),
  })
  .meta({ id: 'ReplayAnswer' });

/** Of a job that keeps a replay. */
export const replayKept = z.strictObject({ outcome, answer: replayAnswer }).meta({ id: 'ReplayKept' });

export const keptReplay = z
  .strictObject({
    replay: z.string(),
    from: z.string(),
    to: z.string(),
    participant: z.string().optional().describe('Of one participant; left out: of everybody.'),
    asOf: fields.position,
    definitions: z
      .array(z.strictObject({ request: z.string(), requestHash: fields.sha256 }))
      .describe('Requests that it tried out.'),
    digest: fields.sha256,
    totals,
    reason: z.string(),
    recordedBy: z.string(),
    state: z.enum(['recorded', 'waiting', 'applied', 'discarded']),
    policy: replayPolicy.nullable().describe('Of the last request that it be applied.'),
    waiting: z.array(z.string()).describe('Of its definitions, those that wait for a decision.'),
    expired: z.array(z.string()).describe('Those that nobody decided in time: it can be applied no more.'),
  })
  .meta({ id: 'KeptReplay' });
