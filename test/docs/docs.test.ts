import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runCli } from '@ledger/cli';
import { afterAll, describe, expect, test } from 'vitest';
import { matches, readPage, runPage, stepsOf, trimmed } from './page.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })].sort();
const here = process.cwd();
const temporary = mkdtempSync(join(tmpdir(), 'ledger-docs-'));

afterAll(() => {
  process.chdir(here);
  rmSync(temporary, { recursive: true, force: true });
});

/** The folder in which a page ended, by the page's name, so that each page is run once. */
const ended = new Map<string, Promise<{ readonly folder: string; readonly wrong: readonly string[] }>>();

function end(name: string): Promise<{ readonly folder: string; readonly wrong: readonly string[] }> {
  let known = ended.get(name);
  if (known === undefined) {
    known = run(name);
    ended.set(name, known);
  }
  return known;
}

async function run(name: string): Promise<{ readonly folder: string; readonly wrong: readonly string[] }> {
  const page = readPage(read(name));
  if (page === undefined) throw new Error(`${name} is gone on from, but is not a page that runs`);
  const folder = join(temporary, name.replaceAll(/[^a-z0-9]+/g, '-'));
  mkdirSync(folder);
  if (page.goesOnFrom !== null) {
    const before = await end(join(dirname(name), page.goesOnFrom));
    cpSync(before.folder, folder, { recursive: true });
  }
  process.chdir(folder);
  return { folder, wrong: await runPage(page) };
}

describe('pages that run print what they show', () => {
  const runnable = pages.filter((name) => readPage(read(name)) !== undefined);

  test('there are such pages', () => {
    expect(runnable.length).toBeGreaterThan(9);
  });

  for (const name of runnable) {
    test(name, async () => {
      const { wrong } = await end(name);
      expect(wrong.join('\n\n')).toBe('');
    });
  }
});

test('the README shows what the demo prints', () => {
  // A copy of the command line, so that the demo's ledger is another one than that of other tests.
  const copy = join(temporary, 'demo');
  const cli = join(root, 'services/cli');
  cpSync(cli, join(copy, 'services/cli'), { recursive: true, filter: (path) => !path.includes('node_modules') });
  symlinkSync(join(cli, 'node_modules'), join(copy, 'services/cli/node_modules'));
  const demo = spawnSync(process.execPath, [join(copy, 'services/cli/demo/demo.ts')], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(demo.stderr).toBe('');
  const shown = /```text demo\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
  expect(shown).not.toBe('');
  expect(matches(trimmed(shown.split('\n')), trimmed(demo.stdout.split('\n')))).toBe(true);
});

test('every command and every option has its place in the reference', async () => {
  const reference = read('docs/reference/command-line.md');
  const help = async (...words: string[]) => {
    let text = '';
    const out = (part: string) => {
      text += part;
    };
    await runCli([...words, '--help'], { out, err: out, env: {}, colour: false, terminal: false, columns: 200 });
    return text.split('Global Options:')[0] ?? '';
  };
  const names = [...(await help()).matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(15);
  const sections = reference.split(/^## /m);
  const missing: string[] = [];
  for (const name of names) {
    const words = name === 'import' ? ['import', 'deals'] : [name];
    const section = sections.find((each) => each.startsWith(`\`${words.join(' ')}`));
    if (section === undefined) missing.push(name);
    for (const [, option = ''] of (await help(...words)).matchAll(/^ {2}(?:-., )?(--[a-z-]+)/gm)) {
      if (option !== '--help' && section?.includes(`\`${option}`) !== true) missing.push(`${name} ${option}`);
    }
  }
  expect(missing).toEqual([]);
});

test('every field of a definition file has its place in the reference', () => {
  // What a plan can say has a page of its own.
  const reference = read('docs/reference/definition-files.md') + read('docs/plan-language.md');
  const missing: string[] = [];
  for (const kind of ['metric', 'plan', 'people', 'quotas', 'rates', 'calendar', 'queries', 'exception']) {
    const schema: unknown = JSON.parse(read(`docs/schemas/${kind}.schema.json`));
    for (const field of fieldsOf(schema)) if (!isNamed(reference, field)) missing.push(`${kind}: ${field}`);
  }
  expect(missing).toEqual([]);
});

/** As `field`, or as it stands in an example: `{ rolling: 3 }`. */
function isNamed(page: string, field: string): boolean {
  return new RegExp(`[\`{ ]${field}[\`:]`).test(page);
}

function fieldsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null
      ? Object.keys(schema.properties)
      : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
}

test('a page that shows something else is noticed', async () => {
  const page = { goesOnFrom: null, steps: stepsOf('```console\n$ ledger --help\nUsage: something else\n```') };
  expect(await runPage(page)).toHaveLength(1);
  expect(matches(['a', '…', 'total …'], ['a', 'b', 'c', 'total 3'])).toBe(true);
  expect(matches(['a', 'total …'], ['a', 'b', 'total 3'])).toBe(false);
});
