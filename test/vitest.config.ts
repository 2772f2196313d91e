import { defineConfig } from 'vitest/config';
import { reporterTo } from './report.ts';

const report = process.env.LEDGER_TEST_REPORT;

const PURE = ['calculation', 'decisions', 'events', 'kernel', 'money', 'recompute', 'reference'].map(
  (folder) => `${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    root: import.meta.dirname,
    projects: [
      // What touches nothing outside of itself shares the modules that it loads.
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      // A process for each file: tests open stores, kill writers and change directories without meeting each other.
      { extends: true, test: { name: 'suites', include: ['**/*.test.ts'], exclude: ['**/node_modules/**', ...PURE] } },
    ],
    setupFiles: ['./setup.ts'],
    globalSetup: ['./run-folder.ts'],
    pool: 'forks',
    // One more than the cores of a small machine: some suites wait for processes and servers.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    reporters: report === undefined ? ['default'] : ['default', reporterTo(report)],
  },
});
