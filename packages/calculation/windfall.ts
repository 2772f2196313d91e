import type { Attribute, Windfall } from '@ledger/events';
import {
  add,
  cmp,
  div,
  type Exact,
  exact,
  isZero,
  max,
  min,
  mul,
  neg,
  percent,
  sign,
  sub,
  sum,
  ZERO,
} from '@ledger/money';
import type { Book } from './book.ts';
import { exchange, rateFor } from './exchange.ts';
import { type Granted, grantedOn } from './granted.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { type Calculated, type DealBasis, dealAbout, type WindfallPaidBasis } from './line.ts';
import { dayBefore, daysIn, periodBounds, type Span, windowOf, windowsIn } from './periods.ts';
import type { Reporting } from './reporting.ts';
import type { Stage } from './stage.ts';
import { quotaMissing } from './target.ts';
import { quotaUnder } from './team-quota.ts';
import { roundedTo } from './trace-settlement.ts';
import { amountInWords, percentInWords } from './words.ts';

/** A deal whose earning is held, and what was paid of it so far. */
interface Held {
  readonly deal: string;
  readonly closedOn: string;
  readonly inForce: ComponentInForce;
  readonly from: string;
  readonly amount: Exact;
  paid: Exact;
}

/**
 * Windfalls (mechanics §14): what a flagged deal earns is taken out as a line of its own in the pay period of the deal, and paid, in
 * part, in parts or not at all, by lines of their own from the period on that an approved decision names.
 */
export function windfalls(book: Book, component: string, { report }: Reporting): Stage {
  const held: Held[] = [];
  return {
    next: (period, lines) => {
      const made: Calculated[] = [];
      let left = max(ZERO, sum(lines.map(({ exact: amount }) => amount)));
      for (const line of lines) {
        const { basis, deal, closedOn, inForce } = line;
        const clause = inForce.component.document.windfall;
        if (clause === undefined || basis.kind !== 'deal' || deal === null || closedOn === null) continue;
        const earned = sum(lines.filter((each) => dealAbout(each) === deal).map(({ exact: amount }) => amount));
        if (sign(earned) <= 0) continue;
        const flags = flagsOf(book, clause, basis, earned);
        if ('code' in flags) report(inForce, period.id, deal, flags);
        else if (flags.length > 0) {
          const amount = min(earned, left);
          const shape = { kind: 'windfall', flags, earned, left } as const;
          if (isZero(amount)) continue;
          made.push(lineOf('windfall', { deal, closedOn, inForce }, period, neg(amount), shape));
          held.push({ deal, closedOn, inForce, from: period.from, amount, paid: ZERO });
          left = sub(left, amount);
        }
      }
      for (const each of held) {
        const decision = decisionOn(book, component, each, period);
        if (decision === undefined) continue;
        const basis = dueOf(book, each, decision, period);
        const amount = sub(basis.due, each.paid);
        each.paid = basis.due;
        if (!isZero(amount)) made.push(lineOf('windfall-paid', each, period, amount, basis));
      }
      return made;
    },
  };
}

function lineOf(
  kind: 'windfall' | 'windfall-paid',
  { deal, closedOn, inForce }: Pick<Held, 'deal' | 'closedOn' | 'inForce'>,
  period: Span,
  amount: Exact,
  basis: Calculated['basis'],
): Calculated {
  const line = `${inForce.component.id}/${kind}/${deal}`;
  return { line, inForce, period: period.id, deal, closedOn, exact: amount, basis };
}

/**
 * The newest decision on the deal whose period has begun, so that an earlier one counts until a later one takes its place; one that
 * names the component comes before one for all of them only by being newer.
 */
function decisionOn(book: Book, component: string, { deal }: Held, { to }: Span): Granted<'windfall'> | undefined {
  return windfallDecisions(book, component, deal, dayBefore(to)).findLast(
    ({ terms }) => periodBounds(terms.period).from < to,
  );
}

/** Decisions that hold on a day on what a component holds of a deal, from whichever period on; the newest is the last. */
export function windfallDecisions(
  book: Pick<Book, 'exceptions'>,
  component: string,
  deal: string,
  day: string,
): readonly Granted<'windfall'>[] {
  return grantedOn(book, 'windfall', day).filter(
    ({ terms }) => terms.deal === deal && (terms.component === null || terms.component === component),
  );
}

/** What is to be paid of it up to the end of a period. */
function dueOf(
  { calendar }: Book,
  { amount, from, paid, inForce }: Held,
  decision: Granted<'windfall'>,
  period: Span,
): WindfallPaidBasis {
  const { treatment, period: first } = decision.terms;
  const begins = periodBounds(first).from;
  const number = windowsIn({ from: begins > from ? begins : from, to: period.to }, calendar.cadence).length;
  const { currency, rounding } = inForce.planVersion.document;
  const due = () => {
    switch (treatment.by) {
      case 'pay':
        return amount;
      case 'forfeit':
        return ZERO;
      case 'cap':
        return min(amount, exact(treatment.amount));
      case 'bonus':
        return exact(treatment.amount);
      case 'share':
        return mul(amount, percent(treatment.share));
      case 'instalments': {
        const count = exact(String(treatment.count));
        const each = roundedTo(div(amount, count), currency, rounding);
        return number >= treatment.count ? amount : mul(each, exact(String(number)));
      }
      default:
        return treatment satisfies never;
    }
  };
  return { kind: 'windfall-paid', decision, held: amount, number, due: due(), paid };
}

/** Of a window without a quota, or with one of 0, whatever is paid there. */
function noAttainment(measure: string, window: Span): Obstacle {
  const says = `the quota for ${measure} in ${window.id} is not assigned, or 0, so the windfall clause has no attainment to look at; assign one, or take attainment-over out of the clause`;
  return { code: 'quota_missing', says, scope: window.id };
}

/** Why a deal is a windfall, in words; nothing where it is none. */
function flagsOf(
  book: Book,
  clause: Windfall,
  { credit, rated }: DealBasis,
  earned: Exact,
): readonly string[] | Obstacle {
  const { deal, weighed, inForce } = credit;
  const { planVersion } = inForce;
  const { currency } = planVersion.document;
  const { window, target, unit } = rated.context;
  const flags: string[] = [];
  const { dealOver, earningOver, quotaShareOver, attainmentOver, closedWithin } = clause;
  if (dealOver !== null) {
    const rate = deal.currency === currency ? undefined : rateFor(book, deal, planVersion);
    if (deal.currency !== currency && rate === undefined) {
      const says = `the windfall clause compares the deal in ${currency}, and there is no exchange rate ${deal.currency}/${currency} by the exchange of the plan; record one`;
      return { code: 'rate_missing', says };
    }
    const amount = exact(deal.amount);
    const worth =
      deal.currency === currency || rate === undefined ? amount : exchange(amount, deal.currency, currency, rate);
    if (cmp(worth, exact(dealOver)) > 0) flags.push(`the deal is over ${amountInWords(exact(dealOver), currency)}`);
  }
  if (earningOver !== null && cmp(earned, exact(earningOver)) > 0) {
    flags.push(`it earns more than ${amountInWords(exact(earningOver), currency)}`);
  }
  const { measure } = inForce.component.document;
  if (quotaShareOver !== null) {
    const year = windowOf(deal.closedOn, 'year');
    const quota = quotaUnder(book, inForce.component.document, measure, year, weighed.measure.unit);
    if (quota === null) return quotaMissing(measure, year);
    if ('code' in quota) return quota;
    const over = percent(quotaShareOver);
    if (cmp(weighed.measure.credited, mul(quota.value, over)) > 0) {
      flags.push(`it is over ${percentInWords(over)} of the quota of ${year.id}`);
    }
  }
  if (attainmentOver !== null) {
    if (target === null) return noAttainment(measure, window);
    const over = percent(attainmentOver);
    const reached = add(rated.before.at, rated.unit.amounts.measured);
    if (cmp(reached, mul(target.value, over)) > 0) {
      flags.push(`attainment is over ${percentInWords(over)} with ${amountInWords(reached, unit)}`);
    }
  }
  if (closedWithin !== null) {
    const opened = dateOf(deal.attributes[closedWithin.after]);
    if (opened !== null && opened <= deal.closedOn) {
      const days = daysIn({ from: opened, to: deal.closedOn });
      if (days < closedWithin.days) flags.push(`it closed ${days} days after ${closedWithin.after}`);
    }
  }
  return flags;
}

/** A date, or text that is one. */
function dateOf(attribute: Attribute | undefined): string | null {
  if (typeof attribute === 'object' && 'date' in attribute) return attribute.date;
  return typeof attribute === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(attribute) ? attribute : null;
}
