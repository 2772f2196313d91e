import { describe, expect, test } from 'vitest';
import { cli, companyPlace, type Place, WHEN } from './given.ts';

async function ask(at: Place, line: string) {
  const before = await at.head();
  const ran = await cli(['--file', at.file, '--at', WHEN, ...line.split(' ')]);
  expect(await at.head()).toBe(before);
  return ran;
}

async function told(at: Place, line: string) {
  const ran = await ask(at, `--json ${line}`);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return JSON.parse(ran.out);
}

describe('show', () => {
  test('a definition stands with its history, and says what applies on a day', async () => {
    const at = await companyPlace();
    const before = await at.head();
    const { metric } = (await told(at, 'show metric')).entries[0].entry;
    const corrected = `metric: ${metric}\ntitle: Bookings\ncounts: deal.amount >= 500\namount: deal.amount\nfrom: 2026-02-01\nreason: Small deals belong to the channel\n`;
    await at.at(WHEN, 'ops:olga', `define ${at.write('corrected.yaml', corrected)}`);
    await at.at(WHEN, 'finance:fred', `approve metric/${metric}@2`);

    const on = async (day: string, more = '') =>
      (await told(at, `show metric ${metric} --on ${day}${more}`)).entries[0];
    expect(await on('2026-01-31')).toMatchObject({ inForce: 1 });
    expect(await on('2026-02-01')).toMatchObject({ inForce: 2 });
    expect((await on('2026-02-01')).entry.versions[1]).toMatchObject({ approvedBy: 'fred', from: '2026-02-01' });
    // As of a moment before, nobody knew.
    const then = await on('2026-02-01', ` --as-of ${before}`);
    expect(then.inForce).toBe(1);
    expect(then.entry.versions).toHaveLength(1);
    const text = (await ask(at, `show metric ${metric} --on 2026-02-01`)).out;
    expect(text).toMatch(/applies version 2, from 2026-02-01, approved by fred/);
    expect(text).toContain('Small deals belong to the channel');
    expect(text).toContain('counts: deal.amount >= 500');
  });

  test('people stand below whom they report to on the day', async () => {
    const at = await companyPlace();
    await at.at(WHEN, 'ops:olga', "manager ben ada --from 2026-03-01 --reason 'New team'");
    const manager = async (day: string) =>
      (await told(at, `show people --on ${day}`)).entries.find(({ name }: { name: string }) => name === 'ben').manager;
    expect(await manager('2026-02-28')).not.toBe('ada');
    expect(await manager('2026-03-01')).toBe('ada');
    const text = (await ask(at, 'show people --on 2026-03-01')).out;
    expect(text).toMatch(/^ {2}ada .*\n {4}ben /m);
  });

  test('a person names all of their quotas', async () => {
    const at = await companyPlace();
    const { entries } = await told(at, 'show quota ada');
    expect(entries.length).toBeGreaterThan(0);
    for (const { entry } of entries) expect(entry).toMatchObject({ kind: 'quota', participant: 'ada' });
    expect((await told(at, `show quota ${entries[0].name}`)).entries).toEqual([entries[0]]);
    for (const kind of ['calendar', 'rates', 'period', 'plan']) {
      const shown = await ask(at, `show ${kind}`);
      expect(shown.code, `${kind}: ${shown.err}`).toBe(0);
      expect(shown.out).not.toMatch(/undefined|\[object/);
    }
  });

  test('what is a list of what held when says what each changed', async () => {
    const at = await companyPlace();
    const write = (text: string) => at.write('more.yaml', text);
    await at.at(
      WHEN,
      'ops:olga',
      `define ${write('rates: [{ pair: EUR/USD, on: 2026-02-01, rate: 1.25, source: bank }]')}`,
    );
    expect((await ask(at, 'show rates EURUSD')).out).toMatch(/2026-02-01 +1\.25 +1\.10 +[0-9-]{10} by olga +bank/);
    expect((await ask(at, 'show rates')).out).toMatch(/2026-02-01 +1\.25 +1\.10 +bank/);
    const policy = (terms: string) => write(`corrections: { ${terms}, reason: Agreed }`);
    await at.at(WHEN, 'finance:fred', `define ${policy('policy: true-up, from: 2026-01-01')}`);
    await at.at(WHEN, 'finance:fred', `define ${policy('policy: spread, over: 3, from: 2026-06-01')}`);
    const shown = (await ask(at, 'show corrections')).out;
    expect(shown).toMatch(/applies corrections trued up, from 2026-01-01[\s\S]*policy by: true-up → spread/);
    await at.at(
      WHEN,
      'finance:fred',
      `define ${policy('policy: true-up, from: 2026-07-01, waive-under: { USD: 5.00, EUR: 4.00 }')}`,
    );
    const limited = /corrections trued up, not taken back under 4\.00 EUR, 5\.00 USD,\s+from\s+2026-07-01/;
    expect((await ask(at, 'show corrections')).out).toMatch(limited);
    expect((await ask(at, 'audit --type CorrectionPolicySet')).out).toMatch(limited);
  });

  test('how the company goes about it: who approves what, and how long questions may take', async () => {
    const at = await companyPlace();
    expect((await ask(at, 'show approvals')).out).toMatch(/no rules: finance approves/);
    expect((await ask(at, 'show queries')).out).toMatch(/no clocks/);
    const rules =
      'approvals: Two for much\nexpire-after: 10\nrules: [{ rule: large, kinds: [exception], over: { amount: { USD: 1000 } }, approvers: [finance, finance] }]\nfrom: 2026-01-01\nreason: As the board decided\n';
    await at.at(WHEN, 'ops:olga', `define ${at.write('rules.yaml', rules)}`);
    const before = await at.head();
    expect((await ask(at, 'show approvals')).out).toMatch(/version 1, from 2026-01-01, asked by olga, waits/);
    await at.at(WHEN, 'finance:fred', 'approve approvals@1');
    const { out } = await ask(at, 'show approvals');
    expect(out).toMatch(/applies version 1, from 2026-01-01, approved by fred\n +As the board decided/);
    expect(out).toMatch(/A request waits 10 days\.\n +large: .*needs the approval of two of\s+finance/s);
    expect((await ask(at, `show approvals --as-of ${before}`)).out).not.toMatch(/applies/);
    expect(await told(at, 'show approvals --on 2025-12-31')).toMatchObject({ on: '2025-12-31', inForce: null });

    const clocks = (from: string, days: number) =>
      at.write('clocks.yaml', `queries: { from: ${from}, first-answer: ${days}, cut-off: 3, reason: Agreed }`);
    await at.at(WHEN, 'ops:olga', `define ${clocks('2026-01-01', 2)}`);
    await at.at(WHEN, 'ops:olga', `define ${clocks('2026-03-01', 4)}`);
    expect((await ask(at, 'show queries --on 2026-02-28')).out).toMatch(
      /applies from 2026-01-01, set by olga\n +working days: first-answer 2, cut-off 3\n +Agreed\n +from 2026-03-01, set by olga\n +working days: first-answer 4/,
    );
    expect((await told(at, 'show queries')).versions).toHaveLength(2);
    expect((await ask(at, 'show queries mine')).err).toMatch(/^error\[option_invalid\]/);
    expect((await ask(at, 'show approvals --on 2026-02-30')).err).toMatch(/^error\[date_invalid\]/);
  });

  test('what is not there, or is no day or kind, is refused', async () => {
    const at = await companyPlace();
    expect((await ask(at, 'show plan nobody')).err).toMatch(/^error\[not_found\]: No plan "nobody"/);
    expect((await ask(at, 'show crediting')).err).toMatch(/^error\[not_found\]: No crediting is in the ledger/);
    expect((await ask(at, 'show corrections')).err).toMatch(/^error\[not_found\]: No corrections are in the ledger/);
    expect((await ask(at, 'show plan --on 2026-02-30')).err).toMatch(/^error\[date_invalid\]/);
    expect((await ask(at, 'show money')).err).toMatch(/^error\[option_invalid\]/);
    expect((await ask(at, 'show plan --as-of 99999')).err).toMatch(/^error\[as_of_ahead\]/);
  });
});
