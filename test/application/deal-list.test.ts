import { listDeals } from '@ledger/application';
import { expect, test } from 'vitest';
import { importRows, makeCompany, sound } from '../support/company.ts';

test('a list of a moment holds what was known then, also while somebody else asks for what came since', async () => {
  const made = await makeCompany();
  const ofAda = async (asOf?: string) => {
    const { deals } = sound(await listDeals(made.ledger, { kind: 'all' }, { participant: 'ada', asOf }));
    return deals.map(({ deal }) => deal);
  };
  sound(await importRows(made, ['D-1,ada,10.00,USD,2026-01-20', 'D-2,ben,10.00,USD,2026-01-20']));
  const then = String(await made.ledger.store.head());
  sound(await importRows(made, ['D-1,ada,11.00,USD,2026-01-20']));
  expect(await ofAda()).toEqual(['D-1']);
  // D-2 becomes a deal of ada's, which the lists of before know nothing of.
  sound(await importRows(made, ['D-2,ada,10.00,USD,2026-01-20']));
  const lists = await Promise.all([ofAda(then), ofAda(), ofAda(then), ofAda(then)]);
  expect(lists).toEqual([['D-1'], ['D-1', 'D-2'], ['D-1'], ['D-1']]);
});

test('a deal is found by whoever was credited once, as soon as they were and for ever after', async () => {
  const made = await makeCompany();
  const at: string[] = [];
  for (const rep of ['ben', 'ada', 'ben']) {
    sound(await importRows(made, [`D-2,${rep},10.00,USD,2026-01-20`]));
    at.push(String(await made.ledger.store.head()));
  }
  const found = async (participant: string, asOf?: string) =>
    sound(await listDeals(made.ledger, { kind: 'all' }, { participant, asOf })).deals.length;
  const told = async (asOf?: string) => [await found('ada', asOf), await found('ben', asOf)];
  expect(await told()).toEqual([1, 1]);
  expect(await Promise.all(at.map(told))).toEqual([
    [0, 1],
    [1, 1],
    [1, 1],
  ]);
});
