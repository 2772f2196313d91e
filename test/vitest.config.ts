import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { reporterTo } from './report.ts';

const report = process.env.LEDGER_TEST_REPORT;

/** Folders of suites that leave nothing behind in their process: no directory, no environment, nothing in a module that another would meet. */
const SHARING = [
  ...['calculation', 'decisions', 'events', 'kernel', 'money', 'recompute', 'reference'],
  ...['projections', 'store', 'contracts', 'application', 'api', 'cli'],
  ...['cases', 'connectors', 'golden', 'plan-cases', 'relay', 'bus', 'eventstoredb', 'faults', 'system', 'web'],
].map((folder) => `${folder}/**/*.test.ts`);

/** The second opinion takes longest: begun last, it would run alone while the other workers have nothing left to do. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes('/reference/');
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    root: import.meta.dirname,
    projects: [
      // Those share the modules that they load.
      { extends: true, test: { name: 'sharing', include: SHARING, isolate: false } },
      // A process for each file: tests open stores, kill writers and change directories without meeting each other.
      {
        extends: true,
        test: { name: 'suites', include: ['**/*.test.ts'], exclude: ['**/node_modules/**', ...SHARING] },
      },
    ],
    sequence: { sequencer: LongestFirst },
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
