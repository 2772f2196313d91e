import type {
  ApprovalDocument,
  CorrectionPolicy,
  CreditingDocument,
  JurisdictionDocument,
  MetricDocument,
  PlanDocument,
  QuotaAmounts,
} from '@ledger/events';
import type { z } from 'zod';
import { approvalDocumentOf } from './approvals.ts';
import { check } from './checks.ts';
import { creditingDocumentOf } from './crediting.ts';
import { type ExceptionDefinition, exceptionOf } from './exception.ts';
import { explain, unknownField } from './explain.ts';
import { jurisdictionDocumentOf } from './jurisdiction.ts';
import { itemsAt, type Node, offsetOf, plain } from './node.ts';
import { filePathOf, planDocumentOf } from './plan.ts';
import { type QueriesDefinition, queriesOf } from './queries.ts';
import { quotaTermsOf } from './quota-schema.ts';
import { type DefinitionKind, definitionSchemas } from './schema.ts';
import { type FileProblem, openSource, type Source } from './source.ts';
import { isProblems, readYaml } from './yaml.ts';

/** Where a definition was written: for what is found wrong with it later. Lines count from 1. */
interface Written {
  readonly file: string;
  readonly line: number;
}
/** Where a field of the document was written, or would be; `field` as problems name it, `/components/new/cap`. From 1. */
export type PlaceOf = (field: string) => { readonly line: number; readonly column: number };
interface Proposed {
  readonly placeOf: PlaceOf;
  /** Applies over [from, to); `to` is `null` where there is no end. */
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly evidence: readonly string[];
}

export interface MetricDefinition extends Proposed {
  readonly kind: 'metric';
  readonly written: Written;
  readonly document: MetricDocument;
}
export interface PlanDefinition extends Proposed {
  readonly kind: 'plan';
  readonly written: Written;
  readonly document: PlanDocument;
  /** Worked cases as they stand in the file; `null` where the plan carries none. */
  readonly cases: CaseNodes | null;
}
/** Cases that nobody has read yet. */
export interface CaseNodes {
  readonly nodes: readonly Node[];
  readonly source: Source;
}
export interface CreditingDefinition extends Proposed {
  readonly kind: 'crediting';
  readonly written: Written;
  readonly document: CreditingDocument;
}
interface JurisdictionDefinition extends Proposed {
  readonly kind: 'jurisdiction';
  readonly written: Written;
  readonly document: JurisdictionDocument;
}
export interface ApprovalsDefinition extends Proposed {
  readonly kind: 'approvals';
  readonly written: Written;
  readonly document: ApprovalDocument;
}
export interface PeopleDefinition {
  readonly kind: 'participants';
  readonly written: Written;
  readonly participants: readonly ParticipantEntry[];
}
export interface ParticipantEntry {
  readonly participant: string;
  /** Name and e-mail are for the directory; no event may hold them (domain.md §9). */
  readonly name: string | null;
  readonly email: string | null;
  readonly startsOn: string;
  readonly currency: string;
  readonly manager: string | null;
  readonly jobTitle: string | null;
  readonly plans: readonly {
    readonly plan: string;
    readonly from: string;
    readonly to: string | null;
    /** `null` where the file gives none. */
    readonly reason: string | null;
  }[];
}
export interface QuotasDefinition {
  readonly kind: 'quotas';
  readonly written: Written;
  readonly placeOf: PlaceOf;
  readonly quotas: readonly QuotaEntry[];
  /** What they are to be together in the year, and within which shares of it. */
  readonly total?: { readonly amount: string; readonly atLeast: string; readonly atMost: string };
}
export interface QuotaEntry {
  readonly participant: string;
  readonly metric: string;
  readonly year: number;
  readonly quota: QuotaAmounts;
  /** `null` where the file gives none. */
  readonly reason: string | null;
  readonly evidence: readonly string[];
}
export interface RatesDefinition {
  readonly kind: 'rates';
  readonly written: Written;
  readonly rates: readonly RateEntry[];
}
export interface RateEntry {
  readonly base: string;
  readonly quote: string;
  readonly on: string;
  readonly rate: string;
  readonly source: string;
}
export interface CalendarDefinition {
  readonly kind: 'calendar';
  readonly written: Written;
  readonly cadence: 'month' | 'quarter';
  readonly firstPeriod: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly holidays?: string[];
  readonly reason: string;
}
export interface CorrectionsDefinition {
  readonly kind: 'corrections';
  readonly written: Written;
  readonly policy: Exclude<CorrectionPolicy, { by: 'waive' }>;
  readonly waiveUnder?: Record<string, string>;
  readonly from: string;
  readonly reason: string;
}
export type Definition =
  | MetricDefinition
  | PlanDefinition
  | CreditingDefinition
  | JurisdictionDefinition
  | ApprovalsDefinition
  | PeopleDefinition
  | QuotasDefinition
  | RatesDefinition
  | CalendarDefinition
  | QueriesDefinition
  | CorrectionsDefinition
  | ExceptionDefinition;

export type ReadDefinitions =
  | { readonly ok: true; readonly documents: readonly Definition[] }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

const MOST_PROBLEMS = 100;

/**
 * Reads a file of definitions, YAML or (named `.json`) JSON. Everything that is wrong comes back at once, in the order of the file,
 * up to 100 problems; nothing is read from a file in which anything is wrong. Whether expressions compile and whether ids exist is
 * for others to say: this knows the file alone.
 */
export function readDefinitions(bytes: Uint8Array, name: string): ReadDefinitions {
  const source = openSource(bytes, name);
  if ('code' in source) return { ok: false, problems: [source] };
  const nodes = readYaml(source);
  if (isProblems(nodes)) return { ok: false, problems: nodes };
  if (nodes.length === 0) {
    const says = `holds no definition; begin one with ${KINDS.map((kind) => `${kind}:`).join(', ')}.`;
    return { ok: false, problems: [source.problem('document_invalid', 0, [], says)] };
  }
  const documents: Definition[] = [];
  const problems: FileProblem[] = [];
  for (const node of nodes) {
    const result = readDocument(node, source);
    if (Array.isArray(result)) problems.push(...result);
    else documents.push(result);
  }
  if (problems.length === 0) return { ok: true, documents };
  const inOrder = problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { ok: false, problems: inOrder.slice(0, MOST_PROBLEMS) };
}

const KINDS = Object.keys(definitionSchemas) as readonly DefinitionKind[];
/** `metric` stands beside `quotas`, too; the lists come first. */
const BY_PRECEDENCE: readonly DefinitionKind[] = [
  'exception',
  'participants',
  'quotas',
  'rates',
  'calendar',
  'queries',
  'corrections',
  'plan',
  'crediting',
  'jurisdiction',
  'approvals',
  'metric',
];

/** One document, whatever it defines; for readers of files that hold definitions among other things. */
export function readDocument(node: Node, source: Source): Definition | FileProblem[] {
  if (node.kind !== 'fields') {
    const says = `must be fields with their names, beginning with ${KINDS.map((kind) => `${kind}:`).join(', ')}.`;
    return [source.problem('document_invalid', node.at, [], says)];
  }
  const written = { file: source.name, line: source.lineOf(node.at) };
  const placeOf: PlaceOf = (field) => source.placeOf(offsetOf(node, filePathOf(field)));
  const kind = BY_PRECEDENCE.find((each) => node.fields.has(each));
  switch (kind) {
    case 'metric':
      return read(kind, definitionSchemas[kind], node, source, (file) => toMetric(file, written, placeOf));
    case 'plan':
      return read(kind, definitionSchemas[kind], node, source, (file) =>
        toPlan(file, written, placeOf, casesIn(node, source)),
      );
    case 'crediting':
      return read(kind, definitionSchemas[kind], node, source, (file) => toCrediting(file, written, placeOf));
    case 'jurisdiction':
      return read(kind, definitionSchemas[kind], node, source, (file) => toJurisdiction(file, written, placeOf));
    case 'approvals':
      return read(kind, definitionSchemas[kind], node, source, (file) => toApprovals(file, written, placeOf));
    case 'participants':
      return read(kind, definitionSchemas[kind], node, source, (file) => toPeople(file, written));
    case 'quotas':
      return read(kind, definitionSchemas[kind], node, source, (file) => toQuotas(file, written, placeOf));
    case 'rates':
      return read(kind, definitionSchemas[kind], node, source, (file) => toRates(file, written));
    case 'calendar':
      return read(kind, definitionSchemas[kind], node, source, (file) => toCalendar(file, written));
    case 'queries':
      return read(kind, definitionSchemas[kind], node, source, (file) => queriesOf(file, written));
    case 'corrections':
      return read(kind, definitionSchemas[kind], node, source, (file) => toCorrections(file, written));
    case 'exception':
      return read(kind, definitionSchemas[kind], node, source, (file) => exceptionOf(file, { written, placeOf }));
    case undefined: {
      const [first = ''] = node.fields.keys();
      return [source.problem('document_invalid', node.at, [], unknownField(first, KINDS))];
    }
    default:
      return kind satisfies never;
  }
}

function read<S extends z.ZodType>(
  kind: DefinitionKind,
  schema: S,
  node: Node,
  source: Source,
  convert: (file: z.output<S>) => Definition,
): Definition | FileProblem[] {
  const parsed = schema.safeParse(plain(node));
  const issues = parsed.success ? [] : onePerPlace(parsed.error.issues).slice(0, MOST_PROBLEMS);
  const problems = [...issues.flatMap((issue) => explain(issue, schema, node, source)), ...check(kind, node, source)];
  return parsed.success && problems.length === 0 ? convert(parsed.data) : problems;
}

/** A text that breaks two rules is reported by the first: mending it mends the other, or shows it next. */
export function onePerPlace(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const seen = new Set<string>();
  return issues.filter((issue) => {
    const place = `${issue.code === 'unrecognized_keys' ? 'key' : 'value'} ${issue.path.join('\n')}`;
    return !seen.has(place) && seen.add(place);
  });
}

type File<K extends DefinitionKind> = z.infer<(typeof definitionSchemas)[K]>;

function toMetric(file: File<'metric'>, written: Written, placeOf: PlaceOf): MetricDefinition {
  const { from, to, reason, evidence, ...document } = file;
  return { kind: 'metric', written, placeOf, document, from, to: to ?? null, reason, evidence };
}

function casesIn(node: Node, source: Source): CaseNodes | null {
  const nodes = itemsAt(node, 'cases');
  return nodes.length === 0 ? null : { nodes, source };
}

function toPlan(file: File<'plan'>, written: Written, placeOf: PlaceOf, cases: CaseNodes | null): PlanDefinition {
  const { from, to, reason, evidence } = file;
  const document = planDocumentOf(file);
  return { kind: 'plan', written, placeOf, document, cases, from, to: to ?? null, reason, evidence };
}

function toCrediting(file: File<'crediting'>, written: Written, placeOf: PlaceOf): CreditingDefinition {
  const { from, to, reason, evidence } = file;
  const document = creditingDocumentOf(file);
  return { kind: 'crediting', written, placeOf, document, from, to: to ?? null, reason, evidence };
}

function toJurisdiction(file: File<'jurisdiction'>, written: Written, placeOf: PlaceOf): JurisdictionDefinition {
  const { from, to, reason, evidence } = file;
  const document = jurisdictionDocumentOf(file);
  return { kind: 'jurisdiction', written, placeOf, document, from, to: to ?? null, reason, evidence };
}

function toApprovals(file: File<'approvals'>, written: Written, placeOf: PlaceOf): ApprovalsDefinition {
  const { from, to, reason, evidence } = file;
  const document = approvalDocumentOf(file);
  return { kind: 'approvals', written, placeOf, document, from, to: to ?? null, reason, evidence };
}

function toCorrections(
  { corrections: { policy: by, over, 'waive-under': waiveUnder, from, reason } }: File<'corrections'>,
  written: Written,
): CorrectionsDefinition {
  const policy = by === 'spread' ? { by, over: Number(over) } : { by };
  return { kind: 'corrections', written, policy, ...(waiveUnder === undefined ? {} : { waiveUnder }), from, reason };
}

function toPeople(file: File<'participants'>, written: Written): PeopleDefinition {
  const participants = file.participants.map((person) => ({
    participant: person.id,
    name: person.name ?? null,
    email: person.email ?? null,
    startsOn: person.starts,
    currency: person.currency,
    manager: person.manager ?? null,
    jobTitle: person.title ?? null,
    plans: person.plans.map(({ plan, from, to, reason }) => ({
      plan,
      from,
      to: to ?? null,
      reason: reason ?? file.reason ?? null,
    })),
  }));
  return { kind: 'participants', written, participants };
}

function toQuotas(file: File<'quotas'>, written: Written, placeOf: PlaceOf): QuotasDefinition {
  const quotas = file.quotas.map((quota) => ({
    participant: quota.participant,
    // `check` has seen that each is in one of the two places.
    metric: quota.metric ?? file.metric ?? '',
    year: Number(quota.year ?? file.year),
    quota: {
      per: quota.per ?? file.per ?? 'year',
      amounts: quota.amounts ?? (quota.amount === undefined ? [] : [quota.amount]),
      currency: quota.currency ?? file.currency ?? null,
      ...quotaTermsOf({ ...file, ...quota }),
    },
    reason: quota.reason ?? file.reason ?? null,
    evidence: quota.evidence ?? file.evidence ?? [],
  }));
  const { total } = file;
  if (total === undefined) return { kind: 'quotas', written, placeOf, quotas };
  const { amount, 'at-least': atLeast, 'at-most': atMost } = total;
  return { kind: 'quotas', written, placeOf, quotas, total: { amount, atLeast, atMost } };
}

function toRates(file: File<'rates'>, written: Written): RatesDefinition {
  const rates = file.rates.map(({ pair, on, rate, source }) => ({
    base: pair.slice(0, 3),
    quote: pair.slice(4),
    on,
    rate,
    source: source ?? file.source ?? '',
  }));
  return { kind: 'rates', written, rates };
}

function toCalendar({ calendar }: File<'calendar'>, written: Written): CalendarDefinition {
  return {
    kind: 'calendar',
    written,
    cadence: calendar.cadence,
    firstPeriod: calendar['first-period'],
    timeZone: calendar['time-zone'],
    currency: calendar.currency,
    ...(calendar.holidays === undefined ? {} : { holidays: calendar.holidays }),
    reason: calendar.reason,
  };
}
