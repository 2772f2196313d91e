import { type Component, dealKey, type MeasuringWindow, type PlanDocument } from '@ledger/events';
import { grouped } from '@ledger/money';
import type {
  Book,
  Change,
  DealEntry,
  DefinitionEntry,
  JurisdictionEntry,
  MetricVersion,
  Own,
  ParticipantEntry,
  RatesEntry,
  SplitEntry,
} from './book.ts';
import { type OwnEntry, ownOf, peopleOf, quotaKey, withOwn } from './colleagues.ts';
import { creditingOf, sortedBeside } from './crediting.ts';
import { decidedInWords, movesEarnings } from './granted.ts';
import { type Growing, growing } from './growing.ts';
import { allLooksOf, metricsOf } from './looks.ts';
import { variantOf } from './near.ts';
import { reachesOthers, reachOf } from './reach.ts';
import { uncancelled } from './returned.ts';
import { brief } from './words.ts';

const NO_JURISDICTIONS: ReadonlyMap<string, JurisdictionEntry> = new Map();

/** A book that changes are added to one at a time; each book that it shows stays as it was shown. */
export function workingCopy(book: Book): { readonly book: () => Book; readonly add: (change: Change) => Added } {
  const metrics = growing(book.metrics);
  const plans = growing(book.plans);
  const crediting = growing(book.crediting);
  const jurisdictions = growing(book.jurisdictions ?? NO_JURISDICTIONS);
  const rates = growing(book.rates);
  const periods = growing(book.periods);
  const deals = growing(book.deals);
  const me = book.participant.participant;
  const people = growing<Own>(book.colleagues.size === 0 ? new Map([[me, book]]) : book.colleagues);
  const dealsPut = new Set<string>();
  let { calendar, corrections } = book;

  return {
    book: () => {
      const shown: Book = {
        calendar,
        ...(corrections === undefined ? {} : { corrections }),
        metrics: metrics.shown(),
        plans: plans.shown(),
        crediting: crediting.shown(),
        jurisdictions: jurisdictions.shown(),
        rates: rates.shown(),
        periods: periods.shown(),
        deals: deals.shown(),
        ...ownOf(people.get(me) ?? book),
        colleagues: book.colleagues.size === 0 ? book.colleagues : people.shown(),
      };
      if (book.colleagues.size > 0) sortedBeside(book, shown, dealsPut);
      return variantOf(shown, [book]);
    },
    add: ({ entry }) => {
      switch (entry.kind) {
        case 'calendar': {
          const before = calendar;
          calendar = entry;
          return { before, after: entry, isOurs: true };
        }
        case 'corrections': {
          const before = corrections;
          corrections = entry;
          // It moves what is posted of a correction, and never what is earned.
          return { before, after: entry, isOurs: false };
        }
        case 'metric':
          return put(metrics, entry.metric, entry);
        case 'plan':
          return put(plans, entry.plan, entry);
        case 'crediting':
          return put(crediting, entry.crediting, entry);
        case 'jurisdiction':
          return { ...put(jurisdictions, entry.jurisdiction, entry), isOurs: false };
        case 'rates':
          return put(rates, `${entry.base}${entry.quote}`, entry);
        case 'period':
          return { ...put(periods, entry.period, entry), isOurs: false };
        case 'participant':
        case 'quota':
        case 'exception':
          return addOwn(entry);
        case 'deal':
          dealsPut.add(dealKey(entry));
          return put(deals, dealKey(entry), entry);
        default:
          return entry satisfies never;
      }
    },
  };

  function addOwn(entry: OwnEntry): Added {
    const known = people.get(entry.participant);
    if (known === undefined) return { before: undefined, after: entry, isOurs: false };
    people.put(entry.participant, withOwn(known, entry));
    const before = ownEntry(known, entry);
    return { before, after: entry, isOurs: true };
  }
}

/** What the person has in the place of an entry. */
function ownEntry(own: Own, entry: OwnEntry): OwnEntry | undefined {
  switch (entry.kind) {
    case 'participant':
      return own.participant;
    case 'quota':
      return own.quotas.get(quotaKey(entry));
    case 'exception':
      return own.exceptions?.get(entry.exception);
    default:
      return entry satisfies never;
  }
}

type Entry = DealEntry | DefinitionEntry;

/** An entry before and after a change. */
export interface Added {
  readonly before: Entry | undefined;
  readonly after: Entry;
  /** Whether the participant's statements can depend on it at all. */
  readonly isOurs: boolean;
}

function put<E extends Entry>(entries: Growing<E>, key: string, after: E): Added {
  const before = entries.get(key);
  entries.put(key, after);
  return { before, after, isOurs: true };
}

/**
 * Whether a change can move what was earned before a date. Most of what is recorded after a freeze is about later periods or other
 * people; only the rest is worth calculating again. When in doubt the answer is yes. `book`: the book with the change.
 */
export function canMoveBefore({ before, after, isOurs }: Added, date: string, book: () => Book): boolean {
  if (!isOurs) return false;
  switch (after.kind) {
    case 'deal':
      return (
        (after.closedOn < date || (before?.kind === 'deal' && before.closedOn < date)) &&
        canCredit(book(), before?.kind === 'deal' ? before : undefined, after)
      );
    case 'rates': {
      const first = firstNew(before?.kind === 'rates' ? before : undefined, after);
      return first !== undefined && (first < date || usesLaterRates(book()));
    }
    case 'participant':
      return isLookedAt(book(), after.participant) || isMovedInHierarchy(before, after);
    case 'quota':
      return isLookedAt(book(), after.participant) && (`${after.year}-01-01` < date || hasDatedWindows(book()));
    case 'plan':
      return isAssigned(book(), after.plan);
    case 'metric':
      return isMeasured(book(), after.metric);
    case 'exception':
      return movesEarnings(after.terms.kind) && isLookedAt(book(), after.participant);
    default:
      return true;
  }
}

/** Whether a rate of a later day can matter: of the day of payment, or of one that a plan names. */
function usesLaterRates(book: Book): boolean {
  return somePlan(
    book,
    ({ exchange, payout }) => typeof exchange === 'object' || exchange === 'payment-date' || payout !== undefined,
  );
}

/** Whether the quota of a later year can matter: a window that begins in one year and ends in the next is held against both. */
function hasDatedWindows(book: Book): boolean {
  const isDated = (window: MeasuringWindow) => typeof window === 'object' && 'from' in window;
  return somePlan(book, ({ components }) =>
    Object.values(components).some(
      (each) => isDated(each.window) || allLooksOf(each).some(({ look }) => isDated(look.window)),
    ),
  );
}

/** Whether a deal can matter to the participant: rules may credit others alone. A cancelled one may still be paid, and come back later. */
function canCredit(book: Book, before: DealEntry | undefined, after: DealEntry): boolean {
  const { participant } = book.participant;
  if (book.crediting.size === 0 || reachesOthers(reachOf(book.participant, book.plans))) return true;
  return [before, after].some(
    (deal) =>
      deal !== undefined &&
      creditingOf(book, uncancelled(deal)).credits.some((credit) => credit.participant === participant),
  );
}

/** Those whose plans and quotas matter: a company of crediting rules knows more people than a plan looks at. */
function lookedAt(book: Book): readonly ParticipantEntry[] {
  return reachesOthers(reachOf(book.participant, book.plans)) ? peopleOf(book) : [book.participant];
}

function isLookedAt(book: Book, participant: string): boolean {
  return lookedAt(book).some((each) => each.participant === participant);
}

/** What rules ask of anybody: who they report to, and whether they are there. */
function isMovedInHierarchy(before: Entry | undefined, after: ParticipantEntry): boolean {
  if (before?.kind !== 'participant') return true;
  return (
    before.managers.length !== after.managers.length ||
    before.startsOn !== after.startsOn ||
    before.endsOn !== after.endsOn ||
    before.compensationEnds !== after.compensationEnds
  );
}

function isAssigned(book: Book, plan: string): boolean {
  return plansOf(book).has(plan);
}

function isMeasured(book: Book, metric: string): boolean {
  return somePlan(book, ({ components }) => Object.values(components).some((each) => looksAt(each, metric)));
}

function somePlan(book: Book, says: (document: PlanDocument) => boolean): boolean {
  return [...plansOf(book)].some((plan) => book.plans.get(plan)?.versions.some(({ document }) => says(document)));
}

/** Plans that are assigned, and those that they are held against. */
function plansOf(book: Book): ReadonlySet<string> {
  const plans = new Set(lookedAt(book).flatMap(({ assignments }) => assignments.map(({ plan }) => plan)));
  for (const plan of [...plans]) {
    for (const { document } of book.plans.get(plan)?.versions ?? []) {
      if (document.phaseIn !== undefined) plans.add(document.phaseIn.of);
    }
  }
  return plans;
}

function looksAt(component: Component, metric: string): boolean {
  return (
    component.measure === metric ||
    component.paysOn === metric ||
    allLooksOf(component).some(({ look }) => metricsOf(look).some((each) => each.metric === metric))
  );
}

/** Date of the earliest rate that was not there before. */
function firstNew(before: RatesEntry | undefined, after: RatesEntry): string | undefined {
  const known = new Set(before?.rates.map(({ event }) => event));
  return after.rates.find(({ event }) => !known.has(event))?.on;
}

/** The change in a sentence, for people. */
export function changeInWords({ before, after }: Added): string {
  return brief(sentence(before, after), 1000);
}

function sentence(before: Entry | undefined, after: Entry): string {
  switch (after.kind) {
    case 'deal':
      return dealInWords(before?.kind === 'deal' ? before : undefined, after);
    case 'metric':
      return versionInWords(`metric ${after.metric}`, after.versions, after.retiredFrom);
    case 'plan':
      return versionInWords(`plan ${after.plan}`, after.versions, after.retiredFrom);
    case 'crediting':
      return versionInWords(`crediting ${after.crediting}`, after.versions, after.retiredFrom);
    case 'jurisdiction':
      return versionInWords(`jurisdiction ${after.jurisdiction}`, after.versions, after.retiredFrom);
    case 'quota': {
      const earlier = before?.kind === 'quota' ? before.reliefs : [];
      const granted = after.reliefs.find(({ event }) => !earlier.some((known) => known.event === event));
      const what = `quota of ${after.participant} for ${after.metric} in ${after.year}`;
      if (granted !== undefined) {
        return `Relief ${granted.relief} of the ${what}, approved by ${granted.approvedBy}: ${granted.reason}`;
      }
      const revoked = earlier.find(({ event }) => !after.reliefs.some((known) => known.event === event));
      if (revoked !== undefined) return `Relief ${revoked.relief} of the ${what} was revoked.`;
      return after.quota === null
        ? `The ${what} was changed.`
        : `The ${what}, approved by ${after.quota.approvedBy}: ${after.quota.reason}`;
    }
    case 'rates': {
      const known = before?.kind === 'rates' ? before.rates.map(({ event }) => event) : [];
      const rate = after.rates.find(({ event }) => !known.includes(event));
      return `Exchange rate ${after.base}/${after.quote} ${rate?.rate ?? ''} of ${rate?.on ?? ''} was recorded.`;
    }
    case 'participant':
      return participantInWords(before?.kind === 'participant' ? before : undefined, after);
    case 'exception':
      return `Exception ${after.exception} of ${after.participant}, ${after.terms.kind}, ${after.isRevoked ? '' : 'was '}${decidedInWords(after)}`;
    case 'calendar':
      return 'The close calendar was changed.';
    case 'corrections':
      return 'How corrections are posted was changed.';
    case 'period':
      return `Period ${after.period} is ${after.state}.`;
    default:
      return after satisfies never;
  }
}

function participantInWords(before: ParticipantEntry | undefined, after: ParticipantEntry): string {
  const { participant, managers } = after;
  const line = managers.at(-1);
  const known = before?.managers.at(-1);
  if (line === undefined || line.event === known?.event) {
    return employmentInWords(before, after);
  }
  const to = line.manager === null ? 'nobody' : line.manager;
  return known === undefined
    ? `${participant} was onboarded from ${line.from}; they report to ${to}.`
    : `${participant} reports to ${to} from ${line.from}; before to ${known.manager ?? 'nobody'}.`;
}

function employmentInWords(before: ParticipantEntry | undefined, after: ParticipantEntry): string {
  const { participant, changedBy, endsOn } = after;
  // An assignment that is ended is there with its end, or not at all where it would end before it begins.
  const assigned = after.assignments.find(({ event }) => event === changedBy);
  if (assigned !== undefined) {
    const { plan, from, to } = assigned;
    return `${participant} is under plan ${plan} from ${from}${to === null ? '' : ` until ${to}`}.`;
  }
  const gone = before?.assignments.find(({ event }) => !after.assignments.some((kept) => kept.event === event));
  if (gone !== undefined) return `${participant} does not come under plan ${gone.plan} from ${gone.from} on.`;
  const leave = after.leaves.find(({ event }) => event === changedBy);
  if (leave !== undefined) return `${participant} is on leave from ${leave.from} until ${leave.to}.`;
  if (endsOn !== null && endsOn !== before?.endsOn) return `${participant} is no longer employed from ${endsOn} on.`;
  return `${participant}: employment was changed.`;
}

function versionInWords(
  what: string,
  versions: readonly Pick<MetricVersion, 'version' | 'from' | 'approvedBy' | 'reason'>[],
  retiredFrom: string | null,
): string {
  if (retiredFrom !== null) return `The ${what} was retired from ${retiredFrom}.`;
  const newest = versions.at(-1);
  if (newest === undefined) return `The ${what} was defined.`;
  const { version, from, approvedBy, reason } = newest;
  return `Version ${version} of ${what}, in force from ${from}, approved by ${approvedBy}: ${reason}`;
}

function dealInWords(before: DealEntry | undefined, after: DealEntry): string {
  const name = `Deal ${dealKey(after)}`;
  const value = `${grouped(after.amount)} ${after.currency}, closed on ${after.closedOn}`;
  const told = before === undefined ? after.splits.find(({ event }) => event === after.changedBy) : undefined;
  // Whoever a split credits first had nothing to do with the deal until then.
  if (told !== undefined) return splitInWords(name, told);
  if (before === undefined) return `${name} was recorded: ${value}.`;
  if (after.cancelled !== null && before.cancelled === null) {
    return `${name} was cancelled on ${after.cancelled.on}: ${after.cancelled.reason}`;
  }
  const milestone = milestoneInWords(before, after);
  if (milestone !== null) return `${name} ${milestone}`;
  const split = after.splits.find(({ event }) => !before.splits.some((known) => known.event === event));
  if (split !== undefined) return splitInWords(name, split);
  const revoked = before.splits.find(({ event }) => !after.splits.some((known) => known.event === event));
  if (revoked !== undefined) return `${name}: split exception ${revoked.exception} was revoked.`;
  if (before.cancelled !== null && after.cancelled === null) return `${name} was reinstated: ${value}.`;
  if (after.vanished !== null && before.vanished === null) return `${name} is no longer in its source.`;
  return `${name} was amended: ${value}; before ${grouped(before.amount)} ${before.currency}, closed on ${before.closedOn}.`;
}

function splitInWords(name: string, { exception, approvedBy, reason }: SplitEntry): string {
  return `${name} is split by exception ${exception}, approved by ${approvedBy}: ${reason}`;
}

/** What the deal reached, or no longer did. */
function milestoneInWords(before: DealEntry, after: DealEntry): string | null {
  const changed = (from: DealEntry, to: DealEntry) =>
    to.milestones.find(({ event }) => !from.milestones.some((known) => known.event === event));
  const reached = changed(before, after);
  const gone = changed(after, before);
  const one = reached ?? gone;
  if (one === undefined) return null;
  const of = one.amount === null ? '' : `, with ${grouped(one.amount)} ${after.currency}`;
  return `${reached === undefined ? 'did not reach' : 'reached'} ${one.milestone} on ${one.on}${of}.`;
}
