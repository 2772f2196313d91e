import {
  type CalendarEntry,
  type CorrectionsEntry,
  type CreditingEntry,
  type JurisdictionEntry,
  type MetricEntry,
  metricsNamed,
  type PlanEntry,
  type QuotaEntry,
  type RatesEntry,
  type Versioned,
  versionOn,
} from '@ledger/calculation';
import { CLOSE_CALENDAR, CORRECTION_POLICY, hidden, type Resource } from '@ledger/decisions';
import { decode, streamOf } from '@ledger/events';
import { type Acting, isProblem, type Problem, type Stored } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { correctionsHistory, type DefinitionChange, historyOf, ratesHistory } from './definition-history.ts';
import { exceptionEntries, participantEntry, planEntry, quotaEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { quotaInWords } from './letter/index.ts';
import { dayAsked, momentAsked } from './moment.ts';
import { cut, type Paging, pageOf } from './pages.ts';
import { type Reach, reachOf } from './reach.ts';
import { SHOWN } from './show.ts';
import type { AsOf } from './statements.ts';

/** Definitions, and which resource each kind of them is: people and periods are asked for elsewhere. */
export const DEFINED = {
  calendar: 'calendar',
  corrections: 'plans',
  metric: 'plans',
  plan: 'plans',
  crediting: 'plans',
  jurisdiction: 'plans',
  quota: 'quotas',
  rates: 'calendar',
} as const satisfies Readonly<Record<string, Resource>>;
export type DefinedKind = keyof typeof DEFINED;
export const DEFINED_KINDS = Object.keys(DEFINED) as readonly DefinedKind[];

/** A version with its title; `document` is `null` for whoever may know that it is there and not what it says. */
export type VersionSeen<Document> = Omit<Versioned<Document>, 'document'> & {
  readonly title: string;
  readonly requestedBy: string;
  /** When it was recorded that it holds. */
  readonly recordedAt: string;
  readonly document: Document | null;
};
type Seen<Entry> = Entry extends { readonly versions: readonly Versioned<infer Document>[] }
  ? Omit<Entry, 'versions'> & { readonly versions: readonly VersionSeen<Document>[] }
  : Entry;
type Entry =
  | CalendarEntry
  | CorrectionsEntry
  | MetricEntry
  | PlanEntry
  | CreditingEntry
  | JurisdictionEntry
  | QuotaEntry
  | RatesEntry;
export type DefinitionSeen = Seen<Entry>;

export interface DefinitionSummary {
  readonly kind: DefinedKind;
  readonly name: string;
  /** Of the newest version; `null` for what has no title. */
  readonly title: string | null;
  /** Version that applies on the day; `null`: none does, or it has no versions. */
  readonly inForce: number | null;
  readonly versions: number;
  readonly retiredFrom: string | null;
  /** What has no versions, in a few words. */
  readonly says: string | null;
}

export interface DefinitionsPage {
  readonly asOf: string;
  readonly on: string;
  readonly definitions: readonly DefinitionSummary[];
  readonly next: string | null;
}

/** The definitions that somebody may see, by kind and name, as of a position; what applies is asked of a day. */
export async function definitionsSeen(
  ledger: Ledger,
  actor: Acting,
  ask: Paging & {
    readonly kind?: DefinedKind | undefined;
    readonly on?: string | undefined;
    /** Only quotas of this person. */
    readonly participant?: string | undefined;
    /** Part of the name or the title, in any case. */
    readonly text?: string | undefined;
  },
): Promise<DefinitionsPage | Problem> {
  const paged = await pageOf(ledger, ask);
  if (isProblem(paged)) return paged;
  const on = await dayAsked(ledger, { on: ask.on, asOf: paged.asked }, paged.asOf);
  if (isProblem(on)) return on;
  const reaches = await reachesOf(ledger, actor);
  const kinds = ask.kind === undefined ? DEFINED_KINDS : [ask.kind];
  const refused = kinds.map((kind) => reaches[kind]).filter((reach) => reach.kind === 'none');
  const [first] = refused;
  if (first?.kind === 'none' && refused.length === kinds.length) return first.problem;
  const summaries: DefinitionSummary[] = [];
  for (const kind of kinds) {
    const reach = reaches[kind];
    const rows = reach.kind === 'none' ? [] : await rowsOf(ledger, kind, paged.asOf);
    const isSeen = await seenBy(ledger, reach, paged.asOf);
    for (const { name, entry } of rows) {
      if (!isSeen(entry)) continue;
      if (ask.participant !== undefined && !(entry.kind === 'quota' && entry.participant === ask.participant)) continue;
      const summary = summaryOf(kind, name, entry, on);
      if (isLike(summary, ask.text)) summaries.push(summary);
    }
  }
  const placeOf = ({ kind, name }: DefinitionSummary) => `${kind}/${name}`;
  const sorted = summaries.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const { page, next } = cut(sorted, placeOf, paged);
  return { asOf: String(paged.asOf), on, definitions: page, next };
}

export interface DefinitionAnswer {
  readonly asOf: string;
  readonly on: string;
  readonly kind: DefinedKind;
  readonly name: string;
  readonly inForce: number | null;
  readonly definition: DefinitionSeen;
  /** The oldest first, of a quota, of rates, of the calendar and of how corrections are posted; what has versions tells it itself. */
  readonly history?: readonly DefinitionChange[] | undefined;
  /** Of the stream that it is defined by; left out for rates, which have one for each year. */
  readonly revision?: number | undefined;
}

/** One definition with its history, if this person may see it; otherwise as if it were not there. */
export async function definitionSeen(
  ledger: Ledger,
  actor: Acting,
  ask: AsOf & { readonly kind: DefinedKind; readonly name: string; readonly on?: string | undefined },
): Promise<DefinitionAnswer | Problem> {
  const { kind, name } = ask;
  const moment = await momentAsked(ledger, ask);
  if (isProblem(moment)) return moment;
  const { asOf, on } = moment;
  const reach = await reachOf(ledger, actor, DEFINED[kind]);
  if (reach.kind === 'none') return reach.problem;
  const key = keyOf(kind, name);
  const row = key === null ? undefined : await ledger.views.get(definitionsView, key, asOf);
  const entry = row === undefined ? undefined : (JSON.parse(row) as Entry);
  const isSeen = await seenBy(ledger, reach, asOf);
  if (entry === undefined || !isSeen(entry)) return hidden(kind, name);
  const { inForce } = summaryOf(kind, name, entry, on);
  const stream = streamFor(entry);
  const stored = stream === null ? [] : (await ledger.store.read(stream)).filter(({ position }) => position <= asOf);
  const revision = stream === null ? {} : { revision: stored.length };
  const history = await historyFor(ledger, entry, { key: key ?? '', stored, asOf });
  const seen = { definition: shown(entry, reach, stored), ...(history === null ? {} : { history }), ...revision };
  return { asOf: String(asOf), on, kind, name, inForce, ...seen };
}

/** `null` of what has versions, which tell it themselves. */
async function historyFor(
  ledger: Ledger,
  entry: Entry,
  { key, stored, asOf }: { readonly key: string; readonly stored: readonly Stored[]; readonly asOf: bigint },
): Promise<readonly DefinitionChange[] | null> {
  switch (entry.kind) {
    case 'corrections':
      return correctionsHistory(entry, stored);
    case 'rates':
      return ratesHistory(ledger, entry, asOf);
    case 'quota':
    case 'calendar':
      return historyOf(ledger, key, stored);
    default:
      return null;
  }
}

async function reachesOf(ledger: Ledger, actor: Acting): Promise<Readonly<Record<DefinedKind, Reach>>> {
  const [plans, quotas, calendar] = await Promise.all([
    reachOf(ledger, actor, 'plans'),
    reachOf(ledger, actor, 'quotas'),
    reachOf(ledger, actor, 'calendar'),
  ]);
  const of = { plans, quotas, calendar };
  return {
    calendar: of[DEFINED.calendar],
    corrections: of[DEFINED.corrections],
    metric: of[DEFINED.metric],
    plan: of[DEFINED.plan],
    crediting: of[DEFINED.crediting],
    jurisdiction: of[DEFINED.jurisdiction],
    quota: of[DEFINED.quota],
    rates: of[DEFINED.rates],
  };
}

async function rowsOf(
  ledger: Ledger,
  kind: DefinedKind,
  asOf: bigint,
): Promise<readonly { readonly name: string; readonly entry: Entry }[]> {
  const prefix = SHOWN[kind];
  const rows = await ledger.views.list(definitionsView, prefix, asOf);
  return rows.map(({ key, row }) => ({
    name: prefix.endsWith('/') ? key.slice(prefix.length) : key,
    entry: JSON.parse(row) as Entry,
  }));
}

/** `null`: nothing of the kind is called so. */
function keyOf(kind: DefinedKind, name: string): string | null {
  const prefix = SHOWN[kind];
  if (prefix.endsWith('/')) return prefix + name;
  return name === prefix ? prefix : null;
}

/** What of the definitions a reach holds: of people, the plans that were ever theirs with what those rest on, and what names them. */
async function seenBy(ledger: Ledger, reach: Reach, asOf: bigint): Promise<(entry: Entry) => boolean> {
  if (reach.kind !== 'people') return () => reach.kind !== 'none';
  const { ids } = reach;
  const named = await namedBy(ledger, ids, asOf);
  return (entry) => {
    switch (entry.kind) {
      case 'quota':
        return ids.has(entry.participant);
      case 'plan':
        return named.plans.has(entry.plan);
      case 'metric':
        return named.metrics.has(entry.metric);
      case 'jurisdiction':
        return named.jurisdictions.has(entry.jurisdiction);
      case 'crediting':
        return entry.versions.some(({ document: { rules, territories } }) =>
          [
            ...territories.map(({ owner }) => owner),
            ...rules.flatMap(({ credits }) => (credits.by === 'participant' ? [credits.participant] : [])),
          ].some((id) => ids.has(id)),
        );
      case 'calendar':
      case 'corrections':
      case 'rates':
        return true;
      default:
        return entry satisfies never;
    }
  };
}

async function namedBy(ledger: Ledger, ids: ReadonlySet<string>, asOf: bigint) {
  const [plans, metrics, jurisdictions] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const id of ids) {
    for (const { plan } of (await participantEntry(ledger, id, asOf))?.assignments ?? []) plans.add(plan);
    for (const { terms } of await exceptionEntries(ledger, id, asOf)) {
      if (terms.kind === 'jurisdiction') jurisdictions.add(terms.jurisdiction);
    }
    for (const { metric } of await quotaEntries(ledger, id, asOf)) metrics.add(metric);
  }
  for (const plan of plans) {
    const { versions = [] } = (await planEntry(ledger, plan, asOf)) ?? {};
    for (const { document } of versions) for (const metric of metricsNamed(document)) metrics.add(metric);
  }
  return { plans, metrics, jurisdictions };
}

function isLike({ name, title }: DefinitionSummary, text: string | undefined): boolean {
  return text === undefined || `${name}\n${title ?? ''}`.toLowerCase().includes(text.toLowerCase());
}

function summaryOf(kind: DefinedKind, name: string, entry: Entry, on: string): DefinitionSummary {
  if (!('versions' in entry)) {
    return { kind, name, title: null, inForce: null, versions: 0, retiredFrom: null, says: saysOf(entry, on) };
  }
  const { versions, retiredFrom } = entry;
  const last: { readonly document: { readonly title: string } } | undefined = versions.at(-1);
  const dated = { versions: versions as readonly Versioned<unknown>[], retiredFrom };
  const inForce = versionOn(dated, on)?.version ?? null;
  const title = last?.document.title ?? null;
  return { kind, name, title, inForce, versions: versions.length, retiredFrom, says: null };
}

/** What it says on a day, in a few words. */
function saysOf(entry: Exclude<Entry, { readonly versions: unknown }>, on: string): string | null {
  switch (entry.kind) {
    case 'quota':
      return quotaInWords(entry);
    case 'rates': {
      const { base, quote, rates } = entry;
      const rate = rates.findLast((each) => each.on <= on);
      return rate === undefined ? null : `1 ${base} = ${rate.rate} ${quote} from ${rate.on}`;
    }
    case 'calendar': {
      const { cadence, firstPeriod, timeZone, currency } = entry;
      return `by ${cadence} from ${firstPeriod}, ${timeZone}, ${currency}`;
    }
    case 'corrections': {
      const { policy, from } = entry.policies.findLast((each) => each.from <= on) ?? {};
      return policy === undefined ? null : `${policy.by} from ${from}`;
    }
    default:
      return entry satisfies never;
  }
}

/** Who asked for a version, and when the event that defined it was recorded. */
function saidBy(event: string, stored: readonly Stored[]) {
  const found = stored.find(({ id }) => id === event);
  if (found === undefined) throw new Error(`The log does not hold event ${event}.`);
  const { recordedAt, event: said } = decode(found);
  return { requestedBy: 'requestedBy' in said.data ? said.data.requestedBy : found.meta.actor.id, recordedAt };
}

function streamFor(entry: Entry): string | null {
  switch (entry.kind) {
    case 'metric':
      return streamOf.metric(entry.metric);
    case 'plan':
      return streamOf.plan(entry.plan);
    case 'crediting':
      return streamOf.crediting(entry.crediting);
    case 'jurisdiction':
      return streamOf.jurisdiction(entry.jurisdiction);
    case 'quota':
      return streamOf.quota(entry.participant, entry.metric, entry.year);
    case 'calendar':
      return streamOf.policy(CLOSE_CALENDAR);
    case 'corrections':
      return streamOf.policy(CORRECTION_POLICY);
    case 'rates':
      return null;
    default:
      return entry satisfies never;
  }
}

/** What a replay put in force, and why, is told to whoever sees all of it. */
function shown(entry: Entry, reach: Reach, stored: readonly Stored[]): DefinitionSeen {
  const isWhole = reach.kind !== 'redacted';
  const titled = <Document extends { readonly title: string }>(versions: readonly Versioned<Document>[]) =>
    versions.map(({ document, ...rest }): VersionSeen<Document> => {
      const { title } = document;
      return { ...rest, title, ...saidBy(rest.event, stored), document: isWhole ? document : null };
    });
  switch (entry.kind) {
    case 'metric':
      return { ...entry, versions: titled(entry.versions) };
    case 'plan':
      return { ...entry, versions: titled(entry.versions) };
    case 'crediting':
      return { ...entry, versions: titled(entry.versions) };
    case 'jurisdiction':
      return { ...entry, versions: titled(entry.versions) };
    case 'corrections':
      return reach.kind === 'all' ? entry : { ...entry, replays: [] };
    default:
      return entry;
  }
}
