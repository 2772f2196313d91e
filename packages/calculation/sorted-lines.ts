import { isZero } from '@ledger/money';
import type { Calculated } from './line.ts';
import { inOrderOfCredits } from './return-credits.ts';

/** By component, then by pay period. */
export type Lines = ReadonlyMap<string, ReadonlyMap<string, readonly Calculated[]>>;

/** Lines by where they belong; those that come to nothing, and are no lines, apart. */
export function sortedOut(lines: Iterable<Calculated>): { readonly lines: Lines; readonly silent: Lines } {
  const [all, silent] = [new Map<string, Map<string, Calculated[]>>(), new Map<string, Map<string, Calculated[]>>()];
  for (const line of lines) put(isSilent(line) ? silent : all, line);
  const inOrder = new Map<string, Map<string, readonly Calculated[]>>();
  for (const [component, periods] of all) {
    inOrder.set(component, new Map([...periods].map(([period, own]) => [period, numbered(ordered(own))])));
  }
  return { lines: inOrder, silent };
}

/** A true-up that comes to nothing. */
function isSilent(line: Calculated): boolean {
  return line.basis.kind === 'true-up' && isZero(line.exact);
}

function put(among: Map<string, Map<string, Calculated[]>>, line: Calculated): void {
  const { id } = line.inForce.component;
  let periods = among.get(id);
  if (periods === undefined) {
    periods = new Map();
    among.set(id, periods);
  }
  const ofPeriod = periods.get(line.period);
  if (ofPeriod === undefined) periods.set(line.period, [line]);
  else ofPeriod.push(line);
}

/** Deals and what comes back in the order of credits, where a period is rated as one by window and after it; then true-ups. */
function kindOf({ basis }: Calculated): number {
  switch (basis.kind) {
    case 'deal':
      return 0;
    case 'returned-credit':
      return basis.credit.inForce.component.document.each === 'period' ? 1 : 0;
    case 'period':
      return 1;
    case 'true-up':
      return 2;
    default:
      return 9;
  }
}

/** Deals in the order of credits, then periods and true-ups by window. Windows come in their order already, so that little moves. */
function ordered(lines: Calculated[]): Calculated[] {
  return lines.every((line, at) => at === 0 || place(lines[at - 1] ?? line, line) < 0) ? lines : [...lines].sort(place);
}

/** What comes back of a deal several times in a pay period has a line each time, and each of them a name of its own. */
function numbered(lines: readonly Calculated[]): Calculated[] {
  const times = new Map<string, number>();
  return lines.map((line) => {
    if (line.basis.kind !== 'returned-credit') return line;
    const nth = (times.get(line.line) ?? 0) + 1;
    times.set(line.line, nth);
    return nth === 1 ? line : { ...line, line: `${line.line}~${nth}` };
  });
}

function place(a: Calculated, b: Calculated): number {
  if (a.basis.kind === 'deal' && b.basis.kind === 'deal') return inOrderOfCredits(a.basis.credit, b.basis.credit);
  const kinds = kindOf(a) - kindOf(b);
  if (kinds !== 0) return kinds;
  if (a.basis.kind === 'returned-credit' || b.basis.kind === 'returned-credit') return placeOfReturns(a, b);
  return a.line < b.line ? -1 : a.line > b.line ? 1 : 0;
}

/** Of two lines of which one is about what comes back: by the order of credits, where a period is rated as one by window first. */
function placeOfReturns(a: Calculated, b: Calculated): number {
  const [windowA, windowB] = [windowIn(a.basis), windowIn(b.basis)];
  if (kindOf(a) === 1 && windowA !== windowB) return windowA < windowB ? -1 : 1;
  const isOfCredit = (basis: Calculated['basis']) => basis.kind === 'deal' || basis.kind === 'returned-credit';
  return isOfCredit(a.basis) && isOfCredit(b.basis)
    ? inOrderOfCredits(a.basis.credit, b.basis.credit)
    : a.basis.kind === 'period'
      ? -1
      : 1;
}

/** The name of the window in which a line was rated. */
function windowIn(basis: Calculated['basis']): string {
  return 'rated' in basis ? basis.rated.context.name : '';
}
