import { expect, test } from 'vitest';
import { companyPlace, DEALS, HEADER, type Place, widest } from './given.ts';

type Step = readonly [instant: string, as: string, line: (at: Place) => string, says: RegExp];

/** A quarter's close and what follows it: every command once, and what a person must find in its answer. */
const STORY: readonly Step[] = [
  [
    '2026-04-01T09:00:00Z',
    'ops:olga',
    (at) => `import deals ${at.folder}/deals.csv`,
    /4 rows checked, 4 deals\n.*4 unchanged/,
  ],
  [
    '2026-04-01T09:01:00Z',
    'ops:olga',
    () => 'deals',
    /credit nobody, as of position 19[\s\S]*csv\.D-4.*10\.00.*USD.*closed/,
  ],
  ['2026-04-01T09:02:00Z', 'ops:olga', () => 'deals ada', /csv\.D-1[\s\S]*80,000\.00[\s\S]*ada 1/],
  [
    '2026-04-01T09:03:00Z',
    'ops:olga',
    () => 'milestone csv.D-1 invoiced --on 2026-02-01 --amount 80000',
    /recorded DealMilestoneReached/,
  ],
  [
    '2026-04-01T09:04:00Z',
    'manager:mo',
    () => "relief ada bookings 2026 --kind leave --from 2026-02-02 --to 2026-02-16 --reason Leave --evidence 'HR 1'",
    /waiting for approval: relief\/ada\.bookings\.2026\/relief-1/,
  ],
  [
    '2026-04-01T09:05:00Z',
    'manager:mo',
    () => 'split csv.D-2 ada=70% ben=30% --reason Joint --evidence mail --evidence notes',
    /waiting for approval: split\/csv\.D-2\/split-1/,
  ],
  [
    '2026-04-01T09:06:00Z',
    'manager:mo',
    () => 'split csv.D-1 ada=50% ben=50% --reason Joint --evidence mail',
    /waiting for approval: split\/csv\.D-1\/split-1/,
  ],
  [
    '2026-04-01T09:07:00Z',
    'finance:fred',
    () => 'requests',
    /relief\/ada[\s\S]*100% of the\s+quota of those days[\s\S]*asked by mo: Leave[\s\S]*evidence: mail; notes/,
  ],
  [
    '2026-04-01T09:08:00Z',
    'finance:fred',
    () => "decline split/csv.D-1/split-1 --reason 'Ada alone'",
    /recorded SplitExceptionDeclined/,
  ],
  [
    '2026-04-01T09:09:00Z',
    'finance:fred',
    () => 'approve --all',
    /approved relief\/ada[\s\S]*approved split\/csv\.D-2/,
  ],
  ['2026-04-01T09:10:00Z', 'finance:fred', () => 'approve --all', /Nothing waits/],
  [
    '2026-04-01T09:11:00Z',
    'finance:fred',
    () => "revoke relief/ada.bookings.2026/relief-1 --reason 'Wrong dates'",
    /recorded QuotaReliefRevoked/,
  ],
  ['2026-04-01T09:12:00Z', 'ops:olga', () => 'requests', /Nothing waits for a decision/],
  [
    '2026-04-01T09:13:00Z',
    'ops:olga',
    () => 'requests --all',
    /relief-1 revoked by fred[\s\S]*D-2\/split-1 approved by fred[\s\S]*D-1\/split-1 declined by fred/,
  ],
  [
    '2026-04-01T09:14:00Z',
    'ops:olga',
    () => 'attainment 2026-Q1',
    /ada .*108,000\.00 .*100,000\.00 +USD +108\.00 %\n +ben .*67,000\.00/,
  ],
  [
    '2026-04-01T09:15:00Z',
    'rep:ada',
    () => 'statement ada 2026-Q1',
    /Ada Berg \(ada\) for 2026-Q1\n +OPEN[\s\S]*total +USD 8,960\.00/,
  ],
  [
    '2026-04-01T09:16:00Z',
    'rep:ada',
    () => 'explain ada 2026-Q1 csv.D-2',
    /70 % of 40,000\.00 USD: split exception split-1, approved by fred[\s\S]*12 % on/,
  ],
  [
    '2026-04-01T09:17:00Z',
    'ops:olga',
    () => "freeze 2026-Q1 --despite 'A house deal'",
    /waiting for approval: freeze\/2026-Q1/,
  ],
  [
    '2026-04-01T09:18:00Z',
    'finance:fred',
    () => 'approve freeze/2026-Q1',
    /FROZEN 2026-Q1 as of position 28: 2 statements, USD 14,320\.00/,
  ],
  [
    '2026-04-01T09:19:00Z',
    'rep:ada',
    () => 'statement ada 2026-Q1 --all',
    /FROZEN as of position 28, digest [0-9a-f]{16}/,
  ],
  [
    '2026-04-01T09:20:00Z',
    'rep:ada',
    () => 'statement ada 2026-Q1 --as-of 2026-04-01T08:30:00Z',
    /OPEN as of position 19[\s\S]*USD 10,400\.00/,
  ],
  ['2026-07-01T09:00:00Z', 'ops:olga', () => 'open 2026-Q2', /recorded PeriodOpened/],
  [
    '2026-07-01T09:01:00Z',
    'ops:olga',
    () => "cancel csv.D-1 --on 2026-05-04 --reason 'The customer withdrew'",
    /recorded DealCancelled/,
  ],
  [
    '2026-07-01T09:02:00Z',
    'ops:olga',
    () => 'replay 2026-Q1',
    /total USD: frozen 14,320\.00, replayed 7,600\.00, delta -6,720\.00[\s\S]*withdrew/,
  ],
  ['2026-07-01T09:03:00Z', 'ops:olga', () => 'replay 2026-Q1 2026-Q2 --participant ben', /nothing has changed/],
  [
    '2026-07-01T09:04:00Z',
    'rep:ada',
    () => 'statement ada 2026-Q2',
    /correction of 2026-Q1, bookings +-6,720\.00[\s\S]*withdrew/,
  ],
  [
    '2026-07-01T09:05:00Z',
    'auditor:ana',
    () => 'audit participant ada',
    /asked by mo, approved by fred[\s\S]*csv\.D-2: ada 0\.7, ben 0\.3[\s\S]*2026-Q1, ada: USD 8960\.00/,
  ],
  ['2026-07-01T09:06:00Z', 'auditor:ana', () => 'audit deal csv.D-1 --as-of 19', /1 event\n/],
  [
    '2026-07-01T09:07:00Z',
    'auditor:ana',
    () => 'audit period 2026-Q1',
    /2026-Q1: 2026-01-01 to 2026-04-01[\s\S]*as of position 28[\s\S]*2 statements/,
  ],
  ['2026-07-01T09:08:00Z', 'auditor:ana', () => 'audit plan seller', /PlanPublished[\s\S]*plan seller from/],
  ['2026-07-01T09:09:00Z', 'auditor:ana', () => 'audit metric bookings', /MetricDefined/],
  [
    '2026-07-01T09:10:00Z',
    'ops:olga',
    (at) =>
      `import deals ${at.write('later.csv', `${DEALS.replace('40000.00', '44000.00').replace(/D-4.*\n/, '')}D-5,ben,-500.00,USD,2026-05-01\n`)} --snapshot --dry-run`,
    /would record: 1 closed, 1 amended, 1 vanished from the source, 2 unchanged/,
  ],
  [
    '2026-07-01T09:11:00Z',
    'ops:olga',
    (at) => `import deals ${at.folder}/later.csv --snapshot`,
    /recorded: 1 closed, 1 amended, 1 vanished from the source, 2 unchanged/,
  ],
  ['2026-07-01T09:12:00Z', 'auditor:ana', () => 'rebuild', /posted +[0-9a-f]{24} +[0-9a-f]{24} +equal/],
  ['2026-07-01T09:13:00Z', 'auditor:ana', () => 'verify', /whole: 37 events[\s\S]*2 frozen statements in 1 period/],
];

test('every command of a close says in words what it did, in 80 columns, and nothing on err', async () => {
  const at = await companyPlace();
  for (const [instant, as, line, says] of STORY) {
    const ran = await at.at(instant, as, line(at));
    expect(ran, line(at)).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(says);
    expect(widest(ran.out), ran.out).toBeLessThanOrEqual(80);
  }
});

test('every command of a close answers with one line of JSON, positions as text', async () => {
  const at = await companyPlace();
  for (const [instant, as, line] of STORY) {
    const ran = await at.at(instant, as, line(at), '--json');
    expect(ran, line(at)).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toMatch(/^[^\n]+\n$/);
    for (const [name, value] of members(JSON.parse(ran.out))) {
      if (['position', 'asOf', 'amount', 'total', 'share', 'delta'].includes(name))
        expect(typeof value === 'string' || value === null, `${line(at)}: ${name}`).toBe(true);
    }
  }
});

function members(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [[name, member] as const, ...members(member)]);
}

test('a command id answers a repeated command as before, and refuses it for another one', async () => {
  const at = await companyPlace();
  const cancel = "--command-id c-1 cancel csv.D-1 --on 2026-02-01 --reason 'The customer withdrew'";
  const first = await at.at('2026-04-01T09:00:00Z', 'ops:olga', cancel, '--json');
  const head = await at.head();
  const again = await at.at('2026-04-02T09:00:00Z', 'ops:olga', cancel, '--json');
  expect(JSON.parse(again.out)).toEqual({ ...JSON.parse(first.out), repeated: true });
  const other = await at.at('2026-04-02T09:00:00Z', 'ops:olga', cancel.replace('withdrew', 'left'));
  expect(other).toMatchObject({ code: 5, out: '' });
  expect(other.err).toMatch(/^error\[command_id_reused\]/);
  expect(await at.head()).toBe(head);
});

test('one command id approves several requests, also of the same quota', async () => {
  const at = await companyPlace();
  for (const [from, to] of [
    ['2026-02-02', '2026-02-16'],
    ['2026-03-02', '2026-03-16'],
  ]) {
    await at.at(
      '2026-04-01T09:00:00Z',
      'manager:mo',
      `relief ada bookings 2026 --kind leave --from ${from} --to ${to} --reason Leave --evidence HR`,
    );
  }
  const names = 'relief/ada.bookings.2026/relief-1 relief/ada.bookings.2026/relief-2';
  const ran = await at.at('2026-04-01T09:01:00Z', 'finance:fred', `--command-id c-1 approve ${names}`, '--json');
  expect(ran).toMatchObject({ code: 0, err: '' });
  const head = await at.head();
  const again = await at.at('2026-04-01T09:02:00Z', 'finance:fred', `--command-id c-1 approve ${names}`, '--json');
  expect(JSON.parse(again.out)).toMatchObject([{ outcome: { repeated: true } }, { outcome: { repeated: true } }]);
  expect(await at.head()).toBe(head);
});

test('an import that is given again under its id takes back nothing that was learned since', async () => {
  const at = await companyPlace();
  const first = `--command-id i-1 import deals ${at.write('first.csv', `${HEADER}E-1,ada,100.00,USD,2026-01-20\n`)}`;
  const second = `--command-id i-2 import deals ${at.write('second.csv', `${HEADER}E-1,ada,200.00,USD,2026-01-20\n`)}`;
  await at.at('2026-04-01T09:00:00Z', 'ops:olga', first);
  await at.at('2026-04-01T09:01:00Z', 'ops:olga', second);
  const head = await at.head();
  expect((await at.at('2026-04-01T09:02:00Z', 'ops:olga', first)).out).toMatch(/recorded: 1 closed/);
  const other = await at.at('2026-04-01T09:03:00Z', 'ops:olga', second.replace('i-2', 'i-1'));
  expect(other.err).toMatch(/^error\[command_id_reused\]/);
  expect(await at.head()).toBe(head);
});
