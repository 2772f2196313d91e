import { z } from 'zod';
import { periodNotice, statementNotice } from '../notices.ts';
import { type Answer, periodParam, personParam, type Route, route, streamed } from '../route.ts';
import { EVENT_STREAM, STREAM_EVENTS } from '../sse.ts';

const answer = (events: Answer['events']): Answer => ({
  status: 200,
  type: EVENT_STREAM,
  schema: z.string(),
  events: { ...events, ...STREAM_EVENTS },
  says: 'Events as they happen: id is the position.',
});

/** Periods and statements, as they change. */
export const streamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/periods/{period}/stream',
    name: 'followPeriod',
    group: 'periods',
    says: 'A period as it comes to stand otherwise: frozen, reopened, paid; of pay, what one may see.',
    may: { reads: 'stream' },
    params: z.strictObject({ period: periodParam }),
    answer: answer({ period: periodNotice }),
    run: async ({ live, params }) => streamed(live, { of: 'period', ...params }),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements/{participant}/stream',
    name: 'followStatement',
    group: 'statements',
    says: 'A statement whenever it is another one than before: by how much, and of which component.',
    may: { reads: 'stream' },
    params: z.strictObject({ period: periodParam, participant: personParam }),
    answer: answer({ statement: statementNotice }),
    run: async ({ live, params }) => streamed(live, { of: 'statement', ...params }),
  }),
];
