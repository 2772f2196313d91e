import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { APP_BUILD, APP_FOLDER } from '@ledger/web';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM, NO_BROWSER } from '../web/served.ts';
import { found, participantsOf, writeExport } from './company.ts';
import { served } from './http.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { percentile, type Result, type Sizes } from './measure.ts';
import { rounded } from './rows.ts';

/** What a person waits for a filtered list, at most, from the key to the rows on the screen (issue 7). */
const WAIT_MS = 200;
const ASKED = 60;

/** A search on the screen of deals in a real browser: no word is asked for twice. */
export async function filterInBrowser({ deals }: Sizes): Promise<readonly Result[]> {
  if (CHROMIUM === undefined) {
    console.error(`  browser: ${NO_BROWSER}`);
    return [];
  }
  const program = CHROMIUM;
  const { status, stderr } = spawnSync(process.execPath, [APP_BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the application was not built: ${stderr}`);
  return inFolder(async (folder) => {
    const file = join(folder, 'deals.csv');
    await writeExport(file, deals);
    const ledger = newLedger(folder);
    await found(ledger, participantsOf(deals));
    await importFile(ledger, folder, file);
    const server = await served(ledger, ledger.file, APP_FOLDER);
    const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en' });
    await page.addInitScript("sessionStorage.setItem('ledger.session', JSON.stringify({ token: 'demo:ops:olga' }))");
    await page.goto(`${server.address}/deals`);
    await page.getByRole('link', { name: 'crm.OP-' }).first().waitFor();
    await page.getByRole('textbox', { name: 'Search' }).focus();
    const times: number[] = [];
    for (let at = 0; at < ASKED; at += 1) times.push(await filtered(page, wordOf(at)));
    await browser.close();
    await server.close();
    await ledger.close();
    const ours = percentile(times, 95);
    const row = `filter of ${deals / 1_000}k deals in the browser, p95`;
    return [
      {
        row,
        ours: rounded(ours),
        reference: null,
        unit: 'ms',
        ratio: null,
        goal: `<= ${WAIT_MS} ms`,
        met: ours <= WAIT_MS,
      },
    ];
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
