import { fields } from '@ledger/events';
import { z } from 'zod';
import { rate, say } from './say.ts';

/** Whose credits a component of a team takes, as people write it; team.ts turns it into documents. */

const FLOWS = ['ramp', 'relief', 'proration'] as const;

const teamQuotasFile = z
  .strictObject({
    'over-assignment': rate(
      'By how much the quotas of the team exceed that of the manager, as 20%: their sum / (1 + 20%); 0% for the sum.',
    ),
    'flows-through': say(
      z.array(z.enum(FLOWS)).max(3),
      'What makes quotas of reports less and that of the manager, too: ramp, relief, proration; [] for none of them.',
    ).default([...FLOWS]),
    'without-quota': say(
      z.enum(['stop', 'counts-0']),
      'A report without a quota: the statement stops; or it counts as 0.',
    ).default('stop'),
  })
  .describe("The quota of the manager: the team's quotas, added up day by day, less an over-assignment.");

export const teamFile = z
  .strictObject({
    depth: say(
      z.enum(['all', 'direct']),
      'all: everybody who reports to the participant, through others too; direct: direct reports only.',
    ).default('all'),
    pool: say(z.enum(['primary', 'overlay', 'all']), 'Which of their credits roll up.').default('primary'),
    'hierarchy-on': say(
      z.enum(['closed', 'selected', 'period-end']),
      "On which day somebody must report to the participant: the deal's closing date, its selection date, or the last day of the pay period in which it closed.",
    ).default('closed'),
    own: say(
      z.enum(['apart', 'included', 'instead']),
      "The participant's own credits. apart: they do not count here; included: they count like the team's; instead: a deal that credits the participant gives no team credit.",
    ).default('apart'),
    leavers: say(
      z.enum(['kept', 'left-out']),
      'What closes after somebody left: kept with the manager that they had last, or left-out.',
    ).default('kept'),
    counts: say(
      z.enum(['once', 'each']),
      'once: the shares of a deal count up to the whole deal together; each: every credit counts in full.',
    ).default('once'),
    quotas: teamQuotasFile.optional(),
  })
  .describe('Whose credits a component with `credits: team` takes.');

export const earningsOfFile = say(
  z.union([z.literal('all'), z.array(fields.partId).min(1, 'must name at least one component').max(50)]),
  'Which components of the team `earnings` are of: all, or a list of ids.',
);
