import { dividedBy, placed, postedTo, type Score, scaledTo } from '@ledger/calculation';
import type { Contest } from '@ledger/events';
import { exact, fraction, sum, toText, ZERO } from '@ledger/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const PLACES: Contest['awards'] = {
  by: 'place',
  prizes: [
    { from: 1, to: 1, pays: '500.00' },
    { from: 2, to: 3, pays: '300.00' },
    { from: 4, to: 4, pays: '100.00' },
  ],
};

function contest(options: Partial<Contest> = {}): Contest {
  return { awards: PLACES, atLeast: null, ties: 'share', present: 'at-end', among: null, group: null, ...options };
}

function score(participant: string, points: number, closedOn = '2026-01-01', sequence = 0): Score {
  const reached = { closedOn, sequence, deal: `D-${participant}` };
  return { participant, score: fraction(BigInt(points), 1n), reached, isBarred: false };
}

const won = (terms: Contest, scores: readonly Score[]) =>
  placed(terms, scores, sum(scores.map((each) => each.score))).map(
    ({ participant, place, prize }) => `${participant} ${place ?? 'out'} ${toText(prize)}`,
  );

describe('places and prizes', () => {
  test('the best first; nobody without a score', () => {
    expect(won(contest(), [score('ada', 5), score('ben', 7), score('cid', 0), score('dan', -3)])).toEqual([
      'ben 1 500',
      'ada 2 300',
      'cid out 0',
      'dan out 0',
    ]);
  });

  test('tied at the last prize: what is beyond it is 0', () => {
    const scores = [
      score('ada', 9),
      score('ben', 8),
      score('cid', 7),
      score('dan', 5),
      score('eve', 5),
      score('fay', 5),
    ];
    expect(won(contest(), scores).slice(3)).toEqual(['dan 4 100/3', 'eve 4 100/3', 'fay 4 100/3']);
    expect(won(contest({ ties: 'higher' }), scores).slice(3)).toEqual(['dan 4 100', 'eve 4 100', 'fay 4 100']);
    expect(won(contest({ ties: 'lower' }), scores).slice(3)).toEqual(['dan 4 0', 'eve 4 0', 'fay 4 0']);
  });

  test('the earlier one goes first; one deal, or one day and sequence, is a tie', () => {
    const scores = [score('ada', 5, '2026-01-03'), score('ben', 5, '2026-01-02', 1), score('cid', 5, '2026-01-02', 1)];
    expect(won(contest({ ties: 'earlier' }), scores)).toEqual(['ben 1 400', 'cid 1 400', 'ada 3 300']);
  });

  test('a gate, and the least score', () => {
    const scores = [{ ...score('ada', 9), isBarred: true }, score('ben', 5), score('cid', 4)];
    expect(won(contest({ atLeast: '5' }), scores)).toEqual(['ben 1 500', 'ada out 0', 'cid out 0']);
  });

  test('the best share of those who take part, rounded up', () => {
    const awards: Contest['awards'] = {
      by: 'top',
      prizes: [
        { top: '10%', pays: '9' },
        { top: '40%', pays: '3' },
      ],
    };
    const scores = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, at) => score(name, 10 - at));
    expect(won(contest({ awards }), scores)).toEqual(['a 1 9', 'b 2 3', 'c 3 3', 'd 4 0', 'e 5 0', 'f 6 0']);
  });

  test('however many are tied, shared prizes are those of the places, and the order of people does not matter', () => {
    const scores = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.integer({ min: -2, max: 4 })), {
      selector: ([name]) => name,
      maxLength: 8,
    });
    fc.assert(
      fc.property(scores, fc.constantFrom('share' as const, 'earlier' as const), (drawn, ties) => {
        const all = drawn.map(([name, points]) => score(name, points));
        const winners = all.filter((each) => each.score.n > 0n).length;
        const prizes = [500, 300, 300, 100].slice(0, winners).reduce((total, prize) => total + prize, 0);
        const ranked = placed(contest({ ties }), all, ZERO);
        expect(toText(sum(ranked.map(({ prize }) => prize)))).toBe(String(prizes));
        expect(won(contest({ ties }), [...all].reverse())).toEqual(won(contest({ ties }), all));
      }),
    );
  });
});

describe('sharing', () => {
  const part = (key: string, amount: string) => ({ key, amount: exact(amount), posted: exact(amount) });
  const shown = (shares: ReadonlyMap<string, { n: bigint; d: bigint }>) =>
    Object.fromEntries([...shares].map(([key, amount]) => [key, toText(amount)]));

  test('everybody keeps the same share; who is below 0 keeps that and gives room', () => {
    expect(shown(scaledTo(exact('100'), [part('a', '150'), part('b', '50')]))).toEqual({ a: '75', b: '25' });
    expect(shown(scaledTo(exact('100'), [part('a', '150'), part('b', '50'), part('c', '-20')]))).toEqual({
      a: '90',
      b: '30',
      c: '-20',
    });
    expect(shown(scaledTo(exact('100'), [part('a', '60'), part('b', '40')]))).toEqual({ a: '60', b: '40' });
  });

  test('to the cent, and never above: a limit of half a cent is rounded down', () => {
    const thirds = [part('c', '50'), part('a', '50'), part('b', '50')];
    expect(shown(postedTo(exact('100'), thirds, 'USD'))).toEqual({ a: '33.34', b: '33.33', c: '33.33' });
    expect(shown(postedTo(exact('0.005'), thirds, 'USD'))).toEqual({ a: '0', b: '0', c: '0' });
    expect(shown(postedTo(exact('100.9'), thirds, 'JPY'))).toEqual({ a: '34', b: '33', c: '33' });
  });

  test('nothing to divide among nobody', () => {
    expect(shown(dividedBy(ZERO, [], 'USD'))).toEqual({});
  });
});
