import { connect, createServer, type Socket } from 'node:net';

/**
 * A wire between client and server that can fail: what a test does to it looks, from both sides, like a network or a server that fails.
 * It works before the double and before a real server alike.
 */
export interface Wire {
  /** As in LEDGER_STORE, through the wire. */
  readonly url: string;
  /** Nothing passes, in either direction; connections stay. */
  stall(): void;
  /** What was held back passes. */
  resume(): void;
  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  /** Requests pass, answers do not: what the server does is not heard of. */
  deafen(): void;
  close(): Promise<void>;
}

export async function startProxy(url: string): Promise<Wire> {
  const [, host = '', port = ''] = /:\/\/(?:[^@/]*@)?([^:/?,]+):(\d+)/.exec(url) ?? [];
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: 'open' | 'stalled' | 'cut' | 'deaf' = 'open';

  function apply([client, server]: readonly [Socket, Socket]): void {
    if (mode === 'cut') {
      client.destroy();
      server.destroy();
    } else if (mode === 'open') {
      client.resume();
      server.resume();
    } else {
      server.pause();
      if (mode === 'stalled') client.pause();
      else client.resume();
    }
  }

  const listener = createServer((client) => {
    const server = connect(Number(port), host);
    const pair = [client, server] as const;
    pairs.add(pair);
    client.on('data', (bytes) => void server.write(bytes));
    server.on('data', (bytes) => void client.write(bytes));
    for (const each of pair) {
      each.setNoDelay(true);
      each.on('error', () => undefined);
      each.on('close', () => {
        client.destroy();
        server.destroy();
        pairs.delete(pair);
      });
    }
    apply(pair);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const set = (next: typeof mode) => {
    mode = next;
    for (const pair of [...pairs]) apply(pair);
  };
  return {
    url: url.replace(`${host}:${port}`, `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`),
    stall: () => set('stalled'),
    resume: () => set('open'),
    cut: () => set('cut'),
    mend: () => set('open'),
    deafen: () => set('deaf'),
    close() {
      set('cut');
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
