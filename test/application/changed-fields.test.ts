import { changedFields } from '@ledger/application';
import { describe, expect, test } from 'vitest';

describe('before and after', () => {
  test('elements of lists are told apart by what names them, not by where they stand', () => {
    const before = {
      credits: [{ participant: 'ada', pool: 'primary', share: '1' }],
      closedOn: '2026-01-02',
      event: 'A',
    };
    const after = {
      credits: [
        { participant: 'ben', pool: 'primary', share: '0.4' },
        { participant: 'ada', pool: 'primary', share: '0.6' },
      ],
      closedOn: '2026-01-03',
      event: 'B',
    };
    expect(changedFields(before, after).map(({ says }) => says)).toEqual([
      'credits ada share: 1 → 0.6',
      'credits ben: none → participant ben, pool primary, share 0.4',
      'closed on: 2026-01-02 → 2026-01-03',
    ]);
    expect(changedFields(after, after)).toEqual([]);
    expect(changedFields(null, after)).toEqual([{ field: '', before: null, after, says: 'new' }]);
    expect(changedFields({ a: [1, 2] }, { a: [1, 3] })).toEqual([
      { field: 'a', before: [1, 2], after: [1, 3], says: 'a: 1; 2 → 1; 3' },
    ]);
  });

  test('who approved another quota and why stand beside the change, and are none of it', () => {
    const quota = { amounts: ['100'], event: 'A', approvedBy: 'fred', reason: 'Quota of 2026.' };
    const other = { amounts: ['50'], event: 'B', approvedBy: 'fay', reason: 'Typed twice too high.' };
    expect(changedFields({ quota }, { quota: other }).map(({ says }) => says)).toEqual(['quota amounts: 100 → 50']);
  });
});
