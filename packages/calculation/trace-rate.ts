import type { TraceStep } from '@ledger/events';
import { abs, add, div, type Exact, isZero, mul, sub, sum, toText, ZERO } from '@ledger/money';
import { type Section, sectionAt, sectionOf } from './bands.ts';
import { type Curve, pointsAround, shareAt } from './curve.ts';
import {
  advanced,
  type BandPart,
  balanceOf,
  increment,
  paidAbove,
  type Rating,
  wholeDealSection,
  wholeDealShare,
} from './rate.ts';
import type { ColumnStep } from './through-columns.ts';
import { boundInWords, lumpStep } from './trace-lump.ts';
import type { Rated } from './walk.ts';
import { amountInWords, brief, given, percentInWords, sumOf } from './words.ts';

/** How the credit is paid: by the bands that it lies in, at one rate, or along a curve. */
export function rateStep(rated: Rated, currency: string): TraceStep {
  const { context, increment: exact } = rated;
  const { component, planVersion } = context.inForce;
  const step = {
    step: 'rate',
    as: 'earned',
    says: `${component.document.title}: ${amountInWords(exact, currency)} by ${component.document.tierBy}.`,
    result: toText(exact),
    events: [planVersion.event],
  };
  if (!context.isOpen) {
    const says = `${component.document.title}: nothing while the gate is closed; it is earned when the gate opens in this window.`;
    return { ...step, says, formula: '0' };
  }
  if (rated.columns !== null) return { ...step, ...columnParts(rated, rated.columns, currency) };
  if (context.rating.place !== null) return { ...step, ...placeParts(rated, context.rating.place, currency) };
  switch (context.rating.read) {
    case 'whole-deal':
      return { ...step, ...wholeDealParts(rated, currency) };
    case 'curve':
      return { ...step, ...curveParts(rated, currency) };
    default:
      return { ...step, ...bandParts(rated, currency) };
  }
}

type Parts = Pick<TraceStep, 'formula' | 'inputs' | 'steps'>;

function bandParts(rated: Rated, currency: string): Parts {
  const { parts, lumps, catchUp } = increment(rated.context.rating, rated.before, rated.unit.amounts);
  const paying = parts.filter(({ rated: section }) => section.pays !== null || parts.length === 1);
  const steps = paying.map((part, at): TraceStep => ({ ...bandStep(part, rated, currency), as: `part${at + 1}` }));
  const inputs: Record<string, string> = Object.fromEntries(
    paying.map(({ pays }, at) => [`part${at + 1}`, toText(pays)]),
  );
  if (!isZero(lumps)) {
    inputs.lumps = toText(lumps);
    steps.push(lumpStep(lumps, rated, currency));
  }
  if (catchUp !== null) {
    inputs.catchUp = toText(catchUp.amount);
    const { section, amount } = catchUp;
    const rate = section.pays === null ? 'Nothing is paid' : `${rateInWords(section, currency)} applies to everything`;
    steps.push({
      step: 'catch-up',
      as: 'catchUp',
      says: `${rate} from the first unit on once ${boundInWords(section, rated)} is reached: ${amountInWords(amount, currency)} for what was credited before.`,
      ...catchUpFormula(rated, section, amount),
      result: toText(amount),
    });
  }
  return { ...sumOf(Object.keys(inputs)), inputs, steps };
}

/** The whole of what was credited before by the rate that now holds, less what it had earned. */
function catchUpFormula({ context, before, unit }: Rated, { pays }: Section, amount: Exact): Parts {
  const { rating } = context;
  const isPlain =
    unit.amounts.paid === unit.amounts.measured && unit.amounts.measured.n > 0n && rating.threshold === null;
  if (isPlain && pays !== null && pays.by !== 'amount') {
    const due = mul(pays.rate, before.at);
    const inputs = { rate: toText(pays.rate), before: toText(before.at), had: toText(sub(due, amount)) };
    return { formula: 'rate * before - had', inputs };
  }
  const had = balanceOf(rating, before);
  return { formula: 'due - had', inputs: { due: toText(add(had, amount)), had: toText(had) } };
}

/** Column by column: the ones that the deal lies in, and what a retroactive band brings in the others. */
function columnParts(rated: Rated, columns: readonly ColumnStep[], currency: string): Parts {
  const inputs: Record<string, string> = {};
  const steps = columns.map(({ column, rating, before, amounts, increment: gained }): TraceStep => {
    inputs[`column${column + 1}`] = toText(gained);
    const own: Rated = {
      ...rated,
      context: { ...rated.context, rating },
      before,
      unit: { ...rated.unit, amounts },
      increment: gained,
      columns: null,
    };
    const parts = rating.read === 'whole-deal' ? wholeDealParts(own, currency) : bandParts(own, currency);
    return {
      step: 'column',
      as: `column${column + 1}`,
      says: `${columnInWords(rated, column)}: ${amountInWords(gained, currency)}.`,
      ...parts,
      result: toText(gained),
    };
  });
  return { ...sumOf(Object.keys(inputs)), inputs, steps };
}

/** What a column is for, in the words of the plan. */
function columnInWords({ context }: Rated, column: number): string {
  const { products, columns, tierOf, table } = context.inForce.component.document;
  if (products !== undefined) {
    const entry = products[column - 1];
    if (entry === undefined) return 'Everything that no entry of products names';
    return [...entry.variants, ...entry.products, ...entry.categories].join(', ');
  }
  const by = columns?.by ?? tierOf;
  const from = columns === undefined ? table[column]?.from : columns.from[column];
  const what = by !== undefined && 'deal' in by ? by.deal : 'Columns';
  return from === undefined ? `${what}: below the first column` : `${what}: from ${from}`;
}

/** What is paid at a place: a share of the base, and the lump sums up to there. */
function placeFormula({ table, curve }: Rating, place: Exact, base: Exact, balance: Exact): Parts {
  const share = curve === null ? (sectionOf(table, sectionAt(table, place)).pays?.rate ?? ZERO) : shareAt(curve, place);
  const of = curve?.incentive ?? base;
  const rest = sub(balance, mul(share, of));
  const inputs = { pays: toText(share), base: toText(of), ...(isZero(rest) ? {} : { lumps: toText(rest) }) };
  return { formula: isZero(rest) ? 'pays * base' : 'pays * base + lumps', inputs };
}

/** Everything in the window at the rate of the place, less what that was before the credit. */
function placeParts(rated: Rated, place: Exact, currency: string): Parts {
  const { context, before, unit, increment: total } = rated;
  const { rating } = context;
  const after = advanced(
    rating,
    before,
    unit.amounts,
    before.paid !== null || unit.amounts.paid !== unit.amounts.measured,
  );
  const balance = balanceOf(rating, after);
  const base = after.paid === null ? after.at : sum(after.paid);
  const step: TraceStep = {
    step: 'balance',
    as: 'balance',
    says: `At ${placeInWords(place, rated)}, on ${amountInWords(base, payUnit(rated))} in the window: ${amountInWords(balance, currency)}.`,
    ...placeFormula(rating, place, base, balance),
    result: toText(balance),
  };
  const inputs = { balance: toText(balance), before: toText(sub(balance, total)) };
  return { formula: 'balance - before', inputs, steps: [step] };
}

function bandStep(part: BandPart, rated: Rated, currency: string): TraceStep {
  const { rated: section, from, to, paid, pays, below } = part;
  const { context, unit } = rated;
  const size = sub(to, from);
  const isSame = unit.amounts.paid === unit.amounts.measured;
  const returned = paid.n < 0n;
  const where = `in the band from ${boundInWords(section, rated)}`;
  const unitOfPay = isSame ? context.unit : payUnit(rated);
  const amount = amountInWords(isSame ? size : abs(paid), unitOfPay);
  const on = `${amount}${returned ? ' returned' : ''}`;
  const result = toText(pays);
  const step = 'band';
  if (section.pays === null) return { step, says: `Nothing is paid on ${on}: no band holds it.`, formula: '0', result };
  if (below) return { step, says: `Nothing is paid on ${on}: it lies below the threshold.`, formula: '0', result };
  const { by, rate } = section.pays;
  if (by === 'amount') {
    const length = sub(section.to ?? section.from, section.from);
    return {
      step,
      says: `${amountInWords(rate, currency)} for the whole band, ${amountInWords(size, context.unit)} of ${amountInWords(length, context.unit)} of it, ${where}: ${amountInWords(pays, currency)}.`,
      ...(isZero(pays) ? { formula: '0' } : amountFormula(part, rate, length)),
      result,
    };
  }
  const formula = isSame ? (returned ? '0 - rate * (to - from)' : 'rate * (to - from)') : 'rate * paid';
  const bounds = { from: toText(from), to: toText(to) };
  return {
    step,
    says: `${rateInWords(section, currency)} on ${on}, ${where}: ${amountInWords(pays, currency)}.`,
    formula,
    inputs: { rate: toText(rate), ...bounds, ...(isSame ? {} : { paid: toText(paid) }) },
    result,
  };
}

function amountFormula({ from, to, pays }: BandPart, amount: Exact, length: Exact): Parts {
  const isReturned = pays.n < 0n !== amount.n < 0n;
  return {
    formula: isReturned ? '0 - amount * (to - from) / length' : 'amount * (to - from) / length',
    inputs: { amount: toText(amount), from: toText(from), to: toText(to), length: toText(length) },
  };
}

/** A whole deal by a curve: the share of its place, or the average over the way, on what is paid. */
function curveDealParts(rated: Rated, curve: Curve): Parts {
  const { context, before, unit } = rated;
  const { rating } = context;
  const share = wholeDealShare(rating, curve, before, unit.amounts);
  const where =
    rating.curveOn === 'part'
      ? 'on average, from where the deal begins to where it ends'
      : `at the place reached ${rating.rateAt === 'after' ? 'with' : 'before'} it`;
  const says = `The curve pays ${percentInWords(share)} ${where}.`;
  const steps: TraceStep[] = [{ step: 'curve', as: 'pays', says, ...given('pays', share) }];
  return { formula: 'pays * paid', inputs: { pays: toText(share), paid: toText(unit.amounts.paid) }, steps };
}

function wholeDealParts(rated: Rated, currency: string): Parts {
  const { curve } = rated.context.rating;
  if (curve !== null) return curveDealParts(rated, curve);
  const { context, before, unit, increment: total } = rated;
  const { rating } = context;
  const section = sectionOf(rating.table, wholeDealSection(rating, before, unit.amounts));
  const paid = paidAbove(rating, before, unit.amounts);
  const pays = section.pays === null ? sub(total, total) : mul(section.pays.rate, paid);
  const lumps = sub(total, pays);
  const at = rating.rateAt === 'after' ? 'reached with it' : 'reached before it';
  const steps: TraceStep[] = [
    {
      step: 'band',
      as: 'part1',
      says: `${rateInWords(section, currency)} on the whole ${amountInWords(paid, payUnit(rated))}, by the amount ${at}, in the band from ${boundInWords(section, rated)}: ${amountInWords(pays, currency)}.`,
      formula: 'rate * paid',
      inputs: { rate: toText(section.pays?.rate ?? sub(paid, paid)), paid: toText(paid) },
      result: toText(pays),
    },
  ];
  const inputs: Record<string, string> = { part1: toText(pays) };
  if (!isZero(lumps)) {
    inputs.lumps = toText(lumps);
    steps.push(lumpStep(lumps, rated, currency));
  }
  return { formula: Object.keys(inputs).join(' + '), inputs, steps };
}

/** What the curve pays with the credit, less what it paid without it. */
function curveParts(rated: Rated, currency: string): Parts {
  const { context, before, unit, increment: total } = rated;
  const elsewhere = unit.amounts.paid !== unit.amounts.measured;
  const after = advanced(context.rating, before, unit.amounts, elsewhere);
  const { curve, whole, threshold } = context.rating;
  if (curve === null) return {};
  const now = balanceOf(context.rating, after);
  const earlier = sub(now, total);
  const place = div(after.at, whole);
  const share = shareAt(curve, place);
  const base = curve.incentive ?? (after.paid === null ? after.at : sum(after.paid));
  const [below, above] = pointsAround(curve, place);
  const line = `from ${percentInWords(below.pays)} at ${placeInWords(below.at, rated)} to ${percentInWords(above.pays)} at ${placeInWords(above.at, rated)}`;
  const run = sub(above.at, below.at);
  const onLine = isZero(run)
    ? { formula: 'pays', inputs: { pays: toText(share) } }
    : {
        formula: 'low + (at - start) * (high - low) / (end - start)',
        inputs: {
          at: toText(place),
          start: toText(below.at),
          end: toText(above.at),
          low: toText(below.pays),
          high: toText(above.pays),
        },
      };
  const steps: TraceStep[] = [
    {
      step: 'curve',
      as: 'share',
      says: `At ${placeInWords(place, rated)} the curve pays ${percentInWords(share)}${isZero(run) ? '' : `, ${line}`}.`,
      ...onLine,
      result: toText(share),
    },
    {
      step: 'balance',
      as: 'balance',
      says: `${percentInWords(share)} of ${amountInWords(base, currency)}${threshold === null ? '' : ', less what lies below the threshold'}: ${amountInWords(now, currency)}; before: ${amountInWords(earlier, currency)}.`,
      formula: threshold === null ? 'share * base' : 'share * base - below',
      inputs: {
        share: toText(share),
        base: toText(base),
        ...(threshold === null ? {} : { below: toText(sub(mul(share, base), now)) }),
      },
      result: toText(now),
    },
  ];
  return { formula: 'balance - before', inputs: { balance: toText(now), before: toText(earlier) }, steps };
}

/** Factors on the earning, floor and cap of the deal: one step for each that did something. */
export function shapingSteps({ increment: exact, shaped, earned }: Rated, currency: string): readonly TraceStep[] {
  const { factors, fee, floor, cap } = shaped;
  const steps: TraceStep[] = [];
  let amount = exact;
  if (factors.length > 0) {
    const inputs: Record<string, string> = { earned: toText(amount) };
    for (const [at, { by }] of factors.entries()) {
      inputs[`by${at + 1}`] = toText(by);
      amount = mul(amount, by);
    }
    steps.push({
      step: 'earning-multiplier',
      as: 'earned',
      says: brief(
        `Times ${factors.map(({ by, when }) => `${toText(by)} because ${when}`).join(', ')}: ${amountInWords(amount, currency)}.`,
        1000,
      ),
      formula: Object.keys(inputs).join(' * '),
      inputs,
      result: toText(amount),
    });
  }
  if (fee !== null) {
    const rest = sub(amount, fee);
    const says = `Less a fee of ${amountInWords(fee, currency)} for the deal: ${amountInWords(rest, currency)}.`;
    const inputs = { earned: toText(amount), fee: toText(fee) };
    steps.push({ step: 'fee', as: 'earned', says, formula: 'earned - fee', inputs, result: toText(rest) });
    amount = rest;
  }
  if (floor !== null) {
    const says = `Not less than ${amountInWords(floor, currency)} for a deal that earns.`;
    const inputs = { earned: toText(amount), floor: toText(floor) };
    steps.push({ step: 'floor', as: 'earned', says, formula: 'max(earned, floor)', inputs, result: toText(floor) });
    amount = floor;
  }
  if (cap !== null) {
    const says = `Not more than ${amountInWords(cap, currency)} for a deal; ${amountInWords(sub(amount, cap), currency)} is not earned.`;
    const inputs = { earned: toText(amount), cap: toText(cap) };
    steps.push({ step: 'cap', as: 'earned', says, formula: 'min(earned, cap)', inputs, result: toText(earned) });
  }
  return steps;
}

function payUnit({ unit }: Rated): string {
  return unit.credits[0].weighed.pay.unit;
}

function rateInWords({ pays }: Section, currency: string): string {
  if (pays === null) return 'Nothing';
  switch (pays.by) {
    case 'share':
      return percentInWords(pays.rate);
    case 'unit':
      return `${amountInWords(pays.rate, currency)} for each`;
    case 'amount':
      return amountInWords(pays.rate, currency);
    default:
      return pays.by satisfies never;
  }
}

function placeInWords(place: Exact, { context }: Rated): string {
  return context.inForce.component.document.tierBy === 'attainment'
    ? percentInWords(place)
    : amountInWords(place, context.unit);
}
