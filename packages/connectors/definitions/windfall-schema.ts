import { type Component, fields, type Windfall } from '@ledger/events';
import { z } from 'zod';
import { find, type Node, type Path } from './node.ts';
import { amount, rate, say } from './say.ts';
import type { Report } from './source.ts';

/** What makes a deal a windfall, as people write it; what becomes of one is an exception of its own (`exception: windfall`). */
export const windfallFile = z
  .strictObject({
    'deal-over': amount("The whole deal is over this, in the plan's currency.").optional(),
    'earning-over': amount('What the participant earns on it under the component is over this.').optional(),
    'quota-share-over': rate('Its credit is over this share of the quota of the calendar year, as 50%.').optional(),
    'attainment-over': rate('Attainment in the window, with the deal, is over this, as 200%.').optional(),
    'closed-within': z
      .strictObject({
        days: say(
          z.string().regex(/^[1-9][0-9]{0,2}$/, 'must be a whole number from 1 to 999'),
          'Fewer days than these.',
        ),
        after: say(fields.partId, 'Attribute of the deal that holds the date from which they count.', 'id_invalid'),
      })
      .describe('Closed fewer days after the date that an attribute holds; a deal without it is none.')
      .optional(),
  })
  .describe('Any of these is enough: what the deal earns is held until it is decided what becomes of it.');

type WindfallFile = z.output<typeof windfallFile>;

export function windfallOf(file: WindfallFile | undefined): Pick<Component, 'windfall'> {
  if (file === undefined) return {};
  const within = file['closed-within'];
  const windfall: Windfall = {
    dealOver: file['deal-over'] ?? null,
    earningOver: file['earning-over'] ?? null,
    quotaShareOver: file['quota-share-over'] ?? null,
    attainmentOver: file['attainment-over'] ?? null,
    closedWithin: within === undefined ? null : { days: Number(within.days), after: within.after },
  };
  return { windfall };
}

export function checkWindfall(document: Node, path: Path, report: Report): void {
  const clause = find(document, [...path, 'windfall']);
  if (clause?.kind !== 'fields' || clause.fields.size > 0) return;
  report('field_missing', [...path, 'windfall', 'deal-over'], 'is missing. Write what makes a deal a windfall.');
}
