import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** What the application is made of, besides its sources: the versions of its libraries. */
const ALSO = [join(here, '..', '..', 'pnpm-lock.yaml'), join(here, 'build.ts'), join(here, 'index.html')];

/** Of the API, for the type check: nothing of them is in what is built. */
const TYPES = join(here, 'src', 'api', 'generated');

/** Builds the application where it is missing or not of these sources; answers its folder. */
export async function buildIfStale(folder: string, says: (line: string) => void): Promise<string> {
  const of = digestOf([...ALSO, ...sources(join(here, 'src')).filter((file) => !file.startsWith(TYPES))]);
  const stamp = join(folder, '.of');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === of) return folder;
  says('Building the application …');
  // Not before there is something to build: whoever starts the application again waits for a digest alone.
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    root: here,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    plugins: [react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      // They know `light-dark()` themselves; what is written in its place for older ones is of one theme only.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Everything is a file of this server: no data: address needs an exception in the Content-Security-Policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
    },
  });
  writeFileSync(stamp, of);
  return folder;
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sources(path) : [path];
    })
    .sort();
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(here.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
