export { cloudEvent, envelopeSchema } from './envelope.ts';
export { type RelayLog, type RelayOptions, type RelayStatus, startRelay } from './relay.ts';
