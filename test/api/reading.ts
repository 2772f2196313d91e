import { onTestFinished } from 'vitest';
import { type Api, codeOf, routeAt } from './given.ts';

/** An event of a stream as it came over the socket, held to what the API says of it. */
export interface Heard {
  readonly id: string;
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Listener {
  readonly status: number;
  readonly headers: Headers;
  /** What has been heard so far, `ready` and `beat` left out. */
  readonly heard: readonly Heard[];
  /** Id of the last event. */
  readonly last: string | undefined;
  /** The first event that is so, heard already or still to come; fails when the stream ends without it. */
  until(is: (event: Heard) => boolean): Promise<Heard>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  /** Stops reading, so that what comes waits at the server. */
  pause(): void;
  resume(): void;
  /** Goes away without a word. */
  leave(): void;
}

export interface Listening {
  readonly as: string;
  readonly after?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a stream. A refusal throws its code: `404 not_found`. */
export async function listen(api: Api, path: string, { as, after, headers = {} }: Listening): Promise<Listener> {
  const going = new AbortController();
  const response = await fetch(`${api.address}${path}`, {
    headers: {
      authorization: `Bearer demo:${as}`,
      ...(after === undefined ? {} : { 'last-event-id': after }),
      ...headers,
    },
    signal: going.signal,
  });
  const { body, status } = response;
  if (status !== 200 || body === null) {
    throw new Error(codeOf({ status, headers: response.headers, text: '', body: await response.json() }));
  }
  onTestFinished(() => going.abort());
  const events = routeAt('GET', path)?.answer.events ?? {};
  const all: Heard[] = [];
  const waiting = new Set<{ is: (event: Heard) => boolean; resolve(event: Heard): void; reject(error: Error): void }>();
  let last: string | undefined;

  function hear(event: Heard): void {
    const schema = events[event.name];
    if (schema === undefined) throw new Error(`an event that nobody described: ${event.name}`);
    const checked = schema.safeParse(event.data);
    if (!checked.success) throw new Error(`${event.name} is not as described: ${checked.error.message}`);
    last = event.id;
    all.push(event);
    for (const each of waiting) {
      if (!each.is(event)) continue;
      waiting.delete(each);
      each.resolve(event);
    }
  }

  let paused: PromiseWithResolvers<void> | undefined;
  const ended = read(body, hear, () => paused?.promise)
    .catch((error: unknown) => {
      if (!going.signal.aborted) throw error;
    })
    .finally(() => {
      for (const each of waiting)
        each.reject(new Error(`the stream ended; heard ${all.length} events, ${all.at(-1)?.name} last`));
    });
  // Whoever waits for an event is told; whoever waits for the end, too.
  ended.catch(() => undefined);
  return {
    status,
    headers: response.headers,
    get heard() {
      return all.filter(({ name }) => name !== 'ready' && name !== 'beat');
    },
    get last() {
      return last;
    },
    until: (is) =>
      new Promise((resolve, reject) => {
        const known = all.find(is);
        if (known !== undefined) resolve(known);
        else waiting.add({ is, resolve, reject });
      }),
    ended,
    pause() {
      paused = Promise.withResolvers();
    },
    resume() {
      paused?.resolve();
      paused = undefined;
    },
    leave: () => going.abort(),
  };
}

async function read(
  body: ReadableStream<Uint8Array>,
  hear: (event: Heard) => void,
  paused: () => Promise<void> | undefined,
): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for await (const chunk of body) {
    await paused();
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line): [string, string] => {
            const colon = line.indexOf(': ');
            return [line.slice(0, colon), line.slice(colon + 2)];
          }),
      );
      text = text.slice(end + 2);
      const [id, name, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
      if (id === undefined || name === undefined || data === undefined) continue;
      hear({ id, name, data: JSON.parse(data) as Heard['data'] });
    }
  }
}

export const isReady = ({ name }: Heard): boolean => name === 'ready';
export const says =
  (text: string) =>
  ({ data }: Heard): boolean =>
    typeof data.data === 'object' && data.data !== null && 'says' in data.data && data.data.says === text;
