import { createParser } from 'eventsource-parser';
import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react';
import { currentSession, watchSession } from './session.ts';

/** An event of a stream, with the position after which a stream goes on. */
export interface Told {
  readonly position: string;
  readonly name: string;
  readonly data: unknown;
}

/** `live`: told as it happens. `waiting`: connects again. `ended`: may not be seen any more. */
export type LiveState = 'connecting' | 'live' | 'waiting' | 'ended';

const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * Follows a stream of the API as long as the component is there: from `after`, before which nothing begins, and after every break from
 * the last event that arrived, so that nothing is told twice or left out. A fetch and no EventSource: that could not send who asks.
 */
export function useLive(path: string, after: string | undefined, take: (told: Told) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  // What is done with an event, and where one began, may change while the stream goes on.
  const latest = useEffectEvent(take);
  const from = useEffectEvent(() => after);
  const canBegin = after !== undefined;
  // Whoever has signed in again goes on where they were.
  const token = useSyncExternalStore(watchSession, () => currentSession()?.token);
  const heard = useRef<{ readonly path: string; readonly last: string } | undefined>(undefined);
  useEffect(() => {
    // Whoever begins with an answer has it first: from its position on.
    if (!canBegin || token === undefined) return undefined;
    const stop = new AbortController();
    const begin = heard.current?.path === path ? heard.current.last : from();
    const hear = (last: string) => {
      heard.current = { path, last };
    };
    void follow(path, begin, { take: latest, hear, say: setState }, stop.signal);
    return () => stop.abort();
  }, [path, canBegin, token]);
  return state;
}

interface Follower {
  readonly take: (told: Told) => void;
  /** The position up to which everything was told. */
  readonly hear: (last: string) => void;
  readonly say: (state: LiveState) => void;
}

async function follow(
  path: string,
  after: string | undefined,
  { take, hear, say }: Follower,
  signal: AbortSignal,
): Promise<void> {
  let last = after;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const answer = await open(path, last, signal);
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) return say('ended');
      if (answer.ok && answer.body !== null) {
        say('live');
        failures = 0;
        const ended = await read(answer.body, (told) => {
          last = told.position;
          hear(last);
          if (told.name !== 'ready' && told.name !== 'beat') take(told);
        });
        // Access was taken, or there is nothing more to tell.
        if (ended === 'session_revoked' || ended === 'over') return say('ended');
      }
    } catch {
      // Cut off: as below.
    }
    if (signal.aborted) return;
    say('waiting');
    await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 10_000, signal);
  }
}

function open(path: string, last: string | undefined, signal: AbortSignal): Promise<Response> {
  const session = currentSession();
  return fetch(path, {
    signal,
    headers: {
      accept: 'text/event-stream',
      ...(session === undefined ? {} : { authorization: `Bearer ${session.token}` }),
      ...(session?.role === undefined ? {} : { 'ledger-role': session.role }),
      ...(last === undefined ? {} : { 'last-event-id': last }),
    },
  });
}

/** Reads to the end; the name of the last event. */
async function read(body: ReadableStream<Uint8Array<ArrayBuffer>>, take: (told: Told) => void): Promise<string> {
  let last = '';
  const parser = createParser({
    onEvent({ id = '', event = 'message', data }) {
      last = event;
      take({ position: id, name: event, data: JSON.parse(data) });
    },
  });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return last;
    parser.feed(value);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
