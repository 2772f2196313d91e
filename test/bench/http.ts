import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asPersona, createServer, ROUTES } from '@ledger/api';
import type { Ledger } from '@ledger/application';
import { pino } from 'pino';
import { snapshots, writeExport } from './company.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { alternate, type Result, type Sizes, seconds } from './measure.ts';
import { throughput } from './rows.ts';

/** The rows that go over a real socket. */

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

/** A ledger on a socket, without a limit of requests. */
export async function served(ledger: Ledger): Promise<Served> {
  const app = await createServer({
    ledger,
    routes: ROUTES,
    authenticators: [asPersona],
    logger: pino({ level: 'silent' }),
    requestsPerSecond: 1_000_000,
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
        const took = await seconds(() => post(server, batch, `batch-${pair}`));
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

async function post({ address }: Served, file: string, key: string): Promise<void> {
  const sent = request(`${address}/v1/deals/batch`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer demo:ops:olga',
      'content-type': 'application/x-ndjson',
      'idempotency-key': key,
    },
  });
  const answered = once(sent, 'response');
  await pipeline(createReadStream(file), sent);
  const [response] = await answered;
  let text = '';
  for await (const chunk of response) text += chunk;
  if (response.statusCode !== 200) throw new Error(`the batch was refused: ${text}`);
}
