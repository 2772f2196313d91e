import type { Code } from '@ledger/events';
import { nearest as alike } from '@ledger/kernel';

/** Something about a component that its author should know. */
export interface Finding {
  /** Where in the component, as `/table/0/from`. */
  readonly at: string;
  /** What is there and what to write instead: a clause that follows the path. */
  readonly says: string;
  readonly code?: Code;
  readonly warning?: true;
}

/** ` (there is new-arr)`, where something known is spelt alike. */
export function nearest(id: string, names: Iterable<string>): string {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const all = [...names];
  const begun = all.find(
    (other) => bare(other) === bare(id) || bare(other).startsWith(bare(id)) || bare(id).startsWith(bare(other)),
  );
  const known = begun ?? alike(id, all);
  return known === undefined ? '' : ` (there is ${known})`;
}
