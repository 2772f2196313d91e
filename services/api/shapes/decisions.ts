import { EXCEPTION_STATES } from '@ledger/application';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { difference, note, planCases, totals } from './common.ts';

/** Requests for decisions and what came of them, as they are answered. */

const role = z.string();
const amount = z.string();

export const requestParam = z
  .string()
  .min(3)
  .max(400)
  .describe('Name of the request, percent-encoded as one segment: `relief%2Fada.bookings.2026%2Frelief-1`.');

export const request = z
  .strictObject({
    name: z.string(),
    kind: z.string().describe('What is asked for: `relief`, `plan`, `freeze`.'),
    canBeTriedOut: z.boolean().describe('Whether a replay can try out what it asks for.'),
    says: z.string(),
    reason: z.string(),
    evidence: z.array(z.string()),
    requestedBy: z.string(),
    requestedFor: z.string().nullable().describe('Whom the requester stood in for.'),
    requestedAt: z.string(),
    state: z.enum(['waiting', 'approved', 'declined', 'revoked', 'expired']),
    decidedBy: z.string().nullable(),
    hash: fields.sha256.describe('Of what was asked for; an approval may name it, to decide nothing else.'),
    revision: z.int(),
    approvals: z.array(z.strictObject({ by: z.string(), onBehalfOf: z.string().nullable(), role, at: z.string() })),
    expiresOn: fields.date.describe('From this day on it can no longer be decided.'),
    needed: z
      .strictObject({
        ruleSet: z.int().nullable().describe('Version of the rules of approval; null: the matrix alone.'),
        rules: z.array(z.string()),
        approvers: z.array(z.array(role)).describe('One for each approval that is needed: the roles that may give it.'),
      })
      .nullable()
      .describe('Whose approval it needs on the day that is spoken of; null for what does not wait.'),
  })
  .meta({ id: 'Request' });

export const asked = z.strictObject({
  event: z.string(),
  stream: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()).describe('As the event catalogue describes it.'),
});

export const frozen = z
  .strictObject({
    period: z.string(),
    asOf: fields.position.describe('Position that the freeze pinned.'),
    position: fields.position.describe('Of the event that completed it.'),
    statements: z.int(),
    totals,
    digest: fields.sha256,
    openQueries: z.array(z.string()).optional(),
  })
  .meta({ id: 'FrozenPeriod' });

export const casesAnswer = z.strictObject({ request: z.string(), cases: planCases.nullable() });

export const blastRadius = z
  .strictObject({
    deals: z
      .array(
        z.strictObject({
          deal: z.string(),
          component: z.string(),
          period: z.string(),
          unit: z.string(),
          countedBefore: amount.nullable(),
          countedAfter: amount.nullable(),
          payBefore: amount,
          payAfter: amount,
          participant: z.string(),
          currency: z.string(),
          verdict: z.enum(['counts now', 'counts no more', 'counts otherwise']),
          isFrozen: z.boolean().describe('Its period is, or is on its way to be.'),
        }),
      )
      .describe('Deals that count otherwise than now, by participant and component.'),
    participants: z.array(
      z.strictObject({
        participant: z.string(),
        currency: z.string(),
        deals: z.int(),
        repaid: z.int().describe('Deals that count as before and are paid otherwise.'),
        frozen: amount.describe('Of periods that are frozen or freezing: what becomes a correction.'),
        open: amount,
        delta: amount,
      }),
    ),
    periods: z.array(
      z.strictObject({
        period: z.string(),
        state: z.enum(['frozen', 'freezing', 'open', 'not open']),
        participants: z.int(),
        deals: z.int(),
        repaid: z.int(),
        delta: totals,
      }),
    ),
    totals: z.record(fields.currency, z.strictObject({ up: amount, down: amount, delta: amount })),
    problems: z
      .array(note)
      .describe('What cannot be computed in any period that was opened, and so is in none of this.'),
  })
  .meta({ id: 'BlastRadius' });
export const effectAnswer = z.strictObject({ request: z.string(), blastRadius: blastRadius.nullable() });

const standing = amount.nullable();
export const exception = z
  .strictObject({
    name: z.string(),
    kind: z.string(),
    says: z.string(),
    participants: z.array(z.string()),
    state: z.enum(EXCEPTION_STATES),
    felt: z.boolean().nullable().describe('Whether a statement is another one for it; null where that was not asked.'),
    from: fields.date.nullable(),
    endsOn: fields.date.nullable(),
    expiresOn: fields.date.nullable(),
    scope: z.string(),
    reason: z.string(),
    evidence: z.array(z.string()),
    requestedBy: z.string(),
    approvedBy: z.array(z.string()),
    approvedAt: z.string(),
    revoked: z.strictObject({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
    moves: z.array(
      z.strictObject({
        participant: z.string(),
        currency: z.string(),
        total: standing,
        periods: z.array(
          z.strictObject({
            period: z.string(),
            state: z.enum(['open', 'frozen']),
            with: standing,
            without: standing,
            difference: standing,
            components: z.array(difference),
            problem: note.nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'RegisteredException' });

const roles = z.array(role);
export const approvalRules = z
  .strictObject({
    asOf: fields.position,
    on: fields.date.describe('The day of the answer.'),
    inForce: z.int().nullable().describe('Version whose rules hold on the day; null: what always holds, and no more.'),
    expireAfter: z.int().describe('Days in which a request has to be decided.'),
    always: z
      .array(z.strictObject({ kind: z.string(), says: z.string(), ask: roles, approve: roles, approvals: z.int() }))
      .describe('Who may ask for what, who approves it, and how many have to: rules ask for more, never for less.'),
    versions: z.array(
      z.strictObject({
        version: z.int(),
        request: z.string().describe('By which it was decided on, or waits.'),
        state: z.enum(['waiting', 'approved']),
        title: z.string(),
        from: fields.date,
        to: fields.date.nullable(),
        reason: z.string(),
        evidence: z.array(z.string()),
        requestedBy: z.string(),
        approvedBy: z.array(z.string()),
        recordedAt: z.string(),
        expireAfter: z.int(),
        rules: z.array(z.strictObject({ rule: z.string(), says: z.string() })),
        delegations: z.array(z.strictObject({ by: z.string(), for: z.string(), says: z.string() })),
      }),
    ),
  })
  .meta({ id: 'ApprovalRules' });
