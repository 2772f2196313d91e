import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** What a run of the suites came to. Read by run.ts, which counts. */
export interface Report {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly { readonly test: string; readonly reason: string }[];
}

/** Writes a Report when the run ends. A file that cannot be loaded and an error outside any test count as a failure each. */
export function reporterTo(path: string): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      let passed = 0;
      const failed: string[] = [];
      const skipped: { test: string; reason: string }[] = [];
      for (const module of modules) {
        const failedBefore = failed.length;
        for (const test of module.children.allTests()) {
          const name = `${module.relativeModuleId} > ${test.fullName}`;
          const result = test.result();
          if (result.state === 'passed') passed++;
          else if (result.state === 'skipped') skipped.push({ test: name, reason: result.note ?? 'no reason given' });
          else failed.push(name);
        }
        const broken = module.errors().length > 0 || module.state() === 'failed' || module.state() === 'pending';
        if (broken && failed.length === failedBefore) failed.push(module.relativeModuleId);
      }
      for (const error of unhandled) failed.push(`outside any test: ${error.message}`);
      writeFileSync(path, JSON.stringify({ passed, failed, skipped } satisfies Report));
    },
  };
}
