import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { asPersona, createServer, ROUTES } from '@ledger/api';
import type { Ledger } from '@ledger/application';
import { encode, streamOf } from '@ledger/events';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { sendBatch } from './batch-client.ts';
import { found, META, participantId, snapshots, writeExport } from './company.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { load } from './load.ts';
import { alternate, percentile, type Result, type Sizes, seconds } from './measure.ts';
import { rounded, throughput } from './rows.ts';

/** The rows that go over a real socket. */

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** A ledger on a socket, without a limit of requests. `store`: its file, where threads are to open it; `folder`: the application. */
export async function served(ledger: Ledger, store?: string, folder?: string): Promise<Served> {
  const app = await createServer({
    ledger,
    routes: ROUTES,
    authenticators: [asPersona],
    logger: pino({ level: 'silent' }),
    requestsPerSecond: 1_000_000,
    ...(store === undefined ? {} : { store }),
    ...(folder === undefined ? {} : { app: folder }),
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { address, close: () => app.close() };
}

/** A batch over HTTP against the same deals as a file on the command line. */
export async function batchImport({ deals, pairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const csv = join(folder, 'deals.csv');
    await writeExport(csv, deals);
    const batch = join(folder, 'deals.batch');
    await writeLines(batch, deals);
    const measured = await alternate(
      pairs,
      async (pair) => {
        const ledger = newLedger(folder);
        const server = await served(ledger);
        const took = await sendBatch({ url: `${server.address}/v1/deals/batch`, file: batch, key: `batch-${pair}` });
        await server.close();
        await ledger.close();
        return took;
      },
      async () => {
        const ledger = newLedger(folder);
        const took = await seconds(() => importFile(ledger, folder, csv));
        await ledger.close();
        return took;
      },
    );
    return throughput('NDJSON import over HTTP', deals, measured, 0.8);
  });
}

async function writeLines(path: string, deals: number): Promise<void> {
  const out = createWriteStream(path);
  for (const { credits: _, ...deal } of snapshots(deals)) {
    if (!out.write(`${JSON.stringify(deal)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

const CLIENTS = 50;

/** Fifty clients read a statement, against a route of the same framework that sends the same bytes. */
export async function readStatement({ statements, pairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const ledger = newLedger(folder);
    await found(ledger, 10);
    const csv = join(folder, 'deals.csv');
    await writeExport(csv, 1_000);
    await importFile(ledger, folder, csv);
    const server = await served(ledger);
    const path = `/v1/periods/2026-Q1/statements/${participantId(0)}`;
    const first = await fetch(`${server.address}${path}`, { headers: { authorization: 'Bearer demo:ops:olga' } });
    const bytes = Buffer.from(await first.arrayBuffer());
    if (!first.ok) throw new Error(`no statement: ${bytes}`);
    const plain = fastify();
    plain.get('/statement', (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes));
    const reference = portOf(await plain.listen({ host: '127.0.0.1', port: 0 }));
    const requests = statements * 10;
    const of = { clients: CLIENTS, requests, method: 'GET', status: [200] } as const;
    const ours = async () => (await load({ ...of, port: portOf(server.address), path })).seconds;
    const others = async () => (await load({ ...of, port: reference, path: '/statement' })).seconds;
    await ours();
    await others();
    const measured = await alternate(pairs, ours, others);
    await Promise.all([plain.close(), server.close()]);
    await ledger.close();
    return throughput(`HTTP read of a statement, ${CLIENTS} clients`, requests, measured, 0.5, 'requests/s');
  });
}

/** Fifty clients each record one deal after the other, durably, against appends of the store by itself. */
export async function writeDeals({ appends, appendPairs }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const ledger = newLedger(folder);
    await found(ledger, 10);
    const server = await served(ledger);
    const alone = newLedger(folder);
    let written = 0;
    const requests = appends * 4;
    const write = async () => {
      written += 1;
      const deal = {
        source: 'crm',
        deal: `W-${written}-{n}`,
        amount: '100.00',
        currency: 'USD',
        closedOn: '2026-01-05',
      };
      // Keys are of each load's own, as its deals are.
      const body = JSON.stringify({ ...deal, owner: participantId(0) });
      const of = {
        clients: CLIENTS,
        requests,
        method: 'POST',
        path: '/v1/deals',
        body,
        key: `w${written}`,
        status: [201],
      } as const;
      return (await load({ ...of, port: portOf(server.address) })).seconds;
    };
    const events = [...snapshots(requests * (appendPairs + 2))];
    const append = async (pair: number) => {
      const own = events.slice((pair + 1) * requests, (pair + 2) * requests).map((data) => ({
        stream: streamOf.deal(data.source, data.deal),
        expected: 0,
        events: [{ id: alone.newId(), ...encode({ type: 'DealClosed', data }), meta: META }],
      }));
      return seconds(async () => {
        for (const each of own) await alone.store.append(each);
      });
    };
    await write();
    await append(-1);
    const measured = await alternate(appendPairs, write, append);
    await server.close();
    await Promise.all([ledger.close(), alone.close()]);
    return throughput(`HTTP write, one deal, durable, ${CLIENTS} clients`, requests, measured, 0.5, 'requests/s');
  });
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}

const P99_GROWTH = 3;
/** Writers at a time: what a company has, and not all that a server can bear. */
const WRITERS = 10;

/** How long the slowest writes take while every view is built again beside them, on a thread of its own. */
export async function writeWhileRebuilding({ deals, appends }: Sizes): Promise<Result> {
  return inFolder(async (folder) => {
    const ledger = newLedger(folder);
    await found(ledger, 10);
    const csv = join(folder, 'deals.csv');
    await writeExport(csv, deals);
    await importFile(ledger, folder, csv);
    const server = await served(ledger, ledger.file);
    let written = 0;
    const write = async () => {
      written += 1;
      const deal = {
        source: 'web',
        deal: `W-${written}-{n}`,
        amount: '100.00',
        currency: 'USD',
        closedOn: '2026-01-05',
      };
      const { times } = await load({
        port: portOf(server.address),
        clients: WRITERS,
        requests: appends * 2,
        method: 'POST',
        path: '/v1/deals',
        body: JSON.stringify({ ...deal, owner: participantId(0) }),
        key: `r${written}`,
        status: [201],
      });
      return times;
    };
    await write();
    const rest: number[] = [];
    const busy: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      rest.push(...(await write()));
      const job = await rebuilding(server, `rebuild-${round}`);
      do busy.push(...(await write()));
      while (!(await hasEnded(server, job)));
    }
    await server.close();
    await ledger.close();
    const [ours, reference] = [percentile(busy, 99), percentile(rest, 99)];
    return {
      row: `write p99 while every view of ${deals} deals is rebuilt`,
      ours: rounded(ours),
      reference: rounded(reference),
      unit: 'ms',
      ratio: rounded(ours / reference),
      goal: `<= ${P99_GROWTH}`,
      met: ours / reference <= P99_GROWTH,
    };
  });
}

const AS_OPS = { authorization: 'Bearer demo:ops:olga' };

async function rebuilding({ address }: Served, key: string): Promise<string> {
  const headers = { ...AS_OPS, 'idempotency-key': key };
  const response = await fetch(`${address}/v1/rebuilds`, { method: 'POST', headers });
  const { id } = (await response.json()) as { readonly id?: string };
  if (id === undefined) throw new Error('the views are not rebuilt');
  return id;
}

async function hasEnded({ address }: Served, job: string): Promise<boolean> {
  const response = await fetch(`${address}/v1/jobs/${job}`, { headers: AS_OPS });
  const { state, problem } = (await response.json()) as { readonly state: string; readonly problem: unknown };
  if (state === 'failed') throw new Error(`the rebuild failed: ${JSON.stringify(problem)}`);
  return state === 'done';
}
