/**
 * `pnpm screenshots [<name> …]`: the main screens of the application on the demo ledger, or those that are named, in both themes, into
 * docs/images. They are for readers; no test compares them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { until } from '../support/until.ts';
import { CHROMIUM, NO_BROWSER, serveDemo } from './served.ts';

const FOLDER = join(dirname(dirname(import.meta.dirname)), 'docs', 'images');

/** What a metric that leaves small deals out would make of the first quarter. */
async function replayed(address: string): Promise<string> {
  const definitions = `metric: new-business
title: New business
counts: deal.type == "new" && deal.amount >= 5000
amount: deal.amount
from: 2026-01-01
reason: Small deals belong to the partner channel.
evidence: [Audit finding 2026-07]
`;
  const headers = { authorization: 'Bearer demo:ops:olga', 'content-type': 'application/json' };
  const body = JSON.stringify({ from: '2026-Q1', definitions });
  const { id } = (await (await fetch(`${address}/v1/replays`, { method: 'POST', headers, body })).json()) as {
    readonly id: string;
  };
  // Its stream ends with it.
  await (await fetch(`${address}/v1/jobs/${id}/stream`, { headers })).text();
  return `/replay?from=2026-Q1&job=${id}`;
}

/** Name of the file, who looks, where: a path, or what makes one. */
const SCREENS = [
  ['statement', 'rep:ada', '/me?period=2026-Q2'],
  ['thread', 'rep:chloe', '/my-queries/chloe.1'],
  ['plan', 'rep:ada', '/my-plan'],
  ['team', 'manager:mo', '/team?period=2026-Q2'],
  ['close', 'ops:olga', '/close/2026-Q2'],
  ['approvals', 'finance:fred', '/requests?state=all'],
  ['desk', 'ops:olga', '/queries'],
  ['deals', 'ops:olga', '/deals'],
  ['deal', 'ops:olga', '/deals/crm/OP-2001'],
  ['import', 'ops:olga', '/import'],
  ['exceptions', 'ops:olga', '/exceptions'],
  ['ask-exception', 'ops:olga', '/exceptions/ask?kind=hold&participant=ada&period=2026-Q2'],
  ['replay', 'ops:olga', replayed],
  ['definition', 'ops:olga', '/definitions/plan/account-executive'],
  ['payouts', 'finance:fred', '/payouts?asOf=400'],
  ['compare', 'finance:fred', '/payouts/compare?from=593&to=594'],
  ['cost', 'finance:fred', '/cost'],
  ['audit', 'auditor:auditor', '/audit?deal=crm.OP-2001'],
  ['payout-life', 'auditor:auditor', '/audit/payouts/2026-Q1/ben'],
  ['handover', 'finance:fred', '/handover'],
  ['access', 'admin:adam', '/access'],
] as const;

if (CHROMIUM === undefined) throw new Error(NO_BROWSER);
mkdirSync(FOLDER, { recursive: true });
const served = await serveDemo();
// With what is going on in it at the time.
const present = join(import.meta.dirname, '../../services/cli/demo/present.ts');
const { status, stderr } = spawnSync(process.execPath, [present, served.file], { encoding: 'utf8' });
if (status !== 0) throw new Error(stderr);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  const asked = process.argv.slice(2);
  for (const [name, as, path] of SCREENS) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const scheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        colorScheme: scheme,
        locale: 'en',
      });
      const session = JSON.stringify({ token: `demo:${as}` });
      await context.addInitScript((kept) => sessionStorage.setItem('ledger.session', kept), session);
      const page = await context.newPage();
      await page.goto(`${served.address}${typeof path === 'string' ? path : await path(served.address)}`);
      // A page that follows a stream is never idle: it is there when nothing is awaited any more.
      await page.getByRole('heading', { level: 1 }).waitFor();
      const loading = page.getByRole('status', { name: 'Loading' });
      await until(`${name} is there`, async () => (await loading.count()) === 0);
      const file = join(FOLDER, `${name}-${scheme}.png`);
      await page.screenshot({ path: file });
      console.log(file);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await served.stop();
}
