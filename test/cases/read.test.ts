import type { Case } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';
import { readText, runText, wrongIn } from './run.ts';

const PLAN = `
  - define:
      plan: seller
      components: { sales: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }] } }`;
const DEAL = '\n  - { deal: D-1, owner: ada, amount: 1000, closed: 2026-02-01 }';
const THEN = '\nthen:\n  - { statement: ada, period: 2026-Q1, total: 100.00 }\n';

function only(text: string): Case {
  const read = readText(text);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  const [first] = read.cases;
  if (first === undefined) throw new Error('no case');
  return first;
}

describe('what a case leaves out', () => {
  const { calendar, periods, implicit, steps, start } = only(`case: A\ngiven:${PLAN}${DEAL}${THEN}`);

  test('the calendar has periods like the first one that is named, from the first that anything falls into', () => {
    expect(calendar).toMatchObject({ cadence: 'quarter', firstPeriod: '2026-Q1', timeZone: 'UTC', currency: 'USD' });
    expect(periods).toEqual(['2026-Q1']);
    const monthly = only(`case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { statement: ada, period: 2026-04, total: 0 }\n`);
    expect(monthly.periods).toEqual(['2026-02', '2026-03', '2026-04']);
  });

  test('who is named is there, and earns under the only plan', () => {
    const people = implicit.find((each) => each.kind === 'participants');
    expect(people?.participants.map(({ participant, startsOn }) => [participant, startsOn])).toEqual([
      ['ada', '2026-01-01'],
    ]);
    const plans = [{ participant: 'ada', plan: 'seller' }];
    expect(steps.map(({ action }) => action)[1]).toMatchObject({ do: 'assign', plans, from: '2026-01-01', to: null });
  });

  test('a case that assigns somebody assigns the others itself', () => {
    const given = only(`case: A\ngiven:${PLAN}\n  - { assign: { ben: seller } }${DEAL}${THEN}`);
    expect(given.steps.filter(({ action }) => action.do === 'assign')).toHaveLength(1);
  });

  test('the metric bookings is there where it is used and not defined', () => {
    expect(implicit.find((each) => each.kind === 'metric')?.document.amount).toBe('deal.amount');
    const lastYear = PLAN.replace('plan: seller', 'plan: seller\n      from: 2025-01-01');
    expect(only(`case: A\ngiven:${lastYear}${THEN}`).implicit.find(({ kind }) => kind === 'metric')).toMatchObject({
      from: '2025-01-01',
    });
    const own = `\n  - define: { metric: bookings, amount: deal.amount * 2 }`;
    expect(only(`case: A\ngiven:${own}${PLAN}${THEN}`).implicit.some(({ kind }) => kind === 'metric')).toBe(false);
  });

  test('a deal is told when it closed, and a period frozen when it is over', () => {
    const given = only(`case: A\ngiven:${PLAN}${DEAL}\n  - { freeze: 2026-Q1 }${THEN}`);
    expect([start, ...given.steps.map(({ on }) => on)]).toEqual([
      '2026-01-01',
      '2026-01-01',
      '2026-01-01',
      '2026-02-01',
      '2026-04-01',
    ]);
  });

  test('an amendment leaves the rest of the deal as it was', () => {
    const given = only(`case: A\ngiven:${PLAN}${DEAL}\n  - { amend: D-1, amount: 2000 }${THEN}`);
    expect(given.steps.at(-1)?.action).toMatchObject({
      snapshot: { amount: '2000', owner: 'ada', closedOn: '2026-02-01' },
    });
  });

  test('attributes are read as they look', () => {
    const deal = '{ n: 12, s: 12.5%, d: 2026-01-31, b: true, t: new, forced: { text: "12" } }';
    const given = only(`case: A\ngiven:\n  - { deal: D-1, amount: 1, closed: 2026-02-01, attributes: ${deal} }${THEN}`);
    const { action } = given.steps[0] ?? {};
    expect(action?.do === 'deal' && action.snapshot.attributes).toEqual({
      n: { decimal: '12' },
      s: { decimal: '0.125' },
      d: { date: '2026-01-31' },
      b: true,
      t: 'new',
      forced: '12',
    });
  });
});

describe('what is wrong in a file comes back at once, with its place', () => {
  test.each([
    ['given: []\n', ['a.yaml:1:1: holds no worked case; begin one with case: and then:.']],
    ['case: A\n', ['a.yaml:1:1: then: is missing. Say what must be so.']],
    [
      'cse: A\nthen: []\n',
      [/1:1: unknown field "cse"; did you mean "case"\?/, /1:1: case: is missing/, /2:7: then: is empty/],
    ],
    [
      `case: A\ngiven:\n  - { deel: D-1 }\nthen:\n  - { statment: ada }\n`,
      [
        /^a\.yaml:3:7: given #1: unknown field "deel"; did you mean "deal"\?$/,
        /^a\.yaml:5:7: then #1: unknown field "statment"; did you mean "statement"\?$/,
      ],
    ],
    [
      `case: A\ngiven:\n  - { deal: D-1, amont: 5 }${THEN}`,
      ['a.yaml:3:18: given #1: unknown field "amont"; did you mean "amount"?'],
    ],
    [`case: A\ngiven:\n  - { deal: D-1, onwer: ada }${THEN}`, [/unknown field "onwer"; did you mean "owner"\?/]],
    [`case: A\ngiven:\n  - { deal: D-1, owner:ada }${THEN}`, [/"owner:ada"; a space stands between the colon and/]],
    // Words of other systems for ours.
    [`case: A\ngiven:\n  - { deal: D-1, rep: ada }${THEN}`, [/unknown field "rep"; did you mean "owner"\?/]],
    [
      `case: A\ngiven:\n  - { milestone: D-1, reached: paid, Date: 2026-02-01 }${THEN}`,
      [/"Date"; did you mean "day"\?/],
    ],
    [
      `case: A\ngiven:\n  - { define: { plan: p, components: { s: { measure: arr, window: year, clawback: 90, table: [{ from: 0, rate: 8% }] } } } }${THEN}`,
      [/"clawback"; did you mean "returned"\?/, /#1\.pays: is missing/, /"rate"; did you mean "pays"\?/],
    ],
    [
      `case: A\ngiven:\n  - { define: { plan: p, components: { s: { measure: arr, period: year, hold: 50%, table: [{ from: 0, pays: 8% }] } } } }${THEN}`,
      [/\.window: is missing/, /"period"; did you mean "window"\?/, /"hold"; did you mean "release"\?/],
    ],
    [
      `case: A\ngiven:\n  - { define: { plan: p, components: { s: { measure: arr, window: year, cap: 5, table: [{ from: 0, pays: 8% }] } } } }${THEN}`,
      [/\.cap: must be fields with their names, as "name: value", of deal, period, window, year, /],
    ],
    [`case: A\ngiven:\n  - { deal: D-1, amount: 1,000.00 }${THEN}`, [/^a\.yaml:3:28: given #1: a comma ends a value/]],
    [`case: A\ngiven:\n  - { quota: { ada: 100,000 } }${THEN}`, [/^a\.yaml:3:25: given #1: a comma ends a value/]],
    [`case: A\ngiven:\n  - { deal: D-1, type: new }${THEN}`, [/"type"; what else .* as attributes: \{ type: … \}\.$/]],
    [`case: A\ngiven:\n  - { exception: hold }${THEN}`, [/"exception"; it is a document; write it under define/]],
    [`case: A\ngiven:\n  - { adjustment: ada }${THEN}`, [/write define: \{ exception: adjustment, participant: … \}/]],
    [
      `case: A\nplan: s${THEN}`,
      [/^a\.yaml:2:1: unknown field "plan"; it is a definition; write it under given, as - define/],
    ],
    [`case: A\ndeal: D-1${THEN}`, [/^a\.yaml:2:1: unknown field "deal"; it is a step; write it under given/]],
    [
      `case: A\nstatement: ada${THEN}`,
      [/^a\.yaml:2:1: unknown field "statement"; it is an expectation; write it under then/],
    ],
    [`- case: A\n`, [/^a\.yaml:1:1: must be fields .* beginning with case:; a line --- divides several cases\.$/]],
    [`case: A\nthen:\n  - { payout: ada, period: 2026-Q1 }\n`, [/"payout"; did you mean "statement"\?/]],
    [
      `case: A\ngiven:\n  - { define: { corrections: { policy: true-up }, from: 2026-01-01 } }${THEN}`,
      [/"from"; write it inside `corrections`\.$/],
    ],
    [`case: A\ngiven:\n  - { assign: ada }${THEN}`, [/fields with their names, .*\. Plan by participant\.$/]],
    [`case: A\ngiven:\n  - { deal: D-1, amount: 12.5O }${THEN}`, [/^a\.yaml:3:26: given #1\.amount: "12\.5O" must be/]],
    [
      `case: A\ngiven:\n  - { on: 2026-02-02, deal: D-1, amount: 1 }\n  - { on: 2026-02-01, cancel: D-1 }${THEN}`,
      [/^a\.yaml:4:11: given #2\.on: 2026-02-01 is before 2026-02-02, the day of the step above/],
    ],
    [
      `case: A\ngiven:\n  - { amend: D-9, amount: 1 }${THEN}`,
      [/^a\.yaml:3:14: given #1\.amend: no step above tells of deal D-9/],
    ],
    [
      `case: A\ngiven:\n  - { split: D-1, shares: { ada: 100%, ben: 0% } }${THEN}`,
      [/given #1\.shares\.ben: 0% is no share/],
    ],
    [`case: A\ngiven:\n  - { file: nowhere.yaml }${THEN}`, [/^a\.yaml:3:13: given #1\.file: cannot be read/]],
    [
      `case: A\nthen:\n  - { statement: ada, period: 2026-Q1 }\n`,
      [/^a\.yaml:3:5: then #1: expects nothing; add total/],
    ],
    [`case: A\nthen:\n  - { attainment: ada, is: 84% }\n`, [/then #1\.period: is missing/]],
    [`case: A\nthen:\n  - { attainment: ada, period: 2026-Q1, is: 84 % }\n`, [/"84 %" must be an attainment/]],
    [`given:${PLAN}${DEAL}${THEN}`, ['a.yaml:1:1: case: is missing. Say in one sentence what the case shows.']],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { statement: adda, period: 2026-Q1, total: 0 }\n`,
      [/:8:18: then #1\.statement: "adda" is named nowhere in given; did you mean "ada"\?/],
    ],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { statement: ada, period: 2026-Q1, total: 10% }\n`,
      [/then #1\.total: "10%" is a share; write the amount/],
    ],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { statement: ada, period: 2026-Q1, total: 1, refused: quota_missing }\n`,
      [/then #1\.refused: what is refused has no figures/],
    ],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { attainment: ada, window: 2026-Q1, is: 1, refused: quota_missing }\n`,
      [/then #1\.refused: what is refused has no figures/],
    ],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { statement: ada, period: 2026-Q1, refused: no_quota }\n`,
      [/then #1\.refused: "no_quota" is no code of docs\/errors\.md/],
    ],
    [
      `case: A\ngiven:${PLAN}${DEAL}\nthen:\n  - { attainment: ada, window: 2026-Q9, is: 1 }\n`,
      [/then #1\.window: "2026-Q9" is no window; write it as/],
    ],
    [`case: A\ngiven: { deal: D-1 }${THEN}`, [/^a\.yaml:2:8: given: must be a list/]],
  ])('%s', (text, expected) => {
    const wrong = wrongIn(text);
    expect(wrong).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(wrong[index]).toMatch(each);
  });

  test('names that differ by one letter in the same place are two people', () => {
    const then = '\nthen:\n  - { statement: adb, period: 2026-Q1, total: 0 }\n';
    expect(readText(`case: A\ngiven:${PLAN}${DEAL}${then}`).ok).toBe(true);
  });

  test('a plan of one day is defined once', () => {
    const plan = (rate: string) =>
      `{ plan: seller, components: { sales: { measure: bookings, window: year, tier-by: amount, table: [{ from: 0, pays: ${rate} }] } } }`;
    const wrong = wrongIn(`case: A\ngiven:\n  - define:\n      - ${plan('1%')}\n      - ${plan('2%')}${THEN}`);
    expect(wrong).toEqual([
      'a.yaml:5:1: plan seller from 2026-01-01 is defined in line 4, too; keep one of them, or give the later one another first day.',
    ]);
  });

  test('a mistake in an inline definition points into the case file', () => {
    const wrong = wrongIn(`case: A
given:
  - define:
      plan: seller
      components:
        sales: { measure: bookings, windw: quarter, table: [{ from: 0%, pays: 8% }] }
${THEN.slice(1)}`);
    expect(wrong).toEqual(
      expect.arrayContaining([
        'a.yaml:6:37: given #1.define.components.sales: unknown field "windw"; did you mean "window"?',
      ]),
    );
  });

  test('periods of two lengths do not fit one calendar', async () => {
    const [result] = await runText(`case: A
given:${PLAN}${DEAL}
then:
  - { statement: ada, period: 2026-Q1, total: 100 }
  - { statement: ada, period: 2026-02, total: 100 }
`);
    expect(result?.failures.map(({ actual }) => actual)).toEqual([expect.stringContaining('error[period_unknown]')]);
  });

  test('what every case of a file shares stands first', async () => {
    const results = await runText(`given:${PLAN}${DEAL}
---
case: A${THEN}---
case: B
given:
  - { deal: D-2, owner: ada, amount: 500, closed: 2026-03-01 }
then:
  - { statement: ada, period: 2026-Q1, total: 150.00 }
`);
    expect(results.map(({ title, ok, line }) => [title, ok, line])).toEqual([
      ['A', true, 7],
      ['B', true, 11],
    ]);
  });

  test('a definition file beside it', async () => {
    const file = `plan: seller
title: Seller
currency: EUR
from: 2026-01-01
reason: Plan year
components: { sales: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }] } }
`;
    const text = `case: A\ngiven:\n  - { file: plans.yaml }${DEAL}\nthen:\n  - { statement: ada, period: 2026-Q1, total: 100, currency: EUR }\n`;
    expect(await runText(text, { 'plans.yaml': file })).toMatchObject([{ ok: true }]);
  });
});
