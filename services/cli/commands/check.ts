import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CaseResult, runCase } from '@ledger/application';
import { type Case, holdsCases, readCases, titledTwice } from '@ledger/connectors';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { openCaseLedger } from '@ledger/wiring';
import type { Command } from 'commander';
import { type Io, paint } from '../io.ts';
import { report } from '../problems.ts';
import { renderCase } from '../render/check.ts';
import type { Globals } from '../session.ts';
import { type Exit, guarded } from './shape.ts';

/** A case that is not as it says. Not a refusal: everything was read and calculated. */
const FAILED = 1;

/** Proves definitions by worked cases; needs no ledger file. */
export function checkCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('check <paths...>')
    .description('run worked cases: files, or folders of them; see docs/how-to/write-worked-cases.md')
    .option('--failed', 'print the cases that fail, and not those that pass')
    .action(async (paths: readonly string[], options: { failed?: true }, command: Command) => {
      const { json }: Globals = command.optsWithGlobals();
      exit(await guarded(io, () => check(io, paths, { json: json === true, failedOnly: options.failed === true })));
    });
}

async function check(
  io: Io,
  paths: readonly string[],
  { json, failedOnly }: { readonly json: boolean; readonly failedOnly: boolean },
): Promise<number> {
  const cases = casesIn(paths);
  if (isProblem(cases)) return report(io, cases);
  let failed = 0;
  // What several cases of a file are given is warned about once.
  const told = new Set<string>();
  const twice = titledTwice(cases);
  for (const given of cases) {
    const ran = await runCase(given, openCaseLedger);
    const alike = twice.get(given);
    const result = alike === undefined ? ran : { ...ran, warnings: [alike, ...ran.warnings] };
    if (!result.ok) failed += 1;
    if (json) io.out(`${JSON.stringify(jsonOf(result))}\n`);
    else if (!result.ok || !failedOnly) {
      const warnings = result.warnings.filter(({ message }) => !told.has(message));
      for (const { message } of warnings) told.add(message);
      io.out(renderCase(paint(io), { ...result, warnings }, io.columns));
    }
  }
  const summary = `${cases.length - failed} passed, ${failed} failed\n`;
  // Whoever reads lines of JSON reads nothing else there.
  if (json) io.err(summary);
  else io.out(summary);
  return failed === 0 ? 0 : FAILED;
}

/** The lines that are wrong are there with their traces, as `explain --json` gives them. */
function jsonOf({ title, ...result }: CaseResult) {
  return { case: title, ...result };
}

/** The cases of files and folders, or everything that is wrong in them. */
function casesIn(paths: readonly string[]): readonly Case[] | Problem {
  const cases: Case[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    const before = cases.length + problems.length;
    const found = filesIn(path);
    if (found === undefined) {
      problems.push(
        problem('file_missing', `"${path}" cannot be read; name a file of worked cases, or a folder of them.`),
      );
      continue;
    }
    for (const file of found.files) {
      const bytes = bytesOf(file);
      if (bytes === undefined) {
        problems.push(problem('file_missing', `File "${file}" cannot be read; check its name and its rights.`));
        continue;
      }
      // In a folder, the definitions that cases name lie beside them, and much else.
      if (found.isFolder && !holdsCases(bytes)) continue;
      const read = readCases(bytes, file, (name) => {
        const beside = join(dirname(file), name);
        const content = bytesOf(beside);
        return content === undefined ? undefined : { bytes: content, name: beside };
      });
      if (read.ok) cases.push(...read.cases);
      else problems.push(...read.problems);
    }
    if (cases.length + problems.length === before) {
      problems.push(
        problem('file_missing', `There is no worked case in "${path}"; name a folder of .yaml files with cases.`),
      );
    }
  }
  const [first] = problems;
  if (first === undefined) return cases;
  return problems.length === 1 ? first : { ...problem('document_invalid', wrongs(problems.length)), errors: problems };
}

function wrongs(count: number): string {
  return `${count} things are wrong in the files; no case was run.`;
}

/** Folders of tools. */
const LEFT_OUT = /^(?:\.|node_modules$)/;

function filesIn(path: string): { readonly files: readonly string[]; readonly isFolder: boolean } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isDirectory()) return { files: [path], isFolder: false };
  const files = readdirSync(path, { withFileTypes: true }).flatMap((entry): readonly string[] => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.test(entry.name) ? [] : (filesIn(inside)?.files ?? []);
    return /\.(?:ya?ml|json)$/.test(entry.name) ? [inside] : [];
  });
  return { files: files.toSorted(), isFolder: true };
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
