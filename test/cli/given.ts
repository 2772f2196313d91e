import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Io, runCli } from '@ledger/cli';
import { CODES } from '@ledger/events';
import { systemClock } from '@ledger/kernel';
import { openLog } from '@ledger/store-sqlite';
import { expect, onTestFinished } from 'vitest';
import { DEFINITIONS } from '../support/company.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, as nobody in particular unless `as` or the arguments say who. */
export async function cli(argv: readonly string[], options: Partial<Io> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    env: {},
    colour: false,
    terminal: false,
    columns: 80,
    ...options,
  };
  const code = await runCli(argv, io);
  return { code, out, err };
}

/** A ledger file that a test works on, and the folder that it is in. */
export interface Place {
  readonly folder: string;
  readonly file: string;
  /** A command as somebody, at a moment of the ledger's own time. */
  at(instant: string, as: string, line: string, ...more: readonly string[]): Promise<Ran>;
  /** A file in the folder. Returns its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Position of the last event. */
  head(): Promise<string>;
}

const WORD = /'[^']*'|\S+/g;

function placeIn(folder: string): Place {
  const file = join(folder, 'test.ledger');
  return {
    folder,
    file,
    at(instant, as, line, ...more) {
      const words = (line.match(WORD) ?? []).map((word) => word.replace(/^'|'$/g, ''));
      return cli(['--file', file, '--at', instant, '--as', as, ...words, ...more]);
    },
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    head: () => headOf(file),
  };
}

export async function headOf(file: string): Promise<string> {
  const log = openLog(file, { mode: 'open', clock: systemClock });
  const head = await log.head();
  await log.close();
  return String(head);
}

export function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return placeIn(folder);
}

export const HEADER = 'deal_id,rep_id,amount,currency,closed_on\n';
export const DEALS = `${HEADER}D-1,ada,80000.00,USD,2026-01-20
D-2,ada,40000.00,USD,2026-02-10
D-3,ben,50000.00,EUR,2026-03-01
D-4,,10.00,USD,2026-03-02
`;

let company: string | undefined;

/** A copy of a small company's ledger in its first quarter, with its deals: made once by commands, in a few milliseconds after. */
export async function companyPlace(): Promise<Place> {
  const mine = place();
  if (company === undefined) {
    const made = placeIn(mkdtempSync(join(tmpdir(), 'ledger-cli-')));
    const lines: readonly (readonly [instant: string, as: string, line: string])[] = [
      ['2026-01-02T08:00:00Z', 'ops:olga', 'init --ledger acme --demo'],
      ['2026-01-02T08:01:00Z', 'ops:olga', `define ${made.write('definitions.yaml', DEFINITIONS)}`],
      ['2026-01-02T08:02:00Z', 'finance:fred', 'approve --all'],
      ['2026-01-02T08:03:00Z', 'ops:olga', "assign ada seller --from 2026-01-01 --reason 'Plan year 2026'"],
      ['2026-01-02T08:04:00Z', 'ops:olga', "assign ben seller --from 2026-01-01 --reason 'Plan year 2026'"],
      ['2026-01-02T08:05:00Z', 'ops:olga', 'open 2026-Q1'],
      ['2026-04-01T08:00:00Z', 'ops:olga', `import deals ${made.write('deals.csv', DEALS)}`],
    ];
    for (const [instant, as, line] of lines) {
      const ran = await made.at(instant, as, line);
      if (ran.code !== 0) throw new Error(`${line}: ${ran.err}`);
    }
    process.once('exit', () => rmSync(made.folder, { recursive: true, force: true }));
    company = made.folder;
  }
  for (const name of ['test.ledger', 'test.ledger.views', 'test.ledger.people', 'deals.csv', 'definitions.yaml']) {
    copyFileSync(join(company, name), join(mine.folder, name));
  }
  return mine;
}

const ERROR = /^error\[([a-z_0-9]+)\]: \S.*[.?!)]$/;

/** What every refusal looks like: nothing on `out`, a line for each problem on `err`, codes of the catalogue. Returns the codes. */
export function refusal(ran: Ran, exit: number): readonly string[] {
  expect(ran.err, 'a refusal is said on err').not.toBe('');
  const lines = stripVTControlCharacters(ran.err).trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(ERROR);
  const codes = lines.map((line) => ERROR.exec(line)?.[1] ?? '');
  for (const code of codes) expect(Object.keys(CODES)).toContain(code);
  expect(ran).toMatchObject({ code: exit, out: '' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(ran.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]/);
  return codes;
}

/** The widest line as a person sees it. */
export function widest(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => [...line].length),
  );
}

export const EXITS = { usage: 2, input: 3, forbidden: 4, conflict: 5, integrity: 6, environment: 7 } as const;

/** The day after the company's quarter. */
export const WHEN = '2026-04-02T08:00:00Z';

/** Runs a command that must be refused, and must not have written anything. Answers with what it said. */
export async function refused(
  at: Place,
  as: string,
  argv: readonly string[],
  exit: number,
  ...codes: readonly string[]
) {
  const before = await at.head();
  const ran = await cli(['--file', at.file, '--at', WHEN, '--as', as, ...argv]);
  expect(refusal(ran, exit)).toEqual(codes);
  expect(await at.head(), 'nothing was written').toBe(before);
  return ran.err;
}
