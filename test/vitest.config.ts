import { defineConfig } from 'vitest/config';
import { reporterTo } from './report.ts';

const report = process.env.LEDGER_TEST_REPORT;

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    setupFiles: ['./setup.ts'],
    // A process for each file: tests open stores, kill writers and change directories without meeting each other.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    reporters: report === undefined ? ['default'] : ['default', reporterTo(report)],
  },
});
