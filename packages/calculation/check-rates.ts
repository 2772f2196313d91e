import type { Band, Component, Look, MetricDocument } from '@ledger/events';
import { cmp, percent, sign } from '@ledger/money';
import { noRatio, tableFindings } from './check-table.ts';
import { stretchFindings, weightFindings } from './check-terms.ts';
import type { Finding } from './finding.ts';
import { looksOf } from './looks.ts';
import { paysAtEnd } from './otherwise.ts';

type Metrics = ReadonlyMap<string, MetricDocument>;

/** What is wrong with what picks bands and columns beside the measure, with factors, and with tables for products. */
export function* ratesFindings(component: Component, metrics: Metrics): Generator<Finding> {
  yield* tierFindings(component);
  yield* curveOnFindings(component);
  yield* columnFindings(component);
  yield* productFindings(component, metrics);
  for (const { at, look } of looksOf(component)) yield* lookFindings(at, look, metrics);
  for (const { at, gate } of component.gates.map((gate, index) => ({ at: `/gates/${index}`, gate }))) {
    yield* unitFindings(at, gate, metrics);
    if (
      gate.pays === 'excess' &&
      (gate.combine !== undefined || gate.over !== undefined || gate.measures[0]?.component !== undefined)
    ) {
      const says = 'excess is for what the component itself measures in its window; write pays: everything.';
      yield { at: `${at}/pays`, says };
    }
  }
  for (const [index, factor] of component.multiplyEarning.entries()) {
    if (!('look' in factor)) continue;
    const bounds = factor.steps.map(({ from }) => from);
    yield* risingFindings(
      bounds,
      factor.look.against === 'amount',
      (step) => `/multiplyEarning/${index}/table/${step}/from`,
      factor.look.over !== undefined,
    );
  }
}

function* curveOnFindings({ curveOn, read, targetIncentive, personal, tierOf, gates }: Component): Generator<Finding> {
  if (curveOn === undefined) return;
  const at = '/curveOn';
  if (read !== 'curve') yield { at, says: 'is for read: curve; remove it.' };
  if (targetIncentive !== null || personal !== undefined) {
    yield { at, says: 'a target incentive is paid for the window, whatever a deal brings; remove one of the two.' };
  }
  if (tierOf !== undefined) yield { at, says: 'something else than deals moves along this curve; remove it.' };
  if (gates.some(({ pays }) => pays === 'excess')) {
    yield {
      at,
      says: 'a gate that pays the excess cuts deals, and this rate is on whole ones; write pays: everything.',
    };
  }
}

/** A band that something else picks pays on the whole window, or on the whole deal. */
function* tierFindings(component: Component): Generator<Finding> {
  const { tierOf, read, table, gates } = component;
  if (tierOf === undefined || paysAtEnd(component)) return;
  if ('deal' in tierOf) {
    if (read === 'curve') yield { at: '/read', says: 'a curve runs over attainment or an amount; write bands.' };
    for (const [index, band] of table.entries()) {
      if (band.lump !== null) {
        yield { at: `/table/${index}/lump`, says: 'is paid once in a window, and deals pick this band; remove it.' };
      }
      if (band.gate !== null)
        yield { at: `/table/${index}/gate`, says: 'deals pick this band; let the gate guard the component.' };
      yield* noAmount(band, `/table/${index}/pays`);
    }
    return;
  }
  if (read !== 'retroactive' && read !== 'curve') {
    const says = `what picks the band is the same for everything in the window, so it pays on all of it; write read: retroactive, or a curve.`;
    yield { at: '/read', says };
  }
  if (gates.some(({ pays }) => pays === 'excess')) {
    yield {
      at: '/gates',
      says: 'something else than the measure picks the band, so there is no excess; write pays: everything.',
    };
  }
  for (const [index, band] of table.entries()) {
    yield* noAmount(band, `/table/${index}/pays`);
    if (read === 'retroactive' && band.applies === 'marginal') {
      yield {
        at: `/table/${index}/applies`,
        says: 'nothing moves through the bands, so none of them is marginal; remove it.',
      };
    }
  }
}

function* noAmount({ pays, cells }: Band, at: string): Generator<Finding> {
  if (![pays, ...(cells ?? [])].some((each) => each?.by === 'amount')) return;
  yield { at, says: 'an amount is for what lies in a band; write pays or per-unit.' };
}

/** A lump is of the window: of several columns the one holds that everything in it is in. */
function* lumpsFindings(
  count: number,
  { by, from }: NonNullable<Component['columns']>,
  at: string,
): Generator<Finding> {
  if ('deal' in by) {
    yield { at, says: 'is paid once in a window, and each deal has its own column; write one lump.' };
  } else if (count !== from.length) {
    yield { at, says: `has ${count} lumps, and there are ${from.length} columns; write one for each.` };
  }
}

function* columnFindings(component: Component): Generator<Finding> {
  const { columns, table, read, curve, tierOf, products } = component;
  if (columns === undefined) {
    const point = curve.findIndex(({ cells }) => cells !== undefined);
    if (point >= 0) {
      const says = `point ${point + 1} pays differently by column, and there are no columns; write \`columns\`, or one share.`;
      yield { at: `/curve/${point}/pays`, says };
    }
    const index = table.findIndex(({ cells }) => cells !== undefined);
    if (index >= 0) {
      const says = `band ${index + 1} pays differently by column, and there are no columns; write \`columns\`, or one rate.`;
      yield { at: `/table/${index}/cells`, says };
    }
    const lump = table.findIndex(({ lumps }) => lumps !== undefined);
    if (lump >= 0) {
      const says = `band ${lump + 1} has a lump for each column, and there are no columns; write \`columns\`, or one lump.`;
      yield { at: `/table/${lump}/lump`, says };
    }
    return;
  }
  if (tierOf !== undefined || products !== undefined) {
    const other = tierOf === undefined ? 'products' : 'a tier-by of its own';
    yield { at: '/columns', says: `cannot be together with ${other}; keep one of them.` };
  }
  if (read === 'curve' && 'deal' in columns.by) {
    const says =
      'a curve is read for all of the window, so that no deal has one of its own; look at a measure, or write bands.';
    yield { at: '/columns/by', says };
  }
  if (component.objectives !== undefined) {
    yield { at: '/columns', says: 'objectives are scored and nothing else picks what they pay; remove it.' };
  }
  yield* risingFindings(
    columns.from,
    'look' in columns.by ? columns.by.look.against === 'amount' : null,
    () => '/columns',
    'look' in columns.by && columns.by.look.over !== undefined,
  );
  const [first] = columns.from;
  if (first !== undefined && sign(percent(first)) > 0) {
    yield {
      at: '/columns',
      says: `nothing is paid below ${first}; if that is not meant, let the first column begin at 0.`,
      warning: true,
    };
  }
  for (const [index, band] of table.entries()) {
    const count = band.cells?.length ?? 0;
    if (band.cells === undefined && band.pays !== null) {
      const says = `band ${index + 1} pays the same in every column; write a list, as [8%, 10%], one for each of ${columns.from.length} columns.`;
      yield { at: `/table/${index}/pays`, says };
    } else if (band.cells !== undefined && count !== columns.from.length) {
      const says = `band ${index + 1} has ${count} rates, and there are ${columns.from.length} columns; write one for each.`;
      yield { at: `/table/${index}/cells`, says };
    }
    yield* noAmount(band, `/table/${index}/cells`);
    if (band.lumps !== undefined) yield* lumpsFindings(band.lumps.length, columns, `/table/${index}/lump`);
  }
  for (const [index, { cells }] of curve.entries()) {
    if (cells?.length === columns.from.length) continue;
    const says =
      cells === undefined
        ? `point ${index + 1} pays the same in every column; write a list, as [50%, 80%], one for each of ${columns.from.length} columns.`
        : `point ${index + 1} has ${cells.length} shares, and there are ${columns.from.length} columns; write one for each.`;
    yield { at: `/curve/${index}/pays`, says };
  }
}

function* productFindings(component: Component, metrics: Metrics): Generator<Finding> {
  const { products, tierOf, read, measure, paysOn } = component;
  if (products === undefined) return;
  if (read === 'curve') yield { at: '/products', says: 'have tables, and a curve has none; write bands.' };
  if (tierOf !== undefined)
    yield { at: '/products', says: 'cannot be together with a tier-by of its own; keep one of them.' };
  const paid = paysOn ?? measure;
  const metric = metrics.get(paid);
  if (metric !== undefined && metric.of !== 'line') {
    const says = `${paid} looks at whole deals, and products are of lines; write of: line in the metric, or name one of lines in pays-on.`;
    yield { at: '/products', says };
  }
  const seen = new Map<string, number>();
  for (const [index, entry] of products.entries()) {
    for (const kind of ['variants', 'products', 'categories'] as const) {
      for (const name of entry[kind]) {
        const known = seen.get(`${kind}/${name}`);
        if (known !== undefined) {
          const says = `${name} is named in entry ${known + 1} already; keep it in one of them.`;
          yield { at: `/products/${index}`, says };
        }
        seen.set(`${kind}/${name}`, index);
      }
    }
    const { products: _, columns: __, ...bare } = component;
    for (const finding of tableFindings({ ...bare, table: entry.table }, metric?.unit)) {
      yield { ...finding, at: `/products/${index}${finding.at}` };
    }
    for (const [at, band] of entry.table.entries()) {
      yield* noAmount(band, `/products/${index}/table/${at}/pays`);
      if (band.lump !== null) {
        const says = "is of the window and not of a product; write it in the component's own table.";
        yield { at: `/products/${index}/table/${at}/lump`, says };
      }
    }
  }
  for (const [at, band] of component.table.entries()) yield* noAmount(band, `/table/${at}/pays`);
}

function* lookFindings(at: string, look: Look, metrics: Metrics): Generator<Finding> {
  if (look.window === 'deal') {
    const ofDeal = at.startsWith('/multiplyEarning') ? '' : ', or { deal: … } for a number of each deal';
    yield { at: `${at}/window`, says: `looks at a stretch of time; write month, quarter or another window${ofDeal}.` };
  }
  yield* stretchFindings(look.window, `${at}/window`);
  if (look.measures.length > 1 && look.combine === undefined) yield* weightFindings(look, at);
  yield* unitFindings(at, look, metrics);
}

/** Money and counts do not add up, and one over the other is no share. */
function* unitFindings(at: string, { measures, combine, over }: Look, metrics: Metrics): Generator<Finding> {
  if (over !== undefined) {
    const [one, all] = [metrics.get(measures[0]?.measure ?? '')?.unit, metrics.get(over)?.unit];
    if (one === undefined || all === undefined || one === all) return;
    const says = `${measures[0]?.measure} and ${over} are money and a count, and their ratio is no share; name metrics of one unit.`;
    yield { at, says };
    return;
  }
  if (combine !== 'sum') return;
  const units = new Set(measures.map(({ measure }) => metrics.get(measure)?.unit).filter((unit) => unit !== undefined));
  if (units.size < 2) return;
  yield {
    at,
    says: `${measures.map(({ measure }) => measure).join(' and ')} are money and a count, and do not add up; name metrics of one unit.`,
  };
}

function* risingFindings(
  bounds: readonly string[],
  isAmount: boolean | null,
  at: (index: number) => string,
  isRatio: boolean,
): Generator<Finding> {
  for (const [index, bound] of bounds.entries()) {
    const isZero = sign(percent(bound)) === 0;
    if (isAmount !== null && !isZero && isAmount === bound.endsWith('%')) {
      const remedy = isAmount ? 'write an amount, as 50000' : `write ${bound}%`;
      const says = isRatio
        ? noRatio(bound)
        : `${bound} is ${isAmount ? 'no amount' : 'an amount'}, and ${isAmount ? 'an amount' : 'attainment'} picks; ${remedy}.`;
      yield { at: at(index), says, code: 'table_invalid' };
    }
    const before = bounds[index - 1];
    if (before !== undefined && cmp(percent(bound), percent(before)) <= 0) {
      yield {
        at: at(index),
        says: `${bound} is not above ${before}; list them from the lowest to the highest.`,
        code: 'table_invalid',
      };
    }
  }
}
