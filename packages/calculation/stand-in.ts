import type { DealEntry } from './book.ts';

/** `source` of a stand-in for a deal; no source can be called this. */
export const STAND_IN = '~';

/** Whether an entry is no deal, and stands in for what somebody earned beside deals: nobody is credited with it. */
export function isStandIn({ source }: Pick<DealEntry, 'source'>): boolean {
  return source === STAND_IN;
}
