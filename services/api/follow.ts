import { type Ledger, refresh } from '@ledger/application';
import { type Bus, type EventStore, ProblemError } from '@ledger/kernel';
import type { FastifyBaseLogger } from 'fastify';

/** How long views that could not go on wait before they are tried again. */
const PAUSE_MS = 1_000;

/** A store that tells other processes what it has appended, and wakes with them. Losing a signal costs a poll of the store's own. */
export function signalling(store: EventStore, bus: Bus): EventStore {
  const told = (position: bigint | undefined) => {
    if (position !== undefined) bus.signal(position);
  };
  return {
    ledger: store.ledger,
    async append(append) {
      const answer = await store.append(append);
      if (answer.ok) told(answer.position);
      return answer;
    },
    async appendEach(appends) {
      const answers = await store.appendEach(appends);
      told(answers.findLast((answer) => answer.ok)?.position);
      return answers;
    },
    read: (stream, options) => store.read(stream, options),
    readAll: (options) => store.readAll(options),
    head: () => store.head(),
    positionAt: (instant) => store.positionAt(instant),
    watch(wake) {
      const unwatch = store.watch(wake);
      const unheard = bus.onSignal(wake);
      return () => {
        unwatch();
        unheard();
      };
    },
    check: () => store.check(),
    close: () => store.close(),
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
  const unwatch = ledger.store.watch(bring);
  signal.addEventListener('abort', () => {
    unwatch();
    clearTimeout(timer);
  });
}
