import type { Balance, Code, StatementLine } from '@ledger/events';
import { type Exact, exact, isZero, neg, sub, sum, ZERO } from '@ledger/money';
import type { Book, PostedLine } from './book.ts';
import { clashIn, hasClauses, otherCurrencyIn, stretchesOf } from './clauses.ts';
import { hasTreatments } from './corrections.ts';
import { movesEarnings } from './granted.ts';
import { sayLaw, unknownLaw } from './law.ts';
import type { Interval, Span } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { settleAdjustments } from './settle-adjustments.ts';
import { spreadCorrections, waiveByPolicy } from './settle-corrections.ts';
import { settleDraws } from './settle-draws.ts';
import { settleGuarantee } from './settle-guarantee.ts';
import { settleHolds } from './settle-holds.ts';
import { payable, settleDeferral, takingBack, waiting } from './settle-payment.ts';
import { waiveCorrections } from './settle-positives.ts';
import { waiveByDecision } from './settle-waivers.ts';
import { begin, type SettledPeriod, type Settling } from './settling.ts';

/**
 * What happens to a statement after everything was earned and corrected (domain.md §4, mechanics §10, §12, §20): always in the order of
 * SETTLEMENT_STEPS, each a line of its own. What is carried from one statement to the next is a balance; it moves only by lines that
 * were posted, so a late fact never changes what was owed or carried before it was known.
 */

/** Whether there is anything to settle at all: what a plan does not say costs nothing. */
export function settles(
  book: Book,
  before: { readonly balances?: readonly Balance[] | undefined } | undefined,
): boolean {
  if ([...(book.exceptions?.values() ?? [])].some(({ terms }) => !movesEarnings(terms.kind))) return true;
  return (
    hasClauses(book) ||
    hasTreatments(book) ||
    (before?.balances?.some(({ closing }) => !isZero(exact(closing))) ?? false)
  );
}

/** Lines and balances that settlement adds to what a period has earned and corrects. */
export function settlePeriod(
  book: Book,
  period: Span,
  earned: readonly StatementLine[],
  before: readonly SettledPeriod[],
): SettledPeriod & { readonly lines: readonly StatementLine[] } {
  const settling = begin(book, period, earned, before);
  settleAdjustments(settling);
  waiveByPolicy(settling);
  waiveByDecision(settling);
  waiveCorrections(settling);
  spreadCorrections(settling);
  const corrected = [...settling.lines];
  settleDue(settling);
  payable(settling, () => dueUncorrected(settling, corrected));
  const owed = settling.balances().filter(({ balance }) => balance === 'owed');
  sayLaw(
    settling,
    owed.map(({ closing }) => exact(closing)),
  );
  return { period, lines: settling.posted(), balances: settling.balances() };
}

/** From what is earned and corrected to what is due for payment. */
function settleDue(settling: Settling): void {
  settleHolds(settling);
  settleGuarantee(settling);
  settleDeferral(settling);
  settleDraws(settling);
}

/** What would be due if nothing that was paid were corrected: what a draw makes up for, or a hold keeps, is not taken from pay. */
function dueUncorrected(corrected: Settling, lines: readonly PostedLine[]): Exact {
  const { book, period, before } = corrected;
  const takesBack = takingBack(corrected);
  const settling = begin(
    book,
    period,
    lines.filter((line) => !takesBack(line)),
    before,
  );
  settling.move('deferred', null, neg(takenOfWaiting(corrected)));
  settleDue(settling);
  return settling.sum();
}

/** What corrections of what was paid took from sums that wait until now; what a hold keeps, or a guarantee makes up for, they did not. */
function takenOfWaiting(corrected: Settling): Exact {
  return sum(
    waiting(corrected).map((each) => {
      const { book, period, before, lines } = each;
      const takesBack = takingBack(each);
      if (!lines.some(takesBack)) return ZERO;
      const without = begin(
        book,
        period,
        lines.filter((line) => !takesBack(line)),
        before,
      );
      for (const one of [each, without]) {
        settleHolds(one);
        settleGuarantee(one);
      }
      return sub(each.sum(), without.sum());
    }),
  );
}

/** What nobody can say: which of two plans at once rules, or what money of another currency is worth in pay. */
export function settlementProblems(
  book: Book,
  period: Interval & { readonly id: string },
): readonly CalculationProblem[] {
  const { participant, currency } = book.participant;
  const stopped = (code: Code, cause: string): readonly CalculationProblem[] => {
    const message = `${participant}, ${period.id}: ${cause}.`;
    return [{ code, message, participant, period: period.id, component: null, deal: null, cause }];
  };
  const unknown = unknownLaw(book, period);
  if (unknown !== null) {
    const { jurisdiction, day } = unknown;
    return stopped(
      'jurisdiction_missing',
      `they work in jurisdiction ${jurisdiction}, of which nothing is known on ${day}; define it for that day`,
    );
  }
  const stretches = stretchesOf(book);
  const other = otherCurrencyIn(stretches, period, currency);
  if (other !== null) {
    return stopped(
      'plan_currency',
      `plan ${other.plan} has draws, a guarantee or terms of pay in ${other.currency}, and the person is paid in ${currency}; write them in a plan in ${currency}, or as a decision about the person`,
    );
  }
  const clash = clashIn(stretches, period);
  if (clash === null) return [];
  const [one, another] = clash.plans;
  return stopped(
    'clause_twice',
    `${inWords(one)} and ${inWords(another)} both have ${clash.says} on the same days; end one of them, or keep it in one place`,
  );
}

function inWords(source: string): string {
  return source.startsWith('exception/') ? source.replace('/', ' ') : `plan ${source}`;
}
