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

  test('can be used by everybody: screen readers, both themes, small screens', async (context) => {
    if (!HAS_BROWSER) context.skip(NO_BROWSER);
    await holdsForEverybody(web, 'ops:olga', '/periods', (page) =>
      page.getByRole('cell', { name: '2026-Q1' }).waitFor(),
    );
  });
});
