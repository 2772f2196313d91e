import type { Component } from '@ledger/events';
import { z } from 'zod';
import { amount, rate, say } from './say.ts';

/** What 100% pays, as people write it: an amount for everybody, or what is agreed with each person. */

export const targetIncentiveFile = z.union([
  say(z.literal('personal'), 'What is agreed with the participant, by days where it changes.'),
  z
    .strictObject({
      of: say(
        z.enum(['target-incentive', 'salary']),
        'Which agreement: exception: target-incentive, or exception: salary.',
      ).default('target-incentive'),
      share: rate('Share of it, as 20%.').default('100%'),
      changes: say(
        z.enum(['start', 'end', 'by-days']),
        'Where it changes inside a window: the first day counts, the last one, or all by their days.',
      ).default('by-days'),
    })
    .describe('A share of what is agreed with the participant.'),
  amount('The same amount for everybody.'),
]);

export function targetIncentiveOf(
  file: z.output<typeof targetIncentiveFile> | undefined,
): Pick<Component, 'targetIncentive' | 'personal'> {
  if (file === undefined) return { targetIncentive: null };
  if (file === 'personal') {
    return { targetIncentive: null, personal: { term: 'target-incentive', share: '100%', changes: 'by-days' } };
  }
  if (typeof file === 'string') return { targetIncentive: file };
  return { targetIncentive: null, personal: { term: file.of, share: file.share, changes: file.changes } };
}
