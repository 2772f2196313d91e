import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { APP_FOLDER } from '@ledger/web';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM, NO_BROWSER, serveDemo } from '../web/served.ts';
import { found, participantsOf, writeExport } from './company.ts';
import { served } from './http.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { median, percentile, type Result, type Sizes } from './measure.ts';
import { rounded } from './rows.ts';

/** What people wait for in a browser, in milliseconds (issue 7). Without one there are no rows, and a line says so. */
const GOALS = { screen: 1_000, task: 200, filter: 200 } as const;

const LOADS = 9;
const MESSAGES = { count: 100, everyMs: 50 } as const;
const WORDS = 60;

export async function inBrowser({ deals }: Sizes): Promise<readonly Result[]> {
  if (CHROMIUM === undefined) {
    console.error(`  browser: ${NO_BROWSER}`);
    return [];
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const demo = await serveDemo();
  try {
    const contextOf = async (as: string) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' });
      const session = JSON.stringify({ token: `demo:${as}` });
      await context.addInitScript((kept) => sessionStorage.setItem('ledger.session', kept), session);
      return context;
    };
    return [
      within(
        'first screen of a statement, nothing kept before',
        GOALS.screen,
        await firstScreen(demo.address, contextOf),
      ),
      within('longest task of a thread, 20 messages a second', GOALS.task, await longestTask(demo.address, contextOf)),
      within(`filter among ${deals} deals in the browser, p95`, GOALS.filter, await filtering(deals, contextOf)),
    ];
  } finally {
    await browser.close();
    await demo.stop();
  }
}

type ContextOf = (as: string) => Promise<BrowserContext>;

function within(row: string, goal: number, ours: number): Result {
  const rest = { reference: null, unit: 'ms', ratio: null, goal: `<= ${goal} ms`, met: ours <= goal };
  return { row, ours: rounded(ours), ...rest };
}

/**
 * Milliseconds from the address to the amount, painted, in a browser that knows nothing of the application. Measured within the page:
 * from outside one looks twice a second.
 */
async function firstScreen(address: string, contextOf: ContextOf): Promise<number> {
  const times: number[] = [];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await contextOf('rep:ada');
    await context.addInitScript(WATCH_AMOUNT);
    const page = await context.newPage();
    await page.goto(`${address}/me?period=2026-Q2`, { waitUntil: 'commit' });
    times.push(await page.evaluate<number>('amount'));
    await context.close();
  }
  return median(times);
}

/** Settles when the amount has been painted, with the time since somebody went to the address. */
const WATCH_AMOUNT = `globalThis.amount = new Promise((painted) => {
  const look = () => {
    const isThere = [...document.querySelectorAll('h2')].some((heading) => heading.textContent.includes('45,584.87'));
    requestAnimationFrame(isThere ? () => setTimeout(() => painted(performance.now())) : look);
  };
  look();
})`;

/** As a text: this side has no type for what only browsers tell. */
const WATCH_TASKS = `globalThis.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ['longtask'] })`;

/** While somebody reads a thread and others write in it. */
async function longestTask(address: string, contextOf: ContextOf): Promise<number> {
  const ask = async (path: string, body: object) => {
    const response = await fetch(address + path, {
      method: 'POST',
      headers: {
        authorization: 'Bearer demo:rep:chloe',
        'idempotency-key': randomUUID(),
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { readonly query: string };
  };
  const line = { participant: 'chloe', period: '2026-Q2', line: 'new-business/crm.OP-1396' };
  const { query } = await ask('/v1/queries', { ...line, says: 'Is this right?' });
  const context = await contextOf('rep:chloe');
  const page = await context.newPage();
  await page.goto(`${address}/my-queries/${query}`);
  await page.getByText('Live: answers appear here').waitFor();
  await page.evaluate(WATCH_TASKS);
  for (let at = 1; at <= MESSAGES.count; at += 1) {
    const sent = ask(`/v1/queries/${query}/messages`, { says: `message ${at}`, asks: false });
    await Promise.all([sent, pause(MESSAGES.everyMs)]);
  }
  await page.getByText(`message ${MESSAGES.count}`, { exact: true }).waitFor();
  const tasks = await page.evaluate<readonly number[]>('tasks');
  await context.close();
  return Math.max(0, ...tasks);
}

/** A search on the screen of deals: no word is asked for twice. */
async function filtering(deals: number, contextOf: ContextOf): Promise<number> {
  return inFolder(async (folder) => {
    const file = join(folder, 'deals.csv');
    await writeExport(file, deals);
    const ledger = newLedger(folder);
    await found(ledger, participantsOf(deals));
    await importFile(ledger, folder, file);
    const server = await served(ledger, ledger.file, APP_FOLDER);
    const context = await contextOf('ops:olga');
    const page = await context.newPage();
    await page.goto(`${server.address}/deals`);
    await page.getByRole('link', { name: 'crm.OP-' }).first().waitFor();
    await page.getByRole('textbox', { name: 'Search' }).focus();
    const times: number[] = [];
    for (let at = 0; at < WORDS; at += 1) times.push(await filtered(page, wordOf(at)));
    await context.close();
    await server.close();
    await ledger.close();
    return percentile(times, 95);
  });
}

/** Parts of ids that few deals have, and of accounts that many have. */
function wordOf(at: number): string {
  return at % 2 === 0 ? `op-0000${100 + at}` : `optics ${at}`;
}

/**
 * Milliseconds from the key that makes a word whole until every row in sight holds it and is painted. Measured within the page: what it
 * takes to ask a browser from outside is no part of it.
 */
async function filtered(page: Page, word: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const word = ${JSON.stringify(word)};
    const input = document.activeElement;
    const start = performance.now();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, word);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    for (;;) {
      await new Promise((painted) => requestAnimationFrame(painted));
      const rows = [...document.querySelectorAll('[role=table] > [role=rowgroup]:last-child > [role=row]')];
      const isThere = rows.length > 0 && rows.every((row) => row.textContent.toLowerCase().includes(word));
      if (isThere) break;
      if (performance.now() - start > 10_000) throw new Error('no row with ' + word);
    }
    await new Promise((painted) => requestAnimationFrame(painted));
    return performance.now() - start;
  })()`);
}
