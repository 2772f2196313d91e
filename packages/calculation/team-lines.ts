import { alongside } from '@ledger/kernel';
import type { Book, DealEntry, PlanEntry } from './book.ts';
import { everReporting, isInCircle, neededUpTo } from './circles.ts';
import { bookOf } from './colleagues.ts';
import { NO_EARNINGS, type TeamEarnings, type TeamLine } from './earnings.ts';
import { bookFor, tiedComponents } from './entangled.ts';
import type { Calculated } from './line.ts';
import { dayBefore, periodBounds } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { STAND_IN } from './stand-in.ts';

/** What somebody earns after all stages, by component and pay period. */
interface EarnedBy {
  readonly lines: ReadonlyMap<string, ReadonlyMap<string, readonly Calculated[]>>;
  readonly problems: readonly CalculationProblem[];
}
/** Works it out; a parameter, because what somebody earns may itself depend on what others earn. */
export type Earning = (book: Book, upTo: string) => EarnedBy;

/** Everything that people earned, up to a date, who ever reported to the participant. */
export function earningsOfTeam(book: Book, upTo: string, earning: Earning): TeamEarnings {
  const reports = everReporting(book, book.participant.participant);
  if (reports.size === 0) return NO_EARNINGS;
  const components = componentsAsked(book);
  const others = new Map<string, DealEntry>();
  const lines = new Map<string, TeamLine[]>();
  const problems = new Map<string, readonly CalculationProblem[]>();
  for (const participant of [...reports].sort()) {
    const theirs = reportOf(book, participant, components);
    const until = neededUpTo(book, participant, upTo);
    if (theirs === undefined || until === null) continue;
    const asked = isInCircle(book, participant, until) ? CIRCLE : earnedOnce(theirs, until, earning);
    const all = 'cycle' in asked ? beside(book, theirs, until, earning) : asked;
    const stops = all.problems;
    if (stops.length > 0) problems.set(participant, stops);
    for (const [component, periods] of all.lines) {
      for (const [period, own] of periods) {
        for (const line of own) {
          const isOfDeal = line.basis.kind === 'deal' && line.deal !== null;
          const key = isOfDeal ? line.deal : `${participant}/${component}/${period}`;
          const { event, document } = line.inForce.planVersion;
          const { currency } = document;
          if (!isOfDeal && !others.has(key)) others.set(key, standIn(key, period, currency, event));
          put(key, { participant, component, currency, amount: line.exact, events: [event] });
        }
      }
    }
  }
  return { others, lines, problems };

  function put(key: string, line: TeamLine): void {
    const known = lines.get(key);
    if (known === undefined) lines.set(key, [line]);
    else known.push(line);
  }
}

/** The components on whose earnings the participant is paid; `null`: on all of them. */
function componentsAsked({ participant, plans }: Book): readonly string[] | null {
  const asked = participant.assignments.flatMap(({ plan }) =>
    (plans.get(plan)?.versions ?? []).flatMap(({ document }) =>
      Object.values(document.components).map(({ earningsOf }) => earningsOf),
    ),
  );
  if (asked.includes('all')) return null;
  return [...new Set(asked.flatMap((each) => (each === undefined || each === 'all' ? [] : each)))].sort();
}

/** A report's book, as far as those components depend on it. */
function reportOf(book: Book, participant: string, components: readonly string[] | null): Book | undefined {
  const theirs = bookOf(book, participant);
  if (theirs === undefined || components === null) return theirs;
  return bookFor(theirs, 'earned', `earnings of ${components}`, ({ id }) => components.includes(id));
}

function standIn(key: string, period: string, currency: string, event: string): DealEntry {
  const on = dayBefore(periodBounds(period).to);
  const nothing = { account: null, selectionOn: null, owner: null, cancelled: null, vanished: null };
  return {
    kind: 'deal',
    changedBy: event,
    source: STAND_IN,
    deal: key,
    amount: '0',
    currency,
    closedOn: on,
    // After every deal of its day: sources count within what numbers can hold.
    sequence: Number.MAX_SAFE_INTEGER,
    credits: [],
    attributes: {},
    lines: [],
    event,
    milestones: [],
    splits: [],
    ...nothing,
  };
}

const KNOWN = alongside<Book, Map<string, EarnedBy | typeof CIRCLE>>();
const CIRCLE = { cycle: true } as const;

/** What somebody earns, worked out once for each book; while it is being worked out, whoever asks is told so. */
function earnedOnce(book: Book, upTo: string, earning: Earning): EarnedBy | typeof CIRCLE {
  let ofBook = KNOWN.get(book);
  if (ofBook === undefined) {
    ofBook = new Map();
    KNOWN.set(book, ofBook);
  }
  const known = ofBook.get(upTo);
  if (known !== undefined) return known;
  ofBook.set(upTo, CIRCLE);
  try {
    const made = earning(book, upTo);
    ofBook.set(upTo, made);
    return made;
  } catch (error) {
    // The book may be kept: what broke once is no circle to those who ask later.
    ofBook.delete(upTo);
    throw error;
  }
}

/** What a report earns beside a circle: all but what depends on what others earn, or share. */
function beside(book: Book, theirs: Book, until: string, earning: Earning): EarnedBy {
  const tied = tiedComponents(theirs);
  const { lines, problems } = earning(without(theirs, tied), until);
  return { lines, problems: [...problems, ...tied.map((component) => circle(book, theirs, component))] };
}

/** The book as if nobody had these components: nothing else that is earned depends on them. */
function without(book: Book, ids: readonly string[]): Book {
  const plans = new Map<string, PlanEntry>();
  for (const [id, entry] of book.plans) {
    const versions = entry.versions.map((version) => {
      const components = Object.entries(version.document.components).filter(([each]) => !ids.includes(each));
      return { ...version, document: { ...version.document, components: Object.fromEntries(components) } };
    });
    plans.set(id, { ...entry, versions });
  }
  return { ...book, plans };
}

/** What a report earns on the earnings of others, or shares, cannot be said, as long as they report; what they earn beside it can. */
function circle({ participant: { participant }, calendar }: Book, theirs: Book, component: string): CalculationProblem {
  const report = theirs.participant.participant;
  const period = calendar.firstPeriod;
  const message = `what ${report} earns in ${component} depends on what ${participant} earns, and that depends on what ${report} earns; correct a reporting line, or name components in earnings-of that neither are overrides nor share anything with ${participant}`;
  return { code: 'reporting_loop', message, participant: report, period, component, deal: null, cause: message };
}
