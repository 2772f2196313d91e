import type { DealEntry, Posted, QuotaEntry, StatementAmounts } from '@ledger/calculation';
import { dealKey } from '@ledger/events';
import type { ViewId, ViewStore } from '@ledger/kernel';
import { dealsView, definitionsView, participantLabel, postedView } from '@ledger/projections';

/** A decision that departs from the rules, by where it stands. */
export type Departure =
  | { readonly kind: 'exception'; readonly participant: string; readonly exception: string }
  | {
      readonly kind: 'relief';
      readonly participant: string;
      readonly metric: string;
      readonly year: number;
      readonly relief: string;
    }
  | { readonly kind: 'split'; readonly source: string; readonly deal: string; readonly exception: string };

/** What would have been frozen instead, and at which freeze of its period. */
export interface PostedHere {
  readonly statement: StatementAmounts;
  readonly freeze: number;
}

interface Row {
  readonly key: string;
  readonly row: string;
}

/**
 * A branch of the books on which a decision was never taken. `posted`: what was frozen on the branch instead of what was frozen, by
 * the key of the payout; whoever goes through the periods in order puts it there.
 */
export function viewsWithout(
  views: ViewStore,
  departure: Departure,
  posted: ReadonlyMap<string, PostedHere>,
): ViewStore {
  const change = changing(departure, posted);
  const rows = (view: ViewId, found: readonly Row[]): readonly Row[] =>
    found.flatMap(({ key, row }) => {
      const changed = change(view, key, row);
      return changed === null ? [] : [{ key, row: changed }];
    });
  return {
    ...views,
    get: async (view, key, asOf, build) => {
      const row = await views.get(view, key, asOf, build);
      return row === undefined ? undefined : (change(view, key, row) ?? undefined);
    },
    list: async (view, prefix, asOf) => rows(view, await views.list(view, prefix, asOf)),
    labelled: async (view, label, asOf) => {
      const found = rows(view, await views.labelled(view, label, asOf));
      return isPosted(view) ? [...found, ...onlyHere(posted, label, found)] : found;
    },
    changes: async (view, of, range) =>
      (await views.changes(view, of, range)).flatMap((each) => {
        if (each.row === null) return [each];
        const row = change(view, each.key, each.row);
        return row === null ? [] : [{ ...each, row }];
      }),
  };
}

function isPosted({ name }: ViewId): boolean {
  return name === postedView.name;
}

/** What a row is on the branch; `null`: it is not there. */
function changing(departure: Departure, posted: ReadonlyMap<string, PostedHere>) {
  const { view: own, key: place } = placeOf(departure);
  return (view: ViewId, key: string, row: string): string | null => {
    if (isPosted(view)) {
      const here = posted.get(key);
      return here === undefined ? row : JSON.stringify({ ...(JSON.parse(row) as Posted), statement: here.statement });
    }
    if (view.name !== own || key !== place) return row;
    switch (departure.kind) {
      case 'exception':
        return null;
      case 'relief': {
        const entry = JSON.parse(row) as QuotaEntry;
        return JSON.stringify({ ...entry, reliefs: entry.reliefs.filter(({ relief }) => relief !== departure.relief) });
      }
      case 'split': {
        const entry = JSON.parse(row) as DealEntry;
        const splits = entry.splits.filter(({ exception }) => exception !== departure.exception);
        return JSON.stringify({ ...entry, splits });
      }
      default:
        return departure satisfies never;
    }
  };
}

function placeOf(departure: Departure): { readonly view: string; readonly key: string } {
  switch (departure.kind) {
    case 'exception':
      return { view: definitionsView.name, key: `exception/${departure.participant}.${departure.exception}` };
    case 'relief':
      return {
        view: definitionsView.name,
        key: `quota/${departure.participant}.${departure.metric}.${departure.year}`,
      };
    case 'split':
      return { view: dealsView.name, key: dealKey(departure) };
    default:
      return departure satisfies never;
  }
}

/** Statements of people to whom nothing was due as it was, and something would have been. */
function onlyHere(posted: ReadonlyMap<string, PostedHere>, label: string, found: readonly Row[]): readonly Row[] {
  return [...posted].flatMap(([key, { statement, freeze }]) => {
    if (participantLabel(statement.participant) !== label || found.some((each) => each.key === key)) return [];
    const counted = freeze === 1 ? {} : { freeze };
    const entry: Posted = { kind: 'posted', asOf: '0', ...counted, digest: '', statement, event: '' };
    return [{ key, row: JSON.stringify(entry) }];
  });
}
