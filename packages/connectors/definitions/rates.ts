import type { Component, Look, MeasuredMultiplier, MeasuringWindow, PickedBy } from '@ledger/events';
import type { ComponentFile } from './plan-schema.ts';
import type { MeasuredMultiplierFile, PickFile } from './rates-schema.ts';

/** Picks, columns, factors and products as documents say them. `check` has seen that each names one thing. */

type WindowFile = ComponentFile['window'];
type LookFile = Partial<Looking>;
interface Looking {
  readonly attainment: string | readonly string[] | undefined;
  readonly amount: string | readonly string[] | undefined;
  readonly score: PickFile['score'];
  readonly ratio: string | undefined;
  readonly over: string | undefined;
  readonly window: WindowFile | undefined;
  readonly target: PickFile['target'];
}

export function windowOf(window: WindowFile): MeasuringWindow {
  return typeof window === 'object' && 'rolling' in window ? { rolling: Number(window.rolling) } : window;
}

export function tierOf(tierBy: ComponentFile['tier-by'], window: WindowFile): Partial<Component> {
  if (typeof tierBy === 'string') return { tierBy };
  const isByAmount = tierBy['amount-of'] !== undefined || tierBy.deal !== undefined;
  return { tierBy: isByAmount ? 'amount' : 'attainment', tierOf: pickOf(tierBy, window) };
}

export function columnsOf(columns: ComponentFile['columns'], window: WindowFile): Partial<Component> {
  return columns === undefined ? {} : { columns: { by: pickOf(columns, window), from: columns.from } };
}

function pickOf(pick: PickFile, window: WindowFile): PickedBy {
  if (pick.deal !== undefined) return { deal: pick.deal };
  return {
    look: lookOf(
      {
        attainment: pick['attainment-of'],
        amount: pick['amount-of'],
        score: pick.score,
        ratio: pick['ratio-of'],
        over: pick.over,
        window: pick.window,
        target: pick.target,
      },
      window,
    ),
  };
}

export function measuredMultiplierOf(file: MeasuredMultiplierFile, window: WindowFile): MeasuredMultiplier {
  const look = lookOf(
    {
      attainment: file['by-attainment-of'],
      amount: file['by-amount-of'],
      score: file['by-score'],
      ratio: file['by-ratio-of'],
      over: file.over,
      window: file.window,
      target: file.target,
    },
    window,
  );
  return { look, steps: file.table, between: file.between };
}

function lookOf({ attainment, amount, score, ratio, over, window, target }: LookFile, own: WindowFile): Look {
  const names = attainment ?? amount ?? ratio ?? [];
  const metrics = typeof names === 'string' ? [names] : names;
  const measures = score ?? metrics.map((measure) => ({ measure, weight: '100%' }));
  return {
    measures: [...measures],
    window: windowOf(window ?? own),
    against: amount === undefined ? (target ?? 'quota') : 'amount',
    ...(metrics.length > 1 ? { combine: 'sum' as const } : {}),
    ...(over === undefined ? {} : { over }),
  };
}

export function productsOf(
  products: ComponentFile['products'],
  bands: (table: NonNullable<ComponentFile['table']>) => Component['table'],
): Partial<Component> {
  if (products === undefined) return {};
  return {
    products: products.map(({ variant, product, category, pays, table }) => ({
      variants: listOf(variant),
      products: listOf(product),
      categories: listOf(category),
      table: bands(table ?? [{ from: '0', pays: pays ?? '0%' }]),
    })),
  };
}

function listOf(names: string | readonly string[] | undefined): string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : [...names];
}
