import { type EventData, fields, type LedgerEvent } from '@ledger/events';
import { type Context, canonical, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { equal, exact } from '@ledger/money';
import { recording } from './authority.ts';
import { periodBounds } from './calendar.ts';
import { produce, refuse, shown } from './produce.ts';

/**
 * What payroll says became of a payment (authorization.json, W18). A payment has a name, `<period>.<participant>.<run>`, and one life:
 * in the run, then paid, then perhaps returned; or returned without having been paid. What was returned is paid by a later run under
 * another name, so that an old file that arrives again pays nothing.
 */
export type PaymentEvent = LedgerEvent<'PayoutPaid' | 'PayoutReturned'>;

export const paymentName = (period: string, participant: string, run: number): string =>
  `${period}.${participant}.${run}`;

/** A payment as its run has it. */
export interface ReleasedPayment {
  readonly currency: string;
  readonly amount: string;
  /** Digest of the statement. */
  readonly statement: string;
}

export interface RecordPayment {
  readonly type: 'RecordPayment';
  readonly period: string;
  readonly participant: string;
  readonly run: number;
  readonly outcome: 'paid' | 'returned';
  readonly on: string;
  readonly currency: string;
  readonly amount: string;
  /** Digest of the statement, where payroll repeats it. */
  readonly statement: string | null;
  readonly reference: string | null;
  /** Why it was returned. */
  readonly reason: string | null;
  /** The payment as the application found it in the run; or why there is none. */
  readonly released: ReleasedPayment | { readonly missing: string };
}

export interface PaymentState {
  /** By run. */
  readonly paid: ReadonlyMap<number, EventData<'PayoutPaid'>>;
  readonly returned: ReadonlyMap<number, EventData<'PayoutReturned'>>;
}

export const paymentDecider: Decider<PaymentState, RecordPayment, LedgerEvent> = {
  initial: { paid: new Map(), returned: new Map() },
  evolve,
  decide,
};

function evolve(state: PaymentState, event: LedgerEvent): PaymentState {
  switch (event.type) {
    case 'PayoutPaid':
      return { ...state, paid: new Map([...state.paid, [event.data.run, event.data]]) };
    case 'PayoutReturned':
      return { ...state, returned: new Map([...state.returned, [event.data.run, event.data]]) };
    default:
      return state;
  }
}

type Answer = readonly PaymentEvent[] | Problem;

function decide(command: RecordPayment, state: PaymentState, { actor, today }: Context): Answer {
  const beneficiaries = [command.participant];
  return recording({ kind: 'payment', actor, beneficiaries }, () => told(command, state, today));
}

function told(command: RecordPayment, state: PaymentState, today: string): Answer {
  const { period, participant, run, released } = command;
  const name = paymentName(period, participant, run);
  if ('missing' in released) {
    return refuse('payment_unknown', `There is no payment ${shown(name)}: ${released.missing}.`, '/payment');
  }
  const unequal = differs(name, command, released);
  if (unequal !== undefined) return unequal;
  const common = { period, participant, run, ...released };
  return command.outcome === 'paid' ? pay(command, common, state, today) : giveBack(command, common, state, today);
}

/** The amount must be that of the run, to the cent (W18). */
function differs(name: string, given: RecordPayment, released: ReleasedPayment): Problem | undefined {
  const { currency, amount } = released;
  if (given.currency !== currency) {
    const message = `Payment ${name} is in ${currency}, not in ${shown(given.currency)}; nothing was paid in another currency than the run's.`;
    return refuse('payment_unequal', message, '/currency');
  }
  if (!fields.decimal.safeParse(given.amount).success) {
    const message = `The amount of payment ${name} is ${shown(given.amount)}, which is no number; write it as ${amount}.`;
    return refuse('amount_invalid', message, '/amount');
  }
  if (!equal(exact(given.amount), exact(amount))) {
    const message = `Payment ${name} is of ${currency} ${amount}, not of ${given.amount}; a payment is paid or returned whole, correct the row or ask payroll.`;
    return refuse('payment_unequal', message, '/amount');
  }
  if (given.statement !== null && given.statement !== released.statement) {
    const message = `Payment ${name} is of the statement ${released.statement.slice(0, 16)}, not of ${shown(given.statement.slice(0, 16))}; take the row from the file of the run.`;
    return refuse('payment_unequal', message, '/statement');
  }
  return undefined;
}

type Common = Pick<EventData<'PayoutPaid'>, 'period' | 'participant' | 'run' | 'currency' | 'amount' | 'statement'>;

function pay({ on: paidOn, reference }: RecordPayment, common: Common, state: PaymentState, today: string): Answer {
  const paid = produce('PayoutPaid', { ...common, paidOn, reference });
  if (isProblem(paid)) return paid;
  const { period, participant, run } = common;
  const name = paymentName(period, participant, run);
  const known = state.paid.get(run);
  if (known !== undefined) {
    // The same row again, or the same file: it was paid once.
    if (canonical(known) === canonical(paid.data)) return [];
    const message = `Payment ${name} is recorded as paid on ${known.paidOn}${called(known)}; the row says ${paidOn}${called({ reference })}. Ask payroll whether it was paid twice.`;
    return refuse('payment_unequal', message, '/date');
  }
  const returned = state.returned.get(run);
  if (returned !== undefined) {
    const message = `Payment ${name} was returned on ${returned.returnedOn} and is payable again in a later run; a payment that was returned cannot be paid any more.`;
    return refuse('payment_returned', message, '/status');
  }
  return (
    ahead(name, 'paid', paidOn, today) ??
    tooEarly(name, 'paid', paidOn, common) ??
    beforeItsTurn(name, 'paid', paidOn, common, state) ?? [paid]
  );
}

function giveBack(
  { on: returnedOn, ...command }: RecordPayment,
  common: Common,
  state: PaymentState,
  today: string,
): Answer {
  const { reference } = command;
  const returned = produce('PayoutReturned', { ...common, returnedOn, reference, reason: command.reason ?? '' });
  if (isProblem(returned)) return returned;
  const { period, participant, run } = common;
  const name = paymentName(period, participant, run);
  const known = state.returned.get(run);
  if (known !== undefined) {
    if (canonical(known) === canonical(returned.data)) return [];
    const message = `Payment ${name} is recorded as returned on ${known.returnedOn}${called(known)}: ${known.reason.slice(0, 200)}; one payment is returned once.`;
    return refuse('payment_unequal', message, '/date');
  }
  const early =
    ahead(name, 'returned', returnedOn, today) ??
    tooEarly(name, 'returned', returnedOn, common) ??
    beforeItsTurn(name, 'returned', returnedOn, common, state);
  if (early !== undefined) return early;
  const paid = state.paid.get(run);
  // A day of payment that has not come yet was recorded before such days were refused: it forbids nothing that happened.
  if (paid !== undefined && paid.paidOn <= today && returnedOn < paid.paidOn) {
    const message = `Payment ${name} was paid on ${paid.paidOn} and cannot have been returned on ${returnedOn}; correct the day.`;
    return refuse('date_invalid', message, '/date');
  }
  return [returned];
}

/** What is to come has not happened, and once recorded it could not be taken back: a payment has one life. */
function ahead(name: string, became: 'paid' | 'returned', on: string, today: string): Problem | undefined {
  if (on <= today) return undefined;
  const message = `Payment ${name} cannot have been ${became} on ${on} yet: today is ${today} where the calendar is; correct the day, or give the row again from that day on.`;
  return refuse('date_invalid', message, '/date');
}

/** A run is of a period that is over, so that nothing of it was paid, or came back, before. */
function tooEarly(name: string, became: 'paid' | 'returned', on: string, { period }: Common): Problem | undefined {
  const { to } = periodBounds(period);
  if (on >= to) return undefined;
  const message = `Payment ${name} cannot have been ${became} on ${on}: ${period} lasted until ${to}, and is paid after that; correct the day.`;
  return refuse('date_invalid', message, '/date');
}

/** A payment takes the place of one that came back, so that nothing of it was paid, or came back, before that. */
function beforeItsTurn(
  name: string,
  became: 'paid' | 'returned',
  on: string,
  { period, participant, run }: Common,
  { returned }: PaymentState,
): Problem | undefined {
  for (const [earlier, { returnedOn }] of returned) {
    if (earlier >= run || on >= returnedOn) continue;
    const before = paymentName(period, participant, earlier);
    const message = `Payment ${name} cannot have been ${became} on ${on}: it takes the place of ${before}, which came back on ${returnedOn}. Correct the day, or ask payroll which of the two the row is about.`;
    return refuse('date_invalid', message, '/date');
  }
  return undefined;
}

function called({ reference }: { readonly reference: string | null }): string {
  return reference === null ? '' : ` (${shown(reference)})`;
}
