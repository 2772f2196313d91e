import { decode, encode, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import {
  type Append,
  type Appended,
  type Context,
  type Decider,
  digest,
  instantText,
  isProblem,
  LIMITS,
  type Meta,
  type Pending,
  type Problem,
  problem,
  recordedActor,
  type Stored,
} from '@ledger/kernel';
import { type CommandRow, commandsView, isAsking, UNNAMED } from '@ledger/projections';
import { breathing } from './breath.ts';
import { type Lapsed, lapses } from './lapses.ts';
import { type By, dayOf, type Ledger, zoneOf } from './ledger.ts';

export { UNNAMED };

/** A command for one stream, with the decider that answers it. */
export interface Given {
  readonly stream: string;
  /** What the user asked, which names the command: not what was looked up to decide it, since that may differ the next time. */
  readonly asked: object;
  /** Folds the stream and decides; closes over the decider's own types. */
  readonly answer: (
    stored: readonly Stored[],
    earlier: readonly LedgerEvent[],
    context: Deciding,
  ) => readonly LedgerEvent[] | Problem;
}

/** What a decision is made with; requests that nobody decided in their time are over for every command. */
export interface Deciding extends Context {
  readonly lapsed: Lapsed;
}

export function given<State, Command extends { readonly type: string }>(
  stream: string,
  decider: Decider<State, Command, LedgerEvent>,
  command: Command,
  asked: object = command,
): Given {
  return {
    stream,
    asked: { type: command.type, ...asked },
    answer(stored, earlier, context) {
      // Commands before this one have written what had lapsed, if they wrote anything.
      const lapsed = earlier.length === 0 ? context.lapsed(stored) : [];
      const state = [...lapsed, ...earlier].reduce(
        (folded: State, event: LedgerEvent) => decider.evolve(folded, event),
        stateOf(decider, stored),
      );
      const events = decider.decide(command, state, context);
      return isProblem(events) || events.length === 0 ? events : [...lapsed, ...events];
    },
  };
}

/** The state that a stream has come to. */
export function stateOf<State, Command>(
  decider: Decider<State, Command, LedgerEvent>,
  stored: readonly Stored[],
): State {
  return stored.reduce((state, event) => decider.evolve(state, decode(event).event), decider.initial);
}

/** What a command did. */
export interface Outcome {
  readonly stream: string;
  readonly revision: number;
  /** Position of the last event written; `null` when there was nothing to record. */
  readonly position: string | null;
  readonly events: readonly LedgerEvent[];
  /** The command had been given before: this is what it did then. */
  readonly repeated: boolean;
}

/** How often commands are decided again because somebody else wrote to their stream meanwhile. */
const ATTEMPTS = 8;

/**
 * The one way in for a command: read and fold its stream, answer a repeated command as before, decide, append at the revision that
 * was read. On a conflict everything is read and decided again.
 */
export async function handle(ledger: Ledger, command: Given, by: By): Promise<Outcome | Problem> {
  const outcomes = await handleAll(ledger, [command], by);
  if (isProblem(outcomes)) return outcomes;
  const [outcome] = outcomes;
  if (outcome === undefined) throw new TypeError('a command without an outcome');
  return outcome;
}

/**
 * Several commands that belong together, as the documents of one file. All are decided before the first event is written: one
 * refusal refuses them all. Those of one stream land together. `dryRun`: says what would be written, at the revisions of now.
 */
export async function handleAll(
  ledger: Ledger,
  commands: readonly Given[],
  by: By,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly Outcome[] | Problem> {
  const zone = await zoneOf(ledger);
  const today = dayOf(instantText(ledger.clock()), zone);
  const plain: Deciding = { actor: by.actor, today, lapsed: () => [] };
  // Most streams hold no request, and are decided without the rules by which requests lapse.
  let asking: Deciding | undefined;
  const asked = { actor: recordedActor(by.actor), asked: commands.map(({ stream, asked }) => [stream, asked]) };
  const meta = metaOf(ledger, by, hashOf(asked));
  const known = await ledger.views.get(commandsView, meta.commandId);
  if (known !== undefined && (JSON.parse(known) as CommandRow).hash !== meta.commandHash) return reused(meta.commandId);
  const byStream = Map.groupBy(commands, (command) => command.stream);
  const breathe = breathing();
  const outcomes = new Map<string, Outcome>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const appends: Append[] = [];
    const decided = new Map<string, readonly LedgerEvent[]>();
    const refused: Problem[] = [];
    for (const [stream, own] of byStream) {
      if (outcomes.has(stream)) continue;
      await breathe();
      const stored = await ledger.store.read(stream);
      const before = stored.filter((event) => event.meta.commandId === meta.commandId);
      if (before.length > 0) {
        const answer = repeated(stream, before, meta.commandHash);
        if (isProblem(answer)) refused.push(answer);
        else outcomes.set(stream, answer);
        continue;
      }
      if (by.expected !== undefined && by.expected !== stored.length) {
        const says = `Stream ${stream} is at revision ${stored.length}, expected ${by.expected}; nothing was written. Read it again.`;
        refused.push(problem('wrong_revision', says));
        continue;
      }
      if (asking === undefined && stored.some(isAsking)) {
        asking = { ...plain, lapsed: await lapses(ledger, { zone, today }) };
      }
      const events = decideAll(own, stored, asking ?? plain);
      if (isProblem(events)) refused.push(...(events.errors ?? [events]));
      else if (events.length === 0 || dryRun) outcomes.set(stream, unwritten(stream, stored.length, events));
      else {
        decided.set(stream, events);
        appends.push({ stream, expected: stored.length, events: pendingOf(ledger, events, meta) });
      }
    }
    const [first, ...more] = refused;
    if (first !== undefined) return more.length === 0 ? first : { ...first, errors: refused };
    await append(ledger, appends, decided, outcomes);
    if (outcomes.size === byStream.size) return [...outcomes.values()];
  }
  return problem('wrong_revision', 'Others keep writing to the same streams; give the command again.');
}

function decideAll(
  own: readonly Given[],
  stored: readonly Stored[],
  context: Deciding,
): readonly LedgerEvent[] | Problem {
  const events: LedgerEvent[] = [];
  const refused: Problem[] = [];
  for (const command of own) {
    const answer = command.answer(stored, events, context);
    if (isProblem(answer)) refused.push(answer);
    else events.push(...answer);
  }
  const [first] = refused;
  return first === undefined ? events : { ...first, errors: refused };
}

/** Writes what was decided and notes what landed; what met a conflict is left for the next attempt. */
async function append(
  ledger: Ledger,
  appends: readonly Append[],
  decided: ReadonlyMap<string, readonly LedgerEvent[]>,
  outcomes: Map<string, Outcome>,
): Promise<void> {
  const answers: Appended[] = [];
  for (let at = 0; at < appends.length; at += LIMITS.appendsPerBatch) {
    answers.push(...(await ledger.store.appendEach(appends.slice(at, at + LIMITS.appendsPerBatch))));
  }
  for (const [index, { stream }] of appends.entries()) {
    const answer = answers[index];
    if (answer?.ok !== true) continue;
    const { revision, position } = answer;
    const events = decided.get(stream) ?? [];
    outcomes.set(stream, { stream, revision, position: String(position), events, repeated: false });
  }
}

/** Half of a character has no canonical form; whatever holds one is refused by its decider, which names the field. */
function hashOf(asked: object): string {
  try {
    return digest(asked);
  } catch {
    return digest(wellFormed(asked));
  }
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(wellFormed);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wellFormed(member)]));
}

export function metaOf(ledger: Ledger, by: By, commandHash: string): Meta {
  const commandId = by.commandId ?? UNNAMED + ledger.newId();
  return {
    actor: recordedActor(by.actor),
    commandId,
    commandHash,
    correlationId: by.correlationId ?? commandId,
    causationId: by.causationId ?? null,
  };
}

export function pendingOf(ledger: Ledger, events: readonly LedgerEvent[], meta: Meta): readonly Pending[] {
  return events.map((event) => ({ id: ledger.newId(), ...encode(event), meta }));
}

function unwritten(stream: string, revision: number, events: readonly LedgerEvent[]): Outcome {
  return { stream, revision, position: null, events, repeated: false };
}

function repeated(stream: string, before: readonly Stored[], commandHash: string): Outcome | Problem {
  const last = before.at(-1);
  if (last === undefined || last.meta.commandHash !== commandHash) {
    return reused(last?.meta.commandId ?? '');
  }
  const events = before.map((event) => decode(event).event);
  return { stream, revision: last.revision, position: String(last.position), events, repeated: true };
}

export function reused(commandId: string): Problem {
  return problem(
    'command_id_reused',
    `Command id "${commandId}" was given before with another content; use a new id for a new command.`,
  );
}

/** The event at a position, as it is stored. */
export async function storedAt({ store }: Ledger, position: bigint): Promise<Stored | undefined> {
  if (position < 1n) return undefined;
  const [stored] = await store.readAll({ after: position - 1n, limit: 1 });
  return stored?.position === position ? stored : undefined;
}

/** The same, decoded. */
export async function eventAt(ledger: Ledger, position: bigint): Promise<RecordedEvent | undefined> {
  const stored = await storedAt(ledger, position);
  return stored === undefined ? undefined : decode(stored);
}

/** The events of a stream, decoded. */
export async function eventsOf(ledger: Ledger, stream: string): Promise<readonly RecordedEvent[]> {
  return (await ledger.store.read(stream)).map(decode);
}

/** The revision that a stream had at a position: what a command about it may be held to. */
export async function revisionAt({ store }: Ledger, stream: string, asOf: bigint): Promise<number> {
  return (await store.read(stream)).filter(({ position }) => position <= asOf).length;
}
