import { refresh } from '@ledger/application';
import { bound, ProblemError, problem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { importRows, makeCompany, sound } from '../support/company.ts';

// promises.md, P18.
test('who asks while a store that is away is waited for is refused with whoever waits, and does not wait for it again', async () => {
  const made = await makeCompany();
  sound(await importRows(made, ['D-1,ada,1000.00,USD,2026-02-10']));
  const { store } = made.ledger;
  let waits: (() => void)[] = [];
  let isAway = true;
  const unless = async <T>(answer: () => Promise<T>): Promise<T> => {
    if (!isAway) return answer();
    await new Promise<void>((resolve) => waits.push(resolve));
    throw new ProblemError(problem('store_unavailable', 'The store does not answer.'));
  };
  const away = {
    ...bound(store),
    head: () => unless(() => store.head()),
    readAll: (ask: Parameters<typeof store.readAll>[0]) => unless(() => store.readAll(ask)),
  };
  const ledger = { ...made.ledger, store: away };
  const asked = [refresh(ledger), refresh(ledger), refresh(ledger)].map((each) =>
    each.catch((error: unknown) => (error instanceof ProblemError ? error.problem.code : error)),
  );
  await expect.poll(() => waits.length).toBe(1);
  for (const over of waits) over();
  waits = [];
  expect(await Promise.all(asked)).toEqual(asked.map(() => 'store_unavailable'));
  expect(waits).toEqual([]);
  // It is not taken to be away for ever.
  isAway = false;
  expect(await refresh(ledger)).toBe(await store.head());
});
