export { type Address, parseAddress } from './address.ts';
export { openEventStoreDirectory } from './directory.ts';
export { type EventStoreLog, type LogOptions, openEventStoreLog } from './log.ts';
