import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** A batch that is sent: by a thread of its own, so that what the client costs is not the server's. */
export interface Batch {
  readonly url: string;
  readonly file: string;
  readonly key: string;
}

/** Resolves with the seconds from the first byte to the answer; rejects where the batch is refused. */
export async function sendBatch(batch: Batch): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { batch } });
  try {
    return await new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

async function send({ url, file, key }: Batch): Promise<number> {
  const began = performance.now();
  const sent = request(url, {
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
  return (performance.now() - began) / 1_000;
}

if (parentPort !== null && typeof workerData === 'object' && workerData !== null && 'batch' in workerData) {
  // The thread that started this one gave it.
  parentPort.postMessage(await send(workerData.batch as Batch));
}
