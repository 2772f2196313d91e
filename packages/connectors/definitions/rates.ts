import type { Component, Look, MeasuredMultiplier, MeasuringWindow, PickedBy, RepeatingWindow } from '@ledger/events';
import type { ComponentFile, PlanFile } from './plan-schema.ts';
import type { MeasuredMultiplierFile, PickFile } from './rates-schema.ts';

/** Picks, columns, factors and products as documents say them. `check` has seen that each names one thing. */

type WindowFile = ComponentFile['window'];
type LookFile = Partial<Looking>;
type Names = string | readonly string[] | { readonly component: string };
type Components = PlanFile['components'];
/** The window of the component, and the components of its plan. */
interface Within {
  readonly window: WindowFile;
  readonly components: Components;
}
interface Looking {
  readonly attainment: Names | undefined;
  readonly amount: Names | undefined;
  readonly score: PickFile['score'];
  readonly ratio: string | undefined;
  readonly over: string | undefined;
  readonly window: WindowFile | undefined;
  readonly target: PickFile['target'];
}

export function windowOf(window: WindowFile): MeasuringWindow {
  if (typeof window === 'string' || 'to' in window) return window;
  if ('rolling' in window) return { rolling: Number(window.rolling) };
  return { every: [window.every].flat().map(lengthIn), from: window.from };
}

/** `4 weeks`, `3 months`, `1 year`. */
function lengthIn(text: string): RepeatingWindow['every'][number] {
  const [count = '', unit = ''] = text.split(' ');
  if (unit.startsWith('week')) return { count: Number(count), unit: 'weeks' };
  return { count: Number(count) * (unit.startsWith('year') ? 12 : 1), unit: 'months' };
}

export function tierOf(tierBy: ComponentFile['tier-by'], within: Within): Partial<Component> {
  if (typeof tierBy === 'string') return { tierBy };
  const isByAmount = tierBy['amount-of'] !== undefined || tierBy.deal !== undefined;
  return { tierBy: isByAmount ? 'amount' : 'attainment', tierOf: pickOf(tierBy, within) };
}

export function columnsOf(columns: ComponentFile['columns'], within: Within): Partial<Component> {
  return columns === undefined ? {} : { columns: { by: pickOf(columns, within), from: columns.from } };
}

function pickOf(pick: PickFile, within: Within): PickedBy {
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
      within,
    ),
  };
}

export function measuredMultiplierOf(file: MeasuredMultiplierFile, within: Within): MeasuredMultiplier {
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
    within,
  );
  return { look, steps: file.table, between: file.between };
}

function lookOf({ attainment, amount, score, ratio, over, window, target }: LookFile, own: Within): Look {
  const names = attainment ?? amount ?? ratio ?? [];
  const metrics = namedIn(names, own.components);
  const measures =
    score?.map((each) => weighedIn(each, own.components)) ?? metrics.map((each) => ({ ...each, weight: '100%' }));
  return {
    measures: [...measures],
    window: windowOf(window ?? own.window),
    against: amount === undefined ? (target ?? 'quota') : 'amount',
    ...(metrics.length > 1 ? { combine: 'sum' as const } : {}),
    ...(over === undefined ? {} : { over }),
  };
}

function weighedIn(
  { measure, component, weight }: NonNullable<PickFile['score']>[number],
  components: Components,
): Look['measures'][number] {
  // `check` has seen that one of them is there.
  const [named] = namedIn(component === undefined ? (measure ?? '') : { component }, components);
  return { measure: '', ...named, weight };
}

function namedIn(names: Names, components: Components): readonly { measure: string; component?: string }[] {
  if (typeof names === 'string') return [{ measure: names }];
  if (!('component' in names)) return names.map((measure) => ({ measure }));
  const { component } = names;
  return [{ measure: components[component]?.measure ?? component, component }];
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
