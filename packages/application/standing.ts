import { type Book, type CalculationProblem, type Ladder, ladders, payEvery, periodBounds } from '@ledger/calculation';
import { type Balance, type PayClause, type StatementLine, streamOf } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { exact, sum } from '@ledger/money';
import { resolveAsOf } from './as-of.ts';
import { openBooks } from './books.ts';
import { amountText } from './differences.ts';
import type { Ledger } from './ledger.ts';
import { dayAt } from './moment.ts';
import { type Payout, payoutsAt } from './payouts.ts';
import { type AsOf, type StatementState, statementOf } from './statements.ts';
import { type Worth, worthOf } from './worth.ts';

export type { Ladder } from '@ledger/calculation';

/** What somebody is paid for a period and when, and how far they have come: the head of a statement. */
export interface Standing {
  readonly asOf: string;
  /** The business day that pace speaks of. */
  readonly on: string;
  readonly participant: string;
  readonly period: string;
  readonly state: StatementState;
  readonly digest: string | null;
  /** When it was frozen; `null` while open, and where nothing was due. */
  readonly frozenAt: string | null;
  readonly currency: string;
  readonly total: string;
  /** What the components earned in the period, corrections of earlier ones, and what settlement did: they add up to the total. */
  readonly earned: string;
  readonly corrected: string;
  readonly settled: string;
  readonly pay: Pay;
  readonly ladders: readonly (Ladder & { readonly worth: Worth | null })[];
  readonly problems: readonly CalculationProblem[];
}

export interface Pay {
  /** How often the plan pays what is due; `null`: the plan does not say, and every statement is paid. */
  readonly every: PayClause['every'] | null;
  /** Where the money is; `null` while the period is open. */
  readonly standing: Payout['state'] | null;
  readonly paidOn: string | null;
  /** What is carried to later statements, as earned and not due, or held; what is owed. */
  readonly balances: readonly Balance[];
  /** When it is paid, in a sentence. */
  readonly says: string;
}

export async function standingOf(
  ledger: Ledger,
  ask: AsOf & { readonly participant: string; readonly period: string },
): Promise<Standing | Problem> {
  const { participant, period } = ask;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const answer = await statementOf(ledger, { participant, period, asOf: String(asOf) });
  if (isProblem(answer)) return answer;
  const { state, digest, statement } = answer;
  // What is frozen is measured as it was, whatever is known since.
  const books = await openBooks(ledger, BigInt(answer.asOf), participant);
  if (isProblem(books)) return books;
  const book = await books.book(participant);
  if (isProblem(book)) return book;
  const on = await dayAt(ledger, ask.asOf, asOf);
  const { ladders: bare, problems } = ladders(book, period, on);
  const climbed: (Ladder & { readonly worth: Worth | null })[] = [];
  for (const ladder of bare) {
    // What another deal would be worth is tried on a copy of the log, which is not there while the log is away.
    const isTold = state !== 'frozen' && ledger.standsAt === undefined;
    const worth = !isTold ? null : await worthOf(ledger, { books, participant, period, on, ladder });
    climbed.push({ ...ladder, worth });
  }
  const { currency, lines, total } = statement;
  const summed = (kind: StatementLine['kind']) =>
    amountText(sum(lines.flatMap((line) => (line.kind === kind ? [exact(line.amount)] : []))), currency);
  const pay = await payOf(ledger, { book, participant, period, asOf, state, balances: statement.balances ?? [] });
  return {
    ...{ asOf: String(asOf), on, participant, period, state, digest, currency, total },
    frozenAt: digest === null ? null : await frozenAt(ledger, ask, asOf),
    ...{ earned: summed('earning'), corrected: summed('correction'), settled: summed('settlement') },
    ...{ pay, ladders: climbed, problems },
  };
}

async function frozenAt(
  { store }: Ledger,
  { participant, period }: { readonly participant: string; readonly period: string },
  asOf: bigint,
): Promise<string | null> {
  const stored = await store.read(streamOf.payout(period, participant));
  return stored.findLast(({ type, position }) => type === 'PayoutFrozen' && position <= asOf)?.recordedAt ?? null;
}

async function payOf(
  ledger: Ledger,
  of: {
    readonly book: Book;
    readonly participant: string;
    readonly period: string;
    readonly asOf: bigint;
    readonly state: StatementState;
    readonly balances: readonly Balance[];
  },
): Promise<Pay> {
  const { book, participant, period, asOf, state, balances } = of;
  const every = payEvery(book, periodBounds(period));
  const found = state !== 'frozen' ? null : await payoutsAt(ledger, period, asOf);
  const payout =
    found === null || isProblem(found) ? null : found.payouts.find((each) => each.participant === participant);
  const last = payout?.payments.at(-1);
  const standing = state !== 'frozen' ? null : (payout?.state ?? 'nothing');
  return {
    every,
    standing,
    paidOn: last?.paidOn ?? null,
    balances,
    says: saysOf(standing, every, last?.paidOn ?? null),
  };
}

const EVERY: Readonly<Record<PayClause['every'], string>> = {
  period: 'every period',
  quarter: 'once a quarter',
  half: 'once in half a year',
  year: 'once a year',
};

function saysOf(standing: Pay['standing'], every: Pay['every'], paidOn: string | null): string {
  switch (standing) {
    case null: {
      const often =
        every === null || every === 'period' ? '' : ` Your plan pays ${EVERY[every]}; the rest waits until then.`;
      return `Not final yet: finance freezes the period, then a pay run releases it to payroll.${often}`;
    }
    case 'frozen':
      return 'Final, and waiting for the next pay run.';
    case 'in-run':
      return 'Released to payroll, which has not confirmed the payment yet.';
    case 'paid':
      return paidOn === null ? 'Paid.' : `Paid on ${paidOn}.`;
    case 'returned':
      return 'The payment came back; it goes into the next pay run.';
    case 'nothing':
      return 'There is nothing to pay for this period.';
    case 'negative':
      return 'The statement takes money back, which later pay makes up for.';
    default:
      return standing satisfies never;
  }
}
