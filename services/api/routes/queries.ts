import {
  factsTold,
  listQueries,
  openQuery,
  queryPromise,
  reachOf,
  resolveQuery,
  showQuery,
  unseen,
  workOnQuery,
} from '@ledger/application';
import { fields, queryEvents, statementLine } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { queryNotice } from '../notices.ts';
import { type Answer, outcome, personParam, type Route, reading, route, streamed, written } from '../route.ts';
import { EVENT_STREAM, STREAM_EVENTS } from '../sse.ts';

const GROUP = 'queries';
const named = z.strictObject({ query: fields.queryName.describe('Name of the query, as ada.1.') });
const share = z.strictObject({ participant: fields.partId, share: fields.positiveDecimal });

const told = z
  .strictObject({
    deals: z
      .array(
        z.strictObject({
          source: fields.partId,
          deal: fields.id,
          owner: fields.partId.optional(),
          amount: fields.decimal.optional(),
          currency: fields.currency.optional(),
          closed: fields.date.optional(),
          attributes: z.record(z.string().max(64), z.string().max(200)).optional(),
        }),
      )
      .max(20)
      .default([])
      .describe(
        'Of a deal that the ledger credits to the participant, only what is different; the whole of it otherwise: amount and closed.',
      ),
    splits: z
      .array(z.strictObject({ source: fields.partId, deal: fields.id, shares: z.array(share).min(1).max(100) }))
      .max(20)
      .default([]),
  })
  .meta({ id: 'FactsTold' });

const clock = z.strictObject({
  dueOn: z.string().nullable(),
  doneOn: z.string().nullable(),
  state: z.enum(['none', 'running', 'waiting', 'kept', 'breached']),
});
const { expects, currency, saw, line } = queryEvents.QueryOpened.shape;
const correction = queryEvents.QueryResolved.shape.corrections.element;

const queryView = z
  .strictObject({
    ...{ query: fields.queryName, participant: z.string(), period: fields.periodId, line, says: z.string() },
    ...{ expects, currency, saw },
    difference: z.string().nullable().describe('What the line would be by the facts that were told, less what it is.'),
    openedBy: z.string(),
    openedAt: z.string(),
    openedPosition: fields.position,
    command: z.string().describe('Names the command that opened it.'),
    stands: z.enum(['open', 'resolved', 'withdrawn']),
    holder: z.string().nullable().describe('Who is to answer it.'),
    escalations: z.int(),
    ball: z.enum(['desk', 'participant', 'nobody']).describe('Whose move it is.'),
    runsSince: z.string(),
    answeredAt: z.string().nullable(),
    waits: z.array(z.strictObject({ from: z.string(), until: z.string().nullable() })),
    closedAt: z.string().nullable(),
    resolution: z
      .strictObject({ event: z.string(), by: z.string(), reason: z.string(), amount: z.string() })
      .nullable(),
    corrections: z.array(correction.extend({ resolvedBy: z.string(), resolvedIn: z.string() })),
    messages: z.int(),
    times: z
      .strictObject({
        on: z.string(),
        firstAnswer: clock,
        resolution: clock,
        reopenUntil: z.string().nullable(),
        cutOffOn: z.string().nullable(),
        isPastCutOff: z.boolean(),
        breaches: z.array(z.enum(['first-answer', 'resolution'])),
      })
      .describe('Its clocks, at the moment that the answer speaks of.'),
  })
  .meta({ id: 'Query' });

const days = z.int().nullable();

const entry = z.strictObject({
  event: z.string(),
  position: fields.position,
  recordedAt: z.string(),
  actor: z.strictObject({ id: z.string(), role: z.string(), onBehalfOf: z.string().optional() }),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});

const stream: Answer = {
  status: 200,
  type: EVENT_STREAM,
  schema: z.string(),
  events: { query: queryNotice, ...STREAM_EVENTS },
  says: 'Events as they happen: id is the position.',
};

const opened: Answer = {
  status: 201,
  schema: outcome.extend({ query: fields.queryName }).meta({ id: 'QueryOutcome' }),
  says: 'What was recorded, and how the query is called; the same question again, while it is open, is the same query.',
};

/** Questions about lines of statements, and disputes of them: what one person writes, the others read as it is written. */
export const queryRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/queries',
    name: 'openQuery',
    group: GROUP,
    says: 'Opens a query about a line of a statement, open or frozen. It keeps what was seen; with facts, both versions.',
    may: { writes: 'query', step: 'request' },
    body: {
      as: 'json',
      schema: z.strictObject({
        participant: fields.partId,
        period: fields.periodId,
        line: line.describe('A line by its name or by its deal; `total`: the statement as a whole.'),
        says: fields.text,
        expects: fields.decimal.nullable().default(null).describe('What the line should come to.'),
        facts: told.nullable().default(null),
        ...reading,
      }),
    },
    answer: opened,
    async run({ ledger, actor, body, by }) {
      const { facts: given, participant, ...ask } = body;
      // Before anything is looked up for them: a refusal must not tell whose deals there are.
      const reach = await reachOf(ledger, actor, 'queries');
      const hidden = unseen(reach, { thing: 'participant', name: participant, people: [participant] });
      if (hidden !== undefined) return hidden;
      const { deals = [], splits = [] } = given ?? {};
      const facts = await factsTold(ledger, participant, { deals: [], told: deals, splits });
      if (facts !== null && isProblem(facts)) return facts;
      return openQuery(ledger, { participant, ...ask, facts }, by);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/queries',
    name: 'listQueries',
    group: GROUP,
    says: 'Queries that one may see, those due first in front; open ones, unless others are asked for.',
    may: { reads: 'queries' },
    query: z.strictObject({
      participant: personParam.optional(),
      period: fields.periodId.optional(),
      stands: z.enum(['open', 'resolved', 'withdrawn', 'all']).optional(),
      breached: z.enum(['true', 'false']).optional().describe('Only those of which a clock ran out.'),
      ...reading,
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position.describe('Follow from here: send it as Last-Event-ID.'),
        at: z.string().describe('The moment that the clocks speak of.'),
        queries: z.array(queryView),
      }),
      says: 'Queries with their clocks.',
    },
    async run({ ledger, actor, query, reach }) {
      const { participant, breached, ...ask } = query;
      const hidden =
        participant === undefined
          ? undefined
          : unseen(reach, { thing: 'participant', name: participant, people: [participant] });
      return hidden ?? listQueries(ledger, { ...ask, participant, isBreached: breached === 'true' }, actor);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/queries/stream',
    name: 'followQueries',
    group: GROUP,
    says: 'What is said and done about queries that one may see, as it happens; about the pay of one person where one is named.',
    may: { reads: 'stream' },
    query: z.strictObject({ participant: personParam.optional() }),
    answer: stream,
    run: async ({ live, query }) => streamed(live, { of: 'queries', ...query }),
  }),
  route({
    method: 'GET',
    path: '/v1/queries/clocks',
    name: 'readQueryClocks',
    group: GROUP,
    says: 'How long a query that is opened today may take, in working days; null: nothing is promised.',
    may: { reads: 'queries' },
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        on: fields.date,
        days: z.strictObject({
          'first-answer': days,
          resolution: days,
          reopen: days,
          'cut-off': days,
        }),
      }),
      says: 'Working days by clock.',
    },
    run: async ({ ledger, actor, query }) => queryPromise(ledger, query, actor),
  }),
  route({
    method: 'GET',
    path: '/v1/queries/{query}',
    name: 'readQuery',
    group: GROUP,
    says: 'A query with its thread, what was seen, both versions where facts were told, and its clocks.',
    may: { reads: 'queries' },
    params: named,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position.describe('Follow from here: send it as Last-Event-ID.'),
        at: z.string(),
        query: queryView,
        facts: queryEvents.QueryOpened.shape.facts,
        replay: queryEvents.QueryOpened.shape.replay,
        line: statementLine.nullable().describe('The line as it was seen; null for a statement as a whole.'),
        thread: z.array(entry),
      }),
      says: 'The query.',
    },
    run: async ({ ledger, actor, params, query }) => showQuery(ledger, { ...params, ...query }, actor),
  }),
  route({
    method: 'GET',
    path: '/v1/queries/{query}/stream',
    name: 'followQuery',
    group: GROUP,
    says: 'What is said and done about one query, as it happens.',
    may: { reads: 'stream' },
    params: named,
    answer: stream,
    run: async ({ live, params }) => streamed(live, { of: 'query', ...params }),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/messages',
    name: 'postMessage',
    group: GROUP,
    says: 'Says something about a query: for the participant, or from the desk.',
    may: { writes: ['query', 'query-desk'], step: ['request', 'record'] },
    params: named,
    body: {
      as: 'json',
      schema: z.strictObject({
        says: fields.text,
        asks: z.boolean().default(false).describe('From the desk: it waits for an answer of the participant.'),
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) => workOnQuery(ledger, { type: 'PostMessage', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/assignment',
    name: 'assignQuery',
    group: GROUP,
    says: 'Says who answers a query.',
    may: { writes: 'query-desk', step: 'record' },
    params: named,
    body: { as: 'json', schema: z.strictObject({ to: fields.id, reason: fields.reason.default('To answer it.') }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => workOnQuery(ledger, { type: 'AssignQuery', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/escalation',
    name: 'escalateQuery',
    group: GROUP,
    says: 'Hands a query to somebody who can decide what the desk cannot.',
    may: { writes: 'query-desk', step: 'record' },
    params: named,
    body: { as: 'json', schema: z.strictObject({ to: fields.id, reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => workOnQuery(ledger, { type: 'EscalateQuery', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/resolution',
    name: 'resolveQuery',
    group: GROUP,
    says: 'Answers a query for good: by what corrected it, or with the reason why nothing is to be corrected.',
    may: { writes: 'query-resolution', step: 'record' },
    params: named,
    body: {
      as: 'json',
      schema: z.strictObject({
        reason: fields.reason,
        events: z
          .array(z.string().min(1).max(300))
          .max(20)
          .default([])
          .describe('What corrected it: ids or positions of events, or approved requests, as split/crm.D-1/split-1.'),
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) => resolveQuery(ledger, { ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/reopening',
    name: 'reopenQuery',
    group: GROUP,
    says: 'Goes on with a query that was resolved.',
    may: { writes: ['query', 'query-desk'], step: ['request', 'record'] },
    params: named,
    body: { as: 'json', schema: z.strictObject({ reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => workOnQuery(ledger, { type: 'ReopenQuery', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/queries/{query}/withdrawal',
    name: 'withdrawQuery',
    group: GROUP,
    says: "Takes back a query of one's own.",
    may: { writes: 'query', step: 'request' },
    params: named,
    body: { as: 'json', schema: z.strictObject({ reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => workOnQuery(ledger, { type: 'WithdrawQuery', ...params, ...body }, by),
  }),
];
