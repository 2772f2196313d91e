import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

/** A question of Chloe's, asked as a program asks it. */
async function asked(says: string): Promise<string> {
  const about = { participant: 'chloe', period: '2026-Q2', line: 'new-business/crm.OP-1396' };
  return String((await web.call('rep:chloe', 'POST', '/v1/queries', { ...about, says })).query);
}

test('two people on one thread see each other write; the desk assigns it and resolves it', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const query = await asked('Is this the right band?');
  const rep = await web.page('rep:chloe', { at: `/my-queries/${query}` });
  await rep.getByText('Live: answers appear here').waitFor();
  const desk = await web.page('ops:olga', { at: '/queries' });
  await desk.getByRole('link', { name: 'Is this the right band?' }).click();
  await desk.getByRole('button', { name: 'Assign' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
  await rep.getByText('olga answers this now.').waitFor();
  await rep.getByRole('textbox', { name: 'Your message' }).fill('Take your time.');
  await rep.getByRole('button', { name: 'Send' }).click();
  await desk.getByText('Take your time.').waitFor();
  await desk.getByRole('button', { name: 'Resolve' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  // What is missing is said at its field, and the form stays.
  await desk.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('It is: the quarter was below quota.');
  await desk.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
  await rep.getByText('It is: the quarter was below quota.').first().waitFor();
  expect(await rep.getByText('Take your time.').count()).toBe(1);
});

test.for([
  ['/queries', 'Query desk'],
  ['/requests?state=all', 'Approvals'],
])('%s can be used by everybody', async ([at = '', title = ''], context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  await holdsForEverybody(web, 'ops:olga', at, async (page) => {
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
  });
});
