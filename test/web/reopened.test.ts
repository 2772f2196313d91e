import { approve, requestFreeze, requestReopen } from '@ledger/application';
import { beforeAll, expect, test } from 'vitest';
import { sound } from '../support/company.ts';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

const OPS = { actor: { id: 'olga', role: 'ops' } };
const finance = (id: string) => ({ actor: { id, role: 'finance' } });

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

/** A freeze that has pinned its position and is killed before it has written a statement. */
async function interrupted(period: string): Promise<void> {
  const { ledger } = web;
  sound(await requestFreeze(ledger, { period, reason: 'It is over', evidence: [], despite: 'Known' }, OPS));
  let appends = 0;
  const dying = (name: string | symbol, value: (...args: unknown[]) => unknown) =>
    function (this: unknown, ...args: unknown[]) {
      if (String(name).startsWith('append') && ++appends > 1) throw new Error('killed');
      return value.apply(ledger.store, args);
    };
  const store = new Proxy(ledger.store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? dying(name, value as (...args: unknown[]) => unknown) : value;
    },
  });
  await expect(approve({ ...ledger, store }, `freeze/${period}`, finance('fred'))).rejects.toThrow('killed');
}

test('finance goes on with a freeze that was interrupted, and is not asked to approve it once more', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  await interrupted('2026-Q2');
  const page = await web.page('finance:fiona', { at: '/close/2026-Q2' });
  await page.getByText('The period is freezing.', { exact: false }).waitFor();
  expect(await page.getByRole('button', { name: 'Approve and freeze' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Go on with the freeze' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go on with the freeze' }).click();
  await page.getByText('What was frozen').waitFor();
});

test('whoever saw a statement as final is told that its period was opened again, and still reads it', async (context) => {
  if (!HAS_BROWSER) context.skip(NO_BROWSER);
  sound(
    await requestReopen(web.ledger, { period: '2026-Q2', reason: 'Wrong rates', evidence: ['mail'] }, finance('cora')),
  );
  for (const id of ['fred', 'fiona']) sound(await approve(web.ledger, 'reopen/2026-Q2', finance(id)));
  await holdsForEverybody(web, 'rep:ada', '/me?period=2026-Q2', (page) =>
    page.getByText('2026-Q2 was frozen before, and opened again.', { exact: false }).waitFor(),
  );
  const page = await web.page('rep:ada', { at: '/me?period=2026-Q2' });
  await page.getByText('Open', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'statement of freeze 1' }).click();
  await page.getByText('Frozen on').waitFor();
  await page.getByText('Frozen', { exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'What is otherwise?' }).click();
  await page.getByText('As of freeze 1 of the period').waitFor();
  await page.getByText('Nothing changed between these two moments').waitFor();
  const ops = await web.page('ops:olga', { at: '/periods' });
  await ops.getByText('again: it was frozen and reopened').waitFor();
});
