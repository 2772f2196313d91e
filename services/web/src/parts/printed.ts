import { useSyncExternalStore } from 'react';

const paper = matchMedia('print');

function watch(changed: () => void): () => void {
  paper.addEventListener('change', changed);
  return () => paper.removeEventListener('change', changed);
}

/** Whether the page is on its way to paper: there nothing is behind a button. */
export function usePrinted(): boolean {
  return useSyncExternalStore(watch, () => paper.matches);
}
