import {
  approve,
  continueFreeze,
  explain,
  requestFreeze,
  requestReopen,
  statementOf,
  verify,
} from '@ledger/application';
import { digest, isProblem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';
import { dying } from '../support/dying.ts';

const ASK = { participant: 'ada', period: '2026-Q1' };
const DEALS = 260;

/** Ada closed so many deals that why she earns what she does fills several events. */
async function busyCompany(around?: Parameters<typeof makeCompany>[0]): Promise<Made> {
  const made = await makeCompany(around);
  const row = (_: unknown, at: number) => `D-${at},ada,1000.00,USD,2026-0${1 + (at % 3)}-${10 + (at % 18)}`;
  sound(await importRows(made, Array.from({ length: DEALS }, row)));
  made.at('2026-04-02T09:00:00Z');
  return made;
}

const written = async ({ ledger }: Made) =>
  (await ledger.store.read('payout-2026-Q1.ada')).map(({ type, data }) => [type, digest(JSON.parse(data).lines ?? '')]);

test('a statement of several events is read as it was computed, line by line', async () => {
  const made = await busyCompany();
  const { ledger } = made;
  const open = sound(await statementOf(ledger, ASK));
  await freeze(ledger, '2026-Q1');
  const types = (await written(made)).map(([type]) => type);
  expect(types.at(-1)).toBe('PayoutFrozen');
  expect(types.slice(0, -1)).toContain('PayoutLinesFrozen');
  const frozen = sound(await statementOf(ledger, ASK));
  expect(frozen.statement).toEqual(open.statement);
  expect(frozen.digest).toBe(digest(open.statement));
  for (const line of [open.statement.lines.at(0), open.statement.lines.at(-1)]) {
    expect(sound(await explain(ledger, { ...ASK, line: line?.line ?? '' })).line).toEqual(line);
  }
  // 100,000 at 8 % and 160,000 at 12 %.
  expect(frozen.statement.total).toBe('27200.00');
  expect(sound(await verify(ledger))).toMatchObject({ periods: 1 });
});

test('of a period that was reopened both are read, each in the parts that it was written in', async () => {
  const made = await busyCompany();
  const { ledger } = made;
  await freeze(ledger, '2026-Q1');
  const first = sound(await statementOf(ledger, ASK));
  const why = { reason: 'A deal was forgotten', evidence: ['mail'] };
  sound(await requestReopen(ledger, { period: '2026-Q1', ...why }, { actor: { id: 'connie', role: 'finance' } }));
  for (const id of ['fred', 'fay']) {
    sound(await approve(ledger, 'reopen/2026-Q1', { actor: { id, role: 'finance' } }));
  }
  sound(await importRows(made, ['D-1000,ada,1000.00,USD,2026-03-30']));
  await freeze(ledger, '2026-Q1');
  expect(sound(await statementOf(ledger, { ...ASK, freeze: 1 }))).toEqual(first);
  const second = sound(await statementOf(ledger, ASK));
  expect(second.statement.lines).toHaveLength(DEALS + 1);
  expect(second.statement.total).toBe('27320.00');
  expect(sound(await verify(ledger))).toMatchObject({ periods: 1 });
});

test.each(['before', 'after'] as const)(
  'killed %s any of its parts it is gone on with, and written once',
  async (when) => {
    const whole = await busyCompany();
    await freeze(whole.ledger, '2026-Q1');
    const expected = await written(whole);
    for (let kill = 1; kill <= expected.length; kill += 1) {
      const left = { appends: Number.POSITIVE_INFINITY };
      const made = await busyCompany({ around: dying(left, when) });
      sound(await requestFreeze(made.ledger, { period: '2026-Q1', reason: 'Close', evidence: [] }, OPS));
      left.appends = kill;
      await expect(approve(made.ledger, 'freeze/2026-Q1', FINANCE)).rejects.toThrow('killed');
      left.appends = Number.POSITIVE_INFINITY;
      // As long as its last part is missing it is computed, and not half of it shown.
      const seen = sound(await statementOf(made.ledger, ASK));
      expect(seen.statement.lines).toHaveLength(DEALS);
      sound(await continueFreeze(made.ledger, '2026-Q1', OPS));
      expect(await written(made)).toEqual(expected);
      expect(isProblem(await verify(made.ledger))).toBe(false);
    }
  },
);
