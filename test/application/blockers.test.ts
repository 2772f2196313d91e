import {
  approve,
  assignPlan,
  blockers,
  decline,
  guidedClose,
  recordOnParticipant,
  requestFreeze,
  requestSplit,
  statementOf,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  importRows,
  MANAGER,
  type Made,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10'];
const ASK = { period: '2026-Q1', reason: 'Close', evidence: [] };

async function company(...more: readonly string[]): Promise<Made> {
  const made = await makeCompany();
  sound(await importRows(made, [...Q1, ...more]));
  made.at('2026-04-02T09:00:00Z');
  return made;
}

/** `code about` of everything in the way, with a star on what may be overridden. Whoever never asked before is told the same. */
async function inTheWay({ ledger }: Made): Promise<readonly string[]> {
  const { blockers: found } = sound(await blockers(ledger, { period: '2026-Q1' }));
  const anew = sound(await blockers({ ...ledger, views: Object.create(ledger.views) }, { period: '2026-Q1' }));
  expect(found).toEqual(anew.blockers);
  return found.map(({ code, about, overridable }) => `${code} ${about}${overridable ? '*' : ''}`);
}

describe('what keeps a period from being frozen', () => {
  test('nothing, where everything is there', async () => {
    expect(await inTheWay(await company())).toEqual([]);
  });

  test('deals of the period without credit, and deals that credit nobody known', async () => {
    const made = await company(
      'D-3,,500.00,USD,2026-03-03',
      'D-4,,500.00,USD,2026-04-01',
      'D-5,zoe,700.00,USD,2026-03-30',
    );
    expect(await inTheWay(made)).toEqual(['deal_uncredited csv.D-3*', 'participant_unknown csv.D-5*']);
    // As of the import nobody had cancelled anything.
    const { asOf } = sound(await blockers(made.ledger, { period: '2026-Q1' }));
    sound(await importRows(made, ['D-3,ben,500.00,USD,2026-03-03', 'D-5,ben,700.00,USD,2026-03-30']));
    expect(await inTheWay(made)).toEqual([]);
    expect(sound(await blockers(made.ledger, { period: '2026-Q1', asOf })).blockers).toHaveLength(2);
  });

  test('people who are credited without a plan, and quotas that nobody assigned', async () => {
    const made = await company('D-3,cid,500.00,USD,2026-03-03');
    await defineText(
      made.ledger,
      `participants:
  - { id: cid, name: Cid, starts: 2026-01-01, currency: USD }
  - { id: dan, name: Dan, starts: 2026-02-01, currency: USD, plans: [{ plan: seller, from: 2026-02-01, reason: Joined }] }
`,
    );
    expect(await inTheWay(made)).toEqual(['quota_missing dan.bookings.2026-Q1*', 'plan_unassigned cid*']);
  });

  test('deals of days on which somebody earns under no plan, each with a command that mends it', async () => {
    const made = await company(
      'D-3,cid,500.00,USD,2026-02-03',
      'D-4,dan,500.00,USD,2026-02-03',
      'D-5,dan,500.00,USD,2026-03-03',
      'D-6,eve,500.00,USD,2026-03-03',
      'D-7,fay,500.00,USD,2026-03-03',
    );
    await defineText(
      made.ledger,
      `participants:
  - { id: cid, name: Cid, starts: 2026-02-02, currency: USD }
  - { id: dan, name: Dan, starts: 2026-01-01, currency: USD, plans: [{ plan: seller, from: 2026-03-01, reason: Late }] }
  - { id: eve, name: Eve, starts: 2026-04-01, currency: USD, plans: [{ plan: seller, from: 2026-04-01, reason: Later }] }
  - { id: fay, name: Fay, starts: 2026-01-01, currency: USD, plans: [{ plan: seller, from: 2026-01-01, reason: Left }] }
`,
    );
    const left = { participant: 'fay', endsOn: '2026-03-01', reason: 'Left' };
    sound(await recordOnParticipant(made.ledger, { type: 'OffboardParticipant', ...left }, OPS));
    const { blockers: found } = sound(await blockers(made.ledger, { period: '2026-Q1' }));
    const unassigned = found.filter(({ code }) => code === 'plan_unassigned');
    expect(unassigned.map(({ says, mend }) => [says, mend])).toEqual([
      [
        'cid is credited with csv.D-3 and earns under no plan in 2026-Q1; assign one, or correct the credit.',
        "ledger --as ops:<you> assign cid <plan> --from 2026-02-02 --reason '<why>'",
      ],
      [
        'dan is credited with csv.D-4 and earns under no plan on the day of that deal; assign one, or correct the credit.',
        "ledger --as ops:<you> assign dan <plan> --from 2026-02-03 --to 2026-03-01 --reason '<why>'",
      ],
      [
        'eve starts on 2026-04-01 and is credited with csv.D-6 before that, and earns nothing by it; correct the credit.',
        "ledger --as ops:<you> split csv.D-6 '<participant>=100%' --reason '<why>' --evidence '<link>'",
      ],
    ]);
    for (const [participant, from, to] of [
      ['cid', '2026-02-02', null],
      ['dan', '2026-02-03', '2026-03-01'],
    ] as const) {
      sound(await assignPlan(made.ledger, { participant, plan: 'seller', from, to, reason: 'Mended' }, OPS));
    }
    sound(await importRows(made, ['D-6,ben,500.00,USD,2026-03-03']));
    expect((await inTheWay(made)).filter((each) => each.startsWith('plan_unassigned'))).toEqual([]);
  });

  test('what cannot be calculated may not be overridden', async () => {
    const made = await company('D-3,ben,500.00,CHF,2026-03-03');
    expect(await inTheWay(made)).toEqual(['rate_missing ben']);
    const answer = await requestFreeze(made.ledger, { ...ASK, despite: 'Never mind' }, OPS);
    expect(answer).toMatchObject({ code: 'freeze_blocked', errors: [{ code: 'rate_missing' }] });
  });

  test('are told by what causes them, however many wait for one remedy', async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `H-${1000 + index},,10.00,USD,2026-03-03`);
    const made = await company(
      'D-3,ben,500.00,CHF,2026-03-03',
      'D-4,ben,900.00,CHF,2026-03-04',
      'D-5,zoe,1.00,USD,2026-03-04',
      ...rows,
    );
    const { blockers: all, causes } = sound(await blockers(made.ledger, { period: '2026-Q1' }));
    expect(all).toHaveLength(1203);
    expect(causes).toEqual([
      {
        code: 'rate_missing',
        says: 'No exchange rate CHF/USD of the day is recorded; record one: ben, 2 times in all.',
        count: 2,
        about: ['ben'],
        mend: 'ledger --as ops:<you> define <file with rates:>',
        mendsAll: true,
        overridable: false,
      },
      expect.objectContaining({
        says: 'Deals credit nobody; import them with an owner, or agree on splits: csv.H-1000, csv.H-1001, csv.H-1002 and 1197 more.',
        count: 1200,
        about: ['csv.H-1000', 'csv.H-1001', 'csv.H-1002'],
        mendsAll: false,
        overridable: true,
      }),
      // What stands alone is said as it is.
      expect.objectContaining({ count: 1, says: expect.stringMatching(/^Deal csv.D-5 credits "zoe"/) }),
    ]);
    const refused = await requestFreeze(made.ledger, ASK, OPS);
    expect(refused).toMatchObject({ errors: causes.map(({ code, says: message }) => ({ code, message })) });
    const close = sound(await guidedClose(made.ledger, { period: '2026-Q1' }));
    const step = close.steps.find(({ step: name }) => name === 'blockers');
    expect([step?.missing.length, step?.causes.length]).toEqual([1203, 3]);
    // Each of them is named by the request that goes on in spite of them.
    await defineText(made.ledger, 'rates: [{ pair: CHF/USD, on: 2026-01-01, rate: 1.1, source: bank }]');
    const asked = sound(await requestFreeze(made.ledger, { ...ASK, despite: 'House deals' }, OPS));
    expect(asked.events[0]?.data).toMatchObject({ despite: { blockers: { length: 1201 } } });
    expect(sound(await approve(made.ledger, 'freeze/2026-Q1', FINANCE)).frozen?.statements).toBe(2);
  });

  test('what can be earned and not be settled, before the freeze is asked for, and nothing once it can be', async () => {
    const made = await company();
    const draw = (id: string) =>
      `{ plan: ${id}, title: x, currency: USD, from: 2026-01-01, reason: x, draws: [{ amount: 1000.00 }], components: { ${id}: { measure: bookings, window: month, tier-by: amount, table: [{ from: 0, pays: 1% }] } } }`;
    await defineText(made.ledger, `${draw('first')}\n---\n${draw('second')}\n`);
    await approveAll(made.ledger);
    for (const plan of ['first', 'second']) {
      const ask = { participant: 'ada', plan, from: '2026-01-01', to: null, reason: 'x' };
      sound(await assignPlan(made.ledger, ask, OPS));
    }
    expect(await inTheWay(made)).toEqual(['clause_twice ada']);
    expect(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' })).toMatchObject({
      code: 'clause_twice',
    });
    expect(await requestFreeze(made.ledger, { ...ASK, despite: 'x' }, OPS)).toMatchObject({ code: 'freeze_blocked' });
    const end = { participant: 'ada', plan: 'second', effectiveFrom: '2026-01-01', reason: 'Once is enough' };
    sound(await recordOnParticipant(made.ledger, { type: 'UnassignPlan', ...end }, OPS));
    expect(await inTheWay(made)).toEqual([]);
  });

  test('whoever is concerned by what was recorded since is calculated anew', async () => {
    const made = await company('D-3,ben,500.00,CHF,2026-03-03');
    expect(await inTheWay(made)).toEqual(['rate_missing ben']);
    sound(await importRows(made, ['D-3,ada,500.00,CHF,2026-03-03']));
    expect(await inTheWay(made)).toEqual(['rate_missing ada']);
    await defineText(
      made.ledger,
      'participants: [{ id: dan, name: Dan, starts: 2026-02-01, currency: USD, plans: [{ plan: seller, from: 2026-02-01, reason: Joined }] }]',
    );
    const all = ['rate_missing ada', 'quota_missing dan.bookings.2026-Q1*'];
    expect(await inTheWay(made)).toEqual(all);
    await defineText(
      made.ledger,
      'crediting: dan-too\ntitle: Dan too\nrules: [{ rule: dan, credits: { participant: dan }, pool: overlay }]\nfrom: 2026-01-01\nreason: Overlay',
    );
    await approveAll(made.ledger);
    expect(await inTheWay(made)).toEqual([...all, 'recipient_unreachable csv.D-1*']);
    await defineText(made.ledger, 'rates: [{ pair: CHF/USD, on: 2026-01-01, rate: 1.1, source: bank }]');
    expect(await inTheWay(made)).not.toContain('rate_missing ada');
  });

  test('requests that would move the period; others are no reason to wait', async () => {
    const made = await company();
    const metric = (from: string, version: string) =>
      `metric: bookings\ntitle: Bookings ${version}\namount: deal.amount\nfrom: ${from}\nreason: Another\n`;
    await defineText(made.ledger, metric('2026-04-01', 'later'));
    expect(await inTheWay(made)).toEqual([]);
    await approveAll(made.ledger);
    await defineText(made.ledger, metric('2026-03-01', 'earlier'));
    await defineText(
      made.ledger,
      'exception: adjustment\nparticipant: ada\nperiod: 2026-Q2\namount: 10.00\nreason: Later\nevidence: [mail]\n',
    );
    const shares = [{ participant: 'ben', share: '1' }];
    const scope = { reason: 'Handed over', evidence: ['mail'], scope: 'deal', expiresOn: null };
    sound(await requestSplit(made.ledger, { source: 'csv', deal: 'D-1', shares, ...scope }, MANAGER));
    expect(await inTheWay(made)).toEqual([
      'request_waiting metric/bookings@3*',
      'request_waiting split/csv.D-1/split-1*',
    ]);
    // The deal is told to close in the next quarter: what was in the way of this one then stays what it was.
    const then = String(await made.ledger.store.head());
    sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-04-01']));
    expect(await inTheWay(made)).toEqual(['request_waiting metric/bookings@3*']);
    const before = sound(await blockers(made.ledger, { period: '2026-Q1', asOf: then }));
    expect(before.blockers.map(({ about }) => about)).toEqual(['metric/bookings@3', 'split/csv.D-1/split-1']);
    sound(await decline(made.ledger, 'split/csv.D-1/split-1', 'The deal changed', FINANCE));
    await approveAll(made.ledger);
    expect(await inTheWay(made)).toEqual([]);
  });

  test('is overridden with a reason that the approver sees; what comes later is not', async () => {
    const made = await company('D-3,,500.00,USD,2026-03-03');
    const refused = await requestFreeze(made.ledger, ASK, OPS);
    expect(refused).toMatchObject({ code: 'freeze_blocked', errors: [{ code: 'deal_uncredited' }] });
    expect(isProblem(refused) && refused.message).toMatch(/--despite/);
    const empty = await requestFreeze(made.ledger, { ...ASK, despite: '' }, OPS);
    expect(isProblem(empty) && empty.code).toBe('reason_required');
    const asked = sound(await requestFreeze(made.ledger, { ...ASK, despite: 'House deals' }, OPS));
    expect(asked.events[0]?.data).toMatchObject({
      despite: { reason: 'House deals', blockers: [{ code: 'deal_uncredited', about: 'csv.D-3' }] },
    });
    sound(await importRows(made, ['D-4,,900.00,USD,2026-03-04']));
    const late = await approve(made.ledger, 'freeze/2026-Q1', FINANCE);
    expect(late).toMatchObject({ code: 'freeze_blocked', errors: [{ code: 'deal_uncredited' }] });
    expect(JSON.stringify(late)).toContain('csv.D-4');
    expect(isProblem(late) && late.message).toContain(
      'have the request declined and ask for it anew despite it (--despite)',
    );
    const twice = await requestFreeze(made.ledger, { ...ASK, despite: 'House deals, both' }, OPS);
    expect(isProblem(twice) && twice.message).toContain('or declined before another is requested');
    sound(await decline(made.ledger, 'freeze/2026-Q1', 'Another house deal came', FINANCE));
    expect(await approve(made.ledger, 'freeze/2026-Q1', FINANCE)).toMatchObject({ code: 'already_decided' });
    sound(await requestFreeze(made.ledger, { ...ASK, despite: 'House deals, both' }, OPS));
    const frozen = sound(await approve(made.ledger, 'freeze/2026-Q1', FINANCE));
    expect(frozen.frozen?.statements).toBe(2);
  });

  test('nobody declines what they asked for, and an unknown period has no blockers', async () => {
    const made = await company();
    sound(await requestFreeze(made.ledger, ASK, OPS));
    const own = await decline(made.ledger, 'freeze/2026-Q1', 'No', { actor: { id: 'olga', role: 'finance' } });
    expect(isProblem(own) && own.code).toBe('own_request');
    const none = await decline(made.ledger, 'freeze/2026-Q1', '', FINANCE);
    expect(isProblem(none) && none.code).toBe('reason_required');
    expect(await blockers(made.ledger, { period: '2031-Q1' })).toMatchObject({ code: 'period_unknown' });
    expect(await blockers(made.ledger, { period: 'soon' })).toMatchObject({ code: 'field_invalid' });
  });
});
