import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

const METRIC = `metric: renewals
title: Renewals
counts: has(deal.type) && deal.type == "renewal"
amount: deal.amount
from: 2026-01-01
reason: Renewals are counted from this year on.
`;

describe('a definition as it is typed', () => {
  test('says what is wrong where it is, keeps what was typed, and waits for somebody else once it is proposed', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/definitions/new?kind=metric' });
    const text = page.getByRole('textbox', { name: 'Metric' });
    const propose = page.getByRole('button', { name: 'Propose' });
    const wrong = METRIC.replace('==', '=').replace('amount: deal.amount', 'amount: deal.amount * 0.5');
    await text.fill(wrong);
    await page.getByText('2 things are wrong.').waitFor();
    await page.getByText('"=" is written twice').waitFor();
    expect(await propose.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Line 4, column 9' }).click();
    const caret = await text.evaluate((field) => (field as unknown as { selectionStart: number }).selectionStart);
    expect(wrong.slice(caret)).toMatch(/^deal\.amount \* 0\.5/);
    expect(await text.inputValue()).toBe(wrong);
    // Nobody is kept in it who goes by keyboard, and a new line begins where the one before did.
    await page.keyboard.press('Tab');
    expect(await text.evaluate((field) => field.matches(':focus'))).toBe(false);
    await text.fill(METRIC);
    await page.getByText('metric/renewals@1 would wait for approval.').waitFor();
    await propose.click();
    await page.getByText('It waits for approval').waitFor();
    await page.getByRole('link', { name: 'metric/renewals@1' }).click();
    await page.getByText('Renewals are counted from this year on.').waitFor();
  });

  test('runs the worked cases that a plan carries', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'ops:olga', '/definitions/new?kind=plan', async (page) => {
      const text = page.getByRole('textbox', { name: 'Plan' });
      const begun = await text.inputValue();
      await text.fill(begun.replace(/total: [0-9.]+/, 'total: 10500.00'));
      await page.getByText('0 passed, 1 failed').waitFor();
      await page.getByText('10,500.00').waitFor();
      await page.getByText('10,400.00').waitFor();
      await page.getByText('Its worked cases fail').waitFor();
    });
  });
});
