import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type CaseResult,
  type Ledger,
  type OpenCaseLedger,
  openBooks,
  runCase,
  statementOf,
} from '@ledger/application';
import { type Case, type FileProblem, readCases } from '@ledger/connectors';
import { isProblem, seededRandom, ulidFactory } from '@ledger/kernel';
import { recompute } from '@ledger/recompute';
import { openDirectory, openLog, openViews } from '@ledger/store-sqlite';

/** The cases of a file, which must be well-formed. */
export function casesIn(path: string): readonly Case[] {
  const read = readCases(readFileSync(path), path, (name) => {
    const beside = join(dirname(path), name);
    return { bytes: readFileSync(beside), name: beside };
  });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.cases;
}

export function readText(text: string, files: Readonly<Record<string, string>> = {}) {
  return readCases(new TextEncoder().encode(text), 'a.yaml', (name) => {
    const found = files[name];
    return found === undefined ? undefined : { bytes: new TextEncoder().encode(found), name };
  });
}

/** What is wrong with a file, as it is printed. */
export function wrongIn(text: string): readonly string[] {
  const read = readText(text);
  return read.ok ? [] : read.problems.map(({ message }: FileProblem) => message);
}

export async function runText(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly CaseResult[]> {
  const read = readText(text, files);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return runAll(read.cases);
}

export async function runAll(cases: readonly Case[]): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const given of cases) {
    const opened: OpenCaseLedger = (clock) => {
      const { ledger, close } = open(clock);
      return {
        ledger,
        close: async () => {
          await recomputed(ledger).finally(close);
        },
      };
    };
    results.push(await runCase(given, opened));
  }
  return results;
}

/** Every line of every statement that a ledger holds, frozen or not, has a name of its own and comes out again from its trace alone. */
async function recomputed(ledger: Ledger): Promise<void> {
  const books = await openBooks(ledger, await ledger.store.head());
  if (isProblem(books)) return;
  for (const participant of books.participants.keys()) {
    for (const period of books.periods.keys()) {
      const answer = await statementOf(ledger, { participant, period });
      if (isProblem(answer)) continue;
      const { lines, ok, ...rest } = recompute(JSON.parse(JSON.stringify(answer)));
      const names = answer.statement.lines.map(({ line }) => line);
      const twice = names.filter((name, at) => names.indexOf(name) !== at);
      if (twice.length > 0) throw new Error(`${participant} ${period}: ${twice.join(', ')} more than once`);
      if (!ok) throw new Error(JSON.stringify({ ...rest, wrong: lines.filter((line) => !line.ok) }, null, 2));
    }
  }
}

const open: OpenCaseLedger = (clock) => {
  const store = openLog(':memory:', { mode: 'create', ledger: 'case', clock });
  const views = openViews(':memory:');
  const directory = openDirectory(':memory:');
  return {
    ledger: { store, views, directory, clock, newId: ulidFactory(clock, seededRandom(7)), runCases: runAll },
    async close() {
      await Promise.all([store.close(), views.close(), directory.close()]);
    },
  };
};
