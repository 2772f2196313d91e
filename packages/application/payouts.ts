import type { PeriodEntry } from '@ledger/calculation';
import { paymentName } from '@ledger/decisions';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { add, exact, sign, ZERO } from '@ledger/money';
import { type MoneyRow, type Outcome, paymentsView, payoutKey, type RunsRow, runsKey } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { amountText } from './differences.ts';
import { periodEntry } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import type { AsOf } from './statements.ts';

/**
 * Where the money of a statement is. `frozen`: payable, and in no run yet; `in-run`: with payroll; `paid`; `returned`: it came back and
 * is payable again; `nothing`: there is nothing to pay; `negative`: it takes money back, which no payment can.
 */
export const PAYOUT_STATES = ['frozen', 'in-run', 'paid', 'returned', 'nothing', 'negative'] as const;
export type PayoutStanding = (typeof PAYOUT_STATES)[number];

/** One payment of a statement, in the run that it was released with. */
export interface Payment {
  /** `<period>.<participant>.<run>`: payroll repeats it in what it sends back. */
  readonly payment: string;
  readonly run: number;
  readonly currency: string;
  readonly amount: string;
  /** Digest of the statement. */
  readonly statement: string;
  readonly state: 'in-run' | 'paid' | 'returned';
  readonly paidOn: string | null;
  readonly returnedOn: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
}

export interface Payout {
  readonly participant: string;
  readonly currency: string;
  /** Total of the frozen statement. */
  readonly amount: string;
  readonly state: PayoutStanding;
  readonly statement: string;
  /** In the order of the runs; the last one is what counts. */
  readonly payments: readonly Payment[];
}

export interface PayoutsAnswer {
  readonly asOf: string;
  readonly period: string;
  readonly state: PeriodEntry['state'];
  readonly runs: RunsRow['runs'];
  /** By participant. */
  readonly payouts: readonly Payout[];
  /** Sums by state, then by currency. */
  readonly totals: Readonly<Partial<Record<PayoutStanding, Readonly<Record<string, string>>>>>;
}

/** Where the money of a period is: each frozen statement with its payments, as of a position. */
export async function payoutsOf(
  ledger: Ledger,
  ask: AsOf & { readonly period: string },
): Promise<PayoutsAnswer | Problem> {
  const wrong = checkPeriodId(ask.period);
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  return payoutsAt(ledger, ask.period, asOf);
}

/** The same at a position that the views have reached. */
export async function payoutsAt({ views }: Ledger, period: string, asOf: bigint): Promise<PayoutsAnswer | Problem> {
  const entry = await periodEntry({ views }, period, asOf);
  if (entry === undefined) {
    return problem(
      'period_unknown',
      `Period "${period}" is not open as of ${asOf}; open it, or ask about one that is.`,
      '/period',
    );
  }
  const { state } = entry;
  const runsRow = await views.get(paymentsView, runsKey(period), asOf);
  const money = runsRow === undefined ? NO_RUNS : (JSON.parse(runsRow) as RunsRow);
  const { runs } = money;
  const rows = await views.list(paymentsView, `${period}/`, asOf);
  const payouts = rows.flatMap((each) => payoutOf(JSON.parse(each.row) as MoneyRow, money) ?? []);
  return { asOf: String(asOf), period, state, runs, payouts, totals: totalsByState(payouts) };
}

/** The payments of one statement, in the order of their runs; reads its row alone. */
export async function paymentsTo(
  { views }: Pick<Ledger, 'views'>,
  { period, participant }: { readonly period: string; readonly participant: string },
  asOf: bigint,
): Promise<readonly Payment[]> {
  const row = await views.get(paymentsView, payoutKey(period, participant), asOf);
  const runsRow = await views.get(paymentsView, runsKey(period), asOf);
  if (row === undefined || runsRow === undefined) return [];
  return paymentsOf(JSON.parse(row) as MoneyRow, JSON.parse(runsRow) as RunsRow);
}

const NO_RUNS: Pick<RunsRow, 'runs' | 'reopened'> = { runs: [], reopened: [] };

/** Where the money of one statement is; nowhere, where it no longer counts and nothing was ever paid of it. */
function payoutOf(row: MoneyRow, money: Pick<RunsRow, 'runs' | 'reopened'>): Payout | null {
  const payments = paymentsOf(row, money);
  const inForce = row.statements.findLast(({ freeze }) => freeze === money.reopened.length + 1);
  const newest = row.statements.at(-1);
  if (newest === undefined) throw new Error(`${row.participant} has money in ${row.period} and no statement`);
  if (inForce === undefined && payments.length === 0) return null;
  // Whoever has no statement after a reopening is due nothing, whatever was paid and came back.
  const statement = inForce ?? { ...newest, total: amountText(ZERO, newest.currency) };
  const last = payments.at(-1);
  const { currency, total: amount, digest } = statement;
  const due = sign(exact(amount));
  const unpaid = due > 0 ? 'frozen' : due < 0 ? 'negative' : 'nothing';
  // A statement that was frozen again after its payment came back is another one: what counts is whether it is payable.
  const state = last === undefined ? unpaid : last.state === 'returned' && due <= 0 ? unpaid : last.state;
  return { participant: row.participant, currency, amount, state, statement: digest, payments };
}

/**
 * The payments of a statement. A run holds what was payable at the position that it names: frozen by then, more than nothing, and
 * every earlier payment of it returned by then.
 */
function paymentsOf(
  { period, participant, statements, outcomes }: MoneyRow,
  { runs, reopened }: Pick<RunsRow, 'runs' | 'reopened'>,
): readonly Payment[] {
  const payments: Payment[] = [];
  for (const { run, asOf } of runs) {
    const isKnown = ({ position }: { readonly position: string }): boolean => BigInt(position) <= BigInt(asOf);
    const freeze = 1 + reopened.filter((position) => isKnown({ position })).length;
    const statement = statements.findLast((each) => isKnown(each) && each.freeze === freeze);
    if (statement === undefined || sign(exact(statement.total)) <= 0) continue;
    const isBack = (earlier: Payment): boolean =>
      outcomes.some((each) => each.run === earlier.run && each.outcome === 'returned' && isKnown(each));
    if (!payments.every(isBack)) continue;
    const { currency, total: amount, digest } = statement;
    const own = outcomes.filter((each) => each.run === run);
    payments.push({
      payment: paymentName(period, participant, run),
      run,
      currency,
      amount,
      statement: digest,
      ...becameOf(own),
    });
  }
  return payments;
}

function becameOf(own: readonly Outcome[]): Pick<Payment, 'state' | 'paidOn' | 'returnedOn' | 'reference' | 'reason'> {
  const paid = own.find(({ outcome }) => outcome === 'paid');
  const returned = own.find(({ outcome }) => outcome === 'returned');
  return {
    state: returned === undefined ? (paid === undefined ? 'in-run' : 'paid') : 'returned',
    paidOn: paid?.on ?? null,
    returnedOn: returned?.on ?? null,
    reference: returned?.reference ?? paid?.reference ?? null,
    reason: returned?.reason ?? null,
  };
}

/** Amounts added up by currency, to its minor unit. */
export function sumsOf(
  amounts: readonly { readonly currency: string; readonly amount: string }[],
): Readonly<Record<string, string>> {
  const sums = new Map<string, typeof ZERO>();
  for (const { currency, amount } of amounts) sums.set(currency, add(sums.get(currency) ?? ZERO, exact(amount)));
  return Object.fromEntries([...sums].sort().map(([currency, sum]) => [currency, amountText(sum, currency)]));
}

/** Sums by state, then by currency. */
export function totalsByState(payouts: readonly Payout[]): PayoutsAnswer['totals'] {
  return Object.fromEntries(
    PAYOUT_STATES.flatMap((state) => {
      const own = payouts.filter((each) => each.state === state);
      return own.length === 0 ? [] : [[state, sumsOf(own)]];
    }),
  );
}
