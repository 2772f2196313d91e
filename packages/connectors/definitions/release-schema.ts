import { z } from 'zod';
import { anId, rate, say } from './say.ts';

/** When what is earned may be paid, as people write it; release.ts turns it into documents. */

export const timeSpan = (what: string) =>
  say(
    z.string().regex(/^[1-9][0-9]{0,2} (?:days?|months?|years?)$/, 'must be a time as 90 days, 12 months or 2 years'),
    what,
  );

const yesNo = z.enum(['yes', 'no']);

const partFile = z
  .strictObject({
    at: anId('closed: when the deal closes; otherwise the milestone that it reaches, as invoiced, paid or live.'),
    share: rate('Part of what the deal earns, as 70%; the parts add up to 100%.'),
    'in-proportion': say(
      yesNo,
      'Released in proportion to the amounts of the milestone over the amount of the deal; no: with the first one.',
    ).default('no'),
    'from-share': rate(
      'Released in full once the amounts of the milestone are that part of the amount of the deal, as 90%.',
    ).optional(),
    after: timeSpan('Released only so long after it, as 90 days.').optional(),
  })
  .describe('A part of what a deal earns, and when it is released.');
export type ReleasePartFile = z.output<typeof partFile>;

export const releaseFile = say(
  z.array(partFile).min(1, 'must have at least one part').max(20),
  'When what deals earn may be paid; when they close if left out.',
).optional();
