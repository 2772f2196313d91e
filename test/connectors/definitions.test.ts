import { readDefinitions } from '@ledger/connectors';
import { metricDocument, quotaAmounts } from '@ledger/events';
import { describe, expect, test } from 'vitest';
import { bytes, METRIC, plan, problems, read } from './definitions.ts';

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
      'field_unknown x.yaml:6:5: components.new-business: unknown field "windw"; did you mean "window"?',
      'field_missing x.yaml:6:5: components.new-business.measure: is missing. Name the metric that is measured, or write objectives that are scored.',
      'field_invalid x.yaml:7:13: components.new-business.window: "fortnight" is not known; write deal, half-month, month, quarter, half, year, { from: …, to: … }, { every: …, from: … } or { rolling: … }.',
      'field_unknown x.yaml:8:5: components.new-business: unknown field "tierby"; did you mean "tier-by"?',
      'percent_invalid x.yaml:10:28: components.new-business.table #1.pays: "1,5 %" must be a rate as 8% or 0.08; say 1.5%.',
      'table_invalid x.yaml:12:17: components.new-business.table #3.from: bands 2 and 3 overlap: band 3 begins at 140%, band 2 at 150%; write them from the lowest to the highest.',
      'date_invalid x.yaml:13:7: from: "2026-02-30" must be a date that exists, between 1970-01-01 and 2199-12-31.',
      'field_missing x.yaml:15:1: title: is missing. Name that people read.',
      'field_missing x.yaml:15:1: amount: is missing. CEL: how much it counts for, exactly.',
      'field_missing x.yaml:15:1: from: is missing. First day on which it applies.',
      'reason_required x.yaml:15:1: reason: is missing. Why this is so, or why it changes; people read it years later.',
      'id_invalid x.yaml:15:9: metric: "new arr" may hold letters, digits, "_", ":" and "-", and starts with a letter or digit, 64 at most.',
    ]);
  });

  test('a problem points into the document for programs', () => {
    const result = readDefinitions(bytes(plan('[{ from: 0, pays: eight }]')), 'p.yaml');
    expect(result.ok ? [] : result.problems).toMatchObject([
      { code: 'percent_invalid', field: '/components/new/table/0/pays', file: 'p.yaml', line: 9, column: 30 },
    ]);
  });

  test.each<[string, string, RegExp]>([
    [
      'too many of a list',
      `approvals: A\nfrom: 2026-01-01\nreason: x\nrules: [{ rule: a, approvers: [${Array(9).fill('finance')}] }]`,
      /^field_invalid x\.yaml:4:31: rules #1\.approvers: must have at most 8 entries\.$/,
    ],
    [
      'a text that is too long',
      `approvals: A\nfrom: 2026-01-01\nreason: x\nevidence: [${'x'.repeat(1001)}]`,
      /^field_invalid x\.yaml:4:12: evidence #1: "x+…" must not be longer than 1000 characters\.$/,
    ],
    [
      'a limit in no currency',
      'approvals: A\nfrom: 2026-01-01\nreason: x\nrules: [{ rule: a, over: { amount: {} } }]',
      /^field_invalid x\.yaml:4:36: rules #1\.over\.amount: must give the limit in at least one currency/,
    ],
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
    [
      'a tab as indentation',
      'calendar:\n\tcadence: month\n',
      /^document_invalid x\.yaml:2:1: is indented by a tab; indent with/,
    ],
    [
      'two tabs',
      'calendar:\n  a: b\n\tcadence: month\n  c: d\n',
      /^document_invalid x\.yaml:3:1: is indented by a tab/,
    ],
    [
      'too deep',
      'calendar:\n  a: b\n    c: d\n  e: f\n',
      /^document_invalid x\.yaml:3:5: is indented deeper than the field above/,
    ],
    [
      'less deep',
      'calendar:\n  a: b\n c: d\n  e: f\n',
      /^document_invalid x\.yaml:3:1: does not go on what stands above it/,
    ],
    ['a list below fields', 'calendar:\n  a: b\n  - c: d\n', /^document_invalid .*begin each item of a list with "- "/],
    ['another space', 'calendar:\n  a: b\n \u00a0c: d\n', /^document_invalid .*none of the keyboard \(U\+00A0\)/],
    [
      'a brace that stays open',
      'rates:\n  - { pair: a, x: { y: z }\n',
      /^document_invalid x\.yaml:2:5: { is not closed; end it with }/,
    ],
    ['a quote that stays open', 'rates:\n  - "pair\n', /^document_invalid x\.yaml:2:5: the quote " is not closed/],
    ['lines that end without a line feed', 'metric: a\rtitle: b\r', /^encoding_invalid x\.yaml:1:10: .*LF or CRLF/],
    ['an anchor', `${METRIC}evidence: &a [x]\n`, /^document_invalid x\.yaml:6:11: &a .*anchor/],
    ['an alias', `${METRIC}evidence: *a\n`, /^document_invalid .*alias/],
    ['a merge key', `${METRIC}<<: x\n`, /^field_unknown/],
    ['a tag', METRIC.replace('deal.amount', '!!int 5'), /^document_invalid .*tag/],
    ['a directive', `%YAML 1.1\n---\n${METRIC}`, /^document_invalid .*directives/],
    ['a key that is a list', '? [a, b]\n: c\n', /^document_invalid .*field name must be text/],
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
      'a spread that is not all of the year',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, per: quarter, spread: [20%, 20%, 20%, 20%] }]',
      /^percent_invalid .*x\.yaml:1:\d+: quotas #1\.spread: the shares add up to 80%/,
    ],
    [
      'a spread over the year',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, spread: [100%] }]',
      /^field_invalid .*per: month or per: quarter/,
    ],
    [
      'a change in another year',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, changes: [{ from: 2027-01-01, amount: 5 }] }]',
      /^date_invalid .*changes #1\.from: 2027-01-01 is not in 2026/,
    ],
    [
      'changes out of order',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, changes: [{ from: 2026-05-01, amount: 5 }, { from: 2026-04-01, amount: 6 }] }]',
      /^date_invalid .*changes #2\.from: 2026-04-01 is not after 2026-05-01/,
    ],
    [
      'a ramp below nothing',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, ramp: [50%, -5%] }]',
      /^percent_invalid .*ramp #2: -5% is below 0%/,
    ],
    [
      'a way to count that is not known',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, count: { by: weeks } }]',
      /^field_invalid .*count\.by: "weeks" is not known; write calendar-days, working-days/,
    ],
    [
      'a day that no month has',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, count: { by: whole-months, deciding-day: 32 } }]',
      /^field_invalid .*deciding-day.*from 1 to 31/,
    ],
    [
      'a misspelt word of a ramp',
      'quotas: [{ participant: a, metric: m, year: 2026, amount: 100, ramp: { shares: [50%], step: calendar } }]',
      /^field_unknown .*did you mean "steps"/,
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
