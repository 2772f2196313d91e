import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what the files of one run share, such as the demo ledger told once; it goes when the run ends. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-run-'));
  process.env.LEDGER_TEST_RUN = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
