import { localBus } from '@ledger/kernel';
import { busContract } from '../contracts/bus.ts';

busContract('one process', async () => {
  const bus = localBus();
  return { bus, other: bus, ready: () => new Promise((resolve) => setImmediate(resolve)), close: () => bus.close() };
});
