/**
 * `pnpm prove [cases]`: asks the second evaluator about plans and histories that no run has drawn before, 100,000 unless told. The
 * seed is printed; LEDGER_PROVE_SEED draws the same again.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const cases = process.argv[2] ?? '100000';
const seed = process.env.LEDGER_PROVE_SEED ?? String(randomInt(2 ** 31 - 1));
console.log(`${cases} cases, seed ${seed}`);
const { status } = spawnSync(process.execPath, [vitest, 'run', 'reference/'], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
  env: { ...process.env, LEDGER_PROVE_CASES: cases, LEDGER_PROVE_SEED: seed },
});
process.exitCode = status ?? 1;
