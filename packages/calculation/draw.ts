import { add, type Exact, isZero, max, min, mul, sub, sum, ZERO } from '@ledger/money';

/** Pay ahead of earnings, as arithmetic (mechanics §10). Amounts are of one currency. */
export interface DrawDue {
  readonly name: string;
  /** What the draw pays at least; `null` where none is due and only what is owed is paid back. */
  readonly draw: Exact | null;
  /** What was earned in the time that the draw is for. */
  readonly earned: Exact;
  readonly isRecoverable: boolean;
  /** Paid beside what is earned, which is not set against it. */
  readonly isOnTop: boolean;
  /** Owed before. */
  readonly owed: Exact;
  readonly protectsFloor: boolean;
  /** Share of what is above the draw, or of all that is earned, that pays back; 0 before paying back begins. */
  readonly share: Exact;
  /** Most of everything that is earned that pays back; `null`: no limit. */
  readonly mostShare: Exact | null;
  readonly mostOwed: Exact | null;
  /** To the currency's minor unit, by the plan's rule. */
  readonly round: (amount: Exact) => Exact;
}

export interface Drawn {
  /** What the draws before it have left of the earnings. */
  readonly left: Exact;
  readonly draw: Exact;
  /** What may be advanced at most, where a limit on what is owed says so. */
  readonly room: Exact | null;
  readonly advance: Exact;
  /** What is kept from paying back: all draws of the period where the floor is protected. */
  readonly floor: Exact;
  /** What other draws of the period have taken back already. */
  readonly taken: Exact;
  /** What may pay back. */
  readonly above: Exact;
  /** Most that may be paid back of what is earned; `null`: no limit. */
  readonly most: Exact | null;
  readonly recovered: Exact;
}

/**
 * Draws of a period, in their order. One alone: advance = max(0, draw − earned); recovered = min(owed, share × max(0, earned − draw))
 * when its floor is protected, min(owed, share × earned) otherwise. Of several each advances what the earnings that the ones before it
 * have left do not reach, so that together they pay at least their sum; then they are paid back one after another. One on top is paid
 * whatever is earned.
 */
export function drawn(draws: readonly DrawDue[]): readonly Drawn[] {
  const together = sum(draws.map(reaching));
  let used = ZERO;
  let taken = ZERO;
  return draws.map((each) => {
    const { draw, earned, isRecoverable, isOnTop, owed, protectsFloor, share, mostShare, mostOwed, round } = each;
    const left = isZero(used) ? earned : max(ZERO, sub(earned, used));
    used = add(used, reaching(each));
    const floor = protectsFloor ? together : ZERO;
    const before = taken;
    const above = max(ZERO, sub(sub(earned, floor), before));
    const most = mostShare === null ? null : mul(mostShare, max(ZERO, earned));
    const due = min(owed, mul(share, above));
    const recovered = isRecoverable ? round(most === null ? due : min(due, most)) : ZERO;
    taken = add(taken, recovered);
    const missing = draw === null ? ZERO : round(isOnTop ? draw : max(ZERO, sub(draw, left)));
    const room = mostOwed === null || !isRecoverable ? null : max(ZERO, sub(mostOwed, sub(owed, recovered)));
    const advance = room === null ? missing : min(missing, room);
    return { left, draw: draw ?? ZERO, room, advance, floor, taken: before, above, most, recovered };
  });
}

/** What earnings are to reach for a draw. */
function reaching({ draw, isOnTop }: DrawDue): Exact {
  return isOnTop ? ZERO : (draw ?? ZERO);
}
