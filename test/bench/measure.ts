/** One row of the table: what we measured, against what, and whether that is good enough. */
export interface Result {
  readonly row: string;
  readonly ours: number;
  /** Measured in the same run; `null` where the goal is absolute. */
  readonly reference: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly goal: string;
  /** `null` where this run is too small for the goal. */
  readonly met: boolean | null;
}

/** What a row is measured with. */
export interface Sizes {
  /** Events in each block of single appends, and how many pairs of blocks. */
  readonly appends: number;
  readonly appendPairs: number;
  /** Deals of one import, and how many pairs of imports. */
  readonly deals: number;
  readonly pairs: number;
  /** Deals of the ledgers that live through a year, smallest first. */
  readonly ledgers: readonly number[];
  /** Facts that the relay publishes. */
  readonly relayed: number;
  /** Statements asked for, one by one. */
  readonly statements: number;
  /** Streams that are open at once, and events that each is told. */
  readonly followers: number;
  readonly told: number;
  /** The year that is calculated from facts in memory, and how often. */
  readonly tiers: { readonly deals: number; readonly people: number; readonly pairs: number };
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that so many percent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

/** Seconds that a piece of work takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/**
 * Ours and the reference in turn, A B B A A B …, so that what the machine does beside us hits both: the median of each, and the median of
 * the ratios of neighbours, as throughput of ours over throughput of the reference.
 */
export async function alternate(
  pairs: number,
  ours: (pair: number) => Promise<number>,
  reference: (pair: number) => Promise<number>,
): Promise<{ readonly ours: number; readonly reference: number; readonly ratio: number }> {
  const times: { readonly ours: number; readonly reference: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = pair % 2 === 0 ? await ours(pair) : await reference(pair);
    const second = pair % 2 === 0 ? await reference(pair) : await ours(pair);
    times.push(pair % 2 === 0 ? { ours: first, reference: second } : { ours: second, reference: first });
  }
  return {
    ours: median(times.map((time) => time.ours)),
    reference: median(times.map((time) => time.reference)),
    ratio: median(times.map((time) => time.reference / time.ours)),
  };
}

/** Slope of the line that fits (log size, log cost) best: 1 means that cost grows as size does. */
export function slope(points: readonly { readonly size: number; readonly cost: number }[]): number {
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const over = x.reduce((sum, value, index) => sum + (value - mx) * ((y[index] ?? 0) - my), 0);
  return over / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
