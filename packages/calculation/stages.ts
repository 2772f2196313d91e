import type { Component } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import type { Book } from './book.ts';
import { budgeting } from './budget.ts';
import { type Calculation, calculate } from './calculate.ts';
import { capping } from './cap.ts';
import { contesting } from './contest.ts';
import { flooring } from './floor.ts';
import { forfeiting } from './forfeit.ts';
import { groupCapping } from './group-cap.ts';
import type { Calculated } from './line.ts';
import { losing } from './lost-deals.ts';
import { scoring } from './objectives.ts';
import { componentsThat, paysAtEnd } from './otherwise.ts';
import { periodsFrom, type Span } from './periods.ts';

import { PHASE_IN, phasedIn } from './phase-in.ts';
import { planCapped } from './plan-cap.ts';

import type { CalculationProblem } from './problem.ts';
import { releasing } from './release.ts';
import { type Reporting, reporting } from './reporting.ts';
import { hasReturns } from './returned.ts';
import { returning } from './returning.ts';
import { NO_LINES, type Seen, type Stage, type StagedLines } from './stage.ts';
import { streaking } from './streak.ts';
import { windfalls } from './windfall.ts';

/** What the stages made of every component that yields something, by its id. */
export interface Staged {
  readonly lines: ReadonlyMap<string, StagedLines>;
  readonly problems: readonly CalculationProblem[];
}

/** What the stages of a component work with. */
interface Surroundings {
  readonly book: Book;
  readonly upTo: string;
  readonly calculation: Calculation;
  readonly reported: Reporting;
  /** What the stages saw of others, where that may be asked again. */
  readonly seen: Seen[];
}

/**
 * The stages of one component, in the order in which docs/plan-language.md prints them: up to the caps of one person, which are a
 * matter of that person and of the deals shared with others …
 */
function stagesOfOne(component: string, { book, upTo, calculation, reported, seen }: Surroundings): readonly Stage[] {
  const stages: Stage[] = [];
  const of = (member: Book) => calculate(member, upTo, staged);
  if (someVersion(book, component, ({ streak }) => streak !== undefined)) {
    stages.push(streaking(book, component, calculation, reported));
  }
  if (someVersion(book, component, ({ objectives }) => objectives !== undefined)) {
    stages.push(scoring(book, component, calculation, reported));
  }
  if (someVersion(book, component, ({ contest }) => contest !== undefined)) {
    stages.push(contesting(book, component, calculation, upTo, of, reported, seen));
  }
  if (someVersion(book, component, ({ groupCap }) => groupCap !== undefined)) {
    stages.push(groupCapping(book, component, upTo, of, reported));
  }
  const lost = losing(book, calculation.silent.get(component));
  if (lost !== null) stages.push(lost);
  if (someVersion(book, component, ({ floor }) => floor?.period !== undefined)) stages.push(flooring());
  stages.push(capping(book, calculation.windows, reported));
  return stages;
}

/** … and those that look at what is left of everybody. */
function stagesOfAll(component: string, { book, upTo, calculation, reported }: Surroundings): readonly Stage[] {
  const stages: Stage[] = [];
  if (someVersion(book, component, ({ budget }) => budget !== undefined)) {
    stages.push(budgeting(book, component, upTo, reported, capped));
  }
  const forfeits = forfeiting(book);
  if (forfeits !== null) stages.push(forfeits);
  if (someVersion(book, component, ({ windfall }) => windfall !== undefined)) {
    stages.push(windfalls(book, component, reported));
  }
  if (someVersion(book, component, (document) => hasReturns(document, 'period-of-return'))) {
    stages.push(returning(book, calculation.silent.get(component)));
  }
  return stages;
}

const CAPPED = alongside<Book, Map<string, Staged>>();

interface Made {
  readonly ofEach: ReadonlyMap<string, StagedLines>;
  readonly staged: Staged;
  /** What contests showed of others. */
  readonly seen: readonly Seen[];
}
/** What was made of a calculation last: of several books where what they look at is the same. */
const LAST = alongside<Calculation, Made>();

/** Every component after the caps of one person, worked out once for each book. */
function capped(book: Book, upTo: string): Staged {
  let ofBook = CAPPED.get(book);
  if (ofBook === undefined) {
    ofBook = new Map();
    CAPPED.set(book, ofBook);
  }
  let known = ofBook.get(upTo);
  if (known === undefined) {
    const calculation = calculate(book, upTo, staged);
    known = cappedOf(book, upTo, calculation);
    ofBook.set(upTo, known);
  }
  return known;
}

/**
 * What nobody else has a part in is as it was made of the same calculation before; so is what contests are a part of, where they show the
 * same of others.
 */
function cappedOf(book: Book, upTo: string, calculation: Calculation): Staged {
  const known = LAST.get(calculation);
  const before = known?.staged.problems.length === 0 ? known : undefined;
  const ofGroups = componentsThat(book, ({ groupCap }) => groupCap !== undefined);
  const isSeenAlike = ofGroups.length === 0 && before?.seen.every(({ answer, again }) => again(book) === answer);
  if (before !== undefined && isSeenAlike) return before.staged;
  const shared = new Set([...ofGroups, ...componentsThat(book, ({ contest }) => contest !== undefined)]);
  const seen: Seen[] = [];
  const reported = reporting(book.participant.participant, calculation.problems);
  const asBefore = (component: string) => (shared.has(component) ? undefined : before?.ofEach.get(component));
  const ofEach = through(calculation.lines, stagesOfOne, { book, upTo, calculation, reported, seen }, asBefore);
  const isAsBefore =
    before !== undefined && reported.problems.length === 0 && areSame(before.ofEach, ofEach, haveSameLines);
  if (isAsBefore) {
    LAST.set(calculation, { ...before, seen });
    return before.staged;
  }
  const lines = planCapped(book, upTo, ofEach, reported);
  const made = { lines, problems: reported.problems };
  LAST.set(calculation, { ofEach, staged: made, seen });
  return made;
}

function haveSameLines(a: StagedLines, b: StagedLines): boolean {
  return areSame(
    a,
    b,
    (some, others) => some.length === others.length && some.every((line, at) => line === others[at]),
  );
}

function areSame<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>, says: (a: V, b: V) => boolean): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !(value === other || says(value, other))) return false;
  }
  return true;
}

const ALL_STAGES = alongside<Staged, Staged>();

/** Every component after all stages, and what a plan that comes in step by step adds: what is earned, whenever it may be paid. */
export function staged(book: Book, upTo: string): Staged {
  const alone = stagedAlone(book, upTo);
  const phased = phasedIn(book, upTo, alone.lines, stagedAlone, alone.problems);
  return phased === null
    ? alone
    : { lines: new Map(alone.lines).set(PHASE_IN, phased.lines), problems: phased.problems };
}

function stagedAlone(book: Book, upTo: string): Staged {
  const before = capped(book, upTo);
  const calculation = calculate(book, upTo, staged);
  // What a budget leaves is a matter of everybody.
  const isAlone = componentsThat(book, ({ budget }) => budget !== undefined).length === 0;
  const known = isAlone && LAST.get(calculation)?.staged === before ? ALL_STAGES.get(before) : undefined;
  if (known !== undefined) return known;
  const reported = reporting(book.participant.participant, before.problems);
  const lines = through(before.lines, stagesOfAll, { book, upTo, calculation, reported, seen: [] });
  const made = { lines, problems: reported.problems };
  if (isAlone) ALL_STAGES.set(before, made);
  return made;
}

/** … and when what is earned may be paid. */
function stagesOfRelease(component: string, { book, calculation }: Surroundings): readonly Stage[] {
  if (!someVersion(book, component, ({ release }) => release !== undefined)) return [];
  return [releasing(book, calculation.silent.get(component))];
}

const PAYABLE = alongside<Staged, Staged>();

/** What is held of it, and what is released: what is rounded and posted. */
export function payable(book: Book, upTo: string): Staged {
  const all = staged(book, upTo);
  let known = PAYABLE.get(all);
  if (known === undefined) {
    const reported = reporting(book.participant.participant, all.problems);
    const calculation = calculate(book, upTo, staged);
    const lines = through(all.lines, stagesOfRelease, { book, upTo, calculation, reported, seen: [] });
    known = { lines, problems: reported.problems };
    PAYABLE.set(all, known);
  }
  return known;
}

function through(
  before: ReadonlyMap<string, StagedLines>,
  stagesOf: (component: string, around: Surroundings) => readonly Stage[],
  around: Surroundings,
  asBefore: (component: string) => StagedLines | undefined = () => undefined,
): ReadonlyMap<string, StagedLines> {
  const { book, upTo } = around;
  const spans = periodsFrom(book.calendar, book.calendar.firstPeriod, upTo);
  const components = new Set([...before.keys(), ...componentsThat(book, paysAtEnd)]);
  const after = new Map<string, StagedLines>();
  for (const component of [...components].sort()) {
    const lines =
      asBefore(component) ?? throughStages(spans, before.get(component) ?? NO_LINES, stagesOf(component, around));
    after.set(component, lines);
  }
  return after;
}

function throughStages(spans: readonly Span[], before: StagedLines, stages: readonly Stage[]): StagedLines {
  if (stages.length === 0) return before;
  const after = new Map<string, readonly Calculated[]>();
  for (const span of spans) {
    let lines = before.get(span.id) ?? [];
    for (const stage of stages) {
      const added = stage.next(span, lines);
      if (added.length > 0) lines = [...lines, ...added];
    }
    if (lines.length > 0) after.set(span.id, lines);
  }
  return after;
}

function someVersion(book: Book, component: string, says: (document: Component) => boolean): boolean {
  return componentsThat(book, says).includes(component);
}
