import { asPersona, createServer, ROUTES } from '@ledger/api';
import { type By, openQuery, workOnQuery } from '@ledger/application';

import { pino } from 'pino';
import { good } from './company.ts';
import { knownLedger } from './ledgers.ts';

// A server in a process of its own, so that its memory is its own. It is told what to do by whoever started it.

const [file = '', ...people] = process.argv.slice(2);

const ledger = knownLedger(file);
const server = await createServer({
  ledger,
  routes: ROUTES,
  authenticators: [asPersona],
  logger: pino({ level: 'silent' }),
  requestsPerSecond: 100_000,
});
const ask = { period: '2026-Q1', line: 'total', says: 'Is that all?', expects: null, facts: null };
const queries: { readonly query: string; readonly by: By }[] = [];
for (const participant of people) {
  const by = { actor: { id: participant, role: 'rep' } };
  const { query } = good(await openQuery(ledger, { participant, ...ask }, by));
  queries.push({ query, by });
}
process.send?.({ address: await server.listen({ host: '127.0.0.1', port: 0 }) });

process.on('message', (message: { readonly write?: number; readonly every?: number }) => {
  if (message.write === undefined) process.send?.({ resident: resident() });
  else void write(message.write, message.every ?? 10);
});

/** One message each so many milliseconds, as somebody writes it; each says when. */
async function write(count: number, every: number): Promise<void> {
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    const wait = began + index * every - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const says = `at ${process.hrtime.bigint()}`;
    const asked = queries[index % queries.length];
    if (asked === undefined) throw new Error('nobody asked anything');
    good(await workOnQuery(ledger, { type: 'PostMessage', query: asked.query, says, asks: false }, asked.by));
  }
  process.send?.({ written: count, took: performance.now() - began, resident: resident() });
}

function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
