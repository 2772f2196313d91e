import { canMoveBefore, changeInWords, type History, periodBounds, workingCopy } from '@ledger/calculation';
import type { RecordedEvent } from '@ledger/events';
import { type Exact, exact, sign, sub, sum } from '@ledger/money';
import { definitionsView, participantLabel, payoutsView } from '@ledger/projections';
import { booksAt, isSame, type Standing, type Stretch, stretchFrom, type Whose } from './diff-standing.ts';
import { amountText, differences } from './differences.ts';
import { eventAt } from './handle.ts';
import type { Ledger } from './ledger.ts';

/** An event that moved a statement, and by how much. */
export interface MovingEvent {
  readonly event: string;
  readonly position: string;
  readonly recordedAt: string;
  readonly actor: RecordedEvent['meta']['actor'];
  readonly type: string;
  readonly says: string;
  /** The opening or reopening of a period by which it moves this statement; `null` where it did so when it was recorded. */
  readonly letIn: { readonly position: string; readonly says: string } | null;
  /** `null` where the statement could not be computed after it; what moves meanwhile counts at the event that made it sound again. */
  readonly difference: string | null;
  readonly components: readonly Moved[];
}

interface Moved {
  readonly component: string;
  readonly difference: string;
}

interface Matter extends Whose {
  readonly currency: string;
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Goes from the one moment to the other event by event. What was posted, and which periods are open, changes at few positions: between
 * two of those the statement is the same calculation on a book that grows by one change at a time.
 */
export async function movingEvents(ledger: Ledger, matter: Matter, was: Standing): Promise<readonly MovingEvent[]> {
  const { participant, from, to, currency } = matter;
  const events: MovingEvent[] = [];
  let last = was;
  // The newest statement that could be computed: what moves while none can be counts when one can be again.
  let known = was.state === 'failed' ? null : was;
  const step = async (position: bigint, is: Standing, says: string | null): Promise<void> => {
    if (isSame(last, is)) return;
    last = is;
    if (is.state === 'failed') {
      events.push(await movingEvent(ledger, { position, says }, null, currency));
      return;
    }
    const moved = known === null ? null : differences(known.statement, is.statement, currency);
    known = is;
    if (moved?.length !== 0) events.push(await movingEvent(ledger, { position, says }, moved, currency));
  };
  const turns = [from, ...(await turningPoints(ledger, participant, from, to))];
  let before: Stretch | null = null;
  for (const [index, start] of turns.entries()) {
    const next = turns[index + 1];
    const opened = before === null ? null : await openedAt(ledger, start, before);
    const since = opened === 'first' ? from : (opened ?? start);
    const books = await booksAt(ledger, next === undefined ? to : next - 1n, participant, since);
    const now = await stretchFrom(ledger, books, start, matter);
    const is = now.at(start);
    if (before !== null && opened !== null && is.state !== 'failed' && !isSame(last, is)) {
      const turn = { start, since: opened === 'first' ? 0n : opened };
      const told = await letInBy(ledger, matter, turn, before, now);
      if (told !== null) {
        events.push(...told);
        last = is;
        known = is;
      }
    }
    if (before !== null) await step(start, is, null);
    if (now.history !== null) {
      for (const { position, says } of changesOf(now.history, matter.period)) {
        if (position > start) await step(position, now.at(position), says);
      }
    }
    before = now;
  }
  return events;
}

/**
 * Since when what was recorded counts only from a turning point on: since the freeze that a reopening undoes; where a period is opened
 * for the first time, since what the books begin with. `null` of any other turning point.
 */
async function openedAt(ledger: Ledger, position: bigint, before: Stretch): Promise<bigint | 'first' | null> {
  const recorded = await eventAt(ledger, position);
  if (recorded?.event.type === 'PeriodOpened') return 'first';
  if (recorded?.event.type !== 'PeriodReopened') return null;
  const pinned = before.books?.periods.get(recorded.event.data.period)?.asOf;
  return pinned === undefined || pinned === null ? null : BigInt(pinned);
}

/**
 * What a period's opening moves, fact by fact: each is added to the books before it and to those after it, and what it moves in the one
 * and not in the other is what the opening let in of it. The opening itself counts with what no fact explains. `null` where one of
 * the two statements cannot be computed.
 */
async function letInBy(
  ledger: Ledger,
  { period, currency }: Matter,
  { start, since }: { readonly start: bigint; readonly since: bigint },
  before: Stretch,
  now: Stretch,
): Promise<readonly MovingEvent[] | null> {
  const between = (position: bigint) =>
    movedBetween(before.at(position, start - 1n), now.at(position, start), currency);
  const whole = between(start);
  if (whole === null) return null;
  const turn = await eventAt(ledger, start);
  if (turn === undefined) throw new Error(`nothing is recorded at position ${start}`);
  const letIn = { position: String(start), says: turnInWords(turn) };
  const facts: MovingEvent[] = [];
  const first = between(since) ?? new Map<string, Exact>();
  let counted = first;
  for (const { position, says } of now.history === null ? [] : changesOf(now.history, period)) {
    if (position <= since || position >= start) continue;
    const soFar = between(position);
    if (soFar === null) continue;
    const own = less(soFar, counted);
    counted = soFar;
    const moved = movedText(own, currency);
    if (moved.length > 0) facts.push({ ...(await movingEvent(ledger, { position, says }, moved, currency)), letIn });
  }
  const itself = movedText(less(whole, less(counted, first)), currency);
  if (itself.length === 0) return facts;
  return [await movingEvent(ledger, { position: start, says: letIn.says }, itself, currency), ...facts];
}

/** By component; `null` where one of the two cannot be computed. */
function movedBetween(was: Standing, is: Standing, currency: string): Map<string, Exact> | null {
  if (was.state === 'failed' || is.state === 'failed') return null;
  const moved = differences(was.statement, is.statement, currency);
  return new Map(moved.map(({ component, difference }) => [component, exact(difference)]));
}

function less(all: ReadonlyMap<string, Exact>, counted: ReadonlyMap<string, Exact>): Map<string, Exact> {
  const zero = exact('0');
  const components = [...new Set([...all.keys(), ...counted.keys()])].sort();
  return new Map(components.map((each) => [each, sub(all.get(each) ?? zero, counted.get(each) ?? zero)]));
}

function movedText(moved: ReadonlyMap<string, Exact>, currency: string): readonly Moved[] {
  return [...moved]
    .filter(([, difference]) => sign(difference) !== 0)
    .map(([component, difference]) => ({ component, difference: amountText(difference, currency) }));
}

/** Positions at which a period or a posted statement of the person changed. */
async function turningPoints(
  ledger: Ledger,
  participant: string,
  after: bigint,
  upTo: bigint,
): Promise<readonly bigint[]> {
  const range = { after, upTo };
  const rows = [
    ...(await ledger.views.changes(definitionsView, { prefix: 'period/' }, range)),
    ...(await ledger.views.changes(payoutsView, { label: participantLabel(participant) }, range)),
  ];
  return [...new Set(rows.map(({ position }) => position))].sort((a, b) => (a < b ? -1 : 1));
}

/** The changes of a history that can move the statement of a period, in words. */
function changesOf(history: History, period: string): readonly { readonly position: bigint; readonly says: string }[] {
  const { to } = periodBounds(period);
  const working = workingCopy(history.base);
  return history.changes.flatMap((change) => {
    const added = working.add(change);
    const { kind } = change.entry;
    // What settlement alone looks at never moves what is earned.
    const settles =
      kind === 'exception' ||
      kind === 'jurisdiction' ||
      kind === 'participant' ||
      kind === 'calendar' ||
      kind === 'corrections';
    if (!settles && !canMoveBefore(added, to, working.book)) return [];
    return [{ position: change.position, says: changeInWords(added) }];
  });
}

async function movingEvent(
  ledger: Ledger,
  { position, says }: { readonly position: bigint; readonly says: string | null },
  moved: readonly Moved[] | null,
  currency: string,
): Promise<MovingEvent> {
  const recorded = await eventAt(ledger, position);
  if (recorded === undefined) throw new Error(`nothing is recorded at position ${position}`);
  return {
    event: recorded.id,
    position: String(position),
    recordedAt: recorded.recordedAt,
    actor: recorded.meta.actor,
    type: recorded.event.type,
    says: says ?? turnInWords(recorded),
    letIn: null,
    difference: moved === null ? null : totalOf(moved, currency),
    components: (moved ?? []).map(({ component, difference }) => ({ component, difference })),
  };
}

function turnInWords({ event }: RecordedEvent): string {
  switch (event.type) {
    case 'PeriodOpened':
      return `Period ${event.data.period} was opened.`;
    case 'PayoutFrozen': {
      const { period } = event.data.statement;
      return `The statement of ${period} was frozen as of position ${event.data.asOf}; what was recorded after it becomes a correction.`;
    }
    case 'PeriodFrozen':
      return `Period ${event.data.period} was frozen.`;
    case 'PeriodReopened':
      return `Period ${event.data.period} was reopened by ${[...(event.data.coApprovedBy ?? []), event.data.approvedBy].join(' and ')}: ${event.data.reason}`;
    default:
      return event.type;
  }
}

export function totalOf(moved: readonly { readonly difference: string }[], currency: string): string {
  return amountText(sum(moved.map(({ difference }) => exact(difference))), currency);
}
