import { approve } from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, violations, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

describe('definitions', () => {
  test('ops change a metric as a text, finance approves it, and the time line says what is different', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/definitions?text=new-bus' });
    await page.getByRole('link', { name: 'New business', exact: true }).click();
    await page.getByRole('button', { name: 'Propose a new version' }).click();
    const text = page.getByRole('textbox', { name: 'Metric' });
    const propose = page.getByRole('button', { name: 'Propose' });
    // Why it changes is for whoever changes it to say.
    await page.getByText('reason: is empty; write a value.').waitFor();
    const begun = await text.inputValue();
    expect(begun).toContain('counts: deal.type == "new"');
    const right = begun.replace('reason:', 'reason: Renewed deals count from July on.').replace('01-01', '07-01');
    const wrong = right.replace('== "new"', '= "new"').replace('amount: deal.amount', 'amount: deal.amount * 0.5');
    await text.fill(wrong);
    await page.getByText('2 things are wrong.').waitFor();
    await page.getByText('"=" is written twice').waitFor();
    expect(await propose.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Line 4, column 9' }).click();
    const caret = await text.evaluate((field) => (field as unknown as { selectionStart: number }).selectionStart);
    expect(wrong.slice(caret)).toMatch(/^deal\.amount \* 0\.5/);
    expect(await text.inputValue()).toBe(wrong);
    // Nobody is kept in it who goes by keyboard.
    await page.keyboard.press('Tab');
    expect(await text.evaluate((field) => field.matches(':focus'))).toBe(false);
    await text.fill(right.replace('== "new"', '== "new" || deal.type == "renewed"'));
    await page.getByText('metric/new-business@2 would wait for approval.').waitFor();
    // Whoever went away goes on where they were.
    await page.reload();
    await page.getByText('metric/new-business@2 would wait for approval.').waitFor();
    await propose.click();
    await page.getByText('It waits for approval').waitFor();
    await page.getByRole('link', { name: 'metric/new-business@2' }).click();
    await page.getByText('Renewed deals count from July on.').waitFor();

    await page.getByRole('link', { name: 'What it says, and what is different' }).click();
    await page.getByText('not approved').waitFor();
    await page.getByText('waits for approval').waitFor();
    await page.getByRole('heading', { name: 'What is different from version 1' }).waitFor();
    await page.goto(`${web.address}/definitions`);
    await page.getByRole('region', { name: 'Waiting for approval' }).getByText('Renewed deals count').waitFor();
    const approved = await approve(web.ledger, 'metric/new-business@2', { actor: { id: 'fred', role: 'finance' } });
    expect(isProblem(approved)).toBe(false);
    await page.goto(`${web.address}/definitions/metric/new-business`);
    await page.getByRole('heading', { name: 'What is different from version 1' }).waitFor();
    const rows = page.getByRole('table', { name: 'Fields that differ' }).getByRole('row');
    expect(await rows.allInnerTexts()).toEqual([
      'Field\tVersion 1\tVersion 2',
      'First day\tJan 1, 2026\tJul 1, 2026',
      'Counts\tdeal.type == "new"\tdeal.type == "new" || deal.type == "renewed"',
    ]);
    const versions = page.getByRole('region', { name: 'Versions' });
    expect(await versions.getByRole('listitem').count()).toBe(2);
    await versions.getByText('Asked by olga, approved by fred').first().waitFor();
    await versions.getByRole('link', { name: 'Version 1' }).click();
    await page.getByText('It is the first version').waitFor();
  });

  test('a new one of any kind begins with a file in which nothing is wrong', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/definitions/new' });
    for (const [kind, says] of [
      ['Quotas', 'nothing is new'],
      ['Crediting rules', 'crediting/my-rules@1 would wait'],
      ['Jurisdiction', 'jurisdiction/my-place@1 would wait'],
      ['Exchange rates', 'It takes effect at once'],
      ['Approval rules', 'approvals@1 would wait'],
      ['Metric', 'metric/my-metric@1 would wait'],
    ] as const) {
      await page.getByRole('combobox', { name: 'Kind' }).click();
      await page.getByRole('option', { name: kind }).click();
      await page.getByText(says).waitFor();
    }
  });

  test('a new plan runs its worked cases as one types', async (context) => {
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

  test('a plan is read in sentences, by everybody', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'rep:ben', '/definitions/plan/account-executive', async (page) => {
      await page.getByText('From 130% of the target: 15% of New business.').first().waitFor();
      await page.getByText('As a definition file').click();
      await page.getByText('{ from: 130%, pays: 15% }').waitFor();
      for (const name of ['Propose a new version', 'Retire']) {
        expect(await page.getByRole('button', { name }).count()).toBe(0);
      }
      await page.getByText('As a definition file').click();
    });
  });

  test('rates say who recorded which, when and by whose word', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'rep:ben', '/definitions/rates/EURUSD', async (page) => {
      const line = page.getByRole('region', { name: 'Time line' });
      await line.getByText('From 2026').first().waitFor();
      await line.getByText(', by olga').first().waitFor();
    });
  });

  test('a quota says what relieves it; finance ends a plan', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/definitions' });
    await page.getByRole('region', { name: 'Plans' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${web.address}/definitions?kind=quota&text=chloe`);
    await page.getByRole('cell', { name: 'relief' }).waitFor();
    await page.getByRole('link', { name: 'chloe' }).click();
    await page.getByText('100% of the quota of those days').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Search' }).fill('account manager');
    await page.getByRole('option', { name: /^plan Account manager 2026/i }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/definitions\/plan\/account-manager$/);
    await page.getByRole('button', { name: 'Retire' }).click();
    const form = page.getByRole('form', { name: 'Retire' });
    await form.getByLabel('From').fill('2027-01-01');
    await form.getByLabel('Reason').fill('Account managers are under the plan of executives from 2027 on.');
    await form.getByRole('button', { name: 'Retire' }).click();
    await page.getByText('ends Jan 1, 2027').waitFor();
  });
});
