import { join } from 'node:path';
import {
  approve,
  assignPlan,
  auditPayout,
  guidedClose,
  handover,
  importDeals,
  openPeriod,
  payRun,
  requestFreeze,
  requestRelief,
  requestReopen,
  retire,
  verify,
} from '@ledger/application';
import { DEFAULT_MAPPING } from '@ledger/connectors';
import { CLOSE_CALENDAR } from '@ledger/decisions';
import { streamOf } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  freeze,
  importRows,
  MANAGER,
  type Made,
  makeCompany,
  OPS,
  sound,
} from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];

async function facts({ ledger }: Made) {
  const { steps } = sound(await guidedClose(ledger, { period: '2026-Q1' }));
  return steps.find(({ step }) => step === 'facts');
}

describe('the guided close', () => {
  test('says before the period is over, too, from which source deals came and who brought them', async () => {
    const made = await makeCompany();
    made.at('2026-02-20T09:00:00Z');
    const says = 'Comes when the period is over: what its sources say then.';
    expect(await facts(made)).toMatchObject({ state: 'later', says });
    sound(await importRows(made, Q1.slice(0, 2)));
    const told = `${says} The last was told on 2026-02-20 by ${OPS.actor.id}, of source csv.`;
    expect(await facts(made)).toMatchObject({ state: 'later', says: told });
  });

  test('goes from nothing to the next period, and says at each moment what comes next, for whom, with which command', async () => {
    const made = await makeCompany();
    const { ledger } = made;
    const at = async (asOf?: string) => sound(await guidedClose(ledger, { period: '2026-Q1', asOf }));
    const step = async (name: string) => (await at()).steps.find((each) => each.step === name);
    made.at('2026-03-20T09:00:00Z');
    expect((await at()).next).toBe('over');
    expect(await step('over')).toMatchObject({ state: 'later', says: expect.stringContaining('until 2026-04-01') });

    made.at('2026-04-02T09:00:00Z');
    expect(await step('facts')).toMatchObject({ state: 'advice', who: { roles: ['ops', 'integration'], before: [] } });
    sound(await importRows(made, [...Q1, 'D-4,,10.00,USD,2026-03-02']));
    expect(await step('facts')).toMatchObject({ state: 'done' });
    const blockers = await step('blockers');
    expect(blockers).toMatchObject({ state: 'advice', missing: [{ code: 'deal_uncredited' }] });
    // Copied as it is, with what only people know filled in.
    expect(blockers?.missing[0]?.mend).toBe(
      "ledger --as ops:<you> split csv.D-4 '<participant>=100%' --reason '<why>' --evidence '<link>'",
    );
    expect(await step('request')).toMatchObject({ state: 'now', command: expect.stringContaining('--despite') });

    const relief = {
      participant: 'ben',
      metric: 'bookings',
      year: 2026,
      kind: 'leave',
      scope: 'Q1',
      expiresOn: null,
    } as const;
    const terms = { from: '2026-02-01', to: '2026-02-15', basis: { by: 'days', share: '100%' } } as const;
    sound(await requestRelief(ledger, { ...relief, ...terms, reason: 'Leave', evidence: ['HR 2'] }, MANAGER));
    expect(await step('requests')).toMatchObject({ state: 'advice', missing: [{ code: 'request_waiting' }] });
    await approveAll(ledger);
    sound(await importRows(made, ['D-4,ada,10.00,USD,2026-03-02']));
    expect(await step('blockers')).toMatchObject({ state: 'done' });
    const before = String(await ledger.store.head());

    sound(await requestFreeze(ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS));
    // Whoever takes it up now sees that somebody else than olga has to approve it.
    expect(await at()).toMatchObject({ next: 'approve', state: 'open' });
    expect(await step('approve')).toMatchObject({
      who: { roles: ['finance'], not: ['olga'] },
      command: 'ledger --as finance:<you> approve freeze/2026-Q1',
    });
    sound(await approve(ledger, 'freeze/2026-Q1', FINANCE));
    expect(await step('approve')).toMatchObject({ state: 'done' });
    expect((await at()).state).toBe('frozen');
    // olga requested the freeze, so that somebody else releases the money.
    expect(await step('pay-run')).toMatchObject({ state: 'now', who: { roles: ['finance'], not: ['olga'] } });
    expect(await step('paid')).toMatchObject({ state: 'later' });
    sound(await payRun(ledger, { period: '2026-Q1', file: join(made.folder, 'run.csv') }, FINANCE));
    expect(await step('pay-run')).toMatchObject({ state: 'done' });
    expect(await step('paid')).toMatchObject({ state: 'now', says: expect.stringContaining('ada, ben') });
    sound(await openPeriod(ledger, '2026-Q2', OPS));
    expect((await step('next'))?.state).toBe('done');
    // As of the moment before it was requested, nothing of that had happened.
    expect(await at(before)).toMatchObject({ state: 'open', next: 'request' });
    expect((await at(before)).steps.find((each) => each.step === 'requests')?.state).toBe('done');
  });

  test('whoever imports for the first time learns from which source, by whom before, and that the mapping lies beside the ledger', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    expect(await facts(made)).toMatchObject({
      says: expect.stringContaining('by olga, of source csv. Import'),
      who: { before: ['olga'] },
      command: 'ledger --as ops:<you> import deals <file>',
    });
    made.at('2026-03-30T09:00:00Z');
    const mapping = { ...DEFAULT_MAPPING, source: 'crm' };
    const ask = { file: join(made.folder, 'deals.csv'), mapping, folder: made.folder, snapshot: false, dryRun: false };
    sound(await importDeals(made.ledger, ask, OPS));
    made.at('2026-04-02T09:00:00Z');
    expect(await facts(made)).toMatchObject({
      says: expect.stringContaining('kept beside the plans, not in the ledger: ask olga for it'),
      command: 'ledger --as ops:<you> import deals <file> --map <mapping>',
    });
  });

  test('deals that their source does not have any more are named until somebody says what they are', async () => {
    const made = await makeCompany();
    sound(await importRows(made, Q1));
    made.at('2026-04-02T09:00:00Z');
    sound(await importRows(made, Q1.slice(1), { snapshot: true }));
    expect(await facts(made)).toMatchObject({
      state: 'advice',
      says: expect.stringContaining('1 deal has vanished from the source and keeps its credit until it is cancelled'),
      missing: [{ about: 'csv.D-1', says: expect.stringContaining('held on 2026-04-02') }],
      command: "ledger --as ops:<you> cancel csv.D-1 --on <day> --reason '<why>'",
    });
    sound(await importRows(made, Q1));
    expect(await facts(made)).toMatchObject({ state: 'done', missing: [] });
  });

  test('a period that is not open begins with opening it, and earlier ones come first', async () => {
    const { ledger } = await makeCompany();
    const answer = sound(await guidedClose(ledger, { period: '2026-Q2' }));
    expect(answer).toMatchObject({ state: 'not open', next: 'open' });
    expect(answer.steps.find(({ step }) => step === 'earlier')).toMatchObject({
      state: 'now',
      command: 'ledger close 2026-Q1',
    });
    const wrong = await guidedClose(ledger, { period: '2026-Q7' });
    expect(isProblem(wrong) && wrong.code).toBe('field_invalid');
  });
});

/** A year of a company with one of everything that a successor must be told. */
async function company() {
  const made = await makeCompany();
  const { ledger } = made;
  sound(await importRows(made, Q1));
  const relief = {
    participant: 'ben',
    metric: 'bookings',
    year: 2026,
    kind: 'leave',
    scope: 'Q1',
    expiresOn: null,
  } as const;
  const terms = { from: '2026-02-01', to: '2026-02-15', basis: { by: 'days', share: '100%' } } as const;
  sound(await requestRelief(ledger, { ...relief, ...terms, reason: 'Leave', evidence: ['HR 2'] }, MANAGER));
  await approveAll(ledger);
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  made.at('2026-05-02T09:00:00Z');
  sound(await importRows(made, ['D-2,ada,30000.00,USD,2026-02-10']));
  await defineText(
    ledger,
    'metric: bookings\ntitle: Bookings\namount: deal.amount\ncounts: deal.amount >= 500\nfrom: 2026-01-01\nreason: Small ones are of the channel\n',
  );
  await approveAll(ledger);
  await defineText(
    ledger,
    [
      'exception: hold\nname: check\nparticipant: ada\nfrom: 2026-04-01\nuntil: 2026-07-15\nreason: The deal is disputed\nevidence: [Mail]\n',
      'exception: adjustment\nname: bonus\nparticipant: ben\nperiod: 2026-Q2\namount: 250.00\nreason: Spot bonus\nevidence: [Memo]\n',
    ].join('---\n'),
  );
  sound(await approve(ledger, 'exception/ada.check', FINANCE));
  return made;
}

describe('the handover pack', () => {
  test('finds in the log what a successor must know', async () => {
    const { ledger } = await company();
    const pack = sound(await handover(ledger, {}));
    expect(pack.closes[0]).toMatchObject({ period: '2026-Q1', state: 'frozen' });
    expect(pack.closes[1]).toMatchObject({ period: '2026-Q2', state: 'open', to: '2026-07-01' });
    expect(pack.close).toMatchObject({ period: '2026-Q2', next: 'over' });
    expect(pack.money).toMatchObject([{ period: '2026-Q1', state: 'frozen', statements: 2 }]);
    expect(pack.waiting).toMatchObject([
      {
        name: 'exception/ben.bonus',
        roles: ['finance'],
        command: 'ledger --as finance:<you> approve exception/ben.bonus',
      },
    ]);
    expect(pack.exceptions.map(({ name, endsOn }) => [name, endsOn])).toEqual([
      // The relief is over, and moved nothing: ben is far below the quota with it, and without it.
      ['exception/ada.check', '2026-07-15'],
    ]);
    expect(pack.coming).toContainEqual(expect.objectContaining({ on: '2026-07-15', what: 'hold', who: 'ada' }));
    const [plan] = pack.definitions.filter(({ kind }) => kind === 'plan');
    expect(plan).toMatchObject({ name: 'seller', inForce: 1, pays: ['ada', 'ben'] });
    const [metric] = pack.definitions.filter(({ kind }) => kind === 'metric');
    expect(metric).toMatchObject({ inForce: 2, versions: [{}, { changes: ['counts: true → deal.amount >= 500'] }] });
    expect(pack.people.map(({ participant }) => participant)).toEqual(['ada', 'ben']);
    const unusual = (why: string) => pack.unusual.filter((each) => each.why === why).map(({ type }) => type);
    expect(unusual('largest effect')).toEqual(['DealAmended']);
    expect(unusual('beside the rules')).toEqual(['QuotaReliefGranted', 'ExceptionApproved']);
    expect(unusual('back-dated')).toEqual(['MetricDefined']);
    expect(pack.unusual.find(({ type }) => type === 'DealAmended')?.moved).toEqual({ USD: '1200.00' });
    const only = (what: string) => pack.busFactor.find((each) => each.what === what);
    expect(only('decide: metric')).toMatchObject({ only: 'fred', people: [{ id: 'fred', times: 2 }] });
    expect(only('open periods')).toMatchObject({ only: 'olga' });
    expect(only('release pay runs')).toBeUndefined();
    sound(await payRun(ledger, { period: '2026-Q1', release: true }, { actor: { id: 'gina', role: 'finance' } }));
    const paid = sound(await handover(ledger, {})).busFactor.find(({ what }) => what === 'release pay runs');
    expect(paid).toMatchObject({ only: 'gina', people: [{ times: 1 }] });
  });

  test('knows who told of deals, however much was recorded since', async () => {
    const made = await makeCompany();
    const { ledger } = made;
    sound(await importRows(made, Q1));
    const stream = streamOf.policy(CLOSE_CALENDAR);
    const [set] = await ledger.store.read(stream);
    if (set === undefined) throw new Error('no calendar');
    const { type, version, data, meta } = set;
    const told = { type, version, data, meta };
    for (let expected = 1; expected <= 10_000; expected += 100) {
      const events = Array.from({ length: 100 }, () => ({ id: ledger.newId(), ...told }));
      sound(await ledger.store.append({ stream, expected, events }));
    }
    made.at('2026-04-02T09:00:00Z');
    const { busFactor } = sound(await handover(ledger, {}));
    expect(busFactor.find(({ what }) => what === 'import deals')).toMatchObject({ only: 'olga' });
    expect(await facts(made)).toMatchObject({ who: { before: ['olga'] } });
  });

  test('says of what ended before its statement was frozen that pay is to come of it, and no more after the freeze', async () => {
    const made = await company();
    const ends = async () => {
      const { coming } = sound(await handover(made.ledger, {}));
      return coming.filter(({ what }) => what === 'hold').map(({ on, says }) => [on, says]);
    };
    const held = 'The hold check of ada ends: what it holds is paid in the period of that day.';
    made.at('2026-07-20T09:00:00Z');
    expect(await ends()).toEqual([['2026-07-15', held]]);
    await freeze(made.ledger, '2026-Q2');
    sound(await openPeriod(made.ledger, '2026-Q3', OPS));
    expect(await ends()).toEqual([['2026-07-15', held]]);
    made.at('2026-10-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q3');
    expect(await ends()).toEqual([]);
  });

  test('rehearses the last frozen period: equal as it was frozen, and what was learned since', async () => {
    const { ledger } = await company();
    const { rehearsal } = sound(await handover(ledger, {}));
    expect(rehearsal).toMatchObject({ period: '2026-Q1', statements: 2, equal: true, unequal: [] });
    expect(rehearsal?.since.totals).toMatchObject({ USD: { delta: '-1200.00' } });
    expect(rehearsal?.since.causes).toMatchObject([{ participant: 'ada', component: 'bookings', delta: '-1200.00' }]);
  });

  test('a period that was reopened is rehearsed by the statements that count, and told as unusual', async () => {
    const { ledger, ...made } = await company();
    sound(
      await requestReopen(
        ledger,
        { period: '2026-Q1', reason: 'A deal was left out', evidence: ['Mail'] },
        { actor: { id: 'carla', role: 'finance' } },
      ),
    );
    const gina = { actor: { id: 'gina', role: 'finance' } };
    for (const by of [FINANCE, gina]) sound(await approve(ledger, 'reopen/2026-Q1', by));
    expect(sound(await guidedClose(ledger, { period: '2026-Q1' }))).toMatchObject({ state: 'open', next: 'request' });
    made.at('2026-05-03T09:00:00Z');
    await freeze(ledger, '2026-Q1');
    const { rehearsal, unusual } = sound(await handover(ledger, {}));
    expect(rehearsal).toMatchObject({ period: '2026-Q1', statements: 2, equal: true });
    expect(rehearsal?.since.causes).toEqual([]);
    expect(unusual.find(({ why }) => why === 'overridden')).toMatchObject({ type: 'PeriodReopened' });
    const trail = sound(await auditPayout(ledger, { period: '2026-Q1', participant: 'ada' }));
    expect(trail.missing).toEqual([]);
    const written = trail.events.filter(({ part }) => part === 'statement').map(({ event }) => event.type);
    expect(written).toEqual(['PayoutFrozen', 'PayoutFrozen']);
    expect(sound(await verify(ledger))).toMatchObject({ statements: 4, periods: 1 });
  });

  test('a rule that was retired is used by no period that was frozen after it, and begins no more', async () => {
    const made = await makeCompany();
    const rule = (from: string) =>
      `crediting: partners\ntitle: Partners\nrules: [{ rule: ben-too, credits: { participant: ben }, pool: overlay }]\nfrom: ${from}\nreason: Overlay`;
    await defineText(made.ledger, rule('2026-01-01'));
    await approveAll(made.ledger);
    await defineText(made.ledger, rule('2026-09-01'));
    await approveAll(made.ledger);
    made.at('2026-04-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q1');
    sound(await openPeriod(made.ledger, '2026-Q2', OPS));
    const retired = { kind: 'crediting', id: 'partners', effectiveFrom: '2026-04-01', reason: 'Ended' } as const;
    sound(await retire(made.ledger, retired, FINANCE));
    await defineText(made.ledger, rule('2026-01-01').replaceAll('partners', 'agents'));
    await approveAll(made.ledger);
    await defineText(made.ledger, rule('2026-09-01').replaceAll('partners', 'agents'));
    await approveAll(made.ledger);
    sound(await retire(made.ledger, { ...retired, id: 'agents', effectiveFrom: '2026-09-01' }, FINANCE));
    made.at('2026-07-02T09:00:00Z');
    await freeze(made.ledger, '2026-Q2');
    const pack = sound(await handover(made.ledger, {}));
    // A version that would have begun on the day from which all of it is retired does not begin.
    expect(pack.coming.filter(({ on }) => on === '2026-09-01').map(({ says }) => says)).toEqual([
      'The crediting agents is retired.',
    ]);
    const found = pack.definitions.find(({ name }) => name === 'partners');
    expect(found?.versions.map(({ frozenWith }) => frozenWith)).toEqual([['2026-Q1'], []]);
    expect(pack.coming.filter(({ says }) => says.includes('partners'))).toEqual([]);
    // What was frozen before anybody retired it was calculated by it, whatever day it is retired from.
    expect(found).toMatchObject({ retiredFrom: '2026-04-01', inForce: null });
  });

  test('tells what is to come, and no more what ends, or has ended, today', async () => {
    const { ledger, ...made } = await company();
    await defineText(
      ledger,
      'plan: drawn\ntitle: Drawn\ncurrency: USD\nfrom: 2026-01-01\nreason: x\ndraws: [{ amount: 100.00, until: 2026-12-31 }]\ncomponents:\n  more: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 1% }] }\n',
    );
    await approveAll(ledger);
    const assigned = { participant: 'ada', plan: 'drawn', from: '2026-04-01', to: '2026-07-15', reason: 'x' };
    sound(await assignPlan(ledger, assigned, OPS));
    const coming = async (day: string) => {
      made.at(`${day}T09:00:00Z`);
      return sound(await handover(ledger, {})).coming.map(({ on, what, who }) => `${on} ${what} ${who}`);
    };
    const all = ['2026-07-15 hold ada', '2026-07-15 assignment ada', '2026-12-31 draw ada'];
    expect(await coming('2026-07-14')).toEqual(expect.arrayContaining(all));
    // The last day of the plan was yesterday, and its draw ended with it; what was held is to be paid in the period that is open.
    const today = await coming('2026-07-15');
    expect(all.filter((each) => today.includes(each))).toEqual(['2026-07-15 hold ada']);
  });

  test('tells how corrections are posted, now and from a day on, without what was set otherwise before it began', async () => {
    const { ledger } = await company();
    const told = async () =>
      sound(await handover(ledger, {}))
        .policies.filter(({ what }) => what === 'corrections')
        .map(({ from, says }) => `${from}: ${says.replace('Corrections of earlier periods are posted as ', '')}`);
    for (const terms of ['from: 2026-05-01, policy: true-up', 'from: 2026-07-01, policy: positives-only']) {
      await defineText(ledger, `corrections: { ${terms}, reason: Policy }`, FINANCE);
    }
    expect(await told()).toEqual(['2026-05-01: corrections trued up', '2026-07-01: corrections upwards only']);
    await defineText(ledger, 'corrections: { from: 2026-06-01, policy: true-up, reason: As before }', FINANCE);
    expect(await told()).toEqual(['2026-05-01: corrections trued up', '2026-06-01: corrections trued up']);
    const limited = 'from: 2026-07-01, policy: true-up, waive-under: { USD: 5.00 }';
    await defineText(ledger, `corrections: { ${limited}, reason: Not worth a letter }`, FINANCE);
    expect((await told()).at(-1)).toBe('2026-07-01: corrections trued up, not taken back under 5.00 USD');
  });

  test('tells how long queries may take, why and by whom', async () => {
    const { ledger } = await company();
    for (const [days, reason] of [
      [2, 'Service level'],
      [4, 'Two people less'],
    ] as const) {
      await defineText(ledger, `queries: { from: 2026-05-01, first-answer: ${days}, reason: ${reason} }`, OPS);
    }
    const clocks = sound(await handover(ledger, {})).policies.filter(({ what }) => what === 'query clocks');
    expect(clocks).toMatchObject([
      {
        from: '2026-05-01',
        says: 'Working days of queries: first-answer 4',
        reason: 'Two people less',
        by: OPS.actor.id,
      },
    ]);
  });

  test('tells the newest exchange rate of each pair, and those to come, with source and by whom', async () => {
    const { ledger } = await company();
    const of = (pair: string, on: string, rate: string) => `{ pair: ${pair}, on: ${on}, rate: "${rate}" }`;
    const rates = [
      of('EUR/USD', '2026-03-31', '1.08'),
      of('EUR/USD', '2026-01-31', '1.10'),
      of('EUR/USD', '2030-01-31', '1.20'),
      of('GBP/USD', '2026-02-28', '1.25'),
    ];
    await defineText(ledger, `rates: [${rates.join(', ')}]\nsource: Central bank\n`, FINANCE);
    const told = sound(await handover(ledger, {})).policies.filter(({ what }) => what === 'rates');
    expect(told.map(({ from, says }) => `${from}: ${says}`)).toEqual([
      '2026-03-31: 1 EUR is 1.08 USD, one of 4 rates since 2026-01-01',
      '2030-01-31: 1 EUR is 1.20 USD, one of 4 rates since 2026-01-01',
      '2026-02-28: 1 GBP is 1.25 USD',
    ]);
    expect(told[0]).toMatchObject({ reason: 'Central bank', by: FINANCE.actor.id, until: null });
  });

  test('has the balances that the last frozen statement leaves, and the requests that can still be decided', async () => {
    const { ledger, ...made } = await company();
    const waiting = async (day: string) => {
      made.at(`${day}T09:00:00Z`);
      return sound(await handover(ledger, {})).waiting.map(({ name, expiresOn }) => `${name} ${expiresOn}`);
    };
    expect(await waiting('2026-05-15')).toEqual(['exception/ben.bonus 2026-05-16']);
    expect(await waiting('2026-05-16')).toEqual([]);
    // All of the statement is held: 8,000.00 for 100,000 in the second quarter, less 1,200.00 that are taken back for the first.
    sound(await importRows({ ...made, ledger }, ['D-9,ada,100000.00,USD,2026-05-10']));
    made.at('2026-07-02T09:00:00Z');
    await freeze(ledger, '2026-Q2');
    expect(sound(await handover(ledger, {})).carried).toEqual([
      {
        participant: 'ada',
        leftOn: null,
        period: '2026-Q2',
        currency: 'USD',
        balances: [{ balance: 'held', of: 'check', closing: '6800.00' }],
      },
    ]);
  });

  test('as of a moment it tells what was known then', async () => {
    const { ledger } = await company();
    const then = sound(await handover(ledger, { asOf: '2026-04-01T00:00:00Z' }));
    expect(then).toMatchObject({ today: '2026-04-01', rehearsal: null, waiting: [] });
    expect(then.closes[0]).toMatchObject({ period: '2026-Q1', state: 'open' });
    expect(then.exceptions).toEqual([]);
    expect(then.definitions.find(({ kind }) => kind === 'metric')?.versions).toHaveLength(1);
    // The same question again is the same answer, whatever happens meanwhile.
    sound(await openPeriod(ledger, '2026-Q3', OPS));
    expect(sound(await handover(ledger, { asOf: '2026-04-01T00:00:00Z' }))).toEqual(then);
  });

  test('what was decided by two is not said to depend on one', async () => {
    const { ledger } = await company();
    sound(await approve(ledger, 'exception/ben.bonus', { actor: { id: 'gina', role: 'finance' } }));
    await defineText(
      ledger,
      'exception: adjustment\nname: more\nparticipant: ada\nperiod: 2026-Q2\namount: 1.00\nreason: Rounding\nevidence: [Memo]\n',
    );
    sound(await approve(ledger, 'exception/ada.more', FINANCE));
    const { busFactor, exceptions } = sound(await handover(ledger, {}));
    const bonus = exceptions.find(({ name }) => name === 'exception/ben.bonus');
    expect(bonus?.moves).toMatchObject([
      { participant: 'ben', periods: [{ period: '2026-Q2', difference: '250.00' }] },
    ]);
    expect(busFactor.find(({ what }) => what === 'decide: adjustment')).toMatchObject({ only: null });
    expect(busFactor.find(({ what }) => what === 'ask for: adjustment')).toMatchObject({ only: 'olga' });
  });
});
