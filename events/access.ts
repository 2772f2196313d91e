import { z } from 'zod';
import { approval, date, id, partId, reason, refusal, request, sha256 } from './fields.ts';

const principal = partId.describe('The id by which facts name the person or the program.');
/** Later releases know more of them. */
const role = z.string().regex(/^[a-z][a-z-]{0,39}$/, 'must be a role, as ops or finance');
const scope = z.string().regex(/^[a-z]{1,20}:(?:read|write)$/, 'must be a scope, as deals:read or deals:write');

/** Nobody is named by it: who signs in shows issuer and subject, and the two have this hash or not. */
const identity = sha256.describe('SHA-256 of issuer and subject of the identity provider.');

const grant = { principal, role, identity };

const key = partId.describe('Stands in the text of the key; names the key, and opens nothing.');
const keyTerms = {
  principal,
  key,
  secretHash: sha256.describe('SHA-256 of the secret, which is stored nowhere.'),
  scopes: z.array(scope).min(1, 'must name at least one scope').max(20),
  expiresOn: date.describe('Day from which the key opens nothing.'),
  ...request,
};

/** Stream `access-<principal>`: who can come in by a door that checks it, and in which roles. */
export const accessEvents = {
  PrincipalRegistered: z
    .strictObject({
      principal,
      kind: z.enum(['person', 'machine']).describe('People sign in, machines come with a key.'),
      identity: identity.nullable().describe('Of a person; null for machines.'),
      replaces: identity.nullable().describe('The identity by which the person signed in before.'),
      registeredBy: id,
    })
    .describe('Somebody is known to the ledger, and may do nothing yet.'),
  FirstRoleGranted: z
    .strictObject({ ...grant, reason, grantedBy: id })
    .describe("Given on the server's console to the first holder of a role, without whom nobody could give any."),
  RoleGrantRequested: z
    .strictObject({ ...grant, ...request })
    .describe('An admin asks that somebody may act in a role; it has no effect until somebody else has approved it.'),
  RoleGranted: z.strictObject({ ...grant, ...request, ...approval }).describe('The person may act in the role.'),
  RoleGrantDeclined: z.strictObject({ principal, role, ...refusal }).describe('A role was not given.'),
  RoleRevoked: z
    .strictObject({ principal, role, reason, revokedBy: id })
    .describe('The person may no longer act in the role.'),
  PrincipalDisabled: z
    .strictObject({ principal, reason, disabledBy: id })
    .describe('Neither the person nor any key of theirs comes in any more.'),
  PrincipalEnabled: z
    .strictObject({ principal, reason, enabledBy: id })
    .describe('They come in again, with the roles and keys that they had.'),
  KeyRequested: z
    .strictObject(keyTerms)
    .describe('An admin asks for a key that writes; it opens nothing until somebody else has approved it.'),
  KeyApproved: z
    .strictObject({ ...keyTerms, ...approval })
    .describe('A program may come in with the key and do what its scopes name.'),
  KeyIssued: z
    .strictObject(keyTerms)
    .describe('A program may come in with the key, which only reads; for that one admin is enough.'),
  KeyDeclined: z.strictObject({ principal, key, ...refusal }).describe('A key was not issued.'),
  KeyRevoked: z.strictObject({ principal, key, reason, revokedBy: id }).describe('The key opens nothing any more.'),
};
