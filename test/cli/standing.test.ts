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
