import { randomUUID } from 'node:crypto';
import {
  asPersona,
  createServer,
  problemDocument,
  ROUTES,
  type Route,
  type ServerOptions,
  withoutIssuer,
} from '@ledger/api';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { type Made, makeCompany } from '../support/company.ts';

/** An answer as it came over the socket; held to what the API says of it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export interface Sent {
  /** Persona: `ops:olga`. */
  readonly as?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Bytes as they are. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Api extends Made {
  readonly address: string;
  /** A request over a real socket. Writes get an Idempotency-Key of their own, and bodies the type of JSON, unless headers say otherwise. */
  call(method: string, path: string, sent?: Sent): Promise<Answered>;
  /** Stops the server as a signal does. */
  close(): Promise<void>;
}

/** A company with its API on a socket of its own. */
export async function makeApi(
  options: Partial<ServerOptions> & { readonly made?: Made; readonly port?: number } = {},
): Promise<Api> {
  const made = options.made ?? (await makeCompany());
  const server = await createServer({
    ledger: made.ledger,
    routes: ROUTES,
    authenticators: [asPersona, withoutIssuer],
    logger: pino({ level: 'silent' }),
    requestsPerSecond: 100_000,
    ...options,
  });
  onTestFinished(() => server.close());
  const address = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    ...made,
    address,
    close: async () => {
      await server.close();
    },
    async call(method, path, { as, body, raw, headers = {} } = {}) {
      const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
      const given = new Headers();
      if (as !== undefined) given.set('authorization', `Bearer demo:${as}`);
      if (method !== 'GET') given.set('idempotency-key', randomUUID());
      if (body !== undefined) given.set('content-type', 'application/json');
      for (const [name, value] of Object.entries(headers)) given.set(name, value);
      const response = await fetch(`${address}${path}`, {
        method,
        headers: given,
        ...(sent === undefined ? {} : { body: sent }),
      });
      return described(method, path, response);
    },
  };
}

/** Holds an answer to the route that gave it: its status, and its body to the schema. */
async function described(method: string, path: string, response: Response): Promise<Answered> {
  const { status, headers } = response;
  const text = await response.text();
  const type = headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json')) {
    const problem = problemDocument.parse(JSON.parse(text));
    expect(problem.status).toBe(status);
    return { status, headers, text, body: problem };
  }
  const route = routeAt(method, path);
  if (route === undefined || !type.startsWith('application/json')) return { status, headers, text, body: text };
  const body: unknown = JSON.parse(text);
  expect([route.answer.status, 200]).toContain(status);
  const checked = route.answer.schema.safeParse(body);
  if (!checked.success) throw new Error(`${route.name} answers what it does not describe: ${checked.error.message}`);
  return { status, headers, text, body };
}

export function routeAt(method: string, path: string): Route | undefined {
  const [plain = ''] = path.split('?');
  return ROUTES.find((route) => {
    const pattern = new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return route.method === method && pattern.test(plain);
  });
}

/** The code of a refusal; fails where there is none. */
export function codeOf({ status, body }: Answered): string {
  const { code } = problemDocument.parse(body);
  return `${status} ${code}`;
}
