import type { Recorded, Stored } from './event.ts';
import { type Fact, foldPage, type Halt, idOf, reasonOf } from './fold.ts';
import { ProblemError, problem } from './problem.ts';
import { checkHash } from './seal.ts';
import type { EventStore } from './store.ts';
import type { Build, Projection, ViewId, ViewState, ViewStep, ViewStore } from './views.ts';

export interface Run<E extends Fact> {
  readonly store: EventStore;
  readonly views: ViewStore;
  readonly projections: readonly Projection<unknown, E>[];
  /** The door from a stored event to a typed one; throws `event_unknown` or `event_invalid`. */
  readonly decode: (stored: Stored) => Recorded<E>;
  readonly build?: Build;
  /** Events folded between two commits. */
  readonly pageSize?: number;
  readonly onProgress?: (progress: {
    readonly position: bigint;
    readonly head: bigint;
    readonly events: number;
  }) => void;
  /** Ends the run after the page that it is folding. */
  readonly signal?: AbortSignal;
  /** What is waited for between two pages; left out: that others have had their turn of the event loop. */
  readonly between?: () => Promise<unknown>;
}

export interface RunReport {
  /** What every view has folded: the lowest checkpoint. */
  readonly position: bigint;
  /** Events read in this run. */
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly views: readonly (ViewId & ViewState)[];
}

/** Two processes that run the same views hand each other conflicts; one of them wins each round, so a few suffice. */
const RETRIES = 20;

/** Events that are read of a long log in one go: enough that a commit costs little, few enough to leave others the event loop. */
export const PAGE_SIZE = 500;

/** Of their data, so many characters are decoded at once: statements take up 60 KB each, and several times that when they are decoded. */
const DECODED_AT_ONCE = 4_000_000;

/**
 * Brings views up to the head of the log in one pass over it: page → each event's own hash → decode once → fold every view in
 * memory → rows and checkpoints in one transaction. Live, catch-up and rebuild are this function (architecture.md, 5).
 * A projection that throws stops its own view before the event, visibly, and the others go on. An event that cannot be decoded, or
 * whose bytes are not those that were sealed, stops every view before it. A stopped view is tried again by the next run.
 * Throws what the stores throw; `tail_lost` when a view has folded more than the log holds; `view_conflict` after some retries.
 */
export async function runViews<E extends Fact>(run: Run<E>): Promise<RunReport> {
  const { store, views, projections, build = 'live', pageSize = PAGE_SIZE } = run;
  const started = performance.now();
  const pass = await Promise.all(
    projections.map(async (projection): Promise<Folding<E>> => {
      const { state, checkpoint } = await views.state(projection, build);
      return { projection, checkpoint, stopped: false, wasStopped: state === 'stopped' };
    }),
  );
  // After the checkpoints: what other processes have folded meanwhile is in the log by now.
  let head = await store.head();
  for (const view of pass) checkTail(view.projection, view.checkpoint, head);
  let events = 0;
  let conflicts = 0;
  // More may have been recorded since the head was read, which whoever reads full pages would rather not leave.
  let isFull = false;
  while (run.signal?.aborted !== true) {
    const after = lowest(pass.filter((view) => !view.stopped).map((view) => view.checkpoint));
    if (after === undefined || (after >= head && !isFull)) break;
    const page = await store.readAll({ after, limit: pageSize });
    if (page.length === 0) break;
    try {
      for (const part of partsOf(page)) {
        await takePage(run, pass, part);
        if (pass.every((view) => view.stopped)) break;
      }
      conflicts = 0;
    } catch (error) {
      conflicts += 1;
      if (!isConflict(error) || conflicts > RETRIES) throw error;
      for (const view of pass) view.checkpoint = (await views.state(view.projection, build)).checkpoint;
      continue;
    }
    events += page.length;
    isFull = page.length === pageSize;
    const position = page.at(-1)?.position ?? after;
    if (position > head) head = position;
    run.onProgress?.({ position, head, events });
    await (run.between === undefined ? new Promise((resolve) => setImmediate(resolve)) : run.between());
  }
  const states = await Promise.all(pass.map((view) => stateOf(view, views, build)));
  return {
    position: lowest(states.map((state) => state.checkpoint)) ?? head,
    events,
    eventsPerSecond: Math.round(events / Math.max((performance.now() - started) / 1_000, 0.001)),
    views: states,
  };
}

/** A view during a run. */
interface Folding<E extends Fact> {
  readonly projection: Projection<unknown, E>;
  checkpoint: bigint;
  stopped: boolean;
  /** By an earlier run. */
  readonly wasStopped: boolean;
}

/** Why a view stopped is known to the store. */
async function stateOf<E extends Fact>(
  { projection, checkpoint, stopped, wasStopped }: Folding<E>,
  views: ViewStore,
  build: Build,
): Promise<ViewId & ViewState> {
  const view = idOf(projection);
  return stopped || wasStopped
    ? { ...view, ...(await views.state(view, build)) }
    : { ...view, state: 'running', checkpoint };
}

function checkTail({ name }: ViewId, checkpoint: bigint, head: bigint): void {
  if (checkpoint <= head) return;
  const remedy = 'restore the newer ledger file, or delete the file of views if the older one is meant';
  throw new ProblemError(
    problem('tail_lost', `View ${name} has folded position ${checkpoint}, but the log ends at ${head}; ${remedy}.`),
  );
}

/** A page, cut where more would have to be decoded at once. */
function partsOf(page: readonly Stored[]): readonly (readonly Stored[])[] {
  const parts: Stored[][] = [];
  let part: Stored[] = [];
  let length = 0;
  for (const event of page) {
    length += event.data.length;
    if (part.length === 0 || length > DECODED_AT_ONCE) {
      part = [];
      parts.push(part);
      length = event.data.length;
    }
    part.push(event);
  }
  return parts;
}

async function takePage<E extends Fact>(
  run: Run<E>,
  pass: readonly Folding<E>[],
  page: readonly Stored[],
): Promise<void> {
  const { events, halt } = decodePage(run, page);
  const steps: ViewStep[] = [];
  const reached = new Map<Folding<E>, bigint>();
  const halts = new Map<Folding<E>, Halt>();
  for (const view of pass) {
    if (view.stopped) continue;
    const ahead = events.findIndex((event) => event.position > view.checkpoint);
    const folded =
      ahead === -1
        ? undefined
        : await foldPage(view.projection, ahead === 0 ? events : events.slice(ahead), run.views, run.build ?? 'live');
    if (folded?.to !== undefined) {
      steps.push({ view: idOf(view.projection), from: view.checkpoint, to: folded.to, rows: folded.rows });
      reached.set(view, folded.to);
    }
    const stop = folded?.halt ?? (halt !== undefined && halt.position > view.checkpoint ? halt : undefined);
    if (stop !== undefined) halts.set(view, stop);
  }
  if (steps.length > 0) await run.views.commit(steps, run.build);
  for (const view of pass) {
    view.checkpoint = reached.get(view) ?? view.checkpoint;
    const stop = halts.get(view);
    if (stop === undefined) continue;
    view.stopped = true;
    await run.views.stop(idOf(view.projection), stop, run.build);
  }
}

/** The events up to the first one that is damaged or unknown. */
function decodePage<E extends Fact>(run: Run<E>, page: readonly Stored[]): { events: Recorded<E>[]; halt?: Halt } {
  const events: Recorded<E>[] = [];
  for (const stored of page) {
    try {
      checkHash(stored);
      events.push(run.decode(stored));
    } catch (error) {
      return { events, halt: { position: stored.position, reason: reasonOf(error) } };
    }
  }
  return { events };
}

export interface RebuildReport {
  readonly position: bigint;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly views: readonly RebuiltView[];
}

export interface RebuiltView extends ViewId {
  readonly state: ViewState;
  /** Where the two builds were compared: the checkpoint of the old one, or of the new one if that stopped before it. */
  readonly comparedAt: bigint;
  readonly before: string;
  readonly after: string;
  /** The new build is the live one now. One that stopped on its way is left in the shadow, and the old one serves on. */
  readonly promoted: boolean;
}

/**
 * Builds views from nothing beside the live ones, compares the digests of both at the same checkpoint, and puts the new build in the
 * place of the old one in one transaction. Readers see one build or the other, whole, also when the process is killed.
 */
export async function rebuildViews<E extends Fact>(
  run: Omit<Run<E>, 'build'> & {
    /** Others write meanwhile: locks are held for a moment only, and as long is left to them. Takes about twice as long. */
    readonly gently?: boolean;
  },
): Promise<RebuildReport> {
  const { views, projections } = run;
  const gently = run.gently === true ? { pageSize: GENTLE_PAGE_SIZE, between: givingWay(views, projections) } : {};
  const shadow: Run<E> = { ...run, ...gently, build: 'shadow' };
  await views.clearShadow();
  const started = performance.now();
  let report = await runViews(shadow);
  let events = report.events;
  // Live views that other processes run may have gone on meanwhile.
  for (let round = 0; round < RETRIES && (await isBehind(report, views)); round++) {
    report = await runViews(shadow);
    events += report.events;
  }
  const seconds = (performance.now() - started) / 1_000;
  const compared = await Promise.all(
    projections.map(async (projection) => {
      const view = idOf(projection);
      const state = await views.state(view, 'shadow');
      const live = await views.state(view, 'live');
      const comparedAt = lowest([live.checkpoint, state.checkpoint]) ?? 0n;
      const before = await views.digest(view, 'live', comparedAt);
      const after = await views.digest(view, 'shadow', comparedAt);
      const promoted = state.state === 'running' && state.checkpoint > 0n && comparedAt === live.checkpoint;
      return { ...view, state, comparedAt, before, after, promoted };
    }),
  );
  if (run.signal?.aborted === true) return { ...summary(report, events, seconds), views: compared.map(left) };
  await views.promote(compared.filter((view) => view.promoted));
  return { ...summary(report, events, seconds), views: compared };
}

/** A page whose commit keeps a writer of live views waiting for a few milliseconds. */
const GENTLE_PAGE_SIZE = 100;
const LONGEST_PAUSE_MS = 50;

/** Rests as long as the last page took. Before that it asks once by key, since a store may sort a whole build at the first question. */
function givingWay(views: ViewStore, projections: readonly ViewId[]): () => Promise<void> {
  let isAsked = false;
  let began = performance.now();
  return async () => {
    if (!isAsked) {
      for (const projection of projections) await views.get(projection, '', undefined, 'shadow');
      isAsked = true;
    }
    const pause = Math.min(performance.now() - began, LONGEST_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, pause));
    began = performance.now();
  };
}

function left(view: RebuiltView): RebuiltView {
  return { ...view, promoted: false };
}

function summary(report: RunReport, events: number, seconds: number): Omit<RebuildReport, 'views'> {
  return { position: report.position, events, eventsPerSecond: Math.round(events / Math.max(seconds, 0.001)) };
}

async function isBehind(report: RunReport, views: ViewStore): Promise<boolean> {
  for (const view of report.views) {
    if (view.state === 'running' && (await views.state(view, 'live')).checkpoint > view.checkpoint) return true;
  }
  return false;
}

function isConflict(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'view_conflict';
}

function lowest(positions: readonly bigint[]): bigint | undefined {
  return positions.reduce<bigint | undefined>(
    (low, position) => (low === undefined || position < low ? position : low),
    undefined,
  );
}
