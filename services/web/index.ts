import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the built application lies. */
export const APP_FOLDER = join(import.meta.dirname, 'dist');

/** The folder of the application, where it has been built: what `ledger serve` serves beside the API. */
export function builtApp(): string | undefined {
  return existsSync(join(APP_FOLDER, 'index.html')) ? APP_FOLDER : undefined;
}

/** Builds the application unless what lies there is of these sources. Loads the builder only then: a server that runs needs none of it. */
export async function ensureApp(says: (line: string) => void = () => undefined): Promise<string> {
  const { buildIfStale } = await import('./build.ts');
  return buildIfStale(APP_FOLDER, says);
}

// `node services/web/index.ts` builds, for whoever makes an image.
if (import.meta.main) await ensureApp(console.log);
