import { add, cmp, div, type Exact, mul, sub, ZERO } from '@ledger/money';

export interface Point {
  readonly at: Exact;
  readonly pays: Exact;
}

/** Points that a curve runs through in straight lines; flat before the first and after the last (mechanics §1.5). */
export interface Curve {
  readonly points: readonly [Point, ...Point[]];
  /** At a jump, two points at the same place, whether the second one holds. */
  readonly hitIsUpper: boolean;
  /** What 100 % pays in a window; `null`: the curve pays a share of the paid amount. */
  readonly incentive: Exact | null;
}

/** The two points that a place lies between; both the same on a flat end or at a point. */
export function pointsAround({ points, hitIsUpper }: Curve, at: Exact): readonly [Point, Point] {
  const [first] = points;
  const last = points[points.length - 1] ?? first;
  const isPast = (point: Point) => {
    const order = cmp(at, point.at);
    return order > 0 || (order === 0 && hitIsUpper);
  };
  const next = points.findIndex((point) => !isPast(point));
  if (next < 0) return [last, last];
  const above = points[next] ?? last;
  const below = points[next - 1];
  return below === undefined ? [above, above] : [below, above];
}

/** The average of the shares between two places: what a straight run over the curve pays, part by part. */
export function meanShare(curve: Curve, from: Exact, to: Exact): Exact {
  const [low, high] = cmp(from, to) <= 0 ? [from, to] : [to, from];
  const between = curve.points.map(({ at }) => at).filter((at) => cmp(at, low) > 0 && cmp(at, high) < 0);
  const cuts = [low, ...between, high];
  const area = cuts.slice(1).reduce((sum, end, index) => {
    const start = cuts[index] ?? low;
    const middle = div(add(start, end), { n: 2n, d: 1n });
    return add(sum, mul(sub(end, start), shareAt(curve, middle)));
  }, ZERO);
  return div(area, sub(high, low));
}

/** The share that the curve pays at a place. */
export function shareAt(curve: Curve, at: Exact): Exact {
  const [below, above] = pointsAround(curve, at);
  const run = sub(above.at, below.at);
  // Where a jump is, the point that does not hold at the bound is never the nearer one, so only a point beside itself has no run.
  if (run.n === 0n) return above.pays;
  return add(below.pays, div(mul(sub(at, below.at), sub(above.pays, below.pays)), run));
}
