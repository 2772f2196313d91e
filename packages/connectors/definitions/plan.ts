import type { Band, Component, Gate, MeasuringWindow, PlanDocument } from '@ledger/events';
import type { Path } from './node.ts';
import type { ComponentFile, PlanFile } from './plan-schema.ts';
import { poolsOf } from './pool.ts';

type BandFile = NonNullable<ComponentFile['table']>[number];
type GateFile = ComponentFile['gates'][number];

/** The plan as events carry it: the words of documents, and every default written out. */
export function planDocumentOf(file: PlanFile): PlanDocument {
  return {
    plan: file.plan,
    title: file.title,
    currency: file.currency,
    exchange: file.exchange,
    rounding: file.rounding,
    components: Object.fromEntries(Object.entries(file.components).map(([id, each]) => [id, componentOf(id, each)])),
  };
}

function componentOf(id: string, file: ComponentFile): Component {
  return {
    title: file.title ?? id,
    credits: file.credits,
    when: file.when,
    measure: file.measure,
    paysOn: file['pays-on'] ?? null,
    window: windowOf(file.window),
    target: file.target,
    tierBy: file['tier-by'],
    read: file.read,
    rateAt: file['rate-at'],
    each: file.each,
    table: (file.table ?? []).map((band) => bandOf(band, file.read === 'retroactive' ? 'retroactive' : 'marginal')),
    curve: file.curve ?? [],
    targetIncentive: file['target-incentive'] ?? null,
    atBound: file['at-bound'],
    multiplyCredit: file['multiply-credit'],
    multiplyEarning: file['multiply-earning'],
    gates: file.gates.map((gate) => gateOf(gate, file.window)),
    floor: file.floor ?? null,
    cap:
      file.cap === undefined
        ? null
        : {
            deal: file.cap.deal ?? null,
            period: file.cap.period ?? null,
            window: file.cap.window ?? null,
            year: file.cap.year ?? null,
            excess: file.cap.excess,
          },
    round: file.round,
    ...poolsOf(file),
  };
}

function windowOf(window: ComponentFile['window']): MeasuringWindow {
  return typeof window === 'object' && 'rolling' in window ? { rolling: Number(window.rolling) } : window;
}

function bandOf(band: BandFile, read: Band['applies']): Band {
  return {
    from: band.from,
    to: band.to ?? null,
    pays: paysOf(band),
    lump: band.lump ?? null,
    applies: band.applies ?? read,
    gate: band.gate ?? null,
  };
}

/** `check` has seen that a band says at most one of the three. */
function paysOf({ pays, 'per-unit': unit, amount }: BandFile): Band['pays'] {
  if (pays !== undefined) return { by: 'share', share: pays };
  if (unit !== undefined) return { by: 'unit', money: unit };
  return amount === undefined ? null : { by: 'amount', money: amount };
}

function gateOf(gate: GateFile, window: ComponentFile['window']): Gate {
  return {
    name: gate.name,
    // `check` has seen that one of the two is there.
    measures: gate.measures ?? [{ measure: gate.measure ?? '', weight: '100%' }],
    window: windowOf(gate.window ?? window),
    against: gate['at-least'].endsWith('%') ? 'quota' : 'amount',
    atLeast: gate['at-least'],
    opens: gate.opens,
    pays: gate.pays,
    guards: gate.guards,
  };
}

/** The path in the file of a field of the document, `/components/new/tierBy`: where it is written, or would be. */
export function filePathOf(field: string): Path {
  const parts = field
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  // Ids of components are the authors' own words; everything below them is ours.
  return parts.map((part, index) => {
    if (index < 2) return part;
    if (/^[0-9]+$/.test(part)) return Number(part);
    return part.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  });
}
