import {
  type AuditAsk,
  approve,
  auditCsv,
  auditPayout,
  auditTrail,
  decline,
  explain,
  openPeriod,
  recordOnDeal,
  recordOnParticipant,
  requestException,
  requestRelief,
  requestReopen,
  requestSplit,
} from '@ledger/application';
import { csvLine } from '@ledger/connectors';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  freeze,
  importRows,
  MANAGER,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];

/** A quarter with a split, a relief that was declined and one that was granted, frozen; then a late change. */
async function company() {
  const made = await makeCompany();
  const { ledger } = made;
  sound(await importRows(made, Q1));
  made.at('2026-03-15T09:00:00Z');
  const relief = {
    participant: 'ben',
    metric: 'bookings',
    year: 2026,
    kind: 'leave',
    scope: 'Q1',
    expiresOn: null,
  } as const;
  const terms = { from: '2026-02-01', to: '2026-02-15', basis: { by: 'days', share: '100%' } } as const;
  sound(await requestRelief(ledger, { ...relief, ...terms, reason: 'Away', evidence: ['HR 1'] }, MANAGER));
  sound(await decline(ledger, 'relief/ben.bookings.2026/relief-1', 'No leave was recorded', FINANCE));
  sound(await requestRelief(ledger, { ...relief, ...terms, reason: 'Leave', evidence: ['HR 2'] }, MANAGER));
  const split = { source: 'csv', deal: 'D-2', scope: 'deal', expiresOn: null, reason: 'Joint', evidence: ['=mail'] };
  const shares = [
    { participant: 'ada', share: '0.7' },
    { participant: 'ben', share: '0.3' },
  ];
  sound(await requestSplit(ledger, { ...split, shares }, MANAGER));
  await approveAll(ledger);
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  made.at('2026-05-02T09:00:00Z');
  sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10', 'D-5,ada,10000.00,USD,2026-04-10']));
  const types = async (ask: AuditAsk) => sound(await auditTrail(ledger, ask)).events.map(({ event }) => event.type);
  return { made, ledger, types };
}

/** The seller's bookings are paid where deals of 10,000 or more reach half of a quota of their own; what a large deal is changes later. */
async function gated() {
  const made = await makeCompany();
  const { ledger } = made;
  const large = (least: number, from: string) =>
    `metric: large\ntitle: Large deals\namount: deal.amount\ncounts: deal.amount >= ${least}\nfrom: ${from}\nreason: Policy\n`;
  await defineText(ledger, large(10_000, '2026-01-01'));
  await approveAll(ledger);
  await defineText(
    ledger,
    `plan: seller
title: Seller
currency: USD
from: 2026-01-01
reason: Large deals first
components:
  bookings:
    measure: bookings
    window: quarter
    gates: [{ name: large, measure: large, at-least: 50% }]
    table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }]
---
quotas:
  - { participant: ada, metric: large, year: 2026, per: quarter, amount: 20000, currency: USD }
  - { participant: ben, metric: large, year: 2026, per: quarter, amount: 20000, currency: USD }
`,
  );
  await approveAll(ledger);
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  await defineText(ledger, large(12_000, '2026-04-01'));
  await approveAll(ledger);
  return made;
}

/**
 * Half of what a deal earns is held until it is paid, and a cancelled deal goes back in the period of its return; to mo, the manager, it
 * never counted. D-1 is cancelled and D-2 is paid after the first quarter is frozen.
 */
async function held() {
  const made = await makeCompany();
  const { ledger } = made;
  const plan = (id: string, component: string, terms: string) =>
    `plan: ${id}
title: ${id}
currency: USD
from: 2026-01-01
reason: Policy
components:
  ${component}: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 10% }], ${terms} }
`;
  const release = 'release: [{ at: closed, share: 50% }, { at: paid, share: 50% }]';
  const returned = 'returned: [{ on: cancellation, takes: full, credit: period-of-return }]';
  await defineText(ledger, plan('seller', 'bookings', `${release}, ${returned}`));
  await defineText(ledger, plan('lead', 'override', 'credits: team'));
  await approveAll(ledger);
  await defineText(
    ledger,
    `participants:
  - { id: mo, starts: 2026-01-01, currency: USD, plans: [{ plan: lead, from: 2026-01-01 }] }
reason: Policy
`,
  );
  const line = { participant: 'ada', manager: 'mo', effectiveFrom: '2026-01-01', reason: 'Policy' };
  sound(await recordOnParticipant(ledger, { type: 'ChangeReportingLine', ...line }, OPS));
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  const cancelled = { deal: 'D-1', cancelledOn: '2026-04-01', reason: 'Rescinded' };
  sound(await recordOnDeal(ledger, { type: 'CancelDeal', source: 'csv', ...cancelled }, OPS));
  const paid = { deal: 'D-2', milestone: 'paid', reachedOn: '2026-04-02', amount: null };
  sound(await recordOnDeal(ledger, { type: 'ReachMilestone', source: 'csv', ...paid }, OPS));
  return made;
}

function nameOf(data: object): string | undefined {
  return 'metric' in data ? String(data.metric) : 'document' in data ? nameOf(data.document as object) : undefined;
}

describe('the audit trail', () => {
  test('everything that is asked for must hold, and whatever is left out restricts nothing', async () => {
    const { ledger, types } = await company();
    const all = sound(await auditTrail(ledger, { since: '1' })).events;
    // From a moment on is with what was recorded at that very moment, until it is without.
    const amended = all.at(-1);
    const at = amended?.recordedAt ?? '';
    expect(sound(await auditTrail(ledger, { since: at })).events).toEqual([amended]);
    expect(sound(await auditTrail(ledger, { since: '1', until: at })).events).toEqual(all.slice(0, -1));
    expect(all).toHaveLength(Number(await ledger.store.head()));
    // The same question by brute force over the whole log.
    const count = (holds: (entry: (typeof all)[number]) => boolean) => all.filter(holds).length;
    expect(await types({ actor: 'mo' })).toHaveLength(count(({ meta }) => meta.actor.id === 'mo'));
    // Whoever is known is not mistaken for a mistake where they did nothing, or nothing then.
    expect(await types({ actor: 'mo', since: '2026-04-02' })).toEqual([]);
    expect(await types({ actor: 'ada' })).toEqual([]);
    expect(await types({ types: ['quotareliefdeclined'] })).toEqual(['QuotaReliefDeclined']);
    expect(await types({ types: ['quota'] })).toHaveLength(count(({ stream }) => stream.startsWith('quota-')));
    expect(await types({ types: ['deal'], since: '2026-04-01' })).toEqual(['DealClosed', 'DealAmended']);
    expect(await types({ since: '2026-03-15', until: '2026-04-02', actor: 'fred' })).toEqual([
      'QuotaReliefDeclined',
      'QuotaReliefGranted',
      'SplitExceptionApproved',
    ]);
    expect(await types({ participant: 'ben', actor: 'fred', types: ['quota', 'deal'], since: '2026-03-15' })).toEqual([
      'QuotaReliefDeclined',
      'QuotaReliefGranted',
      'SplitExceptionApproved',
    ]);
    expect(await types({ participant: 'ben', deal: 'csv.D-2' })).toHaveLength(4);
    expect(await types({ participant: 'ben', deal: 'csv.D-1' })).toEqual([]);
    expect(await types({ request: 'relief/ben.bookings.2026/relief-1' })).toEqual([
      'QuotaReliefRequested',
      'QuotaReliefDeclined',
    ]);
    expect(await types({ participant: 'ada', period: '2026-Q2', types: ['deal'] })).toEqual(['DealClosed']);
    expect(await types({ participant: 'ada', period: '2026-Q1', types: ['deal'] })).not.toContain('DealClosed csv.D-5');
    // What holds up to the first day of a period is not about it.
    const relief = { participant: 'ada', metric: 'bookings', year: 2026, kind: 'leave', expiresOn: null } as const;
    const upTo = { from: '2026-03-01', to: '2026-04-01', basis: { by: 'days', share: '50%' } } as const;
    sound(await requestRelief(ledger, { ...relief, ...upTo, reason: 'Leave', evidence: ['HR 3'] }, MANAGER));
    const asked = (period: string) => types({ participant: 'ada', period, types: ['quotareliefrequested'] });
    expect(await asked('2026-Q1')).toHaveLength(1);
    expect(await asked('2026-Q2')).toEqual([]);
    const before = sound(await auditTrail(ledger, { participant: 'ada', asOf: '2026-04-01T00:00:00Z' }));
    expect(before.events.map(({ event }) => event.type)).not.toContain('PayoutFrozen');
  });

  test('says who, what, why, on what evidence, approved by whom, before and after', async () => {
    const { ledger } = await company();
    const { events } = sound(await auditTrail(ledger, { deal: 'csv.D-2' }));
    const [closed, asked, split, amended] = events;
    expect(closed).toMatchObject({
      approvedBy: [],
      requestedBy: null,
      why: null,
      changes: [{ field: '', before: null }],
    });
    expect(asked).toMatchObject({ requestedBy: 'mo', request: 'split/csv.D-2/split-1', evidence: ['=mail'] });
    expect(split).toMatchObject({
      requestedBy: 'mo',
      approvedBy: ['fred'],
      why: 'Joint',
      meta: { actor: { id: 'fred' } },
    });
    expect(split?.changes.map(({ says }) => says)).toEqual([
      'splits split-1: none → exception split-1, shares participant ada, share 0.7; participant ben, share 0.3',
      'request split/csv.D-2/split-1: waiting → approved',
    ]);
    expect(amended?.changes).toEqual([
      { field: 'amount', before: '40000.00', after: '30000.00', says: 'amount: 40000.00 → 30000.00' },
    ]);
  });

  test('a new version of a definition is told by the fields in which it differs', async () => {
    const { made, ledger } = await company();
    const metric = `metric: bookings\ntitle: Bookings\namount: deal.amount\ncounts: deal.amount >= 500\nfrom: 2026-04-01\nreason: Small ones are of the channel\n`;
    await defineText(made.ledger, metric);
    sound(await approve(ledger, 'metric/bookings@2', FINANCE));
    const { events } = sound(await auditTrail(ledger, { metric: 'bookings', since: '2026-05-01' }));
    const fields = events.map(({ changes }) => changes.map(({ field }) => field));
    expect(fields).toEqual([['counts'], ['version', 'from', 'counts', 'request']]);
  });

  test('decisions about pay are found by the period and the deal that they name, with what became of them', async () => {
    const { made, types } = await company();
    const text = `exception: adjustment\nname: bonus\nparticipant: ada\nperiod: 2026-Q2\namount: 100.00\nreason: Spot bonus\nevidence: [Memo]\n`;
    await defineText(made.ledger, text);
    sound(await decline(made.ledger, 'exception/ada.bonus', 'No budget', FINANCE));
    expect(await types({ period: '2026-Q2' })).toEqual(['PeriodOpened', 'ExceptionRequested', 'ExceptionDeclined']);
  });

  test('a frozen statement is told without its lines, which are most of a log', async () => {
    const { made } = await company();
    for (const ask of [{ period: '2026-Q1' }, { participant: 'ada' }, { types: ['PayoutFrozen'] }, { actor: 'fred' }]) {
      const { events } = sound(await auditTrail(made.ledger, ask));
      const [frozen] = events.flatMap(({ event }) => (event.type === 'PayoutFrozen' ? [event.data] : []));
      expect(frozen).toMatchObject({ digest: expect.any(String), statement: { total: expect.any(String) } });
      expect(frozen?.statement).not.toHaveProperty('lines');
    }
    const whole = sound(await auditPayout(made.ledger, { period: '2026-Q1', participant: 'ada' }));
    const [frozen] = whole.events.flatMap(({ event }) => (event.type === 'PayoutFrozen' ? [event.data] : []));
    expect(frozen?.statement.lines.length).toBeGreaterThan(0);
  });

  test.each<[ask: AuditAsk, code: string]>([
    [{ participant: 'nobody' }, 'not_found'],
    [{ actor: 'nobody' }, 'not_found'],
    [{ actor: 'nobody', types: ['quota'], since: '2026-03-15' }, 'not_found'],
    [{ deal: 'csv' }, 'not_found'],
    [{ request: 'relief/x' }, 'field_invalid'],
    [{ request: 'relief/ben.bookings.2026/relief-9' }, 'not_found'],
    [{ types: ['Quota', 'Nothing'] }, 'option_invalid'],
    [{ actor: 'fred', since: 'yesterday' }, 'as_of_invalid'],
    [{ actor: 'fred', since: '2026-02-30' }, 'as_of_invalid'],
    [{ actor: 'fred', since: '2026-03-02', until: '2026-03-01' }, 'interval_invalid'],
    [{ actor: 'fred', since: '2026-03-02', until: '2026-03-02' }, 'interval_invalid'],
    [{ actor: 'fred', asOf: '9999' }, 'as_of_ahead'],
  ])('%j is refused', async (ask, code) => {
    const { ledger } = await company();
    const answer = await auditTrail(ledger, ask);
    expect(isProblem(answer) ? answer.code : answer).toBe(code);
  });
});

describe('everything that touched a payout', () => {
  test('from the deal to what was learned later, and every event that a trace names is found', async () => {
    const { ledger } = await company();
    const trail = sound(await auditPayout(ledger, { participant: 'ben', period: '2026-Q1' }));
    expect(trail).toMatchObject({ state: 'frozen', missing: [], currency: 'USD' });
    const told = (part: string) => trail.events.filter((each) => each.part === part).map(({ event }) => event.type);
    expect(told('deals')).toEqual(['DealClosed', 'DealClosed']);
    expect(told('definitions')).toEqual([
      'MetricProposed',
      'PlanProposed',
      'ExchangeRateRecorded',
      'MetricDefined',
      'PlanPublished',
    ]);
    expect(told('person')).toEqual(['ParticipantOnboarded', 'PlanAssigned']);
    expect(told('quotas')).toEqual([
      'QuotaProposed',
      'QuotaAssigned',
      'QuotaReliefRequested',
      'QuotaReliefDeclined',
      'QuotaReliefRequested',
      'QuotaReliefGranted',
    ]);
    expect(told('decisions')).toEqual(['SplitExceptionRequested', 'SplitExceptionApproved']);
    expect(told('freeze')).toEqual(['PeriodOpened', 'PeriodFreezeRequested', 'PeriodFreezeStarted', 'PeriodFrozen']);
    expect(told('statement')).toEqual(['PayoutFrozen']);
    expect(told('later')).toEqual(['DealAmended']);
    const split = trail.events.find(({ event }) => event.type === 'SplitExceptionApproved');
    expect(split?.lines).toEqual(['bookings/csv.D-2']);
    expect(trail.events.every(({ position }, index, all) => index === 0 || all[index - 1]?.position !== position)).toBe(
      true,
    );
  });

  test('a deal whose pay is held, released or taken back is of the trail from its closing on, for its managers, too', async () => {
    const { ledger } = await held();
    for (const who of ['ada', 'mo']) {
      const trail = sound(await auditPayout(ledger, { participant: who, period: '2026-Q2' }));
      expect(trail.missing, who).toEqual([]);
      const told = trail.events.filter(({ part }) => part === 'deals').map(({ event: { type, data } }) => [type, data]);
      expect(told, who).toMatchObject(
        who === 'ada'
          ? [
              ['DealClosed', { deal: 'D-1' }],
              ['DealClosed', { deal: 'D-2' }],
              ['DealCancelled', { deal: 'D-1' }],
              ['DealMilestoneReached', { deal: 'D-2' }],
            ]
          : [
              ['DealClosed', { deal: 'D-1' }],
              ['DealCancelled', { deal: 'D-1' }],
            ],
      );
    }
  });

  test('a line that a trail leads to is named as statements print it, or by its deal', async () => {
    const { ledger } = await held();
    const named = async (line: string, period = '2026-Q2', participant = 'ada') => {
      const found = await explain(ledger, { participant, period, line });
      return isProblem(found) ? found.message : found.line.line;
    };
    expect(await named('csv.D-1', '2026-Q1')).toBe('bookings/csv.D-1');
    expect(await named('held/csv.D-1', '2026-Q1')).toBe('bookings/held/csv.D-1');
    expect(await named('released/csv.D-2')).toBe('bookings/released/csv.D-2');
    expect(await named('csv.D-2')).toBe('bookings/released/csv.D-2');
    expect(await named('csv.D-1')).toMatch(
      /has several lines of "csv\.D-1"; ask for one of its lines, as bookings\/returned\/csv\.D-1, bookings\/held\/csv\.D-1\.$/,
    );
    const correction = await named('2026-Q1', '2026-Q2', 'mo');
    expect(correction).toMatch(/^2026-Q1\/override\/[0-9A-Z]{26}$/);
    expect(await named('2026-Q1/override', '2026-Q2', 'mo')).toBe(correction);
    expect(await named('csv.D-1', '2026-Q2', 'mo')).toBe(correction);
    expect(await named('csv.D-2', '2026-Q2', 'mo')).toMatch(
      /has no line "csv\.D-2"; ask for one of its lines, as 2026-Q1/,
    );
    expect(await named('2026-Q')).toMatch(/has no line/);
  });

  test('what opens a gate is of the trail, too: its metric, its quota, and what became of them later', async () => {
    const { ledger } = await gated();
    const trail = sound(await auditPayout(ledger, { participant: 'ada', period: '2026-Q1' }));
    const told = (part: string) =>
      trail.events.filter((each) => each.part === part).map(({ event: { type, data } }) => [type, nameOf(data)]);
    expect(told('definitions').filter(([, name]) => name === 'large')).toEqual([
      ['MetricProposed', 'large'],
      ['MetricDefined', 'large'],
    ]);
    expect(told('quotas').filter(([, name]) => name === 'large')).toEqual([
      ['QuotaProposed', 'large'],
      ['QuotaAssigned', 'large'],
    ]);
    expect(told('later').filter(([, name]) => name === 'large')).toEqual([
      ['MetricProposed', 'large'],
      ['MetricDefined', 'large'],
    ]);
    const ofPerson = sound(await auditTrail(ledger, { participant: 'ada', types: ['metric'] })).events;
    expect(new Set(ofPerson.map(({ event: { data } }) => nameOf(data)))).toEqual(new Set(['bookings', 'large']));
  });

  test('what was learned of the person, or decided for the period, after its freeze is of the trail', async () => {
    const { ledger } = await company();
    const leave = (from: string, to: string) =>
      recordOnParticipant(
        ledger,
        { type: 'RecordLeave', participant: 'ada', kind: 'parental', from, to, reason: 'x' },
        OPS,
      );
    sound(await leave('2026-02-01', '2026-02-15'));
    sound(await leave('2026-05-01', '2026-05-15'));
    const gift = { exception: 'adjustment', name: 'gift', participant: 'ada', period: '2026-Q1', amount: '10' };
    sound(await requestException(ledger, { ...gift, reason: 'x', evidence: ['y'] }, OPS));
    await approveAll(ledger);
    const laterOf = async (period: string) => {
      const { events } = sound(await auditPayout(ledger, { participant: 'ada', period }));
      return events.filter(({ part }) => part === 'later').map(({ event }) => event.type);
    };
    // The leave in May is not about the first quarter.
    expect(await laterOf('2026-Q1')).toEqual([
      'DealAmended',
      'LeaveRecorded',
      'ExceptionRequested',
      'ExceptionApproved',
    ]);
    expect(await laterOf('2026-Q2')).toEqual([]);
  });

  test('what released later what was held is of the trail of the statement that held it', async () => {
    const made = await makeCompany();
    const { ledger } = made;
    sound(await importRows(made, Q1));
    const decide = async (terms: object) => {
      sound(await requestException(ledger, { participant: 'ada', reason: 'x', evidence: ['y'], ...terms }, OPS));
      await approveAll(ledger);
    };
    await decide({ exception: 'hold', name: 'dispute', period: '2026-Q1' });
    made.at('2026-04-02T09:00:00Z');
    await freeze(ledger, '2026-Q1');
    sound(await openPeriod(ledger, '2026-Q2', OPS));
    await decide({ exception: 'release', name: 'half', hold: 'dispute', period: '2026-Q2', share: '50%' });
    const laterOf = async (participant: string) =>
      sound(await auditPayout(ledger, { participant, period: '2026-Q1' })).events.flatMap(({ part, event }) =>
        part === 'later' ? [[event.type, 'exception' in event.data ? event.data.exception : null]] : [],
      );
    expect(await laterOf('ada')).toEqual([
      ['ExceptionRequested', 'half'],
      ['ExceptionApproved', 'half'],
    ]);
    expect(await laterOf('ben')).toEqual([]);
  });

  test('as of a moment before the freeze it is what would be posted; the statement that corrects it comes later', async () => {
    const { made, ledger } = await company();
    const open = sound(
      await auditPayout(ledger, { participant: 'ada', period: '2026-Q1', asOf: '2026-04-01T00:00:00Z' }),
    );
    expect(open.state).toBe('open');
    expect(open.events.some(({ part }) => part === 'statement' || part === 'later')).toBe(false);
    made.at('2026-07-02T09:00:00Z');
    await freeze(ledger, '2026-Q2');
    const trail = sound(await auditPayout(ledger, { participant: 'ada', period: '2026-Q1' }));
    const later = trail.events.filter(({ part }) => part === 'later').map(({ event }) => event.type);
    expect(later).toEqual(['DealAmended', 'PayoutFrozen']);
    const correcting = sound(await auditPayout(ledger, { participant: 'ada', period: '2026-Q2' }));
    // A statement that no longer counts corrects nothing.
    const cora = { actor: { id: 'cora', role: 'finance' } };
    sound(await requestReopen(ledger, { period: '2026-Q2', reason: 'Rates', evidence: ['mail'] }, cora));
    for (const id of ['fay', 'fiona']) {
      sound(await approve(ledger, 'reopen/2026-Q2', { actor: { id, role: 'finance' } }));
    }
    const again = sound(await auditPayout(ledger, { participant: 'ada', period: '2026-Q1' }));
    expect(again.events.flatMap(({ part, event }) => (part === 'later' ? event.type : []))).toEqual(['DealAmended']);
    const cause = correcting.events.find(({ event }) => event.type === 'DealAmended');
    expect(cause?.lines.some((line) => line.startsWith('2026-Q1/bookings/'))).toBe(true);
    expect(correcting.missing).toEqual([]);
  });

  test.each([
    ['ada', '2026-Q9', 'field_invalid'],
    ['ada', '2027-Q1', 'period_unknown'],
    ['nobody', '2026-Q1', 'participant_unknown'],
    ['../x', '2026-Q1', 'id_invalid'],
  ])('%s in %s is refused', async (participant, period, code) => {
    const { ledger } = await company();
    const answer = await auditPayout(ledger, { participant, period });
    expect(isProblem(answer) ? answer.code : answer).toBe(code);
  });
});

describe('as a table', () => {
  test('a row for each event, and no cell that a spreadsheet would compute', async () => {
    const { ledger } = await company();
    const { events } = sound(await auditTrail(ledger, { deal: 'csv.D-2' }));
    const rows = auditCsv(events).split('\r\n');
    expect(rows).toHaveLength(events.length + 2);
    expect(rows[0]).toMatch(/^position,recorded_at,event,event_id,/);
    expect(rows[2]).toContain(",'=mail,");
    expect(auditCsv([])).toMatch(/^position,[^\r]*\r\n$/);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['+49 30', "'+49 30"],
    ['-2+3', "'-2+3"],
    ['-12.50', '-12.50'],
    ['\t=1', '"\'\t=1"'],
    ['a,"b"', '"a,""b"""'],
    ['two\nlines', '"two\nlines"'],
    ['＝1', "'＝1"],
    ['plain', 'plain'],
    ['', ''],
  ])('%j is written as %j', (text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`);
  });
});
