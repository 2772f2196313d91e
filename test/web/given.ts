import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { ServerOptions } from '@ledger/api';
import { systemClock } from '@ledger/kernel';
import type { OpenedLedger } from '@ledger/wiring';
import { chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';
import { CHROMIUM, NO_BROWSER, type Served, serveDemo } from './served.ts';

export { NO_BROWSER };

export const HAS_BROWSER = CHROMIUM !== undefined;

/** The application on a copy of the demo ledger, on a server of its own. */
export interface Web extends Pick<Served, 'address' | 'ledger' | 'file' | 'cut'> {
  /** A page of somebody, as `rep:ben`, or of nobody yet, whose session is that of their page. What the browser complains of fails the test at its end. */
  page(as: string | undefined, options?: PageOptions): Promise<Page>;
  /** What somebody does who is not in front of a browser: the status of the answer with what it says. */
  call(as: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Told>;
  /** The one page on which somebody goes from screen to screen and only looks, at one of them. */
  look(as: string, at: string): Promise<Page>;
}

export type Told = Readonly<Record<string, unknown>> & { readonly status: number };

interface Opened {
  readonly page: Page;
  readonly complaints: readonly string[];
}

interface PageOptions {
  /** Of this application, as `/periods`. */
  readonly at?: string;
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  /** Another server that it may ask. */
  readonly also?: string;
  /** What the browser complains of besides, as of what is shown to be wrong on the page. */
  readonly tells?: RegExp;
}

/** Serves the application to the tests of a file: call it once, in a test or in `beforeAll`. It ends with the file. */
export async function serveWeb(
  options: (ledger: OpenedLedger) => Promise<Partial<ServerOptions>> = async () => ({}),
  clock = systemClock,
): Promise<Web> {
  const served = await serveDemo(options, clock);
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'], headless: true });
  // One for all: scripts are loaded and compiled once. What the application keeps, it keeps for a page.
  const context = await browser.newContext({ locale: 'en' });
  afterAll(async () => {
    await browser.close();
    await served.stop();
  });
  const { address, ledger, file, cut } = served;
  const looking = new Map<string, Opened>();

  async function open(
    as: string | undefined,
    { at = '/', width = 1280, scheme = 'light', also, tells }: PageOptions,
  ): Promise<Opened> {
    const page = await context.newPage();
    const complaints: string[] = [];
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    if (as !== undefined) {
      const kept = JSON.stringify({ token: `demo:${as}` });
      await page.addInitScript((session) => sessionStorage.setItem('ledger.session', session), kept);
    }
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // What the API refuses is shown on the page; the browser says so of its own accord.
      const isRefusal = message.text().startsWith('Failed to load resource');
      const isTold = tells?.test(message.text()) === true;
      if (message.type() === 'error' && !isRefusal && !isTold) complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOurs = origin === address || origin === also || protocol === 'data:' || protocol === 'blob:';
      // What the page of a provider asks for is its own affair.
      if (!isOurs && !(also !== undefined && page.url().startsWith(also))) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(`${address}${at}`);
    return { page, complaints };
  }

  return {
    address,
    ledger,
    file,
    cut,
    async page(as, options = {}) {
      const { page, complaints } = await open(as, options);
      onTestFinished(async () => {
        await page.close();
        expect(complaints).toEqual([]);
      });
      return page;
    },
    async call(as, method, path, body) {
      const response = await fetch(address + path, {
        method,
        headers: {
          authorization: `Bearer demo:${as}`,
          ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { ...((await response.json()) as object), status: response.status };
    },
    async look(as, at) {
      const known = looking.get(as);
      const { page, complaints } = known ?? (await open(as, { at }));
      looking.set(as, { page, complaints });
      onTestFinished(() => expect(complaints).toEqual([]));
      // From screen to screen as by a link: what is loaded stays.
      if (known !== undefined) await page.evaluate(`history.pushState({}, '', ${JSON.stringify(at)})`);
      return page;
    },
  };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong with the page as it stands: WCAG 2.1 A and AA, and what it holds for good practice. */
export async function violations(page: Page): Promise<readonly string[]> {
  // Not as an inline script: the page would refuse that.
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await page.evaluate(await axeSource());
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

let source: string | undefined;
async function axeSource(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  source ??= await readFile(AXE, 'utf8');
  return source;
}

/**
 * A screen in every way that it is looked at: light and wide, then dark and narrow. Nothing is wrong, and nothing is wider than the
 * window. It is loaded once: another theme and another width are the same page.
 */
export async function holdsForEverybody(
  web: Web,
  as: string,
  at: string,
  isThere: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await web.look(as, at);
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 360],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await isThere(page);
    expect(await violations(page), `${at}, ${scheme}, ${width} px`).toEqual([]);
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow, `${at} is wider than ${width} px`).toBeLessThanOrEqual(0);
  }
}
