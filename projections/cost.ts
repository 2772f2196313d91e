import type { PostedLine } from '@ledger/calculation';
import type { AttainmentResult, LedgerEvent } from '@ledger/events';
import type { Projection } from '@ledger/kernel';
import { add, type Exact, exact, fromText, sub, toText, ZERO } from '@ledger/money';
import { participantLabel, periodLabel } from './labels.ts';
import { payoutKey } from './payouts.ts';

/** What a statement costs under one plan and component, in its currency. The parts of a statement add up to its total. */
export interface CostPart {
  /** `null`: of a decision about the person, under no plan. */
  readonly plan: string | null;
  /** `null`: of the statement as a whole. */
  readonly component: string | null;
  /** What the period itself yields by calculation. */
  readonly earned: string;
  /** What earlier periods should have been, less what was posted for them. */
  readonly corrected: string;
  /** What decisions keep back, less what they let go: not in the total. */
  readonly held: string;
  /** Everything else that settlement adds, takes away or moves in time. */
  readonly settled: string;
}

/** A statement as cost: sums of its lines, and how far its person came. */
export interface CostRow {
  readonly kind: 'cost';
  readonly period: string;
  readonly participant: string;
  readonly freeze: number;
  readonly currency: string;
  readonly total: string;
  readonly parts: readonly CostPart[];
  readonly attainment: readonly AttainmentResult[];
}

/** The sums of the first parts of a long statement, until its last part arrives. */
interface Partly {
  readonly kind: 'partly';
  readonly period: string;
  readonly participant: string;
  readonly parts: readonly CostPart[];
}

/** What did commissions cost, by plan and component? Sums of frozen statements: whoever asks about years reads no lines. */
export const costView: Projection<CostRow | Partly, LedgerEvent> = {
  name: 'cost',
  version: 1,
  keys({ event }) {
    if (event.type === 'PayoutLinesFrozen')
      return [payoutKey(event.data.period, event.data.participant, event.data.freeze)];
    if (event.type === 'PayoutFrozen')
      return [payoutKey(event.data.statement.period, event.data.statement.participant, event.data.freeze)];
    return [];
  },
  evolve(row, { event }) {
    const before = row?.kind === 'partly' ? row.parts : [];
    if (event.type === 'PayoutLinesFrozen') {
      const { participant, period, lines } = event.data;
      return { kind: 'partly', period, participant, parts: costParts(lines, before) };
    }
    if (event.type === 'PayoutFrozen') {
      const { freeze = 1, statement } = event.data;
      const { period, participant, currency, total, attainment, lines } = statement;
      return {
        kind: 'cost',
        period,
        participant,
        freeze,
        currency,
        total,
        parts: costParts(lines, before),
        attainment,
      };
    }
    return row;
  },
  labels: ({ participant, period }) => [participantLabel(participant), periodLabel(period)],
};

interface Sums {
  readonly plan: string | null;
  readonly component: string | null;
  readonly of: Record<'earned' | 'corrected' | 'held' | 'settled', Exact>;
}

/** Sums of lines by plan and component, on top of those of lines before. */
export function costParts(lines: readonly PostedLine[], before: readonly CostPart[] = []): readonly CostPart[] {
  const sums = new Map<string, Sums>();
  const at = (plan: string | null, component: string | null): Sums => {
    const key = JSON.stringify([plan, component]);
    const known = sums.get(key) ?? {
      plan,
      component,
      of: { earned: ZERO, corrected: ZERO, held: ZERO, settled: ZERO },
    };
    sums.set(key, known);
    return known;
  };
  for (const { plan, component, earned, corrected, held, settled } of before) {
    const { of } = at(plan, component);
    of.earned = fromText(earned);
    of.corrected = fromText(corrected);
    of.held = fromText(held);
    of.settled = fromText(settled);
  }
  for (const line of lines) {
    const { of } = at(line.plan ?? null, line.component ?? null);
    const amount = exact(line.amount);
    if (line.kind === 'earning') of.earned = add(of.earned, amount);
    else if (line.kind === 'correction') of.corrected = add(of.corrected, amount);
    // A hold takes its amount off the statement.
    else if (line.step === 'held' || line.step === 'unheld') of.held = sub(of.held, amount);
    else of.settled = add(of.settled, amount);
  }
  return [...sums].sort(byKey).map(([, { plan, component, of }]) => ({
    plan,
    component,
    earned: toText(of.earned),
    corrected: toText(of.corrected),
    held: toText(of.held),
    settled: toText(of.settled),
  }));
}

function byKey([a]: readonly [string, Sums], [b]: readonly [string, Sums]): number {
  return a < b ? -1 : 1;
}
