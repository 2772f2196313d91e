import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { isProblem, type Problem, ProblemError, problem } from '@ledger/kernel';
import { type Ledger, refresh } from '../ledger.ts';
import {
  type Batch,
  type Ending,
  type Follower,
  type Group,
  isFor,
  type Reader,
  type Sink,
  type Topic,
  topicKey,
} from './follower.ts';
import { missedOf } from './missed.ts';
import { movesPay, movesSight, type Notice, noticeOf } from './notices.ts';
import { refusedToOpen, stillSees } from './opening.ts';
import { keyOf, type Sight, sightOf } from './sight.ts';
import { watchStatements } from './statements.ts';
import { type Tail, tailOf } from './tail.ts';

export const LIVE_LIMITS = {
  /** Streams of one principal, and of all. */
  each: 100,
  all: 5_000,
  /** Bytes that are held for one reader; the rest waits in the log. */
  waiting: 262_144,
  /** How long a reader may be behind, or take nothing. */
  slowMs: 30_000,
  /** After how long it is asked again whether somebody still may; with a look each second, that is below the five of P35. */
  recheckMs: 2_500,
  beatMs: 15_000,
} as const;
export type LiveLimits = { readonly [name in keyof typeof LIVE_LIMITS]: number };

/** What is recorded, told to those who follow as it happens. One for each process: it reads the log once for all of them. */
export interface Live {
  /**
   * Begins to tell a sink what concerns a topic: what was recorded after a position, then what comes, as it comes; each once, in
   * order. Without a position from now on. What may be seen is asked of the moment at which it is told. Returns how to stop.
   */
  follow(topic: Topic, reader: Reader, after: bigint | undefined, sink: Sink): Promise<(() => void) | Problem>;
  /** How many follow. */
  readonly followers: number;
  /** Tells everybody that it is over. */
  close(): void;
}

const LOOK_MS = 1_000;
/** How long whoever let somebody in may take to say that they still may. */
const STILL_MS = 1_000;

export function openLive(ledger: Ledger, given: Partial<LiveLimits> = {}): Live {
  const limits: LiveLimits = { ...LIVE_LIMITS, ...given };
  const groups = new Map<string, Group>();
  const followers = new Set<Follower>();
  const statements = watchStatements(ledger);
  let opening: Promise<Tail> | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isClosed = false;

  /** Begun by the first who follows. */
  async function open(): Promise<Tail> {
    const tail: Tail = tailOf(ledger, await refresh(ledger), {
      prepare: async (page) => (page.some(movesSight) ? lookAgain() : undefined),
      take(page) {
        tellAll(
          page.map(noticeOf).filter((notice) => notice !== undefined),
          tail,
        );
        if (page.some(movesPay)) statements.moved((notice) => tellAll([notice], tail));
      },
    });
    timer = setInterval(() => void look(tail), Math.min(LOOK_MS, limits.recheckMs, limits.beatMs));
    timer.unref();
    if (isClosed) shut(tail);
    return tail;
  }

  function shut(tail: Tail): void {
    clearInterval(timer);
    tail.close();
  }

  // What is recorded, as it is recorded.

  function tellAll(notices: readonly Notice[], tail: Tail): void {
    if (notices.length === 0) return;
    for (const group of groups.values()) {
      const own = notices.filter((notice) => isFor(notice, group.topic, group.sight));
      if (own.length === 0) continue;
      const batch: Batch = { notices: own };
      for (const follower of group.followers) if (follower.isJoined) give(follower, batch, tail);
    }
  }

  function give(follower: Follower, batch: Batch, tail: Tail): void {
    const last = batch.notices.at(-1);
    if (last === undefined || follower.hasEnded) return;
    follower.sink.take(batch);
    follower.position = last.position;
    follower.toldAt = performance.now();
    if (!follower.isJoined || follower.sink.waiting() <= limits.waiting) return;
    // More than is held for one reader: the log holds it, and they read it there at their own pace.
    follower.isJoined = false;
    follower.behindSince ??= follower.toldAt;
    begin(follower, tail);
  }

  // What somebody missed.

  function begin(follower: Follower, tail: Tail): void {
    catchUp(follower, tail).catch(() => end(follower, 'closing'));
  }

  async function catchUp(follower: Follower, tail: Tail): Promise<void> {
    const { topic } = follower.group;
    await follower.sink.drained();
    if (topic.of === 'statement') {
      await statements.since(topic, follower.position, (notices, upTo) => {
        give(follower, { notices }, tail);
        join(follower, upTo);
      });
      forget(topic);
      return;
    }
    // Nothing happens between the look and the joining: what is told next is the first that was not read here.
    while (!follower.hasEnded && follower.position < tail.position) {
      for await (const { events, upTo } of missedOf(ledger, topic, follower.position, tail.position)) {
        if (follower.hasEnded) return;
        const notices = events.map(noticeOf).filter((notice) => notice !== undefined);
        give(follower, { notices: notices.filter((notice) => isFor(notice, topic, follower.group.sight)) }, tail);
        follower.position = upTo;
        await follower.sink.drained();
        await turn();
      }
    }
    join(follower, follower.position);
  }

  function join(follower: Follower, position: bigint): void {
    if (follower.hasEnded) return;
    follower.isJoined = true;
    follower.behindSince = undefined;
    follower.position = position;
    follower.sink.ready(position);
  }

  // Who may still see it.

  async function lookAgain(): Promise<void> {
    const known = new Map<string, Sight | Problem>();
    for (const group of groups.values()) {
      const { actor, key } = group.sight;
      const sight = known.get(key) ?? (await sightOf(ledger, actor));
      known.set(key, sight);
      if (!isProblem(sight)) group.sight = sight;
      if (!isProblem(sight) && stillSees(group.topic, sight)) continue;
      for (const follower of group.followers) end(follower, 'revoked');
    }
  }

  let isLooking = false;
  let sightsAt = performance.now();

  async function look(tail: Tail): Promise<void> {
    if (isLooking || isClosed) return;
    isLooking = true;
    try {
      const now = performance.now();
      for (const follower of followers) watchOver(follower, tail, now);
      const late = pause(STILL_MS, undefined, { ref: false });
      const due = [...followers].filter(({ checkedAt }) => now - checkedAt >= limits.recheckMs);
      await Promise.all(due.map((follower) => check(follower, late)));
      if (now - sightsAt < limits.recheckMs) return;
      sightsAt = now;
      // A day may have begun on which somebody has another manager.
      await lookAgain();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      // Nobody can say what they may see now: they come back, and are asked at the door.
      for (const follower of followers) end(follower, 'closing');
    } finally {
      isLooking = false;
    }
  }

  async function check(follower: Follower, late: Promise<undefined>): Promise<void> {
    follower.checkedAt = performance.now();
    const { reader } = follower;
    // Where nobody can say in time whether they still may, they come back and are asked at the door.
    const actor = await Promise.race([reader.still().catch(() => undefined), late]);
    if (actor === undefined) end(follower, 'closing');
    else if (isProblem(actor) || keyOf(actor) !== keyOf(reader.actor)) end(follower, 'revoked');
  }

  function watchOver(follower: Follower, tail: Tail, now: number): void {
    if (follower.hasEnded) return;
    if (follower.sink.waiting() === 0) follower.waitsSince = undefined;
    else follower.waitsSince ??= now;
    const since = Math.min(follower.waitsSince ?? now, follower.behindSince ?? now);
    if (now - since >= limits.slowMs) {
      end(follower, 'slow');
    } else if (follower.isJoined && now - follower.toldAt >= limits.beatMs) {
      follower.toldAt = now;
      // Whoever is told at once has been told everything up to where the log has been read; statements take a moment longer.
      if (follower.group.topic.of !== 'statement') follower.position = tail.position;
      follower.sink.beat(follower.position);
    }
  }

  function end(follower: Follower, because: Ending['because']): void {
    if (follower.hasEnded) return;
    leave(follower);
    follower.sink.end({ because, position: follower.position });
  }

  function leave(follower: Follower): void {
    const { group } = follower;
    follower.hasEnded = true;
    follower.isJoined = false;
    followers.delete(follower);
    group.followers.delete(follower);
    if (group.followers.size > 0 || groups.get(group.key) !== group) return;
    groups.delete(group.key);
    forget(group.topic);
  }

  /** A statement that nobody follows any more is not computed any more. */
  function forget(topic: Topic): void {
    if (topic.of !== 'statement') return;
    const isFollowed = [...groups.values()].some((group) => topicKey(group.topic) === topicKey(topic));
    if (!isFollowed) statements.forget(topic);
  }

  function refusedBy(actor: Reader['actor']): Problem | undefined {
    if (isClosed) return problem('shutting_down', 'This server is stopping; connect again.');
    const own = [...followers].filter(({ reader }) => reader.actor.id === actor.id).length;
    if (own < limits.each && followers.size < limits.all) return undefined;
    const says = own < limits.each ? 'This server' : 'You';
    const count = own < limits.each ? followers.size : own;
    return problem('streams_too_many', `${says} already have ${count} streams open; close one and connect again.`);
  }

  return {
    async follow(topic, reader, after, sink) {
      const sight = await sightOf(ledger, reader.actor);
      if (isProblem(sight)) return sight;
      opening ??= open();
      const tail = await opening.catch((error: unknown) => {
        // A store that was away when the first one came may be back for the next.
        opening = undefined;
        throw error;
      });
      const refused = refusedBy(reader.actor) ?? (await refusedToOpen(ledger, topic, sight));
      if (refused !== undefined) return refused;
      if (after !== undefined) {
        const head = await ledger.store.head();
        if (after > head) {
          const says = `Position ${after} is after the end of the log, ${head}; connect again without Last-Event-ID.`;
          return problem('last_event_id_ahead', says);
        }
        await tail.reach(after);
      }
      const late = refusedBy(reader.actor);
      if (late !== undefined) return late;
      const key = `${sight.key} ${topicKey(topic)}`;
      const group = groups.get(key) ?? { key, topic, sight, followers: new Set() };
      group.sight = sight;
      groups.set(key, group);
      const now = performance.now();
      const follower: Follower = {
        ...{ reader, sink, group, position: after ?? tail.position, isJoined: false, hasEnded: false },
        ...{ checkedAt: now, toldAt: now, waitsSince: undefined, behindSince: undefined },
      };
      group.followers.add(follower);
      followers.add(follower);
      begin(follower, tail);
      return () => {
        if (!follower.hasEnded) leave(follower);
      };
    },
    get followers() {
      return followers.size;
    },
    close() {
      isClosed = true;
      for (const follower of followers) end(follower, 'closing');
      void opening?.then(shut, () => undefined);
    },
  };
}
