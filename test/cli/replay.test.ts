import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, refusal, WHEN } from './given.ts';

const LARGE_ONLY = `
metric: bookings
title: Bookings
counts: deal.amount > 50000
amount: deal.amount
from: 2026-01-01
reason: Only deals over 50,000 count
`;
const DIGEST = 'a'.repeat(64);

async function frozen(): Promise<{ readonly at: Place; readonly file: string }> {
  const at = await companyPlace();
  expect(await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'")).toMatchObject({ code: 0 });
  expect(await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1')).toMatchObject({ code: 0 });
  return { at, file: at.write('large.yaml', LARGE_ONLY) };
}

describe('a replay with what is only proposed', () => {
  test('shows to two decimals what a fraction of a deal counts for', async () => {
    const { at } = await frozen();
    const file = at.write(
      'third.yaml',
      LARGE_ONLY.replace('counts: deal.amount > 50000\n', '').replace('deal.amount', 'deal.amount / 7'),
    );
    const tried = await cli(['--file', at.file, '--at', WHEN, 'replay', '2026-Q1', '--with', file]);
    expect(tried.out).toMatch(/counts otherwise +[\d,]+\.\d\d → [\d,]+\.\d\d /);
    expect(tried.out).not.toMatch(/→ [\d,.]+\//);
  });

  test('counts what it leaves out of a list of deals by the rows that are left out', async () => {
    const { at } = await frozen();
    const two =
      'plan: seller\ntitle: S\ncurrency: USD\nfrom: 2026-04-01\nreason: Two\ncomponents:\n' +
      ['a', 'b']
        .map((id) => `  ${id}: { measure: bookings, window: deal, table: [{ from: 0, pays: 1% }], tier-by: amount }\n`)
        .join('');
    const rows = Array.from({ length: 11 }, (_, index) => `E-${10 + index},ada,100.00,USD,2026-04-02\n`).join('');
    await at.at(WHEN, 'ops:olga', `define ${at.write('two.yaml', two)}`);
    await at.at(WHEN, 'finance:fred', 'approve plan/seller@2');
    await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
    const file = at.write('more.csv', `deal_id,rep_id,amount,currency,closed_on\n${rows}`);
    expect(await at.at(WHEN, 'ops:olga', `import deals ${file}`)).toMatchObject({ code: 0 });
    const large = at.write('april.yaml', LARGE_ONLY.replace('2026-01-01', '2026-04-01'));
    const tried = await at.at(WHEN, 'ops:olga', `replay 2026-Q1 --with ${large}`);
    expect(tried.out).toContain('Blast radius: 11 deals with another verdict');
    expect(tried.out).toContain('  and 2 rows more; --json has all\n');
  });

  test('says of a decision that is settled that nothing which is earned moves, not that nobody is paid otherwise', async () => {
    const { at } = await frozen();
    const gift =
      'exception: adjustment\nparticipant: ada\nname: gift\nperiod: 2026-Q2\namount: 250.00\nreason: Fair\nevidence: [Mail]\n';
    await at.at(WHEN, 'ops:olga', `define ${at.write('gift.yaml', gift)}`);
    const asked = await at.at(WHEN, 'finance:fred', 'requests exception/ada.gift');
    expect(asked.out).toMatch(
      /it moves nothing that is earned\n {2}what settles a statement, as an adjustment or a hold/,
    );
  });

  test('is applied by one, and says what is not in force before a second one has approved it by the rules', async () => {
    const { at, file } = await frozen();
    const rules =
      'approvals: Two\nfrom: 2026-01-01\nreason: Audit\nrules:\n  - { rule: back, kinds: [metric], approvers: [finance, finance] }\n';
    expect(await at.at(WHEN, 'ops:olga', `define ${at.write('rules.yaml', rules)}`)).toMatchObject({ code: 0 });
    expect(await at.at(WHEN, 'finance:fred', 'approve approvals@1')).toMatchObject({ code: 0 });
    const kept = await at.at(WHEN, 'ops:olga', `--json replay 2026-Q1 --with ${file} --record large --note Test`);
    const { digest } = JSON.parse(kept.out).answer;
    await at.at(WHEN, 'ops:olga', `replay apply large --digest ${digest} --policy waive --reason Test`);
    const note = /approved replay\/large\n {2}note metric\/bookings@2 is not in force before somebody else/;
    expect((await at.at(WHEN, 'finance:fred', 'approve replay/large')).out).toMatch(note);
    expect((await at.at(WHEN, 'finance:fiona', 'approve replay/large')).out).toBe('  approved replay/large\n');
  });

  test('is kept, asked for, shown, and applied by somebody else', async () => {
    const { at, file } = await frozen();
    const before = await at.head();
    const tried = await cli(['--file', at.file, '--at', WHEN, 'replay', '--from', '2026-Q1', '--with', file]);
    expect(tried).toMatchObject({ code: 0, err: '' });
    expect(tried.out).toContain('with metric/bookings@2: metric "Bookings", version 2, from 2026-01-01');
    expect(tried.out).toContain('Blast radius');
    expect(await at.head()).toBe(before);
    const kept = await at.at(WHEN, 'ops:olga', `--json replay 2026-Q1 --with ${file} --record large --note Test`);
    const { digest } = JSON.parse(kept.out).answer;
    const asked = await at.at(
      WHEN,
      'ops:olga',
      `replay apply large --digest ${digest} --policy spread:3 --reason Test`,
    );
    expect(asked.out).toContain('waiting for approval: replay/large');
    expect((await at.at(WHEN, 'finance:fred', 'requests replay/large')).out).toMatch(
      /spread over 3\s+pay periods[\s\S]*Blast radius/,
    );
    expect(await at.at(WHEN, 'finance:fred', 'approve replay/large')).toMatchObject({ code: 0, err: '' });
    const shown = await at.at(WHEN, 'finance:fred', 'replay show large');
    expect(shown.out).toMatch(/^Replay large: applied\n/);
    const recorded = String(Number(before) + 2);
    expect((await at.at(WHEN, 'finance:fred', `replay show large --as-of ${recorded}`)).out).toMatch(/: recorded\n/);
    const heedless = `replay discard large --reason Test --as-of ${recorded}`;
    refusal(await at.at(WHEN, 'ops:olga', heedless), EXITS.usage);
    const again = await at.at(
      WHEN,
      'ops:olga',
      `replay apply large --digest ${digest} --policy spread:3 --reason Test`,
    );
    expect(again).toMatchObject({ code: 0, out: '  nothing new: recorded already\n' });
  });

  test('that waives says what it leaves, and what was waived before, where they meet in one line', async () => {
    const { at, file } = await frozen();
    const policy = '{ policy: positives-only, from: 2026-04-01, reason: Agreed }';
    const later = '2026-07-02T09:00:00Z';
    const steps: readonly (readonly [string, string])[] = [
      ['finance:fred', `define ${at.write('corrections.yaml', `corrections: ${policy}\n`)}`],
      ['ops:olga', 'cancel csv.D-1 --on 2026-04-05 --reason Rescinded'],
      ['ops:olga', 'open 2026-Q2'],
      ['ops:olga', 'freeze 2026-Q2'],
      ['finance:fred', 'approve freeze/2026-Q2'],
      ['ops:olga', 'open 2026-Q3'],
      ['ops:olga', "cancel csv.D-1 --on 2026-04-05 --withdraw --reason 'It stands'"],
    ];
    for (const [as, line] of steps) expect(await at.at(later, as, line)).toMatchObject({ code: 0, err: '' });
    const kept = await at.at(later, 'ops:olga', `--json replay 2026-Q1 --with ${file} --record large --note Test`);
    const { digest } = JSON.parse(kept.out).answer;
    await at.at(later, 'ops:olga', `replay apply large --digest ${digest} --policy waive --reason Test`);
    expect(await at.at(later, 'finance:fred', 'approve replay/large')).toMatchObject({ code: 0, err: '' });
    expect((await at.at(later, 'finance:fred', 'statement ada 2026-Q3')).out.replace(/\s+/g, ' ')).toMatch(
      /that are not taken back, by replay large\. [\d,.]+ USD was waived before and stands against this correction/,
    );
  });

  test('of a frozen period in which nobody earned anything says that, not that it is not frozen', async () => {
    const { at } = await frozen();
    const later = '2026-07-02T09:00:00Z';
    for (const line of ['open 2026-Q2', 'freeze 2026-Q2']) await at.at(later, 'ops:olga', line);
    expect(await at.at(later, 'finance:fred', 'approve freeze/2026-Q2')).toMatchObject({ code: 0, err: '' });
    const ran = await at.at(later, 'ops:olga', 'replay 2026-Q2');
    expect(ran.out).toMatch(/nothing is written\n {2}nothing was earned, and nothing would be\n$/);
  });

  test('says which periods of a range are frozen, where not all of them are', async () => {
    const { at } = await frozen();
    await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
    const ran = await at.at(WHEN, 'ops:olga', 'replay 2026-Q1 2026-Q4');
    expect(ran.out.replace(/\s+/g, ' ')).toContain(
      '2026-Q1 frozen, 2026-Q2 open, 2026-Q3 to 2026-Q4 not open; only what is frozen is compared',
    );
    expect((await at.at(WHEN, 'ops:olga', 'replay 2026-Q1')).out).not.toContain('only what is frozen');
  });

  test.each([
    ['replay', 2, 'argument_missing'],
    ['replay 2026-Q1 --from 2026-Q1', 2, 'option_invalid'],
    ['replay 2026-Q1 --with nothing.yaml', 3, 'file_missing'],
    ['replay 2026-Q1 --with-request metric/bookings@9', 5, 'not_found'],
    ['replay 2026-Q1 --record large', 2, 'argument_missing'],
    ['replay 2026-Q1 --note why', 2, 'argument_missing'],
    ['replay 2026-Q1 --record large --note why --as-of 5', 2, 'option_invalid'],
    ["replay 2026-Q1 --record large --note ' '", 3, 'reason_required'],
    ["replay 2026-Q1 --record 'a b' --note why", 3, 'id_invalid'],
    ['replay 2026-Q3 --record large --note why', 5, 'period_unknown'],
    [`replay apply large --digest ${DIGEST} --policy all --reason why`, 2, 'option_invalid'],
    [`replay apply large --digest ${DIGEST} --policy spread:1 --reason why`, 3, 'field_invalid'],
    [`replay apply large --digest ${DIGEST} --policy waive --reason why`, 5, 'not_found'],
    ['replay apply large --digest x --policy waive --reason why', 3, 'field_invalid'],
    ['replay apply large --policy waive --reason why', 2, 'argument_missing'],
    ['replay show large', 5, 'not_found'],
    ['replay discard large --reason why', 5, 'not_found'],
    ['approve replay/large', 4, 'role_forbidden'],
    [`replay apply large --digest ${DIGEST} --policy waive`, 2, 'argument_missing'],
  ])('%s: exit code %i, %s, and nothing is written', async (line, code, error) => {
    const { at } = await frozen();
    const before = await at.head();
    const ran = await at.at(WHEN, 'ops:olga', line);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).toMatch(new RegExp(`^error\\[${error}\\]: `));
    expect(await at.head()).toBe(before);
  });
});
