import { type ChildProcess, fork } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { found, participantId } from './company.ts';
import { inFolder, newLedger } from './ledgers.ts';
import { percentile, type Result, type Sizes } from './measure.ts';

const P99_MS = 250;
const BYTES_PER_CLIENT = 60_000;
const EVERY_MS = 10;
/** Written to in turn: a query is answered by reading all that was said in it. */
const QUERIES = 50;

/** Many who follow, and one who writes: everybody gets everything, in order, soon, and costs little. */
export async function manyFollow({ followers, told }: Sizes): Promise<readonly Result[]> {
  return inFolder(async (folder) => {
    const made = newLedger(folder);
    await found(made, QUERIES);
    await made.close();
    const people = Array.from({ length: QUERIES }, (_, index) => participantId(index));
    const server = fork(join(import.meta.dirname, 'streams-server.ts'), [made.file, ...people], {
      execArgv: ['--expose-gc'],
    });
    try {
      const { address } = await answer<{ address: string }>(server);
      const { port } = new URL(String(address));
      // One before, so that what the first costs is not counted.
      const first = await follower(Number(port), 0);
      const before = await residentOf(server);
      const all = await Promise.all(Array.from({ length: followers }, (_, index) => follower(Number(port), index)));
      const connected = await residentOf(server);
      server.send({ write: told, every: EVERY_MS });
      const written = await answer<{ took: number; resident: number }>(server);
      await Promise.all([first, ...all].map((each) => each.until(told)));
      const delays = all.flatMap((each) => each.delays);
      const inOrder = all.filter((each) => each.isInOrder()).length;
      for (const each of [first, ...all]) each.leave();
      const p99 = percentile(delays, 99);
      const each = Math.round((Math.max(connected, written.resident) - before) / followers);
      const rate = Math.round(written.took / told);
      return [
        {
          row: `${followers} streams, an event each ${rate} ms: ${inOrder} got all in order; p99 until it is there`,
          ours: Math.round(p99),
          reference: null,
          unit: 'ms',
          ratio: null,
          goal: `<= ${P99_MS} ms, all`,
          met: p99 <= P99_MS && inOrder === followers,
        },
        {
          row: `resident memory a stream, of ${followers}`,
          ours: each,
          reference: null,
          unit: 'bytes',
          ratio: null,
          goal: `<= ${BYTES_PER_CLIENT}`,
          met: each <= BYTES_PER_CLIENT,
        },
      ];
    } finally {
      server.kill();
    }
  });
}

function answer<T extends object>(server: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    server.once('message', (message) => resolve(message as T));
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

async function residentOf(server: ChildProcess): Promise<number> {
  server.send({});
  return (await answer<{ resident: number }>(server)).resident;
}

interface Follower {
  /** Milliseconds from writing to having it, in the order in which events came. */
  readonly delays: readonly number[];
  isInOrder(): boolean;
  until(count: number): Promise<void>;
  leave(): void;
}

const READ = Buffer.alloc(65_536);

/** A client that costs as little as can be: this process is a thousand of them. Resolves when it has been told that it is up to date. */
function follower(port: number, index: number): Promise<Follower> {
  const delays: number[] = [];
  let [last, ordered, wanted] = [0, true, Number.POSITIVE_INFINITY];
  let rest = '';
  const done = Promise.withResolvers<void>();
  return new Promise((resolve, reject) => {
    // One buffer for all: what is read is taken out of it before the next is.
    const onread = { buffer: READ, callback: (length: number) => take(READ.toString('latin1', 0, length)) };
    const socket = connect({ port, host: '127.0.0.1', onread }, () => {
      socket.write(
        `GET /v1/queries/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer demo:ops:o${index % 50}\r\n\r\n`,
      );
    });
    socket.once('error', reject);

    function take(text: string): boolean {
      const now = process.hrtime.bigint();
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.includes('event: ready')) resolve({ delays, isInOrder: () => ordered, until, leave });
        const said = block.indexOf('"says":"at ');
        if (said < 0) continue;
        const id = Number(block.slice(block.indexOf('id: ') + 4, block.indexOf('\n', block.indexOf('id: '))));
        if (id <= last) ordered = false;
        last = id;
        const at = BigInt(block.slice(said + 11, block.indexOf('"', said + 11)));
        delays.push(Number(now - at) / 1e6);
      }
      if (delays.length >= wanted) done.resolve();
      return true;
    }
    function until(count: number): Promise<void> {
      wanted = count;
      if (delays.length >= count) done.resolve();
      return done.promise.then(() => {
        if (delays.length !== count) ordered = false;
      });
    }
    function leave(): void {
      socket.destroy();
    }
  });
}
