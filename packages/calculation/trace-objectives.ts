import type { TraceStep } from '@ledger/events';
import { type Exact, isZero, toText } from '@ledger/money';
import type { Section } from './bands.ts';
import { pointsAround } from './curve.ts';
import type { ObjectivesBasis, Scored } from './line.ts';
import { personalStep } from './personal.ts';
import { gateStep } from './trace-window.ts';
import { amountInWords, brief, given, percentInWords } from './words.ts';

/** Scores of objectives, weighed, and what they pay. */
export function objectivesSteps(basis: ObjectivesBasis, result: Exact, currency: string): readonly TraceStep[] {
  const { window, scores, weighted, curve, band, share, lumps, incentive, personal, present, gates } = basis;
  const isOpen = gates.every(({ open }) => open);
  const weigh: TraceStep = {
    step: 'objectives',
    as: curve === null && band === null ? 'share' : 'at',
    says: `${scores.length} objectives of ${window.id}, weighed: ${percentInWords(weighted)}.`,
    formula: scores.map((_, at) => `weight${at + 1} * score${at + 1}`).join(' + '),
    inputs: Object.fromEntries(
      scores.flatMap(({ weight, score }, at) => [
        [`weight${at + 1}`, toText(weight)],
        [`score${at + 1}`, toText(score)],
      ]),
    ),
    result: toText(weighted),
    steps: scores.map((each, at) => scoreStep(each, `score${at + 1}`)),
  };
  const money = amountInWords(incentive, currency);
  const closed = isOpen ? '' : ', but a gate is closed';
  return [
    ...gates.map((gate) => gateStep(gate, 'number')),
    weigh,
    ...(curve === null ? [] : [curveStep(basis)]),
    ...(band === null ? [] : bandSteps(basis, band, currency)),
    ...(personal === null ? [] : [personalStep(personal, currency, 'incentive')]),
    {
      step: 'target-incentive',
      says: `${percentInWords(share)} of ${money}${present === null ? '' : `, for ${percentInWords(present)} of the time`}${closed}: ${amountInWords(result, currency)}.`,
      ...(isOpen
        ? {
            formula: `incentive * share${present === null ? '' : ' * present'}${isZero(lumps) ? '' : ' + lumps'}`,
            inputs: {
              incentive: toText(incentive),
              share: toText(share),
              ...(present === null ? {} : { present: toText(present) }),
              ...(isZero(lumps) ? {} : { lumps: toText(lumps) }),
            },
          }
        : { formula: '0' }),
      result: toText(result),
    },
  ];
}

function bandSteps({ weighted, share, lumps }: ObjectivesBasis, band: Section, currency: string): readonly TraceStep[] {
  const where = band.band === null ? 'in no band' : `in the band from ${percentInWords(band.from)} on`;
  const says = `At ${percentInWords(weighted)} the score is ${where}, which pays ${percentInWords(share)}.`;
  const lump = `Lump sums of the bands that are reached: ${amountInWords(lumps, currency)}.`;
  return [
    { step: 'rate', as: 'share', says, ...given('pays', share) },
    ...(isZero(lumps) ? [] : [{ step: 'lump', as: 'lumps', says: lump, ...given('lump', lumps) }]),
  ];
}

function scoreStep({ objective, title, score, granted }: Scored, as: string): TraceStep {
  const name = title ?? objective;
  const says =
    granted === null
      ? `${name}: not scored, counts 0 %.`
      : `${name}: ${percentInWords(score)}, requested by ${granted.requestedBy}, approved by ${granted.approvedBy}: ${granted.reason}`;
  return {
    step: 'score',
    as,
    says: brief(says, 1000),
    ...given('score', score),
    ...(granted === null ? {} : { events: [granted.event] }),
  };
}

function curveStep({ curve, weighted, share }: ObjectivesBasis): TraceStep {
  const [below, above] = curve === null ? [] : pointsAround(curve, weighted);
  const says = `At ${percentInWords(weighted)} the curve pays ${percentInWords(share)}.`;
  const isFlat = below === undefined || above === undefined || toText(below.at) === toText(above.at);
  if (isFlat) return { step: 'curve', as: 'share', says, ...given('pays', share) };
  return {
    step: 'curve',
    as: 'share',
    says,
    formula: 'low + (at - start) * (high - low) / (end - start)',
    inputs: {
      at: toText(weighted),
      start: toText(below.at),
      end: toText(above.at),
      low: toText(below.pays),
      high: toText(above.pays),
    },
    result: toText(share),
  };
}
