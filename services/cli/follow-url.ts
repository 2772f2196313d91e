import { setTimeout as pause } from 'node:timers/promises';
import { isCode } from '@ledger/events';
import { type Problem, ProblemError, problem } from '@ledger/kernel';
import { type Entry, type FollowAsk, tellEntry } from './follow.ts';

/** How long a server that is not there is left alone before it is tried again. */
const RETRY_MS = 2_000;
const ATTEMPTS = 30;

export interface Server {
  readonly url: string;
  readonly token: string;
  readonly role?: string | undefined;
}

/** Follows queries of a server, and goes on where it was whenever the connection ends. */
export async function followServer(server: Server, ask: FollowAsk): Promise<Problem | undefined> {
  const base = addressOf(server.url);
  if (base === undefined) {
    const remedy = 'write https://<host>, or http://127.0.0.1:8080 for a server on this machine';
    return problem('option_invalid', `--url "${server.url.slice(0, 100)}" cannot be used with a token; ${remedy}.`);
  }
  let after = ask.after;
  try {
    if (ask.query !== undefined && after === undefined) {
      const now = await standing(base, server, ask);
      if (now.stands === ask.until) return undefined;
      after = now.asOf;
    }
    for (let failed = 0; !ask.signal.aborted; ) {
      const read = await readOnce(base, server, ask, after);
      if (read.isDone) return undefined;
      failed = read.after === undefined || read.after === after ? failed + 1 : 0;
      after = read.after ?? after;
      if (failed > ATTEMPTS) return gone(base);
      if (failed > 0) await pause(RETRY_MS, undefined, { signal: ask.signal }).catch(() => undefined);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    if (ask.signal.aborted) return undefined;
    throw error;
  }
}

/** A token goes over the wire encrypted, or not over the wire. */
function addressOf(text: string): URL | undefined {
  const url = URL.parse(text);
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '');
  if (url === null || url.username !== '' || url.search !== '') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? url : undefined;
}

function headersOf({ token, role }: Server): Headers {
  const headers = new Headers({ authorization: `Bearer ${token}` });
  if (role !== undefined) headers.set('ledger-role', role);
  return headers;
}

async function standing(base: URL, server: Server, { query, signal }: FollowAsk) {
  const url = new URL(`/v1/queries/${encodeURIComponent(query ?? '')}`, base);
  const response = await fetch(url, { headers: headersOf(server), signal }).catch(() => undefined);
  if (response === undefined) throw new ProblemError(gone(base));
  const answer: unknown = await response.json();
  if (!response.ok) throw new ProblemError(refusal(answer));
  const { asOf, query: shown } = answer as { readonly asOf: string; readonly query: { readonly stands: string } };
  return { asOf, stands: shown.stands };
}

interface Read {
  readonly isDone: boolean;
  readonly after: string | undefined;
}

/** One connection, until it ends. */
async function readOnce(base: URL, server: Server, ask: FollowAsk, from: string | undefined): Promise<Read> {
  const path = ask.query === undefined ? '/v1/queries/stream' : `/v1/queries/${encodeURIComponent(ask.query)}/stream`;
  const headers = headersOf(server);
  if (from !== undefined) headers.set('last-event-id', from);
  const ending = new AbortController();
  const signal = AbortSignal.any([ask.signal, ending.signal]);
  let after = from;
  try {
    const { body, ok, ...response } = await answered(new URL(path, base), headers, signal);
    if (!ok || body === null) throw new ProblemError(refusal(await response.json()));
    for await (const { id, name, data } of eventsOf(body)) {
      after = id;
      if (name === 'session_revoked') {
        throw new ProblemError(problem('unauthenticated', 'You may not see this any more; sign in again.'));
      }
      if (name === 'query' && tellEntry(ask, JSON.parse(data) as Entry)) return { isDone: true, after };
    }
    return { isDone: false, after };
  } catch (error) {
    if (error instanceof ProblemError || ask.signal.aborted) throw error;
    // The connection broke.
    return { isDone: false, after };
  } finally {
    ending.abort();
  }
}

async function answered(url: URL, headers: Headers, signal: AbortSignal) {
  const response = await fetch(url, { headers, signal });
  return { body: response.body, ok: response.ok, json: (): Promise<unknown> => response.json() };
}

function refusal(answer: unknown): Problem {
  const { code, detail } = answer as { readonly code?: unknown; readonly detail?: unknown };
  if (typeof code === 'string' && isCode(code) && typeof detail === 'string') return problem(code, detail);
  return problem('server_unreachable', 'What answered is no ledger; check --url.');
}

function gone({ origin }: URL): Problem {
  return problem('server_unreachable', `${origin} does not answer; check the address, or try again later.`);
}

interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** The events of a stream as our server writes them: one line for each field. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncIterable<ServerEvent> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      );
      const [id, name, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
      if (id !== undefined && name !== undefined && data !== undefined) yield { id, name, data };
    }
  }
}
