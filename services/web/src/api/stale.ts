/** Position of the last answer while the log is away: what is shown is no newer. Nothing while it is there. */
let staleAt: string | undefined;
const listeners = new Set<() => void>();

export function currentStale(): string | undefined {
  return staleAt;
}

export function watchStale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every read that is answered says whether the log was there for it. */
export function hearStale({ headers }: Response): void {
  const told = headers.get('ledger-stale') === 'true' ? (headers.get('ledger-position') ?? '') : undefined;
  if (told === staleAt) return;
  staleAt = told;
  for (const listener of listeners) listener();
}
