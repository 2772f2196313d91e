import {
  accessNamed,
  accessPage,
  changeAccess,
  type Identity,
  issueKey,
  registerPrincipal,
  requestErasure,
  requestsIn,
} from '@ledger/application';
import { ROLES, SCOPES } from '@ledger/decisions';
import { fields } from '@ledger/events';
import { isProblem, problem } from '@ledger/kernel';
import { z } from 'zod';
import { type Answer, outcome, type Route, reading, route, written } from '../route.ts';
import { askedAnswer, evidence, next, pageAsked, paging, revision } from '../shapes/common.ts';

const GROUP = 'access';
const params = z.strictObject({ principal: fields.partId.describe('Id by which facts name the person or program.') });
const why = z.strictObject({ reason: fields.reason });
const people = z.array(z.string()).describe('Nobody: no approval was needed, or it was given on the console.');
const event = z.string().describe('Event that gave it.');

const given = { since: z.string(), event, requestedBy: z.string(), approvedBy: people, reason: z.string() };
const principal = z
  .strictObject({
    principal: z.string(),
    name: z.string().nullable().describe('Null: unknown, or not told to this reader.'),
    kind: z.enum(['person', 'machine']),
    identity: fields.sha256.nullable().describe('SHA-256 of issuer and subject. Null: a machine, or not told.'),
    registeredBy: z.string(),
    registeredAt: z.string(),
    disabled: z.boolean(),
    roles: z.array(z.strictObject({ role: z.enum(ROLES), ...given })),
    keys: z
      .array(
        z.strictObject({
          key: z.string(),
          scopes: z.array(z.string()),
          expiresOn: fields.date.describe('Day from which it opens nothing.'),
          revoked: z.boolean(),
          ...given,
        }),
      )
      .nullable()
      .describe('Null: not told to this reader.'),
  })
  .meta({ id: 'Principal' });

const by = z.strictObject({ id: z.string(), role: z.string(), onBehalfOf: z.string().optional() });
const trail = z.array(
  z.strictObject({ at: z.string(), position: fields.position, by, type: z.string(), says: z.string() }),
);

const newKey: Answer = {
  status: 201,
  schema: outcome
    .extend({
      key: z.string(),
      text: z
        .string()
        .nullable()
        .describe('What the program has to send. Shown this once; null where the request was repeated.'),
      request: z.string().nullable().describe('Has to be approved before the key opens anything; null: it opens now.'),
    })
    .meta({ id: 'NewKey' }),
  says: 'The key.',
};

/** Who may come in. The first admin is made on the console: there is no route for it. */
export const accessRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/access',
    name: 'listAccess',
    group: GROUP,
    says: 'Everybody who may come in, with roles and keys and who gave them; asOf makes it the review of a day.',
    may: { reads: 'access-log' },
    query: z.strictObject(paging),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, principals: z.array(principal), next }),
      says: 'A page of principals, by id.',
    },
    run: async ({ ledger, actor, query }) => accessPage(ledger, actor, pageAsked(query)),
  }),
  route({
    method: 'GET',
    path: '/v1/access/{principal}',
    name: 'readAccess',
    group: GROUP,
    says: 'One of them, with everything that was decided about their access.',
    may: { reads: 'access-log' },
    params,
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: z.strictObject({ asOf: fields.position, principal, trail, revision }),
      says: 'The principal.',
    },
    run: async ({ ledger, actor, params, query }) => accessNamed(ledger, actor, { ...params, ...query }),
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/registration',
    name: 'registerPrincipal',
    group: GROUP,
    says: 'Makes a person or a program known. They may do nothing until they hold a role or a key.',
    may: { writes: 'access', step: 'record' },
    params,
    body: {
      as: 'json',
      schema: z.strictObject({
        kind: z.enum(['person', 'machine']),
        issuer: z.string().max(500).optional().describe('Of a person: `iss` of the tokens of the identity provider.'),
        subject: z.string().max(500).optional().describe('Of a person: `sub` there.'),
        name: fields.label.optional().describe('Kept in the directory, never in the log.'),
        email: fields.label.optional().describe('Kept there, too.'),
      }),
    },
    answer: written,
    async run({ ledger, params, body: { kind, issuer, subject, ...named }, by }) {
      const identity = identityOf(issuer, subject);
      if ((kind === 'person') !== (identity !== null)) {
        const remedy = kind === 'person' ? 'give issuer and subject' : 'leave issuer and subject out';
        const message = `A ${kind} ${kind === 'person' ? 'signs' : 'does not sign'} in at an identity provider; ${remedy}.`;
        return problem('field_invalid', message, '/kind');
      }
      return registerPrincipal(ledger, { ...params, identity, ...named }, by);
    },
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/grants',
    name: 'requestGrant',
    group: GROUP,
    says: 'Asks that somebody may act in a role. Nobody asks for themselves; somebody of finance has to approve it.',
    may: { writes: 'grant', step: 'request' },
    params,
    body: { as: 'json', schema: why.extend({ role: z.enum(ROLES), evidence }) },
    answer: askedAnswer,
    async run({ ledger, params, body, by }) {
      const made = await changeAccess(ledger, { type: 'RequestGrant', ...params, ...body }, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/roles/{role}/revoke',
    name: 'revokeRole',
    group: GROUP,
    says: 'Takes a role away, at once.',
    may: { writes: 'access', step: 'record' },
    params: params.extend({ role: z.enum(ROLES) }),
    body: { as: 'json', schema: why },
    answer: written,
    run: async ({ ledger, params, body, by }) => changeAccess(ledger, { type: 'RevokeRole', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/disable',
    name: 'disablePrincipal',
    group: GROUP,
    says: 'Lets somebody in no more, neither them nor their keys; open streams are closed.',
    may: { writes: 'access', step: 'record' },
    params,
    body: { as: 'json', schema: why },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      changeAccess(ledger, { type: 'DisablePrincipal', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/enable',
    name: 'enablePrincipal',
    group: GROUP,
    says: 'Lets them in again, with the roles and keys that they still have.',
    may: { writes: 'access', step: 'record' },
    params,
    body: { as: 'json', schema: why },
    answer: written,
    run: async ({ ledger, params, body, by }) =>
      changeAccess(ledger, { type: 'EnablePrincipal', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/keys',
    name: 'issueKey',
    group: GROUP,
    says: 'Makes a key for a program and shows it once. One that writes opens nothing until finance has approved it.',
    may: { writes: 'key', step: ['request', 'record'] },
    params,
    body: {
      as: 'json',
      schema: why.extend({
        scopes: z
          .array(z.enum([...SCOPES]))
          .min(1, 'must name at least one scope')
          .max(20),
        expiresOn: fields.date.describe('Day from which it opens nothing, within a year.'),
        evidence,
      }),
    },
    answer: newKey,
    async run({ ledger, params, body, by }) {
      const made = await issueKey(ledger, { ...params, ...body }, by);
      if (isProblem(made)) return made;
      const { outcome, ...key } = made;
      return { ...outcome, ...key };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/keys/{key}/revoke',
    name: 'revokeKey',
    group: GROUP,
    says: 'Ends a key, at once.',
    may: { writes: 'access', step: 'record' },
    params: params.extend({ key: fields.partId }),
    body: { as: 'json', schema: why },
    answer: written,
    run: async ({ ledger, params, body, by }) => changeAccess(ledger, { type: 'RevokeKey', ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/access/{principal}/erasure',
    name: 'requestErasure',
    group: GROUP,
    says: 'Asks that the name of somebody who earned or came in here be forgotten. Somebody of finance has to approve it.',
    may: { writes: 'erasure', step: 'request' },
    params,
    body: {
      as: 'json',
      schema: why.extend({
        keptUntil: fields.date.describe('First day on which no law asks for the name any more: today, or before.'),
        evidence,
      }),
    },
    answer: askedAnswer,
    async run({ ledger, params: { principal: person }, body, by }) {
      const made = await requestErasure(ledger, { person, ...body }, by);
      return isProblem(made) ? made : { ...made, waiting: requestsIn(made) };
    },
  }),
];

/** Both or none; one of them alone is as wrong as an empty one, which the application says. */
function identityOf(issuer: string | undefined, subject: string | undefined): Identity | null {
  return issuer === undefined && subject === undefined ? null : { issuer: issuer ?? '', subject: subject ?? '' };
}
