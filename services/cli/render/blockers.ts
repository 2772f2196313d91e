import type { BlockersAnswer } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** What is in the way of a freeze: what may not be overridden first, each with the command that mends it. */
export function renderBlockers(paint: Paint, { period, asOf, blockers }: BlockersAnswer, columns: number): string {
  if (blockers.length === 0) return `Nothing keeps ${period} from being frozen, as of position ${asOf}.\n`;
  const ordered = [...blockers].sort((a, b) => Number(a.overridable) - Number(b.overridable));
  const may = blockers.filter(({ overridable }) => overridable).length;
  const head = `${paint.bold(`Blockers of ${period}`)}, as of position ${asOf}: ${blockers.length}, of which ${may} may be overridden\n`;
  return head.concat(
    ...ordered.map(({ code, says, mend, overridable }) => {
      const name = overridable ? paint.yellow(code) : paint.red(code);
      return `  ${wrapped(`${name}: ${says}`, columns - 4, '    ')}\n    ${paint.dim(mend)}\n`;
    }),
  );
}
