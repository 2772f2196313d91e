import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { companyPlace, EXITS, type Place, refused, WHEN } from './given.ts';

async function frozenPlace(): Promise<Place> {
  const at = await companyPlace();
  await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
  return at;
}

/** When the bank has answered. */
const LATER = '2026-04-17T08:00:00Z';
const HEADER = 'payment,currency,amount,status,date,reference,reason\n';

test('from the frozen period to the bank and back, by commands', async () => {
  const at = await frozenPlace();
  const file = join(at.folder, 'run.csv');
  const plan = await at.at(WHEN, 'ops:olga', 'pay-run 2026-Q1');
  expect(plan.out).toMatch(/would release run 1 of 2026-Q1: 2 payments/);
  expect(plan.out).toMatch(/ada +Ada Berg +2026-Q1\.ada\.1 +USD +10,400\.00/);
  const ran = await at.at(WHEN, 'finance:fred', 'pay-run 2026-Q1 --out', file);
  expect(ran.out).toMatch(/RELEASED run 1 of 2026-Q1: 2 payments, USD 14,800\.00/);
  expect(readFileSync(file, 'utf8').split('\r\n')[1]).toMatch(
    /^2026-Q1\.ada\.1,ada,2026-Q1,USD,10400\.00,[0-9a-f]{64}$/,
  );
  const back = at.write(
    'back.csv',
    `${HEADER}2026-Q1.ada.1,USD,10400,paid,2026-04-15,PR-7,\n2026-Q1.ben.1,USD,4400.00,returned,2026-04-16,,Account closed\n`,
  );
  expect((await at.at(LATER, 'integration:payroll', `payments ${back}`)).out).toMatch(/1 payment paid, USD 10,400\.00/);
  const { out } = await at.at(WHEN, 'ops:olga', 'payouts 2026-Q1');
  expect(out).toMatch(/ada {2}Ada Berg {2}USD {2}10,400\.00 {2}paid .*run 1, 2026-04-15, PR-7/);
  expect(out).toMatch(/ben {2}Ben Osei {2}USD {3}4,400\.00 {2}returned, payable again .*Account closed/);
  const audit = await at.at(WHEN, 'ops:olga', 'audit --payout 2026-Q1/ada');
  expect(audit.out).toMatch(/PayRunReleased[\s\S]*PayoutPaid/);
  expect((await at.at(WHEN, 'auditor:ana', 'verify')).out).toMatch(/1 pay run/);
});

test('nobody opens a period again without having named it', async () => {
  const at = await frozenPlace();
  await at.at(WHEN, 'finance:cora', 'reopen 2026-Q1 --reason Wrong --evidence mail');
  expect((await at.at(WHEN, 'finance:fred', 'approve --all')).out).toMatch(/Nothing waits but freezes, reopenings/);
  expect((await at.at(WHEN, 'finance:fred', 'approve reopen/2026-Q1')).out).toMatch(/noted approval 1 of 2/);
});

test('what cannot be paid is refused with a code, and nothing is written', async () => {
  const at = await companyPlace();
  const say = (argv: string, exit: number, code: string, as = 'finance:fred') =>
    refused(at, as, argv.split(' '), exit, code);
  const out = join(at.folder, 'run.csv');
  await say(`pay-run 2026-Q1 --out ${out}`, EXITS.conflict, 'period_not_frozen');
  await say('pay-run 2026-Q1', EXITS.conflict, 'period_not_frozen');
  await say(`pay-run 2026-Q3 --out ${out}`, EXITS.conflict, 'period_unknown');
  await say(`pay-run Q1 --out ${out}`, EXITS.input, 'field_invalid');
  await say('payouts 2026-Q3', EXITS.conflict, 'period_unknown');
  expect((await at.at(WHEN, 'ops:olga', 'payouts 2026-Q1')).out).toMatch(/the period is open: nothing of it is frozen/);
  await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
  await say(`pay-run 2026-Q1 --out ${out}`, EXITS.forbidden, 'role_forbidden', 'ops:olga');
  await say(`pay-run 2026-Q1 --out ${at.folder}/no/run.csv`, EXITS.input, 'file_unwritable');
  await say(`pay-run 2026-Q1 --out ${at.folder}`, EXITS.conflict, 'file_exists');
  await say('pay-run 2026-Q1 --out ', EXITS.input, 'file_unwritable');
  await say(`pay-run 2026-Q1 --run 2 --out ${out}`, EXITS.conflict, 'not_found');
  await say(`pay-run 2026-Q1 --run x --out ${out}`, EXITS.usage, 'option_invalid');
  at.write('taken.csv', 'something else\n');
  await say(`pay-run 2026-Q1 --out ${at.folder}/taken.csv`, EXITS.conflict, 'file_exists');
});

test.each<[what: string, content: string, exit: number, codes: readonly string[], says: RegExp]>([
  ['no file of CSV', '', EXITS.input, ['csv_no_rows'], /no payments/],
  ['a header alone', HEADER, EXITS.input, ['csv_no_rows'], /no payments/],
  ['a column less', 'payment,currency,amount,status\n', EXITS.input, ['csv_missing_column'], /"date"/],
  ['a column more', `bonus,${HEADER}`, EXITS.input, ['csv_unknown_column'], /"bonus"/],
  ['a column twice', `payment,${HEADER}`, EXITS.input, ['csv_duplicate_column'], /"payment"/],
  ['semicolons', HEADER.replaceAll(',', ';'), EXITS.input, ['csv_delimiter'], /commas/],
  [
    'rows that say nothing',
    `${HEADER}ada,USD,many,gone,yesterday,,\n`,
    EXITS.input,
    ['id_invalid', 'field_invalid', 'date_invalid', 'amount_invalid', 'csv_rows_invalid'],
    /Row 1 status "gone"/,
  ],
  [
    'a return without a reason',
    `${HEADER}2026-Q1.ada.1,USD,10400.00,returned,2026-04-15,,\n`,
    EXITS.input,
    ['reason_required', 'csv_rows_invalid'],
    /Row 1 reason/,
  ],
  [
    'half a row',
    `${HEADER}2026-Q1.ada.1,USD\n`,
    EXITS.input,
    ['csv_row_length', 'csv_rows_invalid'],
    /2 fields instead of 7/,
  ],
  [
    'a payment that was never released',
    `${HEADER}2026-Q1.ada.1,USD,10400.00,paid,2026-04-15,,\n`,
    EXITS.input,
    ['payment_unknown', 'csv_rows_invalid'],
    /release one/,
  ],
])('payments refuses %s', async (_, content, exit, codes, says) => {
  const at = await frozenPlace();
  const file = at.write('bad.csv', content);
  const found = await refused(at, 'integration:payroll', ['payments', file], exit, ...codes);
  expect(found).toMatch(says);
});
