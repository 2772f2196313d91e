import { type Component, dealKey } from '@ledger/events';
import type { Book, Change, DealEntry, DefinitionEntry, MetricVersion, PlanVersion, RatesEntry } from './book.ts';
import { brief, grouped } from './words.ts';

/** A book that changes are added to one at a time. Its own maps are modified; the book that it began as is not. */
export function workingCopy(book: Book): { readonly book: () => Book; readonly add: (change: Change) => Added } {
  const metrics = new Map(book.metrics);
  const plans = new Map(book.plans);
  const rates = new Map(book.rates);
  const periods = new Map(book.periods);
  const quotas = new Map(book.quotas);
  const deals = new Map(book.deals);
  let { calendar, participant } = book;

  return {
    book: () => ({ calendar, metrics, plans, rates, periods, participant, quotas, deals }),
    add: ({ entry }) => {
      switch (entry.kind) {
        case 'calendar': {
          const before = calendar;
          calendar = entry;
          return { before, after: entry, isOurs: true };
        }
        case 'metric':
          return put(metrics, entry.metric, entry);
        case 'plan':
          return put(plans, entry.plan, entry);
        case 'rates':
          return put(rates, `${entry.base}${entry.quote}`, entry);
        case 'period':
          return { ...put(periods, entry.period, entry), isOurs: false };
        case 'participant': {
          const before = participant;
          const isOurs = entry.participant === before.participant;
          if (isOurs) participant = entry;
          return { before, after: entry, isOurs };
        }
        case 'quota': {
          const isOurs = entry.participant === participant.participant;
          const key = `${entry.metric}.${entry.year}`;
          return isOurs ? put(quotas, key, entry) : { before: undefined, after: entry, isOurs };
        }
        case 'deal':
          return put(deals, dealKey(entry), entry);
        default:
          return entry satisfies never;
      }
    },
  };
}

type Entry = DealEntry | DefinitionEntry;

/** An entry before and after a change. */
export interface Added {
  readonly before: Entry | undefined;
  readonly after: Entry;
  /** Whether the participant's statements can depend on it at all. */
  readonly isOurs: boolean;
}

function put<E extends Entry>(entries: Map<string, E>, key: string, after: E): Added {
  const before = entries.get(key);
  entries.set(key, after);
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
      return after.closedOn < date || (before?.kind === 'deal' && before.closedOn < date);
    case 'rates': {
      const first = firstNew(before?.kind === 'rates' ? before : undefined, after);
      return first !== undefined && first < date;
    }
    case 'quota':
      return `${after.year}-01-01` < date;
    case 'plan':
      return isAssigned(book(), after.plan);
    case 'metric':
      return isMeasured(book(), after.metric);
    default:
      return true;
  }
}

function isAssigned({ participant }: Book, plan: string): boolean {
  return participant.assignments.some((assignment) => assignment.plan === plan);
}

function isMeasured({ participant, plans }: Book, metric: string): boolean {
  return participant.assignments.some(({ plan }) =>
    plans
      .get(plan)
      ?.versions.some(({ document }) => Object.values(document.components).some((each) => looksAt(each, metric))),
  );
}

function looksAt({ measure, paysOn, gates }: Component, metric: string): boolean {
  return (
    measure === metric ||
    paysOn === metric ||
    gates.some(({ measures }) => measures.some((each) => each.measure === metric))
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
    case 'quota': {
      const earlier = before?.kind === 'quota' ? before.reliefs : [];
      const granted = after.reliefs.find(({ event }) => !earlier.some((known) => known.event === event));
      const what = `quota of ${after.participant} for ${after.metric} in ${after.year}`;
      if (granted !== undefined) {
        return `Relief ${granted.relief} of the ${what}, approved by ${granted.approvedBy}: ${granted.reason}`;
      }
      const revoked = earlier.find(({ event }) => !after.reliefs.some((known) => known.event === event));
      return revoked === undefined
        ? `The ${what} was assigned.`
        : `Relief ${revoked.relief} of the ${what} was revoked.`;
    }
    case 'rates': {
      const known = before?.kind === 'rates' ? before.rates.map(({ event }) => event) : [];
      const rate = after.rates.find(({ event }) => !known.includes(event));
      return `Exchange rate ${after.base}/${after.quote} ${rate?.rate ?? ''} of ${rate?.on ?? ''} was recorded.`;
    }
    case 'participant':
      return `${after.participant}: employment, leave or plan assignment was changed.`;
    case 'calendar':
      return 'The close calendar was changed.';
    case 'period':
      return `Period ${after.period} is ${after.state}.`;
    default:
      return after satisfies never;
  }
}

function versionInWords(
  what: string,
  versions: readonly (MetricVersion | PlanVersion)[],
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
  if (before === undefined) return `${name} was recorded: ${value}.`;
  if (after.cancelled !== null && before.cancelled === null) {
    return `${name} was cancelled on ${after.cancelled.on}: ${after.cancelled.reason}`;
  }
  const split = after.splits.find(({ event }) => !before.splits.some((known) => known.event === event));
  if (split !== undefined) {
    return `${name} is split by exception ${split.exception}, approved by ${split.approvedBy}: ${split.reason}`;
  }
  const revoked = before.splits.find(({ event }) => !after.splits.some((known) => known.event === event));
  if (revoked !== undefined) return `${name}: split exception ${revoked.exception} was revoked.`;
  if (before.cancelled !== null && after.cancelled === null) return `${name} was reinstated: ${value}.`;
  if (after.vanished !== null && before.vanished === null) return `${name} is no longer in its source.`;
  return `${name} was amended: ${value}; before ${grouped(before.amount)} ${before.currency}, closed on ${before.closedOn}.`;
}
