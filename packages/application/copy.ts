import { createHash } from 'node:crypto';
import {
  type CopyTarget,
  chainChecker,
  type Directory,
  type EventStore,
  isProblem,
  type Problem,
  ProblemError,
  problem,
  type Stored,
} from '@ledger/kernel';
import type { Progress } from './close.ts';

export interface Copied {
  readonly ledger: string;
  readonly events: number;
  /** Events that the target had from an earlier run. */
  readonly found: number;
  readonly people: number;
  readonly position: string;
  /** As `verify` names the log: SHA-256 over the position and the hash of every event, the same on both stores. */
  readonly digest: string;
}

const PAGE = 1_000;
/** How often a target that did not answer is asked again how far it has come. */
const ATTEMPTS = 10;

/**
 * Copies a ledger to another store: the same events at the same positions, with their times and hashes, and the names of people. A copy
 * that ended on its way goes on where it was. A target that holds anything else is refused with `store_foreign` before it is written to.
 */
export async function copyLedger(
  from: { readonly store: EventStore; readonly directory: Directory },
  to: CopyTarget & { readonly directory: Directory },
  onProgress: Progress = () => undefined,
): Promise<Copied | Problem> {
  try {
    const head = await from.store.head();
    const found = await to.store.head();
    const check = chainChecker();
    const whole = createHash('sha256');
    const target = createHash('sha256');
    let at = 0n;
    for (;;) {
      const page = (await from.store.readAll({ after: at, limit: PAGE })).filter(({ position }) => position <= head);
      const last = page.at(-1);
      if (last === undefined) break;
      for (const event of page) {
        check(event);
        whole.update(lineOf(event));
      }
      const written = await copyPage(to, page, at);
      if (isProblem(written)) return written;
      for (const event of written) target.update(lineOf(event));
      at = last.position;
      onProgress(Number(at), Number(head));
    }
    const digest = whole.digest('hex');
    if (target.digest('hex') !== digest || (await to.store.head()) !== at) return elsewhere(at);
    const people = await from.directory.list();
    await to.directory.put(people);
    return {
      ledger: from.store.ledger,
      events: Number(at),
      found: Number(found < at ? found : at),
      people: people.length,
      position: String(at),
      digest,
    };
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

/** Writes what the target does not have of a page, and answers with the events that it has then, read back. */
async function copyPage(to: CopyTarget, page: readonly Stored[], after: bigint): Promise<readonly Stored[] | Problem> {
  for (let attempt = 1; ; attempt++) {
    try {
      const there = await to.store.readAll({ after, limit: page.length });
      const different = there.findIndex((event, index) => lineOf(event) !== lineOf(page[index]));
      if (different !== -1) return elsewhere(page[different]?.position ?? after);
      if (there.length === page.length) return there;
      await to.take(page.slice(there.length));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'store_unavailable' || attempt === ATTEMPTS)
        throw error;
    }
  }
}

function lineOf(event: Stored | undefined): string {
  return `${event?.position} ${event?.hash}\n`;
}

function elsewhere(position: bigint): Problem {
  const says = `The store that is copied to holds something else than the ledger at position ${position}; name an empty one, or one that an earlier copy has begun.`;
  return problem('store_foreign', says);
}
