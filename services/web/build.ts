import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { HtmlTagDescriptor, Plugin, Rollup } from 'vite';

const here = import.meta.dirname;
/** What the application is made of, besides its sources: the versions of its libraries. */
const ALSO = [join(here, '..', '..', 'pnpm-lock.yaml'), join(here, 'build.ts'), join(here, 'index.html')];
/** What it shares with the ledger: how amounts are read. */
const MONEY = join(here, '..', '..', 'packages', 'money');

/** Of the API, for the type check: nothing of them is in what is built. */
const TYPES = join(here, 'src', 'api', 'generated');

/** Smaller files go in one packet as they are. */
const LEAST_COMPRESSED = 1_000;
/** The best quality takes twenty times as long for a twentieth less. */
const BROTLI_QUALITY = 9;

/**
 * What begins is small and waits for nothing. What every screen is made of comes in one file, and the screen that people wait for most in
 * another: each file costs a request. What they import is with them; whatever else is shared is in files of its own.
 */
const GROUPS = [
  { name: 'first', test: inFiles('src/api/(?:early|session|stale|unreached)\\.ts|src/screens/(?:index|screen)\\.ts') },
  {
    name: 'app',
    test: inFiles(
      'src/(?:router|shell/(?:door|frame|home)|parts/(?:go-to|moment|money|page|states))\\.tsx|core/styles\\.css',
    ),
  },
  { name: 'statement', test: inFiles('src/screens/me/statement\\.tsx') },
];

/** Builds the application where it is missing or not of these sources; answers its folder. */
export async function buildIfStale(folder: string, says: (line: string) => void): Promise<string> {
  const own = sources(join(here, 'src')).filter((file) => !file.startsWith(TYPES));
  const money = sources(MONEY).filter((file) => file.endsWith('.ts') && !file.includes('node_modules'));
  const of = digestOf([...ALSO, ...own, ...money]);
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
    plugins: [react(), fetchesAtOnce()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      // They know `light-dark()` themselves; what is written in its place for older ones is of one theme only.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Everything is a file of this server: no data: address needs an exception in the Content-Security-Policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
      rolldownOptions: {
        output: {
          codeSplitting: { groups: GROUPS },
        },
      },
    },
  });
  compress(join(folder, 'assets'));
  writeFileSync(stamp, of);
  return folder;
}

/** The page names the files of the application itself, too: they are fetched beside what begins, not after it. */
function fetchesAtOnce(): Plugin {
  return {
    name: 'fetches-at-once',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle = {}, chunk: entry }) {
        const chunks = Object.values(bundle).filter((each) => each.type === 'chunk');
        const main = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/src/main.tsx') === true);
        if (entry === undefined || main === undefined) throw new Error('The page has nothing to begin with.');
        const there = withImports(entry, chunks);
        const more = [...withImports(main, chunks)].filter((each) => !there.has(each));
        const styles = more.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const link = (rel: string, file: string): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel, crossorigin: true, href: `/${file}` },
          injectTo: 'head',
        });
        return [
          ...more.map(({ fileName }) => link('modulepreload', fileName)),
          ...styles.map((file) => link('stylesheet', file)),
        ];
      },
    },
  };
}

function withImports(
  first: Rollup.OutputChunk,
  chunks: readonly Rollup.OutputChunk[],
): ReadonlySet<Rollup.OutputChunk> {
  const found = new Set([first]);
  // What is added while it is walked is walked as well.
  for (const { imports } of found) for (const each of chunks) if (imports.includes(each.fileName)) found.add(each);
  return found;
}

/** Files are compressed once, when they are made; whoever takes neither form gets them as they are. */
function compress(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const bytes = readFileSync(file);
    if (bytes.length < LEAST_COMPRESSED) continue;
    writeFileSync(`${file}.gz`, gzipSync(bytes));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  }
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

function inFiles(ends: string): RegExp {
  return new RegExp(`[\\\\/](?:${ends.replaceAll('/', '[\\\\/]')})$`);
}
