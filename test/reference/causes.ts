import type { Book, Change } from '@ledger/calculation';
import { payPeriodId, type Stretch } from './calendar.ts';
import { earnings, type RoundedLine } from './earnings.ts';
import { Refusal } from './formulas.ts';
import { dealOf, nameOf } from './line-names.ts';
import { once } from './once.ts';
import { isNothing, minus, NOTHING, plus, type Ratio, total } from './ratio.ts';
import { bookAfter } from './tell.ts';

/** What each event has to do with corrections: what has been recorded since the last freeze, added one event after the other (D105). */

/** What was known at the last freeze, and what was recorded after it. */
export interface Since {
  readonly base: Book;
  readonly changes: readonly Change[];
}

/** A correction of an earlier period and a component, as far as one event caused it. */
export interface Caused {
  readonly period: string;
  readonly component: string;
  /** `null`: what nothing explains. */
  readonly event: string | null;
  readonly amount: Ratio;
  /** What lines it is about, each with its deal and its name in the component. */
  readonly parts: readonly Part[];
}

interface Correction {
  readonly period: string;
  readonly component: string;
  readonly amount: Ratio;
}

/** What moves the lines of one period and component from one book to the next adds up; what moves none of them is no correction. */
export function causesOf(
  { base, changes }: Since,
  now: readonly RoundedLine[],
  corrections: readonly Correction[],
  periods: readonly Stretch[],
): readonly Caused[] {
  const end = periods.at(-1)?.to ?? '';
  const early = [...base.deals.values(), ...changes.map(({ entry }) => entry)].flatMap((entry) =>
    entry.kind === 'deal' && entry.closedOn < end ? [entry.deal] : [],
  );
  const moving = changes.filter(({ entry }) => movesEarnings(entry, early));
  const between = moving.slice(0, -1).map((_, at) => bookAfter(base, moving.slice(0, at + 1)));
  const books = moving.length === 0 ? [] : [...[base, ...between].map((book) => earnedIn(book, end)), now];
  const ids = periods.map((period) => payPeriodId(period, base.calendar.cadence));
  const components = [...new Set([...books.flat(), ...corrections].map(({ component }) => component))].sort();
  return ids.flatMap((period) =>
    components.flatMap((component) => {
      const isOf = (line: RoundedLine) => line.periodId === period && line.component === component;
      const caused = moving.map(({ event }, at): Caused => {
        const was = sums((books[at] ?? []).filter(isOf));
        const is = sums((books[at + 1] ?? []).filter(isOf));
        const parts = [...new Set([...was.keys(), ...is.keys()])].flatMap((line) => {
          const [before, after] = [was.get(line), is.get(line)];
          const amount = minus(after?.amount ?? NOTHING, before?.amount ?? NOTHING);
          const { about = null, within = '' } = after ?? before ?? {};
          return isNothing(amount) ? [] : [{ about, within, amount }];
        });
        return { period, component, event, amount: total(parts.map(({ amount }) => amount)), parts };
      });
      const all = corrections.find((each) => each.period === period && each.component === component);
      const rest = minus(all?.amount ?? NOTHING, total(caused.map(({ amount }) => amount)));
      return [...caused, { period, component, event: null, amount: rest, parts: [] }].filter(
        ({ amount, parts }) => !isNothing(amount) || parts.length > 0,
      );
    }),
  );
}

/** Decisions about what is paid of what was earned move nothing that is earned; nor do deals that never closed earlier. */
function movesEarnings(entry: Change['entry'], early: readonly string[]): boolean {
  if (entry.kind === 'deal') return early.includes(entry.deal);
  if (entry.kind === 'exception') return ['score', 'target-incentive', 'salary', 'windfall'].includes(entry.terms.kind);
  return entry.kind !== 'corrections' && entry.kind !== 'jurisdiction';
}

/** What is earned up to a day, worked out once. */
export function earned(book: Book, upTo: string): readonly RoundedLine[] {
  return once(book, `earned ${upTo}`, () => earnings(book, upTo));
}

/** Why a story cannot be told to its end: between two freezes something could not be calculated, and nobody says what that causes. */
export const UNTOLD = 'cause_untold';

function earnedIn(book: Book, upTo: string): readonly RoundedLine[] {
  try {
    return earned(book, upTo);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(UNTOLD, error.message) : error;
  }
}

/** By the names of lines. */
/** What one line has to do with it. */
interface Part {
  readonly about: string | null;
  readonly within: string;
  readonly amount: Ratio;
}

function sums(lines: readonly RoundedLine[]): ReadonlyMap<string, Part> {
  const all = new Map<string, Part>();
  for (const line of lines) {
    const name = nameOf(line);
    const [about, within] = [dealOf(line), name.slice(line.component.length + 1)];
    all.set(name, { about, within, amount: plus(all.get(name)?.amount ?? NOTHING, line.amount) });
  }
  return all;
}
