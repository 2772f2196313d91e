import type { Band, Component, CurvePoint, PickedBy, ProductTable } from '@ledger/events';
import fc from 'fast-check';
import { lookOf, looks, type Other, rateOf, scaleOf } from './draw-looks.ts';
import { BOUNDS, isCounted, MONEY, mostly, SHARES } from './draw-plan.ts';

/** Draws tables in two dimensions, tables for products, bands that each deal picks, and curves that are rates of deals. */

/** What deals say, and where columns or bands may begin then. */
const BY_DEAL: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'deal.units': [
    ['0', '1', '2'],
    ['1', '2'],
    ['-1', '1', '2.5'],
  ],
  'deal.termMonths': [
    ['0', '12', '24'],
    ['12', '36'],
    ['7', '24'],
  ],
  'deal.discount': [
    ['0%', '10%', '20%'],
    ['5%', '10%'],
  ],
  'deal.amount': [
    ['0', '500', '1000'],
    ['-1000', '0', '1000'],
    ['333.33', '2500'],
  ],
};

const byDeal = fc
  .constantFrom(...Object.keys(BY_DEAL))
  .chain((expression) =>
    fc.record({ expression: fc.constant(expression), from: fc.constantFrom(...(BY_DEAL[expression] ?? [])) }),
  );

const rates = fc.array(fc.nat({ max: SHARES.length - 1 }), { minLength: 4, maxLength: 4 });

export const columns = fc.record({
  by: fc.oneof(byDeal, looks),
  firstAt: fc.constantFrom(0, 1, 2),
  count: fc.constantFrom(2, 3, 1),
  rates,
});
export type ColumnTerms = typeof columns extends fc.Arbitrary<infer C> ? C : never;

/** Another rate than the band's, of the same kind. */
function another({ paysOn, measure }: Component, at: number): NonNullable<Band['pays']> {
  return isCounted(paysOn ?? measure)
    ? { by: 'unit', money: MONEY[at % MONEY.length] ?? '0' }
    : { by: 'share', share: SHARES[at % SHARES.length] ?? '0%' };
}

const LUMPS = ['25.00', '40', '12.5', '0'];

export function withColumns(drawn: Component, terms: ColumnTerms, other: Other | null): Component {
  if (drawn.read === 'curve' && !('expression' in terms.by)) return withCurves(drawn, terms, other);
  const component = withTable(drawn);
  const { by, from } = pickOf(component, terms, other);
  const table = component.table.map((band, row): Band => {
    if (band.pays === null) return band;
    const cells = from.map((_, at) =>
      at === 0 ? rateOf(component, band) : another(component, row + (terms.rates[at] ?? 0)),
    );
    const lumps = from.map((_, at) => LUMPS[(row + at + (terms.rates[at] ?? 0)) % LUMPS.length] ?? '0');
    const isByColumn = band.lump !== null && 'look' in by && row % 2 === 0;
    return { ...band, pays: null, cells, ...(isByColumn ? { lump: lumps[0] ?? '0', lumps } : {}) };
  });
  return { ...component, table, columns: { by, from: [...from] } };
}

/** A curve for each column. */
function withCurves(component: Component, terms: ColumnTerms, other: Other | null): Component {
  const { by, from } = pickOf(component, terms, other);
  const curve = component.curve.map((point, row): CurvePoint => {
    const share = (at: number) => SHARES[(row + (terms.rates[at] ?? 0)) % SHARES.length] ?? '0%';
    return { ...point, cells: from.map((_, at) => (at === 0 ? point.pays : share(at))) };
  });
  return { ...component, curve, columns: { by, from: [...from] } };
}

function pickOf(
  component: Component,
  { by, firstAt, count }: ColumnTerms,
  other: Other | null,
): { readonly by: PickedBy; readonly from: readonly string[] } {
  if ('expression' in by) return { by: { deal: by.expression }, from: by.from };
  const look = lookOf(component, by, other);
  return { by: { look }, from: BOUNDS[scaleOf(look)].slice(firstAt, firstAt + count) };
}

/** A table in the place of a curve. */
function withTable(component: Component): Component {
  if (component.read !== 'curve') return component;
  const { tierBy, measure } = component;
  const bounds = BOUNDS[tierBy === 'attainment' ? 'attainment' : isCounted(measure) ? 'number' : 'money'];
  const band = (at: number): Band => {
    const plain = {
      from: bounds[at] ?? '0',
      to: null,
      pays: null,
      lump: null,
      applies: 'marginal' as const,
      gate: null,
    };
    return { ...plain, pays: another(component, at) };
  };
  const { prorate: _, incentive: __, ...bare } = component;
  return { ...bare, read: 'marginal', curve: [], targetIncentive: null, table: [band(0), band(3)] };
}

export const ownPick = fc.record({ by: byDeal, ends: mostly(6, false, true), rates });

/** Each deal picks its band. */
export function pickedByDeal(
  drawn: Component,
  { by, ends, rates: list }: typeof ownPick extends fc.Arbitrary<infer P> ? P : never,
): Component {
  const { prorate: _, withoutQuota: __, ...component } = withTable(drawn);
  const isRetroactive = component.read === 'retroactive';
  const band = (from: string, at: number): Band => ({
    from,
    to: ends && at === by.from.length - 1 ? (from.endsWith('%') ? '25%' : `${Number(from) + 1}`) : null,
    pays: another(component, list[at] ?? 0),
    lump: null,
    applies: isRetroactive ? 'retroactive' : 'marginal',
    gate: null,
  });
  return {
    ...component,
    tierBy: 'amount',
    tierOf: { deal: by.expression },
    table: by.from.map(band),
    gates: component.gates.filter(({ guards }) => guards === 'component'),
  };
}

const NAMES = ['variants', 'products', 'categories'] as const;

export const products = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('variants/v1', 'products/p1', 'products/p2', 'categories/software', 'categories/services'),
    isFlat: fc.boolean(),
    rate: fc.nat({ max: SHARES.length - 1 }),
    shift: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);
type ProductTerms = typeof products extends fc.Arbitrary<infer P> ? P : never;

/** Lines of some products are paid by tables of their own. */
export function withProducts(drawn: Component, list: ProductTerms): Component {
  const component = { ...withTable(drawn), paysOn: drawn.measure === 'software' ? null : 'software' };
  const paid = (band: Band, at: number | null): Band => {
    if (band.pays === null) return band;
    const pays = at === null && band.pays.by === 'share' ? band.pays : another(component, at ?? 0);
    return { ...band, pays };
  };
  const table = component.table.map((band) => paid(band, null));
  const usual = component.read === 'retroactive' ? ('retroactive' as const) : ('marginal' as const);
  return {
    ...component,
    table,
    products: list.map(({ name, isFlat, rate, shift }): ProductTable => {
      const [kind, what = ''] = name.split('/');
      const names = Object.fromEntries(NAMES.map((each) => [each, each === kind ? [what] : []]));
      const flat: Band = {
        from: '0',
        to: null,
        pays: another(component, rate),
        lump: null,
        applies: usual,
        gate: null,
      };
      const rated = table
        .map((band, at) => ({ ...paid(band, rate + at), lump: null, forEach: undefined }))
        .filter(({ pays }) => pays !== null);
      const own = shift && rated.length > 1 ? rated.slice(1) : rated;
      return { ...(names as Omit<ProductTable, 'table'>), table: isFlat || own.length === 0 ? [flat] : own };
    }),
  };
}

export const curves = fc.record({
  on: fc.constantFrom<NonNullable<Component['curveOn']>[]>('deal', 'part'),
  before: fc.boolean(),
  points: fc.array(fc.record({ step: mostly(7, 1, 0, 2), pays: fc.constantFrom('0%', '5%', '10%', '12.5%', '20%') }), {
    minLength: 1,
    maxLength: 4,
  }),
});

/** A rate of deals, or of parts of them, that moves along a curve. */
export function withCurve(
  drawn: Component,
  { on, before, points }: typeof curves extends fc.Arbitrary<infer C> ? C : never,
): Component {
  const { tierBy, measure, paysOn, gates } = drawn;
  const { prorate: _, ...component } = drawn;
  const bounds = BOUNDS[tierBy === 'attainment' ? 'attainment' : isCounted(measure) ? 'number' : 'money'];
  let place = 0;
  const list = points.flatMap(({ step, pays }, at): CurvePoint[] => {
    const isJump = step === 0 && at > 0 && points[at - 1]?.step !== 0;
    place += at === 0 || isJump ? 0 : Math.max(step, 1);
    const bound = bounds[place];
    return bound === undefined ? [] : [{ at: bound, pays }];
  });
  const { incentive: _gone, ...rateAlone } = component;
  return {
    ...rateAlone,
    read: 'curve',
    rateAt: on === 'deal' && before ? 'before' : 'after',
    paysOn: isCounted(paysOn ?? measure) ? 'bookings' : paysOn,
    table: [],
    curve: list,
    curveOn: on,
    targetIncentive: null,
    gates: gates.filter(({ guards }) => guards === 'component').map((gate) => ({ ...gate, pays: 'everything' })),
  };
}
