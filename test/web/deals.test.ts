import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
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

test('what is typed filters at once, and a link or the way back changes what the field says', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/deals?text=OP-134' });
  const field = page.getByRole('textbox', { name: 'Search' });
  await page.getByRole('link', { name: 'crm.OP-1347' }).waitFor();
  expect(await field.inputValue()).toBe('OP-134');
  await field.press('End');
  await field.press('7');
  await page.getByRole('link', { name: 'crm.OP-1348' }).waitFor({ state: 'detached' });
  await page.waitForURL(/text=OP-1347$/);
  // A link of the application itself: the page stays, and only its address is another.
  await page.evaluate("history.pushState(null, '', '/deals?text=fjordkraft')");
  await page.getByRole('link', { name: 'crm.OP-2001' }).waitFor();
  expect(await field.inputValue()).toBe('fjordkraft');
  await page.goBack();
  await page.getByRole('link', { name: 'crm.OP-1347' }).waitFor();
  expect(await field.inputValue()).toBe('OP-1347');
});

test('what is wrong with deals stands beside them, and what is in the way of a period leads to the deal', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/deals' });
  await page.getByRole('combobox', { name: 'Findings' }).click();
  await page.getByRole('option', { name: 'credits nobody, or not everybody' }).click();
  await page.getByRole('cell', { name: 'credits nobody' }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await page.getByRole('combobox', { name: 'Findings' }).click();
  await page.getByRole('option', { name: 'deals of 2026-Q1' }).click();
  const found = page.getByRole('region', { name: 'Findings in 2026-Q1' });
  await found.getByText('Deal crm.OP-2004 (7300.00 USD, closed on 2026-03-24) credits nobody').waitFor();
  await found.getByRole('link', { name: 'Look at the deal' }).click();
  await page.getByRole('heading', { name: 'Deal crm.OP-2004' }).waitFor();
});

test.for([
  ['/deals?uncredited=true&findings=2026-Q1', 'Deals'],
  ['/deals/crm/OP-2001', 'Deal crm.OP-2001'],
  ['/import', 'Import deals'],
])('%s can be used by everybody', async ([at = '', title = ''], context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  await holdsForEverybody(web, 'ops:olga', at, async (page) => {
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' });
  });
});
