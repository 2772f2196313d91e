import { existsSync } from 'node:fs';
import { join } from 'node:path';

// What forms look at: to be held against what the ledger takes.
export { type Kind, shareLine, wrongWith } from './src/parts/checks.ts';
export { partsOf } from './src/parts/exact.ts';

/** Where the built application lies. */
export const APP_FOLDER = join(import.meta.dirname, 'dist');

/** The program that builds it where it is missing or not of the present sources: `node services/web/index.ts`. */
export const APP_BUILD = join(import.meta.dirname, 'index.ts');

/** The folder of the application, where it has been built: what `ledger serve` serves beside the API. */
export function builtApp(): string | undefined {
  return existsSync(join(APP_FOLDER, 'index.html')) ? APP_FOLDER : undefined;
}

if (import.meta.main) {
  // Its tools build otherwise for tests and for development.
  process.env.NODE_ENV = 'production';
  const { buildIfStale } = await import('./build.ts');
  await buildIfStale(APP_FOLDER, console.log);
}
