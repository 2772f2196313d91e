import type { Caps } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { add, type Exact, exact, isZero, max, min, mul, neg, ONE, percent, sign, sub, sum, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import type { Context } from './context.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { type Calculated, type CapBasis, contextOfLine, isLost } from './line.ts';
import { type Cadence, dayBefore, type Interval, periodBounds, type Span } from './periods.ts';
import { type PersonalAmount, personalIn } from './personal.ts';
import { presenceIn, presentShare } from './presence.ts';
import type { Reporting } from './reporting.ts';
import { windowHolding, windowKey } from './windows.ts';

/** Caps of one component over its pay periods, in their order (mechanics §4). */
export interface Capping {
  /** The lines that the caps add to those of the next period. */
  next(period: Span, lines: readonly Calculated[]): readonly Calculated[];
}

/** What the lines of a period earn in one window. */
interface Segment {
  /** What adds up in it, by `windowKey`. */
  readonly key: string;
  readonly name: string;
  /** `null`: no window holds it. */
  readonly window: Interval | null;
  amount: Exact;
}

/**
 * Period cap, window cap, year cap, in this order; calculated = paid + removed, to the last digit. `windows`: how the windows that have
 * credits are named, by `windowKey`.
 */
export function capping(
  book: Pick<Book, 'participant' | 'plans' | 'calendar' | 'exceptions'>,
  windows: ReadonlyMap<string, { readonly name: string }>,
  reported: Reporting | null = null,
): Capping {
  const { cadence } = book.calendar;
  let last: Calculated | undefined;
  let year = '';
  let carried = ZERO;
  let paidInYear = ZERO;
  const paidInWindow = new Map<string, Exact>();
  const unpaid = unpaidInWindows();

  return {
    next: (period, lines) => {
      last =
        lines.findLast((line) => contextOfLine(line) !== null && !isLost(line)) ??
        lines.findLast((line) => !isLost(line)) ??
        last;
      const ofYear = period.from.slice(0, 4);
      if (ofYear !== year) {
        year = ofYear;
        carried = ZERO;
        paidInYear = ZERO;
      }
      const cap = last?.inForce.component.document.cap ?? null;
      const offers = last?.inForce.component.document.subtract === 'paid';
      const open = offers ? unpaid.offeredIn(period) : [];
      if (last === undefined || (lines.length === 0 && isZero(carried) && open.length === 0)) return [];
      const latest = last;
      const held = last.inForce;
      const segments = segmentsOf(lines);
      const made: Calculated[] = [];
      const put = (kind: CapBasis['kind'], of: string, amount: Exact, basis: Omit<CapBasis, 'kind' | 'of'>) => {
        if (isZero(amount)) return;
        const soft = above === null ? {} : { above };
        made.push(
          capLine(held, period, kind, of, amount, { ...basis, ...soft, ...(agreed === null ? {} : { agreed }) }),
        );
      };
      /** The share of what exceeds a cap that is paid all the same. */
      const above = cap?.above === undefined ? null : percent(cap.above);
      /** What the latest cap is a share of. */
      let agreed: PersonalAmount | null = null;
      const limit = (scope: CapScope, of: Span): Exact | null => {
        if (cap === null) return null;
        const most = mostFor(book, held, cap, scope, of);
        if ('code' in most) {
          reported?.report(held, period.id, null, most);
          return null;
        }
        agreed = most.agreed;
        return most.value;
      };
      if (offers) {
        for (const { key, name, window, amount } of open) {
          const basis = {
            cap: ZERO,
            calculated: ZERO,
            paidBefore: ZERO,
            carried: amount,
            isLater: false,
            window: name,
          };
          put('carried-over', name, amount, basis);
          addTo(segments, { key, name, window }, amount);
        }
        segments.sort(byStart);
      }
      const offered = new Map(segments.map(({ key, amount }) => [key, amount]));
      capPeriod(limit('period', period), cap?.excess === 'later');
      for (const segment of [...segments].sort(byName)) {
        if (segment.window !== null) capWindow(limit('window', { ...segment.window, id: segment.name }), segment);
      }
      capYear(limit('year', { ...periodBounds(year), id: year }));
      if (!offers) return made;
      unpaid.keep(lines, segments, offered);
      // What is offered again and removed again, without anything else, is no news.
      return lines.length === 0 && isZero(sum(made.map((line) => line.exact))) ? [] : made;

      // What was removed before and nothing removes now is paid.
      function capPeriod(limit: Exact | null, isLater: boolean): void {
        const calculated = sum(segments.map(({ amount }) => amount));
        const basis = { cap: limit, calculated, paidBefore: ZERO, carried, isLater, window: null };
        const removed = limit === null ? ZERO : lostAbove(calculated, limit, above);
        const room = limit === null ? carried : max(ZERO, sub(limit, calculated));
        const taken = min(carried, room);
        put('carried-over', period.id, taken, basis);
        put('cap', period.id, neg(removed), basis);
        carried = add(sub(carried, taken), isLater ? removed : ZERO);
        takeFromLast(segments, removed);
        if (!isZero(taken)) addTo(segments, windowAtEnd(latest, period, cadence, windows), taken);
      }

      function capWindow(limit: Exact | null, segment: Segment): void {
        const paidBefore = paidInWindow.get(segment.key) ?? ZERO;
        const paid = limit === null ? segment.amount : within(segment.amount, limit, paidBefore, above);
        const basis = {
          cap: limit,
          calculated: segment.amount,
          paidBefore,
          carried: ZERO,
          isLater: false,
          window: null,
        };
        put('window-cap', segment.name, sub(paid, segment.amount), basis);
        paidInWindow.set(segment.key, add(paidBefore, above === null ? paid : segment.amount));
        segment.amount = paid;
      }

      function capYear(limit: Exact | null): void {
        const calculated = sum(segments.map(({ amount }) => amount));
        const paid = limit === null ? calculated : within(calculated, limit, paidInYear, above);
        const basis = { cap: limit, calculated, paidBefore: paidInYear, carried: ZERO, isLater: false, window: null };
        put('year-cap', year, sub(paid, calculated), basis);
        const before = segments.map(({ amount }) => amount);
        takeFromLast(segments, sub(calculated, paid));
        // What will be offered again was not paid: the cap of its window has room for it still.
        if (offers && above === null) {
          for (const [at, { key, amount }] of segments.entries()) {
            const taken = sub(before[at] ?? amount, amount);
            paidInWindow.set(key, sub(paidInWindow.get(key) ?? ZERO, taken));
          }
        }
        paidInYear = add(paidInYear, above === null ? paid : calculated);
      }
    },
  };
}

type CapScope = 'period' | 'window' | 'year';

/** The cap for a stretch of time: money, or a share of what is agreed; `null` where there is none. */
function mostFor(
  book: Pick<Book, 'participant' | 'plans' | 'calendar' | 'exceptions'>,
  inForce: ComponentInForce,
  cap: Caps,
  scope: CapScope,
  of: Span,
): { readonly value: Exact | null; readonly agreed: PersonalAmount | null } | Obstacle {
  const [money, share] = [cap[scope], cap.personal?.[scope]];
  if (money !== null) return { value: cappedAt(book, inForce, exact(money), of), agreed: null };
  if (share === undefined || cap.personal === undefined) return { value: null, agreed: null };
  const { term, changes } = cap.personal;
  const agreed = personalIn(book, { term, changes, share }, inForce.planVersion.document.currency, of);
  return 'code' in agreed ? agreed : { value: cappedAt(book, inForce, agreed.value, of), agreed };
}

/** A cap for a stretch of time, less for the days of it that do not count where the plan prorates caps. */
function cappedAt(
  book: Pick<Book, 'participant' | 'plans' | 'calendar'>,
  inForce: ComponentInForce,
  cap: Exact,
  of: Interval,
): Exact {
  const share = presentShare(presenceIn(book, inForce, of), 'caps', of);
  return share === null ? cap : mul(cap, share);
}

/** What caps removed of the windows that have not ended, for components that subtract what was paid. */
function unpaidInWindows() {
  const known = new Map<string, { readonly name: string; readonly window: Span; amount: Exact }>();
  return {
    offeredIn: (period: Span): readonly Segment[] =>
      [...known].flatMap(([key, { name, window, amount }]) =>
        isZero(amount) || window.to <= period.from ? [] : [{ key, name, window, amount }],
      ),
    keep: (lines: readonly Calculated[], segments: readonly Segment[], offered: ReadonlyMap<string, Exact>): void => {
      for (const line of lines) {
        const context = contextOfLine(line);
        if (context === null) continue;
        const { key, name } = namesOf(context);
        if (!known.has(key)) known.set(key, { name, window: context.window, amount: ZERO });
      }
      for (const { key, amount } of segments) {
        const window = known.get(key);
        if (window !== undefined) window.amount = sub(offered.get(key) ?? ZERO, amount);
      }
    },
  };
}

/** What exceeds a cap and is not paid: all of it, or under a soft cap the rest of what is. */
function lostAbove(amount: Exact, cap: Exact, above: Exact | null): Exact {
  const over = max(ZERO, sub(amount, cap));
  return above === null ? over : mul(over, sub(ONE, above));
}

/**
 * What may still be paid; what is taken away passes, and gives room back. Under a soft cap `before` is what was calculated, and what is
 * taken away goes back the way it came.
 */
function within(amount: Exact, cap: Exact, before: Exact, above: Exact | null): Exact {
  if (above !== null) {
    return sub(amount, sub(lostAbove(add(before, amount), cap, above), lostAbove(before, cap, above)));
  }
  return sign(amount) > 0 ? max(ZERO, min(amount, sub(cap, before))) : amount;
}

/** What is carried over to a period that no window of the component holds counts to none. */
const NO_WINDOW = '';
type Names = Pick<Segment, 'key' | 'name' | 'window'>;
const NONE: Names = { key: NO_WINDOW, name: NO_WINDOW, window: null };

const SEGMENTS = alongside<readonly Calculated[], readonly Segment[]>();

/** The sums of a period's lines by window, in the order of the windows; most periods have the lines that they had before a change. */
function segmentsOf(lines: readonly Calculated[]): Segment[] {
  const known = SEGMENTS.get(lines) ?? summedUp(lines);
  SEGMENTS.set(lines, known);
  return known.map((segment) => ({ ...segment }));
}

function summedUp(lines: readonly Calculated[]): readonly Segment[] {
  const windows = new Map<string, Segment>();
  for (const [context, own] of Map.groupBy(lines, contextOfLine)) {
    const names = context === null ? NONE : namesOf(context);
    const amount = sum(own.map((line) => line.exact));
    const known = windows.get(names.key);
    if (known !== undefined) known.amount = add(known.amount, amount);
    else windows.set(names.key, { ...names, amount });
  }
  return [...windows.values()].sort(byStart);
}

/** Of two that begin on one day, by name: it makes no difference which of them earned first. */
function byStart(a: Segment, b: Segment): number {
  const [one, other] = [a.window?.from ?? '', b.window?.from ?? ''];
  return one < other ? -1 : one > other ? 1 : byName(a, b);
}

function byName({ name: a }: Segment, { name: b }: Segment): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a period cap removes is taken from the latest window first. */
function takeFromLast(segments: readonly Segment[], amount: Exact): void {
  let left = amount;
  for (const segment of [...segments].reverse()) {
    if (isZero(left)) return;
    const cut = min(left, max(ZERO, segment.amount));
    segment.amount = sub(segment.amount, cut);
    left = sub(left, cut);
  }
}

function namesOf({ inForce, window, name, unit }: Context): Names {
  return { key: windowKey(inForce.component, window, unit), name, window };
}

function addTo(segments: Segment[], names: Names, amount: Exact): void {
  const known = segments.find((segment) => segment.key === names.key);
  if (known === undefined) segments.push({ ...names, amount });
  else known.amount = add(known.amount, amount);
}

/** The window that holds the last day of a pay period. */
function windowAtEnd(
  line: Calculated,
  period: Span,
  cadence: Cadence,
  windows: ReadonlyMap<string, { readonly name: string }>,
): Names {
  const { component } = line.inForce;
  const unit = contextOfLine(line)?.unit;
  const window = windowHolding(component.document.window, dayBefore(period.to), cadence, NO_WINDOW);
  if (window === null || unit === undefined || window.id === NO_WINDOW) return NONE;
  const key = windowKey(component, window, unit);
  return { key, name: windows.get(key)?.name ?? window.id, window };
}

function capLine(
  inForce: ComponentInForce,
  period: Span,
  kind: CapBasis['kind'],
  of: string,
  amount: Exact,
  basis: Omit<CapBasis, 'kind' | 'of'>,
): Calculated {
  const line = `${inForce.component.id}/${kind}/${of}`;
  return { line, inForce, period: period.id, deal: null, closedOn: null, exact: amount, basis: { kind, of, ...basis } };
}
