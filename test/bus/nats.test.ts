import { natsBus } from '@ledger/bus-nats';
import { busContract } from '../contracts/bus.ts';
import { linkTo, NO_NATS, SOME_NATS, someNats, up } from '../support/nats.ts';

let server: Awaited<ReturnType<typeof someNats>> | undefined;

busContract(
  'NATS',
  async () => {
    server ??= await someNats();
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
  { missing: SOME_NATS ? undefined : NO_NATS, end: async () => server?.end() },
);
