import { browserSignIn, byIssuer } from '@ledger/api';
import { grantFirstRole, principalByIdentity } from '@ledger/application';
import { expect, test } from 'vitest';
import { AUDIENCE, makeProvider } from '../api/provided.ts';
import { sound } from '../support/company.ts';
import { HAS_BROWSER, NO_BROWSER, serveWeb } from './given.ts';

test('people sign in with the identity provider and come back to where they were; what the log does not know is refused', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const provider = await makeProvider();
  const issuer = { issuer: provider.issuer, audience: AUDIENCE, clientId: 'web' };
  const web = await serveWeb(async (ledger) => {
    const first = { principal: 'ada', role: 'admin', reason: 'The ledger goes into service.' };
    const identity = { issuer: provider.issuer, subject: 'ada@halden.example' };
    const console = { actor: { id: 'root', role: 'admin' }, atConsole: true };
    sound(await grantFirstRole(ledger, { ...first, identity }, console));
    return {
      ledger: { ...ledger, demo: false },
      signIn: browserSignIn(issuer),
      authenticators: [byIssuer(issuer, (found) => principalByIdentity(ledger, found))],
    };
  });
  const page = await web.page(undefined, { at: '/periods?asOf=100', also: provider.issuer });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByPlaceholder('Enter any login').fill('ada@halden.example');
  await page.getByPlaceholder('and password').fill('of the test');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Ada Berg, admin').waitFor();
  expect(page.url()).toBe(`${web.address}/periods?asOf=100`);
  expect(await page.getByLabel('Persona').count()).toBe(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
});
