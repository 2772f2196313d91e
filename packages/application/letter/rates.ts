import type { Band, Component } from '@ledger/events';
import { written } from './condition.ts';
import { bound, listed, money, share, titleOf, type Words } from './words.ts';

/** Rate tables and curves in sentences, one for each band. */
export function ratesIn(component: Component, words: Words): readonly string[] {
  if (component.read === 'curve') return [curveIn(component, words)];
  return [...readIn(component), ...bandsIn(component.table, component, words)];
}

function readIn({ read, rateAt, table }: Component): readonly string[] {
  if (table.length === 0) return [];
  switch (read) {
    case 'marginal':
      return table.length === 1 ? [] : ['Each rate applies to what lies in its own band.'];
    case 'retroactive':
      return ['The rate of the band that is reached applies to everything in the window, from the first unit on.'];
    case 'whole-deal':
      return [`A deal is paid whole, at the rate of the band that is reached ${rateAt} it.`];
    case 'curve':
      return [];
    default:
      return read satisfies never;
  }
}

function bandsIn(table: readonly Band[], component: Component, words: Words): readonly string[] {
  return table.map((band, at) => bandIn(band, table[at + 1], component, words));
}

function bandIn(band: Band, next: Band | undefined, component: Component, words: Words): string {
  const isShare = component.tierBy === 'attainment';
  const at = (text: string) => bound(text, isShare, component.measure, words);
  const end = band.to ?? next?.from ?? null;
  const to = end === null ? '' : ` to ${at(end)}`;
  const of = isShare ? ' of the target' : '';
  const rates =
    band.cells === undefined ? [paysIn(band.pays, component, words)] : columnsIn(band.cells, component, words);
  const parts = [
    ...rates,
    band.lump === null ? '' : `${lumpIn(band, component, words)} ${whenPaid(band, at)}`,
    band.applies === 'retroactive' && component.read !== 'retroactive'
      ? 'for everything from the first unit on, once it is reached'
      : '',
    band.gate === null ? '' : `only while ${band.gate} is open, otherwise as the band below`,
    band.inRamp === undefined ? '' : 'not for deals that close during the ramp, which are paid as in the band below',
  ].filter((part) => part !== '');
  return `From ${at(band.from)}${to}${of}: ${parts.join('; ') || 'nothing'}.`;
}

function whenPaid({ forEach }: Band, at: (text: string) => string): string {
  return forEach === undefined ? 'once, when it is reached' : `for each full ${at(forEach)} of it`;
}

function lumpIn({ lump, lumps }: Band, component: Component, words: Words): string {
  const from = component.columns?.from ?? [];
  if (lumps === undefined) return lump === null ? '' : money(lump, words);
  return lumps.map((each, at) => `${money(each, words)} (column from ${from[at] ?? '?'})`).join(', ');
}

function columnsIn(cells: NonNullable<Band['cells']>, component: Component, words: Words): readonly string[] {
  const from = component.columns?.from ?? [];
  return cells.map((cell, at) => `${paysIn(cell, component, words)} in the column from ${from[at] ?? '?'}`);
}

function paysIn(pays: Band['pays'], { paysOn, measure }: Component, words: Words): string {
  if (pays === null) return '';
  const on = titleOf(paysOn ?? measure, words);
  switch (pays.by) {
    case 'share':
      return `${share(pays.share)} of ${on}`;
    case 'unit':
      return `${money(pays.money, words)} for each unit of ${on}`;
    case 'amount':
      return `${money(pays.money, words)} for the whole band, in proportion to how much of it is reached`;
    default:
      return pays satisfies never;
  }
}

function curveIn(component: Component, words: Words): string {
  const { curve, targetIncentive, personal, curveOn, tierBy, measure } = component;
  const whole = targetIncentive !== null || personal !== undefined ? 'the target incentive' : titleOf(measure, words);
  const inColumns = (cells: readonly string[]) =>
    cells.map((cell, at) => `${share(cell)} (column from ${component.columns?.from[at] ?? '?'})`).join(', ');
  const points = curve.map(
    ({ at, pays, cells }) =>
      `${cells === undefined ? share(pays) : inColumns(cells)} at ${bound(at, tierBy === 'attainment', measure, words)}`,
  );
  const on = curveOn === undefined ? '' : curveOn === 'deal' ? ', for a whole deal' : ', for each part of a deal';
  return `Of ${whole}${on} it pays ${listed(points)}, and in a straight line between these points.`;
}

/** Tables for products, and a second dimension of the table. */
export function productsIn(component: Component, words: Words): readonly string[] {
  return (component.products ?? []).flatMap(({ variants, products, categories, table }) => {
    const names = [...variants, ...products, ...categories].map((name) => `“${name}”`);
    return [`For ${listed(names)} there are rates of their own:`, ...bandsIn(table, component, words)];
  });
}

export function columnIn({ columns }: Component): readonly string[] {
  if (columns === undefined) return [];
  const by = 'deal' in columns.by ? `${written(columns.by.deal)} of each deal` : 'another measure';
  return [`Which column of rates applies is decided by ${by}: the columns begin at ${listed(columns.from)}.`];
}
