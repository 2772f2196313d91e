import { type OpenCaseLedger, openPeriod, proveOrder } from '@ledger/application';
import { type EventStore, systemClock } from '@ledger/kernel';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';
import { describe, expect, test } from 'vitest';
import { freeze, importRows, makeCompany, OPS, sound } from '../support/company.ts';

const Q1 = ['D-1,ada,80000.00,USD,2026-01-20', 'D-2,ada,40000.00,USD,2026-02-10', 'D-3,ben,50000.00,EUR,2026-03-01'];
const LATE = ['D-4,ada,30000.00,USD,2026-03-30', 'D-5,ben,20000.00,USD,2026-04-10', 'D-6,ada,90000.00,USD,2026-04-20'];

/** A ledger that nobody keeps, on a store that may lie. */
function opening(lie: (store: EventStore) => EventStore = (store) => store): OpenCaseLedger {
  return (clock) => {
    const store = lie(openLog(':memory:', { mode: 'create', ledger: 'again', clock }));
    const views = openViews(':memory:');
    const directory = openDirectory(':memory:');
    const ledger = { store, views, directory, clock, newId: () => 'none' };
    return { ledger, close: async () => void (await Promise.all([store.close(), views.close(), directory.close()])) };
  };
}

async function frozenCompany() {
  const made = await makeCompany();
  sound(await importRows(made, Q1));
  made.at('2026-04-02T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  made.at('2026-05-02T09:00:00Z');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  sound(await importRows(made, LATE));
  return made;
}

describe('the order in which facts came', () => {
  test('changes nothing: everything derived is the same, whatever is told first and in which batches', async () => {
    const { ledger } = await frozenCompany();
    const proof = sound(await proveOrder(ledger, opening(), { times: 4, seed: 5, clock: systemClock }));
    expect(proof.stretches).toBe(2);
    expect(proof.orders.map(({ equal }) => equal)).toEqual([true, true, true, true]);
    const again = sound(await proveOrder(ledger, opening(), { times: 4, seed: 5, clock: systemClock }));
    expect(again).toEqual(proof);
  });

  test('a fact that differs is seen', async () => {
    const { ledger } = await frozenCompany();
    const lie = (store: EventStore): EventStore => ({
      ...store,
      appendEach: (appends) =>
        store.appendEach(
          appends.map((append) => ({
            ...append,
            events: append.events.map((event) => ({ ...event, data: event.data.replace('"90000', '"90001') })),
          })),
        ),
    });
    const proof = sound(await proveOrder(ledger, opening(lie), { times: 1, seed: 5, clock: systemClock }));
    const [order] = proof.orders;
    expect(order?.equal).toBe(false);
    expect(order?.deals).not.toBe(proof.recorded.deals);
    expect(order?.statements).not.toBe(proof.recorded.statements);
    expect(order?.definitions).toBe(proof.recorded.definitions);
    expect(order?.frozen).toBe(proof.recorded.frozen);
  });
});
