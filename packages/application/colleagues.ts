import {
  type Book,
  bookOf,
  type CreditingEntry,
  creditedBy,
  type DealEntry,
  joined,
  NOBODY,
  type Own,
  type ParticipantEntry,
  type PlanEntry,
  type Reach,
  reachOf,
} from '@ledger/calculation';
import { alongside, sha256, type ViewStore } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import type { Ledger } from './ledger.ts';

/** What definitions say of people at one position. */
export interface PeopleAt {
  readonly plans: ReadonlyMap<string, PlanEntry>;
  readonly participants: ReadonlyMap<string, ParticipantEntry>;
}

/** What somebody's plans look at, now or at the last freeze. */
export function reachAt(id: string, ...at: readonly PeopleAt[]): Reach {
  const reach = at.flatMap(({ participants, plans }) => {
    const entry = participants.get(id);
    return entry === undefined ? [] : [reachOf(entry, plans)];
  });
  return reach.reduce(joined, reachOf({ assignments: [] }, new Map()));
}

/**
 * Everybody whom the plans of a participant look at, and whom the plans of those look at in turn, the participant included: what
 * others earn may depend on others again. `reachOf`: what somebody's plans look at. `deals`: those that credit, or ever credited,
 * somebody.
 */
export async function reached(
  id: string,
  now: PeopleAt,
  then: PeopleAt,
  reachOf: (id: string) => Reach,
  deals: (id: string) => Promise<Iterable<DealEntry>>,
): Promise<ReadonlySet<string>> {
  const people = new Set([id]);
  const plans = new Set<string>();
  for (const each of people) {
    const reach = reachOf(each);
    if (reach.company) for (const other of now.participants.keys()) people.add(other);
    if (reach.team) addTeam(people, each, reportsIn(now.participants));
    for (const plan of reach.plans) {
      if (plans.has(plan)) continue;
      plans.add(plan);
      for (const at of [now, then]) {
        for (const { participant, assignments } of at.participants.values()) {
          if (assignments.some((assigned) => assigned.plan === plan)) people.add(participant);
        }
      }
    }
    if (reach.recipients) {
      for (const deal of await deals(each)) {
        for (const other of creditedBy(deal)) if (now.participants.has(other)) people.add(other);
      }
    }
  }
  return people;
}

const REPORTS = alongside<PeopleAt['participants'], ReadonlyMap<string, readonly string[]>>();

/** Who ever reported to whom; a reporting line, once recorded, stays in the entry. */
function reportsIn(participants: PeopleAt['participants']): ReadonlyMap<string, readonly string[]> {
  let reports = REPORTS.get(participants);
  if (reports === undefined) {
    reports = sortedByManager(participants.values());
    REPORTS.set(participants, reports);
  }
  return reports;
}

function sortedByManager(participants: Iterable<ParticipantEntry>): ReadonlyMap<string, readonly string[]> {
  const reports = new Map<string, string[]>();
  for (const { participant, managers } of participants) {
    for (const manager of new Set(managers.map((line) => line.manager))) {
      if (manager === null) continue;
      const known = reports.get(manager);
      if (known === undefined) reports.set(manager, [participant]);
      else known.push(participant);
    }
  }
  return reports;
}

function addTeam(people: Set<string>, manager: string, reports: ReadonlyMap<string, readonly string[]>): void {
  const team = new Set(reports.get(manager));
  for (const each of team) {
    people.add(each);
    for (const report of reports.get(each) ?? []) team.add(report);
  }
}

/** The part of a book that is the same for everybody in a company. */
export type CompanyBook = Omit<Book, keyof Own | 'deals' | 'colleagues'>;

/** Books of several people who look at each other: one set of deals, each parsed once, and one calculation of each person. */
export function companyBook(
  shared: CompanyBook,
  people: readonly Own[],
  deals: ReadonlyMap<string, DealEntry>,
): (id: string) => Book | undefined {
  const colleagues = new Map(people.map((own) => [own.participant.participant, own]));
  const [first] = people;
  if (first === undefined) return () => undefined;
  const book: Book = { ...shared, ...first, deals, colleagues };
  return (id) => bookOf(book, id);
}

/** A book of one person whose plans look at nobody else. */
export function ownBook(shared: CompanyBook, own: Own, deals: ReadonlyMap<string, DealEntry>): Book {
  return { ...shared, ...own, deals, colleagues: NOBODY };
}

/** Everybody, and the rules by which deals credit them. */
export type Company = Pick<Book, 'crediting' | 'colleagues'>;

/** The same as of a position. Two of one mark credit every deal alike; '' where there are no rules. */
export interface MarkedCompany extends Company {
  readonly mark: string;
}

const WITHOUT_RULES: MarkedCompany = { mark: '', crediting: new Map(), colleagues: new Map() };
/** The last one that was asked for: for as long as nothing changes, what was made from it is found by its identity. */
const LAST = new WeakMap<ViewStore, MarkedCompany>();

/** The company as of a position, for answers about deals. Without crediting rules nobody is looked up. */
export async function companyAt({ views }: Ledger, asOf: bigint): Promise<MarkedCompany> {
  const rules = await views.list(definitionsView, 'crediting/', asOf);
  if (rules.length === 0) return WITHOUT_RULES;
  const people = await views.list(definitionsView, 'participant/', asOf);
  const mark = sha256([...rules, ...people].map(({ row }) => row).join('\n'));
  const known = LAST.get(views);
  if (known?.mark === mark) return known;
  const company: MarkedCompany = {
    mark,
    crediting: new Map(rules.map(({ row }) => JSON.parse(row) as CreditingEntry).map((each) => [each.crediting, each])),
    colleagues: new Map(
      people
        .map(({ row }) => JSON.parse(row) as ParticipantEntry)
        .map((participant) => [participant.participant, { participant, quotas: new Map() }]),
    ),
  };
  LAST.set(views, company);
  return company;
}
