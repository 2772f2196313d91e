import { component, planDocument, windowKind } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { plan, problems, read } from './definitions.ts';

const BAND = { to: null, lump: null, applies: 'marginal', gate: null } as const;

const FULL = `plan: ae
title: Account executive
currency: USD
components:
  bands:
    title: Bands
    credits: all
    when: deal.type == "new"
    measure: units
    pays-on: revenue
    window: { from: 2026-10-01, to: 2027-01-01 }
    target: { amount: 250000.00 }
    tier-by: amount
    read: retroactive
    each: period
    table:
      - { from: 0, to: 100, per-unit: 50.00 }
      - { from: 100, amount: 2000.00, applies: marginal, gate: hurdle }
      - { from: 200, lump: 5000.00, for-each: 50 }
    at-bound: lower-band
    multiply-credit:
      - { when: deal.termMonths >= 36, by: 1.1 }
    gates:
      - name: hurdle
        measures: [{ measure: revenue, weight: 60% }, { measure: units, weight: 40% }]
        window: year
        at-least: 90%
        opens: latch
        guards: bands
      - { name: own, measure: units, at-least: 50, pays: excess }
    cap: { period: 9000, year: 40000, excess: later }
    round: to-date
  curve:
    measure: units
    window: { rolling: 3 }
    target: previous
    read: curve
    curve: [{ at: 75%, pays: 50% }, { at: 100%, pays: 100% }]
    target-incentive: 30000.00
    multiply-earning: [{ by: 0.5 }]
    floor: { deal: 5.00 }
    cap: { deal: 100 }
  whole:
    measure: units
    window: year
    read: whole-deal
    rate-at: before
    table: [{ from: 0%, pays: 5% }]
from: 2026-01-01
reason: Plan year 2026.
`;

describe('given a plan as people write it, then the document that events carry', () => {
  test('a plan: a component with its defaults, a band that says otherwise, numbers as they were written', () => {
    const table = '[{ from: 0%, pays: 8% }, { from: 100.50%, pays: 0.125, applies: retroactive }]';
    const [definition] = read(plan(table, 'read: marginal'));
    if (definition?.kind !== 'plan') throw new Error('not a plan');
    expect(planDocument.parse(definition.document)).toEqual({
      plan: 'ae',
      title: 'Account executive',
      currency: 'USD',
      exchange: 'booking-date',
      rounding: 'half-up',
      components: {
        new: {
          title: 'new',
          credits: 'primary',
          when: 'true',
          measure: 'new-arr',
          paysOn: null,
          window: 'quarter',
          target: 'quota',
          tierBy: 'attainment',
          read: 'marginal',
          rateAt: 'after',
          each: 'deal',
          table: [
            { ...BAND, from: '0%', pays: { by: 'share', share: '8%' } },
            { ...BAND, from: '100.50%', pays: { by: 'share', share: '0.125' }, applies: 'retroactive' },
          ],
          curve: [],
          targetIncentive: null,
          atBound: 'upper-band',
          multiplyCredit: [],
          multiplyEarning: [],
          gates: [],
          floor: null,
          cap: null,
          round: 'each-line',
        },
      },
    });
  });

  test('a plan that says everything', () => {
    const [definition] = read(FULL);
    if (definition?.kind !== 'plan') throw new Error('not a plan');
    expect(planDocument.parse(definition.document)).toEqual(definition.document);
    expect(definition.document.components).toMatchObject({
      bands: {
        title: 'Bands',
        credits: 'all',
        when: 'deal.type == "new"',
        paysOn: 'revenue',
        window: { from: '2026-10-01', to: '2027-01-01' },
        target: { amount: '250000.00' },
        tierBy: 'amount',
        read: 'retroactive',
        each: 'period',
        table: [
          { ...BAND, from: '0', to: '100', pays: { by: 'unit', money: '50.00' }, applies: 'retroactive' },
          { ...BAND, from: '100', pays: { by: 'amount', money: '2000.00' }, applies: 'marginal', gate: 'hurdle' },
          { ...BAND, from: '200', pays: null, lump: '5000.00', forEach: '50', applies: 'retroactive' },
        ],
        atBound: 'lower-band',
        multiplyCredit: [{ when: 'deal.termMonths >= 36', by: '1.1' }],
        gates: [
          {
            name: 'hurdle',
            measures: [
              { measure: 'revenue', weight: '60%' },
              { measure: 'units', weight: '40%' },
            ],
            window: 'year',
            against: 'quota',
            atLeast: '90%',
            opens: 'latch',
            pays: 'everything',
            guards: 'bands',
          },
          {
            name: 'own',
            measures: [{ measure: 'units', weight: '100%' }],
            window: { from: '2026-10-01', to: '2027-01-01' },
            against: 'amount',
            atLeast: '50',
            opens: 're-evaluate',
            pays: 'excess',
            guards: 'component',
          },
        ],
        cap: { deal: null, period: '9000', window: null, year: '40000', excess: 'later' },
        round: 'to-date',
      },
      curve: {
        window: { rolling: 3 },
        target: 'previous',
        read: 'curve',
        table: [],
        curve: [
          { at: '75%', pays: '50%' },
          { at: '100%', pays: '100%' },
        ],
        targetIncentive: '30000.00',
        multiplyEarning: [{ when: 'true', by: '0.5' }],
        floor: { deal: '5.00' },
        cap: { deal: '100', period: null, window: null, year: null, excess: 'forfeited' },
      },
      whole: { read: 'whole-deal', rateAt: 'before', table: [{ ...BAND, from: '0%', pays: { share: '5%' } }] },
    });
  });

  test('`read` is what bands apply unless they say otherwise', () => {
    const [definition] = read(
      plan('[{ from: 0, pays: 4% }, { from: 80%, pays: 5%, applies: marginal }]', 'read: retroactive'),
    );
    const bands = definition?.kind === 'plan' ? definition.document.components.new?.table : [];
    expect(bands?.map(({ applies }) => applies)).toEqual(['retroactive', 'marginal']);
  });

  test('every choice of a component that the events know can be written', () => {
    const written = {
      credits: 'credits',
      tierBy: 'tier-by',
      atBound: 'at-bound',
      rateAt: 'rate-at',
      each: 'each',
      round: 'round',
    } as const;
    for (const [field, name] of Object.entries(written)) {
      for (const value of component.shape[field as keyof typeof written].options) {
        const [definition] = read(plan('[{ from: 0, pays: 8% }]', `${name}: ${value}`));
        expect(definition?.kind === 'plan' && definition.document.components.new?.[field as keyof typeof written]).toBe(
          value,
        );
      }
    }
    for (const value of windowKind.options) {
      const [definition] = read(plan('[{ from: 0, pays: 8% }]').replace('window: quarter', `window: ${value}`));
      expect(definition?.kind === 'plan' && definition.document.components.new?.window).toBe(value);
    }
  });

  test('where a field of a document was written, for what is found wrong with it later', () => {
    const [definition] = read(FULL);
    if (definition?.kind !== 'plan') throw new Error('not a plan');
    const place = (field: string) => {
      const { line, column } = definition.placeOf(field);
      return FULL.split('\n')[line - 1]?.slice(column - 1);
    };
    expect(place('/components/bands/tierBy')).toBe('amount');
    expect(place('/components/bands/table/1/gate')).toMatch(/^hurdle/);
    expect(place('/components/bands/gates/0/atLeast')).toMatch(/^90%/);
    expect(place('/components/bands/multiplyCredit/0/when')).toMatch(/^deal\.termMonths/);
    expect(place('/components/curve/atBound'), 'not written: the component').toBe('measure: units');
  });
});

describe('given a wrong plan, then every mistake with its place and remedy', () => {
  test.each<[string, string, RegExp]>([
    [
      'a bound in the wrong unit',
      plan('[{ from: 0, pays: 8% }, { from: 100, pays: 9% }]'),
      /^table_invalid .*write 100% or/,
    ],
    [
      'a bound of attainment for an amount',
      plan('[{ from: 0, pays: 8% }, { from: 50%, pays: 9% }]', 'tier-by: amount'),
      /^table_invalid .*write an amount/,
    ],
    [
      'the same bound twice',
      plan('[{ from: 0, pays: 8% }, { from: 0%, pays: 9% }]'),
      /^table_invalid .*bands 1 and 2 both begin/,
    ],
    ['a share that is a number', plan('[{ from: 0, pays: 8 }]'), /^table_invalid .*write 8% for a share/],
    ['a negative share', plan('[{ from: 0, pays: -8% }]'), /^table_invalid .*cannot pay -8%/],
    [
      'two ways of paying',
      plan('[{ from: 0, pays: 8%, per-unit: 5 }]'),
      /^table_invalid .*#1\.per-unit: pays and per-unit are both there/,
    ],
    ['no way of paying', plan('[{ from: 0 }]'), /^field_missing .*#1\.pays: is missing\. Write pays: 8%, per-unit/],
    [
      'a band of a whole-deal table that applies otherwise',
      plan('[{ from: 0, pays: 8%, applies: marginal }]', 'read: whole-deal'),
      /^table_invalid .*applies: whole-deal pays each deal at one rate/,
    ],
    [
      'bands for a curve',
      plan('[]', 'read: curve\n    curve: [{ at: 0, pays: 8% }]'),
      /^table_invalid .*under `curve`/,
    ],
    [
      'points without read',
      plan('[{ from: 0, pays: 8% }]', 'curve: [{ at: 0, pays: 8% }]'),
      /^table_invalid .*read: curve/,
    ],
    ['a curve without points', plan('x').replace('table: x', 'read: curve'), /^field_missing .*curve: is missing/],
    ['a component without table', plan('x').replace('table: x', ''), /^field_missing .*table: is missing/],
    [
      'a point in the wrong unit',
      plan('x', 'read: curve').replace('table: x', 'curve: [{ at: 5, pays: 0% }]'),
      /^table_invalid .*write 5% or/,
    ],
    [
      'a gate that looks at nothing',
      plan('[{ from: 0, pays: 8% }]', 'gates: [{ name: g, at-least: 90% }]'),
      /^field_missing .*measure: is missing/,
    ],
    [
      'a gate that looks at too much',
      plan(
        '[{ from: 0, pays: 8% }]',
        'gates: [{ name: g, at-least: 90%, measure: a, measures: [{ measure: a, weight: 100% }] }]',
      ),
      /^field_invalid .*keep one of them/,
    ],
    [
      'a window that is text',
      plan('[{ from: 0, pays: 8% }]').replace('window: quarter', 'window: weekly'),
      /^field_invalid .*"weekly" is not known; write deal, .* or \{ rolling: … \}/,
    ],
    [
      'a window without months',
      plan('[{ from: 0, pays: 8% }]').replace('window: quarter', 'window: { rolling: 0 }'),
      /^field_invalid .*window\.rolling: "0" must be a number of months/,
    ],
    [
      'half a window',
      plan('[{ from: 0, pays: 8% }]').replace('window: quarter', 'window: { from: 2026-01-01 }'),
      /^field_missing .*window\.to: is missing/,
    ],
    [
      'a window that is a list',
      plan('[{ from: 0, pays: 8% }]').replace('window: quarter', 'window: [month]'),
      /^field_invalid .*window: must be deal, /,
    ],
    [
      'an unknown field of a target',
      plan('[{ from: 0, pays: 8% }]', 'target: { amount: 5, per: year }'),
      /^field_unknown .*unknown field "per"; known here: amount/,
    ],
    ['a target of nothing', plan('[{ from: 0, pays: 8% }]', 'target: { amount: 0 }'), /^amount_invalid .*more than 0/],
    ['no band', plan('[]'), /^table_invalid .*at least one band/],
    ['a table that is text', plan('8%'), /^field_invalid .*table: must be a list/],
    [
      'no component',
      plan('[]').replace(/components:[\s\S]*?from/, 'components: {}\nfrom'),
      /^field_missing .*at least one component/,
    ],
    ['a space in a rate', plan('[{ from: 0, pays: 8 % }]'), /^percent_invalid .*say 8%\.$/],
    ['a rate too large to be one', plan('[{ from: 0, pays: 1e999999999 }]'), /^percent_invalid .*exponent/],
    ['a rate in other digits', plan('[{ from: 0, pays: ١٢٣% }]'), /^percent_invalid .*0-9/],
  ])('%s', (_, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});
