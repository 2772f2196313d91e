import { decode, encode, type LedgerEvent, type RecordedEvent } from '@ledger/events';
import {
  type Append,
  type Context,
  type Decider,
  digest,
  isProblem,
  type Meta,
  type Pending,
  type Problem,
  problem,
  type Stored,
} from '@ledger/kernel';
import { type By, type Ledger, today } from './ledger.ts';

/** What a command did. */
export interface Outcome {
  readonly stream: string;
  readonly revision: number;
  /** Position of the last event written; `null` when there was nothing to record. */
  readonly position: bigint | null;
  readonly events: readonly LedgerEvent[];
  /** The command had been given before: this is what it did then. */
  readonly repeated: boolean;
}

/** How often a command is decided again because somebody else wrote to the stream meanwhile. */
const ATTEMPTS = 8;

/**
 * The one way in: read and fold the stream, answer a repeated command as before, decide, append at the revision that was read.
 * On a conflict everything is read and decided again.
 */
export async function handle<State, Command extends { readonly type: string }>(
  ledger: Ledger,
  decider: Decider<State, Command, LedgerEvent>,
  stream: string,
  command: Command,
  by: By,
): Promise<Outcome | Problem> {
  const context: Context = { actor: by.actor, today: await today(ledger) };
  const commandHash = digest({ stream, actor: by.actor, command });
  const meta = metaOf(ledger, by, commandHash);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await ledger.store.read(stream);
    const before = stored.filter((event) => event.meta.commandId === meta.commandId);
    if (before.length > 0) return repeated(stream, before, commandHash);

    const state = stored.map(decode).reduce((folded, { event }) => decider.evolve(folded, event), decider.initial);
    const decided = decider.decide(command, state, context);
    if (isProblem(decided)) return decided;
    if (decided.length === 0) return { stream, revision: stored.length, position: null, events: [], repeated: false };

    const append: Append = { stream, expected: stored.length, events: pendingOf(ledger, decided, meta) };
    const appended = await ledger.store.append(append);
    if (appended.ok) {
      const { revision, position } = appended;
      return { stream, revision, position, events: decided, repeated: false };
    }
  }
  return problem('wrong_revision', `Others keep writing to ${stream}; give the command again.`);
}

export function metaOf(ledger: Ledger, by: By, commandHash: string): Meta {
  const commandId = by.commandId ?? ledger.newId();
  return {
    actor: by.actor,
    commandId,
    commandHash,
    correlationId: by.correlationId ?? commandId,
    causationId: by.causationId ?? null,
  };
}

export function pendingOf(ledger: Ledger, events: readonly LedgerEvent[], meta: Meta): readonly Pending[] {
  return events.map((event) => ({ id: ledger.newId(), ...encode(event), meta }));
}

function repeated(stream: string, before: readonly Stored[], commandHash: string): Outcome | Problem {
  const last = before.at(-1);
  if (last === undefined || last.meta.commandHash !== commandHash) {
    return problem(
      'command_id_reused',
      `Command id "${last?.meta.commandId}" was given before with another content; use a new id for a new command.`,
    );
  }
  const events = before.map((event) => decode(event).event);
  return { stream, revision: last.revision, position: last.position, events, repeated: true };
}

/** The events of a stream, decoded. */
export async function eventsOf(ledger: Ledger, stream: string): Promise<readonly RecordedEvent[]> {
  return (await ledger.store.read(stream)).map(decode);
}
