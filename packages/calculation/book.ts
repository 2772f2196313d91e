import type {
  Attribute,
  CorrectionPolicy,
  Credit,
  CreditingDocument,
  DealLine,
  ExceptionTerms,
  JurisdictionDocument,
  MetricDocument,
  PlanDocument,
  QuotaAmounts,
  ReplayPolicy,
  Separation,
  Statement,
  StatementLine,
} from '@ledger/events';

/**
 * What the calculation reads: definitions, few, and facts, many (domain.md §4). Every entry is the fold of the events of one
 * subject, is plain JSON, and names the events that it rests on; the views store these entries as they are.
 */

/** What a definition says over an interval [from, to), and the event that said so. */
export interface Versioned<Document> {
  readonly version: number;
  readonly document: Document;
  readonly from: string;
  readonly to: string | null;
  readonly event: string;
  readonly approvedBy: string;
  readonly reason: string;
}

export interface CalendarEntry {
  readonly kind: 'calendar';
  /** Event that made the entry what it is. */
  readonly changedBy: string;
  readonly cadence: 'month' | 'quarter';
  readonly firstPeriod: string;
  readonly timeZone: string;
  readonly currency: string;
  /** Working days that are none. */
  readonly holidays?: readonly string[] | undefined;
  readonly event: string;
}

export interface MetricEntry {
  readonly kind: 'metric';
  readonly changedBy: string;
  readonly metric: string;
  readonly versions: readonly Versioned<MetricDocument>[];
  readonly retiredFrom: string | null;
}
export type MetricVersion = Versioned<MetricDocument>;

export interface PlanEntry {
  readonly kind: 'plan';
  readonly changedBy: string;
  readonly plan: string;
  readonly versions: readonly Versioned<PlanDocument>[];
  readonly retiredFrom: string | null;
}
export type PlanVersion = Versioned<PlanDocument>;

export interface CreditingEntry {
  readonly kind: 'crediting';
  readonly changedBy: string;
  readonly crediting: string;
  readonly versions: readonly Versioned<CreditingDocument>[];
  readonly retiredFrom: string | null;
}

export interface JurisdictionEntry {
  readonly kind: 'jurisdiction';
  readonly changedBy: string;
  readonly jurisdiction: string;
  readonly versions: readonly Versioned<JurisdictionDocument>[];
  readonly retiredFrom: string | null;
}

export interface Assignment {
  readonly plan: string;
  readonly from: string;
  readonly to: string | null;
  readonly event: string;
}

export interface ParticipantEntry {
  readonly kind: 'participant';
  readonly changedBy: string;
  readonly participant: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  /** How they left, where it was said. */
  readonly separation?: Separation | undefined;
  /** First day on which deals no longer earn, where that is later than `endsOn`. */
  readonly compensationEnds?: string | undefined;
  readonly currency: string;
  readonly jobTitle: string | null;
  readonly managers: readonly { readonly manager: string | null; readonly from: string; readonly event: string }[];
  readonly assignments: readonly Assignment[];
  readonly leaves: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly event: string;
  }[];
  readonly acknowledged: readonly { readonly plan: string; readonly version: number; readonly event: string }[];
  readonly event: string;
}

export interface ReliefEntry {
  readonly relief: string;
  readonly kind: 'leave' | 'territory' | 'attrition' | 'other';
  readonly from: string;
  readonly to: string;
  readonly basis: { readonly by: 'days'; readonly share: string } | { readonly by: 'amount'; readonly amount: string };
  readonly reason: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly expiresOn: string | null;
  readonly event: string;
}

export interface QuotaEntry {
  readonly kind: 'quota';
  readonly changedBy: string;
  readonly participant: string;
  readonly metric: string;
  readonly year: number;
  readonly quota:
    | (QuotaAmounts & { readonly event: string; readonly approvedBy: string; readonly reason: string })
    | null;
  readonly reliefs: readonly ReliefEntry[];
}

export interface RatesEntry {
  readonly kind: 'rates';
  readonly changedBy: string;
  readonly base: string;
  readonly quote: string;
  readonly rates: readonly {
    readonly on: string;
    readonly rate: string;
    readonly source: string;
    readonly event: string;
  }[];
}

export interface PeriodEntry {
  readonly kind: 'period';
  readonly changedBy: string;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly state: 'open' | 'freezing' | 'frozen';
  /** Position that the freeze pinned. */
  readonly asOf: string | null;
  readonly digest: string | null;
  /** How often it was reopened: statements of the freezes before no longer count. */
  readonly reopened?: number | undefined;
  readonly event: string;
}

/** A decision about one participant's pay. */
export interface ExceptionEntry {
  readonly kind: 'exception';
  readonly changedBy: string;
  readonly participant: string;
  readonly exception: string;
  readonly terms: ExceptionTerms;
  readonly reason: string;
  readonly approvedBy: string;
  readonly expiresOn: string | null;
  /** Whether it no longer holds, */
  readonly isRevoked: boolean;
  /** and by whom it was taken back, and why. */
  readonly revoked?: { readonly by: string; readonly reason: string } | undefined;
  readonly requestedBy: string;
  /** Those that were approved later have a higher one. */
  readonly order: number;
  readonly event: string;
}

/** How corrections are posted: by policy, and by what was decided about what a replay put in force. */
export interface CorrectionsEntry {
  readonly kind: 'corrections';
  readonly changedBy: string;
  /** In the order in which they were set. */
  readonly policies: readonly {
    readonly policy: CorrectionPolicy;
    /** By currency; empty where nothing is too little. */
    readonly waiveUnder: Readonly<Record<string, string>>;
    readonly from: string;
    readonly reason: string;
    readonly setBy: string;
    readonly event: string;
  }[];
  readonly replays: readonly {
    readonly replay: string;
    readonly policy: ReplayPolicy;
    readonly reason: string;
    readonly approvedBy: string;
    /** The event that applied it. */
    readonly event: string;
    /** Requests for its definitions, and the events that put them in force. */
    readonly requests: readonly string[];
    readonly causes: readonly string[];
  }[];
}

export type DefinitionEntry =
  | CorrectionsEntry
  | ExceptionEntry
  | CalendarEntry
  | MetricEntry
  | PlanEntry
  | CreditingEntry
  | JurisdictionEntry
  | ParticipantEntry
  | QuotaEntry
  | RatesEntry
  | PeriodEntry;

export interface SplitEntry {
  readonly exception: string;
  readonly shares: readonly { readonly participant: string; readonly share: string }[];
  readonly scope: string;
  readonly expiresOn: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly event: string;
}

/** A deal as it stands: the source's words, what happened to it, what was decided about it. */
export interface DealEntry {
  readonly kind: 'deal';
  readonly changedBy: string;
  readonly source: string;
  readonly deal: string;
  readonly account: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly closedOn: string;
  readonly selectionOn: string | null;
  readonly sequence: number;
  readonly owner: string | null;
  readonly credits: readonly Credit[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly lines: readonly DealLine[];
  /** Event that told the deal as it is. */
  readonly event: string;
  readonly cancelled: { readonly on: string; readonly reason: string; readonly event: string } | null;
  readonly vanished: { readonly on: string; readonly event: string } | null;
  readonly milestones: readonly {
    readonly milestone: string;
    readonly on: string;
    readonly amount: string | null;
    /** Of the amount, where the deal has been told in another currency since. */
    readonly currency?: string | undefined;
    readonly event: string;
  }[];
  readonly splits: readonly SplitEntry[];
}

/** What was posted for a participant in a period. */
export interface PostedEntry {
  readonly kind: 'posted';
  readonly asOf: string;
  /** Which freeze of the period; 1 if left out. */
  readonly freeze?: number | undefined;
  readonly digest: string;
  readonly statement: Statement;
  readonly event: string;
}

type EarningLine = Extract<StatementLine, { readonly kind: 'earning' }>;

/** A line of a frozen statement as later ones read it: why something was earned is most of its length, and moves nothing any more. */
export type PostedLine = Omit<EarningLine, 'trace'> | Exclude<StatementLine, EarningLine>;

/** A statement without why its lines were earned, and without how far the person came. */
export type StatementAmounts = Omit<Statement, 'lines' | 'attainment'> & { readonly lines: readonly PostedLine[] };

/** What was posted, as later statements read it. */
export interface Posted extends Omit<PostedEntry, 'statement'> {
  readonly statement: StatementAmounts;
}

/** Entries that are about one person and nobody else. */
export interface Own {
  readonly participant: ParticipantEntry;
  /** The participant's quotas, by `<metric>.<year>`. */
  readonly quotas: ReadonlyMap<string, QuotaEntry>;
  /** Decisions about the participant's pay, by name; left out where nobody decided anything. */
  readonly exceptions?: ReadonlyMap<string, ExceptionEntry> | undefined;
}

/** Everything that one participant's statements depend on, as of a position. */
export interface Book extends Own {
  readonly calendar: CalendarEntry;
  readonly metrics: ReadonlyMap<string, MetricEntry>;
  readonly plans: ReadonlyMap<string, PlanEntry>;
  /** Crediting rules; where there are any, everybody is a colleague. */
  readonly crediting: ReadonlyMap<string, CreditingEntry>;
  /** What may be recovered out of pay, by where people work. */
  readonly jurisdictions?: ReadonlyMap<string, JurisdictionEntry>;
  /** How corrections are posted; left out where nobody said. */
  readonly corrections?: CorrectionsEntry | undefined;
  /** By `<base><quote>`. */
  readonly rates: ReadonlyMap<string, RatesEntry>;
  readonly periods: ReadonlyMap<string, PeriodEntry>;
  /** Deals that credit, or ever credited, the participant or a colleague, by deal key. */
  readonly deals: ReadonlyMap<string, DealEntry>;
  /**
   * Everybody whom the participant's plans look at, the participant too, by id (`reachOf`); empty where they look at nobody else.
   * `bookOf` is the same book as one of them sees it.
   */
  readonly colleagues: ReadonlyMap<string, Own>;
}

/** One entry that changed, at one position, by one event. `entry` is the whole of it after the change. */
export interface Change {
  readonly position: bigint;
  readonly event: string;
  readonly entry: DefinitionEntry | DealEntry;
}

/**
 * A book with its recent past: `base` is the book as of the last freeze, `changes` are those recorded since, in order. Corrections
 * are attributed by adding the changes one at a time (domain.md §6).
 */
export interface History {
  readonly base: Book;
  readonly changes: readonly Change[];
  /** The present book as it was a little earlier: what is alike in both is not calculated again. */
  readonly near?: Book | undefined;
  /** The participant's frozen statements, oldest first. */
  readonly posted: readonly Posted[];
  /** Queries of the participant that were resolved by an event, by that event; left out where there are none. */
  readonly queries?: ReadonlyMap<string, readonly ResolvedQuery[]> | undefined;
}

/** A query, as lines that rest on what resolved it name it. */
export interface ResolvedQuery {
  readonly query: string;
  readonly openedBy: string;
  readonly resolvedBy: string;
  /** Event of the resolution. */
  readonly event: string;
}
