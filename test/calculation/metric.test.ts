import { checkMetric, compileMetric, type DealEntry, isFailure } from '@ledger/calculation';
import type { MetricDocument } from '@ledger/events';
import { toText } from '@ledger/money';
import { describe, expect, test } from 'vitest';
import { deal, given, type terms } from './given.ts';

const NEVER: MetricDocument = {
  metric: 'arr',
  title: 'ARR',
  unit: 'money',
  of: 'deal',
  counts: 'true',
  amount: 'deal.amount',
};

function entry(options: Partial<Parameters<typeof terms>[0]> = {}): DealEntry {
  const ledger = given();
  ledger.record('ParticipantOnboarded', {
    participant: 'ada',
    startsOn: '2026-01-01',
    currency: 'USD',
    manager: null,
    jobTitle: null,
  });
  deal(ledger, {
    deal: 'D-1',
    attributes: {
      type: 'new',
      termMonths: { decimal: '24' },
      textual: '24',
      renewed: true,
      signed: { date: '2026-02-01' },
      constructor: 'Bau AG',
    },
    ...options,
  });
  const found = ledger.book('ada').deals.get('crm.D-1');
  if (found === undefined) throw new Error('the deal was recorded');
  return found;
}

function measure(
  expressions: Partial<MetricDocument>,
  options: Partial<Parameters<typeof terms>[0]> = {},
): string | null {
  const verdict = compileMetric({ ...NEVER, ...expressions }).measure(entry(options));
  if (isFailure(verdict)) return `${verdict.expression}: ${verdict.says}`;
  return verdict === null ? null : toText(verdict);
}

function refused(expressions: Partial<MetricDocument>): readonly string[] {
  return checkMetric({ ...NEVER, ...expressions }).map(({ code, message, field }) => {
    expect(code).toBe('expression_invalid');
    return `${field} ${message.replace(/^metric arr: \w+, /, '').replace(/, in `[^`]*`\.$/s, '')}`;
  });
}

describe('amounts', () => {
  test.each([
    ['deal.amount', '100000'],
    ['1', '1'],
    ['1 / 3', '1/3'],
    ['deal.amount * 12 / deal.termMonths', '50000'],
    ['deal.amount * decimal("0.1") + decimal("-0.3")', '9999.7'],
    ['-min(deal.amount, 5) - max(1, deal.termMonths)', '-29'],
    ['deal.type == "new" ? deal.amount : 0', '100000'],
    ['decimal(deal.textual)', '24'],
  ])('%s is %s', (amount, result) => expect(measure({ amount })).toBe(result));
});

describe('conditions', () => {
  test.each([
    ['deal.type == "new" && deal.termMonths >= 12', true],
    ['deal.termMonths in [12, 24]', true],
    ['deal.type in ["expansion", "renewal"]', false],
    ['deal.renewed && !(deal.amount < 5)', true],
    ['has(deal.partner) && deal.partner == "x"', false],
    ['has(deal.account) && deal.account.startsWith("Ac")', true],
    ['deal.closedOn >= "2026-01-01" && deal.signed < deal.closedOn && deal.selectionOn == deal.closedOn', true],
    ['deal.source + "." + deal.id == "crm.D-1"', true],
    ['deal.type.upperAscii().contains("EW") || deal.type.trim().endsWith("x")', true],
    ['deal.constructor == "Bau AG" && deal.owner == "ada"', true],
    ['deal.termMonths != 24', false],
  ])('%s is %s', (counts, result) => expect(measure({ counts })).toBe(result ? '100000' : null));
});

describe('at publication, with line and column', () => {
  test.each([
    [{ counts: 'deal.amount > 0.5' }, '/counts line 1, column 15: 0.5 would be a float; write decimal("0.5")'],
    [{ counts: 'deal.amount >\n  12 +' }, '/counts line 2, column 7: the expression ends too early'],
    [
      { counts: 'deal.amount between 1 and 2' },
      "/counts line 1, column 13: Unexpected character: 'n'; a range is written with both its ends: a >= 1 && a < 2",
    ],
    [{ counts: 'deal.amount' }, '/counts line 1, column 1: must be true or false, and is a number'],
    [{ amount: 'deal.currency' }, '/amount line 1, column 1: must be a number, and is a text'],
    [
      { amount: 'deal.amount + "x"' },
      '/amount line 1, column 1: a number "+" a text is not possible; write both alike: 12 is a number, "12" a text',
    ],
    [{ counts: 'deal.amount == deal.currency' }, '/counts line 1, column 1: compares a number with a text'],
    [{ counts: 'deal.closedon == "x"' }, '/counts line 1, column 6: deal.closedon is written deal.closedOn'],
    [
      { counts: 'line.amount > 1' },
      '/counts line 1, column 1: Unknown variable: line; only metrics `of: line` have lines',
    ],
    [
      { counts: 'true || deal.type.matches("(a+)+$")' },
      '/counts line 1, column 9: .matches() is not a function here; there are startsWith, endsWith, contains, lowerAscii, upperAscii, trim',
    ],
    [
      { amount: 'double(1)' },
      '/amount line 1, column 1: double() is not a function here; there are has, decimal, min, max',
    ],
    [
      { amount: 'sum(deal.amount)' },
      '/amount line 1, column 1: sum() is not a function here; there are has, decimal, min, max; with of: line, what is said of each line of the deal is added up',
    ],
    [{ amount: 'decimal("1,5")' }, '/amount line 1, column 1: decimal("1,5") is not a number such as 12.5'],
    [{ counts: 'deal.account == null' }, '/counts line 1, column 17: null is not a value here; ask has(deal.account)'],
    [{ counts: 'deal["type"] == "new"' }, '/counts line 1, column 1: "[]" is not part of the language of definitions'],
  ])('%j: %s', (expressions, says) => expect(refused(expressions)).toEqual([says]));

  test('everything that is wrong is said at once', () => {
    expect(refused({ counts: '0.5 > 1.5', amount: 'nobody' })).toHaveLength(3);
  });

  test('an expression has a size: 500 nodes, 50 deep', () => {
    expect(refused({ amount: Array.from({ length: 600 }, () => '1').join('+') })).toHaveLength(1);
    expect(refused({ amount: `${'('.repeat(100)}1${')'.repeat(100)}` })).toHaveLength(1);
  });

  test('what is fine is fine', () => {
    expect(
      refused({ of: 'line', counts: 'has(line.category) && line.category == deal.type', amount: 'line.quantity * 2' }),
    ).toEqual([]);
  });
});

describe('at a deal', () => {
  test.each([
    [{ counts: 'deal.partner == "x"' }, 'counts: partner is not there'],
    [{ amount: 'deal.amount / (deal.termMonths - 24)' }, 'amount: division by zero'],
    [{ counts: 'deal.textual == 24' }, 'counts: compares a number with a text'],
    [
      { counts: 'deal.textual >= 24' },
      'counts: a text ">=" a number is not possible; write both alike: 12 is a number, "12" a text',
    ],
    [{ counts: 'deal.type' }, 'counts: the result is not true or false'],
    [{ amount: 'deal.type' }, 'amount: the result is not a number'],
  ])('%j fails: %s', (expressions, says) => expect(measure(expressions)).toBe(says));

  test('a line of which one fails says which', () => {
    const line = { line: '7', product: 'Suite', category: null, quantity: null, amount: '1.00', cost: null };
    const verdict = compileMetric({ ...NEVER, of: 'line', amount: 'line.quantity' }).measure(entry({ lines: [line] }));
    expect(verdict).toMatchObject({ line: '7', expression: 'amount', says: 'quantity is not there' });
  });

  test('a verdict is computed once for each deal and text of a metric', () => {
    const one = compileMetric({ ...NEVER });
    expect(compileMetric({ ...NEVER })).toBe(one);
    const of = entry();
    expect(one.measure(of)).toBe(one.measure(of));
  });
});
