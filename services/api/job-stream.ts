import { type Ending, LIVE_LIMITS, type Reader, type Sink } from '@ledger/application';
import { isProblem, jsonOf, type Problem } from '@ledger/kernel';
import type { Jobs } from './jobs.ts';
import type { Streamed } from './route.ts';

/**
 * A job as it goes on: how it stands now, and whenever it stands otherwise; its result, and the end. Whoever comes back is told how it
 * stands, whatever they had heard. Progress is a state and not a log: a reader who has not taken the last one is not given the next.
 */
export function followJob(jobs: Jobs, id: string): Streamed {
  return { follow: async (reader, _after, sink) => follow(jobs, id, reader, sink) };
}

function follow(jobs: Jobs, id: string, { actor, still }: Reader, sink: Sink): (() => void) | Problem {
  let at = 0n;
  let told = performance.now();
  let isOver = false;
  let stop: (() => void) | Problem = () => undefined;
  const timer = setInterval(() => void look(), LIVE_LIMITS.recheckMs);
  timer.unref();

  function leave(): void {
    isOver = true;
    clearInterval(timer);
    if (typeof stop === 'function') stop();
  }

  function end(because: Ending['because']): void {
    if (isOver) return;
    leave();
    sink.end({ because, position: at });
  }

  async function look(): Promise<void> {
    const now = performance.now();
    if (now - told >= LIVE_LIMITS.beatMs) {
      told = now;
      sink.beat(at);
    }
    const found = await still().catch(() => undefined);
    if (found === undefined) end('closing');
    else if (isProblem(found) || found.id !== actor.id || found.role !== actor.role) end('revoked');
  }

  stop = jobs.watch(id, actor, {
    seen(job, changes) {
      at = BigInt(changes);
      const hasEnded = job.endedAt !== null;
      if (!hasEnded && sink.waiting() > 0) return;
      told = performance.now();
      sink.take({ notices: [{ position: at, name: 'job', data: jsonOf(job) }] });
      // Once it is known how to stop, where it has ended before.
      if (hasEnded) queueMicrotask(() => end('over'));
    },
    dismissed: () => end('closing'),
  });
  if (isProblem(stop)) {
    clearInterval(timer);
    return stop;
  }
  return leave;
}
