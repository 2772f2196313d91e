import { recomputeLine } from '@ledger/recompute';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, WHEN } from './given.ts';

/** The company of these tests: ada has closed 80,000 of a quota of 100,000 by the quarter. */
async function ask(at: Place, line: string, ...more: readonly string[]) {
  const before = await at.head();
  const ran = await cli(['--file', at.file, '--at', WHEN, ...line.split(' '), ...more]);
  expect(await at.head()).toBe(before);
  return ran;
}

describe('what-would', () => {
  test('shows what is and what would be, and writes nothing', async () => {
    const at = await companyPlace();
    const is = JSON.parse((await ask(at, '--json statement ada 2026-Q1')).out).statement;
    const ran = await ask(at, '--json what-would --owner ada --amount 50000 --closed 2026-03-20');
    expect(ran).toMatchObject({ code: 0, err: '' });
    const { participants } = JSON.parse(ran.out);
    const [ada] = participants;
    const [period] = ada.periods;
    expect(period).toMatchObject({ period: '2026-Q1', before: is.total });
    expect(Number(period.difference)).toBeGreaterThan(0);
    expect(Number(period.after) - Number(period.before)).toBeCloseTo(Number(period.difference), 2);
    expect(period.components).toHaveLength(1);
    expect(period.attainment[0].before.credited).not.toBe(period.attainment[0].after.credited);
    const added = period.lines.find((line: { deal: string }) => line.deal === 'what-if.new');
    expect(recomputeLine(added)).toMatchObject({ ok: true });
    expect((await ask(at, 'what-would --owner ada --amount 50000 --closed 2026-03-20')).out).toMatch(/would be/);
  });

  test('tells of whom crediting rules credit with a deal that was cancelled and is still paid in part', async () => {
    const at = await companyPlace();
    const back = `plan: back
title: Back
currency: USD
from: 2026-01-01
reason: Plan year 2026
components:
  helped:
    credits: overlay
    measure: bookings
    window: quarter
    tier-by: amount
    table: [{ from: 0, pays: 10% }]
    returned: [{ on: cancellation, takes: 50%, credit: period-of-return }]
---
crediting: helpers
title: Helpers
from: 2026-01-01
reason: Plan year 2026
rules: [{ rule: zoe, credits: { participant: zoe }, pool: overlay, share: 50% }]
`;
    const zoe = `participants: [{ id: zoe, starts: 2026-01-01, currency: USD, plans: [{ plan: back, from: 2026-01-01 }] }]\n`;
    await at.at(WHEN, 'ops:olga', `define ${at.write('back.yaml', back)}`);
    await at.at(WHEN, 'finance:fred', 'approve plan/back@1');
    await at.at(WHEN, 'ops:olga', `define ${at.write('zoe.yaml', zoe)}`);
    await at.at(WHEN, 'finance:fred', 'approve crediting/helpers@1');
    await at.at(WHEN, 'ops:olga', 'cancel csv.D-1 --on 2026-03-20 --reason Rescinded');
    const csv = 'deal_id,rep_id,amount,currency,closed_on\nD-1,ada,90000.00,USD,2026-01-20\n';
    const would = JSON.parse((await ask(at, `--json what-would ${at.write('new.csv', csv)}`)).out);
    const [moved] = would.participants.filter((each: { participant: string }) => each.participant === 'zoe');
    expect(moved?.periods).toMatchObject([{ period: '2026-Q1' }]);
  });

  test('what it says is what becomes of the statement when the deal is recorded', async () => {
    const at = await companyPlace();
    const would = JSON.parse((await ask(at, '--json what-would --owner ada --amount 50000 --closed 2026-03-20')).out);
    const csv = 'deal_id,rep_id,amount,currency,closed_on\nD-new,ada,50000.00,USD,2026-03-20\n';
    const same = await ask(at, `--json what-would ${at.write('new.csv', csv)}`);
    await at.at(WHEN, 'ops:olga', `import deals ${at.write('new.csv', csv)}`);
    const is = JSON.parse((await ask(at, '--json statement ada 2026-Q1')).out).statement;
    expect(would.participants[0].periods[0].after).toBe(is.total);
    expect(JSON.parse(same.out).participants[0].periods[0].after).toBe(is.total);
  });

  test('reads several deals from a file, credits of several people among them, and a deal told differently', async () => {
    const at = await companyPlace();
    const file = at.write(
      'deals.yaml',
      '- { deal: A, credits: { ada: 50%, ben: 50% }, amount: 10000, closed: 2026-03-20 }\n- { deal: D-1, source: csv, owner: ada, amount: 1.00, closed: 2026-01-20 }\n',
    );
    const { deals, participants } = JSON.parse((await ask(at, `--json what-would ${file}`)).out);
    expect(deals).toEqual(['what-if.A', 'csv.D-1']);
    expect(participants.map(({ participant }: { participant: string }) => participant)).toEqual(['ada', 'ben']);
    const only = JSON.parse((await ask(at, `--json what-would ${file} --participant ben`)).out);
    expect(only.participants).toHaveLength(1);
    const [ada] = participants;
    expect(ada.periods[0].lines.some(({ line }: { line: string }) => line.endsWith('csv.D-1'))).toBe(true);
  });

  test('what is wrong with a deal in options is told of the deal, not of a place in a file', async () => {
    const at = await companyPlace();
    const wrong = await ask(at, 'what-would --deal csv.D-9 --owner ada --amount 1x --closed 2026-02-30');
    expect(wrong.code).toBe(EXITS.input);
    expect(wrong.err).toContain('error[amount_invalid]: Deal D-9, amount: "1x" must be');
    expect(wrong.err).toContain('error[date_invalid]: Deal D-9, closed: "2026-02-30" must be');
  });

  test('a deal of a frozen period shows as a correction of the first open one', async () => {
    const at = await companyPlace();
    await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
    await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
    await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
    const ran = await ask(at, '--json what-would --owner ada --amount 50000 --closed 2026-03-20');
    const [period] = JSON.parse(ran.out).participants[0].periods;
    expect(period.period).toBe('2026-Q2');
    expect(period.lines.map(({ kind }: { kind: string }) => kind)).toEqual(['correction']);
    expect(recomputeLine(period.lines[0])).toMatchObject({ ok: true });
  });

  test.each([
    ['what-would', 2, /argument_missing/],
    ['what-would --owner ada --amount 5', 2, /argument_missing/],
    ['what-would --owner ada --amount 1e9 --closed 2026-03-20', 3, /amount_invalid/],
    ['what-would --owner ada --amount 5 --closed 2026-02-30', 3, /date_invalid/],
    ['what-would --owner nobody --amount 5 --closed 2026-03-20', 5, /participant_unknown.*nobody/],
    ['what-would --owner ada --amount 5 --closed 2026-03-20 --set type', 2, /option_invalid/],
    ['what-would --owner ada --amount 5 --closed 2026-03-20 --participant nobody', 5, /participant_unknown/],
    ['what-would --owner ada --amount 5 --closed 2026-03-20 --as-of 999999', 2, /as_of_ahead/],
    ['what-would nothing.yaml', 3, /file_missing/],
  ])('%s is refused', async (line, code, says) => {
    const ran = await ask(await companyPlace(), line);
    expect(ran.err).toMatch(says);
    expect(ran.code).toBe(code);
  });

  test.each([
    ['- { dael: A }', /deals.yaml:1:5: .*unknown field "dael"/],
    ['- { deal: A, owner: ada, amount: 5 }', /deals.yaml:1:3: .*closed: is missing/],
    ['- { deal: A, owner: ada, closed: 2026-03-20 }', /deals.yaml:1:3: .*amount: is missing/],
    ['- { cancel: A }', /deals.yaml:1:3: .*is no deal/],
    ['[]', /holds no deal/],
    ['- [', /document_invalid/],
  ])('a file that holds %s is refused with its place', async (text, says) => {
    const at = await companyPlace();
    const ran = await ask(at, `what-would ${at.write('deals.yaml', `${text}\n`)}`);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(says);
  });
});
