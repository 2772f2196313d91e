import type { BlockerCause, BlockersAnswer } from '@ledger/application';
import { wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** What is in the way of a freeze, by what causes it: what may not be overridden first, each with the command that mends it. */
export function renderBlockers(
  paint: Paint,
  { period, asOf, blockers, causes }: BlockersAnswer,
  columns: number,
): string {
  if (blockers.length === 0) {
    const turn = paint.dim(`ledger close ${period}`);
    return `Nothing in ${period} keeps it from being frozen, as of position ${asOf}.\n  whether it is over, and its turn: ${turn}\n`;
  }
  const may = blockers.filter(({ overridable }) => overridable).length;
  const by =
    causes.length === blockers.length ? '' : ` by ${causes.length} ${causes.length === 1 ? 'cause' : 'causes'}`;
  const head = `${paint.bold(`Blockers of ${period}`)}, as of position ${asOf}: ${blockers.length}${by}, of which ${may} may be overridden\n`;
  return head.concat(
    ...causes.map((cause) => {
      const name = cause.overridable ? paint.yellow(cause.code) : paint.red(cause.code);
      return `  ${wrapped(`${name}: ${cause.says}`, columns - 4, '    ')}\n    ${paint.dim(mendText(cause))}\n`;
    }),
  );
}

/** Where each of many is mended by itself, the command is that of the first. */
export function mendText({ mend, mendsAll }: Pick<BlockerCause, 'mend' | 'mendsAll'>): string {
  return mendsAll ? mend : `the first: ${mend}`;
}
