import { type Exact, exact, isZero, max, min, neg, sub, sum, ZERO } from '@ledger/money';
import type { PostedLine } from './book.ts';
import { correctionParts } from './correction-parts.ts';
import { decidedInWords, decisions, isExpired } from './granted.ts';
import { dayBefore, periodBounds } from './periods.ts';
import { WAIVED_BY_POLICY } from './settle-corrections.ts';
import type { Settling } from './settling.ts';
import { step } from './trace-settlement.ts';
import { amountInWords, brief } from './words.ts';

/**
 * What corrections of one earlier period have taken back, in this statement and those before it, less what was given back for it. A
 * correction that is itself corrected takes its waiver with it; so does one that is revoked. One that has expired waives nothing more.
 */
export function waiveByDecision(settling: Settling): void {
  const { book, period, before, lines, currency } = settling;
  for (const entry of decisions(book)) {
    const { exception, terms, isRevoked, event, changedBy } = entry;
    if (terms.kind !== 'waiver' || periodBounds(terms.period).from >= period.to) continue;
    if (!isRevoked && isExpired(entry, dayBefore(period.to))) continue;
    const line = `waived/${exception}`;
    const all = [...before.flatMap((each) => each.lines), ...lines];
    const taken = (lines: typeof all) => max(ZERO, neg(sum(lines.map((each) => exact(each.amount)))));
    const corrections = all.filter((each) => isAbout(each, terms));
    const { cause } = terms;
    const caused = corrections.filter((each) => each.kind === 'correction' && each.cause === cause);
    const waivable =
      cause === undefined
        ? taken(corrections)
        : min(lostSince(corrections, cause), min(taken(caused), taken(corrections)));
    const waived = isRevoked ? ZERO : waivable;
    const posted = sum(all.flatMap((each) => (each.line === line ? [exact(each.amount)] : [])));
    const amount = sub(waived, posted);
    if (isZero(amount)) continue;
    const says = `${amountInWords(waived, currency)} of what corrections of ${terms.period} took back is waived; ${exception} ${decidedInWords(entry)}`;
    const steps = [
      step('waived', 'What is waived, less what was before.', 'waived - before', { waived, before: posted }, amount),
    ];
    settling.move('written-off', null, amount);
    settling.post({
      line,
      step: 'waived',
      amount,
      says: brief(says, 1000),
      steps,
      cause: isRevoked ? changedBy : event,
      ...(terms.component === null ? {} : { component: terms.component }),
    });
  }
}

/** What the lines that an event has moved come to less since: what is undone of it is waived no more, whatever else was corrected. */
function lostSince(corrections: readonly PostedLine[], cause: string): Exact {
  const lines = corrections.flatMap((line) => (line.kind === 'correction' ? [line] : []));
  const moved = [...Map.groupBy(lines, ({ component }) => component).values()].flatMap((own) => {
    const since = own.slice(own.findIndex((line) => line.cause === cause));
    const names = new Set(
      since.flatMap((line) => (line.cause === cause ? correctionParts(line) : [])).map(({ name }) => name),
    );
    return since.flatMap(correctionParts).flatMap(({ name, amount }) => (names.has(name) ? [amount] : []));
  });
  return max(ZERO, neg(sum(moved)));
}

/** Corrections that it waives, and what a policy has waived of them already. */
function isAbout(
  line: PostedLine,
  { period, component }: { readonly period: string; readonly component: string | null },
): boolean {
  if (line.kind === 'correction') return line.period === period && (component === null || line.component === component);
  const about = `${WAIVED_BY_POLICY}${period}/`;
  return line.line.startsWith(about) && (component === null || line.line === about + component);
}
