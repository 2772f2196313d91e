import { cmp, exact, sign, sub, sum } from '@ledger/money';
import { type Calculated, isLost } from './line.ts';
import type { Stage } from './stage.ts';

/** Least that a component earns in a pay period in which it earns at all; what takes away is left as it is (mechanics §4). */
export function flooring(): Stage {
  return {
    next: (period, lines) => {
      const inForce = lines.findLast((line) => !isLost(line))?.inForce;
      const least = inForce?.component.document.floor?.period;
      if (inForce === undefined || least === undefined) return [];
      const floor = exact(least);
      const calculated = sum(lines.map((line) => line.exact));
      if (sign(calculated) <= 0 || cmp(calculated, floor) >= 0) return [];
      const line: Calculated = {
        line: `${inForce.component.id}/floor/${period.id}`,
        inForce,
        period: period.id,
        deal: null,
        closedOn: null,
        exact: sub(floor, calculated),
        basis: { kind: 'floor', of: period.id, floor, calculated },
      };
      return [line];
    },
  };
}
