import type { ExceptionTerms } from '@ledger/events';
import { type Exact, exact, isZero, max, min, neg, sub, sum, ZERO } from '@ledger/money';
import type { ExceptionEntry, PostedLine } from './book.ts';
import { correctionParts } from './correction-parts.ts';
import { decidedInWords, decisions, isExpired } from './granted.ts';
import { dayBefore, periodBounds } from './periods.ts';
import { isKeyOf, WAIVED_BY_POLICY } from './settle-corrections.ts';
import { givenBefore } from './settle-positives.ts';
import type { Settling } from './settling.ts';
import { step } from './trace-settlement.ts';
import { amountInWords, brief } from './words.ts';

/**
 * What corrections of one earlier period have taken back, in this statement and those before it, less what was given back for it. A
 * correction that is itself corrected takes its waiver with it; so does one that is revoked. One that has expired waives nothing more,
 * and what is undone of what it waived still goes with it.
 * Of several, each waives what those that were approved before it leave: nothing is given back twice.
 */
export function waiveByDecision(settling: Settling): void {
  const { book, period, before, lines, currency } = settling;
  const decided = decisions(book).flatMap((entry) => {
    const { terms } = entry;
    return terms.kind === 'waiver' && periodBounds(terms.period).from < period.to ? [{ entry, terms }] : [];
  });
  if (decided.length === 0) return;
  const all = [...before.flatMap((each) => each.lines), ...lines];
  const waivers = decided.map(({ entry, terms }): Waiver => {
    const line = `waived/${entry.exception}`;
    const posted = sum(all.flatMap((each) => (each.line === line ? [exact(each.amount)] : [])));
    return { entry, terms, line, posted };
  });
  const byPlan = givenBefore(settling);
  const waivedBy = new Map<Waiver, Exact>();
  for (const waiver of waivers.toSorted((a, b) => a.entry.order - b.entry.order)) {
    const { entry, posted } = waiver;
    const isOver = !entry.isRevoked && isExpired(entry, dayBefore(period.to));
    const most = entry.isRevoked ? ZERO : waivable(waiver, { lines: all, byPlan, others: waivedBy });
    waivedBy.set(waiver, isOver ? min(posted, most) : most);
  }
  for (const waiver of waivers) {
    const { entry, terms, line, posted } = waiver;
    const waived = waivedBy.get(waiver) ?? ZERO;
    const amount = sub(waived, posted);
    if (isZero(amount)) continue;
    const says = `${amountInWords(waived, currency)} of what corrections of ${terms.period} took back is waived; ${entry.exception} ${decidedInWords(entry)}`;
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
      cause: entry.isRevoked ? entry.changedBy : entry.event,
      ...(terms.component === null ? {} : { component: terms.component }),
    });
  }
}

type Terms = Extract<ExceptionTerms, { kind: 'waiver' }>;

interface Waiver {
  readonly entry: ExceptionEntry;
  readonly terms: Terms;
  /** Name of its lines, and what they come to so far. */
  readonly line: string;
  readonly posted: Exact;
}

/** What a waiver gives back in all, beside what plans and `others` do. */
function waivable(
  { terms }: Waiver,
  {
    lines: all,
    byPlan,
    others,
  }: {
    readonly lines: readonly PostedLine[];
    readonly byPlan: ReadonlyMap<string, Exact>;
    readonly others: ReadonlyMap<Waiver, Exact>;
  },
): Exact {
  const { cause, period, component } = terms;
  const corrections = all.filter((each) => isAbout(each, terms));
  const amountsOf = (lines: readonly PostedLine[]) => lines.map((each) => exact(each.amount));
  const rivals = [...others].filter(([other]) => meets(other.terms, terms));
  const byOthers = rivals.map(([, waived]) => waived);
  const given = [...byPlan].flatMap(([key, amount]) => (isKeyOf(key, period, component) ? [amount] : []));
  const ofAll = taken([...amountsOf(corrections), ...byOthers, ...given]);
  if (cause === undefined) return ofAll;
  const caused = corrections.filter((each) => each.kind === 'correction' && each.cause === cause);
  const byAlike = rivals.flatMap(([other, waived]) => (other.terms.cause === cause ? [waived] : []));
  return min(ofAll, min(taken([...amountsOf(caused), ...byAlike]), lostSince(corrections, cause)));
}

/** What amounts take back together. */
function taken(amounts: readonly Exact[]): Exact {
  return max(ZERO, neg(sum(amounts)));
}

/** Whether two waivers may be about the same correction. */
function meets(one: Terms, other: Terms): boolean {
  const isOne = one.component === null || other.component === null || one.component === other.component;
  return one.period === other.period && isOne;
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
  return taken(moved);
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
