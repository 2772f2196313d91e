import { amountInWords, percentInWords } from '@ledger/calculation';
import type { MeasuringWindow, MetricDocument } from '@ledger/events';
import { exact, percent } from '@ledger/money';
import { whichIn, written } from './condition.ts';

/** What the words of a letter are made with. */
export interface Words {
  /** Of the plan: what it calculates and pays in. */
  readonly currency: string;
  /** The document of a metric, where it is known. */
  readonly metric: (id: string) => MetricDocument | undefined;
  /** Title of a component of the plan. */
  readonly component: (id: string) => string;
}

export const share = (text: string): string =>
  text.includes('/') ? text : percentInWords(percent(text)).replace(' %', '%');

export const money = (text: string, { currency }: Pick<Words, 'currency'>): string =>
  amountInWords(exact(text), currency);

export const titleOf = (id: string, { metric }: Words): string => metric(id)?.title ?? id;

/** A bound: a share of the target, or an amount of what a metric measures. */
export function bound(text: string, isShare: boolean, measure: string, words: Words): string {
  if (isShare) return share(text);
  const unit = words.metric(measure)?.unit === 'number' ? 'number' : words.currency;
  return amountInWords(percent(text), unit);
}

/** `a, b and c`. */
export function listed(items: readonly string[], last = 'and'): string {
  const [end = '', ...before] = [...items].reverse();
  return before.length === 0 ? end : `${before.reverse().join(', ')} ${last} ${end}`;
}

export function timeOf({ count, unit }: { readonly count: number; readonly unit: `${string}s` }): string {
  return count === 1 ? `one ${unit.slice(0, -1)}` : `${count} ${unit}`;
}

const KINDS = {
  deal: 'each deal by itself',
  'half-month': 'each half of a month',
  month: 'each month',
  quarter: 'each quarter',
  half: 'each half-year',
  year: 'each year',
} as const;

export function windowIn(window: MeasuringWindow): string {
  if (typeof window === 'string') return KINDS[window];
  if ('rolling' in window) return `the last ${window.rolling} months, looked at anew each month`;
  if ('every' in window) return `each of windows of ${listed(window.every.map(timeOf))}, from ${window.from} on`;
  return `${window.from} up to, and not with, ${window.to}`;
}

/** What is said of one field. */
export type Say<Of> = (of: Of, words: Words) => readonly string[];

/** A sentence of a letter, and the field of the plan that it says. */
export interface LetterClause {
  readonly field: string;
  readonly says: string;
}

/** Every field in its sentences, in the order of the table that says them. */
export function clausesIn<Of>(says: Readonly<Record<string, Say<Of>>>, of: Of, words: Words): readonly LetterClause[] {
  return Object.entries(says).flatMap(([field, say]) => say(of, words).map((each) => ({ field, says: each })));
}

/** A text as the beginning of a sentence. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** What a metric counts, and for how much. */
export function metricIn({ counts, amount, of }: MetricDocument): string {
  const each = of === 'deal' ? 'deal' : 'line of a deal';
  const which = counts === 'true' ? `every ${each}` : `each ${each} ${whichIn(counts)}`;
  const much = amount === 'deal.amount' || amount === 'line.amount' ? 'its amount' : written(amount);
  return `${which} counts for ${much}`;
}

/** What is agreed with one person, as a letter calls it. */
export const TERMS = {
  'target-incentive': 'the target incentive that is agreed with you',
  salary: 'your salary',
} as const;
