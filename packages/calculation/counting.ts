import type { Book, DealEntry } from './book.ts';
import type { DealCredit } from './credit.ts';
import { creditingOf } from './crediting.ts';
import type { TeamEarnings } from './earnings.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import type { Credited } from './measured.ts';
import type { Near } from './near.ts';
import { componentsThat } from './otherwise.ts';
import { type Span, windowOf } from './periods.ts';
import { inRamp } from './ramp.ts';
import { inAnotherCurrency } from './reached.ts';
import type { Reporting } from './reporting.ts';
import { inOrderOfCredits, returnCredits } from './return-credits.ts';
import { dealUnder, hasReturns, uncancelled } from './returned.ts';
import { takesTeam } from './team.ts';
import { weigh } from './weigh.ts';
import type { MeasuredWindow } from './window.ts';
import { windowHolding, windowKey } from './windows.ts';

interface Around {
  readonly inForceOn: (date: string) => readonly ComponentInForce[];
  /** What may be taken over. */
  readonly near: Near | null;
  readonly earnings: TeamEarnings;
  /** The first day that a component looks at. */
  readonly firstDayFor: (component: string) => string;
  readonly report: Reporting['report'];
}

const NO_CREDITS: readonly DealCredit[] = [];

/** What deals count for, told in the order of credits: each in the windows that hold it. */
export function counting(book: Book, { inForceOn, near, earnings, firstDayFor, report }: Around) {
  const { participant } = book.participant;
  const { cadence } = book.calendar;
  const windows = new Map<string, MeasuredWindow>();
  const named = new Map<string, number>();
  const credited = new Map<string, Credited[]>();
  const isOfTeam = componentsThat(book, takesTeam).length > 0;

  function add(key: string, deal: DealEntry): void {
    const counts = near?.countsOf(key, deal) ?? null;
    const ever = uncancelled(deal);
    // Of a deal that counts as it did elsewhere it may not matter whom it credits.
    let own = counts === null ? ownCredits(ever) : null;
    if (own?.length === 0 && !isOfTeam) return;
    for (const each of inForceOn(deal.selectionOn ?? deal.closedOn)) {
      if (each.component.document.objectives !== undefined) continue;
      const inForce = inRamp(book, each, deal.closedOn);
      if (deal.closedOn < firstDayFor(inForce.component.id)) continue;
      if (counts !== null && near?.isShared(each) === true) {
        const same = counts.find(({ credited: { inForce: before } }) => before === inForce);
        if (same !== undefined) take(same.credited, same.id, same.measured.window);
        continue;
      }
      own ??= ownCredits(ever);
      if (own.length === 0 && !isOfTeam) break;
      const told = dealUnder(inForce.component.document, deal);
      const obstacle = credit(key, told, told === ever ? own : NO_CREDITS, inForce);
      if (obstacle !== null) report(inForce, windowOf(deal.closedOn, cadence).id, key, obstacle);
    }
  }

  return { windows, credited, add, takeReturns };

  function ownCredits(deal: DealEntry): readonly DealCredit[] {
    const isOwn = (credit: DealCredit) => credit.participant === participant;
    const { credits } = creditingOf(book, deal);
    return credits.every(isOwn) ? credits : credits.filter(isOwn);
  }

  /** Takes the deal into its window; says what is in the way, if anything is. */
  function credit(
    key: string,
    deal: DealEntry,
    all: readonly DealCredit[],
    inForce: ComponentInForce,
  ): Obstacle | null {
    const weighed = weigh(book, key, deal, all, inForce, earnings);
    if (weighed === null || 'code' in weighed) return weighed;
    const misread = inAnotherCurrency(inForce.component.document, deal);
    if (misread !== null) return misread;
    const window = windowHolding(inForce.component.document.window, deal.closedOn, cadence, key);
    if (window === null) return null;
    const id = windowKey(inForce.component, window, weighed.measure.unit);
    take({ key, deal, inForce, weighed, period: windowOf(deal.closedOn, cadence).id }, id, window);
    return null;
  }

  /** What comes back takes its credit away where it falls, among the credits of its window. */
  function takeReturns(upTo: string): void {
    if (componentsThat(book, (document) => hasReturns(document, 'period-of-return')).length === 0) return;
    const returned = [...returnCredits(book, credited.values(), inForceOn, upTo)].sort(inOrderOfCredits);
    for (const each of returned) {
      const { component } = each.inForce;
      const window = windowHolding(component.document.window, each.deal.closedOn, cadence, each.key);
      if (window !== null) take(each, windowKey(component, window, each.weighed.measure.unit), window);
    }
    if (returned.length === 0) return;
    for (const all of credited.values()) all.sort(inOrderOfCredits);
    for (const { credits } of windows.values()) credits.sort(inOrderOfCredits);
  }

  function take(taken: Credited, id: string, window: Span): void {
    const { inForce, weighed } = taken;
    const { component } = inForce;
    const ofComponent = credited.get(component.id);
    if (ofComponent === undefined) credited.set(component.id, [taken]);
    else ofComponent.push(taken);
    const open = windows.get(id);
    if (open === undefined) {
      const { unit } = weighed.measure;
      windows.set(id, { component: component.id, window, name: nameOf(component.id, window), unit, credits: [taken] });
    } else open.credits.push(taken);
  }

  /** A window that is begun anew within the same time gets a name of its own. */
  function nameOf(component: string, { id }: Span): string {
    const key = `${component}/${id}`;
    const times = (named.get(key) ?? 0) + 1;
    named.set(key, times);
    return times === 1 ? id : `${id}~${times}`;
  }
}
