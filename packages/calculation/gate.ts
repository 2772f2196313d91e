import { cmp, type Exact, mul, ZERO } from '@ledger/money';
import type { CompiledGate } from './compile.ts';
import type { Obstacle } from './in-force.ts';
import { type LookContext, type Looked, lookIn } from './look.ts';
import type { Cadence, Span } from './periods.ts';
import { gateDates, gateWindowOn, isByPeriod } from './windows.ts';

/** A gate as of a date (mechanics §3). */
export interface GateState {
  readonly gate: CompiledGate;
  readonly open: boolean;
  /** The other gate that opens it, where what it asks for itself is not reached. */
  readonly by: string | null;
  /** The date up to which it was measured: the asked one, or the first on which a latch was reached. */
  readonly on: string;
  /** `null`: its window has not begun. */
  readonly window: Span | null;
  readonly looked: readonly Looked[];
  /** Attainment, or the measured amount. */
  readonly reached: Exact;
  /** Measured amount from which on it is open, where only the excess is paid. */
  readonly threshold: Exact | null;
}

/** All gates of a component as of a date, those that are open because another one is among them; or why one cannot be told. */
export function gatesOn(context: LookContext, on: string): readonly GateState[] | Obstacle {
  const { gates } = context.inForce.component;
  const states: GateState[] = [];
  for (const gate of gates) {
    const state = gateOn(context, gate, on);
    if ('code' in state) return state;
    states.push(state);
  }
  if (gates.every(({ document }) => document.or === undefined)) return states;
  return states.map((state) => {
    const others = states.filter((each) => each !== state && each.open && isEither(gates, each, state));
    return state.open || others[0] === undefined ? state : { ...state, open: true, by: others[0].gate.document.name };
  });
}

/** Whether two gates stand for each other, directly or by way of others. */
function isEither(gates: readonly CompiledGate[], a: GateState, b: GateState): boolean {
  const first = ({ document: { name, or } }: CompiledGate): string => {
    const before = or === undefined ? undefined : gates.find(({ document }) => document.name === or);
    return before === undefined ? name : first(before);
  };
  return first(a.gate) === first(b.gate);
}

/** The state of a gate of a component as of a date. A latch that was reached earlier in its window is still open. */
function gateOn(context: LookContext, gate: CompiledGate, on: string): GateState | Obstacle {
  const { cadence } = context.book.calendar;
  const window = gateWindowOn(gate.window, on, cadence);
  if (window === null) return { gate, open: false, by: null, on, window, looked: [], reached: ZERO, threshold: null };
  const latches = gate.document.opens === 'latch' && !isByPeriod(gate.window);
  for (const date of latches ? earlierDates(context, window, on, cadence) : []) {
    const state = measuredOn(context, gate, window, date);
    if ('code' in state || state.open) return state;
  }
  return measuredOn(context, gate, window, on);
}

function earlierDates({ inForce }: LookContext, window: Span, on: string, cadence: Cadence): readonly string[] {
  return gateDates(inForce.component.document.window, window, on, cadence).slice(0, -1);
}

function measuredOn(context: LookContext, gate: CompiledGate, window: Span, on: string): GateState | Obstacle {
  const state = lookIn(context, gate, window, on);
  if ('code' in state) return state;
  const { looked, reached } = state;
  const [only] = looked;
  const isAmount = gate.document.against === 'amount';
  const threshold =
    gate.isExcess && only !== undefined ? (isAmount ? gate.atLeast : mul(gate.atLeast, only.target)) : null;
  return { gate, open: cmp(reached, gate.atLeast) >= 0, by: null, on, window, looked, reached, threshold };
}
