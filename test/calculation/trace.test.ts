import type { StatementLine, TraceStep } from '@ledger/events';
import { recompute } from '@ledger/recompute';
import { expect, test } from 'vitest';
import { band, company, deal, fx, type Given, given, metric, quota, relief, split } from './given.ts';

function lineOf(ledger: Given, id: string): StatementLine {
  const line = ledger.statement('ada', '2026-Q1').lines.find((each) => each.line.endsWith(id));
  if (line === undefined) throw new Error(`no line for ${id}`);
  return line;
}

function told(step: TraceStep, depth = 0): readonly string[] {
  return [`${'  '.repeat(depth)}${step.says}`, ...(step.steps ?? []).flatMap((each) => told(each, depth + 1))];
}

function stepsOf(step: TraceStep): readonly TraceStep[] {
  return [step, ...(step.steps ?? []).flatMap(stepsOf)];
}

function story(): Given {
  const ledger = company(given(), {
    table: [band('0%', '8%'), band('100%', '12%'), band('200%', '15%', 'retroactive')],
  });
  quota(ledger, ['90000']);
  relief(ledger, '2026-01-01', '2026-02-15', { by: 'days', share: '100%' });
  return ledger;
}

test('a line is told from the deal to the rounding, for the rep', () => {
  const ledger = story();
  deal(ledger, { deal: 'D-0', amount: '6000.00', closedOn: '2026-01-15' });
  deal(ledger, { deal: 'D-1', amount: '120000.00', closedOn: '2026-02-09' });
  split(ledger, 'D-1', { ada: '0.7', ben: '0.3' });
  expect(told(lineOf(ledger, 'crm.D-1').trace)).toEqual([
    '13,020.00 USD for deal crm.D-1: New business, plan Account executive, version 1.',
    '  Deal crm.D-1 with Acme: 120,000.00 USD, closed on 2026-02-09.',
    '  70 % of 120,000.00 USD: split exception split-1, approved by fin: Joint pursuit.',
    '  ARR (metric arr, version 1) counts 120,000.00 USD; credited: 84,000.00 USD.',
    '  In 2026-Q1: 6,000.00 USD before this deal, 90,000.00 USD with it, 200 % of quota.',
    '    Quota for arr in 2026-Q1: 45,000.00 USD, approved by fin.',
    '      2026-Q1: 90,000.00 USD assigned, 45,000.00 USD after relief.',
    '        Relief r1 (leave), 2026-01-01 to 2026-02-15: 100 % of 45 days, approved by fin: because',
    '  New business: 13,020.00 USD by attainment.',
    '    15 % on 84,000.00 USD, in the band from 200 % of quota (90,000.00 USD): 12,600.00 USD.',
    '    15 % applies to everything from the first unit on once 200 % of quota (90,000.00 USD) is reached: 420.00 USD for what was credited before.',
    '  Rounded once, half-up: 13,020.00 USD.',
  ]);
});

test('every step can be computed again from its formula and inputs, and leaves name events', () => {
  const ledger = story();
  fx(ledger, 'USDEUR', '2026-01-01', '0.9307');
  metric(ledger, { version: 2, amount: 'deal.amount * 12 / deal.termMonths', counts: 'has(deal.termMonths)' });
  const attributes = { termMonths: { decimal: '36' } };
  deal(ledger, { deal: 'D-0', amount: '60000.01', closedOn: '2026-01-15', attributes });
  deal(ledger, { deal: 'D-1', amount: '100000.00', currency: 'EUR', closedOn: '2026-01-20', attributes });
  deal(ledger, { deal: 'D-2', amount: '200000.00', closedOn: '2026-02-09', attributes });
  deal(ledger, { deal: 'D-3', amount: '-180000.00', closedOn: '2026-02-10', attributes });
  const { lines } = ledger.statement('ada', '2026-Q1');
  expect(lines).toHaveLength(4);
  const computed = lines.flatMap((line) => stepsOf(line.trace)).filter(({ result }) => result !== undefined);
  expect(recompute(ledger.statement('ada', '2026-Q1'))).toMatchObject({ ok: true, total: { ok: true } });
  for (const line of lines) {
    const [dealStep, creditStep, metricStep] = line.trace.steps ?? [];
    for (const step of [line.trace, dealStep, creditStep, metricStep]) expect(step?.events?.length).toBeGreaterThan(0);
  }
  expect(computed.length).toBeGreaterThan(25);
  expect(told(lineOf(ledger, 'D-1').trace).find((says) => says.includes('EUR to USD'))).toBe(
    '    EUR to USD at USD/EUR 0.9307, the newest rate on the closing date: of 2026-01-01, central bank.',
  );
});

test('what an exact number cannot show in cents is marked as about', () => {
  const ledger = story();
  metric(ledger, { version: 2, amount: 'deal.amount / 3' });
  deal(ledger, { deal: 'D-1', amount: '100.00' });
  const [, , , counted] = told(lineOf(ledger, 'D-1').trace);
  expect(counted).toBe('  ARR (metric arr, version 2) counts ≈ 33.33 USD; credited: ≈ 33.33 USD.');
});
