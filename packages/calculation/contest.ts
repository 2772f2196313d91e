import type { Component, Contest } from '@ledger/events';
import { alongside } from '@ledger/kernel';
import { exact as fromMoney, isZero, mul, sign, sum, ZERO } from '@ledger/money';
import { attainedIn, type Ending, endingIn, gatesAt, onLastDay, unitOf } from './at-end.ts';
import type { Book } from './book.ts';
import type { Calculation, CalculationOf } from './calculate.ts';
import { bookFor } from './entangled.ts';
import { type ComponentInForce, componentsByDate, type Obstacle } from './in-force.ts';
import type { Calculated, ContestBasis, Entrant } from './line.ts';
import type { Credited } from './measured.ts';
import {
  isIn,
  type Member,
  type MemberObstacle,
  measuresIn,
  membersOf,
  type Pool,
  poolOf,
  rememberedForAll,
} from './members.ts';
import { dayBefore, holds, periodBounds, type Span } from './periods.ts';
import { personalOf } from './personal.ts';
import { presenceIn, presentShare } from './presence.ts';
import { type Placed, placed, type Reached, winsShares } from './ranking.ts';
import type { Reporting } from './reporting.ts';
import { inOrderOfCredits } from './return-credits.ts';
import { dividedBy } from './sharing.ts';
import type { Seen, Stage } from './stage.ts';

/**
 * A contest: people are ranked by what they measured in the window, and who wins is paid in the pay period in which it ends
 * (mechanics §11). Everybody who takes part gets a line that says their place, also where it pays nothing.
 */
export function contesting(
  book: Book,
  component: string,
  calculation: Calculation,
  upTo: string,
  calculationOf: CalculationOf,
  { report }: Reporting,
  seen: Seen[],
): Stage {
  const { participant } = book.participant;
  return {
    next: (period) =>
      endingIn(book, (window) => lastIn(book, calculation, window), component, period).flatMap((ending) => {
        const { inForce, window } = ending;
        const { contest } = inForce.component.document;
        if (contest === undefined || !isAmong(contest, participant)) return [];
        // Whoever left before the end has nothing to do with what the others come to.
        if (!componentsIn(book, calculation, window, contest).some(({ component: { id } }) => id === component))
          return [];
        const around = { upTo, calculationOf };
        const entrants = entrantsOf(book, ending, contest, around);
        seen.push(seenOf(entrants, ending, contest, around));
        if ('obstacle' in entrants) {
          report(inForce, period.id, null, named(entrants, participant));
          return [];
        }
        if (!entrants.some((each) => each.participant === participant)) return [];
        const line = lineOnce(book, ending, period, calculation, entrants);
        if (!('code' in line)) return [line];
        report(inForce, period.id, null, line);
        return [];
      }),
  };
}

/** What everybody's calculation goes up to, and how it is had. */
interface Around {
  readonly upTo: string;
  readonly calculationOf: CalculationOf;
}

const forAll = rememberedForAll<readonly Entrant[] | MemberObstacle>();
const shares = ({ contest }: Component): Contest | undefined => contest;

/** Everybody who takes part, and what they measured; or why that cannot be told. */
function entrantsOf(book: Book, { inForce, window }: Ending, contest: Contest, around: Around) {
  const { plan, component } = inForce;
  const pool = poolOf(plan, component.id, contest.group);
  const { present, among } = contest;
  const unit = component.document.tierBy === 'amount' ? unitOf(inForce) : null;
  const key = JSON.stringify([pool.key, window.id, around.upTo, present, among, unit]);
  return forAll(book, key, (before) => entrantsIn(book, pool, window, contest, unit, around, before));
}

/** Made apart from the stage: what is kept with a calculation must not hold a book. */
function seenOf(answer: Seen['answer'], ending: Ending, contest: Contest, around: Around): Seen {
  return { answer, again: (book) => entrantsOf(book, ending, contest, around) };
}

function entrantsIn(
  book: Book,
  pool: Pool,
  window: Span,
  contest: Contest,
  unit: string | null,
  { calculationOf }: Around,
  before: readonly Entrant[] | MemberObstacle | undefined,
): readonly Entrant[] | MemberObstacle {
  const entrants: Entrant[] = [];
  const earlier = before === undefined || 'obstacle' in before ? [] : before;
  const known = new Map(earlier.map((each) => [each.participant, each]));
  for (const member of membersOf(book, pool, shares)) {
    const { participant } = member;
    if (!isAmong(contest, participant)) continue;
    const entrant = entrantOnce(member, pool, window, contest, calculationOf, known.get(participant));
    if (entrant === null) continue;
    if ('code' in entrant) return { participant, obstacle: entrant };
    if (unit !== null && entrant.unit !== unit) {
      const says = `${participant} measures in ${entrant.unit} and others in ${unit}, and amounts in two units cannot be ranked; let the plans have one currency, or rank by attainment`;
      return { participant, obstacle: { code: 'plan_currency', says, scope: window.id } };
    }
    entrants.push(entrant);
  }
  // The same list where nobody measured anything else: what was ranked once is not ranked again.
  return entrants.length === earlier.length && entrants.every((each, at) => each === earlier[at]) ? earlier : entrants;
}

/** Whether plain values say the same. */
function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [own, other] = [Object.entries(a), new Map(Object.entries(b))];
  const isOneKind = Array.isArray(a) === Array.isArray(b) && a.constructor === b.constructor;
  return (
    isOneKind &&
    own.length === other.size &&
    own.every(([key, each]) => other.has(key) && isAlike(each, other.get(key)))
  );
}

const TAKING_PART = alongside<Calculation, Map<string, Entrant | Obstacle | null>>();

/** What somebody measured, worked out once for each calculation, and as `before` where it is alike; `null`: they do not take part. */
function entrantOnce(
  member: Member,
  pool: Pool,
  window: Span,
  contest: Contest,
  calculationOf: CalculationOf,
  before: Entrant | undefined,
): Entrant | Obstacle | null {
  const narrowed = bookFor(member.book, 'measured', `contest ${pool.key}`, isIn(pool, shares));
  const calculation = calculationOf(narrowed);
  const known = TAKING_PART.get(calculation) ?? new Map<string, Entrant | Obstacle | null>();
  TAKING_PART.set(calculation, known);
  const key = JSON.stringify([pool.key, window.id, contest.present]);
  let entrant = known.get(key);
  if (entrant === undefined) {
    // Who is paid on earnings of others races all the same.
    const whole = narrowed === member.book ? calculation : { ...calculation, inForceOn: componentsByDate(member.book) };
    const inForce = componentsIn(member.book, whole, window, contest).find(
      ({ plan, component: { id, document } }) =>
        document.contest !== undefined && poolOf(plan, id, document.contest.group).key === pool.key,
    );
    entrant = inForce === undefined ? null : entrantOf(member, pool, whole, inForce, window);
    if (before !== undefined && isAlike(before, entrant)) entrant = before;
    known.set(key, entrant);
  }
  return entrant;
}

function isAmong({ among }: Contest, participant: string): boolean {
  return among === null || among.includes(participant);
}

/** The components that somebody takes part with. */
function componentsIn(
  book: Book,
  calculation: Calculation,
  window: Span,
  { present }: Contest,
): readonly ComponentInForce[] {
  return present === 'at-end' ? onLastDay(calculation)(window) : lastIn(book, calculation, window);
}

/** The components that somebody earns under on the last day of the window, or had last within it. */
function lastIn({ participant }: Book, { inForceOn }: Calculation, window: Span): readonly ComponentInForce[] {
  const { endsOn, assignments } = participant;
  const ends = [endsOn, ...assignments.map(({ to }) => to)].filter((day) => day !== null).map(dayBefore);
  const days = [dayBefore(window.to), ...ends.filter((day) => holds(window, day))].sort().reverse();
  return days.map(inForceOn).find((components) => components.length > 0) ?? [];
}

function entrantOf(
  { participant, book }: Member,
  pool: Pool,
  calculation: Calculation,
  inForce: ComponentInForce,
  window: Span,
): Entrant | Obstacle {
  // What cannot be calculated later is in nobody's way.
  const problem = calculation.problems.find(
    ({ component, period }) => component === inForce.component.id && periodBounds(period).from < window.to,
  );
  if (problem !== undefined) {
    const { code, message, cause } = problem;
    return { code, says: message.replace(/\.$/, ''), scope: window.id, cause };
  }
  if (inForce.obstacle !== null) return inForce.obstacle;
  const unit = unitOf(inForce) ?? 'number';
  const own = measuresIn(book, pool, shares);
  const measured = sum(own.map((each) => calculation.measures.own(each.component, each.measure, unit, window)));
  // Who sold nothing has no score above 0, whatever the quota.
  const attained =
    isZero(measured) && inForce.component.tierOf === null
      ? { target: null, reached: ZERO, look: null }
      : attainedIn(book, calculation.measures, { inForce, window }, measured);
  if ('code' in attained) return attained;
  const { target, reached: score, look } = attained;
  const gates = gatesAt(book, calculation.measures, { inForce, window });
  if ('code' in gates) return gates;
  const isBarred = gates.some(({ open }) => !open);
  return {
    participant,
    unit,
    measured,
    target,
    score,
    look,
    isBarred,
    gates,
    reached: lastCounted(calculation, own, window),
  };
}

function lastCounted(
  { credited }: Calculation,
  own: readonly { readonly component: string }[],
  window: Span,
): Reached | null {
  const counted = [...new Set(own.map(({ component }) => component))].flatMap((component) => {
    const isCounted = ({ deal, weighed }: Credited) =>
      holds(window, deal.closedOn) && !isZero(weighed.measure.credited);
    const last = (credited.get(component) ?? []).findLast(isCounted);
    return last === undefined ? [] : [last];
  });
  const [last] = counted.sort((a, b) => inOrderOfCredits(b, a));
  return last === undefined ? null : { closedOn: last.deal.closedOn, sequence: last.deal.sequence, deal: last.key };
}

/** Whose numbers are in the way, where they are not the participant's own. */
function named({ participant, obstacle }: MemberObstacle, own: string): Obstacle {
  if (participant === own) return obstacle;
  return { cause: obstacle.says, ...obstacle, says: `${participant} takes part: ${obstacle.says}` };
}

interface Told {
  readonly calculation: Calculation;
  readonly inForce: ComponentInForce;
  readonly line: Calculated | Obstacle;
}
/** By participant and pay period. */
const TOLD = alongside<readonly Entrant[], Map<string, Told>>();

/** The line of somebody, as it was where neither they nor anybody else measured anything else. */
function lineOnce(
  book: Book,
  ending: Ending,
  period: Span,
  calculation: Calculation,
  entrants: readonly Entrant[],
): Calculated | Obstacle {
  const told = TOLD.get(entrants) ?? new Map<string, Told>();
  TOLD.set(entrants, told);
  const key = `${book.participant.participant} ${period.id}`;
  const known = told.get(key);
  if (known?.calculation === calculation && known.inForce === ending.inForce) return known.line;
  const line = lineOf(book, ending, period, entrants);
  told.set(key, { calculation, inForce: ending.inForce, line });
  return line;
}

const RANKED = alongside<readonly Entrant[], { readonly contest: Contest; readonly ranked: readonly Placed[] }>();

function ranking(contest: Contest, entrants: readonly Entrant[]): readonly Placed[] {
  let known = RANKED.get(entrants);
  if (known?.contest !== contest) {
    known = { contest, ranked: placed(contest, entrants, sum(entrants.map(({ measured }) => measured))) };
    RANKED.set(entrants, known);
  }
  return known.ranked;
}

function lineOf(
  book: Book,
  { inForce, window }: Ending,
  period: Span,
  entrants: readonly Entrant[],
): Calculated | Obstacle {
  const own = book.participant.participant;
  const { contest } = inForce.component.document;
  if (contest === undefined) throw new Error(`${inForce.component.id} is no contest`);
  const { currency } = inForce.planVersion.document;
  const ranked = ranking(contest, entrants);
  const ours = ranked.find(({ participant }) => participant === own);
  const isShare = winsShares(contest);
  const incentive = isShare && sign(ours?.prize ?? ZERO) > 0 ? incentiveOf(book, inForce, window) : null;
  if (incentive !== null && 'code' in incentive) return incentive;
  // What is shared is posted so that it adds up to what there is to share.
  const sharing = ranked.filter(
    ({ prize, place }) => sign(prize) > 0 && (contest.awards.by === 'pot' || place === ours?.place),
  );
  const parts = sharing.map(({ participant, prize }) => ({ key: participant, amount: prize }));
  const posted =
    isShare || parts.length < 2 || (['higher', 'lower'].includes(contest.ties) && contest.awards.by !== 'pot')
      ? undefined
      : dividedBy(sum(parts.map(({ amount }) => amount)), parts, currency).get(own);
  const line = `${inForce.component.id}/contest/${window.id}`;
  const basis: ContestBasis = { kind: 'contest', window, contest, own, entrants, ranked, incentive };
  const prize = ours?.prize ?? ZERO;
  const exact = incentive === null ? prize : mul(prize, incentive.value);
  return {
    line,
    inForce,
    period: period.id,
    deal: null,
    closedOn: null,
    exact,
    basis,
    ...(posted === undefined ? {} : { posted }),
  };
}

/** What shares of the target incentive are of, for the part of the window that counts. */
function incentiveOf(book: Book, inForce: ComponentInForce, window: Span): ContestBasis['incentive'] | Obstacle {
  const { document } = inForce.component;
  const personal = personalOf(book, inForce, window);
  if (personal !== null && 'code' in personal) return personal;
  const present = presentShare(presenceIn(book, inForce, window), 'target-incentive', window);
  const whole = personal?.value ?? fromMoney(document.targetIncentive ?? '0');
  return { value: present === null ? whole : mul(whole, present), personal };
}
