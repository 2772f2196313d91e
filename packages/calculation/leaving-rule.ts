import type { LeavingRule, PlanDocument } from '@ledger/events';
import type { ParticipantEntry } from './book.ts';
import { latestOf } from './periods.ts';

/** What a plan says of somebody who has left; `null` where it says nothing, or they have not. */
export function leavingRule(
  { endsOn, separation }: Pick<ParticipantEntry, 'endsOn' | 'separation'>,
  { onLeaving }: Pick<PlanDocument, 'onLeaving'>,
): LeavingRule | null {
  if (endsOn === null || onLeaving === undefined) return null;
  return (separation === undefined ? undefined : onLeaving[separation]) ?? onLeaving.default ?? null;
}

/** First day on which deals no longer earn as those of somebody who is there: the end, or the end of compensation after it. */
export function earnsUntil({ endsOn, compensationEnds }: ParticipantEntry): string | null {
  return endsOn === null ? null : latestOf(endsOn, compensationEnds ?? endsOn);
}

/** Days after the end within which deals that close may still earn something. */
export function lastPipelineDay(rule: LeavingRule | null): number {
  return Math.max(0, ...(rule?.pipeline ?? []).map(({ days }) => days));
}

/** The share that a deal pays which closes so many days after the end, 0 for the first of them. */
export function pipelineShare({ pipeline }: LeavingRule, days: number): string {
  return pipeline.find((step) => days < step.days)?.pays ?? '0';
}
