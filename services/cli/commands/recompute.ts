import { readFile, stat } from 'node:fs/promises';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { NotAStatement, type Recomputed, recompute } from '@ledger/recompute';
import type { Command } from 'commander';
import { type Io, paint } from '../io.ts';
import { report } from '../problems.ts';
import { renderRecomputed } from '../render/recompute.ts';
import type { Globals } from '../session.ts';
import { type Exit, guarded } from './shape.ts';

/** A statement that does not come out as it says. Not a refusal: everything was read and computed. */
const DIFFERS = 1;

const MEGABYTES = 64;

/** Computes statements again from their files alone; needs no ledger. */
export function recomputeCommands(program: Command, io: Io, exit: Exit): void {
  program
    .command('recompute <file>')
    .description('compute a statement again from what it says itself; see docs/how-to/recompute-a-statement.md')
    .action(async (file: string, _options: object, command: Command) => {
      const { json }: Globals = command.optsWithGlobals();
      exit(await guarded(io, () => recomputed(io, file, json === true)));
    });
}

async function recomputed(io: Io, file: string, isJson: boolean): Promise<number> {
  const documents = await documentsIn(file);
  if (isProblem(documents)) return report(io, documents);
  const results: Recomputed[] = [];
  for (const { document, where } of documents) {
    try {
      results.push(recompute(document));
    } catch (error) {
      if (!(error instanceof NotAStatement)) throw error;
      return report(io, notAStatement(where, error.message));
    }
  }
  for (const result of results) {
    io.out(isJson ? `${JSON.stringify(result)}\n` : renderRecomputed(paint(io), result, io.columns));
  }
  return results.every(({ ok }) => ok) ? 0 : DIFFERS;
}

interface Found {
  readonly document: unknown;
  readonly where: string;
}

/** One document, or one on each line. */
async function documentsIn(file: string): Promise<readonly Found[] | Problem> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) {
    return problem(
      'file_missing',
      `"${file}" cannot be read; name a file that \`ledger statement --json\` has written.`,
    );
  }
  if (found.size > MEGABYTES * 1024 * 1024) {
    return problem('document_too_large', `"${file}" has more than ${MEGABYTES} MB; give its statements one by one.`);
  }
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return problem('file_missing', `"${file}" cannot be read; check its rights.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problem('encoding_invalid', `"${file}" is not UTF-8; write it as \`ledger statement --json\` does.`);
  }
  const whole = parsed(text);
  if ('document' in whole) return [{ ...whole, where: `"${file}"` }];
  const lines = text.split('\n').map((line, at) => ({ line, where: `"${file}" line ${at + 1}` }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  if (filled.length < 2 || !filled[0]?.line.trimStart().startsWith('{"'))
    return notAStatement(`"${file}"`, whole.wrong);
  const documents: Found[] = [];
  for (const { line, where } of filled) {
    const one = parsed(line);
    if ('wrong' in one) return notAStatement(where, one.wrong);
    documents.push({ ...one, where });
  }
  return documents;
}

function parsed(text: string): { readonly document: unknown } | { readonly wrong: string } {
  if (text.trim() === '') return { wrong: 'it is empty' };
  try {
    return { document: JSON.parse(text) };
  } catch (error) {
    return { wrong: `it is not JSON, or cut off: ${(error instanceof Error ? error.message : '').slice(0, 200)}` };
  }
}

function notAStatement(where: string, wrong: string): Problem {
  return problem(
    'statement_invalid',
    `${where} is not a statement: ${wrong}; give a file that \`ledger statement --json\` has written.`,
  );
}
