import { type Ledger, refresh } from '@ledger/application';
import { ProblemError } from '@ledger/kernel';
import type { FastifyBaseLogger } from 'fastify';

/** How long views that could not go on wait before they are tried again. */
const PAUSE_MS = 1_000;

/**
 * Keeps the views of a server up to date until the signal aborts, so that a reader finds the work done. A view that stopped is tried
 * again; readers are told in the meantime.
 */
export function followLog(ledger: Ledger, signal: AbortSignal, log: FastifyBaseLogger): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const bring = (): void => {
    refresh(ledger).catch((error: unknown) => {
      const code = error instanceof ProblemError ? error.problem.code : 'internal';
      if (signal.aborted) return;
      log.error({ code }, 'views do not go on');
      clearTimeout(timer);
      timer = setTimeout(bring, PAUSE_MS);
    });
  };
  const unwatch = ledger.store.watch(bring);
  signal.addEventListener('abort', () => {
    unwatch();
    clearTimeout(timer);
  });
}
