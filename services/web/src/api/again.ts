import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

/** Long enough to take what comes at once as one, short enough to be called at once. */
const TOGETHER_MS = 150;

/** Reads again what is under these addresses of the API, once for everything that was told within a moment. */
export function useAgain(under: string): () => void {
  const queries = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(waiting.current), []);
  return () => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      void queries.invalidateQueries({ predicate: ({ queryKey: [, path] }) => String(path).startsWith(under) });
    }, TOGETHER_MS);
  };
}
