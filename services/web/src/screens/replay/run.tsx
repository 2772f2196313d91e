import type { Schemas } from '../../api/client.ts';
import { Empty, ProblemNote, problemOf, Waiting } from '../../parts/states.tsx';
import { ReplayResult } from './answer.tsx';
import { Going, NotDone, useJob } from './job.tsx';
import { KeepIt } from './keep.tsx';

/** A replay that was started: how far it is, then what it came to. */
export function Run({ id }: { readonly id: string }) {
  const job = useJob(id);
  if (job.data !== undefined) return job.data.endedAt === null ? <Going job={job.data} /> : <Ended job={job.data} />;
  if (job.error === null) return <Waiting />;
  return problemOf(job.error).code === 'not_found' ? (
    <Empty title="This answer is not kept any more">
      An answer is kept for an hour, for whoever asked. What was asked is still in the address: ask it again.
    </Empty>
  ) : (
    <ProblemNote problem={job.error} again={() => void job.refetch()} />
  );
}

/** What it came to, and how it is kept; or why there is nothing. */
function Ended({ job }: { readonly job: Schemas['Job'] }) {
  if (job.kind === 'replay' && job.result !== null) {
    return <ReplayResult answer={job.result} keep={<KeepIt job={job.id} answer={job.result} />} />;
  }
  return <NotDone job={job} />;
}
