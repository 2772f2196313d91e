import { bound, ProblemError, problem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { HAS_BROWSER, NO_BROWSER, serveWeb, type Web } from './given.ts';

let isAway = false;

/** The demo on a log that is away while it is told to be. */
const web: Web = await serveWeb(async (ledger) => {
  const unless =
    <A extends readonly unknown[], T>(ask: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      if (isAway) throw new ProblemError(problem('store_unavailable', 'The log does not answer.'));
      return ask(...given);
    };
  const { store } = ledger;
  const away = {
    ...bound(store),
    head: unless(() => store.head()),
    read: unless((...given: Parameters<typeof store.read>) => store.read(...given)),
    readAll: unless((...given: Parameters<typeof store.readAll>) => store.readAll(...given)),
    append: unless((...given: Parameters<typeof store.append>) => store.append(...given)),
    appendEach: unless((...given: Parameters<typeof store.appendEach>) => store.appendEach(...given)),
  };
  return { ledger: { ...ledger, store: away } };
});

test('P18: while the log is away every screen says of which position it is, and no longer when the log is back', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('finance:fred', { at: '/cost' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  const bar = page.getByRole('status').filter({ hasText: 'The log does not answer now.' });
  expect(await bar.count()).toBe(0);
  isAway = true;
  await page.getByRole('link', { name: 'Payout history' }).click();
  await bar.waitFor();
  expect(await bar.textContent()).toMatch(/known at position \d+\. Nothing can be recorded/);
  isAway = false;
  await bar.waitFor({ state: 'detached' });
});

test('P18: whoever loads a page anew while the log is away is told so, too, and who one may be', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  isAway = true;
  const page = await web.page('rep:ada', { at: '/me?period=2026-Q2' });
  const bar = page.getByRole('status').filter({ hasText: /The log does not answer now\. .* known at position \d+/ });
  await page.getByRole('heading', { name: 'My statement' }).waitFor();
  await bar.waitFor();
  // Of what only the log can say nothing is shown that had a position.
  const trail = await web.page('auditor:auditor', { at: '/audit' });
  await trail.getByText('The log does not answer now. Nothing can be recorded until it is back.').waitFor();
  expect(await trail.getByRole('combobox', { name: 'Persona' }).inputValue()).toBe('auditor:auditor');
  isAway = false;
  await bar.waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Persona' }).selectOption('ops:olga');
});
