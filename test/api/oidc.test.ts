import { generateKeyPairSync } from 'node:crypto';
import { byIssuer } from '@ledger/api';
import { changeAccess, grantFirstRole, principalByIdentity } from '@ledger/application';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { makeCompany, sound } from '../support/company.ts';
import { type Api, codeOf, makeApi } from './given.ts';
import { AUDIENCE, makeProvider } from './provided.ts';

const CONSOLE = { actor: { id: 'root', role: 'admin' }, atConsole: true };

async function makeSignedIn(issuer: string): Promise<Api> {
  const made = await makeCompany();
  const admin = { principal: 'chloe', role: 'admin', reason: 'The ledger goes into service.' };
  sound(await grantFirstRole(made.ledger, { ...admin, identity: { issuer, subject: 'chloe' } }, CONSOLE));
  const authenticator = byIssuer({ issuer, audience: AUDIENCE }, (identity) =>
    principalByIdentity(made.ledger, identity),
  );
  return makeApi({ made, authenticators: [authenticator] });
}

const me = (api: Api, token: string) => api.call('GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } });

test('whoever the ledger knows comes in by the token of a real provider, in the roles that the log gives them', async () => {
  const provider = await makeProvider();
  const api = await makeSignedIn(provider.issuer);
  const token = await provider.tokenFor('chloe');
  expect(await me(api, token)).toMatchObject({ status: 200, body: { id: 'chloe', roles: ['admin'] } });
  expect(codeOf(await me(api, await provider.tokenFor('stranger')))).toBe('401 unauthenticated');
  // Taken away, it is gone for the token that was given before.
  const disable = { type: 'DisablePrincipal', principal: 'chloe', reason: 'Left the company' } as const;
  sound(await changeAccess(api.ledger, disable, { actor: { id: 'ada', role: 'admin' } }));
  expect(codeOf(await me(api, token))).toBe('401 unauthenticated');
});

test('a token of others, for others, of another time or of nobody is refused', async () => {
  const provider = await makeProvider();
  const { issuer } = provider;
  const api = await makeSignedIn(issuer);
  const { privateKey } = generateKeyPairSync('ed25519');
  const forged = (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT({})
      .setProtectedHeader({ alg })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject('chloe')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);
  const unsigned = new UnsecuredJWT({})
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('chloe')
    .setIssuedAt()
    .setExpirationTime('5m');
  const token = await provider.tokenFor('chloe');
  for (const wrong of [
    await provider.tokenFor('chloe', 'urn:ledger:other'),
    await forged('EdDSA', privateKey),
    await forged('HS256', Buffer.from('a shared secret of thirty-two bytes')),
    unsigned.encode(),
    `${token.slice(0, -4)}AAAA`,
  ]) {
    expect(codeOf(await me(api, wrong))).toBe('401 token_invalid');
  }
});

test('a provider that is down is no reason to say that a token is wrong', async () => {
  const provider = await makeProvider();
  const api = await makeSignedIn(provider.issuer);
  const token = await provider.tokenFor('chloe');
  provider.stop();
  expect(codeOf(await me(api, token))).toBe('503 sign_in_unavailable');
});
