import type { LedgerEvent } from '@ledger/events';
import type { Context, Decider, Problem } from '@ledger/kernel';
import { judge, samePerson } from './authority.ts';
import { answer, produce, refuse, shown } from './produce.ts';

/**
 * What goes to payroll of a frozen period, run by run (authorization.json, W17). On the stream of the period, so that two people who
 * release at once do not pay twice, and a period that is paid is not opened again at the same moment.
 */
export type PayRunEvent = LedgerEvent<'PayRunReleased'>;

export interface ReleasePayRun {
  readonly type: 'ReleasePayRun';
  readonly period: string;
  /** The next one, as the application counted. */
  readonly run: number;
  /** Events of the period that the application had seen: what happened to it since may have changed what is payable. */
  readonly seen: number;
  /** What was payable at this position is in it. */
  readonly asOf: string;
  readonly payments: number;
  readonly totals: Readonly<Record<string, string>>;
  /** SHA-256 of the file. */
  readonly digest: string;
  /** Everybody who is paid by it. */
  readonly beneficiaries: readonly string[];
  /** The person for whom the freeze was requested, as the recorded request's metadata has it. */
  readonly requestedFor?: string | undefined;
}

export interface PayRunState {
  readonly events: number;
  readonly isFrozen: boolean;
  /** Who asked that the period be frozen, and so be paid. */
  readonly requestedBy: string | null;
  readonly runs: number;
}

export const payRunDecider: Decider<PayRunState, ReleasePayRun, LedgerEvent> = {
  initial: { events: 0, isFrozen: false, requestedBy: null, runs: 0 },
  evolve,
  decide,
};

function evolve(before: PayRunState, event: LedgerEvent): PayRunState {
  const state = { ...before, events: before.events + 1 };
  switch (event.type) {
    case 'PeriodFreezeStarted':
      return { ...state, isFrozen: false, requestedBy: event.data.requestedBy };
    case 'PeriodReopened':
      return { ...state, isFrozen: false };
    case 'PeriodFrozen':
      return { ...state, isFrozen: true };
    case 'PayRunReleased':
      return { ...state, runs: event.data.run };
    default:
      return state;
  }
}

function decide(command: ReleasePayRun, state: PayRunState, { actor }: Context): readonly PayRunEvent[] | Problem {
  const { type: _, beneficiaries, requestedFor, seen, ...released } = command;
  const refused = judge({ kind: 'pay-run', step: 'record', actor, beneficiaries });
  if (refused !== undefined) return refused;
  const { period, run } = released;
  if (!state.isFrozen) return notFrozen(period);
  const { requestedBy } = state;
  if (requestedBy !== null && samePerson(actor, { id: requestedBy, onBehalfOf: requestedFor })) {
    const message = `${shown(actor.id)} requested the freeze of ${period} and cannot release its payment; ask somebody else with role finance.`;
    return refuse('own_request', message);
  }
  if (run !== state.runs + 1 || seen !== state.events) {
    const message = `Run ${run} of ${period} rests on what the period was before; something happened to it meanwhile, put the run together again.`;
    return refuse('version_unexpected', message, '/run');
  }
  return answer(produce('PayRunReleased', { ...released, totals: { ...released.totals }, releasedBy: actor.id }));
}

/** What is not history yet may still move, and is not paid. */
export function notFrozen(period: string): Problem {
  const message = `Period ${period} is not frozen; freeze it with \`ledger freeze ${period}\` and have it approved before it is paid.`;
  return refuse('period_not_frozen', message, '/period');
}
