import { isWithin } from './calendar.ts';

/** Of several versions the one with the highest number whose interval holds the date; none after retirement. */
export function newestOn<V extends { readonly version: number; readonly from: string; readonly to: string | null }>(
  entry: { readonly versions: readonly V[]; readonly retiredFrom: string | null } | undefined,
  date: string,
): V | undefined {
  if (entry === undefined || (entry.retiredFrom !== null && entry.retiredFrom <= date)) return undefined;
  return [...entry.versions].sort((a, b) => b.version - a.version).find((version) => isWithin(version, date));
}
