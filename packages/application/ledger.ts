import type { CalendarEntry } from '@ledger/calculation';
import type { Case } from '@ledger/connectors';
import { decode } from '@ledger/events';
import {
  type Acting,
  type Clock,
  type Directory,
  type EventStore,
  instantText,
  type Problem,
  ProblemError,
  problem,
  runViews,
  type ViewStore,
} from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import { calendarEntry } from './entries.ts';
import { keptForATurn } from './turn.ts';
import type { Workers } from './workers.ts';

/** What came of a worked case. */
export interface Proved {
  readonly title: string;
  readonly ok: boolean;
  readonly failures: readonly {
    readonly line: number;
    readonly what: string;
    readonly field: string;
    readonly expected: string;
    readonly actual: string;
  }[];
}

/** One company's books, through ports only: what every function of this package works on. */
export interface Ledger {
  readonly store: EventStore;
  readonly views: ViewStore;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where its views stand while its log is away, which is the end of it as far as anybody can tell; left out: it is there. */
  readonly standsAt?: bigint | undefined;
  /** Runs worked cases on ledgers of their own, for plans that carry some. */
  readonly runCases?: (cases: readonly Case[]) => Promise<readonly Proved[]>;
  /** Who shares answers about everybody. They know the store and the views as they are: a branch has none. */
  readonly workers?: Workers | undefined;
}

/** Who gives a command, and what names it. The same `commandId` again answers as before and writes nothing. */
export interface By {
  readonly actor: Acting;
  readonly commandId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly causationId?: string | undefined;
  /** Revision that the stream of the command must have now; refused with `wrong_revision` where it has another. */
  readonly expected?: number | undefined;
  /** Given on the server itself, where the ledger lies: what no network may ask for. */
  readonly atConsole?: boolean | undefined;
  /** Whom somebody sees who came in by a door that checks it: others are not there for what they ask, either. Left out: everybody. */
  readonly sees?: ReadonlySet<string> | undefined;
}

/** The run that is under way on some views, and the one that those who came meanwhile wait for. */
interface Refreshing {
  readonly running: Promise<bigint>;
  readonly next?: Promise<bigint> | undefined;
}
const refreshing = new WeakMap<ViewStore, Refreshing>();
/** Where a run of this turn of the event loop has brought some views. */
const fresh = keptForATurn<bigint>();
/** The time zone that some views hold. */
const zones = keptForATurn<string>();

/**
 * Brings the views up to the end of the log. Returns the position that they have reached; throws `view_stopped`. Whoever asks while
 * others do shares the run that begins after the one that is under way, which sees all that was there when they asked. Of those who ask
 * in one turn of the event loop the first one has it done, as long as nothing is recorded meanwhile.
 */
export async function refresh(ledger: Ledger): Promise<bigint> {
  const { store, views, standsAt } = ledger;
  if (standsAt !== undefined) return standsAt;
  const done = fresh.get(views);
  if (done !== undefined && (await store.head()) === done) return done;
  const now = refreshing.get(views);
  if (now === undefined) return begin(ledger);
  const next = now.next ?? now.running.then(ignored, unlessAway).then(() => begin(ledger));
  refreshing.set(views, { ...now, next });
  return next;

  /** A store that has not answered until now answers nobody who asked meanwhile, who would wait for it twice (promises.md, P18). */
  function unlessAway(error: unknown): void {
    if (!(error instanceof ProblemError && error.problem.code === 'store_unavailable')) return;
    refreshing.delete(views);
    throw error;
  }
}

function ignored(): void {}

function begin(ledger: Ledger): Promise<bigint> {
  const running = run(ledger).finally(() => {
    const now = refreshing.get(ledger.views);
    // Whoever waits for the next run begins it.
    if (now?.running === running && now.next === undefined) refreshing.delete(ledger.views);
  });
  refreshing.set(ledger.views, { running });
  return running;
}

async function run(ledger: Ledger): Promise<bigint> {
  const { store, views } = ledger;
  const report = await runViews({ store, views, projections: VIEWS, decode });
  if (report.events > 0) zones.forget(views);
  const stopped = report.views.find((view) => view.state === 'stopped');
  if (stopped?.state !== 'stopped') {
    fresh.keep(views, report.position);
    return report.position;
  }
  // An answer from a view that has not seen everything would look like any other.
  throw new ProblemError(
    problem('view_stopped', `View ${stopped.name} stopped before event ${stopped.position}: ${stopped.reason}`),
  );
}

export async function calendarOf(ledger: Ledger, asOf?: bigint): Promise<CalendarEntry | Problem> {
  const calendar = await calendarEntry(ledger, asOf);
  if (calendar !== undefined) return calendar;
  const when = asOf === undefined ? '' : ` as of position ${asOf}`;
  const says = `The ledger has no close calendar${when}; record one with \`ledger define\` and a \`calendar:\` document.`;
  return problem('calendar_missing', says);
}

/** The business day now, in the ledger's own time zone; UTC until it has one. */
export async function today(ledger: Ledger): Promise<string> {
  return dayOf(instantText(ledger.clock()), await zoneOf(ledger));
}

/** The ledger's own time zone; UTC until it has one. */
export async function zoneOf({ views }: Ledger): Promise<string> {
  const known = zones.get(views);
  if (known !== undefined) return known;
  const zone = (await calendarEntry({ views }))?.timeZone ?? 'UTC';
  zones.keep(views, zone);
  return zone;
}

/** The business day of an instant. */
export function dayOf(instant: string, zone: string): string {
  // What is asked many times in one second has one answer: no zone was ever off by a part of a second.
  const second = instant.endsWith('Z') ? instant.slice(0, SECOND) : instant;
  if (second !== lastDay.second || zone !== lastDay.zone) {
    const day = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
    lastDay = { second, zone, day };
  }
  return lastDay.day;
}

/** Length of `2026-01-31T23:59:30`. */
const SECOND = 19;
let lastDay = { second: '', zone: '', day: '' };
