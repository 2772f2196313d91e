import { describe, expect, test } from 'vitest';
import { cli, EXITS, widest } from './given.ts';

/** Commands as the help lists them. */
async function commandsOf(...group: readonly string[]): Promise<readonly string[]> {
  const { out } = await cli([...group, '--help']);
  const list = out.slice(out.indexOf('\nCommands:\n'));
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name ?? '');
}

const EVERY = [
  'help',
  'init',
  'define',
  'assign',
  'unassign',
  'manager',
  'leave',
  'offboard',
  'acknowledge',
  'retire',
  'import',
  'cancel',
  'milestone',
  'deals',
  'relief',
  'split',
  'requests',
  'approve',
  'decline',
  'revoke',
  'open',
  'blockers',
  'freeze',
  'reopen',
  'diff',
  'show',
  'statement',
  'attainment',
  'explain',
  'standing',
  'team',
  'letter',
  'replay',
  'audit',
  'rebuild',
  'verify',
  'check',
  'recompute',
  'what-would',
  'close',
  'handover',
  'forget',
];

describe('help', () => {
  test('lists every command, on out, and ends well', async () => {
    const ran = await cli(['--help']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await commandsOf()).toEqual(expect.arrayContaining(EVERY));
    expect(await commandsOf('import')).toEqual(['deals']);
  });

  test('of every command says what it does, what it takes and every option, in 80 columns', async () => {
    const commands = [...(await commandsOf()).map((name) => [name]), ['import', 'deals']];
    for (const argv of commands) {
      for (const flag of ['--help', '-h']) {
        const ran = await cli([...argv, flag]);
        expect(ran, argv.join(' ')).toMatchObject({ code: 0, err: '' });
        expect(ran.out).toMatch(new RegExp(`^Usage: ledger ${argv.join(' ')}.*\\n(?: .*\\n)*\\n[a-z'].{9,}`));
        for (const option of [
          '--file <path>',
          '--as <role:id>',
          '--json',
          '--command-id <id>',
          '--at <instant>',
          '--help',
        ])
          expect(ran.out).toContain(option);
        expect(widest(ran.out), ran.out).toBeLessThanOrEqual(80);
        // A description for each option: none ends with its flags.
        expect(ran.out).not.toMatch(/^ {2}-.*>$(?!\n {20})/m);
      }
    }
  });

  test('needs no ledger and no name, and stays as wide as it is told', async () => {
    const ran = await cli(['statement', '--help', '--file', '/no/such/file'], { columns: 60 });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(widest(ran.out)).toBeLessThanOrEqual(60);
  });

  test('is asked for in words too, and an unknown command is named with what was meant', async () => {
    for (const words of [[], ['freeze'], ['import'], ['import', 'deals'], ['query', 'open']]) {
      const ran = await cli(['help', ...words]);
      expect(ran).toMatchObject({ code: 0, err: '' });
      expect(ran.out).toBe((await cli([...words, '--help'])).out);
    }
    for (const [words, says] of [
      ['freze', "Unknown command 'freze'; did you mean freeze? Run `ledger --help`"],
      ['query opn', "Unknown command 'opn'; did you mean open? Run `ledger query --help`"],
      ['zzzzzzzzzzzz', "Unknown command 'zzzzzzzzzzzz'. Run `ledger --help`"],
      ['freeze 2026-Q1', "Unknown command '2026-Q1'; ledger freeze has none. Run `ledger freeze --help`"],
    ] as const) {
      const ran = await cli(['help', ...words.split(' ')]);
      expect(ran).toMatchObject({ code: EXITS.usage, out: '' });
      expect(ran.err).toBe(`error[command_unknown]: ${says} for what there is.\n`);
    }
  });

  test('names every option that is read', async () => {
    const options: Readonly<Record<string, readonly string[]>> = {
      'import deals': ['--map', '--snapshot', '--dry-run'],
      relief: ['--kind', '--from', '--to', '--share', '--amount', '--reason', '--evidence', '--scope', '--expires'],
      split: ['--reason', '--evidence', '--scope', '--expires'],
      statement: ['--as-of', '--all'],
      attainment: ['--as-of'],
      explain: ['--as-of'],
      replay: ['--as-of', '--participant'],
      audit: ['--as-of', '--all'],
      deals: ['--as-of'],
      freeze: ['--reason', '--evidence'],
      approve: ['--all'],
      init: ['--ledger', '--demo'],
    };
    for (const [command, names] of Object.entries(options)) {
      const { out } = await cli([...command.split(' '), '--help']);
      for (const name of names) expect(out, command).toContain(`${name} `.trim());
    }
  });
});
