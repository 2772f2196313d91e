import { approve, type By, handover, handoverPage, requestFreeze, requestReopen } from '@ledger/application';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { FINANCE, OPS, sound } from '../support/company.ts';
import { frozenCompany } from '../support/replayed.ts';
import { CHROMIUM, NO_BROWSER } from './served.ts';

const CORA: By = { actor: { id: 'cora', role: 'finance' } };
const FAY: By = { actor: { id: 'fay', role: 'finance' } };

test('the page of a handover is no wider than a telephone; its tables move by themselves', async (context) => {
  if (CHROMIUM === undefined) return context.skip(NO_BROWSER);
  const { ledger } = await frozenCompany();
  const ask = { period: '2026-Q1', reason: 'A rate was wrong', evidence: ['Mail'] };
  sound(await requestReopen(ledger, ask, CORA));
  for (const by of [FINANCE, FAY]) sound(await approve(ledger, 'reopen/2026-Q1', by));
  sound(await requestFreeze(ledger, ask, OPS));
  sound(await approve(ledger, 'freeze/2026-Q1', FAY));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'], headless: true });
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.setContent(handoverPage(sound(await handover(ledger, {}))));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const widest = 'Math.max(...[...document.querySelectorAll("table")].map((table) => table.scrollWidth))';
    expect(await page.evaluate<number>(widest)).toBeGreaterThan(360);
  } finally {
    await browser.close();
  }
});
