import {
  amountInWords,
  type MetricEntry,
  type ParticipantEntry,
  type PlanEntry,
  type QuotaEntry,
  versionOn,
} from '@ledger/calculation';
import { hidden } from '@ledger/decisions';
import { isProblem, type Problem } from '@ledger/kernel';
import { exact } from '@ledger/money';
import { resolveAsOf } from '../as-of.ts';
import { metricEntries, participantEntry, planEntry, quotaEntries } from '../entries.ts';
import type { Ledger } from '../ledger.ts';
import { dayAt } from '../moment.ts';
import { type Reach, reaches } from '../reach.ts';
import type { AsOf } from '../statements.ts';
import { type LetterChange, type LetterSection, letterChanges, planLetter } from './letter.ts';

/** One version of a plan as its participant reads it. */
export interface VersionLetter {
  readonly version: number;
  readonly from: string;
  readonly to: string | null;
  readonly approvedBy: string;
  readonly reason: string;
  readonly isInForce: boolean;
  /** Whether the participant has said to have read and accepted it. */
  readonly isAcknowledged: boolean;
  readonly sections: readonly LetterSection[];
  /** In what it differs from the version before; none for the first. */
  readonly changes: readonly LetterChange[];
}
export interface PlanLetter {
  readonly plan: string;
  readonly title: string;
  /** Days of the assignment. */
  readonly from: string;
  readonly to: string | null;
  /** Newest first. */
  readonly versions: readonly VersionLetter[];
}
export interface Letters {
  readonly asOf: string;
  readonly on: string;
  readonly participant: string;
  /** By assignment, the latest first. */
  readonly plans: readonly PlanLetter[];
  /** Quotas in words, by year and metric. */
  readonly quotas: readonly { readonly metric: string; readonly year: number; readonly says: string }[];
}

/** The plans of somebody in plain words, with their versions and in what they differ; quotas beside them. */
export async function lettersOf(
  ledger: Ledger,
  reach: Reach,
  ask: AsOf & { readonly participant: string },
): Promise<Letters | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const participant = await participantEntry(ledger, ask.participant, asOf);
  // A letter is made of rates and amounts: whoever sees plans without them sees none.
  if (participant === undefined || reach.kind === 'redacted' || !reaches(reach, [ask.participant]))
    return hidden('participant', ask.participant);
  const on = await dayAt(ledger, ask.asOf, asOf);
  const metrics = new Map((await metricEntries(ledger, asOf)).map((entry) => [entry.metric, entry]));
  const plans: PlanLetter[] = [];
  for (const { plan, from, to } of participant.assignments.toSorted((a, b) => (a.from < b.from ? 1 : -1))) {
    const entry = await planEntry(ledger, plan, asOf);
    if (entry !== undefined) plans.push({ ...letterOf(entry, metrics, participant, on), from, to });
  }
  const own = await quotaEntries(ledger, ask.participant, asOf);
  const quotas = own.flatMap((entry) => quotaIn(entry, metrics));
  return { asOf: String(asOf), on, participant: ask.participant, plans, quotas };
}

function letterOf(
  entry: PlanEntry,
  metrics: ReadonlyMap<string, MetricEntry>,
  { acknowledged }: ParticipantEntry,
  on: string,
): Omit<PlanLetter, 'from' | 'to'> {
  const inForce = versionOn(entry, on)?.version;
  let before: readonly LetterSection[] | null = null;
  const versions = entry.versions.map(({ version, document, from, to, approvedBy, reason }): VersionLetter => {
    const metric = (id: string) => {
      const known = metrics.get(id);
      return (known && (versionOn(known, from) ?? known.versions.at(-1)))?.document;
    };
    const sections = planLetter(document, metric);
    const changes = before === null ? [] : letterChanges(before, sections);
    before = sections;
    const isAcknowledged = acknowledged.some((each) => each.plan === entry.plan && each.version === version);
    return { version, from, to, approvedBy, reason, isInForce: version === inForce, isAcknowledged, sections, changes };
  });
  const title = entry.versions.at(-1)?.document.title ?? entry.plan;
  return { plan: entry.plan, title, versions: versions.reverse() };
}

function quotaIn(entry: QuotaEntry, metrics: ReadonlyMap<string, MetricEntry>) {
  const { metric, year } = entry;
  const said = quotaInWords(entry);
  const title = metrics.get(metric)?.versions.at(-1)?.document.title ?? metric;
  return said === null ? [] : [{ metric, year, says: `${title} ${year}: ${said}.` }];
}

/** The amounts of a quota, what changes them and what relieves it; `null` where there is none. */
export function quotaInWords({ quota, reliefs }: QuotaEntry): string | null {
  if (quota === null) return null;
  const { amounts, per, currency, changes = [] } = quota;
  const money = (amount: string) => amountInWords(exact(amount), currency ?? 'number');
  const [only, ...others] = amounts;
  const each =
    others.length === 0 && only !== undefined ? `${money(only)} for each ${per}` : amounts.map(money).join(', ');
  const more = [
    ...(quota.spread === undefined ? [] : [`spread over the year as ${quota.spread.join(', ')}`]),
    ...changes.map((change) => `${money(change.amount)} from ${change.from} on`),
    ...(quota.ramp === undefined
      ? []
      : [`while you start, ${quota.ramp.shares.join(', ')} of it, ${quota.ramp.per} by ${quota.ramp.per}`]),
    ...reliefs.map(({ kind, from, to }) => `reduced for ${kind} from ${from} up to ${to}`),
  ];
  return [each, ...more].join('; ');
}
