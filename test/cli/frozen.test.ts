import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cli, companyPlace, WHEN } from './given.ts';

test('§21.9: the bytes of a frozen statement stay what they are, whatever is learned later, and prove themselves', async () => {
  const at = await companyPlace();
  await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
  await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
  await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
  const ask = async (period: string) => (await at.at(WHEN, 'ops:olga', `--json statement ada ${period}`)).out;
  const frozen = await ask('2026-Q1');
  expect(JSON.parse(frozen).state).toBe('frozen');

  const late =
    'deal_id,rep_id,amount,currency,closed_on\nD-1,ada,1.00,USD,2026-01-20\nD-9,ada,99000.00,USD,2026-02-20\n';
  expect((await at.at(WHEN, 'ops:olga', `import deals ${at.write('late.csv', late)}`)).code).toBe(0);
  expect(await ask('2026-Q1')).toBe(frozen);
  const corrected = await ask('2026-Q2');
  expect(JSON.parse(corrected).statement.lines.map(({ kind }: { kind: string }) => kind)).toContain('correction');

  const file = at.write('both.jsonl', `${frozen}${corrected}`);
  expect(await cli(['recompute', file])).toMatchObject({ code: 0, err: '' });
  const changed = readFileSync(file, 'utf8').replace('"planVersion":1', '"planVersion":2');
  const ran = await cli(['recompute', at.write('changed.jsonl', changed)]);
  expect(ran.code).toBe(1);
  expect(ran.out).toMatch(/DIFFERENT {3}digest/);
});

test('what keeps a period from being frozen is told by its cause, with the command that mends it', async () => {
  const at = await companyPlace();
  const house = Array.from({ length: 20 }, (_, index) => `H-${10 + index},,5.00,USD,2026-02-20`).join('\n');
  const file = at.write('house.csv', `deal_id,rep_id,amount,currency,closed_on\n${house}\n`);
  expect((await at.at(WHEN, 'ops:olga', `import deals ${file}`)).code).toBe(0);
  const said =
    /Deals credit nobody; import them with an owner, or agree on splits: csv\.\S+, csv\.H-10, csv\.H-11 and 18 more\./;
  const flat = ({ out, err }: { readonly out: string; readonly err: string }) => `${out}${err}`.replace(/\s+/g, ' ');
  for (const line of ['blockers 2026-Q1', 'freeze 2026-Q1', 'close 2026-Q1']) {
    const ran = flat(await at.at(WHEN, 'ops:olga', line));
    expect(ran).toMatch(said);
    expect(ran.match(/nobody; import/g)).toHaveLength(1);
  }
  const listed = flat(await at.at(WHEN, 'ops:olga', 'blockers 2026-Q1'));
  expect(listed).toContain(': 21 by 1 cause, of which 21 may be overridden');
  expect(listed).toMatch(/the first: ledger --as ops:<you> split csv\.\S+ /);
});

test('a period that nothing blocks and whose turn has not come is not said to be ready for its freeze', async () => {
  const at = await companyPlace();
  expect((await at.at(WHEN, 'ops:olga', 'open 2026-Q3')).code).toBe(0);
  const { out } = await at.at(WHEN, 'ops:olga', 'blockers 2026-Q3');
  expect(out).toMatch(
    /^Nothing in 2026-Q3 keeps it from being frozen, as of position \d+\.\n.*ledger close 2026-Q3\n$/,
  );
});

test.each([
  ['nothing', '', /statement_invalid.*it is empty/],
  ['half a file', '{"statement":{"period":"2026-Q1","lines":[{"li', /statement_invalid.*cut off/],
  ['other JSON', '{"hello":"world"}', /statement_invalid.*is not/],
  ['a file of YAML', 'plan: seller\n', /statement_invalid.*not JSON/],
  ['other bytes', new Uint8Array([0x7b, 0xff, 0xfe]), /encoding_invalid/],
  ['what is nested without end', '['.repeat(100_000), /statement_invalid/],
])('recompute refuses %s', async (_, content, says) => {
  const at = await companyPlace();
  const ran = await cli(['recompute', at.write('bad.json', content)]);
  expect(ran.code).toBe(3);
  expect(ran.err).toMatch(says);
});
