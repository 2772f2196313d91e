import { z } from 'zod';
import { approval, date, interval, label, partId, reason, refusal, request, text, version } from './fields.ts';
import { separation } from './leaving.ts';

/** What the place where somebody works lets be recovered out of pay (mechanics §15): data that somebody else answers for, with its source. */

const permission = z.enum(['allowed', 'with-consent', 'forbidden']);
const days = z.int().min(0).max(3660);

export const jurisdictionDocument = z
  .strictObject({
    jurisdiction: partId.describe('Id of the jurisdiction.'),
    title: label.describe('Name that people read.'),
    source: text.min(1).max(1000).describe('What it was taken from.'),
    payWithin: z
      .partialRecord(z.enum([...separation.options, 'default']), days)
      .describe(
        'Days after the last day within which final pay is due, by kind of separation; `default` for those that are not named.',
      ),
    offset: permission.describe('Whether what was paid too much may be taken out of the pay of somebody who has left.'),
    recoverDraws: permission.describe('Whether what is owed on a draw may be.'),
    notice: days.describe(
      'Days between a notice and the first pay period out of which somebody employed may pay back.',
    ),
  })
  .describe('What may be recovered out of pay, and when final pay is due.');
export type JurisdictionDocument = z.infer<typeof jurisdictionDocument>;

/** Stream `jurisdiction-<id>`: versions of what holds there. */
export const jurisdictionEvents = {
  JurisdictionProposed: z
    .strictObject({ jurisdiction: partId, version, document: jurisdictionDocument, ...interval, ...request })
    .describe('Somebody asks for a jurisdiction, or for a new version of what holds there.'),
  JurisdictionDefined: z
    .strictObject({
      jurisdiction: partId,
      version,
      document: jurisdictionDocument,
      ...interval,
      ...request,
      ...approval,
    })
    .describe(
      'It holds for last days of work, and for pay periods that end, in its interval. Of several versions, the newest whose interval holds the date applies.',
    ),
  JurisdictionRejected: z
    .strictObject({ jurisdiction: partId, version, ...refusal })
    .describe('A proposed version was declined.'),
  JurisdictionRetired: z
    .strictObject({ jurisdiction: partId, effectiveFrom: date, reason })
    .describe('From a date on, the jurisdiction says nothing.'),
};
