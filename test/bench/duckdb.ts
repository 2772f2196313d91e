import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * DuckDB as a reference. It weighs 70 MB and only this row of the bench needs it, so that it is no dependency of the workspace:
 * it is installed beside the demo's ledger when the row is first measured.
 */
const VERSION = '1.5.6-r.1';
const FOLDER = join(import.meta.dirname, '../../.ledger/bench');

/** The part of the client that the bench uses. */
export interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowsJson(): (string | number | null)[][] }>;
  createAppender(table: string): Promise<Appender>;
  closeSync(): void;
}
interface Appender {
  appendVarchar(value: string): void;
  appendInteger(value: number): void;
  endRow(): void;
  closeSync(): void;
}

/** A database in memory. */
export async function openDuckdb(): Promise<Connection> {
  mkdirSync(FOLDER, { recursive: true });
  const installed = join(FOLDER, 'node_modules/@duckdb/node-api/package.json');
  if (!existsSync(installed)) {
    execFileSync('npm', ['install', '--prefix', FOLDER, '--no-save', '--silent', `@duckdb/node-api@${VERSION}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  const { DuckDBInstance } = createRequire(installed)('@duckdb/node-api') as {
    DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
  };
  return (await DuckDBInstance.create(':memory:')).connect();
}
