import type { Contest } from '@ledger/events';
import {
  cmp,
  div,
  type Exact,
  equal,
  exact,
  fraction,
  max,
  mul,
  percent,
  sign,
  sum,
  toDecimalText,
  ZERO,
} from '@ledger/money';

/** What somebody brings to a contest. */
export interface Score {
  readonly participant: string;
  /** Attainment, or the measured amount. */
  readonly score: Exact;
  /** Place in the order of credits of the last deal that counted; `null` where none did. */
  readonly reached: Reached | null;
  /** Whether a gate keeps them from winning. */
  readonly isBarred: boolean;
}
export interface Reached {
  readonly closedOn: string;
  readonly sequence: number;
  /** Deal key. */
  readonly deal: string;
}

export interface Placed extends Score {
  /** 1 is the best; `null`: does not qualify. Those who are tied have the same. */
  readonly place: number | null;
  /** How many share the place. */
  readonly tied: number;
  readonly prize: Exact;
}

/**
 * The places of those who take part, and what they win (mechanics §11), from the best to the last; ties by participant id.
 * `measured`: what all of them measured together, for a pot that is a share of it.
 */
export function placed(contest: Contest, scores: readonly Score[], measured: Exact): readonly Placed[] {
  const qualified = scores.filter((each) => qualifies(contest, each));
  const others = scores.filter((each) => !qualifies(contest, each)).sort(byScore);
  const out = others.map((each): Placed => ({ ...each, place: null, tied: 1, prize: ZERO }));
  if (contest.awards.by === 'pot') return [...fromPot(contest.awards, measured, qualified.sort(byScore)), ...out];
  const prizeOf = prizes(contest.awards, scores.length);
  const sorted = qualified.sort(contest.ties === 'earlier' ? byScoreAndDate : byScore);
  const done: Placed[] = [];
  for (let at = 0; at < sorted.length; ) {
    const group = tiedWith(sorted, at, contest.ties === 'earlier');
    const places = group.map((_, index) => prizeOf(at + index + 1));
    const prize = forTied(contest.ties, places);
    done.push(...group.map((each): Placed => ({ ...each, place: at + 1, tied: group.length, prize })));
    at += group.length;
  }
  return [...done, ...out];
}

function qualifies({ atLeast }: Contest, { score, isBarred }: Score): boolean {
  return !isBarred && sign(score) > 0 && (atLeast === null || cmp(score, percent(atLeast)) >= 0);
}

type Awards<B extends Contest['awards']['by']> = Extract<Contest['awards'], { readonly by: B }>;

/** The prize of a place; 0 beyond the last. Of several that hold a place, the first in the list. */
export function prizes(awards: Awards<'place'> | Awards<'top'>, people: number): (place: number) => Exact {
  const ranges =
    awards.by === 'place'
      ? awards.prizes
      : awards.prizes.map(({ top, pays }) => ({ from: 1, to: roundedUp(mul(percent(top), count(people))), pays }));
  return (place) => {
    const found = ranges.find(({ from, to }) => from <= place && place <= to);
    return found === undefined ? ZERO : prizeOf(found.pays);
  };
}

/** Money, or a share of the target incentive. */
export function prizeOf(pays: string): Exact {
  return pays.endsWith('%') ? percent(pays) : exact(pays);
}

/** Whether places win shares of the target incentive of whoever has them. */
export function winsShares({ awards }: Pick<Contest, 'awards'>): boolean {
  return awards.by !== 'pot' && awards.prizes.some(({ pays }) => pays.endsWith('%'));
}

function forTied(ties: Contest['ties'], places: readonly Exact[]): Exact {
  if (ties === 'higher') return places[0] ?? ZERO;
  if (ties === 'lower') return places.at(-1) ?? ZERO;
  return div(sum(places), count(places.length));
}

/** What there is to divide. */
export function potOf(pot: Awards<'pot'>['pot'], measured: Exact): Exact {
  return pot.by === 'money' ? exact(pot.money) : max(ZERO, mul(percent(pot.share), measured));
}

/** A pot divided among those who qualify; nobody has a place better than another. */
function fromPot({ pot, divided }: Awards<'pot'>, measured: Exact, qualified: readonly Score[]): readonly Placed[] {
  const whole = potOf(pot, measured);
  const all = sum(qualified.map(({ score }) => score));
  return qualified.map((each, at) => {
    const first = qualified.findIndex(({ score }) => equal(score, each.score));
    const tied = qualified.filter(({ score }) => equal(score, each.score)).length;
    const part = divided === 'equally' ? div(whole, count(qualified.length)) : div(mul(whole, each.score), all);
    return { ...each, place: Math.min(first, at) + 1, tied, prize: part };
  });
}

/** Those whose score is the same as that of the one at a place of the list. */
function tiedWith(sorted: readonly Score[], at: number, byDate: boolean): readonly Score[] {
  const first = sorted[at];
  if (first === undefined) return [];
  let end = at + 1;
  for (let next = sorted[end]; next !== undefined; next = sorted[end]) {
    if (!equal(next.score, first.score) || (byDate && order(next.reached, first.reached) !== 0)) break;
    end += 1;
  }
  return sorted.slice(at, end);
}

function byScore(a: Score, b: Score): number {
  return cmp(b.score, a.score) || (a.participant < b.participant ? -1 : 1);
}

function byScoreAndDate(a: Score, b: Score): number {
  return cmp(b.score, a.score) || order(a.reached, b.reached) || (a.participant < b.participant ? -1 : 1);
}

/** The order of credits: closing date, sequence of the source. Two deals that the source does not tell apart are a tie. */
function order(a: Reached | null, b: Reached | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (a.closedOn !== b.closedOn) return a.closedOn < b.closedOn ? -1 : 1;
  return a.sequence - b.sequence;
}

function count(people: number): Exact {
  return fraction(BigInt(people), 1n);
}

function roundedUp(value: Exact): number {
  const near = Number(toDecimalText(value, 0, 'half-up'));
  return cmp(count(near), value) < 0 ? near + 1 : near;
}
