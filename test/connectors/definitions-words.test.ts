import { readDefinitions } from '@ledger/connectors';
import { expect, test } from 'vitest';

/** Words of other products, fields in the wrong place and units as people write them: each is told what to write. */
function problems(component: string, clauses = ''): string {
  const text = `plan: ae
title: Seller
currency: USD
components:
  new: ${component}
from: 2026-01-01
reason: Plan year 2026.
${clauses}
`;
  const result = readDefinitions(new TextEncoder().encode(text), 'x.yaml');
  return result.ok ? '' : result.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
}

const RATES = 'measure: arr, window: quarter, table: [{ from: 0%, pays: 8% }]';

test.each([
  [`{ ${RATES}, accelerators: [] }`, /unknown field "accelerators"; did you mean "table"/],
  [`{ ${RATES}, cap: { annual: 5 } }`, /did you mean "year"/],
  [`{ ${RATES}, draw: 3000 }`, /unknown field "draw"; it is of the whole plan; write draws beside `components`/],
  [`{ ${RATES}, rate: 8% }`.replace(', table: [{ from: 0%, pays: 8% }]', ''), /"rate"; did you mean "table"/],
  [`{ ${RATES}, gates: renewals }`, /gates: must be a list of \{ name: …, measure: …, .*\}, as \[a, b\] or one "- a"/],
  [`{ ${RATES}, earnings-of: new }`, /earnings-of: must be all or a list, as \[a, b\]\./],
  [`{ ${RATES}, target-incentive: 20% of salary }`, /"20% of salary" is not known; write personal, \{ of: …, /],
  [
    `{ ${RATES}, multiply-earning: [{ by: 110% }] }`,
    /"110%" must be .*; it is a percentage; a factor of 110% is 1\.1\./,
  ],
  [
    `{ ${RATES}, returned: [{ on: cancellation, takes: all }] }`,
    /takes: "all" is not known; write full, proportional, \{ proportional: … \}, .* or a rate as 8% or 0\.08\./,
  ],
  [`\n    - { name: new, ${RATES} }`, /new: must be fields with their names, as "name: value"/],
  [`{ ${RATES}, draws: [] }`, /unknown field "draws"; it is of the whole plan; write it beside `components`/],
  ['{ measure: arr, window: QTD, table: [{ from: 0%, pays: 8% }] }', /"QTD" is not known; did you mean "quarter"/],
  ['{ measure: arr, window: { start: 2026-01-01, end: 2026-02-01 }, table: [] }', /"end"; did you mean "to"/],
  ['{ measure: arr, window: year, table: [{ from: 0%, pays: 8% }, { from: 1.2, pays: 9% }] }', /write 120% or/],
  ['{ measure: arr, window: year, table: [{ from: 0%, pays: 8% }, { from: 150, pays: 9% }] }', /write 150% or/],
  [
    '{ measure: arr, window: year, tier-by: amount, table: [{ from: 50,000, pays: 9% }] }',
    /unknown field "000"; a comma begins the next field, so write amounts without it/,
  ],
  [
    '{ measure: arr, window: year, table: [{ from: 0%, pays: 8%, lump: 5, every: 1% }] }',
    /"every"; did you mean "for-each"/,
  ],
])('%s', (component, said) => {
  expect(problems(component)).toMatch(said);
});

test.each([
  ['cap: { year: 5, of: [new] }', /x\.yaml:8:21: cap\.of: must be target-incentive or salary\./],
  ['cap: { year: 5, components: [new] }', /unknown field "components"; did you mean "earnings-of"/],
  ['cap: { year: 5, of: salary }', /x\.yaml:8:21: cap\.of: is about caps in percent, and there is none; write one/],
  ['cap: [{ year: 5 }, { period: 5, changes: end }]', /x\.yaml:8:42: cap #2\.changes: is about caps in percent/],
  ['cap: [{ year: 5 }]', /x\.yaml:8:6: cap: must hold at least two caps; write one without a list\./],
  ['draws: { amount: 5 }', /draws: must be a list of \{ name: …, kind: …, amount: …, /],
  ['cap: 5', /x\.yaml:8:6: cap: must be \{ period: …, year: …, of: …, changes: …, earnings-of: … \}/],
  ['cap: [{ period: 5 }, { yeer: 5 }]', /x\.yaml:8:24: cap #2: unknown field "yeer"; did you mean "year"\?/],
  ['draws: [{ amount: 5, components: [new] }]', /unknown field "components"; did you mean "earnings-of"/],
  ['window: quarter', /unknown field "window"; it is of a component; write it in one, under `components`/],
])('%s', (clauses, said) => {
  expect(problems(`{ ${RATES} }`, clauses)).toMatch(said);
});

test.each([
  [
    'score: [{ weight: 60% }, { measure: arr, weight: 40% }]',
    /x\.yaml:5:\d+: components\.new\.tier-by\.score #1: .*measure.*component/,
  ],
  [
    'score: [{ measure: arr, component: new, weight: 60% }, { measure: arr, weight: 40% }]',
    /x\.yaml:5:\d+: components\.new\.tier-by\.score #1\.component: measure and component are both there/,
  ],
])('%s', (pick, said) => {
  expect(problems(`{ ${RATES}, read: retroactive, tier-by: { ${pick} } }`)).toMatch(said);
});

test.each([
  ['{ from: ">100%", pays: 9% }', /">100%" must be .*; say 100%, and at-bound: lower-band where/],
  ['{ from: 150%+, pays: 9% }', /"150%\+" must be .*; say 150%\./],
  ['{ from: 100%, pays: 125 bps }', /"125 bps" must be .*; say 1\.25%\./],
  ['{ from: 100%, pays: 1/3 }', /"1\/3" must be .*; a fraction is written in decimals, or its divisor in the metric/],
  ['{ from: 100%, pays: 1.5x }', /"1\.5x" must be .*; write the rate itself: 1\.5 times 8% is 12%\./],
  ['{ from: 100%, to: unlimited, pays: 9% }', /"unlimited" must be .*; where there is none, leave it out\./],
])('a band %s', (band, said) => {
  expect(problems(`{ measure: arr, window: year, table: [{ from: 0%, pays: 8% }, ${band}] }`)).toMatch(said);
});

test.each([
  ['onLeaving', 'on-leaving: { resignation: {} }', /"resignation"; did you mean "voluntary"/],
  [
    'a pipeline by days',
    'on-leaving: { other: { pipeline: [{ days: 30, pays: 50% }] } }',
    /"days"; did you mean "within"/,
  ],
])('%s', (_says, clauses, said) => {
  expect(problems(`{ ${RATES} }`, clauses)).toMatch(said);
});

test.each([
  [
    'a list whose items no comma divides',
    'rates: [\n  { pair: a }\n  { pair: b }\n]\n',
    /x\.yaml:3:3: a comma is missing before/,
  ],
  ['fields that no comma divides', 'rates: [{ pair: a rate: 1 }]\n', /x\.yaml:1:17: is not divided by a comma from/],
  [
    'fields of two lines that no comma divides',
    'rates: [{ pair: a\n  rate: 1 }]\n',
    /x\.yaml:1:17: is not divided by a comma/,
  ],
  [
    'fields of one line without braces',
    'rates:\n  - pair: a, rate: 1\n',
    /x\.yaml:2:11: holds ", " and a field; write .* inside \{ \}/,
  ],
  ['a comment of another language', '// rates\nrates: []\n', /x\.yaml:1:1: a comment begins with #, not with \/\//],
  [
    'a quota as a case says it',
    'quota: { ada: 5 }\nmetric: arr\n',
    /"quota"; quotas are a document of their own; write quotas: \[/,
  ],
])('%s', (_says, text, said) => {
  const result = readDefinitions(new TextEncoder().encode(text), 'x.yaml');
  expect(result.ok ? '' : result.problems.map(({ message }) => message).join('\n')).toMatch(said);
});

test('a list of components is told to name each', () => {
  const text = new TextEncoder().encode('plan: ae\ncomponents:\n  - name: new\n    measure: arr\n');
  const result = readDefinitions(text, 'x.yaml');
  const said = result.ok ? [] : result.problems.map(({ message }) => message);
  expect(said).toContainEqual(
    'x.yaml:3:3: components: must be fields with their names, as "name: value"; write the name of each where its "- " stands.',
  );
});
