import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '@ledger/cli';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/company.ts';
import { runText } from './run.ts';

const GIVEN = `given:
  - define:
      plan: seller
      components: { sales: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 8% }, { from: 100%, pays: 12% }] } }
  - { quota: { ada: 100000, ben: 300000 }, per: quarter }
  - { on: 2026-02-10, deal: D-1, owner: ada, amount: 120000, closed: 2026-02-09 }
`;

async function failuresOf(then: string, given = GIVEN) {
  const [result] = await runText(`case: A\n${given}then:\n${then}`);
  return result?.failures.map(({ line, what, field, expected, actual }) => ({ line, what, field, expected, actual }));
}

describe('what is not as the case says', () => {
  test.each([
    ['total: 9600.00', 'total', '9600.00', '10400.00'],
    ['components: { sales: 1.5 }', 'component sales', '1.5', '10400.0'],
    ['components: { other: 1 }', 'component other', '1', '0: it has no line; there are lines of sales'],
    ['lines: [{ deal: D-1, amount: 1.00 }]', 'line #1 (case.D-1)', '1.00', '10400.00'],
    [
      'lines: [{ deal: D-1, exact: 31200/3, amount: about 10399.99 }]',
      'line #1 (case.D-1)',
      'about 10399.99',
      '10400.00',
    ],
    [
      'lines: [{ deal: D-2, amount: 1.00 }]',
      'line #1 (case.D-2)',
      '1.00',
      'no such line; there are: sales/case.D-1 10400.00',
    ],
    [
      'lines: [{ component: other, through: x }]',
      'line #1 (other)',
      'a line',
      'no such line; there are: sales/case.D-1 10400.00',
    ],
    ['lines: [{ deal: D-1, through: 15% }]', 'line #1 (case.D-1), through', '15%', 'no step says it'],
    ['line-count: 2', 'line-count', '2', '1: sales/case.D-1 10400.00'],
    ['state: frozen', 'state', 'frozen', 'open'],
    ['currency: EUR', 'currency', 'EUR', 'USD'],
    ['refused: quota_missing', 'refused', 'quota_missing', 'there is an answer'],
  ])('statement, %s', async (field, ...difference) => {
    const failures = await failuresOf(`  - { statement: ada, period: 2026-Q1, ${field} }\n`);
    const [name, expected, actual] = difference;
    expect(failures).toEqual([{ line: 9, what: 'statement of ada for 2026-Q1', field: name, expected, actual }]);
  });

  test.each([
    ['is: 119%', 'is', '119%', '120%'],
    ['is: about 120.1%', 'is', 'about 120.1%', '120%'],
    ['is: none', 'is', 'none', '1.2'],
    ['is: 120', 'is', '120', '1.2, which is 120%'],
    ['is: 5/6', 'is', '5/6', '1.2'],
    ['credited: 1', 'credited', '1', '120000'],
    ['quota: 1', 'quota', '1', '100000'],
    [
      'metric: other, is: 1',
      'attainment',
      'one result',
      'nothing like it is measured: sales: bookings in 2026-Q1, 1.2',
    ],
  ])('attainment, %s', async (field, ...difference) => {
    const failures = await failuresOf(`  - { attainment: ada, window: 2026-Q1, ${field} }\n`);
    const [name, expected, actual] = difference;
    expect(failures).toMatchObject([{ line: 9, field: name, expected, actual }]);
  });

  test('attainment that no decimal holds is shown exact and as a percentage', async () => {
    const given = GIVEN.replace('owner: ada', 'owner: ben').replace('120000', '200000');
    const failures = await failuresOf('  - { attainment: ben, window: 2026-Q1, is: 66.67% }\n', given);
    expect(failures).toMatchObject([{ expected: '66.67%', actual: '≈ 66.67% (200/3%)' }]);
    expect(await failuresOf('  - { attainment: ben, window: 2026-Q1, is: about 66.67% }\n', given)).toEqual([]);
    expect(await failuresOf('  - { attainment: ben, window: 2026-Q1, is: 2/3 }\n', given)).toEqual([]);
  });

  test('a statement without a line says so', async () => {
    const failures = await failuresOf('  - { statement: ada, period: 2026-Q2, total: 10400.00 }\n');
    expect(failures).toMatchObject([
      { field: 'total', actual: expect.stringMatching(/^0\.00: the statement has no line/) },
    ]);
  });

  test('a statement of somebody who earns under none of several plans says so', async () => {
    const given = GIVEN.replace(
      /plan: (\w+)/,
      'plan: other\n      components: { s: { measure: bookings, window: year, tier-by: amount, table: [{ from: 0, pays: 1% }] } }\n  - define:\n      plan: $1',
    );
    const failures = await failuresOf('  - { statement: ada, period: 2026-Q1, total: 10400.00 }\n', given);
    expect(failures).toMatchObject([
      { actual: '0.00: ada earns under no plan; where there are several, write assign: { ada: … }' },
    ]);
  });

  test('a rate by the ratio of single deals is told how it is written', async () => {
    const terms = 'window: deal, read: retroactive, tier-by: { ratio-of: bookings, over: bookings }';
    const failures = await failuresOf(
      '  - { statement: ada, period: 2026-Q1, total: 1 }\n',
      GIVEN.replace('window: quarter', terms),
    );
    expect(failures).toMatchObject([
      {
        field: 'refused',
        actual: expect.stringMatching(/tier-by\.window: looks .* or \{ deal: … \} for a number of each/),
      },
    ]);
  });

  test('credits, corrections, a trace', async () => {
    const failures = await failuresOf(`  - { credits: D-1, are: { ada: 70%, ben: 30% } }
  - { corrections: ada, period: 2026-Q1, amount: -10.00 }
  - { trace: ada, period: 2026-Q1, deal: D-1, through: 15 % on }
`);
    expect(failures?.map(({ line, field, expected, actual }) => [line, field, expected, actual])).toEqual([
      [9, 'share of ada', '70%', '100%'],
      [9, 'share of ben', '30%', '0%'],
      [10, 'amount', '-10.00', '0.00'],
      [11, 'line (case.D-1), through', '15 % on', 'no step says it'],
    ]);
  });

  test('the wrong line is explained', async () => {
    const [result] = await runText(`case: A\n${GIVEN}then:\n  - { statement: ada, period: 2026-Q1, total: 1 }\n`);
    expect(result?.failures[0]?.explained).toMatchObject([
      {
        participant: 'ada',
        period: '2026-Q1',
        currency: 'USD',
        line: { line: 'sales/case.D-1', trace: { step: 'line' } },
      },
    ]);
  });
});

describe('steps', () => {
  const split = 'split: D-1, shares: { ada: 70%, ben: 30% }';
  const after = '  - { statement: ada, period: 2026-Q1, total: 6720.00 }\n';

  test('a step that is refused ends the case, and says why', async () => {
    const failures = await failuresOf(after, `${GIVEN}  - { ${split}, approved-by: finance:ada }\n`);
    expect(failures).toMatchObject([
      {
        line: 8,
        what: 'split D-1',
        field: 'refused',
        expected: 'it is done',
        actual: expect.stringContaining('error[own_pay]'),
      },
    ]);
  });

  test('a step that must be refused, and is not', async () => {
    const failures = await failuresOf(after, `${GIVEN}  - { ${split}, refused: own_pay }\n`);
    expect(failures).toMatchObject([{ line: 8, expected: 'own_pay', actual: 'it is done' }]);
  });

  test('a step that must be refused, and is with another code', async () => {
    const failures = await failuresOf(after, `${GIVEN}  - { ${split}, approved-by: rep:x, refused: own_pay }\n`);
    expect(failures).toMatchObject([{ expected: 'own_pay', actual: expect.stringContaining('error[role_forbidden]') }]);
  });

  test('an answer as of a day knows what was recorded to its end, and nothing else', async () => {
    const given = `${GIVEN}  - { on: 2026-02-12, ${split} }\n`;
    expect(
      await failuresOf(
        `  - { statement: ada, period: 2026-Q1, total: 0.00, as-of: 2026-02-09 }
  - { statement: ada, period: 2026-Q1, total: 10400.00, as-of: 2026-02-10 }
  - { statement: ada, period: 2026-Q1, total: 10400.00, as-of: 2026-02-12T11:59Z }
  - { statement: ada, period: 2026-Q1, total: 6720.00, as-of: 2026-02-12 }
  - { statement: ada, period: 2026-Q1, total: 6720.00, as-of: 2026-06-30 }
  - { attainment: ada, window: 2026-Q1, is: 120%, as-of: 2026-02-11 }
  - { credits: D-1, are: { ada: 100% }, as-of: 2026-02-11 }
  - { credits: D-1, are: { ada: 70%, ben: 30% } }
`,
        given,
      ),
    ).toEqual([]);
  });

  test('the days are those of the time zone of the case', async () => {
    const calendar = '  - define: { calendar: { time-zone: Pacific/Auckland } }\n';
    const given = GIVEN.replace('given:\n', `given:\n${calendar}`);
    const then = `  - { statement: ada, period: 2026-Q1, total: 0.00, as-of: 2026-02-09 }
  - { statement: ada, period: 2026-Q1, total: 10400.00, as-of: 2026-02-10 }
`;
    expect(await failuresOf(then, given)).toEqual([]);
    const early = `${given}  - { on: 2026-03-31, freeze: 2026-Q1, refused: period_not_over }\n  - { on: 2026-04-01, freeze: 2026-Q1 }\n`;
    expect(await failuresOf('  - { statement: ada, period: 2026-Q1, state: frozen }\n', early)).toEqual([]);
  });

  test('people join, leave, are assigned and report', async () => {
    const given = `${GIVEN.replace('  - { quota', '  - { assign: { ada: seller } }\n  - { quota')}  - { on: 2026-02-20, deal: D-2, owner: ada, amount: 1000, closed: 2026-02-19 }
  - { on: 2026-02-21, leave: ada, from: 2026-03-01, to: 2026-03-08 }
  - { on: 2026-02-21, reports-to: { ada: mo }, from: 2026-03-01 }
  - { on: 2026-02-21, milestone: D-1, reached: invoiced, amount: 1000 }
  - { on: 2026-02-21, milestone: D-9, reached: invoiced, refused: not_found }
  - { on: 2026-02-22, unassign: { ada: seller }, from: 2026-02-15 }
  - { on: 2026-03-01, offboard: ada }
`;
    expect(
      await failuresOf(
        `  - { statement: ada, period: 2026-Q1, total: 10520.00, as-of: 2026-02-21 }
  - { statement: ada, period: 2026-Q1, total: 10400.00 }
`,
        given,
      ),
    ).toEqual([]);
  });
});

describe('ledger check', () => {
  async function run(...argv: readonly string[]) {
    const said = { out: '', err: '' };
    const code = await runCli(['check', ...argv], {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      env: {},
      colour: false,
      terminal: false,
      columns: 80,
    });
    return { code, ...said };
  }

  const good = `case: Good\n${GIVEN}then:\n  - { statement: ada, period: 2026-Q1, total: 10400.00 }\n`;

  function folder(): string {
    const path = temporaryFolder();
    mkdirSync(join(path, 'sub', 'node_modules'), { recursive: true });
    writeFileSync(join(path, 'a.yaml'), good);
    writeFileSync(join(path, 'sub', 'b.yaml'), good.replace('Good', 'Bad').replace('10400.00', '9600.00'));
    writeFileSync(join(path, 'plans.yaml'), 'plan: not a case\n');
    writeFileSync(join(path, 'sub', 'node_modules', 'c.yaml'), 'case: [\n');
    return path;
  }

  test('a folder: what passes in a line, what fails with its differences and its trace', async () => {
    const path = folder();
    const { code, out, err } = await run(path);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('ok     Good\n');
    expect(out).toContain(`FAILED Bad\n  ${join(path, 'sub', 'b.yaml')}:1\n  statement of ada for 2026-Q1, line 9\n`);
    expect(out).toContain('    total: expected 9600.00, is 10400.00\n');
    expect(out).toContain('8 % on 100,000.00 USD');
    expect(out.endsWith('\n1 passed, 1 failed\n')).toBe(true);
    expect(await run(join(path, 'a.yaml'))).toEqual({ code: 0, out: 'ok     Good\n1 passed, 0 failed\n', err: '' });
  });

  test('what definitions are warned about stands below the case, once for a file, and in every line of JSON', async () => {
    const path = temporaryFolder();
    const gap = join(path, 'gap.yaml');
    const shared = GIVEN.replace('{ from: 0%, pays: 8% }', '{ from: 0%, to: 80%, pays: 8% }');
    const one = `case: One\nthen:\n  - { statement: ada, period: 2026-Q1, total: 8800.00 }\n`;
    writeFileSync(gap, `${shared}---\n${one}---\n${one.replace('One', 'Two')}`);
    const says = `plan seller: components.sales.table #1.to: nothing is paid between 80% and 100%`;
    const { code, out } = await run(gap);
    const lines = out.replaceAll(/\s+/g, ' ');
    expect({ code, times: lines.split(says).length - 1 }).toEqual({ code: 0, times: 1 });
    expect(lines).toMatch(/^ok One warning \S+gap\.yaml:[0-9]+:[0-9]+: plan seller: .* ok Two 2 passed, 0 failed $/);
    const cases = (await run(gap, '--json')).out.trimEnd().split('\n');
    expect(cases.map((line) => JSON.parse(line).warnings)).toEqual(
      Array(2).fill([expect.objectContaining({ message: expect.stringContaining(says) })]),
    );
  });

  test('a title that was there before, in the file or in another one of the run, is warned of where it comes again', async () => {
    const path = temporaryFolder();
    const [a, b] = [join(path, 'a.yaml'), join(path, 'b.yaml')];
    writeFileSync(a, `${good}---\n${good}---\n${good.replace('Good', 'Other')}`);
    writeFileSync(b, `# Once more\n${good}`);
    const { code, out } = await run(path);
    const lines = out.replaceAll(/\s+/g, ' ');
    const line = good.split('\n').length;
    expect(code).toBe(0);
    expect(lines).toContain(
      `ok Good ok Good warning ${a}:${line + 1}:1: the case of line 1 has this title, too; call one of them otherwise. ok Other`,
    );
    expect(lines).toContain(`ok Good warning ${b}:2:1: the case of ${a}:1 has this title, too; call one of them`);
    const warned = (await run(path, '--json')).out.trimEnd().split('\n');
    expect(warned.map((each) => JSON.parse(each).warnings.length)).toEqual([0, 1, 0, 1]);
    expect((await run(b)).out).not.toContain('warning');
  });

  test('a line of JSON for each case', async () => {
    const { code, out, err } = await run(folder(), '--json');
    expect({ code, err }).toEqual({ code: 1, err: '1 passed, 1 failed\n' });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { case: 'Good', ok: true, failures: [], line: 1 },
      { case: 'Bad', ok: false, failures: [{ field: 'total', expected: '9600.00', actual: '10400.00', line: 9 }] },
    ]);
  });

  test('malformed files: everything that is wrong, nothing is run', async () => {
    const path = folder();
    writeFileSync(join(path, 'a.yaml'), 'case: A\nthem: []\n');
    const { code, out, err } = await run(path);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(
      `error[field_unknown]: ${join(path, 'a.yaml')}:2:1: unknown field "them"; did you mean "then"?`,
    );
    expect((await run(join(path, 'plans.yaml'))).code).toBe(3);
    expect((await run(join(path, 'none'))).code).toBe(3);
    expect((await run(join(path, 'sub', 'node_modules', 'c.yaml'))).code).toBe(3);
    expect((await run()).code).toBe(2);
  });
});
