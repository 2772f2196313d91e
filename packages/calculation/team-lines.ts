import type { Book, DealEntry, PlanEntry } from './book.ts';
import { bookOf } from './colleagues.ts';
import { measuresEarnings, NO_EARNINGS, type TeamEarnings, type TeamLine } from './earnings.ts';
import { bookFor, isTied } from './entangled.ts';
import { managersAbove } from './hierarchy.ts';
import type { Calculated } from './line.ts';
import { componentsThat } from './otherwise.ts';
import { dayBefore, earliestOf, periodBounds, windowOf } from './periods.ts';
import type { CalculationProblem } from './problem.ts';
import { reachOf } from './reach.ts';
import { STAND_IN } from './stand-in.ts';

/** What somebody earns after all stages, by component and pay period. */
export interface EarnedBy {
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
    const asked = earnedOnce(theirs, until, earning);
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

/** Everybody who ever reported to somebody, directly or through others. */
function everReporting({ colleagues }: Book, manager: string): ReadonlySet<string> {
  const team = new Set([manager]);
  for (const above of team) {
    for (const [id, { participant }] of colleagues) {
      if (participant.managers.some((line) => line.manager === above)) team.add(id);
    }
  }
  team.delete(manager);
  return team;
}

/**
 * Up to when the earnings of a report matter: to the end of the pay period in which they last reported. Only two who managed each
 * other in turns need to know; what either earns as a report comes before what the other earns as a manager.
 */
function neededUpTo(book: Book, report: string, upTo: string): string | null {
  const { colleagues, participant, calendar } = book;
  const me = participant.participant;
  if (!everReporting(book, report).has(me)) return upTo;
  const turns = new Set<string>();
  for (const { participant: other } of colleagues.values()) for (const { from } of other.managers) turns.add(from);
  const days = [...turns].sort();
  const last = days.findLastIndex((day) => day < upTo && managersAbove(colleagues, report, day).includes(me));
  if (last < 0) return null;
  const end = days[last + 1];
  return end === undefined ? upTo : earliestOf(upTo, windowOf(dayBefore(end), calendar.cadence).to);
}

const KNOWN = new WeakMap<Book, Map<string, EarnedBy | { readonly cycle: true }>>();
const RUNNING = { cycle: true } as const;

/** What somebody earns, worked out once for each book; while it is being worked out, whoever asks is told so. */
function earnedOnce(book: Book, upTo: string, earning: Earning): EarnedBy | { readonly cycle: true } {
  let ofBook = KNOWN.get(book);
  if (ofBook === undefined) {
    ofBook = new Map();
    KNOWN.set(book, ofBook);
  }
  const known = ofBook.get(upTo);
  if (known !== undefined) return known;
  ofBook.set(upTo, RUNNING);
  const made = earning(book, upTo);
  ofBook.set(upTo, made);
  return made;
}

/**
 * What a report earns beside a circle of overrides. Where something of it is shared with others, a budget or a cap, what they are paid
 * on others takes part in that: then nothing of it can be said.
 */
function beside(book: Book, theirs: Book, until: string, earning: Earning): EarnedBy {
  const { recipients, plans, company } = reachOf(theirs.participant, theirs.plans);
  if (recipients || company || plans.length > 0) return { lines: new Map(), problems: [circle(book, theirs, null)] };
  const { lines, problems } = earning(withoutOverrides(theirs), until);
  const circles = componentsThat(theirs, measuresEarnings).map((component) => circle(book, theirs, component));
  return { lines, problems: [...problems, ...circles] };
}

/** The book as if nobody were paid on what others earn: what everything else earns is the same. */
function withoutOverrides(book: Book): Book {
  const plans = new Map<string, PlanEntry>();
  for (const [id, entry] of book.plans) {
    const versions = entry.versions.map((version) => {
      const components = Object.entries(version.document.components).filter(([, each]) => !measuresEarnings(each));
      return { ...version, document: { ...version.document, components: Object.fromEntries(components) } };
    });
    plans.set(id, { ...entry, versions });
  }
  return { ...book, plans };
}

/** What a report earns on the earnings of others cannot be said, as long as they report; what they earn beside it can. */
function circle(
  { participant: { participant }, calendar }: Book,
  theirs: Book,
  component: string | null,
): CalculationProblem {
  const report = theirs.participant.participant;
  const period = calendar.firstPeriod;
  const shared = componentsThat(theirs, isTied);
  const through = component ?? shared.join(', ');
  const message = `what ${report} earns in ${through} depends on what ${participant} earns, and that depends on what ${report} earns; correct a reporting line, or name components in earnings-of that neither are overrides nor share anything with ${participant}`;
  return { code: 'reporting_loop', message, participant: report, period, component, deal: null };
}
