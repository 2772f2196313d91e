import { type Definition, readDefinitions, twiceDefined } from '@ledger/connectors';
import { isProblem, type Problem } from '@ledger/kernel';
import { type Defined, define } from './define.ts';
import type { By, Ledger } from './ledger.ts';

/** A text that people wrote, by the name that problems with it say. One named `.json` has to be JSON. */
export interface TextFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The documents of definition files, or everything that is wrong with them. */
export function documentsIn(files: readonly TextFile[]): readonly Definition[] | Problem {
  const documents: Definition[] = [];
  const problems: Problem[] = [];
  for (const { bytes, name } of files) {
    const read = readDefinitions(bytes, name);
    if (read.ok) documents.push(...read.documents);
    else problems.push(...read.problems);
  }
  if (problems.length === 0) problems.push(...twiceDefined(documents));
  const [first] = problems;
  return first === undefined ? documents : { ...first, errors: problems };
}

/** Records what a definition file says; see `define`. */
export async function defineText(
  ledger: Ledger,
  file: TextFile,
  by: By,
  how: { readonly dryRun?: boolean } = {},
): Promise<Defined | Problem> {
  const documents = documentsIn([file]);
  return isProblem(documents) ? documents : define(ledger, documents, by, how);
}
