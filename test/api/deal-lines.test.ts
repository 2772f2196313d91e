import { dealLines } from '@ledger/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const DEAL = { source: 'crm', deal: 'D-1', amount: '1000.00', currency: 'USD', closedOn: '2026-01-04', owner: 'ada' };
const TOLD: readonly object[] = [
  DEAL,
  { ...DEAL, account: 'Brønn 😀', sequence: 12, selectionOn: null, status: 'closed', cancelledOn: null, lines: [] },
  { ...DEAL, attributes: { zone: 'b', area: true, months: { decimal: '12' }, signed: { date: '2026-02-28' } } },
  { ...DEAL, owner: null, credits: [{ share: '1', pool: 'primary', participant: 'ben' }] },
  { ...DEAL, credits: [] },
];
const spelled = (told: object) => [JSON.stringify(told), JSON.stringify(told, null, 1).replaceAll('\n', ' ')];
const LINES = TOLD.flatMap(spelled);

/** What a reader says who has seen no line before. */
const anew = (line: Buffer) => dealLines()(line);

describe('a line of a batch', () => {
  test('tells the same whatever lines came before it, right or wrong', () => {
    const read = dealLines();
    for (const line of LINES) read(Buffer.from(line));
    const piece = fc.constantFrom(...'"\\{}[]:,-019azå\t\r\u0001', '1e3', '2026-02-30', ' ', 'null', 'D-2', '-0.00');
    fc.assert(
      fc.property(fc.constantFrom(...LINES), fc.nat(), fc.nat(6), piece, (line, place, length, put) => {
        const at = place % line.length;
        const spoiled = Buffer.from(line.slice(0, at) + put + line.slice(at + length));
        expect(read(spoiled)).toEqual(anew(spoiled));
      }),
      { numRuns: 400 },
    );
  });

  test.for<readonly [string, (value: object) => object]>([
    ['another id', (deal) => ({ ...deal, deal: 'D-2' })],
    ['another day, which is none', (deal) => ({ ...deal, closedOn: '2026-02-30' })],
    ['another currency, which is no code', (deal) => ({ ...deal, currency: 'usd' })],
    ['another owner', (deal) => ({ ...deal, owner: 'ben' })],
    ['an owner, where nobody had it', (deal) => ({ ...deal, owner: 'zoe' })],
    ['a text that is too long', (deal) => ({ ...deal, account: 'a'.repeat(201) })],
    ['a cancellation', (deal) => ({ ...deal, status: 'cancelled' })],
  ])('is read by the shape of others with %s', ([, change]) => {
    for (const told of TOLD) {
      const read = dealLines();
      const line = Buffer.from(JSON.stringify(change(told)));
      read(Buffer.from(JSON.stringify(told)));
      expect(read(line)).toEqual(anew(line));
    }
  });

  test('of which half a character is missing is not UTF-8, in any shape', () => {
    const read = dealLines();
    const line = Buffer.from(JSON.stringify({ ...DEAL, account: 'é' }));
    read(line);
    const half = Buffer.concat([line.subarray(0, line.indexOf(0xc3) + 1), line.subarray(line.indexOf(0xc3) + 2)]);
    expect(read(half)).toMatchObject({ code: 'encoding_invalid' });
  });
});
