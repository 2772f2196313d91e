import type { Acting } from './event.ts';
import type { Problem } from './problem.ts';

/** Who decides, and on which business day. Deciders are pure: the time of day never reaches them. */
export interface Context {
  readonly actor: Acting;
  /** ISO date of the ledger's own time zone on which the command is given. */
  readonly today: string;
}

/**
 * One consistency boundary: what happened so far, and what may happen next.
 * `decide` answers with events (none: there is nothing to record) or with a refusal; it never throws for what a user did.
 */
export interface Decider<State, Command, Event> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State, context: Context): readonly Event[] | Problem;
}
