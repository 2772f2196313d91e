import type { LedgerEvent, Statement, StatementLine } from '@ledger/events';
import {
  type Context,
  canonical,
  type Decider,
  digest,
  isProblem,
  type Problem,
  readOnce,
  sha256,
} from '@ledger/kernel';
import { equal, exact, sum } from '@ledger/money';
import { judge } from './authority.ts';
import { produce, refuse } from './produce.ts';

/** How a statement becomes history: its first lines in parts where it is long, then the rest with its digest (domain.md §5). */
export type PayoutEvent = LedgerEvent<'PayoutLinesFrozen' | 'PayoutFrozen' | 'PayoutPaid' | 'PayoutReturned'>;

export interface FreezePayoutPart {
  readonly type: 'FreezePayoutPart';
  readonly period: string;
  readonly participant: string;
  readonly asOf: string;
  /** Which freeze of the period; 1 if left out. */
  readonly freeze?: number | undefined;
  /** From 1. */
  readonly part: number;
  readonly lines: readonly StatementLine[];
}
export interface FreezePayout {
  readonly type: 'FreezePayout';
  readonly asOf: string;
  /** Which freeze of the period; 1 if left out. */
  readonly freeze?: number | undefined;
  /** How many parts were written before. */
  readonly parts: number;
  /** The statement with the lines that are in no part. */
  readonly statement: Statement;
  /** Of the statement with all its lines. */
  readonly digest: string;
}
export type PayoutCommand = FreezePayoutPart | FreezePayout;

export interface PayoutState {
  /** Position that the parts were computed from. */
  readonly asOf: string | null;
  readonly parts: readonly (readonly StatementLine[])[];
  readonly frozen: { readonly digest: string } | null;
  /** Number of the freeze that all of this is about: the newest one. */
  readonly freeze: number;
}

export const payoutDecider: Decider<PayoutState, PayoutCommand, PayoutEvent> = {
  initial: { asOf: null, parts: [], frozen: null, freeze: 1 },
  evolve,
  decide,
};

function evolve(before: PayoutState, event: PayoutEvent): PayoutState {
  switch (event.type) {
    case 'PayoutLinesFrozen': {
      const state = inFreeze(before, event.data.freeze);
      return { ...state, asOf: event.data.asOf, parts: [...state.parts, event.data.lines] };
    }
    case 'PayoutFrozen':
      return { ...inFreeze(before, event.data.freeze), asOf: event.data.asOf, frozen: { digest: event.data.digest } };
    // What became of the money is the affair of `paymentDecider`.
    case 'PayoutPaid':
    case 'PayoutReturned':
      return before;
    default:
      return event satisfies never;
  }
}

/** The state as a freeze finds it: a later one begins from nothing, what the one before has written stays written. */
function inFreeze(state: PayoutState, freeze = 1): PayoutState {
  return freeze > state.freeze ? { ...payoutDecider.initial, freeze } : state;
}

type Answer = readonly PayoutEvent[] | Problem;

function decide(command: PayoutCommand, state: PayoutState, { actor }: Context): Answer {
  // The approval of the period's freeze was the decision; this writes down what followed from it.
  const refused = judge({ kind: 'payout', step: 'record', actor, beneficiaries: [] });
  if (refused !== undefined) return refused;
  const current = inFreeze(state, command.freeze);
  if (current.freeze !== (command.freeze ?? 1)) {
    const message = `Freeze ${current.freeze} of the period is written, and this is of freeze ${command.freeze ?? 1}; verify the ledger, frozen numbers stay.`;
    return refuse('replay_unequal', message, '/freeze');
  }
  switch (command.type) {
    case 'FreezePayoutPart':
      return freezePart(command, current);
    case 'FreezePayout':
      return freeze(command, current);
    default:
      return command satisfies never;
  }
}

function freezePart({ type: _, ...terms }: FreezePayoutPart, state: PayoutState): Answer {
  const written = produce('PayoutLinesFrozen', { ...terms, lines: [...terms.lines] });
  if (isProblem(written)) return written;
  const { period, participant, part, asOf } = terms;
  const name = `Part ${part} of the statement of ${participant} for ${period}`;
  const known = state.parts[part - 1];
  if (known !== undefined) {
    if (asOf === state.asOf && digest(known) === digest(terms.lines)) return [];
    const message = `${name} is written with other lines, as of ${state.asOf}; verify the ledger, frozen numbers stay.`;
    return refuse('replay_unequal', message, '/lines');
  }
  if (state.frozen !== null) {
    const message = `${name} cannot be added to a statement that is frozen; verify the ledger, frozen numbers stay.`;
    return refuse('replay_unequal', message, '/part');
  }
  if (state.asOf !== null && state.asOf !== asOf) return otherPosition(name, state.asOf, asOf);
  if (part !== state.parts.length + 1) {
    const message = `${name} cannot follow part ${state.parts.length}; write part ${state.parts.length + 1} first.`;
    return refuse('version_unexpected', message, '/part');
  }
  return [written];
}

function freeze({ type: _, ...terms }: FreezePayout, state: PayoutState): Answer {
  const frozen = produce('PayoutFrozen', terms);
  if (isProblem(frozen)) return frozen;
  const { statement, asOf, parts } = terms;
  const name = `The statement of ${statement.participant} for ${statement.period}`;
  if (state.frozen !== null) {
    if (state.frozen.digest === terms.digest && state.asOf === asOf) return [];
    const message = `${name} is frozen with the digest ${state.frozen.digest} as of ${state.asOf}, and now comes out as ${terms.digest} as of ${asOf}; verify the ledger, frozen numbers stay.`;
    return refuse('replay_unequal', message, '/digest');
  }
  if (state.asOf !== null && state.asOf !== asOf) return otherPosition(name, state.asOf, asOf);
  if (parts !== state.parts.length) {
    const message = `${name} has ${parts} parts, but ${state.parts.length} are written; write every part first, and no other.`;
    return refuse('version_unexpected', message, '/parts');
  }
  // Paired with the check on reading: what is written is what was computed (domain.md §5).
  const whole = parts === 0 ? statement : { ...statement, lines: [...state.parts.flat(), ...statement.lines] };
  const actual = digest(whole);
  if (actual !== terms.digest) {
    const message = `${name} has the digest ${actual}, not ${terms.digest}; compute it again from its parts.`;
    return refuse('statement_damaged', message, '/digest');
  }
  if (!equal(sum(whole.lines.map((line) => exact(line.amount))), exact(statement.total))) {
    const message = `${name} has the total ${statement.total}, which is not the sum of its lines; compute it again.`;
    return refuse('statement_damaged', message, '/statement/total');
  }
  return [frozen];
}

function otherPosition(name: string, written: string, given: string): Problem {
  const message = `${name} was begun as of position ${written}, not ${given}; go on from the position that the freeze pinned.`;
  return refuse('replay_unequal', message, '/asOf');
}

/** Bytes of canonical JSON in one part, at most: four fit into one append with room to spare (kernel, LIMITS). */
const BYTES_PER_PART = 250_000;

/**
 * The commands that write a statement: a part of at most 250 KB each, then the rest with the digest of the whole. A short statement
 * has no parts. One append takes one command, so that a crash between two of them loses nothing.
 */
export function partsOf(statement: Statement, asOf: string, freeze = 1): readonly PayoutCommand[] {
  const of = freeze === 1 ? {} : { freeze };
  const whole = canonical(statement);
  const digest = sha256(whole);
  if (Buffer.byteLength(whole) <= BYTES_PER_PART) {
    return [{ type: 'FreezePayout', asOf, digest, ...of, parts: 0, statement: readOnce(whole) as Statement }];
  }
  const { period, participant } = statement;
  const cuts: StatementLine[][] = [];
  let rest: StatementLine[] = [];
  let bytes = 2;
  for (const line of statement.lines) {
    const size = Buffer.byteLength(canonical(line)) + 1;
    if (rest.length > 0 && bytes + size > BYTES_PER_PART) {
      cuts.push(rest);
      rest = [];
      bytes = 2;
    }
    rest.push(line);
    bytes += size;
  }
  const parts = cuts.map(
    (lines, index): FreezePayoutPart => ({
      type: 'FreezePayoutPart',
      ...of,
      period,
      participant,
      asOf,
      part: index + 1,
      lines,
    }),
  );
  const last = { ...statement, lines: rest };
  return [...parts, { type: 'FreezePayout', ...of, asOf, parts: parts.length, statement: last, digest }];
}

/** A command on its way between processes: most of it is the statement, which is spelled already; as UTF-8 it is half as long. */
export type SpelledPayout = FreezePayoutPart | (Omit<FreezePayout, 'statement'> & { readonly statement: Uint8Array });

export function spelledPayout(command: PayoutCommand): SpelledPayout {
  if (command.type !== 'FreezePayout') return command;
  return { ...command, statement: Buffer.from(canonical(command.statement)) };
}

export function readPayout(command: SpelledPayout): PayoutCommand {
  if (command.type !== 'FreezePayout') return command;
  return { ...command, statement: readOnce(Buffer.from(command.statement).toString()) as Statement };
}
