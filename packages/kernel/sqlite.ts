import { ProblemError, problem } from './problem.ts';

/** Result codes of SQLite that mean something to the caller (https://www.sqlite.org/rescode.html); extended codes carry them in the low byte. */
const CODES: Readonly<Record<number, readonly [code: string, remedy: string]>> = {
  5: ['store_busy', 'another process holds it; try again'],
  6: ['store_busy', 'another statement holds it; try again'],
  8: ['store_read_only', 'give this user the right to write the file and its folder'],
  10: ['store_io', 'the disk failed; nothing more is written by this process, so check the disk and start again'],
  11: ['store_damaged', 'restore it from a backup'],
  13: ['storage_full', 'the disk is full; free some space and try again, nothing was written'],
  14: ['store_missing', 'check that it is a file and that its folder can be written'],
  26: ['store_foreign', 'it is not a file of this product; name another one'],
};

/** What is done about files that can be made again, where another one would be restored or named. */
export type Remedies = Readonly<Partial<Record<'store_damaged' | 'store_foreign', string>>>;

/** The problem that an error of SQLite stands for; anything else is given back as it is. Adapters keep files of it, with or without a log in them. */
export function sqliteProblem(error: unknown, path: string, remedies: Remedies = {}): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  const known = CODES[error.errcode & 0xff];
  if (known === undefined) return error;
  const [code, usual] = known;
  const remedy = code === 'store_damaged' || code === 'store_foreign' ? (remedies[code] ?? usual) : usual;
  return new ProblemError(problem(code, `${path}: ${error.message}; ${remedy}.`), { cause: error });
}

/** Runs an action on the file; errors of SQLite come out as problems. */
export function guardedFile<T>(path: string, action: () => T, remedies?: Remedies): T {
  try {
    return action();
  } catch (error) {
    throw sqliteProblem(error, path, remedies);
  }
}
