import {
  approve,
  auditPayout,
  auditTrail,
  type By,
  guidedClose,
  handover,
  openPeriod,
  recordOnParticipant,
  requestFreeze,
  requestRelief,
  requestReopen,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { runCases } from '@ledger/wiring';
import { expect, test } from 'vitest';
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
import { frozenCompany } from '../support/replayed.ts';

/** What a handover says of decisions: what they moved, how often they were asked for, and who cannot take them any more. */

const CORA: By = { actor: { id: 'cora', role: 'finance' } };
const FAY: By = { actor: { id: 'fay', role: 'finance' } };

async function handed({ ledger }: Made) {
  return sound(await handover(ledger, {}));
}

async function frozenAgain(): Promise<Made> {
  const made = await frozenCompany();
  const { ledger } = made;
  const ask = { period: '2026-Q1', reason: 'A rate was wrong', evidence: ['Mail'] };
  sound(await requestReopen(ledger, ask, CORA));
  sound(await approve(ledger, 'reopen/2026-Q1', FINANCE));
  sound(await approve(ledger, 'reopen/2026-Q1', FAY));
  sound(await requestFreeze(ledger, ask, { actor: { id: 'otto', role: 'ops' } }));
  sound(await approve(ledger, 'freeze/2026-Q1', FAY));
  return made;
}

test('a freeze counts for everybody who asked for it or decided it, also where the period was frozen twice', async () => {
  const { busFactor } = await handed(await frozenAgain());
  const who = (what: string) => busFactor.find((each) => each.what === what)?.people.map(({ id }) => id);
  expect(who('ask for: freeze')).toEqual(['olga', 'otto']);
  expect(who('decide: freeze')).toEqual(['fred', 'fay']);
  expect(who('decide: reopen')).toEqual(['fred', 'fay']);
});

test('what departed from the rules says how much statements are other ones by it; what reaches back, which corrections it caused', async () => {
  const made = await frozenCompany();
  const { ledger } = made;
  const relief = { participant: 'ada', metric: 'bookings', year: 2026, scope: 'Q1', expiresOn: null };
  const basis = { by: 'amount', amount: '20000' } as const;
  const terms = { kind: 'leave', from: '2026-02-01', to: '2026-03-01', basis } as const;
  const asked = { ...relief, ...terms, reason: 'Leave', evidence: ['HR 2'] } as const;
  sound(await requestRelief(ledger, asked, MANAGER));
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  await defineText(
    ledger,
    'exception: adjustment\nname: bonus\nparticipant: ben\nperiod: 2026-Q2\namount: -250.00\nreason: Paid twice\nevidence: [Memo]\n',
  );
  await approveAll(ledger);
  const { unusual } = await handed(made);
  const moved = (why: string) => unusual.filter((each) => each.why === why).map(({ type, moved: by }) => [type, by]);
  // 20,000 more of 120,000 are beyond the quota: 12% instead of 8% of them.
  expect(moved('beside the rules')).toEqual([
    ['QuotaReliefGranted', { USD: '800.00' }],
    ['ExceptionApproved', { USD: '250.00' }],
  ]);
  expect(moved('back-dated')).toEqual([['QuotaReliefGranted', { USD: '800.00' }]]);
});

test('whoever let a plan pass in spite of its cases is not named among those who may approve it, and says why', async () => {
  const made = await makeCompany();
  const ledger = { ...made.ledger, runCases };
  await defineText(
    ledger,
    `
plan: seller
title: Seller
currency: USD
components: { bookings: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 5% }] } }
cases:
  - case: It pays
    given: [{ deal: D-1, owner: eve, amount: 100, closed: 2026-04-03 }]
    then: [{ statement: eve, period: 2026-Q2, total: 6.00 }]
from: 2026-04-01
reason: Lower rates
`,
  );
  const [name = ''] = (await handed({ ...made, ledger })).waiting.map((each) => each.name);
  sound(await approve(ledger, name, FAY, { despite: 'The case has the old rate' }));
  const pack = await handed({ ...made, ledger });
  expect(pack.waiting).toMatchObject([{ name, not: ['olga', 'fay'] }]);
  expect(pack.unusual.find(({ type }) => type === 'PlanCasesOverridden')).toMatchObject({
    by: 'fay',
    reason: 'The case has the old rate',
  });
  const { events } = sound(await auditTrail(ledger, { types: ['PlanCasesOverridden'] }));
  expect(events.map(({ why }) => why)).toEqual(['The case has the old rate']);
  const refused = await approve(ledger, name, FAY);
  expect(isProblem(refused) && refused.code).toBe('own_request');
});

test('of a balance of somebody who has left it is said that they have', async () => {
  const made = await makeCompany();
  const { ledger } = made;
  sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ben,30000.00,USD,2026-01-20']));
  for (const who of ['ada', 'ben']) {
    const hold = `exception: hold\nname: check\nparticipant: ${who}\nfrom: 2026-01-01\nreason: Disputed\nevidence: [Mail]\n`;
    await defineText(ledger, hold);
  }
  await approveAll(ledger);
  const leaving = { participant: 'ben', endsOn: '2026-04-02', kind: 'voluntary', reason: 'Moved away' } as const;
  sound(await recordOnParticipant(ledger, { type: 'OffboardParticipant', ...leaving }, OPS));
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  const { carried, people } = await handed(made);
  expect(people.map(({ participant }) => participant)).toEqual(['ada']);
  expect(carried.map(({ participant, leftOn }) => [participant, leftOn])).toEqual([
    ['ada', null],
    ['ben', '2026-04-02'],
  ]);
});

test('the trail of a payout has every approval of the versions that paid it', async () => {
  const made = await makeCompany();
  const { ledger } = made;
  await defineText(
    ledger,
    'approvals: Rules\nfrom: 2026-01-01\nreason: Audit\nrules: [{ rule: two, kinds: [plan], approvers: [finance, finance] }]\n',
  );
  await approveAll(ledger);
  const plan =
    'plan: seller\ntitle: Seller\ncurrency: USD\ncomponents: { bookings: { measure: bookings, window: quarter, tier-by: amount, table: [{ from: 0, pays: 5% }] } }\nfrom: 2026-01-01\nreason: Lower rates\n';
  await defineText(ledger, plan);
  for (const by of [FINANCE, FAY]) sound(await approve(ledger, 'plan/seller@2', by));
  sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20']));
  made.at('2026-04-02T09:00:00Z');
  await freeze(ledger, '2026-Q1');
  const { events } = sound(await auditPayout(ledger, { participant: 'ada', period: '2026-Q1' }));
  const ofPlan = events.filter(({ part, stream }) => part === 'definitions' && stream === 'plan-seller');
  expect(ofPlan.map(({ event, meta }) => [event.type, meta.actor.id])).toEqual([
    ['PlanProposed', 'olga'],
    ['ApprovalGiven', 'fred'],
    ['PlanPublished', 'fay'],
  ]);
});

test('a quota is handed over with its ramp and its reliefs, by which that of a window is another one', async () => {
  const made = await makeCompany();
  const { ledger } = made;
  await defineText(
    ledger,
    'quotas: [{ participant: ben, amount: 100000, ramp: [25%, 50%] }]\nmetric: bookings\nyear: 2026\nper: quarter\ncurrency: USD\nreason: New\n',
  );
  const relief = {
    participant: 'ada',
    metric: 'bookings',
    year: 2026,
    scope: 'Q1',
    expiresOn: null,
    reason: 'Leave',
  } as const;
  const basis = { by: 'days', share: '100%' } as const;
  const terms = { kind: 'leave', from: '2026-02-01', to: '2026-03-01', basis, evidence: ['HR 2'] } as const;
  sound(await requestRelief(ledger, { ...relief, ...terms }, MANAGER));
  await approveAll(ledger);
  const { people } = await handed(made);
  expect(people.map(({ quotas }) => quotas[0]?.says)).toEqual([
    '100000 USD per quarter; less relief-1 from 2026-02-01 until 2026-03-01',
    '100000 USD per quarter; with a ramp of 25%, 50% by month',
  ]);
});

test('corrections to come are told of every frozen period, and are among what moved most', async () => {
  const made = await frozenCompany();
  const { ledger } = made;
  sound(await openPeriod(ledger, '2026-Q2', OPS));
  made.at('2026-07-02T09:00:00Z');
  await freeze(ledger, '2026-Q2');
  sound(await importRows(made, ['D-9,ben,20000.00,USD,2026-02-20']));
  const { rehearsal, unusual } = await handed(made);
  expect(rehearsal).toMatchObject({ period: '2026-Q2', equal: true });
  expect(rehearsal?.since.causes).toMatchObject([{ participant: 'ben', period: '2026-Q1', delta: '1600.00' }]);
  expect(rehearsal?.since.totals).toMatchObject({ USD: { delta: '1600.00' } });
  expect(unusual.filter(({ why }) => why === 'largest effect')).toMatchObject([
    { type: 'DealClosed', moved: { USD: '1600.00' } },
  ]);
});

test('what is printed for a request names the role whose approval is still to come', async () => {
  const made = await makeCompany();
  const { ledger } = made;
  await defineText(
    ledger,
    'approvals: Rules\nfrom: 2026-01-01\nreason: Audit\nrules: [{ rule: both, kinds: [relief, freeze], approvers: [manager, finance] }]\n',
  );
  await approveAll(ledger);
  const relief = { participant: 'ada', metric: 'bookings', year: 2026, scope: 'Q1', expiresOn: null } as const;
  const basis = { by: 'days', share: '100%' } as const;
  const terms = { kind: 'leave', from: '2026-02-01', to: '2026-03-01', basis } as const;
  sound(await requestRelief(ledger, { ...relief, ...terms, reason: 'Leave', evidence: ['HR 2'] }, MANAGER));
  const name = 'relief/ada.bookings.2026/relief-1';
  const printed = async () => {
    const { steps } = sound(await guidedClose(ledger, { period: '2026-Q1' }));
    const waiting = steps.find(({ step }) => step === 'requests')?.missing.map(({ mend }) => mend);
    return [waiting, (await handed(made)).waiting.map(({ command }) => command)];
  };
  sound(await approve(ledger, name, FINANCE));
  const manager = [`ledger --as manager:<you> approve ${name}`];
  expect(await printed()).toEqual([manager, manager]);
  sound(await approve(ledger, name, { actor: { id: 'mia', role: 'manager' } }));
  expect(await printed()).toEqual([[], []]);
  made.at('2026-04-02T09:00:00Z');
  sound(await requestFreeze(ledger, { period: '2026-Q1', reason: 'Close', evidence: [], despite: 'As it is' }, OPS));
  const ofFreeze = async () => {
    const { steps } = sound(await guidedClose(ledger, { period: '2026-Q1' }));
    return steps.find(({ step }) => step === 'approve');
  };
  expect(await ofFreeze()).toMatchObject({ command: 'ledger --as finance:<you> approve freeze/2026-Q1' });
  sound(await approve(ledger, 'freeze/2026-Q1', FINANCE));
  expect(await ofFreeze()).toMatchObject({
    who: { roles: ['manager'], not: ['olga', 'fred'] },
    command: 'ledger --as manager:<you> approve freeze/2026-Q1',
  });
});

test('the quota of somebody who came after what is frozen reaches back to nothing; that of somebody who was there does', async () => {
  const made = await frozenCompany();
  const { ledger } = made;
  await defineText(ledger, 'participants: [{ id: eve, starts: 2026-04-01, currency: USD }]\n');
  const quota = (who: string) =>
    `quotas: [{ participant: ${who}, amount: 90000 }]\nmetric: bookings\nyear: 2026\nper: quarter\ncurrency: USD\nreason: New\n`;
  await defineText(ledger, [quota('eve'), quota('ben')].join('---\n'));
  await approveAll(ledger);
  const { unusual } = await handed(made);
  expect(unusual.filter(({ why }) => why === 'back-dated').map(({ says }) => says)).toEqual([
    expect.stringMatching(/^ben: bookings 2026/),
  ]);
});
