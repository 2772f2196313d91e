import { type Ledger, refresh } from '@ledger/application';
import { ProblemError, type ViewStore } from '@ledger/kernel';
import type { FastifyBaseLogger } from 'fastify';

/** How long views that could not go on wait before they are tried again. */
const PAUSE_MS = 1_000;

/** How many ask that the views be left alone for now, and what goes on when none does any more. */
const held = new WeakMap<ViewStore, { count: number; goOn: () => void }>();

/**
 * Leaves the views where they are while much is recorded at once, unless a reader asks: brought up in one go they cost less, and the
 * batch is in sooner. Answers with how to go on.
 */
export function holdFollowing({ views }: Ledger): () => void {
  const holding = held.get(views) ?? { count: 0, goOn: () => undefined };
  held.set(views, holding);
  holding.count += 1;
  return () => {
    holding.count -= 1;
    if (holding.count === 0) holding.goOn();
  };
}

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
  const holding = held.get(ledger.views) ?? { count: 0, goOn: bring };
  holding.goOn = bring;
  held.set(ledger.views, holding);
  const unwatch = ledger.store.watch(() => {
    if (holding.count === 0) bring();
  });
  signal.addEventListener('abort', () => {
    unwatch();
    clearTimeout(timer);
  });
}
