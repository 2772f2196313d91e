import type { DealEntry } from '@ledger/calculation';
import type { Attribute, DealLine } from '@ledger/events';
import { larger, less, NOTHING, over, type Ratio, ratio, read, same, times } from './ratio.ts';

/**
 * The expressions that drawn definitions use, each beside what it means: nothing here reads CEL, so that a mistake in reading it
 * cannot be made twice. Asking for a value that a deal does not have is a refusal, as in CEL.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  constructor(code: string, says: string) {
    super(says);
    this.code = code;
  }
}

type Condition = (deal: DealEntry, line: DealLine | null) => boolean;
type Amount = (deal: DealEntry, line: DealLine | null) => Ratio;

const amountOf = (deal: DealEntry): Ratio => read(deal.amount);
const lineAmount = (line: DealLine | null): Ratio => read(line?.amount ?? '0');

function attribute(deal: DealEntry, name: string): Attribute {
  const value = deal.attributes[name];
  if (value === undefined) throw new Refusal('metric_failed', `${deal.deal} has no ${name}`);
  return value;
}

function numberOf(deal: DealEntry, name: string): Ratio {
  const value = attribute(deal, name);
  if (typeof value !== 'object' || !('decimal' in value)) throw new Refusal('metric_failed', `${name} is no number`);
  return read(value.decimal);
}

export const CONDITIONS: Readonly<Record<string, Condition>> = {
  true: () => true,
  'deal.segment == "new"': (deal) => attribute(deal, 'segment') === 'new',
  'deal.segment != "renewal"': (deal) => attribute(deal, 'segment') !== 'renewal',
  'has(deal.strategic) && deal.strategic': (deal) => deal.attributes.strategic === true,
  'deal.amount >= 1000': (deal) => !less(amountOf(deal), ratio(1000)),
  'deal.amount > decimal("99.5") || deal.amount < 0': (deal) =>
    less(read('99.5'), amountOf(deal)) || less(amountOf(deal), NOTHING),
  'deal.currency in ["USD", "JPY"]': (deal) => deal.currency === 'USD' || deal.currency === 'JPY',
  'deal.closedOn >= "2026-02-10" && !(deal.amount == 250)': (deal) =>
    deal.closedOn >= '2026-02-10' && !same(amountOf(deal), ratio(250)),
  'deal.termMonths >= 24': (deal) => !less(numberOf(deal, 'termMonths'), ratio(24)),
};

export const LINE_CONDITIONS: Readonly<Record<string, Condition>> = {
  'has(line.category) && line.category == "software"': (_, line) => line?.category === 'software',
  'line.amount > 0 || deal.amount < 0': (deal, line) =>
    less(NOTHING, lineAmount(line)) || less(amountOf(deal), NOTHING),
};

export const MONEY_AMOUNTS: Readonly<Record<string, Amount>> = {
  'deal.amount': amountOf,
  'deal.amount * deal.termMonths / 12': (deal) => over(times(amountOf(deal), numberOf(deal, 'termMonths')), ratio(12)),
  'max(deal.amount, 0)': (deal) => larger(amountOf(deal), NOTHING),
  'deal.segment == "new" ? deal.amount : deal.amount / 3': (deal) =>
    attribute(deal, 'segment') === 'new' ? amountOf(deal) : over(amountOf(deal), ratio(3)),
  'deal.amount / 7 / 11 / 13': (deal) => over(amountOf(deal), ratio(1001)),
};

export const NUMBER_AMOUNTS: Readonly<Record<string, Amount>> = {
  '1': () => ratio(1),
  'deal.units': (deal) => numberOf(deal, 'units'),
  'deal.amount < 0 ? -1 : 1': (deal) => (less(amountOf(deal), NOTHING) ? ratio(-1) : ratio(1)),
};

export const LINE_AMOUNTS: Readonly<Record<string, Amount>> = {
  'line.amount': (_, line) => lineAmount(line),
  'line.amount * decimal("0.7")': (_, line) => times(lineAmount(line), read('0.7')),
};

/** What deals say that picks a band or a column. */
const DEAL_NUMBERS: Readonly<Record<string, (deal: DealEntry) => Ratio>> = {
  'deal.units': (deal) => numberOf(deal, 'units'),
  'deal.termMonths': (deal) => numberOf(deal, 'termMonths'),
  'deal.amount': amountOf,
  'deal.discount': (deal) => {
    if (deal.attributes.discount === undefined) throw new Refusal('condition_failed', `${deal.deal} has no discount`);
    return numberOf(deal, 'discount');
  },
};

export function numberFor(expression: string, deal: DealEntry): Ratio {
  const meaning = DEAL_NUMBERS[expression];
  if (meaning === undefined) throw new TypeError(`no meaning is written down for the number ${expression}`);
  return meaning(deal);
}

export function holdsFor(expression: string, deal: DealEntry, line: DealLine | null): boolean {
  const meaning = CONDITIONS[expression] ?? LINE_CONDITIONS[expression];
  if (meaning === undefined) throw new TypeError(`no meaning is written down for the condition ${expression}`);
  return meaning(deal, line);
}

export function amountFor(expression: string, deal: DealEntry, line: DealLine | null): Ratio {
  const meaning = MONEY_AMOUNTS[expression] ?? NUMBER_AMOUNTS[expression] ?? LINE_AMOUNTS[expression];
  if (meaning === undefined) throw new TypeError(`no meaning is written down for the amount ${expression}`);
  return meaning(deal, line);
}
