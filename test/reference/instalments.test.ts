import { readDefinitions } from '@ledger/connectors';
import type { ReleasePart } from '@ledger/events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SEED } from './cases.ts';
import { instalmentsOf, type PartSketch, parts } from './draw-time.ts';
import { read, write } from './ratio.ts';

/** Stories have parts; plans write several of them in one. */
function written({ at, share, inProportion, fromShare, endOf, after, instalments }: PartSketch) {
  return {
    at,
    share,
    ...(inProportion === true ? { 'in-proportion': 'yes' } : {}),
    ...(fromShare === undefined ? {} : { 'from-share': fromShare }),
    ...(endOf === undefined ? {} : { 'end-of': endOf }),
    ...(after === undefined ? {} : { after: `${after.count} ${after.unit}` }),
    ...(instalments === undefined ? {} : { instalments: String(instalments) }),
  };
}

const inFractions = (part: ReleasePart) => ({ ...part, share: write(read(part.share)) });

test('instalments are the parts that stories draw', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const plan = {
        plan: 'ae',
        title: 'Account executive',
        currency: 'USD',
        components: {
          main: {
            measure: 'bookings',
            window: 'quarter',
            'tier-by': 'amount',
            table: [{ from: '0', pays: '10%' }],
            release: list.map(written),
          },
        },
        from: '2026-01-01',
        reason: 'Drawn.',
      };
      const result = readDefinitions(new TextEncoder().encode(JSON.stringify(plan)), 'drawn.yaml');
      expect(result.ok ? [] : result.problems).toEqual([]);
      const [only] = result.ok ? result.documents : [];
      const found = only?.kind === 'plan' ? only.document.components.main?.release : undefined;
      expect(found?.map(inFractions)).toEqual(list.flatMap(instalmentsOf).map(inFractions));
    }),
    { numRuns: 300, seed: SEED },
  );
});
