import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importDeals } from '@ledger/application';
import { type DealMapping, readMapping } from '@ledger/connectors';
import { dealDecider } from '@ledger/decisions';
import { decode, encode } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeLedger, OPS, sound, temporaryFolder } from '../support/company.ts';

/** An import records most new deals as their rows spell them, without asking the decider: here it is held to its answers. */

const MAPPING = `
source: crm
deal: deal
account: account
amount: amount
currency: currency
closed-on: day
owner: owner
splits: splits
overlay: overlay
sequence: sequence
cancelled-on: cancelled
attributes: { note: note, term: { column: term, as: decimal } }
lines: { product: account, quantity: term, cost: { column: cost } }
`;
const COLUMNS = 'deal,account,amount,currency,day,owner,splits,overlay,sequence,cancelled,note,term,cost';

function mappingOf(yaml: string): DealMapping {
  return sound(readMapping(yaml, 'test'));
}

const text = fc.oneof(fc.constantFrom('Zelenka', '"Ada"', 'Brønn \\ "x"', 'Cafe\u0301', '漢 😀', ' a '), fc.string());
const readable = text.filter((value) => /^[^\p{C}\p{Z}][^\p{Cc}\p{Cf}\p{Cs}\p{Cn}\u2028\u2029]{0,50}$/u.test(value));
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
const amountOf = (currency: string, minor: number) =>
  currency === 'JPY' ? String(minor) : `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;

const row = fc
  .record({
    account: readable,
    minor: fc.nat(100_000_000),
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    day: fc.constantFrom('2026-01-20', '2024-02-29', '2199-12-31'),
    owner: fc.constantFrom('ada', 'ben', ''),
    splits: fc.constantFrom('', 'ada:70%;ben:30%', 'ben:0.125;ada:0.875'),
    overlay: fc.constantFrom('', 'mo:10%'),
    sequence: fc.nat(9).map(String),
    cancelled: fc.constantFrom('', '', '2026-02-01'),
    note: readable,
    term: fc.constantFrom('', '0.50', '-12'),
    cost: fc.constantFrom('', '1', '200'),
  })
  .map((of) => ({ ...of, amount: amountOf(of.currency, of.minor) }));

async function imported(folder: string, mapping: DealMapping, rows: readonly string[], actor = OPS.actor) {
  const { ledger } = makeLedger();
  const file = join(folder, 'deals.csv');
  writeFileSync(file, `${COLUMNS}\n${rows.join('\n')}\n`);
  const ask = { file, mapping, folder, snapshot: false, dryRun: false };
  return { ledger, answer: await importDeals(ledger, ask, { ...OPS, actor }) };
}

describe('new deals of an import', () => {
  test.each([
    ['deals as rows', MAPPING.replace(/^lines:.*\n/m, 'other-columns: ignore\n')],
    ['deals with a line', MAPPING],
  ])('%s are recorded as the decider would have recorded them', async (_, yaml) => {
    const folder = temporaryFolder();
    const mapping = mappingOf(yaml);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
        const lines = rows.map(
          ({ account, amount, currency, day, owner, splits, overlay, sequence, cancelled, note, term, cost }, index) =>
            [
              `D-${index}`,
              quoted(account),
              amount,
              currency,
              day,
              owner,
              splits,
              overlay,
              sequence,
              cancelled,
              quoted(note),
              term,
              cost,
            ].join(','),
        );
        const { ledger, answer } = await imported(folder, mapping, lines);
        sound(answer);
        const stored = await ledger.store.readAll({ after: 0n, limit: 1_000 });
        const closed = stored.filter(({ type }) => type === 'DealClosed');
        expect(closed).toHaveLength(rows.length);
        for (const event of closed) {
          const { event: known } = decode(event);
          if (known.type !== 'DealClosed') throw new Error('decoded as another type');
          const command = { type: 'RecordDeal', snapshot: known.data, status: 'closed', cancelledOn: null } as const;
          const context = { actor: OPS.actor, today: '2026-07-01' };
          const decided = sound(dealDecider.decide(command, dealDecider.initial, context));
          expect(decided.map(encode)).toEqual([{ type: event.type, version: event.version, data: event.data }]);
        }
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    ['as owner', 'D-2,B,1.00,USD,2026-01-20,ada,,,0,,note,,'],
    ['by a split', 'D-2,B,1.00,USD,2026-01-20,,ada:70%;ben:30%,,0,,note,,'],
    ['beside others', 'D-2,B,1.00,USD,2026-01-20,ben,,ada:10%,0,,note,,'],
  ])('nobody imports a deal that pays them %s', async (_, line) => {
    const mapping = mappingOf(MAPPING.replace(/^lines:.*\n/m, 'other-columns: ignore\n'));
    const other = 'D-1,A,1.00,USD,2026-01-20,ben,,,0,,note,,';
    const standIn = { id: 'olga', role: 'ops', onBehalfOf: 'ada' };
    for (const actor of [{ id: 'ada', role: 'ops' }, standIn]) {
      const { ledger, answer } = await imported(temporaryFolder(), mapping, [other, line], actor);
      expect(isProblem(answer) && answer).toMatchObject({
        code: 'own_pay',
        message: expect.stringMatching(/^Row 2: /),
      });
      expect(await ledger.store.head()).toBe(0n);
    }
  });
});
