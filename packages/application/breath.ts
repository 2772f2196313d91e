import { setImmediate } from 'node:timers/promises';

/** How long work may keep everybody else waiting. */
const SLICE_MS = 10;

/** Long work calls it between its parts, so that whoever shares the process is served meanwhile. */
export function breathing(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
