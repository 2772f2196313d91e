import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, companyPlace, WHEN } from './given.ts';

test('standing, team and letter read for people, and as JSON for programs', async () => {
  const at = await companyPlace();
  const run = (line: string) => cli(['--file', at.file, '--at', WHEN, ...line.split(' ')]);
  const [standing, team, letter] = [
    await run('standing ada 2026-Q1'),
    await run('team 2026-Q1'),
    await run('letter ada'),
  ];
  for (const ran of [standing, team, letter]) expect(ran).toMatchObject({ code: 0, err: '' });
  expect(standing.out).toMatch(/from 0\.00 to 100,000\.00 +8\.00 %/);
  expect(team.out).toMatch(/Ada .*\n +bookings .* of 100,000\.00 USD/);
  expect(letter.out).toContain('- From 100% of the target: 12% of Bookings.');
  expect(letter.out).toContain('Bookings 2026: 100,000.00 USD for each quarter.');
  for (const line of ['standing ada 2026-Q1', 'team 2026-Q1', 'letter ada']) {
    expect(JSON.parse((await run(`--json ${line}`)).out)).toHaveProperty('asOf');
    expect((await run(`${line} --as-of 99999`)).code).not.toBe(0);
  }
  expect(await run('letter eve')).toMatchObject({ code: 5, err: expect.stringContaining('error[not_found]') });
});

test('what is counted has no unit', async () => {
  const at = await companyPlace();
  const counted = `
metric: deals
title: Deals
unit: number
amount: 'decimal("1")'
from: 2026-01-01
reason: Count
---
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: By the number of deals
components:
  deals: { measure: deals, window: quarter, tier-by: amount, table: [{ from: 0, per-unit: 10.00 }, { from: 3, per-unit: 20.00 }] }
`;
  expect(await at.at(WHEN, 'ops:olga', `define ${at.write('counted.yaml', counted)}`)).toMatchObject({ code: 0 });
  expect(await at.at(WHEN, 'finance:fred', 'approve --all')).toMatchObject({ code: 0 });
  const { out } = await at.at(WHEN, 'ops:olga', 'standing ada 2026-Q1');
  expect(out).toMatch(/deals 2\n/);
  expect(out).toContain('  1 to the next band.');
  expect((await at.at(WHEN, 'ops:olga', 'team 2026-Q1')).out).toMatch(/deals +2\n/);
});

test('a line that is not what its deal earned says what it is, and a measure of two components whose it is', async () => {
  const at = await companyPlace();
  const plan = join(dirname(at.file), 'windfall.yaml');
  writeFileSync(plan, WINDFALL);
  const run = (as: string, line: string) => cli(['--file', at.file, '--at', WHEN, '--as', as, ...line.split(' ')]);
  expect(await run('ops:olga', `define ${plan}`)).toMatchObject({ code: 0 });
  expect(await run('finance:fred', 'approve --all')).toMatchObject({ code: 0 });
  const { out } = await run('ops:olga', 'statement ada 2026-Q1 --all');
  expect(out).toMatch(/bookings \(plan seller\) +4 lines/);
  expect(out).toMatch(/\n +windfall\/csv\.D-1 +closed/);
  expect(out).toMatch(/ bookings, bookings +2026-Q1/);
  expect(out).toMatch(/ bookings, more +2026-Q1/);
});

const WINDFALL = `
plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: Large deals are looked at.
components:
  bookings:
    measure: bookings
    window: quarter
    tier-by: amount
    table: [{ from: 0, pays: 8% }]
    windfall: { deal-over: 1.00 }
  more: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 1% }] }
`;

test('a statement goes into a file by what its name ends with', async () => {
  const at = await companyPlace();
  const run = (line: string) => cli(['--file', at.file, '--at', WHEN, ...line.split(' ')]);
  const folder = dirname(at.file);
  for (const [name, begins] of [
    ['ada.csv', 'line,kind,'],
    ['ada.PDF', '%PDF-'],
  ] as const) {
    expect(await run(`statement ada 2026-Q1 --out ${join(folder, name)}`)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, name), 'latin1').startsWith(begins)).toBe(true);
  }
  expect(await run(`statement ada 2026-Q1 --out ${join(folder, 'ada.txt')}`)).toMatchObject({ code: 2 });
  const earlier = await run(`statement ada 2026-Q1 --freeze 1 --out ${join(folder, 'earlier.csv')}`);
  expect(earlier).toMatchObject({ code: 2, err: expect.stringMatching(/--out writes the statement in force/) });
  expect(existsSync(join(folder, 'earlier.csv'))).toBe(false);
  expect(await run(`statement ada 2026-Q1 --out ${join(folder, 'nowhere/ada.pdf')}`)).toMatchObject({ code: 7 });
});

test('a manager who is not in the ledger is recorded, and it is said that no team is paid to them', async () => {
  const at = await companyPlace();
  const run = (id: string) => at.at(WHEN, 'ops:olga', `manager ada ${id} --from 2026-02-01 --reason New`);
  expect(await run('bben')).toMatchObject({
    code: 0,
    out: expect.stringContaining('note "bben" is not in the ledger'),
  });
  expect(await run('ben')).toMatchObject({ code: 0, out: expect.not.stringContaining('note') });
});
