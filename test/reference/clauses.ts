import type { Book } from '@ledger/calculation';
import type { DrawClause, ExceptionTerms, GuaranteeClause, PlanDocument } from '@ledger/events';
import { calendarStretch, dayBefore, days, type Stretch, shared } from './calendar.ts';
import { over, type Ratio, type RoundingRule, ratio, read, times, total } from './ratio.ts';
import { newestOn } from './versions.ts';

/** On which days clauses of plans and of decisions are in force, and what their amounts come to (D100, D121, D122, D130). */

export interface Stint<C> {
  readonly clause: C;
  readonly plan: string;
  /** In the list of the plan. */
  readonly place: number;
  readonly rounding: RoundingRule;
  /** Days on which the plan says so. */
  readonly piece: Stretch;
  /** Those on which the clause is in force, if any. */
  readonly stretch: Stretch;
  /** By the clause's own dates; not that of an assignment. */
  readonly end: string | null;
}

/** Later than anything that is drawn. */
const NEVER = '2030-01-01';

interface Assigned {
  readonly plan: string;
  readonly from: string;
  readonly to: string;
}

/** The time that a plan is assigned to somebody who is employed. */
function assigned({ participant }: Book): readonly Assigned[] {
  const employed = { from: participant.startsOn, to: participant.endsOn ?? NEVER };
  return participant.assignments
    .map(({ plan, from, to }) => ({ plan, ...shared({ from, to: to ?? NEVER }, employed) }))
    .filter(({ from, to }) => from < to);
}

function planDocumentOn(book: Book, plan: string, day: string): PlanDocument | undefined {
  return newestOn(book.plans.get(plan), day)?.document;
}

/** Days between which nothing about plans changes. */
function pieces(book: Book, { plan, from, to }: Assigned, more: readonly string[]): readonly Stretch[] {
  const entry = book.plans.get(plan);
  const dates = [
    from,
    to,
    ...more,
    entry?.retiredFrom ?? to,
    ...(entry?.versions ?? []).flatMap((version) => [version.from, version.to ?? to]),
  ].filter((date) => from <= date && date <= to);
  const sorted = [...new Set(dates)].sort();
  return sorted.slice(0, -1).map((date, index) => ({ from: date, to: sorted[index + 1] ?? date }));
}

/** The stretches of a draw, or of the guarantee, oldest first. */
export function stintsOf<C extends DrawClause | GuaranteeClause>(
  book: Book,
  inPlan: (document: PlanDocument) => readonly C[],
  decided: (terms: ExceptionTerms) => C | null,
): readonly Stint<C>[] {
  const ofPlans = assigned(book).flatMap((assignment) =>
    pieces(book, assignment, []).flatMap((piece) => {
      const document = planDocumentOn(book, assignment.plan, piece.from);
      return (document === undefined ? [] : inPlan(document)).flatMap((clause, place) =>
        stint(clause, assignment.from, piece, { plan: assignment.plan, place, rounding: document?.rounding }),
      );
    }),
  );
  const { startsOn, endsOn } = book.participant;
  const ofDecisions = [...(book.exceptions?.values() ?? [])].flatMap(({ exception, terms, isRevoked, expiresOn }) => {
    const clause = decided(terms);
    const all = shared({ from: startsOn, to: endsOn ?? NEVER }, { from: startsOn, to: expiresOn ?? NEVER });
    if (clause === null) return [];
    const piece = isRevoked || all.from >= all.to ? { from: startsOn, to: startsOn } : all;
    return stint(clause, startsOn, piece, { plan: `exception/${exception}`, place: 0, rounding: 'half-up' });
  });
  return [...ofPlans, ...ofDecisions].toSorted((a, b) =>
    a.stretch.from === b.stretch.from ? (a.plan < b.plan ? -1 : 1) : a.stretch.from < b.stretch.from ? -1 : 1,
  );
}

function stint<C extends DrawClause | GuaranteeClause>(
  clause: C,
  begins: string,
  piece: Stretch,
  about: { readonly plan: string; readonly place: number; readonly rounding: RoundingRule | undefined },
): readonly Stint<C>[] {
  const first = clause.from ?? begins;
  const end = clause.until ?? (clause.months === null ? null : sameDayLater(first, Number(clause.months)));
  const inForce = shared(piece, { from: first, to: end ?? NEVER });
  // A clause that is over still says what becomes of what is owed.
  const stretch = inForce.from < inForce.to ? inForce : { from: piece.from, to: piece.from };
  return [{ clause, ...about, rounding: about.rounding ?? 'half-up', piece, stretch, end }];
}

/** The same day of a later month, or its last one. */
function sameDayLater(date: string, months: number): string {
  const month = Number(date.slice(5, 7)) - 1 + months;
  const year = Number(date.slice(0, 4));
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(Number(date.slice(8, 10)), last);
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/** An interval of a clause with its amount, and the last day on which the clause is in force in it. */
export interface Interval {
  readonly stretch: Stretch;
  readonly first: string;
  readonly dueOn: string;
  readonly amount: Ratio;
}

/** By the interval that the terms in p name; all of them that have any day. */
export function intervalsOf(
  stints: readonly Stint<DrawClause | GuaranteeClause>[],
  terms: DrawClause | GuaranteeClause,
  before: string,
): readonly Interval[] {
  const list: Interval[] = [];
  const begin = stints.find(({ stretch }) => stretch.from < stretch.to)?.stretch.from;
  if (begin === undefined) return [];
  for (
    let each = calendarStretch(begin, terms.every);
    each.from < before;
    each = calendarStretch(each.to, terms.every)
  ) {
    const parts = stints
      .map((stint) => ({ stint, stretch: shared(stint.stretch, each) }))
      .filter(({ stretch }) => stretch.from < stretch.to);
    const last = parts.at(-1);
    if (last === undefined) continue;
    const byDays = parts.map(({ stint, stretch }) =>
      times(read(stint.clause.amount), over(ratio(days(stretch)), ratio(days(each)))),
    );
    const amount = last.stint.clause.part === 'whole' ? read(last.stint.clause.amount) : total(byDays);
    list.push({ stretch: each, first: parts[0]?.stretch.from ?? each.from, dueOn: dayBefore(last.stretch.to), amount });
  }
  return list;
}

export function isInForceWithin(stints: readonly Stint<unknown>[], period: Stretch): boolean {
  return stints.some(({ stretch }) => overlap(stretch, period));
}

export function overlap(a: Stretch, b: Stretch): boolean {
  const both = shared(a, b);
  return both.from < both.to;
}

/** What a clause says in a period: the newest that is in force in it; where none is, the newest that has begun. */
export function termsIn<C>(stints: readonly Stint<C>[], period: Stretch): Stint<C> | undefined {
  const begun = stints.filter(({ stretch }) => stretch.from < period.to);
  return begun.findLast(({ stretch }) => overlap(stretch, period)) ?? begun.at(-1);
}

/** The clause `pay` of the plans in force on the last day, up to the end of p, on which any was (D121). */
export function payOn(book: Book, end: string): PlanDocument | null {
  const last = assigned(book)
    .flatMap((assignment) =>
      pieces(book, assignment, [end]).flatMap((piece) => {
        const document = planDocumentOn(book, assignment.plan, piece.from);
        return document === undefined || piece.from >= end ? [] : [{ document, to: piece.to }];
      }),
    )
    .toSorted((a, b) => (a.to < b.to ? -1 : 1))
    .at(-1);
  return last?.document ?? null;
}

export function hasLeft({ participant }: Book, end: string): boolean {
  return participant.endsOn !== null && participant.endsOn <= end;
}

export function isOver(date: string | null, end: string): boolean {
  return date !== null && date <= end;
}
