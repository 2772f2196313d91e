import { createServer } from 'node:http';
import type { RelayStatus } from './relay.ts';

/** How a relay is, in one line: positions and counts, nothing of what it publishes. */
export function healthOf(status: RelayStatus, head: bigint): object {
  const { state, position, published, problem } = status;
  return {
    state,
    position: String(position),
    head: String(head),
    published,
    ...(problem === undefined ? {} : { code: problem.code }),
  };
}

/** `GET /health` on this machine: 200 while facts go out or there are none, 503 otherwise. Answers with the port that it has. */
export async function serveHealth(
  port: number,
  health: () => Promise<{ readonly ok: boolean; readonly body: object }>,
) {
  const server = createServer(
    { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 8_192 },
    (request, response) => {
      const answer = (code: number, body: object) => {
        response.writeHead(code, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          connection: 'close',
        });
        response.end(`${JSON.stringify(body)}\n`);
      };
      request.resume();
      if (request.method !== 'GET' || request.url !== '/health') answer(404, { code: 'not_found' });
      else
        health().then(
          ({ ok, body }) => answer(ok ? 200 : 503, body),
          () => answer(503, { code: 'internal' }),
        );
    },
  );
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
