import { readDefinitions } from '@ledger/connectors';
import { describe, expect, test } from 'vitest';

/** What is wrong with objectives, personal terms, windfalls, holds and their decisions is said with its place. */
function problems(text: string): string {
  const result = readDefinitions(new TextEncoder().encode(text), 'x.yaml');
  return result.ok ? '' : result.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
}

const plan = (component: string) => `plan: ae
title: Seller
currency: USD
components:
  new: ${component}
from: 2026-01-01
reason: Plan year 2026.
`;
const RATES = 'measure: arr, window: quarter, table: [{ from: 0%, pays: 8% }]';

describe('clauses of a component', () => {
  test.each([
    ['{ window: quarter, table: [{ from: 0%, pays: 8% }] }', /x\.yaml:5:8: .*measure: is missing/],
    ['{ window: quarter, measure: arr, objectives: [{ name: a, weight: 100% }] }', /scored, not measured/],
    [`{ ${RATES}, unscored: counts-0 }`, /there are no objectives/],
    ['{ window: quarter, objectives: [] }', /must name at least one objective/],
    ['{ window: quarter, objectives: [{ name: a }] }', /weight: is missing/],
    ['{ window: quarter, objectives: [{ name: a, weight: a lot }] }', /percent_invalid/],
    ['{ window: quarter, objectives: [{ name: a, wieght: 100% }] }', /did you mean "weight"/],
    [
      '{ window: quarter, objectives: [{ name: a, weight: 100% }], table: [{ from: 0%, pays: 1% }] }',
      /write read: retroactive/,
    ],
    [`{ ${RATES}, windfall: {} }`, /deal-over: is missing/],
    [`{ ${RATES}, windfall: { deal-over: -5 } }`, /amount_invalid/],
    [`{ ${RATES}, windfall: { closed-within: { days: 0, after: opened } } }`, /whole number from 1 to 999/],
    [`{ ${RATES}, windfall: { earnings-over: 5 } }`, /did you mean "earning-over"/],
    [`{ ${RATES}, cap: { year: 100.00, of: salary } }`, /is about caps in percent/],
    [`{ ${RATES}, cap: { deal: 200% } }`, /amount_invalid/],
  ])('%s', (component, said) => {
    expect(problems(plan(component))).toMatch(said);
  });

  test('the same without the mistake are read', () => {
    for (const component of [
      '{ window: quarter, target-incentive: personal, objectives: [{ name: a, weight: 100% }], unscored: counts-0 }',
      `{ ${RATES}, cap: { year: 200%, of: salary, changes: end } }`,
      `{ ${RATES}, windfall: { deal-over: 1000000, closed-within: { days: 30, after: opened } } }`,
    ]) {
      expect(problems(plan(component)), component).toBe('');
    }
  });
});

describe('decisions', () => {
  const decided = (kind: string, fields: string) =>
    problems(`exception: ${kind}\nparticipant: ada\nreason: Because.\nevidence: [mail]\n${fields}\n`);

  test.each([
    ['hold', '', /from: is missing; exception: hold needs it, or the period/],
    ['hold', 'from: 2026-01-01\nline: sales/crm.D-1', /period: is missing; a line is one of the statement/],
    ['hold', 'period: 2026-Q1\nline: sales/crm.D-1\ndeal: crm.D-1', /deal: says nothing more/],
    ['hold', 'period: 2026-Q1\nline: a line', /line: "a line" must be the name of a line/],
    ['guarantee', 'guarantee: { amount: 5, over: whole }', /write until or for/],
    ['score', 'component: mbo\nobjective: a\nwindow: 2026-Q1', /score: is missing/],
    ['score', 'component: mbo\nobjective: a\nwindow: 2026-Q1\nscore: -5%', /percent_invalid .*0% or more/],
    ['score', 'component: mbo\nobjective: a\nwindow: 2026-Q1\nscore: 80%\nperiod: 2026-Q1', /period: is not read/],
    ['target-incentive', 'amount: 0.00\nfrom: 2026-01-01', /amount_invalid .*more than 0/],
    ['target-incentive', 'amount: -5.00\nfrom: 2026-01-01', /amount_invalid .*more than 0/],
    ['salary', 'amount: 5000.00', /from: is missing/],
    ['salary', 'amount: 5000.00\nfrom: 2026-02-01\nuntil: 2026-01-01', /must be after/],
    ['salary', 'amount: 5000.00\nfrom: 2026-02-01\nper: week', /"week" is not known/],
    ['hold', 'component: new', /from: is missing/],
    ['hold', 'from: 2026-01-01\ndeal: D-1', /must be a deal as crm\.D-1/],
    ['release', 'hold: audit', /period: is missing/],
    ['release', 'hold: audit\nperiod: 2026-01\nshare: 150%', /more than 0% and at most 100%/],
    ['release', 'hold: audit\nperiod: 2026-01\nshare: 0%', /more than 0% and at most 100%/],
    ['windfall', 'deal: crm.D-1\nperiod: 2026-Q1', /treatment: is missing/],
    ['windfall', 'deal: crm.D-1\nperiod: 2026-Q1\ntreatment: cap', /amount: is missing; treatment: cap/],
    [
      'windfall',
      'deal: crm.D-1\nperiod: 2026-Q1\ntreatment: pay\namount: 5.00',
      /amount: is not read by treatment: pay/,
    ],
    ['windfall', 'deal: crm.D-1\nperiod: 2026-Q1\ntreatment: instalments\ncount: 1', /whole number from 2 to 120/],
    ['windfall', 'deal: crm.D-1\nperiod: 2026-Q1\ntreatment: burn', /"burn" is not known/],
  ])('%s: %s', (kind, fields, said) => {
    expect(decided(kind, fields)).toMatch(said);
  });

  test('the same without the mistake are read', () => {
    expect(decided('score', 'component: mbo\nobjective: a\nwindow: 2026-Q1\nscore: 80%')).toBe('');
    expect(decided('salary', 'amount: 5000.00\nper: month\nfrom: 2026-02-01')).toBe('');
    expect(decided('hold', 'from: 2026-01-01\ndeal: crm.D-1')).toBe('');
    expect(decided('release', 'hold: audit\nperiod: 2026-01')).toBe('');
    expect(decided('windfall', 'deal: crm.D-1\nperiod: 2026-Q1\ntreatment: instalments\ncount: 20')).toBe('');
  });
});
