import type { ExpectedNumber, ExpectedRelease } from '@ledger/connectors';
import type { StatementLine } from '@ledger/events';
import { add, type Exact, exact, neg, sub, sum } from '@ledger/money';

/** What a statement says is held and released: of a deal, a component, or all of it. */

type EarningLine = Extract<StatementLine, { readonly kind: 'earning' }>;

export function releaseLines(lines: readonly StatementLine[], of: ExpectedRelease): readonly EarningLine[] {
  return lines.filter(
    (line): line is EarningLine =>
      line.kind === 'earning' &&
      (of.component === null || line.component === of.component) &&
      (of.deal === null || line.deal === of.deal || line.line.endsWith(`/${of.deal}`)),
  );
}

/** Each sum that is expected: earned + released = eligible + held. */
export function releaseSums(
  lines: readonly EarningLine[],
  { component, deal, ...expected }: ExpectedRelease,
): readonly { readonly field: string; readonly number: ExpectedNumber; readonly amount: Exact }[] {
  const total = (of: (line: EarningLine) => boolean) => sum(lines.filter(of).map(({ amount }) => exact(amount)));
  const held = neg(total((line) => isOf(line, 'held')));
  const released = total((line) => isOf(line, 'released'));
  const earned = total((line) => !isOf(line, 'held') && !isOf(line, 'released'));
  const sums = { earned, held, released, eligible: add(sub(earned, held), released) };
  const of = [component, deal].filter((name) => name !== null).join(', ');
  return (['earned', 'held', 'released', 'eligible'] as const).flatMap((name) => {
    const number = expected[name];
    return number === null ? [] : [{ field: `${name}${of === '' ? '' : ` (${of})`}`, number, amount: sums[name] }];
  });
}

function isOf({ line, component }: EarningLine, step: 'held' | 'released'): boolean {
  return line.startsWith(`${component}/${step}/`);
}
