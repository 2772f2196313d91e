import type { Definition } from '@ledger/connectors';
import { type Decision, type ReplayState, replayDecider } from '@ledger/decisions';
import { type CorrectionPolicy, type EventData, type ReplayPolicy, requestName, streamOf } from '@ledger/events';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { type RequestRow, requestsView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { define } from './define.ts';
import { eventsOf, type Given, given, handle, type Outcome, stateOf } from './handle.ts';
import { requestSeen } from './lapses.ts';
import { type By, type Ledger, refresh } from './ledger.ts';
import { checkIds } from './names.ts';
import { isAnything } from './propose.ts';
import { beginningOn, firstOpenDay } from './prospective.ts';
import { type ReplayAnswer, type ReplayAsk, replayPeriods } from './replay.ts';
import { movedSince } from './replay-moved.ts';
import { approveRequest, declineRequest } from './requests.ts';
import { type AsOf, failed } from './statements.ts';
import { trialLedger } from './trial-ledger.ts';

/** Replays that are kept: recorded, asked to be applied, applied by somebody else, or discarded (domain.md §6). */

type Recorded = EventData<'ReplayRecorded'>;
type Definitions = Recorded['definitions'];

export interface KeptReplay {
  readonly outcome: Outcome;
  readonly answer: ReplayAnswer;
}

/** What takes effect at once cannot wait for a replay to be applied. */
const WAITING: ReadonlySet<Definition['kind']> = new Set([
  'metric',
  'plan',
  'crediting',
  'jurisdiction',
  'quotas',
  'exception',
]);

/**
 * Replays, proposes the definitions that were tried out, and keeps the answer's digest. Whatever is refused, is refused before anything
 * is written.
 */
export async function recordReplay(
  ledger: Ledger,
  ask: Omit<ReplayAsk, 'asOf'> & { readonly replay: string; readonly reason: string },
  by: By,
): Promise<KeptReplay | Problem> {
  const { replay, reason, from, to, participant, documents = [] } = ask;
  const wrong = checkIds({ replay }) ?? atOnce(documents);
  if (wrong !== undefined) return wrong;
  const answer = await replayPeriods(ledger, ask);
  if (isProblem(answer)) return answer;
  const failing = failed(answer.participants.flatMap((each) => each.replay.problems));
  if (failing !== undefined) return failing;
  const names = (answer.proposals ?? []).flatMap(({ request }) => request ?? []);
  const kept = (definitions: Definitions, asOf: string) => {
    const { digest, totals } = answer;
    const of = participant === undefined ? {} : { participant };
    const terms = { replay, from, to, ...of, asOf, definitions, digest, totals, reason };
    return given(streamOf.replay(replay), replayDecider, { type: 'RecordReplay', ...terms } as const, terms);
  };
  // Whether it may be kept is known before its definitions are proposed.
  const tried = await handle(trialLedger(ledger, BigInt(answer.asOf)), kept(unhashed(names), answer.asOf), by);
  if (isProblem(tried)) return tried;
  if (documents.length > 0) {
    const defined = await define(ledger, documents, partOf(by, 'define'));
    if (isProblem(defined)) return defined;
  }
  const asOf = await refresh(ledger);
  const definitions = await hashed(ledger, names);
  if (isProblem(definitions)) return definitions;
  const outcome = await handle(ledger, kept(definitions, String(asOf)), by);
  return isProblem(outcome) ? outcome : { outcome, answer };
}

/** As what is not proposed yet: nothing is written with it. */
function unhashed(names: readonly string[]): Definitions {
  return names.map((request) => ({ request, requestHash: '0'.repeat(64) }));
}

function atOnce(documents: readonly Definition[]): Problem | undefined {
  const first = documents.find(({ kind }) => !WAITING.has(kind));
  if (first === undefined) return undefined;
  const { file, line } = first.written;
  return problem(
    'option_invalid',
    `${file}:${line}:1: ${first.kind} take effect at once, and a replay that is kept puts in force what waits for approval; record them with \`ledger define\` first.`,
  );
}

/** Asks that the definitions of a kept replay be put in force, and says how what they correct is posted. */
export async function requestReplay(
  ledger: Ledger,
  ask: {
    readonly replay: string;
    readonly digest: string;
    /** `prospective` begins on the first day that no frozen period holds. */
    readonly policy: CorrectionPolicy | { readonly by: 'prospective' };
    readonly reason: string;
    readonly evidence: readonly string[];
  },
  by: By,
): Promise<Outcome | Problem> {
  const wrong = checkIds({ replay: ask.replay });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  const state = await stateOn(ledger, ask.replay);
  const { recorded } = state;
  const policy =
    ask.policy.by === 'prospective' ? { by: 'prospective' as const, from: await firstOpenDay(ledger) } : ask.policy;
  const command = (definitions: Definitions) =>
    given(streamOf.replay(ask.replay), replayDecider, { type: 'RequestReplay', ...ask, policy, definitions }, ask);
  const definitions = recorded?.definitions ?? [];
  // Who may ask, and whether this digest can be asked for, is known before anything is calculated or proposed.
  const tried = await handle(trialLedger(ledger, await ledger.store.head()), command(definitions), unnamed(by));
  if (isProblem(tried) || tried.events.length === 0 || recorded === null) return tried;
  const moved = (await expiredOf(ledger, recorded)) ?? (await movedSince(ledger, recorded));
  if (moved !== undefined) return moved;
  if (policy.by !== 'prospective') return handle(ledger, command(definitions), by);
  const later = await beginningOn(ledger, definitions, policy.from, partOf(by, 'define'));
  if (isProblem(later)) return later;
  await refresh(ledger);
  const asked = await hashed(ledger, later);
  return isProblem(asked) ? asked : handle(ledger, command(asked), by);
}

/**
 * Approves that a replay be applied, and puts its definitions in force by the same decision. Refused when the book moved since in a way
 * that changes the answer. Killed in the middle, the same approval goes on where it stopped.
 */
export async function approveReplay(
  ledger: Ledger,
  replay: string,
  decision: Decision,
  by: By,
): Promise<Outcome | Problem> {
  const state = await stateOn(ledger, replay);
  const last = state.requests.at(-1);
  const command = (beneficiaries: readonly string[]) => {
    const asked = { approve: requestName.replay(replay) };
    const told = { type: 'ApplyReplay', replay, beneficiaries, ...decision } as const;
    return given(streamOf.replay(replay), replayDecider, told, asked);
  };
  if (state.recorded === null || last === undefined || last.outcome !== 'waiting') {
    const left = last?.outcome === 'approved' ? await waitingOf(ledger, last.data.definitions) : [];
    if (left.length === 0) return handle(ledger, command([]), by);
    return putInForce(ledger, last?.data.definitions ?? [], state.recorded?.definitions ?? [], replay, by);
  }
  const refused =
    (await mayNotDecide(ledger, command([]), by)) ?? (await beginsTooEarly(ledger, replay, last.data.policy));
  if (refused !== undefined) return refused;
  const asked = { replay, definitions: last.data.definitions };
  const moved = (await expiredOf(ledger, asked)) ?? (await movedSince(ledger, state.recorded));
  if (moved !== undefined) return moved;
  const beneficiaries = await paidBy(ledger, state.recorded);
  if (isProblem(beneficiaries)) return beneficiaries;
  // Every decision that belongs to it is tried before the first of them is written.
  const branch = trialLedger(ledger, await refresh(ledger));
  const applied = await handle(branch, command(beneficiaries), unnamed(by));
  if (isProblem(applied)) return applied;
  const isLast = applied.events.some(({ type }) => type === 'ReplayApplied');
  if (isLast) {
    const { definitions } = last.data;
    const tried = await putInForce(branch, definitions, state.recorded.definitions, replay, unnamed(by));
    if (isProblem(tried)) return tried;
  }
  const outcome = await handle(ledger, command(beneficiaries), by);
  if (isProblem(outcome) || !isLast) return outcome;
  const put = await putInForce(ledger, last.data.definitions, state.recorded.definitions, replay, by);
  return isProblem(put) ? put : outcome;
}

/** Approves the definitions, each by its own decider; those that were replaced by later ones are declined. */
async function putInForce(
  ledger: Ledger,
  definitions: Definitions,
  recorded: Definitions,
  replay: string,
  by: By,
): Promise<Outcome | Problem> {
  await refresh(ledger);
  let outcome: Outcome | undefined;
  for (const { request, requestHash } of await waitingOf(ledger, definitions)) {
    const decided = await approveRequest(ledger, request, partOf(by, request), { requestHash });
    if (isProblem(decided)) return decided;
    if ('outcome' in decided) outcome = decided.outcome;
  }
  const kept = new Set(definitions.map(({ request }) => request));
  for (const { request } of await waitingOf(ledger, recorded)) {
    if (kept.has(request)) continue;
    const reason = `Replay ${replay} was applied from a later day on; the version of that day takes its place.`;
    const declined = await declineRequest(ledger, request, reason, partOf(by, request));
    if (isProblem(declined)) return declined;
  }
  const events = await eventsOf(ledger, streamOf.replay(replay));
  const nothing = {
    stream: streamOf.replay(replay),
    revision: events.length,
    position: null,
    events: [],
    repeated: true,
  };
  return outcome ?? nothing;
}

/** Who may decide it at all is known before anything is calculated, or said of what was. */
async function mayNotDecide(ledger: Ledger, command: Given, by: By): Promise<Problem | undefined> {
  const tried = await handle(trialLedger(ledger, await ledger.store.head()), command, unnamed(by));
  return isProblem(tried) ? tried : undefined;
}

export async function declineReplay(
  ledger: Ledger,
  replay: string,
  reason: string,
  decision: Decision,
  by: By,
): Promise<Outcome | Problem> {
  const command = (beneficiaries: readonly string[]) => {
    const told = { type: 'DeclineReplay', replay, reason, beneficiaries, ...decision } as const;
    return given(streamOf.replay(replay), replayDecider, told, { decline: requestName.replay(replay), reason });
  };
  const { recorded, requests: asked } = await stateOn(ledger, replay);
  // What is over is answered as it was.
  if (recorded === null || asked.at(-1)?.outcome !== 'waiting') return handle(ledger, command([]), by);
  const refused = await mayNotDecide(ledger, command([]), by);
  if (refused !== undefined) return refused;
  const beneficiaries = await paidBy(ledger, recorded);
  return isProblem(beneficiaries) ? beneficiaries : handle(ledger, command(beneficiaries), by);
}

/** Says that a kept replay is not to be applied. Its definitions go on waiting: they are declined by their own names. */
export async function discardReplay(
  ledger: Ledger,
  ask: { readonly replay: string; readonly reason: string },
  by: By,
): Promise<Outcome | Problem> {
  const wrong = checkIds({ replay: ask.replay });
  if (wrong !== undefined) return wrong;
  await refresh(ledger);
  return handle(ledger, given(streamOf.replay(ask.replay), replayDecider, { type: 'DiscardReplay', ...ask }), by);
}

export interface ReplayShown extends Recorded {
  readonly state: 'recorded' | 'waiting' | 'applied' | 'discarded';
  readonly policy: ReplayPolicy | null;
  /** Of its definitions, those that wait for a decision, */
  readonly waiting: readonly string[];
  /** and those that nobody decided in their time: the replay can be applied no more. */
  readonly expired: readonly string[];
}

/** A kept replay, and what had become of it by a moment, or by now. */
export async function shownReplay(ledger: Ledger, replay: string, ask: AsOf = {}): Promise<ReplayShown | Problem> {
  const wrong = checkIds({ replay });
  if (wrong !== undefined) return wrong;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const { recorded, requests, isDiscarded } = await stateOn(ledger, replay, asOf);
  if (recorded === null) {
    return problem(
      'not_found',
      `There is no replay "${replay}"; record one with \`ledger replay --record ${replay}\`.`,
    );
  }
  const last = requests.at(-1);
  const asked = last?.outcome === 'waiting' ? 'waiting' : 'recorded';
  const state = isDiscarded ? 'discarded' : last?.outcome === 'approved' ? 'applied' : asked;
  const definitions = last?.data.definitions ?? recorded.definitions;
  const standing = await Promise.all(definitions.map(({ request }) => requestSeen(ledger, request, asOf, ask.asOf)));
  const those = (wanted: RequestRow['state']) => standing.flatMap((row) => (row?.state === wanted ? [row.name] : []));
  const [waiting, expired] = [those('waiting'), those('expired')];
  return { ...recorded, state, policy: last?.data.policy ?? null, waiting, expired };
}

/** What a replay tried out and nobody decided in its time cannot be put in force; asked for anew, it has another name. */
async function expiredOf(
  ledger: Ledger,
  { replay, definitions }: Pick<Recorded, 'replay' | 'definitions'>,
): Promise<Problem | undefined> {
  for (const { request } of definitions) {
    if ((await requestSeen(ledger, request))?.state !== 'expired') continue;
    const says = `${request}, which replay ${replay} tried out, has expired, since nobody decided it in its time; replay the definitions again and record that under another name.`;
    return problem('request_expired', says);
  }
  return undefined;
}

async function stateOn(ledger: Ledger, replay: string, asOf?: bigint): Promise<ReplayState> {
  const stored = await ledger.store.read(streamOf.replay(replay));
  const known = asOf === undefined ? stored : stored.filter(({ position }) => position <= asOf);
  return stateOf(replayDecider, known);
}

/** What was to leave the past alone no longer does where a period was frozen since it was asked for. */
async function beginsTooEarly(ledger: Ledger, replay: string, policy: ReplayPolicy): Promise<Problem | undefined> {
  if (policy.by !== 'prospective') return undefined;
  const day = await firstOpenDay(ledger);
  if (day <= policy.from) return undefined;
  const says = `Replay ${replay} was to begin on ${policy.from}, and by now ${day} is the first day that no frozen period holds; decline it, and ask for it anew.`;
  return problem('approval_stale', says);
}

async function paidBy(ledger: Ledger, { from, to, participant, definitions }: Recorded) {
  const requests = (await waitingOf(ledger, definitions)).map(({ request }) => request);
  if (!isAnything({ requests })) return [];
  const answer = await replayPeriods(ledger, { from, to, participant, requests });
  if (isProblem(answer)) return answer;
  return (answer.blastRadius?.participants ?? []).map((each) => each.participant);
}

async function waitingOf(ledger: Ledger, definitions: Definitions): Promise<Definitions> {
  const waiting: Definitions = [];
  for (const definition of definitions) {
    const row = await rowOf(ledger, definition.request);
    if (row?.state === 'waiting') waiting.push(definition);
  }
  return waiting;
}

/** The requests with the hashes of what they ask. */
async function hashed(ledger: Ledger, names: readonly string[]): Promise<Definitions | Problem> {
  const definitions: Definitions = [];
  for (const request of names) {
    const row = await rowOf(ledger, request);
    if (row?.state !== 'waiting') {
      return problem('approval_stale', `Request ${request} is no longer what was tried out; replay again.`);
    }
    definitions.push({ request, requestHash: row.hash });
  }
  return definitions;
}

async function rowOf(ledger: Ledger, name: string): Promise<RequestRow | undefined> {
  const row = await ledger.views.get(requestsView, name);
  return row === undefined ? undefined : (JSON.parse(row) as RequestRow);
}

/** Commands of one decision are commands of their own, with an id each. */
function partOf(by: By, part: string): By {
  if (by.commandId === undefined) return by;
  return { ...by, commandId: `${by.commandId.slice(0, 80)}:${part.replace(/[^A-Za-z0-9._:-]/g, ':').slice(0, 40)}` };
}

function unnamed(by: By): By {
  return { ...by, commandId: undefined };
}
