export { cloudEvent, envelopeSchema } from './envelope.ts';
export * as example from './example/consumer.ts';
export { type RelayLog, type RelayOptions, type RelayStatus, startRelay } from './relay.ts';
export { type RelaySettings, relaySettings } from './settings.ts';
