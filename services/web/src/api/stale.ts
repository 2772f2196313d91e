/** Position of the last answer while the log is away, empty where none had one: what is shown is no newer. Nothing while it is there. */
let staleAt: string | undefined;
const listeners = new Set<() => void>();

export function currentStale(): string | undefined {
  return staleAt;
}

export function watchStale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Every answer of what the log says tells whether the log was there for it. Who one is comes without a position: it tells that the log is
 * away, but not that it is back.
 */
export function hearStale({ headers }: Response): void {
  const position = headers.get('ledger-position');
  const isStale = headers.get('ledger-stale') === 'true';
  if (position === null && !isStale) return;
  const told = isStale ? (position ?? staleAt ?? '') : undefined;
  if (told === staleAt) return;
  staleAt = told;
  for (const listener of listeners) listener();
}
