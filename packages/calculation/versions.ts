import { holds } from './periods.ts';

interface Dated {
  readonly version: number;
  readonly from: string;
  readonly to: string | null;
}

/**
 * The version of a metric or plan that applies on a date: of those whose [from, to) holds it the newest, so that a later version
 * can restate the past; nothing from the date of retirement on.
 */
export function versionOn<V extends Dated>(
  entry: { readonly versions: readonly V[]; readonly retiredFrom: string | null },
  date: string,
): V | undefined {
  if (entry.retiredFrom !== null && date >= entry.retiredFrom) return undefined;
  let newest: V | undefined;
  for (const version of entry.versions) {
    if (holds(version, date) && (newest === undefined || version.version >= newest.version)) newest = version;
  }
  return newest;
}
