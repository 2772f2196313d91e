import {
  approvalRulesSeen,
  approve,
  casesSeen,
  decline,
  EXCEPTION_STATES,
  effectOf,
  REGISTERED_KINDS,
  registerSeen,
  requestException,
  requestNamed,
  requestRelief,
  requestSplit,
  requestsIn,
  requestsPage,
  revoke,
} from '@ledger/application';
import { definitionSchemas } from '@ledger/connectors';
import { fields, reliefBasis, reliefKind } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { type Answer, outcome, personParam, type Route, reading, route, written } from '../route.ts';
import { askedAnswer, asked as askedOf, next, note, pageAsked, paging, revision } from '../shapes/common.ts';
import {
  approvalRules,
  asked,
  casesAnswer,
  effectAnswer,
  exception,
  frozen,
  request,
  requestParam,
} from '../shapes/decisions.ts';

const GROUP = 'decisions';
const params = z.strictObject({ request: requestParam });
const DECIDED = [
  ...(['metric', 'plan', 'crediting', 'jurisdiction', 'approvals', 'quota', 'relief', 'split'] as const),
  ...(['exception', 'freeze', 'reopen', 'replay', 'grant', 'key', 'erasure'] as const),
];

/** What every request for an exception says. */
const why = {
  reason: fields.reason,
  evidence: fields.evidence,
  scope: fields.label.optional().describe('What it covers, in words.'),
  expiresOn: fields.date.nullable().default(null).describe('Day from which it no longer holds; left out: never.'),
};

const decided: Answer = {
  status: 201,
  schema: outcome
    .extend({
      request: z.string(),
      frozen: frozen.nullable().describe('Of the last approval of a freeze: what it carried out.'),
    })
    .meta({ id: 'Decided' }),
  says: 'What was recorded. An approval that is not the last one leaves the request waiting.',
};

export const decisionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/reliefs',
    name: 'requestRelief',
    group: GROUP,
    says: 'Asks that a quota be reduced.',
    may: { writes: 'relief', step: 'request' },
    body: {
      as: 'json',
      schema: z.strictObject({
        participant: fields.partId,
        metric: fields.partId,
        year: z.int().min(1970).max(2199),
        kind: reliefKind,
        from: fields.date.describe('First day.'),
        to: fields.date.describe('Day after the last one.'),
        basis: reliefBasis
          .default({ by: 'days', share: '100%' })
          .describe('A share of the quota of the days, or a lump sum.'),
        ...why,
      }),
    },
    answer: askedAnswer,
    async run({ ledger, body, by }) {
      const made = await requestRelief(ledger, body, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/deals/{source}/{deal}/splits',
    name: 'requestSplit',
    group: GROUP,
    says: 'Asks that the primary credit of a deal be split otherwise than its source says.',
    may: { writes: 'split', step: 'request' },
    params: z.strictObject({ source: fields.partId, deal: fields.id }),
    body: {
      as: 'json',
      schema: z.strictObject({
        shares: z
          .array(z.strictObject({ participant: fields.partId, share: fields.partOfOne }))
          .min(1)
          .max(100)
          .describe('Shares of one that add up to it, as 0.7 or 1/3.'),
        ...why,
      }),
    },
    answer: askedAnswer,
    async run({ ledger, params, body, by }) {
      const made = await requestSplit(ledger, { ...params, ...body }, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/exceptions',
    name: 'requestException',
    group: GROUP,
    says: 'Asks for a decision about the pay of one person: an adjustment, a draw, a guarantee, a hold, its release. The fields are those of a definition file.',
    may: { writes: 'exception', step: 'request' },
    body: { as: 'json', schema: definitionSchemas.exception },
    answer: {
      ...askedAnswer,
      schema: askedOf
        .extend({ warnings: z.array(note).describe('What may not be meant; nothing was refused for it.') })
        .meta({ id: 'AskedException' }),
    },
    async run({ ledger, body, by }) {
      const made = await requestException(ledger, body, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/exceptions',
    name: 'listExceptions',
    group: GROUP,
    says: 'The register of decisions that depart from the rules: in force, expiring, expired, revoked. With `money`, what each one moves, which takes its time.',
    may: { reads: 'pay' },
    query: z.strictObject({
      ...paging,
      participant: personParam.optional(),
      state: z.enum(EXCEPTION_STATES).optional().describe('Only what stands so on the day.'),
      kind: z.enum(REGISTERED_KINDS).optional().describe('Only decisions of this kind.'),
      within: z
        .string()
        .regex(/^[0-9]{1,4}$/, 'must be a number of days, as 30')
        .optional()
        .describe('What ends within so many days is expiring; 30 if left out.'),
      money: z.enum(['true', 'false']).default('false'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        on: fields.date,
        within: z.int(),
        counts: z
          .strictObject({ 'in-force': z.int(), expiring: z.int(), expired: z.int(), revoked: z.int() })
          .describe('How many stand so, of all of the kind and person that are asked for, on whatever page.'),
        exceptions: z.array(exception),
        next,
      }),
      says: 'A page of the register: what expires soonest first, what was revoked last.',
    },
    run: async ({ ledger, reach, query: { within, money, ...query } }) =>
      registerSeen(ledger, reach, {
        ...pageAsked(query),
        within: within === undefined ? undefined : Number(within),
        money: money === 'true',
      }),
  }),
  route({
    method: 'GET',
    path: '/v1/requests',
    name: 'listRequests',
    group: GROUP,
    says: 'What waits for a decision, oldest first, and whose approval it needs; with state=all also what was decided.',
    may: { reads: 'requests' },
    query: z.strictObject({ ...paging, state: z.enum(['waiting', 'all']).default('waiting') }),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, requests: z.array(request), next }),
      says: 'A page of requests.',
    },
    run: async ({ ledger, actor, query: { state, ...query } }) =>
      requestsPage(ledger, actor, { ...pageAsked(query), all: state === 'all' }),
  }),
  route({
    method: 'GET',
    path: '/v1/requests/{request}',
    name: 'readRequest',
    group: GROUP,
    says: 'One request, with exactly what it asks for.',
    may: { reads: 'requests' },
    params,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, request, asked, revision }),
      says: 'The request.',
    },
    run: async ({ ledger, actor, params, query }) => requestNamed(ledger, actor, { ...params, ...query }),
  }),
  route({
    method: 'GET',
    path: '/v1/requests/{request}/cases',
    name: 'readRequestCases',
    group: GROUP,
    says: 'What the worked cases come to that a waiting plan carries.',
    may: { reads: 'requests' },
    params,
    answer: { status: 200, schema: casesAnswer, says: 'Null where it carries none, or no longer waits.' },
    run: async ({ ledger, actor, params }) => casesSeen(ledger, actor, params.request),
  }),
  route({
    method: 'GET',
    path: '/v1/requests/{request}/effect',
    name: 'readRequestEffect',
    group: GROUP,
    says: 'What a waiting request would move, in frozen periods and open ones: deals, people, money.',
    may: { reads: 'replays' },
    params,
    answer: { status: 200, schema: effectAnswer, says: 'Null for what moves nothing that can be tried out.' },
    run: async ({ ledger, actor, params }) => effectOf(ledger, actor, params.request),
  }),
  route({
    method: 'GET',
    path: '/v1/approval-rules',
    name: 'readApprovalRules',
    group: GROUP,
    says: 'Who has to approve what: the rules of the company in sentences, with their history, and what holds beside them.',
    may: { reads: 'requests' },
    query: z.strictObject(reading),
    answer: { status: 200, schema: approvalRules, says: 'The rules, the newest version first.' },
    run: async ({ ledger, actor, query }) => approvalRulesSeen(ledger, actor, query),
  }),
  route({
    method: 'POST',
    path: '/v1/requests/{request}/approve',
    name: 'approveRequest',
    group: GROUP,
    says: 'Approves a request. Nobody approves their own, or what pays them. The last approval of a freeze carries it out.',
    may: { writes: DECIDED, step: 'decide' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        requestHash: fields.sha256
          .optional()
          .describe('Hash of the request as one has seen it; another one is refused.'),
        despite: fields.reason.optional().describe('Why a plan may pass whose own cases fail.'),
      }),
    },
    answer: decided,
    async run({ ledger, params, body, by }) {
      const done = await approve(ledger, params.request, by, body);
      return isProblem(done) ? done : { request: done.request, ...done.outcome, frozen: done.frozen ?? null };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/requests/{request}/decline',
    name: 'declineRequest',
    group: GROUP,
    says: 'Declines a waiting request.',
    may: { writes: DECIDED, step: 'decide' },
    params,
    body: { as: 'json', schema: z.strictObject({ reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => decline(ledger, params.request, body.reason, by),
  }),
  route({
    method: 'POST',
    path: '/v1/requests/{request}/revoke',
    name: 'revokeRequest',
    group: GROUP,
    says: 'Revokes an exception, a relief or a split in force, as if it had not been granted.',
    may: { writes: ['relief', 'split', 'exception'], step: 'decide' },
    params,
    body: { as: 'json', schema: z.strictObject({ reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => revoke(ledger, params.request, body.reason, by),
  }),
];
