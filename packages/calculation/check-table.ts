import type { Band, Component, MetricDocument } from '@ledger/events';
import { cmp, div, exact, isZero, meantShare, ONE, percent, sign, sub } from '@ledger/money';
import { type Finding, nearest } from './finding.ts';

/** What is wrong with what a component pays: its bands, or the points of its curve. `unit`: of what it pays on, where that is known. */
export function* tableFindings(component: Component, unit: MetricDocument['unit'] | undefined): Generator<Finding> {
  for (const finding of component.read === 'curve' ? curveFindings(component, unit) : bands(component, unit)) {
    yield { code: 'table_invalid', ...finding };
  }
}

function* bands(component: Component, unit: MetricDocument['unit'] | undefined): Generator<Finding> {
  const { table, read } = component;
  if (component.curve.length > 0) {
    yield { at: '/curve', says: 'points are read only with `read: curve`; write that, or bands under `table`.' };
  }
  if (component.targetIncentive !== null || component.personal !== undefined) {
    const says = 'it is what 100% of a curve pays, and there is no curve; write read: curve, or remove it.';
    yield { at: '/targetIncentive', says };
  }
  if (table.length === 0) yield { at: '/table', says: 'there is no band, so nothing is paid; write at least one.' };
  for (const [index, band] of table.entries()) {
    yield* boundFindings(component, index, band);
    yield* payFindings(component, index, band, unit);
    yield* gateFindings(component, index, band);
    if (band.applies === 'retroactive' && read === 'whole-deal') {
      const says =
        'whole-deal pays each deal at one rate, so a band cannot apply retroactively; read: retroactive does.';
      yield { at: `/table/${index}/applies`, says };
    }
  }
  // Bounds in two units have no order; the unit is what is wrong with them.
  const isFree = component.tierOf !== undefined && 'deal' in component.tierOf;
  const inOneUnit =
    isFree || !table.some(({ from, to }) => [from, to ?? '0'].some((text) => wrongUnit(component, text)));
  if (inOneUnit) yield* order(component);
  yield* rolling(component);
}

/** `50` where 50% was meant is reached a hundred times later: attainment is written with the sign, amounts without. */
function* boundFindings(component: Component, index: number, band: Band): Generator<Finding> {
  const { tierOf } = component;
  if (tierOf !== undefined && 'deal' in tierOf) return;
  for (const end of ['from', 'to'] as const) {
    const text = band[end];
    if (text === null) continue;
    const at = `/table/${index}/${end}`;
    const wrong = wrongUnit(component, text);
    if (wrong !== undefined) yield { at, says: `band ${index + 1}: ${wrong}` };
    if (sign(percent(text)) < 0) yield { at, says: `band ${index + 1}: ${text} is below 0; let bands begin at 0.` };
  }
}

/** A ratio of 80 and one of 80 % are easily taken for each other. */
export function noRatio(text: string): string {
  return `${text} is an amount, and a ratio picks, which is written with the sign: ${text}% for ${text} in a hundred, ${text}00% for an average of ${text}.`;
}

function wrongUnit({ tierBy, tierOf }: Pick<Component, 'tierBy' | 'tierOf'>, text: string): string | undefined {
  if (isZero(percent(text)) || (tierBy === 'amount') !== text.endsWith('%')) return undefined;
  if (tierOf !== undefined && 'look' in tierOf && tierOf.look.over !== undefined) return noRatio(text);
  return tierBy === 'amount'
    ? `tier-by is amount, and ${text} is none; write an amount, as 50000, or tier-by: attainment.`
    : `tier-by is attainment, and ${text} is an amount; write ${meantShare(text)}, or tier-by: amount.`;
}

function* payFindings(
  component: Component,
  index: number,
  band: Band,
  unit: MetricDocument['unit'] | undefined,
): Generator<Finding> {
  const at = `/table/${index}/pays`;
  const name = `band ${index + 1}`;
  const below = [band.lump, ...(band.lumps ?? [])].find((lump) => lump?.startsWith('-'));
  if (below != null) yield { at: `/table/${index}/lump`, says: `${name} pays a lump of ${below}; write 0 or more.` };
  yield* forEachFindings(component, index, band);
  if (band.cells !== undefined) {
    for (const pays of band.cells) {
      const { cells, ...one } = band;
      yield* payFindings(component, index, { ...one, pays }, unit);
    }
    return;
  }
  if (band.pays === null) {
    yield* lumpAlone(component.table, index);
    return;
  }
  const { pays } = band;
  const written = pays.by === 'share' ? pays.share : pays.money;
  if (written.startsWith('-')) yield { at, says: `${name} pays ${written}; write 0 or more.` };
  switch (pays.by) {
    case 'share':
      // Nothing of a count is nothing.
      if (unit === 'number' && !isZero(percent(written))) {
        const paid = component.paysOn ?? component.measure;
        const says = `${name} pays a share of ${paid}, which is a count and not money; write per-unit: 50.00, or name a metric of money in pays-on.`;
        yield { at, says };
      } else if (!written.endsWith('%') && cmp(percent(written), ONE) >= 0) {
        yield { at, says: `${name} pays ${written} times the paid amount; a share is written as ${written}%.` };
      }
      return;
    case 'unit':
      if (unit === 'money') {
        const paid = component.paysOn ?? component.measure;
        const says = `${name} pays ${written} for each unit of ${paid}, which is money; write a share, as pays: 8%, or name a metric that counts in pays-on.`;
        yield { at, says };
      }
      return;
    case 'amount':
      yield* amountFindings(component, index, band, written);
      return;
    default:
      pays satisfies never;
  }
}

/** A lump for each full part of a band: in the unit of its bounds, and no longer than it. */
function* forEachFindings(component: Component, index: number, band: Band): Generator<Finding> {
  const { forEach } = band;
  if (forEach === undefined) return;
  const at = `/table/${index}/forEach`;
  const name = `band ${index + 1}`;
  if (band.lump === null) {
    yield { at, says: `${name} has no lump to pay for each ${forEach}; write lump: 50.00 beside it, or remove it.` };
    return;
  }
  const wrong = wrongUnit(component, forEach);
  if (wrong !== undefined) yield { at, says: `${name}: ${wrong}` };
  if (sign(percent(forEach)) <= 0)
    yield { at, says: `${name}: ${forEach} is not above 0; write what brings the lump.` };
  const to = band.to ?? component.table[index + 1]?.from ?? null;
  if (wrong !== undefined || sign(percent(forEach)) <= 0 || to === null) return;
  const parts = div(sub(percent(to), percent(band.from)), percent(forEach));
  if (sign(parts) > 0 && cmp(parts, ONE) < 0) {
    const says = `${name} ends at ${to}, before a full ${forEach} lies in it, so the lump is never paid; write less, or a later end.`;
    yield { at, says };
  } else if (parts.n % parts.d !== 0n) {
    const says = `${name} ends at ${to}, in the middle of a ${forEach}, and what is not full of the last one pays no lump; if that is not meant, let it end where one is full.`;
    yield { at, says, warning: true };
  }
}

/** Money for a whole band is earned by how much of it is used, so it needs to know where the band ends. */
function* amountFindings({ table, read }: Component, index: number, band: Band, money: string): Generator<Finding> {
  const at = `/table/${index}/pays`;
  const name = `band ${index + 1}`;
  const last = index === table.length - 1;
  if (band.to === null && last && !isZero(exact(money))) {
    const says = `${name} pays ${money} for the whole of it and has no end, so no part of it can be told; write \`to\`, or lump: ${money} for money that is paid once.`;
    yield { at, says };
  }
  if (read === 'whole-deal') {
    yield {
      at,
      says: `${name} pays an amount for the band, and a whole deal is paid at a rate; write pays or per-unit.`,
    };
  } else if (band.applies === 'retroactive') {
    const says = `${name} pays an amount for what lies in it, so it cannot apply to what lies below; write applies: marginal, or a lump.`;
    yield { at: `/table/${index}/applies`, says };
  }
}

/** Whether there is a rate that could go on. */
function paysAnything({ pays, cells = pays === null ? [] : [pays] }: Component['table'][number]): boolean {
  return cells.some((each) => !isZero(each.by === 'share' ? percent(each.share) : exact(each.money)));
}

/** A band with nothing but a lump does not go on with the rate below it; those who write one often think that it does. */
function* lumpAlone(table: Component['table'], index: number): Generator<Finding> {
  const band = table[index];
  if (band === undefined) return;
  const name = `band ${index + 1}`;
  if (band.lump === null) {
    yield { at: `/table/${index}/pays`, says: `${name} says nothing that it pays; write pays: 8%, or pays: 0%.` };
    return;
  }
  if (!table.slice(0, index).some(paysAnything)) return;
  const remedy = 'write the rate that goes on beside the lump, or pays: 0%';
  const at = `/table/${index}/lump`;
  if (band.applies === 'retroactive') {
    yield {
      at,
      says: `${name} has only a lump and is retroactive, so it takes away what the bands below paid; ${remedy}.`,
    };
  } else {
    yield {
      at,
      says: `${name} has only a lump, so what lies in it is not paid at any rate; ${remedy}.`,
      warning: true,
    };
  }
}

function* gateFindings({ gates }: Component, index: number, band: Band): Generator<Finding> {
  if (band.gate === null) return;
  const at = `/table/${index}/gate`;
  const named = gates.find(({ name }) => name === band.gate);
  if (named === undefined) {
    const hint = nearest(
      band.gate,
      gates.map(({ name }) => name),
    );
    yield {
      at,
      says: `band ${index + 1} names the gate ${band.gate}, and there is none under \`gates\`${hint}; define it.`,
    };
  } else if (named.guards === 'component') {
    const says = `band ${index + 1} names the gate ${band.gate}, which guards the whole component; write guards: bands there, or remove it here.`;
    yield { at, says };
  }
}

/** Bands rise and do not overlap. What no band holds pays nothing, which is said aloud. */
function* order({ table, read }: Component): Generator<Finding> {
  const [first] = table;
  if (first !== undefined && sign(percent(first.from)) > 0) {
    const says = `nothing is paid below ${first.from}; if that is meant, say so with a band { from: 0${first.from.endsWith('%') ? '%' : ''}, pays: 0% }.`;
    yield { at: '/table/0/from', says, warning: true };
  }
  for (const [index, band] of table.entries()) {
    const number = index + 1;
    const next = table[index + 1];
    const isReversed = band.to !== null && cmp(percent(band.to), percent(band.from)) <= 0;
    if (isReversed) {
      const says = `band ${number} ends at ${band.to}, which is not above ${band.from}, where it begins; swap the two.`;
      yield { at: `/table/${index}/to`, says };
    }
    if (next === undefined) {
      if (band.to !== null && !isReversed) {
        const also = read === 'retroactive' ? ', not even for what lies below' : '';
        const says = `nothing is paid above ${band.to}${also}; if that is not meant, let the last band have no end.`;
        yield { at: `/table/${index}/to`, says, warning: true };
      }
      continue;
    }
    const rises = cmp(percent(next.from), percent(band.from));
    if (rises === 0) {
      const says = `bands ${number} and ${number + 1} both begin at ${next.from}, so band ${number} is never reached; keep one of them.`;
      yield { at: `/table/${index + 1}/from`, says };
    } else if (rises < 0) {
      const says = `band ${number + 1} begins at ${next.from}, which is not above ${band.from}, where band ${number} begins; list bands from the lowest to the highest.`;
      yield { at: `/table/${index + 1}/from`, says };
    } else if (band.to !== null && !isReversed) {
      yield* seam(index, band.to, next.from, read);
    }
  }
}

function* seam(index: number, to: string, next: string, read: Component['read']): Generator<Finding> {
  const order = cmp(percent(to), percent(next));
  const at = `/table/${index}/to`;
  if (order > 0) {
    const says = `bands ${index + 1} and ${index + 2} overlap between ${next} and ${to}; let band ${index + 1} end where band ${index + 2} begins.`;
    yield { at, says };
  } else if (order < 0) {
    // A table that is read retroactively pays by the band that the amount stands in, and there is none.
    const also = read === 'retroactive' ? ', not even for what lies below' : '';
    const says = `nothing is paid between ${to} and ${next}${also}; if that is not meant, leave out \`to\`.`;
    yield { at, says, warning: true };
  }
}

/** A rolling window looks at earlier deals again in every period, and so finds what is paid once more than once. */
function* rolling({ window, table }: Component): Generator<Finding> {
  if (typeof window !== 'object' || !('rolling' in window)) return;
  for (const [index, { applies, lump }] of table.entries()) {
    const name = `band ${index + 1}`;
    if (lump !== null) {
      const says = `${name}: rolling windows overlap, so the lump is paid in every period whose deals reach the band.`;
      yield { at: `/table/${index}/lump`, says, warning: true };
    }
    if (applies === 'retroactive' && index > 0) {
      const says = `${name}: rolling windows overlap, so a retroactive band can pay for the same earlier deals in several periods; read: whole-deal does not.`;
      yield { at: `/table/${index}/applies`, says, warning: true };
    }
  }
}

export function* curveFindings(component: Component, unit: MetricDocument['unit'] | undefined): Generator<Finding> {
  const { curve: points, targetIncentive, table } = component;
  yield* toDateFindings(component);
  if (table.length > 0) yield { at: '/table', says: 'a curve has points, not bands; write them under `curve`.' };
  if (points.length === 0) yield { at: '/curve', says: 'there is no point, so nothing is paid; write at least one.' };
  if (targetIncentive === null && component.personal === undefined && unit === 'number') {
    const paid = component.paysOn ?? component.measure;
    const says = `the curve pays a share of ${paid}, which is a count and not money; write a target-incentive, or name a metric of money in pays-on.`;
    yield { at: '/curve', says };
  }
  if (targetIncentive !== null && isZero(exact(targetIncentive))) {
    yield { at: '/targetIncentive', says: 'is 0, so nothing is paid; write what 100% pays, or remove it.' };
  }
  for (const [index, { at, pays: one, cells }] of points.entries()) {
    const place = `/curve/${index}`;
    const name = `point ${index + 1}`;
    const wrong = wrongUnit(component, at);
    if (wrong !== undefined) yield { at: `${place}/at`, says: `${name}: ${wrong}` };
    if (sign(percent(at)) < 0) yield { at: `${place}/at`, says: `${name}: ${at} is below 0; begin at 0.` };
    for (const pays of cells ?? [one]) {
      if (pays.startsWith('-')) yield { at: `${place}/pays`, says: `${name} pays ${pays}; write 0% or more.` };
      else if (!pays.endsWith('%') && cmp(percent(pays), ONE) >= 0) {
        yield { at: `${place}/pays`, says: `${name} pays ${pays} times over; a share is written as ${pays}%.` };
      }
    }
    const [before, twoBefore] = [points[index - 1], points[index - 2]];
    if (before === undefined) continue;
    const rises = cmp(percent(at), percent(before.at));
    if (rises < 0) {
      const says = `${name} is at ${at}, below point ${index} at ${before.at}; list points from the lowest to the highest.`;
      yield { at: `${place}/at`, says };
    } else if (rises === 0 && twoBefore !== undefined && cmp(percent(twoBefore.at), percent(at)) === 0) {
      const says = `three points are at ${at}; a jump is two, where it comes from and where it goes.`;
      yield { at: `${place}/at`, says };
    }
  }
  yield* levelBelow(points);
}

/** How much of the target incentive is paid while a window goes on. */
function* toDateFindings(component: Component): Generator<Finding> {
  const { incentive, window, target, tierOf, tierBy, targetIncentive, personal } = component;
  const hasIncentive = targetIncentive !== null || personal !== undefined;
  if (incentive === 'to-date') {
    const at = '/incentive';
    if (!hasIncentive) yield { at, says: 'there is no target incentive; write one, or remove it.' };
    if (component.objectives !== undefined) yield { at, says: 'objectives are paid when the window ends; remove it.' };
    if (window === 'deal' || (typeof window === 'object' && 'rolling' in window)) {
      yield { at, says: 'this window is paid once and not bit by bit; remove it.' };
    }
    return;
  }
  if (!hasIncentive || target !== 'quota-to-date' || tierBy !== 'attainment' || tierOf !== undefined) return;
  const says =
    '100% of the quota to date pays the incentive of the whole window, also in its first pay period; write incentive: to-date, if only its part is meant.';
  yield { at: '/target', says, warning: true };
}

/** The first point holds for everything below it, down to no sales at all. */
function* levelBelow([first]: Component['curve']): Generator<Finding> {
  if (first === undefined || sign(percent(first.at)) <= 0) return;
  if ((first.cells ?? [first.pays]).every((pays) => isZero(percent(pays)))) return;
  const says = `below ${first.at} the curve stays at ${first.pays}, down to the first sale; to pay nothing there, begin with { at: ${first.at}, pays: 0% }.`;
  yield { at: '/curve/0/at', says, warning: true };
}
