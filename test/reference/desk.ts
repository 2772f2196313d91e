import type { Book } from '@ledger/calculation';
import type { BalanceKind } from '@ledger/events';
import { dayBefore, type Stretch } from './calendar.ts';
import type { Caused } from './causes.ts';
import { hasLeft } from './clauses.ts';
import { decimalsOf } from './currencies.ts';
import { minus, NOTHING, plus, type Ratio, type RoundingRule, rounded, total } from './ratio.ts';

export interface SettledLine {
  /** As statements name it (D129). */
  readonly line: string;
  readonly amount: Ratio;
}

/** By `<kind>` or `<kind> <name>`. */
type Balances = ReadonlyMap<string, Ratio>;

/** An earning line of a statement, or what a correction has to do with one deal. */
export interface DuePart {
  /** That it is about. */
  readonly period: string;
  readonly component: string;
  /** The line of the statement. */
  readonly line: string;
  /** The deal. */
  readonly about: string | null;
  /** Of what a correction moves of one line: its name in the component. */
  readonly within: string | null;
  /** The earlier period, of a correction. */
  readonly corrects: string | null;
  readonly amount: Ratio;
}

/** A statement as far as later ones need it. */
export interface Said {
  readonly stretch: Stretch;
  /** Earnings and corrections. */
  readonly due: readonly DuePart[];
  /** Corrections by what caused them. */
  readonly caused: readonly Caused[];
  readonly corrections: Ratio;
  readonly settled: readonly SettledLine[];
  /** Decisions to forgive that it has carried out. */
  readonly forgave: readonly string[];
  readonly balances: Balances;
}

/** Everything that a step may ask. */
export class Desk {
  readonly book: Book;
  readonly period: Stretch;
  readonly before: readonly Said[];
  readonly now: Pick<Said, 'due' | 'caused' | 'corrections'>;
  readonly lines: SettledLine[] = [];
  readonly forgave: string[] = [];
  readonly balances: Map<string, Ratio>;

  constructor(book: Book, period: Stretch, before: readonly Said[], now: Pick<Said, 'due' | 'caused' | 'corrections'>) {
    this.book = book;
    this.period = period;
    this.before = before;
    this.now = now;
    this.balances = new Map(before.at(-1)?.balances);
  }

  get lastDay(): string {
    return dayBefore(this.period.to);
  }

  get left(): boolean {
    return hasLeft(this.book, this.period.to);
  }

  balance(kind: BalanceKind, name?: string): Ratio {
    return this.balances.get(keyOf(kind, name)) ?? NOTHING;
  }

  add(kind: BalanceKind, amount: Ratio, name?: string): void {
    this.balances.set(keyOf(kind, name), plus(this.balance(kind, name), amount));
  }

  post(line: string, amount: Ratio): void {
    this.lines.push({ line, amount });
  }

  sum(): Ratio {
    return total([...this.now.due, ...this.lines].map(({ amount }) => amount));
  }

  /** Corrections, and what of them is waived, or waits: only the rest is taken back. */
  corrections(): Ratio {
    const moved = this.lines.filter(({ line }) => /^(waived|spread)\b/.test(line));
    return plus(this.now.corrections, total(moved.map(({ amount }) => amount)));
  }

  round(amount: Ratio, rule: RoundingRule): Ratio {
    return rounded(amount, decimalsOf(this.book.participant.currency), rule);
  }

  /** Of statements that end after a day, the one that is being made among them: the lines that a step asks for, or what of them is of some components (D253). */
  since(day: string, isAsked: (line: string) => boolean, of?: readonly string[]): Ratio {
    const own = { stretch: this.period, ...this.now, settled: this.lines };
    return total(
      [...this.before, own]
        .filter(({ stretch }) => day < stretch.to)
        .flatMap(({ due, settled }) => [
          ...due.map(({ component, amount }) => ({ component, amount })),
          ...settled
            .filter(({ line }) => isAsked(line))
            .map(({ line, amount }) => ({ component: this.#componentOf(line), amount })),
        ])
        .filter(({ component }) => of === undefined || (component !== null && of.includes(component)))
        .map(({ amount }) => amount),
    );
  }

  /** The component that a line of settlement is about: by the decision, or in its name where a policy waives. */
  #componentOf(line: string): string | null {
    const [, name = '', , component = null] = line.split('/');
    if (name === 'policy') return component;
    const terms = this.book.exceptions?.get(name)?.terms;
    return terms !== undefined && 'component' in terms ? terms.component : null;
  }
}

function keyOf(kind: BalanceKind, name?: string): string {
  return name === undefined ? kind : `${kind} ${name}`;
}

export function amountsOf(lines: readonly SettledLine[], name: string): readonly Ratio[] {
  return lines.filter(({ line }) => line === name).map(({ amount }) => amount);
}

/** A correction by the deals and lines that it is about; the rest of it is about none. */
export function parted({ period, component, event, amount, parts }: Caused): readonly DuePart[] {
  const of = { period, component, line: `${period}/${component}/${event ?? 'unexplained'}`, corrects: period };
  const rest = minus(amount, total(parts.map((part) => part.amount)));
  return [...parts, { about: null, within: null, amount: rest }].map((part) => ({ ...of, ...part }));
}
