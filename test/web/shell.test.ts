import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { APP_FOLDER } from '@ledger/web';
import { beforeAll, describe, expect, test } from 'vitest';
import { HAS_BROWSER, holdsForEverybody, NO_BROWSER, serveWeb, type Web } from './given.ts';

let web: Web;
beforeAll(async () => {
  if (HAS_BROWSER) web = await serveWeb();
});

/** Every screen that is not for everybody, and whose it is. */
const SCREENS: readonly [address: string, roles: string][] = [
  ['/team', 'manager'],
  ['/me', 'rep manager'],
  ['/what-if', 'rep manager'],
  ['/why', 'rep manager'],
  ['/my-plan', 'rep manager'],
  ['/my-queries', 'rep manager'],
  ['/my-queries/Q-1', 'rep manager ops finance auditor'],
  ['/ask', 'rep manager'],
  ['/statements/2026-Q2/ada', 'rep manager ops finance auditor'],
  ['/periods', 'ops finance auditor'],
  ['/close/2026-Q2', 'ops finance auditor'],
  ['/requests', 'manager ops finance auditor admin'],
  ['/requests/plan%2Fseller@1', 'manager ops finance auditor admin'],
  ['/replay', 'ops finance auditor'],
  ['/replay/kept', 'ops finance auditor'],
  ['/queries', 'ops finance auditor'],
  ['/queries/Q-1', 'manager ops finance auditor'],
  ['/exceptions', 'manager ops finance auditor'],
  ['/exceptions/ask', 'manager ops'],
  ['/deals', 'manager ops finance auditor'],
  ['/deals/crm/D-1', 'rep manager ops finance auditor'],
  ['/import', 'ops'],
  ['/definitions/new', 'manager ops finance admin'],
  ['/payouts', 'ops finance auditor'],
  ['/payouts/compare', 'ops finance auditor'],
  ['/cost', 'manager ops finance auditor'],
  ['/audit', 'ops finance auditor admin'],
  ['/audit/payouts/2026-Q1/ada', 'ops finance auditor'],
  ['/verification', 'ops finance auditor admin'],
  ['/access', 'ops finance auditor admin'],
  ['/access/olga', 'ops finance auditor admin'],
  ['/handover', 'ops finance auditor'],
];

/** Within the page, as a text: goes from address to address and answers what each says at once, and what the API refused. */
const visit = `async (addresses) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  performance.clearResourceTimings();
  const seen = [];
  for (const address of addresses) {
    const before = document.querySelector('main h1');
    history.pushState({}, '', address);
    const until = performance.now() + 5000;
    while (document.querySelector('main h1') === before && performance.now() < until) await frame();
    seen.push(address + ': ' + (document.querySelector('main h2')?.textContent.slice(0, 18) ?? 'nothing'));
  }
  const refused = performance.getEntriesByType('resource').filter(({ responseStatus }) => responseStatus >= 400);
  return [...seen, ...refused.map(({ name }) => 'refused ' + name)];
}`;

describe('the application', () => {
  test('is served at every address that is none of the API, with a policy that lets nothing else in', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const html = { headers: { accept: 'text/html' } };
    const page = await fetch(`${web.address}/anything/at/all?asOf=3`, html);
    const policy = page.headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    expect([page.status, policy.includes("script-src 'self';"), policy.includes('unsafe')]).toEqual([200, true, false]);
    expect(await page.text()).toContain(`content="${nonce}"`);
    const again = await fetch(`${web.address}/`, html);
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
    for (const path of ['/v1/nothing', '/v1/me', '/assets/nothing.js']) {
      const refused = await fetch(`${web.address}${path}`, html);
      expect(refused.headers.get('content-type'), path).toContain('application/problem+json');
    }
    expect((await fetch(`${web.address}/anything`)).status).toBe(404);
  });

  test('begins with at most 250 kB of JavaScript', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = readFileSync(join(APP_FOLDER, 'index.html'), 'utf8');
    const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
    expect(first.length).toBeGreaterThan(0);
    const bytes = first.map((file) => gzipSync(readFileSync(join(APP_FOLDER, file))).length);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(250_000);
    // They are packed once, when they are made.
    const largest = first[bytes.indexOf(Math.max(...bytes))];
    for (const encoding of ['br', 'gzip']) {
      const sent = await fetch(`${web.address}/${largest}`, { headers: { 'accept-encoding': encoding } });
      expect(sent.headers.get('content-encoding')).toBe(encoding);
      expect(await sent.text()).toBe(readFileSync(join(APP_FOLDER, `${largest}`), 'utf8'));
    }
  });

  test('lets one be whom one wants of a demo, and shows to each what is theirs', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga');
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Close board' }).waitFor();
    await page.getByRole('combobox', { name: 'Persona' }).selectOption('rep:ben');
    await page.getByText('Ben Okafor, rep').waitFor();
    expect(await page.getByRole('link', { name: 'Close board', exact: true }).count()).toBe(0);
  });

  test('says of a screen that is for others whose it is, and asks the API nothing for it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    for (const as of ['rep:ben', 'admin:eve']) {
      const [role = ''] = as.split(':');
      const others = SCREENS.flatMap(([address, roles]) => (roles.split(' ').includes(role) ? [] : [address]));
      const page = await web.look(as, '/definitions');
      await page.getByRole('heading', { name: 'Definitions' }).waitFor();
      const seen = await page.evaluate<readonly string[]>(`(${visit})(${JSON.stringify(others)})`);
      expect(seen, as).toEqual(others.map((address) => `${address}: This screen is for`));
      await page.getByRole('button', { name: /^Go to / }).click();
      await page.getByText('This screen is for').waitFor({ state: 'detached' });
    }
  });

  test('says of which moment it speaks where that is not now, and keeps it from screen to screen', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/periods?asOf=100' });
    await page.getByText('position 100 of the log').waitFor();
    await page.getByRole('cell', { name: '2026-Q1' }).waitFor();
    expect(await page.getByRole('cell', { name: '2026-Q2' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('cell', { name: '2026-Q2' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('is searched by keyboard, and Escape goes back to where one was', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/periods' });
    await page.getByRole('cell', { name: '2026-Q1' }).waitFor();
    for (const typed of ['', 'chloe']) {
      await page.keyboard.press('Control+k');
      const dialog = page.getByRole('dialog', { name: 'Search, or go to a screen' });
      await dialog.getByRole('textbox', { name: 'Search' }).fill(typed);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
  });

  test('leaves room for what one can press beside the longest name', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const name = `Maximiliane Antoinette ${'von und zu Hohenlohe-Waldenburg '.repeat(4)}`.trim();
    const known = { kind: 'person', issuer: 'https://login.acme.example', subject: 'long', name };
    const { status } = await web.call('admin:adam', 'POST', '/v1/access/longest/registration', known);
    expect(status).toBe(201);
    const page = await web.page('auditor:longest', { width: 360 });
    await page.getByText(`${name}, auditor`).waitFor();
    for (const button of ['Navigation', 'Search', 'Use dark colours']) {
      const box = await page.getByRole('button', { name: button, exact: true }).boundingBox();
      expect(box !== null && box.x >= 0 && box.width >= 20 && box.x + box.width <= 360, button).toBe(true);
    }
  });

  test('is reached by keyboard on a small screen where it is seen, and nowhere else', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const page = await web.page('ops:olga', { at: '/periods', width: 360 });
    await page.getByRole('cell', { name: '2026-Q1' }).waitFor();
    const beside: unknown[] = [];
    for (let at = 0; at < 10; at += 1) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate<string>(
        `document.activeElement.getBoundingClientRect().left < 0 ? document.activeElement.textContent : ''`,
      );
      if (found !== '' && found !== 'To the content') beside.push(found);
    }
    expect(beside).toEqual([]);
    await page.getByRole('button', { name: 'Navigation', exact: true }).press('Enter');
    const side = page.getByRole('navigation', { name: 'Screens' });
    await side.getByRole('link', { name: 'Approvals' }).press('Enter');
    await page.getByRole('heading', { name: 'Approvals' }).waitFor();
    await side.waitFor({ state: 'hidden' });
  });

  test('shows the amount behind a name that is written from right to left behind it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const deal = { source: 'crm', deal: 'RTL-1', amount: '12000.00', currency: 'USD', closedOn: '2026-06-12' };
    const told = { ...deal, account: 'مؤسسة النور', owner: 'chloe', attributes: { type: 'new' } };
    expect((await web.call('ops:olga', 'POST', '/v1/deals', told)).status).toBe(201);
    const page = await web.page('ops:olga', { at: '/deals/crm/RTL-1' });
    const said = page.getByText('crm.RTL-1 ').filter({ hasText: '12,000.00' });
    // Where each of the two begins, from the left.
    const [account = 0, amount = 0] = await said.evaluate((element) => {
      const text = element.firstChild;
      const written = text?.textContent ?? '';
      return ['مؤسسة', '12,000.00'].map((part) => {
        const range = element.ownerDocument.createRange();
        range.setStart(text, written.indexOf(part));
        range.setEnd(text, written.indexOf(part) + part.length);
        return range.getBoundingClientRect().left;
      });
    });
    expect(amount).toBeGreaterThan(account);
  });

  test('shows what somebody writes in the direction in which they write it', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    const says = 'هل هذا كل شيء.';
    const asked = { participant: 'ben', period: '2026-Q2', line: 'total', says };
    const { status, query } = await web.call('rep:ben', 'POST', '/v1/queries', asked);
    expect(status).toBe(201);
    const page = await web.page('rep:ben', { at: `/my-queries/${String(query)}` });
    // Where the first letter and the full stop begin, from the left.
    const [first = 0, stop = 0] = await page.getByText(says, { exact: true }).evaluate((element) => {
      const text = element.firstChild;
      return [0, (text?.textContent ?? '').length - 1].map((at) => {
        const range = element.ownerDocument.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().left;
      });
    });
    expect(stop).toBeLessThan(first);
  });

  test('can be used by everybody: screen readers, both themes, small screens', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'ops:olga', '/nowhere/at/all', (page) =>
      page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor(),
    );
    await holdsForEverybody(web, 'ops:olga', '/periods', (page) =>
      page.getByRole('cell', { name: '2026-Q1' }).waitFor(),
    );
  });
});
