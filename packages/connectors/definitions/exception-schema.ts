import { fields } from '@ledger/events';
import { z } from 'zod';
import { anId, date, decimal, evidence, rate, reason, say } from './say.ts';
import { drawFile, guaranteeFile } from './settlement-schema.ts';

/** A decision about one participant's pay, as people write it; exception.ts turns it into terms. */

export const exceptionFile = z
  .strictObject({
    exception: say(
      z.enum([
        'adjustment',
        'draw',
        'draw-forgiveness',
        'guarantee',
        'recovery-suspension',
        'jurisdiction',
        'consent',
        'waiver',
        'notice',
        'hold',
        'release',
        'score',
        'target-incentive',
        'salary',
        'windfall',
      ]),
      'What is decided.',
    ),
    participant: anId('Whom it is for.'),
    name: anId(
      'Name of the decision, one for ever of each participant; made of its kind and period or day if left out.',
    ).optional(),
    period: say(fields.periodId, 'Statement that it is for, as 2026-03 or 2026-Q1.').optional(),
    amount: decimal('Money: what is added, or with a minus taken off; what is forgiven at most.').optional(),
    component: anId('Component that an adjustment is about, for information.').optional(),
    cause: say(
      fields.id,
      'Event behind the corrections that are waived; all of them if left out.',
      'id_invalid',
    ).optional(),
    hold: anId('Name of the hold that is released.').optional(),
    jurisdiction: anId('Where the person works.').optional(),
    objective: anId('Objective that is scored.').optional(),
    window: say(fields.label, 'Window of the component that is scored, as 2026-Q1.').optional(),
    score: rate('How much of the objective was reached, as 80%.').optional(),
    per: say(
      z.enum(['month', 'quarter', 'year']),
      'For how long a target incentive or salary is; year if left out.',
    ).optional(),
    deal: say(
      z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_:-]{0,63}\.[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'must be a deal as crm.D-1'),
      'The deal, with its source, as crm.D-1.',
      'id_invalid',
    ).optional(),
    line: say(
      z
        .string()
        .max(300)
        .regex(/^[^\s\p{C}]+$/u, 'must be the name of a line, as a statement has it'),
      'The line of a statement that is held, as bookings/crm.D-1.',
    ).optional(),
    treatment: say(
      z.enum(['pay', 'cap', 'share', 'instalments', 'bonus', 'forfeit']),
      'What becomes of a windfall: paid; paid up to an amount; a share paid; paid in instalments; a bonus instead; not paid.',
    ).optional(),
    share: rate('Share that is paid, as 50%; of a hold all of it if left out.').optional(),
    count: say(
      z.string().regex(/^(?:[2-9]|[1-9][0-9]|1[01][0-9]|120)$/, 'must be a whole number from 2 to 120'),
      'In how many pay periods.',
    ).optional(),
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
    evidence: say(
      evidence.min(1, 'must name at least one piece of evidence'),
      'Where the proof is.',
      'evidence_required',
    ),
  })
  .describe("A decision about one participant's pay that departs from the rules.");
export type ExceptionFile = z.output<typeof exceptionFile>;
