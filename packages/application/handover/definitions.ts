import { type DefinitionEntry, managerOn, type PeriodEntry, type QuotaEntry, versionOn } from '@ledger/calculation';
import type { RecordedEvent } from '@ledger/events';
import { definitionsView } from '@ledger/projections';
import { changedFields } from '../changed-fields.ts';
import { findEvents } from '../find-events.ts';
import type { Ledger } from '../ledger.ts';

/** A definition with its history: what applies on the day, and why each version came to be. */
export interface HandedDefinition {
  readonly kind: 'metric' | 'plan' | 'crediting' | 'jurisdiction';
  readonly name: string;
  readonly title: string;
  /** Version that applies on the day; `null`: none does. */
  readonly inForce: number | null;
  readonly retiredFrom: string | null;
  readonly versions: readonly {
    readonly version: number;
    readonly from: string;
    readonly to: string | null;
    readonly requestedBy: string | null;
    readonly approvedBy: string;
    /** When it was approved; `null` where its event cannot be found. */
    readonly recordedAt: string | null;
    readonly position: string | null;
    readonly reason: string;
    readonly event: string;
    /** Frozen periods whose statements were calculated by it, since it applied to days of theirs and was known when they were frozen. */
    readonly frozenWith: readonly string[];
    /** In which it differs from the version before it. */
    readonly changes: readonly string[];
  }[];
  /** Participants whom it pays on the day, for a plan. */
  readonly pays: readonly string[];
}

export interface HandedPerson {
  readonly participant: string;
  readonly plans: readonly string[];
  readonly manager: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly quotas: readonly {
    readonly metric: string;
    readonly year: number;
    readonly says: string;
    readonly approvedBy: string;
  }[];
}

export async function entriesAt(ledger: Ledger, asOf: bigint): Promise<readonly DefinitionEntry[]> {
  const rows = await ledger.views.list(definitionsView, '', asOf);
  return rows.map(({ row }) => JSON.parse(row) as DefinitionEntry);
}

/** Events that put versions in force, or retired what they are of, by their ids. */
export async function decidedIn(ledger: Ledger, entries: readonly DefinitionEntry[], asOf: bigint): Promise<Decided> {
  const ids = entries.flatMap((entry) => {
    if (!('versions' in entry)) return [];
    const retired = entry.retiredFrom === null ? [] : [entry.changedBy];
    return [...entry.versions.map(({ event }) => event), ...retired];
  });
  return findEvents(ledger, ids, asOf);
}
type Decided = ReadonlyMap<string, RecordedEvent>;

export function handedDefinitions(
  entries: readonly DefinitionEntry[],
  day: string,
  decided: Decided,
): readonly HandedDefinition[] {
  const frozen = entries.filter((entry) => entry.kind === 'period').filter(({ state }) => state === 'frozen');
  const handed = (kind: HandedDefinition['kind'], name: string, entry: Versions, pays: readonly string[]) =>
    handedOne({ kind, name, pays }, entry, day, { decided, frozen });
  const people = entries.filter((entry) => entry.kind === 'participant');
  return entries.flatMap((entry): readonly HandedDefinition[] => {
    switch (entry.kind) {
      case 'metric':
        return [handed(entry.kind, entry.metric, entry, [])];
      case 'crediting':
        return [handed(entry.kind, entry.crediting, entry, [])];
      case 'jurisdiction':
        return [handed(entry.kind, entry.jurisdiction, entry, [])];
      case 'plan': {
        const { plan } = entry;
        const pays = people.filter(({ assignments }) =>
          assignments.some((each) => each.plan === plan && isOn(each, day)),
        );
        return [
          handed(
            entry.kind,
            plan,
            entry,
            pays.map(({ participant }) => participant),
          ),
        ];
      }
      default:
        return [];
    }
  });
}

type Versions = Extract<DefinitionEntry, { versions: unknown }>;

function handedOne(
  of: Pick<HandedDefinition, 'kind' | 'name' | 'pays'>,
  entry: Versions,
  day: string,
  { decided, frozen }: { readonly decided: Decided; readonly frozen: readonly PeriodEntry[] },
): HandedDefinition {
  const { versions, retiredFrom } = entry;
  const applying = versionOn<Version>({ versions, retiredFrom }, day);
  const newest = versions.at(-1);
  return {
    ...of,
    title: newest?.document.title ?? of.name,
    inForce: applying?.version ?? null,
    retiredFrom,
    versions: versions.map(({ version, from, to, approvedBy, reason, event, document }, index) => {
      const before = versions[index - 1];
      const changes = before === undefined ? [] : changedFields(before.document, document).map(({ says }) => says);
      const recorded = decided.get(event);
      const data = recorded?.event.data;
      return {
        ...{ version, from, to, approvedBy, reason, event, changes },
        requestedBy: data !== undefined && 'requestedBy' in data ? data.requestedBy : null,
        recordedAt: recorded?.recordedAt ?? null,
        position: recorded === undefined ? null : String(recorded.position),
        frozenWith: frozen.filter((each) => isUsed(version, entry, each, decided)).map(({ period }) => period),
      };
    }),
  };
}

type Version = Versions['versions'][number];

/** Whether a version applied to a day of a period, by what was known when that was frozen. */
function isUsed(version: number, entry: Versions, period: PeriodEntry, decided: Decided): boolean {
  const pinned = BigInt(period.asOf ?? 0);
  const isKnown = (event: string) => (decided.get(event)?.position ?? pinned + 1n) <= pinned;
  const known = entry.versions.filter(({ event }) => isKnown(event));
  // Nothing changes what is retired but a new version, which takes it up again.
  const retiredFrom = entry.retiredFrom !== null && isKnown(entry.changedBy) ? entry.retiredFrom : null;
  // Versions follow one another on the days on which one of them begins or ends.
  const days = [period.from, ...known.flatMap(({ from, to }) => [from, ...(to === null ? [] : [to])])];
  return days
    .filter((each) => each >= period.from && each < period.to)
    .some((each) => versionOn<Version>({ versions: known, retiredFrom }, each)?.version === version);
}

function isOn({ from, to }: { readonly from: string; readonly to: string | null }, day: string): boolean {
  return from <= day && (to === null || to > day);
}

/** Whoever is there on the day, by whom they report to, with plans and quotas. */
export function handedPeople(entries: readonly DefinitionEntry[], day: string): readonly HandedPerson[] {
  const quotas = Map.groupBy(
    entries.filter((entry): entry is QuotaEntry => entry.kind === 'quota'),
    ({ participant }) => participant,
  );
  return entries
    .filter((entry) => entry.kind === 'participant')
    .filter(({ endsOn }) => endsOn === null || endsOn > day)
    .map((entry) => ({
      participant: entry.participant,
      plans: entry.assignments.filter((each) => isOn(each, day)).map(({ plan }) => plan),
      manager: managerOn(entry, day),
      startsOn: entry.startsOn,
      endsOn: entry.endsOn,
      quotas: (quotas.get(entry.participant) ?? []).flatMap(({ metric, year, quota, reliefs }) =>
        quota === null || year < Number(day.slice(0, 4))
          ? []
          : [{ metric, year, says: quotaInWords(quota, reliefs), approvedBy: quota.approvedBy }],
      ),
    }));
}

/** What was assigned, and what else it says or was granted, by which the quota of a window is another one. */
function quotaInWords(quota: NonNullable<QuotaEntry['quota']>, reliefs: QuotaEntry['reliefs']): string {
  const { amounts, per, currency, spread, changes = [], ramp, prorate } = quota;
  return [
    `${amounts.join(', ')}${currency === null ? '' : ` ${currency}`} per ${spread === undefined ? per : `year, spread ${spread.join(', ')} by ${per}`}`,
    ...changes.map(({ from, amount }) => `${amount} from ${from} on`),
    ...(ramp === undefined ? [] : [`with a ramp of ${ramp.shares.join(', ')} by ${ramp.per}`]),
    ...(prorate === undefined ? [] : [`for days ${prorate}`]),
    ...reliefs.map(({ relief, from, to }) => `less ${relief} from ${from} until ${to}`),
  ].join('; ');
}
