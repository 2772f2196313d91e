import {
  checkCases,
  defineText,
  definitionSeen,
  definitionsSeen,
  definitionInWords as readInWords,
  retire,
  whatWouldSeen,
} from '@ledger/application';
import { attainmentResult, fields, statementLine } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { openCaseLedger } from '@ledger/wiring';
import { z } from 'zod';
import { type Answer, asOf, flag, outcome, personParam, type Route, route, type Text, written } from '../route.ts';
import { difference, next, note, on, pageAsked, paging, planCases, revision, together } from '../shapes/common.ts';
import {
  definition,
  definitionChange,
  definitionInWords,
  definitionSummary,
  kindParam,
  versionParam,
} from '../shapes/definitions.ts';
import { statementState } from '../shapes/periods.ts';
import { dealBody, dealTold } from './deals.ts';

const GROUP = 'definitions';
const FILE = {
  as: 'text',
  types: ['application/yaml', 'application/json'],
  limit: 1_048_576,
} as const;
const named = ({ bytes, type }: Text) => ({ bytes, name: type === 'application/json' ? 'body.json' : 'body.yaml' });

/** Of several streams: the last position, and whether the command had been given before. */
const defined: Answer = {
  status: 201,
  schema: z.strictObject({
    position: fields.position.nullable().describe('Of the last event written; null: everything was recorded already.'),
    repeated: z.boolean(),
    outcomes: z.array(outcome).describe('One for each stream that the documents concern.'),
    waiting: z.array(z.string()).describe('Names of the requests that now wait for somebody else.'),
    warnings: z.array(note).describe('What may not be meant; nothing was refused for it.'),
    cases: z.array(planCases).describe('What the worked cases came to that proposed plans carry.'),
    dryRun: z.boolean(),
  }),
  says: 'What was recorded, and what waits.',
};

const explained = z.strictObject({
  state: statementState,
  asOf: fields.position,
  participant: z.string(),
  period: z.string(),
  currency: z.string(),
  line: statementLine,
});

const caseResult = z.strictObject({
  title: z.string(),
  source: z.string().nullable(),
  file: z.string(),
  line: z.int(),
  ok: z.boolean(),
  failures: z.array(
    z.strictObject({
      line: z.int(),
      what: z.string(),
      field: z.string(),
      expected: z.string(),
      actual: z.string(),
      explained: z.array(explained).describe('The lines that are wrong, with their traces.'),
    }),
  ),
  warnings: z.array(note).describe('What its definitions are warned about, as whoever proposes them would be.'),
  milliseconds: z.int(),
});

const amount = z.string().nullable();
const wouldBe = z.strictObject({
  asOf: fields.position,
  deals: z.array(z.string()),
  participants: z.array(
    z.strictObject({
      participant: z.string(),
      currency: z.string(),
      isCredited: z
        .boolean()
        .describe('Credited with one of the deals; otherwise their plans look at somebody who is.'),
      periods: z.array(
        z.strictObject({
          period: z.string(),
          before: amount.describe('Null where the statement cannot be computed; `problem` says why.'),
          after: amount,
          difference: amount,
          components: z.array(difference),
          lines: z.array(statementLine).describe('Lines that are new or other ones, as they would be.'),
          attainment: z.array(
            z.strictObject({ before: attainmentResult.nullable(), after: attainmentResult.nullable() }),
          ),
          problem: note.nullable(),
        }),
      ),
    }),
  ),
});

export const definitionRoutes: readonly Route[] = [
  route<Record<string, never>, { dryRun?: boolean | undefined }, Text>({
    method: 'POST',
    path: '/v1/definitions',
    name: 'define',
    group: GROUP,
    says: 'Records a definition file, all of it or nothing: metrics, plans, quotas and exceptions wait for approval; people, rates and the calendar take effect.',
    may: {
      writes: [
        ...(['metric', 'plan', 'crediting', 'jurisdiction', 'quota', 'exception', 'approvals'] as const),
        ...(['calendar', 'corrections', 'fx', 'participant', 'assignment', 'query-clocks'] as const),
      ],
      step: ['request', 'record'],
    },
    query: z.strictObject({
      dryRun: flag
        .optional()
        .describe(
          'Says what would be recorded, with all that is wrong and what worked cases come to; records nothing.',
        ),
    }),
    body: { ...FILE, says: 'One file, as docs/reference/definition-files.md describes it; several documents in YAML.' },
    answer: defined,
    async run({ ledger, body, query: { dryRun = false }, by }) {
      const answer = await defineText(ledger, named(body), by, { dryRun });
      if (isProblem(answer)) return answer;
      return { ...together(answer.outcomes), ...answer, dryRun };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/definitions',
    name: 'listDefinitions',
    group: GROUP,
    says: 'What rules: definitions by kind and name, with the version that applies on a day.',
    may: 'signed-in',
    query: z.strictObject({
      ...paging,
      on,
      kind: kindParam.optional(),
      participant: personParam.optional().describe('Only quotas of this person.'),
      text: z.string().min(1).max(200).optional().describe('Part of the name or the title, in any case.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        on: fields.date,
        definitions: z.array(definitionSummary),
        next,
      }),
      says: 'A page of definitions.',
    },
    run: async ({ ledger, actor, query }) => definitionsSeen(ledger, actor, pageAsked(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/definitions/{kind}/{name}',
    name: 'readDefinition',
    group: GROUP,
    says: 'One definition with its history. The calendar and the policy of corrections are called like their kind, a quota `ada.bookings.2026`, rates `EURUSD`.',
    may: 'signed-in',
    params: z.strictObject({ kind: kindParam, name: z.string().min(1).max(200) }),
    query: z.strictObject({ asOf: asOf.optional(), on }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        on: fields.date,
        kind: kindParam,
        name: z.string(),
        inForce: z.int().nullable(),
        definition,
        history: z
          .array(definitionChange)
          .optional()
          .describe(
            'How a quota, rates, the calendar or the policy of corrections came to be what it is, the oldest first; others tell it themselves.',
          ),
        revision: revision.optional(),
      }),
      says: 'The definition.',
    },
    run: async ({ ledger, actor, params, query }) => definitionSeen(ledger, actor, { ...params, ...query }),
  }),
  route({
    method: 'GET',
    path: '/v1/definitions/{kind}/{name}/words',
    name: 'readDefinitionInWords',
    group: GROUP,
    says: 'A version of a definition as people read it: plans and metrics in sentences, every kind as a definition file, and in what it differs from another version.',
    may: 'signed-in',
    params: z.strictObject({ kind: kindParam, name: z.string().min(1).max(200) }),
    query: z.strictObject({
      asOf: asOf.optional(),
      version: versionParam.describe('Left out: the newest.'),
      against: versionParam.describe('Version that it is compared with; left out: the one before.'),
    }),
    answer: { status: 200, schema: definitionInWords, says: 'The version.' },
    run: async ({ ledger, actor, params, query: { version, against, ...query } }) =>
      readInWords(ledger, actor, { ...params, ...query, version, against }),
  }),
  route({
    method: 'POST',
    path: '/v1/definitions/{kind}/{name}/retirement',
    name: 'retireDefinition',
    group: GROUP,
    says: 'Ends a metric, a plan, crediting rules or a jurisdiction: from a day on it counts, pays, credits or says nothing.',
    may: { writes: ['metric', 'plan', 'crediting', 'jurisdiction'], step: 'record' },
    params: z.strictObject({
      kind: z.enum(['metric', 'plan', 'crediting', 'jurisdiction']),
      name: fields.partId,
    }),
    body: { as: 'json', schema: z.strictObject({ effectiveFrom: fields.date, reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => retire(ledger, { kind: params.kind, id: params.name, ...body }, by),
  }),
  route<Record<string, never>, Record<string, never>, Text>({
    method: 'POST',
    path: '/v1/cases',
    name: 'checkCases',
    group: GROUP,
    says: 'Runs worked cases, each on a ledger of its own; nothing of this ledger is read or written.',
    may: { reads: 'replays' },
    body: {
      ...FILE,
      says: 'A file of worked cases, as docs/reference/worked-cases.md describes it, with the definitions in it.',
    },
    answer: {
      status: 200,
      schema: z.strictObject({ passed: z.int(), failed: z.int(), cases: z.array(caseResult) }),
      says: 'What each case came to; cases that fail are no refusal.',
    },
    run: async ({ body }) => checkCases(named(body), openCaseLedger),
  }),
  route({
    method: 'POST',
    path: '/v1/what-would',
    name: 'whatWould',
    group: GROUP,
    says: 'What statements would be if deals were told, or their credit split, like this. Nothing is written.',
    may: { reads: 'pay' },
    body: {
      as: 'json',
      schema: z.strictObject({
        asOf: asOf.optional(),
        participant: personParam.optional().describe('Only the statements of this person.'),
        deals: z.array(dealBody).max(1000).default([]),
        splits: z
          .array(
            z.strictObject({
              source: fields.partId,
              deal: fields.id,
              shares: z
                .array(z.strictObject({ participant: fields.partId, share: fields.decimal }))
                .min(1)
                .max(100),
            }),
          )
          .max(1000)
          .default([])
          .describe('Shares of one that add up to it.'),
      }),
    },
    answer: { status: 200, schema: wouldBe, says: 'Everybody whose statements would be other ones.' },
    run: async ({ ledger, body, reach }) => whatWouldSeen(ledger, reach, { ...body, deals: body.deals.map(dealTold) }),
  }),
];
