import { dayBefore, managerOn, type ParticipantEntry, type PeriodEntry, plansAssignedIn } from '@ledger/calculation';
import { isProblem, type Problem, problem } from '@ledger/kernel';
import { add, type Exact, fromText, sub, ZERO } from '@ledger/money';
import { type CostPart, type CostRow, costView } from '@ledger/projections';
import { resolveAsOf } from './as-of.ts';
import { type AttainmentSpread, attainmentSpread, type Costed } from './attainment-spread.ts';
import { amountText } from './differences.ts';
import { participantEntries, periodEntries } from './entries.ts';
import type { Ledger } from './ledger.ts';
import { checkPeriodId } from './names.ts';
import { type OpenCosts, openCosts } from './open-costs.ts';
import { type PayoutStanding, payoutsAt } from './payouts.ts';
import { type Reach, reaches } from './reach.ts';
import type { AsOf } from './statements.ts';

/** What costs are added up by. A team: those who report to one person on the last day of the period. */
export const COST_BY = ['period', 'team', 'plan'] as const;
export type CostBy = (typeof COST_BY)[number];

/** Where the money of a frozen statement is, in the words of a cost report. */
const STANDS = {
  frozen: 'payable',
  'in-run': 'inRun',
  paid: 'paid',
  returned: 'returned',
  nothing: 'payable',
  negative: 'owed',
} as const satisfies Readonly<Record<PayoutStanding, CostFigure>>;

/**
 * accrued = held + open + posted: what calculation and settlement yield, less what decisions keep back, is on statements, open or frozen.
 * posted = payable + inRun + paid + returned + owed: where the money of the frozen ones is.
 */
export const COST_FIGURES = [
  'accrued',
  'earned',
  'corrected',
  'held',
  'open',
  'posted',
  'payable',
  'inRun',
  'paid',
  'returned',
  'owed',
] as const;
export type CostFigure = (typeof COST_FIGURES)[number];
export type CostFigures = Readonly<Record<CostFigure, string>>;

export interface CostGroup extends CostFigures {
  /** Period, plan, or the person to whom a team reports; `null`: under no plan, reporting to nobody. */
  readonly of: string | null;
  readonly currency: string;
  /** People with a statement. */
  readonly people: number;
}

export interface CostAnswer {
  readonly asOf: string;
  readonly by: CostBy;
  readonly periods: readonly Pick<PeriodEntry, 'period' | 'from' | 'to' | 'state'>[];
  /** By group and currency; amounts of two currencies are never added. */
  readonly groups: readonly CostGroup[];
  readonly totals: readonly Omit<CostGroup, 'of'>[];
  readonly attainment: readonly AttainmentSpread[];
  /** Whose statement cannot be calculated, and is in no figure. */
  readonly problems: OpenCosts['problems'];
}

export interface CostAsk extends AsOf {
  readonly by?: CostBy | undefined;
  /** First and last period; left out: all that were opened. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What commissions cost, of those whom somebody sees, and how far people came. */
export async function costOf(ledger: Ledger, reach: Reach, ask: CostAsk): Promise<CostAnswer | Problem> {
  if (reach.kind === 'none') return reach.problem;
  const { by = 'period' } = ask;
  const asOf = await resolveAsOf(ledger, ask.asOf);
  if (isProblem(asOf)) return asOf;
  const periods = await periodsAsked(ledger, ask, asOf);
  if (isProblem(periods)) return periods;
  const open = periods.some(({ state }) => state !== 'frozen')
    ? await openCosts(ledger, asOf, reach.kind === 'people' ? reach.ids : undefined)
    : { rows: [], problems: [] };
  if (isProblem(open)) return open;
  const costed: Costed[] = [];
  for (const period of periods) costed.push(...(await costsIn(ledger, period, open, asOf)));
  const seen = costed.filter(({ row }) => reaches(reach, [row.participant]));
  const people = await peopleAt(ledger, asOf);
  const inRange = new Map(periods.map((period) => [period.period, period]));
  const groupOf = ({ row }: Costed, part: CostPart): string | null => {
    if (by === 'period') return row.period;
    if (by === 'plan') return part.plan;
    const [person, period] = [people.get(row.participant), inRange.get(row.period)];
    return person === undefined || period === undefined ? null : managerOn(person, dayBefore(period.to));
  };
  // Who has no line at all costs nothing, and is still among those whom their plans are for.
  const plansOf = ({ row }: Costed): readonly CostPart[] => {
    const [person, period] = [people.get(row.participant), inRange.get(row.period)];
    if (person === undefined || period === undefined) return [];
    return plansAssignedIn(person, period).map((plan) => ({ ...NOTHING, plan }));
  };
  const groups = addedUp(seen, groupOf, by === 'plan' ? plansOf : undefined);
  return {
    asOf: String(asOf),
    by,
    periods: periods.map(({ period, from, to, state }) => ({ period, from, to, state })),
    groups,
    totals: addedUp(seen, () => null).map(({ of: _, ...total }) => total),
    attainment: await attainmentSpread(ledger, asOf, { statements: seen, people, periods: inRange }),
    problems: open.problems.filter(({ period }) => inRange.has(period)),
  };
}

async function periodsAsked(ledger: Ledger, { from, to }: CostAsk, asOf: bigint): Promise<PeriodEntry[] | Problem> {
  const all = (await periodEntries(ledger, asOf)).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  for (const [name, period] of Object.entries({ from, to })) {
    if (period === undefined) continue;
    const wrong = checkPeriodId(period);
    if (wrong !== undefined) return wrong;
    if (all.some((each) => each.period === period)) continue;
    const says = `Period "${period}" is not open as of ${asOf}; open it, or ask about one that is.`;
    return problem('period_unknown', says, `/${name}`);
  }
  const first = all.find(({ period }) => period === from)?.from ?? '';
  const last = all.find(({ period }) => period === to)?.from ?? '9999';
  if (first > last) {
    return problem('interval_invalid', `The cost from ${from} to ${to} is asked for backwards; swap the two.`, '/to');
  }
  return all.filter((each) => each.from >= first && each.from <= last);
}

/** The statements of a period: those that are frozen, the others as they would be posted. */
async function costsIn(ledger: Ledger, entry: PeriodEntry, open: OpenCosts, asOf: bigint): Promise<readonly Costed[]> {
  const { period, state, reopened = 0 } = entry;
  const computed = open.rows.filter((row) => row.period === period).map((row): Costed => ({ row, stands: 'open' }));
  if (state === 'open') return computed;
  const payouts = await payoutsAt(ledger, period, asOf);
  if (isProblem(payouts)) throw new Error(`period ${period} was there and is not: ${payouts.message}`);
  const stands = new Map(payouts.payouts.map((payout) => [payout.participant, payout.state]));
  const rows = (await ledger.views.list(costView, `${period}/`, asOf)).map(({ row }) => JSON.parse(row) as CostRow);
  const frozen = rows.filter(({ kind, freeze }) => kind === 'cost' && freeze === reopened + 1);
  const done = new Set(frozen.map(({ participant }) => participant));
  return [
    ...frozen.map((row): Costed => ({ row, stands: stands.get(row.participant) ?? 'frozen' })),
    ...(state === 'frozen' ? [] : computed.filter(({ row }) => !done.has(row.participant))),
  ];
}

async function peopleAt(ledger: Ledger, asOf: bigint): Promise<ReadonlyMap<string, ParticipantEntry>> {
  return new Map((await participantEntries(ledger, asOf)).map((each) => [each.participant, each]));
}

interface Sums {
  readonly of: string | null;
  readonly currency: string;
  readonly people: Set<string>;
  readonly figures: Record<CostFigure, Exact>;
}

function addedUp(
  all: readonly Costed[],
  groupOf: (each: Costed, part: CostPart) => string | null,
  without: (each: Costed) => readonly CostPart[] = () => [],
): CostGroup[] {
  const sums = new Map<string, Sums>();
  for (const each of all) {
    const { participant, currency, parts } = each.row;
    const known = parts.length > 0 ? parts : without(each);
    for (const part of known.length === 0 ? [NOTHING] : known) {
      const of = groupOf(each, part);
      const key = `${of === null ? 1 : 0}${of ?? ''}\n${currency}`;
      const sum = sums.get(key) ?? { of, currency, people: new Set<string>(), figures: zeros() };
      sums.set(key, sum);
      sum.people.add(participant);
      addPart(sum.figures, part, each.stands);
    }
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { of, currency, people, figures }]) => ({
      of,
      currency,
      people: people.size,
      ...texts(figures, currency),
    }));
}

const NOTHING: CostPart = { plan: null, component: null, earned: '0', corrected: '0', held: '0', settled: '0' };

function addPart(figures: Record<CostFigure, Exact>, part: CostPart, stands: Costed['stands']): void {
  const [earned, corrected, held] = [fromText(part.earned), fromText(part.corrected), fromText(part.held)];
  const accrued = add(add(earned, corrected), fromText(part.settled));
  const total = sub(accrued, held);
  const put = (figure: CostFigure, amount: Exact) => {
    figures[figure] = add(figures[figure], amount);
  };
  put('earned', earned);
  put('corrected', corrected);
  put('held', held);
  put('accrued', accrued);
  if (stands !== 'open') put('posted', total);
  put(stands === 'open' ? 'open' : STANDS[stands], total);
}

function zeros(): Record<CostFigure, Exact> {
  return each(() => ZERO);
}

function texts(figures: Readonly<Record<CostFigure, Exact>>, currency: string): CostFigures {
  return each((figure) => amountText(figures[figure], currency));
}

function each<T>(of: (figure: CostFigure) => T): Record<CostFigure, T> {
  return {
    accrued: of('accrued'),
    earned: of('earned'),
    corrected: of('corrected'),
    held: of('held'),
    open: of('open'),
    posted: of('posted'),
    payable: of('payable'),
    inRun: of('inRun'),
    paid: of('paid'),
    returned: of('returned'),
    owed: of('owed'),
  };
}
