import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, NO_BROWSER, serveWeb, violations, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

const LINE = 'new-business/crm.OP-1307';
const ASK = `/ask?participant=ada&period=2026-Q2&line=${encodeURIComponent(LINE)}`;

/** A write of somebody who is not in front of a browser. */
async function write(as: string, path: string, body: unknown): Promise<number> {
  return (await web.call(as, 'POST', path, body)).status;
}

/** Nothing is wrong with the page as it stands, in either theme, and nothing of it is wider than the window. */
async function holds(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${page.url()}, ${colorScheme}`).toEqual([]);
  }
  const { width = 0 } = page.viewportSize() ?? {};
  expect(await page.evaluate<number>('document.documentElement.scrollWidth'), page.url()).toBeLessThanOrEqual(width);
}

const ASKED_OF_API =
  "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/v1/'))";

const SMALL = 360;
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

describe('a rep', () => {
  test('sees what is paid and how far the next rate is, opens a line by keyboard and asks about it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:ada', { at: '/me?period=2026-Q2', width: SMALL });
    await page.getByRole('heading', { name: 'My statement' }).waitFor();
    await page.getByRole('heading', { name: '45,584.87' }).waitFor();
    const card = section(page, 'New business');
    await card.getByText('58,662.57').waitFor();
    // What was asked for while the application was being loaded is all that it needs, and is not asked for again.
    const asked = await page.evaluate<readonly string[]>(ASKED_OF_API);
    const sheet = '/v1/periods/2026-Q2/statements/ada';
    const needed = ['/v1/me', '/v1/periods', sheet, `${sheet}/standing`, '/v1/sign-in'];
    expect(
      asked
        .slice(0, needed.length)
        .map((address) => new URL(address).pathname)
        .sort(),
    ).toEqual(needed);
    expect(await card.getByText('Reaching it is worth').textContent()).toMatch(/4,693\.01\s*USD/);
    expect(await card.getByRole('img').getAttribute('aria-label')).toContain('12% from 100%');

    await holds(page);
    await section(page, 'Lines of New business').getByRole('button', { name: 'Show all 40 lines' }).press('Enter');
    const line = page.locator('summary', { hasText: 'crm.OP-1307' });
    await line.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Deal crm.OP-1307 with Ostrava Air: 14,044.17 EUR').waitFor();
    for (let at = 0; at < 12; at += 1) {
      await page.keyboard.press('Tab');
      if (
        await page
          .locator(':focus')
          .evaluateAll((focused) => focused.some((each) => each.textContent === 'Ask about this line'))
      )
        break;
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ask about a line' }).waitFor();
    expect(new URL(page.url()).searchParams.get('line')).toBe(LINE);
  });

  test('asks with facts of their own, has both calculations, and reads the answer of ops as it is written', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:ada', { at: ASK, width: SMALL });
    await page.getByLabel('What do you want to know?').fill('The contract says 20,000 <b>EUR</b>.');
    await page.getByLabel('I see the facts otherwise').check();
    await holds(page);
    // What does not read is refused with its reason, and what was typed stays.
    await page.getByLabel('Amount of the deal').fill('20,000');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByText('a decimal comma; write 20000 or 20.000').waitFor();
    expect(await page.getByLabel('What do you want to know?').inputValue()).toBe(
      'The contract says 20,000 <b>EUR</b>.',
    );
    await page.getByLabel('Amount of the deal').fill('20000');
    await page.getByRole('button', { name: 'Ask' }).click();

    await page.getByRole('heading', { name: /^Query ada\.\d+$/ }).waitFor();
    const query = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    // Words of people are words.
    await page.getByText('The contract says 20,000 <b>EUR</b>.').waitFor();
    const both = section(page, 'Both calculations');
    await both.getByText('As you see it: 1,740.80').waitFor();
    expect(await both.textContent()).toMatch(/As the ledger has it: 1,222\.40\s*USD/);
    expect(await both.textContent()).toMatch(/The difference is \+518\.40\s*USD/);
    await page.getByText('Live: answers appear here').waitFor();
    await holds(page);

    const desk = await web.page('ops:olga', { at: `/my-queries/${query}` });
    await desk.getByLabel('Your message').fill('The order form is on its way to us.');
    await desk.getByRole('button', { name: 'Send' }).click();
    const thread = page.getByRole('log', { name: 'Thread' });
    await thread.getByText('The order form is on its way to us.').waitFor();
    // And back: the desk sees what the rep writes.
    await page.getByLabel('Your message').fill('Thank you.');
    await page.getByRole('button', { name: 'Send' }).click();
    await desk.getByRole('log').getByText('Thank you.').waitFor();
    expect(await page.getByLabel('Your message').inputValue()).toBe('');
    const reason = 'The order form says 14,044.17 EUR';
    expect(await write('ops:olga', `/v1/queries/${query}/resolution`, { reason })).toBe(201);
    await page.getByText('Decided').waitFor();
    await page.getByLabel('Why should it be opened again?').waitFor();

    await page.goto(`${web.address}/my-queries`);
    await page.getByRole('row', { name: /The contract says/ }).waitFor();
    await holds(page);

    // What is not there is never connected to.
    const unknown = await web.page('rep:ada', { at: '/my-queries/ada.999' });
    await unknown.getByRole('alert').waitFor();
    expect(await unknown.getByText('Connecting').count()).toBe(0);
    // Nobody else's.
    const other = await web.page('rep:ben', { at: `/my-queries/${query}` });
    await other.getByRole('alert').waitFor();
    expect(await other.getByText('The order form').count()).toBe(0);
  });

  test('keeps a frozen statement as PDF, CSV and JSON, and sees that it is history', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:ada', { at: '/me?period=2026-Q1' });
    await page.getByText('Frozen on').waitFor();
    await holds(page);
    const digest = /[0-9a-f]{64}/.exec((await page.getByText('SHA-256').textContent()) ?? '')?.[0] ?? 'none';
    for (const [format, begins] of [
      ['PDF', '%PDF-'],
      // With the mark by which a spreadsheet on Windows knows UTF-8, as latin1 has it.
      ['CSV', '\u00ef\u00bb\u00bfline,kind,'],
      ['JSON', `{"asOf":`],
    ] as const) {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: format, exact: true }).click(),
      ]);
      const text = await readFile(await file.path(), 'latin1');
      expect(text.startsWith(begins) || text.includes(digest), format).toBe(true);
      expect(file.suggestedFilename()).toMatch(/^statement-ada-2026-Q1.*\.(pdf|csv|json)$/);
    }
    // On paper it is whole, and light, with nothing around it.
    expect(await page.locator('summary').count()).toBeLessThan(52);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect.poll(() => page.locator('summary').count()).toBe(52);
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light');
    // Whose it is stands on it, too.
    const heading = page.getByRole('heading', { name: 'Statement of Ada Berg (ada)' });
    expect((await heading.boundingBox())?.x).toBeLessThan(50);
    await page.getByText(/^Jan 1, 2026 to Mar 31, 2026, ledger halden, as of position \d+$/).waitFor();
  });

  test('sees their statement move when a deal is recorded while they look', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:dev', { at: '/me?period=2026-Q2', width: SMALL });
    await page.getByRole('heading', { name: '34,976.05' }).waitFor();
    await page.getByText('kept up to date while you look').waitFor();
    const deal = {
      source: 'crm',
      deal: 'OP-9001',
      owner: 'dev',
      amount: '10000',
      currency: 'USD',
      closedOn: '2026-06-20',
    };
    expect(await write('ops:olga', '/v1/deals', { ...deal, attributes: { type: 'new' } })).toBe(201);
    // Above quota since long: 12 % of 10,000.
    await page.getByRole('heading', { name: '36,176.05' }).waitFor();
  });

  test('is told what a deal would bring, and why a number is another one', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:ben', { at: '/what-if', width: SMALL });
    await page.getByRole('combobox', { name: 'It is like' }).waitFor();
    await page.getByLabel('Amount').fill('a lot');
    await page.getByRole('button', { name: 'Calculate' }).click();
    await page.getByText('"a lot" is not a number').waitFor();
    expect(await page.getByLabel('Amount').inputValue()).toBe('a lot');
    await page.getByLabel('Amount').fill('100000');
    await page.getByRole('button', { name: 'Calculate' }).click();
    const would = section(page, '2026-Q2');
    await would.getByRole('heading').waitFor();
    await would.locator('summary').first().click();
    expect(await would.textContent()).toMatch(/for this deal: .*This deal: 100,000.00 /);
    expect(await would.textContent()).not.toContain('what-if');
    await holds(page);
    await page.goto(`${web.address}/why?period=2026-Q2&from=540`);
    const moved = page.getByRole('table', { name: 'What moved 2026-Q2' });
    await moved.waitFor();
    const cents = (await moved.getByRole('cell').allTextContents()).flatMap((text) => {
      const [, amount] = /^([+−]?[\d,]+\.\d\d)USD$/.exec(text) ?? [];
      return amount === undefined ? [] : [Number(amount.replace('−', '-').replaceAll(/[,.]/g, ''))];
    });
    const together = (await moved.getByRole('row').last().textContent()) ?? '';
    expect(cents.length).toBeGreaterThan(3);
    expect(Number(together.replaceAll(/\D/g, ''))).toBe(cents.reduce((sum, each) => sum + each, 0));
    await holds(page);
  });

  test('reads their plan in sentences, in what versions differ, and says that they have read it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('rep:dev', { at: '/my-plan', width: SMALL });
    await page.getByText('From 130% of the target: 15% of New business.').first().waitFor();
    await section(page, 'What version 2 changes').locator('del', { hasText: 'From 150%' }).first().waitFor();
    await holds(page);
    await page.getByRole('button', { name: 'I have read version 2' }).click();
    await page.getByText('acknowledged', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'I have read version 2' }).count()).toBe(0);
  });
});

describe('a manager', () => {
  test('sees who is behind and who is near a higher rate, and opens their statements', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('manager:mo', { at: '/team?period=2026-Q2' });
    // Where more people are seen than are sorted, they are there unsorted again.
    const many = {
      title: 'Bad Request',
      status: 400,
      code: 'parameter_invalid',
      detail: 'People are too many to be sorted.',
    };
    const body = JSON.stringify({ type: 'about:blank', ...many, requestId: '' });
    await page.route('**/team?*sort=*', (route) =>
      route.fulfill({ status: 400, contentType: 'application/problem+json', body }),
    );
    await page.getByRole('columnheader', { name: 'Pay' }).getByRole('button').click();
    await page.getByText('too many to be sorted').waitFor();
    await page.getByRole('button', { name: 'Show it unsorted' }).click();
    await page.getByRole('columnheader', { name: 'Pay' }).waitFor();
    await page.unroute('**/team?*sort=*');
    const ada = page.getByRole('row', { name: /Ada Berg/ });
    await ada.waitFor();
    expect(await ada.textContent()).toMatch(/behind.*near a higher rate/);
    await holds(page);
    await ada.getByRole('link', { name: 'Ada Berg' }).click();
    await page.getByRole('heading', { name: 'Statement of ada' }).waitFor();
  });
});
