import { posix } from 'node:path';
import { lineAt, readSource, type Source } from './source.ts';
import type { Tree } from './tree.ts';

/** What a folder's package may import, besides itself: names of packages, `node:*`, or `*` for everything. */
export type MayImport = Readonly<Record<string, readonly string[]>>;
/** One line for each thing that is wrong: `path:line: what, and what to do`. */
export type Findings = readonly string[];

const sources = new WeakMap<Tree, ReadonlyMap<string, Source>>();

function modules(tree: Tree): ReadonlyMap<string, Source> {
  const known = sources.get(tree);
  if (known !== undefined) return known;
  const read = new Map(
    [...tree].filter(([path]) => /\.tsx?$/.test(path)).map(([path, text]) => [path, readSource(text)]),
  );
  sources.set(tree, read);
  return read;
}

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Manifests by folder; `` is the root's. */
function manifests(tree: Tree): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const [path, text] of tree) {
    if (posix.basename(path) !== 'package.json') continue;
    const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
    found.set(folder, { name: '', dependencies: {}, devDependencies: {}, ...(JSON.parse(text) as Partial<Manifest>) });
  }
  return found;
}

function folderOf(path: string, folders: Iterable<string>): string | undefined {
  return [...folders].find((folder) => folder !== '' && path.startsWith(`${folder}/`));
}

const isRelative = (specifier: string) => specifier.startsWith('.');
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Every import that crosses the edge of a package is one that the table allows, by the package's name alone. */
export function forbiddenEdges(tree: Tree, mayImport: MayImport): Findings {
  const packages = manifests(tree);
  const findings: string[] = [];
  for (const [path, { imports }] of modules(tree)) {
    const folder = folderOf(path, packages.keys());
    if (folder === undefined) {
      findings.push(`${path}: belongs to no package; move it into one.`);
      continue;
    }
    const allowed = mayImport[folder];
    if (allowed === undefined) {
      findings.push(`${path}: ${folder} is not in the table of imports; say there what it may import.`);
      continue;
    }
    for (const { specifier, line } of imports) {
      const at = `${path}:${line}`;
      if (isRelative(specifier)) {
        const target = posix.join(posix.dirname(path), specifier);
        if (folderOf(target, packages.keys()) === folder) continue;
        findings.push(`${at}: ${specifier} leaves ${folder}; import the other package by its name.`);
        continue;
      }
      const name = specifier.startsWith('node:') ? 'node:*' : packageOf(specifier);
      if (name.startsWith('@ledger/') && name !== specifier) {
        findings.push(`${at}: ${specifier} reaches inside a package; import ${name}.`);
      }
      if (name === packages.get(folder)?.name) {
        findings.push(`${at}: a package imports itself by relative paths, not as ${name}.`);
      } else if (!allowed.includes('*') && !allowed.includes(name)) {
        findings.push(`${at}: ${folder} may not import ${name}.`);
      }
    }
  }
  return findings;
}

/** No file leads back to itself, and no package. Types count: who needs each other's types is one thing, not two. */
export function cycles(tree: Tree): Findings {
  const packages = manifests(tree);
  const byName = new Map([...packages].map(([folder, { name }]) => [name, folder]));
  const files = new Map<string, Set<string>>();
  const folders = new Map<string, Set<string>>();
  for (const [path, { imports }] of modules(tree)) {
    const folder = folderOf(path, packages.keys()) ?? '';
    for (const { specifier } of imports) {
      if (isRelative(specifier)) edge(files, path, posix.join(posix.dirname(path), specifier));
      const target = byName.get(packageOf(specifier));
      if (target !== undefined && target !== folder) edge(folders, folder, target);
    }
  }
  return [...findCycles(files), ...findCycles(folders)].map((cycle) => `${cycle.join(' → ')}: a cycle; cut one edge.`);
}

function edge(graph: Map<string, Set<string>>, from: string, to: string): void {
  graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

function findCycles(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (node: string, path: readonly string[]) => {
    if (path.includes(node)) {
      found.push([...path.slice(path.indexOf(node)), node]);
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

/** Versions live in the catalog; what a package imports it declares, and what it declares it imports. */
export function dependencies(
  tree: Tree,
  pinned: Readonly<Record<string, readonly string[]>>,
  unfinished: readonly string[],
): Findings {
  const findings: string[] = [];
  const packages = manifests(tree);
  for (const [folder, manifest] of packages) {
    const file = posix.join(folder, 'package.json');
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const [name, version] of Object.entries(declared)) {
      const wanted = name.startsWith('@ledger/') ? 'workspace:*' : 'catalog:';
      if (version === wanted || pinned[folder]?.includes(name)) continue;
      findings.push(`${file}: ${name} has version ${version}; write ${wanted}`);
    }
    // The root's are the tools.
    if (folder === '') continue;
    const imported = new Map<string, string>();
    for (const [path, { imports }] of modules(tree)) {
      if (folderOf(path, packages.keys()) !== folder) continue;
      for (const { specifier } of imports) {
        if (!isRelative(specifier) && !specifier.startsWith('node:')) imported.set(packageOf(specifier), path);
      }
    }
    for (const [name, path] of imported) {
      if (name !== manifest.name && !Object.hasOwn(declared, name))
        findings.push(`${path}: imports ${name}, which ${file} does not declare.`);
    }
    if (unfinished.includes(folder)) continue;
    for (const name of Object.keys(declared)) {
      if (!imported.has(name.replace(/^@types\//, '')) && pinned[folder]?.includes(name) !== true)
        findings.push(`${file}: declares ${name}, which nothing there imports.`);
    }
  }
  return findings;
}

/** What a file exports, another one names: whatever is used where it stands needs no door. `known`: what tools ask for by name. */
export function unusedExports(tree: Tree, known: readonly string[]): Findings {
  const files = new Map<string, number>();
  for (const { code } of modules(tree).values()) {
    for (const word of new Set(code.match(/[\w$]+/g))) files.set(word, (files.get(word) ?? 0) + 1);
  }
  return [...modules(tree)].flatMap(([path, { code }]) =>
    [...code.matchAll(EXPORT)].flatMap(({ 1: name = '', index }) =>
      files.get(name) === 1 && !known.includes(name)
        ? [`${path}:${lineAt(code, index)}: nothing else names ${name}; do not export it.`]
        : [],
    ),
  );
}

const EXPORT = /^export (?:async )?(?:function\*?|const|let|class) ([\w$]+)/gm;

/** A file that is too long has more than one story; the first limit that fits its path counts. */
export function tooLong(tree: Tree, limits: readonly { readonly path: RegExp; readonly lines: number }[]): Findings {
  return [...tree].flatMap(([path, text]) => {
    const limit = limits.find((entry) => entry.path.test(path))?.lines;
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return limit === undefined || lines <= limit ? [] : [`${path}: ${lines} lines are more than ${limit}; split it.`];
  });
}

export interface BannedText {
  readonly path: RegExp;
  readonly except?: RegExp;
  readonly text: RegExp;
  readonly instead: string;
  /** Look at the code only, not at comments and strings. */
  readonly code?: boolean;
}

/** Words and constructs that do not belong where they stand. */
export function banned(tree: Tree, rules: readonly BannedText[]): Findings {
  return rules.flatMap((rule) =>
    [...tree]
      .filter(([path]) => rule.path.test(path) && !rule.except?.test(path))
      .flatMap(([path, whole]) => {
        const text = rule.code ? (modules(tree).get(path)?.code ?? whole) : whole;
        return [...text.matchAll(new RegExp(rule.text, 'gu'))].map(
          (match) => `${path}:${lineAt(text, match.index)}: "${match[0].trim()}": ${rule.instead}.`,
        );
      }),
  );
}

/** A link in a document leads to a file or folder that is there. */
export function deadLinks(tree: Tree): Findings {
  const findings: string[] = [];
  for (const [path, whole] of tree) {
    if (!path.endsWith('.md')) continue;
    const text = whole.replace(/^(```|~~~)[\s\S]*?^\1/gm, blankLines).replace(/`[^`\n]*`/g, blankLines);
    for (const match of text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)) {
      const link = match[1] ?? match[2] ?? '';
      if (/^(?:[a-z][a-z+.-]*:|#)/.test(link)) continue;
      const target = posix.join(posix.dirname(path), decodeURI(link.replace(/#.*$/, ''))).replace(/\/$/, '');
      const there = tree.has(target) || [...tree.keys()].some((file) => file.startsWith(`${target}/`));
      if (!there) findings.push(`${path}:${lineAt(text, match.index)}: ${link} is not there.`);
    }
  }
  return findings;
}

function blankLines(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
