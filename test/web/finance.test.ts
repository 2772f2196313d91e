import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, violations, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

const cell = (page: Page, text: string | RegExp) => page.getByRole('cell', { name: text }).first();

describe('finance', () => {
  test('moves along the log: figures are those of then, and the page says so', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/payouts' });
    await cell(page, /60,061\.62/).waitFor();
    await page.getByLabel('Moments of the log').selectOption({ label: 'Before the freeze of 2026-Q1' });
    await page.getByText('You look at what was known as of position 320').waitFor();
    await cell(page, 'open').waitFor();
    const slider = page.getByRole('slider', { name: 'Position of the log' });
    await slider.press('Home');
    await page.getByText('You look at what was known as of position 1 of the log').waitFor();
    await page.getByText('No period was open then').waitFor();
    expect(new URL(page.url()).searchParams.get('asOf')).toBe('1');
    await slider.press('End');
    await cell(page, /60,061\.62/).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('sees why a correction came: the event between two moments, and the life of the payout', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/payouts/compare?from=593&to=594&period=2026-Q2' });
    const changed = page.getByRole('button', { name: /^chloe, 2026-Q2/ });
    await changed.waitFor();
    expect(await changed.textContent()).toContain('−12,976.66');
    await changed.click();
    await page.getByText('Deal crm.OP-2002 was cancelled on May 8, 2026').waitFor();
    await page.getByRole('link', { name: 'The whole life of this payout' }).click();
    await page.getByRole('heading', { name: 'chloe, 2026-Q2' }).waitFor();
    await page.getByRole('region', { name: 'deals' }).getByText('crm.OP-2002, cancelled on May 8, 2026').waitFor();
  });

  test('takes what it sees along as a table, which says of which position it speaks', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/payouts?period=2026-Q1&asOf=400' });
    await cell(page, /40,993\.14/).waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('payouts-2026-Q1-as-of-400.csv');
    let text = '';
    for await (const part of await saved.createReadStream()) text += String(part);
    expect(text.startsWith('\ufeffperiod,')).toBe(true);
    expect(text).toContain('\r\n2026-Q1,ben,USD,40993.14,payable,,,,400\r\n');
  });

  test('adds up costs by plan, as a drawing that says what it shows and as a table', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/cost' });
    await cell(page, '390,346.34').waitFor();
    await page.getByText('By plan').click();
    await page.getByRole('table', { name: 'Cost by plan in USD' }).waitFor();
    await cell(page, '339,820.30').waitFor();
    const drawing = page.getByRole('img', { name: /^Cost by plan in USD.*account-executive: 339,820\.30 accrued/ });
    expect(await drawing.count()).toBe(1);
    await page.getByLabel('Component').selectOption({ label: 'new-business, account-executive, 2026-Q1' });
    await page.getByText('4 people measured').waitFor();
  });
});

describe('an auditor', () => {
  test('finds anything by keyboard alone, and opens an event', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('auditor:auditor', { at: '/verification' });
    await page.getByRole('button', { name: 'Verify now' }).waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('textbox', { name: 'Search' });
    await field.waitFor();
    await page.keyboard.type('op-2001');
    await page.getByRole('option', { name: /Fjordkraft Turbines/i }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/deals\/crm\/OP-2001$/);
    await page
      .getByText(/approved by fred/)
      .first()
      .waitFor();
    await page.goto(`${web.address}/audit?deal=crm.OP-2001`);
    await page.getByRole('button', { name: 'Event 319' }).press('Enter');
    await page.getByRole('dialog').getByText('approved by fred').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('verifies the log, and reads the result with its date', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('auditor:auditor', { at: '/verification' });
    await page.getByRole('button', { name: 'Verify now' }).click();
    const result = page.getByRole('status').filter({ hasText: 'The log is whole' });
    await result.waitFor();
    expect(await result.textContent()).toMatch(/Verified .*, up to position 596\..*596:[0-9a-f]{64}/);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('An earlier digest').fill(`590:${'0'.repeat(64)}`);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not whole' }).waitFor();
  });
});

test('a wrong role sees nothing, neither on the page nor in what the server sends', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('rep:ben', { at: '/statements/2026-Q1/ben' });
  const sent: Promise<string>[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/v1/') && !response.url().endsWith('/sign-in'))
      sent.push(response.text().catch(() => ''));
  });
  const own = page.getByRole('heading', { name: '40,993.14' });
  await own.waitFor();
  await page.reload();
  await own.waitFor();
  await page.goto(`${web.address}/payouts?period=2026-Q1`);
  await page.getByText('This screen is for').waitFor();
  await page.goto(`${web.address}/statements/2026-Q1/ada`);
  await page.getByText('There is no statement here').waitFor();
  expect(await web.call('rep:ben', 'GET', '/v1/handover')).toMatchObject({ code: 'role_forbidden' });
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search' }).fill('chloe');
  await page.getByText('Nothing that you can see fits.').waitFor();
  const all = (await Promise.all(sent)).join('\n');
  expect(all).toContain('40993.14');
  for (const other of ['60061.62', '59881.32', 'Chloe Martin', 'Ada Berg']) expect(all).not.toContain(other);
});

const SCREENS: readonly [as: string, at: string, isThere: (page: Page) => Promise<unknown>][] = [
  ['finance:fred', '/payouts?asOf=590', (page) => cell(page, /60,061\.62/).waitFor()],
  [
    'finance:fred',
    '/payouts/compare?from=593&to=594',
    (page) => page.getByRole('button', { name: /^chloe/ }).waitFor(),
  ],
  ['finance:fred', '/cost', (page) => page.getByRole('img', { name: /^Attainment/ }).waitFor()],
  ['auditor:auditor', '/audit?deal=crm.OP-2001&text=op-2001', (page) => page.getByText('3 events').waitFor()],
  ['auditor:auditor', '/audit/payouts/2026-Q1/finn', (page) => page.getByRole('region', { name: 'deals' }).waitFor()],
  ['auditor:ann', '/verification', (page) => page.getByText('You have not verified').waitFor()],
  [
    'finance:fred',
    '/handover',
    async (page) => {
      await page.getByText('was computed again').first().waitFor();
      await page.getByRole('button', { name: /^New business.*version 1 of 1 applies/ }).waitFor();
      await page.getByRole('heading', { name: 'Rules' }).waitFor();
    },
  ],
];

for (const [as, at, isThere] of SCREENS) {
  test(`${at} can be used by everybody: screen readers, both themes, small screens`, async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, as, at, isThere);
  });
}
