import type { Book, PlanVersion } from '@ledger/calculation';
import type { LeavingRule } from '@ledger/events';
import { days } from './calendar.ts';

/** Until when somebody who leaves earns, and by which rule (D209). */

/** The first day on which deals earn no more. */
export function earnsUntil({ participant: { endsOn, compensationEnds } }: Pick<Book, 'participant'>): string | null {
  return endsOn === null ? null : (compensationEnds ?? endsOn);
}

export function leavingRule({ participant: { separation } }: Book, plan: PlanVersion): LeavingRule | undefined {
  const { onLeaving } = plan.document;
  return (separation === undefined ? undefined : onLeaving?.[separation]) ?? onLeaving?.default;
}

/** From the day after the last one on. */
export function daysSinceLast({ participant: { endsOn } }: Book, day: string): number {
  return days({ from: endsOn ?? day, to: day });
}
