/**
 * A TEST DOUBLE of EventStoreDB 24.2, in this process: it speaks the public gRPC protocol to the real client, so that the adapter is
 * tested on every machine. It is no database. What it does otherwise than the real server is a defect of the double: the same tests
 * run against a real one where there is one (servers.ts).
 */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type DoubleLog, doubleLog } from './log.ts';
import { addServices, type Behaviour } from './service.ts';

export interface Double {
  readonly port: number;
  /** As in LEDGER_STORE, without the name of a ledger. */
  readonly url: string;
  readonly log: DoubleLog;
  readonly behaviour: Behaviour;
  /** Ends at once, as by SIGKILL: connections break, what was acknowledged stays. */
  kill(): void;
  /** Starts again at the same port, with what was stored. */
  restart(): Promise<void>;
}

export async function startDouble(log: DoubleLog = doubleLog()): Promise<Double> {
  const behaviour: Behaviour = { notReady: 0, leader: undefined, silent: 0 };
  let server: Server | undefined;
  const listen = async (port: number): Promise<number> => {
    server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    addServices(server, log, behaviour);
    log.start();
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
    return promise;
  };
  const port = await listen(0);
  return {
    port,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    log,
    behaviour,
    kill() {
      server?.forceShutdown();
      server = undefined;
    },
    async restart() {
      await listen(port);
    },
  };
}
