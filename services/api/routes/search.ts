import { momentsOf, SEARCH, SEARCHED, type Searched, search } from '@ledger/application';
import { fields } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { z } from 'zod';
import { asOf, type Route, reading, route } from '../route.ts';

const GROUP = 'search';

const place = z
  .strictObject({ position: fields.position, recordedAt: z.string().nullable().describe('RFC 3339, UTC.') })
  .meta({ id: 'PlaceInTime' });

export const searchRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/search',
    name: 'search',
    group: GROUP,
    says: 'Whatever has these words in its id, name or title, among what one may see; a number finds the event at a position, a name of payroll the payment.',
    may: 'signed-in',
    query: z.strictObject({
      text: z.string().min(1).max(SEARCH.longest).describe('Words that all have to be there, in any case.'),
      kinds: z
        .string()
        .max(200)
        .optional()
        .describe(`Only these, with commas: ${SEARCHED.join(', ')}.`),
      limit: z
        .string()
        .regex(/^[1-9][0-9]{0,2}$/, `must be a number from 1 to ${SEARCH.most}`)
        .optional()
        .describe(`Hits, ${SEARCH.usual} if left out, ${SEARCH.most} at most.`),
      asOf: asOf.optional(),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        text: z.string(),
        hits: z
          .array(
            z.strictObject({
              kind: z.enum(SEARCHED),
              id: z.string(),
              title: z.string().nullable(),
              detail: z.string().nullable(),
              at: z.record(z.string(), z.string()).describe('What an address of it is made of.'),
            }),
          )
          .describe('The best ones first.'),
        more: z.boolean().describe('Others fit, too.'),
      }),
      says: 'What was found.',
    },
    fixed: true,
    async run({ ledger, actor, query }) {
      const kinds = query.kinds === undefined ? undefined : kindsIn(query.kinds);
      if (isProblem(kinds)) return kinds;
      const limit = query.limit === undefined ? undefined : Number(query.limit);
      return search(ledger, actor, { text: query.text, kinds, limit, asOf: query.asOf });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/moments',
    name: 'readMoments',
    group: GROUP,
    says: 'Which position an instant is, when a position was recorded, and between which moments one can look back.',
    may: { reads: 'calendar' },
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        at: place.describe('What was asked about.'),
        first: place,
        head: place,
        marks: z
          .array(
            z.strictObject({
              position: fields.position,
              recordedAt: z.string().nullable(),
              type: z.string(),
              stream: z.string(),
            }),
          )
          .describe('Freezes, reopenings, pay runs and replays, the latest 200, in the order of the log.'),
      }),
      says: 'Moments of the log.',
    },
    run: async ({ ledger, query }) => momentsOf(ledger, query),
  }),
];

function kindsIn(text: string): readonly Searched[] | Problem {
  const kinds: Searched[] = [];
  for (const name of new Set(text.split(','))) {
    const kind = SEARCHED.find((each) => each === name);
    if (kind === undefined) {
      const says = `Nothing is of kind ${JSON.stringify(name.slice(0, 40))}; name some of: ${SEARCHED.join(', ')}.`;
      return problem('parameter_invalid', says, '/kinds');
    }
    kinds.push(kind);
  }
  return kinds;
}
