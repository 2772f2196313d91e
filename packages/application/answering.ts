import { spelledPayout } from '@ledger/decisions';
import { isProblem, type Problem } from '@ledger/kernel';
import { openBooks } from './books.ts';
import { partsOfStatement } from './close.ts';
import { failingOf } from './failing.ts';
import type { Ledger } from './ledger.ts';
import { costing } from './open-costs.ts';
import { replaying } from './replay.ts';
import { attainmentIn, computeDigest } from './statements.ts';
import type { StatementTask, Task } from './workers.ts';

type Answering = (participant: string) => Promise<unknown>;

/** The function of a task, on the same ledger as it was opened by somebody else. */
export async function answering(ledger: Ledger, task: Task): Promise<Answering | Problem> {
  if (task.kind === 'replay') return replaying(ledger, task);
  return task.kind === 'cost' ? costing(ledger, task) : stating(ledger, task);
}

async function stating(ledger: Ledger, { kind, asOf, period }: StatementTask): Promise<Answering | Problem> {
  const books = await openBooks(ledger, asOf);
  if (isProblem(books)) return books;
  await books.gather(books.participants.keys());
  if (kind === 'failing') return (participant) => failingOf(books, participant, period);
  if (kind === 'attainment') return (participant) => attainmentIn(books, participant, period);
  if (kind === 'digest') return (participant) => computeDigest(books, participant, period);
  return async (participant) => {
    const parts = await partsOfStatement(books, participant, period);
    return isProblem(parts) ? parts : parts.map(spelledPayout);
  };
}
