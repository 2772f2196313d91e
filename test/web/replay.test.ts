import { equal, exact, sum } from '@ledger/money';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
/** Where the first replay was answered: its job is kept for an hour. */
let answered = '/replay';
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, as = 'ops:olga') =>
  web.call(as, method, path, body);

/** Waits for a job as its stream says it. */
async function ended({ id }: Readonly<Record<string, unknown>>): Promise<void> {
  const stream = await fetch(`${web.address}/v1/jobs/${String(id)}/stream`, {
    headers: { authorization: 'Bearer demo:ops:olga' },
  });
  expect(await stream.text()).toContain('"state":"done"');
}

const SMALL_DEALS = `metric: new-business
title: New business
counts: deal.type == "new" && deal.amount >= 20000
amount: deal.amount
from: 2026-01-01
reason: Small deals belong to the partner channel.
evidence: [Audit finding 2026-07]
`;

/** Amounts as people read them, as exact decimals. */
function amountsIn(text: string): readonly string[] {
  return [...text.matchAll(/[−+]?[\d,]+\.\d{2}/g)].map(([found]) => found.replace('−', '-').replaceAll(/[+,]/g, ''));
}

async function textOf(place: Locator): Promise<string> {
  return (await place.textContent()) ?? '';
}

test('a replay is stopped, and one says what became of it that changes nothing, was refused or is not kept any more', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.look('ops:olga', '/replay?from=2026-Q1');
  const start = page.getByRole('button', { name: 'Start the replay' });
  await start.waitFor();
  // Given as much at work as is done at a time, the next one waits.
  const busy = await Promise.all([
    call('POST', '/v1/verifications', {}),
    call('POST', '/v1/replays', { from: '2026-Q1' }),
  ]);
  await start.click();
  const progress = page.getByRole('status', { name: 'Progress of the replay' });
  await progress.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The replay was stopped').waitFor();
  for (const { id } of busy) expect((await call('DELETE', `/v1/jobs/${String(id)}`)).status).toBe(200);
  // As the demo tells it, ben has nothing coming to him for the quarter.
  const [same, unread] = [
    await call('POST', '/v1/replays', { from: '2026-Q1', participant: 'ben' }),
    await call('POST', '/v1/replays', { from: '2026-Q1', definitions: 'metric: [' }),
  ];
  await web.look('ops:olga', `/replay?from=2026-Q1&participant=ben&job=${String(same.id)}`);
  await page.getByText('Nothing would change').waitFor();
  await web.look('ops:olga', `/replay?from=2026-Q1&job=${String(unread.id)}`);
  await page.getByRole('alert').filter({ hasText: 'The replay was refused' }).waitFor();
  await web.look('ops:olga', '/replay?from=2026-Q1&job=00000000-0000-4000-8000-000000000000');
  await page.getByText('This answer is not kept any more').waitFor();
  await page.getByRole('button', { name: 'Change what is asked' }).click();
  await start.waitFor();
});

test('ops tries a metric out on a frozen period, keeps it, asks; finance approves, and the correction is in the next statement', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('ops:olga', { at: '/replay' });
  // Given what is in force, to begin with.
  await page.getByRole('combobox', { name: 'Begin with what is in force' }).fill('new-business');
  await page.getByRole('option', { name: 'metric new-business: New business' }).click();
  await page.getByRole('button', { name: 'Take its text' }).click();
  const text = page.getByRole('textbox', { name: 'Definitions' });
  await expect.poll(() => text.inputValue()).toContain('counts: deal.type == "new"\n');
  // When it is wrong, then that is said where it is.
  await text.fill('metric: [');
  await page.getByText('One thing is wrong').waitFor();
  // When it is right, by keyboard.
  await text.fill(SMALL_DEALS);
  await page.getByRole('button', { name: 'Start the replay' }).focus();
  await page.keyboard.press('Enter');
  const drawing = page.getByRole('img', { name: /^Differences by person in USD/ });
  await drawing.waitFor();
  // Then what each person's pay moves by adds up to the whole, and so do the causes.
  const steps = amountsIn(await textOf(drawing.locator('desc')));
  expect(steps.at(-1)).toBe('-111497.79');
  expect(equal(sum(steps.slice(0, -1).map(exact)), exact('-111497.79'))).toBe(true);
  const causes = page.getByRole('table', { name: 'Causes in USD' });
  const moved = amountsIn((await causes.getByRole('row').locator('td:last-child').allTextContents()).join(' '));
  expect(equal(sum(moved.map(exact)), exact('-111497.79'))).toBe(true);
  // A cause leads to its event, and to the deals behind it.
  await causes.getByRole('button', { name: /^Deal crm\.OP-2002 was cancelled/ }).click();
  await page.getByRole('link', { name: /^Event \d+ in the trail$/ }).waitFor();
  await page.getByRole('link', { name: 'crm.OP-2002' }).waitFor();
  answered = page.url().slice(web.address.length);
  // A person opens to components, and the answer is still there after a reload.
  await page.getByRole('button', { name: 'dev', exact: true }).click();
  await page.reload();
  await page.getByRole('region', { name: 'dev by component' }).getByText('new-business').first().waitFor();

  await page.getByRole('button', { name: 'Keep it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('small-deals');
  await dialog.getByLabel('Why it is kept').fill('The partner channel pays small deals');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await page.waitForURL(/\/replay\/small-deals\?seen=/);
  await page.getByRole('button', { name: 'Ask for approval' }).click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('As the audit found');
  await dialog.getByRole('button', { name: 'Ask for approval' }).click();
  await page.getByRole('link', { name: 'Its request waits for somebody of finance' }).waitFor();

  const finance = await web.page('finance:fred', { at: '/requests/replay%2Fsmall-deals' });
  await finance.getByRole('link', { name: 'The replay that it is about' }).waitFor();
  await finance.getByRole('button', { name: 'Approve' }).click();
  await finance.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await finance.getByText('approved', { exact: true }).waitFor();
  await page.getByText('applied', { exact: true }).waitFor();
  const { statement } = await call('GET', '/v1/periods/2026-Q2/statements/dev');
  expect(statement).toMatchObject({
    lines: expect.arrayContaining([
      expect.objectContaining({
        kind: 'correction',
        period: '2026-Q1',
        component: 'new-business',
        amount: '-17853.60',
      }),
    ]),
  });
});

test('what made the answer another one since is said to whoever decides', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const definitions = SMALL_DEALS.replaceAll('new-business', 'expansion-revenue').replace('"new"', '"expansion"');
  const body = { from: '2026-Q1', participant: 'ema', definitions, reason: 'Only large ones' };
  await ended(await call('PUT', '/v1/replays/large', body));
  const { digest } = await call('GET', '/v1/replays/large');
  const asked = { digest, policy: { by: 'waive' }, reason: 'As agreed', evidence: ['Minutes'] };
  expect(await call('POST', '/v1/replays/large/application', asked)).toMatchObject({ status: 201 });
  const cancelled = { cancelledOn: '2026-07-01', reason: 'Contract rescinded' };
  expect(await call('POST', '/v1/deals/crm/OP-1207/cancellation', cancelled)).toMatchObject({ status: 201 });
  const page = await web.page('finance:fred', { at: '/requests/replay%2Flarge' });
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  const refusal = page.getByRole('dialog').getByRole('alert').filter({ hasText: 'replay_moved' });
  expect(await textOf(refusal)).toContain('Deal crm.OP-1207 was cancelled on 2026-07-01: Contract rescinded');
  // What waits can be tried out by whoever decides, of one person at once.
  const studio = await web.page('finance:fred', {
    at: '/replay?from=2026-Q1&participant=ema&requests=metric%2Fexpansion-revenue%403',
  });
  await studio.getByRole('checkbox', { name: /metric "New business"/ }).waitFor();
  await studio.getByRole('button', { name: 'Start the replay' }).click();
  await studio.getByRole('region', { name: 'Blast radius' }).waitFor();
  expect(await studio.getByRole('button', { name: 'Keep it' }).count()).toBe(0);
  await studio.reload();
  await studio.getByRole('region', { name: 'Blast radius' }).waitFor();
});

test('nobody replays who may not, on the page or by the API', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const page = await web.page('rep:ben', { at: '/replay?from=2026-Q1' });
  await page.getByText('This screen is for ops, finance, and auditors').waitFor();
  expect(await page.getByRole('link', { name: 'Replay studio' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Start the replay' }).count()).toBe(0);
  expect(await call('POST', '/v1/replays', { from: '2026-Q1' }, 'rep:ben')).toMatchObject({ code: 'role_forbidden' });
});

const SCREENS: readonly [what: string, at: () => string, isThere: (page: Page) => Promise<unknown>][] = [
  ['the question', () => '/replay', (page) => page.getByRole('button', { name: 'Start the replay' }).waitFor()],
  [
    'the answer',
    () => `${answered}&person=ema`,
    (page) => page.getByRole('table', { name: 'Deals that count otherwise' }).waitFor(),
  ],
  ['what was kept', () => '/replay/small-deals', (page) => page.getByText('applied', { exact: true }).waitFor()],
];
for (const [what, at, isThere] of SCREENS) {
  test(`${what} can be used by everybody: screen readers, both themes, small screens`, async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'ops:olga', at(), isThere);
  });
}
