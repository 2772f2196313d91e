import {
  discardReplay,
  type HandoverPack,
  handoverPage,
  type Ledger,
  type Reach,
  replayRefused,
  requestReplay,
  shownReplay,
  unseen,
} from '@ledger/application';
import { correctionPolicy, fields } from '@ledger/events';
import { type Acting, isProblem, type Problem, problem } from '@ledger/kernel';
import { z } from 'zod';
import { followJob } from '../job-stream.ts';
import { problemPart } from '../problems.ts';
import { asOf, periodParam, personParam, type Route, reading, route, written } from '../route.ts';
import { evidence } from '../shapes/common.ts';
import { diffAnswer } from '../shapes/diff.ts';
import { handoverPack } from '../shapes/handover.ts';
import { keptReplay, replayAnswer, replayKept } from '../shapes/replays.ts';
import { rebuilt, verified } from '../shapes/upkeep.ts';
import { EVENT_STREAM, STREAM_EVENTS } from '../sse.ts';

const range = {
  from: fields.periodId.describe('First period.'),
  to: fields.periodId.optional().describe('Last period; left out: the first.'),
  participant: fields.partId.optional().describe('Of one participant only.'),
};
const definitions = z
  .string()
  .max(1_000_000)
  .optional()
  .describe('Definitions as YAML or JSON text that are tried out on top.');
const requests = z
  .array(z.string().min(1).max(300))
  .max(100)
  .optional()
  .describe('Waiting requests that are tried out, after the definitions.');

/** On which day it begins is for the ledger to say, whose periods are frozen. */
const prospective = z
  .strictObject({ by: z.literal('prospective') })
  .describe('The definitions begin on the first day that no frozen period holds, so that nothing is corrected.');

const common = {
  id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  progress: z.strictObject({ done: z.number(), of: z.number() }).nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  problem: z.strictObject({ code: z.string(), detail: z.string(), errors: z.array(problemPart).optional() }).nullable(),
};
const RESULT = 'Of a job that is done, what the command line prints as JSON; null otherwise.';
function jobOf<Kind extends string, Result extends z.ZodType>(kind: Kind, result: Result, id: string) {
  return z.strictObject({ ...common, kind: z.literal(kind), result: result.nullable().describe(RESULT) }).meta({ id });
}
const replayJob = jobOf('replay', replayAnswer, 'ReplayJob');
const recordReplayJob = jobOf('record-replay', replayKept, 'RecordReplayJob');
const diffJob = jobOf('diff', diffAnswer, 'DiffJob');
const handoverJob = jobOf('handover', handoverPack, 'HandoverJob');
const verifyJob = jobOf('verify', verified, 'VerifyJob');
const rebuildJob = jobOf('rebuild', rebuilt, 'RebuildJob');
/** What the result is depends on what the work was. */
const job = z
  .discriminatedUnion('kind', [replayJob, recordReplayJob, diffJob, handoverJob, verifyJob, rebuildJob])
  .meta({ id: 'Job' });

const started = <Kind extends z.ZodType>(schema: Kind) =>
  ({ status: 202, schema, says: 'The job; ask for it at /v1/jobs/{id}.' }) as const;
const jobParams = z.strictObject({ job: z.uuid() });

export const jobRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/replays',
    name: 'replay',
    group: 'replays',
    says: 'What frozen periods would be now, or under what is proposed on top: a dry run that writes nothing. Of one participant it is answered at once.',
    may: { reads: 'replays' },
    body: {
      as: 'json',
      schema: z.strictObject({
        ...range,
        asOf: asOf.optional(),
        definitions,
        requests,
      }),
    },
    answer: started(replayJob),
    async run({ ledger, jobs, actor, body, signal }) {
      const work = { kind: 'replay', ...body, to: body.to ?? body.from } as const;
      if (body.participant !== undefined) return jobs.finish(work, actor, signal);
      return (await refusedAtOnce(ledger, work)) ?? jobs.start(work, actor);
    },
  }),
  route({
    method: 'PUT',
    path: '/v1/replays/{replay}',
    name: 'recordReplay',
    group: 'replays',
    says: 'Replays, proposes the definitions that were tried out, and keeps the answer under a name, so that it can be applied.',
    may: { writes: 'replay', step: 'request' },
    params: z.strictObject({ replay: fields.partId }),
    body: { as: 'json', schema: z.strictObject({ ...range, definitions, requests, reason: fields.reason }) },
    answer: started(recordReplayJob),
    async run({ ledger, jobs, actor, params, body, by }) {
      const work = { kind: 'record-replay', ...params, ...body, to: body.to ?? body.from, by } as const;
      return (await refusedAtOnce(ledger, work)) ?? jobs.start(work, actor, by.commandId);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/replays/{replay}',
    name: 'readReplay',
    group: 'replays',
    says: 'A kept replay, and what became of it.',
    may: { reads: 'replays' },
    params: z.strictObject({ replay: fields.partId }),
    query: z.strictObject(reading),
    answer: { status: 200, schema: keptReplay, says: 'The replay.' },
    run: async ({ ledger, params, query }) => shownReplay(ledger, params.replay, query),
  }),
  route({
    method: 'POST',
    path: '/v1/replays/{replay}/application',
    name: 'applyReplay',
    group: 'replays',
    says: 'Asks that the definitions of a kept replay be put in force, and says how what they correct is posted.',
    may: { writes: 'replay', step: 'request' },
    params: z.strictObject({ replay: fields.partId }),
    body: {
      as: 'json',
      schema: z.strictObject({
        digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
        policy: z.discriminatedUnion('by', [...correctionPolicy.options, prospective]),
        reason: fields.reason,
        evidence,
      }),
    },
    answer: written,
    run: async ({ ledger, params, body, by }) => requestReplay(ledger, { ...params, ...body }, by),
  }),
  route({
    method: 'POST',
    path: '/v1/replays/{replay}/discard',
    name: 'discardReplay',
    group: 'replays',
    says: 'Says that a kept replay is not to be applied; its definitions are declined by their own names.',
    may: { writes: 'replay', step: 'request' },
    params: z.strictObject({ replay: fields.partId }),
    body: { as: 'json', schema: z.strictObject({ reason: fields.reason }) },
    answer: written,
    run: async ({ ledger, params, body, by }) => discardReplay(ledger, { ...params, ...body }, by),
  }),
  route({
    method: 'GET',
    path: '/v1/diff',
    name: 'diff',
    group: 'statements',
    says: 'Why numbers changed between two moments: by person, period and component, with the events that moved them.',
    may: { reads: 'pay' },
    query: z.strictObject({
      from: z.string().max(40).describe('A position or an instant; or a freeze of the period, as freeze:1.'),
      to: z.string().max(40).optional().describe('The end of the log where it is left out.'),
      participant: personParam.optional(),
      period: periodParam.optional(),
    }),
    answer: {
      status: 200,
      schema: diffAnswer,
      says: 'Those whose statements are other ones.',
    },
    async run({ jobs, actor, query, reach, signal }) {
      const participant = query.participant ?? onlyOne(reach);
      if (participant !== undefined) {
        const hidden = unseen(reach, { thing: 'participant', name: participant, people: [participant] });
        if (hidden !== undefined) return hidden;
      }
      const answer = await jobs.answer({ kind: 'diff', ...query, participant }, actor, signal);
      if (isProblem(answer) || reach.kind !== 'people') return answer;
      const { participants, ...rest } = answer as {
        readonly participants: readonly { readonly participant: string }[];
      };
      return { ...rest, participants: participants.filter((each) => reach.ids.has(each.participant)) };
    },
  }),
  route({
    method: 'GET',
    path: '/v1/handover',
    name: 'handover',
    group: 'service',
    says: 'Everything that somebody who takes over has to know: found in the log, nothing chosen.',
    may: { reads: 'replays' },
    query: z.strictObject(reading),
    answer: {
      status: 200,
      schema: handoverPack,
      says: 'The pack, as the command line writes it.',
    },
    run: async ({ jobs, actor, query, signal }) => jobs.answer({ kind: 'handover', ...query }, actor, signal),
  }),
  route({
    method: 'GET',
    path: '/v1/handover/page',
    name: 'handoverPage',
    group: 'service',
    says: 'The same as one page to read and to print, as the command line writes it.',
    may: { reads: 'replays' },
    query: z.strictObject(reading),
    answer: { status: 200, schema: z.string(), says: 'HTML without scripts.', type: 'text/html' },
    async run({ jobs, actor, query, signal }) {
      const pack = await jobs.answer({ kind: 'handover', ...query }, actor, signal);
      if (isProblem(pack)) return pack;
      // What the work of this kind answers, on a thread or here.
      const found = pack as HandoverPack;
      return { document: handoverPage(found), position: found.asOf };
    },
  }),
  route({
    method: 'POST',
    path: '/v1/verifications',
    name: 'verify',
    group: 'service',
    says: 'Checks every hash, chain, statement and view.',
    may: { reads: 'proofs' },
    body: {
      as: 'json',
      schema: z.strictObject({
        expect: z.string().max(100).optional().describe('`<position>:<digest>` of an earlier run.'),
        logOnly: z.boolean().optional().describe('Leaves the views out.'),
      }),
    },
    answer: started(verifyJob),
    run: async ({ jobs, actor, reach, body }) =>
      wholeOnly(reach, actor) ?? jobs.start({ kind: 'verify', ...body }, actor),
  }),
  route({
    method: 'POST',
    path: '/v1/rebuilds',
    name: 'rebuild',
    group: 'service',
    says: 'Builds every view again from the log beside the ones in use, compares them, and takes the new ones into use.',
    may: { writes: 'rebuild', step: 'record' },
    answer: started(rebuildJob),
    run: async ({ jobs, actor, by }) => jobs.start({ kind: 'rebuild' }, actor, by.commandId),
  }),
  route({
    method: 'GET',
    path: '/v1/jobs',
    name: 'listJobs',
    group: 'jobs',
    says: 'The jobs that one has started, without their results.',
    may: 'signed-in',
    answer: { status: 200, schema: z.strictObject({ jobs: z.array(job) }), says: 'Jobs, the oldest first.' },
    run: async ({ jobs, actor }) => ({ jobs: jobs.list(actor) }),
  }),
  route({
    method: 'GET',
    path: '/v1/jobs/{job}',
    name: 'readJob',
    group: 'jobs',
    says: 'A job that one has started, with its result once it is done. Results are kept for an hour.',
    may: 'signed-in',
    params: jobParams,
    answer: { status: 200, schema: job, says: 'The job.' },
    run: async ({ jobs, actor, params }) => jobs.find(params.job, actor),
  }),
  route({
    method: 'GET',
    path: '/v1/jobs/{job}/stream',
    name: 'followJob',
    group: 'jobs',
    says: 'A job that one has started, as it goes on: its progress, then its result, and the end. It is cancelled as ever.',
    may: 'signed-in',
    params: jobParams,
    answer: {
      status: 200,
      type: EVENT_STREAM,
      schema: z.string(),
      events: { job, ...STREAM_EVENTS },
      says: 'How it stands now, and whenever it stands otherwise; id counts that.',
    },
    async run({ jobs, actor, params }) {
      const found = jobs.find(params.job, actor);
      return isProblem(found) ? found : followJob(jobs, params.job);
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/jobs/{job}',
    name: 'cancelJob',
    group: 'jobs',
    says: 'Stops a job that one has started. What it has recorded stays recorded.',
    may: 'signed-in',
    params: jobParams,
    answer: { status: 200, schema: job, says: 'The job.' },
    run: async ({ jobs, actor, params }) => jobs.cancel(params.job, actor),
  }),
];

/** What is known before the work is begun is an answer, and no job that fails. */
function refusedAtOnce(ledger: Ledger, { definitions: tried, requests: named, ...ask }: ReplayAsked) {
  return replayRefused(ledger, { ...ask, isTrial: tried !== undefined || (named?.length ?? 0) > 0 });
}

interface ReplayAsked {
  readonly from: string;
  readonly to: string;
  readonly participant?: string | undefined;
  readonly asOf?: string | undefined;
  readonly definitions?: string | undefined;
  readonly requests?: readonly string[] | undefined;
}

function onlyOne(reach: Reach): string | undefined {
  if (reach.kind !== 'people' || reach.ids.size !== 1) return undefined;
  const [only] = reach.ids;
  return only;
}

/** The whole log is checked by those who see all of it. */
function wholeOnly(reach: Reach, { role }: Acting): Problem | undefined {
  if (reach.kind === 'all') return undefined;
  return problem(
    'role_forbidden',
    `Role "${role}" may not check the whole log; ask somebody of ops, finance or audit.`,
  );
}
