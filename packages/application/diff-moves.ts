import { canMoveBefore, changesAdded, type History, periodBounds } from '@ledger/calculation';
import type { RecordedEvent } from '@ledger/events';
import { exact, sum } from '@ledger/money';
import type { Standing, Whose } from './diff-standing.ts';
import { amountText } from './differences.ts';
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

export interface Moved {
  readonly component: string;
  readonly difference: string;
}

/** A statement that is another one at the end, and what it was to begin with. */
export interface Matter extends Whose {
  readonly currency: string;
  readonly was: Standing;
}

interface Moving {
  readonly position: bigint;
  /** In words. */
  says(): string;
  /** Periods whose statements it can move. */
  readonly moves: ReadonlySet<string>;
}

/** Positions after the one, up to the other. */
export interface Between {
  readonly after: bigint;
  readonly upTo: bigint;
}

/** The changes of a history between two positions that can move the statement of one of the periods. */
export function changesOf(history: History, periods: readonly string[], { after, upTo }: Between): readonly Moving[] {
  const ends = periods.map((period) => ({ period, to: periodBounds(period).to }));
  return changesAdded(history).flatMap(({ change, added, book, says }) => {
    if (change.position <= after || change.position > upTo) return [];
    const { kind } = change.entry;
    // What settlement alone looks at never moves what is earned.
    const settles =
      kind === 'exception' ||
      kind === 'jurisdiction' ||
      kind === 'participant' ||
      kind === 'calendar' ||
      kind === 'corrections';
    const moved = settles ? ends : ends.filter(({ to }) => canMoveBefore(added, to, book));
    if (moved.length === 0) return [];
    const moves = new Set(moved.map(({ period }) => period));
    return [{ position: change.position, says, moves }];
  });
}

export async function movingEvent(
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

export function turnInWords({ event }: RecordedEvent): string {
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
