import { decode } from '@ledger/events';
import { rebuildViews } from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import type { Progress } from './close.ts';
import { type Ledger, refresh } from './ledger.ts';

export interface Rebuilt {
  readonly position: string;
  readonly events: number;
  readonly views: readonly {
    readonly name: string;
    readonly live: string;
    readonly rebuilt: string;
    readonly equal: boolean;
  }[];
}

/**
 * Builds every view again from nothing beside the ones in use, compares the digests, and takes the new ones into use. `gently`: as a
 * server does it, whose writers are not to notice.
 */
export async function rebuild(
  ledger: Ledger,
  onProgress?: Progress,
  { gently = false }: { readonly gently?: boolean } = {},
): Promise<Rebuilt> {
  await refresh(ledger);
  const { store, views } = ledger;
  const report = await rebuildViews({
    store,
    views,
    projections: VIEWS,
    decode,
    gently,
    onProgress: ({ position, head }) => onProgress?.(Number(position), Number(head)),
  });
  return {
    position: String(report.position),
    events: report.events,
    views: report.views.map(({ name, before, after }) => ({
      name,
      live: before,
      rebuilt: after,
      equal: before === after,
    })),
  };
}
