import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Code } from '@ledger/events';
import { type Problem, problem } from '@ledger/kernel';
import type { FastifyRequest } from 'fastify';
import { documentOf } from './problems.ts';
import { CLOSING } from './reply.ts';

/** Requests that never reach a route: what node would answer in its own words, or not at all, is refused in the one shape. */

interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly code: Code;
  readonly says: string;
}

const NOT_HTTP: Refusal = {
  ...{ status: 400, title: 'Bad Request', code: 'parameter_invalid' },
  says: 'The request is not HTTP/1.1; check it.',
};
const BY_ERROR: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    ...{ status: 408, title: 'Request Timeout', code: 'request_timeout' },
    says: 'The request did not arrive in time; send it again.',
  },
  HPE_HEADER_OVERFLOW: {
    ...{ status: 431, title: 'Request Header Fields Too Large', code: 'parameter_invalid' },
    says: 'Address and headers together exceed 16 KiB; send less.',
  },
  HPE_INVALID_EOF_STATE: { ...NOT_HTTP, says: 'The request ended before all of it was there; send it again.' },
};

/** The head of a request did not read, or did not arrive in time. */
export function unread(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (socket.writable) refuse(socket, BY_ERROR[error.code ?? ''] ?? NOT_HTTP);
  else socket.destroy();
}

/** What clients may ask for instead of an answer: a tunnel, or to be told that they may go on. */
export function watchUnusual(server: Server): void {
  server.on('connect', (_request, socket) =>
    refuse(socket, {
      ...{ status: 405, title: 'Method Not Allowed', code: 'method_not_allowed' },
      says: 'CONNECT is not possible here; ask for an address of this server.',
    }),
  );
  server.on('checkExpectation', ({ socket }) =>
    refuse(socket, {
      ...{ status: 417, title: 'Expectation Failed', code: 'parameter_invalid' },
      says: 'The header Expect asks for what is not done here; leave it out.',
    }),
  );
}

function refuse(socket: Duplex, { status, title, code, says }: Refusal): void {
  const body = JSON.stringify(documentOf(problem(code, says), status, randomUUID()));
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Connection: ${CLOSING}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** RFC 9112 3.2: a request names its host, once. */
export function hostProblem({ raw }: FastifyRequest): Problem | undefined {
  const { rawHeaders, httpVersion } = raw;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1;
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return undefined;
  return problem('parameter_invalid', `The header Host is ${hosts === 0 ? 'missing' : 'given twice'}; send it once.`);
}
