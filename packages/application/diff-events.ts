import { canMoveBefore, changeInWords, type History, periodBounds, workingCopy } from '@ledger/calculation';
import type { RecordedEvent } from '@ledger/events';
import { type Exact, exact, sign, sub, sum } from '@ledger/money';
import { definitionsView, participantLabel, payoutsView } from '@ledger/projections';
import type { Books } from './books.ts';
import { booksAt, isSame, type Standing, type Stretch, stretchesFrom, type Whose } from './diff-standing.ts';
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

/** A statement that is another one at the end, and what it was to begin with. */
export interface Matter extends Whose {
  readonly currency: string;
  readonly was: Standing;
}

/** From which moment to which; the books of one participant alone where `only` names one. */
interface Way {
  readonly from: bigint;
  readonly to: bigint;
  readonly only: string | undefined;
}

/**
 * Goes from the one moment to the other event by event, with all statements side by side. Which periods are open changes at few
 * positions: between two of those everybody's statements are calculations on the same books, which grow by one change at a time. So
 * books are opened once for each of these positions, however many people are asked about, and those of two are held at a time.
 */
export async function movingEvents(
  ledger: Ledger,
  { from, to, only }: Way,
  matters: readonly Matter[],
  onStretch: (done: number, all: number) => void = () => {},
): Promise<ReadonlyMap<Matter, readonly MovingEvent[]>> {
  const walks = matters.map((matter) => walkOf(ledger, matter));
  const people: { readonly own: readonly Walk[]; readonly posted: readonly bigint[] }[] = [];
  for (const [participant, own] of Map.groupBy(walks, ({ matter }) => matter.participant)) {
    people.push({ own, posted: await postedBetween(ledger, participant, from, to) });
  }
  const starts = walks.length === 0 ? [] : [from, ...(await periodsChangedBetween(ledger, from, to))];
  let before: Books | null = null;
  for (const [index, start] of starts.entries()) {
    onStretch(index, starts.length);
    const end = (starts[index + 1] ?? to + 1n) - 1n;
    const opened = index === 0 ? null : await openedAt(ledger, start, before);
    const since = opened === 'first' ? from : (opened ?? start);
    const books = await booksAt(ledger, end, only, since);
    const steps: Step[] = [];
    for (const { own, posted } of people) {
      // What is posted of somebody changes in between; it is theirs alone.
      const turns = [start, ...posted.filter((position) => position > start && position <= end)];
      for (const [at, turn] of turns.entries()) {
        const span = { start: turn, end: (turns[at + 1] ?? end + 1n) - 1n };
        steps.push(...(await stepsOf(ledger, books, own, span, at === 0 ? opened : null)));
      }
    }
    // Everybody at one position before anybody at the next: what people see of each other there is calculated once.
    steps.sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
    for (const { go } of steps) await go();
    before = books;
  }
  return new Map(walks.map(({ matter, events }) => [matter, events]));
}

/** How far the way of one statement is told. */
interface Walk {
  readonly matter: Matter;
  readonly events: readonly MovingEvent[];
  /** To the next turning point; `opened` as `openedAt` says it. */
  turn(start: bigint, now: Stretch, opened: bigint | 'first' | null): Promise<void>;
  step(position: bigint, is: Standing, says: string | null): Promise<void>;
}

function walkOf(ledger: Ledger, matter: Matter): Walk {
  const { currency, was } = matter;
  const events: MovingEvent[] = [];
  let last = was;
  // The newest statement that could be computed: what moves while none can be counts when one can be again.
  let known = was.state === 'failed' ? null : was;
  let before: Stretch | null = null;
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
  const turn = async (start: bigint, now: Stretch, opened: bigint | 'first' | null): Promise<void> => {
    const earlier = before;
    before = now;
    if (earlier === null) return;
    const is = now.at(start);
    if (opened !== null && is.state !== 'failed' && !isSame(last, is)) {
      const told = await letInBy(ledger, matter, { start, since: opened === 'first' ? 0n : opened }, earlier, now);
      if (told !== null) {
        events.push(...told);
        last = is;
        known = is;
      }
    }
    await step(start, is, null);
  };
  return { matter, events, turn, step };
}

/** What happens to all statements of a person at a position. */
interface Step {
  readonly position: bigint;
  go(): Promise<void>;
}

/** The way of a person's statements through one stretch. */
async function stepsOf(
  ledger: Ledger,
  books: Books | null,
  own: readonly Walk[],
  span: { readonly start: bigint; readonly end: bigint },
  opened: bigint | 'first' | null,
): Promise<readonly Step[]> {
  const participant = own[0]?.matter.participant ?? '';
  const periods = own.map(({ matter }) => matter.period);
  const stretches = await stretchesFrom(ledger, books, span, { participant, periods });
  const through = own.flatMap((walk) => {
    const now = stretches.get(walk.matter.period);
    return now === undefined ? [] : [{ walk, now }];
  });
  const turned: Step = {
    position: span.start,
    go: async () => {
      for (const { walk, now } of through) await walk.turn(span.start, now, opened);
    },
  };
  const open = through.filter(({ now }) => now.history !== null);
  const history = open[0]?.now.history ?? null;
  if (history === null) return [turned];
  const moving = changesOf(
    history,
    open.map(({ walk }) => walk.matter.period),
  );
  const inside = moving.filter(({ position }) => position > span.start && position <= span.end);
  const steps = inside.map(({ position, says, moves }): Step => {
    const go = async () => {
      for (const { walk, now } of open) {
        if (moves.has(walk.matter.period)) await walk.step(position, now.at(position), says);
      }
    };
    return { position, go };
  });
  return [turned, ...steps];
}

/**
 * Since when what was recorded counts only from a turning point on: since the freeze that a reopening undoes; where a period is opened
 * for the first time, since what the books begin with. `null` of any other turning point.
 */
async function openedAt(ledger: Ledger, position: bigint, before: Books | null): Promise<bigint | 'first' | null> {
  const recorded = await eventAt(ledger, position);
  if (recorded?.event.type === 'PeriodOpened') return 'first';
  if (recorded?.event.type !== 'PeriodReopened') return null;
  const pinned = before?.periods.get(recorded.event.data.period)?.asOf;
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
  for (const { position, says, moves } of now.history === null ? [] : changesOf(now.history, [period])) {
    if (position <= since || position >= start || !moves.has(period)) continue;
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

/** Positions at which a period changed. */
async function periodsChangedBetween({ views }: Ledger, after: bigint, upTo: bigint): Promise<readonly bigint[]> {
  return positionsOf(await views.changes(definitionsView, { prefix: 'period/' }, { after, upTo }));
}

/** Positions at which a posted statement of the person changed. */
async function postedBetween({ views }: Ledger, participant: string, after: bigint, upTo: bigint) {
  return positionsOf(await views.changes(payoutsView, { label: participantLabel(participant) }, { after, upTo }));
}

function positionsOf(rows: readonly { readonly position: bigint }[]): readonly bigint[] {
  return [...new Set(rows.map(({ position }) => position))].sort((a, b) => (a < b ? -1 : 1));
}

interface Moving {
  readonly position: bigint;
  readonly says: string;
  /** Periods whose statements it can move. */
  readonly moves: ReadonlySet<string>;
}

/** The changes of a history that can move the statement of one of the periods, in words. */
function changesOf(history: History, periods: readonly string[]): readonly Moving[] {
  const ends = periods.map((period) => ({ period, to: periodBounds(period).to }));
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
    const moved = settles ? ends : ends.filter(({ to }) => canMoveBefore(added, to, working.book));
    if (moved.length === 0) return [];
    const moves = new Set(moved.map(({ period }) => period));
    return [{ position: change.position, says: changeInWords(added), moves }];
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
