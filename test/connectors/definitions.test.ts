import { type Definition, readDefinitions } from '@ledger/connectors';
import { component, metricDocument, planDocument, quotaAmounts, windowKind } from '@ledger/events';
import { describe, expect, test } from 'vitest';

const bytes = (text: string) => new TextEncoder().encode(text);

function read(text: string, name = 'x.yaml'): readonly Definition[] {
  const result = readDefinitions(bytes(text), name);
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([]);
  return result.ok ? result.documents : [];
}

/** `code message` of each problem. */
function problems(input: string, name = 'x.yaml'): readonly string[] {
  const result = readDefinitions(bytes(input), name);
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
}

const METRIC = `metric: new-arr
title: New annual recurring revenue
amount: deal.amount
from: 2026-01-01
reason: Plan year 2026.
`;

const plan = (table: string, more = '') => `plan: ae
title: Account executive
currency: USD
components:
  new:
    measure: new-arr
    window: quarter
    ${more}
    table: ${table}
from: 2026-01-01
reason: Plan year 2026.
`;

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
      - { from: 200, lump: 5000.00 }
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

describe('given a file as people write it, then the documents that events carry', () => {
  test('a metric, with its defaults', () => {
    const [metric] = read(METRIC);
    expect(metric).toEqual({
      kind: 'metric',
      written: { file: 'x.yaml', line: 1 },
      placeOf: expect.any(Function),
      document: {
        metric: 'new-arr',
        title: 'New annual recurring revenue',
        unit: 'money',
        of: 'deal',
        counts: 'true',
        amount: 'deal.amount',
      },
      from: '2026-01-01',
      to: null,
      reason: 'Plan year 2026.',
      evidence: [],
    });
    expect(metric?.kind === 'metric' && metricDocument.parse(metric.document)).toBeTruthy();
  });

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
          { ...BAND, from: '200', pays: null, lump: '5000.00', applies: 'retroactive' },
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

  test('people: names and e-mail beside what the log may hold', () => {
    const [people] = read(`
participants:
  - { id: ada, name: Ada Berg, email: ada@halden.example, starts: 2026-01-01, currency: USD, manager: mo, title: Account executive,
      plans: [{ plan: ae, from: 2026-01-01, to: 2026-07-01, reason: Moves up in July }, { plan: senior, from: 2026-07-01 }] }
  - { id: mo, starts: 2026-01-01, currency: EUR }
reason: Plan year 2026
`);
    expect(people).toMatchObject({
      kind: 'participants',
      participants: [
        {
          participant: 'ada',
          name: 'Ada Berg',
          email: 'ada@halden.example',
          startsOn: '2026-01-01',
          manager: 'mo',
          jobTitle: 'Account executive',
          plans: [
            { plan: 'ae', from: '2026-01-01', to: '2026-07-01', reason: 'Moves up in July' },
            { plan: 'senior', from: '2026-07-01', to: null, reason: 'Plan year 2026' },
          ],
        },
        { participant: 'mo', name: null, email: null, manager: null, jobTitle: null, plans: [] },
      ],
    });
  });

  test('quotas: what stands beside them applies to each that does not say otherwise', () => {
    const [quotas] = read(`
quotas:
  - { participant: ada, amounts: [100000, 100000.50, 0, 200000] }
  - { participant: ben, amount: 12, per: year, metric: logos }
metric: new-arr
year: 2026
per: quarter
reason: Plan year
`);
    if (quotas?.kind !== 'quotas') throw new Error('not quotas');
    expect(quotas.quotas).toEqual([
      {
        participant: 'ada',
        metric: 'new-arr',
        year: 2026,
        quota: { per: 'quarter', amounts: ['100000', '100000.50', '0', '200000'], currency: null },
        reason: 'Plan year',
        evidence: [],
      },
      {
        participant: 'ben',
        metric: 'logos',
        year: 2026,
        quota: { per: 'year', amounts: ['12'], currency: null },
        reason: 'Plan year',
        evidence: [],
      },
    ]);
    for (const { quota } of quotas.quotas) expect(quotaAmounts.parse(quota)).toEqual(quota);
  });

  test('rates and the calendar', () => {
    const text = `rates: [{ pair: EUR/USD, on: 2026-01-01, rate: 1.10 }]
source: Central bank
---
calendar: { cadence: quarter, first-period: 2026-Q1, time-zone: Europe/Oslo, currency: USD, reason: HR-12 }`;
    expect(read(text)).toEqual([
      {
        kind: 'rates',
        written: { file: 'x.yaml', line: 1 },
        rates: [{ base: 'EUR', quote: 'USD', on: '2026-01-01', rate: '1.10', source: 'Central bank' }],
      },
      {
        kind: 'calendar',
        written: { file: 'x.yaml', line: 4 },
        cadence: 'quarter',
        firstPeriod: '2026-Q1',
        timeZone: 'Europe/Oslo',
        currency: 'USD',
        reason: 'HR-12',
      },
    ]);
  });

  test('JSON says the same as YAML', () => {
    const fieldsOf = {
      metric: 'new-arr',
      title: 'New annual recurring revenue',
      amount: 'deal.amount',
      from: '2026-01-01',
    };
    const [fromJson] = read(JSON.stringify({ ...fieldsOf, reason: 'Plan year 2026.' }, null, '\t'), 'x.json');
    const [fromYaml] = read(METRIC);
    const data = { written: null, placeOf: null };
    expect({ ...fromJson, ...data }).toEqual({ ...fromYaml, ...data });
    expect(read(JSON.stringify([JSON.parse(JSON.stringify({ ...fieldsOf, reason: 'a' }))]), 'x.json')).toHaveLength(1);
  });

  test('block text, comments, a byte order mark, CRLF and several documents', () => {
    const text = `\ufeff# ours\n---\n${METRIC.replace('amount: deal.amount', 'amount: |\n  deal.amount\n    * decimal("2")')}---\n---\n${METRIC}`;
    const [first, second] = read(text.replaceAll('\n', '\r\n'));
    expect(first).toMatchObject({ document: { amount: 'deal.amount\n  * decimal("2")' }, written: { line: 3 } });
    expect(second).toMatchObject({ kind: 'metric' });
  });

  test.each([
    'yes',
    'no',
    'on',
    'null',
    '~',
    'true',
    '1e3',
    '0x10',
    '0o7',
    '1_000',
    '.inf',
    '.nan',
    '2026-01-01',
    '010',
    '1.0',
  ])('%s stays text', (scalar) => {
    const [metric] = read(METRIC.replace('New annual recurring revenue', scalar));
    expect(metric).toMatchObject({ document: { title: scalar } });
  });
});

describe('given a wrong file, then every mistake with its place and remedy', () => {
  test('all at once, in the order of the file', () => {
    const text = `plan: ae
title: Account executive
currency: XYZ
components:
  new-business:
    windw: quarter
    window: fortnight
    tierby: attainment
    table:
      - { from: 10%, pays: "1,5 %" }
      - { from: 150%, pays: 8% }
      - { from: 140%, pays: 9% }
from: 2026-02-30
---
metric: new arr
`;
    expect(problems(text)).toEqual([
      'reason_required x.yaml:1:1: reason: is missing. Why this is so, or why it changes; people read it years later.',
      'currency_unknown x.yaml:3:11: currency: "XYZ" is not a currency of ISO 4217.',
      'field_missing x.yaml:6:5: components.new-business.measure: is missing. Metric that is measured: it moves attainment and picks the band.',
      'field_unknown x.yaml:6:5: components.new-business: unknown field "windw"; did you mean "window"?',
      'field_invalid x.yaml:7:13: components.new-business.window: "fortnight" is not known; write deal, half-month, month, quarter, half, year, { from: …, to: … } or { rolling: … }.',
      'field_unknown x.yaml:8:5: components.new-business: unknown field "tierby"; did you mean "tier-by"?',
      'percent_invalid x.yaml:10:28: components.new-business.table #1.pays: "1,5 %" must be a rate as 8% or 0.08; say 1.5%.',
      'table_invalid x.yaml:12:17: components.new-business.table #3.from: bands 2 and 3 overlap: band 3 begins at 140%, band 2 at 150%; write them from the lowest to the highest.',
      'date_invalid x.yaml:13:7: from: "2026-02-30" must be a date that exists, between 1970-01-01 and 2199-12-31.',
      'field_missing x.yaml:15:1: title: is missing. Name that people read.',
      'field_missing x.yaml:15:1: amount: is missing. CEL: how much it counts for, exactly.',
      'field_missing x.yaml:15:1: from: is missing. First day on which it applies.',
      'reason_required x.yaml:15:1: reason: is missing. Why this is so, or why it changes; people read it years later.',
      'id_invalid x.yaml:15:9: metric: "new arr" may hold letters, digits, "_", ":" and "-", and starts with a letter or digit.',
    ]);
  });

  test('a problem points into the document for programs', () => {
    const result = readDefinitions(bytes(plan('[{ from: 0, pays: eight }]')), 'p.yaml');
    expect(result.ok ? [] : result.problems).toMatchObject([
      { code: 'percent_invalid', field: '/components/new/table/0/pays', file: 'p.yaml', line: 9, column: 30 },
    ]);
  });

  test.each<[string, string, RegExp]>([
    ['an unknown kind', 'quota: 1', /^document_invalid .*did you mean "quotas"\?/],
    ['nothing', '# only a comment\n', /^document_invalid .*holds no definition/],
    ['a list', '- a\n- b\n', /^document_invalid .*must be fields with their names/],
    ['text', 'hello', /^document_invalid .*must be fields with their names/],
    ['a reason left empty', METRIC.replace('Plan year 2026.', ''), /^reason_required .*is empty; write a value\./],
    ['a blank reason', METRIC.replace('Plan year 2026.', '"  "'), /^reason_required .*must not be blank/],
    [
      'an end before the beginning',
      `${METRIC}to: 2025-12-31\n`,
      /^interval_invalid .*2025-12-31 must be after 2026-01-01/,
    ],
    ['an end on the beginning', `${METRIC}to: 2026-01-01\n`, /^interval_invalid/],
    ['evidence that is no list', `${METRIC}evidence: Board paper\n`, /^field_invalid .*evidence: must be a list/],
    ['a field twice', `${METRIC}title: Another\n`, /^document_invalid x\.yaml:6:1: "title" is written twice/],
    [
      'an expression that looks like a tag',
      METRIC.replace('deal.amount', '!deal.x'),
      /^document_invalid .*begins with ! in quotes/,
    ],
    ['an expression with a colon', METRIC.replace('deal.amount', 'a ? b : c'), /^document_invalid .*in quotes/],
    ['a tab as indentation', 'calendar:\n\tcadence: month\n', /^document_invalid .*[Tt]abs.*spaces/],
    ['an anchor', `${METRIC}evidence: &a [x]\n`, /^document_invalid x\.yaml:6:11: &a .*anchor/],
    ['an alias', `${METRIC}evidence: *a\n`, /^document_invalid .*alias/],
    ['a merge key', `${METRIC}<<: x\n`, /^field_unknown/],
    ['a tag', METRIC.replace('deal.amount', '!!int 5'), /^document_invalid .*tag/],
    ['a directive', `%YAML 1.1\n---\n${METRIC}`, /^document_invalid .*directives/],
    ['a key that is a list', '? [a, b]\n: c\n', /^document_invalid .*field name must be text/],
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
    [
      'a person twice',
      'participants: [{ id: a, starts: 2026-01-01, currency: USD }, { id: a, starts: 2026-01-01, currency: USD }]',
      /^field_invalid .*#2: a is written twice/,
    ],
    [
      'somebody who reports to themselves',
      'participants: [{ id: a, manager: a, starts: 2026-01-01, currency: USD }]',
      /^reporting_loop/,
    ],
    [
      'an e-mail that is none',
      'participants: [{ id: a, email: a, starts: 2026-01-01, currency: USD }]',
      /^field_invalid .*e-mail/,
    ],
    [
      'a quota without metric',
      'quotas: [{ participant: a, year: 2026, amount: 1 }]',
      /^field_missing .*metric: is missing/,
    ],
    [
      'a quota without amount',
      'quotas: [{ participant: a, metric: m, year: 2026 }]',
      /^field_missing .*amount: is missing/,
    ],
    [
      'a negative quota',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: -1 }]',
      /^amount_invalid .*negative/,
    ],
    [
      'a thousands separator',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: "1,234.5" }]',
      /^amount_invalid .*write 1234\.5\.$/,
    ],
    [
      'too few amounts',
      'quotas: [{ participant: a, metric: m, year: 2026, per: quarter, amounts: [1, 2] }]',
      /^field_invalid .*4 quarters, but 2/,
    ],
    [
      'two kinds of amount',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 1, amounts: [1] }]',
      /^field_invalid .*keep one/,
    ],
    [
      'a quota twice',
      'quotas: [{ participant: a, amount: 1 }, { participant: a, amount: 2 }]\nmetric: m\nyear: 2026',
      /^field_invalid .*a m 2026 is written twice/,
    ],
    [
      'a rate of nothing',
      'rates: [{ pair: EUR/USD, on: 2026-01-01, rate: 0, source: s }]',
      /^amount_invalid .*more than 0/,
    ],
    ['a rate without source', 'rates: [{ pair: EUR/USD, on: 2026-01-01, rate: 1.1 }]', /^field_missing .*source/],
    [
      'a pair of one currency',
      'rates: [{ pair: EUR/EUR, on: 2026-01-01, rate: 1.1, source: s }]',
      /^currency_unknown .*different/,
    ],
    [
      'an unknown currency',
      'rates: [{ pair: EUR/ZZZ, on: 2026-01-01, rate: 1.1, source: s }]',
      /^currency_unknown .*ZZZ/,
    ],
    [
      'a period of another cadence',
      'calendar: { cadence: month, first-period: 2026-Q1, time-zone: UTC, currency: USD, reason: r }',
      /^field_invalid .*write it as 2026-01/,
    ],
    [
      'no time zone',
      'calendar: { cadence: month, first-period: 2026-01, time-zone: Oslo, currency: USD, reason: r }',
      /^field_invalid .*IANA/,
    ],
  ])('%s', (_, text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  test.each<[string, string, RegExp]>([
    ['JSON with a comment', '{ "metric": "a" } // x', /^document_invalid .*not JSON/],
    [
      'JSON with a number',
      '{ "quotas": [{ "participant": "a", "metric": "m", "year": "2026", "amount": 1.10 }] }',
      /write "1\.10" in quotes/,
    ],
    ['JSON cut short', '{ "metric": ', /^document_invalid .*not JSON/],
  ])('%s', (_, text, expected) => {
    expect(problems(text, 'x.json')[0]).toMatch(expected);
  });
});
