export { type Address, parseAddress } from './address.ts';
export { openEventStoreCopy } from './copy.ts';
export { openEventStoreDirectory } from './directory.ts';
export { type EventStoreLog, type LogOptions, openEventStoreLog } from './log.ts';
