import { describe, expect, test } from 'vitest';
import {
  type BannedText,
  banned,
  cycles,
  deadLinks,
  dependencies,
  type Findings,
  forbiddenEdges,
  type MayImport,
  tooLong,
  unusedExports,
} from './tidy/rules.ts';
import { readSource } from './tidy/source.ts';
import { readTree, type Tree } from './tidy/tree.ts';

/** One direction of dependency. The pure packages may not even reach for Node: no clock, no file, no chance gets in. */
const MAY_IMPORT: MayImport = {
  events: ['@ledger/kernel', 'zod'],
  'packages/kernel': ['zod', 'ulid', 'node:*'],
  'packages/money': ['decimal.js'],
  // Whoever doubts a statement can take this one away and run it: nothing of ours is in it.
  'packages/recompute': ['node:*'],
  'packages/calculation': ['@ledger/kernel', '@ledger/money', '@ledger/events', '@marcbachmann/cel-js', 'zod'],
  'packages/decisions': ['@ledger/kernel', '@ledger/money', '@ledger/events'],
  'packages/store-sqlite': ['@ledger/kernel', 'node:*'],
  'packages/store-eventstoredb': ['@ledger/kernel', '@eventstore/db-client', 'node:*'],
  'packages/bus-nats': ['@ledger/kernel', 'nats', 'node:*'],
  'packages/proofs': ['@ledger/kernel', 'node:*'],
  'packages/connectors': [
    '@ledger/kernel',
    '@ledger/money',
    '@ledger/events',
    '@ledger/decisions',
    'csv-parse',
    // Statements to keep and to print, in letters of every European script.
    'dejavu-fonts-ttf',
    'pdfkit',
    'yaml',
    'zod',
    'node:*',
  ],
  projections: ['@ledger/kernel', '@ledger/money', '@ledger/events', '@ledger/calculation'],
  'packages/application': [
    '@ledger/kernel',
    '@ledger/money',
    '@ledger/events',
    '@ledger/decisions',
    '@ledger/calculation',
    '@ledger/projections',
    '@ledger/proofs',
    '@ledger/connectors',
    'node:*',
  ],
  'services/wiring': [
    '@ledger/kernel',
    '@ledger/application',
    '@ledger/connectors',
    '@ledger/store-sqlite',
    '@ledger/store-eventstoredb',
    'node:*',
  ],
  'services/web': ['*'],
  'services/cli': ['*'],
  'services/api': ['*'],
  'services/relay': [
    '@ledger/kernel',
    '@ledger/events',
    '@ledger/wiring',
    '@ledger/store-sqlite',
    '@ledger/bus-nats',
    'nats',
    'pino',
    'zod',
    'node:*',
  ],
  test: ['*'],
};

/**
 * The catalog holds every version but these: one that pnpm would take for a runtime to download, and the compiler of version 5 whose
 * programming interface the generator of the web client needs (7 has none).
 */
const PINNED = { '': ['node'], 'services/web': ['typescript'] };

/** Packages in the making, which declare more than they use so far. */
const UNFINISHED = ['test'];

const LIMITS = [{ path: /\.tsx?$/, lines: 500 }];

/** The runner of tests looks for it. */
const ASKED_FOR = ['setup'];

const WORD_LIST: readonly BannedText[] = [
  {
    path: /\.(?:tsx?|md)$/,
    except: /^test\/tidy/,
    text: /\b(?:TODO|FIXME)\b(?!\s*\(?#\d)/u,
    instead: 'name the issue that will do it, as in (#12), or do it',
  },
  {
    path: /\.test\.ts$/,
    text: /\b(?:it|test|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b/u,
    instead: 'every test runs; one that lacks something says what, with context.skip(reason)',
    code: true,
  },
  {
    path: /\.tsx?$/,
    // A tool asks for this one.
    except: /^test\/vitest\.config\.ts$/,
    text: /\bexport\s+default\b/u,
    instead: 'export by name',
    code: true,
  },
  {
    path: /\.(?:tsx?|md|ya?ml)$/,
    // The page for authors tells them what to ask a vendor who says it.
    except: /^(?:test\/tidy|docs\/plan-language\.md$)/,
    text: /\b(?:non-)?cumulative\b/iu,
    instead: 'vendors use the word with opposite meanings; say marginal, retroactive or interpolated',
  },
  {
    path: /\.(?:tsx?|md|ya?ml|json)$|^\.ci\//,
    except: /^test\/tidy/,
    text: /(?<![\w.*/])\/(?:work|home|root)\//u,
    instead: "one machine's path",
  },
  {
    path: /^(?:events|packages|projections|services)\/.*\.tsx?$/,
    text: /\.\.\/shared\b/u,
    instead: 'the product stands alone; only tests may look there',
  },
  {
    path: /^(?:events|packages|projections)\/.*\.ts$/,
    text: /\bconsole\./u,
    instead: 'only services talk to people; return a value',
    code: true,
  },
  {
    path: /^(?:events|packages\/(?:money|calculation|decisions)|projections)\/.*\.ts$/,
    text: /\b(?:Date\.now|new Date\(\)|Math\.random|Temporal\.Now|process\.)/u,
    instead: 'time, chance and environment arrive as arguments',
    code: true,
  },
];

/** Every rule, as the repository is held to it, with the smallest tree that must not pass. */
const RULES: readonly {
  readonly rule: string;
  readonly check: (tree: Tree) => Findings;
  readonly fails: readonly Tree[];
}[] = [
  {
    rule: 'imports are those of the table',
    check: (tree) => forbiddenEdges(tree, MAY_IMPORT),
    fails: [
      tree({ 'packages/money/a.ts': "import { x } from '@ledger/events';" }),
      tree({ 'packages/money/a.ts': "export type {\n  X,\n} from '@ledger/events';" }),
      tree({ 'packages/decisions/a.ts': "const fs = await import('node:fs');" }),
      tree({ 'packages/decisions/a.ts': "import 'node:fs';" }),
      tree({ 'packages/money/a.ts': "type X = import('@ledger/events').X;" }),
      tree({ 'test/a.ts': "import { x } from '@ledger/events/registry.ts';" }),
      tree({ 'events/a.ts': "import { x } from '../packages/kernel/canonical.ts';" }),
      tree({ 'events/a.ts': "import { x } from '@ledger/events';" }),
      tree({ 'stray.ts': '' }),
      tree({ 'packages/new/package.json': '{"name":"@ledger/new"}', 'packages/new/a.ts': '' }),
    ],
  },
  {
    rule: 'nothing leads back to itself',
    check: cycles,
    fails: [
      tree({ 'events/a.ts': "import './b.ts';", 'events/b.ts': "import type { A } from './a.ts';" }),
      tree({ 'events/a.ts': "import './a.ts';" }),
      tree({ 'events/a.ts': "import '@ledger/money';", 'packages/money/b.ts': "import '@ledger/events';" }),
    ],
  },
  {
    rule: 'packages declare what they import, at the versions of the catalog',
    check: (tree) => dependencies(tree, PINNED, UNFINISHED),
    fails: [
      tree({ 'package.json': '{"devDependencies":{"typescript":"7.0.0"}}' }),
      tree({
        'events/package.json': '{"name":"@ledger/events","dependencies":{"zod":"^4"}}',
        'events/a.ts': "import 'zod';",
      }),
      tree({ 'events/package.json': '{"name":"@ledger/events","dependencies":{"zod":"catalog:"}}' }),
      tree({ 'events/a.ts': "import 'zod';" }),
    ],
  },
  {
    rule: 'what is exported is used elsewhere',
    check: (tree) => unusedExports(tree, ASKED_FOR),
    fails: [
      tree({ 'events/a.ts': 'export const a = 1;\nexport const b = a;', 'events/c.ts': "import { b } from './a.ts';" }),
      tree({ 'events/a.ts': 'export async function a() {}', 'docs/a.md': 'a' }),
      tree({ 'events/a.ts': 'export class A {}\n// A', 'events/b.ts': "const c = 'A';" }),
    ],
  },
  {
    rule: 'files stay short',
    check: (tree) => tooLong(tree, LIMITS),
    fails: [tree({ 'events/a.ts': '\n'.repeat(501) })],
  },
  {
    rule: 'words and constructs belong where they stand',
    check: (tree) => banned(tree, WORD_LIST),
    fails: [
      tree({ 'events/a.ts': '// TODO later' }),
      tree({ 'docs/a.md': 'FIXME' }),
      tree({ 'test/a.test.ts': "test.only('x', () => {});" }),
      tree({ 'test/a.test.ts': "describe.concurrent.skip('x', () => {});" }),
      tree({ 'events/a.ts': 'export default 1;' }),
      tree({ 'docs/a.md': 'a cumulative table' }),
      tree({ 'docs/a.md': 'see /work/main/x' }),
      tree({ 'events/a.ts': "readFileSync('../shared/data/x.csv')" }),
      tree({ 'packages/money/a.ts': 'console.log(1);' }),
      tree({ 'packages/money/a.ts': 'const at = Date.now();' }),
    ],
  },
  {
    rule: 'links in documents lead somewhere',
    check: deadLinks,
    fails: [
      tree({ 'README.md': 'see [this](docs/nothing.md)' }),
      tree({ 'docs/a.md': '[x]: ./nothing.md' }),
      tree({ 'docs/a.md': '[x](../docs/a.md) [y](../../outside.md)' }),
    ],
  },
];

/** A repository with a few packages and the files given. */
function tree(files: Readonly<Record<string, string>>): Tree {
  const manifests = {
    'package.json': '{}',
    'events/package.json': '{"name":"@ledger/events"}',
    'test/package.json': '{"name":"@ledger/test"}',
    'packages/money/package.json': '{"name":"@ledger/money"}',
    'packages/decisions/package.json': '{"name":"@ledger/decisions"}',
    'packages/kernel/package.json': '{"name":"@ledger/kernel"}',
  };
  return new Map(Object.entries({ ...manifests, ...files }).map(([path, text]) => [path, dollars(text)]));
}

/** Examples write § for $, so that nobody takes a template's inside for a mistake. */
function dollars(text: string): string {
  return text.replaceAll('§', '$');
}

describe('the repository is tidy', () => {
  const repository = readTree();

  test.each(RULES)('$rule', ({ check }) => {
    expect(repository.size).toBeGreaterThan(50);
    expect(check(repository)).toEqual([]);
  });
});

describe('each rule can fail, and finds only what is wrong', () => {
  test.each(RULES)('$rule', ({ check, fails }) => {
    for (const example of fails) expect(check(example), [...example.entries()].at(-1)?.join(': ')).toHaveLength(1);
  });

  test('a tree in order passes every rule', () => {
    const good = tree({
      'events/package.json':
        '{"name":"@ledger/events","dependencies":{"@ledger/kernel":"workspace:*","zod":"catalog:"}}',
      'events/a.ts': "import { z } from 'zod';\nimport type { K } from '@ledger/kernel';\nimport { b } from './b.ts';",
      'events/b.ts':
        "// TODO(#12): more, as in import { x } from '@ledger/calculation'\nexport const b = `export default §{1}`;",
      'test/a.test.ts': "test('x', (context) => context.skip('no server here'));",
      'docs/a.md': '[events](../events/a.ts#top) [folder](../events/) [web](https://example.com) `[x](nothing)`',
    });
    for (const { check } of RULES) expect(check(good)).toEqual([]);
  });
});

describe('imports are read from code, not from what looks like code', () => {
  const specifiers = (text: string) => readSource(text).imports.map(({ specifier }) => specifier);

  test.each<[string, readonly string[]]>([
    [
      "import a, { b as c } from 'x';\nimport type { d } from \"y\";\nimport * as e from './z.ts';",
      ['x', 'y', './z.ts'],
    ],
    ["export * from './a.ts';\nexport { b } from './b.ts';\nexport const from = 'c';", ['./a.ts', './b.ts']],
    ["// import 'a';\n/* import 'b'; */\nconst c = \"import 'c'\";\nconst d = `import 'd' §{f('}')} import 'e'`;", []],
    ["const pattern = /['\"`]/u;\nimport 'a';", ['a']],
    ["const half = size / 2; const other = 'x/y';\nimport('b');", ['b']],
    ["const deep = `§{`§{'`'}`}`;\nimport 'a';", ['a']],
    ["const where = import.meta.dirname;\nconst s = 'x';", []],
  ])('text %#', (text, expected) => {
    expect(specifiers(dollars(text))).toEqual(expected);
  });
});
