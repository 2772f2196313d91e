import { type DefinitionEntry, managerOn, type QuotaEntry, versionOn } from '@ledger/calculation';
import { definitionsView } from '@ledger/projections';
import { changedFields } from '../changed-fields.ts';
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
    readonly approvedBy: string;
    readonly reason: string;
    readonly event: string;
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

export function handedDefinitions(entries: readonly DefinitionEntry[], day: string): readonly HandedDefinition[] {
  const people = entries.filter((entry) => entry.kind === 'participant');
  return entries.flatMap((entry): readonly HandedDefinition[] => {
    switch (entry.kind) {
      case 'metric':
        return [handed(entry.kind, entry.metric, entry, day, [])];
      case 'crediting':
        return [handed(entry.kind, entry.crediting, entry, day, [])];
      case 'jurisdiction':
        return [handed(entry.kind, entry.jurisdiction, entry, day, [])];
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
            day,
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

function handed(
  kind: HandedDefinition['kind'],
  name: string,
  entry: Versions,
  day: string,
  pays: readonly string[],
): HandedDefinition {
  const { versions, retiredFrom } = entry;
  const applying = versionOn<Versions['versions'][number]>({ versions, retiredFrom }, day);
  const newest = versions.at(-1);
  return {
    kind,
    name,
    title: newest?.document.title ?? name,
    inForce: applying?.version ?? null,
    retiredFrom,
    versions: versions.map(({ version, from, to, approvedBy, reason, event, document }, index) => {
      const before = versions[index - 1];
      const changes = before === undefined ? [] : changedFields(before.document, document).map(({ says }) => says);
      return { version, from, to, approvedBy, reason, event, changes };
    }),
    pays,
  };
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
      quotas: (quotas.get(entry.participant) ?? []).flatMap(({ metric, year, quota }) =>
        quota === null || year < Number(day.slice(0, 4))
          ? []
          : [{ metric, year, says: quotaInWords(quota), approvedBy: quota.approvedBy }],
      ),
    }));
}

function quotaInWords({ amounts, per, currency }: NonNullable<QuotaEntry['quota']>): string {
  return `${amounts.join(', ')}${currency === null ? '' : ` ${currency}`} per ${per}`;
}
