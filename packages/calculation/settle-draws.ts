import type { DrawClause } from '@ledger/events';
import { exact, isZero, min, mul, neg, ONE, percent, sign, sum, ZERO } from '@ledger/money';
import {
  drawNamed,
  drawNames,
  type InForce,
  type Instalment,
  inForce,
  instalmentsIn,
  standing,
  windowOfSum,
} from './clauses.ts';
import { type DrawDue, type Drawn, drawn } from './draw.ts';
import { decisions, isExpired } from './granted.ts';
import { lawIn } from './law.ts';
import { dayBefore, periodBounds, shared } from './periods.ts';
import type { Settling } from './settling.ts';
import { earnedInWords, instalmentsStep, over, roundedTo, roundingSteps, step } from './trace-settlement.ts';
import { amountInWords, brief, percentInWords } from './words.ts';

/** A draw in a period: its terms, and what is due of it. */
interface Standing {
  readonly terms: InForce<DrawClause>;
  readonly instalments: readonly Instalment[];
  readonly due: DrawDue;
}

/** Draws: what is advanced, what is paid back, what is forgiven at the end (mechanics §10). */
export function settleDraws(settling: Settling): void {
  const standings = drawNames(settling.stretches, settling.period).flatMap((name) => drawIn(settling, name));
  const all = drawn(standings.map(({ due }) => due)).flatMap((result, at) => {
    const one = standings[at];
    return one === undefined ? [] : [{ ...one, result }];
  });
  for (const each of all) postAdvance(settling, each, each.result);
  for (const each of all) postRecovered(settling, each, each.result);
  for (const { terms } of all) forgive(settling, terms);
  forgiveByDecision(settling);
}

function drawIn(settling: Settling, name: string): readonly Standing[] {
  const { stretches, period, hasLeft, currency } = settling;
  const clauses = inForce(stretches, drawNamed(name));
  const terms = standing(clauses, period);
  if (terms === undefined) return [];
  const { clause } = terms;
  const owed = settling.opening('owed', name);
  const window = windowOfSum('each', clause.every, period);
  const instalments = instalmentsIn(clauses, clause.every, { from: window.from, to: period.to }).filter(
    ({ dueOn }) => dueOn >= period.from && dueOn < period.to,
  );
  const [first] = instalments;
  // In the middle of its interval a draw waits for the interval's end.
  if (first === undefined && clauses.some((each) => shared(each, period) !== null)) return [];
  if (first === undefined && isZero(owed)) return [];
  const isKept = hasLeft && (clause.onLeaving === 'nothing' || (lawIn(settling)?.keepsDraws ?? null) !== null);
  const inFull = hasLeft && clause.onLeaving === 'in-full' && !isKept;
  const hasBegun = !isKept && (clause.recoverFrom === null || clause.recoverFrom < period.to);
  const mode = terms.rounding;
  const due: DrawDue = {
    name,
    draw: first === undefined ? null : sum(instalments.map(({ amount }) => amount)),
    earned: settling.earnedSince(
      first !== undefined && first.since < period.from ? first.since : period.from,
      'draw',
      clause.earningsOf,
    ),
    isRecoverable: clause.kind === 'recoverable',
    isOnTop: clause.kind === 'on-top',
    owed,
    protectsFloor: clause.protectFloor && !inFull,
    share: inFull ? ONE : hasBegun ? percent(clause.recover) : ZERO,
    mostShare: clause.recoverMost === undefined || inFull ? null : percent(clause.recoverMost),
    mostOwed: clause.mostOwed === null ? null : exact(clause.mostOwed),
    round: (amount) => roundedTo(amount, currency, mode),
  };
  return [{ terms, instalments, due }];
}

function postAdvance(
  settling: Settling,
  { terms, instalments, due }: Standing,
  { left, draw, room, advance }: Drawn,
): void {
  if (isZero(advance)) return;
  const { currency } = settling;
  const money = (amount: typeof advance) => amountInWords(amount, currency);
  const missing = due.isOnTop ? draw : over(draw, left);
  const mode = terms.rounding;
  const says = due.isOnTop
    ? `${money(advance)} beside what is earned: draw ${due.name}, not to be paid back.`
    : `${money(advance)} ahead of earnings: draw ${due.name}, ${due.isRecoverable ? 'recoverable' : 'not to be paid back'}.`;
  const steps = [
    instalmentsStep('draw-amount', 'draw', instalments, currency),
    due.isOnTop
      ? step(['draw', 'missing'], 'Nothing that was earned is set against it.', 'draw', { draw }, missing)
      : step(
          ['draw', 'missing'],
          `${money(left)} of what ${earnedInWords(terms.clause)} is set against a draw of ${money(draw)}.`,
          'max(0, draw - earned)',
          { draw, earned: left },
          missing,
        ),
    ...roundingSteps('missing', missing, currency, mode),
  ];
  if (room !== null) {
    const rounded = roundedTo(missing, currency, mode);
    const most = `At most ${money(exact(terms.clause.mostOwed ?? '0'))} may be owed: room for ${money(room)}.`;
    steps.push(step('most-owed', most, 'min(missing, room)', { missing: rounded, room }, advance));
  }
  if (due.isRecoverable) settling.move('owed', due.name, advance);
  settling.post({ line: `draw/${due.name}`, step: 'draw', amount: advance, says, steps, ...terms.source });
}

function postRecovered(
  settling: Settling,
  { terms, due }: Standing,
  { floor, taken, above, most, recovered }: Drawn,
): void {
  if (isZero(recovered)) return;
  const { currency } = settling;
  const money = (amount: typeof recovered) => amountInWords(amount, currency);
  const part = min(due.owed, mul(due.share, above));
  const exactly = most === null ? part : min(part, most);
  const limit =
    most === null
      ? ''
      : `, and no more than ${money(most)}, ${percentInWords(due.mostShare ?? ZERO)} of what was earned`;
  const others = isZero(taken) ? '' : ' - taken';
  const kept = isZero(floor) ? 'Nothing of what was earned is protected' : `${money(floor)} is paid in any case`;
  const steps = [
    step(
      ['above', 'above'],
      `${kept}: ${money(above)} of ${money(due.earned)} may pay back.`,
      `max(0, earned${isZero(floor) ? '' : ' - floor'}${others})`,
      { earned: due.earned, ...(isZero(floor) ? {} : { floor }), ...(isZero(taken) ? {} : { taken }) },
      above,
    ),
    step(
      ['draw-recovered', 'amount'],
      `${percentInWords(due.share)} of it, but no more than the ${money(due.owed)} that is owed${limit}: ${money(exactly)}.`,
      `0 - min(owed, share * above${most === null ? '' : ', most'})`,
      { owed: due.owed, share: due.share, above, ...(most === null ? {} : { most }) },
      neg(exactly),
    ),
    ...roundingSteps('amount', neg(exactly), currency, terms.rounding),
  ];
  settling.move('owed', due.name, neg(recovered));
  const says = `${money(recovered)} of draw ${due.name} is paid back; ${money(settling.closing('owed', due.name))} is still owed.`;
  const line = `draw/${due.name}/recovered`;
  settling.post({ line, step: 'draw-recovered', amount: neg(recovered), says, steps, ...terms.source });
}

/** What is still owed when a draw that is forgiven at its end is over, or when somebody leaves who then owes nothing. */
function forgive(settling: Settling, { clause, source, until }: InForce<DrawClause>): void {
  const { period, currency, hasLeft } = settling;
  const owed = settling.closing('owed', clause.name);
  if (sign(owed) <= 0) return;
  const isOver = clause.atEnd === 'forgive' && until !== null && until <= period.to;
  const isGone = hasLeft && clause.onLeaving === 'forgive';
  if (!isOver && !isGone) return;
  const why = isOver ? `it ended before ${until}` : 'the person has left';
  settling.move('owed', clause.name, neg(owed));
  settling.move('forgiven', clause.name, owed);
  const says = `${amountInWords(owed, currency)} of draw ${clause.name} is forgiven: ${why}.`;
  const line = `draw/${clause.name}/forgiven`;
  const steps = [step('owed', 'What is owed and will not be paid back; no money moves.', 'owed', { owed }, owed)];
  settling.post({ line, step: 'draw-forgiven', amount: ZERO, says, steps, keepsZero: true, ...source });
}

/** What somebody decided that need not be paid back: once, in the statement that it is for or the first that is still open. */
function forgiveByDecision(settling: Settling): void {
  const { book, before, period, currency } = settling;
  for (const entry of decisions(book)) {
    const { exception, terms, reason, approvedBy, isRevoked, event } = entry;
    if (isExpired(entry, dayBefore(period.to))) continue;
    if (terms.kind !== 'draw-forgiveness' || isRevoked || periodBounds(terms.period).from >= period.to) continue;
    const line = `draw/${terms.draw}/forgiven/${exception}`;
    if (before.some(({ lines }) => lines.some((each) => each.line === line))) continue;
    const owed = settling.closing('owed', terms.draw);
    const forgiven = terms.amount === null ? owed : min(owed, exact(terms.amount));
    settling.move('owed', terms.draw, neg(forgiven));
    settling.move('forgiven', terms.draw, forgiven);
    const says = brief(
      `${amountInWords(forgiven, currency)} of draw ${terms.draw} is forgiven, approved by ${approvedBy}: ${reason}`,
      1000,
    );
    const inputs = { owed, ...(terms.amount === null ? {} : { most: exact(terms.amount) }) };
    const formula = terms.amount === null ? 'owed' : 'min(owed, most)';
    const steps = [step('owed', 'What is owed and will not be paid back; no money moves.', formula, inputs, forgiven)];
    settling.post({ line, step: 'draw-forgiven', amount: ZERO, says, steps, cause: event, keepsZero: true });
  }
}
