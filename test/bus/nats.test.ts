import { natsBus } from '@ledger/bus-nats';
import { busContract } from '../contracts/bus.ts';
import { linkTo, NATS_SERVER, type NatsServer, NO_NATS, startNats, up } from '../support/nats.ts';

let server: NatsServer | undefined;

busContract(
  'NATS',
  async () => {
    server ??= await startNats();
    const links = [await linkTo(server.settings), await linkTo(server.settings)] as const;
    const [bus, other] = [natsBus(links[0], 'test'), natsBus(links[1], 'test')];
    return {
      bus,
      other,
      ready: async () => void (await Promise.all(links.map(up))),
      async close() {
        await Promise.all([bus.close(), other.close()]);
        await Promise.all(links.map((link) => link.close()));
      },
    };
  },
  { missing: NATS_SERVER === undefined ? NO_NATS : undefined, end: async () => server?.end() },
);
