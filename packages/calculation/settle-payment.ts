import type { PayClause } from '@ledger/events';
import { add, type Exact, equal, exact, isZero, min, neg, ONE, percent, sign, sub, sum, ZERO } from '@ledger/money';
import type { PostedLine } from './book.ts';
import { payClauseIn } from './clauses.ts';
import { grantedOn } from './granted.ts';
import { lawIn } from './law.ts';
import { type Payable, type Payment, type PaymentTerms, payment } from './payment.ts';
import { dayBefore, holds, type Span, windowOf } from './periods.ts';
import { waivedPeriod } from './settle-corrections.ts';
import { begin, isBefore, type SettledPeriod, type Settling } from './settling.ts';
import { roundedTo, step } from './trace-settlement.ts';
import { amountInWords } from './words.ts';

/** What is earned in a period and due for payment at the end of a longer one waits for it (mechanics §20). */
export function settleDeferral(settling: Settling): void {
  const { period, currency, stretches } = settling;
  const terms = payClauseIn(stretches, period);
  const opening = settling.closing('deferred', null);
  const source = terms?.stretch.source ?? {};
  const money = (amount: typeof opening) => amountInWords(amount, currency);
  const due = waitsFor(settling, period);
  if (due === null) {
    if (isZero(opening)) return;
    settling.move('deferred', null, neg(opening));
    const says = `${money(opening)} that was earned before is due for payment now.`;
    const steps = [
      step(
        'deferred',
        'What was earned in earlier periods and not due before.',
        'before',
        { before: opening },
        opening,
      ),
    ];
    settling.post({
      line: 'deferred',
      step: 'deferred',
      amount: opening,
      says,
      steps,
      ...source,
    });
    return;
  }
  const earned = settling.sum();
  settling.move('deferred', null, earned);
  const says = `${money(earned)} is due for payment at the end of ${due.id}.`;
  const steps = [step('deferred', 'What was earned in the period waits.', '0 - earned', { earned }, neg(earned))];
  settling.post({
    line: 'deferred',
    step: 'deferred',
    amount: neg(earned),
    says,
    steps,
    ...source,
  });
}

/** The longer period at the end of which what is due in a pay period is paid; `null`: it is paid in the pay period itself. */
function waitsFor({ book, stretches }: Settling, period: Span): Span | null {
  const every = payClauseIn(stretches, period)?.clause.every ?? 'period';
  const { endsOn } = book.participant;
  if (every === 'period' || (endsOn !== null && endsOn <= period.to)) return null;
  const due = windowOf(period.from, every);
  return due.to > period.to ? due : null;
}

/** The statements whose sums wait until this one, as they were before anything was held or made up for. */
export function waiting(settling: Settling): readonly Settling[] {
  const { book, before, period } = settling;
  if (waitsFor(settling, period) !== null) return [];
  const since = before.findLastIndex((each) => waitsFor(settling, each.period) === null) + 1;
  return before.slice(since).map((each, at) =>
    begin(
      book,
      each.period,
      each.lines.filter((line) => isBefore(line, 'held')),
      before.slice(0, since + at),
    ),
  );
}

/** What is recovered, written off, and too little to be paid (mechanics §12, §20). `uncorrected`: what would be due without corrections. */
export function payable(settling: Settling, uncorrected: () => Exact): void {
  const terms = payClauseIn(settling.stretches, settling.period);
  const toRecover = settling.opening('to-recover', null);
  const carried = settling.opening('carried', null);
  const keeps = lawIn(settling)?.keepsOffset ?? null;
  const all = [settling, ...waiting(settling)];
  const corrected = sum(all.map((each) => sumOf(each, takingBack(each))));
  const isNothingKept = keeps === null || sign(min(settling.sum(), corrected)) >= 0;
  if (terms === null && isZero(toRecover) && isZero(carried) && isNothingKept && !isSuspended(settling)) return;
  const { currency } = settling;
  const mode = terms?.stretch.document.rounding ?? 'half-up';
  const due = add(settling.sum(), carried);
  const asked = termsOf(settling, terms?.clause, keeps);
  const corrections = asked.paysNegative ? ZERO : min(ZERO, corrected);
  const taken = isZero(corrections) ? ZERO : sub(settling.sum(), uncorrected());
  const overpaid = min(ZERO, add(taken, takenOfCarried(settling, all, carried)));
  const result = payment({ due, overpaid, toRecover }, asked, (amount) => roundedTo(amount, currency, mode));
  const by = terms === null ? {} : terms.stretch.source;
  postRecovery(settling, { due, corrections, overpaid, toRecover }, asked, result, by, keeps);
  postWrittenOff(settling, asked, result, by);
  postCarried(settling, carried, asked, result, by);
}

type By = Pick<Parameters<Settling['post']>[0], 'by' | 'cause'>;

/** Corrections, and what of them is waived: only the rest is taken back. */
export function correctionsOf(settling: Settling): Exact {
  return sumOf(settling, isCorrection);
}

function isCorrection(line: PostedLine): boolean {
  return (
    line.kind === 'correction' || (line.kind === 'settlement' && (line.step === 'waived' || line.step === 'spread'))
  );
}

function sumOf({ lines }: Settling, isMeant: (line: PostedLine) => boolean): Exact {
  return sum(lines.flatMap((line) => (isMeant(line) ? [exact(line.amount)] : [])));
}

/**
 * Which lines take back, or give back, what was paid: corrections, and what is waived and spread of them. Where the sums of earlier periods
 * still wait to be paid, what is corrected of these is not among them, since nobody was paid it.
 */
export function takingBack(settling: Settling): (line: PostedLine) => boolean {
  const isOfUnpaid = correctingSince(settling, ({ period }) => waitsFor(settling, period) !== null);
  return (line) => isCorrection(line) && !isOfUnpaid(line);
}

/** How much of what is carried, and was not paid for being too little, is taken back before anybody was paid it, here and in what waits. */
function takenOfCarried(settling: Settling, all: readonly Settling[], carried: Exact): Exact {
  if (isZero(carried)) return ZERO;
  const isOfCarried = correctingSince(settling, ({ balances }) =>
    balances.some(({ balance, closing }) => balance === 'carried' && !isZero(exact(closing))),
  );
  const taken = sum(
    all.map((each) => {
      const takesBack = takingBack(each);
      return sumOf(each, (line) => takesBack(line) && isOfCarried(line));
    }),
  );
  return sign(taken) < 0 ? min(carried, neg(taken)) : ZERO;
}

/** Whether a line corrects, or gives back corrections of, one of the latest periods, all of which are as is asked for. */
function correctingSince(
  { before, book }: Settling,
  isAsked: (statement: SettledPeriod) => boolean,
): (line: PostedLine) => boolean {
  const since = before[before.findLastIndex((statement) => !isAsked(statement)) + 1]?.period.id;
  return (line) => {
    const corrected = line.kind === 'correction' ? line.period : waivedPeriod(line, book);
    return since !== undefined && corrected !== undefined && corrected >= since;
  };
}

/** A plan that says nothing about payment pays what is due; what an earlier one left to be recovered is recovered in full. */
function termsOf(settling: Settling, clause: PayClause | undefined, keeps: string | null): PaymentTerms {
  const { period, hasLeft } = settling;
  const always = clause?.always ?? ['termination'];
  const reasons = [
    always.includes('year-end') && period.to.slice(5) === '01-01' ? 'the year ends' : null,
    always.includes('termination') && hasLeft ? 'the person has left' : null,
    always.includes('underpayment') && sign(correctionsOf(settling)) > 0
      ? 'earlier periods were paid too little'
      : null,
  ].filter((reason) => reason !== null);
  const recover = clause?.recover;
  const inFull = recover === undefined || (hasLeft && recover.onLeaving === 'in-full');
  return {
    minimum: clause?.minimum === undefined || clause.minimum === null ? null : exact(clause.minimum),
    always: clause === undefined ? 'the plan names no minimum' : (reasons[0] ?? null),
    // What may not be taken is not charged either.
    paysNegative: keeps === null && (clause === undefined || clause.negative === 'pay'),
    negativeMinimum:
      hasLeft || clause === undefined || clause.negativeMinimum === null ? null : exact(clause.negativeMinimum),
    recover: {
      share: inFull ? ONE : percent(recover.share),
      atLeast: inFull || recover.atLeast === null ? null : exact(recover.atLeast),
      instalment: inFull || recover.instalment === null ? null : exact(recover.instalment),
    },
    isSuspended: keeps !== null || isSuspended(settling) || (hasLeft && recover?.onLeaving === 'nothing'),
    writeOffUnder: clause === undefined || clause.writeOffUnder === null ? null : exact(clause.writeOffUnder),
  };
}

function postRecovery(
  settling: Settling,
  { due, corrections, overpaid, toRecover }: Payable & { readonly corrections: Exact },
  terms: PaymentTerms,
  { pay, limit, recovery }: Payment,
  by: By,
  keeps: string | null,
): void {
  if (isZero(recovery)) return;
  const { currency } = settling;
  const money = (amount: typeof due) => amountInWords(amount, currency);
  settling.move('to-recover', null, recovery);
  const left = money(settling.closing('to-recover', null));
  const says =
    sign(recovery) > 0
      ? `${money(recovery)} is not charged now: it is carried and recovered from later pay; ${left} is to be recovered in all.`
      : `${money(neg(recovery))} is recovered; ${left} is still to be recovered.`;
  const madeUpFor = equal(corrections, overpaid)
    ? ''
    : ` (${money(corrections)} before what is held, guaranteed, waits or is drawn)`;
  const limitSays = terms.isSuspended
    ? keeps !== null
      ? `${keeps} nothing`
      : settling.hasLeft
        ? 'the person has left and nothing'
        : 'recovery is suspended and nothing'
    : terms.recover.instalment !== null
      ? `an instalment of ${money(terms.recover.instalment)}`
      : `at most ${money(limit)} of ${money(pay)}`;
  const steps = terms.paysNegative
    ? sign(recovery) > 0
      ? [step('negative', `${money(due)} is too little to be charged.`, '0 - due', { due }, recovery)]
      : [step('recovery', 'What was carried before is charged.', '0 - before', { before: toRecover }, recovery)]
    : [
        step(
          'recovery',
          `${money(due)} is due, ${money(overpaid)} of it for what was paid too much${madeUpFor}, and ${money(toRecover)} was to be recovered before; ${limitSays} is taken.`,
          'max(0, due - overpaid) - min(before - overpaid, limit) - due',
          { due, overpaid, before: toRecover, limit },
          recovery,
        ),
      ];
  settling.post({ line: 'recovery', step: 'recovery', amount: recovery, says, steps, ...by });
}

function postWrittenOff(settling: Settling, { writeOffUnder }: PaymentTerms, { writtenOff }: Payment, by: By): void {
  if (isZero(writtenOff) || writeOffUnder === null) return;
  const money = (amount: typeof writtenOff) => amountInWords(amount, settling.currency);
  settling.move('to-recover', null, neg(writtenOff));
  settling.move('written-off', null, writtenOff);
  const says = `${money(writtenOff)} is written off: less than ${money(writeOffUnder)} is not asked back.`;
  const steps = [
    step('rest', 'What would still be to be recovered; no money moves.', 'rest', { rest: writtenOff }, writtenOff),
  ];
  settling.post({ line: 'written-off', step: 'written-off', amount: ZERO, says, steps, keepsZero: true, ...by });
}

function postCarried(
  settling: Settling,
  before: Payment['pay'],
  terms: PaymentTerms,
  { carried, paid }: Payment,
  by: By,
): void {
  const amount = sub(before, carried);
  const hasMoved = !isZero(amount);
  if (!hasMoved) return;
  const money = (each: typeof amount) => amountInWords(each, settling.currency);
  settling.move('carried', null, neg(amount));
  const because = terms.always === null || terms.minimum === null ? '' : `, because ${terms.always}`;
  const says = isZero(carried)
    ? `${money(before)} that was carried is paid, ${money(paid)} in all${because}.`
    : `${money(carried)} is less than the minimum payment of ${money(terms.minimum ?? ZERO)}: it is carried.`;
  const steps = [
    step(
      'carried',
      'What was carried before, less what is carried now.',
      'before - now',
      { before, now: carried },
      amount,
    ),
  ];
  settling.post({ line: 'carried', step: 'carried', amount, says, steps, ...by });
}

/** Whether it was decided that nothing is recovered at the end of the period, as while the debt is disputed. */
function isSuspended({ book, period }: Settling): boolean {
  const lastDay = dayBefore(period.to);
  return grantedOn(book, 'recovery-suspension', lastDay).some(({ terms }) =>
    holds({ from: terms.from, to: terms.until }, lastDay),
  );
}
