import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Statement, TraceStep } from '@ledger/events';
import { digest } from '@ledger/kernel';
import { evaluate, NotAStatement, type Ratio, recompute, Wrong } from '@ledger/recompute';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { begin, component, sold, tell } from '../calculation/drawn.ts';
import { amend, band, cancel, company, deal, type Given, given, quota } from '../calculation/given.ts';
import { scratch } from '../store/scratch.ts';

const numbers: Readonly<Record<string, Ratio>> = { a: { n: 7n, d: 1n }, b: { n: 1n, d: 3n }, zero: { n: 0n, d: 1n } };

function worth(formula: string): string {
  const { n, d } = evaluate(formula, (name) => {
    const value = numbers[name];
    if (value === undefined) throw new Wrong(`nothing gives ${name}`);
    return value;
  });
  return d === 1n ? `${n}` : `${n}/${d}`;
}

describe('a formula', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['10 - 2 - 3', '5'],
    ['12 / 2 / 3', '2'],
    ['a * b', '7/3'],
    ['-a + -(-b)', '-20/3'],
    ['0.1 + 0.2', '3/10'],
    ['min(a, b, 2)', '1/3'],
    ['max(0, zero - a)', '0'],
    ['round(2.5, 0, half-up)', '3'],
    ['round(-2.5, 0, half-up)', '-3'],
    ['round(2.5, 0, half-even)', '2'],
    ['round(3.5, 0, half-even)', '4'],
    ['round(0 - 2 / 3, 2, half-up)', '-67/100'],
    ['round(7 / 3, 1, down)', '23/10'],
    ['round(0 - 7 / 3, 1, up)', '-12/5'],
    ['round(a + b, 2, half-up) - 1', '633/100'],
  ])('%s = %s', (formula, value) => {
    expect(worth(formula)).toBe(value);
  });

  test.each([
    ['a +', /number or a name/],
    ['', /number or a name/],
    ['a b', /not expected/],
    ['a / zero', /divides by 0/],
    ['c', /nothing gives c/],
    ['a ; b', /not arithmetic/],
    ['sum(a, b)', /not a function/],
    ['round(a, 2)', /"," is expected/],
    ['round(a, 2, nearest)', /not a way to round/],
    ['round(a, x, half-up)', /number of decimals/],
    ['(a', /"\)" is expected/],
    [`${'('.repeat(40)}a${')'.repeat(40)}`, /nested/],
    ['a + '.repeat(1001), /longer than/],
    [
      `${'9'.repeat(300)} * `.repeat(12) + Array.from({ length: 20 }, () => '9'.repeat(300)).join(' * '),
      /longer|digits/,
    ],
  ])('%s is refused', (formula, says) => {
    expect(() => worth(formula)).toThrow(says);
  });
});

function story(): Given {
  const ledger = company(given(), { table: [band('0%', '8%'), band('100%', '12.5%', 'retroactive')] });
  quota(ledger, ['90000']);
  deal(ledger, { deal: 'D-1', amount: '60000.01', closedOn: '2026-01-15' });
  deal(ledger, { deal: 'D-2', amount: '70000.33', closedOn: '2026-02-09' });
  return ledger;
}

const copy = (statement: Statement) => JSON.parse(JSON.stringify(statement)) as Statement;

/** Everything in a trace that says a number. */
function numbersIn(step: TraceStep): readonly { readonly of: Record<string, unknown>; readonly name: string }[] {
  const inputs = (step.inputs ?? {}) as Record<string, unknown>;
  const used = Object.keys(inputs).filter((name) => new RegExp(`\\b${name}\\b`).test(step.formula ?? ''));
  return [
    ...(step.result === undefined ? [] : [{ of: step as unknown as Record<string, unknown>, name: 'result' }]),
    ...used.map((name) => ({ of: inputs, name })),
    ...(step.steps ?? []).flatMap(numbersIn),
  ];
}

describe('a statement', () => {
  test('comes out again from its file, with its digest', () => {
    const statement = story().statement('ada', '2026-Q1');
    const result = recompute({ state: 'frozen', asOf: '7', digest: digest(statement), statement: copy(statement) });
    expect(result).toMatchObject({ ok: true, digest: { ok: true }, total: { ok: true, says: statement.total } });
    expect(result.lines.map(({ line, ok }) => `${line} ${ok}`)).toEqual(
      statement.lines.map(({ line }) => `${line} true`),
    );
    expect(recompute(copy(statement)).digest).toBeNull();
  });

  test('that is frozen and has lost its digest is not the one that was frozen', () => {
    const statement = story().statement('ada', '2026-Q1');
    for (const file of [{ state: 'frozen' }, { state: 'frozen', digest: null }]) {
      const result = recompute({ ...file, statement: copy(statement) });
      expect(result).toMatchObject({ ok: false, digest: { says: '', gives: digest(statement), ok: false } });
    }
    expect(() => recompute({ digest: 7, statement: copy(statement) })).toThrow(NotAStatement);
    const empty = { ...copy(statement), lines: [], total: '0.00' };
    expect(recompute({ state: 'frozen', digest: null, statement: empty })).toMatchObject({ ok: true, digest: null });
    expect(recompute({ state: 'open', digest: null, statement: copy(statement) })).toMatchObject({ ok: true });
  });

  test('of corrections: their deals add up', () => {
    const ledger = story();
    ledger.freeze('2026-Q1');
    amend(ledger, { deal: 'D-1', amount: '50000.00', closedOn: '2026-01-15' });
    cancel(ledger, 'D-2');
    const statement = ledger.statement('ada', '2026-Q2');
    expect(statement.lines.filter(({ kind }) => kind === 'correction')).toHaveLength(2);
    expect(recompute(copy(statement))).toMatchObject({ ok: true });
  });

  test('no number of a trace can be another one without being found', () => {
    const statement = story().statement('ada', '2026-Q1');
    const places = statement.lines.map((line) => numbersIn(line.trace).length);
    expect(Math.min(...places)).toBeGreaterThan(10);
    for (const [line, count] of places.entries()) {
      for (let place = 0; place < count; place += 1) {
        const changed = copy(statement);
        const { of, name } = numbersIn(changed.lines[line]?.trace ?? { step: '', says: '' })[place] ?? {
          of: {},
          name: '',
        };
        of[name] = `${of[name]}7`.includes('.') ? `${of[name]}7` : `${of[name]}7.7`;
        expect(recompute(changed).lines[line]?.ok, `${name} = ${of[name]}`).toBe(false);
      }
    }
  });

  test('amount, exact amount, total and digest are held to it too', () => {
    const statement = story().statement('ada', '2026-Q1');
    const wrong = (change: (statement: Record<string, unknown>, line: Record<string, unknown>) => void) => {
      const changed = copy(statement);
      change(changed as unknown as Record<string, unknown>, changed.lines[0] as unknown as Record<string, unknown>);
      const { lines, total, digest: seal, ok } = recompute({ statement: changed, digest: digest(statement) });
      expect(ok).toBe(false);
      return [lines[0]?.ok, total.ok, seal?.ok];
    };
    expect(wrong((_, line) => Object.assign(line, { amount: '1.00' }))).toEqual([false, false, false]);
    expect(wrong((_, line) => Object.assign(line, { exact: '1' }))).toEqual([false, true, false]);
    expect(wrong((all) => Object.assign(all, { total: '1.00' }))).toEqual([true, false, false]);
    expect(wrong((_, line) => Object.assign(line, { plan: 'other' }))).toEqual([true, true, false]);
    expect(wrong((_, line) => Object.assign(line, { trace: { step: 'line', says: 'x' } }))).toEqual([
      false,
      true,
      false,
    ]);
  });

  // promises.md, P08.
  test('is checked by anybody: the one file alone in a folder, in a process that may read nothing else and reach nobody', () => {
    const statement = story().statement('ada', '2026-Q1');
    const folder = scratch();
    copyFileSync(createRequire(import.meta.url).resolve('@ledger/recompute'), join(folder, 'recompute.ts'));
    const script = join(folder, 'check.ts');
    writeFileSync(
      script,
      `import { readFileSync } from 'node:fs';
import { recompute } from './recompute.ts';
process.exitCode = recompute(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))).ok ? 0 : 1;`,
    );
    const verdict = (file: object) => {
      const path = join(folder, 'statement.json');
      writeFileSync(path, JSON.stringify(file));
      const words = ['--permission', `--allow-fs-read=${folder}`, script, path];
      const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
      return stderr === '' ? status : stderr;
    };
    const frozen = { state: 'frozen', asOf: '7', digest: digest(statement), statement };
    expect(verdict(frozen)).toBe(0);
    expect(verdict({ ...frozen, statement: { ...statement, total: '1.00' } })).toBe(1);
    expect(verdict({ ...frozen, digest: digest({ ...statement, participant: 'ben' }) })).toBe(1);
  });

  test('whatever a component says, its lines come out again', () => {
    fc.assert(
      fc.property(component, fc.array(sold, { minLength: 1, maxLength: 12 }), (terms, deals) => {
        const ledger = begin(terms);
        tell(ledger, deals);
        for (const month of ['2026-01', '2026-03', '2026-06', '2026-12']) {
          const { lines } = recompute(copy(ledger.statement('ada', month)));
          expect(lines.flatMap(({ line, wrong }) => wrong.map((each) => `${line}: ${each}`))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  const line = { line: 'a/b', amount: '1.00', trace: { step: 'line', says: 'x', result: '1', formula: '1' } };
  const whole = { period: '2026-01', participant: 'ada', currency: 'USD', total: '1.00', lines: [line] };
  const deep = (levels: number): object => (levels === 0 ? line.trace : { ...line.trace, steps: [deep(levels - 1)] });

  test.each<[string, unknown, RegExp]>([
    ['nothing', null, /document is not an object/],
    ['a list', [], /document is not an object/],
    ['something else', { hello: 'world' }, /lines is not a list|currency is not text/],
    ['lines that are none', { ...whole, lines: 'x' }, /lines is not a list/],
    ['an amount that is none', { ...whole, lines: [{ ...line, amount: '1e9' }] }, /amount: "1e9" is not a number/],
    ['an amount that is a number of JSON', { ...whole, lines: [{ ...line, amount: 1 }] }, /amount is not text/],
    ['a total of Infinity', { ...whole, total: 'Infinity' }, /total: "Infinity"/],
    ['a division by 0', { ...whole, total: '1/0' }, /not a number/],
    ['a line without a trace', { ...whole, lines: [{ line: 'a', amount: '1' }] }, /trace is not an object/],
    [
      'steps that are none',
      { ...whole, lines: [{ ...line, trace: { ...line.trace, steps: 1 } }] },
      /steps is not a list/,
    ],
    ['a trace that is too deep', { ...whole, lines: [{ ...line, trace: deep(40) }] }, /deep/],
  ])('%s is not one', (_, document, says) => {
    expect(() => recompute(document)).toThrow(NotAStatement);
    expect(() => recompute(document)).toThrow(says);
  });
});
