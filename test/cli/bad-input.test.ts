import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, companyPlace, EXITS, place, refusal, refused, WHEN, widest } from './given.ts';

describe('a command line that says nothing useful', () => {
  test('no arguments: usage on err, nothing on out', async () => {
    const ran = await cli([]);
    expect(ran).toMatchObject({ code: EXITS.usage, out: '' });
    expect(ran.err).toMatch(/^Usage: ledger/);
    expect(widest(ran.err)).toBeLessThanOrEqual(80);
  });

  test.each<[argv: string, code: string, says: RegExp]>([
    ['statment ada 2026-Q1', 'command_unknown', /'statment'; did you mean statement\?/],
    ['frobnicate', 'command_unknown', /'frobnicate'/],
    ['import', 'argument_missing', /--help/],
    ['import people x.csv', 'command_unknown', /'people'/],
    ['import deals', 'argument_missing', /'file'/],
    ['statement ada', 'argument_missing', /'period'/],
    ['split crm.D-1 --reason x --evidence y', 'argument_missing', /'shares'/],
    ['split crm.D-1 ada=100% --reason x', 'argument_missing', /--evidence/],
    ['cancel crm.D-1 --on 2026-01-01', 'argument_missing', /--reason/],
    ['cancel crm.D-1 --reason x --on', 'argument_missing', /--on/],
    ['statement ada 2026-Q1 more', 'option_invalid', /3: ada, 2026-Q1, more/],
    ['statement ada 2026-Q1 --as-off 3', 'option_unknown', /'--as-off'/],
    ['--limit=-1 statement ada 2026-Q1', 'option_unknown', /--limit/],
    ['cancel crm.D-1 --on 2026-01-01 --on 2026-01-02 --reason x', 'option_invalid', /--on is given twice/],
    ['query list --period 2026-Q1 --period 2026-Q2', 'option_invalid', /as "2026-Q1" and as "2026-Q2"; give it once/],
    ['approve', 'argument_missing', /`ledger requests`/],
    [
      'relief ada bookings 2026 --kind holiday --from 2026-01-01 --to 2026-02-01 --reason x --evidence y',
      'option_invalid',
      /leave, territory/,
    ],
    [
      'relief ada bookings MMXXVI --kind leave --from 2026-01-01 --to 2026-02-01 --reason x --evidence y',
      'option_invalid',
      /"MMXXVI"/,
    ],
    ['audit person ada', 'option_invalid', /"person"/],
    // As every line here is given, with a clock.
    ['serve', 'option_invalid', /--at sets the clock of one command/],
    ['exceptions --state over', 'option_invalid', /"over".*in-force, expiring/],
    ['exceptions --kind gift', 'option_invalid', /"gift".*freeze-override, reopening, adjustment/],
    ['exceptions --within soon', 'option_invalid', /"soon"/],
    ['--command-id ../x open 2026-Q2', 'option_invalid', /--command-id "\.\.\/x"/],
    ['statement ada 2026-Q1 --as-of yesterday', 'as_of_invalid', /"yesterday".*2026-03-31T23:59:59Z/],
    ['statement ada 2026-Q1 --as-of -1', 'as_of_invalid', /"-1"/],
    ['statement ada 2026-Q1 --as-of 1e3', 'as_of_invalid', /"1e3"/],
    ['attainment 2026-Q1 --as-of 20', 'as_of_ahead', /beyond the end of the log, 19/],
    ['attainment 2026-Q1 --as-of 2199-01-01T00:00:00Z', 'as_of_ahead', /in the future/],
    ['audit deal csv.D-1 --as-of 2016-12-31T23:59:60Z', 'as_of_invalid', /23:59:60Z/],
    ['audit deal csv.D-1 --as-of 99999999999999999999', 'as_of_invalid', /999/],
  ])('%s', async (argv, code, says) => {
    const at = await companyPlace();
    expect(await refused(at, 'ops:olga', argv.split(' '), EXITS.usage, code)).toMatch(says);
  });

  test.each(['olga', 'ops:', 'king:olga', 'ops:../x', 'ops:a b', `ops:${'x'.repeat(65)}`, 'ops:\u202eolga'])(
    '--as %j names nobody',
    async (as) => {
      const at = await companyPlace();
      expect(await refused(at, as, ['open', '2026-Q2'], EXITS.usage, 'option_invalid')).toMatch(/<role>:<id>/);
    },
  );

  test('whoever writes says who they are; whoever reads need not', async () => {
    const at = await companyPlace();
    expect(refusal(await cli(['-f', at.file, 'open', '2026-Q2']), EXITS.usage)).toEqual(['argument_missing']);
    expect(await cli(['-f', at.file, 'statement', 'ada', '2026-Q1'])).toMatchObject({ code: 0 });
    expect(await cli(['-f', at.file, 'open', '2026-Q2'], { env: { LEDGER_AS: 'ops:olga' } })).toMatchObject({
      code: 0,
    });
    expect(await cli(['verify'], { env: { LEDGER_STORE: at.file } })).toMatchObject({ code: 0 });
  });

  test('--at sets the clock of demonstrations and of nothing else', async () => {
    const at = place();
    const init = ['--file', at.file, 'init', '--ledger', 'acme'];
    expect(refusal(await cli(['--at', WHEN, ...init]), EXITS.forbidden)).toEqual(['demo_only']);
    expect(refusal(await cli(['--file', at.file, 'verify']), EXITS.environment)).toEqual(['store_missing']);
    expect(await cli(init)).toMatchObject({ code: 0 });
    expect(refusal(await cli(['--file', at.file, '--at', WHEN, 'verify']), EXITS.forbidden)).toEqual(['demo_only']);
    expect(refusal(await cli(['--file', at.file, '--at', 'noon', 'verify']), EXITS.usage)).toEqual(['option_invalid']);
  });

  test.each(['', 'A', 'a b', '../x', '1a', 'x'.repeat(33)])('init --ledger %j is refused', async (id) => {
    const at = place();
    expect(refusal(await cli(['-f', at.file, 'init', '--ledger', id]), EXITS.input)).toEqual(['stream_invalid']);
    expect(await cli(['-f', at.file, 'init', '--ledger', 'acme'])).toMatchObject({ code: 0 });
    expect(refusal(await cli(['-f', at.file, 'init', '--ledger', 'acme']), EXITS.conflict)).toEqual(['store_exists']);
  });

  test('a ledger in a folder that is not there', async () => {
    const at = place();
    const file = join(at.folder, 'no/such/folder/a.ledger');
    expect(refusal(await cli(['-f', file, 'init', '--ledger', 'acme']), EXITS.environment)).toEqual(['store_missing']);
  });
});

const HOSTILE = [
  '../x',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'a'.repeat(10_000),
  'a\u001b[31mb',
  'a\nb',
  '\u202eada',
  "x'; DROP TABLE events; --",
  'ada\u0000',
  '%s%n',
  'é',
  ' ',
];

describe('ids that are none', () => {
  const commands: readonly (readonly [name: string, argv: (id: string) => readonly string[]])[] = [
    ['statement', (id) => ['statement', id, '2026-Q1']],
    ['statement of a period', (id) => ['statement', 'ada', id]],
    ['attainment', (id) => ['attainment', id]],
    ['attainment of somebody', (id) => ['attainment', '2026-Q1', id]],
    ['explain', (id) => ['explain', 'ada', '2026-Q1', id]],
    ['replay', (id) => ['replay', id]],
    ['replay to', (id) => ['replay', '2026-Q1', id]],
    ['deals', (id) => ['deals', id]],
    ['audit participant', (id) => ['audit', 'participant', id]],
    ['audit deal', (id) => ['audit', 'deal', id]],
    ['assign', (id) => ['assign', id, 'seller', '--from', '2026-01-01', '--reason', 'x']],
    ['assign a plan', (id) => ['assign', 'ada', id, '--from', '2026-01-01', '--reason', 'x']],
    ['cancel', (id) => ['cancel', id, '--on', '2026-01-01', '--reason', 'x']],
    ['cancel of a source', (id) => ['cancel', `csv.${id}`, '--on', '2026-01-01', '--reason', 'x']],
    ['milestone', (id) => ['milestone', 'csv.D-1', id, '--on', '2026-01-01x']],
    [
      'relief',
      (id) => [
        'relief',
        id,
        'bookings',
        '2026',
        '--kind',
        'leave',
        '--from',
        '2026-01-01',
        '--to',
        '2026-02-01',
        '--reason',
        'x',
        '--evidence',
        'y',
      ],
    ],
    [
      'relief of a metric',
      (id) => [
        'relief',
        'ada',
        id,
        '2026',
        '--kind',
        'leave',
        '--from',
        '2026-01-01',
        '--to',
        '2026-02-01',
        '--reason',
        'x',
        '--evidence',
        'y',
      ],
    ],
    ['split', (id) => ['split', id, 'ada=100%', '--reason', 'x', '--evidence', 'y']],
    ['split between', (id) => ['split', 'csv.D-1', `${id}=100%`, '--reason', 'x', '--evidence', 'y']],
    ['unassign', (id) => ['unassign', id, 'seller', '--from', '2026-02-01', '--reason', 'x']],
    ['unassign a plan', (id) => ['unassign', 'ada', id, '--from', '2026-02-01x', '--reason', 'x']],
    ['manager', (id) => ['manager', 'ada', id, '--from', '2026-02-01x', '--reason', 'x']],
    ['leave', (id) => ['leave', id, '--kind', 'x', '--from', '2026-02-01', '--to', '2026-03-01', '--reason', 'x']],
    ['offboard', (id) => ['offboard', id, '--on', '2026-02-01', '--reason', 'x']],
    ['acknowledge', (id) => ['acknowledge', id, '1']],
    ['retire', (id) => ['retire', 'plan', id, '--from', '2026-02-01', '--reason', 'x']],
    ['open', (id) => ['open', id]],
    ['freeze', (id) => ['freeze', id]],
    ['approve', (id) => ['approve', id]],
    ['decline', (id) => ['decline', `split/csv.${id}/split-1`, '--reason', 'x']],
    ['revoke', (id) => ['revoke', `relief/${id}.bookings.2026/relief-1`, '--reason', 'x']],
  ];
  test.each(commands)('%s', async (_name, argv) => {
    const mine = await companyPlace();
    for (const id of HOSTILE) {
      for (const as of ['ops:olga', 'finance:fred']) {
        const ran = await cli(['--file', mine.file, '--at', WHEN, '--as', as, ...argv(id)]);
        expect(
          [EXITS.usage, EXITS.input, EXITS.forbidden, EXITS.conflict],
          `${id.slice(0, 40)}: ${ran.err.slice(0, 400)}`,
        ).toContain(ran.code);
        refusal(ran, ran.code);
        expect(ran.err.length, 'nobody reads 10 kB of an id').toBeLessThan(3_000);
      }
    }
    expect(await mine.head()).toBe('19');
  });

  test.each(['2026-Q5', '2026-Q0', '2026-13', '2026-00', '26-Q1', '2026', 'Q1', '2026-q1', ' 2026-Q1', ''])(
    'period %j',
    async (period) => {
      const mine = await companyPlace();
      for (const argv of [
        ['statement', 'ada', period],
        ['attainment', period],
        ['replay', period],
        ['replay', '2026-Q1', period],
        ['open', period],
        ['freeze', period],
      ]) {
        expect(await refused(mine, 'ops:olga', argv, EXITS.input, 'field_invalid')).toMatch(
          /2026-Q1 or a month as 2026-01/,
        );
      }
    },
  );
});

describe('amounts, dates, shares, reasons', () => {
  test.each([
    '1e999999999',
    'NaN',
    'Infinity',
    '١٢٣',
    '1,234.5',
    '0x10',
    '',
    ' 1',
    '--1',
    '1.',
    '1'.repeat(16),
    '-0',
    '1.005',
  ])('amount %j', async (amount) => {
    const at = await companyPlace();
    const argv = ['milestone', 'csv.D-1', 'paid', '--on', '2026-02-01', `--amount=${amount}`];
    expect(await refused(at, 'ops:olga', argv, EXITS.input, 'amount_invalid')).toMatch(/amount/i);
  });

  test.each([
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '26-01-01',
    '01.02.2026',
    '2026-2-1',
    'yesterday',
    '1969-12-31',
    '9999-12-31',
    '',
  ])('date %j', async (date) => {
    const at = await companyPlace();
    expect(
      await refused(
        at,
        'ops:olga',
        ['cancel', 'csv.D-1', `--on=${date}`, '--reason', 'x'],
        EXITS.input,
        'date_invalid',
      ),
    ).toMatch(/cancelledOn/);
    expect(
      await refused(
        at,
        'ops:olga',
        ['assign', 'ada', 'seller', `--from=${date}`, '--reason', 'x'],
        EXITS.input,
        'date_invalid',
      ),
    ).toMatch(/effectiveFrom/);
  });

  test.each<[shares: string, code: string, says: RegExp]>([
    ['ada=70% ben=29.99%', 'shares_not_whole', /99\.99 %/],
    ['ada=70% ben=30.0000001%', 'shares_not_whole', /100\.0000001 %/],
    ['ada=70 ben=30', 'percent_invalid', /write ada=70%/],
    ['ada=33.33% ben=66.66%', 'shares_not_whole', /99\.99 %/],
    ['ada=110% ben=-10%', 'percent_invalid', /"ben=-10%" is no share/],
    ['ada=100% ben=0%', 'amount_invalid', /more than 0/],
    ['ada=50% ada=50%', 'field_invalid', /ada is twice/],
    ['ada=1e2%', 'percent_invalid', /ada=70%/],
    ['ada', 'percent_invalid', /ada=70%/],
    ['ada=', 'percent_invalid', /ada=70%/],
    ['ada=٧٠% ben=30%', 'percent_invalid', /ada=70%/],
  ])('shares %s', async (shares, code, says) => {
    const at = await companyPlace();
    const argv = ['split', 'csv.D-1', ...shares.split(' '), '--reason', 'x', '--evidence', 'y'];
    expect(await refused(at, 'manager:mo', argv, EXITS.input, code)).toMatch(says);
  });

  test.each<[what: string, reason: string, code: string]>([
    ['empty', '', 'reason_required'],
    ['blank', ' \t ', 'reason_required'],
    ['with a control character', 'be\u0007ll', 'field_invalid'],
    ['that reads backwards', 'a\u202eb', 'field_invalid'],
    ['of half a character', 'a\ud800b', 'field_invalid'],
    ['too long', 'x'.repeat(4001), 'field_invalid'],
  ])('a reason that is %s', async (_what, reason, code) => {
    const at = await companyPlace();
    for (const argv of [
      ['cancel', 'csv.D-1', '--on', '2026-02-01'],
      ['assign', 'ada', 'seller', '--from', '2027-01-01'],
      ['split', 'csv.D-1', 'ada=100%', '--evidence', 'y'],
      ['freeze', '2026-Q1'],
      [
        'relief',
        'ada',
        'bookings',
        '2026',
        '--kind',
        'leave',
        '--from',
        '2026-02-01',
        '--to',
        '2026-03-01',
        '--evidence',
        'y',
      ],
    ]) {
      await refused(at, 'ops:olga', [...argv, `--reason=${reason}`], EXITS.input, code);
    }
  });

  test('an exception without evidence', async () => {
    const at = await companyPlace();
    for (const evidence of ['', '  ']) {
      await refused(
        at,
        'manager:mo',
        ['split', 'csv.D-1', 'ada=100%', '--reason', 'x', `--evidence=${evidence}`],
        EXITS.input,
        'evidence_required',
      );
    }
  });
});

describe('who may, and what stands in the way', () => {
  test.each<[as: string, argv: string, exit: number, code: string, says: RegExp]>([
    ['rep:ada', 'open 2026-Q2', EXITS.forbidden, 'role_forbidden', /ops or finance/],
    [
      'auditor:ana',
      'cancel csv.D-1 --on 2026-02-01 --reason x',
      EXITS.forbidden,
      'role_forbidden',
      /ops or integration/,
    ],
    ['ops:ada', 'cancel csv.D-1 --on 2026-02-01 --reason x', EXITS.forbidden, 'own_pay', /"ada"/],
    ['admin:root', 'freeze 2026-Q1', EXITS.forbidden, 'role_forbidden', /ops/],
    ['finance:fred', 'approve split/csv.D-1/split-9', EXITS.conflict, 'not_found', /split-9/],
    ['finance:fred', 'approve plan/seller@1', EXITS.conflict, 'already_decided', /approved already/],
    ['finance:fred', 'approve freeze/2026-Q1', EXITS.conflict, 'not_found', /freeze/],
    ['finance:fred', 'decline freeze/2026-Q1 --reason x', EXITS.conflict, 'not_found', /no request/],
    ['finance:fred', 'revoke plan/seller@1 --reason x', EXITS.conflict, 'not_found', /no exception/],
    ['ops:olga', 'freeze 2026-Q2', EXITS.conflict, 'period_unknown', /open it/],
    ['ops:olga', 'open 2026-01', EXITS.conflict, 'period_unknown', /closes by quarter/],
    ['ops:olga', 'statement ada 2026-Q2', EXITS.conflict, 'period_unknown', /one of: 2026-Q1/],
    ['ops:olga', 'statement zoe 2026-Q1', EXITS.conflict, 'participant_unknown', /"zoe"/],
    ['ops:olga', 'deals zoe', EXITS.conflict, 'participant_unknown', /"zoe"/],
    ['ops:olga', 'replay 2026-Q1', EXITS.conflict, 'period_unknown', /frozen/],
    ['ops:olga', 'explain ada 2026-Q1 csv.D-3', EXITS.conflict, 'not_found', /bookings\/csv\.D-1/],
    ['ops:olga', 'statement ada 2026-Q1 --as-of 0', EXITS.conflict, 'calendar_missing', /as of position 0/],
    ['ops:olga', 'assign ada nothing --from 2026-01-01 --reason x', EXITS.conflict, 'plan_unknown', /nothing/],
    ['ops:olga', 'assign ada seller --from 2026-03-01 --reason x', EXITS.conflict, 'interval_overlaps', /2026-01-01/],
    ['ops:olga', 'split csv.D-9 ada=100% --reason x --evidence y', EXITS.conflict, 'not_found', /csv\.D-9/],
    ['ops:olga', 'close 2026-01', EXITS.conflict, 'period_unknown', /closes by quarter/],
    ['rep:ada', 'acknowledge seller 9', EXITS.conflict, 'version_unexpected', /it has 1/],
    ['finance:fred', 'approve quota/ada.bookings.2026/proposal-1 --despite x', EXITS.input, 'field_invalid', /cases/],
    [
      'manager:mo',
      'relief ada bookings 2026 --kind leave --from 2026-02-01 --to 2026-03-01 --reason x --evidence y --expires 2026-02-01',
      EXITS.input,
      'interval_invalid',
      /relieves nothing/,
    ],
    ['ops:olga', 'split csv.D-1 zoe=100% --reason x --evidence y', EXITS.conflict, 'participant_unknown', /"zoe"/],
  ])('%s: %s', async (as, argv, exit, code, says) => {
    const at = await companyPlace();
    expect(await refused(at, as, argv.split(' '), exit, code)).toMatch(says);
  });

  test('whoever asks does not decide, whatever role they take', async () => {
    const at = await companyPlace();
    await at.at(WHEN, 'manager:mo', 'split csv.D-2 ada=70% ben=30% --reason x --evidence y');
    const who: readonly (readonly [as: string, code: string])[] = [
      ['finance:mo', 'own_request'],
      ['finance:ada', 'own_pay'],
      ['finance:ben', 'own_pay'],
      ['ops:olga', 'role_forbidden'],
      ['admin:root', 'role_forbidden'],
    ];
    for (const [as, code] of who) {
      for (const what of ['split/csv.D-2/split-1', '--all'])
        await refused(at, as, ['approve', what, '--json'], EXITS.forbidden, code);
    }
  });
});
