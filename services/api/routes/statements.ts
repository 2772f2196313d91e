import { attainmentOf, explain, statementOf, unseen } from '@ledger/application';
import { attainmentResult, fields, statement, statementLine } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { periodParam, personParam, type Route, reading, route } from '../route.ts';
import { statementState } from '../shapes/periods.ts';

const GROUP = 'statements';

const statementAnswer = z
  .strictObject({
    state: statementState,
    asOf: fields.position.describe(
      'What the numbers are computed from: the asked position while open, the pinned one from the freeze on.',
    ),
    digest: z
      .string()
      .nullable()
      .describe('SHA-256 of the frozen statement; null before it is, and where nothing was due.'),
    statement: statement.meta({ id: 'Statement' }),
  })
  .meta({ id: 'StatementAnswer' });

const problems = z.array(z.looseObject({ code: z.string(), message: z.string() }));

export const statementRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements/{participant}',
    name: 'readStatement',
    fixed: true,
    group: GROUP,
    says: 'What a participant is paid for a period, line by line: frozen, or what would be posted.',
    may: { reads: 'pay' },
    params: z.strictObject({ period: periodParam, participant: personParam }),
    query: z.strictObject({
      ...reading,
      freeze: z
        .string()
        .regex(/^[1-9][0-9]?$/, 'must be the number of a freeze, as 1')
        .optional()
        .describe('Which freeze of a period that was reopened; left out: the one in force.'),
    }),
    answer: { status: 200, schema: statementAnswer, says: 'The statement.' },
    async run({ ledger, params, query, reach }) {
      const hidden = unseen(reach, { thing: 'participant', name: params.participant, people: [params.participant] });
      if (hidden !== undefined) return hidden;
      const { asOf, freeze } = query;
      return statementOf(ledger, { ...params, asOf, freeze: freeze === undefined ? undefined : Number(freeze) });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/statements/{participant}/line',
    name: 'explainLine',
    fixed: true,
    group: GROUP,
    says: 'How a line comes about: deal, credit, split, metric, rate, amount, each step with its figures and events.',
    may: { reads: 'pay' },
    params: z.strictObject({ period: periodParam, participant: personParam }),
    query: z.strictObject({
      ...reading,
      line: z.string().min(1).max(300).describe('Name of the line, or the deal that it is about.'),
    }),
    answer: {
      status: 200,
      schema: z.strictObject({
        state: statementState,
        asOf: fields.position,
        participant: z.string(),
        period: z.string(),
        currency: z.string(),
        line: statementLine,
      }),
      says: 'The line with its trace.',
    },
    async run({ ledger, params, query, reach }) {
      const hidden = unseen(reach, { thing: 'participant', name: params.participant, people: [params.participant] });
      return hidden ?? explain(ledger, { ...params, ...query });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/periods/{period}/attainment',
    name: 'readAttainment',
    fixed: true,
    group: GROUP,
    says: 'Attainment in the windows that a period lies in: of one participant, or of all whom one may see.',
    may: { reads: 'pay' },
    params: z.strictObject({ period: periodParam }),
    query: z.strictObject({ ...reading, participant: personParam.optional() }),
    answer: {
      status: 200,
      schema: z.strictObject({
        asOf: fields.position,
        period: z.string(),
        participants: z.array(
          z.strictObject({ participant: z.string(), results: z.array(attainmentResult), problems }),
        ),
      }),
      says: 'Attainment by participant.',
    },
    async run({ ledger, params, query, reach }) {
      const { participant } = query;
      const hidden =
        participant === undefined
          ? undefined
          : unseen(reach, { thing: 'participant', name: participant, people: [participant] });
      if (hidden !== undefined) return hidden;
      const answer = await attainmentOf(ledger, { ...params, ...query });
      if (isProblem(answer) || reach.kind !== 'people') return answer;
      return { ...answer, participants: answer.participants.filter((each) => reach.ids.has(each.participant)) };
    },
  }),
];
