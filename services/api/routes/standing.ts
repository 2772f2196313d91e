import {
  lettersOf,
  STATEMENT_FORMATS,
  type StatementFormat,
  standingOf,
  statementFile,
  TEAM_SORTS,
  teamPage,
  unseen,
} from '@ledger/application';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { periodParam, personParam, type Route, reading, route } from '../route.ts';
import { next, pageAsked, paging } from '../shapes/common.ts';
import { letters, standing, teammate } from '../shapes/standing.ts';

const params = z.strictObject({ period: periodParam, participant: personParam });

const FILES = {
  csv: { name: 'downloadStatementCsv', type: 'text/csv', says: 'A statement as a table, a row for each line.' },
  pdf: {
    name: 'downloadStatementPdf',
    type: 'application/pdf',
    says: 'A statement to print and to keep, stamped with position and digest. The same statement gives the same bytes.',
  },
} as const;

function downloadOf(format: StatementFormat): Route {
  const { name, type, says } = FILES[format];
  return route({
    method: 'GET',
    path: `/v1/periods/{period}/statements/{participant}/${format}`,
    name,
    group: 'statements',
    says,
    may: { reads: 'pay' },
    params,
    query: z.strictObject(reading),
    answer: { status: 200, schema: z.string(), says: 'The file.', type },
    async run({ ledger, params: of, query, reach }) {
      const hidden = unseen(reach, { thing: 'participant', name: of.participant, people: [of.participant] });
      return hidden ?? statementFile(ledger, { ...of, ...query, format });
    },
  });
}

/** What a rep asks first: what am I paid and when, how far am I, what does my plan say; and a manager of their team. */
export const standingRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements/{participant}/standing',
    name: 'readStanding',
    fixed: true,
    group: 'statements',
    says: 'What is paid and when, and from attainment to money: bands, the next one, how far it is and what reaching it is worth.',
    may: { reads: 'pay' },
    params,
    query: z.strictObject(reading),
    answer: { status: 200, schema: standing, says: 'The head of a statement.' },
    async run({ ledger, params, query, reach }) {
      const hidden = unseen(reach, { thing: 'participant', name: params.participant, people: [params.participant] });
      return hidden ?? standingOf(ledger, { ...params, ...query });
    },
  }),
  ...STATEMENT_FORMATS.map(downloadOf),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/team',
    name: 'readTeam',
    fixed: true,
    group: 'statements',
    says: 'Attainment of the people whose pay one sees: what they would be paid, who is behind, who is near a higher band.',
    may: { reads: 'pay' },
    params: z.strictObject({ period: periodParam }),
    query: z.strictObject({
      ...paging,
      sort: z
        .enum(TEAM_SORTS)
        .optional()
        .describe('With a minus: the last first. Attainment is the lowest of the components. Left out: by id.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        on: fields.date,
        period: z.string(),
        people: z.array(teammate),
        next,
      }),
      says: 'A page of people.',
    },
    run: async ({ ledger, reach, params, query }) => teamPage(ledger, reach, { ...params, ...pageAsked(query) }),
  }),
  route({
    method: 'GET',
    path: '/v1/participants/{participant}/plans',
    name: 'readPlanLetters',
    fixed: true,
    group: 'people',
    says: 'The plans of a participant in plain words, with their versions and in what they differ, and quotas.',
    may: { reads: 'plans' },
    params: z.strictObject({ participant: personParam }),
    query: z.strictObject(reading),
    answer: { status: 200, schema: letters, says: 'Letters, by plan and version.' },
    run: async ({ ledger, reach, params, query }) => lettersOf(ledger, reach, { ...params, ...query }),
  }),
];
