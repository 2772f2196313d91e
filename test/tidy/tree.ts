import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files of the repository by path from its root, with `/`. Those that hold no text are there by name only. */
export type Tree = ReadonlyMap<string, string>;

const TEXT = /\.(?:tsx?|md|json|ya?ml)$|^\.ci\//;

/** What git tracks or would track; every file but what tools leave behind, where there is no git. */
export function readTree(): Tree {
  const root = dirname(dirname(import.meta.dirname));
  const paths = (tracked(root) ?? walk(root)).filter((path) => existsSync(join(root, path))).sort();
  return new Map(paths.map((path) => [path, TEXT.test(path) ? readFileSync(join(root, path), 'utf8') : '']));
}

function tracked(root: string): readonly string[] | undefined {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...new Set(listed.split('\0'))].filter((path) => path !== '');
  } catch {
    return undefined;
  }
}

function walk(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return /^(?:node_modules|\.git|\.ledger|coverage)$/.test(entry.name) ? [] : walk(root, path);
  });
}
