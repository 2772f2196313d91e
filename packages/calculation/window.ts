import { equal, isZero, neg, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { CompiledComponent } from './compile.ts';
import { type Context, type Contexts, contextsOf } from './context.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { Calculated } from './line.ts';
import type { Credited, Measures } from './measured.ts';
import { paysAtEnd } from './otherwise.ts';
import { holds, type Span } from './periods.ts';
import { isStandIn } from './stand-in.ts';
import { type Rated, type Unit, unitsOf, type Walk, walk } from './walk.ts';
import { conditionFailed } from './weigh.ts';
import { type Evaluation, evaluationsOf, isByPeriod, windowKey } from './windows.ts';

/** What a component has credited in a window. */
export interface MeasuredWindow {
  /** Component id. */
  readonly component: string;
  readonly window: Span;
  /** The window's id; where the component began anew within it, a number is added: `2026~2`. */
  readonly name: string;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
  readonly credits: [Credited, ...Credited[]];
}

export interface Surroundings {
  /** First day of the first pay period of the calendar: deals before it give no line. */
  readonly ledgerFrom: string;
  readonly upTo: string;
  readonly measures: Measures;
  /** Everything that a component credited, for windows that overlap. */
  credited(component: string): readonly Credited[];
}

export interface Outcome {
  put(line: Calculated): void;
  report(inForce: ComponentInForce, period: string, deal: string | null, obstacle: Obstacle): void;
}

/**
 * Rates the credits of a window: in one pass where the terms are fixed from its first day on, otherwise again at the end of every
 * pay period, whose earnings are what the window has earned by then less what it had earned before (mechanics §5).
 */
export function rateWindow(book: Book, measured: MeasuredWindow, around: Surroundings, outcome: Outcome): void {
  const { window, name, unit, credits } = measured;
  if (window.to <= around.ledgerFrom) return;
  const [first] = credits;
  if (paysAtEnd(first.inForce.component.document)) return;
  const contexts = contextsOf(book, around.measures, { window, name, unit });
  const kind = first.inForce.component.document.window;
  const isRolling = monthsOf(first.inForce.component) !== null;
  const all = () => around.credited(measured.component);
  const units = unitsOf(isRolling ? rollingCredits(first.inForce, window, unit, all()) : credits);
  if (!isByPeriod(kind) && credits.some(({ inForce }) => inForce.component.isRatedAgain)) {
    rateAgain(book, measured, units, contexts, around, outcome);
    return;
  }
  const walking = walk(around.ledgerFrom);
  const known = new Map<CompiledComponent, Context | Obstacle>();
  const isPaidHere = (each: Unit) =>
    each.credits[0].deal.closedOn >= around.ledgerFrom && isOwnPeriod(each, measured, isRolling);
  if (!units.some(isPaidHere)) return;
  for (const each of units) {
    const { component } = each.inForce;
    let context = known.get(component);
    if (context === undefined) {
      context = contexts.on(each.inForce, window.to);
      known.set(component, context);
    }
    // Also what is paid elsewhere decides where those begin that are paid here.
    if ('code' in context) {
      reportAt(each, context, outcome);
      continue;
    }
    const rated = rateBy(walking, each, context, outcome);
    if (rated !== null && isPaidHere(each) && isLine(rated)) outcome.put(lineOf(rated));
  }
}

/** A rolling window pays only the deals of the pay period that it ends with; the others were paid in their own. */
function isOwnPeriod({ period }: Unit, { credits: [first] }: MeasuredWindow, isRolling: boolean): boolean {
  return !isRolling || period === first.period;
}

/**
 * The credits of a rolling window, in order: those of its months that were credited over as many months, by the same metrics. A
 * version of the plan with another window begins anew.
 */
export function rollingCredits(
  { component }: Pick<ComponentInForce, 'component'>,
  window: Span,
  unit: string,
  all: readonly Credited[],
): readonly Credited[] {
  const key = windowKey(component, window, unit);
  const months = monthsOf(component);
  return all.filter(
    ({ deal, inForce, weighed }) =>
      holds(window, deal.closedOn) &&
      monthsOf(inForce.component) === months &&
      windowKey(inForce.component, window, weighed.measure.unit) === key,
  );
}

function monthsOf({ document: { window } }: CompiledComponent): number | null {
  return typeof window === 'object' && 'rolling' in window ? window.rolling : null;
}

/** Under what each component version of the window is rated, as of a date. */
type Terms = ReadonlyMap<CompiledComponent, Context>;

/**
 * At the end of every pay period the window is rated from its start by the terms of that date. The deals of the period are its lines;
 * what earlier ones earn more or less than before is its true-up. While the terms stay what they are, the walk goes on.
 */
function rateAgain(
  { calendar }: Book,
  { window, credits: [first] }: MeasuredWindow,
  units: readonly Unit[],
  contexts: Contexts,
  { ledgerFrom, upTo }: Surroundings,
  outcome: Outcome,
): void {
  let walking = walk(ledgerFrom);
  let rated: readonly Rated[] = [];
  let terms: Terms = new Map();
  for (const { period, on } of evaluationsOf(first.inForce.component.document.window, window, calendar.cadence, upTo)) {
    // Nothing is paid for what is before the calendar's first period, so that nothing has to be known of it either.
    if (period.from < ledgerFrom) continue;
    const passed = units.filter((unit) => unit.period <= period.id);
    const now = termsOn(passed, contexts, { period, on }, outcome);
    if (now === null) return;
    const goesOn = ratesAlike(terms, now);
    if (!goesOn) walking = walk(ledgerFrom);
    const done = goesOn ? [...rated] : [];
    for (const unit of passed.slice(done.length)) {
      const one = rateBy(walking, unit, now.get(unit.inForce.component), outcome);
      if (one === null) return;
      done.push(one);
    }
    for (const one of done.slice(rated.length)) {
      if (one.unit.credits[0].deal.closedOn >= ledgerFrom && isLine(one)) outcome.put(lineOf(one));
    }
    const trueUp = trueUpOf(rated, done, period.id, ledgerFrom);
    if (trueUp !== null) outcome.put(trueUp);
    rated = done;
    terms = now;
  }
}

/** What has no answer as of a date stops the pay period that it ends, not the one that a deal closed in: as of that one it had an answer. */
function termsOn(
  units: readonly Unit[],
  contexts: Contexts,
  { period, on }: Evaluation,
  outcome: Outcome,
): Terms | null {
  const terms = new Map<CompiledComponent, Context>();
  for (const unit of units) {
    const { component } = unit.inForce;
    if (terms.has(component)) continue;
    const context = contexts.on(unit.inForce, on);
    if ('code' in context) {
      reportAt({ ...unit, period: period.id }, context, outcome);
      return null;
    }
    terms.set(component, context);
  }
  return terms;
}

/** Whether what was rated by the earlier terms is the same by the later ones. */
function ratesAlike(earlier: Terms, later: Terms): boolean {
  for (const [component, { rating, isOpen, factors }] of later) {
    const known = earlier.get(component);
    if (known === undefined) continue;
    const isAlike = known.factors.every(({ by }, at) => equal(by, factors[at]?.by ?? ZERO));
    if (known.rating !== rating || known.isOpen !== isOpen || !isAlike) return false;
  }
  return true;
}

/** What deals of earlier pay periods earn now, less what they had earned a period before. */
function trueUpOf(
  before: readonly Rated[],
  now: readonly Rated[],
  period: string,
  ledgerFrom: string,
): Calculated | null {
  const changes = before.flatMap(({ unit, earned, others: were }, at) => {
    const { earned: after, others: are } = now[at] ?? { earned: ZERO };
    const isOurs = unit.credits[0].deal.closedOn >= ledgerFrom;
    const change = { unit, before: earned, after };
    if (!isOurs) return [];
    if (were === undefined && are === undefined) return equal(earned, after) ? [] : [change];
    const gone = (were?.parts ?? []).map(({ credit, amount }) => ({ credit, amount: neg(amount) }));
    const others = [...gone, ...(are?.parts ?? [])];
    return others.length === 0 ? [] : [{ ...change, others }];
  });
  const exact = sum(changes.map((change) => sub(change.after, change.before)));
  const [earlier, latest] = [before.at(-1)?.context, now[before.length - 1]?.context];
  if (changes.length === 0 || earlier === undefined || latest === undefined) return null;
  const { inForce, name } = latest;
  const line = `${inForce.component.id}/true-up/${name}`;
  const basis = { kind: 'true-up', now: latest, earlier, changes } as const;
  return { line, inForce, period, deal: null, closedOn: null, exact, basis };
}

function rateBy(walking: Walk, unit: Unit, context: Context | undefined, outcome: Outcome): Rated | null {
  if (context === undefined) return null;
  const rated = walking.next(unit, context);
  if (!('says' in rated)) return rated;
  const { key } = unit.credits[0];
  reportAt(unit, conditionFailed(unit.inForce, key, 'multiplyEarning', rated), outcome);
  return null;
}

function reportAt({ inForce, period, credits: [{ key }] }: Unit, obstacle: Obstacle, outcome: Outcome): void {
  outcome.report(inForce, period, key, obstacle);
}

/** A credit that is taken away has a line only where other deals lose by it. */
function isLine({ unit, earned }: Rated): boolean {
  return unit.credits[0].returns === undefined || !isZero(earned);
}

/** The line of a deal, or of the credits of a period together. */
function lineOf(rated: Rated): Calculated {
  const { unit, context, earned: exact } = rated;
  const { inForce, period } = unit;
  const { id } = inForce.component;
  const [credit] = unit.credits;
  if (unit.isMerged) {
    const line = `${id}/period/${context.name}`;
    return { line, inForce, period, deal: null, closedOn: null, exact, basis: { kind: 'period', rated } };
  }
  const { key } = credit;
  if (credit.returns !== undefined) {
    const line = `${id}/returned-credit/${key}`;
    return {
      line,
      inForce,
      period,
      deal: null,
      closedOn: null,
      exact,
      basis: { kind: 'returned-credit', credit, rated },
    };
  }
  const deal = isStandIn(credit.deal) ? null : key;
  const closedOn = deal === null ? null : credit.deal.closedOn;
  const basis = { kind: 'deal', credit, rated } as const;
  return { line: `${id}/${key}`, inForce, period, deal, closedOn, exact, basis };
}
