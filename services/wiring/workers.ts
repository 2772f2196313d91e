import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Task, Worker, Workers } from '@ledger/application';

/** A task on the ledger that a setting names, which is always the same; then people, as many as are answered about in one message. */
export type ToWorker = { readonly where: string; readonly task: Task } | { readonly people: readonly string[] };

/** Memory that must be free for each more, in bytes, and what its objects may take of it, in MiB. */
const ROOM = 2_000_000_000;
const HEAP = 1_500;
const MOST = 7;
/** How long a worker waits for the next task, in milliseconds. */
const IDLE_MS = 30_000;

export interface WorkersAt extends Workers {
  close(): Promise<void>;
}

/** One for each processor that is left, if this process has one and leaves some to others. */
export function processorsLeft(others = 0): number {
  return Math.max(0, Math.min(availableParallelism() - 1 - others, MOST));
}

/**
 * Processes that open the ledger at `where` for themselves, begun when they are first needed. One that runs out of memory, or is killed,
 * takes nothing with it: what it was asked is worked out by whoever asked.
 */
export function workersAt(where: string, atMost: number): WorkersAt {
  const all = new Set<Member>();

  function engage(task: Task): readonly Worker[] {
    const free = [...all].filter(({ isFree }) => isFree());
    while (all.size < atMost && process.availableMemory() > ROOM * (1 + all.size)) {
      const begun = member(where, () => all.delete(begun));
      all.add(begun);
      free.push(begun);
    }
    return free.map((each) => each.engage(task));
  }

  return {
    engage,
    close: async () => void (await Promise.all([...all].map((each) => each.end()))),
  };
}

type Member = ReturnType<typeof member>;

/** People who were asked about, and what has been answered of them: one after the other, in their order. */
interface Asked {
  readonly of: number;
  readonly answers: unknown[];
  readonly all: PromiseWithResolvers<readonly unknown[]>;
}

function member(where: string, gone: () => void) {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // What is calculated of one person is gone with the next: a larger space for young objects is swept less often.
    execArgv: ['--max-semi-space-size=64', `--max-old-space-size=${HEAP}`],
  });
  const ended = Promise.withResolvers<void>();
  const waiting: Asked[] = [];
  let isEngaged = false;
  let idle: NodeJS.Timeout | undefined;
  child.on('message', (answer) => {
    const [next] = waiting;
    next?.answers.push(answer);
    if (next === undefined || next.answers.length < next.of) return;
    waiting.shift();
    next.all.resolve(next.answers);
  });
  // One that cannot be begun has no exit.
  child.on('error', (error) => {
    ended.resolve();
    lost(error);
  });
  child.on('exit', () => {
    ended.resolve();
    lost(new Error('the worker has ended'));
  });

  function lost(error: unknown): void {
    gone();
    for (const { all } of waiting.splice(0)) all.reject(error);
  }

  function say(what: ToWorker): void {
    child.send(what, (error) => {
      if (error === null) return;
      child.kill();
      lost(error);
    });
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    gone();
    // Whoever closes the ledger waits until nobody has its files open.
    child.ref();
    child.kill();
    await ended.promise;
  }

  return {
    end,
    isFree: () => !isEngaged,
    engage(task: Task): Worker {
      isEngaged = true;
      clearTimeout(idle);
      // Whoever waits for an answer would otherwise be gone before it comes.
      child.ref();
      child.channel?.ref();
      say({ where, task });
      return {
        answer(people) {
          const all = Promise.withResolvers<readonly unknown[]>();
          waiting.push({ of: people.length, answers: [], all });
          say({ people });
          return all.promise;
        },
        // What it has not answered by then it answers to nobody, and takes the next task after that.
        release() {
          isEngaged = false;
          idle = setTimeout(() => void end(), IDLE_MS).unref();
          child.unref();
          child.channel?.unref();
        },
      };
    },
  };
}
