import {
  approve,
  type By,
  define,
  defineText as defineFile,
  given,
  handle,
  recordOnDeal,
  requestRelief,
} from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { dealDecider } from '@ledger/decisions';
import { isProblem } from '@ledger/kernel';
import { describe, expect, test } from 'vitest';
import {
  approveAll,
  defineText,
  FINANCE,
  importRows,
  MANAGER,
  makeCompany,
  makeLedger,
  OPS,
  sound,
} from '../support/company.ts';

const CANCEL = {
  type: 'CancelDeal',
  source: 'csv',
  deal: 'D-1',
  cancelledOn: '2026-02-01',
  reason: 'The customer went elsewhere',
} as const;

describe('a command that is given twice', () => {
  test('with the same id and content answers what it answered and writes nothing', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20']));
    const by: By = { ...OPS, commandId: 'cancel-once' };
    const first = sound(await handle(made.ledger, given('deal-csv.D-1', dealDecider, CANCEL), by));
    const head = await made.ledger.store.head();
    const again = sound(await handle(made.ledger, given('deal-csv.D-1', dealDecider, CANCEL), by));
    expect(again).toEqual({ ...first, repeated: true });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('with the same id and another content, or by somebody else, is refused', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20']));
    const by: By = { ...OPS, commandId: 'cancel-once' };
    sound(await handle(made.ledger, given('deal-csv.D-1', dealDecider, CANCEL), by));
    const head = await made.ledger.store.head();
    const other = { ...CANCEL, reason: 'Another reason' };
    expect(await handle(made.ledger, given('deal-csv.D-1', dealDecider, other), by)).toMatchObject({
      code: 'command_id_reused',
    });
    const elsewhere = { actor: { id: 'otto', role: 'ops' }, commandId: 'cancel-once' };
    expect(await handle(made.ledger, given('deal-csv.D-1', dealDecider, CANCEL), elsewhere)).toMatchObject({
      code: 'command_id_reused',
    });
    expect(await made.ledger.store.head()).toBe(head);
  });

  test('for another stream is refused as well', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,80000.00,USD,2026-01-20']));
    const by: By = { ...OPS, commandId: 'cancel-once' };
    sound(await recordOnDeal(made.ledger, CANCEL, by));
    const head = await made.ledger.store.head();
    const other = await recordOnDeal(made.ledger, { ...CANCEL, deal: 'D-2' }, by);
    expect(other).toMatchObject({ code: 'command_id_reused' });
    expect(await made.ledger.store.head()).toBe(head);
    expect(sound(await recordOnDeal(made.ledger, CANCEL, by)).repeated).toBe(true);
  });

  test('at the same moment by many is recorded once', async () => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,80000.00,USD,2026-01-20']));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        handle(made.ledger, given('deal-csv.D-1', dealDecider, CANCEL), { ...OPS, commandId: 'c-1' }),
      ),
    );
    expect(answers.filter(isProblem)).toEqual([]);
    const types = (await made.ledger.store.read('deal-csv.D-1')).map(({ type }) => type);
    expect(types).toEqual(['DealClosed', 'DealCancelled']);
  });
});

describe('definition files', () => {
  test('the same files again record nothing', async () => {
    const made = await makeCompany();
    const head = await made.ledger.store.head();
    const metric = 'metric: bookings\ntitle: Bookings\namount: deal.amount\nfrom: 2026-01-01\nreason: Plan year 2026';
    expect((await defineText(made.ledger, metric)).waiting).toEqual([]);
    expect(await made.ledger.store.head()).toBe(head);
  });

  test.each([
    [
      'a metric whose expression does not parse',
      'metric: m\ntitle: M\namount: deal.amount +\nfrom: 2026-01-01\nreason: r',
      'expression_invalid',
    ],
    [
      'a metric that pays by a float',
      'metric: m\ntitle: M\namount: deal.amount * 0.5\nfrom: 2026-01-01\nreason: r',
      'expression_invalid',
    ],
    [
      'a plan that measures what is not there',
      'plan: p\ntitle: P\ncurrency: USD\nfrom: 2026-01-01\nreason: r\ncomponents: { c: { measure: nothing, window: quarter, table: [{ from: 0%, pays: 1% }] } }',
      'metric_unknown',
    ],
    [
      'a quota of somebody who is not there',
      'quotas: [{ participant: zoe, metric: bookings, year: 2026, amount: 1, currency: USD }]',
      'participant_unknown',
    ],
  ])(
    '%s is refused, with file and line, and the good documents beside it are not recorded',
    async (_says, text, code) => {
      const made = await makeCompany();
      const head = await made.ledger.store.head();
      const good = 'metric: fine\ntitle: Fine\namount: deal.amount\nfrom: 2026-01-01\nreason: r';
      const read = readDefinitions(new TextEncoder().encode(`${good}\n---\n${text}`), 'bad.yaml');
      if (!read.ok) throw new Error(JSON.stringify(read.problems));
      const answer = await define(made.ledger, read.documents, OPS);
      expect(answer).toMatchObject({ code });
      expect(isProblem(answer) && answer.message).toMatch(/^bad\.yaml:(?:[789]|1[0-3]):[0-9]+: /);
      expect(await made.ledger.store.head()).toBe(head);
    },
  );
});

test('a plan that may not be meant is recorded, and its author is told where', async () => {
  const made = await makeCompany();
  const text =
    'plan: p\ntitle: P\ncurrency: USD\nfrom: 2026-01-01\nreason: r\ncomponents:\n  c: { measure: bookings, window: quarter, table: [{ from: 50%, pays: 1% }] }';
  const read = readDefinitions(new TextEncoder().encode(text), 'p.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(await define(made.ledger, read.documents, OPS)).toMatchObject({
    waiting: ['plan/p@1'],
    warnings: [{ message: expect.stringMatching(/^p\.yaml:7:60: plan p: .*nothing is paid below 50%/) }],
  });
});

test('quotas that are together less than what was to be split are recorded, with a warning', async () => {
  const made = await makeCompany();
  const text =
    'total: { amount: 1000, at-most: 110% }\nmetric: bookings\nyear: 2026\ncurrency: USD\nquotas: [{ participant: ada, amount: 600 }, { participant: ben, amount: 75, per: quarter }]';
  const read = readDefinitions(new TextEncoder().encode(text), 'q.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(await define(made.ledger, read.documents, OPS)).toMatchObject({
    warnings: [{ message: expect.stringMatching(/^q\.yaml:1:8: the quotas are 900 together, .*from 1000 to 1100/) }],
  });
});

test('a quota that is told in two lists is refused where it is told again, and whoever is nobody where they are named', async () => {
  const made = await makeCompany();
  const list = (amount: number, more = '') =>
    `metric: bookings\nyear: 2026\ncurrency: USD\nquotas:\n  - { participant: ben, amount: 5 }${more}\n  - { participant: ada, amount: ${amount} }\n`;
  const head = await made.ledger.store.head();
  const told = (text: string) =>
    defineFile(made.ledger, { name: 'q.yaml', bytes: new TextEncoder().encode(text) }, OPS);
  const apart = list(1).replace('  - { participant: ben, amount: 5 }\n', '');
  expect(await told(`${list(600)}---\n${apart}`)).toMatchObject({
    code: 'field_invalid',
    message: 'q.yaml:12:5: quota of ada for bookings in 2026 is defined in line 6, too; keep one of them.',
  });
  expect(await told(list(1, '\n  - { participant: zoe, amount: 1 }'))).toMatchObject({
    code: 'participant_unknown',
    message: expect.stringMatching(/^q\.yaml:6:20: quota of "zoe": nobody has that id/),
  });
  expect(await made.ledger.store.head()).toBe(head);
  // Another year is another quota.
  expect(await told(`${list(600)}---\n${apart.replace('2026', '2027')}`)).not.toHaveProperty('code');
});

describe('approvals', () => {
  test('nobody approves what they asked for, and nobody what pays them', async () => {
    const made = await makeCompany();
    const ask = {
      participant: 'ada',
      metric: 'bookings',
      year: 2026,
      kind: 'leave' as const,
      from: '2026-02-01',
      to: '2026-03-01',
      basis: { by: 'days' as const, share: '100%' },
      reason: 'Leave',
      evidence: ['HR 1'],
      scope: 'quota',
      expiresOn: null,
    };
    sound(await requestRelief(made.ledger, ask, MANAGER));
    const name = 'relief/ada.bookings.2026/relief-1';
    const self = { actor: { id: 'mo', role: 'finance' } };
    expect(await approve(made.ledger, name, self)).toMatchObject({ code: 'own_request' });
    const paid = { actor: { id: 'ada', role: 'finance' } };
    expect(await approve(made.ledger, name, paid)).toMatchObject({ code: 'own_pay' });
    expect(await approve(made.ledger, name, { actor: { id: 'root', role: 'admin' } })).toMatchObject({
      code: 'role_forbidden',
    });
    sound(await approve(made.ledger, name, FINANCE));
    expect(await approve(made.ledger, name, FINANCE)).toMatchObject({ code: 'already_decided' });
  });

  test('somebody whom a plan pays cannot approve its next version', async () => {
    const made = await makeCompany();
    await defineText(
      made.ledger,
      'plan: seller\ntitle: Seller\ncurrency: USD\nfrom: 2026-07-01\nreason: r\ncomponents: { bookings: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 99% }] } }',
    );
    expect(await approve(made.ledger, 'plan/seller@2', { actor: { id: 'ada', role: 'finance' } })).toMatchObject({
      code: 'own_pay',
    });
    sound(await approve(made.ledger, 'plan/seller@2', FINANCE));
  });

  test('an empty ledger has nothing to approve', async () => {
    const made = makeLedger();
    expect(await approve(made.ledger, 'metric/none@1', FINANCE)).toMatchObject({ code: 'not_found' });
    await approveAll(made.ledger);
  });
});
