import type { StatementLine } from '@ledger/events';
import {
  type Exact,
  exact,
  isZero,
  max,
  min,
  minorUnits,
  mul,
  neg,
  ONE,
  percent,
  sign,
  sub,
  sum,
  ZERO,
} from '@ledger/money';
import { type Granted, grantedOn } from './granted.ts';
import { dayBefore, holds, periodBounds } from './periods.ts';
import type { Settling } from './settling.ts';
import { roundedTo, step } from './trace-settlement.ts';
import { amountInWords, brief, percentInWords } from './words.ts';

/**
 * What is held by decision, and released in full or in part (mechanics §13). What is to be held at the end of a period is compared with
 * what was held before it, so that a late fact, a release and a revocation all move the difference.
 */
export function settleHolds(settling: Settling): void {
  const { book, period, before } = settling;
  const lastDay = dayBefore(period.to);
  const inForce = grantedOn(book, 'hold', lastDay).filter(({ terms }) =>
    holds({ from: terms.from, to: terms.until }, lastDay),
  );
  const earlier = (before.at(-1)?.balances ?? []).flatMap(({ balance, of }) =>
    balance === 'held' && of !== null ? [of] : [],
  );
  const byName = new Map(inForce.map((hold) => [hold.exception, hold]));
  for (const name of [...new Set([...byName.keys(), ...earlier])].sort()) holdBack(settling, name, byName.get(name));
}

function holdBack(settling: Settling, name: string, hold: Granted<'hold'> | undefined): void {
  const { currency } = settling;
  const opening = settling.opening('held', name);
  const matching = hold === undefined ? ZERO : max(ZERO, heldLines(settling, hold.terms));
  const released = hold === undefined ? ONE : releasedOf(settling, name);
  const target = roundedTo(mul(matching, sub(ONE, released)), currency, 'half-up');
  const change = sub(target, opening);
  if (isZero(change)) return;
  const money = (amount: Exact) => amountInWords(amount, currency);
  const isHeld = sign(change) > 0;
  const why = hold === undefined ? 'the hold is no longer in force' : `${percentInWords(released)} of it is released`;
  settling.move('held', name, change);
  settling.post({
    line: `${isHeld ? 'held' : 'unheld'}/${name}`,
    step: isHeld ? 'held' : 'unheld',
    amount: neg(change),
    says: brief(
      isHeld
        ? `${money(change)} is held, approved by ${hold?.approvedBy ?? ''}: ${hold?.reason ?? ''}`
        : `${money(neg(change))} of what was held is paid: ${why}.`,
      1000,
    ),
    steps: [
      step(
        'hold',
        `Of ${money(matching)} ${money(target)} is to be held; ${money(opening)} was held before.`,
        `opening - round(matching * (1 - released), ${minorUnits(currency)}, half-up)`,
        { opening, matching, released },
        neg(change),
      ),
    ],
    ...(hold === undefined ? {} : { cause: hold.event }),
    ...(hold?.terms.component == null ? {} : { component: hold.terms.component }),
  });
}

type Terms = Granted<'hold'>['terms'];

/** What the lines of the statements since the hold began come to, as far as it is about them. */
function heldLines({ before, period, lines }: Settling, terms: Terms): Exact {
  const since = before.filter((each) => each.period.to > terms.from).flatMap((each) => each.lines);
  const own = period.to > terms.from ? lines : [];
  return sum([...since, ...own].map((line) => heldOf(line, terms)));
}

function heldOf(line: StatementLine, { component, deal }: Terms): Exact {
  if (component !== null && line.component !== component) return ZERO;
  if (deal === null) return line.kind !== 'settlement' || line.step === 'adjustment' ? exact(line.amount) : ZERO;
  if (line.kind === 'earning') return line.deal === deal ? exact(line.amount) : ZERO;
  if (line.kind === 'settlement') return ZERO;
  // A correction names what each deal has to do with it.
  const own = (line.trace.steps ?? []).filter((each) => each.step === 'deal' && each.says.startsWith(`${deal}: `));
  return sum(own.map(({ result }) => exact(result ?? '0')));
}

/** The share that was released by the end of the period. */
function releasedOf({ book, period }: Settling, name: string): Exact {
  const shares = grantedOn(book, 'release', dayBefore(period.to))
    .filter(({ terms }) => terms.hold === name && periodBounds(terms.period).from < period.to)
    .map(({ terms }) => percent(terms.share));
  return min(sum(shares), ONE);
}
