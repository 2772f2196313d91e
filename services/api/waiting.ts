import { type Ledger, refresh } from '@ledger/application';
import { type Problem, problem } from '@ledger/kernel';

/** How long a reader waits for what was written elsewhere. */
const WAIT_MS = 5_000;

/** Waits, bounded, until this node has what is recorded up to a position, so that a writer reads their own write on any node. */
export async function reached(ledger: Ledger, after: string): Promise<Problem | undefined> {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(after)) {
    return problem('parameter_invalid', 'The parameter after is no position; send one as it was answered.', '/after');
  }
  const position = BigInt(after);
  if ((await refresh(ledger)) >= position) return undefined;
  const late = AbortSignal.timeout(WAIT_MS);
  let hasCome = Promise.withResolvers<void>();
  // Watched before it is looked again, so that what is recorded in between wakes as well.
  const unwatch = ledger.store.watch(() => hasCome.resolve());
  late.addEventListener('abort', () => hasCome.resolve());
  try {
    while (!late.aborted) {
      hasCome = Promise.withResolvers();
      if ((await refresh(ledger)) >= position) return undefined;
      if (!late.aborted) await hasCome.promise;
    }
    if ((await refresh(ledger)) >= position) return undefined;
  } finally {
    unwatch();
  }
  return problem(
    'view_behind',
    `Position ${after} is not here after ${WAIT_MS / 1_000} s; ask again, or leave after out.`,
  );
}
