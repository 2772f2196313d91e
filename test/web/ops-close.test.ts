import { readFileSync } from 'node:fs';
import { decline } from '@ledger/application';
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
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('Close of the period.');
    await dialog.getByLabel('Reason').focus();
    await ops.keyboard.press('ControlOrMeta+A');
    await ops.keyboard.press('Delete');
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

  test('goes on after the freeze: a reopening is asked for, a run released, its file taken, what payroll paid recorded', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('finance:fred', { at: '/close/2026-Q2' });
    const after = page.getByRole('region', { name: 'After the freeze' });
    await after.getByRole('button', { name: 'Ask to reopen it' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('The wrong rates were used');
    await dialog.getByRole('textbox', { name: 'Evidence' }).fill('Rates of the central bank');
    await dialog.getByRole('button', { name: 'Ask to reopen it' }).click();
    await after.getByRole('link', { name: 'reopen/2026-Q2' }).click();
    await page.getByText('The wrong rates were used').waitFor();
    const other = { actor: { id: 'fiona', role: 'finance' } };
    expect(await decline(web.ledger, 'reopen/2026-Q2', 'They were right', other)).not.toHaveProperty('code');
    await page.goto(`${web.address}/close/2026-Q2`);
    await after.getByRole('button', { name: 'Release to payroll' }).click();
    await dialog.getByRole('button', { name: 'Release to payroll' }).click();
    const saved = page.waitForEvent('download');
    await after.getByRole('button', { name: 'File of run 1' }).click();
    const [head = '', ...lines] = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(lines.length).toBeGreaterThan(0);
    await holdsForEverybody(web, 'finance:fred', '/close/2026-Q2', (there) =>
      there.getByRole('table', { name: 'Pay runs' }).waitFor(),
    );
    // Wherever the calendar is, that day has come.
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const give = async (status: string) => {
      const chosen = page.waitForEvent('filechooser');
      await after.getByRole('button', { name: 'What payroll has paid' }).click();
      const rows = [`${head},status,date`, ...lines.map((line) => `${line},${status},${day}`)];
      const buffer = Buffer.from(`${rows.join('\n')}\n`);
      await (await chosen).setFiles({ name: 'back.csv', mimeType: 'text/csv', buffer });
      await after.getByRole('button', { name: 'Look at it' }).click();
    };
    await give('perhaps');
    await after.getByRole('alert').waitFor();
    expect(await after.getByRole('button', { name: 'Record payments' }).isDisabled()).toBe(true);
    await give('paid');
    await after.getByText('This would be recorded; nothing is yet').waitFor();
    await after.getByRole('button', { name: 'Record payments' }).click();
    await after.getByText('Recorded', { exact: true }).waitFor();
    await after.getByText('Nothing more is payable now.').waitFor();
  });
});
