import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTracing } from '@ledger/api';
import { expect, onTestFinished, test } from 'vitest';
import { makeApi } from './given.ts';

/** A collector of OTLP over HTTP, as far as listening goes. */
async function makeCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      bodies.push(`${request.url} ${Buffer.concat(chunks).toString('utf8')}`);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

test('a collector that the environment names gets a span of each request, in the trace of whoever asked', async () => {
  const { endpoint, bodies } = await makeCollector();
  const tracing = await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  if (tracing === undefined) throw new Error('no tracing');
  const api = await makeApi({ tracing });
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  await api.call('GET', '/v1/periods/2026-Q1/statements/ada', { as: 'rep:ada', headers });
  await tracing.end();
  const [sent = ''] = bodies;
  expect(sent).toMatch(/^\/v1\/traces /);
  expect(sent).toContain(trace);
  expect(sent).toContain('GET /v1/periods/:period/statements/:participant');
  // As a word: ids are drawn in hexadecimal, and `ada` is a number of it.
  expect(sent).not.toMatch(/\bada\b/);
});

test('without a collector there is none', async () => {
  expect(await startTracing({})).toBeUndefined();
});
