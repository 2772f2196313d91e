import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what the files of one run share, such as the demo ledger told once; it goes when the run ends. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-run-'));
  process.env.LEDGER_TEST_RUN = folder;
  // Hundreds of processes start in a run: what one of them has compiled, the others read.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  return () => rmSync(folder, { recursive: true, force: true });
}
