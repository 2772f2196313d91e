import { expect, test } from 'vitest';
import { HAS_BROWSER, NO_BROWSER, serveWeb, type Web } from './given.ts';

const web: Web = await serveWeb();

test('without a network the page stays, with what was typed, and goes on when there is one again', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const asked = { participant: 'ada', period: '2026-Q2', line: 'total', says: 'Is this all?' };
  const { query } = await web.call('rep:ada', 'POST', '/v1/queries', asked);
  const page = await web.page('rep:ada', {
    at: `/my-queries/${String(query)}`,
    tells: /The connection is broken/,
  });
  const message = page.getByLabel('Your message');
  await message.fill('It is kept.');
  await page.route('**/*', (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('What you typed is kept: try again when it is back.').waitFor();
  expect(await message.inputValue()).toBe('It is kept.');
  // The code of another screen cannot come.
  await page.getByRole('link', { name: 'My plan' }).click();
  await page.getByRole('alert').getByText('The ledger does not answer').waitFor();
  await page.unroute('**/*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'My plan', level: 1 }).waitFor();
});

test('what a proxy answers whose servers are away is no answer of the ledger', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/deals' });
  await page
    .getByRole('link', { name: /^crm\.OP-/ })
    .first()
    .waitFor();
  await page.route('**/v1/**', (route) => route.fulfill({ status: 502, headers: { 'content-length': '0' }, body: '' }));
  for (const screen of ['Approvals', 'Exceptions']) {
    await page.getByRole('link', { name: screen }).click();
    await page.getByRole('heading', { name: screen, level: 1 }).waitFor();
    await page.getByRole('alert').getByText('The ledger does not answer').waitFor();
  }
});

test('what was recorded and not answered in time is not recorded again by whoever tries again', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const asked = { participant: 'ada', period: '2026-Q2', line: 'crm.OP-1307', says: 'Is this all, too?' };
  const { query } = await web.call('rep:ada', 'POST', '/v1/queries', asked);
  const page = await web.page('rep:ada', { at: `/my-queries/${String(query)}` });
  await page.getByLabel('Your message').fill('Said once.');
  const away = {
    title: 'Service Unavailable',
    status: 503,
    code: 'store_unavailable',
    detail: 'The log does not answer.',
  };
  await page.route('**/messages', async (route) => {
    await route.fetch();
    const body = JSON.stringify({ type: 'about:blank', ...away, requestId: '' });
    await route.fulfill({ status: 503, contentType: 'application/problem+json', body });
  });
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('alert').getByText('The ledger is busy').waitFor();
  await page.unroute('**/messages');
  const answered = page.waitForResponse('**/messages');
  await page.getByRole('button', { name: 'Send' }).click();
  expect((await answered).status()).toBe(201);
  const said = await web.call('rep:ada', 'GET', `/v1/queries/${String(query)}`);
  expect(JSON.stringify(said).split('Said once.').length - 1).toBe(1);
});
