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
  while (!late.aborted) {
    await woken(ledger, late);
    if ((await refresh(ledger)) >= position) return undefined;
  }
  return problem(
    'view_behind',
    `Position ${after} is not here after ${WAIT_MS / 1_000} s; ask again, or leave after out.`,
  );
}

/** Until anything was appended, or it is too late. */
function woken({ store }: Ledger, late: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const unwatch = store.watch(done);
    function done(): void {
      unwatch();
      late.removeEventListener('abort', done);
      resolve();
    }
    if (late.aborted) done();
    else late.addEventListener('abort', done, { once: true });
  });
}
