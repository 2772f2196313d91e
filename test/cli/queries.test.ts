import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, HEADER, type Place, refused, WHEN, widest } from './given.ts';

const OPEN = ['query', 'open', 'ada', '2026-Q1', 'csv.D-2', '--says', 'The order form says 60,000.'];

/** The company of these tests, in which ada has asked about a deal that closed above her quota. */
async function asked(): Promise<Place> {
  const at = await companyPlace();
  const ran = await at.at(WHEN, 'rep:ada', '', ...OPEN, '--amount', '60000', '--expects', '6400');
  expect(ran.err).toBe('');
  expect(ran).toMatchObject({ code: 0, out: '  recorded QueryOpened\n  query ada.1\n' });
  return at;
}

async function json(at: Place, as: string, line: string) {
  const ran = await cli(['--file', at.file, '--at', WHEN, '--as', as, '--json', ...line.split(' ')]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return JSON.parse(ran.out);
}

describe('query', () => {
  test('is given to whoever reopened a period or said how corrections are posted, and did nothing else', async () => {
    const at = await asked();
    const corrections = 'corrections: { policy: true-up, from: 2026-04-01, reason: Agreed }\n';
    await at.at(WHEN, 'finance:fay', `define ${at.write('corrections.yaml', corrections)}`);
    await at.at(WHEN, 'ops:olga', "freeze 2026-Q1 --despite 'A house deal'");
    await at.at(WHEN, 'finance:fred', 'approve freeze/2026-Q1');
    await at.at(WHEN, 'finance:cora', 'reopen 2026-Q1 --reason Test --evidence Mail');
    for (const to of ['fay', 'cora']) {
      expect(await at.at(WHEN, 'ops:olga', `query assign ada.1 ${to}`)).toMatchObject({ code: 0, err: '' });
    }
  });

  test('goes from a question to the pay line that names it, within 80 columns', async () => {
    const at = await asked();
    expect(await json(at, 'rep:ada', 'query show ada.1')).toMatchObject({
      query: { query: 'ada.1', ball: 'desk', expects: '6400', difference: '2400.00' },
      replay: { ledger: { amount: '4000.00' }, theirs: { amount: '6400.00' } },
      line: { line: 'bookings/csv.D-2', amount: '4000.00' },
    });
    await at.at(WHEN, 'ops:olga', 'query assign ada.1 olga');
    await at.at(WHEN, 'ops:olga', "query reply ada.1 --says 'Which form?' --ask");
    expect(await json(at, 'ops:olga', 'query list')).toMatchObject({
      queries: [{ ball: 'participant', holder: 'olga' }],
    });
    await at.at(WHEN, 'rep:ada', 'query reply ada.1 --says OF-2');
    await at.at(WHEN, 'ops:olga', "query escalate ada.1 fred --reason 'Amended in the source'");
    const csv = 'deal_id,rep_id,amount,currency,closed_on\nD-2,ada,60000.00,USD,2026-02-10\n';
    await at.at(WHEN, 'ops:olga', `import deals ${at.write('d2.csv', csv)}`);
    const { events } = await json(at, 'ops:olga', 'audit deal csv.D-2');
    const event = events.at(-1).id;
    const resolve = ['query', 'resolve', 'ada.1', '--reason', 'Amended.', '--event', event];
    await refused(at, 'ops:olga', resolve, EXITS.forbidden, 'role_forbidden');
    expect(await at.at(WHEN, 'finance:fred', '', ...resolve)).toMatchObject({ code: 0 });
    // What can be done by now, and what could have been: nothing says that it still can.
    const clocks = at.write('clocks.yaml', 'queries: { from: 2026-01-01, reopen: 3, reason: Agreed }');
    await at.at(WHEN, 'ops:olga', `define ${clocks}`);
    const { times } = (await json(at, 'rep:ada', 'query show ada.1')).query;
    expect((await at.at(WHEN, 'rep:ada', 'query show ada.1')).out).toContain(
      ` can be reopened until ${times.reopenUntil}`,
    );
    const later = `${Temporal.PlainDate.from(times.reopenUntil).add({ days: 1 })}T12:00:00Z`;
    expect((await at.at(later, 'rep:ada', 'query show ada.1')).out).toContain(
      `could be reopened until ${times.reopenUntil}`,
    );
    const { statement } = await json(at, 'rep:ada', 'statement ada 2026-Q1');
    expect(statement.lines.find((line: { deal: string }) => line.deal === 'csv.D-2').queries).toEqual(['ada.1']);
    for (const line of ['query list --state all', 'query show ada.1 --traces', 'explain ada 2026-Q1 csv.D-2']) {
      const ran = await at.at(WHEN, 'ops:olga', line);
      expect(ran.out).toMatch(/ada\.1/);
      expect(widest(ran.out), ran.out).toBeLessThanOrEqual(80);
    }
    const file = at.write('ada.json', (await at.at(WHEN, 'ops:olga', '--json statement ada 2026-Q1')).out);
    expect((await cli(['recompute', file])).out).toMatch(/csv\.D-2: 6,400\.00, answers query ada\.1/);
    expect(await at.at(WHEN, 'auditor:ana', 'verify')).toMatchObject({ code: 0 });
    expect((await at.at(WHEN, 'auditor:ana', 'audit participant ada')).out).toMatch(/QueryResolved/);
  });

  test.each([
    ['rep:ada', [...OPEN.slice(0, 5), '--says', ' '], EXITS.input, 'field_invalid'],
    ['rep:ada', ['query', 'open', 'ada', '2026-Q1', 'csv.D-9', '--says', 'x'], EXITS.conflict, 'not_found'],
    ['rep:ada', ['query', 'open', 'ada', '2026-Q3', 'total', '--says', 'x'], EXITS.conflict, 'period_unknown'],
    ['rep:ada', ['query', 'open', 'ada', '2026', 'total', '--says', 'x'], EXITS.input, 'field_invalid'],
    ['rep:ada', ['query', 'open', 'a/b', '2026-Q1', 'total', '--says', 'x'], EXITS.input, 'id_invalid'],
    ['rep:ada', ['query', 'open', 'ben', '2026-Q1', 'total', '--says', 'x'], EXITS.forbidden, 'role_forbidden'],
    ['ops:olga', ['query', 'open', 'ada', '2026-Q1', 'total', '--says', 'x'], EXITS.forbidden, 'role_forbidden'],
    ['rep:ada', ['query', 'open', 'ada', '2026-Q1', 'total'], EXITS.usage, 'argument_missing'],
    ['rep:ada', [...OPEN, '--expects', '1e5'], EXITS.input, 'amount_invalid'],
    ['rep:ada', [...OPEN, '--amount', '1e5'], EXITS.input, 'amount_invalid'],
    ['rep:ada', [...OPEN, '--deal', 'D-2', '--amount', '5'], EXITS.input, 'id_invalid'],
    ['rep:ada', [...OPEN, '--deal', 'csv.D-2'], EXITS.usage, 'argument_missing'],
    ['rep:ada', [...OPEN, '--split', 'ada'], EXITS.input, 'percent_invalid'],
    ['rep:ada', [...OPEN, '--split', 'ada=50%'], EXITS.input, 'shares_not_whole'],
    ['rep:ada', [...OPEN, '--split', 'ada=50%', 'zoe=50%'], EXITS.conflict, 'participant_unknown'],
    ['rep:ada', [...OPEN, '--facts', 'nothing.yaml'], EXITS.input, 'file_missing'],
    ['rep:ada', [...OPEN, '--as-of', '99999'], EXITS.usage, 'as_of_ahead'],
    ['rep:ada', OPEN, EXITS.conflict, 'already_exists'],
    ['ops:olga', ['query', 'reply', 'ada.7', '--says', 'x'], EXITS.conflict, 'not_found'],
    ['ops:olga', ['query', 'reply', '../x', '--says', 'x'], EXITS.conflict, 'not_found'],
    ['rep:ben', ['query', 'reply', 'ada.1', '--says', 'x'], EXITS.conflict, 'not_found'],
    ['rep:ada', ['query', 'reply', 'ada.1', '--says', 'x', '--ask'], EXITS.input, 'field_invalid'],
    ['ops:olga', ['query', 'assign', 'ada.1', 'ada'], EXITS.forbidden, 'own_pay'],
    ['ops:olga', ['query', 'assign', 'ada.1', 'o g'], EXITS.input, 'id_invalid'],
    ['ops:olga', ['query', 'assign', 'ada.1', 'nobody'], EXITS.conflict, 'principal_unknown'],
    ['ops:olga', ['query', 'escalate', 'ada.1', 'nobody', '--reason', 'x'], EXITS.conflict, 'principal_unknown'],
    ['rep:ada', ['query', 'assign', 'ada.1', 'olga'], EXITS.forbidden, 'role_forbidden'],
    ['ops:olga', ['query', 'escalate', 'ada.1', 'fred', '--reason', ' '], EXITS.input, 'reason_required'],
    ['ops:olga', ['query', 'escalate', 'ada.1', 'olga', '--reason', 'x'], EXITS.input, 'field_invalid'],
    ['ops:olga', ['query', 'resolve', 'ada.1', '--reason', ''], EXITS.input, 'reason_required'],
    ['ops:olga', ['query', 'resolve', 'ada.1'], EXITS.usage, 'argument_missing'],
    ['ops:olga', ['query', 'resolve', 'ada.1', '--reason', 'x', '--event', 'x'], EXITS.conflict, 'not_found'],
    ['ops:olga', ['query', 'resolve', 'ada.1', '--reason', 'x', '--event', '3'], EXITS.conflict, 'correction_invalid'],
    ['rep:ada', ['query', 'resolve', 'ada.1', '--reason', 'x'], EXITS.forbidden, 'role_forbidden'],
    ['admin:adam', ['query', 'resolve', 'ada.1', '--reason', 'x'], EXITS.conflict, 'not_found'],
    ['rep:ada', ['query', 'reopen', 'ada.1', '--reason', 'x'], EXITS.conflict, 'nothing_to_record'],
    ['ops:olga', ['query', 'withdraw', 'ada.1', '--reason', 'x'], EXITS.forbidden, 'role_forbidden'],
    ['rep:ada', ['query', 'withdraw', 'ada.1', '--reason', '\u202e'], EXITS.input, 'field_invalid'],
    ['rep:ben', ['query', 'show', 'ada.1'], EXITS.conflict, 'not_found'],
    ['admin:adam', ['query', 'list'], EXITS.forbidden, 'role_forbidden'],
    ['ops:olga', ['query', 'list', '--state', 'shut'], EXITS.usage, 'option_invalid'],
    ['ops:olga', ['query', 'list', '--period', '2026'], EXITS.input, 'field_invalid'],
    ['ops:olga', ['query'], EXITS.usage, 'argument_missing'],
    ['ops:olga', ['query', 'close', 'ada.1'], EXITS.usage, 'command_unknown'],
  ] as const)('%s: %j is refused, and nothing is written', async (as, argv, exit, code) => {
    await refused(await asked(), as, [...argv], exit, code);
  });

  test.each([
    ['{ from: 2026-01-01 }', 'reason_required'],
    ['{ from: 2026-01-01, resolution: 0, reason: x }', 'field_invalid'],
    ['{ from: 2026-01-01, resolution: ten, reason: x }', 'field_invalid'],
    ['{ from: 2026-13-01, reason: x }', 'date_invalid'],
    ['{ from: 2026-01-01, resolve: 3, reason: x }', 'field_unknown'],
  ])('clocks %s are refused: %s', async (text, code) => {
    const at = await companyPlace();
    await refused(at, 'ops:olga', ['define', at.write('q.yaml', `queries: ${text}\n`)], EXITS.input, code);
  });
});

describe('what-would with a split', () => {
  test('says what becomes of both statements when it is approved', async () => {
    const at = await companyPlace();
    const would = await json(at, 'ops:olga', 'what-would --deal csv.D-1 --split ada=60% ben=40%');
    await at.at(WHEN, 'ops:olga', 'split csv.D-1 ada=60% ben=40% --reason Joint --evidence mail');
    await at.at(WHEN, 'finance:fred', 'approve split/csv.D-1/split-1');
    for (const who of ['ada', 'ben']) {
      const { statement } = await json(at, 'ops:olga', `statement ${who} 2026-Q1`);
      const own = would.participants.find((each: { participant: string }) => each.participant === who);
      expect(own.periods).toMatchObject([{ period: '2026-Q1', after: statement.total }]);
    }
  });

  test('reads splits and deals from a file, as a query does', async () => {
    const at = await companyPlace();
    const file = at.write(
      'facts.yaml',
      '- { deal: D-2, source: csv, owner: ada, amount: 60000, closed: 2026-02-10 }\n- { split: csv.D-1, shares: { ada: 60%, ben: 40% } }\n',
    );
    const would = await json(at, 'ops:olga', `what-would ${file} --participant ada`);
    expect(would.deals).toEqual(['csv.D-2', 'csv.D-1']);
    const ran = await at.at(WHEN, 'rep:ada', '', ...OPEN, '--facts', file);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const { replay, facts } = await json(at, 'rep:ada', 'query show ada.1');
    expect(facts).toMatchObject({ deals: [{}], splits: [{ shares: [{ share: '0.6' }, { share: '0.4' }] }] });
    expect(replay.pays[0].after).toBe(would.participants[0].periods[0].after);
  });

  test('sees the deal where crediting rules may credit anybody', async () => {
    const at = await companyPlace();
    const rules =
      'crediting: pool\ntitle: Pool\nfrom: 2026-01-01\nreason: Pool\nrules: [{ rule: ben, when: deal.amount > decimal("100"), credits: { participant: ben }, share: 10% }]\n';
    await at.at(WHEN, 'ops:olga', `define ${at.write('rules.yaml', rules)}`);
    await at.at(WHEN, 'finance:fred', 'approve --all');
    const would = await json(at, 'ops:olga', 'what-would --owner ada --amount 50000 --closed 2026-03-20');
    await at.at(WHEN, 'ops:olga', `import deals ${at.write('new.csv', `${HEADER}D-9,ada,50000.00,USD,2026-03-20\n`)}`);
    for (const who of ['ada', 'ben']) {
      const { statement } = await json(at, 'ops:olga', `statement ${who} 2026-Q1`);
      const own = would.participants.find((each: { participant: string }) => each.participant === who);
      expect(own?.periods).toMatchObject([{ period: '2026-Q1', after: statement.total }]);
    }
  });

  test.each([
    [['--split', 'ada=100%'], EXITS.usage, 'argument_missing'],
    [['--deal', 'csv.D-1', '--split', 'ada=60%'], EXITS.input, 'shares_not_whole'],
    [['--deal', 'csv.D-9', '--split', 'ada=100%'], EXITS.conflict, 'not_found'],
  ] as const)('%j is refused', async (argv, exit, code) => {
    await refused(await companyPlace(), 'ops:olga', ['what-would', ...argv], exit, code);
  });
});
