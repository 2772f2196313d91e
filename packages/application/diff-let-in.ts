import { type Exact, exact, sign, sub } from '@ledger/money';
import { changesOf, type Matter, type Moved, type MovingEvent, movingEvent, turnInWords } from './diff-moves.ts';
import type { Standing, Stretch } from './diff-standing.ts';
import { amountText, differences } from './differences.ts';
import { eventAt } from './handle.ts';
import type { Ledger } from './ledger.ts';

/** A statement that a period's opening moves: how it stood up to there, and how it stands from there on. */
export interface Opening {
  readonly matter: Matter;
  readonly before: Stretch;
  readonly now: Stretch;
}

/** What is counted of it so far. */
interface Counting {
  readonly opening: Opening;
  readonly whole: Amounts;
  readonly first: Amounts;
  counted: Amounts;
  readonly facts: MovingEvent[];
}
/** By component. */
type Amounts = ReadonlyMap<string, Exact>;

/**
 * What a period's opening moves, fact by fact: each is added to the books before it and to those after it, and what it moves in the one
 * and not in the other is what the opening let in of it. The opening itself counts with what no fact explains. A statement that cannot be
 * computed on either side has no answer. Everybody's statements go side by side: what people see of each other is calculated once.
 */
export async function letInBy(
  ledger: Ledger,
  { start, since }: { readonly start: bigint; readonly since: bigint },
  openings: readonly Opening[],
): Promise<ReadonlyMap<Matter, readonly MovingEvent[]>> {
  const turn = openings.length === 0 ? undefined : await eventAt(ledger, start);
  if (turn === undefined) return new Map();
  const letIn = { position: String(start), says: turnInWords(turn) };
  const between = ({ before, now, matter }: Opening, position: bigint) =>
    movedBetween(before.at(position, start - 1n), now.at(position, start), matter.currency);
  const wholes = openings.map((opening) => ({ opening, whole: between(opening, start) }));
  const counting = wholes.flatMap(({ opening, whole }): readonly Counting[] => {
    if (whole === null) return [];
    const first = between(opening, since) ?? new Map<string, Exact>();
    return [{ opening, whole, first, counted: first, facts: [] }];
  });
  const steps = counting.flatMap((own) => {
    const { matter, now } = own.opening;
    const span = { after: since, upTo: start - 1n };
    const inside = now.history === null ? [] : changesOf(now.history, [matter.period], span);
    return inside.map(({ position, says }) => ({ own, position, says }));
  });
  steps.sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
  for (const { own, position, says } of steps) {
    const soFar = between(own.opening, position);
    if (soFar === null) continue;
    const { currency } = own.opening.matter;
    const moved = movedText(less(soFar, own.counted), currency);
    own.counted = soFar;
    if (moved.length > 0) {
      own.facts.push({ ...(await movingEvent(ledger, { position, says: says() }, moved, currency)), letIn });
    }
  }
  const told = new Map<Matter, readonly MovingEvent[]>();
  for (const { opening, whole, first, counted, facts } of counting) {
    const { matter } = opening;
    const itself = movedText(less(whole, less(counted, first)), matter.currency);
    const own =
      itself.length === 0
        ? []
        : [await movingEvent(ledger, { position: start, says: letIn.says }, itself, matter.currency)];
    told.set(matter, [...own, ...facts]);
  }
  return told;
}

/** By component; `null` where one of the two cannot be computed. */
function movedBetween(was: Standing, is: Standing, currency: string): Amounts | null {
  if (was.state === 'failed' || is.state === 'failed') return null;
  const moved = differences(was.statement, is.statement, currency);
  return new Map(moved.map(({ component, difference }) => [component, exact(difference)]));
}

function less(all: Amounts, counted: Amounts): Amounts {
  const zero = exact('0');
  const components = [...new Set([...all.keys(), ...counted.keys()])].sort();
  return new Map(components.map((each) => [each, sub(all.get(each) ?? zero, counted.get(each) ?? zero)]));
}

function movedText(moved: Amounts, currency: string): readonly Moved[] {
  return [...moved]
    .filter(([, difference]) => sign(difference) !== 0)
    .map(([component, difference]) => ({ component, difference: amountText(difference, currency) }));
}
