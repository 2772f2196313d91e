import { fields } from '@ledger/events';
import { z } from 'zod';
import { anId, date, decimal, evidence, reason, say } from './say.ts';
import { drawFile, guaranteeFile } from './settlement-schema.ts';

/** A decision about one participant's pay, as people write it; exception.ts turns it into terms. */

export const exceptionFile = z
  .strictObject({
    exception: say(
      z.enum(['adjustment', 'draw', 'draw-forgiveness', 'guarantee', 'recovery-suspension']),
      'What is decided.',
    ),
    participant: anId('Whom it is for.'),
    name: anId(
      'Name of the decision, one for ever of each participant; made of its kind and period or day if left out.',
    ).optional(),
    period: say(fields.periodId, 'Statement that it is for, as 2026-03 or 2026-Q1.', 'date_invalid').optional(),
    amount: decimal('Money: what is added, or with a minus taken off; what is forgiven at most.').optional(),
    component: anId('Component that an adjustment is about, for information.').optional(),
    draw: say(
      z.union([fields.partId, drawFile]),
      'The terms of a draw, or the name of one that is forgiven.',
    ).optional(),
    guarantee: guaranteeFile.optional(),
    from: date('First day.').optional(),
    until: date('First day after it.').optional(),
    scope: say(fields.label, 'What it is about, in words.').optional(),
    expires: date('First day on which it no longer holds.').optional(),
    reason,
    evidence: evidence.min(1, 'must name at least one piece of evidence'),
  })
  .describe("A decision about one participant's pay that departs from the rules.");
export type ExceptionFile = z.output<typeof exceptionFile>;
