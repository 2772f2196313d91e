import { type DealView, dealNamed, listDeals, type Reach, recordOnDeal, unseen } from '@ledger/application';
import { attribute, attributeName, credit, dealLine, dealTerms, fields } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { z } from 'zod';
import { flag, personParam, type Route, reading, route, written } from '../route.ts';
import { next, pageAsked, paging } from '../shapes/common.ts';

const GROUP = 'deals';
const key = { source: fields.partId, deal: fields.id };

/** What one has to say of a deal, and what may be left out. */
export const dealBody = z
  .strictObject({
    ...key,
    amount: fields.decimal.describe('What the deal is worth, in its currency.'),
    currency: fields.currency,
    closedOn: fields.date.describe('Day on which it closed: decides the period.'),
    owner: fields.partId.nullable().default(null),
    account: dealTerms.account.default(null),
    selectionOn: dealTerms.selectionOn
      .default(null)
      .describe('Decides the version of plans and metrics; left out: closedOn.'),
    sequence: dealTerms.sequence.default(0).describe('Order among deals closed on the same day.'),
    credits: dealTerms.credits.optional().describe("By the source's own rule; left out: the owner has all of it."),
    attributes: dealTerms.attributes.default({}),
    lines: dealTerms.lines.default([]),
    status: z.enum(['closed', 'cancelled']).default('closed'),
    cancelledOn: fields.date.nullable().default(null),
  })
  .meta({ id: 'Deal' });

const happened = { on: fields.date, event: z.string() };

/** What a source says of a deal: the owner has all of what it does not credit by a rule of its own. */
export function dealTold({ status, cancelledOn, credits, ...told }: z.infer<typeof dealBody>) {
  const own = told.owner === null ? [] : [{ participant: told.owner, pool: 'primary' as const, share: '1' }];
  return { snapshot: { ...told, credits: credits ?? own }, status, cancelledOn };
}

const dealView = z
  .strictObject({
    ...key,
    ...dealTerms,
    changedBy: z.string().describe('Event that last changed what is known of the deal.'),
    event: z.string().describe('Event that told the deal as it is.'),
    cancelled: z.strictObject({ ...happened, reason: z.string() }).nullable(),
    vanished: z.strictObject(happened).nullable(),
    milestones: z.array(
      z.strictObject({
        ...happened,
        milestone: z.string(),
        amount: z.string().nullable(),
        currency: z.string().optional().describe('Of the amount, where the deal has been told in another one since.'),
      }),
    ),
    splits: z.array(z.looseObject({ exception: z.string() })).describe('Split exceptions, decided or not.'),
    state: z.enum(['closed', 'cancelled', 'vanished']),
    credits: z
      .array(
        z.strictObject({
          participant: z.string(),
          pool: credit.shape.pool,
          share: z.string(),
          rules: z.array(z.string()).optional(),
        }),
      )
      .describe('Who is credited now, exceptions included: what one may see of it.'),
    unreachable: z.array(z.strictObject({ rule: z.string(), says: z.string() })),
    refused: z.string().nullable().describe('Why nobody can say who is credited.'),
    attributes: z.record(attributeName, attribute),
    lines: z.array(dealLine),
  })
  .meta({ id: 'DealView' });

export const dealRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/deals',
    name: 'recordDeal',
    group: GROUP,
    says: 'Records a deal as its source tells it now: closed, told otherwise than before, or cancelled. The same again records nothing.',
    may: { writes: 'deal', step: 'record' },
    body: { as: 'json', schema: dealBody },
    answer: written,
    run: async ({ ledger, body, by }) => recordOnDeal(ledger, { type: 'RecordDeal', ...dealTold(body) }, by),
  }),
  route({
    method: 'GET',
    path: '/v1/deals',
    name: 'listDeals',
    fixed: true,
    group: GROUP,
    says: 'The deals that one sees, page by page as of one position, filtered and sorted.',
    may: { reads: 'deals' },
    query: z.strictObject({
      participant: personParam.optional().describe('Credited now, or once.'),
      owner: fields.partId.optional(),
      source: fields.partId.optional(),
      state: z.enum(['closed', 'cancelled', 'vanished']).optional(),
      closedFrom: fields.date.optional(),
      closedTo: fields.date.optional(),
      uncredited: flag
        .optional()
        .describe('Those that credit nobody, or not everybody whom a rule means; false: the others.'),
      text: z.string().min(1).max(200).optional().describe('Part of the id or the account, in any case.'),
      sort: z.enum(['closed', '-closed', 'amount', '-amount']).optional().describe('With a minus: the last first.'),
      ...paging,
    }),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, deals: z.array(dealView), next }),
      says: 'Deals with their credits.',
    },
    async run({ ledger, query, reach }) {
      const { participant } = query;
      if (participant !== undefined) {
        const hidden = unseen(reach, { thing: 'participant', name: participant, people: [participant] });
        if (hidden !== undefined) return hidden;
      }
      const answer = await listDeals(ledger, reach, pageAsked(query));
      return isProblem(answer) ? answer : { ...answer, deals: answer.deals.map((deal) => ownPart(reach, deal)) };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/deals/{source}/{deal}',
    name: 'readDeal',
    fixed: true,
    group: GROUP,
    says: 'One deal with its credits, milestones and split exceptions.',
    may: { reads: 'deals' },
    params: z.strictObject(key),
    query: z.strictObject(reading),
    answer: { status: 200, schema: z.strictObject({ asOf: fields.position, deal: dealView }), says: 'The deal.' },
    async run({ ledger, params, query, reach }) {
      const answer = await dealNamed(ledger, { ...params, ...query });
      if (isProblem(answer)) return answer;
      const { asOf, deal } = answer;
      const hidden = unseen(reach, { thing: 'deal', name: `${params.source}.${params.deal}`, ...peopleOf(deal) });
      return hidden ?? { asOf, deal: deal === undefined ? undefined : ownPart(reach, deal) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/deals/{source}/{deal}/cancellation',
    name: 'cancelDeal',
    group: GROUP,
    says: 'Cancels a deal, whatever its source says; with `withdrawn`, takes back that a person has.',
    may: { writes: 'deal', step: 'record' },
    params: z.strictObject(key),
    body: {
      as: 'json',
      schema: z.strictObject({
        cancelledOn: fields.date,
        reason: fields.reason,
        withdrawn: z.boolean().default(false).describe('It was recorded for that day and is not so.'),
      }),
    },
    answer: written,
    async run({ ledger, params, body, by }) {
      const { withdrawn, ...told } = body;
      const type = withdrawn ? 'WithdrawCancellation' : 'CancelDeal';
      return recordOnDeal(ledger, { type, ...params, ...told }, by);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/deals/{source}/{deal}/milestones',
    name: 'reachMilestone',
    group: GROUP,
    says: 'Records that a deal was invoiced, paid, gone live; with `withdrawn`, that it was not although it had been recorded.',
    may: { writes: 'deal', step: 'record' },
    params: z.strictObject(key),
    body: {
      as: 'json',
      schema: z.strictObject({
        milestone: fields.partId,
        reachedOn: fields.date,
        amount: fields.decimal.nullable().default(null),
        withdrawn: fields.reason.optional().describe('Why what was recorded for that day is not so.'),
      }),
    },
    answer: written,
    async run({ ledger, params, body, by }) {
      const { withdrawn, amount, ...reached } = body;
      const command =
        withdrawn === undefined
          ? ({ type: 'ReachMilestone', ...params, ...reached, amount } as const)
          : ({ type: 'WithdrawMilestone', ...params, ...reached, reason: withdrawn } as const);
      return recordOnDeal(ledger, command, by);
    },
  }),
];

function peopleOf(deal: DealView | undefined): { readonly people?: readonly string[] } {
  if (deal === undefined) return {};
  const owner = deal.owner === null ? [] : [deal.owner];
  return { people: [...owner, ...deal.credits.map(({ participant }) => participant)] };
}

/** Of a deal that others share in, one sees one's own part (authorization.json, R02). */
function ownPart(reach: Reach, deal: DealView): DealView {
  if (reach.kind !== 'people') return deal;
  return { ...deal, credits: deal.credits.filter(({ participant }) => reach.ids.has(participant)), splits: [] };
}
