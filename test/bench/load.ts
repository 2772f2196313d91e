import { connect } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Clients on a thread of their own, so that what they cost is not the server's. */
export interface Load {
  readonly port: number;
  readonly clients: number;
  /** Requests in all, dealt out in turn; with `{n}` in path or body standing for the number of each. */
  readonly requests: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  /** Begins the idempotency keys. */
  readonly key?: string;
  readonly status: readonly number[];
}

export interface Loaded {
  readonly seconds: number;
  /** Milliseconds of each request. */
  readonly times: readonly number[];
}

/** Runs a load to its end. */
export async function load(of: Load): Promise<Loaded> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { load: of } });
  try {
    return await new Promise<Loaded>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

/** One connection that is kept; requests follow one another. */
function client({ port, method, path, body, key = 'load', status }: Load) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let text = '';
  let answered: (() => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.on('error', (error) => failed?.(error));
  socket.on('data', (data) => {
    text += data.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
    if (text.length < head + 4 + length) return;
    const got = Number(text.slice(9, 12));
    if (!status.includes(got)) failed?.(new Error(`answered ${text.slice(0, 2_000)}`));
    text = '';
    answered?.();
  });
  return {
    ask(n: number): Promise<void> {
      const sent = body?.replaceAll('{n}', String(n));
      const lines = [
        `${method} ${path.replaceAll('{n}', String(n))} HTTP/1.1`,
        'host: ledger',
        'authorization: Bearer demo:ops:olga',
        ...(sent === undefined
          ? []
          : [
              'content-type: application/json',
              `idempotency-key: ${key}-${n}`,
              `content-length: ${Buffer.byteLength(sent)}`,
            ]),
      ];
      return new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
        socket.write(`${lines.join('\r\n')}\r\n\r\n${sent ?? ''}`);
      });
    },
    end: () => socket.destroy(),
  };
}

async function run(of: Load): Promise<Loaded> {
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: of.clients }, async () => {
      const own = client(of);
      while (next < of.requests) {
        const n = next;
        next += 1;
        const before = performance.now();
        await own.ask(n);
        times.push(performance.now() - before);
      }
      own.end();
    }),
  );
  return { seconds: (performance.now() - started) / 1_000, times };
}

if (parentPort !== null && typeof workerData === 'object' && workerData !== null && 'load' in workerData) {
  // The thread that started this one gave it.
  parentPort.postMessage(await run(workerData.load as Load));
}
