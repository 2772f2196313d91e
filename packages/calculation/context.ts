import { cmp, type Exact } from '@ledger/money';
import type { Book } from './book.ts';
import { type CompiledComponent, isAgainstTarget, RAMP_GATE } from './compile.ts';
import { type GateState, gatesOn } from './gate.ts';
import type { ComponentInForce, Obstacle } from './in-force.ts';
import { type IncentiveShare, incentiveOn } from './incentive.ts';
import type { LookState } from './look.ts';
import { type AppliedFactor, type LooksOn, looksOn } from './looks-on.ts';
import type { Measures } from './measured.ts';
import type { Span } from './periods.ts';
import { type PersonalAmount, personalOf } from './personal.ts';
import { boundsShare, type Presence, presenceIn, presentShare } from './presence.ts';
import type { Rating } from './rate.ts';
import { type RatingTerms, ratingKey, ratingOf } from './rating.ts';
import { targetOf, type WindowTarget, withoutValue } from './target.ts';
import type { WithoutQuota } from './without-quota.ts';

/** Under what a component's credits in a window are rated, as of a date: target, gates, table. */
export interface Context {
  readonly inForce: ComponentInForce;
  readonly window: Span;
  /** Of the window within its component, as lines are named. */
  readonly name: string;
  readonly unit: string;
  /** `null` where there is none, and none is needed. */
  readonly target: WindowTarget | null;
  /** What is paid without a quota, where there is none. */
  readonly without: WithoutQuota | null;
  /** The days that count, where the plan prorates for the others. */
  readonly presence: Presence | null;
  /** What is agreed with the participant, where the plan pays by it. */
  readonly personal: PersonalAmount | null;
  /** The part of the target incentive that counts; `null`: all of it. */
  readonly incentive: IncentiveShare | null;
  readonly gates: readonly GateState[];
  /** Whether every gate that guards the component is open. */
  readonly isOpen: boolean;
  readonly rating: Rating;
  /** What was looked at to pick a band or a column, and to find factors. */
  readonly looks: readonly LookState[];
  /** Factors on what deals earn by what is measured elsewhere. */
  readonly factors: readonly AppliedFactor[];
}

/** Contexts of one window; those that rate alike share one rating, so that a walk can go on. */
export interface Contexts {
  on(inForce: ComponentInForce, date: string): Context | Obstacle;
}

export function contextsOf(book: Book, measures: Measures, of: Pick<Context, 'window' | 'name' | 'unit'>): Contexts {
  const { window, unit } = of;
  const ratings = new Map<CompiledComponent, Map<string, Rating>>();
  return {
    on: (inForce, date) => {
      const { component } = inForce;
      const presence = presenceIn(book, inForce, window);
      const found = targetFor(book, measures, inForce, window, date, unit, presence);
      const without = typeof found === 'string' ? found : null;
      const target = typeof found === 'string' ? null : found;
      if (target !== null && 'code' in target) return target;
      const gates = gatesOn({ book, inForce, unit, measures }, date);
      if ('code' in gates) return gates;
      const personal = personalOf(book, inForce, window);
      if (personal !== null && 'code' in personal) return personal;
      const looked = looksOn({ book, inForce, unit, measures }, date);
      if ('code' in looked) return looked;
      const { looks, factors } = looked;
      const guarding = gates.filter(({ gate }) => gate.document.guards === 'component');
      const isOpen = without !== 'pays-nothing' && guarding.every(({ open }) => open);
      const incentive = incentiveOn(component.document, window, date, presence);
      const rating = ratingFor(component, target, without, gates, presence, personal, incentive, looked);
      return { inForce, ...of, target, without, presence, personal, incentive, gates, isOpen, rating, looks, factors };
    },
  };

  function ratingFor(
    component: CompiledComponent,
    target: WindowTarget | null,
    without: WithoutQuota | null,
    gates: readonly GateState[],
    presence: Presence | null,
    personal: PersonalAmount | null,
    incentive: IncentiveShare | null,
    { place, column }: LooksOn,
  ): Rating {
    const isAgainst = isAgainstTarget(component.document);
    const closed = gates.flatMap(({ gate, open }) =>
      gate.document.guards === 'bands' && !open ? [gate.document.name] : [],
    );
    const terms: RatingTerms = {
      target: isAgainst && target !== null ? target.value : null,
      closed: component.isInRamp ? [...closed, RAMP_GATE] : closed,
      threshold: thresholdOf(gates),
      without,
      personal: personal?.value ?? null,
      incentive: incentive?.share ?? null,
      lumps: presentShare(presence, 'lumps', window),
      bounds: isByAmount(component) ? boundsShare(presence, window) : null,
      place,
      column,
    };
    let known = ratings.get(component);
    if (known === undefined) {
      known = new Map();
      ratings.set(component, known);
    }
    const key = ratingKey(terms);
    let rating = known.get(key);
    if (rating === undefined) {
      rating = ratingOf(component, terms);
      known.set(key, rating);
    }
    return rating;
  }
}

/** The target, or what is paid without one, or why there is none where the bands need one (mechanics §1). */
export function targetFor(
  book: Book,
  measures: Measures,
  inForce: ComponentInForce,
  window: Span,
  date: string,
  unit: string,
  presence: Presence | null,
): WindowTarget | WithoutQuota | Obstacle | null {
  const { document } = inForce.component;
  const { measure, withoutQuota } = document;
  const target = targetOf(book, inForce, window, date, unit, measures, presence);
  const obstacle = 'code' in target ? target : withoutValue(target, measure, window);
  if (obstacle === null) return target;
  if (!isAgainstTarget(document)) return null;
  const isWithout = obstacle.code === 'quota_missing' || obstacle.code === 'quota_zero';
  return isWithout && withoutQuota !== undefined ? withoutQuota : obstacle;
}

/** Whether bounds are amounts of what the component measures. */
function isByAmount({ document }: CompiledComponent): boolean {
  return document.tierBy === 'amount' && document.tierOf === undefined;
}

/** The highest threshold of the gates that pay the excess only. */
function thresholdOf(gates: readonly GateState[]): Exact | null {
  let highest: Exact | null = null;
  for (const { open, threshold } of gates) {
    if (open && threshold !== null && (highest === null || cmp(threshold, highest) > 0)) highest = threshold;
  }
  return highest;
}
