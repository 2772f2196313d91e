import { CLOSED, type ReleasePart } from '@ledger/events';
import { add, cmp, type Exact, isZero, max, mul, ONE, percent, shareIn, sub, ZERO } from '@ledger/money';
import type { Book, DealEntry } from './book.ts';
import { type DealShare, dealShares, movedLine } from './deal-shares.ts';
import { earnsUntil, leavingRule } from './leaving-rule.ts';
import type { Calculated, ForfeitedBasis, PartReleased, ReleaseBasis } from './line.ts';
import { dayBefore, type Span } from './periods.ts';
import { dueOn, milestonesOf, partReached } from './reached.ts';
import { NO_LINES, type Stage, type StagedLines } from './stage.ts';

/**
 * What is earned and may not be paid yet, and what may be paid by and by (mechanics §13). Held is what is not released of what the deal
 * has earned up to now; each period has what that is more, or less, than at the end of the period before. So a later rating counts for
 * released and unreleased parts alike, and the last release takes the remainder.
 */
export function releasing({ participant }: Book, silent: StagedLines = NO_LINES): Stage {
  const shares = dealShares();
  const known = new Map<string, Held>();
  return {
    next: (period, lines) => {
      const changed = shares.next([...lines, ...(silent.get(period.id) ?? [])]);
      const added: Calculated[] = [];
      for (const share of shares.inOrder()) {
        const before = known.get(share.key);
        const isOpen = before?.moments.some((day) => period.from <= day && day < period.to) === true;
        if (!changed.has(share.key) && !isOpen) continue;
        const terms = share.inForce.component.document.release;
        // What came back within the period, or what others took, leaves nothing that could be held or released by and by.
        if (terms === undefined || (before === undefined && isZero(share.earned))) continue;
        const end = endOf(share);
        const now = heldAt(share, terms, before, period.to, end);
        known.set(share.key, now);
        const was = before ?? { ...NOTHING_HELD, released: now.released };
        const isApart = before !== undefined && goesAtOtherRate(share);
        const kept = isApart ? heldAt(withoutLast(share, was), terms, before, period.to, end) : now;
        added.push(
          ...linesOf(share, period, { was, kept, now }, participant.currency),
          ...lossOf(share, period, { was, kept, now }, end, participant.currency),
        );
      }
      return added;
    },
  };

  /** Whether what comes back goes at another rate than what the period earns and releases. */
  function goesAtOtherRate({ inForce }: DealShare): boolean {
    const { currency, payout } = inForce.planVersion.document;
    return payout !== undefined && payout.rate !== 'booking-date' && currency !== participant.currency;
  }

  /** The day from which on nothing more of a deal is released, where its plan lets those lose it who leave. */
  function endOf({ deal, inForce }: DealShare): string | null {
    const end = earnsUntil(participant);
    const isLost = leavingRule(participant, inForce.planVersion.document)?.held === 'forfeited';
    return isLost && end !== null && deal.closedOn < end ? end : null;
  }
}

/** What is held of a deal at the end of a period. */
interface Held {
  /** What it has earned; nothing where that is below 0, so that what is owed is not held. */
  readonly earned: Exact;
  /** What came back of it, where that is taken from what is held first. */
  readonly back: Exact | null;
  /** What came back of it. */
  readonly returned: Exact;
  readonly parts: readonly PartReleased[];
  /** From 0 to 1. */
  readonly released: Exact;
  /** What was not released when its owner left, where that is lost. */
  readonly lost: Exact;
  /** Days on which something is released, or no longer is. */
  readonly moments: readonly string[];
}
const NOTHING_HELD: Held = {
  earned: ZERO,
  back: null,
  returned: ZERO,
  parts: [],
  released: ZERO,
  lost: ZERO,
  moments: [],
};

/** At the end of a period, what is held before, without what comes back in it, and with it. */
interface Moved {
  readonly was: Held;
  readonly kept: Held;
  readonly now: Held;
}

/** The deal as if nothing had come back of it since. */
function withoutLast(share: DealShare, { returned }: Held): DealShare {
  return { ...share, earned: add(share.earned, sub(share.returned, returned)), returned };
}

function heldAt(
  { earned, returned, deal, inForce }: DealShare,
  terms: readonly ReleasePart[],
  before: Held | undefined,
  to: string,
  end: string | null,
): Held {
  const isOver = end !== null && end <= to;
  const parts = terms.map((part) => partReleased(part, deal, isOver ? end : to));
  const released = parts.reduce((total, part) => add(total, mul(part.share, part.reached)), ZERO);
  const moments = before?.moments ?? [
    ...terms.flatMap((part) => momentsOf(part, deal)),
    ...(end === null ? [] : [dayBefore(end)]),
  ];
  const back = inForce.component.document.returned?.some(({ outOf }) => outOf === 'held-first')
    ? max(ZERO, returned)
    : null;
  const kept = { earned: max(ZERO, earned), back };
  return { ...kept, returned, parts, released, lost: isOver ? unreleased(kept, released) : ZERO, moments };
}

/** What is not released of what a deal earned; where what came back is taken from that first, what is left of it. */
export function unreleased({ earned, back }: Pick<Held, 'earned' | 'back'>, released: Exact): Exact {
  if (back === null) return mul(earned, sub(ONE, released));
  return max(ZERO, sub(mul(add(earned, back), sub(ONE, released)), back));
}

/** How much of a part is released before a date. */
function partReleased(part: ReleasePart, deal: DealEntry, before: string): PartReleased {
  const share = shareIn(part.share);
  if (part.at === CLOSED) {
    const [day = deal.closedOn] = momentsOf(part, deal);
    const isReached = (part.after === undefined && part.endOf === undefined) || day < before;
    return { part, share, reached: isReached ? ONE : ZERO, on: isReached ? day : null, events: [] };
  }
  const reached = milestonesOf(deal, part.at, part).filter(({ on }) => on < before);
  const events = reached.map(({ milestone }) => milestone.event);
  const on = reached.at(-1)?.on ?? null;
  return { part, share, reached: reachedBy(part, partReached(deal, reached)), on, events };
}

/** A part of the deal releases in proportion, or from a part on, or as soon as there is any of it. */
function reachedBy({ inProportion, fromShare }: ReleasePart, reached: Exact): Exact {
  if (fromShare !== undefined && cmp(reached, percent(fromShare)) >= 0) return ONE;
  if (inProportion === true) return reached;
  return fromShare === undefined && !isZero(reached) ? ONE : ZERO;
}

function momentsOf(part: ReleasePart, deal: DealEntry): readonly string[] {
  if (part.at === CLOSED) return [dueOn(deal.closedOn, part)];
  return milestonesOf(deal, part.at, part).map(({ on }) => on);
}

/** What is held more, by what was released before; and what is released more, of all that is earned now. */
function linesOf(share: DealShare, period: Span, { was, kept, now }: Moved, paidIn: string): readonly Calculated[] {
  const held = (of: Held, released: Exact) => sub(unreleased(of, released), of.lost);
  const stages = [
    { by: 'held', left: held(kept, was.released), of: kept, isBack: false },
    { by: 'held', left: held(now, was.released), of: now, isBack: true },
    { by: 'released', left: held(now, now.released), of: now, isBack: false },
  ] as const;
  let earlier = held(was, was.released);
  const lines: Calculated[] = [];
  for (const { by, left, of, isBack } of stages) {
    const { earned, back, parts } = of;
    const basis: ReleaseBasis = {
      ...{ kind: by, deal: share.key, before: earlier, held: left, earned, back, parts },
      ...(isBack ? { isBack } : {}),
    };
    const [line] = movedLine(share, period, paidIn, earlier, left, { deal: null, basis });
    earlier = left;
    if (line !== undefined) lines.push(isBack && lines.length > 0 ? { ...line, line: `${line.line}~2` } : line);
  }
  return lines;
}

/** What is lost of a deal with what was held of it. */
function lossOf(
  share: DealShare,
  period: Span,
  { was, kept, now }: Moved,
  end: string | null,
  paidIn: string,
): readonly Calculated[] {
  if (end === null) return [];
  const lines: Calculated[] = [];
  for (const [before, { lost }, isBack] of [
    [was, kept, false],
    [kept, now, true],
  ] as const) {
    const earned = sub(lost, before.lost);
    const basis: ForfeitedBasis = {
      ...{ kind: 'forfeited', why: 'held', of: end, earned, share: ZERO, lost: { before: before.lost, now: lost } },
      ...(isBack ? { isBack } : {}),
    };
    const [line] = movedLine(share, period, paidIn, before.lost, lost, { deal: share.key, basis });
    if (line !== undefined) lines.push(isBack && lines.length > 0 ? { ...line, line: `${line.line}~2` } : line);
  }
  return lines;
}
