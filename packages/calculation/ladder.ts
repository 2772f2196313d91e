import type { Objectives } from '@ledger/events';
import {
  cmp,
  div,
  type Exact,
  fraction,
  isCurrency,
  minorUnits,
  mul,
  sign,
  sub,
  sum,
  toDecimalText,
  ZERO,
} from '@ledger/money';
import { type Measured, measuredIn, reachedIn } from './attainment.ts';
import type { Section } from './bands.ts';
import type { Book } from './book.ts';
import { isAgainstTarget } from './compile.ts';
import { type Context, contextsOf } from './context.ts';
import type { Curve } from './curve.ts';
import { type Earned, earn } from './earn.ts';
import { scoredSoFar } from './objectives.ts';
import { dayBefore, daysIn, earliestOf, type Interval, periodBounds, type Span } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { percentInWords } from './words.ts';

/** From attainment to money: the bands of a component in a window as they pay somebody, and how far it is to the next one. */
export interface Ladder {
  readonly component: string;
  readonly title: string;
  readonly plan: string;
  readonly planVersion: number;
  readonly metric: string;
  readonly metricTitle: string;
  readonly window: Span;
  /** Currency of the plan, or `number`. */
  readonly unit: string;
  readonly credited: string;
  /** `null` where there is none. */
  readonly quota: string | null;
  /** A fraction of one, to six decimals: of objectives, how much of them was scored; `null` where there is no target above 0. */
  readonly attainment: string | null;
  /** `null` where no bands pay: objectives, contests, streaks; or where they cannot be drawn up: `says`. */
  readonly bands: readonly LadderBand[] | null;
  /** Index of the band in which the participant stands. */
  readonly at: number | null;
  /** Where the next band begins, and how much is missing. */
  readonly next: { readonly band: number; readonly from: string; readonly away: string } | null;
  /**
   * By the days of the window that have passed: what a straight line to the target would have reached. `null` where there is none, or the
   * bands do not go by it: a quota that was assigned is shown all the same.
   */
  readonly pace: Pace | null;
  /** The latest deal that counted, by key: what a deal like it would bring can be supposed. */
  readonly latest: string | null;
  /** Why there are no bands, or what they leave out; `null`: they say everything. */
  readonly says: string | null;
}

export interface LadderBand {
  /** In the unit of the ladder. */
  readonly from: string;
  readonly to: string | null;
  /** As a fraction of the target; `null` where there is none. */
  readonly fromShare: string | null;
  readonly toShare: string | null;
  /** `null`: nothing. */
  readonly pays: {
    /** `curve`: from `rate` at its beginning to `until` at its end, in a straight line, of the incentive or of what is paid on. */
    readonly by: 'share' | 'unit' | 'amount' | 'curve';
    readonly rate: string;
    readonly until: string | null;
  } | null;
  readonly lump: string | null;
  /** The lump is paid for each full so much of the band, in the unit of the ladder; `null`: once. */
  readonly forEach: string | null;
  readonly applies: 'marginal' | 'retroactive';
}

export interface Pace {
  readonly elapsed: string;
  readonly expected: string;
  /** What was measured less what was expected. */
  readonly ahead: string;
}

/** The ladders of everything that the participant's plans measure in the windows that touch a period, as of its end; `day`: for pace. */
export function ladders(
  book: Book,
  period: string,
  day: string,
): { readonly ladders: readonly Ladder[]; readonly problems: readonly CalculationProblem[] } {
  const bounds = periodBounds(period);
  const earned = earn(book, bounds.to);
  const all = measuredIn(book, earned, bounds).map(([key, each]) => ladderOf(book, earned, bounds, day, key, each));
  return { ladders: all, problems: earned.problems };
}

function ladderOf(book: Book, earned: Earned, bounds: Interval, day: string, key: string, measured: Measured): Ladder {
  const { inForce, window, unit } = measured;
  const { id, document } = inForce.component;
  const { credits, credited, on, target } = reachedIn(book, earned, bounds, key, measured);
  const isAbove0 = target !== null && sign(target) > 0;
  const context = contextsOf(book, earned.measures, { window, name: window.id, unit }).on(inForce, on);
  const written = inUnits(unit);
  const last = credits.findLast(({ weighed }) => sign(weighed.measure.credited) > 0);
  const whole = {
    component: id,
    title: document.title,
    plan: inForce.plan,
    planVersion: inForce.planVersion.version,
    metric: document.measure,
    metricTitle: inForce.metric?.version.document.title ?? document.measure,
    window,
    unit,
    credited: written(credited),
    quota: target === null ? null : written(target),
    attainment: isAbove0 ? inShares(div(credited, target)) : null,
    pace:
      isAbove0 && isAgainstTarget(document)
        ? paceOf(window, earliestOf(day, dayBefore(bounds.to)), target, credited, written)
        : null,
    latest: last?.key ?? null,
  };
  if (document.objectives !== undefined) return { ...whole, ...scoredOf(book, id, document.objectives, window) };
  if ('code' in context) return { ...whole, bands: null, at: null, next: null, says: context.says };
  return { ...whole, ...bandsOf(context, credited, target, written) };
}

/** Objectives are measured against nothing: what has been scored of them, weighed, stands for attainment. */
function scoredOf(book: Book, component: string, objectives: Objectives, window: Span) {
  const scores = scoredSoFar(book, component, objectives, window);
  const weighed = sum(scores.map(({ weight, score }) => mul(weight, score)));
  const each = scores.map(({ objective, title, weight, score, granted }) => {
    const scored = granted === null ? 'not scored yet' : percentInWords(score);
    return `${title ?? objective} ${scored} (weight ${percentInWords(weight)})`;
  });
  const isScored = scores.some(({ granted }) => granted !== null);
  const says = `Paid by objectives, without a quota: ${each.join(', ')}${isScored ? `; together ${percentInWords(weighed)}` : ''}.`;
  return { attainment: isScored ? inShares(weighed) : null, bands: null, at: null, next: null, says };
}

type Bands = Pick<Ladder, 'bands' | 'at' | 'next' | 'says'>;

function bandsOf(context: Context, credited: Exact, target: Exact | null, written: Written): Bands {
  const { rating, isOpen, gates } = context;
  const none = { bands: null, at: null, next: null };
  const { document } = context.inForce.component;
  if (document.contest !== undefined || document.streak !== undefined)
    return { ...none, says: 'It is not paid by bands; the plan letter says how it is paid.' };
  if (rating.columns !== null)
    return { ...none, says: 'Each deal has a column of rates of its own; the trace of a line says which.' };
  const closed = gates.filter(({ open }) => !open).map(({ gate }) => gate.document.name);
  const waits = closed.length === 0 ? null : `Closed for now: ${closed.join(', ')}.`;
  const says = isOpen ? waits : `Nothing is paid while ${closed.join(' and ') || 'there is no quota'} is closed.`;
  const share = shareFor(target);
  if (rating.place !== null) {
    const elsewhere = 'The band is picked by something else than what is measured here.';
    return { ...none, says: [elsewhere, says].filter((each) => each !== null).join(' ') };
  }
  const rungs: readonly { readonly from: Exact; readonly band: LadderBand }[] =
    rating.curve === null
      ? rating.table.sections.map((section) => ({ from: section.from, band: bandOf(section, share, written) }))
      : stretches(rating.curve, rating.whole).map((each) => ({
          from: each.from,
          band: stretchOf(each, share, written),
        }));
  const { hitIsUpper } = rating.curve ?? rating.table;
  const isIn = (from: Exact) => cmp(credited, from) > 0 || (cmp(credited, from) === 0 && hitIsUpper);
  const at = Math.max(
    0,
    rungs.findLastIndex(({ from }) => isIn(from)),
  );
  const ahead = rungs[at + 1]?.from;
  const next = ahead === undefined ? null : { band: at + 1, from: written(ahead), away: written(sub(ahead, credited)) };
  return { bands: rungs.map(({ band }) => band), at, next, says };
}

type Written = (amount: Exact) => string;

/** Amounts that people read: to the currency's minor unit, counts to four decimals. */
function inUnits(unit: string): Written {
  if (isCurrency(unit)) return (amount) => toDecimalText(amount, minorUnits(unit), 'half-up');
  return (amount) => trimmed(toDecimalText(amount, 4, 'half-up'));
}

/** Shares to six decimals. */
function inShares(share: Exact): string {
  return trimmed(toDecimalText(share, 6, 'half-up'));
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

type Share = (amount: Exact) => string | null;

function shareFor(target: Exact | null): Share {
  if (target === null || sign(target) <= 0) return () => null;
  return (amount) => inShares(div(amount, target));
}

function bandOf({ from, to, pays, lump, forEach, retroactive }: Section, share: Share, written: Written): LadderBand {
  return {
    ...between({ from, to }, share, written),
    pays: pays === null ? null : { by: pays.by, rate: inShares(pays.rate), until: null },
    lump: lump === null ? null : inShares(lump),
    forEach: forEach === null ? null : written(forEach),
    applies: retroactive ? 'retroactive' : 'marginal',
  };
}

/** Where a band lies, in amounts and as shares of the target. */
function between({ from, to }: Pick<Section, 'from' | 'to'>, share: Share, written: Written) {
  return {
    from: written(from),
    to: to === null ? null : written(to),
    fromShare: share(from),
    toShare: to === null ? null : share(to),
  };
}

interface Stretch {
  readonly from: Exact;
  readonly to: Exact | null;
  readonly rate: Exact;
  readonly until: Exact;
}

/** A curve as what lies between its points, in amounts; flat before the first and after the last. */
function stretches({ points }: Curve, whole: Exact): readonly Stretch[] {
  const [first] = points;
  const before = cmp(first.at, ZERO) > 0 ? [{ at: ZERO, pays: first.pays }] : [];
  const all = [...before, ...points];
  return all.flatMap((point, at) => {
    const next = all[at + 1];
    if (next !== undefined && cmp(next.at, point.at) === 0) return [];
    const to = next === undefined ? null : mul(next.at, whole);
    return [{ from: mul(point.at, whole), to, rate: point.pays, until: next?.pays ?? point.pays }];
  });
}

function stretchOf({ from, to, rate, until }: Stretch, share: Share, written: Written): LadderBand {
  return {
    ...between({ from, to }, share, written),
    pays: { by: 'curve', rate: inShares(rate), until: inShares(until) },
    lump: null,
    forEach: null,
    applies: 'marginal',
  };
}

/** A straight line from nothing on the first day to the target on the last one. */
function paceOf(window: Span, day: string, target: Exact, credited: Exact, written: Written): Pace {
  const whole = daysIn(window);
  const passed = day < window.from ? 0 : Math.min(whole, daysIn({ from: window.from, to: day }) + 1);
  const elapsed = fraction(BigInt(passed), BigInt(whole));
  const expected = mul(target, elapsed);
  return { elapsed: inShares(elapsed), expected: written(expected), ahead: written(sub(credited, expected)) };
}
