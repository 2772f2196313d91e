import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

describe('the close board', () => {
  test('can be used by everybody, before a freeze', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'ops:olga', '/close/2026-Q2', (page) =>
      page.getByRole('button', { name: 'Ask for the freeze' }).waitFor(),
    );
  });

  test('freezes by keyboard only, with a refusal at its field, and under a page that was open', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    // Given somebody who only looks at the period, live.
    const looking = await web.page('auditor:auditor', { at: '/close/2026-Q2' });
    await looking.getByText('What others do appears here at once').waitFor();
    // When it is asked for, first without a reason.
    const ops = await web.page('ops:olga', { at: '/close/2026-Q2' });
    await ops.getByRole('button', { name: 'Ask for the freeze' }).focus();
    await ops.keyboard.press('Enter');
    const dialog = ops.getByRole('dialog');
    await dialog.getByLabel('Evidence').focus();
    await ops.keyboard.type('Close checklist 2026-07');
    await dialog.getByRole('button', { name: 'Ask for the freeze' }).focus();
    await ops.keyboard.press('Enter');
    // Then the refusal is at its field, and what was typed is there.
    await dialog.getByText('The reason is empty').waitFor();
    expect(await dialog.getByLabel('Reason').getAttribute('aria-invalid')).toBe('true');
    expect(await dialog.getByLabel('Evidence').inputValue()).toBe('Close checklist 2026-07');
    await dialog.getByLabel('Reason').focus();
    await ops.keyboard.type('The quarter is over');
    await dialog.getByRole('button', { name: 'Ask for the freeze' }).focus();
    await ops.keyboard.press('Enter');
    await ops.getByText('Requested by olga (ops)').waitFor();
    // Whoever asked is offered no approval; finance gives it.
    expect(await ops.getByRole('button', { name: 'Approve and freeze' }).count()).toBe(0);
    const finance = await web.page('finance:fred', { at: '/close/2026-Q2' });
    await finance.getByRole('button', { name: 'Approve and freeze' }).focus();
    await finance.keyboard.press('Enter');
    await finance.getByRole('dialog').getByRole('button', { name: 'Approve and freeze' }).focus();
    await finance.keyboard.press('Enter');
    await finance.getByText('What was frozen').waitFor();
    await looking.getByText('What was frozen').waitFor();
  });
});
