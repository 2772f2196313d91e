import type { Draft } from './compile.ts';
import type { DealMapping } from './mapping.ts';
import type { RowErrors } from './problems.ts';
import { disagreement, MOST_LINES } from './snapshot.ts';

/** Rows that wait for others of their deal: so far apart may those stand whose lines have ids. */
export const MOST_WAITING = 20_000;

/** Puts the rows of a file whose rows are lines together to deals, in the order in which these begin. */
export interface LinesTogether {
  /** `again`: the very line has come before. */
  add(draft: Draft): 'again' | undefined;
  end(): void;
}

/**
 * Where lines have no ids, a deal ends where another begins: its rows elsewhere in the file may be the same ones once more, and to add
 * them up would count them twice.
 */
export function linesTogether(
  mapping: DealMapping,
  errors: RowErrors,
  write: (rows: readonly Draft[]) => void,
): LinesTogether {
  const most = mapping.lines?.line === undefined ? 0 : MOST_WAITING;
  const deals = new Map<string, Draft[]>();
  let waiting = 0;

  function writeFirst(): void {
    for (const [deal, rows] of deals) {
      deals.delete(deal);
      waiting -= rows.length;
      write(rows);
      return;
    }
  }

  return {
    add(draft) {
      const rows = deals.get(draft.deal) ?? [];
      const [first] = rows;
      if (first === undefined) {
        while (waiting > most) writeFirst();
        deals.set(draft.deal, rows);
      } else {
        const field = disagreement(first, draft);
        if (field !== undefined) {
          const what = `has another ${field} than row ${first.row} of the same deal`;
          errors.row = draft.row;
          errors.add('row_conflict', mapping.deal, draft.deal, what, 'rows of a deal differ in their lines only');
          return undefined;
        }
        if (rows.some((row) => isSameLine(row, draft))) return 'again';
      }
      // One more than fits is enough to know that it does not.
      if (rows.length > MOST_LINES) return undefined;
      rows.push(draft);
      waiting += 1;
      return undefined;
    },
    end() {
      while (deals.size > 0) writeFirst();
    },
  };
}

/** Without an id, a line that says the same may be another one. */
function isSameLine(row: Draft, { lineId, lineBefore, lineAfter }: Draft): boolean {
  return lineId !== '' && row.lineId === lineId && row.lineBefore === lineBefore && row.lineAfter === lineAfter;
}
