import {
  componentsOn,
  holds,
  latestOf,
  type ParticipantEntry,
  periodBounds,
  plansAssignedIn,
} from '@ledger/calculation';
import { type Blocker, type BlockerCause, causesOf, REQUESTS, withArticle } from '@ledger/decisions';
import type { ExceptionTerms } from '@ledger/events';
import { isProblem, type Problem } from '@ledger/kernel';
import { dealsView, isAsking, participantLabel, requestOf } from '@ledger/projections';
import type { Books } from './books.ts';
import { type DealView, dealsAt } from './deals.ts';
import { roleLeft } from './demands.ts';
import { failingStatements } from './failing.ts';
import { eventsOf } from './handle.ts';
import { requestsSeen } from './lapses.ts';
import type { Ledger } from './ledger.ts';
import { openQueriesUpTo } from './query-reads.ts';
import { type AsOf, booksWith } from './statements.ts';

export type { Blocker, BlockerCause };

export interface BlockersAnswer {
  readonly asOf: string;
  readonly period: string;
  readonly blockers: readonly Blocker[];
  /** The same by what causes them: what may not be overridden first. */
  readonly causes: readonly BlockerCause[];
}

/** Everything that keeps a period from being frozen, with what mends it. */
export async function blockers(
  ledger: Ledger,
  ask: AsOf & { readonly period: string },
): Promise<BlockersAnswer | Problem> {
  const books = await booksWith(ledger, ask);
  if (isProblem(books)) return books;
  const found = await blockersOf(ledger, books, ask.period, ask.asOf);
  const causes = [...causesOf(found)].sort((a, b) => Number(a.overridable) - Number(b.overridable));
  return { asOf: String(books.asOf), period: ask.period, blockers: found, causes };
}

/** The same for whoever has the books open: what cannot be calculated first, then what is missing, then what waits. */
export async function blockersOf(
  ledger: Ledger,
  books: Books,
  period: string,
  asked?: string,
): Promise<readonly Blocker[]> {
  const dealsFor = await dealsAt(ledger, books.asOf);
  const deals: DealsInPeriod = async (id) => (await dealsFor(id)).deals.filter((deal) => closesIn(deal, period));
  return [
    ...(await failingStatements(ledger, books, period)),
    ...(await dealsWithoutCredit(ledger, books, deals)),
    ...(await peopleWithoutPlan(books, period, deals)),
    ...(await waitingRequests(ledger, { asOf: books.asOf, asked }, period)),
    ...(await queriesPastCutOff(ledger, { asOf: books.asOf, asked }, period)),
  ];
}

/** The deals that close in the period, of somebody or of nobody, as `dealsOf` has them. */
type DealsInPeriod = (participant?: string) => Promise<readonly DealView[]>;

async function dealsWithoutCredit(
  ledger: Ledger,
  { participants }: Books,
  deals: DealsInPeriod,
): Promise<readonly Blocker[]> {
  const found: Blocker[] = [];
  for (const deal of await deals()) {
    const key = `${deal.source}.${deal.deal}`;
    const value = `${deal.amount} ${deal.currency}, closed on ${deal.closedOn}`;
    for (const { rule, says } of deal.unreachable) {
      const what = `Deal ${key} (${value}): crediting rule ${rule} reaches nobody: ${says}`;
      found.push({
        code: 'recipient_unreachable',
        about: key,
        says: what,
        cause: `crediting rule ${rule} reaches nobody; correct the deals, the people or the rule`,
        mend: 'ledger --as ops:<you> define <file with crediting:>',
        overridable: true,
      });
    }
    if (deal.credits.length > 0 || deal.refused !== null) continue;
    found.push({
      code: 'deal_uncredited',
      about: key,
      says: `Deal ${key} (${value}) credits nobody; import it with an owner, or agree on a split.`,
      cause: 'deals credit nobody; import them with an owner, or agree on splits',
      mend: mendBySplit([deal]),
      overridable: true,
    });
  }
  for (const label of await ledger.views.labels(dealsView, participantLabel(''))) {
    const id = label.slice(participantLabel('').length);
    if (participants.has(id)) continue;
    for (const deal of await deals(id)) {
      if (!isCredited(deal, id)) continue;
      const key = `${deal.source}.${deal.deal}`;
      found.push({
        code: 'participant_unknown',
        about: key,
        says: `Deal ${key} credits "${id}", and nobody in the ledger has that id; onboard them, or correct the deal.`,
        cause: `deals credit "${id}", and nobody in the ledger has that id; onboard them, or correct the deals`,
        mend: 'ledger --as ops:<you> define <file with participants:>',
        overridable: true,
      });
    }
  }
  return found;
}

function isCredited({ credits }: DealView, id: string): boolean {
  return credits.some(({ participant }) => participant === id);
}

function closesIn({ closedOn, state }: DealView, period: string): boolean {
  const { from, to } = periodBounds(period);
  return state === 'closed' && from <= closedOn && closedOn < to;
}

/** Whoever is credited with deals of the period that close on days on which they earn under no plan, one of each kind. */
async function peopleWithoutPlan(books: Books, period: string, deals: DealsInPeriod): Promise<readonly Blocker[]> {
  const found: Blocker[] = [];
  for (const participant of books.participants.values()) {
    const unpaid = await dealsWithoutPlan(books, participant, period, deals);
    const early = unpaid.filter((deal) => dayOf(deal) < participant.startsOn);
    if (early.length > 0) found.push(creditedBeforeStart(participant, early));
    const others = unpaid.filter((deal) => !early.includes(deal));
    if (others.length > 0) found.push(withoutPlan(participant, period, others));
  }
  return found;
}

/** What closes after somebody left is paid or not by what their plans say of leaving, if they had any in the period. */
async function dealsWithoutPlan(
  books: Books,
  participant: ParticipantEntry,
  period: string,
  deals: DealsInPeriod,
): Promise<readonly DealView[]> {
  const { participant: id, assignments, endsOn } = participant;
  const { from, to } = periodBounds(period);
  if (assignments.some((each) => each.from <= from && (each.to === null || each.to >= to))) return [];
  const hasPlan = plansAssignedIn(participant, { from, to }).length > 0;
  const unassigned = (await deals(id)).filter((deal) => {
    const hasLeft = hasPlan && endsOn !== null && endsOn <= dayOf(deal);
    return isCredited(deal, id) && !hasLeft && !assignments.some((each) => holds(each, dayOf(deal)));
  });
  if (unassigned.length === 0) return [];
  const book = await books.book(id);
  // The plan before may finish what it began.
  return isProblem(book) ? [] : unassigned.filter((deal) => componentsOn(book, dayOf(deal)).length === 0);
}

/** The day on which a deal asks for a plan. */
function dayOf({ selectionOn, closedOn }: DealView): string {
  return selectionOn ?? closedOn;
}

function creditedBeforeStart({ participant: id, startsOn }: ParticipantEntry, early: readonly DealView[]): Blocker {
  return {
    code: 'plan_unassigned',
    about: id,
    says: `${id} starts on ${startsOn} and is credited with ${named(early)} before that, and earns nothing by it; correct the credit.`,
    cause: 'people are credited with deals from before they start and earn nothing by them; correct the credits',
    mend: mendBySplit(early),
    overridable: true,
  };
}

function withoutPlan(participant: ParticipantEntry, period: string, unpaid: readonly DealView[]): Blocker {
  const { participant: id, startsOn, endsOn, assignments } = participant;
  const bounds = periodBounds(period);
  const days = unpaid.map(dayOf).sort();
  const isInPart = plansAssignedIn(participant, bounds).length > 0;
  const ofThose = unpaid.length === 1 ? 'on the day of that deal' : 'on the days of those';
  const when = isInPart ? ofThose : `in ${period}`;
  const from = isInPart ? (days[0] ?? '') : latestOf(startsOn, bounds.from);
  const [next] = assignments
    .map((each) => each.from)
    .filter((day) => day > from)
    .sort();
  const until = next === undefined ? '' : ` --to ${next}`;
  const hasLeft = endsOn !== null && endsOn <= from;
  return {
    code: 'plan_unassigned',
    about: id,
    says: `${id} is credited with ${named(unpaid)} and earns under no plan ${when}; ${hasLeft ? '' : 'assign one, or '}correct the credit.`,
    cause: `people are credited and earn under no plan ${isInPart ? 'on the days of their deals' : when}; assign one, or correct the credits`,
    mend: hasLeft
      ? mendBySplit(unpaid)
      : `ledger --as ops:<you> assign ${id} <plan> --from ${from}${until} --reason '<why>'`,
    overridable: true,
  };
}

function named([first, ...others]: readonly DealView[]): string {
  const example = first === undefined ? '' : `${first.source}.${first.deal}`;
  return others.length === 0 ? example : `${others.length + 1} deals, as ${example},`;
}

function mendBySplit([first]: readonly DealView[]): string {
  const key = first === undefined ? '<deal>' : `${first.source}.${first.deal}`;
  return `ledger --as ops:<you> split ${key} '<participant>=100%' --reason '<why>' --evidence '<link>'`;
}

/** Questions about lines that are about to become history, and that should have been answered by now. */
async function queriesPastCutOff(
  ledger: Ledger,
  moment: { readonly asOf: bigint; readonly asked: string | undefined },
  period: string,
): Promise<readonly Blocker[]> {
  const open = await openQueriesUpTo(ledger, period, moment);
  return open
    .filter((query) => query.period === period && query.times.isPastCutOff)
    .map(({ query, line, openedBy, times: { cutOffOn } }) => ({
      code: 'query_past_cut_off',
      about: query,
      says: `Query ${query}, which ${openedBy} opened about ${line}, was to be settled before ${cutOffOn}; resolve it before its line becomes history.`,
      cause: 'queries are past their cut-off; resolve them before their lines become history',
      mend: `ledger --as ops:<you> query resolve ${query} --reason '<what came of it>'`,
      overridable: true,
    }));
}

/** Requests that would move statements up to the end of the period if they were approved. */
async function waitingRequests(
  ledger: Ledger,
  { asOf, asked }: { readonly asOf: bigint; readonly asked: string | undefined },
  period: string,
): Promise<readonly Blocker[]> {
  const { from: begins, to } = periodBounds(period);
  const found: Blocker[] = [];
  for (const row of await requestsSeen(ledger, asOf, asked)) {
    const { name, state, says } = row;
    if (state !== 'waiting') continue;
    const reopened = reopenedBy(name);
    if (reopened !== null && periodBounds(reopened).from < begins) found.push(earlierReopening(name, reopened, period));
    const from = await movesFrom(ledger, name, asOf);
    if (from === null || from >= to) continue;
    found.push({
      code: 'request_waiting',
      about: name,
      says: `${name} waits for a decision${from === '' ? '' : ` and would apply from ${from}`}: ${says}`,
      cause: `requests for ${withArticle(name.split('/')[0] ?? '')} wait for a decision`,
      mend: `ledger --as ${await roleLeft(ledger, row, asked)}:<you> approve ${name}`,
      overridable: true,
    });
  }
  return found;
}

/** The period that a request would reopen; `null`: it would reopen none. */
function reopenedBy(name: string): string | null {
  const request = REQUESTS.parse(name);
  return !isProblem(request) && request.kind === 'reopen' ? request.period : null;
}

/** What a period settles against is not reopened once it is frozen: whoever asked for both has to say which. */
function earlierReopening(name: string, reopened: string, period: string): Blocker {
  const settles = `${period} settles against ${reopened}`;
  return {
    code: 'request_waiting',
    about: name,
    says: `${name} waits for a decision, and ${settles}; have it declined, or have it approved and freeze ${reopened} again.`,
    cause: 'the reopening of an earlier period waits for a decision; have it declined, or freeze that period again',
    mend: `ledger --as finance:<you> decline ${name} --reason '<why>'`,
    overridable: false,
  };
}

/** First day whose statements a waiting request can move; `null` for what moves none. */
async function movesFrom(ledger: Ledger, name: string, asOf: bigint): Promise<string | null> {
  const request = REQUESTS.parse(name);
  if (isProblem(request)) return null;
  const recorded = (await eventsOf(ledger, request.stream)).filter(({ position }) => position <= asOf);
  const asked = recorded.findLast((each) => requestOf(each) === name && isAsking(each.event))?.event;
  switch (asked?.type) {
    case 'MetricProposed':
    case 'PlanProposed':
    case 'CreditingProposed':
    case 'JurisdictionProposed':
      return asked.data.effectiveFrom;
    case 'QuotaProposed':
      return `${asked.data.year}-01-01`;
    case 'QuotaReliefRequested':
      return asked.data.from;
    case 'SplitExceptionRequested': {
      const told = recorded.findLast(({ event }) => event.type === 'DealClosed' || event.type === 'DealAmended');
      return told !== undefined && 'closedOn' in told.event.data ? told.event.data.closedOn : null;
    }
    case 'ExceptionRequested':
      return exceptionFrom(asked.data.terms);
    default:
      return null;
  }
}

/** Exceptions that name no day hold from the beginning. */
function exceptionFrom(terms: ExceptionTerms): string {
  if ('period' in terms && terms.period !== undefined) return periodBounds(terms.period).from;
  return 'from' in terms ? terms.from : '';
}
