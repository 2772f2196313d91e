import { isProblem, jsonOf, type Problem, ProblemError, problem } from '@ledger/kernel';
import type { Command } from 'commander';
import { type Io, type Paint, paint } from '../io.ts';
import { report } from '../problems.ts';
import { Interrupted } from '../progress.ts';
import { actorOf, type Globals, openSession, type Session } from '../session.ts';

/** What a command works with. */
export interface Work extends Session {
  readonly io: Io;
  readonly paint: Paint;
  /** Prints a value as one JSON line with `--json`, as text otherwise. */
  print(value: unknown, text: () => string): void;
}

/** Sets the exit code of the run; commander's actions return nothing. */
export type Exit = (code: number) => void;

/**
 * An action of a command: opens the ledger, does the work, closes it, prints a problem where there is one. `writes`: the command
 * records something and needs to know who gives it.
 */
export function action<Args extends readonly unknown[]>(
  io: Io,
  exit: Exit,
  { writes }: { readonly writes: boolean },
  work: (work: Work, ...args: Args) => Promise<Problem | undefined>,
): (...args: [...Args, Command]) => Promise<void> {
  return async (...all) => {
    const command = all.at(-1) as Command;
    const globals: Globals = command.optsWithGlobals();
    const args = all.slice(0, -1) as unknown as Args;
    exit(await guarded(io, () => run(io, globals, writes, (opened) => work(opened, ...args))));
  };
}

async function run(
  io: Io,
  globals: Globals,
  writes: boolean,
  work: (work: Work) => Promise<Problem | undefined>,
): Promise<number> {
  if (writes) {
    const actor = actorOf(io, globals);
    if (isProblem(actor)) return report(io, actor);
  }
  const session = await openSession(io, globals, undefined, { reads: !writes });
  if (isProblem(session)) return report(io, session);
  try {
    const problem = await work({
      ...session,
      io,
      paint: paint(io),
      print(value, text) {
        io.out(session.json ? `${jsonOf(value)}\n` : text());
      },
    });
    return problem === undefined ? 0 : report(io, problem);
  } finally {
    await session.close();
  }
}

/** As shells say it of whoever was ended by SIGINT. */
const INTERRUPTED = 130;

/** Problems that adapters could only throw come out as problems; anything else is a defect of ours and says so. */
export async function guarded(io: Io, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) return report(io, error.problem);
    if (error instanceof Interrupted) {
      io.err('interrupted: nothing was written\n');
      return INTERRUPTED;
    }
    if (io.env.LEDGER_DEBUG !== undefined) io.err(`${error instanceof Error ? error.stack : String(error)}\n`);
    return report(
      io,
      problem(
        'internal',
        'Something that cannot happen happened; nothing more was written. Set LEDGER_DEBUG=1 to see where.',
      ),
    );
  }
}
