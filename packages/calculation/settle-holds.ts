import type { SettlementStep, TraceStep } from '@ledger/events';
import {
  add,
  div,
  type Exact,
  equal,
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
import type { Book, ExceptionEntry, PostedLine } from './book.ts';
import { correctionParts } from './correction-parts.ts';
import { decidedInWords, type Granted, grantedOn, isExpired } from './granted.ts';
import { dayBefore, holds, periodBounds, type Span } from './periods.ts';
import { spreadOf, waivedPeriod } from './settle-corrections.ts';
import { givenBackIn } from './settle-positives.ts';
import type { Settling } from './settling.ts';
import { roundedTo, step } from './trace-settlement.ts';
import { amountInWords, brief, percentInWords } from './words.ts';

/**
 * What is held by decision, and released in full or in part (mechanics §13). What is to be held at the end of a period is compared with
 * what was held before it, so that a late fact, a release and a revocation all move the difference. Several holds of one line hold it
 * once: earned is what may be paid and what is held, whatever is decided.
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
  if (inForce.length === 0 && earlier.length === 0) return;
  const targets = targetsOf(settling, inForce);
  const byName = new Map(targets.map((target) => [target.hold.exception, target]));
  for (const name of [...new Set([...byName.keys(), ...earlier])].sort()) holdBack(settling, name, byName.get(name));
}

/** What is to be held at the end of the period by one decision. */
interface Target {
  readonly hold: Granted<'hold'>;
  /** What the lines come to that it is about. */
  readonly matching: Exact;
  readonly released: Exact;
  readonly releases: readonly Granted<'release'>[];
  /** What wider holds, or older ones, hold of them already. */
  readonly others: Exact;
  readonly amount: Exact;
}

/** The wider hold takes a line first, so that one of everything leaves nothing to charge; of two alike, the older one. */
function targetsOf(settling: Settling, inForce: readonly Granted<'hold'>[]): readonly Target[] {
  const { currency } = settling;
  const statements = [...settling.before, { period: settling.period, lines: settling.lines }];
  const covered = new Map<Part, Exact>();
  const parts = partsOfLines(settling, statements, inForce);
  return [...inForce]
    .sort((a, b) => narrowness(a.terms) - narrowness(b.terms) || a.order - b.order)
    .map((hold) => {
      const releases = releasesOf(settling, hold.exception);
      const released = releasedBy(releases);
      const share = sub(ONE, released);
      const about = parts.filter((part) => isAbout(part, hold.terms, settling.book));
      let [sums, others] = [ZERO, ZERO];
      for (const part of about) {
        sums = add(sums, part.amount);
        others = add(others, mul(part.amount, min(covered.get(part) ?? ZERO, share)));
      }
      const matching = isZero(others) ? max(ZERO, sums) : sums;
      const amount = max(
        ZERO,
        sub(roundedTo(mul(matching, share), currency, 'half-up'), roundedTo(others, currency, 'half-up')),
      );
      // Where what it is about comes to nothing, nothing is held by it, and what takes away is set against what others hold.
      if (sign(amount) > 0) for (const part of about) covered.set(part, max(covered.get(part) ?? ZERO, share));
      return { hold, matching, released, releases, others: roundedTo(others, currency, 'half-up'), amount };
    });
}

function narrowness({ component, deal, period, line }: Terms): number {
  return [component, deal, period, line].filter((scope) => scope != null).length;
}

function holdBack(settling: Settling, name: string, target: Target | undefined): void {
  const { currency } = settling;
  const opening = settling.opening('held', name);
  const { hold, matching, released, releases, others, amount } = target ?? NO_LONGER;
  const change = sub(amount, opening);
  if (isZero(change)) return;
  const money = (sum: Exact) => amountInWords(sum, currency);
  const isHeld = sign(change) > 0;
  const over = settling.book.exceptions?.get(name);
  const elsewhere = isZero(others) ? '' : `, and ${money(others)} is held by other decisions`;
  const why =
    hold === undefined
      ? `paid: ${endedInWords(over, dayBefore(settling.period.to)).replace(/\.$/, '')}`
      : isZero(released)
        ? `held no more: what the hold is about comes to ${money(matching)} by now${elsewhere}`
        : `paid: ${percentInWords(released)} of ${money(matching)} is released${elsewhere}`;
  const units = minorUnits(currency);
  // What is paid of a hold that is over is about the same component.
  const component = over?.terms.kind === 'hold' ? over.terms.component : null;
  // What ended it: its revocation, or else the decision itself, by its own terms.
  const cause = hold?.event ?? (over?.isRevoked === true ? over.changedBy : over?.event);
  const steps = releases.length === 0 ? [] : [releaseStep(releases, released)];
  settling.move('held', name, change);
  settling.post({
    line: `${isHeld ? 'held' : 'unheld'}/${name}`,
    step: isHeld ? 'held' : 'unheld',
    amount: neg(change),
    says: brief(
      isHeld
        ? `${money(change)} is held, approved by ${hold?.approvedBy ?? ''}: ${hold?.reason ?? ''}`
        : `${money(neg(change))} of what was held is ${why}.`,
      1000,
    ),
    steps: [
      isZero(others)
        ? step(
            'hold',
            `Of ${money(matching)} ${money(amount)} is to be held; ${money(opening)} was held before.`,
            `opening - round(matching * (1 - released), ${units}, half-up)`,
            { opening, matching, released },
            neg(change),
            steps,
          )
        : step(
            'hold',
            `Of ${money(matching)} ${money(amount)} is to be held; ${money(others)} of it is held by other decisions, and ${money(opening)} was held before.`,
            `opening - max(0, round(matching * (1 - released), ${units}, half-up) - others)`,
            { opening, matching, released, others },
            neg(change),
            steps,
          ),
    ],
    ...(cause === undefined ? {} : { cause }),
    ...(component === null ? {} : { component }),
  });
}

/** Why a hold holds nothing by the end of a period. */
function endedInWords(over: ExceptionEntry | undefined, lastDay: string): string {
  if (over?.isRevoked === true) return `hold ${over.exception} ${decidedInWords(over)}`;
  if (over !== undefined && isExpired(over, lastDay)) return `hold ${over.exception} expired on ${over.expiresOn}`;
  const until = over?.terms.kind === 'hold' && 'until' in over.terms ? over.terms.until : null;
  return until === null || until > lastDay
    ? 'the hold is no longer in force'
    : `hold ${over?.exception} was until ${until}`;
}

const NO_LONGER = {
  hold: undefined,
  matching: ZERO,
  released: ONE,
  releases: [],
  others: ZERO,
  amount: ZERO,
} as const;

/** By which decisions how much of a hold is released. */
function releaseStep(releases: readonly Granted<'release'>[], released: Exact): TraceStep {
  const by = releases.map(({ exception, terms, approvedBy, reason }) => {
    return `${percentInWords(percent(terms.share))} by ${exception}, approved by ${approvedBy}: ${brief(reason, 200)}`;
  });
  const shares = releases.map(({ terms }, at) => [`share${at + 1}`, percent(terms.share)] as const);
  return {
    ...step(
      ['release', 'released'],
      `Released: ${by.join('; ')}`,
      `min(1, ${shares.map(([name]) => name).join(' + ')})`,
      Object.fromEntries(shares),
      released,
    ),
    events: releases.map(({ event }) => event),
  };
}

type Terms = Granted<'hold'>['terms'];

/** A line of a statement, or the part of a correction that one deal has. */
interface Part {
  /** The statement. */
  readonly posted: Span;
  readonly line: PostedLine;
  /** Name of the line in its component, of a correction that of the line which it corrects; `null`: of none alone. */
  readonly name: string | null;
  /** `null`: what is about no deal alone. */
  readonly deal: string | null;
  readonly amount: Exact;
  /** Name of the line that brings a part of a correction; left out where that is the line itself. */
  readonly within?: string | undefined;
  /** The earlier period and component of which a line gives back, as `keyOf` names them. */
  readonly gives?: string | undefined;
}

/**
 * What can be held: earnings, corrections, what of these is waived or spread, and adjustments. A correction is taken apart where a hold
 * is about one deal; what is spread is about what the corrections are about that are.
 */
function partsOfLines(
  settling: Settling,
  statements: readonly { readonly period: Span; readonly lines: readonly PostedLine[] }[],
  inForce: readonly Granted<'hold'>[],
): readonly Part[] {
  const namesDeals = inForce.some(({ terms }) => terms.deal !== null || terms.line !== undefined);
  const isNarrow = inForce.some(({ terms }) => narrowness(terms) > 0);
  const givesBack = (line: PostedLine) => line.kind === 'settlement' && line.step === 'waived';
  const given =
    isNarrow && statements.some(({ lines }) => lines.some(givesBack)) ? givenBackIn(statements, settling.book) : [];
  return statements.flatMap(({ period: posted, lines }, at) =>
    lines.flatMap((line): readonly Part[] => {
      const amount = exact(line.amount);
      if (line.kind === 'settlement') {
        if (!HELD_STEPS.has(line.step)) return NO_PARTS;
        const spread = isNarrow && line.step === 'spread' ? spreadOf(line, statements, settling) : [];
        const waived = givesBack(line) ? (given[at]?.get(line.line) ?? []) : [];
        if (spread.length === 0) return partsGivenBack(posted, line, [...waived]);
        return spread.flatMap((each) => partsOfCorrection(each.line, posted, each.amount, namesDeals, line.line));
      }
      if (line.kind === 'earning') {
        const name = line.line.slice(line.component.length + 1);
        return [{ posted, line, name, deal: dealNamed(name), amount }];
      }
      return partsOfCorrection(line, posted, amount, namesDeals);
    }),
  );
}

/** A line by the earlier periods and components of which it gives back, and the rest of it. */
function partsGivenBack(posted: Span, line: PostedLine, parts: readonly (readonly [string, Exact])[]): readonly Part[] {
  const of = { posted, line, name: null, deal: null };
  const rest = sub(exact(line.amount), sum(parts.map(([, amount]) => amount)));
  return [
    ...parts.map(([gives, amount]) => ({ ...of, amount, gives })),
    ...(isZero(rest) ? [] : [{ ...of, amount: rest }]),
  ];
}

/** A correction, or an amount that is a part of it, by what its lines have to do with it. */
function partsOfCorrection(
  line: Extract<PostedLine, { readonly kind: 'correction' }>,
  posted: Span,
  amount: Exact,
  namesDeals: boolean,
  within?: string,
): readonly Part[] {
  if (!namesDeals) return [{ posted, line, name: null, deal: null, amount, within }];
  const whole = exact(line.amount);
  if (within !== undefined && isZero(whole)) return NO_PARTS;
  const share = equal(amount, whole) ? ONE : div(amount, whole);
  return correctionParts(line).map(({ name, amount: own }) => {
    return { posted, line, name, deal: name === null ? null : dealNamed(name), amount: mul(own, share), within };
  });
}
const NO_PARTS: readonly Part[] = [];

/**
 * The deal that a line is about, by its name in the component: what is held, released or taken back of a deal has a line of its own.
 * What others lose because a deal came back is about theirs.
 */
export function dealNamed(name: string): string | null {
  const [first = '', ...rest] = name.split('/');
  const last = (rest.at(-1) ?? first).replace(/~\d+$/, '');
  return first !== 'returned-credit' && last.includes('.') ? last : null;
}

const HELD_STEPS: ReadonlySet<SettlementStep> = new Set(['adjustment', 'waived', 'spread']);

function isAbout({ posted, line, name: own, deal, within, gives }: Part, terms: Terms, book: Book): boolean {
  if (posted.to <= terms.from) return false;
  const [givesOf = waivedPeriod(line, book), component = line.component] = gives?.split('/') ?? [];
  if (terms.component !== null && component !== terms.component) return false;
  if (terms.deal !== null && deal !== terms.deal) return false;
  const { period, line: name } = terms;
  // What is learned later about what is held is held, too.
  if (period === undefined) return true;
  const isIn = posted.id === period;
  const corrects = line.kind === 'correction' && line.period === period;
  if (name === undefined) return isIn || corrects || givesOf === period;
  // What a correction of another period has to do with the line of that name is no part of this one.
  const isNamed = line.line === name || within === name;
  return (isIn && isNamed) || (corrects && own !== null && name === `${line.component}/${own}`);
}

/** The decisions that release something of a hold by the end of the period. */
function releasesOf({ book, period }: Settling, name: string): readonly Granted<'release'>[] {
  return grantedOn(book, 'release', dayBefore(period.to)).filter(
    ({ terms }) => terms.hold === name && periodBounds(terms.period).from < period.to,
  );
}

/** The share that they release together. */
function releasedBy(releases: readonly Granted<'release'>[]): Exact {
  return min(sum(releases.map(({ terms }) => percent(terms.share))), ONE);
}
