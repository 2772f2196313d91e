import { versionOn } from '@ledger/calculation';
import { definitionText, type Writable } from '@ledger/connectors';
import { CLOSE_CALENDAR, hidden } from '@ledger/decisions';
import { type MetricDocument, type RecordedEvent, streamOf } from '@ledger/events';
import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import { resolveAsOf } from './as-of.ts';
import { type ChangedField, changedFields } from './changed-fields.ts';
import { type DefinedKind, type DefinitionSeen, definitionSeen } from './definitions-seen.ts';
import { metricEntries } from './entries.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { type LetterChange, type LetterSection, letterChanges, metricSection, planLetter } from './letter/index.ts';
import { checkIds } from './names.ts';
import { reachOf } from './reach.ts';
import type { AsOf } from './statements.ts';

/** A version of a definition as people read it, and in what it differs from another one. */
export interface DefinitionInWords {
  readonly asOf: string;
  readonly kind: DefinedKind;
  readonly name: string;
  /** `null`: it has no versions, and this is what it says now. */
  readonly version: number | null;
  /** The days on which the version applies; `null` where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Somebody has asked for it, and it has not been approved. */
  readonly isProposed: boolean;
  /** The version that it is compared with; `null`: there is none before it. */
  readonly against: number | null;
  /** As a definition file says it; `null` for whoever may not know what it says. */
  readonly text: string | null;
  /** Plans and metrics in sentences; none of others. */
  readonly sections: readonly LetterSection[];
  /** The difference in those sentences. */
  readonly changes: readonly LetterChange[];
  /** The difference by field. */
  readonly fields: readonly ChangedField[];
}

type Versioned = Extract<DefinitionSeen, { readonly versions: unknown }>;
type Document = NonNullable<Versioned['versions'][number]['document']>;
interface Version {
  readonly version: number;
  readonly from: string;
  readonly to: string | null;
  readonly event: string;
  readonly document: Document | null;
  readonly isProposed?: true;
}
type Known = Version & { readonly document: Document };

type Ask = AsOf & {
  readonly kind: DefinedKind;
  readonly name: string;
  readonly version?: number | undefined;
  readonly against?: number | undefined;
};

/**
 * One definition in words, if this person may see it: a version of it, the newest if none is named, beside another, the one before.
 * Whoever sees all definitions also sees what somebody has proposed, beside the newest version that there is.
 */
export async function definitionInWords(ledger: Ledger, actor: Acting, ask: Ask): Promise<DefinitionInWords | Problem> {
  const seen = await definitionSeen(ledger, actor, ask);
  if (isProblem(seen) && seen.code !== 'not_found') return seen;
  const definition = isProblem(seen) ? undefined : seen.definition;
  const { kind, name } = ask;
  const asOf = isProblem(seen) ? await resolveAsOf(ledger, ask.asOf) : BigInt(seen.asOf);
  if (isProblem(asOf)) return asOf;
  const nothing = { from: null, to: null, isProposed: false, version: null, against: null };
  const answer = { asOf: String(asOf), kind, name, ...nothing, sections: [], changes: [], fields: [] };
  if (definition !== undefined && !('versions' in definition))
    return { ...answer, text: await textNow(ledger, definition) };
  const stream = streamNamed(ask);
  const defined: readonly Version[] = definition?.versions ?? [];
  const events = stream === undefined ? [] : await eventsUpTo(ledger, stream, asOf);
  const versions = [...defined, ...(await proposedIn(ledger, actor, { events, defined }))];
  const version = ask.version === undefined ? (defined.at(-1) ?? versions.at(-1)) : numbered(versions, ask.version);
  if (version === undefined) return isProblem(seen) ? seen : hidden(kind, `${name}@${ask.version}`);
  const before = ask.against === undefined ? beforeIn(defined, version) : numbered(versions, ask.against);
  if (before === undefined && ask.against !== undefined) return hidden(kind, `${name}@${ask.against}`);
  const { from, to, isProposed = false } = version;
  const said = { ...answer, from, to, isProposed, version: version.version, against: before?.version ?? null };
  if (!isKnown(version)) return { ...said, text: null };
  const metrics = await metricsAt(ledger, asOf);
  const sections = inSentences(version, metrics);
  const isCompared = before !== undefined && isKnown(before);
  return {
    ...said,
    text: textOf(events, version),
    sections,
    changes: isCompared ? letterChanges(inSentences(before, metrics), sections) : [],
    fields: isCompared ? changedFields(saidBy(before), saidBy(version)) : [],
  };
}

function numbered(versions: readonly Version[], version: number): Version | undefined {
  return versions.find((each) => each.version === version);
}

/** What it takes the place of: the one before it, and of what is proposed the newest one. */
function beforeIn(defined: readonly Version[], { version }: Version): Version | undefined {
  return defined.findLast((each) => each.version < version);
}

function isKnown(version: Version): version is Known {
  return version.document !== null;
}

function saidBy({ document, from, to }: Known): object {
  return { from, to, ...document };
}

async function eventsUpTo(ledger: Ledger, stream: string, asOf: bigint): Promise<readonly RecordedEvent[]> {
  return (await eventsOf(ledger, stream)).filter(({ position }) => position <= asOf);
}

/** Versions that somebody has asked for and that are not there, for whoever sees all of what rules. */
async function proposedIn(
  ledger: Ledger,
  actor: Acting,
  { events, defined }: { readonly events: readonly RecordedEvent[]; readonly defined: readonly Version[] },
): Promise<readonly Version[]> {
  const reach = await reachOf(ledger, actor, 'plans');
  if (reach.kind !== 'all') return [];
  return events.flatMap(({ id, event }): readonly Version[] => {
    switch (event.type) {
      case 'MetricProposed':
      case 'PlanProposed':
      case 'CreditingProposed':
      case 'JurisdictionProposed': {
        const { version, document, effectiveFrom: from, effectiveTo: to } = event.data;
        const isDefined = numbered(defined, version) !== undefined;
        return isDefined ? [] : [{ version, document, from, to, event: id, isProposed: true }];
      }
      default:
        return [];
    }
  });
}

type Metrics = (on: string) => (id: string) => MetricDocument | undefined;

/** The metrics as they were on the day of a version; those that came later as they are now. */
async function metricsAt(ledger: Ledger, asOf: bigint): Promise<Metrics> {
  const known = new Map((await metricEntries(ledger, asOf)).map((entry) => [entry.metric, entry]));
  return (on) => (id) => {
    const entry = known.get(id);
    return (entry && (versionOn(entry, on) ?? entry.versions.at(-1)))?.document;
  };
}

function inSentences({ document, from }: Known, metrics: Metrics): readonly LetterSection[] {
  if ('components' in document) return planLetter(document, metrics(from));
  return 'metric' in document ? [metricSection(document)] : [];
}

function textOf(events: readonly RecordedEvent[], { version, event, from, to, document }: Known): string | null {
  const why = { from, to, ...whyIn(events, event) };
  if ('components' in document) {
    return definitionText({ kind: 'plan', document, ...why, cases: casesIn(events, version) });
  }
  if ('metric' in document) return definitionText({ kind: 'metric', document, ...why });
  if ('crediting' in document) return definitionText({ kind: 'crediting', document, ...why });
  return definitionText({ kind: 'jurisdiction', document, ...why });
}

/** The worked cases that a version was proposed with. */
function casesIn(events: readonly RecordedEvent[], version: number) {
  return events.flatMap(({ event }) =>
    event.type === 'PlanProposed' && event.data.version === version ? (event.data.cases ?? []) : [],
  );
}

/** `undefined`: the kind has no versions. */
function streamNamed({ kind, name }: Pick<Ask, 'kind' | 'name'>): string | undefined {
  // What cannot be an id names no stream.
  if (checkIds({ [kind]: name }) !== undefined) return undefined;
  switch (kind) {
    case 'metric':
      return streamOf.metric(name);
    case 'plan':
      return streamOf.plan(name);
    case 'crediting':
      return streamOf.crediting(name);
    case 'jurisdiction':
      return streamOf.jurisdiction(name);
    default:
      return undefined;
  }
}

/** What has no versions, as a file would say what it says now. */
async function textNow(
  ledger: Ledger,
  definition: Exclude<DefinitionSeen, { readonly versions: unknown }>,
): Promise<string | null> {
  const written = await writableNow(ledger, definition);
  return written === null ? null : definitionText(written);
}

async function writableNow(
  ledger: Ledger,
  definition: Exclude<DefinitionSeen, { readonly versions: unknown }>,
): Promise<Writable | null> {
  switch (definition.kind) {
    case 'rates': {
      const { base, quote, rates } = definition;
      return { kind: 'rates', rates: rates.map(({ on, rate, source }) => ({ base, quote, on, rate, source })) };
    }
    case 'calendar': {
      const { cadence, firstPeriod, timeZone, currency, holidays, event } = definition;
      const { reason } = await whyOf(ledger, streamOf.policy(CLOSE_CALENDAR), event);
      return { kind: 'calendar', cadence, firstPeriod, timeZone, currency, holidays, reason };
    }
    case 'corrections': {
      const newest = definition.policies.at(-1);
      if (newest === undefined) return null;
      const { policy, waiveUnder, from, reason } = newest;
      return { kind: 'corrections', policy, waiveUnder, from, reason };
    }
    case 'quota': {
      const { participant, metric, year } = definition;
      if (definition.quota === null) return null;
      const { event, approvedBy: _approved, reason: _why, ...quota } = definition.quota;
      const why = await whyOf(ledger, streamOf.quota(participant, metric, year), event);
      return { kind: 'quotas', participant, metric, year, quota, ...why };
    }
    default:
      return definition satisfies never;
  }
}

/** Why an event came to be, as it says itself. */
function whyIn(events: readonly RecordedEvent[], id: string) {
  const found = events.find((each) => each.id === id)?.event.data;
  const reason = found !== undefined && 'reason' in found && typeof found.reason === 'string' ? found.reason : '';
  const evidence = found !== undefined && 'evidence' in found && Array.isArray(found.evidence) ? found.evidence : [];
  return { reason, evidence };
}

async function whyOf(ledger: Ledger, stream: string, id: string) {
  return whyIn(await eventsOf(ledger, stream), id);
}
