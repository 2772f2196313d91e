import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

/** A question of Chloe's, asked as a program asks it. */
async function asked(says: string): Promise<string> {
  const response = await fetch(`${web.address}/v1/queries`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer demo:rep:chloe',
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ participant: 'chloe', period: '2026-Q2', line: 'new-business/crm.OP-1396', says }),
  });
  const { query } = (await response.json()) as { readonly query: string };
  return query;
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

test('a deal is found, and a split asked for from it waits for somebody else', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('manager:mo', { at: '/deals' });
  await page.getByRole('textbox', { name: 'Search' }).fill('OP-1347');
  await page.getByRole('link', { name: 'crm.OP-1347' }).click();
  await page.getByRole('button', { name: 'Ask for a split' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: 'Shares' }).fill('ben 0.6\nada 0.5');
  await form.getByRole('textbox', { name: 'Reason' }).fill('Ada ran the evaluation');
  await form.getByRole('textbox', { name: 'Evidence' }).fill('Call notes');
  await form.getByRole('button', { name: 'Ask for a split' }).click();
  await form.getByText('The shares add up to 110 %').waitFor({ timeout: 8_000 });
  await form.getByRole('textbox', { name: 'Shares' }).fill('ben 0.6\nada 0.4');
  await form.getByRole('button', { name: 'Ask for a split' }).click();
  await form.waitFor({ state: 'detached' });
  const finance = await web.page('finance:fred', { at: '/requests' });
  await finance.getByText('split of crm.OP-1347: ben 0.6, ada 0.4').waitFor();
});

test('a file of deals is looked at before it is imported, and what is wrong in it is said by row', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/import' });
  const head = 'deal_id,rep_id,amount,currency,closed_on\n';
  const give = async (rows: string) => {
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'File' }).click();
    const buffer = Buffer.from(head + rows);
    await (await chosen).setFiles({ name: 'deals.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Dry run' }).click();
  };
  await give('W-1,ada,12.50.0,USD,2026-06-30\n');
  await page
    .getByRole('alert')
    .getByText(/amount/)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  await give('W-1,ada,12500.00,USD,2026-06-30\n');
  await page.getByText('This would be recorded; nothing is yet').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Recorded', { exact: true }).waitFor();
  const found = await fetch(`${web.address}/v1/deals/csv/W-1`, { headers: { authorization: 'Bearer demo:ops:olga' } });
  expect(await found.json()).toMatchObject({ deal: { amount: '12500.00', owner: 'ada' } });
});

test.for([
  ['/queries', 'Query desk'],
  ['/exceptions?money=true', 'Exceptions'],
  ['/requests?state=all', 'Approvals'],
  ['/deals', 'Deals'],
  ['/deals/crm/OP-2001', 'Deal crm.OP-2001'],
  ['/import', 'Import deals'],
])('%s can be used by everybody', async ([at = '', title = ''], context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  await holdsForEverybody(web, 'ops:olga', at, async (page) => {
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
  });
});
