import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, type Place, refusal, WHEN } from './given.ts';

async function frozen(): Promise<Place> {
  const at = await companyPlace();
  for (const [as, line] of [
    ['manager:mo', "split csv.D-2 ada=60% ben=40% --reason '=SUM(A1)' --evidence @mail"],
    ['finance:fred', 'approve --all'],
    ['ops:olga', "freeze 2026-Q1 --despite 'D-4 belongs to nobody'"],
    ['finance:fred', 'approve freeze/2026-Q1'],
    ['finance:fred', `pay-run 2026-Q1 --out ${at.folder}/run.csv`],
  ] as const) {
    expect(await at.at(WHEN, as, line), line).toMatchObject({ code: 0 });
  }
  return at;
}

const ask = (at: Place, ...words: readonly string[]) => cli(['--file', at.file, ...words]);

describe('audit', () => {
  test('of a payout goes from the deal to the bank, as text, JSON and a table', async () => {
    const at = await frozen();
    const text = await ask(at, 'audit', '--payout', '2026-Q1/ada');
    expect(text).toMatchObject({ code: 0, err: '' });
    const stations = [...text.out.matchAll(/^([A-Z][^:\n]*): \d+ events?$/gm)].map(([, title]) => title);
    expect(stations).toEqual([
      'Deals',
      'Plans, metrics, rules and rates',
      'The person and their assignments',
      'Quotas and reliefs',
      'Splits and decisions about pay',
      'The period and its freeze',
      'The statement as it was written',
      'Payment',
    ]);
    // Where a team's quotas count, lines that do not say whose they are would all be alike.
    expect(text.out).toMatch(/QuotaAssigned .*\n +ada: bookings 2026: /);
    const json = JSON.parse((await ask(at, '--json', 'audit', '--payout', '2026-Q1/ada')).out);
    expect(json).toMatchObject({ state: 'frozen', missing: [], participant: 'ada' });
    const table = (await ask(at, 'audit', '--payout', '2026-Q1/ada', '--csv')).out;
    expect(table).toMatch(/^station,position,/);
    expect(table.trimEnd().split('\r\n')).toHaveLength(json.events.length + 1);
    expect(table).toContain(",'=SUM(A1),'@mail,");
    // A deal that came late was closed and never touched again, and is what a correction comes from all the same.
    const late = at.write('late.csv', 'deal_id,rep_id,amount,currency,closed_on\nD-9,ada,10.00,USD,2026-01-09\n');
    await at.at(WHEN, 'ops:olga', `import deals ${late}`);
    await at.at(WHEN, 'ops:olga', 'open 2026-Q2');
    expect((await ask(at, 'audit', '--payout', '2026-Q2/ada')).out).toContain('csv.D-9');
    expect((await ask(at, 'audit', '--payout', '2026-Q1/ada')).out).toMatch(/Learned later: 1 event\n.*DealClosed/);
    // One that was amended after the freeze was touched again: it is listed where it began.
    const quiet = /(\d+) deals? closed and never touched again/;
    const before = (await ask(at, 'audit', '--payout', '2026-Q1/ada')).out;
    expect(before).toMatch(quiet);
    const deals = before.split('\nPlans,')[0] ?? '';
    expect(deals).not.toContain('csv.D-1');
    const amended = at.write('amended.csv', 'deal_id,rep_id,amount,currency,closed_on\nD-1,ada,1.00,USD,2026-01-20\n');
    await at.at(WHEN, 'ops:olga', `import deals ${amended}`);
    const after = (await ask(at, 'audit', '--payout', '2026-Q1/ada')).out;
    expect(after.split('\nPlans,')[0]).toMatch(/DealClosed[\s\S]*csv\.D-1/);
    expect(Number(quiet.exec(after)?.[1] ?? 0)).toBe(Number(quiet.exec(before)?.[1]) - 1);
  });

  test('asks by any combination, and says in its title what was asked', async () => {
    const at = await frozen();
    const ran = await ask(
      at,
      'audit',
      'participant',
      'ada',
      '--actor',
      'fred',
      '--type',
      'deal',
      'SPLITEXCEPTIONAPPROVED',
    );
    expect(ran.out).toMatch(
      /^Audit trail of participant ada, what fred did, deal, SPLITEXCEPTIONAPPROVED, as of position \d+: 1 event\n/,
    );
    expect(ran.out).toContain('changed splits split-1: none → ');
    const asked = await ask(at, 'audit', '--type', 'PeriodFreezeRequested');
    expect(asked.out.replace(/\s+/g, ' ')).toContain(
      '2026-Q1, in spite of deal_uncredited csv.D-4: D-4 belongs to nobody',
    );
    const none = await ask(at, 'audit', '--actor', 'fred', '--since', '2027-01-01');
    expect(none).toMatchObject({ code: 0 });
    expect(none.out).toMatch(/: 0 events\n/);
    const unknown = await ask(at, 'audit', '--actor', 'nobody');
    expect(unknown).toMatchObject({
      code: 5,
      out: '',
      err: expect.stringMatching(/^error\[not_found\]: Nothing .* "nobody"/),
    });
  });

  test.each<[line: string, exit: number, code: string]>([
    ['audit', EXITS.usage, 'argument_missing'],
    ['audit ledger x', EXITS.usage, 'option_invalid'],
    ['audit participant', EXITS.usage, 'argument_missing'],
    ['audit participant ada --participant ben', EXITS.usage, 'option_invalid'],
    ['audit participant ada --csv --json', EXITS.usage, 'option_invalid'],
    ['audit --payout 2026-Q1', EXITS.usage, 'option_invalid'],
    ['audit --payout 2026-Q1/ada --actor fred', EXITS.usage, 'option_invalid'],
    ['audit participant ada --payout 2026-Q1/ada', EXITS.usage, 'option_invalid'],
    ['audit --payout 2026-Q2/ada', EXITS.conflict, 'period_unknown'],
    ['audit --payout 2026-Q1/nobody', EXITS.conflict, 'participant_unknown'],
    ['audit --type Nothing', EXITS.usage, 'option_invalid'],
    ['audit --actor fred --since never', EXITS.usage, 'as_of_invalid'],
    ['audit --request nothing', EXITS.input, 'field_invalid'],
    ['audit deal csv.D-77', EXITS.conflict, 'not_found'],
  ])('%s is refused', async (line, exit, code) => {
    const at = await companyPlace();
    expect(refusal(await ask(at, ...line.split(' ')), exit)).toEqual([code]);
  });
});
