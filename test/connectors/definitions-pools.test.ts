import { checkPlan } from '@ledger/calculation';
import { type MetricDocument, planDocument } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { problems, read } from './definitions.ts';

/** What several people share, and what is paid for a window as a whole: as people write it, right and wrong. */

const plan = (component: string) => `plan: ae
title: Account executive
currency: USD
components:
  c: ${component}
from: 2026-01-01
reason: Plan year 2026.
`;

const TABLE = 'table: [{ from: 0%, pays: 8% }]';

function componentOf(text: string) {
  const [definition] = read(plan(text));
  if (definition?.kind !== 'plan') throw new Error('not a plan');
  expect(planDocument.parse(definition.document)).toEqual(definition.document);
  return definition.document.components.c;
}

describe('given what people share as they write it, then the document that events carry', () => {
  test('nothing of it where nothing is said', () => {
    const component = componentOf(`{ measure: m, window: month, ${TABLE} }`);
    for (const field of ['streak', 'contest', 'groupCap', 'budget']) expect(component).not.toHaveProperty(field);
  });

  test('each with its defaults', () => {
    expect(componentOf('{ measure: m, window: month, streak: { windows: 3, at-least: 100%, pays: 5 } }')).toMatchObject(
      { streak: { windows: 3, atLeast: '100%', pays: '5', afterwards: 'restart', acrossYears: true } },
    );
    expect(
      componentOf(
        '{ measure: m, window: month, contest: { prizes: [{ place: 1, pays: 5 }, { place: 2-4, pays: 3 }] } }',
      ),
    ).toMatchObject({
      contest: {
        awards: {
          by: 'place',
          prizes: [
            { from: 1, to: 1, pays: '5' },
            { from: 2, to: 4, pays: '3' },
          ],
        },
        atLeast: null,
        ties: 'share',
        present: 'at-end',
        among: null,
        group: null,
      },
    });
    expect(componentOf('{ measure: m, window: month, contest: { pot: 2% } }')).toMatchObject({
      contest: { awards: { by: 'pot', pot: { by: 'share', share: '2%' }, divided: 'by-score' } },
    });
    expect(
      componentOf(`{ measure: m, window: month, ${TABLE}, group-cap: { deal: 10000.00 }, budget: { amount: 5 } }`),
    ).toMatchObject({
      groupCap: { most: { by: 'money', money: '10000.00' }, group: null },
      budget: { amount: '5', window: null, spends: 'first-come', group: null },
    });
  });
});

const wrong = (component: string) =>
  problems(plan(component)).map((each) => each.replace(/^(\S+) x\.yaml:\d+:\d+: /, '$1 '));

describe('given something wrong in a file, then where it is and what to write', () => {
  test.each([
    ['contest: { ties: share }', 'field_missing components.c.contest.prizes: is missing.'],
    ['contest: { pot: 5, prizes: [{ place: 1, pays: 5 }] }', 'field_invalid components.c.contest.pot: prizes and pot'],
    [
      'contest: { prizes: [{ place: 1, pays: 5 }], divided: equally }',
      'field_invalid components.c.contest.divided: is how',
    ],
    [
      'contest: { prizes: [{ place: 0, pays: 5 }] }',
      'field_invalid components.c.contest.prizes #1.place: "0" must be a place',
    ],
    [
      'contest: { prizes: [{ place: one, pays: 5 }] }',
      'field_invalid components.c.contest.prizes #1.place: "one" must be',
    ],
    ['contest: { prizes: [{ pays: 5 }] }', 'field_missing components.c.contest.prizes #1.place: is missing.'],
    [
      'contest: { prizes: [{ place: 1, top: 5%, pays: 5 }] }',
      'field_invalid components.c.contest.prizes #1.top: place and top',
    ],
    [
      'contest: { prizes: [{ top: 5%, pays: 5 }, { place: 1, pays: 5 }] }',
      'field_invalid components.c.contest.prizes #2.place: a contest has',
    ],
    [
      'contest: { prizes: [{ place: 1, pays: 0 }] }',
      'amount_invalid components.c.contest.prizes #1.pays: "0" must be more than 0.',
    ],
    ['contest: { pot: 0 }', 'amount_invalid components.c.contest.pot: is 0, so nothing is ever paid;'],
    ['contest: { pot: 0.02 }', 'amount_invalid components.c.contest.pot: 0.02 would be less than one unit of money;'],
    ['contest: { pot: 5, ties: best }', 'field_invalid components.c.contest.ties: "best" is not known;'],
    [
      'contest: { pot: 5 }, streak: { windows: 2, at-least: 1%, pays: 5 }',
      'field_invalid components.c.contest: streak and contest',
    ],
    [`contest: { pot: 5 }, ${TABLE}`, 'table_invalid components.c.table: contest pays instead of bands;'],
    [
      'streak: { windows: 1, at-least: 100%, pays: 5 }',
      'field_invalid components.c.streak.windows: "1" must be a number',
    ],
    [
      'streak: { windows: 2, at-least: 100%, pays: -5 }',
      'amount_invalid components.c.streak.pays: "-5" must be more than 0.',
    ],
    [
      'streak: { windows: 2, at-least: 100%, pays: 5, then: stop }',
      'field_unknown components.c.streak: unknown field "then"',
    ],
    [`${TABLE}, group-cap: 5000`, 'field_invalid components.c.group-cap: must be fields with their names'],
    [`${TABLE}, group-cap: { amount: 5 }`, 'field_missing components.c.group-cap.deal: is missing.'],
    [`${TABLE}, group-cap: { deal: -5% }`, 'amount_invalid components.c.group-cap.deal: is -5%, so nothing'],
    [`${TABLE}, budget: { amount: "60,000" }`, 'amount_invalid components.c.budget.amount:'],
    [
      `${TABLE}, budget: { amount: 5, window: { rolling: 3 } }`,
      'field_unknown components.c.budget.window: unknown field "rolling"',
    ],
    [
      `${TABLE}, budget: { amount: 5, spends: later }`,
      'field_invalid components.c.budget.spends: "later" is not known;',
    ],
  ])('%s', (component, says) => {
    const found = wrong(`{ measure: m, window: month, ${component} }`);
    expect(
      found.filter((each) => each.startsWith(says)),
      found.join('\n'),
    ).not.toEqual([]);
  });
});

const METRICS: ReadonlyMap<string, MetricDocument> = new Map([
  ['m', { metric: 'm', title: 'M', unit: 'money', of: 'deal', counts: 'true', amount: 'deal.amount' }],
]);

describe('given something that cannot be meant, then it is refused, or warned about', () => {
  test.each([
    ['window: deal, contest: { pot: 5 }', '/window'],
    ['window: month, round: to-date, contest: { pot: 5 }', '/round'],
    ['window: month, contest: { pot: 5%, divided: equally }', '/contest/pot'],
    ['window: month, contest: { pot: 5, ties: lower }', '/contest/ties'],
    ['window: month, contest: { pot: 5, at-least: 500 }', '/contest/atLeast'],
    ['window: month, contest: { prizes: [{ place: 1-3, pays: 5 }, { place: 3, pays: 2 }] }', '/contest/prizes/1'],
    ['window: month, contest: { prizes: [{ place: 3-1, pays: 5 }] }', '/contest/prizes/0'],
    ['window: month, contest: { prizes: [{ top: 20%, pays: 5 }, { top: 10%, pays: 2 }] }', '/contest/prizes/1'],
    ['window: month, contest: { pot: 5 }, cap: { deal: 4 }', '/cap/deal'],
    ['window: month, contest: { pot: 5 }, pays-on: m2', '/paysOn'],
    ['window: { rolling: 3 }, streak: { windows: 2, at-least: 5%, pays: 5 }', '/window'],
    ['window: month, streak: { windows: 2, at-least: 0%, pays: 5 }', '/streak/atLeast'],
    ['window: month, streak: { windows: 2, at-least: 5%, pays: 5 }, group-cap: { deal: 5 }', '/groupCap/deal'],
    [`window: month, each: period, ${TABLE}, group-cap: { deal: 5 }`, '/groupCap/deal'],
    [`window: month, round: to-date, ${TABLE}, budget: { amount: 5 }`, '/round'],
    [`window: deal, ${TABLE}, budget: { amount: 5 }`, '/budget/window'],
    [
      `window: month, ${TABLE}, budget: { amount: 5, window: { from: 2026-02-01, to: 2026-01-01 } }`,
      '/budget/window/to',
    ],
  ])('%s', (component, at) => {
    const [definition] = read(plan(`{ measure: m, ${component} }`));
    if (definition?.kind !== 'plan') throw new Error('not a plan');
    const { problems: found } = checkPlan(definition.document, METRICS);
    expect(found.map(({ field }) => field)).toContain(`/components/c${at}`);
  });

  test.each([
    ['window: month, contest: { prizes: [{ place: 1, pays: 5 }, { place: 3, pays: 2 }] }', '/contest/prizes/1'],
    ['window: month, contest: { prizes: [{ place: 1, pays: 5 }, { place: 2, pays: 9 }] }', '/contest/prizes/1'],
    [`window: month, ${TABLE}, group-cap: { deal: 5 }, cap: { deal: 9 }`, '/cap/deal'],
    [`window: month, ${TABLE}, budget: { amount: 5 }, cap: { window: 9 }`, '/cap/window'],
  ])('warned about: %s', (component, at) => {
    const [definition] = read(plan(`{ measure: m, ${component} }`));
    if (definition?.kind !== 'plan') throw new Error('not a plan');
    const { problems: found, warnings } = checkPlan(definition.document, METRICS);
    expect(found).toEqual([]);
    expect(warnings.map(({ field }) => field)).toEqual([`/components/c${at}`]);
  });
});
