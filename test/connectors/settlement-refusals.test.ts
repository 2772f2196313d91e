import { readDefinitions } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';

/** What is wrong with clauses about the person, and with decisions about one person, is said with its place. */
function problems(text: string): readonly string[] {
  const result = readDefinitions(new TextEncoder().encode(text), 'x.yaml');
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

const plan = (clauses: string) => `plan: ae
title: Seller
currency: USD
components:
  new: { measure: arr, window: quarter, table: [{ from: 0%, pays: 8% }] }
from: 2026-01-01
reason: Plan year 2026.
${clauses}
`;
const exception = (fields: string) =>
  `exception: adjustment\nparticipant: ada\nreason: Because.\nevidence: [mail]\n${fields}\n`;

describe('clauses of a plan', () => {
  test.each([
    ['draws: []', /at least|too small|>=1/i],
    ['draws: [{ amount: 5, earnings-of: new }]', /earnings-of/],
    ['draws: [{ amount: 5, earnings-of: [] }]', /at least one component/],
    ['draws: [{ amount: 5, kind: on-top, earnings-of: [new] }]', /nothing that is earned is set against/],
    ['draws: [{ amount: 0 }]', /amount_invalid .*more than 0/],
    ['draws: [{ amount: -5.00 }]', /amount_invalid/],
    ['draws: [{ amount: 1 000.00 }]', /amount_invalid/],
    ['draws: [{ amount: 1000.00, recover: 150% }]', /percent_invalid .*at most 100%/],
    ['draws: [{ amount: 1000.00, recover: 0% }]', /percent_invalid .*more than 0%/],
    ['draws: [{ amount: 1000.00, recover: -50% }]', /percent_invalid/],
    ['draws: [{ amount: 1000.00, for: 6 }]', /must be a time as 6 months/],
    ['draws: [{ amount: 1000.00, for: 999 months }]', /must be a time as 6 months/],
    ['draws: [{ amount: 1000.00, for: 6 months, until: 2026-07-01 }]', /until and for are both there/],
    ['draws: [{ amount: 1000.00, from: 2026-07-01, until: 2026-06-01 }]', /interval_invalid .*must be after/],
    ['draws: [{ amount: 1000.00 }, { amount: 500.00 }]', /draws #1 and #2 are both called draw/],
    ['draws: [{ amount: 1000.00, kind: non-recoverable, recover: 50% }]', /never owed/],
    ['draws: [{ amount: 1000.00, protect-flor: no }]', /did you mean "protect-floor"/],
    ['guarantee: { amount: 1000.00, paid: at-end }', /is for sums/],
    ['guarantee: { amount: 1000.00, every: year, over: quarter }', /a quarter is shorter than the year/],
    ['guarantee: { amount: 1000.00, over: whole }', /write until or for/],
    ['pay: { always-pay: [year-end] }', /pay\.minimum: is missing/],
    ['pay: { below-minimum: pay }', /pay\.minimum: is missing/],
    ['pay: { negative-minimum: 5.00 }', /is for negative: pay/],
    ['pay: { negative: pay, recover: { share: 25% } }', /everything is charged at once/],
    ['pay: { recover: { share: 25%, instalment: 100.00 } }', /keep one of them/],
    ['pay: { every: fortnight }', /"fortnight" is not known/],
  ])('%s', (clauses, said) => {
    expect(problems(plan(clauses)).join('\n')).toMatch(said);
  });

  test('the same clauses without the mistake are read', () => {
    const clauses = `draws: [{ amount: 1000.00, for: 6 months }, { name: other, kind: non-recoverable, amount: 5.00 }]
guarantee: { amount: 1000.00, over: half, paid: at-end }
pay: { every: quarter, minimum: 25.00, always-pay: never, recover: { share: 25%, at-least: 500.00 }, write-off-under: 10.00 }`;
    expect(problems(plan(clauses))).toEqual([]);
  });
});

describe('decisions about one person', () => {
  test.each([
    ['period: 2026-01', /amount: is missing; exception: adjustment needs it/],
    ['period: 2026-01\namount: 5.00\nuntil: 2026-02-01', /until: is not read by exception: adjustment/],
    ['period: 2026-13\namount: 5.00', /field_invalid/],
  ])('%s', (fields, said) => {
    expect(problems(exception(fields)).join('\n')).toMatch(said);
  });

  test('every kind says what it needs', () => {
    const of = (kind: string, fields: string) =>
      problems(exception(fields).replace('exception: adjustment', `exception: ${kind}`)).join('\n');
    expect(of('draw', '')).toMatch(/draw: is missing/);
    expect(of('draw', 'draw: ramp')).toMatch(/must be the terms of the draw/);
    expect(of('draw-forgiveness', 'period: 2026-01\ndraw: { amount: 5.00 }')).toMatch(/must be the name of the draw/);
    expect(of('draw-forgiveness', 'period: 2026-01\namount: -5.00')).toMatch(/without a sign/);
    expect(of('guarantee', 'from: 2026-01-01')).toMatch(/guarantee: is missing/);
    expect(of('recovery-suspension', 'from: 2026-02-01\nuntil: 2026-01-01')).toMatch(/must be after/);
    expect(of('bonus', '')).toMatch(/"bonus" is not known/);
  });

  test('there is none without a reason and evidence', () => {
    expect(problems('exception: adjustment\nparticipant: ada\nperiod: 2026-01\namount: 5.00\n').join('\n')).toMatch(
      /reason[\s\S]*evidence/,
    );
  });
});
