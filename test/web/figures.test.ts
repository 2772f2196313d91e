import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

/** Five past midnight, by which everything here is recorded. */
const NOW = BigInt(Date.parse('2027-01-02T00:05:00Z')) * 1000n;

let web: Web;
beforeAll(async () => {
  if (!HAS_BROWSER) return;
  web = await serveWeb(undefined, () => NOW);
  const deal = { source: 'crm', closedOn: '2026-06-20' };
  const recorded = [
    { ...deal, deal: 'LARGE', owner: 'ada', amount: '123456789012.34', currency: 'USD', attributes: { type: 'new' } },
    { ...deal, deal: 'YEN', closedOn: '2026-07-20', owner: 'dev', amount: '123456789012', currency: 'JPY' },
  ];
  for (const each of recorded)
    expect(await web.call('ops:olga', 'POST', '/v1/deals', each)).toMatchObject({ status: 201 });
  const why = { reason: 'Agreed.', evidence: ['Mail'] };
  const asked = { exception: 'adjustment', participant: 'ema', period: '2026-Q2', amount: '1000' };
  const exceptions = [
    { ...asked, ...why, expires: '2027-01-12' },
    { ...asked, ...why, name: 'another' },
  ];
  for (const each of exceptions) {
    expect(await web.call('ops:olga', 'POST', '/v1/exceptions', each)).toMatchObject({ status: 201 });
  }
  const request = `/v1/requests/${encodeURIComponent('exception/ema.adjustment-2026-Q2')}/approve`;
  expect(await web.call('finance:fred', 'POST', request, {})).toMatchObject({ status: 201 });
});

test('an amount has the decimals of its currency, and none is cut off', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/deals?sort=-amount', width: 1024 });
  const cells = page.getByRole('cell', { name: /^123,456,789,012/ });
  await expect.poll(() => cells.allTextContents()).toEqual(['123,456,789,012.34USD', '123,456,789,012JPY']);
  const isCut = await cells.evaluateAll((found) => found.some((cell) => cell.scrollWidth > cell.clientWidth));
  expect(isCut).toBe(false);
});

test('whoever is far above the last rate still sees the bands, each with its bound', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('rep:ada', { at: '/me?period=2026-Q2', width: 400 });
  const card = page.getByRole('region', { name: 'New business' });
  // 123,456,789,012.34 and what she had before, of 600,000.
  await card.getByText(/ · 20,576,\d{3}(?:\.\d+)?%$/).waitFor();
  const bounds = await Promise.all(
    ['100%', '130%'].map((bound) => card.getByText(bound, { exact: true }).boundingBox()),
  );
  const [first, second] = bounds;
  expect((first?.x ?? 0) + (first?.width ?? 0)).toBeLessThan(second?.x ?? 0);
});

test('five past midnight is 00:05', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/audit?deal=crm.LARGE' });
  await page.getByText('Jan 2, 2027, 00:05 UTC').first().waitFor();
});

test.each([
  ['/close/2026-Q2', 'better before'],
  ['/exceptions', 'Ending soon'],
])('what stands out on %s can be read by everybody', async (at, badge) => {
  if (!HAS_BROWSER) return;
  await holdsForEverybody(web, 'ops:olga', at, (page) => page.getByText(badge, { exact: true }).first().waitFor());
});

test('the close names people as they are called, and a request with its article', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/close/2026-Q2' });
  await page.getByRole('link', { name: 'Ema Novak' }).waitFor();
  await page.getByText('Waits for a decision', { exact: false }).waitFor();
});

test('a correction is said once to be of its period and component', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('rep:chloe', { at: '/me?period=2026-Q2' });
  await page.getByText(/^Correction of 2026-Q1, new-business: -12,976\.66 USD\./).waitFor();
});

test('what a request and an event say is written as people read it', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/requests' });
  await page.getByRole('link', { name: 'adjustment of ema: 1000 in 2026-Q2' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'adjustment of ema: 1,000 in 2026-Q2' }).waitFor();
  await page.goto(`${web.address}/audit?deal=crm.LARGE`);
  await page.getByText('crm.LARGE 123,456,789,012.34 USD, closed Jun 20, 2026').waitFor();
});

test('a freeze that is refused for one thing says which', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/close/2026-Q2' });
  await page.getByRole('button', { name: 'Ask for the freeze' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ask for the freeze' }).click();
  await dialog.getByRole('alert').getByText('adjustment of ema').waitFor();
});

test('a payout is looked for by its state among all of a period, and what is taken along is what one sees', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('finance:fred', { at: '/payouts?period=2026-Q1&state=paid' });
  await page.getByText('Nobody has money in this state in 2026-Q1').waitFor();
  await page.getByRole('combobox', { name: 'State' }).selectOption('frozen');
  await page.getByRole('cell', { name: 'Ada Berg' }).waitFor();
  const asked = page.waitForRequest((request) => request.url().includes('state=frozen'));
  await page.getByRole('button', { name: 'Export CSV' }).click();
  await asked;
});

test('who sees the facts otherwise is named to others, and the sentence about it ends once', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const shares = [
    { participant: 'chloe', share: '0.5' },
    { participant: 'ben', share: '0.5' },
  ];
  const splits = [{ source: 'crm', deal: 'OP-1394', shares }];
  const about = { participant: 'chloe', period: '2026-Q2', line: 'crm.OP-1394', says: 'We shared it.' };
  const asked = await web.call('rep:chloe', 'POST', '/v1/queries', { ...about, facts: { deals: [], splits } });
  expect(asked).toMatchObject({ status: 201 });
  const page = await web.page('ops:olga', { at: `/queries/${String(asked.query)}` });
  const both = page.getByRole('region', { name: 'Both calculations' });
  await both.getByText('As chloe sees it').waitFor();
  await both.getByText(/As it was told here\.$/).waitFor();
});

test('the handover on paper says of which ledger it is, and has nothing to press', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('finance:fred', { at: '/handover' });
  await page.getByRole('navigation', { name: 'Parts of the pack' }).waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('navigation', { name: 'Parts of the pack' }).waitFor({ state: 'detached' });
  await page.getByText(/^Ledger halden, as of position \d+/).waitFor();
  expect(await page.getByRole('button', { name: 'Print' }).count()).toBe(0);
});

test('a deal that nobody has closed is told in words, line by line', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('rep:finn', { at: '/what-if' });
  await page.getByRole('textbox', { name: 'Amount' }).fill('50000');
  await page.getByRole('button', { name: 'Calculate' }).click();
  await page
    .locator('summary')
    .filter({ hasText: /USD for this deal: Expansion/ })
    .first()
    .waitFor();
});

test('where more people have a statement than are shown before a freeze, the page says so', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('finance:fred', { at: '/requests' });
  await page.route(/\/v1\/periods\/2026-Q1\/statements\?/, (route) =>
    route.continue({ url: route.request().url().replace('limit=500', 'limit=2') }),
  );
  await page.getByRole('link', { name: 'Close board' }).click();
  await page.getByRole('link', { name: '2026-Q1' }).click();
  await page.getByText('Those are the first 2.').waitFor();
  await page.getByRole('link', { name: 'All of them' }).click();
  await page.getByRole('cell', { name: 'Finn Dahl' }).waitFor();
});
