import type { EventData, LedgerEvent } from '@ledger/events';
import { type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { checkCurrency } from './amounts.ts';
import { recording } from './authority.ts';
import { checkCadence } from './calendar.ts';
import { firstProblem, produce, refuse, shown } from './produce.ts';

/** The policy stream that holds the close calendar. */
export const CLOSE_CALENDAR = 'close-calendar';

/** How the ledger cuts time. */
export type PolicyEvent = LedgerEvent<'CloseCalendarSet'>;

/** `beneficiaries`: everybody who earns; a holiday moves the quotas that count working days. */
export interface SetCloseCalendar extends Readonly<EventData<'CloseCalendarSet'>> {
  readonly type: 'SetCloseCalendar';
  readonly beneficiaries: readonly string[];
}
export type PolicyCommand = SetCloseCalendar;

export interface PolicyState {
  readonly calendar: EventData<'CloseCalendarSet'> | null;
}

export const policyDecider: Decider<PolicyState, PolicyCommand, PolicyEvent> = {
  initial: { calendar: null },
  evolve,
  decide,
};

function evolve(_: PolicyState, event: PolicyEvent): PolicyState {
  return { calendar: event.data };
}

/** A ledger keeps its calendar: periods that were closed by another one would no longer fit together. Holidays may be added. */
function decide(
  { type: _, beneficiaries, ...terms }: PolicyCommand,
  state: PolicyState,
  { actor }: Context,
): readonly PolicyEvent[] | Problem {
  return recording({ kind: 'calendar', actor, beneficiaries }, () => told(terms, state));
}

function told(terms: EventData<'CloseCalendarSet'>, { calendar }: PolicyState): readonly PolicyEvent[] | Problem {
  const set = produce('CloseCalendarSet', terms);
  if (isProblem(set)) return set;
  const wrong = firstProblem(
    () => checkCadence(terms.firstPeriod, terms.cadence, '/firstPeriod'),
    () => checkCurrency(terms.currency, '/currency'),
    () => checkTimeZone(terms.timeZone),
  );
  if (wrong !== undefined) return wrong;
  if (calendar === null) return [set];
  for (const field of ['cadence', 'firstPeriod', 'timeZone', 'currency'] as const) {
    if (calendar[field] === terms[field]) continue;
    return refuse(
      'already_exists',
      `The close calendar is set with ${field} ${shown(calendar[field])}, not ${shown(terms[field])}; leave it as it is, or begin another ledger.`,
      `/${field}`,
    );
  }
  const holidays = (of: readonly string[] = []) => [...new Set(of)].sort().join();
  return holidays(calendar.holidays) === holidays(terms.holidays) ? [] : [set];
}

function checkTimeZone(timeZone: string): Problem | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return undefined;
  } catch {
    const message = `The time zone ${shown(timeZone)} is not known; write a name of the IANA database, such as Europe/Berlin.`;
    return refuse('field_invalid', message, '/timeZone');
  }
}
