import type { Book } from '@ledger/calculation';
import { dayBefore, earlier, firstDayOf, payPeriodId, payPeriodOf, payPeriods, type Stretch } from './calendar.ts';
import { type Caused, causesOf, earned, type Since } from './causes.ts';
import { metricOn, type Terms } from './credits.ts';
import { Desk, type DuePart, parted, type Said } from './desk.ts';
import { creditsInWindows, type RoundedLine } from './earnings.ts';
import { Refusal } from './formulas.ts';
import { componentsOn } from './in-force.ts';
import { dealOf, nameOf } from './line-names.ts';
import { measuresEarnings } from './overrides.ts';
import { isNothing, isPositive, minus, over, type Ratio, total } from './ratio.ts';
import { settled } from './settlement.ts';
import { belongs, evaluationDate, isRolling, targetOf, type Window, windowOf } from './windows.ts';

/** What is due in a pay period: what it earns, and what earlier periods should have been less what was posted for them (domain.md §4). */
export interface Due {
  readonly period: string;
  readonly lines: readonly RoundedLine[];
  readonly corrections: readonly Correction[];
  /** What is settled on top, and what later statements need to know of this one. */
  readonly said: Said;
  readonly total: Ratio;
  /** What everything up to the end of the period should be. */
  readonly all: readonly RoundedLine[];
}

/** For an earlier period and a component. */
interface Correction {
  readonly period: string;
  readonly component: string;
  readonly amount: Ratio;
}

/** What is known of a statement beside the book: its lines, and what caused its corrections. */
export interface Known {
  readonly all: readonly RoundedLine[];
  readonly said: Pick<Said, 'caused'>;
}

/**
 * `posted`: what was due in the frozen periods, when they were frozen. `since`: what has been recorded since the last of them, where it
 * matters what caused corrections. `known`: where it was worked out before.
 */
export function dueIn(book: Book, periodId: string, posted: readonly Due[], since?: Since, known?: Known): Due {
  const { cadence } = book.calendar;
  const period = payPeriodOf(firstDayOf(periodId), cadence);
  const all = known?.all ?? earned(book, period.to);
  const lines = all.filter((line) => line.period === period.from);
  const isFirst = isFirstOpen(book, period, posted);
  const corrections = isFirst ? differences(book, all, posted) : [];
  const frozen = posted.map((each) => payPeriodOf(firstDayOf(each.period), cadence));
  const caused =
    known?.said.caused ??
    (since === undefined || !isFirst
      ? corrections.map((each): Caused => ({ ...each, event: null, parts: [] }))
      : causesOf(since, all, corrections, frozen));
  const said = settled(
    new Desk(
      book,
      period,
      posted.map((each) => each.said),
      {
        due: [...lines.map(partOf), ...caused.flatMap(parted)],
        caused,
        corrections: total(corrections.map(({ amount }) => amount)),
      },
    ),
  );
  const amounts = [...lines, ...corrections, ...said.settled].map(({ amount }) => amount);
  return { period: periodId, lines, corrections, said, total: total(amounts), all };
}

function partOf(line: RoundedLine): DuePart {
  const { component, amount, periodId } = line;
  return { period: periodId, component, line: nameOf(line), about: dealOf(line), within: null, corrects: null, amount };
}

/** Only the first period that is not frozen carries corrections. */
function isFirstOpen({ calendar }: Book, period: Stretch, posted: readonly Due[]): boolean {
  const before = payPeriods(firstDayOf(calendar.firstPeriod), period.from, calendar.cadence);
  return before.every((each) => posted.some((due) => due.period === payPeriodId(each, calendar.cadence)));
}

/** Period by period and component by component; what is not there now should have been nothing. */
function differences(book: Book, now: readonly RoundedLine[], posted: readonly Due[]): readonly Correction[] {
  const { cadence } = book.calendar;
  const shouldBe = now.map(({ period, component, amount }) => {
    return { period: payPeriodId(payPeriodOf(period, cadence), cadence), component, amount };
  });
  const was = posted.flatMap(({ period, lines, corrections }) => [
    ...lines.map(({ component, amount }) => ({ period, component, amount })),
    ...corrections,
  ]);
  return posted.flatMap(({ period }) => {
    const components = [...new Set([...shouldBe, ...was].map(({ component }) => component))].sort();
    return components.flatMap((component) => {
      const sumOf = (list: readonly Correction[]) =>
        total(
          list.filter((each) => each.period === period && each.component === component).map(({ amount }) => amount),
        );
      const amount = minus(sumOf(shouldBe), sumOf(was));
      return isNothing(amount) ? [] : [{ period, component, amount }];
    });
  });
}

export interface Attainment {
  readonly component: string;
  readonly metric: string;
  readonly window: string;
  readonly unit: string;
  readonly credited: Ratio;
  readonly quota: Ratio | null;
  readonly attainment: Ratio | null;
}

/** What each component has measured in the windows that touch a period, at its end; deals by themselves have no attainment. */
export function attainmentsAt(book: Book, periodId: string): readonly Attainment[] {
  const { cadence } = book.calendar;
  const period = payPeriodOf(firstDayOf(periodId), cadence);
  const all = creditsInWindows(book, period.to);
  const asked = [...rollingAt(book, period), ...all].flatMap((terms) => {
    const window = windowOf(terms, cadence);
    const touches =
      window !== null && (isRolling(window.kind) ? window.stretch.to === period.to : overlap(window, period));
    return touches && window.kind !== 'deal' ? [{ window, terms }] : [];
  });
  const windows = new Map(asked.map((each) => [each.window.key, each]));
  return [...windows.values()].map(({ window, terms }) => {
    const { measure, unit, component } = window;
    const credits = all.filter(({ id }) => id === component);
    const own = credits.filter((credit) => belongs(credit, window, cadence));
    const credited = total(own.map((credit) => credit.measured));
    const quota = known(() => targetOf({ book, credits }, window, terms, evaluationDate(window, period)));
    const attainment = quota === null || !isPositive(quota) ? null : over(credited, quota);
    return { component, metric: measure, window: window.id, unit, credited, quota, attainment };
  });
}

/** What has no value is not shown; whether it stops a statement is asked where something is paid by it. */
function known(target: () => Ratio | null): Ratio | null {
  try {
    return target();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function overlap({ stretch }: Window, period: Stretch): boolean {
  return stretch.from < period.to && period.from < stretch.to;
}

/** Rolling windows are asked for at the end of every period, also of one without deals. */
function rollingAt(book: Book, period: Stretch): readonly Terms[] {
  const { endsOn } = book.participant;
  const lastDay = dayBefore(endsOn === null ? period.to : earlier(endsOn, period.to));
  return componentsOn(book, lastDay).flatMap(({ id, component, plan }): readonly Terms[] => {
    const metric = metricOn(book, component.measure, lastDay);
    if ((metric === undefined && !measuresEarnings(component)) || !isRolling(component.window)) return [];
    const unit = metric?.document.unit === 'number' ? 'number' : plan.document.currency;
    return [{ deal: '', closedOn: dayBefore(period.to), id, component, plan, unit }];
  });
}
