import { type Replay, replay } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { add, exact, minorUnits, sub, toDecimalText, ZERO } from '@ledger/money';
import { resolveAsOf } from './as-of.ts';
import { openBooks } from './books.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import type { AsOf } from './statements.ts';

export interface ReplayAnswer {
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  readonly participants: readonly { readonly participant: string; readonly replay: Replay }[];
  /** By currency. */
  readonly totals: Readonly<
    Record<string, { readonly frozen: string; readonly replayed: string; readonly delta: string }>
  >;
}

/**
 * What frozen periods would be under the book as it is: per person and component, with the cause of each difference. Writes
 * nothing.
 */
export async function replayPeriods(
  ledger: Ledger,
  ask: AsOf & {
    readonly from: string;
    readonly to: string;
    readonly participant?: string | undefined;
    readonly onProgress?: (done: number, of: number) => void;
  },
): Promise<ReplayAnswer | Problem> {
  const wrong = checkPeriodId(ask.from) ?? checkPeriodId(ask.to);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  const frozen = [...books.periods.values()].filter(
    ({ state, period }) => state === 'frozen' && ask.from <= period && period <= ask.to,
  );
  if (frozen.length === 0) {
    return problem(
      'period_unknown',
      `No period from ${ask.from} to ${ask.to} is frozen as of ${asOf}; a replay compares with what was frozen.`,
    );
  }
  const people = ask.participant === undefined ? [...books.participants.keys()].sort() : [ask.participant];
  const participants: { participant: string; replay: Replay }[] = [];
  for (const [done, participant] of people.entries()) {
    ask.onProgress?.(done, people.length);
    const history = await books.history(participant);
    if (isProblem(history)) return history;
    const replayed = replay(history, ask.from, ask.to);
    if (replayed.rows.length > 0 || replayed.problems.length > 0) participants.push({ participant, replay: replayed });
  }
  ask.onProgress?.(people.length, people.length);
  return { asOf: String(asOf), from: ask.from, to: ask.to, participants, totals: totalsOf(participants) };
}

function totalsOf(participants: ReplayAnswer['participants']): ReplayAnswer['totals'] {
  const sums = new Map<string, { frozen: typeof ZERO; replayed: typeof ZERO }>();
  for (const { replay: replayed } of participants) {
    for (const row of replayed.rows) {
      const { frozen, replayed: now } = sums.get(row.currency) ?? { frozen: ZERO, replayed: ZERO };
      sums.set(row.currency, { frozen: add(frozen, exact(row.frozen)), replayed: add(now, exact(row.replayed)) });
    }
  }
  return Object.fromEntries(
    [...sums]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, { frozen, replayed }]) => {
        const text = (value: typeof ZERO) => toDecimalText(value, minorUnits(currency), 'half-up');
        return [currency, { frozen: text(frozen), replayed: text(replayed), delta: text(sub(replayed, frozen)) }];
      }),
  );
}
