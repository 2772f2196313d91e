import { definitionsView, participantLabel, postedView } from '@ledger/projections';
import type { Books } from './books.ts';
import { breathing } from './breath.ts';
import { letInBy } from './diff-let-in.ts';
import { changesOf, type Matter, type MovingEvent, movingEvent } from './diff-moves.ts';
import { booksAt, type Frozen, isSame, type Standing, type Stretch, stretchesFrom } from './diff-standing.ts';
import { differences } from './differences.ts';
import { eventAt } from './handle.ts';
import type { Ledger } from './ledger.ts';

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
  const breathe = breathing();
  const frozen: Frozen = new Map();
  let before: Books | null = null;
  for (const [index, start] of starts.entries()) {
    onStretch(index, starts.length);
    const end = (starts[index + 1] ?? to + 1n) - 1n;
    const opened = index === 0 ? null : await openedAt(ledger, start, before);
    const since = opened === 'first' ? from : (opened ?? start);
    const books = await booksAt(ledger, end, only, since);
    await books?.gather(matters.map(({ participant }) => participant));
    const steps: Step[] = [];
    const turning: Turning[] = [];
    for (const { own, posted } of people) {
      // What is posted of somebody changes in between; it is theirs alone.
      const turns = [start, ...posted.filter((position) => position > start && position <= end)];
      for (const [at, turn] of turns.entries()) {
        const span = { start: turn, end: (turns[at + 1] ?? end + 1n) - 1n };
        const through = await throughOf(ledger, books, own, span, frozen);
        if (at === 0) turning.push(...through);
        else steps.push(turnedAt(turn, through));
        steps.push(...stepsOf(through, span));
      }
    }
    await turnAll(ledger, turning, start, opened);
    // Everybody at one position before anybody at the next: what people see of each other there is calculated once.
    steps.sort((a, b) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0));
    for (const [at, { go }] of steps.entries()) {
      onStretch(index + at / steps.length, starts.length);
      await go();
      await breathe();
    }
    before = books;
  }
  return new Map(walks.map(({ matter, events }) => [matter, events]));
}

/** How far the way of one statement is told. */
interface Walk {
  readonly matter: Matter;
  readonly events: readonly MovingEvent[];
  /** The stretch up to here, if the statement is another one at the turning point after it and what lets that in can be told. */
  turnedFrom(start: bigint, now: Stretch): Stretch | null;
  /** Over a turning point, with what it let in, if that is told. */
  turn(start: bigint, now: Stretch, told: readonly MovingEvent[] | null): Promise<void>;
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
  const turnedFrom = (start: bigint, now: Stretch): Stretch | null => {
    if (before === null) return null;
    const is = now.at(start);
    return is.state !== 'failed' && !isSame(last, is) ? before : null;
  };
  const turn = async (start: bigint, now: Stretch, told: readonly MovingEvent[] | null): Promise<void> => {
    const isFirst = before === null;
    before = now;
    if (isFirst) return;
    const is = now.at(start);
    if (told !== null && is.state !== 'failed') {
      events.push(...told);
      last = is;
      known = is;
    }
    await step(start, is, null);
  };
  return { matter, events, turnedFrom, turn, step };
}

/** A statement's way, and the stretch that it goes through. */
interface Turning {
  readonly walk: Walk;
  readonly now: Stretch;
}

/** What happens to all statements of a person at a position. */
interface Step {
  readonly position: bigint;
  go(): Promise<void>;
}

/** The ways of a person's statements through one stretch. */
async function throughOf(
  ledger: Ledger,
  books: Books | null,
  own: readonly Walk[],
  span: { readonly start: bigint; readonly end: bigint },
  frozen: Frozen,
): Promise<readonly Turning[]> {
  const participant = own[0]?.matter.participant ?? '';
  const periods = own.map(({ matter }) => matter.period);
  const stretches = await stretchesFrom(ledger, books, span, { participant, periods }, frozen);
  return own.flatMap((walk) => {
    const now = stretches.get(walk.matter.period);
    return now === undefined ? [] : [{ walk, now }];
  });
}

/** Everybody's statements over a turning point; `opened` as `openedAt` says it. */
async function turnAll(
  ledger: Ledger,
  turning: readonly Turning[],
  start: bigint,
  opened: bigint | 'first' | null,
): Promise<void> {
  const opening = turning.flatMap(({ walk, now }) => {
    const before = opened === null ? null : walk.turnedFrom(start, now);
    return before === null ? [] : [{ matter: walk.matter, before, now }];
  });
  const since = opened === 'first' || opened === null ? 0n : opened;
  const told = await letInBy(ledger, { start, since }, opening);
  for (const { walk, now } of turning) await walk.turn(start, now, told.get(walk.matter) ?? null);
}

function turnedAt(position: bigint, through: readonly Turning[]): Step {
  return {
    position,
    go: async () => {
      for (const { walk, now } of through) await walk.turn(position, now, null);
    },
  };
}

/** What moves a person's statements within one stretch. */
function stepsOf(
  through: readonly Turning[],
  { start, end }: { readonly start: bigint; readonly end: bigint },
): readonly Step[] {
  const open = through.filter(({ now }) => now.history !== null);
  const history = open[0]?.now.history ?? null;
  if (history === null) return [];
  const periods = open.map(({ walk }) => walk.matter.period);
  return changesOf(history, periods, { after: start, upTo: end }).map(({ position, says, moves }): Step => {
    const go = async () => {
      for (const { walk, now } of open) {
        if (moves.has(walk.matter.period)) await walk.step(position, now.at(position), says());
      }
    };
    return { position, go };
  });
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

/** Positions at which a period changed. */
async function periodsChangedBetween({ views }: Ledger, after: bigint, upTo: bigint): Promise<readonly bigint[]> {
  return positionsOf(await views.changes(definitionsView, { prefix: 'period/' }, { after, upTo }));
}

/** Positions at which a posted statement of the person changed. */
async function postedBetween({ views }: Ledger, participant: string, after: bigint, upTo: bigint) {
  return positionsOf(await views.changes(postedView, { label: participantLabel(participant) }, { after, upTo }));
}

function positionsOf(rows: readonly { readonly position: bigint }[]): readonly bigint[] {
  return [...new Set(rows.map(({ position }) => position))].sort((a, b) => (a < b ? -1 : 1));
}
