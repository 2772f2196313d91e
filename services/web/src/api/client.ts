import createFetchClient, { type Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import type { components, paths } from './generated/schema.d.ts';
import { credentialsOf, signInAgain } from './session.ts';
import { hearStale } from './stale.ts';
import { refuseOthers } from './unreached.ts';

/** A refusal as the API says it (RFC 9457). */
export type Problem = components['schemas']['Problem'];
export type Schemas = components['schemas'];
export type Paths = paths;

type Json<Of> = Of extends { responses: { 200: { content: { 'application/json': infer Answer } } } } ? Answer : never;
/** What a GET of the API answers, and what a POST that only asks does. */
export type AnswerOf<Path extends keyof paths> = Json<paths[Path]['get']>;
export type AskedOf<Path extends keyof paths> = Json<paths[Path]['post']>;

/** Position of the last thing that was written here: what is read next has it in it, whatever node answers. */
let written: string | undefined;

const credentials: Middleware = {
  onRequest({ request, schemaPath }) {
    for (const [name, value] of Object.entries(credentialsOf())) request.headers.set(name, value);
    if (request.method !== 'GET') {
      // Sent twice it does what it did once: whoever presses a button again gives the key that the button has kept.
      if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID());
      return request;
    }
    const url = new URL(request.url);
    if (written === undefined || schemaPath === '/v1/sign-in' || url.searchParams.has('asOf')) return request;
    url.searchParams.set('after', written);
    return new Request(url, request);
  },
  async onResponse({ request, response }) {
    refuseOthers(response);
    if (request.method === 'GET' && response.ok) hearStale(response);
    if (request.method !== 'GET' && response.ok) written = response.headers.get('ledger-position') ?? written;
    if (response.status === 401) signInAgain(((await response.clone().json()) as Problem).code);
  },
};

/** The public API, by the types of its own description. Calls answer `{ data, error }`. */
export const api = createFetchClient<paths>({ baseUrl: '/' });
api.use(credentials);

/** The same as queries and mutations of the page; a refusal is thrown as a `Problem`. */
export const $api = createClient(api);

/** A position forgotten with who wrote it. */
export function forgetWritten(): void {
  written = undefined;
}
