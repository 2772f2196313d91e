import { browserSignIn, byIssuer } from '@ledger/api';
import { grantFirstRole, principalByIdentity } from '@ledger/application';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { AUDIENCE, makeProvider, type TestProvider } from '../api/provided.ts';
import { sound } from '../support/company.ts';
import { HAS_BROWSER, NO_BROWSER, serveWeb, type Web } from './given.ts';

async function signIn(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByPlaceholder('Enter any login').fill(login);
  await page.getByPlaceholder('and password').fill('of the test');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** A ledger that only the provider signs in to, and that knows one person. */
async function signedInHere(): Promise<{ readonly web: Web; readonly provider: TestProvider }> {
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
  return { web, provider };
}

test('people sign in with the identity provider and come back to where they were; what the log does not know is refused', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const { web, provider } = await signedInHere();
  const page = await web.page(undefined, { at: '/periods?asOf=100', also: provider.issuer });
  await signIn(page, 'ada@halden.example');
  await page.getByText('Ada Berg, admin').waitFor();
  expect(page.url()).toBe(`${web.address}/periods?asOf=100`);
  expect(await page.getByLabel('Persona').count()).toBe(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
});

test('whoever is signed out keeps what was typed, and goes on when they have signed in in another tab', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const { web, provider } = await signedInHere();
  const page = await web.page(undefined, { at: '/access', also: provider.issuer });
  await signIn(page, 'ada@halden.example');
  await page.getByRole('button', { name: 'Register somebody' }).click();
  const dialog = page.getByRole('dialog', { name: 'Register somebody' });
  const field = (label: string) => dialog.getByLabel(label, { exact: false }).first();
  await field('Id').fill('nia');
  await field('Identity provider').fill('https://login.halden.example');
  await field('Who they are there').fill('5e21');
  // When the time of the token is over, as the API says it.
  const said = {
    title: 'Unauthorized',
    status: 401,
    code: 'token_invalid',
    detail: 'The token is refused: its time is over.',
  };
  const over = {
    status: 401,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', ...said, requestId: '' }),
  };
  await page.route('**/v1/**', (route) => route.fulfill(over));
  await dialog.getByRole('button', { name: 'Register somebody' }).click();
  await page.getByText('Your sign-in has run out').waitFor();
  expect(await field('Id').inputValue()).toBe('nia');
  await page.unroute('**/v1/**');
  const other = await web.page(undefined, { also: provider.issuer });
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('button', { name: 'Continue' }).click();
  await other.getByText('Ada Berg, admin').waitFor();
  await page.getByText('Your sign-in has run out').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Register somebody' }).click();
  await page.getByRole('heading', { name: 'Access of nia' }).waitFor();
});

test('whoever the provider knows and the ledger does not is told so', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const { web, provider } = await signedInHere();
  const page = await web.page(undefined, { also: provider.issuer });
  await signIn(page, 'stranger@halden.example');
  await page.getByText('this ledger does not let you in').waitFor();
});
