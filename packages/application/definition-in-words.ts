import { type MetricEntry, versionOn } from '@ledger/calculation';
import { definitionText, type Writable } from '@ledger/connectors';
import { CLOSE_CALENDAR, hidden } from '@ledger/decisions';
import { type LedgerEvent, type MetricDocument, streamOf } from '@ledger/events';
import { type Acting, isProblem, type Problem } from '@ledger/kernel';
import { definitionsView } from '@ledger/projections';
import { type ChangedField, changedFields } from './changed-fields.ts';
import { type DefinedKind, type DefinitionSeen, definitionSeen } from './definitions-seen.ts';
import { eventsOf } from './handle.ts';
import type { Ledger } from './ledger.ts';
import { type LetterChange, type LetterSection, letterChanges, metricSection, planLetter } from './letter/index.ts';
import type { AsOf } from './statements.ts';

/** A version of a definition as people read it, and in what it differs from another one. */
export interface DefinitionInWords {
  readonly asOf: string;
  readonly kind: DefinedKind;
  readonly name: string;
  /** `null`: it has no versions, and this is what it says now. */
  readonly version: number | null;
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
type Version = Versioned['versions'][number];
type Known = Version & { readonly document: NonNullable<Version['document']> };

/** One definition in words, if this person may see it: a version of it, the newest if none is named, beside another, the one before. */
export async function definitionInWords(
  ledger: Ledger,
  actor: Acting,
  ask: AsOf & {
    readonly kind: DefinedKind;
    readonly name: string;
    readonly version?: number | undefined;
    readonly against?: number | undefined;
  },
): Promise<DefinitionInWords | Problem> {
  const seen = await definitionSeen(ledger, actor, ask);
  if (isProblem(seen)) return seen;
  const { asOf, kind, name, definition } = seen;
  const nothing = { asOf, kind, name, version: null, against: null, sections: [], changes: [], fields: [] };
  if (!('versions' in definition)) return { ...nothing, text: await textNow(ledger, definition) };
  const versions: readonly Version[] = definition.versions;
  const at = ask.version === undefined ? versions.length - 1 : indexOf(versions, ask.version);
  const before = ask.against === undefined ? versions[at - 1] : versions[indexOf(versions, ask.against)];
  const version = versions[at];
  const missing = version === undefined ? ask.version : before === undefined ? ask.against : undefined;
  if (version === undefined || missing !== undefined) return hidden(kind, `${name}@${missing}`);
  const numbers = { version: version.version, against: before?.version ?? null };
  if (!isKnown(version)) return { ...nothing, ...numbers, text: null };
  const metrics = await metricsAt(ledger, BigInt(asOf));
  const sections = inSentences(version, metrics);
  const isCompared = before !== undefined && isKnown(before);
  return {
    ...nothing,
    ...numbers,
    text: await textOf(ledger, definition, version),
    sections,
    changes: isCompared ? letterChanges(inSentences(before, metrics), sections) : [],
    fields: isCompared ? changedFields(said(before), said(version)) : [],
  };
}

function indexOf(versions: readonly Version[], version: number): number {
  return versions.findIndex((each) => each.version === version);
}

function isKnown(version: Version): version is Known {
  return version.document !== null;
}

function said({ document, from, to }: Known): object {
  return { from, to, ...document };
}

type Metrics = (on: string) => (id: string) => MetricDocument | undefined;

/** The metrics as they were on the day of a version; those that came later as they are now. */
async function metricsAt({ views }: Ledger, asOf: bigint): Promise<Metrics> {
  const rows = await views.list(definitionsView, 'metric/', asOf);
  const known = new Map(rows.map(({ row }) => JSON.parse(row) as MetricEntry).map((entry) => [entry.metric, entry]));
  return (on) => (id) => {
    const entry = known.get(id);
    return (entry && (versionOn(entry, on) ?? entry.versions.at(-1)))?.document;
  };
}

function inSentences({ document, from }: Known, metrics: Metrics): readonly LetterSection[] {
  if ('components' in document) return planLetter(document, metrics(from));
  return 'metric' in document ? [metricSection(document)] : [];
}

async function textOf(ledger: Ledger, definition: Versioned, { version, event, from, to, document }: Known) {
  const events = (await eventsOf(ledger, streamFor(definition))).map((each) => each.event);
  const { reason, evidence } = await whyOf(ledger, streamFor(definition), event);
  const why = { from, to, reason, evidence };
  if ('components' in document)
    return definitionText({ kind: 'plan', document, ...why, cases: casesIn(events, version) });
  if ('metric' in document) return definitionText({ kind: 'metric', document, ...why });
  if ('crediting' in document) return definitionText({ kind: 'crediting', document, ...why });
  return definitionText({ kind: 'jurisdiction', document, ...why });
}

/** The worked cases that a version was proposed with. */
function casesIn(events: readonly LedgerEvent[], version: number) {
  return events.flatMap((event) =>
    event.type === 'PlanProposed' && event.data.version === version ? (event.data.cases ?? []) : [],
  );
}

function streamFor(definition: Versioned): string {
  switch (definition.kind) {
    case 'metric':
      return streamOf.metric(definition.metric);
    case 'plan':
      return streamOf.plan(definition.plan);
    case 'crediting':
      return streamOf.crediting(definition.crediting);
    case 'jurisdiction':
      return streamOf.jurisdiction(definition.jurisdiction);
    default:
      return definition satisfies never;
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
      const { event, approvedBy: _, ...quota } = definition.quota;
      const why = await whyOf(ledger, streamOf.quota(participant, metric, year), event);
      return { kind: 'quotas', participant, metric, year, quota, ...why };
    }
    default:
      return definition satisfies never;
  }
}

/** Why an event came to be, as it says itself. */
async function whyOf(ledger: Ledger, stream: string, id: string) {
  const found = (await eventsOf(ledger, stream)).find((each) => each.id === id)?.event.data;
  const reason = found !== undefined && 'reason' in found && typeof found.reason === 'string' ? found.reason : '';
  const evidence = found !== undefined && 'evidence' in found && Array.isArray(found.evidence) ? found.evidence : [];
  return { reason, evidence };
}
