/**
 * `pnpm test`: types, lint and format, then every suite. The last line counts: each test of the suites, and one each for the type
 * check and the lint.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Report } from './report.ts';

const root = dirname(import.meta.dirname);
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Everything together stays under ten minutes, but where processors are shared; a stage that hangs must not take the report with it. */
const LIMITS_MS = { types: 60_000, build: 60_000, lint: 60_000, suites: 900_000 };

interface Stage {
  readonly title: string;
  readonly ok: boolean;
  readonly seconds: string;
}

function stage(title: string, command: string, args: readonly string[], timeout: number, env = process.env): Stage {
  console.log(`\n— ${title}`);
  const start = performance.now();
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', timeout });
  const ok = status === 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (error !== undefined) console.error(`${title}: ${error.message}`);
  else if (signal !== null) console.error(`${title}: ended by ${signal}`);
  return { title, ok, seconds };
}

/** `undefined` when the suites died before they could report. */
function suites(): { readonly stage: Stage; readonly report: Report | undefined } {
  const directory = mkdtempSync(join(tmpdir(), 'ledger-test-'));
  try {
    const path = join(directory, 'report.json');
    const args = [vitest, 'run', '--config', join(root, 'test', 'vitest.config.ts')];
    const env = { ...process.env, LEDGER_TEST_REPORT: path };
    const result = stage('suites', process.execPath, args, LIMITS_MS.suites, env);
    const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
    return { stage: result, report };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const checks = [
  stage('types of the API', process.execPath, ['services/web/client.ts'], LIMITS_MS.types),
  stage('build of the application', process.execPath, ['services/web/index.ts'], LIMITS_MS.build),
  stage('type check', bin('tsc'), ['--noEmit'], LIMITS_MS.types),
  stage('type check of the application', bin('tsc'), ['--noEmit', '-p', 'services/web'], LIMITS_MS.types),
  stage('lint and format', bin('biome'), ['check', '--error-on-warnings', '.'], LIMITS_MS.lint),
];
const run = suites();

const passed = (run.report?.passed ?? 0) + checks.filter((check) => check.ok).length;
const failures = [...checks.filter((check) => !check.ok).map((check) => check.title), ...(run.report?.failed ?? [])];
if (run.report === undefined) failures.push('suites: ended without a report');
else if (run.stage.ok !== (run.report.failed.length === 0)) failures.push('suites: exit code and report disagree');
const skipped = run.report?.skipped ?? [];

console.log('');
for (const { title, ok, seconds } of [...checks, run.stage]) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`);
}
for (const [reason, tests] of Map.groupBy(skipped, (skip) => skip.reason)) {
  console.log(`skipped ${tests.length}: ${reason}`);
  for (const { test } of tests) console.log(`        ${test}`);
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`\n${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
process.exitCode = failures.length > 0 ? 1 : 0;
