import { fields, type JurisdictionDocument } from '@ledger/events';
import { z } from 'zod';
import { anId, say, when, why } from './say.ts';

/** What the place where somebody works lets be recovered out of pay, as people write it and as documents carry it. */

const days = (what: string) =>
  say(
    z.string().regex(/^(?:0|[1-9][0-9]{0,2}|[12][0-9]{3}|3[0-5][0-9]{2})$/, 'must be a number of days from 0 to 3599'),
    what,
  );
const permission = z.enum(['allowed', 'with-consent', 'forbidden']);

const payWithinFile = z
  .strictObject({
    voluntary: days('Days after the last day of somebody who leaves.').optional(),
    involuntary: days('Of somebody who is let go.').optional(),
    retirement: days('Of somebody who retires.').optional(),
    death: days('Of somebody who has died.').optional(),
    other: days('Of anybody else.').optional(),
    default: days('For kinds that are not named, and where none was recorded.').optional(),
  })
  .describe('Days after the last day within which final pay is due, by kind of separation.');

export const jurisdictionFile = z
  .strictObject({
    jurisdiction: anId('Id of the jurisdiction, as us-ca.'),
    title: say(fields.label, 'Name that people read.'),
    source: say(fields.text.max(1000), 'What it was taken from: the statute, the advice, the date of it.'),
    'pay-within': payWithinFile.default({}),
    offset: say(
      permission,
      'Whether what was paid too much may be taken out of the pay of somebody who has left: allowed, with-consent, forbidden.',
    ),
    'recover-draws': say(
      permission,
      'Whether what is owed on a draw may be taken out of the pay of somebody who has left: allowed, with-consent, forbidden.',
    ),
    notice: days('Days after a notice until somebody employed may pay back out of the pay of a period.').default('0'),
    ...when,
    ...why,
  })
  .describe('What may be recovered out of pay where somebody works, and when final pay is due.');
type JurisdictionFile = z.output<typeof jurisdictionFile>;

/** As events carry it: the words of documents, and every default written out. */
export function jurisdictionDocumentOf(file: JurisdictionFile): JurisdictionDocument {
  const within = Object.entries(file['pay-within']).flatMap(([kind, text]) =>
    text === undefined ? [] : [[kind, Number(text)]],
  );
  return {
    jurisdiction: file.jurisdiction,
    title: file.title,
    source: file.source,
    payWithin: Object.fromEntries(within) as JurisdictionDocument['payWithin'],
    offset: file.offset,
    recoverDraws: file['recover-draws'],
    notice: Number(file.notice),
  };
}
