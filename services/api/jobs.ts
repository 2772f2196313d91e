import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Ledger } from '@ledger/application';
import { hidden } from '@ledger/decisions';
import { type Acting, canonical, instantText, isProblem, jsonOf, type Problem, problem } from '@ledger/kernel';
import type { Said } from './job-thread.ts';
import { errorsOf, type ProblemDocument } from './problems.ts';
import { doWork, type Work } from './work.ts';

/** Long work, as whoever started it sees it. */
interface Job {
  readonly id: string;
  readonly kind: Work['kind'];
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly of: number } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Of a job that is done. */
  readonly result: unknown;
  /** Why it failed. */
  readonly problem: Pick<ProblemDocument, 'code' | 'detail' | 'errors'> | null;
}

const JOB_LIMITS = {
  /** At work at a time; the others wait. */
  running: 2,
  /** At work or waiting, of everybody and of one principal. */
  open: 10,
  openEach: 3,
  /** Jobs that have ended and are kept, and for how long. */
  kept: 50,
  keptMs: 60 * 60_000,
  /** Streams of one job. */
  watchers: 20,
} as const;

export interface Jobs {
  /** Begins work, or lets it wait; refused when there is too much of it. `name`: the same one names the same job again. */
  start(work: Work, actor: Acting, name?: string): Job | Problem;
  find(id: string, actor: Acting): Job | Problem;
  list(actor: Acting): readonly Job[];
  /** Stops work where it is: what it has recorded stays recorded. A job that has ended stays as it is. */
  cancel(id: string, actor: Acting): Job | Problem;
  /** Tells whenever the job is another one than before, and once now. Returns how to stop. */
  watch(id: string, actor: Acting, watcher: Watcher): (() => void) | Problem;
  /** Starts work and waits for its end; it stops when nobody waits any more. What is answered is kept like any other job. */
  finish(work: Work, actor: Acting, signal: AbortSignal): Promise<Job | Problem>;
  /** The same, for its result alone, and nothing is kept. */
  answer(work: Work, actor: Acting, signal: AbortSignal): Promise<object | Problem>;
  /** The server stops: those who watch are told to come back, work goes on until `close`. */
  dismiss(): void;
  close(): Promise<void>;
}

/** Who is told of a job. */
interface Watcher {
  /** `changes`: how often it has changed. */
  seen(job: Job, changes: number): void;
  dismissed?(): void;
}

interface Kept {
  job: Job;
  readonly work: Work;
  readonly owner: string;
  readonly name: string | undefined;
  readonly watchers: Set<Watcher>;
  changes: number;
  refusal?: Problem;
  stop: () => Promise<unknown>;
}

function reused(): Problem {
  return problem('command_id_reused', 'The command was given before with other content; give it a name of its own.');
}

export interface JobsOptions {
  readonly ledger: Ledger;
  /** Setting by which a thread opens the ledger for itself; without it, work is done in this one. */
  readonly store?: string | undefined;
  /** Told how many jobs of a kind are open. */
  readonly count?: (kind: Work['kind'], open: number) => void;
}

/** Long work on threads of its own, bounded in number; who started it, in which role, is who sees it. */
export function createJobs({ ledger, store, count }: JobsOptions): Jobs {
  const jobs = new Map<string, Kept>();
  const now = () => instantText(ledger.clock());
  const isOpen = ({ job: { state } }: Kept) => state === 'waiting' || state === 'running';
  const ended = new Map<string, number>();

  function change(kept: Kept, to: Partial<Job>): void {
    kept.job = { ...kept.job, ...to };
    kept.changes += 1;
    for (const watcher of kept.watchers) watcher.seen(kept.job, kept.changes);
    if (to.state === undefined) return;
    const { id, kind } = kept.job;
    count?.(kind, [...jobs.values()].filter((each) => isOpen(each) && each.job.kind === kind).length);
    if (isOpen(kept)) return;
    ended.set(id, performance.now());
    kept.watchers.clear();
    forget();
    next();
  }

  /** The oldest of those that have ended, and those that ended long ago. */
  function forget(): void {
    for (const [id, at] of ended) {
      if (ended.size <= JOB_LIMITS.kept && performance.now() - at < JOB_LIMITS.keptMs) break;
      ended.delete(id);
      jobs.delete(id);
    }
  }

  function drop(id: string): void {
    jobs.delete(id);
    ended.delete(id);
  }

  function next(): void {
    const all = [...jobs.values()];
    const running = () => all.filter(({ job }) => job.state === 'running');
    for (const kept of all.filter(({ job }) => job.state === 'waiting')) {
      if (running().length >= JOB_LIMITS.running) break;
      if (!buildsViews(kept) || !running().some(buildsViews)) begin(kept);
    }
  }

  function begin(kept: Kept): void {
    change(kept, { state: 'running' });
    const take = (said: Said): void => {
      if (!isOpen(kept)) return;
      if (said.is === 'progress') change(kept, { progress: { done: said.done, of: said.of } });
      else if (said.is === 'done') {
        change(kept, { state: 'done', endedAt: now(), progress: null, result: JSON.parse(said.result) });
      } else {
        kept.refusal = said.problem;
        change(kept, failure(said.problem, now()));
      }
    };
    if (store === undefined) {
      void doWork(ledger, kept.work, (done, of) => take({ is: 'progress', done, of })).then(
        (result) =>
          take(isProblem(result) ? { is: 'refused', problem: result } : { is: 'done', result: jsonOf(result) }),
        () => take({ is: 'refused', problem: broken() }),
      );
      return;
    }
    const thread = new Worker(new URL('./job-thread.ts', import.meta.url), { workerData: { store, work: kept.work } });
    kept.stop = () => thread.terminate();
    thread.on('message', take);
    thread.once('error', () => take({ is: 'refused', problem: broken() }));
    thread.once('exit', () => take({ is: 'refused', problem: broken() }));
  }

  function own(id: string, { id: who, role }: Acting): Kept | Problem {
    forget();
    const kept = jobs.get(id);
    return kept?.owner === `${role}:${who}` ? kept : hidden('job', id);
  }

  const self: Jobs = {
    start(work, { id: who, role }, name) {
      const owner = `${role}:${who}`;
      forget();
      const before = name === undefined ? undefined : [...jobs.values()].find((each) => each.name === name);
      // What the ledger keeps of a command is written when the work is done; until then the job says what the name stands for.
      if (before !== undefined) return canonical(before.work) === canonical(work) ? before.job : reused();
      const open = [...jobs.values()].filter(isOpen);
      const ownOpen = open.filter((each) => each.owner === owner).length;
      if (open.length >= JOB_LIMITS.open || ownOpen >= JOB_LIMITS.openEach) {
        const whose = ownOpen >= JOB_LIMITS.openEach ? `${ownOpen} of your jobs` : `${open.length} jobs`;
        return problem('rate_limited', `${whose} are at work or wait; start this one when one of them has ended.`);
      }
      const job: Job = {
        id: randomUUID(),
        kind: work.kind,
        state: 'waiting',
        progress: null,
        startedAt: now(),
        endedAt: null,
        result: null,
        problem: null,
      };
      const stop = async () => undefined;
      const kept: Kept = { job, work, owner, name, watchers: new Set(), changes: 0, stop };
      jobs.set(job.id, kept);
      next();
      return kept.job;
    },
    find(id, actor) {
      const kept = own(id, actor);
      return isProblem(kept) ? kept : kept.job;
    },
    list: ({ id: who, role }) =>
      [...jobs.values()].filter(({ owner }) => owner === `${role}:${who}`).map(({ job }) => ({ ...job, result: null })),
    cancel(id, actor) {
      const kept = own(id, actor);
      if (isProblem(kept)) return kept;
      if (isOpen(kept)) {
        void kept.stop();
        change(kept, { state: 'cancelled', endedAt: now(), progress: null });
      }
      return kept.job;
    },
    watch(id, actor, watcher) {
      const kept = own(id, actor);
      if (isProblem(kept)) return kept;
      const { watchers } = kept;
      if (watchers.size >= JOB_LIMITS.watchers) {
        return problem('streams_too_many', `This job has ${watchers.size} streams open; close one and connect again.`);
      }
      watcher.seen(kept.job, kept.changes);
      if (isOpen(kept)) watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    async finish(work, actor, signal) {
      const job = self.start(work, actor);
      if (isProblem(job)) return job;
      signal.addEventListener('abort', () => self.cancel(job.id, actor), { once: true });
      const last = await new Promise<Job>((resolve) => {
        const seen = (each: Job) => void (each.endedAt !== null && resolve(each));
        self.watch(job.id, actor, { seen });
      });
      const refusal = jobs.get(job.id)?.refusal;
      if (refusal !== undefined) drop(job.id);
      return refusal ?? last;
    },
    async answer(work, actor, signal) {
      const last = await self.finish(work, actor, signal);
      if (isProblem(last)) return last;
      drop(last.id);
      if (last.state === 'done' && typeof last.result === 'object' && last.result !== null) return last.result;
      return problem('shutting_down', 'The work was stopped; ask again.');
    },
    dismiss() {
      for (const { watchers } of jobs.values()) for (const watcher of watchers) watcher.dismissed?.();
    },
    async close() {
      const open = [...jobs.values()].filter(isOpen);
      for (const kept of open) change(kept, { state: 'cancelled', endedAt: now(), progress: null });
      await Promise.all(open.map(({ stop }) => stop()));
    },
  };
  return self;
}

/** Views are built beside those in use in one place, for one at a time. */
function buildsViews({ work }: Kept): boolean {
  return work.kind === 'rebuild' || (work.kind === 'verify' && work.logOnly !== true);
}

function failure(refusal: Problem, endedAt: string): Partial<Job> {
  const { code, message: detail } = refusal;
  const errors = [...errorsOf(refusal)];
  const said = { code, detail, ...(errors.length === 0 ? {} : { errors }) };
  return { state: 'failed', endedAt, progress: null, problem: said };
}

/** What happened is in the log of the process. */
function broken(): Problem {
  return problem('internal', 'The work broke off; nothing says why but a defect of ours.');
}
