import type { TraceStep } from '@ledger/events';
import { type Exact, equal, mul, percent, sign, sum, toText, ZERO } from '@ledger/money';
import type { ContestBasis, Entrant, StreakBasis, StreakWindow } from './line.ts';
import { personalStep } from './personal.ts';
import { type Placed, potOf, prizes, winsShares } from './ranking.ts';
import { reachedInWords as lookedInWords, lookedParts } from './trace-look.ts';
import { gateStep, targetStep } from './trace-window.ts';
import { amountInWords, percentInWords, postedText, sumOf } from './words.ts';

/** Windows in a row, and what they pay. */
export function streakSteps({ streak, windows, gates }: StreakBasis, currency: string): readonly TraceStep[] {
  const isOpen = gates.every(({ open }) => open);
  const [first] = windows;
  const least = percent(streak.atLeast);
  const level = streak.atLeast.endsWith('%') ? percentInWords(least) : amountInWords(least, first?.unit ?? 'number');
  const paid = isOpen ? amountInWords(percent(streak.pays), currency) : 'nothing, because a gate is closed';
  return [
    ...gates.map((gate) => gateStep(gate, first?.unit ?? 'number')),
    {
      step: 'streak',
      says: `${windows.length} windows in a row at or above ${level}: ${paid}.`,
      formula: isOpen ? 'pays' : '0',
      inputs: { pays: toText(percent(streak.pays)), windows: String(windows.length), level: streak.atLeast },
      result: isOpen ? toText(percent(streak.pays)) : '0',
      steps: windows.map(windowStep),
    },
  ];
}

function windowStep(each: StreakWindow): TraceStep {
  const { window, unit, target, reached } = each;
  return {
    step: 'window',
    says: `${window.id}: ${reachedInWords(each)}.`,
    ...reachedBy(each),
    result: toText(reached),
    ...(target === null ? {} : { steps: [targetStep(target, unit)] }),
  };
}

type Reach = Pick<StreakWindow, 'unit' | 'measured' | 'target' | 'reached' | 'look'>;

function reachedInWords({ unit, measured, target, reached, look }: Reach): string {
  if (look !== null) return lookedInWords(reached, look.look.document.against, look.looked[0]?.unit ?? unit);
  const amount = amountInWords(measured, unit);
  if (target !== null) return `${amount}, ${percentInWords(reached)}`;
  return equal(measured, reached) ? amount : `${amount}, without a quota ${percentInWords(reached)}`;
}

function reachedBy({ measured, target, reached, look }: Reach): Pick<TraceStep, 'formula' | 'inputs' | 'steps'> {
  if (look !== null) return lookedParts(look.look, look.looked);
  if (target !== null) {
    return { formula: 'measured / target', inputs: { measured: toText(measured), target: toText(target.value) } };
  }
  if (equal(measured, reached)) return { formula: 'measured', inputs: { measured: toText(measured) } };
  return { formula: 'reached', inputs: { reached: toText(reached) } };
}

/** People named one by one in the trace of a contest. */
const MOST_PEOPLE = 100;

/** The ranking, and the place of the one whose line it is. */
export function contestSteps(basis: ContestBasis, currency: string): readonly TraceStep[] {
  const { window, contest, own, entrants, ranked, incentive } = basis;
  const ours = ranked.find(({ participant }) => participant === own);
  const prize = ours?.prize ?? ZERO;
  const wins = (each: Exact) => (winsShares(contest) ? percentInWords(each) : amountInWords(each, currency));
  const of = incentive === null ? '' : ` of ${amountInWords(incentive.value, currency)}`;
  const result = incentive === null ? prize : mul(prize, incentive.value);
  const nobody = ranked.every(({ place }) => place === null) ? ' Nobody qualifies, so nothing is paid.' : '';
  const place = ours === undefined || ours.place === null ? `${own} does not qualify` : placeInWords(ours, own);
  const names = new Map(entrants.map((each) => [each.participant, each]));
  const steps = ranked.slice(0, MOST_PEOPLE).flatMap((each) => {
    const entrant = names.get(each.participant);
    return entrant === undefined ? [] : [entrantStep(each, entrant, wins)];
  });
  return [
    {
      step: 'contest',
      says: `Contest of ${window.id} among ${entrants.length}, ${rulesInWords(contest)}: ${place}: ${wins(prize)}${of}.${nobody}`,
      ...shareOf(won(basis, ours, prize), incentive),
      result: toText(result),
      steps: incentive?.personal == null ? steps : [...steps, personalStep(incentive.personal, currency)],
    },
  ];
}

type Won = Required<Pick<TraceStep, 'formula' | 'inputs'>>;

function shareOf({ formula, inputs }: Won, incentive: ContestBasis['incentive']): Won {
  if (incentive === null) return { formula, inputs };
  return { formula: `(${formula}) * incentive`, inputs: { ...inputs, incentive: toText(incentive.value) } };
}

/** How a prize follows from places, or from a pot. */
function won({ contest, entrants, ranked }: ContestBasis, ours: Placed | undefined, prize: Exact): Won {
  const { awards, ties } = contest;
  if (ours === undefined || ours.place === null || sign(prize) === 0)
    return { formula: 'prize', inputs: { prize: toText(prize) } };
  if (awards.by === 'pot') {
    const pot = toText(potOf(awards.pot, sum(entrants.map(({ measured }) => measured))));
    const qualified = ranked.filter(({ place }) => place !== null);
    if (awards.divided === 'equally')
      return { formula: 'pot / people', inputs: { pot, people: String(qualified.length) } };
    const all = sum(qualified.map(({ score }) => score));
    return { formula: 'pot * score / all', inputs: { pot, score: toText(ours.score), all: toText(all) } };
  }
  const prizeOf = prizes(awards, entrants.length);
  const first = ours.place;
  const places = Array.from({ length: ours.tied }, (_, at) => first + at);
  const taken = ties === 'higher' ? places.slice(0, 1) : ties === 'lower' ? places.slice(-1) : places;
  const { formula } = sumOf(taken.map((place) => `place${place}`));
  if (formula === undefined) return { formula: 'prize', inputs: { prize: toText(prize) } };
  const inputs = Object.fromEntries(taken.map((place) => [`place${place}`, toText(prizeOf(place))]));
  if (taken.length === 1) return { formula, inputs };
  return { formula: `(${formula}) / tied`, inputs: { ...inputs, tied: String(ours.tied) } };
}

function rulesInWords({ awards, atLeast, ties }: ContestBasis['contest']): string {
  const least = atLeast === null ? '' : `, at least ${atLeast}`;
  if (awards.by === 'pot') {
    const pot = awards.pot.by === 'money' ? awards.pot.money : `${awards.pot.share} of what all measured`;
    return `a pot of ${pot} divided ${awards.divided === 'equally' ? 'equally' : 'by score'}${least}`;
  }
  const prizes = awards.prizes.map((prize) =>
    'top' in prize
      ? `the best ${prize.top} ${prize.pays}`
      : `place ${prize.from}${prize.to === prize.from ? '' : `-${prize.to}`} ${prize.pays}`,
  );
  return `${prizes.slice(0, 10).join(', ')}${prizes.length > 10 ? ', …' : ''}${least}, ties: ${ties}`;
}

function placeInWords({ place, tied }: Placed, own: string): string {
  return `${own} has place ${place}${tied === 1 ? '' : `, shared by ${tied}`}`;
}

function entrantStep(
  each: Placed,
  { measured, target, unit, isBarred, look }: Entrant,
  inWords: (prize: Exact) => string,
): TraceStep {
  const { participant, place, score, reached } = each;
  const came = { unit, measured, target, reached: score, look };
  const scored = reachedInWords(came);
  const last = reached === null ? '' : `, reached with ${reached.deal} of ${reached.closedOn}`;
  const barred = isBarred ? ' because a gate is closed' : '';
  const stands = place === null ? `does not qualify${barred}` : `place ${place}`;
  return {
    step: 'entrant',
    says: `${participant}: ${scored}${last}; ${stands}${sign(each.prize) > 0 ? `, ${inWords(each.prize)}` : ''}.`,
    ...reachedBy(came),
    result: toText(score),
  };
}

/** What is posted of a sum that is divided among several. */
export function dividedStep(value: Exact, divided: Exact, currency: string): TraceStep {
  const amount = postedText(divided, currency);
  return {
    step: 'rounding',
    as: 'amount',
    says: `Divided among several so that what is posted adds up, largest remainder first, ties by participant: ${amountInWords(divided, currency)}.`,
    formula: 'divided',
    inputs: { exact: toText(value), divided: amount },
    result: amount,
  };
}
