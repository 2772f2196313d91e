import { writeFileSync } from 'node:fs';
import { define, requestException } from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { isProblem, type Problem } from '@ledger/kernel';
import { beforeEach, expect, test } from 'vitest';
import { type Api, makeApi } from '../api/given.ts';
import { cli, EXITS, refusal } from '../cli/given.ts';
import { approveAll, defineText, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

/** What cannot be right about a decision about pay: every door refuses it with the same code, and writes nothing. */

const YEN = `
metric: orders
title: Orders
amount: deal.amount
from: 2026-01-01
reason: x
---
plan: seller-jp
title: Seller in Japan
currency: JPY
from: 2026-01-01
reason: x
components:
  orders: { measure: orders, window: quarter, tier-by: amount, table: [{ from: 0, pays: 1% }], windfall: { deal-over: 100 } }
draws: [{ name: floor, amount: 1000, for: 3 months }]
`;
const PLACES = `
{ jurisdiction: us-ca, title: x, source: Memo, offset: forbidden, recover-draws: forbidden, from: 2026-01-01, reason: x }
---
{ jurisdiction: us-ny, title: x, source: Memo, offset: forbidden, recover-draws: forbidden, from: 2025-01-01, to: 2026-02-01, reason: x }
`;
const YUKI = `
participants:
  - { id: yuki, starts: 2026-01-01, currency: JPY, plans: [{ plan: seller-jp, from: 2026-01-01 }] }
  - { id: rei, starts: 2026-04-01, currency: JPY }
reason: x
`;

type Told = Readonly<Record<string, unknown>>;
const of = (exception: string, more: Told): Told => ({
  ...{ exception, participant: 'yuki', reason: 'As agreed', evidence: ['mail'] },
  ...more,
});
const Q1 = { period: '2026-Q1' };
const FROM = { from: '2026-02-01' };

const WRONG: readonly (readonly [what: string, told: Told, code: string, says: RegExp])[] = [
  ['another currency', of('adjustment', { ...Q1, amount: '100', currency: 'USD' }), 'field_unknown', /"currency"/],
  ['a currency beside the amount', of('adjustment', { ...Q1, amount: '100 USD' }), 'amount_invalid', /plain decimal/],
  ['cents of yen', of('adjustment', { ...Q1, amount: '100.50' }), 'amount_invalid', /JPY has 0/],
  ['cents of a draw', of('draw', { draw: { amount: '100.50' } }), 'amount_invalid', /JPY has 0/],
  ['cents that are owed', of('draw', { draw: { amount: '9', 'most-owed': '9.5' } }), 'amount_invalid', /JPY has 0/],
  ['a currency of a draw', of('draw', { draw: { amount: '100', currency: 'USD' } }), 'field_unknown', /"currency"/],
  ['cents of a guarantee', of('guarantee', { guarantee: { amount: '1.5', for: '3 months' } }), 'amount_invalid', /JPY/],
  ['cents forgiven', of('draw-forgiveness', { ...Q1, draw: 'floor', amount: '0.5' }), 'amount_invalid', /JPY has 0/],
  ['cents of a salary', of('salary', { ...FROM, amount: '1000.5' }), 'amount_invalid', /JPY has 0/],
  ['cents of an incentive', of('target-incentive', { ...FROM, amount: '1000.5' }), 'amount_invalid', /JPY has 0/],
  [
    'cents of a windfall',
    of('windfall', { ...Q1, deal: 'csv.D-1', treatment: 'cap', amount: '9.5' }),
    'amount_invalid',
    /JPY has 0/,
  ],
  ['an amount of a hold', of('hold', { ...Q1, amount: '100' }), 'field_invalid', /not read by exception: hold/],
  ['nothing', of('adjustment', { ...Q1, amount: '0' }), 'amount_invalid', /of 0 changes nothing/],
  ['another cadence', of('adjustment', { period: '2026-01', amount: '1' }), 'period_unknown', /by quarter/],
  ['a period before the first', of('waiver', { period: '2025-Q4' }), 'period_unknown', /before 2026-Q1/],
  ['no reason', of('adjustment', { ...Q1, amount: '1', reason: '' }), 'reason_required', /./],
  ['a blank reason', of('adjustment', { ...Q1, amount: '1', reason: ' ' }), 'reason_required', /./],
  ['no evidence', of('adjustment', { ...Q1, amount: '1', evidence: [] }), 'evidence_required', /./],
  ['no evidence at all', of('adjustment', { ...Q1, amount: '1', evidence: undefined }), 'evidence_required', /./],
  ['nobody', of('adjustment', { ...Q1, amount: '1', participant: 'zoe' }), 'participant_unknown', /zoe/],
  [
    'a period before they were there',
    of('adjustment', { ...Q1, amount: '1', participant: 'rei' }),
    'participant_inactive',
    /start on 2026-04-01, after 2026-Q1/,
  ],
  ['no such component', of('hold', { ...Q1, component: 'nope' }), 'component_unknown', /correct the name/],
  ['no such line', of('hold', { ...Q1, line: 'orders/csv.D-9' }), 'not_found', /name one of its lines/],
  ['no such hold', of('release', { ...Q1, hold: 'nope' }), 'not_found', /no approved hold "nope"/],
  ['no such draw', of('draw-forgiveness', { ...Q1, draw: 'flor' }), 'not_found', /draw "flor"; name one of floor\./],
  [
    'no such place',
    of('jurisdiction', { ...FROM, jurisdiction: 'us-cal' }),
    'jurisdiction_missing',
    /did you mean "us-ca"\?/,
  ],
  [
    'a place without a law by then',
    of('jurisdiction', { ...FROM, jurisdiction: 'us-ny' }),
    'jurisdiction_missing',
    /in force from 2025-01-01 to 2026-02-01, on no day .* from 2026-02-01 on/,
  ],
  ['no such deal', of('windfall', { ...Q1, deal: 'csv.D-9', treatment: 'pay' }), 'not_found', /no deal "csv\.D-9"/],
  [
    'no such cause',
    of('waiver', { ...Q1, cause: '01M8K0KVY0JWQT768PFYAFEZVG' }),
    'not_found',
    /no event "01M8K0KVY0JWQT768PFYAFEZVG"/,
  ],
  ['more than is held', of('release', { ...Q1, hold: 'audit', share: '101%' }), 'percent_invalid', /at most 100%/],
  [
    'more than is left',
    of('release', { ...Q1, name: 'rest', hold: 'audit', share: '50%' }),
    'percent_invalid',
    /60 % of hold audit is released already.* at most 40 %/,
  ],
  [
    'an end before it',
    of('adjustment', { ...Q1, amount: '1', expires: '2026-03-31' }),
    'interval_invalid',
    /2026-04-01/,
  ],
  ['an end on its day', of('consent', { ...FROM, expires: '2026-02-01' }), 'interval_invalid', /moves nothing/],
];

let made: Made;
let api: Api;
const codeOf = (answer: unknown) => (isProblem(answer) ? answer : 'done');

const DOORS: Readonly<Record<string, (told: Told) => Promise<readonly [code: string, says: string]>>> = {
  'the function': async (told) => inWords(codeOf(await requestException(made.ledger, told, OPS))),
  'a definition file': async (told) => {
    const read = readDefinitions(new TextEncoder().encode(JSON.stringify(told)), 'told.json');
    if (!read.ok) return inWords(read.problems[0] ?? 'done');
    return inWords(codeOf(await define(made.ledger, read.documents, OPS)));
  },
  'the command line': async (told) => {
    const file = `${made.folder}/told.json`;
    writeFileSync(file, JSON.stringify(told));
    const ran = await cli(['--file', `${made.folder}/test.ledger`, '--as', 'ops:olga', 'define', file]);
    const exit = Object.values(EXITS).find((each) => each === ran.code) ?? 0;
    return [refusal(ran, exit)[0] ?? 'done', ran.err];
  },
  'the API': async (told) => overHttp('/v1/exceptions', { body: told }),
  'the API, as a definition': async (told) =>
    overHttp('/v1/definitions', { raw: JSON.stringify(told), headers: { 'content-type': 'application/yaml' } }),
};

function inWords(answer: Problem | 'done'): readonly [string, string] {
  if (answer === 'done') return ['done', ''];
  const first = answer.code === 'document_invalid' ? (answer.errors?.[0] ?? answer) : answer;
  return [first.code, first.message];
}

async function overHttp(path: string, sent: object): Promise<readonly [string, string]> {
  const { text } = await api.call('POST', path, { as: 'ops:olga', ...sent });
  return [/"code":"([a-z_]+)"/.exec(text)?.[1] ?? 'done', JSON.parse(text).detail ?? text];
}

beforeEach(async () => {
  made = await makeCompany();
  await defineText(made.ledger, YEN);
  await defineText(made.ledger, PLACES);
  await approveAll(made.ledger);
  await defineText(made.ledger, YUKI);
  sound(await importRows(made, ['D-1,yuki,500,JPY,2026-01-20']));
  await defineText(made.ledger, JSON.stringify(of('hold', { ...Q1, name: 'audit' })));
  await approveAll(made.ledger);
  const release = JSON.stringify(of('release', { ...Q1, name: 'most', hold: 'audit', share: '60%' }));
  await defineText(made.ledger, release);
  await approveAll(made.ledger);
  expect((await defineText(made.ledger, release)).outcomes.flatMap(({ events }) => events)).toEqual([]);
  api = await makeApi({ made });
});

test.each(Object.keys(DOORS))('%s refuses each of them, and writes nothing', async (door) => {
  const before = await made.ledger.store.head();
  for (const [what, told, code, says] of WRONG) {
    const [refused, why] = (await DOORS[door]?.(told)) ?? ['no door', ''];
    expect([what, refused, why]).toEqual([what, code, expect.stringMatching(says)]);
  }
  expect(await made.ledger.store.head()).toBe(before);
});
