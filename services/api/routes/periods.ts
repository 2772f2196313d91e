import {
  blockers,
  continueFreeze,
  guidedClose,
  openPeriod,
  periodNamed,
  periodsPage,
  requestFreeze,
  requestReopen,
  requestsIn,
  statementsPage,
} from '@ledger/application';
import { fields } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { periodParam, type Route, reading, route, written } from '../route.ts';
import { askedAnswer, evidence, next, pageAsked, paging, revision, totals } from '../shapes/common.ts';
import { frozen } from '../shapes/decisions.ts';
import {
  blocker,
  blockerCause,
  guidedClose as closeAnswer,
  period,
  periodState,
  statementListed,
} from '../shapes/periods.ts';

const GROUP = 'periods';
const params = z.strictObject({ period: periodParam });

/** What a request for a decision about a period says. */
const why = {
  reason: fields.reason,
  evidence,
};

export const periodRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/periods',
    name: 'listPeriods',
    group: GROUP,
    says: 'The periods that were opened, and how each stands.',
    may: { reads: 'calendar' },
    query: z.strictObject(paging),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, periods: z.array(period), next }),
      says: 'A page of periods.',
    },
    run: async ({ ledger, query }) => periodsPage(ledger, pageAsked(query)),
  }),
  route({
    method: 'POST',
    path: '/v1/periods',
    name: 'openPeriod',
    group: GROUP,
    says: 'Opens a period for statements; its days follow from its name and the calendar.',
    may: { writes: 'period', step: 'record' },
    body: { as: 'json', schema: z.strictObject({ period: fields.periodId }) },
    answer: written,
    run: async ({ ledger, body, by }) => openPeriod(ledger, body.period, by),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}',
    name: 'readPeriod',
    group: GROUP,
    says: 'One period and how it stands.',
    may: { reads: 'calendar' },
    params,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period,
        revision,
      }),
      says: 'The period.',
    },
    run: async ({ ledger, params, query }) => periodNamed(ledger, { ...params, ...query }),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/blockers',
    name: 'readBlockers',
    group: GROUP,
    says: 'What keeps a period from being frozen, and what mends it.',
    may: { reads: 'close' },
    params,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period: z.string(),
        blockers: z.array(blocker),
        causes: z.array(blockerCause),
      }),
      says: 'Everything that is in the way.',
    },
    run: async ({ ledger, params, query }) => blockers(ledger, { ...params, ...query }),
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/close',
    name: 'readClose',
    group: GROUP,
    says: 'The close of a period as steps: what is done, what is missing, who can do it.',
    may: { reads: 'close' },
    params,
    query: z.strictObject(reading),
    answer: { status: 200, schema: closeAnswer, says: 'The steps in their order.' },
    run: async ({ ledger, params, query }) => guidedClose(ledger, { ...params, ...query }),
  }),
  route({
    method: 'POST',
    path: '/v1/periods/{period}/freeze',
    name: 'requestFreeze',
    group: GROUP,
    says: 'Asks that a period become history. Somebody else approves the request, and that freezes it.',
    may: { writes: 'freeze', step: 'request' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        ...why,
        reason: fields.reason.optional().describe('Left out: the close of the period.'),
        despite: fields.reason.optional().describe('Why what may be overridden is no reason to wait.'),
      }),
    },
    answer: askedAnswer,
    async run({ ledger, params, body, by }) {
      const made = await requestFreeze(ledger, { ...params, ...body }, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/periods/{period}/freeze/continuation',
    name: 'continueFreeze',
    group: GROUP,
    says: 'Goes on with an approved freeze that was interrupted. What was written is not written again.',
    may: { writes: 'payout', step: 'record' },
    params,
    answer: { status: 200, schema: frozen, says: 'The frozen period.' },
    run: async ({ ledger, params, by }) => continueFreeze(ledger, params.period, by),
  }),
  route({
    method: 'POST',
    path: '/v1/periods/{period}/reopening',
    name: 'requestReopen',
    group: GROUP,
    says: 'Asks that a frozen period be closed again, by other statements; two others have to approve.',
    may: { writes: 'reopen', step: 'request' },
    params,
    body: { as: 'json', schema: z.strictObject({ ...why, evidence: fields.evidence }) },
    answer: askedAnswer,
    async run({ ledger, params, body, by }) {
      const made = await requestReopen(ledger, { ...params, ...body }, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements',
    name: 'listStatements',
    group: GROUP,
    says: 'The statements of a period that one may see, each in one line: frozen, or as they would be posted.',
    may: { reads: 'pay' },
    params,
    query: z.strictObject(paging),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period: z.string(),
        state: periodState,
        totals: totals.describe('Of all statements that one sees, whatever page they are on.'),
        statements: z.array(statementListed),
        next,
      }),
      says: 'A page of statements, by participant.',
    },
    run: async ({ ledger, reach, params, query }) => statementsPage(ledger, reach, { ...params, ...pageAsked(query) }),
  }),
];
