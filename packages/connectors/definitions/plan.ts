import { type Band, type Component, type Gate, type PlanDocument, SCORES } from '@ledger/events';
import { capsOf, planCapOf } from './cap-schema.ts';
import { exchangeOf } from './exchange.ts';
import type { Path } from './node.ts';
import { objectivesOf } from './objectives-schema.ts';
import { onLeavingOf, phaseInOf, prorationOf } from './people-terms-schema.ts';
import { targetIncentiveOf } from './personal-schema.ts';
import type { ComponentFile, PlanFile } from './plan-schema.ts';
import { poolsOf } from './pool.ts';
import { columnsOf, measuredMultiplierOf, productsOf, tierOf, windowOf } from './rates.ts';
import { releaseOf } from './release.ts';
import { clausesOf } from './settlement.ts';
import { teamOf } from './team.ts';
import { windfallOf } from './windfall-schema.ts';

type BandFile = NonNullable<ComponentFile['table']>[number];
type GateFile = ComponentFile['gates'][number];

/** The plan as events carry it: the words of documents, and every default written out. */
export function planDocumentOf(file: PlanFile): PlanDocument {
  return {
    plan: file.plan,
    title: file.title,
    currency: file.currency,
    ...exchangeOf(file),
    ...(file.cap === undefined ? {} : { cap: Array.isArray(file.cap) ? file.cap.map(planCapOf) : planCapOf(file.cap) }),
    rounding: file.rounding,
    components: Object.fromEntries(
      Object.entries(file.components).map(([id, each]) => [id, componentOf(id, each, file)]),
    ),
    ...(file['phase-in'] === undefined ? {} : { phaseIn: phaseInOf(file['phase-in']) }),
    ...(file['on-leaving'] === undefined ? {} : { onLeaving: onLeavingOf(file['on-leaving']) }),
    ...clausesOf(file),
  };
}

function componentOf(id: string, file: ComponentFile, plan: PlanFile): Component {
  const read = file.read === 'retroactive' ? 'retroactive' : 'marginal';
  const bands = (table: readonly BandFile[]) => table.map((band) => bandOf(band, read));
  const prorate = prorationOf(file.prorate ?? plan.prorate);
  const within = { window: file.window, components: plan.components };
  return {
    title: file.title ?? id,
    credits: file.credits,
    when: file.when,
    // `check` has seen that it is there, or objectives instead.
    measure: file.measure ?? SCORES,
    paysOn: file['pays-on'] ?? null,
    window: windowOf(file.window),
    target: file.target,
    tierBy: 'attainment',
    ...tierOf(file['tier-by'], within),
    ...columnsOf(file.columns, within),
    ...productsOf(file.products, bands),
    read: file.read,
    rateAt: file['rate-at'],
    each: file.each,
    table: bands(file.table ?? []),
    curve: (file.curve ?? []).map(pointOf),
    ...(file['curve-on'] === 'window' ? {} : { curveOn: file['curve-on'] }),
    ...targetIncentiveOf(file['target-incentive']),
    ...(file.incentive === 'to-date' ? { incentive: file.incentive } : {}),
    atBound: file['at-bound'],
    multiplyCredit: file['multiply-credit'],
    multiplyEarning: file['multiply-earning'].map((each) =>
      'table' in each ? measuredMultiplierOf(each, within) : each,
    ),
    gates: file.gates.map((gate) => gateOf(gate, file.window, plan.components)),
    ...(file.fee === undefined ? {} : { fee: file.fee }),
    floor: floorOf(file.floor),
    ...(file.subtract === 'paid' ? { subtract: 'paid' as const } : {}),
    cap: capsOf(file.cap),
    round: file.round,
    ...poolsOf(file),
    ...objectivesOf(file),
    ...windfallOf(file.windfall ?? (holdsDeals(file) ? plan.windfall : undefined)),
    ...(file['without-quota'] === 'stop' ? {} : { withoutQuota: file['without-quota'] }),
    ...(prorate === undefined ? {} : { prorate }),
    ...(file['on-plan-change'] === 'carry' ? {} : { onPlanChange: file['on-plan-change'] }),
    ...(file['during-leave'] === 'paid' ? {} : { duringLeave: file['during-leave'] }),
    ...teamOf(file),
    ...releaseOf(file),
  };
}

function floorOf(floor: ComponentFile['floor']): Component['floor'] {
  if (floor === undefined) return null;
  return { deal: floor.deal ?? null, ...(floor.period === undefined ? {} : { period: floor.period }) };
}

/** Whether single deals earn, so that one of them can be a windfall. */
function holdsDeals({ each, streak, contest, objectives }: ComponentFile): boolean {
  return each === 'deal' && streak === undefined && contest === undefined && objectives === undefined;
}

function bandOf(band: BandFile, read: Band['applies']): Band {
  return {
    from: band.from,
    to: band.to ?? null,
    pays: paysOf(band),
    ...cellsOf(band),
    ...lumpsOf(band),
    ...(band['for-each'] === undefined ? {} : { forEach: band['for-each'] }),
    applies: band.applies ?? read,
    gate: band.gate ?? null,
    ...(band['in-ramp'] === 'barred' ? { inRamp: 'barred' as const } : {}),
  };
}

function pointOf({ at, pays }: NonNullable<ComponentFile['curve']>[number]): Component['curve'][number] {
  return typeof pays === 'string' ? { at, pays } : { at, pays: pays[0] ?? '0%', cells: pays };
}

/** `check` has seen that a band says at most one of the three. */
function paysOf({ pays, 'per-unit': unit, amount }: BandFile): Band['pays'] {
  if (typeof pays === 'string') return { by: 'share', share: pays };
  if (typeof unit === 'string') return { by: 'unit', money: unit };
  return amount === undefined ? null : { by: 'amount', money: amount };
}

function lumpsOf({ lump }: BandFile): Pick<Band, 'lump' | 'lumps'> {
  return typeof lump === 'object' ? { lump: lump[0] ?? null, lumps: lump } : { lump: lump ?? null };
}

function cellsOf({ pays, 'per-unit': unit }: BandFile): { cells?: NonNullable<Band['cells']> } {
  if (typeof pays === 'object') return { cells: pays.map((share) => ({ by: 'share' as const, share })) };
  if (typeof unit === 'object') return { cells: unit.map((money) => ({ by: 'unit' as const, money })) };
  return {};
}

function gateOf(gate: GateFile, window: ComponentFile['window'], components: PlanFile['components']): Gate {
  const all = { weight: '100%' };
  const { component } = gate;
  const one =
    component === undefined
      ? { measure: gate.measure ?? '', ...all }
      : { measure: components[component]?.measure ?? component, ...all, component };
  return {
    name: gate.name,
    // `check` has seen that one of them is there.
    measures: gate.measures ?? gate.sum?.map((measure) => ({ measure, ...all })) ?? [one],
    window: windowOf(gate.window ?? window),
    against: gate['at-least'].endsWith('%') ? gate.target : 'amount',
    ...(gate.sum === undefined ? {} : { combine: 'sum' as const }),
    ...(gate.over === undefined ? {} : { over: gate.over }),
    atLeast: gate['at-least'],
    opens: gate.opens,
    pays: gate.pays,
    guards: gate.guards,
    ...(gate.or === undefined ? {} : { or: gate.or }),
  };
}

const WRITTEN: Readonly<Record<string, string>> = {
  tierOf: 'tier-by',
  columns: 'columns',
  cells: 'pays',
  amounts: 'over',
};

/** The path in the file of a field of the document, `/components/new/tierBy`: where it is written, or would be. */
export function filePathOf(field: string): Path {
  const parts = field
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  // Ids of components are the authors' own words; everything below them is ours.
  // Of what documents say in more parts than files, the place is where it is written.
  const cut = parts.findIndex((part, index) => index >= 2 && part in WRITTEN);
  if (cut >= 0) return [...filePathOf(`/${parts.slice(0, cut).join('/')}`), WRITTEN[parts[cut] ?? ''] ?? ''];
  return parts.map((part, index) => {
    if (index === 1 && parts[0] === 'components') return part;
    if (/^[0-9]+$/.test(part)) return Number(part);
    return part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  });
}
