import { type CalendarEntry, percentInWords, periodBounds, repeatHolding, windowOf } from '@ledger/calculation';
import type { ExceptionDefinition } from '@ledger/connectors';
import { checkInCalendar } from '@ledger/decisions';
import { type Component, type ExceptionTerms, fields, type PlanDocument, streamOf } from '@ledger/events';
import { canonical, isProblem, type Problem, problem } from '@ledger/kernel';
import { checkAmount, cmp, max, ONE, percent, sub, sum, ZERO } from '@ledger/money';
import { dealsView } from '@ledger/projections';
import { calendarEntry, exceptionEntries, participantEntry, planEntry } from './entries.ts';
import { overOn, periodsInOrder } from './exception-warnings.ts';
import { findEvents } from './find-events.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { statementOf } from './statements.ts';

/** What the same files say: plans, and the names of holds and draws with those of their participants. */
interface Given {
  readonly plans: readonly PlanDocument[];
  readonly holds: ReadonlySet<string>;
  readonly draws: ReadonlySet<string>;
  /** The calendar that they begin the ledger with. */
  readonly calendar: Pick<CalendarEntry, 'cadence' | 'firstPeriod'> | undefined;
}

/** Whether somebody is there whom an exception is for, and what is paid by it can be paid to them. */
export async function checkException(
  ledger: Ledger,
  { participant, terms }: ExceptionDefinition,
  people: ReadonlyMap<string, string>,
): Promise<readonly Problem[]> {
  const currency = (await participantEntry(ledger, participant))?.currency ?? people.get(participant);
  if (currency === undefined) {
    const says = `exception for "${participant}": nobody has that id; onboard them first, or correct the id.`;
    return [problem('participant_unknown', says, '/participant')];
  }
  return amountsIn(terms).flatMap(([field, amount]) => {
    const checked = checkAmount(amount, currency);
    const says = `exception for "${participant}": ${field.slice(1).replace('/', '.')}: `;
    return checked.ok ? [] : [problem('amount_invalid', `${says}${checked.why}.`, field)];
  });
}

/** Money that an exception names, by the fields of its file: it is paid in the currency of the person. */
function amountsIn(terms: ExceptionDefinition['terms']): readonly (readonly [field: string, amount: string])[] {
  const named: readonly (readonly [string, string | null])[] =
    terms.kind === 'draw'
      ? [
          ['/draw/amount', terms.draw.amount],
          ['/draw/most-owed', terms.draw.mostOwed],
        ]
      : terms.kind === 'guarantee'
        ? [['/guarantee/amount', terms.guarantee.amount]]
        : terms.kind === 'windfall'
          ? [['/amount', 'amount' in terms.treatment ? terms.treatment.amount : null]]
          : [['/amount', 'amount' in terms ? terms.amount : null]];
  return named.flatMap(([field, amount]) => (amount === null ? [] : [[field, amount] as const]));
}

/** What an exception names of the plans of its participant: the component, its objectives, its windows. */
export async function checkNamed(
  ledger: Ledger,
  participant: string,
  terms: ExceptionTerms,
  { plans: given, holds, draws, calendar }: Given,
): Promise<readonly Problem[]> {
  const outside = await outsideCalendar(ledger, participant, terms, calendar);
  if (outside !== undefined) return [outside];
  const deal = 'deal' in terms ? terms.deal : null;
  if (deal !== null && (await ledger.views.get(dealsView, deal)) === undefined) {
    const says = `exception for "${participant}": there is no deal "${deal}"; import it first, or correct its name.`;
    return [problem('not_found', says, '/deal')];
  }
  if (terms.kind === 'hold') return heldNamed(ledger, participant, terms, given);
  if (terms.kind === 'waiver' || terms.kind === 'adjustment') {
    const unknown = terms.kind === 'waiver' ? await causeNamed(ledger, participant, terms.cause) : [];
    return [...(await componentNamed(ledger, participant, terms.kind, terms.component, given)), ...unknown];
  }
  if (terms.kind === 'draw-forgiveness') return drawNamed(ledger, participant, terms.draw, { plans: given, draws });
  if (terms.kind === 'draw' || terms.kind === 'guarantee') {
    const of = (terms.kind === 'draw' ? terms.draw : terms.guarantee).earningsOf ?? [];
    const all = of.map((component) => componentNamed(ledger, participant, terms.kind, component, given));
    return (await Promise.all(all)).flat();
  }
  if (terms.kind === 'release') return releasable(ledger, participant, terms, holds);
  if (terms.kind === 'windfall') return windfallNamed(ledger, participant, terms.component, given);
  if (terms.kind !== 'score') return [];
  const plans = await plansEver(ledger, participant);
  if (plans === undefined) return [];
  const { component, objective, window } = terms;
  const all = await componentsOf(ledger, plans, component, given);
  const scored = all.filter(({ objectives }) => objectives?.list.some(({ name }) => name === objective) === true);
  if (scored.length === 0) {
    const names = new Set(all.flatMap(({ objectives }) => objectives?.list.map(({ name }) => name) ?? []));
    const known = names.size === 0 ? '' : `; it has ${[...names].join(', ')}`;
    const says =
      names.size === 0
        ? `score of "${participant}": no plan that is assigned has a component "${component}" with objectives; assign one, or correct the name.`
        : `score of "${participant}": component "${component}" has no objective "${objective}"${known}.`;
    return [problem('field_invalid', says, names.size === 0 ? '/component' : '/objective')];
  }
  if (scored.some((each) => isWindowOf(each, window))) return [];
  const says = `score of "${participant}": "${window}" is no window of component "${component}", which pays by the ${windowInWords(scored[0])}; name one of them.`;
  return [problem('field_invalid', says, '/window')];
}

/** A period that no statement of theirs can ever be for: what it is to move would be of another one, or wait for ever, and nobody be told. */
async function outsideCalendar(
  ledger: Ledger,
  participant: string,
  terms: ExceptionTerms,
  given: Given['calendar'],
): Promise<Problem | undefined> {
  const period = 'period' in terms ? terms.period : undefined;
  if (period === undefined) return undefined;
  const calendar = (await calendarEntry(ledger)) ?? given;
  const outside = calendar === undefined ? undefined : checkInCalendar(period, calendar, '/period');
  if (outside !== undefined) return outside;
  const startsOn = (await participantEntry(ledger, participant))?.startsOn;
  if (startsOn === undefined || startsOn < periodBounds(period).to) return undefined;
  const says = `exception for "${participant}": they start on ${startsOn}, after ${period}; name a period in which they are there.`;
  return problem('participant_inactive', says, '/period');
}

/** What is held has to be there: a hold of nothing would let everything be paid. */
async function heldNamed(
  ledger: Ledger,
  participant: string,
  { component, period, line }: Extract<ExceptionTerms, { kind: 'hold' }>,
  given: readonly PlanDocument[],
): Promise<readonly Problem[]> {
  if (line !== undefined && period !== undefined) {
    const answer = await statementOf(ledger, { participant, period });
    if (isProblem(answer)) return [answer];
    const names = answer.statement.lines.map((each) => each.line);
    if (names.includes(line)) return [];
    const known = names.length === 0 ? 'it has none' : names.slice(0, 5).join(', ');
    const says = `hold for "${participant}": the statement of ${period} has no line "${line}"; name one of its lines: ${known}.`;
    return [problem('not_found', says, '/line')];
  }
  return componentNamed(ledger, participant, 'hold', component, given);
}

/** A component that is named is one of a plan that was ever assigned: a waiver of nothing would let everything be taken back. */
async function componentNamed(
  ledger: Ledger,
  participant: string,
  kind: ExceptionTerms['kind'],
  component: string | null,
  given: readonly PlanDocument[],
): Promise<readonly Problem[]> {
  const plans = component === null ? undefined : await plansEver(ledger, participant);
  if (plans === undefined || plans.size === 0 || (await componentsOf(ledger, plans, component, given)).length > 0)
    return [];
  const says = `${kind} for "${participant}": no plan that is assigned has a component "${component}"; correct the name.`;
  return [problem('component_unknown', says, '/component')];
}

/** A hold that is there, and of which others have not let go so much already that less is left. */
async function releasable(
  ledger: Ledger,
  participant: string,
  terms: Extract<ExceptionTerms, { kind: 'release' }>,
  holds: ReadonlySet<string>,
): Promise<readonly Problem[]> {
  const { hold, share } = terms;
  if (holds.has(`${participant}.${hold}`)) return [];
  const entries = await exceptionEntries(ledger, participant);
  const held = entries.find(({ exception }) => exception === hold);
  if (held?.terms.kind !== 'hold' || held.isRevoked) {
    const says = `exception for "${participant}": there is no approved hold "${hold}" on this participant; name it as the list of requests does.`;
    return [problem('not_found', says, '/hold')];
  }
  const isDecided = entries.some(({ terms: each, isRevoked }) => !isRevoked && canonical(each) === canonical(terms));
  const over = overOn({ until: held.terms.until, expiresOn: held.expiresOn });
  const open = (await periodsInOrder(ledger)).find(({ state }) => state !== 'frozen')?.to ?? '';
  const to = periodBounds(terms.period).to;
  if (!isDecided && over !== null && (over < to || over < open)) {
    const says = `release for "${participant}": hold ${hold} is over on ${over} and pays by itself what it held; there is nothing to release.`;
    return [problem('interval_invalid', says, '/period')];
  }
  const before = entries.flatMap(({ terms: each, isRevoked }) =>
    // What is told again as it is decided already records nothing.
    each.kind === 'release' && each.hold === hold && !isRevoked && canonical(each) !== canonical(terms)
      ? [percent(each.share)]
      : [],
  );
  const left = sub(ONE, sum(before));
  if (cmp(percent(share), left) <= 0) return [];
  const says = `release for "${participant}": ${percentInWords(sum(before))} of hold ${hold} is released already, and ${share} more is above all of it; release at most ${percentInWords(max(ZERO, left))}, or revoke another release.`;
  return [problem('percent_invalid', says, '/share')];
}

/** A draw that the person has or had: forgiving another one would leave owed what is meant. */
async function drawNamed(
  ledger: Ledger,
  participant: string,
  draw: string,
  { plans: given, draws }: Pick<Given, 'plans' | 'draws'>,
): Promise<readonly Problem[]> {
  const plans = await plansEver(ledger, participant);
  if (plans === undefined || draws.has(`${participant}.${draw}`)) return [];
  const ofPlans = (await documentsOf(ledger, plans, given)).flatMap((each) => each.draws ?? []);
  const decided = (await exceptionEntries(ledger, participant)).flatMap(({ terms }) =>
    terms.kind === 'draw' ? [terms.draw] : [],
  );
  const names = new Set([...ofPlans, ...decided].map(({ name }) => name));
  if (names.has(draw)) return [];
  const known = names.size === 0 ? 'there is nothing to forgive' : `name one of ${[...names].join(', ')}`;
  const says = `draw-forgiveness for "${participant}": no plan or decision gives this person a draw "${draw}"; ${known}.`;
  return [problem('not_found', says, '/draw')];
}

/** The event behind corrections is one of the log: a waiver of what nothing caused would let everything be taken back. */
async function causeNamed(ledger: Ledger, participant: string, cause: string | undefined): Promise<readonly Problem[]> {
  if (cause === undefined) return [];
  const found = await findEvents(ledger, [cause], await ledger.store.head());
  if (found.has(cause)) return [];
  const says = `waiver for "${participant}": there is no event "${cause}" in the ledger; name the cause as the line of the correction does, or leave it out to waive whatever caused them.`;
  return [problem('not_found', says, '/cause')];
}

async function windfallNamed(
  ledger: Ledger,
  participant: string,
  component: string | null,
  given: readonly PlanDocument[],
): Promise<readonly Problem[]> {
  const plans = await plansEver(ledger, participant);
  if (plans === undefined) return [];
  const components = await componentsOf(ledger, plans, component, given);
  if (components.some(({ windfall }) => windfall !== undefined)) return [];
  const of =
    component === null ? 'no component of the plans that are assigned holds' : `component "${component}" does not hold`;
  const says = `exception for "${participant}": ${of} windfalls, so there is nothing to decide; write windfall in the plan, or an adjustment.`;
  return [problem('field_invalid', says, component === null ? '/exception' : '/component')];
}

/** The plans that were ever assigned to somebody; `undefined`: nobody has the id. */
async function plansEver(ledger: Ledger, participant: string): Promise<ReadonlySet<string> | undefined> {
  const entry = await participantEntry(ledger, participant);
  return entry && new Set(entry.assignments.map(({ plan }) => plan));
}

async function componentsOf(
  ledger: Ledger,
  plans: ReadonlySet<string>,
  component: string | null,
  given: readonly PlanDocument[],
): Promise<readonly Component[]> {
  return (await documentsOf(ledger, plans, given)).flatMap(({ components }) =>
    component === null ? Object.values(components) : (components[component] ?? []),
  );
}

/** Every version of the plans, and what the same files say of them. */
async function documentsOf(
  ledger: Ledger,
  plans: ReadonlySet<string>,
  given: readonly PlanDocument[],
): Promise<readonly PlanDocument[]> {
  const documents = given.filter(({ plan }) => plans.has(plan));
  for (const plan of plans) {
    documents.push(...((await planEntry(ledger, plan))?.versions ?? []).map(({ document }) => document));
  }
  return documents;
}

function isWindowOf({ window }: Component, id: string): boolean {
  if (typeof window === 'object' && 'every' in window) {
    const [from = ''] = id.split('/');
    const first = /^[0-9]{4}-[0-9]{2}$/.test(from) ? `${from}-01` : from;
    return fields.date.safeParse(first).success && repeatHolding(window, first)?.id === id;
  }
  if (typeof window === 'object') return !('rolling' in window) && id === `${window.from}/${window.to}`;
  if (window === 'deal' || !/^[0-9]{4}(?:-(?:Q[1-4]|H[12]|(?:0[1-9]|1[0-2])(?:-[12])?))?$/.test(id)) return false;
  return windowOf(periodBounds(id).from, window).id === id;
}

function windowInWords(component: Component | undefined): string {
  const window = component?.window;
  if (typeof window === 'string')
    return `${window}, as ${windowOf('2026-01-01', window === 'deal' ? 'month' : window).id}`;
  if (window !== undefined && 'every' in window) return `window, as ${repeatHolding(window, window.from)?.id}`;
  return window !== undefined && 'to' in window ? `dates ${window.from}/${window.to}` : 'window';
}

/** The name of an exception; where the file gives none, one that nothing else has. */
export async function freeName(
  ledger: Ledger,
  { participant, exception, isNamed, terms }: ExceptionDefinition,
  names: Set<string>,
): Promise<string> {
  if (isNamed) return exception;
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? exception : `${exception}-${count}`;
    const key = `${participant}.${name}`;
    if (names.has(key) || (await isTaken(ledger, participant, name, terms))) continue;
    names.add(key);
    return name;
  }
}

/** Whether a name stands for other terms that wait for a decision, or hold, or for what held once and was revoked. */
async function isTaken(ledger: Ledger, participant: string, name: string, terms: ExceptionTerms): Promise<boolean> {
  const events = await eventsOf(ledger, streamOf.exception(participant, name));
  const last = events.at(-1)?.event;
  if (last?.type === 'ExceptionRevoked') return true;
  if (last?.type !== 'ExceptionRequested' && last?.type !== 'ExceptionApproved') return false;
  return canonical(last.data.terms) !== canonical(terms);
}
