import { type Books, type Ledger, openBooks } from '@ledger/application';
import type { Book } from '@ledger/calculation';
import { decode, type Statement } from '@ledger/events';
import { canonical } from '@ledger/kernel';
import { type Due, dueIn } from '../reference/due.ts';
import { Refusal } from '../reference/formulas.ts';
import { isNothing, type Ratio, readExact, total, write } from '../reference/ratio.ts';
import { sound } from '../support/company.ts';

/** What the naive evaluator says that each statement of a ledger should come to, from what was known when it was frozen. */

export interface FrozenStatement {
  readonly asOf: string;
  readonly statement: Statement;
}

/** Every frozen statement in the order of the log, those of freezes before a reopening too. */
export async function frozenIn({ store }: Ledger): Promise<readonly FrozenStatement[]> {
  const found: FrozenStatement[] = [];
  for (let after = 0n; ; ) {
    const page = await store.readAll({ after, limit: 500 });
    for (const stored of page) {
      after = stored.position;
      const { event } = decode(stored);
      if (event.type === 'PayoutFrozen') found.push({ asOf: event.data.asOf, statement: event.data.statement });
    }
    if (page.length === 0) return found;
  }
}

/** The statements that count: of a period that was frozen twice, the second one, and what came after it. */
export function inForce<S extends { readonly period: string }>(posted: readonly S[], period: string): readonly S[] {
  return posted.filter((each) => each.period < period);
}

/** Opens the books as of positions, each once. */
export function booksOf(ledger: Ledger): (asOf: string, participant: string) => Promise<Book> {
  const opened = new Map<string, Books>();
  return async (asOf, participant) => {
    const books = opened.get(asOf) ?? sound(await openBooks(ledger, BigInt(asOf)));
    opened.set(asOf, books);
    return sound(await books.book(participant));
  };
}

export type Opinion = { readonly due: Due } | { readonly refused: string };

export function opinion(book: Book, period: string, posted: readonly Due[]): Opinion {
  try {
    return { due: dueIn(book, period, posted) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.code };
    throw error;
  }
}

type Named = readonly (readonly [string, Ratio])[];

/** A statement in figures; what comes to nothing may be left out on either side. */
function figures(lines: Named, balances: Named, sum: Ratio): string {
  const told = (list: Named) => {
    const sums = Map.groupBy(list, ([name]) => name);
    const added = [...sums].map(([name, all]) => [name, total(all.map(([, amount]) => amount))] as const);
    return added
      .filter(([, amount]) => !isNothing(amount))
      .map(([name, amount]) => `${name} ${write(amount)}`)
      .sort();
  };
  return canonical({ lines: told(lines), balances: told(balances), total: write(sum) });
}

/** The figures of a statement: corrections by what they are about, since the reference does not know their causes. */
export function figuresOf({ lines, balances = [], total: sum }: Statement): string {
  const named = lines.map((line) => {
    const name = line.kind === 'correction' ? `correction ${line.period} ${line.component}` : line.line;
    return [name, readExact(line.amount)] as const;
  });
  const closing = balances.map(
    ({ balance, of, closing: amount }) => [of === null ? balance : `${balance} ${of}`, readExact(amount)] as const,
  );
  return figures(named, closing, readExact(sum));
}

export function figuresDue({ lines, corrections, said, total: sum }: Due): string {
  const named = [
    ...lines.map(({ component, what, deal, amount, window, periodId }) => {
      const name = what === 'deal' ? `${component}/${deal}` : `${component}/${what}/${window?.id ?? periodId}`;
      return [name, amount] as const;
    }),
    ...corrections.map(({ period, component, amount }) => [`correction ${period} ${component}`, amount] as const),
    ...said.settled.map(({ line, amount }) => [line, amount] as const),
  ];
  return figures(named, [...said.balances], sum);
}
