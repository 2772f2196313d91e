/** `NATS_URL=… node services/relay/example/main.ts <ledger> [<file>]`: prints each fact once, and goes on where it was when it ended. */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { connect } from 'nats';
import { BEGINNING, type Fact, follow, type Place, type State } from './consumer.ts';

const [ledger, file = 'facts.ndjson'] = process.argv.slice(2);
if (ledger === undefined) {
  console.error('Say whose facts: node services/relay/example/main.ts <ledger> [<file>]');
  process.exit(2);
}

/** A file to which each fact adds one line, with its place: a line is there whole, or it is not. */
function fileState(path: string): State {
  let place = BEGINNING;
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    // What was being written when we were ended.
    if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
    const last = whole.split('\n').at(-2);
    if (last !== undefined) {
      const { position, sequence } = JSON.parse(last);
      place = { position: BigInt(position), sequence: Number(sequence) };
    }
  }
  return {
    place: async () => place,
    async apply({ position, type, subject }: Fact, next: Place) {
      const line = JSON.stringify({ position: String(position), sequence: next.sequence, type, subject });
      const handle = openSync(path, 'a');
      appendFileSync(handle, `${line}\n`);
      fsyncSync(handle);
      closeSync(handle);
      place = next;
      console.log(line);
    },
  };
}

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
const connection = await connect({
  servers: process.env.NATS_URL ?? 'nats://127.0.0.1:4222',
  maxReconnectAttempts: -1,
});
await follow({ connection, ledger, state: fileState(file), signal: ending.signal });
await connection.close();
