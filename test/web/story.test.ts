import { beforeAll, expect, test } from 'vitest';
import { HAS_BROWSER, NO_BROWSER, serveWeb, type Told, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

/** What is done beside the browsers, and taken. */
async function call(...ask: Parameters<Web['call']>): Promise<Told> {
  const told = await web.call(...ask);
  expect(told.status, JSON.stringify(told)).toBeLessThan(300);
  return told;
}

/** An amount as people read it. */
function amountIn(text: string | null): string {
  return /[−+]?[\d,]+\.\d{2}/.exec(text ?? '')?.[0] ?? '';
}

test('a rep asks, ops replays and resolves, the correction is in the next statement, and finance sees why', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  // Ben asks from a line of his frozen statement.
  const rep = await web.page('rep:ben', { at: '/statements/2026-Q1/ben' });
  await rep.locator('summary', { hasText: 'crm.OP-1061' }).click();
  await rep.getByRole('link', { name: 'Ask about this line' }).first().click();
  await rep.getByLabel('What do you want to know?').fill('Ada and I sold OP-1031 together: where is my half?');
  await rep.getByRole('button', { name: 'Ask' }).click();
  await rep.getByRole('heading', { name: /^Query ben\.\d+$/ }).waitFor();
  const query = new URL(rep.url()).pathname.split('/').at(-1) ?? '';
  await rep.getByText('Live: answers appear here').waitFor();

  // It is agreed, and ops sees in the studio what that does to the quarter that is frozen.
  const { asOf } = await call('finance:fred', 'GET', '/v1/moments');
  const shares = ['ada', 'ben'].map((participant) => ({ participant, share: '0.5' }));
  const agreed = { reason: 'Both sold it', evidence: ['Call notes of 2026-03-20'] };
  const { waiting } = await call('ops:olga', 'POST', '/v1/deals/crm/OP-1031/splits', { shares, ...agreed });
  const [split] = waiting as readonly [string];
  await call('finance:fred', 'POST', `/v1/requests/${encodeURIComponent(split)}/approve`, {});
  const ops = await web.page('ops:olga', { at: '/replay?from=2026-Q1&participant=ben' });
  await ops.getByRole('button', { name: 'Start the replay' }).click();
  const cause = ops.getByRole('table', { name: 'Causes in USD' }).getByRole('row', { name: /OP-1031/ });
  const moved = amountIn(await cause.locator('td').last().textContent());
  expect(moved).toMatch(/^\+/);
  await ops.goto(`${web.address}/queries/${query}`);
  await ops.getByRole('button', { name: 'Resolve' }).click();
  const dialog = ops.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('You are right: half of it is yours.');
  await dialog.getByRole('textbox', { name: 'What corrected it' }).fill(split);
  await dialog.getByRole('button', { name: 'Resolve' }).click();

  // Ben, who has not touched his page since, is told so, and where the money shows up.
  const decided = rep.getByRole('alert', { name: 'Decided' });
  await decided.getByText('You are right: half of it is yours.').waitFor();
  expect(amountIn(await decided.getByText(/in the statement of/).textContent())).toBe(moved);
  await decided.getByRole('link', { name: '2026-Q2' }).click();
  const corrections = rep.getByRole('region', { name: 'Corrections of earlier periods' });
  await corrections.getByText('Correction of 2026-Q1, new-business').waitFor();
  expect(await corrections.textContent()).toContain(moved.slice(1));

  // Finance compares the two moments, and finds the decision behind the difference.
  const head = (await call('finance:fred', 'GET', '/v1/moments')).asOf;
  const at = `/payouts/compare?from=${asOf}&to=${head}&period=2026-Q2`;
  const finance = await web.page('finance:fred', { at });
  const changed = finance.getByRole('button', { name: /^ben, 2026-Q2/ });
  expect(await changed.textContent()).toContain(moved);
  await changed.click();
  const why = finance.getByText(/^Deal crm\.OP-1031 is split by exception split-1/).filter({ visible: true });
  await why.first().waitFor();
});

test('a thread goes on where it was cut off: what was said meanwhile is there, once', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  const asked = { participant: 'chloe', period: '2026-Q2', line: 'new-business/crm.OP-1396', says: 'Which band?' };
  const { query } = await call('rep:chloe', 'POST', '/v1/queries', asked);
  const say = (says: string) =>
    call('ops:olga', 'POST', `/v1/queries/${String(query)}/messages`, { says, asks: false });
  const page = await web.page('rep:chloe', { at: `/my-queries/${String(query)}` });
  await page.getByText('Live: answers appear here').waitFor();
  await say('before');
  await page.getByText('before', { exact: true }).waitFor();
  const again = page.waitForRequest((request) => request.url().endsWith(`${String(query)}/stream`));
  web.cut();
  for (const words of ['meanwhile, one', 'meanwhile, two']) await say(words);
  await again;
  await say('after');
  await page.getByText('after', { exact: true }).waitFor();
  const said = page.getByRole('log', { name: 'Thread' }).getByText(/^(before|meanwhile, .*|after)$/);
  expect(await said.allTextContents()).toEqual(['before', 'meanwhile, one', 'meanwhile, two', 'after']);
});
