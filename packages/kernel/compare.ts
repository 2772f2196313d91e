import type { Fact } from './fold.ts';
import { ProblemError } from './problem.ts';
import { type Run, runViews } from './runner.ts';
import type { ViewId, ViewStore } from './views.ts';

export interface ComparedView extends ViewId {
  /** Digests of the view in use and of one that was built from nothing, at the same position. */
  readonly live: string;
  readonly rebuilt: string;
  readonly equal: boolean;
  /** Position of the first event whose rows are not those of the rebuild; `null` where none is, or where only labels differ. */
  readonly firstDifference: bigint | null;
}

/**
 * Builds views from nothing beside the live ones, compares the two, and throws the new ones away: what is in use stays in use, whatever
 * comes out. Views of the run that stopped are compared up to where they stopped.
 */
export async function compareViews<E extends Fact>(run: Omit<Run<E>, 'build'>): Promise<readonly ComparedView[]> {
  const { views, projections } = run;
  let isOurs = true;
  await views.clearShadow();
  try {
    await runViews({ ...run, build: 'shadow' });
    const compared: ComparedView[] = [];
    for (const { name, version } of projections) compared.push(await compare(views, { name, version }));
    return compared;
  } catch (error) {
    isOurs = !isTaken(error);
    throw error;
  } finally {
    if (isOurs) await views.clearShadow();
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'shadow_taken';
}

async function compare(views: ViewStore, view: ViewId): Promise<ComparedView> {
  const live = await views.state(view, 'live');
  const shadow = await views.state(view, 'shadow');
  const isBehind = live.checkpoint < shadow.checkpoint;
  const { checkpoint: at } = isBehind ? live : shadow;
  const digests = await Promise.all([views.digest(view, 'live', at), views.digest(view, 'shadow', at)]);
  const hasSameRows = digests[0] === digests[1];
  // Labels have no position of their own: they can be compared where both builds have folded the same.
  const hasSameLabels =
    live.checkpoint !== shadow.checkpoint ||
    (await views.labelDigest(view, 'live')) === (await views.labelDigest(view, 'shadow'));
  const firstDifference = hasSameRows ? null : await firstUnequal(views, view, at);
  return { ...view, live: digests[0], rebuilt: digests[1], equal: hasSameRows && hasSameLabels, firstDifference };
}

/** Digests are taken from the beginning on, so that all after the first difference are unequal, and none before. */
async function firstUnequal(views: ViewStore, view: ViewId, at: bigint): Promise<bigint> {
  let [equal, unequal] = [0n, at];
  while (unequal - equal > 1n) {
    const middle = (equal + unequal) / 2n;
    const isSame = (await views.digest(view, 'live', middle)) === (await views.digest(view, 'shadow', middle));
    if (isSame) equal = middle;
    else unequal = middle;
  }
  return unequal;
}
