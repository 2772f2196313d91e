import type { MeasuringWindow } from '@ledger/events';
import { div, type Exact, ONE, ZERO } from '@ledger/money';
import type { Book } from './book.ts';
import { targetFor } from './context.ts';
import { type GateState, gatesOn } from './gate.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { type LookState, lookOn } from './look.ts';
import type { Measures } from './measured.ts';
import { dayBefore, type Span } from './periods.ts';
import { presenceIn } from './presence.ts';
import type { WindowTarget } from './target.ts';
import { windowsTouching } from './windows.ts';

/** What pays when a window ends, for the window as a whole. */

/** A window that ends in a pay period, and the component as it is in force on the window's last day. */
export interface Ending {
  readonly window: Span;
  readonly inForce: ComponentInForce;
}

/**
 * The windows of a component that end in a pay period, in the order in which they end. `inForceIn`: what is in force for a window; on
 * its last day unless said otherwise.
 */
export function endingIn(
  book: Book,
  inForceIn: (window: Span) => readonly ComponentInForce[],
  component: string,
  period: Span,
): readonly Ending[] {
  const endings: Ending[] = [];
  for (const [key, kind] of windowsOf(book, component)) {
    for (const window of windowsTouching(kind, period, book.calendar.cadence)) {
      if (window.to <= period.from || window.to > period.to) continue;
      const inForce = inForceIn(window).find((each) => each.component.id === component);
      if (inForce !== undefined && JSON.stringify(inForce.component.document.window) === key) {
        endings.push({ window, inForce });
      }
    }
  }
  // Windows of two versions may overlap.
  const order = ({ window: { to, from } }: Ending) => `${to} ${from}`;
  return endings.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** How far somebody came in a window that is paid as a whole. */
export interface Attained {
  /** `null` where amounts count, or where there is none. */
  readonly target: WindowTarget | null;
  /** Attainment, a score, or the measured amount. */
  readonly reached: Exact;
  /** Where something else than the component's own measure is looked at. */
  readonly look: LookState | null;
}

/** What was measured in a window over its target as of the window's end; without a quota, as the plan says. */
export function attainedIn(
  book: Book,
  measures: Measures,
  { inForce, window }: Ending,
  measured: Exact,
): Attained | Obstacle {
  const unit = unitOf(inForce) ?? 'number';
  const own = { target: null, look: null };
  const { tierOf } = inForce.component;
  if (tierOf !== null) {
    const look = lookOn({ book, inForce, unit, measures }, tierOf, window.to);
    return 'code' in look ? look : { target: null, reached: look.reached, look };
  }
  if (inForce.component.document.tierBy === 'amount') return { ...own, reached: measured };
  const presence = presenceIn(book, inForce, window);
  const found = targetFor(book, measures, inForce, window, window.to, unit, presence);
  if (found === null) return { ...own, reached: measured };
  if (typeof found === 'string') return { ...own, reached: found === 'full-attainment' ? ONE : ZERO };
  return 'code' in found ? found : { ...own, target: found, reached: div(measured, found.value) };
}

/** The gates of a component as of the end of a window; or why one of them cannot be told. */
export function gatesAt(book: Book, measures: Measures, { inForce, window }: Ending): readonly GateState[] | Obstacle {
  return gatesOn({ book, inForce, unit: unitOf(inForce) ?? 'number', measures }, window.to);
}

/** Each window that some version of a component looks at, by its text. */
function windowsOf({ participant, plans }: Book, component: string): ReadonlyMap<string, MeasuringWindow> {
  const windows = new Map<string, MeasuringWindow>();
  for (const { plan } of participant.assignments) {
    for (const { document } of plans.get(plan)?.versions ?? []) {
      const window = document.components[component]?.window;
      if (window !== undefined) windows.set(JSON.stringify(window), window);
    }
  }
  return windows;
}

/** Currency of the plan, or `number`; `null` where no version of the metric applies. */
export function unitOf({ metric, planVersion }: ComponentInForce): string | null {
  if (metric === null) return null;
  return metric.version.document.unit === 'money' ? planVersion.document.currency : 'number';
}

/** What is in force on the last day of a window. */
export function onLastDay({ inForceOn }: { readonly inForceOn: (date: string) => readonly ComponentInForce[] }) {
  return ({ to }: Span): readonly ComponentInForce[] => inForceOn(dayBefore(to));
}
