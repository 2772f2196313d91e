import type { ParticipantEntry, PeriodEntry, PlanEntry } from '@ledger/calculation';
import { cmp, fromText } from '@ledger/money';
import type { CostRow } from '@ledger/projections';
import { planEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import type { PayoutStanding } from './payouts.ts';

/** A statement as cost, and where its money is. */
export interface Costed {
  readonly row: CostRow;
  readonly stands: PayoutStanding | 'open';
}

/** Where the bars of a distribution of attainment begin, in shares of the quota; the last one has no end, the first one no beginning. */
export const ATTAINMENT_EDGES = ['0', '0.25', '0.5', '0.75', '0.9', '1', '1.1', '1.25', '1.5', '2'] as const;
const EDGES = ATTAINMENT_EDGES.map(fromText);

/** How many people came how far in a component. */
export interface AttainmentSpread {
  readonly period: string;
  /** `null`: assigned to no plan that has the component. */
  readonly plan: string | null;
  readonly component: string;
  readonly metric: string;
  readonly people: number;
  /** Without a quota, and so without attainment. */
  readonly without: number;
  /** One for each of the edges: from it to the next. */
  readonly bars: readonly number[];
}

/** The distribution of attainment in each period, by plan and component. */
export async function attainmentSpread(
  ledger: Ledger,
  asOf: bigint,
  of: {
    readonly statements: readonly Costed[];
    readonly people: ReadonlyMap<string, ParticipantEntry>;
    readonly periods: ReadonlyMap<string, PeriodEntry>;
  },
): Promise<readonly AttainmentSpread[]> {
  const having = componentsOf(await planEntries(ledger, asOf));
  const spreads = new Map<string, AttainmentSpread & { bars: number[]; people: number; without: number }>();
  for (const { row } of of.statements) {
    const span = of.periods.get(row.period);
    const assigned = of.people.get(row.participant)?.assignments ?? [];
    for (const { component, metric, attainment } of row.attainment) {
      const under = assigned.find(
        ({ plan, from, to }) =>
          span !== undefined && from < span.to && (to === null || to > span.from) && having.get(plan)?.has(component),
      );
      const plan = under?.plan ?? null;
      const key = `${row.period}\n${plan ?? '~'}\n${component}\n${metric}`;
      const known = spreads.get(key) ?? { ...NOBODY, period: row.period, plan, component, metric, bars: noBars() };
      spreads.set(key, known);
      known.people += 1;
      if (attainment === null) known.without += 1;
      else known.bars[barOf(attainment)] = (known.bars[barOf(attainment)] ?? 0) + 1;
    }
  }
  return [...spreads].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, spread]) => spread);
}

const NOBODY = { people: 0, without: 0 };

function noBars(): number[] {
  return EDGES.map(() => 0);
}

/** What is below nothing, as after a cancellation, stands with what is nothing. */
function barOf(attainment: string): number {
  const reached = fromText(attainment);
  return Math.max(
    0,
    EDGES.findLastIndex((edge) => cmp(reached, edge) >= 0),
  );
}

/** Components of each plan, in any of its versions. */
function componentsOf(plans: readonly PlanEntry[]): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    plans.map(({ plan, versions }) => [
      plan,
      new Set(versions.flatMap(({ document }) => Object.keys(document.components))),
    ]),
  );
}
