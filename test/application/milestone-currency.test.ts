import { blockers, dealsOf, recordOnDeal, statementOf } from '@ledger/application';
import { expect, test } from 'vitest';
import { DEFINITIONS, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

/** A deal is told in another currency after its customer has paid a part: what was paid stays what it was. */

const OF = { source: 'csv', deal: 'D-1', milestone: 'paid', reachedOn: '2026-02-10' };
const paid = (made: Made, amount: string) =>
  recordOnDeal(made.ledger, { type: 'ReachMilestone', ...OF, amount }, OPS).then(sound);
const total = async (made: Made) =>
  sound(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' })).statement.total;

/** Ada is credited with 100,000 EUR, at 1.10: 100,000 at 8 % and 10,000 at 12 % are 9,200; the customer has paid 40,000 of it. */
async function partlyPaid(release: string): Promise<Made> {
  const made = await makeCompany({}, DEFINITIONS.replace('    table:', `    release: [${release}]\n    table:`));
  sound(await importRows(made, ['D-1,ada,100000.00,EUR,2026-01-20']));
  await paid(made, '40000.00');
  return made;
}

const PROPORTION = '{ at: paid, share: 100%, in-proportion: yes }';
const IN_DOLLARS = ['D-1,ada,110000.00,USD,2026-01-20'];

test('what is set against the amount of the deal stops its statement, until it is recorded in the currency of now', async () => {
  const made = await partlyPaid(PROPORTION);
  expect(await total(made)).toBe('3680.00');
  sound(await importRows(made, IN_DOLLARS));
  const says =
    'it reached paid on 2026-02-10 with 40000.00 EUR, and is told in USD since; withdraw it, and record it with its amount in USD.';
  expect(await statementOf(made.ledger, { participant: 'ada', period: '2026-Q1' })).toMatchObject({
    code: 'milestone_currency',
    message: expect.stringContaining(says),
  });
  expect(sound(await blockers(made.ledger, { period: '2026-Q1' })).blockers).toMatchObject([
    { code: 'milestone_currency', about: 'ada', overridable: false },
  ]);
  const { deals } = sound(await dealsOf(made.ledger, { participant: 'ada' }));
  expect(deals[0]?.milestones).toMatchObject([{ amount: '40000.00', currency: 'EUR' }]);

  sound(await recordOnDeal(made.ledger, { type: 'WithdrawMilestone', ...OF, reason: 'It was in EUR' }, OPS));
  expect(await total(made)).toBe('0.00');
  await paid(made, '44000.00');
  expect(await total(made)).toBe('3680.00');
});

test('a deal that is told in its first currency again is what it was', async () => {
  const made = await partlyPaid(PROPORTION);
  sound(await importRows(made, IN_DOLLARS));
  sound(await importRows(made, ['D-1,ada,90000.00,CHF,2026-01-20']));
  sound(await importRows(made, ['D-1,ada,100000.00,EUR,2026-01-20']));
  expect(await total(made)).toBe('3680.00');
});

test('a part that is released by any payment, or by none, is released as before', async () => {
  for (const release of ['{ at: paid, share: 100% }', '{ at: closed, share: 100% }']) {
    const made = await partlyPaid(release);
    sound(await importRows(made, IN_DOLLARS));
    expect([release, await total(made)]).toEqual([release, '9200.00']);
  }
});
