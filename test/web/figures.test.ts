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
    { ...deal, deal: 'YEN', owner: 'dev', amount: '123456789012', currency: 'JPY' },
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
