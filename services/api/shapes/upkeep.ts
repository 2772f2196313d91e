import { fields } from '@ledger/events';
import { z } from 'zod';

/** What checking and rebuilding come to. */

export const verified = z
  .strictObject({
    position: fields.position,
    events: z.int(),
    streams: z.int(),
    lastHash: fields.sha256.describe('Hash of the last event.'),
    digest: fields.sha256.describe('Names the whole log up to the position; `expect` of a later run takes it.'),
    statements: z.int().describe('Frozen statements, those of freezes that were reopened too.'),
    periods: z.int(),
    views: z.array(z.string()).describe('Views that are what a rebuild makes; empty where they were left out.'),
    payRuns: z.int().describe('Files for payroll that come out of the log as they were released.'),
  })
  .meta({ id: 'Verified' });

export const rebuilt = z
  .strictObject({
    position: fields.position,
    events: z.int(),
    views: z.array(
      z.strictObject({
        name: z.string(),
        live: z.string().describe('Digest of the view that was in use.'),
        rebuilt: z.string().describe('Digest of the one made from nothing.'),
        equal: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Rebuilt' });
