import type { QueryClockName, QueryClocks } from '@ledger/events';
import { z } from 'zod';
import { date, reason, say } from './say.ts';

const days = (what: string) =>
  say(
    z.string().regex(/^(?:[1-9][0-9]?|[1-3][0-9]{2}|400)$/, 'must be a number of working days from 1 to 400'),
    what,
  ).optional();

export const queriesFile = z
  .strictObject({
    queries: z
      .strictObject({
        from: date('Queries opened from this day on.'),
        'first-answer': days('Working days until the desk has said something.'),
        resolution: days(
          'Working days until it is resolved; those on which the desk waits for an answer do not count.',
        ),
        reopen: days('Working days after its resolution within which it can be reopened.'),
        'cut-off': days('Working days after which an open query about a period blocks the freeze of that period.'),
        reason,
      })
      .describe('What is left out has no clock.'),
  })
  .describe('How long queries about pay may take, in working days of the close calendar.');

export interface QueriesDefinition {
  readonly kind: 'queries';
  readonly written: { readonly file: string; readonly line: number };
  readonly effectiveFrom: string;
  readonly clocks: QueryClocks['clocks'];
  readonly reason: string;
}

const CLOCKS = ['first-answer', 'resolution', 'reopen', 'cut-off'] as const satisfies readonly QueryClockName[];

export function queriesOf(
  { queries }: z.infer<typeof queriesFile>,
  written: QueriesDefinition['written'],
): QueriesDefinition {
  const clocks = CLOCKS.flatMap((clock) => {
    const days = queries[clock];
    return days === undefined ? [] : [{ clock, days: Number(days) }];
  });
  return { kind: 'queries', written, effectiveFrom: queries.from, clocks, reason: queries.reason };
}
